"""Readers that people use understand every feed: newsboat and sfeed, from Debian."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import feedparser
import pytest
from project import ROOT, environ

pytestmark = pytest.mark.real


@pytest.fixture(scope="session")
def installed() -> None:
    """The readers are installed, or can be."""
    if all(map(shutil.which, ("newsboat", "sfeed"))):
        return
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        for arguments in (["update"], ["install", "-y", "newsboat", "sfeed"]):
            subprocess.run(["apt-get", "-q", *arguments], check=False, capture_output=True)
    if not all(map(shutil.which, ("newsboat", "sfeed"))):
        if os.environ.get("CI") == "true":
            pytest.fail("newsboat and sfeed cannot be installed, and CI needs them")
        pytest.skip("newsboat and sfeed are not installed (apt-get install newsboat sfeed)")


@pytest.fixture(scope="session")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of seeds/."""
    out = tmp_path_factory.mktemp("real") / "public"
    root = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "seeds", root / "seeds")
    shutil.copy(ROOT / "config.toml", root)
    command = [sys.executable, "-m", "feeds", "build", "--out", str(out)]
    subprocess.run(command, cwd=root, check=True, capture_output=True, env=environ())
    return out


def expected(feed: Path) -> list[tuple[str, str]]:
    """Title and link of every entry, as feedparser reads them."""
    entries = feedparser.parse(feed.read_bytes()).entries
    return sorted((entry.title, entry.link) for entry in entries)


@pytest.mark.parametrize("suffix", [".rss", ".atom"])
def test_sfeed_reads_every_entry(suffix: str, public: Path, installed: None) -> None:
    """sfeed gives title and link of every entry, an id, an author and the first image's address."""
    for feed in sorted(public.rglob(f"*{suffix}")):
        done = subprocess.run(["sfeed"], input=feed.read_bytes(), capture_output=True, check=True)
        rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
        assert sorted((row[1], row[2]) for row in rows) == expected(feed), feed
        assert all(row[0].isdigit() for row in rows), feed
        assert all(row[5] for row in rows), feed


@pytest.mark.parametrize("suffix", [".rss", ".atom"])
def test_newsboat_reads_every_entry(suffix: str, public: Path, tmp_path: Path, installed: None) -> None:
    """newsboat stores every entry of every feed, with its title and link."""
    environment = {**os.environ, "HOME": str(tmp_path), "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    (tmp_path / "config").write_text("")
    for feed in sorted(public.rglob(f"*{suffix}")):
        # A cache for each, because newsboat keeps an entry once, whichever feeds it is in.
        cache = tmp_path / f"{feed.name}.db"
        (tmp_path / "urls").write_text(f"file://{feed}\n")
        command = [
            "newsboat",
            "-u",
            tmp_path / "urls",
            "-c",
            cache,
            "-C",
            tmp_path / "config",
            "-x",
            "reload",
        ]
        subprocess.run(command, check=True, capture_output=True, env=environment)
        with closing(sqlite3.connect(cache)) as connection:
            rows = connection.execute("SELECT title, url FROM rss_item").fetchall()
        assert sorted(rows) == expected(feed), feed
