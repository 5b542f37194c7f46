"""The first steps: what `feeds init` makes of what it is told, asks for, or finds."""

from __future__ import annotations

import os
import pty
import re
import shlex
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from processes import run
from project import Project, environ

from feeds import ConfigError, load_config
from feeds.config import parse


@pytest.fixture
def home(tmp_path: Path) -> Project:
    """A folder to call `feeds init` in: nothing is there."""
    project = Project.__new__(Project)
    project.root = tmp_path / "home"
    project.root.mkdir()
    return project


def _write_record(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    record = '---\ntitle: "T"\noriginalUrl: "https://acme.com/t"\npublishedDateTime: 2026-01-01\n---\n'
    (folder / "t.md").write_text(record)


def _tables(file: Path) -> dict[str, dict[str, object]]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def test_without_an_address_ids_have_nobody_s_authority(home: Project) -> None:
    """Who sets only title and base_url later publishes no ids of another's domain."""
    assert home.invoke("init", "mine").exit_code == 0
    config = load_config(home.root / "mine/config.toml")
    assert config.site.id_authority == ""
    written = (home.root / "mine/config.toml").read_text()
    # Who takes the sign away without filling in a domain is told.
    with pytest.raises(ConfigError, match="id_authority"):
        parse(re.sub(r"^# (id_authority = )", r"\1", written, flags=re.M))


@pytest.mark.parametrize(
    ("given", "base_url", "authority"),
    [
        ("https://feeds.acme.com/", "https://feeds.acme.com", "feeds.acme.com"),
        ("HTTPS://Acme.com:8443/x/", "https://acme.com:8443/x", "acme.com"),
        ("https://bücher.de", "https://xn--bcher-kva.de", "xn--bcher-kva.de"),
        ("https://feeds.example.org", "https://feeds.example.org", ""),
        ("http://localhost:8000", "http://localhost:8000", ""),
        ("http://192.0.43.7", "http://192.0.43.7", ""),
        ("http://[2600::1]/", "http://[2600::1]", ""),
    ],
)
def test_ids_follow_from_a_real_address(given: str, base_url: str, authority: str, home: Project) -> None:
    """The host and this year; a placeholder or a number is nobody's name."""
    assert home.invoke("init", "mine", "--base-url", given, "--title", "Räume").exit_code == 0
    site = load_config(home.root / "mine/config.toml").site
    year = datetime.now(UTC).year
    assert (site.title, site.base_url) == ("Räume", base_url)
    assert site.id_authority in ([f"{authority},{y}" for y in (year - 1, year)] if authority else [""])


@pytest.mark.parametrize("title", ['A "b" \\ c', "# no comment", "東京 {year} '''", 'tab\tand """'])
def test_any_title_is_written_as_it_was_given(title: str, home: Project) -> None:
    """Whatever TOML or the template would make of its signs."""
    assert home.invoke("init", "mine", "--title", title).exit_code == 0
    assert _tables(home.root / "mine/config.toml")["site"]["title"] == title


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--base-url", "feeds.acme.com"], "https://feeds.acme.com"),
        (["--base-url", "ftp://acme.com"], "ftp"),
        (["--base-url", "https://acme.com/?a=1"], "query"),
        (["--title", " "], "blank"),
        (["--title", "a\x01b"], "title"),
        (["--records", "none/*.md"], "matches nothing"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(
    options: list[str], said: str, home: Project
) -> None:
    """One message that names it."""
    done = home.invoke("init", "mine", *options)
    assert done.exit_code == 1
    assert said in done.stderr
    assert list(home.root.iterdir()) == []


@pytest.mark.parametrize(
    ("folder", "records", "expected"),
    [
        ("mine", "posts", "../posts"),
        ("mine", "mine/my posts", "my posts"),
        ("mine", "./a/../posts", "../posts"),
        ("mine", "posts/*.md", "../posts/*.md"),
        (".", "posts", "posts"),
        (".", 'with "quotes"', 'with "quotes"'),
    ],
)
def test_records_that_are_there_are_named(folder: str, records: str, expected: str, home: Project) -> None:
    """Relative to the new folder; no example is put among them, and they are found."""
    (home.root / "a").mkdir()
    _write_record(home.root / records.replace("/*.md", ""))
    done = home.invoke("init", folder, "--records", records)
    assert done.exit_code == 0, done.stderr
    assert _tables(home.root / folder / "config.toml")["records"]["paths"] == [expected]
    assert len(list(home.root.rglob("*.md"))) == 1
    mine = Project.__new__(Project)
    mine.root = home.root / folder
    assert mine.build().report.articles == 1


def test_records_given_in_full_stay_so_unless_they_lie_in_the_new_folder(
    home: Project, tmp_path: Path
) -> None:
    """So that the new folder can be moved."""
    _write_record(tmp_path / "posts")
    assert home.invoke("init", "a", "--records", str(tmp_path / "posts")).exit_code == 0
    assert _tables(home.root / "a/config.toml")["records"]["paths"] == [str(tmp_path / "posts")]
    _write_record(home.root / "b/posts")
    assert home.invoke("init", "b", "--records", str(home.root / "b/posts")).exit_code == 0
    assert _tables(home.root / "b/config.toml")["records"]["paths"] == ["posts"]


def test_an_empty_folder_of_records_gets_an_example(home: Project) -> None:
    """There is something to see at once; the folder may be new."""
    (home.root / "posts").mkdir()
    for number, records in enumerate(("posts", "new/posts")):
        assert home.invoke("init", f"m{number}", "--records", records).exit_code == 0
        assert [path.suffix for path in (home.root / records).iterdir()] == [".md"]


@pytest.mark.parametrize("folder", [".", "mine"])
def test_the_static_site_among_the_records_is_passed_over(folder: str, home: Project) -> None:
    """Else the first build would refuse to write it."""
    _write_record(home.root)
    assert home.invoke("init", folder, "--records", ".").exit_code == 0
    mine = Project.__new__(Project)
    mine.root = home.root / folder
    for _ in range(2):
        assert mine.build().report.found == 1


def test_the_example_shows_nothing_that_is_not_there(home: Project) -> None:
    """A picture that does not exist would be broken in every reader."""
    assert home.invoke("init", "mine").exit_code == 0
    mine = Project.__new__(Project)
    mine.root = home.root / "mine"
    assert [(article.images, article.body != "") for article in mine.articles("2100-01-01")] == [((), True)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, b"/.feeds/\n/public/\n"),
        (b"node_modules", b"node_modules\n/.feeds/\n/public/\n"),
        (b"a\r\npublic\r\n", b"a\r\npublic\r\n/.feeds/\r\n"),
        (b"/public\n.feeds/\n", b"/public\n.feeds/\n"),
        (b"\xff\n", b"\xff\n/.feeds/\n/public/\n"),
    ],
)
def test_git_passes_over_what_is_made_anew(before: bytes | None, after: bytes, home: Project) -> None:
    """Lines that are there stay; only missing ones are added, which is said."""
    file = home.root / ".gitignore"
    if before is not None:
        file.write_bytes(before)
    done = home.invoke("init", ".")
    assert file.read_bytes() == after
    assert (".gitignore" in done.stdout) == (before != after)


