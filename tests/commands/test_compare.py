"""`feeds compare`: what subscribers of an old feed, or of an earlier export, will meet."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from imageserver import Images, plain, redirect, serving
from lxml import html
from markdown_it import MarkdownIt
from project import CONFIG, NOW, ROOT, Project

from feeds.commands.matching import Ours, compare
from feeds.commands.seen import Seen
from feeds.text.cleaning import without_markup as _plain

OLD_HOST = "https://old.example"
DATE = "Fri, 02 Jan 2026 03:04:05 +0000"


def _item(stem: str, uid: str = "", link: str = "", more: str = "", date: str = DATE, title: str = "") -> str:
    guid = f'<guid isPermaLink="false">{escape(uid)}</guid>' if uid else ""
    return (
        f"<item><title>{title or f'Title of {stem}'}</title><link>{link or f'https://example.com/{stem}'}</link>"
        f"{guid}<pubDate>{date}</pubDate>{more}</item>"
    )


def _rss(*items: str) -> str:
    return f'<rss version="2.0"><channel><title>Old</title>{"".join(items)}</channel></rss>'


def _compare(project: Project, *arguments: str) -> dict[str, Any]:
    """Return what there is to say of one feed."""
    result = project.invoke("compare", *arguments, "--format", "json", "--now", NOW)
    compared = json.loads(result.stdout)
    assert result.exit_code == bool(compared["again"])
    (feed,) = compared["feeds"]
    return feed


def _old(feed: dict[str, Any], kind: str) -> list[str]:
    return [one.get("old", one)["title"].removeprefix("Title of ") for one in feed[kind]]


# -- which entries are shown again ---------------------------------------------------------------------------


def test_each_old_entry_is_told_apart(project: Project) -> None:
    """Kept, shown again, older than the limit, in no feed, gone; and what is new."""
    project.configure(CONFIG + "[defaults]\nlimit = 3\n")
    for stem in ("kept", "again", "added"):
        project.record(stem, publishedDateTime="2026-02-01T00:00:00Z")
    project.record("older")
    project.record("draft", published=False)
    project.write(
        "old.xml",
        _rss(
            *(_item(stem, f"https://example.com/{stem}") for stem in ("kept", "older", "draft", "gone"))
        ).replace("</channel>", _item("again", "17") + "</channel>"),
    )
    feed = _compare(project, "old.xml")
    assert feed["entries"] == 5
    assert {
        kind: _old(feed, kind) for kind in ("kept", "again", "older", "elsewhere", "missing", "added")
    } == {
        "kept": ["kept"],
        "again": ["again"],
        "older": ["older"],
        "elsewhere": ["draft"],
        "missing": ["gone"],
        "added": ["added"],
    }
    assert feed["again"][0]["new"]["record"] == "records/again.md"


@pytest.mark.parametrize(
    ("link", "title", "date", "is_same"),
    [
        ("https://example.com/a", "Other", "Fri, 02 Jan 1998 03:04:05 +0000", True),
        ("http://www.example.com/a/?utm_source=feed#top", "Other", DATE, True),
        ("https://old.example/2026/a", "TITLE of a", "Fri, 02 Jan 2026 00:00:00 +0000", True),
        ("https://old.example/2026/a", "Title of a", "Mon, 05 Jan 2026 00:00:00 +0000", False),
        ("https://old.example/2026/a", "Other", DATE, False),
    ],
)
def test_the_same_article_is_known_by_link_or_by_title_and_date(
    link: str, title: str, date: str, is_same: bool, project: Project
) -> None:
    """Whatever its id is: else nobody would be told that it is shown again."""
    project.record("a")
    project.write("old.xml", _rss(_item("a", "1", link, title=title, date=date)))
    feed = _compare(project, "old.xml")
    assert len(feed["again"]) == is_same
    assert len(feed["missing"]) == (not is_same)


def test_an_entry_without_an_id_is_known_by_its_link(project: Project) -> None:
    """As readers know it: nothing is shown again where our id is that very link."""
    project.record("a")
    project.write("old.xml", _rss(_item("a"), _item("b", link=f"{OLD_HOST}/b")))
    assert _old(_compare(project, "old.xml"), "kept") == ["a"]


def test_differences_are_named(project: Project) -> None:
    """Link, date, title and picture, with what was and what is; a spelling that shows the same is none."""
    project.record("same", title="Sand & sea", images=[{"url": "https://example.com/s.jpg"}])
    project.record("other", id="urn:other", images=[{"url": "https://example.com/o.jpg"}])
    picture = '<enclosure type="image/png" length="1" url="https://example.com/{}.jpg"/>'
    project.write(
        "old.xml",
        _rss(
            _item("same", "https://example.com/same", more=picture.format("s"), title="Sand &amp;amp;\n sea"),
            _item("x", "urn:other", f"{OLD_HOST}/x", picture.format("x"), "Fri, 02 Jan 2026 04:04:05 +0000"),
        ),
    )
    differences = {
        pair["new"]["record"]: pair["differences"] for pair in _compare(project, "old.xml")["kept"]
    }
    assert differences == {
        "records/same.md": [],
        "records/other.md": [
            {"aspect": "link", "old": f"{OLD_HOST}/x", "new": "https://example.com/other"},
            {"aspect": "date", "old": "2026-01-02T04:04:05Z", "new": "2026-01-02T03:04:05Z"},
            {"aspect": "title", "old": "Title of x", "new": "Title of other"},
            {
                "aspect": "picture",
                "old": "https://example.com/x.jpg",
                "new": "https://example.com/o.jpg",
            },
        ],
    }


def test_a_named_feed_is_compared_by_any_of_its_names(project: Project) -> None:
    """What is not in it is elsewhere."""
    project.record("news")
    project.record("ai", topics=["AI"])
    project.write("old.xml", _rss(*(_item(stem, f"https://example.com/{stem}") for stem in ("news", "ai"))))
    for name in ("topics/ai", "ai", "topics/ai.rss"):
        feed = _compare(project, "old.xml", name)
        assert (_old(feed, "kept"), _old(feed, "elsewhere")) == (["ai"], ["news"])


def test_files_need_no_configuration(tmp_path: Path) -> None:
    """Two feeds of whoever made them."""
    project = Project(tmp_path / "project")
    (project.root / "config.toml").unlink()
    project.write("old.xml", _rss(_item("a", "1"), _item("b", "2")))
    project.write("new.json", json.dumps({"items": [{"id": "1", "url": "https://example.com/a"}]}))
    feed = _compare(project, "old.xml", "new.json")
    assert _old(feed, "kept") == ["a"]


def test_the_same_id_goes_before_the_same_link() -> None:
    """Where another article took the old one's address, readers know both by their ids."""
    shown = Seen(id="urn:2", link="https://example.com/a")
    beyond = Seen(id="urn:1", link="https://example.com/b")
    old = Seen(id="urn:1", link="https://example.com/a")
    found = compare("old", [old], Ours("new", [shown], lambda: [beyond], is_whole=True))
    assert [pair.new for pair in found.older] == [beyond]
    assert found.added == (shown,)


