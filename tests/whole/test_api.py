"""The public names: what a program does with this package, and the examples of docs/library.md."""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import processes
import pytest
from project import NOW, REAL, ROOT, Project, environ

import feeds

EXAMPLES = re.findall(
    r"^```python\n(.*?)^```", (ROOT / "docs" / "library.md").read_text(encoding="utf-8"), re.M | re.S
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two articles, and a record that is none."""
    project = Project(tmp_path, REAL)
    project.record("one")
    project.record("two", topics=["News", "Tools"])
    project.record("untitled", title=None)
    return project


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_the_examples_run_as_they_are_printed(number: int, tmp_path: Path) -> None:
    """With the sample records, in a process of their own: nothing else has been imported."""
    shutil.copy(ROOT / "config.toml", tmp_path)
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    done = processes.run(
        [sys.executable, "-c", EXAMPLES[number]], cwd=tmp_path, env=environ(), text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_there_are_examples_of_every_verb() -> None:
    """So that none is public without being shown."""
    assert {name for name in feeds.__all__ if name[0].islower()} - {"parse_config", "slug"} == {
        name for name in feeds.__all__ if any(f"feeds.{name}(" in example for example in EXAMPLES)
    }


def test_build_writes_the_site_and_names_what_is_wrong(project: Project) -> None:
    """By the file's path or a configuration, wherever the program runs."""
    built = feeds.build(project.root / "config.toml", now=NOW)
    assert built.report.articles == 2
    assert "/all.rss" in built.changes.added
    assert project.public("all.rss").is_file()
    (problem,) = built.problems
    assert (problem.path, problem.severity, problem.line) == ("records/untitled.md", "rejection", 1)
    assert not feeds.build(project.config, now=NOW).changes.added


def test_build_writes_elsewhere(project: Project, tmp_path: Path) -> None:
    """``out`` is the caller's path, as on the command line."""
    with contextlib.chdir(tmp_path):
        feeds.build(project.config, now=NOW, out="elsewhere")
    assert (tmp_path / "elsewhere" / "all.rss").is_file()
    assert not project.public("all.rss").exists()


def test_strict_exports_nothing(project: Project) -> None:
    """The error has the rejections."""
    with pytest.raises(feeds.FeedsError, match="1 rejected"):
        feeds.build(project.config, now=NOW, strict=True)
    assert not project.public("all.rss").exists()


def test_check_finds_what_is_lost(project: Project) -> None:
    """As the command does."""
    checked = feeds.check(project.config, now=NOW)
    assert checked.is_bad
    assert [problem.path for problem in checked.problems] == ["records/untitled.md"]
    (project.root / "records" / "untitled.md").unlink()
    assert not feeds.check(project.config, now=NOW).is_bad


def test_the_instant_can_be_given_in_every_form(project: Project) -> None:
    """An article that is still to come is in no feed."""
    project.record("late", publishedDateTime="2026-08-01T00:00:00Z")
    for now, articles in (
        (NOW, 2),
        (datetime(2026, 8, 2, tzinfo=UTC), 3),
        (int(datetime(2026, 8, 2, tzinfo=UTC).timestamp()), 3),
        ("2026-08-02", 3),
    ):
        with feeds.open_publication(project.config, now=now) as publication:
            assert len(publication.feed("all").entries) == articles
    with pytest.raises(feeds.FeedsError, match="time zone"):
        feeds.build(project.config, now=datetime(2026, 8, 2))  # noqa: DTZ001 - that is what is tested


def test_a_publication_stays_as_it_was(project: Project) -> None:
    """What is written while somebody reads it does not change what they read."""
    with feeds.open_publication(project.config, now=NOW) as publication:
        project.record("three")
        feeds.build(project.config, now=NOW)
        assert len(publication.feed("all").entries) == 2
    with feeds.open_publication(project.config, now=NOW) as publication:
        assert len(publication.feed("all").entries) == 3
        assert publication.document("/all.rss").body == project.public("all.rss").read_bytes()


def test_the_application_serves_what_was_built(project: Project) -> None:
    """The same bytes as the export's."""
    feeds.build(project.config, now=NOW)
    answer = feeds.create_app(project.config, now=NOW, live=False).test_client().get("/topics/tools.atom")
    assert answer.data == project.public("topics/tools.atom").read_bytes()


def test_unknown_names_are_no_attributes() -> None:
    """As for every module."""
    with pytest.raises(AttributeError, match="publish"):
        feeds.publish  # noqa: B018
