"""Named feeds: `[[feeds]]` of config.toml, from the rules to the files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from generated import examples
from hypothesis import given
from hypothesis import strategies as st
from project import CONFIG, NOW, Project

from feeds.config import Config, FeedTable, Select, TopicTable
from feeds.model.article import Article
from feeds.model.paths import ALL, topic_key
from feeds.model.topics import Topic
from feeds.selection.placing import Placing
from feeds.selection.rules import Selection
from server import create_app

BRIEF = (
    CONFIG
    + """\
[defaults]
limit = 10
[topics.security]
aliases = ["infosec"]
[topics.old]
retired = true
[[feeds]]
name = "brief"
title = "Security brief"
description = "What to read on Monday."
keywords = ["security"]
all_topics = ["InfoSec"]
topics = ["AI", "Privacy"]
exclude_topics = ["Politics"]
words = '"deep fakes"'
limit = 2
[[feeds]]
name = "überblick"
min_quality = 70
"""
)


def _fill(project: Project) -> None:
    for number in range(4):
        project.record(
            f"fit-{number}",
            title=f"Deep Fäkes {number}",
            topics=["Security", "AI"],
            publishedDateTime=f"2026-01-0{number + 1}",
        )
    project.record("politics", title="Deep fakes", topics=["Security", "AI", "Politics"])
    project.record("one-topic", title="Deep fakes", topics=["AI"], quality=70)
    project.record("other-words", title="Fakes, deep", topics=["Security", "Privacy"], quality=69)
    project.record("by-excerpt", title="X", excerpt="of DEEP-FAKES.", topics=["Infosec", "Privacy"])


def test_a_named_feed_holds_what_its_rules_ask_for(make_project: Any) -> None:
    """All of, any of and none of topics, aliases among them; words; its own limit."""
    project = make_project(BRIEF)
    _fill(project)
    feed = project.feed("feeds/brief")
    assert [entry.title for entry in feed.entries] == ["Deep Fäkes 3", "Deep Fäkes 2"]
    assert feed.total == 5
    assert feed.title == "Security brief · Example"
    assert feed.description == "What to read on Monday."
    assert feed.keywords == ("security",)
    assert feed.id == "tag:example.org,2024:feeds/feeds/brief"
    assert project.titles("feeds/überblick") == ["Deep fakes"]


def test_named_feeds_are_exported_listed_and_linked(make_project: Any) -> None:
    """In every format and as a page, in the manifest, on the first page, and by `feeds list`."""
    project = make_project(BRIEF)
    _fill(project)
    project.build()
    listed = {line["path"] for line in json.loads(project.public("manifest.json").read_bytes())["documents"]}
    paths = {
        f"/feeds/{name}{suffix}"
        for name in ("brief", "überblick")
        for suffix in (".rss", ".atom", ".json", "/")
    }
    assert paths <= listed
    for path in paths:
        assert project.public((path + "index.html" if path.endswith("/") else path)[1:]).is_file()
    home = project.public("index.html").read_text(encoding="utf-8")
    assert 'href="feeds/brief/"' in home
    assert 'href="feeds/%C3%BCberblick.rss"' in home
    assert "Security brief  https://feeds.example.org/feeds/brief.rss" in project.invoke("list").output


def test_the_server_hands_out_named_feeds(make_project: Any) -> None:
    """The bytes of the export."""
    project = make_project(BRIEF)
    _fill(project)
    project.build()
    client = create_app(project.config, lambda: int(datetime.fromisoformat(NOW).timestamp())).test_client()
    for path in ("feeds/brief.rss", "feeds/brief.atom"):
        assert client.get(f"/{path}").data == project.public(path).read_bytes()
    assert client.get("/feeds/brief/").data == project.public("feeds/brief/index.html").read_bytes()
    assert client.get("/feeds/other.rss").status_code == 404


def test_only_what_a_change_touches_is_written(make_project: Any) -> None:
    """A record that a named feed does not hold leaves its files alone."""
    project = make_project(BRIEF)
    _fill(project)
    project.build()
    project.record("new", topics=["News"])
    changes = project.build().changes
    assert not [path for path in (*changes.added, *changes.changed) if path.startswith("/feeds/")]
    project.record("better", topics=["News"], quality=99)
    changed = project.build().changes.changed
    assert {path for path in changed if path.startswith("/feeds/")} == {
        "/feeds/überblick.rss",
        "/feeds/überblick.atom",
        "/feeds/überblick.json",
        "/feeds/überblick/",
    }


def test_a_named_feed_that_is_dropped_has_its_files_removed(make_project: Any) -> None:
    """As with everything that the configuration no longer asks for."""
    project = make_project(BRIEF)
    _fill(project)
    project.build()
    project.configure(CONFIG)
    assert "/feeds/brief.rss" in project.build().changes.removed


def test_topics_that_nothing_has_are_warned_about(make_project: Any) -> None:
    """With the line of the feed and the nearest right name; the build goes on, even with --strict."""
    project = make_project(BRIEF.replace('"Privacy"', '"Privcy", "Old"'))
    _fill(project)
    done = project.invoke("build", "--strict")
    assert done.exit_code == 0
    warnings = [line for line in done.output.splitlines() if "feeds.brief." in line]
    assert warnings == [
        "warning: config.toml:15: feeds.brief.topics: no article has the topic 'Privcy'; "
        "did you mean 'privacy'?",
        "warning: config.toml:15: feeds.brief.topics: the topic 'Old' is retired, so that no article has it",
    ]


def test_every_rule_of_a_named_feed_is_explained(make_project: Any) -> None:
    """By its name, with or without the folder, and among all feeds."""
    project = make_project(BRIEF)
    _fill(project)
    told = project.invoke("explain", "politics.md", "brief").output
    assert told == project.invoke("explain", "politics.md", "/feeds/brief.rss").output
    assert '+ feeds.brief.words: Deep fakes (asked for: all of "deep fakes")' in told
    assert "+ feeds.brief.all_topics: AI, Politics, Security (asked for: all of InfoSec)" in told
    assert "- feeds.brief.exclude_topics: AI, Politics, Security (asked for: none of Politics)" in told
    everything = project.invoke("explain", "fit-0.md").output
    assert "not in feeds/brief" in everything
    assert "- it is number 5 of 5, and limit = 2" in everything
    assert "not in feeds/überblick" in everything
    assert "did you mean 'brief'?" in project.invoke("explain", "fit-0.md", "breif").output


# -- at every instant, by brute force ----------------------------------------------------------------------

PUBLISHED = datetime(2024, 5, 31, tzinfo=UTC)
DAY = 86_400
DUE = int(PUBLISHED.timestamp())
TOPICS = st.lists(st.sampled_from(["AI", "KI", "Rain", "Old", "Snow"]), max_size=3).map(tuple)


def _article(days: int, topics: tuple[str, ...], quality: int | None, title: str) -> Article:
    published = PUBLISHED + timedelta(days=days)
    return Article(
        path="",
        id="https://example.org/a",
        url="https://example.org/a",
        title=title,
        published=published,
        updated=published,
        topics=topics,
        quality=quality,
    )


TWINS = st.lists(
    st.builds(
        _article, st.integers(0, 4), TOPICS, st.none() | st.integers(0, 2), st.sampled_from(["a", "b"])
    ),
    min_size=1,
    max_size=3,
)
TABLES = st.builds(
    FeedTable,
    name=st.just("x"),
    all_topics=TOPICS,
    topics=TOPICS,
    exclude_topics=TOPICS,
    words=st.sampled_from(["", "a"]),
    min_quality=st.none() | st.integers(0, 2),
    max_age_days=st.none() | st.integers(1, 4),
)


def _seen(placed: Sequence[Any], now: int) -> list[str]:
    return [one.feed for one in placed if one.starts <= now < one.ends]


@examples(400)
@given(
    TWINS,
    TABLES,
    st.none() | st.integers(1, 4),
    st.none() | st.integers(1, 4),
    st.integers(-1, 9),
)
def test_at_every_instant_a_named_feed_shows_what_its_rules_say(
    twins: list[Article], table: FeedTable, age: int | None, topic_age: int | None, day: int
) -> None:
    """An article is in it while it is in that of everything, meets the rules, and has the right topics."""
    twins = [msgspec.structs.replace(one, path=f"{number}.md") for number, one in enumerate(twins)]
    now = DUE + day * DAY
    described = [
        Topic(slug="ai", title="AI", aliases=("ki",)),
        Topic(slug="old", title="Old", is_retired=True),
    ]
    config = Config(
        select=Select(max_age_days=age), topics={"ai": TopicTable(max_age_days=topic_age)}, named={"x": table}
    )
    made = Placing(config, described)
    places = made.together(twins) if len(twins) > 1 else [made.alone(twins[0])]
    slugs = {"AI": "ai", "KI": "ai", "Rain": "rain", "Old": "old", "Snow": "snow"}
    rules = Selection(msgspec.structs.replace(table, topics=(), exclude_topics=()))
    for one, placed in zip(twins, places, strict=True):
        seen = _seen(placed, now)
        assert len(seen) == len(set(seen))
        has = {name for name, key in slugs.items() if topic_key(key) in seen}
        expected = (
            ALL in seen
            and all(verdict.passed for verdict in rules.explain(one, now))
            and has >= set(table.all_topics)
            and (not table.topics or not has.isdisjoint(table.topics))
            and has.isdisjoint(table.exclude_topics)
        )
        assert ("feeds/x" in seen) is expected
