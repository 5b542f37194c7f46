"""The publication: every URL path, and the document that belongs there at an instant."""

from __future__ import annotations

import copy
import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from itertools import groupby, zip_longest
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from feeds.config import Config
from feeds.formats import PAGE, Format, by_name, feed_formats
from feeds.formats.browsers import SHOWN_AS
from feeds.index.index import Index
from feeds.index.rows import DocumentState, Month, Summary
from feeds.model import topics
from feeds.model.article import Article, KnownImage
from feeds.model.feed import EMPTY_SINCE, Branch, Entry, Feed, Home, Line, Outline, Place
from feeds.model.spans import FOREVER
from feeds.model.topics import Topic
from feeds.parallel import each
from feeds.selection import named
from feeds.selection.placing import ALL, topic_key

from . import assembly
from .histories import Histories

RENDERER = 3
"""Raised with every change of what is rendered from the same feed: documents are made anew."""

HOME = "/"
FEED_STYLE = "/assets/feed.css"
PAGE_ASSETS = {
    "/assets/style.css": "text/css",
    "/assets/page.js": "text/javascript",
    "/assets/icon.svg": "image/svg+xml",
}
"""What pages load, with its media type: files of the package."""
OPML = "/feeds.opml"
MANIFEST = "/manifest.json"

_JOBS = 8
"""Into so many jobs the making of many documents is divided."""
_MOST_DOCUMENTS = 400
"""In one job, so that memory stays bounded."""


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
    link: str = ""
    """The value of HTTP's Link field (RFC 8288), or ""."""


class Remembered(NamedTuple):
    """What an export knows of a document that it wrote: the tag of its bytes, and when they last changed."""

    etag: str
    updated: int


class _Source(NamedTuple):
    """What a document is made from: a feed and a format, or neither (the home page, the assets)."""

    media_type: str
    feed: str = ""
    format: Format | None = None
    place: Place = Place()
    """Where in the history of its feed it stands."""


class _Made(NamedTuple):
    """What came of rendering: the bytes, and for which instants they are right."""

    path: str
    body: bytes
    entries: int
    newest: int
    """The newest update in it, in seconds since 1970; 0 if there is none."""
    valid_from: int
    valid_until: int


