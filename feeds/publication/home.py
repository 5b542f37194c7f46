"""The first page: all topics and named feeds, and the newest articles of all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from feeds.formats import PAGE, Format, by_name, feed_formats
from feeds.model.feed import Home, Line
from feeds.model.paths import ALL, HOME, feed_key, topic_key
from feeds.model.topics import Topic
from feeds.selection import named

from .contents import Contents
from .document import Rendered
from .kinds import Given, has_pages


class HomePage(msgspec.Struct, frozen=True, gc=False):
    """The page for people about all feeds."""

    path: ClassVar[str] = HOME
    media_type: ClassVar[str] = PAGE.media_type
    feed: ClassVar[str] = ""
    month: ClassVar[str] = ""
    format: ClassVar[Format | None] = None
    is_announced: ClassVar[bool] = False
    is_list: ClassVar[bool] = False

    @classmethod
    def all(cls, contents: Contents) -> Iterator[HomePage]:
        """Yield the one that there is, where there are pages at all."""
        if has_pages(contents):
            yield cls()

    def inputs(self, given: Given) -> str:
        """Return the fingerprint of all feeds."""
        return given.contents.fingerprint_of_all

    def make(self, given: Given) -> Rendered:
        """Render the page."""
        from feeds.formats.page import LATEST, home_page

        contents = given.contents
        config = contents.config
        home = Home(
            contents.feed(ALL, min(LATEST, config.feeds.limit)),
            tuple(_lines(contents)),
            _named_lines(contents),
            config.site.compose,
        )
        summaries = [contents.summary(key) for key in contents.subjects.feeds]
        return Rendered(
            self.path,
            home_page(home, feed_formats(by_name(config.feeds.formats))),
            0,
            max(summary.newest for summary in summaries),
            max(summary.valid_from for summary in summaries),
            min(summary.valid_until for summary in summaries),
        )


def _lines(contents: Contents, above: str = "") -> Iterator[Line]:
    topics = contents.subjects.topics
    title = topics[above].title if above else ""
    for key in contents.subjects.below.get(above, ()):
        yield _line(contents, topic_key(key), topics[key], title)
        yield from _lines(contents, key)


def _named_lines(contents: Contents) -> tuple[Line, ...]:
    feeds = contents.config.named.items()
    return tuple(_line(contents, feed_key(name), named.described(name, table)) for name, table in feeds)


def _line(contents: Contents, key: str, about: Topic, above: str = "") -> Line:
    summary = contents.summary(key)
    newest = datetime.fromtimestamp(summary.newest, UTC) if summary.newest else None
    return Line(about.slug, about.title, about.description, summary.articles, newest, above)
