"""Publishing for servers: one process writes the index, and all of them read what was published last."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, TypeVar

import msgspec

from feeds.config import Config
from feeds.errors import FeedsError, Problem
from feeds.formats import forget
from feeds.index.index import Index
from feeds.index.opening import IndexUnreadable, file_of, reading, with_index
from feeds.index.rows import DocumentState
from feeds.model.paths import MANIFEST
from feeds.model.topics import Topic
from feeds.parallel import apart
from feeds.pipeline import build
from feeds.pipeline.sync import Noticed, Report, is_current, is_synced, sync
from feeds.publication.document import Document
from feeds.publication.news import tell_news
from feeds.publication.publication import Publication

from .leader import Leadership

Result = TypeVar("Result")

_PUBLISHED = "published"
_LOCK_SECONDS = 5
_LEADER_SECONDS = 60
_PAUSE_SECONDS = 0.05
_FEW = 50
"""Documents that share what is made for one of them; more of it would take memory for good."""


class Terms(msgspec.Struct, frozen=True):
    """What a publication is made by, besides the records.

    The index carries it, so that no process combines articles with another configuration than the others do.
    """

    config: Config
    topics: tuple[Topic, ...]
    """Those described in config.toml and topic files."""


class Edition(NamedTuple):
    """What the index holds at one commit, as far as it is the same for all documents."""

    number: int
    """The index's generation."""
    terms: Terms
    publication: Publication
    """To be taken to a connection and an instant by `Publication.at`."""
    report: Report
    paths: frozenset[str]
    paths_until: int
    """The first instant at which there may be other paths by themselves."""
    redirects: Mapping[str, str]
    retired: frozenset[str]
    current: Mapping[str, DocumentState]
    """The state of those documents that were asked about and need not be made."""


class Published(NamedTuple):
    """What came of publishing."""

    report: Report
    next_change: int
    """The first instant at which documents change by themselves, in seconds since 1970."""
    has_news: bool
    """Whether there are hubs to tell of what changed."""


class Ready(NamedTuple):
    """What came of making an index ready."""

    report: Report | None
    """What the sync did; None if none was needed."""
    note: str = ""
    """Why the index was made anew, or ""."""


def terms_of(config: Config) -> tuple[Terms, list[Problem]]:
    """Read the topic files; return the terms, and what is wrong with those files.

    Raises FeedsError where a folder of topic files is missing.
    """
    topics, problems = build.described_topics(config)
    return Terms(config, tuple(topics)), problems


def publish(
    terms: Terms,
    now: int,
    folders: Collection[str] | None,
    made: Callable[[Document], object],
    noted: Callable[[str], object],
    noticed: Noticed | None = None,
    *,
    is_doubted: bool = False,
) -> Published:
    """Sync the index and make every document that changed: all of it is seen at once, or nothing.

    ``folders`` are full paths: of all folders, only these have changed; without them, any may have. ``made``
    gets each document that was made; ``noted``, if the index is made anew, the reason, before it is;
    ``noticed`` what is wrong with the records that are read. An index that ``is_doubted`` is read to its end
    first.

    Raises FeedsError where records or index cannot be reached; what was published before stays.
    """

    def run(index: Index) -> Published:
        if index.note:
            noted(index.note)
        elif is_doubted:
            index.verify()
        index.save_memory()
        report = sync(index, terms.config, terms.topics, folders=folders, noticed=noticed)
        index.search.keep_complete()
        tell_news(index, terms.config, terms.topics, now)
        publication = Publication(index, terms.config, terms.topics, now)
        before = {path: publication.etag(path) for path in publication.paths}
        changed = []
        for count, document in enumerate(publication.documents(publication.stale())):
            made(document)
            if document.etag != before[document.path]:
                changed.append(document.path)
            if count % _FEW == 0:
                forget()
        if publication.state(MANIFEST) is None:
            made(publication.document(MANIFEST))
        publication.announce_later(changed)
        publication.save()
        # Written even where it is the same, so that every publication has a number of its own.
        index.facts.remember(_PUBLISHED, _encoded(terms))
        return Published(report, publication.next_change(), bool(changed and index.announcements.waiting()))

    return with_index(terms.config.index.url, terms.config.root, run, _LOCK_SECONDS)


def read_edition(terms: Terms, now: int, *, is_live: bool) -> Edition:
    """Read what there is now.

    Where ``is_live``, the edition's terms are those that it was published by, else the ones given. Raises
    IndexUnreadable.
    """
    return _read(terms, lambda index: _edition(index, terms, now, (), is_live=is_live))


