"""The publication: every URL path, and the document that belongs there at an instant."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from . import compose, topics
from .config import Config
from .feed import EMPTY_SINCE, Feed
from .formats import PAGE, Format, by_name
from .index import DocumentState, Index, Summary
from .model import Article
from .placing import ALL, topic_key
from .selection import FOREVER
from .topics import Topic

if TYPE_CHECKING:
    from .formats.page import Home

RENDERER = 1
"""Raised with every change of what is rendered from the same feed: documents are made anew."""

HOME = "/"
STYLE = "/assets/style.css"
MANIFEST = "/manifest.json"


class Document(NamedTuple):
    """What is handed out at a path."""

    path: str
    """The URL's path below base_url, not percent-encoded."""
    media_type: str
    body: bytes
    etag: str
    """Strong, quoted (RFC 9110 section 8.8.3)."""
    updated: int
    """When the bytes last changed, in seconds since 1970, UTC."""
    entries: int
    valid_until: int
    """The first instant at which selection by itself may give other bytes."""


class Remembered(NamedTuple):
    """What an export knows of a document that it wrote: the tag of its bytes, and when they last changed."""

    etag: str
    updated: int


class _Source(NamedTuple):
    """What a document is made from: a feed and a format, or neither (the home page, the style sheet)."""

    media_type: str
    feed: str = ""
    format: Format | None = None


