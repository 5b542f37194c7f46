"""Topic files: YAML that describes one topic each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import FeedsError, Problem, RecordRejected
from feeds.model.topics import Topic
from feeds.records.topicfiles import merged, parse, read_all

KEYS = st.sampled_from(
    ["name", "title", "description", "parent", "keywords", "aliases", "hashtags", "images", "_id", "x"]
)
SITE = "https://www.example.org/blog"


def test_every_field_of_a_topic_file_finds_its_place() -> None:
    """Parents and aliases are told by their slugs, keywords as they are written."""
    source = """\
name: AI &amp; Security
title: "AI in  Security"
description: "<p>Machines that &lt;guard&gt;.</p>"
parent: Artificial Intelligence
keywords: [phishing, " malware ", phishing, ""]
aliases: [AI Security, C++]
color: red
"""
    assert parse(source.encode(), ".yml") == Topic(
        slug="ai-and-security",
        title="AI in Security",
        description="Machines that <guard>.",
        parent="artificial-intelligence",
        keywords=("phishing", "malware"),
        aliases=("ai-security", "c-plus-plus"),
    )


@pytest.mark.parametrize(
    ("source", "slug", "title"),
    [
        ("name: AI", "ai", "AI"),
        ("title: AI", "ai", "AI"),
        ("name: AI\ntitle: Machines", "ai", "Machines"),
        ("name: AI\ntitle: ' '", "ai", "AI"),
        ("name: ' '\ntitle: AI", "ai", "AI"),
        ("name: 1.10", "1-dot-10", "1.10"),
        ("name: no\nparent: ' '\nkeywords:\naliases:", "no", "no"),
    ],
)
def test_a_topic_is_known_by_its_name_or_else_by_its_title(source: str, slug: str, title: str) -> None:
    """What is blank counts as absent."""
    assert parse(source.encode(), ".yaml") == Topic(slug=slug, title=title)


def test_keywords_and_aliases_may_be_one_text() -> None:
    """Where there is but one."""
    topic = parse(b"name: AI\nkeywords: neural\naliases: KI", ".yaml")
    assert (topic.keywords, topic.aliases) == (("neural",), ("ki",))


@pytest.mark.parametrize(
    ("source", "keywords", "aliases", "image"),
    [
        ('hashtags: ["#rain", "#Storm #hail"]', ("rain", "Storm", "hail"), (), ""),
        (
            'keywords: [heavy rain, storm]\nhashtags: ["#HeavyRain", "#snow"]',
            ("heavy rain", "storm", "snow"),
            (),
            "",
        ),
        ("shortname: Wx", (), ("wx",), ""),
        (
            "_id: weather-and-climate\nshortname: W\naliases: [w, Sky]",
            (),
            ("w", "sky", "weather-and-climate"),
            "",
        ),
        ("_id: weather\nshortname: Weather", (), (), ""),
        ("images: [/i/w.jpg, /i/w2.jpg]", (), (), f"{SITE}/i/w.jpg"),
        ("images: [i/w.svg, i/w.png]", (), (), f"{SITE}/i/w.png"),
        ("images:\n  - path: /i/w.jpg\n    title: Rain", (), (), f"{SITE}/i/w.jpg"),
        ("images: /blog/i/w.webp", (), (), f"{SITE}/i/w.webp"),
        ("image: https://cdn.example/w.jpg", (), (), "https://cdn.example/w.jpg"),
        ("images: false\nimage:", (), (), ""),
        ("images: []\nhashtags: ''\nshortname:\n_id: ''", (), (), ""),
    ],
)
def test_files_of_this_family_say_more(
    source: str, keywords: tuple[str, ...], aliases: tuple[str, ...], image: str
) -> None:
    """Hashtags are keywords, shortname and _id are names under which articles may have the topic."""
    noted: list[object] = []
    topic = parse(f"name: Weather\n{source}".encode(), ".yaml", SITE, lambda *warning: noted.append(warning))
    assert topic == Topic(slug="weather", title="Weather", keywords=keywords, aliases=aliases, image=image)
    assert noted == []


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("images: [ftp://example.org/a.png]", ("images", 0)),
        ("images: [{x: y}]", ("images", 0)),
        ("image: [[a]]", ("image", 0)),
        ("hashtags: {a: b}", ("hashtags",)),
        ("shortname: [[a]]", ("shortname",)),
        ("_id: {a: b}", ("_id",)),
    ],
)
def test_what_only_adds_to_a_topic_never_costs_it(source: str, where: tuple[str | int, ...]) -> None:
    """It is left out, with a warning that names it."""
    noted: list[tuple[object, str]] = []
    topic = parse(f"name: Rain\n{source}".encode(), ".yaml", SITE, lambda *warning: noted.append(warning))
    assert topic == Topic(slug="rain", title="Rain")
    assert [place for place, _ in noted] == [where]


def test_a_name_that_two_topics_share_belongs_to_the_first(tmp_path: Path) -> None:
    """By path; who reads the other file is told."""
    (tmp_path / "a.yml").write_text("name: Weather\nshortname: W")
    (tmp_path / "b.yml").write_text("name: Water\nimages: [{x: y}]\nshortname: W\naliases: [Sea]")
    topics, problems = read_all(tmp_path, (".",), SITE)
    assert [(topic.slug, topic.aliases) for topic in topics] == [("weather", ("w",)), ("water", ("sea",))]
    assert [(problem.path, problem.line, problem.severity) for problem in problems] == [
        ("b.yml", 2, "warning"),
        ("b.yml", 1, "warning"),
    ]


@pytest.mark.parametrize(
    ("source", "where", "reason"),
    [
        ("name: ''", (), "has no name"),
        ("description: x", (), "has no name"),
        ("name: [a]", ("name",), "is a list, not text"),
        ("name: a\nkeywords: {a: b}", ("keywords",), "is a mapping, not text or a list"),
        ("name: a\naliases: [[b]]", ("aliases", 0), "is a list, not text"),
        ("- a", (), "is not a mapping of fields"),
        ("name: a\nname: b", ("name",), "the key 'name' occurs twice"),
    ],
)
def test_a_topic_file_that_cannot_be_used_is_rejected(
    source: str, where: tuple[str | int, ...], reason: str
) -> None:
    """With the field."""
    with pytest.raises(RecordRejected) as caught:
        parse(source.encode(), ".yaml")
    assert (caught.value.where, caught.value.reason) == (where, reason)


@given(
    st.dictionaries(
        KEYS, st.none() | st.text() | st.lists(st.text() | st.none()) | st.dictionaries(KEYS, KEYS)
    )
)
def test_any_topic_file_is_a_topic_or_rejected(fields: dict[str, object]) -> None:
    """Whatever types its fields have."""
    try:
        topic = parse(json.dumps(fields).encode(), ".json")
    except RecordRejected as error:
        assert error.reason
        return
    assert topic.slug
    assert topic.title


def test_one_bad_topic_file_costs_no_other(tmp_path: Path) -> None:
    """Each is a problem of its own, with file, line, field and reason."""
    files = {
        "a.yml": b"name: AI",
        "b.yml": b"name: ai\n",
        "c.yml": b"title: T\n\nkeywords: {a: b}",
        "d.yml": b"name: [\n",
        "e.yml": b"name: " + b"x" * 1_000_000,
        "f.json": b'{"name": "Rain"}',
        "g.yml": b"\xff",
        "h.yml": b"",
        "i.txt": b"name: no topic file",
    }
    (tmp_path / "topics").mkdir()
    for name, data in files.items():
        (tmp_path / "topics" / name).write_bytes(data)
    topics, problems = read_all(tmp_path, ("topics",))
    assert [topic.title for topic in topics] == ["AI", "Rain"]
    assert [(problem.path, problem.line, problem.field) for problem in problems] == [
        ("topics/b.yml", 1, "name"),
        ("topics/c.yml", 3, "keywords"),
        ("topics/d.yml", 1, ""),
        ("topics/e.yml", 0, ""),
        ("topics/g.yml", 1, ""),
        ("topics/h.yml", 1, ""),
    ]
    assert problems[0] == Problem("topics/b.yml", 1, "name", "describes the topic 'ai' a second time")


def test_no_topic_files_are_no_problem_and_a_missing_folder_is_one(tmp_path: Path) -> None:
    """It is named by its own key."""
    assert read_all(tmp_path, ()) == ([], [])
    with pytest.raises(FeedsError, match=r"^\[records\] topics: nowhere does not exist"):
        read_all(tmp_path, ("nowhere",))


def test_the_configuration_goes_before_topic_files_and_is_completed_by_them() -> None:
    """Field by field; aliases of both count."""
    described = [Topic(slug="ai", title="", description="Ours", keywords=("ours",), aliases=("ki",))]
    by_files = [
        Topic(
            slug="ai",
            title="AI",
            description="Theirs",
            parent="tech",
            keywords=("theirs",),
            aliases=("ki", "ml"),
            image="https://e.org/a.png",
        ),
        Topic(slug="rain", title="Rain"),
    ]
    assert merged(described, by_files) == [
        Topic(
            slug="ai",
            title="AI",
            description="Ours",
            parent="tech",
            keywords=("ours",),
            aliases=("ki", "ml"),
            image="https://e.org/a.png",
        ),
        Topic(slug="rain", title="Rain"),
    ]


def test_a_retired_topic_stays_retired_whatever_files_say() -> None:
    """Only the configuration retires."""
    described = [Topic(slug="ai", title="", is_retired=True)]
    assert merged(described, [Topic(slug="ai", title="AI")]) == [
        Topic(slug="ai", title="AI", is_retired=True)
    ]


def test_an_alias_that_is_a_topic_of_its_own_stays_a_topic() -> None:
    """Its articles must not vanish into another."""
    topics = merged(
        [], [Topic(slug="ai", title="AI", aliases=("ml", "ai", "ki")), Topic(slug="ml", title="ML")]
    )
    assert [(topic.slug, topic.aliases) for topic in topics] == [("ai", ("ki",)), ("ml", ())]
