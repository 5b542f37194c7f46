"""Searching the index: what questions find is what a plain filter over the same articles finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random

import pytest
from generated import examples
from hypothesis import given
from hypothesis import strategies as st
from project import CONFIG, Project
from sqlalchemy import event

from feeds.index import search
from feeds.index.index import Index
from feeds.index.opening import open_index, with_index
from feeds.index.rows import Wanted
from feeds.model.article import Article
from feeds.model.paths import ALL, topic_key
from feeds.pipeline import build
from feeds.text.words import phrases, words

NOW = "2026-06-01T12:00:00Z"
INSTANT = int(datetime.fromisoformat(NOW).timestamp())
DAY = 86_400
SITE = (
    CONFIG
    + """\
[select]
min_quality = 10
max_age_days = 200
[topics.ai]
min_quality = 50
[topics.rain]
max_age_days = 60
aliases = ["Regen"]
"""
)
TOPICS = ["AI", "Rain", "Regen", "Snow", "東京"]
SLUGS = ["ai", "rain", "snow", "東京", "nothing"]
TERMS = ["deep", "Fakes", "Wörter", "東京", "タワー", "time", "über", "x"]
TYPES = ["article", "Video", ""]
PROVIDERS = [
    None,
    {"name": "Time", "domain": "time.com"},
    {"name": "Ünï", "domain": "uni.example"},
    {"name": "x"},
]


def write(project: Project, random: Random, number: int) -> None:
    """Write a record of anything: some share a URL, some are drafts, some are due later."""
    day = f"2026-{random.randint(1, 6):02d}-{random.randint(1, 28):02d}T0{random.randint(0, 9)}:00:00Z"
    project.record(
        f"r{number}",
        suffix=".json",
        title=" ".join(random.choices(TERMS, k=3)),
        excerpt=" ".join(random.choices(TERMS, k=4)) if random.random() < 0.8 else None,
        publishedDateTime=day,
        updatedDateTime=day if random.random() < 0.7 else "2026-05-20T00:00:00Z",
        originalUrl=f"https://example.com/{number // 2 if random.random() < 0.4 else number}",
        topics=random.sample(TOPICS, random.randint(0, 3)),
        type=random.choice(TYPES) or None,
        provider=random.choice(PROVIDERS),
        quality=random.choice([None, 5, 20, 50, 90, 90]),
        heat=random.choice([None, -1, 3, 50]),
        published=random.random() < 0.9,
    )


def found(index: Index, wanted: Wanted, now: int = INSTANT) -> list[str]:
    """Return the paths of what the index finds."""
    if not index.search.is_complete():
        index.search.complete()
    return [article.path for article in index.search.find(wanted, ALL, now)]


def filtered(index: Index, wanted: Wanted, now: int = INSTANT) -> list[str]:
    """Return the paths of what a plain filter finds among the articles of the feed of everything."""

    def ids(key: str) -> set[str]:
        return {article.path for article in index.members.newest(key, ALL, now, None)}

    def holds(article: Article) -> bool:
        provider = article.provider
        texts = [article.title, article.excerpt]
        texts.append(f"{provider.name} · {provider.domain}" if provider else "")
        names = {provider.name.casefold(), provider.domain.casefold()} if provider else set()
        return (
            all(article.path in topics[key] for key in wanted.every)
            and (not wanted.some or any(article.path in topics[key] for key in wanted.some))
            and not any(article.path in topics[key] for key in wanted.none)
            and all(any(follows(words(text), phrase) for text in texts) for phrase in wanted.phrases)
            and (not wanted.types or article.type.casefold() in {one.casefold() for one in wanted.types})
            and (not wanted.providers or not names.isdisjoint(map(str.casefold, wanted.providers)))
            and (wanted.min_quality is None or (article.quality or -1) >= wanted.min_quality)
            and (wanted.min_heat is None or (article.heat is not None and article.heat >= wanted.min_heat))
            and (wanted.after is None or article.published.timestamp() > wanted.after)
        )

    topics = {key: ids(key) for key in (*wanted.every, *wanted.some, *wanted.none)}
    everything = index.members.newest(ALL, ALL, now, None)
    return [article.path for article in everything if holds(article)][: wanted.limit]


def follows(text: list[str], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(tuple(text[start : start + size]) == phrase for start in range(len(text)))


KEYS = st.lists(st.sampled_from(SLUGS), max_size=2).map(lambda slugs: tuple(map(topic_key, slugs)))
SEARCHES = st.lists(
    st.sampled_from(
        [*TERMS, *(f'"{one} {other}"' for one in TERMS for other in TERMS[:4]), "nosuch", "京タ"]
    ),
    max_size=2,
)
WANTED = st.builds(
    Wanted,
    every=KEYS,
    some=KEYS,
    none=KEYS,
    phrases=SEARCHES.map(lambda terms: phrases(" ".join(terms))),
    types=st.lists(st.sampled_from(["VIDEO", "article", "none"]), max_size=1).map(tuple),
    providers=st.lists(st.sampled_from(["TIME", "time.com", "ünï", "x"]), max_size=2).map(tuple),
    min_quality=st.none() | st.sampled_from([0, 50, 90]),
    min_heat=st.none() | st.sampled_from([-1, 0, 50]),
    after=st.none() | st.integers(0, 150 * 24).map(lambda hours: INSTANT - hours * 3600),
    limit=st.sampled_from([1, 5, 200]),
)
MOMENTS = st.integers(INSTANT - 150 * DAY, INSTANT + 250 * DAY)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The index of 120 records of anything, made searchable; tests ask it and change nothing."""
    project = Project(tmp_path_factory.mktemp("search") / "project", SITE)
    random = Random(20)
    for number in range(120):
        write(project, random, number)
    project.synced(lambda made: made.report)
    with open_index(project.root / ".feeds" / "index.db", patience=5) as opened:
        opened.search.complete()
        yield opened


