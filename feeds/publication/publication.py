"""The publication: every URL path, and the document that belongs there at an instant."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence

from feeds.config import Config
from feeds.formats import Format
from feeds.index.index import Index
from feeds.index.rows import DocumentState, Summary
from feeds.model.feed import Feed
from feeds.model.spans import FOREVER
from feeds.model.topics import Topic

from . import announcing, news, order
from .contents import Contents
from .document import Document, Remembered, Rendered
from .kinds import Listed
from .rendering import rendered
from .states import States
from .subjects import Subjects


class Publication:
    """All documents at one instant, made from the index where they are asked for.

    ``now`` is seconds since 1970, UTC. It acts through selection only. What was made is remembered in the
    index when `save` is called. Who makes documents calls `news.tell_news` before.
    """

    def __init__(self, index: Index, config: Config, described: Sequence[Topic], now: int) -> None:
        self._index = index
        self._now = now
        self.config = config
        self.subjects = Subjects(index, config, described)
        self.contents = Contents(index, self.subjects, now)
        self._states = States(index, now)
        self._kinds = order.documents(self.contents)

    def at(self, index: Index, now: int) -> Publication:
        """Return this publication at another instant, reading from another connection to the same index.

        What it knows is not read again. It is nobody else's: several threads may have one each.
        """
        other = copy.copy(self)
        other._index, other._now = index, now
        other.contents, other._states = self.contents.at(index, now), self._states.at(index, now)
        if now >= self.paths_until:
            other._kinds = order.documents(other.contents)
        return other

    @property
    def topics(self) -> Mapping[str, Topic]:
        """The topics that there are, by slug."""
        return self.subjects.topics

    @property
    def redirects(self) -> Mapping[str, str]:
        """Slugs under which topics were known → their slugs now."""
        return self.subjects.redirects

    @property
    def retired(self) -> frozenset[str]:
        """Slugs of topics that are no more."""
        return self.subjects.retired

    @property
    def paths(self) -> Sequence[str]:
        """Every document's path: feeds, then the pages that link to them, then the list of all."""
        return list(self._kinds)

    @property
    def paths_until(self) -> int:
        """The first instant at which there may be other paths by themselves, because of archives."""
        return self.contents.histories.valid_until if self.contents.histories else FOREVER

    def media_type(self, path: str) -> str:
        """Return a document's media type, without parameters."""
        return self._kinds[path].media_type

    def feed_format(self, path: str) -> Format | None:
        """Return the format of what feed readers can subscribe to at a path; None if it is nothing such."""
        return self._kinds[path].format

    def link(self, path: str) -> str:
        """Return the Link field of a document that hubs tell subscribers of, "" if it is none."""
        return announcing.link(self._kinds[path], self.config)

    def announce_later(self, paths: Iterable[str]) -> None:
        """Note in the index which documents changed, for `feeds.push.websub` to tell the hubs."""
        announcing.announce_later(self._index, self.config, self._kinds.values(), paths)

    def images(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each feed's key, and the URLs of its articles' images, newest article first."""
        return news.images(self._index, self.subjects, self._now)

    def summary(self, feed: str) -> Summary:
        """Return what a feed holds."""
        return self.contents.summary(feed)

    def feed(self, key: str) -> Feed:
        """Return a feed, given its key as in `feeds.model.paths`."""
        return self.contents.feed(key)

    def limit(self, key: str) -> int:
        """Return how many entries a feed has at most."""
        return self.subjects.limit(key)

    def state(self, path: str) -> DocumentState | None:
        """Return what is known of a document without making it, or None where it has to be made."""
        state = self._states.timely(path)
        return state if state and state.inputs == self._kinds[path].inputs(self) else None

    def stale(self) -> list[str]:
        """Return the paths of documents that have to be made, but for the list of all, which makes them."""
        return [path for path, kind in self._kinds.items() if not kind.is_list and self.state(path) is None]

    def listed(self) -> list[Listed]:
        """Return every document but the list itself, by path, making those that are not known."""
        paths = sorted(path for path, kind in self._kinds.items() if not kind.is_list)
        for _ in self.documents([path for path in paths if self.state(path) is None]):
            pass
        states = ((path, self._states.known(path)) for path in paths)
        return [Listed(path, self.media_type(path), state) for path, state in states if state]

    def etag(self, path: str) -> str:
        """Return the tag that a document has as far as is known, "" if nothing is."""
        state = self._states.known(path)
        return state.etag if state else ""

    def next_change(self) -> int:
        """Return the first instant at which documents may change, or appear, by themselves."""
        return min(self.paths_until, self._states.next_change(self._kinds))

    def document(self, path: str) -> Document:
        """Make one document. Raises KeyError where there is none at the path."""
        return next(self.documents([path]))

    def documents(self, paths: Sequence[str]) -> Iterator[Document]:
        """Make documents, those of feeds first, on all cores if they are many."""
        return map(self._finish, rendered(paths, self._kinds, self, self._index))

    def _finish(self, made: Rendered) -> Document:
        """Give a document its tag and date, and note them."""
        kind = self._kinds[made.path]
        state = self._states.note(made, kind.inputs(self), is_list=kind.is_list)
        return Document(
            made.path,
            kind.media_type,
            made.body,
            state.etag,
            state.updated,
            made.entries,
            made.valid_until,
            announcing.link(kind, self.config),
        )

    def recall(self, remembered: Mapping[str, Remembered]) -> None:
        """Learn from an earlier export when documents last changed, where the index does not know better."""
        self._states.recall(remembered)

    def save(self) -> None:
        """Remember in the index what was made."""
        self.contents.save()
        self._states.save()
