"""The part of the index that answers questions: each article's traits, and the words of its text.

It is filled when the first question asks for it, and then with what is new, because a build that nobody asks
questions of should not pay for it. What is taken out of the index is taken out here at the same time.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    column,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from feeds.model.article import Article, searched
from feeds.text.words import Phrases, words

from . import statements, tables
from .connection import SqliteDatabase
from .members import SqliteMembers
from .rows import Label, Wanted, decode_article

_MADE_BY = f"1-{unicodedata.unidata_version}"
"""Another one with every change of what is stored here: words are folded by Python's Unicode tables."""
_FACT = "searched"
_BATCH = 2000
_FEW = 5000
"""So many articles are quicker sorted than met on the way from the newest to the oldest."""

# Words are folded and cut apart by us, so that no other version of SQLite does it differently: to this
# tokenizer everything beyond ASCII is a letter. The text itself is not kept.
_CREATE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS words "
    "USING fts5(title, excerpt, provider, content='', columnsize=0, tokenize='ascii')"
)
_ADD = "INSERT INTO words (rowid, title, excerpt, provider) VALUES (?, ?, ?, ?)"
_TAKE_OUT = "INSERT INTO words (words, rowid, title, excerpt, provider) VALUES ('delete', ?, ?, ?, ?)"
_WORDS = table("words", column("rowid"))
_MATCH = literal_column("words").op("MATCH")


class SqliteSearch:
    """Answers questions. Before one is asked, everything has to be filled in: `is_complete`."""

    def __init__(self, database: SqliteDatabase, members: SqliteMembers) -> None:
        self._database = database
        self._members = members

    def is_complete(self) -> bool:
        """Whether questions can be answered: every article has its part in what they are answered from."""
        connection = self._database.connection
        return _until(connection) == (connection.scalar(select(func.max(tables.articles.c.id))) or 0)

    def complete(self) -> None:
        """Make it so. Where it is already, nothing is written: who waited for another one changes nothing."""
        if not self.is_complete():
            _fill(self._database.connection)

    def keep_complete(self) -> None:
        """Make it so again, if anybody ever asked: who asks next shall not wait for it."""
        connection = self._database.connection
        if connection.scalar(select(tables.facts.c.value).where(tables.facts.c.name == _FACT)) is not None:
            _fill(connection)

    def find(self, wanted: Wanted, whole: str, now: int) -> list[Article]:
        """Return the articles that are wanted, newest first, of those that the feed ``whole`` shows."""
        connection, ids = self._database.connection, self._members.feed_ids
        numbers = _find(connection, wanted, ids, whole, now)
        here = {"feed": ids.get(whole, 0), "now": now, "numbers": numbers}
        found = ((place, decode_article(data)) for place, data in connection.execute(statements.FOUND, here))
        return [
            self._members.with_topics_of_all(article, whole, now) if place else article
            for place, article in found
        ]

    def types(self) -> list[Label]:
        """Return all types of articles, in the order of their names."""
        return _count(self._database.connection, tables.traits.c.type)

    def providers(self) -> list[Label]:
        """Return all providers' names, in their order."""
        return _count(self._database.connection, tables.traits.c.provider)

    def forget(self, gone: Iterable[tuple[int, Article]]) -> None:
        """Take out articles that are no longer in the index."""
        _forget(self._database.connection, gone)

    def clear(self) -> None:
        """Take everything out."""
        _clear(self._database.connection)


def _fill(connection: Connection) -> None:
    """Take in the articles that are not here yet."""
    until = _until(connection)
    if until is None:
        _clear(connection)
        until = 0
    connection.exec_driver_sql(_CREATE)
    labels = {row.folded: row.id for row in connection.execute(select(tables.labels))}
    columns = tables.articles.c
    query = select(columns.id, columns.kin, columns.data).where(columns.id > bindparam("until"))
    query = query.order_by(columns.id).limit(_BATCH)
    while rows := connection.execute(query, {"until": until}).all():
        until = rows[-1].id
        articles = [(number, kin, decode_article(data)) for number, kin, data in rows]
        _add_labels(connection, labels, [article for _, _, article in articles])
        traits = [_traits(number, kin, article, labels) for number, kin, article in articles]
        connection.exec_driver_sql("INSERT INTO traits VALUES (?, ?, ?, ?, ?, ?, ?, ?)", traits)
        connection.exec_driver_sql(_ADD, [_row(number, article) for number, _, article in articles])
    _remember(connection, until)


def _find(
    connection: Connection, wanted: Wanted, feeds: Mapping[str, int], whole: str, now: int
) -> list[int]:
    """Return the numbers of the articles that a question asks for, newest first.

    They are among those that the feed ``whole`` shows at an instant. ``feeds`` are the numbers of feeds by
    their keys; a feed that has none is empty. Everything has to be filled in.
    """
    traits, members = tables.traits.c, tables.members.c
    number = traits.article
    conditions = [_is_member([feeds.get(whole, 0)], statements.ARE_SHOWN), *_conditions(connection, wanted)]
    conditions += [_is_member([feeds.get(key, 0)]) for key in wanted.every]
    conditions += [~_is_member([feeds.get(key, 0)]) for key in wanted.none]
    few: list[Select[Any]] = []
    if wanted.phrases:
        matching = select(_WORDS.c.rowid).where(_MATCH(_match(wanted.phrases)))
        if _is_few(connection, matching):
            few.append(matching)
        else:
            # Added to, the column is no longer one that SQLite would look articles up by.
            conditions.append((number + 0).in_(matching))
    for keys in (wanted.some, *((key,) for key in wanted.every)):
        if keys:
            within = select(members.article).where(members.feed.in_([feeds.get(key, 0) for key in keys]))
            if _is_few(connection, within):
                few.append(within)
    if wanted.some:
        conditions.append(_is_member([feeds.get(key, 0) for key in wanted.some]))
    order: list[ColumnElement[int]] = [traits.published, traits.kin]
    if few:
        conditions += [number.in_(one) for one in few]
        order = [column + 0 for column in order]
    query = select(number).where(*conditions).order_by(*(column.desc() for column in order))
    return list(connection.scalars(query.limit(wanted.limit), {"now": now}))


