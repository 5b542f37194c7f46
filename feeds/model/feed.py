"""The feed: metadata and ordered entries, knowing nothing of XML or HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from . import paths

EMPTY_SINCE = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed that never had an entry was last updated (RFC 4287 section 4.1.1 asks for a date)."""


class Enclosure(msgspec.Struct, frozen=True):
    """A picture that belongs to an entry. ``length`` is bytes, sizes are pixels; 0 if unknown."""

    url: str
    media_type: str
    length: int = 0
    width: int = 0
    height: int = 0
    title: str = ""
    alt: str = ""
    """What stands in for it where it is not seen."""
    caption: str = ""
    credit: str = ""
    license: str = ""
    """The name or the address of the licence."""
    sizes: tuple[Enclosure, ...] = ()
    """The same picture in other sizes, without texts; this one is the default of them all."""

    @property
    def name(self) -> str:
        """The one text by which it is called: title, else what stands in for it, else caption."""
        return self.title or self.alt or self.caption


class Person(msgspec.Struct, frozen=True):
    """An author, or a provider: a name, a home page and a picture ("" if unknown)."""

    name: str
    url: str = ""
    avatar: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One article as subscribers get it: ``title`` and ``summary`` plain text, ``content`` safe HTML."""

    id: str
    title: str
    url: str
    published: datetime
    updated: datetime
    summary: str
    content: str
    authors: tuple[Person, ...] = ()
    provider: Person | None = None
    """Who published the article first."""
    categories: tuple[str, ...] = ()
    language: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    type: str = ""
    quality: int | None = None
    heat: int | None = None
    player: str = ""
    """The address of the page that plays it, or ""."""
    duration: int = 0
    """Seconds; 0 if unknown."""

    @property
    def author(self) -> Person | None:
        """The first author."""
        return self.authors[0] if self.authors else None


class InHistory(msgspec.Struct, frozen=True):
    """Where a document stands in its feed's history (RFC 5005 section 4). Months are spelled "2024-05"."""

    month: str = ""
    """That of an archive document; "" for the subscription document, which has the newest entries."""
    previous: str = ""
    """The month of the archive document before this one; "" if there is none."""
    following: str = ""
    """The month of the archive document after this one; "" if it is not known for good."""


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """What all formats of one feed have in common.

    ``key`` is the feed's path below ``base_url`` without a suffix, such as "topics/ai".
    """

    key: str
    id: str
    title: str
    description: str
    base_url: str
    language: str
    author: Person
    updated: datetime
    """The newest update among the entries, never the clock."""
    entries: tuple[Entry, ...]
    icon: str = ""
    logo: str = ""
    picture: str = ""
    """The address of a picture of what it is about; it goes before those of the site."""
    rights: str = ""
    ttl: int = 60
    """Minutes."""
    keywords: tuple[str, ...] = ()
    total: int = 0
    """How many articles there are, shown or not."""
    formats: tuple[str, ...] = ()
    """The names of the formats it is published in."""
    query: str = ""
    """What asks for it, percent-encoded, where it answers a question."""
    hubs: tuple[str, ...] = ()
    """WebSub hubs that hear of its changes."""
    site: str = ""
    """The name of the whole."""
    in_history: InHistory = InHistory()

    @property
    def name(self) -> str:
        """The title without the name of the whole."""
        return self.title.removesuffix(f" · {self.site}")

    def address(self, suffix: str) -> str:
        """Return the absolute URL of the feed with a suffix: ".rss", ".atom", ".json"."""
        query = f"?{self.query}" if self.query else ""
        return paths.address(self.base_url, paths.of_feed(self.key, suffix)) + query

    def archive(self, month: str) -> str:
        """Return the absolute URL of the feed's archive document of a month."""
        return paths.address(self.base_url, paths.of_archive(self.key, month))

    @property
    def page(self) -> str:
        """The absolute URL of the feed's page for people; of a question's, the page that composes it."""
        if self.query:
            return f"{paths.address(self.base_url, paths.COMPOSE)}?{self.query}"
        return paths.address(self.base_url, paths.of_page(self.key))


class Line(msgspec.Struct, frozen=True):
    """One topic in the list of all, or one named feed."""

    slug: str
    title: str
    description: str
    articles: int
    newest: datetime | None
    above: str = ""
    """The title of the topic above this one, or ""."""


class Choice(msgspec.Struct, frozen=True):
    """A value that a question may ask for, and how many articles have it."""

    value: str
    name: str
    articles: int


class Composer(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows that composes questions."""

    feed: Feed
    """The answer; without entries where there is none."""
    given: Mapping[str, Sequence[str]]
    """What is asked: parameter → values."""
    problem: str
    """Why it could not be answered, or ""."""
    topics: tuple[Choice, ...]
    types: tuple[Choice, ...]
    providers: tuple[Choice, ...]
    limit: int
    """How many entries the answer has where the question does not say."""
    most_entries: int


class Home(msgspec.Struct, frozen=True):
    """What the page of all topics shows."""

    feed: Feed
    """That of everything, with its newest entries."""
    lines: tuple[Line, ...]
    """Each topic's line follows that of the topic above it."""
    named: tuple[Line, ...] = ()
    """The named feeds, in the order of the configuration."""
    compose: bool = False
    """Whether there is a page to compose feeds."""


class Branch(msgspec.Struct, frozen=True):
    """A feed in the list of all feeds, and the topics below its own."""

    key: str
    name: str
    """The topic's title."""
    title: str
    """The feed's title."""
    description: str
    below: tuple[Branch, ...] = ()


class Outline(msgspec.Struct, frozen=True):
    """The list of all feeds, for import into a reader; articles never change it."""

    title: str
    author: str
    base_url: str
    language: str
    branches: tuple[Branch, ...]