def etag_of(body: bytes) -> str:
    """Return the strong entity tag of these bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


class Publication:
    """All documents at one instant, made from the index where they are asked for.

    ``now`` is seconds since 1970, UTC. It acts through selection only. What was made is remembered in the
    index when `save` is called.
    """

    def __init__(self, index: Index, config: Config, described: Sequence[Topic], now: int) -> None:
        self._index = index
        self.config = self._config = config
        self._now = now
        self._formats = by_name(config.feeds.formats)
        self.redirects = {alias: topic.slug for topic in described for alias in topic.aliases}
        """Slugs under which topics were known → their slugs now."""
        everything = topics.catalogue(_titles(index.records.names(), self.redirects), described)
        self.retired = frozenset(key for key, topic in everything.items() if topic.is_retired)
        """Slugs of topics that are no more."""
        self.topics = {key: topic for key, topic in everything.items() if not topic.is_retired}
        self._feeds = [ALL, *map(topic_key, self.topics), *map(named.feed_key, config.named)]
        self.family = topics.family(self.topics, self.redirects)
        """Which topic stands below which."""
        self._below = self._siblings()
        self._images_are_known = index.images.are_known()
        if not index.is_read_only:
            self.tell_news()
        self._versions = index.members.versions()
        self._summaries = index.documents.summaries()
        self._histories = Histories(index, now, self._versions) if config.feeds.archives else None
        self._states = index.documents.states()
        self._new_summaries: dict[str, Summary] = {}
        self._new_states: dict[str, DocumentState] = {}
        self._remembered: Mapping[str, Remembered] = {}
        self._common = _fingerprint(
            RENDERER, _looks(), config.site, config.feeds, config.records.site_url, config.websub.hubs
        )
        self._inputs: dict[str, str] = {}
        self._entries: dict[tuple[str, bool], Entry] = {}
        """By path of the record, and whether it is as archives show it, where that may be otherwise."""
        self._sources = self._all_sources()

    def at(self, index: Index, now: int) -> Publication:
        """Return this publication at another instant, reading from another connection to the same index.

        What it knows is not read again. It is nobody else's: several threads may have one each.
        """
        other = copy.copy(self)
        other._index, other._now = index, now
        other._summaries, other._states = dict(self._summaries), dict(self._states)
        other._new_summaries, other._new_states, other._entries = {}, {}, {}
        if self._histories:
            other._histories = self._histories.at(index, now)
            if now >= self.paths_until:
                other._sources = other._all_sources()
        return other

    def _all_sources(self) -> dict[str, _Source]:
        feeds = self._feeds
        formats = feed_formats(self._formats)
        sources = {
            f"/{feed}{format_.suffix}": _Source(format_.media_type, feed, format_)
            for feed in feeds
            for format_ in formats
        }
        if self._histories:
            (atom,) = by_name(("atom",))
            for feed in feeds:
                path, place = f"/{feed}{atom.suffix}", self._histories.subscription(feed, self.limit(feed))
                sources[path] = sources[path]._replace(place=place)
                for month, place in self._histories.documents(feed).items():
                    path = f"/{feed}/archive/{month}{atom.suffix}"
                    sources[path] = _Source(atom.media_type, feed, atom, place)
        if any(format_.media_type in SHOWN_AS for format_ in self._formats):
            sources[FEED_STYLE] = _Source("text/css")
        sources[OPML] = _Source("text/x-opml")
        if PAGE in self._formats:
            sources |= {path: _Source(media_type) for path, media_type in PAGE_ASSETS.items()}
            for feed in feeds[1:]:
                sources[f"/{feed}{PAGE.suffix}"] = _Source(PAGE.media_type, feed, PAGE)
            sources[HOME] = _Source(PAGE.media_type)
        sources[MANIFEST] = _Source("application/json")
        return sources

    def tell_news(self) -> int:
        """Have those feeds made anew that show images of which something new is known; return how many."""
        news = self._index.images.news()
        if not news:
            return 0
        keys = [key for key, images in self.images() if not news.isdisjoint(images)]
        self._index.members.renew(keys)
        self._index.images.forget_news()
        return len(keys)

    def images(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each feed's key, and the URLs of its articles' images, newest article first."""
        for key in self._feeds:
            articles = self._index.members.newest(key, ALL, self._now, self.limit(key))
            yield key, [image.url for article in articles for image in article.images]

    @property
    def paths(self) -> Sequence[str]:
        """Every document's path: feeds, then the pages that link to them, then the list of all."""
        return list(self._sources)

    @property
    def paths_until(self) -> int:
        """The first instant at which there may be other paths by themselves, because of archives."""
        return self._histories.valid_until if self._histories else FOREVER

    def media_type(self, path: str) -> str:
        """Return a document's media type, without parameters."""
        return self._sources[path].media_type

    def is_feed(self, path: str) -> bool:
        """Whether feed readers can subscribe to what is at a path."""
        return self.feed_format(path) is not None

    def feed_format(self, path: str) -> Format | None:
        """Return the format of what feed readers can subscribe to at a path; None if it is nothing such."""
        format_ = self._sources[path].format
        return None if format_ is PAGE else format_

    def link(self, path: str) -> str:
        """Return the Link field of a document that hubs tell subscribers of, "" if it is none.

        Both relations are needed for others to subscribe (https://www.w3.org/TR/websub/#discovery).
        """
        hubs = self._config.websub.hubs
        if not hubs or not self.is_feed(path) or self._sources[path].place.month:
            return ""
        address = self._config.site.base_url + quote(path)
        return ", ".join([*(f'<{hub}>; rel="hub"' for hub in hubs), f'<{address}>; rel="self"'])

    def announce_later(self, paths: Iterable[str]) -> None:
        """Note in the index which documents changed, for `feeds.websub` to tell the hubs.

        Documents that hubs know nothing of, such as pages, are passed over.
        """
        known = [path for path in self._sources if self.link(path)]
        self._index.announcements.add(self._config.websub.hubs, sorted(set(paths).intersection(known)))
        self._index.announcements.keep(self._config.websub.hubs, known)

    def summary(self, feed: str) -> Summary:
        """Return what a feed holds."""
        summary = self._summaries.get(feed)
        if (
            summary is None
            or summary.version != self._versions.get(feed, 0)
            or not summary.valid_from <= self._now < summary.valid_until
        ):
            summary = self._index.members.summary(feed, self._now, self._versions.get(feed, 0))
            self._summaries[feed] = self._new_summaries[feed] = summary
        return summary

    def feed(self, key: str) -> Feed:
        """Return a feed: "all", "topics/SLUG" or "feeds/NAME"."""
        return self._feed(key)[0]

    def _feed(self, key: str, month: str = "", limit: int = 0) -> tuple[Feed, list[Article]]:
        most = None if month else limit or self.limit(key)
        articles = self._index.members.newest(key, ALL, self._now, most, month)
        entries = self._entries_of(articles, is_archived=bool(month))
        total = self.summary(key).articles
        return assembly.feed(key, self.described(key), entries, total, self._config), articles

    def described(self, key: str) -> Topic | None:
        """Return what is known about a feed's subject; None for the feed of everything."""
        if name := named.name_of(key):
            return named.described(name, self._config.named[name])
        return self.topics[key.partition("/")[2]] if key != ALL else None

    def limit(self, key: str) -> int:
        """Return how many entries a feed has at most."""
        table = self._config.named.get(named.name_of(key))
        return table.limit if table and table.limit else self._config.feeds.limit

    def _entries_of(self, articles: Sequence[Article], *, is_archived: bool) -> tuple[Entry, ...]:
        """Compose entries, each once for all feeds it is in.

        Archives show images as records name them: they change with their articles, and with nothing else.
        """
        if len(self._entries) >= self._index.members.most_recent:
            self._entries.clear()
        kept = is_archived and self._images_are_known
        new = [article for article in articles if (article.path, kept) not in self._entries]
        known: Mapping[str, KnownImage] = {}
        if self._images_are_known and not is_archived:
            known = self._index.images.shown({image.url for article in new for image in article.images})
        now = datetime.fromtimestamp(self._now, UTC)
        for article in new:
            self._entries[article.path, kept] = assembly.entry(article, self._config, now, known)
        return tuple(self._entries[article.path, kept] for article in articles)

    def state(self, path: str) -> DocumentState | None:
        """Return what is known of a document without making it, or None where it has to be made."""
        state = self._states.get(path)
        if state is None or not state.valid_from <= self._now < state.valid_until:
            return None
        return state if state.inputs == self._inputs_of(path) else None

    def _inputs_of(self, path: str) -> str:
        """Return what a document is made from, as a text that differs where the document may."""
        source = self._sources[path]
        if path == FEED_STYLE or path in PAGE_ASSETS:
            return self._common
        if path == OPML:
            return _fingerprint(self._common, self._outline())
        if path == MANIFEST:
            return _fingerprint(self._listed())
        if source.place.month:
            about, version = self.described(source.feed), self._held(source).version
            return _fingerprint(self._common, about, source.place, version)
        key = source.feed or HOME
        if key not in self._inputs:
            if source.feed:
                about, version = self.described(key), self._versions.get(key, 0)
                self._inputs[key] = _fingerprint(self._common, about, self.limit(key), version)
            else:
                feeds = (ALL, *map(topic_key, self.topics), *map(named.feed_key, self._config.named))
                versions = [self._versions.get(feed, 0) for feed in feeds]
                subjects = [self.described(feed) for feed in feeds]
                self._inputs[key] = _fingerprint(self._common, subjects, self.family.parents, versions)
        return self._inputs[key]

    def _listed(self) -> list[tuple[str, DocumentState]]:
        """Return the state of every document but the list itself, making those that are not known."""
        paths = sorted(self._sources.keys() - {MANIFEST})
        for _ in self.documents([path for path in paths if self.state(path) is None]):
            pass
        return [(path, self._states[path]) for path in paths]

    def stale(self) -> list[str]:
        """Return the paths of documents that have to be made, but for the list of all, which makes them."""
        return [path for path in self._sources if path != MANIFEST and self.state(path) is None]

    def etag(self, path: str) -> str:
        """Return the tag that a document has as far as is known, "" if nothing is."""
        state = self._states.get(path)
        return state.etag if state else ""

    def next_change(self) -> int:
        """Return the first instant at which documents may change, or appear, by themselves."""
        states = (self._states.get(path) for path in self._sources)
        return min([self.paths_until, *(state.valid_until for state in states if state)])

    def document(self, path: str) -> Document:
        """Make one document. Raises KeyError where there is none at the path."""
        return next(self.documents([path]))

    def recall(self, remembered: Mapping[str, Remembered]) -> None:
        """Learn from an earlier export when documents last changed, where the index does not know better."""
        self._remembered = remembered
        for path, state in self._states.items():
            before = remembered.get(path)
            if before and before.updated > state.updated:
                later = state._replace(updated=_date(state.etag, before, self._now))
                self._states[path] = self._new_states[path] = later

    def documents(self, paths: Sequence[str]) -> Iterator[Document]:
        """Make documents, those of feeds first, on all cores if they are many."""
        of_feeds = [path for path in paths if self._sources[path].feed]
        if self._index.is_committed:
            of_feeds.sort(key=self._order)
            answers = each(self._make_feeds, _shared_out(of_feeds), self._index.reopen)
        else:
            # Other processes would not see what this one has written. Feed by feed, to take little memory.
            of_feeds.sort(key=self._held_key)
            jobs = [list(group) for _, group in groupby(of_feeds, self._held_key)]
            answers = ((job, self._make_feeds(job)) for job in jobs)
        for _, (made, summaries) in answers:
            self._summaries |= summaries
            self._new_summaries |= summaries
            for one in made:
                yield self._finish(one)
        for path in paths:
            if not self._sources[path].feed:
                yield self._finish(self._make_other(path))

    def _order(self, path: str) -> tuple[str, str]:
        """Sort documents of the same articles and format next to each other: entries are written once."""
        return self._sources[path].place.month or path.rpartition(".")[2], path

    def _held_key(self, path: str) -> tuple[str, str]:
        """Return what a document shows: a feed, and the month of it, "" for its newest."""
        source = self._sources[path]
        return source.feed, source.place.month

    def _make_feeds(self, paths: list[str]) -> tuple[list[_Made], dict[str, Summary]]:
        made = []
        feeds: dict[tuple[str, str], tuple[Feed, list[Article]]] = {}
        for path in paths:
            source = self._sources[path]
            if source.format is None:
                continue
            key = source.feed, source.place.month
            if key not in feeds:
                feeds = {key: self._feed(*key)}
            feed, articles = feeds[key]
            held = self._held(source)
            updates = [int(article.updated.timestamp()) for article in articles]
            made.append(
                _Made(
                    path,
                    source.format.render(_placed(feed, source.place)),
                    len(articles),
                    int(feed.updated.timestamp()),
                    max([held.valid_from, *(u for u in updates if u <= self._now)]),
                    min([held.valid_until, *(u for u in updates if u > self._now)]),
                )
            )
        return made, {self._sources[path].feed: self.summary(self._sources[path].feed) for path in paths}

    def _held(self, source: _Source) -> Summary | Month:
        """Return what is held by the feed, or the month of it, that a document shows."""
        if source.place.month and self._histories:
            return self._histories.month(source.feed, source.place.month)
        return self.summary(source.feed)

    def _make_other(self, path: str) -> _Made:
        if path == HOME:
            from feeds.formats.page import LATEST, home_page

            home = Home(
                self._feed(ALL, limit=min(LATEST, self._config.feeds.limit))[0],
                tuple(self._lines()),
                self._named_lines(),
                self._config.site.compose,
            )
            shown = (ALL, *map(topic_key, self.topics), *map(named.feed_key, self._config.named))
            summaries = [self.summary(feed) for feed in shown]
            return _Made(
                path,
                home_page(home, feed_formats(self._formats)),
                0,
                max(summary.newest for summary in summaries),
                max(summary.valid_from for summary in summaries),
                min(summary.valid_until for summary in summaries),
            )
        if path == MANIFEST:
            listed = self._listed()
            return _Made(
                path,
                _manifest((path, self.media_type(path), state) for path, state in listed),
                0,
                max(state.updated for _, state in listed),
                max(state.valid_from for _, state in listed),
                min(state.valid_until for _, state in listed),
            )
        if path == OPML:
            from feeds.formats.opml import opml

            return _Made(path, opml(self._outline(), feed_formats(self._formats)[0]), 0, 0, 0, FOREVER)
        body = resources.files("feeds").joinpath(path.strip("/")).read_bytes()
        return _Made(path, body, 0, 0, 0, FOREVER)

    def _finish(self, made: _Made) -> Document:
        """Give a document its tag and date, and note them."""
        etag = etag_of(made.body)
        known = self._states.get(made.path)
        before = Remembered(known.etag, known.updated) if known else self._remembered.get(made.path)
        # Bytes that nobody has seen before are as old as their newest entry, so that two exports of the same
        # records are the same, whenever they are made; after that, the date only moves forward.
        inputs = self._inputs_of(made.path)
        if before:
            updated = _date(etag, before, self._changed_at(made, before, known, inputs))
        else:
            updated = max(made.newest, int(EMPTY_SINCE.timestamp()))
        state = DocumentState(inputs, made.valid_from, made.valid_until, etag, updated, made.entries)
        self._states[made.path] = self._new_states[made.path] = state
        return Document(
            made.path,
            self.media_type(made.path),
            made.body,
            etag,
            updated,
            made.entries,
            made.valid_until,
            self.link(made.path),
        )

    def _changed_at(self, made: _Made, before: Remembered, known: DocumentState | None, inputs: str) -> int:
        """Return since when a document may have these bytes.

        Where nothing but time has changed them, that is an instant at which all who make it arrive, whenever
        they do: several processes of a server hand out the same date.
        """
        if made.path == MANIFEST and made.newest > before.updated:
            return made.newest
        if known and known.inputs == inputs and made.path != MANIFEST:
            return made.valid_from
        return self._now

    def save(self) -> None:
        """Remember in the index what was made."""
        self._index.documents.write_summaries(self._new_summaries)
        self._index.documents.write_states(self._new_states)
        if self._histories:
            self._histories.save()
        self._new_summaries, self._new_states = {}, {}

    def _siblings(self) -> dict[str, list[str]]:
        """Return the topics below each topic ("" for those at the top), by title."""
        below: dict[str, list[str]] = {}
        for key in sorted(self.topics, key=lambda key: (self.topics[key].title.casefold(), key)):
            below.setdefault(self.family.parents.get(key, ""), []).append(key)
        return below

    def _lines(self, above: str = "") -> Iterator[Line]:
        title = self.topics[above].title if above else ""
        for key in self._below.get(above, ()):
            yield self._line(topic_key(key), self.topics[key], title)
            yield from self._lines(key)

    def _outline(self) -> Outline:
        single = [ALL, *map(named.feed_key, self._config.named)]
        branches = [assembly.branch(key, self.described(key), (), self._config) for key in single]
        return assembly.outline((*branches, *self._branches("")), self._config)

    def _branches(self, above: str) -> tuple[Branch, ...]:
        return tuple(
            assembly.branch(topic_key(key), self.topics[key], self._branches(key), self._config)
            for key in self._below.get(above, ())
        )

    def _named_lines(self) -> tuple[Line, ...]:
        feeds = self._config.named.items()
        return tuple(self._line(named.feed_key(name), named.described(name, table)) for name, table in feeds)

    def _line(self, key: str, about: Topic, above: str = "") -> Line:
        summary = self.summary(key)
        newest = datetime.fromtimestamp(summary.newest, UTC) if summary.newest else None
        return Line(about.slug, about.title, about.description, summary.articles, newest, above)


