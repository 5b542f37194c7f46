"""The `feeds` command: what it does, what it says, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import run, started
from project import CONFIG, NOW, REAL, ROOT, Project, environ

from feeds import VERSION

COMMANDS = ("init", "build", "check", "list", "explain", "probe", "ping", "serve")


@pytest.fixture
def filled(project: Project) -> Project:
    """A project with some articles, one of them special in each way."""
    project.configure(CONFIG + '[topics.ai]\ntitle = "AI"\nmin_quality = 50\naliases = ["ki"]\n')
    project.record("a", topics=["AI"], quality=90)
    project.record("b", topics=["AI", "Web"], quality=10, publishedDateTime="2026-02-02")
    project.record("draft", topics=["AI"], published=False)
    project.record("removed", removed=True)
    project.record("later", publishedDateTime="2030-01-01")
    return project


def test_from_nothing_to_feeds(tmp_path: Path) -> None:
    """init, build, check, list and explain work one after another, in a new folder."""
    project = Project(tmp_path / "here")
    made = project.run("init", "mine")
    assert made.returncode == 0, made.stderr
    assert "feeds build" in made.stdout
    mine = Project.__new__(Project)
    mine.root = project.root / "mine"
    record = next((mine.root / "records").iterdir()).name
    built = mine.run("build")
    assert built.returncode == 0, built.stderr
    assert re.match("1 record: 1 article, 0 rejected", built.stdout)
    assert built.stderr.startswith("warning: config.toml:6: site.base_url: '127.0.0.1' ")
    assert built.stderr.count("\n") == 1
    assert b"Hello, readers" in mine.tree()["topics/news.rss"]
    checked = mine.run("check")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "all well-formed" in checked.stdout
    listed = mine.run("list")
    assert re.search(
        r"^ +1  \d{4}-\d\d-\d\d  News +http://127\.0\.0\.1:8000/topics/news\.rss", listed.stdout, re.M
    )
    explained = mine.run("explain", record, "News")
    assert explained.returncode == 0, explained.stderr
    assert "in topics/news, number 1" in explained.stdout


def test_init_never_overwrites(project: Project) -> None:
    """A folder that has a configuration keeps it."""
    before = (project.root / "config.toml").read_bytes()
    done = project.run("init", ".")
    assert done.returncode == 1
    assert "there already" in done.stderr
    assert (project.root / "config.toml").read_bytes() == before
    assert list((project.root / "records").iterdir()) == []


def test_init_in_a_place_that_cannot_be(project: Project) -> None:
    """A file where the folder should be is an error in words."""
    (project.root / "file").write_text("x")
    done = project.run("init", "file")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_build_says_what_it_did(filled: Project) -> None:
    """Records, files and what changed; nothing on standard error when all is well."""
    filled.configure((filled.root / "config.toml").read_text().replace(CONFIG, REAL))
    done = filled.run("build", "-v", "--now", NOW)
    assert done.returncode == 0
    assert done.stderr == ""
    first, second, *paths = done.stdout.splitlines()
    assert first == "5 records: 5 articles, 0 rejected, 0 warnings; 5 read, 0 gone"
    assert re.fullmatch(r"public: \d+ added, 0 changed, 0 removed, 0 unchanged", second)
    assert "  added    /topics/ai.rss" in paths
    assert len(paths) == int(second.split()[1])
    again = filled.run("build", "--now", NOW)
    first, second = again.stdout.splitlines()
    assert first.endswith("; 0 read, 0 gone")
    assert second.startswith("public: 0 added, 0 changed, 0 removed,")
    filled.record("b", topics=["AI"], quality=10, publishedDateTime="2026-02-02")
    filled.configure(CONFIG + '[topics.ai]\ntitle = "AI"\nretired = true\n')
    paths = filled.run("build", "--now", NOW).stdout.splitlines()[2:]
    assert {"  changed  /all.rss", "  removed  /topics/ai.atom", "  removed  /topics/web.rss"} <= set(paths)


def test_build_names_a_few_paths_or_all(project: Project) -> None:
    """A first build of many feeds is no wall of text, unless one asks for it."""
    for number in range(30):
        project.record(f"r{number}", topics=[f"T{number}"])
    few = project.run("build", "--now", NOW).stdout.splitlines()
    assert len(few) == 2 + 20 + 1
    assert few[-1] == f"  and {len(project.tree()) - 20} more; -v names them all"
    shutil.rmtree(project.root / "public")
    assert len(project.run("build", "-v", "--now", NOW).stdout.splitlines()) == 2 + len(project.tree())


def test_build_speaks_json(filled: Project) -> None:
    """Every path that changed, for programs."""
    report = json.loads(filled.run("build", "--format", "json", "--now", NOW).stdout)
    assert report["records"]["articles"] == 5
    assert set(report["added"]) == {f"/{name.replace('index.html', '')}" for name in filled.tree()}
    assert (report["changed"], report["removed"], report["foreign"]) == ([], [], [])
    again = json.loads(filled.run("build", "--format", "json", "--now", NOW).stdout)
    assert again["added"] == []
    assert again["unchanged"] == len(report["added"])


def test_build_is_quiet_when_not_on_a_terminal(project: Project) -> None:
    """No progress bar and no control characters in a log."""
    project.configure(REAL)
    for number in range(600):
        project.record(f"r{number}")
    done = project.run("build", "--now", NOW)
    assert done.stderr == ""
    assert "\r" not in done.stdout
    assert "\x1b" not in done.stdout


def test_build_shows_progress_on_a_terminal(project: Project) -> None:
    """Long work shows how far it is; what is said afterwards has lines of its own, and the cursor is back."""
    for number in range(1200):
        project.record(f"r{number}")
    leader, follower = pty.openpty()
    with started(
        [sys.executable, "-m", "feeds", "build", "--now", NOW],
        cwd=project.root,
        env=environ(TERM="xterm"),
        stdout=subprocess.PIPE,
        stderr=follower,
    ) as process:
        os.close(follower)
        shown = b""
        while True:
            try:
                part = os.read(leader, 4096)
            except OSError:
                break
            if not part:
                break
            shown += part
        process.wait(60)
    os.close(leader)
    assert process.returncode == 0
    lines = shown.decode().split("\n")
    assert re.search(r"Reading records .* \d\d?%", lines[0])
    assert "100%" in lines[0]
    assert lines[1].startswith("warning: ")
    assert shown.rfind(b"\x1b[?25h") > shown.rfind(b"\x1b[?25l")


def test_strict_makes_rejections_fatal(filled: Project) -> None:
    """Without it they are counted; with it the exit code says no."""
    filled.write("records/bad.md", "nothing")
    done = filled.invoke("build", "--now", NOW)
    assert done.exit_code == 0
    assert "1 rejected" in done.stdout
    assert "`feeds check`" in done.stdout
    assert filled.invoke("build", "--now", NOW, "--strict").exit_code == 1
    (filled.root / "records/bad.md").unlink()
    assert filled.invoke("build", "--now", NOW, "--strict").exit_code == 0


def test_check_lists_what_is_wrong(filled: Project) -> None:
    """File, line, field and reason of each, and exit code 1."""
    filled.record("bad", draft="perhaps")
    filled.record("warned", images=["ftp://example.com/a.png"])
    done = filled.invoke("check", "--now", NOW)
    assert done.exit_code == 1
    assert "rejection: records/bad.md:6: draft: 'perhaps' is neither true nor false\n" in done.stdout
    assert re.search(r"^warning: records/warned\.md:6: images\[0\]: 'ftp://", done.stdout, re.M), done.stdout
    assert done.stderr == ""


def test_check_forgives_warnings_unless_strict(filled: Project) -> None:
    """A warning loses an image, not an article."""
    filled.record("warned", images=["ftp://example.com/a.png"])
    assert filled.invoke("check", "--now", NOW).exit_code == 0
    assert filled.invoke("check", "--now", NOW, "--strict").exit_code == 1


def test_check_speaks_json(filled: Project) -> None:
    """One document on standard output, for programs."""
    filled.record("bad", draft="perhaps")
    done = filled.run("check", "--now", NOW, "--format", "json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["records"]["rejections"] == 1
    assert found["feed_errors"] == []
    assert found["feeds"] > 0
    assert [problem for problem in found["problems"] if problem["path"] != "config.toml"] == [
        {
            "path": "records/bad.md",
            "line": 6,
            "field": "draft",
            "reason": "'perhaps' is neither true nor false",
            "severity": "rejection",
        }
    ]


def test_check_doubts_addresses_that_stand_for_another(filled: Project) -> None:
    """One calm line for each, for people and programs; only --strict fails for them."""
    done = filled.invoke("check", "--now", NOW)
    warnings = [line for line in done.stdout.splitlines() if line.startswith("warning: ")]
    assert [line.split(": ")[1:3] for line in warnings] == [
        ["config.toml:4", "site.base_url"],
        ["config.toml:5", "site.id_authority"],
        ["config.toml:8", "records.site_url"],
    ]
    assert done.exit_code == 0
    assert filled.invoke("check", "--now", NOW, "--strict").exit_code == 1
    found = json.loads(filled.invoke("check", "--now", NOW, "--format", "json").stdout)
    assert [problem["field"] for problem in found["problems"]] == [
        "site.base_url",
        "site.id_authority",
        "records.site_url",
    ]
    filled.configure(REAL)
    assert "warning" not in filled.invoke("check", "--now", NOW, "--strict").stdout.replace("0 warnings", "")
    assert filled.invoke("check", "--now", NOW, "--strict").exit_code == 0


def test_build_doubts_addresses_in_one_line(filled: Project) -> None:
    """On standard error, so that what programs read stays as it is."""
    done = filled.invoke("build", "--now", NOW, "--format", "json")
    assert done.exit_code == 0
    json.loads(done.stdout)
    line, *others = done.stderr.splitlines()
    assert others == []
    assert line.startswith("warning: config.toml:4: site.base_url: 'feeds.example.org' ")
    assert "2 more" in line


def test_check_finds_a_feed_that_is_no_xml(filled: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a format ever go wrong, a check says so before subscribers do."""
    monkeypatch.setattr("feeds.formats.rss_atom.rss", lambda feed: b"<rss><channel>")
    done = filled.invoke("check", "--now", NOW)
    assert done.exit_code == 1
    assert "error: /all.rss: " in done.stdout
    assert "/all.atom" not in done.stdout
    assert "all well-formed" not in done.stdout
    monkeypatch.setattr("feeds.formats.json_feed.json_feed", lambda feed: b"{")
    done = filled.invoke("check", "--now", NOW)
    assert "error: /all.json: " in done.stdout


