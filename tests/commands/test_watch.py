"""`feeds build --watch`: the static site follows what changes, until Ctrl-C."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from processes import started
from project import CONFIG, Project, environ, eventually
from test_prepared import iso


class Watch:
    """A `feeds build --watch` that runs."""

    def __init__(self, project: Project, process: subprocess.Popen[bytes], log: Path) -> None:
        self._project = project
        self._process = process
        self._log = log

    @property
    def said(self) -> str:
        """What it printed so far."""
        return self._log.read_text(encoding="utf-8")

    def shows(self, text: str, path: str = "all.atom") -> None:
        """Return when an exported file has a text."""
        eventually(lambda: self._process.poll() is not None or text in self._read(path))
        assert text in self._read(path), self.said

    def says(self, pattern: str) -> None:
        """Return when it has printed something."""
        with contextlib.suppress(AssertionError):
            eventually(lambda: self._process.poll() is not None or re.search(pattern, self.said))
        assert re.search(pattern, self.said), self.said

    def _read(self, path: str) -> str:
        with contextlib.suppress(FileNotFoundError):
            return self._project.public(path).read_text(encoding="utf-8")
        return ""

    def interrupt(self) -> int:
        """Do what Ctrl-C does; return the exit code."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(30)


@pytest.fixture
def watch() -> Iterator[Callable[..., Watch]]:
    """Begin to watch a project: ``watch(project, "--strict")``."""
    with contextlib.ExitStack() as stack:

        def start(project: Project, *options: str) -> Watch:
            log = project.root.parent / "watch.log"
            output = stack.enter_context(log.open("wb"))
            command = [sys.executable, "-m", "feeds", "build", "--watch", *options]
            process = stack.enter_context(
                started(
                    command,
                    cwd=project.root,
                    env=environ(PYTHONUNBUFFERED="1"),
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            )
            watching = Watch(project, process, log)
            watching.says("Following changes")
            return watching

        yield start


def test_the_export_follows_the_records(project: Project, watch: Callable[..., Watch]) -> None:
    """One line for every update says what changed; Ctrl-C ends it."""
    project.record("a", topics=["AI"])
    project.record("b", topics=["Web"])
    watching = watch(project)
    untouched = project.public("topics/web.rss").stat().st_mtime_ns
    project.record("c", topics=["AI"], title="Newest of all")
    watching.shows("Newest of all")
    watching.shows("Newest of all", "topics/ai.atom")
    watching.says(r"(?m)^\d\d:\d\d:\d\d 0 added, 9 changed, 0 removed: /\S+, /.* and 5 others$")
    (project.root / "records" / "b.md").unlink()
    watching.says("4 removed: ")
    assert not project.public("topics/web.rss").exists()
    assert project.public("topics/ai.rss").stat().st_mtime_ns != untouched
    assert watching.interrupt() == 0
    assert "Traceback" not in watching.said


def test_what_is_broken_is_reported_and_watching_goes_on(
    project: Project, watch: Callable[..., Watch]
) -> None:
    """A configuration, a record, a folder that is gone for a moment."""
    project.record("a")
    watching = watch(project)
    project.configure(CONFIG + "[select]\nmin_qualty = 3\n")
    watching.says(r'Error: config.toml:10: select.min_qualty: .*"min_quality"\?; public stays as it is')
    project.record("b", title="In the meantime")
    watching.shows("In the meantime")
    project.configure(CONFIG.replace('"Example"', '"Mended"'))
    watching.shows("Mended")
    project.record("broken", quality="high")
    watching.says("rejection: records/broken.md:6: quality: 'high' is not a whole number")
    records, away = project.root / "records", project.root / "away"
    records.rename(away)
    watching.says("Error: .*records does not exist")
    assert "In the meantime" in project.public("all.atom").read_text()
    away.rename(records)
    project.record("c", title="Back again")
    watching.shows("Back again")
    assert watching.said.count("min_qualty") == watching.said.count("does not exist") == 1


def test_an_embargo_ends_in_the_export_too(project: Project, watch: Callable[..., Watch]) -> None:
    """Without any change on disk."""
    project.record("a")
    project.record("soon", title="Due soon", publishedDateTime=iso(int(time.time()) + 3))
    watch(project).shows("Due soon")


def test_strict_exports_nothing_while_something_is_rejected(
    project: Project, watch: Callable[..., Watch]
) -> None:
    """And goes on when it is mended."""
    project.record("a")
    watching = watch(project, "--strict")
    project.record("broken", quality="high", title="Broken for now")
    watching.says("1 rejected; nothing was exported, because --strict is given; public stays as it is")
    assert "records/broken.md:6" in watching.said
    project.record("broken", title="Mended by now")
    watching.shows("Mended by now")