def _date(etag: str, before: Remembered, now: int) -> int:
    """Return when a document last changed that had another tag, or the same, before."""
    return before.updated if before.etag == etag else max(now, before.updated + 1)


@functools.cache
def _looks() -> str:
    """Return a hash of the templates and of the assets, which decide how pages look."""
    digest = hashlib.sha256()
    for folder in ("templates", "assets"):
        for file in sorted(resources.files("feeds").joinpath(folder).iterdir(), key=lambda file: file.name):
            digest.update(file.read_bytes())
    return digest.hexdigest()


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


def _placed(feed: Feed, place: Place) -> Feed:
    """Return a feed as it stands at a place of its history; hubs hear of the present alone."""
    return msgspec.structs.replace(feed, place=place, hubs=() if place.month else feed.hubs)


def _shared_out(ordered: list[str]) -> list[list[str]]:
    """Divide the making of many documents into jobs.

    A process that has made one feed's RSS has half of what it needs for the next feed's RSS, so that jobs are
    of one format, as far as possible, and those that are begun at the same time are of different ones.
    """
    if len(ordered) <= 2 * _JOBS:
        return [sorted(ordered)] if ordered else []
    size = min(-(-len(ordered) // _JOBS), _MOST_DOCUMENTS)
    jobs = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    half = -(-len(jobs) // 2)
    return [job for pair in zip_longest(jobs[:half], jobs[half:]) for job in pair if job]


def _titles(names: Mapping[str, Mapping[str, int]], redirects: Mapping[str, str]) -> dict[str, str]:
    """Return each topic's title: its most frequent spelling; an alias's only where there is no other."""
    titles = {key: topics.most_frequent(spelled) for key, spelled in names.items() if key not in redirects}
    for alias in sorted(redirects.keys() & names.keys()):
        titles.setdefault(redirects[alias], topics.most_frequent(names[alias]))
    return titles


def _fingerprint(*values: object) -> str:
    return hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()