def test_check_writes_no_export(filled: Project) -> None:
    """Looking changes nothing that subscribers see."""
    filled.invoke("check", "--now", NOW)
    filled.invoke("list", "--now", NOW)
    filled.invoke("explain", "a.md", "--now", NOW)
    assert not (filled.root / "public").exists()


def test_list_shows_each_topic_with_its_feeds(filled: Project) -> None:
    """Articles, newest article, title and URLs, everything first."""
    done = filled.invoke("list", "--now", NOW)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["articles", "newest", "title", "URLs"]
    assert lines[1].split()[:3] == ["2", "2026-02-02", "Everything"]
    rows = {line.split()[2]: line.split() for line in lines[2:]}
    assert rows["AI"][:2] == ["1", "2026-01-02"]
    assert rows["AI"][3:] == [
        "https://feeds.example.org/topics/ai.rss",
        "https://feeds.example.org/topics/ai.atom",
        "https://feeds.example.org/topics/ai.json",
    ]
    assert rows["News"][:2] == ["0", "-"]


def test_list_speaks_json(filled: Project) -> None:
    """The same for programs: whole dates, and URLs by format."""
    filled.configure(
        (filled.root / "config.toml").read_text()
        + '[[feeds]]\nname = "best"\ntitle = "Best"\ntopics = ["AI"]\n[defaults]\nformats = ["rss", "page"]\n'
    )
    done = filled.invoke("list", "--format", "json", "--now", NOW)
    assert done.exit_code == 0, done.stderr
    found = {line["feed"]: line for line in json.loads(done.stdout)["feeds"]}
    assert list(found) == ["all", "topics/ai", "topics/news", "topics/web", "feeds/best"]
    assert found["all"] == {
        "feed": "all",
        "title": "Everything",
        "articles": 2,
        "newest": "2026-02-02T00:00:00Z",
        "urls": {"rss": "https://feeds.example.org/all.rss"},
    }
    assert (found["topics/news"]["articles"], found["topics/news"]["newest"]) == (0, None)
    assert found["feeds/best"]["title"] == "Best"


