"""The index: a second build reads what changed and nothing else, and nothing is ever lost with it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from project import CONFIG, NOW, Project

from feeds import FeedsError
from feeds.pipeline import build

INDEX = ".feeds/index.db"


@pytest.fixture
def three(project: Project) -> Project:
    """A project of three articles that was built once."""
    for stem in ("a", "b", "c"):
        project.record(stem)
    assert project.build().report.read == 3
    return project


def test_a_second_build_reads_nothing(three: Project) -> None:
    """Where nothing changed, no record is read, nothing written."""
    built = three.build()
    assert (built.report.read, built.report.removed, built.report.articles) == (0, 0, 3)
    assert (built.changes.added, built.changes.changed, built.changes.removed) == ((), (), ())
    assert built.note == ""


def test_only_changed_new_and_deleted_records_are_read(three: Project) -> None:
    """The work of a build is that of its changes."""
    three.record("a", title="Changed")
    three.record("d")
    (three.root / "records/b.md").unlink()
    report = three.build().report
    assert (report.read, report.removed, report.articles) == (2, 1, 3)
    assert sorted(three.titles()) == ["Changed", "Title of c", "Title of d"]


def test_a_record_that_was_renamed_is_the_same_article(three: Project) -> None:
    """The id survives a change of folder and name; subscribers see nothing of it."""
    before = three.tree()
    (three.root / "records/deep").mkdir()
    (three.root / "records/a.md").rename(three.root / "records/deep/z.md")
    report = three.build().report
    assert (report.read, report.removed) == (1, 1)
    assert three.tree() == before


def test_a_rejected_record_is_not_read_again_until_it_changes(three: Project) -> None:
    """What could not become an article is remembered with its reason."""
    three.write("records/bad.md", "no front matter")
    assert three.build().report.rejections == 1
    report = three.build().report
    assert (report.read, report.rejections) == (0, 1)
    three.record("bad")
    report = three.build().report
    assert (report.read, report.rejections, report.articles) == (1, 0, 4)


def test_an_article_that_becomes_bad_is_gone_and_comes_back(three: Project) -> None:
    """A broken edit takes its article out, and no other; the repair brings it back."""
    three.write("records/b.md", "---\ntitle: [\n---\n")
    assert three.build().report.articles == 2
    assert "Title of b" not in three.titles()
    three.record("b")
    three.build()
    assert "Title of b" in three.titles()


def test_a_file_modified_in_the_second_it_was_read_is_read_again(project: Project) -> None:
    """A change within one tick of the file system's clock, of the same size, is not overlooked."""
    path = project.record("a", title="One")
    now = time.time_ns()
    os.utime(path, ns=(now, now))
    project.build()
    project.record("a", title="Two")
    os.utime(path, ns=(now, now))
    assert project.build().report.read == 1
    assert project.titles() == ["Two"]


def test_a_file_that_had_settled_is_not_read_again(project: Project) -> None:
    """The same time stamp and size mean the same content once the second is over."""
    project.record("a")
    project.build()
    assert project.build().report.read == 0


def test_a_restored_older_file_is_read(three: Project) -> None:
    """A time stamp that goes back is a change like any other."""
    path = three.record("a", title="From the backup")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert three.build().report.read == 1
    assert "From the backup" in three.titles()


def _drop(project: Project) -> None:
    shutil.rmtree(project.root / ".feeds")


def _overwrite(project: Project) -> None:
    _without_log(project).write_bytes(b"this is no database, " * 500)


def _truncate(project: Project) -> None:
    path = _without_log(project)
    path.write_bytes(path.read_bytes()[:5000])


def _damage(project: Project) -> None:
    path = _without_log(project)
    data = bytearray(path.read_bytes())
    for position in range(4096, len(data), 512):
        data[position : position + 64] = os.urandom(64)
    path.write_bytes(bytes(data))


def _other_version(project: Project) -> None:
    with closing(sqlite3.connect(project.root / INDEX)) as connection:
        connection.execute("PRAGMA user_version = 99")


def _other_program(project: Project) -> None:
    with closing(sqlite3.connect(project.root / INDEX)) as connection:
        connection.execute("DROP TABLE articles")


def _empty(project: Project) -> None:
    _without_log(project).write_bytes(b"")


def _without_log(project: Project) -> Path:
    path = project.root / INDEX
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    return path


HARMS = [_drop, _overwrite, _truncate, _damage, _other_version, _other_program, _empty]


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__.strip("_"))
def test_a_lost_or_damaged_index_is_made_anew(harm: Callable[[Project], None], three: Project) -> None:
    """It is a cache: everything is read again, the same bytes come out, no file is touched without need."""
    before = three.tree()
    mtimes = {name: three.public(name).stat().st_mtime_ns for name in before}
    harm(three)
    built = three.build()
    assert (built.report.read, built.report.articles) == (3, 3)
    assert three.tree() == before
    assert {name: three.public(name).stat().st_mtime_ns for name in before} == mtimes
    assert three.build().report.read == 0


