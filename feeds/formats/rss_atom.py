"""RSS 2.0 and Atom 1.0, written by feedgen. Nothing else in this project knows feedgen.

feedgen builds the documents; its extension hooks put right what it gets wrong (docs/decisions.md lists the
faults, tests/test_feedgen_faults.py holds each against plain feedgen) and add Media RSS and dc:creator.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from feeds.model import paths
from feeds.model.feed import Enclosure, Entry, Feed
from feeds.text import urls

RSS_TYPE = "application/rss+xml"
ATOM_TYPE = "application/atom+xml"

_GENERATOR = "article-feeds"
_KEPT_ENTRIES = 4096
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}
_MEDIUMS = {"video": "video", "audio": "audio", "podcast": "audio"}
"""An article's type → what its player plays."""
_HISTORY = {"fh": "http://purl.org/syndication/history/1.0"}
# Those that feedgen declares for RSS by itself.
_RSS_NAMESPACES = _NAMESPACES | {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
}
_ATOM = "{http://www.w3.org/2005/Atom}"
_DC = f"{{{_NAMESPACES['dc']}}}"
_MEDIA = f"{{{_NAMESPACES['media']}}}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# RSS 2.0 enclosures must be reachable from anywhere and have a host that RFC 1123 allows.
_NO_ENCLOSURE_HOST = re.compile(r"localhost|.*\.localhost|\[.*\]|.*_.*|[^.]+")

# RSS readers cannot show it (https://www.rssboard.org/rss-specification#ltimagegtSubelementOfLtchannelgt).
_SVG = re.compile(r"[^?#]*\.svgz?(?:[?#].*)?", re.I)


# Browsers show a feed with it, if the server says application/xml. Relative, so that it is found wherever the
# publication lies; where it is not, and for feed readers, it has no meaning (https://www.w3.org/TR/xml-stylesheet/).
_STYLE = f'<?xml-stylesheet type="text/css" href="{{}}{paths.FEED_STYLE[1:]}"?>\n'


def rss(feed: Feed) -> bytes:
    """Return the feed as an RSS 2.0 document (https://www.rssboard.org/rss-specification), UTF-8."""
    generator = _generator(feed, feed.address(".rss"), RSS_TYPE)
    generator.description(feed.description)
    generator.language(feed.language)
    generator.ttl(feed.ttl)
    generator.generator(_GENERATOR)
    image = feed.logo or feed.icon
    if image and not _SVG.fullmatch(image):
        # The RSS board asks for the channel's own title and link.
        generator.image(url=image, title=feed.title, link=feed.page)
    return _document(feed, generator.rss_str(pretty=True), b"  </channel>", map(_item, feed.entries))


def atom(feed: Feed) -> bytes:
    """Return the feed, or an archive document of it, as an Atom 1.0 document (RFC 4287, RFC 5005), UTF-8."""
    at = feed.in_history
    here = feed.archive(at.month) if at.month else feed.address(".atom")
    generator = _generator(feed, here, ATOM_TYPE)
    if at.month:
        generator.link(href=feed.address(".atom"), rel="current", type=ATOM_TYPE)
    if at.previous:
        generator.link(href=feed.archive(at.previous), rel="prev-archive", type=ATOM_TYPE)
    if at.following:
        generator.link(href=feed.archive(at.following), rel="next-archive", type=ATOM_TYPE)
    generator.id(feed.id)
    generator.subtitle(feed.description)
    generator.language(feed.language)
    generator.updated(feed.updated)
    generator.author(name=feed.author.name, uri=feed.author.url)
    generator.generator(_GENERATOR)
    if feed.icon:
        generator.icon(feed.icon)
    if feed.logo:
        generator.logo(feed.logo)
    return _document(feed, generator.atom_str(pretty=True), b"</feed>", map(_entry, feed.entries))