def _complete(folder: Path, words: str) -> list[str]:
    """Return what Bash is told that may stand in the place of the last word."""
    done = run(
        [sys.executable, "-c", "from feeds.cli import main; main(prog_name='feeds')"],
        cwd=folder,
        env=environ(_FEEDS_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(words.count(" "))),
        text=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("feeds ex", ["plain,explain"]),
        ("feeds list --format ", ["plain,text", "plain,json"]),
        ("feeds build --str", ["plain,--strict"]),
        # The shell itself knows the files.
        ("feeds check --config co", ["file,co"]),
        ("feeds explain re", ["file,re"]),
    ],
)
def test_shells_are_told_how_to_complete(words: str, offered: list[str], project: Project) -> None:
    """Commands, options, values; files where a file is meant."""
    assert _complete(project.root, words) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_documented_lines_give_a_completion(shell: str, tmp_path: Path) -> None:
    """What docs/configuration.md has people put into their start files."""
    documented = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    assert f"_FEEDS_COMPLETE={shell}_source feeds" in documented
    done = run(
        [sys.executable, "-c", "from feeds.cli import main; main(prog_name='feeds')"],
        cwd=tmp_path,
        env=environ(_FEEDS_COMPLETE=f"{shell}_source"),
        text=True,
    )
    assert done.returncode == 0
    assert f"_FEEDS_COMPLETE={shell}_complete" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.md", "ai"), ["in topics/ai, number 1", "+ topics.ai.min_quality: 90 (asked for: at least 50)"]),
        (("records/a.md", "AI"), ["in topics/ai, number 1"]),
        (("a.md", "/topics/ai.rss"), ["in topics/ai, number 1"]),
        (("a.md", "ki"), ["in topics/ai, number 1"]),
        (("a.md", "all"), ["in all, number 2"]),
        (("a.md",), ["in all, number 2", "in topics/ai, number 1"]),
        (("b.md", "ai"), ["not in topics/ai", "- topics.ai.min_quality: 10 (asked for: at least 50)"]),
        (("a.md", "web"), ["not in topics/web", "does not have the topic 'Web'"]),
        (("draft.md", "all"), ["not in all", "- status: not published (asked for: published)"]),
        (("removed.md", "all"), ["not in all", "- removed: yes (asked for: no)"]),
        (
            ("later.md", "all"),
            ["not in all", "- due: 2030-01-01 00:00:00 UTC (asked for: not in the future)"],
        ),
    ],
)
def test_explain_says_why(arguments: tuple[str, ...], said: list[str], filled: Project) -> None:
    """Rule by rule, with the position where the article is in."""
    done = filled.invoke("explain", *arguments, "--now", NOW)
    assert done.exit_code == 0, done.stderr
    for line in said:
        assert line in done.stdout


