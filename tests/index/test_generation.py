"""The generation: who writes the index raises it, and everybody sees it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from processes import run, started
from project import Project, environ
from sqlalchemy import Connection

from feeds.errors import FeedsError
from feeds.index.generation import Generation
from feeds.index.index import Index
from feeds.index.opening import IndexUnreadable, file_of, generation_file, reading, with_index
from feeds.serving.leader import Leadership


def test_what_one_process_writes_another_sees(tmp_path: Path) -> None:
    """Without being told."""
    file = tmp_path / "folder" / "generation"
    ours = Generation(file)
    ours.show(2**40)
    code = f"""
from pathlib import Path
from feeds.index.generation import Generation
theirs = Generation(Path({str(file)!r}))
assert theirs.number == 2**40
theirs.show(2**40 + 1)
theirs.sound()
"""
    run([sys.executable, "-c", code], env=environ(), check=True)
    assert ours.number == 2**40 + 1
    assert ours.alarm
    ours.sound(is_on=False)
    assert not ours.alarm
    assert ours.number == 2**40 + 1


def test_a_file_that_was_deleted_is_made_again_with_a_number_of_its_own(tmp_path: Path) -> None:
    """Nobody may take what is new for what was there under the same number."""
    file = tmp_path / "generation"
    generation = Generation(file)
    before = generation.number
    assert not generation.renew()
    file.unlink()
    assert generation.renew()
    assert generation.number != before
    other = Generation(file)
    other.show(7)
    assert generation.number == 7


def _number(project: Project) -> int:
    generation = Generation(generation_file(_file(project)))
    shown = generation.number
    generation.close()
    assert reading(project.config.index.url, project.config.root, lambda index: index.number) == shown
    return shown


def _file(project: Project) -> Path:
    return file_of(project.config.index.url, project.config.root)


def test_every_build_that_changes_something_has_a_number_of_its_own(project: Project) -> None:
    """And one that changes nothing leaves readers alone."""
    project.record("a")
    project.build()
    # The second notes when the list of documents was written.
    project.build()
    first = _number(project)
    project.build()
    assert _number(project) == first
    project.record("b")
    project.build()
    assert _number(project) > first


def test_a_commit_that_fails_leaves_the_number_as_it_was(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers would look for what never came."""
    project.record("a")
    project.build()
    before = _number(project)

    def fail(_: Connection) -> None:
        raise OSError("disk full")

    def work(index: Index) -> None:
        index.facts.remember("x", "y")
        monkeypatch.setattr(Connection, "commit", fail)

    with pytest.raises(OSError, match="disk full"):
        with_index(project.config.index.url, project.config.root, work)
    monkeypatch.undo()
    assert _number(project) == before


def test_readers_see_the_last_commit_while_somebody_writes(project: Project) -> None:
    """They do not wait, and see nothing by halves."""
    project.record("a")
    project.build()

    def read() -> str:
        return reading(project.config.index.url, project.config.root, lambda index: index.facts.get("x"))

    def write(index: Index) -> None:
        index.facts.remember("x", "new")
        assert read() == ""
        index.commit()
        assert read() == "new"

    with_index(project.config.index.url, project.config.root, write)


def test_readers_cannot_write(project: Project) -> None:
    """Whatever they try."""
    project.record("a")
    project.build()
    with pytest.raises(IndexUnreadable, match="readonly"):
        reading(project.config.index.url, project.config.root, lambda index: index.facts.remember("x", "y"))


@pytest.mark.parametrize(
    ("content", "is_lasting", "reason"),
    [
        (None, True, "missing"),
        (b"not a page " * 800, True, "not a database"),
        (b"", True, "version"),
    ],
)
def test_an_index_that_cannot_be_read_says_why(
    project: Project, content: bytes | None, is_lasting: bool, reason: str
) -> None:
    """And is not made by looking for it."""
    file = _file(project)
    if content is not None:
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
    with pytest.raises(IndexUnreadable, match=reason) as caught:
        reading(project.config.index.url, project.config.root, lambda index: index.number)
    assert caught.value.is_lasting is is_lasting
    assert file.exists() == (content is not None)


def test_one_at_a_time_leads(tmp_path: Path) -> None:
    """The next one can when the first lets go, or when its file was deleted."""
    first, second = (Leadership(tmp_path / "index.db.lock", "same") for _ in range(2))
    assert first.take()
    assert first.take()
    assert not second.take()
    assert not first.is_lost()
    first.release()
    assert second.take()
    (tmp_path / "index.db.lock").unlink()
    assert second.is_lost()
    assert first.take()


def test_the_lead_of_a_process_that_is_killed_is_free(tmp_path: Path) -> None:
    """SIGKILL leaves no time to let go."""
    file = tmp_path / "index.db.lock"
    code = f"""
import sys, time
from pathlib import Path
from feeds.serving.leader import Leadership
assert Leadership(Path({str(file)!r}), "same").take()
print("leads", flush=True)
sys.stdin.read()
"""
    with started(
        [sys.executable, "-c", code], env=environ(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"leads\n"
        ours, others = Leadership(file, "same"), Leadership(file, "other")
        assert not ours.take()
        ours.check()
        reason = f"index.db is in use by a server with other settings .process {process.pid}"
        with pytest.raises(FeedsError, match=reason):
            others.check()
        process.kill()
        process.wait(30)
        assert ours.take()
        ours.release()
        others.check()
