"""Which pattern of ids keeps most of those that an old feed has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from feeds import Article
from feeds.commands.idpatterns import Kept, best
from feeds.commands.seen import Seen


def _article(number: int, url: str = "", uid: str = "") -> Article:
    date = datetime(2024, 1 + number, 2 + number, 5, tzinfo=UTC)
    slug = f"tide-{number}"
    url = url or f"https://example.org/{date:%Y/%m/%d}/{slug}/"
    return Article(
        path=f"_posts/{date:%Y-%m-%d}-{slug}.md",
        id=uid or url,
        url=url,
        title=f"Tide {number}",
        published=date,
        updated=date,
    )


ARTICLES = [_article(number) for number in range(1, 6)]


def _old(spelled: Callable[[Article], str]) -> list[Seen]:
    return [
        Seen(id=spelled(article), title=article.title, link=article.url, published=article.published)
        for article in ARTICLES
    ]


def _slug(article: Article) -> str:
    return article.url.split("/")[-2]


@pytest.mark.parametrize(
    ("spelled", "pattern"),
    [
        (lambda article: article.url, ""),
        (lambda article: f"{article.url}#post", "{url}#post"),
        (lambda article: article.url.rstrip("/"), "https://example.org/{year}/{month}/{day}/{slug}"),
        (
            lambda article: article.url.replace("https", "http"),
            "http://example.org/{year}/{month}/{day}/{slug}/",
        ),
        (
            lambda article: f"tag:example.org,{article.published:%Y-%m-%d}:/{_slug(article)}",
            "tag:example.org,{year}-{month}-{day}:/{slug}",
        ),
        (lambda article: f"tag:example.org,2024:{_slug(article)}", "tag:example.org,{year}:{slug}"),
        (
            lambda article: f"https://old.example/posts/{_slug(article)}.html",
            "https://old.example/posts/{slug}.html",
        ),
        (lambda article: f"urn:{_slug(article)}", "urn:{slug}"),
    ],
    ids=["url", "fragment", "jekyll", "http", "tag", "tag of a year", "old host", "urn"],
)
def test_the_pattern_of_the_old_ids_is_found(spelled: Callable[[Article], str], pattern: str) -> None:
    """As site generators make them; none where the ids are right already."""
    found = best(_old(spelled), ARTICLES)
    # A year that is the same everywhere may stand as it is: it is right either way.
    assert found.pattern in (pattern, pattern.replace("{year}", "2024"))
    assert (found.kept, found.of) == (5, 5)


def test_the_most_count() -> None:
    """One entry that is otherwise does not decide; nor does what is no article of ours."""
    old = _old(lambda article: f"urn:{_slug(article)}")
    old[0] = Seen(id=ARTICLES[0].url, title="", link=ARTICLES[0].url)
    old.append(Seen(id="urn:gone", title="Gone", link="https://example.org/gone"))
    assert best(old, ARTICLES) == Kept("urn:{slug}", 4, 5)


def test_numbers_have_to_come_from_the_records() -> None:
    """WordPress's ids have the number of the post, which only its export knows."""
    old = _old(lambda article: f"https://example.org/?p={article.published.day}")
    assert best(old, ARTICLES) == Kept("https://example.org/?p={id}", 0, 5, needs_ids=True)
    numbered = [
        _article(number, uid=f"tag:example.org,2024:{ARTICLES[number - 1].published.day}")
        for number in range(1, 6)
    ]
    assert best(old, numbered) == Kept("https://example.org/?p={id}", 5, 5)


def test_nothing_comes_of_ids_that_say_nothing() -> None:
    """No pattern is better than a wrong one."""
    assert best(_old(lambda article: article.title[::-1]), ARTICLES) == Kept("", 0, 5)
    assert best([], ARTICLES) == Kept("", 0, 0)
