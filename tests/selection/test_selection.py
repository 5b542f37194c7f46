"""Selection: each rule, the spans of time, and the words in which they are explained."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from generated import examples
from hypothesis import given
from hypothesis import strategies as st

from feeds.config import Rules, Select, TopicTable
from feeds.model.article import Article, Image, Provider
from feeds.model.spans import FOREVER, Span, both, joined
from feeds.selection.rules import Selection, preference

PUBLISHED = datetime(2024, 5, 31, 6, 52, tzinfo=UTC)
DUE = int(PUBLISHED.timestamp())
DAY = 86_400


def article(**fields: Any) -> Article:
    """Return an article; ``fields`` complete a minimal one."""
    minimal: dict[str, Any] = {
        "path": "a.md",
        "id": "https://example.org/a",
        "url": "https://example.org/a",
        "title": "A title",
        "published": PUBLISHED,
        "updated": PUBLISHED,
    }
    return Article(**minimal | fields)


def is_in(rules: Rules, **fields: Any) -> bool:
    """Whether an article is selected at the instant it is published."""
    span = Selection(rules).span(article(**fields))
    return span is not None and span.start <= DUE < span.end


TIME = Provider("Time", "time.com")
PICTURE = (Image("https://example.org/a.png"),)


@pytest.mark.parametrize(
    ("rules", "fields"),
    [
        ({"status": "published"}, {}),
        ({"status": "any"}, {"is_published": False}),
        ({"types": ("article", "video")}, {"type": "Video"}),
        ({"categories": ("News",)}, {"category": "news"}),
        ({"topics": ("AI", "Rain")}, {"topics": ("Snow", "ai")}),
        ({"topics": ("management tools",)}, {"topics": ("Management-Tools",)}),
        ({"topics": ("c-plus-plus",)}, {"topics": ("C++",)}),
        ({"exclude_topics": ("C",)}, {"topics": ("C++", "C#")}),
        ({"exclude_topics": ("AI",)}, {}),
        ({"providers": ("time",)}, {"provider": TIME}),
        ({"providers": ("TIME.com",)}, {"provider": TIME}),
        ({"exclude_providers": ("Times",)}, {"provider": TIME}),
        ({"exclude_providers": ("Time",)}, {}),
        ({"min_quality": 84}, {"quality": 84}),
        ({"min_quality": 0}, {"quality": 0}),
        ({"min_heat": -1}, {"heat": -1}),
        ({"has_image": True}, {"images": PICTURE}),
        ({"has_image": False}, {}),
        ({"title_matches": "tit"}, {}),
        ({"title_matches": "^A TITLE$"}, {}),
        ({"title_matches": "any"}, {"title": "For anyone"}),
        ({"title_matches": "café|tea"}, {"title": "CAFÉ"}),
        ({"max_age_days": 0.5}, {}),
        ({}, {"is_published": False, "heat": -1}),
    ],
)
def test_a_rule_lets_through_what_it_asks_for(rules: dict[str, Any], fields: dict[str, Any]) -> None:
    """Case makes no difference to names, nor do the spellings of a topic."""
    assert is_in(Rules(**rules), **fields)


@pytest.mark.parametrize(
    ("rules", "fields"),
    [
        ({"status": "published"}, {"is_published": False}),
        ({"status": "any"}, {"is_removed": True}),
        ({}, {"is_removed": True}),
        ({"types": ("article",)}, {"type": "video"}),
        ({"types": ("article",)}, {}),
        ({"categories": ("news",)}, {"category": "newsletter"}),
        ({"topics": ("C",)}, {"topics": ("C++", "C#")}),
        ({"topics": ("AI",)}, {"topics": ("AI in Security",)}),
        ({"topics": ("AI",)}, {}),
        ({"exclude_topics": ("ai",)}, {"topics": ("Rain", "AI")}),
        ({"providers": ("time",)}, {"provider": Provider("Timely", "timely.com")}),
        ({"providers": ("time",)}, {}),
        ({"exclude_providers": ("time.com",)}, {"provider": TIME}),
        ({"exclude_providers": ("time",)}, {"provider": TIME}),
        ({"min_quality": 84}, {"quality": 83}),
        ({"min_quality": 0}, {}),
        ({"min_heat": 0}, {"heat": -1}),
        ({"min_heat": 0}, {}),
        ({"has_image": True}, {}),
        ({"has_image": False}, {"images": PICTURE}),
        ({"title_matches": "^title"}, {}),
        ({"title_matches": "any"}, {}),
    ],
)
def test_a_rule_keeps_out_what_it_does_not_ask_for(rules: dict[str, Any], fields: dict[str, Any]) -> None:
    """What an article does not have is not enough for a rule that asks for it."""
    assert not is_in(Rules(**rules), **fields)


def test_published_is_what_the_main_selection_asks_for_and_topics_add_nothing() -> None:
    """A topic's table narrows by what it names, and by nothing else."""
    assert not is_in(Select(), is_published=False)
    assert is_in(Select())
    assert is_in(TopicTable(title="T", keywords=("x",)), is_published=False)