def test_a_feed_with_one_date_means_that_one() -> None:
    """Atom has to say when an entry was updated, and need not say when it was published."""
    first, second = datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC)
    new = Seen(id="1", published=first, updated=second)
    for old, aspects in (
        (Seen(id="1", updated=second), []),
        (Seen(id="1", updated=first), ["date"]),
        (Seen(id="1", published=first), []),
        (Seen(id="1", published=second, updated=second), ["date"]),
        (Seen(id="1"), []),
    ):
        (pair,) = compare("old", [old], Ours("new", [new])).kept
        assert [one.aspect for one in pair.differences] == aspects


# -- from a server -------------------------------------------------------------------------------------------


@pytest.fixture
def web() -> Iterator[Images]:
    """A web server on this machine."""
    with serving() as server:
        yield server


def test_an_old_feed_is_asked_for_by_the_guarded_client(project: Project, web: Images) -> None:
    """With redirects; what is private only where [probe] allows it; and a reason where there is none."""
    project.record("a")
    body = _rss(_item("a", "https://example.com/a")).encode()
    web.pages |= {"/feed.xml": plain(200, body), "/old": redirect("/feed.xml")}
    url = f"http://127.0.0.1:{web.port}"
    refused = project.invoke("compare", f"{url}/old")
    assert refused.exit_code == 1
    assert f"{url}/old: " in refused.stderr
    assert not web.requests
    project.configure(CONFIG + '[probe]\nallow_hosts = ["127.0.0.1"]\n')
    assert _old(_compare(project, f"{url}/old"), "kept") == ["a"]
    gone = project.invoke("compare", f"{url}/nothing")
    assert gone.exit_code == 1
    assert f"{url}/nothing: answers 404" in gone.stderr


# -- two exports ---------------------------------------------------------------------------------------------


def _changed(project: Project) -> None:
    project.record("a", id="one")
    project.record("b", topics=["AI"])
    project.invoke("build", "--now", NOW, "--out", "before")
    project.configure(
        CONFIG.replace('id_authority = "example.org,2024"', 'id_authority = "example.org,2025"')
        + "[topics.ai]\nretired = true\n"
    )
    project.record("c", topics=["New"])


