"""Parsers of other languages, which readers are built on: each tells what it made of a feed."""

from __future__ import annotations

import atexit
import base64
import functools
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from processes import run

HERE = Path(__file__).parent
_JARS = ("rome", "rome-utils", "jdom2", "slf4j-api", "slf4j-nop")
_NPM = (
    "@extractus/feed-extractor@8.0.3",
    # The one that counts what is escaped, and gives up at 1,000.
    "fast-xml-parser-that-counts@npm:fast-xml-parser@5.5.8",
    "rss-parser@3.13.0",
)
_GO = "/usr/share/gocode/src/github.com/mmcdole/gofeed"
_XML = "/var/lib/dpkg/info/php-xml.list"
_PHP = "/usr/share/php/simplepie/autoloader.php"
_JAVA = "/usr/share/java/{}.jar"


class Parsed(NamedTuple):
    """An entry as a parser has it; None is what it does not tell."""

    id: str
    title: str
    link: str
    date: int | None
    """Seconds since 1970, UTC."""
    author: str
    """The first, or all of them with commas between."""
    image: str | None
    content: str | None


class Parser(NamedTuple):
    """A parser, and how it is run."""

    name: str
    needs: tuple[tuple[str, str], ...]
    """Programs and files, each with its Debian package."""
    parse: Callable[[bytes], list[list[Any]]]
    takes_empty: bool = True
    """Whether it takes an Atom feed without entries for a feed."""

    def entries(self, feed: bytes) -> list[Parsed]:
        """Return the entries of a feed."""
        return [Parsed(*values) for values in self.parse(feed)]


def _json(command: list[str], feed: bytes) -> Any:
    return json.loads(run(command, given=feed, check=True).stdout)


def _simplepie(feed: bytes) -> Any:
    return _json(["php", "-d", "display_errors=stderr", str(HERE / "simplepie.php")], feed)


def _gofeed(feed: bytes) -> Any:
    return _json([str(_built())], feed)


def _rome(feed: bytes) -> Any:
    path = os.pathsep.join(map(_JAVA.format, _JARS))
    lines = run(["java", "-cp", path, str(HERE / "Rome.java")], given=feed, check=True).stdout.splitlines()
    rows = [[base64.b64decode(field).decode() for field in line.split(b" ")] for line in lines]
    return [[*row[:3], int(row[3]), *row[4:]] for row in rows]


def _npm(name: str, feed: bytes) -> Any:
    return _json(["node", str(_installed() / "parsers.mjs"), name], feed)


@functools.cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="parsers-"))
    atexit.register(shutil.rmtree, folder)
    return folder


@functools.cache
def _built() -> Path:
    """Return our program on gofeed, built from Debian's sources."""
    program = _folder() / "gofeed"
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": str(_folder() / "cache"),
    }
    command = ["go", "build", "-o", str(program), str(HERE / "gofeed.go")]
    run(command, check=True, seconds=600, env=environment)
    return program


@functools.cache
def _installed() -> Path:
    """Return a folder with the packages and with our script beside them, where it finds them."""
    folder = _folder()
    options = ["--prefix", str(folder), "--cache", str(folder / "cache"), "--ignore-scripts", "--no-audit"]
    run(["npm", "install", *options, *_NPM], seconds=600, check=True)
    shutil.copy(HERE / "parsers.mjs", folder)
    return folder


_NODE = (("node", "nodejs"), ("npm", "npm"))
PARSERS = (
    Parser("simplepie", (("php", "php-cli"), (_XML, "php-xml"), (_PHP, "libphp-simplepie")), _simplepie),
    Parser("gofeed", (("go", "golang-go"), (_GO, "golang-github-mmcdole-gofeed-dev")), _gofeed),
    Parser(
        "rome",
        (
            ("javac", "default-jdk-headless"),
            (_JAVA.format("rome"), "librome-java"),
            (_JAVA.format("slf4j-nop"), "libslf4j-java"),
        ),
        _rome,
    ),
    Parser("feed-extractor", _NODE, functools.partial(_npm, "feed-extractor"), takes_empty=False),
    Parser("fast-xml-parser", _NODE, functools.partial(_npm, "fast-xml-parser")),
    Parser("rss-parser", _NODE, functools.partial(_npm, "rss-parser")),
)
"""SimplePie is what WordPress and FreshRSS read with; many readers for the web are on fast-xml-parser."""