def etag_of(body: bytes) -> str:
    """Return the strong entity tag of these bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


class Publication:
    """All documents at one instant, made from the index where they are asked for.

    ``now`` is seconds since 1970, UTC. It acts through selection only.
    """

    def __init__(self, index: Index, config: Config, described: Sequence[Topic], now: int) -> None:
        self._index = index
        self._config = config
        self._now = now
        self._formats = by_name(config.feeds.formats)
        self.redirects = {alias: topic.slug for topic in described for alias in topic.aliases}
        """Slugs under which topics were known → their slugs now."""
        everything = topics.catalogue(_titles(index.names(), self.redirects), described)
        self.retired = frozenset(key for key, topic in everything.items() if topic.is_retired)
        """Slugs of topics that are no more."""
        self.topics = {key: topic for key, topic in everything.items() if not topic.is_retired}
        self._versions = index.feed_versions()
        self._summaries = index.summaries()
        self._states = index.documents()
        self._common = _fingerprint(RENDERER, config.site, config.feeds, config.records.site_url)
        self._inputs: dict[str, str] = {}
        self._sources = self._all_sources()

    def _all_sources(self) -> dict[str, _Source]:
        sources = {}
        for feed in (ALL, *map(topic_key, self.topics)):
            for format_ in self._formats:
                sources[f"/{feed}{format_.suffix}"] = _Source(format_.media_type, feed, format_)
        sources[STYLE] = _Source("text/css")
        for feed in map(topic_key, self.topics):
            sources[f"/{feed}{PAGE.suffix}"] = _Source(PAGE.media_type, feed, PAGE)
        sources[HOME] = _Source(PAGE.media_type)
        sources[MANIFEST] = _Source("application/json")
        return sources

    @property
    def paths(self) -> Sequence[str]:
        """Every document's path: feeds, then the pages that link to them, then the list of all."""
        return list(self._sources)

    def media_type(self, path: str) -> str:
        """Return a document's media type, without parameters."""
        return self._sources[path].media_type

    def summary(self, feed: str) -> Summary:
        """Return what a feed holds."""
        summary = self._summaries.get(feed)
        if (
            summary is None
            or summary.version != self._versions.get(feed, 0)
            or not summary.valid_from <= self._now < summary.valid_until
        ):
            summary = self._index.summary(feed, self._now)
            self._summaries[feed] = summary
            self._index.write_summaries({feed: summary})
        return summary

    def feed(self, key: str) -> Feed:
        """Return a feed: "all" or "topics/SLUG"."""
        return self._feed(key)[0]

    def _feed(self, key: str) -> tuple[Feed, list[Article]]:
        topic = self.topics[key.partition("/")[2]] if key != ALL else None
        articles = self._index.newest(key, self._now, self._config.feeds.limit)
        total = self.summary(key).articles
        now = datetime.fromtimestamp(self._now, UTC)
        return compose.feed(key, topic, articles, total, self._config, now), articles

    def state(self, path: str) -> DocumentState | None:
        """Return what is known of a document without making it, or None where it has to be made."""
        state = self._states.get(path)
        if state is None or not state.valid_from <= self._now < state.valid_until:
            return None
        return state if state.inputs == self._inputs_of(path) else None

    def _inputs_of(self, path: str) -> str:
        """Return what a document is made from, as a text that differs where the document may."""
        source = self._sources[path]
        if path == STYLE:
            return self._common
        if path == MANIFEST:
            return _fingerprint(self._states_of_all())
        key = source.feed or HOME
        if key not in self._inputs:
            if source.feed:
                topic = self.topics.get(key.partition("/")[2])
                self._inputs[key] = _fingerprint(self._common, topic, self._versions.get(key, 0))
            else:
                self._inputs[key] = _fingerprint(self._common, self._home())
        return self._inputs[key]

    def _states_of_all(self) -> list[tuple[str, DocumentState]]:
        """Return what every document but the list itself is, making those that are not known."""
        states = []
        for path in sorted(self._sources.keys() - {MANIFEST}):
            if self.state(path) is None:
                self.document(path)
            states.append((path, self._states[path]))
        return states

    def document(self, path: str, remembered: Remembered | None = None) -> Document:
        """Make a document and remember what came out.

        ``remembered`` is what an earlier export knows of it, for where the index does not.

        Raises KeyError where there is none at the path.
        """
        source = self._sources[path]
        valid_from, valid_until = 0, FOREVER
        entries, newest = 0, 0
        if source.format:
            feed, articles = self._feed(source.feed)
            body = source.format.render(feed)
            entries = len(feed.entries)
            newest = int(feed.updated.timestamp())
            summary = self.summary(source.feed)
            updates = [int(article.updated.timestamp()) for article in articles]
            valid_from = max([summary.valid_from, *(u for u in updates if u <= self._now)])
            valid_until = min([summary.valid_until, *(u for u in updates if u > self._now)])
        elif path == HOME:
            from .formats.page import home_page

            home = self._home()
            body = home_page(home, self._formats)
            newest = max((int(line.newest.timestamp()) for line in home.lines if line.newest), default=0)
            summaries = [self.summary(topic_key(key)) for key in self.topics]
            valid_from = max((summary.valid_from for summary in summaries), default=0)
            valid_until = min((summary.valid_until for summary in summaries), default=FOREVER)
        elif path == MANIFEST:
            states = self._states_of_all()
            body = _manifest((path, self.media_type(path), state) for path, state in states)
            newest = max(state.updated for _, state in states)
            valid_from = max(state.valid_from for _, state in states)
            valid_until = min(state.valid_until for _, state in states)
        else:
            body = resources.files("feeds").joinpath(path.strip("/")).read_bytes()
        etag = etag_of(body)
        before = self._states.get(path, remembered)
        # Bytes that nobody has seen before are as old as their newest entry, so that two exports of the same
        # records are the same, whenever they are made; after that, the date only moves forward.
        updated = max(newest, int(EMPTY_SINCE.timestamp()))
        if before is not None:
            updated = before.updated if before.etag == etag else max(self._now, before.updated + 1)
        state = DocumentState(self._inputs_of(path), valid_from, valid_until, etag, updated, entries)
        self._states[path] = state
        self._index.write_documents({path: state})
        return Document(path, source.media_type, body, etag, updated, entries, valid_until)

    def _home(self) -> Home:
        from .formats.page import Home, Line

        lines = []
        for key, topic in self.topics.items():
            summary = self.summary(topic_key(key))
            newest = datetime.fromtimestamp(summary.newest, UTC) if summary.newest else None
            lines.append(Line(key, topic.title, topic.description, summary.articles, newest))
        site = self._config.site
        lines.sort(key=lambda line: (line.title.casefold(), line.slug))
        return Home(
            site.title, site.description, site.language, site.rights, lines, self.summary(ALL).articles
        )


class ManifestLine(msgspec.Struct):
    """One document in manifest.json."""

    path: str
    media_type: str
    etag: str
    updated: datetime
    entries: int


class Manifest(msgspec.Struct):
    """The list of documents: what manifest.json holds."""

    documents: list[ManifestLine]


def _manifest(documents: Iterable[tuple[str, str, DocumentState]]) -> bytes:
    lines = [
        ManifestLine(path, media_type, state.etag, datetime.fromtimestamp(state.updated, UTC), state.entries)
        for path, media_type, state in documents
    ]
    return msgspec.json.format(msgspec.json.encode(Manifest(lines)), indent=1) + b"\n"


def _titles(names: Mapping[str, Mapping[str, int]], redirects: Mapping[str, str]) -> dict[str, str]:
    """Return each topic's title: its most frequent spelling; an alias's only where there is no other."""
    titles = {key: topics.most_frequent(spelled) for key, spelled in names.items() if key not in redirects}
    for alias in sorted(redirects.keys() & names.keys()):
        titles.setdefault(redirects[alias], topics.most_frequent(names[alias]))
    return titles


def _fingerprint(*values: object) -> str:
    return hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()
