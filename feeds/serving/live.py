"""Live publishing: while a server runs, one of its processes follows the records and publishes changes."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from feeds.config import Config, Source
from feeds.errors import ConfigError, FeedsError, Problem
from feeds.index.opening import beside, file_of
from feeds.pipeline.follow import Follower, Task
from feeds.publication.document import Document
from feeds.push.background import Announcer

from . import editions
from .editions import Terms
from .leader import Leadership
from .prepared import PreparedDocuments, Timed, prepare

if TYPE_CHECKING:
    from feeds.push.websub import Announced

log = logging.getLogger("feeds")

_TICK_SECONDS = 0.25
_MOST_REJECTIONS = 20
_RENEWED_SHARE = 4
"""Documents made anew may take this part of [server] cache_mb before they take the place of the old ones."""


class Health(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether what is served is what records and configuration say: "ok", or "stale" for a reason."""

    status: str
    reason: str = ""


_OK = Health("ok")


class Live:
    """Keeps a documents's index up to date, from a thread of its own.

    Of the processes that share an index, the one that leads reads and publishes; the others wait to take
    over. Where something fails, what was published last goes on being served, and `health` says why.
    ``clock`` tells the instant in seconds since 1970; without a ``source``, the configuration stays as it is.
    """

    def __init__(
        self,
        documents: PreparedDocuments,
        leadership: Leadership,
        source: Source | None,
        clock: Callable[[], int],
    ) -> None:
        self._documents = documents
        self._leadership = leadership
        self._source = source
        self._clock = clock
        self._health_file = _beside_index(documents.config, "health")
        self._starting = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._terms: Terms | None = None
        self._number = 0
        """The generation that this process published last."""
        self._failure = ""
        self._config_failure = ""
        self._rejections: set[Problem] = set()
        self._announcer = Announcer(_tell_announced, _tell_unannounced)

    @property
    def health(self) -> Health:
        """How the process that leads fares."""
        try:
            return msgspec.json.decode(self._health_file.read_bytes(), type=Health)
        except (OSError, msgspec.DecodeError):
            return _OK

    def start(self) -> None:
        """Begin to follow, if this process does not yet. To be called in the process that serves."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._stopping.clear()
                self._thread = threading.Thread(target=self._run, name="feeds-live", daemon=True)
                self._thread.start()
                # A daemon that outlives the interpreter would be cut off in the middle of something.
                atexit.register(self.stop)

    def stop(self) -> None:
        """Stop following, and wait until what was begun is done."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        atexit.unregister(self.stop)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._documents.generation.renew()
                if self._leadership.take():
                    self._lead()
            except Exception as error:
                # A thread that ended would mean a server that silently grows old.
                self._fail(error)
            finally:
                self._leadership.release()
            self._stopping.wait(_TICK_SECONDS)

    def _lead(self) -> None:
        """Follow and publish, until the lead is lost."""
        self._terms = None
        config = self._documents.config
        if self._source:
            # What is served by now may be newer than what this process read when it started.
            try:
                config = msgspec.structs.replace(self._source.load(), index=config.index)
            except ConfigError as error:
                self._fail(error)
        Follower(
            self._source, config, self._clock, self._publish, self._fail, self._goes_on, self._stopping
        ).run()

    def _goes_on(self) -> bool | None:
        """Say whether to publish even if no file changed; None where this process leads no more."""
        if self._leadership.is_lost():
            return None
        generation = self._documents.generation
        return generation.alarm or generation.number != self._number

    def _publish(self, task: Task) -> int:
        """Publish what changed; return the instant at which something changes by itself."""
        if self._terms is None:
            # What was asked for before anybody led gets its date before it changes.
            self._publish_terms(self._documents.edition.terms, frozenset())
        if self._terms is None or task.is_reread or self._terms.config is not task.config:
            terms, problems = editions.terms_of(task.config)
            for problem in problems:
                log.warning("%s", problem)
        else:
            terms = self._terms
        next_change = self._publish_terms(terms, task.folders)
        if self._terms is not None and self._terms.config is not task.config:
            self._config_failure = ""
        self._terms = terms
        self._failure = ""
        self._say(Health("stale", self._config_failure) if self._config_failure else _OK)
        return next_change

    def _publish_terms(self, terms: Terms, folders: frozenset[str] | None) -> int:
        documents, now = self._documents, self._clock()
        room = terms.config.server.cache_mb * 1_000_000 // _RENEWED_SHARE
        renewed: dict[str, Timed] = {}

        def made(document: Document) -> None:
            nonlocal room
            if room > 0 and documents.is_kept(document.path):
                kept = renewed[document.path] = prepare(document, terms.config, now)
                room -= kept.size

        is_doubted = documents.generation.alarm
        documents.generation.sound(is_on=False)
        found: list[Problem] = []
        published = editions.publish(
            terms, now, folders, made, self._note, found.extend, is_doubted=is_doubted
        )
        documents.learn(renewed)
        self._tell_rejections(found)
        if published.has_news:
            self._announcer.begin(terms.config)
        self._number = documents.edition.number
        return published.next_change

    def _tell_rejections(self, problems: list[Problem]) -> None:
        """Report what is wrong with records that were read, as far as it was not told before."""
        rejections = {problem for problem in problems if problem.severity == "rejection"}
        news = sorted(rejections - self._rejections)
        for problem in news[:_MOST_REJECTIONS]:
            log.warning("rejected: %s", problem)
        if len(news) > _MOST_REJECTIONS:
            log.warning("%d more faults of records; `feeds check` lists all", len(news) - _MOST_REJECTIONS)
        self._rejections = rejections or self._rejections

    def _note(self, reason: str) -> None:
        log.warning("%s", reason)
        self._say(Health("stale", reason))

    def _fail(self, error: Exception) -> None:
        """Report a failure, once for as long as it is the same."""
        reason = str(error) or type(error).__name__
        if isinstance(error, ConfigError):
            self._config_failure = reason
        if reason != self._failure:
            self._failure = reason
            trace = None if isinstance(error, FeedsError) else error
            for line in error.faults if isinstance(error, ConfigError) else (reason,):
                log.warning("what was published last goes on being served: %s", line, exc_info=trace)
        self._say(Health("stale", reason))

    def _say(self, health: Health) -> None:
        if self.health == health:
            return
        draft = self._health_file.with_suffix(f".{os.getpid()}.tmp")
        try:
            draft.write_bytes(msgspec.json.encode(health))
            draft.replace(self._health_file)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._health_file, error.strerror)


