"""The kinds of documents: for each, which there are, what they are made from, and how they are made.

An object stands for one document. The list of all documents is in `manifest`, and the order in `order`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from typing import ClassVar, Protocol

import msgspec

from feeds.formats import PAGE, Format, by_name, feed_formats
from feeds.formats.browsers import SHOWN_AS
from feeds.index.rows import DocumentState
from feeds.model.feed import Feed, InHistory
from feeds.model.paths import FEED_ASSETS, OPML, PAGE_ASSETS, of_archive, of_feed, of_page
from feeds.model.spans import FOREVER

from . import assembly
from .contents import Contents
from .document import Rendered
from .fingerprints import fingerprint


class Listed(msgspec.Struct, frozen=True):
    """A document in the list of all."""

    path: str
    media_type: str
    state: DocumentState


class Given(Protocol):
    """What a document may be made from."""

    @property
    def contents(self) -> Contents:
        """The feeds at an instant."""

    def listed(self) -> list[Listed]:
        """Return every document but the list itself, by path, making those that are not known."""


class Kind(Protocol):
    """A document that there is."""

    @property
    def path(self) -> str:
        """Where it is, below base_url, not percent-encoded."""

    @property
    def media_type(self) -> str:
        """Its media type, without parameters."""

    @property
    def feed(self) -> str:
        """The key of the feed that it shows, "" if it shows none by itself."""

    @property
    def month(self) -> str:
        """The month of the feed that it shows, "" if it shows the newest."""

    @property
    def format(self) -> Format | None:
        """The format in which feed readers can subscribe to it; None if they cannot."""

    @property
    def is_announced(self) -> bool:
        """Whether hubs hear of its changes."""

    @property
    def is_list(self) -> bool:
        """Whether it lists all other documents, so that it can only be known after them."""

    def inputs(self, given: Given) -> str:
        """Return the fingerprint of what it is made from."""

    def make(self, given: Given) -> Rendered:
        """Make it."""


class FeedDocument(msgspec.Struct, frozen=True, gc=False):
    """A feed with its newest entries, in a format that feed readers subscribe to."""

    path: str
    feed: str
    format: Format
    in_history: InHistory = InHistory()

    month: ClassVar[str] = ""
    is_announced: ClassVar[bool] = True
    is_list: ClassVar[bool] = False

    @classmethod
    def all(cls, contents: Contents) -> Iterator[FeedDocument]:
        """Yield those that there are. In Atom, they lead to the archives (RFC 5005)."""
        formats = feed_formats(by_name(contents.config.feeds.formats))
        for key in contents.subjects.feeds:
            for format_ in formats:
                path = of_feed(key, format_.suffix)
                if contents.histories and format_.name == ArchiveDocument.format_name:
                    limit = contents.subjects.limit(key)
                    yield cls(path, key, format_, contents.histories.subscription(key, limit))
                else:
                    yield cls(path, key, format_)

    @property
    def media_type(self) -> str:
        """The format's."""
        return self.format.media_type

    def inputs(self, given: Given) -> str:
        """Return the fingerprint of the feed, which says where the archives begin too."""
        return given.contents.fingerprint_of(self.feed)

    def make(self, given: Given) -> Rendered:
        """Render the feed."""
        return _rendered(self, self.format, given.contents, {"in_history": self.in_history})


class ArchiveDocument(msgspec.Struct, frozen=True, gc=False):
    """A UTC month of a feed (RFC 5005)."""

    path: str
    feed: str
    format: Format
    in_history: InHistory

    is_announced: ClassVar[bool] = False
    is_list: ClassVar[bool] = False
    format_name: ClassVar[str] = "atom"

    @classmethod
    def all(cls, contents: Contents) -> Iterator[ArchiveDocument]:
        """Yield those that there are, feed by feed."""
        if contents.histories:
            (atom,) = by_name((cls.format_name,))
            for key in contents.subjects.feeds:
                for month, in_history in contents.histories.documents(key).items():
                    yield cls(of_archive(key, month), key, atom, in_history)

    @property
    def media_type(self) -> str:
        """The format's."""
        return self.format.media_type

    @property
    def month(self) -> str:
        """The month, such as "2024-05"."""
        return self.in_history.month

    def inputs(self, given: Given) -> str:
        """Return the fingerprint of the month and of where it stands, whatever else the feed has."""
        contents = given.contents
        subjects, version = contents.subjects, contents.held(self.feed, self.month).version
        about, picking = subjects.described(self.feed), subjects.picking(self.feed)
        return fingerprint(contents.common, about, self.in_history, version, picking)

    def make(self, given: Given) -> Rendered:
        """Render the month. Hubs hear of the present alone."""
        return _rendered(self, self.format, given.contents, {"in_history": self.in_history, "hubs": ()})