@pytest.mark.parametrize(
    "harm",
    [_overwrite, _truncate, _damage, _other_version, _other_program],
    ids=lambda harm: harm.__name__.strip("_"),
)
def test_a_note_says_why_the_index_was_made_anew(harm: Callable[[Project], None], three: Project) -> None:
    """Nobody has to wonder why a build took longer."""
    harm(three)
    done = three.run("build", "--now", NOW)
    assert done.returncode == 0
    assert "made anew" in done.stderr
    assert "Traceback" not in done.stderr


def test_garbled_articles_in_the_index_are_read_again(three: Project) -> None:
    """Damage that SQLite does not see is damage all the same."""
    with closing(sqlite3.connect(three.root / INDEX)) as connection:
        connection.execute("UPDATE articles SET data = X'9300ff'")
        connection.commit()
    three.configure(CONFIG.replace("base_url", 'rights = "Ours"\nbase_url'))
    assert three.build().report.articles == 3
    assert b"Title of b" in three.tree()["all.rss"]


def test_a_folder_in_the_index_s_place_is_an_error_and_stays(three: Project) -> None:
    """What is no index is not deleted to make room for one."""
    _drop(three)
    (three.root / INDEX).mkdir(parents=True)
    (three.root / INDEX / "precious").write_text("mine")
    done = three.run("build", "--now", NOW)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert (three.root / INDEX / "precious").read_text() == "mine"


def test_a_change_of_how_records_are_read_reads_them_all(three: Project) -> None:
    """The index knows under which configuration its rows were made."""
    three.record("d", originalUrl="/relative")
    three.build()
    three.configure(CONFIG.replace("www.example.org", "other.example.org"))
    assert three.build().report.read == 4
    feed = three.feed("all")
    assert "https://other.example.org/relative" in [entry.url for entry in feed.entries]


def test_a_change_of_selection_reads_no_record_and_selects_again(three: Project) -> None:
    """Rules are applied to what was read before."""
    three.record("best", quality=90, title="Best")
    three.build()
    three.configure(CONFIG + "[select]\nmin_quality = 80\n")
    assert three.build().report.read == 0
    assert three.titles() == ["Best"]
    three.configure(CONFIG)
    assert three.build().report.read == 0
    assert len(three.titles()) == 4


def test_a_narrower_topic_selects_again(three: Project) -> None:
    """[topics.SLUG] rules work the same way, for that topic only."""
    three.configure(CONFIG + '[topics.news]\ntitle_matches = " b$"\n')
    assert three.build().report.read == 0
    assert three.titles("topics/news") == ["Title of b"]
    assert len(three.titles("all")) == 3


def test_a_change_of_the_site_renders_again_without_reading(three: Project) -> None:
    """A new title reaches every feed, and no record is read for it."""
    three.configure(CONFIG.replace("base_url", 'rights = "Ours"\nbase_url'))
    assert three.build().report.read == 0
    assert all(b"Ours" in body for name, body in three.tree().items() if name.endswith((".rss", ".atom")))


def test_a_moved_project_goes_on_where_it_was(three: Project, tmp_path: Path) -> None:
    """Paths are relative to config.toml: a folder that was moved or copied is read no second time."""
    before = three.tree()
    moved = tmp_path / "elsewhere" / "moved"
    moved.parent.mkdir()
    three.root.rename(moved)
    three.root = moved
    built = three.build()
    assert built.report.read == 0
    assert built.changes.changed == ()
    assert three.tree() == before


def test_the_command_works_from_any_folder(three: Project, tmp_path: Path) -> None:
    """--config names the project; where one stands does not matter."""
    before = three.tree()
    other = Project(tmp_path / "other")
    done = other.run("build", "--config", str(three.root / "config.toml"), "--now", NOW)
    assert done.returncode == 0, done.stderr
    assert "0 read" in done.stdout
    assert three.tree() == before


