"""Following: notices what changes in records, topic files and configuration, and has work done on it."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from feeds.config import Config, Source
from feeds.errors import FeedsError
from feeds.records.changes import Places

log = logging.getLogger("feeds")

_TICK_SECONDS = 0.25
"""How often what cannot be watched is looked at: the configuration's file, the clock."""
_QUIET_SECONDS = 0.05
_GATHER_SECONDS = 0.3
"""Changes are waited for until none comes for the first time, but not for longer than the second."""
_SWEEP_SECONDS = 60
"""How often all folders are looked at, for changes that the file system did not tell of."""
_BURST = 200
_BURST_SECONDS = 3
"""While so many changes come at once, the end of it is waited for, for so long."""
_MANY = 5_000
"""So many changes at once may not be all of them."""
_RETRY_SECONDS = (0.5, 5.0)
"""How long to wait after a failure: at first, and at most."""
_POLL_SECONDS = 2
_POLL_SHARE = 20
"""Where nothing can be watched, looking at all folders may take this part of the time."""


class Changed(NamedTuple):
    """What may have changed since the last time."""

    folders: frozenset[str] | None = frozenset()
    """Full paths of folders with records; None if it may be any."""
    topics: bool = False
    """Whether topic files or organisation files may have."""


EVERYTHING = Changed(None, topics=True)


class Task(NamedTuple):
    """What there is to do."""

    config: Config
    folders: frozenset[str] | None
    """Full paths of the folders in which records may have changed; None if it may be any."""
    is_reread: bool
    """Whether configuration, topic files or organisation files may have changed."""


class Follower:
    """Follows a configuration and all that it names, until it is told to stop.

    ``work`` is given what there is to do, and returns the next instant, in seconds since 1970, at which there
    is something to do even if no file changes. Where it raises, ``failed`` is told, and it is called again
    until it succeeds; ``failed`` is told of a configuration that cannot be used, too, and the old one stays.
    ``goes_on`` is asked now and then: None to stop, True if there is something to do that no file tells of.
    """

    def __init__(
        self,
        source: Source | None,
        config: Config,
        clock: Callable[[], int],
        work: Callable[[Task], int],
        failed: Callable[[Exception], None],
        goes_on: Callable[[], bool | None],
        stopping: threading.Event,
    ) -> None:
        self._source = source
        self._config = config
        self._clock = clock
        self._work = work
        self._failed = failed
        self._goes_on = goes_on
        self._stopping = stopping
        self._folders: frozenset[str] | None = frozenset()
        """Where there still is something to do; as in `Task`."""
        self._is_reread = False
        self._is_waiting = False
        """Whether something is to be done that failed, or was not begun yet."""
        self._due = 0
        self._retry_at = 0.0
        self._retries = 0

    def run(self) -> None:
        """Follow until told to stop."""
        while not self._stopping.is_set():
            config = self._config
            for changed in follow(config, self._stopping):
                if self._step(changed) is None:
                    return
                if self._config is not config:
                    break

    def _step(self, changed: Changed) -> bool | None:
        """Do what there is to do; None means to stop."""
        wanted = self._goes_on()
        if wanted is None or self._stopping.is_set():
            return None
        if wanted or changed != Changed():
            self._is_waiting, self._retry_at = True, 0.0
        self._is_reread |= changed.topics
        self._add(changed.folders)
        if self._is_reconfigured():
            self._is_waiting = self._is_reread = True
            self._add(None)
            self._retry_at = 0.0
        if (self._is_waiting and time.monotonic() >= self._retry_at) or self._is_due():
            self._do()
        return True

    def _is_due(self) -> bool:
        return not self._retries and self._clock() >= self._due

    def _add(self, folders: frozenset[str] | None) -> None:
        self._folders = None if folders is None or self._folders is None else self._folders | folders

    def _is_reconfigured(self) -> bool:
        if self._source is None or not self._source.has_changed():
            return False
        try:
            config = self._source.load()
        except FeedsError as error:
            self._failed(error)
            return False
        if config.index != self._config.index:
            log.warning("[index] url takes effect when the server is started again")
            config = msgspec.structs.replace(config, index=self._config.index)
        self._config = config
        return True

    def _do(self) -> None:
        try:
            self._due = self._work(Task(self._config, self._folders, self._is_reread))
        except Exception as error:
            # Whatever it is: who gave up here would silently fall behind.
            self._failed(error)
            first, longest = _RETRY_SECONDS
            self._retry_at = time.monotonic() + min(first * 2**self._retries, longest)
            self._retries = min(self._retries + 1, 10)
            self._is_waiting = self._is_reread = True
            self._add(None)
        else:
            self._folders, self._is_reread, self._is_waiting = frozenset(), False, False
            self._retries, self._retry_at = 0, 0.0


