"""Locks on files: exclusive, and given back by the operating system when their holder ends, however it does.

Where the system has none (Windows), whoever asks gets the lock: there may be one process only, and what needs
several is refused with `require`.
"""

from __future__ import annotations

import sys
from types import ModuleType

from .errors import FeedsError

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:
    fcntl = None


def take(descriptor: int) -> None:
    """Lock an open file, as soon as nobody else has it locked. Raises OSError where it cannot be locked."""
    if fcntl:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def try_to_take(descriptor: int) -> bool:
    """Lock an open file, without waiting; return whether it is locked now, and not by somebody else.

    Raises OSError where it cannot be locked at all.
    """
    if fcntl:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
    return True


def require(purpose: str) -> None:
    """Raise FeedsError where several processes could not keep out of each other's way; it says what for."""
    if not fcntl:
        raise FeedsError(f"{purpose} needs locks between processes, which this system ({sys.platform}) lacks")
