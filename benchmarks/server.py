"""Answers over HTTP, by nginx and by this project's server, in turns: requests a second, latency, memory.

python -m benchmarks.server [--rounds 5] [--seconds 5] [--count 100000] [--topics 1000]
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import http.client
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import records
from benchmarks.common import DOCS, bars, machine, megabytes, processes, program

CONFIG = """\
[site]
title = "Bench"
base_url = "https://feeds.example.org"
[records]
paths = ["records"]
[feeds]
limit = 32
[server]
front = {front}
[index]
url = "sqlite:///.feeds/{name}.db"
"""
# One process, as one worker of ours is one.
NGINX = """\
daemon off;
master_process off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 256; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    gzip_static on;
    charset utf-8;
    charset_types text/css application/json application/rss+xml application/atom+xml;
    types {{
        text/html html;
        text/css css;
        application/json json;
        application/rss+xml rss;
        application/atom+xml atom;
    }}
    client_body_temp_path {folder}/nginx;
    proxy_temp_path {folder}/nginx;
    fastcgi_temp_path {folder}/nginx;
    uwsgi_temp_path {folder}/nginx;
    scgi_temp_path {folder}/nginx;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/public;
    }}
}}
"""
BODY = 28
"""Words in a record's body: with `limit`, they make a feed of 60 kB, 12 kB gzipped."""
FEED = "/topics/topic-001.rss"
NAMES = ("nginx", "feeds serve", "feeds serve, layer off")
KINDS = ("200 gzip", "304", "200 plain")
GZIP = {"Accept-Encoding": "gzip"}
_START_SECONDS = 120
_SAMPLE = 50
"""Of so many documents, one is compared before the measurement."""


class Load(NamedTuple):
    """What wrk found."""

    rate: float
    """Requests a second."""
    p50: float
    """Milliseconds, as p99."""
    p99: float
    processor: float
    """Microseconds of processor time that all processes of the server took for a request."""


class Start(NamedTuple):
    """What a server's start and its documents cost."""

    seconds: float
    """From the start of the command to the first answer."""
    megabytes: float
    """Memory of its largest process after the first answer."""


class Reply(NamedTuple):
    """An answer."""

    status: int
    etag: str
    coding: str
    body: bytes


class Server:
    """A server's process, from its start to its end."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    def __enter__(self) -> Server:
        with (self._folder / "server.log").open("wb") as log:
            started = time.perf_counter()
            self._process = subprocess.Popen(self._command(), cwd=self._folder, stdout=log, stderr=log)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        self.start = Start(time.perf_counter() - started, self.megabytes)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def _command(self) -> list[str]:
        if self.name != "nginx":
            config = "front.toml" if self.name == "feeds serve" else "flask.toml"
            return [sys.executable, "-m", "feeds", "serve", "--config", config, "--port", str(self.port)]
        (self._folder / "nginx").mkdir(exist_ok=True)
        config = self._folder / "nginx.conf"
        config.write_text(NGINX.format(folder=self._folder, port=self.port))
        return [program("nginx", "apt-get install nginx"), "-c", str(config)]

    def _wait(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError):
                self.ask(FEED)
                return
            time.sleep(0.005)
        log = (self._folder / "server.log").read_text(errors="replace")
        raise SystemExit(f"{self.name} does not answer:\n{log[-2000:]}")

    @property
    def megabytes(self) -> float:
        """The memory of its largest process, which is the worker."""
        return max(map(megabytes, processes(self._process.pid)))

    @property
    def processor(self) -> float:
        """Processor time of all its processes until now, seconds."""
        return sum(sum(one.cpu_times()[:2]) for one in processes(self._process.pid))

    def ask(self, path: str, **headers: str) -> Reply:
        """Ask once, over a connection of its own."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port)) as connection:
            connection.request("GET", path, headers={"Accept-Encoding": "identity"} | headers)
            reply = connection.getresponse()
            body = reply.read()
            return Reply(
                reply.status, reply.getheader("ETag", ""), reply.getheader("Content-Encoding", ""), body
            )

    def check(self, paths: Iterable[str]) -> None:
        """Make sure that these documents are what was exported, plain and gzipped, and their tags known."""
        for path in paths:
            file = self._folder / "public" / (path + "index.html" if path.endswith("/") else path)[1:]
            plain, coded = self.ask(path), self.ask(path, **GZIP)
            body = file.read_bytes()
            told = self.ask(path, **GZIP, **{"If-None-Match": coded.etag})
            if (plain.status, plain.coding, plain.body) != (200, "", body):
                raise SystemExit(f"{self.name} answers {path} with other bytes")
            if (coded.status, coded.coding, gzip.decompress(coded.body)) != (200, "gzip", body):
                raise SystemExit(f"{self.name} answers {path} with other bytes, gzipped")
            if (told.status, told.body) != (304, b""):
                raise SystemExit(f"{self.name} does not know its own tag of {path}")

    def load(self, kind: str, seconds: int) -> Load:
        """Ask for the feed as often as it can answer, over 16 connections."""
        headers = {} if kind == "200 plain" else dict(GZIP)
        if kind == "304":
            headers["If-None-Match"] = self.ask(FEED, **GZIP).etag
        command = [program("wrk", "apt-get install wrk"), "-t1", "-c16", f"-d{seconds}s", "--latency"]
        for name, value in headers.items():
            command += ["-H", f"{name}: {value}"]
        before = self.processor
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{self.port}{FEED}"], capture_output=True, text=True, check=True
        )
        spent = self.processor - before
        if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
            raise SystemExit(f"{self.name} failed under load:\n{done.stdout}")
        rate = float(_found(r"Requests/sec:\s+([\d.]+)", done.stdout))
        answers = int(_found(r"(\d+) requests in", done.stdout))
        p50, p99 = (_milliseconds(_found(rf"(?m)^\s+{at}%\s+(\S+)", done.stdout)) for at in (50, 99))
        return Load(rate, p50, p99, spent / answers * 1e6)


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if not match:
        raise SystemExit(f"wrk said something unknown:\n{text}")
    return match[1]


