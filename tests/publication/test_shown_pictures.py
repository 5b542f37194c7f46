"""Which pictures feeds show of an article: `[images]`, trackers, what stands in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from feedlint import complaints
from lxml import etree
from project import CONFIG, Project

from feeds.config import parse
from feeds.errors import ConfigError
from feeds.index.rows import GONE, IMAGE, Learnt
from feeds.text import trackers

MEDIA = "{http://search.yahoo.com/mrss/}"
SITE = "https://www.example.org"
SMALL = {"url": f"{SITE}/small.png", "width": 256, "height": 256}
LARGE = {"url": f"{SITE}/large.png", "width": 1200, "height": 630}
OTHER = {"url": f"{SITE}/other.png"}


def shown(project: Project, feed: str = "all") -> list[str]:
    """Return the names of the pictures that a feed's only entry has."""
    (entry,) = project.feed(feed).entries
    return [one.url.removeprefix(f"{SITE}/") for one in entry.enclosures]


def learn(project: Project, name: str, learnt: Learnt) -> None:
    """Have something known of a picture."""
    project.synced(lambda made: made.index.images.learn(f"{SITE}/{name}", learnt))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", ["small.png", "large.png", "other.png"]),
        ("min_width = 257", ["large.png", "other.png"]),
        ("min_width = 256", ["small.png", "large.png", "other.png"]),
        ("min_height = 300", ["large.png", "other.png"]),
        ('prefer = "largest"', ["large.png", "small.png", "other.png"]),
        ('ignore = ["*/SMALL.*", "*other*"]', ["large.png"]),
        ('fallback = "/default.png"', ["small.png", "large.png", "other.png"]),
        ('ignore = ["*"]\nfallback = "/default.png"', ["default.png"]),
        ('ignore = ["*"]\nfallback = ["topic", "/default.png"]', ["default.png"]),
        ('ignore = ["*"]', []),
    ],
)
def test_settings_say_which_pictures_are_shown(
    project: Project, settings: str, expected: Sequence[str]
) -> None:
    """What is not known to be too small is allowed."""
    project.configure(f"{CONFIG}[images]\n{settings}\n")
    project.record("a", images=[SMALL, LARGE, OTHER])
    assert shown(project) == expected


def test_the_first_picture_above_the_text_is_the_one_that_is_chosen(project: Project) -> None:
    """The text and the enclosures agree; what stands in says nothing of the article, and is not in it."""
    project.configure(f'{CONFIG}[images]\nmin_width = 300\nfallback = "/default.png"\n')
    project.record("a", images=[SMALL, LARGE])
    project.record("b", images=[SMALL])
    entries = {entry.title[-1]: entry for entry in project.feed("all").entries}
    assert "large.png" in entries["a"].content
    assert "small.png" not in entries["a"].content
    assert "<img" not in entries["b"].content
    assert entries["b"].enclosures[0].url == f"{SITE}/default.png"
    assert b"default.png" in project.document("/all.rss")


def test_one_topic_and_one_named_feed_have_settings_of_their_own(project: Project) -> None:
    """A key that they do not have is that of [images]."""
    project.configure(
        f"{CONFIG}[images]\nmin_width = 300\n"
        '[topics.news.images]\nmin_width = 0\nprefer = "largest"\n'
        '[[feeds]]\nname = "plain"\nimages = { ignore = ["*large*"] }\n'
    )
    project.record("a", images=[SMALL, LARGE])
    assert shown(project) == ["large.png"]
    assert shown(project, "topics/news") == ["large.png", "small.png"]
    assert shown(project, "feeds/plain") == []


def test_the_picture_of_the_topic_stands_in(project: Project) -> None:
    """In the feed of everything that of the first topic that has one; in a topic's feed its own."""
    project.configure(
        f'{CONFIG}[images]\nfallback = "topic"\n[topics.a]\nimage = "/a.png"\n'
        '[topics.b]\nimage = "/b.png"\n[topics.b.images]\nfallback = "/bb.png"\n'
    )
    project.record("one", topics=["C", "A", "B"])
    assert shown(project) == shown(project, "topics/a") == shown(project, "topics/c") == ["a.png"]
    assert shown(project, "topics/b") == ["bb.png"]


def test_what_was_learnt_of_a_picture_counts_where_the_record_does_not_say(project: Project) -> None:
    """And what stands in has to be there, too."""
    project.configure(f'{CONFIG}[images]\nmin_width = 300\nfallback = ["/gone.png", "/default.png"]\n')
    project.record("a", images=[OTHER, {"url": f"{SITE}/x.png", "width": 400}])
    learn(project, "x.png", Learnt(IMAGE, "image/png", 7, width=200, height=100))
    learn(project, "gone.png", Learnt(GONE))
    assert shown(project) == ["other.png", "x.png"]
    learn(project, "other.png", Learnt(IMAGE, "image/png", 7, width=299, height=400))
    assert shown(project) == ["x.png"]
    learn(project, "x.png", Learnt(GONE))
    assert shown(project) == ["default.png"]