class FeedPage(msgspec.Struct, frozen=True, gc=False):
    """The page for people about a topic's feed, or a named one."""

    path: str
    feed: str

    media_type: ClassVar[str] = PAGE.media_type
    month: ClassVar[str] = ""
    format: ClassVar[Format | None] = None
    is_announced: ClassVar[bool] = False
    is_list: ClassVar[bool] = False

    @classmethod
    def all(cls, contents: Contents) -> Iterator[FeedPage]:
        """Yield those that there are: the feed of everything has the first page instead."""
        if has_pages(contents):
            for key in contents.subjects.feeds[1:]:
                yield cls(of_page(key), key)

    def inputs(self, given: Given) -> str:
        """Return the fingerprint of the feed."""
        return given.contents.fingerprint_of(self.feed)

    def make(self, given: Given) -> Rendered:
        """Render the page."""
        return _rendered(self, PAGE, given.contents, {})


class FeedList(msgspec.Struct, frozen=True, gc=False):
    """The list of all feeds, for import into a reader (OPML). Articles never change it, nor does time."""

    path: ClassVar[str] = OPML
    media_type: ClassVar[str] = "text/x-opml"
    feed: ClassVar[str] = ""
    month: ClassVar[str] = ""
    format: ClassVar[Format | None] = None
    is_announced: ClassVar[bool] = False
    is_list: ClassVar[bool] = False

    @classmethod
    def all(cls, _: Contents) -> Iterator[FeedList]:
        """Yield the one that there is."""
        yield cls()

    def inputs(self, given: Given) -> str:
        """Return the fingerprint of all that it says."""
        contents = given.contents
        outline = assembly.outline(contents.subjects.branches(), contents.config)
        return fingerprint(contents.common, outline)

    def make(self, given: Given) -> Rendered:
        """List the feeds in the first of the formats."""
        from feeds.formats.opml import opml

        contents = given.contents
        outline = assembly.outline(contents.subjects.branches(), contents.config)
        first = feed_formats(by_name(contents.config.feeds.formats))[0]
        return Rendered(self.path, opml(outline, first), 0, 0, 0, FOREVER)


class Asset(msgspec.Struct, frozen=True, gc=False):
    """A file of the package that feeds or pages have browsers load."""

    path: str
    media_type: str

    feed: ClassVar[str] = ""
    month: ClassVar[str] = ""
    format: ClassVar[Format | None] = None
    is_announced: ClassVar[bool] = False
    is_list: ClassVar[bool] = False

    @classmethod
    def of_feeds(cls, contents: Contents) -> Iterable[Asset]:
        """Return what is loaded where a browser shows a feed."""
        formats = by_name(contents.config.feeds.formats)
        is_shown = any(format_.media_type in SHOWN_AS for format_ in formats)
        return cls._all(FEED_ASSETS) if is_shown else ()

    @classmethod
    def of_pages(cls, contents: Contents) -> Iterable[Asset]:
        """Return what pages load."""
        return cls._all(PAGE_ASSETS) if has_pages(contents) else ()

    @classmethod
    def _all(cls, files: Mapping[str, str]) -> Iterator[Asset]:
        return (cls(path, media_type) for path, media_type in files.items())

    def inputs(self, given: Given) -> str:
        """Return the fingerprint of what is the same for all documents, all assets among it."""
        return given.contents.common

    def make(self, _: Given) -> Rendered:
        """Read the file."""
        body = resources.files("feeds").joinpath(self.path.strip("/")).read_bytes()
        return Rendered(self.path, body, 0, 0, 0, FOREVER)


def has_pages(contents: Contents) -> bool:
    """Whether there are pages for people."""
    return PAGE in by_name(contents.config.feeds.formats)


def _rendered(
    kind: FeedDocument | ArchiveDocument | FeedPage,
    format_: Format,
    contents: Contents,
    besides: Mapping[str, object],
) -> Rendered:
    """Render a feed, or a month of it; ``besides`` are fields of the feed that are this document's own."""
    feed, articles = contents.shown(kind.feed, kind.month)
    own: Feed = msgspec.structs.replace(feed, **besides)
    held = contents.held(kind.feed, kind.month)
    updates = [int(article.updated.timestamp()) for article in articles]
    return Rendered(
        kind.path,
        format_.render(own),
        len(articles),
        int(feed.updated.timestamp()),
        max([held.valid_from, *(update for update in updates if update <= contents.instant)]),
        min([held.valid_until, *(update for update in updates if update > contents.instant)]),
    )
