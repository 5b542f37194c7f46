"""Announcing while something else goes on: hubs are told from a thread of its own; nobody waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from feeds.config import Config

if TYPE_CHECKING:
    from .websub import Announced


class Announcer:
    """Tells hubs what waits for them, one run at a time; what comes meanwhile is in the next one.

    ``told`` is called with what a run did, ``failed`` where none could be made. What a run that is cut off
    has not sent waits in the index.
    """

    def __init__(self, told: Callable[[Announced], object], failed: Callable[[Exception], object]) -> None:
        self._told = told
        self._failed = failed
        self._lock = threading.Lock()
        self._next: Config | None = None
        self._is_running = False

    def begin(self, config: Config) -> None:
        """Tell the hubs of a configuration soon, if it says that they are to be told without being asked."""
        if not config.websub.hubs or config.websub.announce != "auto":
            return
        with self._lock:
            self._next = config
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="feeds-announcer", daemon=True).start()

    def _run(self) -> None:
        # It brings an HTTP client, which most servers never need.
        from .websub import announce

        while config := self._taken():
            try:
                self._told(announce(config))
            except Exception as error:
                # Whatever it is, the next change is another occasion.
                self._failed(error)

    def _taken(self) -> Config | None:
        with self._lock:
            config, self._next = self._next, None
            self._is_running = config is not None
            return config