def _generator(feed: Feed, here: str, media_type: str) -> Any:
    generator = FeedGenerator()
    generator.register_extension("article", _FeedExtension)
    generator.article.feed = feed
    generator.title(feed.title)
    generator.link(href=here, rel="self", type=media_type)
    # feedgen makes the last link the RSS channel's.
    generator.link(href=feed.page, rel="alternate", type="text/html")
    if feed.rights:
        generator.rights(feed.rights)
    # feedgen would put the clock here, in the process's locale; the extension writes the feed's own date.
    generator._FeedGenerator__rss_lastBuildDate = None
    return generator


def forget() -> None:
    """Let go of the entries that were written."""
    _item.cache_clear()
    _entry.cache_clear()


def _document(feed: Feed, document: bytes, end: bytes, entries: Iterable[bytes]) -> bytes:
    """Complete a document of feedgen's: style sheet after the first line, entries before the last ``end``."""
    declaration, line_end, rest = document.partition(b"\n")
    # An archive document is two folders below the feed's own.
    style = _STYLE.format("../" * (feed.key.count("/") + 2 * bool(feed.in_history.month))).encode()
    before, tag, after = rest.rpartition(end)
    return b"".join((declaration, line_end, style, before, *entries, tag, after))


def _written(element: Any, namespaces: dict[str, str], level: int) -> bytes:
    """Write an entry's element as it stands in a document that declares these namespaces."""
    parent = etree.Element("parent", nsmap=namespaces)
    parent.append(element)
    etree.indent(element, level=level)
    element.tail = "\n"
    written: bytes = etree.tostring(parent, encoding="UTF-8", xml_declaration=False)
    return b"  " * level + written[written.index(b">") + 1 : written.rindex(b"</")]


# An article is in several feeds, and is the same in all of them: it is written once.
@functools.lru_cache(maxsize=_KEPT_ENTRIES)
def _item(entry: Entry) -> bytes:
    """Return an entry as RSS 2.0's item."""
    item = FeedEntry()
    item.title(entry.title)
    item.link(href=entry.url)
    item.guid(entry.id, permalink=False)
    if entry.summary:
        item.description(escape(entry.summary, quote=False))
    item.content(entry.content)
    if entry.categories:
        item.category([{"term": name} for name in entry.categories])
    if entry.provider and entry.provider.url:
        item.source(url=entry.provider.url, title=entry.provider.name)
    item.register_extension("article", _EntryExtension)
    item.article.entry = entry
    return _written(item.rss_entry(), _RSS_NAMESPACES, 2)


@functools.lru_cache(maxsize=_KEPT_ENTRIES)
def _entry(entry: Entry) -> bytes:
    """Return an entry as Atom 1.0's entry."""
    item = FeedEntry()
    item.id(entry.id)
    item.title(entry.title)
    item.updated(entry.updated)
    item.published(entry.published)
    item.content(entry.content, type="html")
    if entry.summary:
        item.summary(escape(entry.summary, quote=False), type="html")
    for author in entry.authors:
        item.author(name=author.name, **({"uri": author.url} if author.url else {}))
    if entry.categories:
        item.category([{"term": name} for name in entry.categories])
    item.register_extension("article", _EntryExtension)
    item.article.entry = entry
    return _written(item.atom_entry(), _NAMESPACES, 1)


def _rss_date(moment: datetime) -> str:
    """Spell a date as RSS wants it, whatever the process's locale (RFC 5322)."""
    return format_datetime(moment)


class _FeedExtension(BaseExtension):  # type: ignore[misc]
    """Completes the channel or feed element."""

    feed: Feed

    def extend_ns(self) -> dict[str, str]:
        return _NAMESPACES | _HISTORY if self.feed.in_history.month else _NAMESPACES

    def extend_rss(self, root: Any) -> Any:
        if self.feed.entries:
            _text(root[0], "lastBuildDate", _rss_date(self.feed.updated))
        for keyword in self.feed.keywords:
            _text(root[0], "category", keyword)
        for hub in self.feed.hubs:
            etree.SubElement(root[0], f"{_ATOM}link", href=hub, rel="hub")
        return root

    def extend_atom(self, root: Any) -> Any:
        if self.feed.in_history.month:
            etree.SubElement(root, f"{{{_HISTORY['fh']}}}archive")
        for keyword in self.feed.keywords:
            etree.SubElement(root, "category", term=keyword)
        for hub in self.feed.hubs:
            etree.SubElement(root, "link", href=hub, rel="hub")
        return root