def test_explain_knows_limits_and_duplicates(filled: Project) -> None:
    """What is beyond the limit, and what another record of the same story keeps out."""
    filled.configure(CONFIG + "[feeds]\nlimit = 1\n")
    filled.record("twin", originalUrl="https://example.com/a?utm_source=x", updatedDateTime="2026-03-03")
    done = filled.invoke("explain", "a.md", "all", "--now", NOW)
    assert "not in all" in done.stdout
    assert "records/twin.md has the same id" in done.stdout
    done = filled.invoke("explain", "twin.md", "all", "--now", NOW)
    assert "number 2 of 2, and limit = 1" in done.stdout


def test_explain_tells_a_topic_named_all_from_everything(filled: Project) -> None:
    """A topic may be called anything."""
    filled.record("x", topics=["All"])
    done = filled.invoke("explain", "x.md", "topics/all", "--now", NOW)
    assert "in topics/all, number 1" in done.stdout


def test_explain_a_rejected_record(filled: Project) -> None:
    """Why it is no article, and that it is therefore in no feed."""
    filled.record("bad", draft="perhaps")
    done = filled.invoke("explain", "bad.md", "--now", NOW)
    assert done.exit_code == 0
    assert "'perhaps' is neither true nor false" in done.stdout + done.stderr
    assert "no feed" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explain", "nothing.md"), "nothing.md: is not among the records"),
        (("explain", "a.md", "wed"), "did you mean 'web'?"),
        (("explain", "a.md", "nothing at all"), "there is no such feed"),
        (("explain",), "Missing argument 'RECORD'"),
        (("build", "--config", "nowhere.toml"), "nowhere.toml: there is no such file"),
        (("build", "--config", "records"), "records: cannot be read"),
        (("build", "--records", "nowhere"), "nowhere does not exist"),
        (("build", "--base-url", "feeds.example.org"), "base_url"),
        (("build", "--base-url", "ftp://example.org"), "base_url"),
        (("build", "--now", "yesterday"), "--now"),
        (("build", "--now", "99999999999999999"), "--now"),
        (("build", "--now", "-5"), "--now"),
        (("build", "--out", "config.toml"), "config.toml"),
        (("serve", "--port", "99999"), "port"),
        (("serve", "--port", "many"), "port"),
        (("check", "--format", "xml"), "--format"),
        (("bild",), "bild"),
        (("build", "--wrong"), "--wrong"),
    ],
)
def test_a_user_s_mistake_is_answered_in_words(
    arguments: tuple[str, ...], said: str, filled: Project
) -> None:
    """One message that names the thing; an exit code; never a stack trace."""
    done = filled.invoke(*arguments)
    assert done.exit_code in (1, 2), done.output
    assert said in done.stderr
    assert done.stdout == ""


