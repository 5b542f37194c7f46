"""The number of the newest publication, which every process that shares an index sees at no cost."""

from __future__ import annotations

import os
import struct
from mmap import mmap
from pathlib import Path

_NUMBER = struct.Struct("<Q")
_ALARM = _NUMBER.size
_SIZE = _ALARM + 1
_FIRST_BYTES = 6


class Generation:
    """A number in a small file that processes map into their memory, so that one sees what another writes.

    The index writes it, and nobody else: a new number is here just before what it stands for can be read.
    Whoever made something under a number that still stands here has the newest. Raises OSError where the file
    cannot be had.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._memory = self._map()

    def _map(self) -> mmap:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        try:
            if os.fstat(descriptor).st_size < _SIZE:
                # Not 0, so that no number comes again after the file was lost.
                first = os.urandom(_FIRST_BYTES).ljust(_SIZE, b"\0")
                os.write(descriptor, first)
            found = os.fstat(descriptor)
            self._identity = (found.st_dev, found.st_ino)
            return mmap(descriptor, _SIZE)
        finally:
            os.close(descriptor)

    @property
    def number(self) -> int:
        """The number as it is now."""
        return int(_NUMBER.unpack_from(self._memory)[0])

    def show(self, number: int) -> None:
        """Put another number in its place."""
        _NUMBER.pack_into(self._memory, 0, number)

    @property
    def alarm(self) -> bool:
        """Whether a process found that it could not read the index."""
        return self._memory[_ALARM] != 0

    def sound(self, *, is_on: bool = True) -> None:
        """Sound the alarm, or end it."""
        self._memory[_ALARM] = int(is_on)

    def renew(self) -> bool:
        """Map the file again if it was deleted or replaced; return whether it was."""
        try:
            found = self._file.stat()
        except FileNotFoundError:
            pass
        else:
            if (found.st_dev, found.st_ino) == self._identity:
                return False
        # The old memory stays until nobody reads it any more.
        self._memory = self._map()
        return True

    def close(self) -> None:
        """Let go of the file."""
        self._memory.close()
