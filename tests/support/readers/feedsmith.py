"""feedsmith: parser of all formats for programs in JavaScript."""

from __future__ import annotations

import atexit
import functools
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from processes import run

from .base import Fetched, Program, Seen

PACKAGE = "feedsmith@3.0.1"
SCRIPT = Path(__file__).with_suffix(".mjs")


class FeedSmith(Program):
    """What a program on feedsmith and the fetch of Node.js has."""

    formats = frozenset({"rss", "atom", "json"})
    programs = (("node", "nodejs"), ("npm", "npm"))
    imports = True

    def fetch(self, url: str, validators: Mapping[str, str]) -> Fetched:
        done = _run("fetch", url, json.dumps(dict(validators)))
        entries = done["entries"]
        return Fetched(None if entries is None else [Seen(*entry) for entry in entries], done["validators"])

    def import_opml(self, document: bytes) -> list[str]:
        urls: list[str] = _run("opml", given=document)
        for url in urls:
            self.subscribe(url)
        return urls


def _run(*arguments: str, given: bytes = b"") -> Any:
    command = ["node", str(_installed() / SCRIPT.name), *arguments]
    return json.loads(run(command, given=given, check=True).stdout)


@functools.cache
def _installed() -> Path:
    """Return a folder with the package and with our script beside it, where it finds the package."""
    folder = Path(tempfile.mkdtemp(prefix="feedsmith-"))
    atexit.register(shutil.rmtree, folder)
    options = ["--prefix", str(folder), "--cache", str(folder / "cache"), "--ignore-scripts", "--no-audit"]
    run(["npm", "install", *options, PACKAGE], seconds=600, check=True)
    shutil.copy(SCRIPT, folder)
    return folder
