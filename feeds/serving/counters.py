"""Counters that several processes share, without a lock between them and without a word on the wire.

Every process counts in a file of its own, mapped into memory, so that counting costs no system call, and what
was counted outlives the process. The sum over the files is the count. A process that starts while others run
goes on with the file of one that has ended: sums never go back while the server is up.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from feeds import locks
from feeds.errors import FeedsError

_NAME = 176
"""Bytes for a counter's name; longer names are counted under `OTHER`."""
_ROW = _NAME + 8
_ROWS = 8192
_SIZE = _ROWS * _ROW
OTHER = "other"
"""The counter of what finds no room."""


class Counters:
    """Counters by name, in a folder. Whoever counts first in a process takes a file there.

    Raises feeds.FeedsError where the folder or a file in it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._pid = 0
        self._file = folder
        self._cells = memoryview(bytearray()).cast("Q")
        self._places: dict[str, int] = {}

    def add(self, *amounts: tuple[str, int]) -> None:
        """Add to counters by name, made where they are new. With none, it makes sure that counting works."""
        with self._lock:
            # A forked process counts for itself.
            if self._pid != os.getpid():
                self._take_file()
            for name, amount in amounts:
                place = self._places.get(name)
                if place is None:
                    place = self._new_place(name)
                self._cells[place] += amount

    def totals(self) -> Counter[str]:
        """Return every counter's sum over all processes."""
        sums: Counter[str] = Counter()
        with self._lock:
            # Somebody may have removed the folder, as the index beside it may be removed.
            if self._pid and not self._file.exists():
                self._pid = 0
        with self._alone():
            for file in self._files():
                content = memoryview(file.read_bytes())
                if len(content) != _SIZE:
                    continue
                counts = content.cast("Q")
                for number, name in enumerate(_names(content)):
                    # A count is there only after its name is there as a whole.
                    if count := counts[_place(number)]:
                        sums[name] += count
        return sums

    def _new_place(self, name: str) -> int:
        spelled = name.encode()
        number = len(self._places)
        if len(spelled) > _NAME or number >= _ROWS - 1:
            name, spelled = OTHER, OTHER.encode()
            if name in self._places:
                return self._places[name]
        place = self._places[name] = _place(number)
        start = number * _ROW + 8
        self._bytes[start : start + len(spelled)] = spelled
        return place

    def _take_file(self) -> None:
        try:
            with self._alone():
                self._file, descriptor = self._claim()
                try:
                    # The map holds the lock from here on, until the process ends.
                    mapped = mmap.mmap(descriptor, _SIZE)
                finally:
                    os.close(descriptor)
        except OSError as error:
            raise FeedsError(f"the counters in {self._folder} cannot be written: {error.strerror}") from None
        self._bytes = memoryview(mapped)
        self._cells = self._bytes.cast("Q")
        self._places = {name: _place(number) for number, name in enumerate(_names(self._bytes))}
        self._pid = os.getpid()

    def _claim(self) -> tuple[Path, int]:
        """Lock a file that no living process has, or a new one; where none lives, counting begins at 0."""
        left: list[tuple[Path, int]] = []
        living = 0
        for file in self._files():
            descriptor = os.open(file, os.O_RDWR)
            if locks.try_to_take(descriptor):
                left.append((file, descriptor))
            else:
                os.close(descriptor)
                living += 1
        taken = None
        for file, descriptor in left:
            if not living or os.fstat(descriptor).st_size != _SIZE:
                file.unlink()
                os.close(descriptor)
            elif taken is None:
                taken = file, descriptor
            else:
                os.close(descriptor)
        return self._new_file() if taken is None else taken

    def _new_file(self) -> tuple[Path, int]:
        number = 0
        while (file := self._folder / f"{number}.counts").exists():
            number += 1
        with file.open("xb") as made:
            # Room is taken now: a mapped page that the disk has no room for would end the process.
            made.write(bytes(_SIZE))
        descriptor = os.open(file, os.O_RDWR)
        locks.take(descriptor)
        return file, descriptor

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.counts"))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from taking, leaving or summing files meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            locks.take(lock.fileno())
            yield


def _place(number: int) -> int:
    return number * (_ROW // 8)


def _names(content: memoryview) -> Iterator[str]:
    """Yield the names in a file, in the order of their rows."""
    for start in range(8, len(content), _ROW):
        name = bytes(content[start : start + _NAME]).rstrip(b"\0")
        if not name:
            return
        yield name.decode(errors="replace")