@examples(100)
@given(WANTED, MOMENTS)
def test_a_question_finds_what_a_plain_filter_finds(index: Index, wanted: Wanted, now: int) -> None:
    """At every instant, in the same order: only what the feed of everything shows, each id once."""
    assert found(index, wanted, now) == filtered(index, wanted, now)


@examples(100)
@given(WANTED)
def test_the_way_of_looking_makes_no_difference(index: Index, wanted: Wanted) -> None:
    """Whether few or many articles have a word or a topic is a question of speed alone."""
    before = search._FEW
    search._FEW = 0
    try:
        assert found(index, wanted) == filtered(index, wanted)
    finally:
        search._FEW = before


def test_a_found_article_has_the_topics_of_all_its_twins(index: Index) -> None:
    """As it has in every feed."""
    for article in index.search.find(Wanted(limit=200), ALL, INSTANT):
        (same,) = (one for one in index.members.newest(ALL, ALL, INSTANT, None) if one.path == article.path)
        assert article == same


@examples(100)
@given(st.text(max_size=40))
def test_no_text_is_a_mistake_to_the_search(index: Index, text: str) -> None:
    """Neither FTS5's operators nor SQL's quotation marks mean anything."""
    asked = phrases(text)
    if asked:
        assert found(index, Wanted(phrases=asked)) == filtered(index, Wanted(phrases=asked))


@pytest.mark.parametrize(
    "spelled",
    [
        "deep AND",
        "NOT deep",
        "NEAR(deep fakes)",
        "title:deep",
        "deep*",
        "^deep",
        '"deep',
        "a'b; DROP TABLE words",
        "{a b}:c",
        "-",
    ],
)
def test_fts5s_operators_are_words(index: Index, spelled: str) -> None:
    """They are looked for, and nothing fails."""
    asked = Wanted(phrases=phrases(spelled), limit=200)
    assert found(index, asked) == filtered(index, asked)