class _EntryExtension(BaseEntryExtension):  # type: ignore[misc]
    """Completes the item or entry element."""

    entry: Entry

    def extend_rss(self, item: Any) -> Any:
        entry = self.entry
        if entry.language:
            item.set(_LANG, entry.language)
        if not entry.summary:
            # content:encoded wants a description beside it, and feedgen put the content there.
            item.find("description").text = ""
            _text(item, "{http://purl.org/rss/1.0/modules/content/}encoded", entry.content)
        _text(item, "pubDate", _rss_date(entry.published))
        if entry.updated != entry.published:
            _text(item, f"{_ATOM}updated", entry.updated.isoformat())
        for author in entry.authors:
            # RSS's own author element wants an e-mail address.
            _text(item, f"{_DC}creator", author.name)
        for enclosure in entry.enclosures:
            if not _NO_ENCLOSURE_HOST.fullmatch(urls.host(enclosure.url)):
                length = str(enclosure.length)
                etree.SubElement(
                    item, "enclosure", url=enclosure.url, length=length, type=enclosure.media_type
                )
                break
        _add_media(item, entry)
        source = item.find("source")
        if source is not None:
            # Last: after it, feedparser takes a picture's title for the article's.
            item.append(source)
        return item

    def extend_atom(self, element: Any) -> Any:
        entry = self.entry
        if entry.language:
            element.set(_LANG, entry.language)
        etree.SubElement(element, "link", href=entry.url, rel="alternate", type="text/html")
        for enclosure in entry.enclosures:
            link = etree.SubElement(
                element,
                "link",
                href=enclosure.url,
                rel="enclosure",
                type=enclosure.media_type,
                length=str(enclosure.length),
            )
            if enclosure.title:
                link.set("title", enclosure.title)
        if entry.provider and entry.provider.url:
            source = etree.SubElement(element, "source")
            _text(source, "id", entry.provider.url)
            _text(source, "title", entry.provider.name)
            _text(source, "updated", entry.updated.isoformat())
            etree.SubElement(source, "link", href=entry.provider.url, rel="alternate", type="text/html")
        _add_media(element, entry)
        return element


def _text(parent: Any, name: str, value: str) -> None:
    etree.SubElement(parent, name).text = value


def _add_media(parent: Any, entry: Entry) -> None:
    """Describe player and pictures in Media RSS (https://www.rssboard.org/media-rss), in their order."""
    if entry.player:
        element = etree.SubElement(parent, f"{_MEDIA}content")
        if medium := _MEDIUMS.get(entry.type.lower()):
            element.set("medium", medium)
        if entry.duration:
            element.set("duration", str(entry.duration))
        etree.SubElement(element, f"{_MEDIA}player", url=entry.player)
    for enclosure in entry.enclosures:
        element = etree.SubElement(
            parent, f"{_MEDIA}content", url=enclosure.url, type=enclosure.media_type, medium="image"
        )
        if enclosure.length:
            element.set("fileSize", str(enclosure.length))
        _add_size(element, enclosure)
        if enclosure.title:
            title = etree.SubElement(element, f"{_MEDIA}title", type="plain")
            title.text = enclosure.title
    for enclosure in entry.enclosures[:1]:
        _add_size(etree.SubElement(parent, f"{_MEDIA}thumbnail", url=enclosure.url), enclosure)


def _add_size(element: Any, enclosure: Enclosure) -> None:
    if enclosure.width:
        element.set("width", str(enclosure.width))
    if enclosure.height:
        element.set("height", str(enclosure.height))
