"""The publication as a server needs it: prepared documents in memory, always of the newest edition."""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from feeds.config import Config
from feeds.errors import FeedsError
from feeds.formats import open_types
from feeds.http import answers
from feeds.http.answers import Answer, Environ, Prepared
from feeds.http.caching import Policy
from feeds.index.generation import Generation
from feeds.index.opening import IndexUnreadable, file_of, generation_file
from feeds.pipeline.sync import Report
from feeds.publication.document import Document

from . import editions
from .cache import Recent, SingleFlight
from .editions import Edition, Terms
from .queries import QueryFeeds

_OVERHEAD = 6_000
"""Bytes that a prepared document takes besides its bodies, roughly: fields, three variants, their answers."""
_DEAF_SECONDS = 1.0
_PATIENCE_SECONDS = 2.0
_PAUSE_SECONDS = 0.05


class Timed(NamedTuple):
    """A prepared document, and for how long it can be handed out as it is."""

    prepared: Prepared
    lasting_until: int
    """From this instant on, caches have to be told a shorter time than usual."""
    valid_until: int
    """From this instant on, another document may be due."""

    @property
    def size(self) -> int:
        """Bytes, roughly."""
        return self.prepared.size + _OVERHEAD


def prepare(document: Document, config: Config, now: int) -> Timed:
    """Compute everything about a document that does not depend on the request."""
    policy = Policy.of(config.server)
    prepared = answers.prepare(
        document.path,
        document.media_type,
        document.body,
        document.etag,
        document.updated,
        policy.cache_control(document.valid_until - now),
        document.media_type in open_types(),
        link=document.link,
    )
    return Timed(prepared, document.valid_until - policy.usual, document.valid_until)


