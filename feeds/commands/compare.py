"""`feeds compare`: what subscribers of an old feed, or of an earlier export, meet in the present one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from feeds.config import Config
from feeds.errors import FeedsError
from feeds.formats import suffixes
from feeds.model.feed import Entry
from feeds.model.paths import ALL, feed_key, of_feed, topic_key
from feeds.network.client import Resolve
from feeds.pipeline import build as pipeline
from feeds.pipeline.build import Progress, Synced
from feeds.publication import addresses, redirected

from .explain import key_of
from .foreign_sources import Export, export_of, is_url, read
from .idpatterns import seen
from .markup import first_picture
from .matching import Comparison, Ours, Shelf
from .matching import compare as compared
from .seen import Seen, SeenFeed


class Compared(NamedTuple):
    """What came of a comparison: one feed with one, or every feed of an export with its successor."""

    old: str
    new: str
    feeds: tuple[Comparison, ...]
    gone: tuple[str, ...] = ()
    """Paths at which subscribers found a feed, and find nothing any more."""
    fresh: tuple[str, ...] = ()
    """Keys of feeds that were not there."""
    same: int = 0
    """How many feeds besides show the same as before."""

    @property
    def is_bad(self) -> bool:
        """Whether anything would be shown again as new."""
        return any(one.again for one in self.feeds)


class Request(NamedTuple):
    """What is to be compared; the configuration and the instant are asked for only where they matter."""

    old: str
    new: str
    """A feed of ours, a file, a URL or a folder; "" for all.rss, or for every feed where OLD is an export."""
    config: Callable[[], Config]
    instant: Callable[[], int]


def run(request: Request, progress: Progress | None = None, resolve: Resolve | None = None) -> Compared:
    """Compare. Raises FeedsError where one of both cannot be read, or there is no such feed."""
    old_folder = export_of(request.old)
    old = Export(old_folder) if old_folder else None
    new_folder = export_of(request.new) if request.new else ""
    if new_folder:
        return _with_export(request, old, Export(new_folder), resolve)
    if request.new and (is_url(request.new) or Path(request.new).is_file()):
        if old:
            raise FeedsError(
                f"{request.old} is a folder of feeds, {request.new} is one feed: name one of each"
            )
        # A configuration is asked for only where something is asked for on the network.
        feed = read(request.new, _config_for(request.new, request), resolve)
        ours = Ours(request.new, feed.entries)
        return _one(read(request.old, _config_for(request.old, request), resolve), ours, feed.notes)
    config = request.config()
    # Before records are read: what cannot be had is known at once.
    before = None if old else read(request.old, config, resolve)

    def work(made: Synced) -> Compared:
        site = _Site(made, config, request.instant())
        key = key_of(request.new or ALL, made.publication, config)
        if old:
            return _each(old, request.old, site, key if request.new else "")
        return _one(before or read(request.old, config, resolve), site.ours(key))

    return pipeline.synced(config, request.instant(), work, progress)


def _config_for(source: str, request: Request) -> Config:
    return request.config() if is_url(source) else Config()


def _one(old: SeenFeed, ours: Ours, notes: tuple[str, ...] = ()) -> Compared:
    said = [f"{old.name}: {note}" for note in old.notes] + [f"{ours.name}: {note}" for note in notes]
    found = compared(f"{old.name} ({old.format})", old.entries, ours, said)
    return Compared(old.name, ours.name, (found,))


class _Site:
    """What the publication has now, by feed."""

    def __init__(self, made: Synced, config: Config, now: int) -> None:
        self.name = "what a build makes now"
        self._made = made
        self._config = config
        self._now = now

    @cached_property
    def keys(self) -> list[str]:
        publication = self._made.publication
        return [ALL, *map(topic_key, publication.topics), *map(feed_key, self._config.named)]

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset(self._made.publication.paths)

    def paths(self, key: str) -> list[str]:
        return [path for suffix in suffixes() if (path := of_feed(key, suffix)) in self._paths]

    def leads_on(self, path: str) -> bool:
        slugs = self._made.publication.redirects
        return bool(
            redirected.target(path, self._paths, slugs, self._config.redirects)
            or addresses.moved(path, self._paths, slugs)
        )

    def ours(self, key: str) -> Ours:
        publication = self._made.publication
        limit = publication.limit(key)
        articles = self._made.index.members.newest(key, ALL, self._now, limit)
        shown = [
            _seen(entry, article.path)
            for entry, article in zip(publication.feed(key).entries, articles, strict=True)
        ]

        def beyond() -> Iterator[Seen]:
            return map(seen, self._made.index.members.newest(key, ALL, self._now, None)[limit:])

        return Ours(key, shown, beyond, lambda: self._others, is_whole=True)

    @cached_property
    def _others(self) -> Shelf:
        return Shelf(seen(one.article) for one in self._made.index.records.all_articles(0, 1_000_000_000))


def _seen(entry: Entry, record: str) -> Seen:
    pictures = tuple(enclosure.url for enclosure in entry.enclosures)
    return Seen(
        id=entry.id,
        title=entry.title,
        link=entry.url,
        published=entry.published,
        updated=entry.updated,
        pictures=pictures or tuple(filter(None, [first_picture(entry.content)])),
        record=record,
    )


class _Folder:
    """What an exported folder has, by feed."""

    def __init__(self, export: Export) -> None:
        self.name = export.name
        self.keys = export.keys
        self.paths = export.paths
        self.leads_on = export.leads_on
        self._export = export

    def ours(self, key: str) -> Ours:
        export = self._export
        return Ours(key, export.feed(key).entries, lambda: export.beyond(key), lambda: export.everything)


def _with_export(request: Request, old: Export | None, new: Export, resolve: Resolve | None) -> Compared:
    if old:
        return _each(old, request.old, _Folder(new))
    if ALL not in new.keys:
        raise FeedsError(f"{request.new}: has no feed of everything; name the file of one of its feeds")
    return _one(read(request.old, _config_for(request.old, request), resolve), _Folder(new).ours(ALL))


def _each(old: Export, name: str, site: _Site | _Folder, only: str = "") -> Compared:
    """Compare each feed of an export, or only one, with what is there now."""
    if only and only not in old.keys:
        raise FeedsError(f"{name}: has no feed {only!r}")
    there = set(site.keys)
    keys = [only] if only else old.keys
    found = []
    gone = [
        path
        for key in keys
        for path in sorted(set(old.paths(key)) - set(site.paths(key)))
        if not site.leads_on(path)
    ]
    for key in filter(there.__contains__, keys):
        feed = old.feed(key)
        found.append(compared(key, feed.entries, site.ours(key), feed.notes))
    shown = tuple(one for one in found if not one.is_same)
    fresh = () if only else tuple(key for key in site.keys if key not in old.keys)
    return Compared(name, site.name, shown, tuple(gone), fresh, len(found) - len(shown))
