"""The publication as a server needs it: synced once, its documents made when first asked for and kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from . import http, pipeline
from .config import Config
from .desk import Desk
from .formats import OPEN_TYPES
from .http import Answer, Environ, Policy, Prepared
from .publication import Document, Publication
from .sync import Report


class _Kept(NamedTuple):
    """A prepared document, and for how long it can be handed out as it is."""

    prepared: Prepared
    lasting_until: int
    """From this instant on, caches have to be told a shorter time than usual."""
    valid_until: int
    """From this instant on, another document may be due."""


class Library:
    """The documents of one configuration, for several threads at once.

    ``clock`` tells the instant in seconds since 1970; a document is made anew when selection by itself makes
    another one due.
    """

    def __init__(self, config: Config, clock: Callable[[], int] | None = None) -> None:
        self.config = config
        self._clock = clock or (lambda: int(time.time()))
        self._kept: dict[str, _Kept] = {}
        server = config.server
        self._policy = Policy(server.max_age, server.stale_while_revalidate, server.stale_if_error)
        self._lock = threading.Lock()
        self._known = pipeline.described_topics(config)[0]
        self.tell_made: Callable[[float], None] = lambda _: None
        """Called with the seconds that making a document took."""
        self.desk = Desk(config, self._known, self._clock)
        """Where questions are answered."""
        self.report, self.redirects, self.retired, self.paths, self._paths_until = pipeline.synced(
            config, self._clock(), _overview
        )

    def answer(self, path: str, environ: Environ) -> Answer | None:
        """Answer a GET or HEAD request for the document at a path; None where there is none."""
        kept = self._kept.get(path)
        now = self._clock()
        if kept is None or now >= kept.valid_until:
            kept = self._get(path)
            if kept is None:
                return None
        given = http.answer(kept.prepared, environ)
        if now < kept.lasting_until or not given.headers:
            return given
        return http.with_cache_control(given, self._policy.cache_control(max(kept.valid_until - now, 0)))

    def _get(self, path: str) -> _Kept | None:
        if (now := self._clock()) >= self._paths_until:
            with self._lock:
                if now >= self._paths_until:
                    self.paths, self._paths_until = pipeline.published(self.config, self._known, now, _paths)
        if path not in self.paths:
            return None
        with self._lock:
            kept = self._kept.get(path)
            now = self._clock()
            if kept is None or now >= kept.valid_until:
                kept = self._make(path, now)
                if kept:
                    self._kept[path] = kept
            return kept

    def _make(self, path: str, now: int) -> _Kept | None:
        def make(publication: Publication) -> Document | None:
            return publication.document(path) if path in publication.paths else None

        begun = time.perf_counter()
        document = pipeline.published(self.config, self._known, now, make)
        if document is None:
            return None
        prepared = http.prepare(
            path,
            document.media_type,
            document.body,
            document.etag,
            document.updated,
            self._policy.cache_control(document.valid_until - now),
            document.media_type in OPEN_TYPES,
            link=document.link,
        )
        self.tell_made(time.perf_counter() - begun)
        usual = self._policy.max_age + self._policy.stale_while_revalidate
        return _Kept(prepared, document.valid_until - usual, document.valid_until)


def _overview(
    made: pipeline.Synced,
) -> tuple[Report, dict[str, str], frozenset[str], frozenset[str], int]:
    publication = made.publication
    return made.report, publication.redirects, publication.retired, *_paths(publication)


def _paths(publication: Publication) -> tuple[frozenset[str], int]:
    return frozenset(publication.paths), publication.paths_until
