"""The shelf: what was asked for lately, kept within bounds, and made once for all who wait for it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


class Shelf(Generic[Key, Thing]):
    """Keeps at most so many things, and so many bytes of them; what was not asked for longest goes first.

    For several threads at once. ``size`` returns a thing's bytes.
    """

    def __init__(self, most: int, most_bytes: int, size: Callable[[Thing], int]) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._size = size
        self._things: OrderedDict[Key, Thing] = OrderedDict()
        self._bytes = 0
        self._making: dict[Key, Future[Thing]] = {}
        self._lock = threading.Lock()

    @property
    def extent(self) -> tuple[int, int]:
        """How many things there are, and how many bytes of them."""
        return len(self._things), self._bytes

    def get(
        self, key: Key, is_right: Callable[[Thing], bool], make: Callable[[Thing | None], Thing]
    ) -> Thing:
        """Return the thing of a key, if it is still right; else make it; ``make`` is told the one before.

        Whoever asks while it is being made gets the same one, or the same exception.
        """
        mine: Future[Thing] = Future()
        while True:
            with self._lock:
                before = self._things.get(key)
                if before is not None and is_right(before):
                    self._things.move_to_end(key)
                    return before
                making = self._making.setdefault(key, mine)
            if making is mine:
                break
            # What was begun before this one asked may not be right any more.
            if is_right(thing := making.result()):
                return thing
        try:
            thing = make(before)
        except BaseException as problem:
            mine.set_exception(problem)
            raise
        else:
            mine.set_result(thing)
            self._keep(key, thing)
            return thing
        finally:
            with self._lock:
                del self._making[key]

    def _keep(self, key: Key, thing: Thing) -> None:
        with self._lock:
            before = self._things.pop(key, None)
            self._bytes += self._size(thing) - (self._size(before) if before is not None else 0)
            self._things[key] = thing
            while len(self._things) > self._most or self._bytes > self._most_bytes:
                _, oldest = self._things.popitem(last=False)
                self._bytes -= self._size(oldest)
