"""feedparser: the library that most Python readers are built on."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from typing import Any

import feedparser

from .base import Fetched, Link, Program, Seen


class FeedParser(Program):
    """What a program on feedparser has."""

    formats = frozenset({"rss", "atom"})
    discovers = True

    def fetch(self, url: str, validators: Mapping[str, str]) -> Fetched:
        parsed = feedparser.parse(url, **validators)
        known = {name: parsed[name] for name in ("etag", "modified") if name in parsed}
        if parsed.status == 304:
            return Fetched(None, known | dict(validators))
        if parsed.bozo:
            raise parsed.bozo_exception
        return Fetched(list(map(_seen, parsed.entries)), known)

    def discover(self, page: str) -> list[Link]:
        # Of a page it keeps the links, and says that it is no feed.
        links = feedparser.parse(page).feed.get("links", [])
        return [Link(link.href, link.type) for link in links if link.rel == "alternate"]


def _seen(entry: Any) -> Seen:
    return Seen(
        entry.id,
        entry.title_detail.value,
        entry.link,
        calendar.timegm(entry.published_parsed),
        entry.get("author", ""),
        entry.enclosures[0].href if entry.enclosures else "",
        entry.content[0].value,
    )