def _tell_announced(announced: Announced) -> None:
    log.info("hubs were told of %d changes", len(announced.sent))
    for hub, path, reason in announced.failed:
        log.warning("%s could not be told of %s: %s", hub, path, reason)
    if announced.left:
        log.warning("%d announcements are left for another time", len(announced.left))


def _tell_unannounced(error: Exception) -> None:
    log.warning("hubs were not told: %s", error, exc_info=None if isinstance(error, FeedsError) else error)


def _beside_index(config: Config, suffix: str) -> Path:
    return beside(file_of(config.index.url, config.root), suffix)


def leadership_of(config: Config, source: Source | None, *, is_by_clock: bool) -> Leadership:
    """Return the lock that decides who leads among those who serve a configuration, by the clock or not."""
    identity = source.identity if source else msgspec.json.encode(config, order="sorted").decode()
    identity += "" if is_by_clock else ", at another time"
    return Leadership(_beside_index(config, "lock"), identity)


def open_documents(
    source: Source | Config, clock: Callable[[], int] | None = None, *, is_live: bool | None = None
) -> tuple[PreparedDocuments, Live | None]:
    """Make an index ready, and return its documents, and what keeps it up to date, if anything is to.

    Without ``is_live``, [server] live decides. Nothing follows before `Live.start`. Raises FeedsError where
    the configuration cannot be used, or records or index cannot be reached.
    """
    config, followed = (source, None) if isinstance(source, Config) else (source.load(), source)
    leadership = leadership_of(config, followed, is_by_clock=clock is None)
    terms, _ = editions.terms_of(config)
    live = config.server.live if is_live is None else is_live
    tell = clock or (lambda: int(time.time()))

    def ready() -> None:
        editions.ready(terms, tell(), leadership, is_live=live)

    ready()
    if not live:
        return PreparedDocuments(terms, tell, ready), None
    documents = PreparedDocuments(terms, tell, is_live=True)
    return documents, Live(documents, leadership, followed, tell)
