"""Fixtures: project folders, the real records, and the real server on a real socket."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from debian import program
from hypothesis import HealthCheck, settings
from processes import kept, marked, started
from project import CONFIG, ROOT, Project, environ, eventually

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The same examples each time and no clock, so that the suite says the same twice; `make fuzz` makes others.
_UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("feeds", _UNTIMED, derandomize=True)
settings.register_profile("fuzz", _UNTIMED, derandomize=False, print_blob=True, max_examples=200)
settings.load_profile("feeds")

_START_SECONDS = 60
_FIRST_PORT, _PORTS, _MOST_WORKERS = 20_000, 700, 16
_keeping = contextlib.ExitStack()
_mark = pytest.StashKey[str]()


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail where a test left a process behind; set up before all other fixtures, and so looked at last."""
    yield
    mark = request.config.stash[_mark]
    with contextlib.suppress(AssertionError):
        eventually(lambda: not marked(mark), 10)
    assert [process.cmdline() for process in marked(mark)] == []


@pytest.fixture(autouse=True)
def _no_given_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have set what stops the clock."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.delenv("FEEDS_CONFIG", raising=False)


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[..., Project]:
    """Make project folders: ``make_project(config, name)``."""

    def make(config: str = CONFIG, name: str = "project") -> Project:
        return Project(tmp_path / name, config)

    return make


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    """A project folder with a plain configuration and no records yet."""
    return make_project()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the project with real records, which are not ours to ship."""
    folder = ROOT.parent / "shared"
    if (folder / "records").is_dir():
        return folder
    if os.environ.get("CI") == "true":
        pytest.fail(f"{folder} is not there, and CI needs its records")
    pytest.skip(f"{folder} is not there: no real records to test with")


class Server:
    """A server process and where it answers."""

    def __init__(self, address: str, process: subprocess.Popen[bytes], output: Path, errors: Path) -> None:
        self.address = address
        self.process = process
        self._files = (output, errors)

    @property
    def printed(self) -> str:
        """What the server printed on its standard output."""
        return self._files[0].read_text(encoding="utf-8", errors="replace")

    @property
    def log(self) -> str:
        """What the server printed, on its standard output and then on its standard error."""
        return "".join(file.read_text(encoding="utf-8", errors="replace") for file in self._files)

    def wait(self, path: str = "/healthz") -> None:
        """Return when a path answers."""
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                pytest.fail(f"the server ended with {self.process.returncode}:\n{self.log}")
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.address}{path}", timeout=5):
                return
            time.sleep(0.05)
        pytest.fail(f"the server did not answer within {_START_SECONDS} seconds:\n{self.log}")


def pytest_configure(config: pytest.Config) -> None:
    """Let programs under test hear Ctrl-C, which what a shell starts in the background does not."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.stash[_mark] = _keeping.enter_context(kept())


def pytest_unconfigure() -> None:
    """End what is left."""
    _keeping.close()


@contextlib.contextmanager
def running(
    command: list[str],
    folder: Path,
    port: int,
    ready: str = "/healthz",
    environment: dict[str, str] | None = None,
    **variables: str,
) -> Iterator[Server]:
    """Run a server, and end all of it whatever happens.

    ``ready`` is a path that answers once the server is up. ``environment`` takes the place of this process's.
    """
    files = tuple(folder.parent / f"server-{port}.{name}" for name in ("out", "err"))
    with (
        files[0].open("wb") as output,
        files[1].open("wb") as errors,
        started(
            command,
            cwd=folder,
            env=environ(**variables) if environment is None else environment,
            stdout=output,
            stderr=errors,
            stdin=subprocess.DEVNULL,
        ) as process,
    ):
        server = Server(f"http://127.0.0.1:{port}", process, *files)
        try:
            server.wait(ready)
            yield server
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)


def _ports() -> Iterator[int]:
    """Yield ports over and over: others than the system gives out by itself, and others in each worker."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _MOST_WORKERS
    first = _FIRST_PORT + worker * _PORTS
    # Whoever runs the tests elsewhere on this machine hardly begins at the same one.
    for number in itertools.count(os.getpid()):
        yield first + number % _PORTS


_PORT = _ports()


def free_port() -> int:
    """Return a port that is free, and that nothing else takes before the server that it is for."""
    for port in itertools.islice(_PORT, _PORTS):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    pytest.fail("no port is free")


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Start `feeds serve` in a project's folder: ``serve(project, "--now", "…")``."""
    with contextlib.ExitStack() as stack:

        def start(project: Project, *options: str) -> Server:
            port = free_port()
            command = [sys.executable, "-m", "feeds", "serve", "--port", str(port), *options]
            return stack.enter_context(running(command, project.root, port))

        yield start


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each has a profile of its own in it."""
    executable = program("chromium", "chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("playwright is not installed (pip install '.[test-real]')")
    with sync_playwright() as playwright:
        # Chromium refuses to run as root with its sandbox; it opens nothing but our own pages.
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()