def follow(config: Config, stopping: threading.Event) -> Iterator[Changed]:
    """Yield what changed in the folders that a configuration names, several times a second, even if nothing.

    The first is `EVERYTHING`, and so is one a minute; where folders cannot be watched, all are.
    """
    told = ""
    while not stopping.is_set():
        try:
            yield from _watched(config, stopping)
            told = ""
        except (FeedsError, FileNotFoundError) as error:
            # Who looks at everything meets the same error, and can say so.
            yield Changed() if told == str(error) else EVERYTHING
            told = str(error)
            stopping.wait(_TICK_SECONDS)
        except (OSError, RuntimeError) as error:
            if told != str(error):
                log.warning("changes cannot be watched (%s); all records are looked at time and again", error)
            told = str(error)
            begun = time.monotonic()
            yield EVERYTHING
            until = time.monotonic() + max(_POLL_SECONDS, _POLL_SHARE * (time.monotonic() - begun))
            while time.monotonic() < until and not stopping.wait(_TICK_SECONDS):
                yield Changed()


def _watched(config: Config, stopping: threading.Event) -> Iterator[Changed]:
    """Yield as `follow`, by what the file system tells; ends when folders to be watched have come or gone."""
    from watchfiles import watch

    root = Path(config.root)
    records = Places(root, config.records.paths, config.records.exclude)
    topics = Places(root, config.records.topics, key="topics")
    # Author and organisation files are followed like topic files: all decide about articles whose records do
    # not change.
    authors = Places(root, config.records.authors, key="authors")
    providers = Places(root, config.records.providers, key="providers")
    # Pages of the site too: which record one belongs to, only the records tell.
    rendered = (config.records.rendered,) if config.records.rendered else ()
    pages = Places(root, rendered, key="rendered")
    page_folders = set(pages.watched())
    data_folders = {*topics.watched(), *authors.watched(), *providers.watched()}
    folders = sorted({*records.watched(), *data_folders, *page_folders})
    bases = [*records.bases, *topics.bases, *authors.bases, *providers.bases, *pages.bases]
    identities = _identities(bases)
    gathered: list[str] = []
    swept = calm = -math.inf
    # Not recursively: that would look at every file first, and hold up all other threads meanwhile.
    with contextlib.closing(
        watch(
            *folders,
            watch_filter=None,
            recursive=False,
            debounce=int(_GATHER_SECONDS * 1000),
            step=int(_QUIET_SECONDS * 1000),
            rust_timeout=int(_TICK_SECONDS * 1000),
            yield_on_timeout=True,
            stop_event=stopping,
        )
    ) as watched:
        for found in watched:
            gathered += [path for _, path in found]
            if len(found) < _BURST:
                calm = time.monotonic()
            elif time.monotonic() - calm < _BURST_SECONDS:
                yield Changed()
                continue
            paths, gathered = gathered, []
            if time.monotonic() - swept > _SWEEP_SECONDS or len(paths) > _MANY:
                swept = time.monotonic()
                yield EVERYTHING
            else:
                parents = {os.path.dirname(path) for path in paths}  # noqa: PTH120
                affected = records.affected(paths) if parents.isdisjoint(page_folders) else None
                yield Changed(
                    None if affected is None else frozenset(affected),
                    not parents.isdisjoint(data_folders),
                )
            if any(map(os.path.isdir, paths)) or _identities(bases) != identities:
                return


def _identities(folders: Iterable[str]) -> list[tuple[int, int] | None]:
    """Tell folders from others that may take their place."""
    found: list[tuple[int, int] | None] = []
    for folder in folders:
        try:
            stat = os.stat(folder)  # noqa: PTH116
        except OSError:
            found.append(None)
        else:
            found.append((stat.st_dev, stat.st_ino))
    return found
