"""Processes that tests start: they end with their test, or with the process that runs the tests.

Nothing else in tests/ may start any. Every program runs in a session of its own, so that all of it can be
ended: a server and its workers. Where the process that runs the tests is itself killed, a keeper beside it
ends whatever is left; it knows them by a variable in their environment.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil

_MARK = "FEEDS_TESTS_KEEPER"
_LOOK_SECONDS = 1
_END_SECONDS = 10
_PR_SET_PDEATHSIG = 1


@contextlib.contextmanager
def kept() -> Iterator[str]:
    """Have a keeper beside this process; yield the mark of all processes that it is to end."""
    mark = os.environ[_MARK] = uuid.uuid4().hex
    _end_forks()
    command = [sys.executable, __file__, mark, str(os.getpid())]
    environment = {name: value for name, value in os.environ.items() if name != _MARK}
    # In a session of its own: who ends the tests' whole group does not end it.
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, start_new_session=True) as keeper:
        try:
            yield mark
        finally:
            keeper.communicate()


def marked(mark: str) -> list[psutil.Process]:
    """Return the processes that have a mark, and run."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(_MARK) == mark and process.pid != os.getpid():
                found.append(process)
    return found


@contextlib.contextmanager
def started(command: Sequence[str | Path] | str, **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """Start a program, and end all of it whatever happens; ``options`` are those of `subprocess.Popen`."""
    environment = {**(options.pop("env", None) or os.environ), _MARK: os.environ[_MARK]}
    with subprocess.Popen(command, env=environment, start_new_session=True, **options) as process:
        try:
            yield process
        finally:
            _end_session(process.pid)
            process.wait(_END_SECONDS)


def run(
    command: Sequence[str | Path] | str,
    *,
    seconds: float = 120,
    given: str | bytes | None = None,
    check: bool = False,
    **options: Any,
) -> subprocess.CompletedProcess[Any]:
    """Run a program to its end, and return its output; ``given`` is its input.

    Raises subprocess.TimeoutExpired where it, or what it started and left, goes on for too long.
    """
    stdin = options.pop("stdin", subprocess.DEVNULL) if given is None else subprocess.PIPE
    pipes = {"stdin": stdin, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with started(command, **pipes, **options) as process:
        output, errors = process.communicate(given, timeout=seconds)
    done = subprocess.CompletedProcess(command, process.returncode, output, errors)
    if check:
        assert done.returncode == 0, (done.args, done.returncode, done.stdout, done.stderr)
    return done


def _end_session(leader: int) -> None:
    """Kill all processes of a session, also those that come while others are killed."""
    before: set[int] = set()
    while (found := set(_session(leader))) - before:
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        before |= found


def _session(leader: int) -> Iterator[int]:
    for pid in psutil.pids():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == leader:
                yield pid


def _end_forks() -> None:
    """Have what this process forks itself end with it, where the system can do that."""
    if sys.platform != "linux":
        return
    control = ctypes.CDLL(None).prctl
    os.register_at_fork(after_in_child=lambda: control(_PR_SET_PDEATHSIG, signal.SIGKILL))


def _keep(mark: str, parent: int) -> None:
    """Wait for the end of the tests or of their process, and kill what is left."""
    while os.getppid() == parent and not select.select([sys.stdin], [], [], _LOOK_SECONDS)[0]:
        pass
    before: set[psutil.Process] = set()
    while (found := set(marked(mark))) - before:
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        before |= found


if __name__ == "__main__":
    _keep(sys.argv[1], int(sys.argv[2]))