def test_all_that_is_wrong_with_a_configuration_is_said_at_once(project: Project) -> None:
    """A line for each fault, in the order of the file."""
    project.configure('[site]\ntitel = "x"\nlanguage = "yue"\n[feeds]\nlimit = 0\n')
    for command in ("build", "check", "serve"):
        done = project.invoke(command)
        assert done.exit_code == 1
        places = [line.split(": ")[:3] for line in done.stderr.splitlines()]
        assert places == [
            ["Error", "config.toml:2", "site.titel"],
            ["Error", "config.toml:3", "site.language"],
            ["Error", "config.toml:5", "feeds.limit"],
        ]


def test_every_fault_of_a_record_is_listed_and_the_record_counted_once(filled: Project) -> None:
    """So that one run is enough to mend it."""
    filled.write("records/bad.md", '---\ndraft: perhaps\noriginalUrl: "ftp://e.org"\n---\n')
    done = filled.invoke("check", "--now", NOW)
    listed = [line.split(": ")[:3] for line in done.stdout.splitlines() if line.startswith("rejection: ")]
    assert [place[1] for place in listed] == [f"records/bad.md:{line}" for line in (1, 2, 2, 3)]
    assert [place[2] for place in listed[1:]] == ["draft", "publishedDateTime", "originalUrl"]
    assert ", 1 rejected, " in done.stdout
    assert "1 rejected; nothing was exported" in filled.invoke("build", "--now", NOW, "--strict").stderr


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("[selct]\n", 'config.toml:1: selct: is no key of the configuration; did you mean "select"?'),
        (
            "[select]\nmin_qualty = 5\n",
            'config.toml:2: select.min_qualty: is no key of [select]; did you mean "min_quality"?',
        ),
        ('[site]\n\nlanguage = "yue"\n', "config.toml:3: site.language:"),
        ("[feeds]\nlimit = 0\n", "config.toml:2: feeds.limit:"),
        ('[feeds]\nlimit = "many"\n', "config.toml:2: feeds.limit:"),
        ('[select]\nstatus = "all"\n', "config.toml:2: select.status:"),
        ('[select]\ntitle_matches = "("\n', "config.toml:2: select.title_matches:"),
        ("[topics.ai]\nmin_qualty = 5\n", "config.toml:2: topics.ai.min_qualty:"),
        ('[site]\nbase_url = "x"\n', "config.toml:2: site.base_url:"),
        ("[site\n", "config.toml:1: is no TOML"),
        ("a = 1\na = 2\n", "config.toml:2: is no TOML"),
        ('[records]\npermalink = "/{slugg}"\n', "config.toml:2: records.permalink:"),
        ('[records.fields]\ntitel = "x"\n', 'did you mean "title"?'),
        ("site = 5\n", "config.toml:1: site: has to be a table"),
    ],
)
def test_a_wrong_configuration_names_the_line_and_the_right_key(
    config: str, said: str, project: Project
) -> None:
    """File, line, key, reason, and the nearest right key."""
    project.configure(config)
    for command in ("build", "check"):
        done = project.invoke(command)
        assert done.exit_code == 1
        assert said in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("build", "--config", "nowhere.toml"), ("explain", "nothing.md"), ("serve", "--host", "no such host")],
)
def test_a_mistake_shows_no_stack_trace(arguments: tuple[str, ...], filled: Project) -> None:
    """Nor does the real command, run as people run it."""
    done = filled.run(*arguments)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr


