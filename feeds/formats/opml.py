"""OPML 2.0 (http://opml.org/spec2.opml): the list of all feeds, as readers import it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from feeds.model import paths
from feeds.model.feed import Branch, Outline

if TYPE_CHECKING:
    from . import Format

_VERSIONS = {"rss": "RSS2"}
"""What OPML calls a feed's version; it has names for RSS only."""


def opml(outline: Outline, format_: Format) -> bytes:
    """Return the list of all feeds, each in one format, as an OPML document, UTF-8."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = outline.title
    etree.SubElement(head, "ownerName").text = outline.author
    etree.SubElement(head, "ownerId").text = paths.address(outline.base_url, paths.HOME)
    etree.SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = etree.SubElement(root, "body")
    for branch in outline.branches:
        _add(body, branch, outline, format_)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def _add(parent: Any, branch: Branch, outline: Outline, format_: Format) -> None:
    if branch.below:
        # A feed has nothing below it, a group has: the feed of the group's own topic comes first in it.
        parent = etree.SubElement(parent, "outline", text=branch.name)
    element = etree.SubElement(
        parent,
        "outline",
        type="rss",
        text=branch.title,
        title=branch.title,
        xmlUrl=paths.address(outline.base_url, paths.of_feed(branch.key, format_.suffix)),
        htmlUrl=paths.address(outline.base_url, paths.of_page(branch.key)),
        description=branch.description,
        language=outline.language,
    )
    if format_.name in _VERSIONS:
        element.set("version", _VERSIONS[format_.name])
    for inner in branch.below:
        _add(parent, inner, outline, format_)
