"""Locks on files, and the package on a system that has neither them nor anything else of POSIX."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from processes import run
from project import ROOT, Project, environ

from feeds import FeedsError, locks

# As on a system without them: to import one is an ImportError. What the standard library and Click import
# for themselves, here and not there, is imported before.
WITHOUT = """
import asyncio, multiprocessing, pkgutil, importlib, subprocess, sys
import click.testing, watchfiles
for name in ("fcntl", "resource", "pwd", "grp", "termios", "tty"):
    sys.modules[name] = None
"""
EVERYTHING = """
import feeds, server
for module in pkgutil.walk_packages(feeds.__path__, "feeds."):
    importlib.import_module(module.name)
    print(module.name)
"""
COMMAND = "from feeds.cli import main; main(sys.argv[1:], prog_name='feeds')"
SERVED = """
from server import create_app
from feeds import load_config
for _ in range(2):
    client = create_app(load_config("config.toml"), live=False).test_client()
    assert client.get("/all.atom").status_code == 200
    assert b"feeds_http_requests_total{" in client.get("/metrics").data
    print(client.get("/healthz").status_code)
"""


def without_posix(code: str, *arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, "-c", WITHOUT + code, *arguments], cwd=folder, env=environ(), text=True)


@pytest.fixture
def shipped(project: Project) -> Project:
    shutil.copy(ROOT / "config.toml", project.root / "config.toml")
    shutil.copytree(ROOT / "seeds", project.root / "seeds")
    return project


def test_every_module_can_be_imported_without_posix() -> None:
    """Whatever a module needs, it asks for it where it uses it, or goes without."""
    done = without_posix(EVERYTHING)
    assert done.returncode == 0, done.stderr
    some = {"feeds.serving.counters", "feeds.serving.leader", "feeds.records.reader"}
    assert some <= set(done.stdout.split())


def test_feeds_are_built_and_served_without_posix(shipped: Project) -> None:
    """By one process, which counts and leads; the bytes are the same as elsewhere."""
    done = without_posix(COMMAND, "build", "--now", "2026-11-20", folder=shipped.root)
    assert done.returncode == 0, done.stderr
    made = shipped.tree()
    shutil.rmtree(shipped.root / ".feeds")
    shutil.rmtree(shipped.root / "public")
    shipped.build("2026-11-20")
    assert made == shipped.tree()
    served = without_posix(SERVED, folder=shipped.root)
    assert served.returncode == 0, served.stderr
    assert served.stdout.split() == ["200", "200"]


@pytest.mark.parametrize("option", [["--share-port"], ["--workers", "2"]])
def test_what_needs_locks_is_refused_without_them(shipped: Project, option: list[str]) -> None:
    """By name, before anything is served."""
    done = without_posix(COMMAND, "serve", *option, folder=shipped.root)
    assert done.returncode != 0
    name = "workers = 2" if "--workers" in option else "share_port"
    assert f"[server] {name} needs locks between processes" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(locks.fcntl is None, reason="this system has no locks on files")
def test_a_lock_is_for_one_at_a_time(tmp_path: Path) -> None:
    """And free again when its holder closes the file."""
    first, second = (os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT) for _ in range(2))
    try:
        locks.take(first)
        assert not locks.try_to_take(second)
        os.close(first)
        assert locks.try_to_take(second)
    finally:
        os.close(second)
    locks.require("This")


def test_without_locks_everybody_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There may be one process only, which `require` sees to."""
    monkeypatch.setattr(locks, "fcntl", None)
    with (tmp_path / "lock").open("w") as file:
        locks.take(file.fileno())
        assert locks.try_to_take(file.fileno())
    with pytest.raises(FeedsError, match="This needs locks between processes"):
        locks.require("This")