class PreparedDocuments:
    """The documents of one index, for all threads of one process. It never writes to the index.

    Documents are made when they are first asked for, each once however many ask at the same time. They stay
    until there is another edition in which they are others, or until they take more than [server] cache_mb:
    then those go that nobody asked for the longest.

    ``clock`` tells the instant in seconds since 1970. ``recover`` is called when the index cannot be read; if
    none is given, somebody else will bring it back. Raises FeedsError where there is nothing to serve.
    """

    def __init__(
        self,
        terms: Terms,
        clock: Callable[[], int] | None = None,
        recover: Callable[[], object] | None = None,
        *,
        is_live: bool = False,
    ) -> None:
        self._clock = clock or (lambda: int(time.time()))
        self._recover = recover
        self._is_live = is_live
        self._kept: Recent[str, Timed] = Recent(0, lambda kept: kept.size)
        self._flights: SingleFlight[str, tuple[int, Timed] | None] = SingleFlight()
        self._lock = threading.Lock()
        """So that what is kept belongs to the edition; held for moments."""
        self._learning = threading.Lock()
        self._recovering = threading.Lock()
        self._deaf_until = 0.0
        self.tell_made: Callable[[float], None] = lambda _: None
        """Called with the seconds that making a document took."""
        try:
            file = file_of(terms.config.index.url, terms.config.root)
            self.generation = Generation(generation_file(file))
        except OSError as error:
            raise FeedsError(f"{error.filename} cannot be made: {error.strerror}") from None
        self.edition = editions.read_edition(terms, self._clock(), is_live=is_live)
        self._query_feeds = self._query_feeds_of(self.edition)
        self._take(self.edition, {})

    @property
    def config(self) -> Config:
        """The configuration that the newest edition was published by."""
        return self.edition.terms.config

    @property
    def query_feeds(self) -> QueryFeeds:
        """Where questions are answered, by the newest edition's terms."""
        self._newest()
        return self._query_feeds

    def _query_feeds_of(self, edition: Edition) -> QueryFeeds:
        terms = edition.terms
        return QueryFeeds(terms.config, terms.topics, self._clock, lambda: self._newest().number)

    @property
    def report(self) -> Report:
        """How much there is in the newest edition."""
        return self._newest().report

    @property
    def paths(self) -> frozenset[str]:
        """The path of every document."""
        return self._newest().paths

    @property
    def redirects(self) -> Mapping[str, str]:
        """Slugs under which topics were known → their slugs now."""
        return self._newest().redirects

    @property
    def retired(self) -> frozenset[str]:
        """Slugs of topics that are no more."""
        return self._newest().retired

    # -- answering ------------------------------------------------------------------------------------------

    def answer(self, path: str, environ: Environ) -> Answer | None:
        """Answer a GET or HEAD request for the document at a path; None where there is none.

        Raises FeedsError where it is not in memory and cannot be made.
        """
        # First the number, then the document: what is kept while the number stands is of the newest edition.
        if self.edition.number != self.generation.number:
            self._newest()
        kept = self._kept.get(path)
        now = self._clock()
        if kept is None or now >= kept.valid_until:
            kept = self._get(path)
            if kept is None:
                return None
        given = answers.answer(kept.prepared, environ)
        if now < kept.lasting_until or not given.headers:
            return given
        return answers.with_cache_control(given, self._policy.cache_control(max(kept.valid_until - now, 0)))

    def _get(self, path: str) -> Timed | None:
        while True:
            edition = self._newest()
            kept = self._kept.get(path)
            if kept and self._clock() < kept.valid_until:
                return kept
            if path not in edition.paths:
                return None
            landed, is_ours = self._flights.make(path, functools.partial(self._make, edition, path))
            # What others began to make before this request came may be older than what was answered by then.
            if landed and (is_ours or landed[0] == self.generation.number):
                return landed[1]

    def _make(self, edition: Edition, path: str) -> tuple[int, Timed] | None:
        """Make a document and keep it; None if there is a newer edition, from which it has to be made."""
        now, begun = self._clock(), time.perf_counter()
        try:
            document = editions.make_document(edition, path, now)
        except IndexUnreadable as error:
            self._bring_back(error)
            document = None
        if document is None:
            self._learn({}, is_forced=True)
            return None
        kept = prepare(document, edition.terms.config, now)
        self.tell_made(time.perf_counter() - begun)
        with self._lock:
            if edition is self.edition:
                self._kept.put(path, kept)
        return edition.number, kept

    # -- keeping --------------------------------------------------------------------------------------------

    def is_kept(self, path: str) -> bool:
        """Whether a document is in memory, so that it is worth being renewed there."""
        return path in self._kept

    @property
    def size(self) -> int:
        """Bytes that documents take in memory, roughly."""
        return self._kept.size

    # -- learning -------------------------------------------------------------------------------------------

    def _newest(self) -> Edition:
        """Return the newest edition that can be read."""
        is_old = self.edition.number != self.generation.number
        is_past = self._clock() >= self.edition.paths_until
        if (is_old or is_past) and time.monotonic() >= self._deaf_until:
            try:
                self._learn({}, is_forced=is_past)
            except IndexUnreadable as error:
                # What is in memory goes on being served.
                self._deaf_until = time.monotonic() + _DEAF_SECONDS
                self._tell(error)
        return self.edition

    def learn(self, renewed: Mapping[str, Timed]) -> None:
        """Take over a newer edition, with documents of it that are prepared already.

        Raises IndexUnreadable.
        """
        self._learn(renewed, is_forced=True)

    def _learn(self, renewed: Mapping[str, Timed], *, is_forced: bool = False) -> None:
        with self._learning:
            before = self.edition
            if before.number == self.generation.number and not is_forced:
                return
            asked = {*self._kept, *renewed}
            edition = editions.newer_edition(before, self._clock(), asked, is_live=self._is_live)
            if edition:
                self._take(edition, renewed)

    def _take(self, edition: Edition, renewed: Mapping[str, Timed]) -> None:
        server = edition.terms.config.server
        with self._lock:
            if self.edition.terms != edition.terms:
                self._kept.clear()
                self._query_feeds = self._query_feeds_of(edition)
            self._kept.keep_if(lambda path, kept: _is_same(kept, edition, path))
            self._policy = Policy.of(server)
            self._kept.most_bytes = server.cache_mb * 1_000_000
            for path, kept in renewed.items():
                if _is_same(kept, edition, path):
                    self._kept.put(path, kept)
            self.edition = edition

    # -- trouble --------------------------------------------------------------------------------------------

    def _tell(self, error: IndexUnreadable) -> None:
        """Tell who leads that the index is not as it should be."""
        self.generation.renew()
        if error.is_lasting:
            self.generation.sound()

    def _bring_back(self, error: IndexUnreadable) -> None:
        """Bring the index back, or wait a moment until it is; raise the error if it is not."""
        if self._recover:
            self._recover()
            return
        self._tell(error)
        # Not more than one thread waits, so that what is in memory goes on being served.
        if not self._recovering.acquire(blocking=False):
            raise error
        try:
            before, deadline = self.edition, time.monotonic() + _PATIENCE_SECONDS
            while time.monotonic() < deadline:
                time.sleep(_PAUSE_SECONDS)
                with contextlib.suppress(IndexUnreadable):
                    self._learn({}, is_forced=True)
                if self.edition is not before:
                    return
        finally:
            self._recovering.release()
        raise error


def _is_same(kept: Timed, edition: Edition, path: str) -> bool:
    """Whether a document is in an edition as it was prepared."""
    state = edition.current.get(path)
    if state is None:
        return False
    prepared = kept.prepared
    return (state.etag, state.updated, state.valid_until) == (
        prepared.etag,
        prepared.updated,
        kept.valid_until,
    )
