"""reader: a feed reader library for Python, with storage, updates and its own copy of feedparser."""

from __future__ import annotations

import contextlib
import io
import warnings
from pathlib import Path

import reader
from bs4 import GuessedAtParserWarning

from .base import Link, Reader, Seen


class Lemon24Reader(Reader):
    """reader by lemon24, with the plugin for autodiscovery that comes with it."""

    formats = frozenset({"rss", "atom", "json"})
    discovers = True
    imports = True

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._reader = reader.make_reader(str(home / "reader.db"), plugins=["reader.plugins.autodiscover"])

    def close(self) -> None:
        self._reader.close()

    def subscribe(self, url: str) -> None:
        self._reader.add_feed(url)
        self.poll(url)

    def poll(self, url: str) -> None:
        self._reader.update_feed(url)

    def entries(self, url: str) -> list[Seen]:
        return [_seen(entry) for entry in self._reader.get_entries(feed=url)]

    def discover(self, page: str) -> list[Link]:
        self._reader.add_feed(page)
        with warnings.catch_warnings(), contextlib.suppress(reader.ParseError):
            warnings.simplefilter("ignore", GuessedAtParserWarning)
            self._reader.update_feed(page)
        tag = self._reader.make_reader_reserved_name("autodiscover")
        links = self._reader.get_tag(page, tag, ())
        self._reader.delete_feed(page)
        return [Link(link["href"], link["type"]) for link in links]

    def import_opml(self, document: bytes) -> list[str]:
        self._reader.import_feeds(io.BytesIO(document))
        self._reader.update_feeds()
        return [feed.url for feed in self._reader.get_feeds()]


def _seen(entry: reader.Entry) -> Seen:
    return Seen(
        entry.id,
        entry.title or "",
        entry.link or "",
        int(entry.published.timestamp()) if entry.published else 0,
        entry.authors[0].name or "" if entry.authors else "",
        entry.enclosures[0].href if entry.enclosures else "",
        entry.content[0].value,
    )