def _conditions(connection: Connection, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Yield what a question asks of articles themselves."""
    traits = tables.traits.c
    if wanted.types:
        yield traits.type.in_(_numbers_of(connection, wanted.types))
    if wanted.providers:
        numbers = _numbers_of(connection, wanted.providers)
        yield or_(traits.provider.in_(numbers), traits.domain.in_(numbers))
    if wanted.min_quality is not None:
        yield traits.quality >= wanted.min_quality
    if wanted.min_heat is not None:
        yield traits.heat >= wanted.min_heat
    if wanted.after is not None:
        yield traits.published > wanted.after


def _numbers_of(connection: Connection, names: Iterable[str]) -> list[int]:
    folded = [name.casefold() for name in names]
    return list(connection.scalars(select(tables.labels.c.id).where(tables.labels.c.folded.in_(folded))))


def _is_member(feeds: list[int], shown: ColumnElement[bool] = statements.ARE_VISIBLE) -> ColumnElement[bool]:
    """Return the condition for an article that is in one of these feeds."""
    members, traits = tables.members.c, tables.traits.c
    return exists().where(
        members.feed.in_(feeds),
        members.published == traits.published,
        members.kin == traits.kin,
        members.article == traits.article,
        shown,
    )


def _is_few(connection: Connection, numbers: Select[Any]) -> bool:
    counted = select(func.count()).select_from(numbers.limit(_FEW + 1).subquery())
    return (connection.scalar(counted) or 0) <= _FEW


def _match(phrases: Phrases) -> str:
    """Spell phrases for FTS5: in quotation marks nothing means anything but itself."""
    return " ".join(f'"{" ".join(phrase)}"' for phrase in phrases)


def _count(connection: Connection, label: ColumnElement[int]) -> list[Label]:
    query = select(tables.labels.c.name, func.count()).join(tables.traits, label == tables.labels.c.id)
    rows = connection.execute(query.group_by(label))
    return sorted((Label(*row) for row in rows), key=lambda one: (one.name.casefold(), one.name))


def _forget(connection: Connection, gone: Iterable[tuple[int, Article]]) -> None:
    """Take out articles that are no longer in the index."""
    until = _until(connection)
    if not until:
        return
    here = [(number, article) for number, article in gone if number <= until]
    if not here:
        return
    connection.execute(
        delete(tables.traits).where(tables.traits.c.article == bindparam("number")),
        [{"number": number} for number, _ in here],
    )
    # What is not kept has to be named to be taken out.
    connection.exec_driver_sql(_TAKE_OUT, [_row(number, article) for number, article in here])
    # The next article may get the number of one that is gone.
    last = connection.scalar(select(func.max(tables.articles.c.id))) or 0
    _remember(connection, min(until, last))


def _clear(connection: Connection) -> None:
    """Take everything out."""
    connection.exec_driver_sql("DROP TABLE IF EXISTS words")
    connection.execute(delete(tables.traits))
    connection.execute(delete(tables.labels))
    connection.execute(delete(tables.facts).where(tables.facts.c.name == _FACT))


def _until(connection: Connection) -> int | None:
    """Return the number of the last article that is here, 0 if there is none; None if all has to go."""
    found = connection.scalar(select(tables.facts.c.value).where(tables.facts.c.name == _FACT))
    made_by, _, until = (found or f"{_MADE_BY}:0").partition(":")
    return int(until) if made_by == _MADE_BY else None


def _remember(connection: Connection, until: int) -> None:
    value = f"{_MADE_BY}:{until}"
    statement = upsert(tables.facts).values(name=_FACT, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def _row(number: int, article: Article) -> tuple[object, ...]:
    return (number, *(" ".join(words(text)) for text in searched(article)))


def _labels_of(article: Article) -> tuple[str, str, str]:
    provider = article.provider
    return article.type, provider.name if provider else "", provider.domain if provider else ""


def _traits(number: int, kin: int, article: Article, labels: dict[str, int]) -> tuple[object, ...]:
    return (
        number,
        int(article.published.timestamp()),
        kin,
        *(labels[name.casefold()] if name else 0 for name in _labels_of(article)),
        article.quality,
        article.heat,
    )


def _add_labels(connection: Connection, labels: dict[str, int], articles: Sequence[Article]) -> None:
    new = {
        name.casefold(): name
        for article in articles
        for name in _labels_of(article)
        if name and name.casefold() not in labels
    }
    rows = [(number, folded, name) for number, (folded, name) in enumerate(new.items(), len(labels) + 1)]
    if rows:
        connection.exec_driver_sql("INSERT INTO labels VALUES (?, ?, ?)", rows)
        labels.update((folded, number) for number, folded, _ in rows)
