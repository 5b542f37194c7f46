"""What ships: config.toml and seeds/ give good feeds out of the box, with the user's own record in them."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import jsonlint
import pytest
from feedlint import complaints
from project import ROOT, Project

from feeds import Article
from feeds.pipeline.build import Built

NOW = "2026-11-20T00:00:00Z"
USERS = "2023-05-31-chinese-leader-xi-jinping-warns-of-ai-risks-to-national-security.md"
TITLE = "Chinese Leader Xi Jinping Warns of AI Risks to National Security"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, Built]]:
    """The shipped project, built in a folder of its own; tests change nothing in it."""
    project = Project(tmp_path_factory.mktemp("seeds") / "project")
    shutil.copy(ROOT / "config.toml", project.root / "config.toml")
    shutil.copytree(ROOT / "seeds", project.root / "seeds")
    yield project, project.build(NOW)


def _articles(shipped: tuple[Project, Built]) -> list[Article]:
    return shipped[0].articles(NOW)


def test_every_seed_is_an_article(shipped: tuple[Project, Built]) -> None:
    """Nothing that ships is rejected or warned of."""
    project, built = shipped
    problems = project.synced(lambda made: [*made.index.records.problems(), *made.topic_problems], NOW)
    assert [str(problem) for problem in problems] == []
    assert built.report.articles == built.report.found >= 40
    assert built.note == ""


def test_the_user_s_record_is_unchanged(shared: Path) -> None:
    """Byte for byte what was handed over."""
    assert (ROOT / "seeds" / USERS).read_bytes() == (shared / "seeds" / USERS).read_bytes()


@pytest.mark.parametrize("name", ["all", "topics/ai", "topics/ai-in-security"])
@pytest.mark.parametrize("suffix", [".rss", ".atom"])
def test_the_user_s_record_is_in_the_feeds_of_its_topics(
    name: str, suffix: str, shipped: tuple[Project, Built]
) -> None:
    """Although it is `published: false`, because the shipped configuration selects any status."""
    body = shipped[0].public(f"{name}{suffix}").read_text(encoding="utf-8")
    assert f"<title>{TITLE}</title>" in body
    assert "https://time.com/6283663/xi-jinping-warns-ai-risk-national-security/" in body
    assert "https://time.com/img/icons/wallet-connect.png" in body


def test_every_feed_of_the_seeds_is_without_fault(shipped: tuple[Project, Built]) -> None:
    """What a newcomer sees first is what a validator accepts."""
    feeds = {name: body for name, body in shipped[0].tree().items() if name.endswith((".rss", ".atom"))}
    assert len(feeds) > 20
    assert {name: complaints(body) for name, body in feeds.items() if complaints(body)} == {}
    for name in feeds:
        body = shipped[0].public(name).with_suffix(".json").read_bytes()
        assert jsonlint.complaints(body) == [], name


def test_the_seeds_show_what_records_can_be(shipped: tuple[Project, Built]) -> None:
    """Several topics, pictures or none, a story told twice, other states, kinds, bodies and scripts."""
    articles = _articles(shipped)
    topics = {topic for article in articles for topic in article.topics}
    assert len(topics) >= 6
    assert {bool(article.images) for article in articles} == {True, False}
    assert len({article.id for article in articles}) < len(articles)
    assert {article.is_published for article in articles} == {True, False}
    assert sum(article.is_removed for article in articles) == 1
    assert any(article.published.year > 2090 for article in articles)
    assert any(article.type == "video" for article in articles)
    assert any(article.body_format == "markdown" for article in articles)
    letters = {character for article in articles for character in article.title if character.isalpha()}
    scripts = {unicodedata.name(letter).split()[0] for letter in letters}
    assert {"LATIN", "ARABIC", "CJK", "CYRILLIC", "DEVANAGARI", "GREEK"} <= scripts


def test_removed_and_future_articles_are_in_no_feed(shipped: tuple[Project, Built]) -> None:
    """Whatever the status that is asked for."""
    project, _ = shipped
    hidden = [a for a in _articles(shipped) if a.is_removed or a.published.year > 2090]
    assert len(hidden) == 2
    for name, body in project.tree().items():
        for article in hidden:
            assert article.title not in body.decode(), name


def test_a_story_told_twice_appears_once(shipped: tuple[Project, Built]) -> None:
    """In the topics of both records."""
    articles = _articles(shipped)
    twice = [article for article in articles if sum(other.id == article.id for other in articles) > 1]
    assert len(twice) == 2
    body = shipped[0].public("all.atom").read_text(encoding="utf-8")
    assert body.count(f"<id>{twice[0].id}</id>") == 1


def test_the_shipped_configuration_uses_the_seeds() -> None:
    """Whoever runs `feeds build` in a fresh copy gets the sample feeds."""
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    assert 'paths = ["seeds"]' in text
    assert 'status = "any"' in text
