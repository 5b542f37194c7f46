"""What was asked for lately, kept within bounds, and made once for all who wait for it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Keeps at most so many values, and so many bytes of them; what was not asked for longest goes first.

    The newest stays, however large it is; None is no value. For several threads at once. ``size`` returns a
    value's bytes.
    """

    def __init__(self, most_bytes: int, size: Callable[[Value], int], most: int | None = None) -> None:
        self.most_bytes = most_bytes
        self._size = size
        self._most = most
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()
        self.size = 0
        """Bytes that the values take, by ``size``."""

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: Key) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[Key]:
        return iter(list(self._values))

    def get(self, key: Key) -> Value | None:
        """Return the value of a key, which counts as asked for now; None if there is none."""
        value = self._values.get(key)
        if value is not None:
            # No lock, because every request comes here.
            try:
                self._values.move_to_end(key)
            except KeyError:
                # Another thread has dropped it meanwhile.
                return value
        return value

    def put(self, key: Key, value: Value) -> None:
        """Keep a value; others may have to go."""
        with self._lock:
            self._drop(key)
            self._values[key] = value
            self.size += self._size(value)
            while len(self._values) > 1 and self._is_too_much():
                self._drop(next(iter(self._values)))

    def _is_too_much(self) -> bool:
        return self.size > self.most_bytes or (self._most is not None and len(self._values) > self._most)

    def keep_if(self, is_right: Callable[[Key, Value], bool]) -> None:
        """Forget the values that are not right any more."""
        with self._lock:
            for key in [key for key, value in list(self._values.items()) if not is_right(key, value)]:
                self._drop(key)

    def _drop(self, key: Key) -> None:
        value = self._values.pop(key, None)
        if value is not None:
            self.size -= self._size(value)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._values.clear()
            self.size = 0


class SingleFlight(Generic[Key, Value]):
    """Makes a value once for all who ask for it at the same time."""

    def __init__(self) -> None:
        self._making: dict[Key, Future[Value]] = {}
        self._lock = threading.Lock()

    def make(self, key: Key, make: Callable[[], Value]) -> tuple[Value, bool]:
        """Return what ``make`` gives, or another thread's that is under way; and whether it was ours.

        Whoever asks while it is being made gets the same value, or the same exception.
        """
        mine: Future[Value] = Future()
        with self._lock:
            making = self._making.setdefault(key, mine)
        if making is not mine:
            return making.result(), False
        try:
            value = make()
        except BaseException as problem:
            mine.set_exception(problem)
            raise
        else:
            mine.set_result(value)
            return value, True
        finally:
            with self._lock:
                del self._making[key]


class Cache(Generic[Key, Value]):
    """Values that are right for a while: each is kept while it is, and made once for all who wait for it."""

    def __init__(self, most: int, most_bytes: int, size: Callable[[Value], int]) -> None:
        self._recent: Recent[Key, Value] = Recent(most_bytes, size, most)
        self._flights: SingleFlight[Key, Value] = SingleFlight()

    @property
    def extent(self) -> tuple[int, int]:
        """How many values there are, and how many bytes of them."""
        return len(self._recent), self._recent.size

    def get(
        self, key: Key, is_right: Callable[[Value], bool], make: Callable[[Value | None], Value]
    ) -> Value:
        """Return the value of a key, if it is still right; else make it; ``make`` is told the one before."""

        def made() -> Value:
            before = self._recent.get(key)
            if before is not None and is_right(before):
                # Another thread has made it since this one looked.
                return before
            value = make(before)
            self._recent.put(key, value)
            return value

        while True:
            known = self._recent.get(key)
            if known is not None and is_right(known):
                return known
            value, is_ours = self._flights.make(key, made)
            # What was begun before this one asked may not be right any more.
            if is_ours or is_right(value):
                return value
