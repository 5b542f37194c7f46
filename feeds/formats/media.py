"""Media RSS (https://www.rssboard.org/media-rss): an entry's player and pictures, in RSS and in Atom."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from feeds.model.feed import Enclosure, Entry

NAMESPACE = "http://search.yahoo.com/mrss/"

_MEDIA = f"{{{NAMESPACE}}}"
_MEDIUMS = {"video": "video", "audio": "audio", "podcast": "audio"}
"""An article's type → what its player plays."""
_ADDRESS = re.compile(r"https?://[!-~]+", re.I)


def add(parent: Any, entry: Entry) -> None:
    """Describe player and pictures of an entry in its element, in their order."""
    if entry.player:
        element = etree.SubElement(parent, f"{_MEDIA}content")
        if medium := _MEDIUMS.get(entry.type.lower()):
            element.set("medium", medium)
        if entry.duration:
            element.set("duration", str(entry.duration))
        etree.SubElement(element, f"{_MEDIA}player", url=entry.player)
    for enclosure in entry.enclosures:
        _add_picture(parent, enclosure)
    for enclosure in entry.enclosures[:1]:
        _add_size(etree.SubElement(parent, f"{_MEDIA}thumbnail", url=enclosure.url), enclosure)


def _add_picture(parent: Any, enclosure: Enclosure) -> None:
    """Describe a picture; with other sizes as one group, in which it is the default."""
    if not enclosure.sizes:
        _add_texts(_add_content(parent, enclosure), enclosure)
        return
    group = etree.SubElement(parent, f"{_MEDIA}group")
    _add_content(group, enclosure).set("isDefault", "true")
    for size in enclosure.sizes:
        _add_content(group, size).set("isDefault", "false")
    _add_texts(group, enclosure)


def _add_content(parent: Any, enclosure: Enclosure) -> Any:
    element = etree.SubElement(
        parent, f"{_MEDIA}content", url=enclosure.url, type=enclosure.media_type, medium="image"
    )
    if enclosure.length:
        element.set("fileSize", str(enclosure.length))
    _add_size(element, enclosure)
    return element


def _add_texts(element: Any, enclosure: Enclosure) -> None:
    # What stands in for the picture is its title where it has no other: feedparser takes a description that
    # comes where an entry has no summary for that summary.
    title = enclosure.title or enclosure.alt
    description = enclosure.caption or (enclosure.alt if enclosure.title != enclosure.alt else "")
    if description == title:
        description = ""
    for name, text in (("title", title), ("description", description)):
        if text:
            etree.SubElement(element, f"{_MEDIA}{name}", type="plain").text = text
    if enclosure.credit:
        etree.SubElement(element, f"{_MEDIA}credit").text = enclosure.credit
    if enclosure.license:
        licence = etree.SubElement(element, f"{_MEDIA}license")
        licence.text = enclosure.license
        if _ADDRESS.fullmatch(enclosure.license):
            licence.set("type", "text/html")
            licence.set("href", enclosure.license)


def _add_size(element: Any, enclosure: Enclosure) -> None:
    if enclosure.width:
        element.set("width", str(enclosure.width))
    if enclosure.height:
        element.set("height", str(enclosure.height))