def test_a_change_of_the_settings_changes_the_documents(project: Project) -> None:
    """Of those feeds that it is about, and no record is read again."""
    project.record("a", images=[SMALL, LARGE])
    project.build()
    before = project.tree()
    project.configure(f"{CONFIG}[topics.news.images]\nmin_width = 300\n")
    assert project.build().report.read == 0
    after = project.tree()
    assert b"small.png" not in after["topics/news.rss"]
    assert before["all.rss"] == after["all.rss"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://feeds.feedburner.com/~r/x/~4/abc", "a tracker"),
        ("https://ad.doubleclick.net/ddm/ad/1?x", "a tracker"),
        ("https://pixel.wp.com/b.gif?v=noscript", "a tracker"),
        ("https://example.org/pixel.gif?id=1", "a tracker"),
        ("https://example.org/img/1x1.png", "a tracker"),
        ("https://example.org/favicon-32x32.png", "the icon of a site"),
        ("https://example.org/favicon.ico", "the icon of a site"),
        ("https://www.google.com/s2/favicons?domain=x", "the icon of a site"),
        ("https://example.org/google-pixel.png", ""),
        ("https://example.org/favicons/large.png", ""),
        ("https://notdoubleclick.net/a.png", ""),
        ("https://example.org/a.png?from=doubleclick.net/", ""),
    ],
)
def test_trackers_and_icons_are_known_by_their_address(url: str, expected: str) -> None:
    """And what only looks like one is none."""
    assert trackers.kind(url) == expected


@pytest.mark.parametrize(
    "image", [{"url": f"{SITE}/favicon.ico"}, {"url": f"{SITE}/a.png", "width": 1, "height": 1}]
)
def test_a_tracker_is_never_shown(project: Project, image: dict[str, Any]) -> None:
    """Whatever the settings are; and nobody asks for it."""
    project.record("a", images=[image, LARGE])
    assert shown(project) == ["large.png"]
    assert "favicon" not in json.dumps(project.synced(lambda made: list(made.publication.images())))


def test_faults_of_the_settings_are_named() -> None:
    """With line, key and reason."""
    source = '[images]\nignore = ["icons"]\nfallback = "ftp://x.org/a"\n[topics.a.images]\nprefer = "best"\n'
    with pytest.raises(ConfigError) as caught:
        parse(source)
    assert [(fault.line, fault.key) for fault in caught.value.faults] == [
        (2, "images.ignore"),
        (3, "images.fallback"),
        (5, "topics.a.images.prefer"),
    ]


GROUP = {
    "url": f"{SITE}/b.png",
    "width": 600,
    "title": "B",
    "credit": "Ada",
    "srcset": f"{SITE}/b-200.png 200w, {SITE}/b-1200.png 1200w",
}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", ["b.png 600", "b-200.png 200", "b-1200.png 1200"]),
        ('prefer = "largest"', ["b-1200.png 1200", "b.png 600", "b-200.png 200"]),
        ("min_width = 601", ["b-1200.png 1200"]),
        ("min_width = 1201", []),
        ('ignore = ["*/b.png"]', ["b-1200.png 1200", "b-200.png 200"]),
    ],
)
def test_sizes_of_one_picture_are_one_group(project: Project, settings: str, expected: Sequence[str]) -> None:
    """With the default first, and all that is said of the picture said once."""
    project.configure(f"{CONFIG}[images]\n{settings}\n")
    project.record("a", images=[GROUP, {"url": f"{SITE}/c.png", "width": 100, "title": "C"}])
    for suffix in ("rss", "atom"):
        document = project.document(f"/all.{suffix}")
        assert complaints(document) == []
        found = etree.fromstring(document)
        groups = found.findall(f".//{MEDIA}group")
        pictures = [one for one in found.iter(f"{MEDIA}content") if "/b" in one.get("url")]
        assert [f"{one.get('url').rpartition('/')[2]} {one.get('width')}" for one in pictures] == expected
        assert len(groups) == (len(expected) > 1)
        if groups:
            assert [one.get("isDefault") for one in pictures] == ["true"] + ["false"] * (len(expected) - 1)
            assert [one.text for one in groups[0].iter(f"{MEDIA}credit", f"{MEDIA}title")] == ["B", "Ada"]
            (item,) = json.loads(project.document("/all.json"))["items"]
            assert item["image"] == item["attachments"][0]["url"] == pictures[0].get("url")
            same = [one["url"] for one in item["attachments"] if one.get("title") == "B"]
            assert same == [one.get("url") for one in pictures]