def newer_edition(known: Edition, now: int, kept: Collection[str], *, is_live: bool) -> Edition | None:
    """Read what there is now; None if that is what is known.

    ``kept`` are the documents that are asked about; all else is as in `read_edition`.
    """

    def read(index: Index) -> Edition | None:
        if index.number == known.number and now < known.paths_until:
            return None
        return _edition(index, known.terms, now, kept, is_live=is_live)

    return _read(known.terms, read)


def _edition(index: Index, terms: Terms, now: int, kept: Collection[str], *, is_live: bool) -> Edition:
    published = index.facts.get(_PUBLISHED) if is_live else ""
    agreed = msgspec.json.decode(published, type=Terms) if published else terms
    publication = Publication(index, agreed.config, agreed.topics, now)
    paths = frozenset(publication.paths)
    # The list of all documents tells of itself only when all others are made.
    states = {path: publication.state(path) for path in kept if path in paths and path != MANIFEST}
    problems = index.records.count_problems()
    return Edition(
        number=index.number,
        terms=agreed,
        publication=publication,
        report=Report(0, 0, 0, index.records.count_articles(), problems["rejection"], problems["warning"]),
        paths=paths,
        paths_until=publication.paths_until,
        redirects=publication.redirects,
        retired=publication.retired,
        current={path: state for path, state in states.items() if state},
    )


def _read(terms: Terms, work: Callable[[Index], Result]) -> Result:
    """Read the index if records were ever read into it."""
    url, root = terms.config.index.url, terms.config.root

    def read(index: Index) -> Result:
        if not is_synced(index.facts):
            raise IndexUnreadable(file_of(url, root), "no records have been read yet", is_lasting=False)
        return work(index)

    return reading(url, root, read)


def make_document(edition: Edition, path: str, now: int) -> Document | None:
    """Make a document of an edition; None if the index holds another edition by now.

    Raises IndexUnreadable, and KeyError where there is no such document.
    """

    def make(index: Index) -> Document | None:
        if index.number != edition.number:
            return None
        return edition.publication.at(index, now).document(path)

    try:
        return _read(edition.terms, make)
    finally:
        forget()


def ready(
    terms: Terms,
    now: int,
    leadership: Leadership,
    progress: build.Progress | None = None,
    *,
    is_live: bool,
) -> Ready:
    """Make sure that there is an index to serve from, published by these terms.

    Where there is one, and it will be kept up to date (``is_live``), records are not looked at now. Otherwise
    they are, and documents that nobody ever made are made once: their tags and dates have to be known before
    several processes hand them out.

    Raises FeedsError where records or index cannot be reached, or a server with other settings uses the
    index.
    """
    leadership.check()
    file = file_of(terms.config.index.url, terms.config.root)
    deadline = time.monotonic() + _LEADER_SECONDS

    def tell(task: str, done: int, total: int) -> None:
        if progress:
            progress(task, done, total)

    def run(index: Index) -> Ready:
        report = None
        if not is_live or not is_current(index.facts, terms.config, terms.topics):
            report = sync(index, terms.config, terms.topics, functools.partial(tell, "Reading records"))
            # So that other processes see it, which help to make documents.
            index.commit()
        tell_news(index, terms.config, terms.topics, now)
        publication = Publication(index, terms.config, terms.topics, now)
        stale = publication.stale()
        for done, _ in enumerate(publication.documents(stale), 1):
            tell("Rendering feeds", done, len(stale))
        if publication.state(MANIFEST) is None:
            publication.document(MANIFEST)
        publication.save()
        if index.facts.get(_PUBLISHED) != _encoded(terms):
            index.facts.remember(_PUBLISHED, _encoded(terms))
        return Ready(report, index.note)

    while True:
        is_usable, is_ours = _found(terms)
        if is_live and is_usable and is_ours:
            return Ready(None)
        if leadership.take():
            try:
                # Much memory is needed once, and never again by who stays.
                return apart(lambda: with_index(terms.config.index.url, terms.config.root, run))
            finally:
                leadership.release()
        if is_usable:
            # Another process of this server leads; it will have noticed what changed.
            return Ready(None)
        if time.monotonic() > deadline:
            raise FeedsError(f"the index {file} is kept by another server, which does not get done with it")
        time.sleep(_PAUSE_SECONDS)


def _found(terms: Terms) -> tuple[bool, bool]:
    """Return whether an index that can be served is there, and whether it was published by these terms."""

    def look(index: Index) -> tuple[bool, bool]:
        is_usable = is_current(index.facts, terms.config, terms.topics)
        return is_usable, index.facts.get(_PUBLISHED) == _encoded(terms)

    try:
        return _read(terms, look)
    except IndexUnreadable:
        return False, False


def _encoded(terms: Terms) -> str:
    return msgspec.json.encode(terms).decode()