def test_options_go_before_the_configuration(filled: Project, tmp_path: Path) -> None:
    """--records, --out and --base-url; relative ones belong to the folder one stands in."""
    other = filled.root / "other"
    other.mkdir()
    (other / "x.md").write_bytes((filled.root / "records/a.md").read_bytes())
    done = filled.run(
        "build", "--records", "other", "--out", "site", "--base-url", "https://new.example/", "--now", NOW
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].startswith("site: ")
    assert not (filled.root / "public").exists()
    feed = (filled.root / "site/all.atom").read_text(encoding="utf-8")
    assert feed.count("<entry>") == 1
    assert 'href="https://new.example/all.atom"' in feed


def test_help_names_every_command_and_option() -> None:
    """`feeds --help` is enough to find one's way."""

    def ask(*arguments: str) -> str:
        command = [sys.executable, "-m", "feeds", *arguments]
        return str(run(command, env=environ(), text=True, check=True).stdout)

    shown = ask("--help")
    for command in COMMANDS:
        assert re.search(rf"^  {command} ", shown, re.M)
    for command in COMMANDS[1:]:
        shown = ask(command, "-h")
        for option in ("--config", "--records", "--base-url", "--now"):
            assert option in shown, command
    assert "--out" in ask("build", "-h")
    assert "--strict" in ask("build", "-h")
    assert "--host" in ask("serve", "-h")
    assert "--port" in ask("serve", "-h")
    assert VERSION in ask("--version")


def test_output_that_nobody_reads_to_the_end_is_no_crash(filled: Project) -> None:
    """`feeds list | head -1` ends quietly."""
    shell = f"{sys.executable} -m feeds list --now {NOW} | head -1"
    done = run(shell, shell=True, cwd=filled.root, env=environ(), text=True)
    assert "Traceback" not in done.stderr


def test_a_terminal_that_knows_no_unicode_gets_an_answer(filled: Project) -> None:
    """Titles in other scripts do not end a command under LC_ALL=C."""
    filled.record("u", topics=["東京"], title="夜")
    for command in (("list",), ("explain", "u.md")):
        done = filled.run(*command, "--now", NOW, LC_ALL="C", PYTHONIOENCODING="ascii:strict", PYTHONUTF8="0")
        assert "Traceback" not in done.stderr, command


def test_a_folder_that_cannot_be_written_is_an_error_in_words(
    filled: Project, make_project: Callable[..., Project]
) -> None:
    """Root may write anywhere; a file in a folder's place stops everybody."""
    (filled.root / "public").write_text("a file")
    done = filled.run("build", "--now", NOW)
    assert done.returncode == 1
    assert "public" in done.stderr
    assert "Traceback" not in done.stderr
    other = make_project(name="other")
    (other.root / ".feeds").write_text("a file")
    done = other.run("build", "--now", NOW)
    assert done.returncode == 1
    assert ".feeds" in done.stderr
    assert "Traceback" not in done.stderr
