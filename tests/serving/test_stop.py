"""Stopping and restarting the server: who has asked is answered, and it ends in time, without a word."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import Server, free_port, running
from project import CONFIG, NOW, Project
from test_server import ask

# The server as `feeds serve` starts it, but for one request that waits until the test lets it go on.
WAITING = """
import sys
from feeds.cli import main
from feeds.serving.prepared import PreparedDocuments

answer = PreparedDocuments.answer

def wait(self, path, environ):
    if environ.get("HTTP_X_WAIT"):
        with open("arrived", "w"):
            pass
        with open("go-on"):
            pass
    return answer(self, path, environ)

PreparedDocuments.answer = wait
main(prog_name="feeds", args=["serve", *sys.argv[1:]])
"""
_PATIENCE = 60


def _until(holds: Callable[[], bool]) -> None:
    """Return when something holds; the time is only there to end a test that hangs."""
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def _refuses(server: Server) -> bool:
    address = urlsplit(server.address)
    try:
        socket.create_connection((address.hostname, address.port), timeout=_PATIENCE).close()
    except ConnectionRefusedError:
        return True
    return False


def _workers(server: Server) -> set[str]:
    return set(Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split())


@contextlib.contextmanager
def _waiting(project: Project, stop_seconds: int) -> Iterator[Server]:
    """Serve; requests with the field X-Wait open the fifo "arrived", then the fifo "go-on"."""
    project.configure(f"{CONFIG}[server]\nstop_seconds = {stop_seconds}\n")
    for number in range(20):
        project.record(f"r{number}")
    for name in ("arrived", "go-on"):
        os.mkfifo(project.root / name)
    port = free_port()
    command = [sys.executable, "-c", WAITING, "--port", str(port), "--now", NOW]
    with running(command, project.root, port) as server:
        yield server


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("path", ["/all.rss", "/topics/news/"])
def test_a_request_that_has_come_is_answered(sent: signal.Signals, path: str, project: Project) -> None:
    """Whole, although the server was told to stop meanwhile and lets nobody in any more; it ends with 0."""
    with _waiting(project, stop_seconds=600) as server:
        expected = ask(server, path).body
        answers: list[bytes] = []
        client = threading.Thread(target=lambda: answers.append(ask(server, path, X_Wait="1").body))
        client.start()
        (project.root / "arrived").read_bytes()
        server.process.send_signal(sent)
        _until(lambda: _refuses(server))
        assert server.process.poll() is None
        # Where nobody waits any more, this is an error, and no end of waiting for a reader.
        os.close(os.open(project.root / "go-on", os.O_WRONLY | os.O_NONBLOCK))
        client.join()
        assert answers == [expected]
        assert server.process.wait(_PATIENCE) == 0
        assert "Traceback" not in server.log


def test_ctrl_c_stops_all_of_it_at_once(project: Project, serve: Callable[..., Server]) -> None:
    """A terminal sends it to parent and workers alike; nobody waits for stop_seconds to pass."""
    project.configure(f"{CONFIG}[server]\nstop_seconds = 600\nworkers = 2\n")
    project.record("a")
    server = serve(project, "--now", NOW)
    _until(lambda: len(_workers(server)) == 2)
    assert ask(server, "/all.rss").status == 200
    os.killpg(server.process.pid, signal.SIGINT)
    assert server.process.wait(_PATIENCE) == 0
    assert "Traceback" not in server.log


def test_idle_connections_hold_nothing_up(project: Project, serve: Callable[..., Server]) -> None:
    """Clients keep connections open; the server closes them when it stops."""
    project.record("a")
    server = serve(project, "--now", NOW)
    address = urlsplit(server.address)
    with contextlib.closing(http.client.HTTPConnection(address.hostname or "", address.port)) as idle:
        idle.request("GET", "/all.rss")
        assert idle.getresponse().read()
        server.process.terminate()
        assert server.process.wait(_PATIENCE) == 0
        assert idle.sock.recv(1) == b""


def test_what_never_ends_is_ended(project: Project) -> None:
    """[server] stop_seconds bounds the stop, whatever hangs."""
    with _waiting(project, stop_seconds=1) as server:
        address = urlsplit(server.address)
        with contextlib.closing(http.client.HTTPConnection(address.hostname or "", address.port)) as client:
            client.request("GET", "/all.rss", headers={"X-Wait": "1"})
            (project.root / "arrived").read_bytes()
            server.process.terminate()
            assert server.process.wait(_PATIENCE) == 0
        assert "Traceback" not in server.log


class _Asking:
    """Clients that ask, each request on a connection of its own, until they are told to stop.

    A connection that is closed before a byte of the answer is asked over once more, as RFC 9110 section 9.2.2
    lets every client do for GET; nothing else is forgiven.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._done = threading.Event()
        self.answers = 0
        self.failures: list[BaseException | int] = []
        self._threads = [threading.Thread(target=self._ask) for _ in range(3)]

    def _ask(self) -> None:
        while not self._done.is_set():
            try:
                try:
                    answer = ask(self._server, "/all.rss")
                except (http.client.RemoteDisconnected, ConnectionResetError):
                    answer = ask(self._server, "/all.rss")
            except Exception as error:
                self.failures.append(error)
                continue
            if answer.status != 200 or not answer.body.endswith(b"</rss>\n"):
                self.failures.append(answer.status)
            self.answers += 1

    def __enter__(self) -> _Asking:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()


def test_a_hangup_renews_the_worker_without_a_pause(project: Project, serve: Callable[..., Server]) -> None:
    """SIGHUP: the new worker answers before the old one ends."""
    project.record("a")
    server = serve(project, "--now", NOW)
    before = _workers(server)
    with _Asking(server) as asking:
        _until(lambda: asking.answers > 20)
        server.process.send_signal(signal.SIGHUP)
        _until(lambda: not before & _workers(server))
        renewed = asking.answers
        _until(lambda: asking.answers > renewed + 20)
    assert asking.failures == []
    assert "Traceback" not in server.log


def test_another_server_takes_the_place_of_one(project: Project, serve: Callable[..., Server]) -> None:
    """`feeds serve --share-port`: a new version starts beside the old one, which is then stopped."""
    project.record("a")
    old = serve(project, "--now", NOW)
    port = urlsplit(old.address).port or 0
    command = [sys.executable, "-m", "feeds", "serve", "--port", str(port), "--now", NOW, "--share-port"]
    with running(command, project.root, port):
        # Both listen now; which of the two answers is for the kernel to choose.
        _until(lambda: _listeners(port) == 2)
        with _Asking(old) as asking:
            _until(lambda: asking.answers > 20)
            old.process.terminate()
            assert old.process.wait(_PATIENCE) == 0
            stopped = asking.answers
            _until(lambda: asking.answers > stopped + 20)
        assert asking.failures == []


def _listeners(port: int) -> int:
    """Return how many sockets listen on a port of 127.0.0.1."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(line[1] == f"0100007F:{port:04X}" and line[3] == "0A" for line in lines)
