"""Questions: one canonical form for every spelling, and directions where there is none."""

from __future__ import annotations

from random import Random
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.questions.question import PARAMETERS, Catalogue, Question, QuestionRefused, TopicRetired, parse

TITLES = {"ai": "AI", "security": "Security", "c-plus-plus": "C++", "künste": "Künste"}
CATALOGUE = Catalogue(TITLES, {"ki": "ai"}, frozenset({"old", "older"}))


def ask(query: str) -> Question:
    return parse(query, CATALOGUE)


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("topic=&q=&min_quality=&since=+", ""),
        ("topic=security&topic=ai", "topic=ai&topic=security"),
        ("topic=AI&topic=ai&topic=KI", "topic=ai"),
        ("topic=C%2B%2B", "topic=c-plus-plus"),
        ("topic=K%C3%BCnste", "topic=k%C3%BCnste"),
        ("TOPIC=ai&Q=x", "topic=ai&q=x"),
        ("any=ai&any=security", "any=ai&any=security"),
        ("any=ai", "topic=ai"),
        ("any=ai&any=security&topic=ai", "topic=ai"),
        ("any=ai&any=old", "topic=ai"),
        ("not=old&not=ai", "not=ai"),
        ("q=%22Deep+Fakes%22+x&q=X", "q=%22deep%20fakes%22%20x"),
        ("q=%22a&q=b", "q=a%20b"),
        ("provider=Time&provider=BBC&provider=TIME", "provider=bbc&provider=time"),
        ("type=Video", "type=video"),
        ("min_quality=070&min_quality=70", "min_quality=70"),
        ("min_heat=-1", "min_heat=-1"),
        ("since=p7d", "since=P7D"),
        ("since=P1W", "since=P7D"),
        ("since=PT36H", "since=P1DT12H"),
        ("since=P1M", "since=P30D"),
        ("since=P1Y", "since=P365D"),
        ("since=PT90S", "since=PT1M30S"),
        ("since=2026-01-31", "since=2026-01-31"),
        ("since=2026-01-31T00:00:00Z", "since=2026-01-31"),
        ("since=2026-01-31T02:00%2B02:00", "since=2026-01-31"),
        ("since=2026-01-31T06:30Z", "since=2026-01-31T06%3A30%3A00Z"),
        ("limit=20", "limit=20"),
        (
            "limit=20&since=P7D&q=x&not=security&topic=ai&min_heat=3&min_quality=70&type=a&provider=b",
            "topic=ai&not=security&q=x&provider=b&type=a&min_quality=70&min_heat=3&since=P7D&limit=20",
        ),
    ],
)
def test_every_spelling_has_one_canonical_form(query: str, canonical: str) -> None:
    """Order, repeats, case, aliases and empty values make no difference."""
    assert ask(query).query == canonical
    assert ask(canonical) == ask(query)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (
            "min_qualty=7",
            "'min_qualty' is no parameter. Did you mean 'min_quality'? Allowed are topic, any, not,",
        ),
        ("utm_source=x", "'utm_source' is no parameter. Allowed are topic, any, not, q, provider, type,"),
        ("topic=secrity", "topic: there is no topic 'secrity'; did you mean 'security'?"),
        ("not=zzz", "not: there is no topic 'zzz'; the first page lists all."),
        ("topic=ai&not=KI", "not: the topic 'ai' is also asked for."),
        ("any=ai&any=security&not=ai", "not: the topic 'ai' is also asked for."),
        ("q=%2B%2B", "q: '++' has no word to search for; allowed: words"),
        ("q=" + "+".join(f"w{n}" for n in range(21)), "q: asks for more than 20 words or phrases."),
        ("min_quality=101", "min_quality: '101' is not allowed; allowed: a whole number from 0 to 100."),
        ("min_quality=high", "min_quality: 'high' is not allowed; allowed: a whole number from 0 to 100."),
        ("min_quality=%D9%A1", "min_quality: '١' is not allowed; allowed: a whole number from 0 to 100."),
        ("min_quality=7&min_quality=8", "min_quality: is given twice, with different values: 7 and 8."),
        ("min_heat=-2", "min_heat: '-2' is not allowed; allowed: a whole number from -1 to 1000000."),
        ("limit=0", "limit: '0' is not allowed; allowed: a whole number from 1 to 200."),
        ("limit=201", "limit: '201' is not allowed; allowed: a whole number from 1 to 200."),
        ("since=P", "since: 'P' is not allowed; allowed: a duration such as P7D or PT12H, or a date such as"),
        ("since=P7DT", "since: 'P7DT' is not allowed;"),
        ("since=P0D", "since: 'P0D' is not between one second and 40000 days."),
        ("since=P999Y", "since: 'P999Y' is not between one second and 40000 days."),
        ("since=yesterday", "since: 'yesterday' is not allowed;"),
        ("since=2026-02-30", "since: '2026-02-30' is not allowed;"),
        ("since=P7D&since=P8D", "since: is given twice, with different values: P7D and P8D."),
        ("q=" + "x" * 2000, "The query is longer than 2000 characters."),
    ],
)
def test_what_cannot_be_asked_is_refused_with_directions(query: str, reason: str) -> None:
    """Which parameter, why, and what is allowed."""
    with pytest.raises(QuestionRefused) as refused:
        ask(query)
    assert str(refused.value).startswith(reason)


