"""The formats a feed can be rendered in: one row each.

A format's module is imported when it first renders, so that a build with nothing to render stays quick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from feeds.model.feed import Feed


class Format(NamedTuple):
    """One way to render a feed.

    ``render`` returns the document's bytes, UTF-8, a pure function of the feed.
    """

    name: str
    title: str
    suffix: str
    """What follows the feed's key in the document's path."""
    media_type: str
    render: Callable[[Feed], bytes]


def _rss(feed: Feed) -> bytes:
    from .rss_atom import rss

    return rss(feed)


def _atom(feed: Feed) -> bytes:
    from .rss_atom import atom

    return atom(feed)


def _json(feed: Feed) -> bytes:
    from .json_feed import json_feed

    return json_feed(feed)


def _page(feed: Feed) -> bytes:
    from .page import feed_page

    return feed_page(feed, feed_formats(by_name(feed.formats)))


PAGE = Format("page", "Page", "/", "text/html", _page)
"""The page for people, which links to the feeds beside it."""

FORMATS = (
    Format("rss", "RSS", ".rss", "application/rss+xml", _rss),
    Format("atom", "Atom", ".atom", "application/atom+xml", _atom),
    Format("json", "JSON Feed", ".json", "application/feed+json", _json),
    PAGE,
)

OPEN_TYPES = frozenset(format_.media_type for format_ in FORMATS) - {PAGE.media_type} | {
    "application/json",
    "text/x-opml",
}
"""Media types of documents that pages of other origins may read."""


def forget() -> None:
    """Let go of what was kept for feeds that share entries: for who stays, when the feeds are made."""
    from . import json_feed, rss_atom

    rss_atom.forget()
    json_feed.forget()


def by_name(names: tuple[str, ...]) -> tuple[Format, ...]:
    """Return the formats of these names, in the table's order."""
    return tuple(format_ for format_ in FORMATS if format_.name in names)


def feed_formats(formats: Iterable[Format]) -> tuple[Format, ...]:
    """Return those formats that feed readers subscribe to."""
    return tuple(format_ for format_ in formats if format_ is not PAGE)