def test_types_and_providers_are_counted(index: Index) -> None:
    """Each once, by name, whatever feeds show of them."""
    assert [label.name for label in index.search.types()] == ["article", "Video"]
    assert [label.name for label in index.search.providers()] == ["Time", "x", "Ünï"]
    everything = index.records.all_articles(0, 1000)
    assert {label.name: label.articles for label in index.search.types()} == {
        name: sum(one.article.type == name for one in everything) for name in ("article", "Video")
    }


def test_what_changes_is_found_as_it_is_now(project: Project) -> None:
    """Records added, changed and deleted between questions; the parts of the index never drift apart."""
    random = Random(7)
    asked = [Wanted(limit=200), *(Wanted(phrases=phrases(term), limit=200) for term in TERMS)]
    project.configure(SITE)

    def check(index: Index) -> None:
        assert index.search.is_complete() is False or index.records.count_articles() == 0
        for wanted in asked:
            assert found(index, wanted) == filtered(index, wanted)

    for step in range(12):
        for number in random.sample(range(30), 5):
            path = project.root / "records" / f"r{number}.json"
            if path.exists() and random.random() < 0.4:
                path.unlink()
            else:
                write(project, random, number)
        if step % 3 == 2:
            # A record of its own, and gone again before anybody asks.
            write(project, random, 99)
            project.synced(lambda made: made.report, NOW)
            (project.root / "records" / "r99.json").unlink()
        project.synced(lambda made: made.report, NOW)
        with_index(project.config.index.url, project.config.root, check)


def test_the_last_articles_number_is_given_again(project: Project) -> None:
    """The next article is found in its place, and not taken for one that is there already."""
    project.configure(SITE)
    project.record("a", title="first", quality=50)

    def titles(term: str) -> list[str]:
        return project.synced(lambda made: found(made.index, Wanted(phrases=phrases(term))), NOW)

    assert titles("first") == ["records/a.md"]
    (project.root / "records" / "a.md").unlink()
    project.record("b", title="second", quality=50)
    assert titles("first") == []
    assert titles("second") == ["records/b.md"]


def test_a_build_that_nobody_asks_fills_nothing(project: Project) -> None:
    """The first question does; from then on each takes in what is new."""
    project.record("a")
    project.build()

    def state(made: build.Synced) -> tuple[bool, int]:
        execute = made.index._database.connection.exec_driver_sql
        return made.index.search.is_complete(), int(execute("SELECT count(*) FROM traits").scalar() or 0)

    assert project.synced(state) == (False, 0)
    project.synced(lambda made: made.index.search.complete())
    assert project.synced(state) == (True, 1)
    project.record("b")
    assert project.synced(state) == (False, 1)


def test_words_that_were_folded_otherwise_are_folded_anew(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another version of Python knows other letters."""
    project.configure(SITE)
    project.record("a", title="first", quality=50)
    asked = Wanted(phrases=phrases("first"))
    assert project.synced(lambda made: found(made.index, asked), NOW) == ["records/a.md"]
    monkeypatch.setattr("feeds.index.search._MADE_BY", "other")
    assert project.synced(lambda made: made.index.search.is_complete(), NOW) is False
    assert project.synced(lambda made: found(made.index, asked), NOW) == ["records/a.md"]


def test_duplicates_are_looked_up_and_not_walked_to(index: Index) -> None:
    """SQLite would walk the whole feed for each of them, had it the choice."""
    plans: list[str] = []

    def explain(connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("SELECT"):
            raw = index._database.connection.connection.driver_connection
            assert raw is not None
            rows = raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            plans.extend(row[3] for row in rows)

    event.listen(index._database.connection.engine, "before_cursor_execute", explain)
    try:
        index.members.newest(ALL, ALL, INSTANT, None)
        index.members.summary(ALL, INSTANT, 1)
        index.search.find(Wanted(), ALL, INSTANT)
    finally:
        event.remove(index._database.connection.engine, "before_cursor_execute", explain)
    better = [plan for plan in plans if "better" in plan]
    assert better
    assert all("USING INDEX twins" in plan for plan in better)