def test_two_exports_are_compared_feed_by_feed(project: Project) -> None:
    """What a change of configuration does: ids that change, feeds that go and come."""
    _changed(project)
    project.invoke("build", "--now", NOW, "--out", "after")
    for arguments in (["before", "after"], ["before"], ["before/manifest.json", "after/manifest.json"]):
        result = project.invoke("compare", *arguments, "--format", "json", "--now", NOW)
        assert result.exit_code == 1
        compared = json.loads(result.stdout)
        assert compared["gone"] == ["/topics/ai.atom", "/topics/ai.json", "/topics/ai.rss"]
        assert compared["fresh"] == ["topics/new"]
        again = {feed["new"]: _old(feed, "again") for feed in compared["feeds"]}
        assert again == {"all": ["a"], "topics/news": ["a"]}


@pytest.mark.parametrize("is_exported", [True, False])
def test_a_feed_that_leads_on_is_not_gone(is_exported: bool, project: Project) -> None:
    """Its subscribers find something: an alias, or what [redirects] says."""
    project.record("a", topics=["AI"])
    project.record("b", topics=["Old"])
    project.invoke("build", "--now", NOW, "--out", "before")
    project.record("a", topics=["Minds"])
    project.record("b", topics=["News"])
    settings = '[topics.minds]\naliases = ["AI"]\n[redirects]\n"/topics/old.rss" = "/all.rss"\n'
    project.configure(CONFIG + settings + '[export]\nfiles = ["_redirects"]\n')
    project.invoke("build", "--now", NOW, "--out", "after")
    new = ["after"] if is_exported else []
    result = project.invoke("compare", "before", *new, "--format", "json", "--now", NOW)
    assert json.loads(result.stdout)["gone"] == ["/topics/old.atom", "/topics/old.json"]


def test_one_feed_of_an_export_is_compared(project: Project) -> None:
    """With what a build makes of it now."""
    _changed(project)
    assert _old(_compare(project, "before", "topics/news"), "again") == ["a"]


def test_an_export_is_as_itself(project: Project) -> None:
    """Nothing is to be said."""
    _changed(project)
    result = project.invoke("compare", "before", "before", "--format", "json")
    assert result.exit_code == 0
    compared = json.loads(result.stdout)
    assert not any(compared[key] for key in ("feeds", "gone", "fresh", "again"))


def test_what_an_export_shows_no_more_is_not_lost(project: Project) -> None:
    """Where it is in the archives, or older than all that is shown, newer entries took its place."""
    project.configure(CONFIG + "[defaults]\nlimit = 1\n")
    project.record("old")
    project.invoke("build", "--now", NOW, "--out", "before")
    project.record("new", publishedDateTime="2026-02-02T00:00:00Z")
    project.invoke("build", "--now", NOW, "--out", "after")
    for feed in json.loads(project.invoke("compare", "before", "after", "--format", "json").stdout)["feeds"]:
        assert (_old(feed, "older"), _old(feed, "missing"), _old(feed, "added")) == (["old"], [], ["new"])


# -- what is printed -----------------------------------------------------------------------------------------


def test_people_are_told_which_articles(project: Project) -> None:
    """Their titles, records, both ids; and what is wrong with the old feed."""
    project.record("a")
    project.write("old.xml", _rss(_item("a", "17"), "<item><title>No id"))
    result = project.invoke("compare", "old.xml", "--now", NOW)
    assert result.exit_code == 1
    for told in ("Title of a", "records/a.md", "17", "https://example.com/a", "No id", "not well-formed"):
        assert told in result.stdout


NASTY = [
    "<b>bold</b> & <script>alert(1)</script>",
    "*a* _b_ ~~c~~ `d` [e](https://example.com) ![f](g)",
    "@everybody #12 a@example.com",
    "- a list",
    "1. a list",
    "# a head | a cell",
    "</details> --> ===",
    "C:\\\\x \\\\*",
]


@pytest.mark.parametrize("title", NASTY)
def test_markdown_shows_what_feeds_say(title: str, project: Project) -> None:
    """A title or an id is no markup, and mentions nobody."""
    project.record("a", title=title, id="urn:a")
    project.write("old.xml", _rss(_item("a", f"`{title}``", title="Old")))
    printed = project.invoke("compare", "old.xml", "--format", "markdown", "--now", NOW).stdout
    page = html.fromstring(MarkdownIt("commonmark").enable("table").render(printed))
    allowed = {"div", "h3", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "p", "strong"}
    assert {element.tag for element in page.iter()} <= allowed | {"ul", "li", "code"}
    shown = " ".join(page.text_content().replace("\u200b", "").split())
    assert shown.count(title) + shown.count(" ".join(_plain(title).split())) >= 2
    assert not re.search(r"(?<!`)[@#]\w(?!.*`)", printed)


