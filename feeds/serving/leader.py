"""Leadership: of the processes that serve from one index, one at a time may follow records and publish."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec

from feeds import locks
from feeds.errors import FeedsError


class _Holder(msgspec.Struct):
    pid: int
    identity: str


class Leadership:
    """A lock on a file, which the operating system gives back when its holder ends, however it does.

    ``identity`` says what is served: only who serves the same may share an index. Where there are no such
    locks (Windows), every process leads, so that there must be one only.
    """

    def __init__(self, file: Path, identity: str) -> None:
        self._file = file
        self._identity = identity
        self._descriptor: int | None = None
        self._pid = os.getpid()

    def take(self) -> bool:
        """Try to become the leader, without waiting; return whether this process now is.

        Raises FeedsError where the file cannot be made or locked.
        """
        if self._pid != os.getpid():
            # A forked process inherits the file, but not the lead.
            self.release()
            self._pid = os.getpid()
        if self._descriptor is not None:
            return True
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise FeedsError(f"{self._file} cannot be made: {error.strerror}") from None
        try:
            is_taken = locks.try_to_take(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise FeedsError(f"{self._file} cannot be locked: {error.strerror}") from None
        if not is_taken:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        holder = msgspec.json.encode(_Holder(os.getpid(), self._identity))
        os.ftruncate(descriptor, 0)
        os.write(descriptor, holder)
        return True

    def is_lost(self) -> bool:
        """Whether the file was deleted or replaced, so that another process may lead too."""
        if self._descriptor is None:
            return True
        held = os.fstat(self._descriptor)
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return True
        return (held.st_dev, held.st_ino) != (found.st_dev, found.st_ino)

    def release(self) -> None:
        """Give the lead to whoever takes it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def check(self) -> None:
        """Raise FeedsError where the leader serves something else than this process would."""
        with contextlib.suppress(FileNotFoundError, msgspec.DecodeError):
            holder = msgspec.json.decode(self._file.read_bytes(), type=_Holder)
            if holder.identity != self._identity and holder.pid != os.getpid() and not self._is_free():
                index = self._file.with_suffix("")
                raise FeedsError(
                    f"the index {index} is in use by a server with other settings (process {holder.pid}): "
                    "give one of them an index of its own, by [index] url"
                )

    def _is_free(self) -> bool:
        is_free = self.take()
        self.release()
        return is_free
