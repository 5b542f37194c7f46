"""The list of all feeds (OPML 2.0), and topics that stand below others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import listparser
import pytest
from generated import examples
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from project import CONFIG, NOW, Project

from feeds import ConfigError, Topic, parse_config
from feeds.model.topics import family

TREE = (
    CONFIG.replace('title = "Example"', 'title = "Example & Co"\nauthor = "The <editors>"\nlanguage = "de"')
    + """
[topics.science]
description = "What is <known>."
[topics.ai]
title = "AI"
parent = "Science"
[topics.security]
parent = "ai"
[topics."C++"]
"""
)


@pytest.fixture
def site(make_project: Callable[..., Project]) -> Project:
    """Topics, some below others, some of which no article names."""
    project = make_project(TREE)
    project.record("a", topics=["AI", "Security", '東京 & "Tokyo"'])
    return project


def _read(project: Project) -> Any:
    """Read the list as a reader imports it."""
    read = listparser.parse(project.document("/feeds.opml", NOW))
    assert not read.bozo, read.get("bozo_exception")
    return read


def _outlines(project: Project) -> list[tuple[str, str, list[str]]]:
    """Return text, address and the texts above of every outline."""
    root = etree.fromstring(project.document("/feeds.opml", NOW))
    return [
        (
            node.get("text"),
            node.get("xmlUrl", ""),
            [above.get("text") for above in node.iterancestors("outline")],
        )
        for node in root.iter("outline")
    ]


def test_a_reader_that_imports_the_list_has_every_feed(site: Project) -> None:
    """Everything first, then each topic once, as listparser reads them back."""
    feeds = [feed["url"] for feed in _read(site).feeds]
    assert feeds[0] == "https://feeds.example.org/all.rss"
    published = {path for path in site.build(NOW).changes.added if path.endswith(".rss")}
    assert len(feeds) == len(set(feeds)) == len(published) == 6
    assert {feed["title"] for feed in _read(site).feeds} == {
        "Example & Co",
        "AI · Example & Co",
        "c-plus-plus · Example & Co",
        "Security · Example & Co",
        "science · Example & Co",
        '東京 & "Tokyo" · Example & Co',
    }


def test_topics_stand_below_their_parents(site: Project) -> None:
    """However deep; the feed of the topic above comes first in its group."""
    by_url = {feed["url"].rpartition("/")[2]: feed["categories"] for feed in _read(site).feeds}
    assert by_url["science.rss"] == [["science"]]
    assert by_url["ai.rss"] == [["science", "AI"]]
    assert by_url["security.rss"] == [["science", "AI"]]
    assert by_url["all.rss"] == by_url["c-plus-plus.rss"] == []
    texts = [text for text, _, above in _outlines(site) if above]
    assert texts == [
        "science · Example & Co",
        "AI",
        "AI · Example & Co",
        "Security · Example & Co",
    ]


def test_what_has_an_address_is_a_feed_and_has_nothing_below_it(site: Project) -> None:
    """Readers pass over what lies below a feed."""
    root = etree.fromstring(site.document("/feeds.opml", NOW))
    assert root.get("version") == "2.0"
    for node in root.iter("outline"):
        assert (node.get("type") == "rss") is (node.get("xmlUrl") is not None) is (len(node) == 0)
        assert node.get("text")


def test_an_outline_says_what_the_feed_says(site: Project) -> None:
    """Title, page, description and language are those of the feed itself."""
    root = etree.fromstring(site.document("/feeds.opml", NOW))
    (node,) = root.xpath("//outline[contains(@xmlUrl, 'science')]")
    channel = etree.fromstring(site.document("/topics/science.rss", NOW)).find("channel")
    assert dict(node.attrib) == {
        "type": "rss",
        "text": "science · Example & Co",
        "title": channel.findtext("title"),
        "xmlUrl": "https://feeds.example.org/topics/science.rss",
        "htmlUrl": channel.findtext("link"),
        "description": channel.findtext("description"),
        "language": channel.findtext("language"),
        "version": "RSS2",
    }
    assert _read(site).meta == {
        "title": "Example & Co",
        "author": {"name": "The <editors>", "url": "https://feeds.example.org/"},
    }


def test_the_first_format_is_the_one_that_is_listed(make_project: Callable[..., Project]) -> None:
    """RSS, which every reader reads, or what there is."""
    project = make_project(CONFIG + '[feeds]\nformats = ["json", "atom"]\n')
    (node,) = etree.fromstring(project.document("/feeds.opml", NOW)).iter("outline")
    assert node.get("xmlUrl") == "https://feeds.example.org/all.atom"
    assert node.get("version") is None


def test_articles_do_not_change_the_list(site: Project) -> None:
    """Whoever imports it again is told at once that nothing is new."""
    site.build(NOW)
    site.record("b", topics=["AI"], publishedDateTime="2026-05-05")
    changes = site.build(NOW).changes
    assert "/topics/ai.rss" in changes.changed
    assert "/feeds.opml" not in changes.changed


def test_named_feeds_are_listed_before_topics(make_project: Callable[..., Project]) -> None:
    """After that of everything, in the order of the configuration."""
    project = make_project(
        CONFIG + '[[feeds]]\nname = "z"\ntitle = "Zed"\n[[feeds]]\nname = "a"\n[topics.b]\n'
    )
    assert [(text, url.removeprefix("https://feeds.example.org")) for text, url, _ in _outlines(project)] == [
        ("Example", "/all.rss"),
        ("Zed · Example", "/feeds/z.rss"),
        ("a · Example", "/feeds/a.rss"),
        ("b · Example", "/topics/b.rss"),
    ]


def test_a_new_topic_changes_the_list(site: Project) -> None:
    """As soon as an article names it."""
    site.build(NOW)
    site.record("b", topics=["Brand new"])
    assert "/feeds.opml" in site.build(NOW).changes.changed
    assert "brand-new.rss" in site.public("feeds.opml").read_text(encoding="utf-8")


def test_the_first_page_leads_to_the_list_and_names_what_stands_above(site: Project) -> None:
    """Each topic follows the one above it."""
    page = site.document("/", NOW).decode()
    assert 'href="feeds.opml"' in page
    assert page.index(">science</a>") < page.index(">AI</a>") < page.index(">In science<")
    assert page.index(">Security</a>") < page.index(">In AI<")


# -- parents that are of no use -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "line", "key", "reason"),
    [
        ("[topics.a]\nparent = 'A'", 2, "topics.a.parent", "puts the topic below itself: a below a"),
        (
            "[topics.x]\n[topics.a]\nparent = 'C'\n[topics.b]\nparent = 'a'\n[topics.c]\nparent = 'b'",
            3,
            "topics.a.parent",
            "puts the topic below itself: a below c below b below a",
        ),
        (
            "[topics.a]\naliases = ['old']\n\nparent = 'old'",
            4,
            "topics.a.parent",
            "puts the topic below itself: a below a",
        ),
    ],
)
def test_a_circle_of_topics_is_refused(source: str, line: int, key: str, reason: str) -> None:
    """Before anything is read, with the line to change."""
    with pytest.raises(ConfigError) as caught:
        parse_config(source)
    assert (caught.value.line, caught.value.key, caught.value.reason) == (line, key, reason)


def test_a_parent_that_is_no_topic_is_a_warning(make_project: Callable[..., Project]) -> None:
    """It names file, line and field; the topic stands at the top, and nothing is lost."""
    project = make_project(CONFIG + '[topics."C++"]\ntitle = "C++"\n\nparent = "Nothing"\n')
    project.record("a", topics=["C++"])
    done = project.invoke("check", "--now", NOW)
    line = CONFIG.count("\n") + 4
    place = f"config.toml:{line}: topics.c-plus-plus.parent"
    assert f"warning: {place}: 'nothing' is no topic; the topic stands at the top" in done.stdout
    assert done.exit_code == 0
    assert project.invoke("check", "--now", NOW, "--strict").exit_code == 1
    assert project.invoke("build", "--now", NOW, "--strict").exit_code == 0
    assert "c-plus-plus.rss" in project.public("feeds.opml").read_text(encoding="utf-8")
    assert project.public("topics/c-plus-plus.rss").is_file()


def test_a_parent_that_is_retired_is_a_warning(make_project: Callable[..., Project]) -> None:
    """There is nothing left to stand below."""
    project = make_project(CONFIG + '[topics.old]\nretired = true\n[topics.new]\nparent = "old"\n')
    assert "topics.new.parent: 'old' is no topic" in project.invoke("check", "--now", NOW).stdout


def test_a_parent_that_only_an_article_names_is_a_topic(make_project: Callable[..., Project]) -> None:
    """And one that is known under an older name is the same topic."""
    tables = '[topics.a]\nparent = "Named"\n[topics.b]\nparent = "Old"\n[topics.c]\naliases = ["Old"]\n'
    project = make_project(CONFIG + tables)
    project.record("r", topics=["Named"])
    assert ".parent:" not in project.invoke("check", "--now", NOW).stdout
    above = {text: above for text, _, above in _outlines(project)}
    assert above["a · Example"] == ["Named"]
    assert above["b · Example"] == ["c"]


def test_what_topic_files_say_of_parents_is_reported_where_it_stands(
    make_project: Callable[..., Project],
) -> None:
    """A circle that closes there, and a parent that is no topic; every feed is there all the same."""
    config = CONFIG.replace("[records]", '[records]\ntopics = ["topics"]')
    project = make_project(config + '[topics.a]\nparent = "b"\n')
    project.write("topics/b.yaml", "name: B\nkeywords: [x]\nparent: A\n")
    project.write("topics/c.yaml", "# see below\nname: C\nparent: Nothing\n")
    done = project.invoke("check", "--now", NOW)
    line = config.count("\n") + 2
    assert f"warning: config.toml:{line}: topics.a.parent: puts the topic below itself" in done.stdout
    assert "warning: topics/b.yaml:3: parent: puts the topic below itself: b below a below b" in done.stdout
    assert "warning: topics/c.yaml:3: parent: 'nothing' is no topic" in done.stdout
    assert {text for text, _, above in _outlines(project) if not above} == {
        "Example",
        "a · Example",
        "B · Example",
        "C · Example",
    }


NAMES = st.sampled_from(["", *"abcdefg"])


@examples(200)
@given(st.dictionaries(NAMES.filter(bool), NAMES, max_size=7))
def test_whatever_is_said_of_parents_every_topic_has_its_place(said: dict[str, str]) -> None:
    """Each reaches the top; only what is at fault loses its parent."""
    topics = {key: Topic(slug=key, title=key, parent=parent) for key, parent in said.items()}
    parents, faults = family(topics, {})
    for key in topics:
        way = [key]
        while way[-1] in parents:
            way.append(parents[way[-1]])
            assert len(way) <= len(topics)
    assert parents.keys() | faults.keys() == {key for key, parent in said.items() if parent}
    assert not parents.keys() & faults.keys()
    assert all(parents[key] == said[key] for key in parents)
