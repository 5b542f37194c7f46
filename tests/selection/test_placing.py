"""Placing: in which feeds, and when, articles are to be seen, and which of several with one id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from generated import examples
from hypothesis import given
from hypothesis import strategies as st

from feeds.config import Config, Rules, Select, TopicTable
from feeds.model.article import Article
from feeds.model.paths import ALL, topic_key
from feeds.model.spans import FOREVER
from feeds.model.topics import Topic, slug
from feeds.selection.placing import Placing
from feeds.selection.rules import Selection, preference

PUBLISHED = datetime(2024, 5, 31, tzinfo=UTC)
DUE = int(PUBLISHED.timestamp())
DAY = 86_400


def article(path: str = "a.md", *, days: int = 0, **fields: Any) -> Article:
    """Return an article that is due so many days after the others."""
    published = PUBLISHED + timedelta(days=days)
    minimal: dict[str, Any] = {
        "id": "https://example.org/a",
        "url": "https://example.org/a",
        "title": "T",
        "published": published,
        "updated": published,
    }
    return Article(path=path, **minimal | fields)


def placing(
    select: Select | None = None, topics: dict[str, TopicTable] | None = None, described: Sequence[Topic] = ()
) -> Placing:
    """Make a placing of these rules."""
    config = Config(select=select or Select(), topics=topics or {})
    return Placing(config, [*config.described_topics(), *described])


def shown(made: Placing, articles: Sequence[Article], now: int = DUE) -> dict[str, str]:
    """Return which record each feed shows at an instant: of those visible there the one placed first."""
    found: dict[str, tuple[int, str]] = {}
    places = made.together(articles) if len(articles) > 1 else [made.alone(articles[0])]
    for one, placed in zip(articles, places, strict=True):
        for feed, starts, ends, place in ((p.feed, p.starts, p.ends, p.place) for p in placed):
            if starts <= now < ends:
                assert found.get(feed, (None,))[0] != place, "an article is in a feed twice"
                found[feed] = min(found.get(feed, (place, one.path)), (place, one.path))
    return {feed: path for feed, (_, path) in sorted(found.items())}


def test_an_article_is_in_the_feed_of_everything_and_in_those_of_its_topics() -> None:
    """Each topic once, however often and however it is spelled."""
    one = article(topics=("AI", "C++", "ai", " A I"))
    assert shown(placing(), [one]) == {
        "all": "a.md",
        "topics/a-i": "a.md",
        "topics/ai": "a.md",
        "topics/c-plus-plus": "a.md",
    }
    assert [placed.feed for placed in placing().alone(one)] == [
        ALL,
        "topics/ai",
        "topics/c-plus-plus",
        "topics/a-i",
    ]
    assert topic_key(slug("C++")) == "topics/c-plus-plus"


def test_an_article_that_is_not_selected_is_nowhere() -> None:
    """Not in the feeds of its topics either."""
    assert placing().alone(article(topics=("AI",), is_published=False)) == []
    assert placing().alone(article(topics=("AI",), is_removed=True)) == []
    assert placing(Select(status="any")).alone(article(topics=("AI",), is_removed=True)) == []


def test_time_acts_through_spans_alone() -> None:
    """From the embargo's end to the age, in every feed; a topic may end it earlier."""
    made = placing(Select(max_age_days=10), {"ai": TopicTable(max_age_days=2)})
    placed = {one.feed: (one.starts, one.ends) for one in made.alone(article(topics=("AI", "Rain")))}
    assert placed == {
        "all": (DUE, DUE + 10 * DAY),
        "topics/ai": (DUE, DUE + 2 * DAY),
        "topics/rain": (DUE, DUE + 10 * DAY),
    }


def test_a_topics_own_rules_narrow_its_feed_and_no_other() -> None:
    """They never let in what the selection keeps out."""
    made = placing(
        Select(min_quality=10), {"ai": TopicTable(min_quality=50), "rain": TopicTable(min_quality=1)}
    )
    topics = ("AI", "Rain")
    assert shown(made, [article(topics=topics, quality=50)]) == {
        "all": "a.md",
        "topics/ai": "a.md",
        "topics/rain": "a.md",
    }
    assert shown(made, [article(topics=topics, quality=49)]) == {"all": "a.md", "topics/rain": "a.md"}
    assert shown(made, [article(topics=topics, quality=5)]) == {}


def test_an_alias_leads_to_its_topic_and_a_retired_topic_has_no_feed() -> None:
    """Whether the configuration or a topic file says so; the article stays in all other feeds."""
    made = placing(
        topics={"ai": TopicTable(aliases=("KI",)), "rain": TopicTable(retired=True, aliases=("wet",))},
        described=[Topic(slug="snow", title="Snow", aliases=("schnee",))],
    )
    one = article(topics=("KI", "AI", "Rain", "Wet", "Schnee"))
    assert shown(made, [one]) == {"all": "a.md", "topics/ai": "a.md", "topics/snow": "a.md"}


def test_duplicates_are_shown_once_and_the_best_in_the_topics_of_all() -> None:
    """The newest update, then quality, then path, in whatever order they come."""
    old = article("old.md", topics=("AI",), quality=99)
    new = article("new.md", topics=("Rain",), updated=PUBLISHED + timedelta(days=1))
    low = article("low.md", topics=("Snow",), quality=1)
    for articles in permutations([old, new, low]):
        assert shown(placing(), articles) == {
            "all": "new.md",
            "topics/ai": "new.md",
            "topics/rain": "new.md",
            "topics/snow": "new.md",
        }


