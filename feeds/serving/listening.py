"""Whether a server could listen where the configuration wants it to, asked before anything is started."""

from __future__ import annotations

import errno
import socket
import sys

from feeds import locks
from feeds.errors import FeedsError


def check_processes(workers: int, *, is_shared: bool = False) -> None:
    """Raise feeds.FeedsError where the system cannot have so many processes, or two servers at an address."""
    if is_shared:
        locks.require("[server] share_port")
        if not hasattr(socket, "SO_REUSEPORT"):
            raise FeedsError(f"[server] share_port: this system ({sys.platform}) has no SO_REUSEPORT")
    if workers > 1:
        locks.require(f"[server] workers = {workers}")


def check_address(host: str, port: int, *, is_shared: bool = False) -> None:
    """Raise feeds.FeedsError, with the reason, where a server could not listen at an address.

    Where ``is_shared``, another server of ours may listen there too: by SO_REUSEPORT, which granian sets on
    Linux.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_shared:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = (
                "is taken; choose another port with --port" if taken else f"cannot be had: {error.strerror}"
            )
            raise FeedsError(f"{host}:{port} {reason}") from None