def test_a_comment_has_room_for_all_that_is_said(project: Project) -> None:
    """GitHub takes 65,536 characters, and the table comes first."""
    for number in range(60):
        project.record(f"r{number}", title=f"{number} {'long ' * 400}")
    project.write("old.xml", _rss(*(_item(f"r{number}", str(number)) for number in range(60))))
    printed = project.invoke("compare", "old.xml", "--format", "markdown", "--now", NOW).stdout
    assert len(printed) < 65_536
    assert "| 50 |" in printed


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nothing.xml"], "nothing.xml: cannot be read"),
        (["records"], "records: is no exported folder"),
        (["old.xml", "topics/nothing"], "topics/nothing: there is no such feed"),
        (["old.xml", "records"], "records: is no exported folder"),
        (["config.toml"], "config.toml: is no JSON"),
    ],
)
def test_what_cannot_be_compared_is_named(arguments: list[str], told: str, project: Project) -> None:
    """With the reason, and no stack trace."""
    project.write("old.xml", _rss())
    result = project.invoke("compare", *arguments)
    assert result.exit_code == 1
    assert told in result.stderr


# -- for any feeds -------------------------------------------------------------------------------------------

WORDS = st.text("abc&<ä", max_size=3)
DATES = st.none() | st.integers(0, 9).map(lambda days: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days))
ENTRIES = st.lists(
    st.builds(
        lambda uid, title, link, date: Seen(id=uid, title=title, link=link, published=date),
        st.text("abc:/", min_size=1, max_size=3),
        WORDS,
        WORDS.map(lambda word: f"https://example.com/{word}" if word else ""),
        DATES,
    ),
    max_size=8,
    unique_by=lambda entry: entry.id,
)


@given(ENTRIES)
def test_a_feed_keeps_all_ids_of_itself(entries: Sequence[Seen]) -> None:
    """Nothing differs, whatever is in it."""
    found = compare("old", entries, Ours("new", entries))
    assert len(found.kept) == len(entries)
    assert found.is_same


@given(ENTRIES, ENTRIES)
def test_every_entry_is_in_one_list(old: Sequence[Seen], new: Sequence[Seen]) -> None:
    """None is lost, none is there twice; and what is shown again has another id."""
    found = compare("old", old, Ours("new", new))
    told = [pair.old for pair in (*found.kept, *found.again, *found.older, *found.elsewhere)]
    assert sorted(entry.id for entry in [*told, *found.missing]) == sorted(entry.id for entry in old)
    assert all(pair.old.id != pair.new.id for pair in found.again)
    assert all(pair.old.id == pair.new.id for pair in found.kept)


@pytest.mark.parametrize("suffix", ["rss", "atom", "json"])
def test_our_own_documents_keep_all_ids(suffix: str, project: Project) -> None:
    """In every format, also with signs that XML has to escape, nothing differs."""
    project.record("a", title="A <b> & &amp; “c”", images=[{"url": "https://example.com/a.jpg?x=1&y=2"}])
    project.record(
        "b", id="4711", updatedDateTime="2026-02-02T00:00:00Z", body="![p](https://example.com/p.png)"
    )
    project.record("c", originalUrl="https://example.com/ü?a=1&b=2", excerpt="Sand & sea")
    project.build()
    result = project.invoke("compare", f"public/all.{suffix}", "--format", "json", "--now", NOW)
    (feed,) = json.loads(result.stdout)["feeds"]
    assert [pair["differences"] for pair in feed["kept"]] == [[], [], []]
    assert not any(feed[kind] for kind in ("again", "older", "elsewhere", "missing", "added", "notes"))


# -- the workflow --------------------------------------------------------------------------------------------


def test_the_workflow_compares_what_it_builds(project: Project) -> None:
    """It asks for no more rights than it needs, and its commands do what they say."""
    workflow = yaml.safe_load((ROOT / "docs/deploy/compare-feeds.yml").read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read", "pull-requests": "write"}
    lines = [line for step in job["steps"] for line in step.get("run", "").splitlines()]
    # What a pull request says must not become a part of a command.
    assert not [line for line in lines if "${{" in line]
    commands = [shlex.split(line.partition(" > ")[0])[1:] for line in lines if line.startswith("feeds ")]
    for folder, uid in (("before", "urn:1"), ("after", "urn:2")):
        here = Project(project.root / folder)
        here.record("a", id=uid)
    results = [project.invoke(*command) for command in commands]
    assert [result.exit_code for result in results] == [0, 0, 1]
    assert "urn:1" in results[-1].stdout
