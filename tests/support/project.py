"""A project folder as a user has one: a configuration, records, and the `feeds` command run in it."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import processes
from click.testing import CliRunner, Result

import feeds
from feeds import Article, Config, Feed, load_config
from feeds.cli import main
from feeds.pipeline import build as pipeline
from feeds.pipeline.build import Built, Synced

ROOT = Path(__file__).parents[2]
NOW = "2026-06-01T12:00:00Z"
CONFIG = """\
[site]
title = "Example"
description = "What we read."
base_url = "https://feeds.example.org"
id_authority = "example.org,2024"
[records]
paths = ["records"]
site_url = "https://www.example.org"
"""
REAL = CONFIG.replace("example.org", "acme.com")
"""The same with addresses that could be somebody's, of which there is nothing to warn."""
_FIRST_MTIME = 1_600_000_000

Made = TypeVar("Made")


class Project:
    """A folder with config.toml and records/."""

    def __init__(self, root: Path, config: str = CONFIG) -> None:
        self.root = root
        self._mtimes = itertools.count(_FIRST_MTIME)
        root.mkdir(parents=True, exist_ok=True)
        (root / "records").mkdir(exist_ok=True)
        self.configure(config)

    def configure(self, config: str) -> None:
        """Write config.toml."""
        (self.root / "config.toml").write_text(config, encoding="utf-8")

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file, with a time stamp of its own that is long past."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        mtime = next(self._mtimes)
        os.utime(path, (mtime, mtime))
        return path

    def record(self, stem: str, body: str = "", suffix: str = ".md", **fields: Any) -> Path:
        """Write a record that is complete but for what ``fields`` say otherwise; None leaves a field out."""
        given = {
            "title": f"Title of {stem}",
            "publishedDateTime": "2026-01-02T03:04:05Z",
            "originalUrl": f"https://example.com/{stem}",
            "topics": ["News"],
        } | fields
        kept = {key: value for key, value in given.items() if value is not None}
        if suffix == ".json":
            return self.write(f"records/{stem}.json", json.dumps(kept))
        front = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in kept.items())
        return self.write(f"records/{stem}{suffix}", f"---\n{front}---\n{body}")

    @property
    def config(self) -> Config:
        """The configuration as the program reads it."""
        return load_config(self.root / "config.toml")

    def build(self, now: str = NOW) -> Built:
        """Do what `feeds build` does, in this process."""
        return feeds.build(self.config, now=now)

    def synced(self, work: Callable[[Synced], Made], now: str = NOW) -> Made:
        """Do some work with the publication, in this process."""
        return pipeline.synced(self.config, pipeline.clock(now), work)

    def feed(self, key: str, now: str = NOW) -> Feed:
        """Return a feed: "all" or "topics/SLUG"."""
        with feeds.open_publication(self.config, now=now) as publication:
            return publication.feed(key)

    def articles(self, now: str = NOW) -> list[Article]:
        """Return every article that the index holds."""
        return self.synced(
            lambda made: [one.article for one in made.index.records.all_articles(0, 1_000_000)], now
        )

    def document(self, path: str, now: str = NOW) -> bytes:
        """Return the bytes of the document at a URL path."""
        with feeds.open_publication(self.config, now=now) as publication:
            return publication.document(path).body

    def titles(self, key: str = "all", now: str = NOW) -> list[str]:
        """Return the titles in a feed."""
        return [entry.title for entry in self.feed(key, now).entries]

    def public(self, path: str) -> Path:
        """Return the exported file of a path below public/."""
        return self.root / "public" / path

    def tree(self) -> dict[str, bytes]:
        """Return every exported file's bytes."""
        return tree(self.root / "public")

    def invoke(self, *arguments: str) -> Result:
        """Run the `feeds` command in this process, from the folder: quicker, where nothing else matters."""
        with contextlib.chdir(self.root):
            result = CliRunner().invoke(main, arguments, prog_name="feeds")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the `feeds` command in the folder, as a process of its own; output is no terminal."""
        return processes.run(
            [sys.executable, "-m", "feeds", *arguments],
            cwd=self.root,
            env=environ(**environment),
            text=True,
            encoding="utf-8",
        )


def eventually(condition: Callable[[], Made], seconds: float = 30) -> Made:
    """Return what a condition says as soon as it is true; fail if that takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"did not come true within {seconds} seconds"
        time.sleep(0.01)


def environ(**changes: str) -> dict[str, str]:
    """Return this process's environment with changes; the program is found wherever it is run."""
    kept = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    path = os.pathsep.join(filter(None, (str(ROOT), kept.get("PYTHONPATH", ""))))
    return kept | {"PYTHONPATH": path} | changes


def tree(folder: Path, leave_out: Iterable[str] = ()) -> dict[str, bytes]:
    """Return the bytes of every file below a folder, by relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: path.read_bytes() for name, path in named.items() if name not in set(leave_out)}
