"""What pip installs from the wheel, and nothing else, does everything that the README says.

The environment is a new one: no test tools, no variables of ours, another folder than the checkout. The
folder that a person stands in has modules of their own whose names are like ours.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import processes
import pytest
from conftest import Server, free_port, running
from imageserver import image, serving
from project import ROOT, eventually

pytestmark = pytest.mark.real

_PASSED_ON = (
    "PATH",
    "PIP_INDEX_URL",
    "PIP_CERT",
    "SSL_CERT_FILE",
    "HTTPS_PROXY",
    "https_proxy",
    "SYSTEMROOT",
)
"""What a machine needs to reach its packages; all else of this environment stays here."""


def _environment(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return kept | {"HOME": str(home), "LANG": "C.UTF-8"}


class Installed:
    """An environment that has the wheel and what it asks for."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        self.environment = folder / "environment"
        self.programs = self.environment / ("Scripts" if os.name == "nt" else "bin")

    def run(
        self, folder: Path, *command: str, code: int | None = 0, seconds: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment; it has to end with ``code``, whatever that is if it is None."""
        done = processes.run(
            [str(self.programs / command[0]), *command[1:]],
            seconds=seconds,
            cwd=folder,
            env=_environment(self.home),
            text=True,
            encoding="utf-8",
        )
        assert code is None or done.returncode == code, f"{command}: {done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr
        return done

    @contextlib.contextmanager
    def running(self, folder: Path, *command: str, **variables: str) -> Iterator[Server]:
        """Run a server of the environment; the port is added to its command."""
        port = free_port()
        arguments = [str(self.programs / command[0]), *command[1:], "--port", str(port)]
        alone = _environment(self.home) | variables
        with running(arguments, folder, port, environment=alone) as server:
            yield server


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built from a copy of what a commit would have."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "server.py"):
        shutil.copy(ROOT / name, source / name)
    shutil.copytree(ROOT / "feeds", source / "feeds", ignore=shutil.ignore_patterns("__pycache__"))
    for target in ("first", "second"):
        processes.run(
            [
                *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
                *("--wheel-dir", str(folder / target), str(source)),
            ],
            check=True,
            seconds=300,
        )
    built, again = (next((folder / target).glob("*.whl")) for target in ("first", "second"))
    assert built.read_bytes() == again.read_bytes(), "the same source makes another wheel"
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a new virtual environment, with the versions of the lock."""
    made = Installed(tmp_path_factory.mktemp("installed"))
    processes.run([sys.executable, "-m", "venv", str(made.environment)], check=True, seconds=300)
    pip = ("python", "-m", "pip", "--disable-pip-version-check")
    made.run(
        made.home, *pip, "install", "-q", "--require-hashes", "-r", str(ROOT / "requirements" / "run.txt")
    )
    made.run(made.home, *pip, "install", "-q", "--no-deps", "--no-index", str(wheel))
    # The lock has all that the wheel asks for.
    made.run(made.home, *pip, "check")
    return made


@pytest.fixture
def folder(installed: Installed, tmp_path: Path) -> Path:
    """What `feeds init` makes, beside modules of the person's own that must not come before ours."""
    installed.run(tmp_path, "feeds", "init", "site")
    site = tmp_path / "site"
    for name in ("server.py", "config.py", "index.py"):
        (site / name).write_text("raise SystemExit('this is mine')\n", encoding="utf-8")
    return site


def _get(address: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_a_folder_of_ones_own_is_built_checked_and_listed(installed: Installed, folder: Path) -> None:
    """init, build, check, list and explain."""
    installed.run(folder, "feeds", "build")
    assert (folder / "public" / "topics" / "news.rss").is_file()
    assert "1 article" in installed.run(folder, "feeds", "check").stdout
    assert "news" in installed.run(folder, "feeds", "list").stdout
    record = next((folder / "records").iterdir())
    assert "in all" in installed.run(folder, "feeds", "explain", str(record)).stdout


@pytest.mark.parametrize("command", [("feeds",), ("python", "-m", "feeds")], ids=["feeds", "python -m"])
def test_it_serves_until_it_is_told_to_stop(
    installed: Installed, folder: Path, command: tuple[str, ...]
) -> None:
    """Home page, a feed and /healthz answer; Ctrl-C ends it without a complaint."""
    with installed.running(folder, *command, "serve", "--workers", "2") as server:
        assert b"topics/news/" in _get(f"{server.address}/")[1]
        status, feed = _get(f"{server.address}/topics/news.rss")
        assert (status, feed) == (200, _exported(installed, folder, server.address, "topics/news.rss"))
        assert json.loads(_get(f"{server.address}/healthz")[1])["status"] == "ok"
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(30) == 0
        assert "Traceback" not in server.log


def _exported(installed: Installed, folder: Path, address: str, path: str) -> bytes:
    out = folder / "copy"
    installed.run(folder, "feeds", "build", "--out", str(out))
    return (out / path).read_bytes()


def test_flask_s_own_command_serves_the_installed_application(installed: Installed, folder: Path) -> None:
    """`flask --app server run` needs a folder without another server.py, and $FEEDS_CONFIG or config.toml."""
    (folder / "server.py").unlink()
    with installed.running(folder, "flask", "--app", "server", "run") as server:
        assert _get(f"{server.address}/topics/news.rss")[0] == 200
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    configuration = {"FEEDS_CONFIG": str(folder / "config.toml")}
    with installed.running(elsewhere, "flask", "--app", "server", "run", **configuration) as server:
        assert _get(f"{server.address}/")[0] == 200


def test_a_build_that_watches_follows(installed: Installed, folder: Path) -> None:
    """A new record is in public/ without another command."""
    with processes.started(
        [installed.programs / "feeds", "build", "--watch"],
        cwd=folder,
        env=_environment(installed.home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    ) as process:
        eventually((folder / "public" / "manifest.json").is_file)
        (folder / "records" / "2026-02-02-more.md").write_text(
            "---\ntitle: More\noriginalUrl: https://site.test/more\ntopics: [Later]\n---\n", encoding="utf-8"
        )
        eventually((folder / "public" / "topics" / "later.rss").is_file)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_images_are_probed(installed: Installed, folder: Path) -> None:
    """`feeds probe` asks a server, which here is one of this machine's."""
    with serving() as images:
        images.pages["/a.png"] = image()
        address = f"http://127.0.0.1:{images.port}/a.png"
        (folder / "records" / "2026-02-03-shown.md").write_text(
            f"---\ntitle: Shown\noriginalUrl: https://site.test/shown\nimages: ['{address}']\n---\n",
            encoding="utf-8",
        )
        with (folder / "config.toml").open("a", encoding="utf-8") as config:
            config.write('\n[probe]\nallow_hosts = ["127.0.0.1"]\n')
        said = installed.run(folder, "feeds", "probe", "--format", "json").stdout
        assert json.loads(said)["found"] == 1
        assert images.asked("/a.png")


def test_hubs_are_told(installed: Installed, folder: Path) -> None:
    """`feeds ping` tells a hub, which here is one of this machine's, of every feed that was built."""
    told: list[str] = []

    class Hub(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.extend(parse_qs(body)["hub.url"])
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    hub = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=hub.serve_forever, args=(0.02,))
    thread.start()
    try:
        address = f"http://127.0.0.1:{hub.server_address[1]}/"
        with (folder / "config.toml").open("a", encoding="utf-8") as config:
            config.write(f'\n[websub]\nhubs = ["{address}"]\n[probe]\nallow_hosts = ["127.0.0.1"]\n')
        installed.run(folder, "feeds", "build")
        installed.run(folder, "feeds", "ping")
    finally:
        hub.shutdown()
        thread.join()
        hub.server_close()
    assert any(url.endswith("/topics/news.rss") for url in told), told


def test_somebody_else_s_server_module_in_its_place_is_told(
    installed: Installed, folder: Path, tmp_path: Path
) -> None:
    """Another distribution may bring a top-level server.py too: then the command says so."""
    found = installed.run(
        tmp_path, "python", "-c", "import feeds, pathlib; print(pathlib.Path(feeds.__file__).parents[1])"
    )
    file = Path(found.stdout.strip()) / "server.py"
    ours = file.read_bytes()
    try:
        file.write_text("PORT = 1\n", encoding="utf-8")
        said = installed.run(folder, "feeds", "serve", "--port", str(free_port()), code=1).stderr
        assert str(file) in said
    finally:
        file.write_bytes(ours)