@pytest.mark.parametrize("folder", [".", "my feeds", "-x", "it's", "~", "a/b", "./"])
def test_the_last_line_can_be_pasted_into_a_shell(folder: str, home: Project) -> None:
    """It leads into the folder, whatever it is called."""
    done = home.invoke("init", "--", folder)
    assert done.exit_code == 0, done.stderr
    line = done.stdout.splitlines()[-1]
    assert line.endswith("feeds build && feeds serve")
    shell = line.removeprefix("Now: ").replace("feeds build && feeds serve", "pwd -P")
    entered = run(["sh", "-c", shell], cwd=home.root, text=True, check=True)
    assert entered.stdout.strip() == str((home.root / folder).resolve())
    if folder in (".", "./"):
        assert "cd" not in shlex.split(shell)


def _on_a_terminal(folder: Path, typed: str, *arguments: str) -> tuple[int, str]:
    """Run `feeds init` with a terminal as its input; return its exit code and what it printed."""
    leader, follower = pty.openpty()
    try:
        os.write(leader, typed.encode())
        done = run(
            [sys.executable, "-m", "feeds", "init", *arguments],
            cwd=folder,
            env=environ(),
            stdin=follower,
            text=True,
        )
    finally:
        os.close(follower)
        os.close(leader)
    return done.returncode, done.stdout + done.stderr


def test_it_asks_on_a_terminal(home: Project) -> None:
    """For what the options do not say; an answer that cannot be is asked for again."""
    _write_record(home.root / "posts")
    code, said = _on_a_terminal(home.root, "Mine\nacme.com\nhttps://acme.com\nposts\n", "mine")
    assert code == 0, said
    config = load_config(home.root / "mine/config.toml")
    assert (config.site.title, config.site.base_url) == ("Mine", "https://acme.com")
    assert config.records.paths == ("../posts",)
    assert "https://acme.com, if" in said


def test_it_asks_for_nothing_that_is_said_or_left_open(home: Project) -> None:
    """Enter takes what is usual, and an option is an answer."""
    code, said = _on_a_terminal(home.root, "\n\n", "mine", "--title", "Said")
    assert code == 0, said
    config = load_config(home.root / "mine/config.toml")
    assert (config.site.title, config.site.id_authority) == ("Said", "")
    assert config.records.paths == ("records",)


def test_it_asks_nothing_where_the_answer_is_no_already(home: Project) -> None:
    """Whoever has a configuration is told at once."""
    (home.root / "config.toml").write_text("")
    code, said = _on_a_terminal(home.root, "", ".")
    assert code == 1
    assert said == "Error: config.toml is there already; nothing was changed\n"


def test_it_never_asks_a_script(home: Project) -> None:
    """Input that is no terminal is not read."""
    done = run(
        f"{shlex.quote(sys.executable)} -m feeds init mine; cat",
        shell=True,
        cwd=home.root,
        env=environ(),
        given="untouched",
        text=True,
    )
    assert done.stdout.endswith("untouched")
    assert "Title" not in done.stdout
    assert load_config(home.root / "mine/config.toml").site.title == "My articles"