@pytest.mark.parametrize("query", ["topic=old", "topic=ai&topic=OLD", "any=old&any=older"])
def test_a_question_about_retired_topics_alone_is_gone(query: str) -> None:
    """As the feeds of these topics are."""
    with pytest.raises(TopicRetired, match="The topic 'old' has been retired"):
        ask(query)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "Everything"),
        ("topic=ai&topic=security", "AI + Security"),
        ("any=ai&any=C%2B%2B", "AI or C++"),
        ("not=ai&not=security", "not AI or Security"),
        ("q=x+%22deep+fakes%22", "“deep fakes” “x”"),
        ("provider=Time&type=video", "from time, video"),
        ("min_quality=70&min_heat=3", "quality from 70, heat from 3"),
        ("since=P1D", "last day"),
        ("since=PT36H", "last 36 hours"),
        ("since=2026-01-31", "since 2026-01-31"),
        ("limit=3", "Everything"),
    ],
)
def test_a_question_says_in_words_what_it_asks_for(query: str, title: str) -> None:
    """It is the feed's title."""
    assert ask(query).title(TITLES) == title


def test_time_acts_through_the_instant_alone() -> None:
    """A duration counts back from it; a date is itself, from its first second on."""
    day = 86_400
    assert ask("since=P7D").window == 7 * day
    assert ask("since=P7D").wanted(1_000_000_000, 50).after == 1_000_000_000 - 7 * day
    assert ask("since=2001-09-09").window is None
    assert ask("since=2001-09-09").wanted(1_000_000_000, 50).after == 999_993_600 - 1
    assert ask("").wanted(0, 50).limit == 50
    assert ask("limit=3").wanted(0, 50).limit == 3


VALUES = {
    "topic": st.sampled_from(["AI", "ai", "KI", "Security", "C++", "old", "zzz"]),
    "any": st.sampled_from(["AI", "Security", "künste", "old"]),
    "not": st.sampled_from(["C++", "künste", "old"]),
    "q": st.sampled_from(["deep fakes", '"Deep Fakes"', "東京", "++", "x"]) | st.text(max_size=8),
    "provider": st.sampled_from(["Time", "TIME", "time.com"]),
    "type": st.sampled_from(["Video", "article"]),
    "min_quality": st.sampled_from(["70", "070", "+70"]) | st.text("0123456789-+x", max_size=4),
    "min_heat": st.sampled_from(["-1", "3"]),
    "since": st.sampled_from(["P7D", "p1w", "2026-01-31", "PT1H"])
    | st.text("PTYMWDHS0123456789", max_size=6),
    "limit": st.sampled_from(["20", "200", "0"]),
}
PAIRS = st.lists(
    st.sampled_from(sorted(VALUES)).flatmap(
        lambda name: st.tuples(st.sampled_from([name, name.upper()]), VALUES[name] | st.just(""))
    ),
    max_size=8,
)


@given(PAIRS, st.randoms())
def test_a_canonical_form_is_its_own_and_order_repeats_and_case_make_none(
    pairs: list[tuple[str, str]], random: Random
) -> None:
    """For every question that can be asked; all others are refused, whatever their order."""
    other = [(name.lower(), value) for name, value in (*pairs, *pairs[:2], ("topic", " "))]
    random.shuffle(other)
    try:
        question = ask(urlencode(pairs))
    except (QuestionRefused, TopicRetired):
        with pytest.raises((QuestionRefused, TopicRetired)):
            ask(urlencode(other))
        return
    assert ask(urlencode(other)) == question
    assert ask(question.query) == question
    assert ask(question.query).query == question.query


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_a_question_or_refused(query: str) -> None:
    """Nothing else is ever raised."""
    for text in (query, *(f"{name}={query}" for name in PARAMETERS)):
        for spelled in (text, text.partition("=")[0] + "=" + quote_plus(query.encode("utf-8", "replace"))):
            try:
                question = ask(spelled)
            except (QuestionRefused, TopicRetired):
                continue
            assert ask(question.query) == question