def _milliseconds(told: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", told).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def make(folder: Path, count: int, topics: int) -> list[str]:
    """Make the site and its export, with gzipped siblings; return the paths of its documents."""
    records.write(folder / "records", count, topics=topics, body=BODY)
    for name, front in (("front", "true"), ("flask", "false")):
        (folder / f"{name}.toml").write_text(CONFIG.format(name=name, front=front))
    subprocess.run(
        [sys.executable, "-m", "feeds", "build", "--config", "front.toml"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    # Servers with other settings have an index each.
    shutil.copy(folder / ".feeds" / "front.db", folder / ".feeds" / "flask.db")
    for file in [path for path in (folder / "public").rglob("*") if path.is_file()]:
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))
    documents = json.loads((folder / "public" / "manifest.json").read_bytes())["documents"]
    return [str(document["path"]) for document in documents]


def starts(name: str, folder: Path, rounds: int, paths: list[str]) -> tuple[Start, float]:
    """Return the medians of several starts, and the memory after every document was asked for."""
    found = []
    for number in range(rounds):
        with Server(name, folder) as server:
            found.append(server.start)
            if number == rounds - 1:
                server.check(paths)
                most = server.megabytes
    print(f"{name}: started {rounds} times", file=sys.stderr)
    return Start(*(statistics.median(values) for values in zip(*found, strict=True))), most


def loads(folder: Path, rounds: int, seconds: int, paths: list[str]) -> Iterator[tuple[str, str, Load]]:
    """Measure all servers in turns, so that what else the machine does hits all alike."""
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(Server(name, folder)) for name in NAMES]
        for server in servers:
            server.check([FEED, *paths[::_SAMPLE]])
        for number in range(rounds):
            for kind in KINDS:
                for server in servers:
                    yield kind, server.name, server.load(kind, seconds)
            print(f"load, round {number + 1} of {rounds}", file=sys.stderr)


def load_table(kind: str, found: dict[str, Load]) -> list[str]:
    """Return a Markdown table of one kind of request."""
    lines = [
        f"### {kind}",
        "",
        "| | requests a second | × nginx | × layer off | p50 ms | p99 ms | µs of processor time |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, load in found.items():
        ratios = f"{load.rate / found[NAMES[0]].rate:.2f} | {load.rate / found[NAMES[2]].rate:.1f}"
        figures = f"{load.p50:.2f} | {load.p99:.2f} | {load.processor:.0f}"
        lines.append(f"| {name} | {load.rate:,.0f} | {ratios} | {figures} |")
    return [*lines, ""]


def start_table(found: dict[str, tuple[Start, float]], count: int, documents: int) -> list[str]:
    """Return a Markdown table of starts and memory."""
    lines = [
        f"### Start with {count:,} articles, and memory",
        "",
        f"| | first answer, seconds | worker's MB then | after all {documents:,} documents |",
        "|---|---|---|---|",
    ]
    for name, (start, most) in found.items():
        lines.append(f"| {name} | {start.seconds:.2f} | {start.megabytes:.0f} | {most:.0f} |")
    return [*lines, ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="how long wrk asks each time")
    parser.add_argument("--count", type=int, default=100_000, help="records")
    parser.add_argument("--topics", type=int, default=1000)
    parser.add_argument("--write", action="store_true", help="write docs/server-speed.md and .svg")
    arguments = parser.parse_args()
    os.environ["PYTHONPATH"] = str(DOCS.parent)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = make(folder, arguments.count, arguments.topics)
        feed = (folder / "public" / FEED[1:]).stat().st_size
        coded = (folder / "public" / f"{FEED[1:]}.gz").stat().st_size
        started = {one: starts(one, folder, arguments.rounds, paths) for one in NAMES[:2]}
        runs: dict[str, dict[str, list[Load]]] = {}
        for kind, one, load in loads(folder, arguments.rounds, arguments.seconds, paths):
            runs.setdefault(kind, {}).setdefault(one, []).append(load)
    found = {
        kind: {
            one: Load(*(statistics.median(values) for values in zip(*each, strict=True)))
            for one, each in servers.items()
        }
        for kind, servers in runs.items()
    }
    lines = [
        f"Measured on {machine()}; medians of {arguments.rounds} rounds of {arguments.seconds} seconds each, "
        f"wrk with 16 connections, a feed of {feed / 1000:.0f} kB ({coded / 1000:.0f} kB gzipped).",
        "",
    ]
    for kind, servers in found.items():
        lines += load_table(kind, servers)
    lines += start_table(started, arguments.count, len(paths))
    print("\n".join(lines))
    if arguments.write:
        (DOCS / "server-speed.md").write_text("\n".join(lines), encoding="utf-8")
        panels = {kind: {one: load.rate for one, load in servers.items()} for kind, servers in found.items()}
        bars(panels, "requests a second (more is better)", "{:,.0f}", DOCS / "server-speed.svg")


if __name__ == "__main__":
    main()
