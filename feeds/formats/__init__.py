"""The formats a feed can be rendered in: one row each.

A format's module is imported when it first renders, so that a build with nothing to render stays quick.
Whatever depends on which formats there are asks the table whenever it needs to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from feeds.model.feed import Feed


class Format(NamedTuple):
    """One way to render a feed.

    ``render`` returns the document's bytes, UTF-8, a pure function of the feed. ``fault`` returns why such
    bytes are not well-formed, or "". ``forget`` lets go of what was kept for feeds that share entries.
    """

    name: str
    title: str
    suffix: str
    """What follows the feed's key in the document's path."""
    media_type: str
    render: Callable[[Feed], bytes]
    fault: Callable[[bytes], str]
    forget: Callable[[], None] = lambda: None


def _rss(feed: Feed) -> bytes:
    from .rss_atom import rss

    return rss(feed)


def _atom(feed: Feed) -> bytes:
    from .rss_atom import atom

    return atom(feed)


def _json(feed: Feed) -> bytes:
    from .json_feed import json_feed

    return json_feed(feed)


def _xml_fault(body: bytes) -> str:
    from .wellformed import xml_fault

    return xml_fault(body)


def _json_fault(body: bytes) -> str:
    from .wellformed import json_fault

    return json_fault(body)


def _forget_xml() -> None:
    from . import rss_atom

    rss_atom.forget()


def _forget_json() -> None:
    from . import json_feed

    json_feed.forget()


def _page(feed: Feed) -> bytes:
    from .page import feed_page

    return feed_page(feed, feed_formats(by_name(feed.formats)))


PAGE = Format("page", "Page", "/", "text/html", _page, lambda _: "")
"""The page for people, which links to the feeds beside it. No HTML is ill-formed."""

FORMATS: tuple[Format, ...] = (
    Format("rss", "RSS", ".rss", "application/rss+xml", _rss, _xml_fault, _forget_xml),
    Format("atom", "Atom", ".atom", "application/atom+xml", _atom, _xml_fault, _forget_xml),
    Format("json", "JSON Feed", ".json", "application/feed+json", _json, _json_fault, _forget_json),
    PAGE,
)


def open_types() -> frozenset[str]:
    """Return the media types of documents that pages of other origins may read."""
    return frozenset(
        ("application/json", "text/x-opml", *(format_.media_type for format_ in feed_formats(FORMATS)))
    )


def forget() -> None:
    """Let go of what was kept for feeds that share entries: for who stays, when the feeds are made."""
    for format_ in FORMATS:
        format_.forget()


def suffixes() -> tuple[str, ...]:
    """Return what follows a feed's key in the paths of its documents for feed readers, such as ".rss"."""
    return tuple(format_.suffix for format_ in feed_formats(FORMATS))


def by_name(names: tuple[str, ...]) -> tuple[Format, ...]:
    """Return the formats of these names, in the table's order."""
    return tuple(format_ for format_ in FORMATS if format_.name in names)


def feed_formats(formats: Iterable[Format]) -> tuple[Format, ...]:
    """Return those formats that feed readers subscribe to."""
    return tuple(format_ for format_ in formats if format_ is not PAGE)