def test_all_rules_have_to_pass() -> None:
    """One that fails is enough to keep an article out."""
    rules = Rules(types=("video",), min_quality=50, has_image=True)
    good = {"type": "video", "quality": 50, "images": PICTURE}
    assert is_in(rules, **good)
    for name, value in {"type": "article", "quality": 49, "images": ()}.items():
        assert not is_in(rules, **good | {name: value})


def test_a_topic_that_was_renamed_is_selected_under_each_of_its_names() -> None:
    """The rule may use the old name or the new one, and so may the article."""
    aliases = {"ki": "ai", "ml": "ai"}
    for wanted in ("AI", "KI", "ML"):
        for named in ("AI", "KI", "ML"):
            tagged = article(topics=(named,))
            assert Selection(Rules(topics=(wanted,)), aliases).span(tagged)
            assert not Selection(Rules(exclude_topics=(wanted,)), aliases).span(tagged)
    assert not Selection(Rules(topics=("AI",)), aliases).span(article(topics=("Rain",)))


def test_an_article_is_in_from_its_own_date_on() -> None:
    """The embargo ends at that very second; without an age it stays for ever."""
    assert Selection(Rules()).span(article()) == Span(DUE, FOREVER)


@pytest.mark.parametrize(("days", "seconds"), [(1, DAY), (0.5, DAY // 2), (40_000, 40_000 * DAY), (1e-9, 0)])
def test_an_article_is_in_until_it_is_too_old(days: float, seconds: int) -> None:
    """The end itself is out."""
    selection = Selection(Rules(max_age_days=days))
    assert selection.span(article()) == Span(DUE, DUE + seconds)
    for now, expected in [
        (DUE - 1, False),
        (DUE, seconds > 0),
        (DUE + seconds - 1, seconds > 0),
        (DUE + seconds, False),
    ]:
        assert all(verdict.passed for verdict in selection.explain(article(), now)) is expected


def test_an_update_moves_no_article_in_or_out() -> None:
    """Age is counted from the publication."""
    updated = article(updated=PUBLISHED + timedelta(days=400))
    assert Selection(Rules(max_age_days=1)).span(updated) == Span(DUE, DUE + DAY)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Span(0, 10), Span(5, 20), Span(5, 10)),
        (Span(5, 20), Span(0, 10), Span(5, 10)),
        (Span(0, 10), Span(0, FOREVER), Span(0, 10)),
        (Span(0, 10), Span(10, 20), None),
        (Span(0, 10), Span(5, 5), None),
        (Span(0, 10), Span(20, 30), None),
    ],
)
def test_two_spans_have_those_instants_in_common_that_lie_in_both(
    one: Span, other: Span, expected: Span | None
) -> None:
    """Or none."""
    assert both(one, other) == expected


SPANS = st.lists(
    st.builds(Span, st.integers(0, 9), st.integers(0, 9)).filter(lambda one: one.start < one.end)
)


@given(SPANS)
def test_spans_that_are_joined_hold_the_same_instants_each_once(spans: list[Span]) -> None:
    """And there is a gap between any two of them."""
    whole = joined(spans)
    assert [n for n in range(10) for span in whole if span.start <= n < span.end] == [
        n for n in range(10) if any(span.start <= n < span.end for span in spans)
    ]
    assert all(one.end < other.start for one, other in pairwise(whole))