def test_interrupted_reading_is_not_half_committed(three: Project) -> None:
    """Reading that is interrupted leaves the index as it was; the next build does all of it."""
    three.record("d")
    three.record("a", title="Changed")

    def interrupt(task: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build.build(three.config, build.clock(NOW), interrupt)
    report = three.build().report
    assert (report.read, report.articles) == (2, 4)
    assert sorted(three.titles()) == ["Changed", "Title of b", "Title of c", "Title of d"]


def test_work_that_fails_after_reading_loses_nothing(three: Project) -> None:
    """What was read before a failed export is not lost to the next one."""
    three.record("a", title="Changed")

    def fail(made: build.Synced) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        three.synced(fail)
    three.build()
    assert b"Changed" in three.tree()["all.rss"]


def test_an_index_that_another_process_holds_is_an_error_in_words(
    three: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock that is not let go of is neither damage nor a crash; the index survives it."""
    held = sqlite3.connect(three.root / INDEX, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    from feeds.index import connection

    original = connection.create_engine
    monkeypatch.setattr(
        connection, "create_engine", lambda url, **_: original(url, connect_args={"timeout": 0.1})
    )
    with pytest.raises(FeedsError, match="locked"):
        three.build()
    held.execute("ROLLBACK")
    held.close()
    assert three.build().report.read == 0


BAD = {
    "a NUL": b"---\ntitle: a\0b\noriginalUrl: https://example.com/bad\n---\n",
    "broken YAML": b"---\ntitle: [never closed\noriginalUrl: https://example.com/bad\n---\n",
    "an alias bomb": b"---\ntitle: x\noriginalUrl: https://example.com/bad\nbomb:\n"
    + b"  a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    + b"".join(
        f"  {name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n".encode()
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + b"---\n",
    "a title of 50 MB": b"---\ntitle: " + b"x" * 50_000_000 + b"\n---\n",
}


def test_one_bad_record_among_a_thousand_is_one_message(project: Project) -> None:
    """999 articles come out, and the bad one is named with a reason, in one line."""
    for number in range(999):
        project.record(f"r{number:03}")
    for name, content in BAD.items():
        project.write("records/bad.md", content)
        built = project.build()
        assert (built.report.articles, built.report.rejections) == (999, 1), name
        problems = project.synced(lambda made: made.index.records.problems())
        assert len(problems) == 1, name
        assert problems[0].path == "records/bad.md", name
        assert len(str(problems[0])) < 300, name
        assert "\n" not in str(problems[0]), name


@pytest.mark.parametrize("name", sorted(BAD))
def test_check_names_a_bad_record_and_fails(name: str, project: Project) -> None:
    """`feeds check` says file, line and reason, and its exit code says that something is wrong."""
    project.record("good")
    project.write("records/bad.md", BAD[name])
    done = project.run("check", "--now", NOW)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stdout.splitlines() if "records/bad.md" in line]
    assert len(lines) == 1
    assert lines[0].startswith("rejection: records/bad.md")


@pytest.mark.skipif(os.name != "posix", reason="file names are bytes on POSIX only")
def test_a_file_name_that_is_no_text_spoils_no_build(three: Project) -> None:
    """A name from another age and encoding is a problem of that file alone."""
    path = os.fsencode(three.root / "records") + b"/caf\xe9.md"
    try:
        content = (three.root / "records/a.md").read_bytes().replace(b"com/a", b"com/cafe")
        Path(os.fsdecode(path)).write_bytes(content)
    except OSError:
        pytest.skip("this file system takes no such name")
    done = three.run("build", "--now", NOW)
    assert "Traceback" not in done.stderr
    assert "Title of b" in three.public("all.rss").read_text(encoding="utf-8")


def test_a_link_that_leads_nowhere_spoils_no_build(three: Project) -> None:
    """A dangling symbolic link, or a folder named like a record, is passed over."""
    (three.root / "records/dangling.md").symlink_to("nowhere.md")
    (three.root / "records/folder.md").mkdir()
    (three.root / "records/round").symlink_to("..", target_is_directory=True)
    assert three.build().report.articles == 3


def test_duplicates_with_other_dates_are_in_a_feed_once(project: Project) -> None:
    """From the later date on, both bring the shown one into their topic; it is listed and counted once."""
    shared = {"originalUrl": "https://example.com/x", "topics": ["News"]}
    project.record("one", publishedDateTime="2026-01-01", updatedDateTime="2026-03-01", **shared)
    project.record("two", publishedDateTime="2026-02-01", **shared)
    assert project.titles("topics/news") == ["Title of one"]
    assert project.synced(lambda made: made.publication.summary("topics/news").articles) == 1


def test_a_record_with_several_faults_is_rejected_once(three: Project) -> None:
    """The count is of records; the list has each fault."""
    (three.root / "records/bad.md").write_text("---\nquality: high\nheat: warm\n---\n", encoding="utf-8")
    (three.root / "records/worse.md").write_text("---\nquality: high\nheat: warm\n---\n", encoding="utf-8")
    assert three.build().report.rejections == 2
    problems = three.synced(lambda made: made.index.records.problems())
    assert [problem.path for problem in problems] == ["records/bad.md"] * 5 + ["records/worse.md"] * 5