def test_selection_comes_first_and_then_the_best() -> None:
    """A better twin that is not selected neither hides the other nor lends it its topics."""
    best = article("best.md", topics=("AI",), updated=PUBLISHED + timedelta(days=1), is_published=False)
    other = article("other.md", topics=("Rain",))
    assert shown(placing(), [best, other]) == {"all": "other.md", "topics/rain": "other.md"}
    assert shown(placing(Select(status="any")), [best, other]) == {
        "all": "best.md",
        "topics/ai": "best.md",
        "topics/rain": "best.md",
    }


def test_an_embargoed_twin_takes_over_when_it_is_due() -> None:
    """Until then the other is shown, in its own topics alone."""
    now_due = article("now.md", topics=("Rain",))
    later = article("later.md", days=5, topics=("AI",))
    for articles in ([now_due, later], [later, now_due]):
        assert shown(placing(), articles, DUE + 5 * DAY - 1) == {"all": "now.md", "topics/rain": "now.md"}
        assert shown(placing(), articles, DUE + 5 * DAY) == {
            "all": "later.md",
            "topics/ai": "later.md",
            "topics/rain": "later.md",
        }


def test_a_twin_that_grows_too_old_takes_its_topics_with_it() -> None:
    """The other stays in its own."""
    made = placing(Select(max_age_days=3))
    articles = [article("a.md", topics=("Rain",)), article("b.md", days=2, topics=("AI",))]
    assert shown(made, articles, DUE + 3 * DAY - 1) == {
        "all": "b.md",
        "topics/ai": "b.md",
        "topics/rain": "b.md",
    }
    assert shown(made, articles, DUE + 3 * DAY) == {"all": "b.md", "topics/ai": "b.md"}
    assert shown(made, articles, DUE + 5 * DAY) == {}


def test_where_a_topics_rules_refuse_the_best_the_next_best_is_shown() -> None:
    """Selection comes before the choice there as well."""
    made = placing(topics={"ai": TopicTable(min_quality=50)})
    best = article("best.md", topics=("AI",), updated=PUBLISHED + timedelta(days=1), quality=1)
    other = article("other.md", quality=60)
    assert shown(made, [best, other]) == {"all": "best.md", "topics/ai": "other.md"}


def test_an_article_that_is_alone_is_placed_as_one_of_one() -> None:
    """The short way and the long way lead to the same places."""
    made = placing(topics={"ai": TopicTable(max_age_days=1)})
    one = article(topics=("AI", "Rain"))
    (placed,) = made.together([one])
    assert [(p.feed, p.starts, p.ends) for p in placed] == [
        (p.feed, p.starts, p.ends) for p in made.alone(one)
    ]
    assert all(p.ends in (DUE + DAY, FOREVER) for p in placed)


TOPICS = st.lists(st.sampled_from(["AI", "KI", "Rain", "Old"]), max_size=3).map(tuple)
RULES = {
    "status": st.sampled_from(["published", "any"]),
    "min_quality": st.none() | st.integers(0, 2),
    "max_age_days": st.none() | st.integers(1, 4),
}
TWINS = st.lists(
    st.builds(
        article,
        days=st.integers(0, 4),
        topics=TOPICS,
        quality=st.none() | st.integers(0, 2),
        is_published=st.booleans(),
        is_removed=st.sampled_from([False, False, False, True]),
    ),
    min_size=1,
    max_size=4,
)


@examples(300)
@given(TWINS, st.builds(Select, **RULES), st.builds(TopicTable, **RULES), st.integers(-1, 9))
def test_at_every_instant_each_feed_shows_what_the_rules_say(
    twins: list[Article], select: Select, table: TopicTable, day: int
) -> None:
    """Asked rule by rule and article by article, without any span."""
    twins = [Article(**_fields(one) | {"path": f"{number}.md"}) for number, one in enumerate(twins)]
    now = DUE + day * DAY
    aliases = {"ki": "ai"}

    def passes(rules: Rules, one: Article) -> bool:
        return all(verdict.passed for verdict in Selection(rules, aliases).explain(one, now))

    visible = sorted((one for one in twins if passes(select, one)), key=preference)
    expected = {ALL: visible[0].path} if visible else {}
    for feed in {aliases.get(slug(name), slug(name)) for one in visible for name in one.topics} - {"old"}:
        passing = [one for one in visible if feed != "ai" or passes(table, one)]
        if passing:
            expected[topic_key(feed)] = passing[0].path
    described = [
        Topic(slug="ai", title="AI", aliases=("ki",)),
        Topic(slug="old", title="Old", is_retired=True),
    ]
    made = Placing(Config(select=select, topics={"ai": table}), described)
    assert shown(made, twins, now) == dict(sorted(expected.items()))


def _fields(one: Article) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Article.__struct_fields__}


@pytest.mark.parametrize(
    ("changed", "is_same"),
    [
        ({}, True),
        ({"select": Select(min_heat=1)}, False),
        ({"select": Select(max_age_days=1)}, False),
        ({"topics": {"ai": TopicTable(min_heat=1)}}, False),
        ({"topics": {"ai": TopicTable(aliases=("ki",))}}, False),
        ({"topics": {"ai": TopicTable(retired=True)}}, False),
    ],
)
def test_the_fingerprint_tells_whether_articles_have_to_be_placed_anew(
    changed: dict[str, Any], is_same: bool
) -> None:
    """The same for the same rules, and another for any other."""
    plain = Config(topics={"ai": TopicTable()})
    other = Config(**{"topics": {"ai": TopicTable()}} | changed)
    fingerprints = [Placing(config, config.described_topics()).fingerprint for config in (plain, other)]
    assert (fingerprints[0] == fingerprints[1]) is is_same