NAMES = st.lists(
    st.sampled_from(["AI", "ai", "C", "C++", "Rain", "Time", "time.com", "news"]), max_size=2
).map(tuple)
NUMBERS = st.none() | st.integers(-2, 3)
RULES = st.builds(
    Rules,
    status=st.sampled_from(["published", "any"]),
    types=NAMES,
    categories=NAMES,
    topics=NAMES,
    exclude_topics=NAMES,
    providers=NAMES,
    exclude_providers=NAMES,
    min_quality=NUMBERS,
    min_heat=NUMBERS,
    max_age_days=st.none() | st.floats(0.00001, 3),
    has_image=st.none() | st.booleans(),
    title_matches=st.sampled_from(["", "a", "^a", "any", "{}", "\\d"]),
)
MOMENTS = st.integers(DUE - 3 * DAY, DUE + 3 * DAY)
ARTICLES = st.builds(
    article,
    title=st.sampled_from(["A title", "any {}", "1"]),
    published=MOMENTS.map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    type=st.sampled_from(["", "news", "AI"]),
    category=st.sampled_from(["", "news"]),
    quality=NUMBERS,
    heat=NUMBERS,
    is_published=st.booleans(),
    is_removed=st.booleans(),
    provider=st.none() | st.just(TIME),
    topics=NAMES,
    images=st.sampled_from([(), PICTURE]),
)


@examples(500)
@given(RULES, ARTICLES, MOMENTS)
def test_the_explanation_agrees_with_the_selection(rules: Rules, one: Article, now: int) -> None:
    """An article is in exactly while every rule that is told passes."""
    selection = Selection(rules)
    span = selection.span(one)
    verdicts = selection.explain(one, now)
    assert (span is not None and span.start <= now < span.end) == all(verdict.passed for verdict in verdicts)
    assert all(verdict.found and verdict.wanted for verdict in verdicts)
    assert [verdict.rule for verdict in verdicts[:2]] == ["removed", "due"]


@given(RULES, ARTICLES, MOMENTS)
def test_one_rule_more_never_lets_another_article_in(rules: Rules, one: Article, now: int) -> None:
    """Rules narrow, whatever they are."""
    narrowed = Selection(rules).span(one)
    everything = Selection(Rules()).span(one)
    if narrowed is not None:
        assert everything is not None
        assert both(narrowed, everything) in (narrowed, None)


def test_every_active_rule_is_told_and_no_other() -> None:
    """In the words of the configuration, with what the article has."""
    rules = Rules(
        status="published",
        types=("video", "course"),
        exclude_topics=("Rain",),
        min_quality=50,
        has_image=True,
        max_age_days=2,
        title_matches="{x}",
    )
    one = article(topics=("AI", "Snow"), is_published=False, provider=TIME)
    told = {verdict.rule: verdict for verdict in Selection(rules).explain(one, DUE + DAY // 2)}
    assert [*told] == [
        *("removed", "due", "max_age_days", "status", "types", "exclude_topics", "min_quality", "has_image"),
        "title_matches",
    ]
    assert told["removed"][1:] == (True, "no", "no")
    assert told["due"][1:] == (True, "2024-05-31 06:52:00 UTC", "not in the future")
    assert told["max_age_days"][1:] == (True, "0.5 days", "at most 2 days")
    assert told["status"][1:] == (False, "not published", "published")
    assert told["types"][1:] == (False, "none", "one of video, course")
    assert told["exclude_topics"][1:] == (True, "AI, Snow", "none of Rain")
    assert told["min_quality"][1:] == (False, "none", "at least 50")
    assert told["has_image"][1:] == (False, "0", "images: true")
    assert told["title_matches"][1:] == (False, "A title", "/{x}/")


def test_of_two_duplicates_the_newest_update_then_quality_then_path_is_best() -> None:
    """An article without a quality is worse than any with one."""
    later = PUBLISHED + timedelta(seconds=1)
    best, *others = [
        article(path="z.md", updated=later, quality=None),
        article(path="z.md", quality=90),
        article(path="a.md", quality=80),
        article(path="b.md", quality=80),
        article(path="a.md", quality=-5),
        article(path="a.md", quality=None),
    ]
    assert sorted([*others[::-1], best], key=preference) == [best, *others]
