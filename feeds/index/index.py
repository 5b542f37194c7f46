"""The index: what was read from which record, and which feeds it belongs to, kept between runs in SQLite.

It is a cache. Everything in it can be made again from the records and the configuration; a file that is
damaged or of another version is replaced, with a note.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar
from urllib.parse import quote

import msgspec
from sqlalchemy import (
    Connection,
    Engine,
    NullPool,
    Table,
    and_,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError, OperationalError

from feeds.errors import FeedsError, Problem
from feeds.model.article import Article
from feeds.model.months import bounds, month_of
from feeds.model.spans import FOREVER, Placed

from . import search, statements, tables
from .announcements import Announcements
from .generation import Generation
from .images import Images
from .search import Label, Wanted

_BATCH = 500
_MOST_RECENT = 8192
_FEW_RECENT = 256
_FEW_KILOBYTES = 4096

_GENERATION = "generation"
_BUSY_SECONDS = 30
_READER_BUSY_SECONDS = 2

Key = TypeVar("Key", str, int)
Result = TypeVar("Result")


Files = dict[str, tuple[int, int]]
"""A folder's records: name → time of modification (nanoseconds) and size (bytes)."""


def kin(uid: str) -> int:
    """Return a number that stands for an article's id: 64 bits, signed, as SQLite stores them."""
    return int.from_bytes(hashlib.blake2b(uid.encode(), digest_size=8).digest(), signed=True)


class Stored(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An article ready to be stored (``data`` is its MessagePack), and its places."""

    path: str
    kin: int
    published: int
    data: bytes
    placed: list[Placed]


class Found(NamedTuple):
    """An article as the index holds it; ``number`` is its key there."""

    number: int
    article: Article


class Heading(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How an article is called: the first of its fields, so that the others need not be read."""

    path: str
    id: str
    url: str
    title: str


class Summary(NamedTuple):
    """What a feed holds at an instant, and for which instants that is true."""

    version: int
    valid_from: int
    valid_until: int
    articles: int
    newest: int
    """The newest article's date, 0 if there is none."""


class Month(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one month of a feed holds at an instant, and for which instants that is true."""

    version: int
    """Another one whenever the month's articles may have changed."""
    valid_from: int = 0
    valid_until: int = 0
    articles: int = 0


Months = dict[str, Month]
"""By month: "2024-05"."""


class DocumentState(NamedTuple):
    """What is remembered of a document: from which inputs it was made, and what came out."""

    inputs: str
    valid_from: int
    valid_until: int
    etag: str
    updated: int
    """When its bytes last changed, in seconds since 1970; never goes back."""
    entries: int


class ExportedFile(NamedTuple):
    """A file that an export wrote, as the file system showed it afterwards."""

    etag: str
    size: int
    mtime_ns: int


class Index:
    """An open index, to be used as a context manager: an exception takes back what was not committed.

    ``note`` says why an older index was thrown away, or is "". ``generation`` is for who writes: it is raised
    with every commit of something new.
    """

    def __init__(
        self,
        file: Path,
        connection: Connection,
        note: str = "",
        *,
        is_unlogged: bool = False,
        generation: Generation | None = None,
    ) -> None:
        self._file = file
        self._is_unlogged = is_unlogged
        self._connection = connection
        self._generation = generation
        self._committed = self._written()
        self.is_read_only = generation is None
        self.note = note
        self.most_recent = _MOST_RECENT
        """How many articles, and what is made of them, are kept for other feeds that they are in."""
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Article).decode
        self._decode_files = msgspec.msgpack.Decoder(Files).decode
        self._decode_feeds = msgspec.msgpack.Decoder(tuple[int, list[int]]).decode
        self._decode_months = msgspec.msgpack.Decoder(Months).decode
        self._touched: defaultdict[int, set[str]] = defaultdict(set)
        """Feeds, and the months of theirs, whose articles may have changed."""
        self._recent: dict[int, Article] = {}
        """Articles that were read for one feed, for the others they are in."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.commit()
        self.close()

    def reopen(self) -> None:
        """Read through a connection of its own from now on: a forked process must not use its parent's."""
        self._connection = _connect(self._file, "BEGIN")

    def commit(self) -> None:
        """Make what was written since the last commit permanent, all of it at once."""
        if self._generation and not self.is_committed:
            self._commit_generation(self._generation)
        else:
            self._connection.commit()
        if self._is_unlogged:
            self._close_connection()
            self._connection = _connect(self._file, "BEGIN IMMEDIATE")
            self._is_unlogged = False
        self._committed = self._written()

    def _commit_generation(self, generation: Generation) -> None:
        """Commit under a new number.

        It is shown before the commit: who sees it and still reads what was there before goes on asking, and
        nobody who reads what is new can be followed by somebody who has not seen the number. Only who holds
        the lock for writing comes here.
        """
        before = generation.number
        number = max(self.number, before) + 1
        self.remember(_GENERATION, str(number))
        generation.show(number)
        try:
            self._connection.commit()
        except BaseException:
            generation.show(before)
            raise

    def save_memory(self) -> None:
        """Take little of it from now on, for who stays: what is done once may take more and be quicker."""
        self.most_recent = _FEW_RECENT
        self._connection.execute(text(f"PRAGMA cache_size = -{_FEW_KILOBYTES}"))

    @property
    def is_committed(self) -> bool:
        """Whether other connections, and so forked processes, see all that was written here."""
        return self._written() == self._committed

    def _written(self) -> int:
        """Return how many rows this connection has written so far."""
        return int(self._connection.connection.driver_connection.total_changes)  # type: ignore[union-attr]

    def close(self) -> None:
        """Take back what was not committed and let go of the file."""
        self._close_connection()
        if self._generation:
            self._generation.close()

    def _close_connection(self) -> None:
        self._connection.close()
        self._connection.engine.dispose()

    @property
    def images(self) -> Images:
        """What is known of images."""
        return Images(self._connection)

    @property
    def announcements(self) -> Announcements:
        """What hubs have yet to hear."""
        return Announcements(self._connection)

    @property
    def number(self) -> int:
        """The generation of what is read here: another one after every commit. 0 if there was none."""
        return int(self.fact(_GENERATION) or 0)

    def verify(self) -> None:
        """Read everything that documents are made from. What is damaged raises what reading it would."""
        found = self._connection.scalar(text("PRAGMA quick_check(1)"))
        if found != "ok":
            raise msgspec.DecodeError(found)
        last = 0
        while articles := self.all_articles(last, _BATCH):
            last = articles[-1].number

    # -- facts ----------------------------------------------------------------------------------------------

    def fact(self, name: str) -> str:
        """Return a remembered text, "" if there is none."""
        found = self._connection.scalar(select(tables.facts.c.value).where(tables.facts.c.name == name))
        return str(found) if found is not None else ""

    def remember(self, name: str, value: str) -> None:
        """Remember a text under a name."""
        self._write(tables.facts, ("name",), [{"name": name, "value": value}])

    # -- records --------------------------------------------------------------------------------------------

    def folders(self) -> set[str]:
        """Return the folders in which records were read."""
        return set(self._connection.scalars(select(tables.folders.c.path)))

    def files_in(self, folder: str) -> Files:
        """Return the signatures of a folder's records when they were read, rejected ones included."""
        found = self._connection.scalar(select(tables.folders.c.files).where(tables.folders.c.path == folder))
        return self._decode_files(found) if found is not None else {}

    def records(self) -> set[str]:
        """Return the path of every record that was read, rejected ones included."""
        rows = self._connection.execute(select(tables.folders.c.path, tables.folders.c.files))
        return {
            name if folder == "." else f"{folder}/{name}"
            for folder, files in rows
            for name in self._decode_files(files)
        }

    def write_folder(self, folder: str, files: Files) -> None:
        """Remember that these are the folder's records, and that they were read."""
        if files:
            row = {"path": folder, "files": self._encode(files)}
            self._write(tables.folders, ("path",), [row])
        else:
            self._connection.execute(delete(tables.folders).where(tables.folders.c.path == folder))

    def forget_all_records(self) -> None:
        """Take every record out; what is remembered of documents stays."""
        self._recent.clear()
        search.clear(self._connection)
        for table in (tables.folders, tables.problems, tables.articles, tables.names):
            self._connection.execute(delete(table))
        self.clear_feeds()

    def forget_records(self, paths: Sequence[str]) -> list[Found]:
        """Take records out, with their problems and their places in feeds; return what articles they were."""
        gone: list[Found] = []
        for batch in _batches(paths):
            gone.extend(self.articles_at(batch))
            self._connection.execute(delete(tables.problems).where(tables.problems.c.path.in_(batch)))
        self._recent.clear()
        self._unplace([found.number for found in gone])
        for numbers in _batches([found.number for found in gone]):
            self._connection.execute(delete(tables.articles).where(tables.articles.c.id.in_(numbers)))
        search.forget(self._connection, gone)
        return gone

    def store(self, articles: Sequence[Stored]) -> None:
        """Store articles and place them; their paths must not be in the index yet."""
        if not articles:
            return
        last = self._connection.scalar(select(func.max(tables.articles.c.id))) or 0
        self._create_feeds({placed.feed for stored in articles for placed in stored.placed})
        rows: list[tuple[object, ...]] = []
        members: list[tuple[int, ...]] = []
        ids, encode = self._feed_ids, self._encode
        for number, stored in enumerate(articles, last + 1):
            published, own = stored.published, stored.kin
            feeds = [ids[one.feed] for one in stored.placed]
            rows.append((number, stored.path, own, encode((published, feeds)), stored.data))
            members += [
                (ids[one.feed], published, own, number, one.starts, one.ends, one.place)
                for one in stored.placed
            ]
            self._touch(feeds, published)
        self._connection.exec_driver_sql("INSERT INTO articles VALUES (?, ?, ?, ?, ?)", rows)
        self._insert_members(members)

    def groups(self, kins: Sequence[int], at_least: int) -> list[list[Found]]:
        """Return the articles of these kins by their ids, where so many share one."""
        groups: dict[str, list[Found]] = {}
        columns = tables.articles.c
        for batch in _batches(kins):
            shared = select(columns.kin).where(columns.kin.in_(batch))
            shared = shared.group_by(columns.kin).having(func.count() >= at_least)
            several = list(self._connection.scalars(shared))
            for found in self._find(columns.kin.in_(several)) if several else ():
                groups.setdefault(found.article.id, []).append(found)
        return list(groups.values())

    def place_again(self, articles: Sequence[Found], placed: Sequence[Sequence[Placed]]) -> None:
        """Put articles into these feeds and into no others."""
        self._unplace([found.number for found in articles])
        self._create_feeds({one.feed for several in placed for one in several})
        rows: list[tuple[bytes, int]] = []
        members: list[tuple[int, ...]] = []
        for found, several in zip(articles, placed, strict=True):
            published, own = int(found.article.published.timestamp()), kin(found.article.id)
            feeds = [self._feed_ids[one.feed] for one in several]
            self._touch(feeds, published)
            rows.append((self._encode((published, feeds)), found.number))
            for feed, one in zip(feeds, several, strict=True):
                members.append((feed, published, own, found.number, one.starts, one.ends, one.place))
        self._connection.exec_driver_sql("UPDATE articles SET feeds = ? WHERE id = ?", rows)
        self._insert_members(members)

    def _unplace(self, numbers: Sequence[int]) -> None:
        columns = tables.articles.c
        members: list[tuple[int, ...]] = []
        for batch in _batches(numbers):
            query = select(columns.id, columns.kin, columns.feeds).where(columns.id.in_(batch))
            for number, kin, data in self._connection.execute(query):
                published, feeds = self._decode_feeds(data)
                self._touch(feeds, published)
                members.extend((feed, published, kin, number) for feed in feeds)
        if members:
            self._connection.exec_driver_sql(
                "DELETE FROM members WHERE feed = ? AND published = ? AND kin = ? AND article = ?", members
            )

    def _insert_members(self, members: list[tuple[int, ...]]) -> None:
        if members:
            self._connection.exec_driver_sql(
                "INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?, ?, ?, ?)", members
            )

    def articles_at(self, paths: Sequence[str]) -> list[Found]:
        """Return the articles that were read from these records."""
        return [found for batch in _batches(paths) for found in self._find(tables.articles.c.path.in_(batch))]

    def all_articles(self, after: int, limit: int) -> list[Found]:
        """Return articles by their number, the first ``limit`` of those behind one."""
        columns = tables.articles.c
        query = select(columns.id, columns.data).where(columns.id > after).order_by(columns.id).limit(limit)
        return [Found(number, self._decode(data)) for number, data in self._connection.execute(query)]

    def headings(self) -> Iterator[Heading]:
        """Yield how every article is called, in no order."""
        decode = msgspec.msgpack.Decoder(Heading).decode
        return map(decode, self._connection.scalars(select(tables.articles.c.data)))

    def _find(self, where: Any) -> Iterator[Found]:
        query = select(tables.articles.c.id, tables.articles.c.data).where(where)
        for number, data in self._connection.execute(query):
            yield Found(number, self._decode(data))

    def count_articles(self) -> int:
        """Return how many records are articles."""
        return int(self._connection.scalar(select(func.count()).select_from(tables.articles)) or 0)

    # -- problems -------------------------------------------------------------------------------------------

    def write_problems(self, problems: Iterable[Problem]) -> None:
        """Store what is wrong with records."""
        rows = [msgspec.structs.asdict(problem) for problem in problems]
        if rows:
            self._connection.execute(insert(tables.problems), rows)

    def problems(self, paths: Sequence[str] | None = None) -> list[Problem]:
        """Return what is wrong with records (all, or these), ordered by path and line."""
        columns = tables.problems.c
        query = select(tables.problems).order_by(columns.path, columns.line, columns.field, columns.reason)
        if paths is not None:
            query = query.where(columns.path.in_(paths))
        return [Problem(**row._mapping) for row in self._connection.execute(query)]

    def count_problems(self) -> Counter[str]:
        """Return how many records are rejected ("rejection"), however many faults they have, and warnings."""
        columns = tables.problems.c
        query = select(columns.severity, func.count(), func.count(columns.path.distinct()))
        counted = Counter[str]()
        for severity, problems, records in self._connection.execute(query.group_by(columns.severity)):
            counted[severity] = records if severity == "rejection" else problems
        return counted

    # -- topic names ----------------------------------------------------------------------------------------

    def add_names(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Add to (or take from) how many articles name a topic: (slug, name) → number."""
        rows = [{"slug": slug, "name": name, "articles": n} for (slug, name), n in counts.items() if n]
        if not rows:
            return
        statement = upsert(tables.names)
        more = tables.names.c.articles + statement.excluded.articles
        statement = statement.on_conflict_do_update(index_elements=["slug", "name"], set_={"articles": more})
        self._connection.execute(statement, rows)
        self._connection.execute(delete(tables.names).where(tables.names.c.articles <= 0))

    def names(self) -> dict[str, dict[str, int]]:
        """Return slug → spelling → number of articles that use it."""
        found: dict[str, dict[str, int]] = {}
        for slug, name, articles in self._connection.execute(select(tables.names)):
            found.setdefault(slug, {})[name] = articles
        return found

    # -- feeds ----------------------------------------------------------------------------------------------

    def clear_feeds(self) -> None:
        """Empty every feed."""
        self._connection.execute(delete(tables.members))
        self._connection.execute(update(tables.articles).values(feeds=self._encode((0, []))))
        self._connection.execute(delete(tables.histories))
        self._touched.update((number, set()) for number in self._feed_ids.values())

    def renew_feeds(self) -> int:
        """Give each feed whose articles were touched a new version; return how many there were."""
        renewed = len(self._touched)
        if self._touched:
            statement = update(tables.feeds).where(tables.feeds.c.id == bindparam("number"))
            rows = [{"number": number} for number in sorted(self._touched)]
            self._connection.execute(statement.values(version=tables.feeds.c.version + 1), rows)
            self._renew_months()
            self._touched.clear()
        return renewed

    def _renew_months(self) -> None:
        """Give each month that was touched its feed's version, where the feed's history is known."""
        columns, feeds = tables.histories.c, tables.feeds.c
        query = select(columns.feed, columns.months, feeds.version)
        query = query.join(tables.feeds, and_(feeds.id == columns.feed, feeds.version == columns.version + 1))
        rows = [
            {
                "feed": feed,
                "version": version,
                "months": self._encode(
                    self._decode_months(data) | {month: Month(version) for month in self._touched[feed]}
                ),
            }
            for feed, data, version in self._connection.execute(query)
            if feed in self._touched
        ]
        self._write(tables.histories, ("feed",), rows)

    def _touch(self, feeds: Sequence[int], published: int) -> None:
        month = month_of(published)
        for feed in feeds:
            self._touched[feed].add(month)

    def renew(self, keys: Sequence[str]) -> None:
        """Give these feeds a new version: they show something else, though their articles are the same."""
        columns, feeds = tables.histories.c, tables.feeds.c
        for batch in _batches(keys):
            # What is known of their months stays right.
            these = select(feeds.id).where(feeds.key.in_(batch), feeds.version == columns.version)
            history = update(tables.histories).where(columns.feed.in_(these))
            self._connection.execute(history.values(version=columns.version + 1))
            statement = update(tables.feeds).where(feeds.key.in_(batch))
            self._connection.execute(statement.values(version=feeds.version + 1))

    @functools.cached_property
    def _feed_ids(self) -> dict[str, int]:
        query = select(tables.feeds.c.key, tables.feeds.c.id)
        return dict(map(tuple, self._connection.execute(query)))

    def _id_of(self, feed: str) -> int:
        """Return a feed's number, -1 if it never had an article; one is found without reading all."""
        if "_feed_ids" in self.__dict__:
            return self._feed_ids.get(feed, -1)
        found = self._connection.scalar(select(tables.feeds.c.id).where(tables.feeds.c.key == feed))
        return -1 if found is None else int(found)

    def _create_feeds(self, keys: set[str]) -> None:
        for key in sorted(keys - self._feed_ids.keys()):
            result = self._connection.execute(insert(tables.feeds).values(key=key, version=0))
            self._feed_ids[key] = int(result.lastrowid)

    def feed_versions(self) -> dict[str, int]:
        """Return each feed's version: another one whenever its articles may have changed."""
        return dict(map(tuple, self._connection.execute(select(tables.feeds.c.key, tables.feeds.c.version))))

    def newest(self, feed: str, whole: str, now: int, limit: int | None, month: str = "") -> list[Article]:
        """Return a feed's articles at an instant, newest first, each id once; all if no limit is given.

        An article has the topics of those that share its id and are visible in the feed ``whole``. With a
        month, only those that were published in it.
        """
        here = self._in_feed(feed, now) | {"limit": -1 if limit is None else limit}
        if month:
            here["first"], here["after"] = bounds(month)
        if len(self._recent) > self.most_recent:
            self._recent.clear()
        articles = []
        for number, place, data in self._connection.execute(statements.NEWEST, here):
            article = self._recent.get(number)
            if article is None:
                article = self._recent[number] = self._decode(data)
            articles.append(self._with_topics_of_all(article, whole, now) if place else article)
        return articles

    def _in_feed(self, feed: str, now: int) -> dict[str, int]:
        return {"feed": self._id_of(feed), "now": now, "first": -FOREVER, "after": FOREVER}

    def _with_topics_of_all(self, article: Article, whole: str, now: int) -> Article:
        here = {"feed": self._id_of(whole), "now": now, "kin": kin(article.id)}
        twins = map(self._decode, self._connection.scalars(statements.TWINS, here))
        topics = [topic for twin in twins if twin.id == article.id for topic in twin.topics]
        return msgspec.structs.replace(article, topics=tuple(dict.fromkeys((*article.topics, *topics))))

    def feeds_of(self, path: str, now: int) -> set[str]:
        """Return the keys of the feeds that an article is in at an instant, the best of its id or not."""
        members = tables.members.c
        query = (
            select(tables.feeds.c.key)
            .join(tables.members, members.feed == tables.feeds.c.id)
            .join(tables.articles, tables.articles.c.id == members.article)
            .where(tables.articles.c.path == path, members.starts <= now, members.ends > now)
        )
        return set(self._connection.scalars(query))

    def summary(self, feed: str, now: int, version: int) -> Summary:
        """Return what this version of a feed holds at an instant, and for how long that stays so."""
        found = self._connection.execute(statements.SUMMARY, self._in_feed(feed, now)).one()
        articles, newest, *instants = found
        return Summary(version, *_valid(*instants), articles, newest or 0)

    def months(self, feed: str, now: int, version: int, known: Months) -> Months:
        """Return what each month of this version of a feed holds at an instant.

        ``known`` are months as they were found last; only those that may hold something else are looked at.
        """
        stale = [name for name, month in known.items() if not month.valid_from <= now < month.valid_until]
        if known and not stale:
            return known
        here = self._in_feed(feed, now)
        if stale:
            here["first"], here["after"] = bounds(min(stale))[0], bounds(max(stale))[1]
        found: Months = {}
        for name, articles, *instants in self._connection.execute(statements.MONTHS, here):
            own = known[name].version if name in known else version
            found[name] = Month(own, *_valid(*instants), articles)
        for name, *instants in self._connection.execute(statements.MONTHS_OF_TWINS, here):
            valid_from, valid_until = _valid(*instants)
            month = found[name]
            found[name] = msgspec.structs.replace(
                month,
                valid_from=max(month.valid_from, valid_from),
                valid_until=min(month.valid_until, valid_until),
            )
        return {name: month for name, month in known.items() if name not in stale} | found

    # -- questions ------------------------------------------------------------------------------------------

    def is_searchable(self) -> bool:
        """Whether questions can be answered: every article has its part in what they are answered from."""
        return search.is_complete(self._connection)

    def make_searchable(self) -> None:
        """Make it so. Where it is already, nothing is written: who waited for another one changes nothing."""
        if not self.is_searchable():
            search.fill(self._connection, self._decode)

    def keep_searchable(self) -> None:
        """Make it so again, if it ever was."""
        search.keep_up(self._connection, self._decode)

    def find(self, wanted: Wanted, whole: str, now: int) -> list[Article]:
        """Return the articles that are wanted, newest first, of those that the feed ``whole`` shows."""
        numbers = search.find(self._connection, wanted, self._feed_ids, whole, now)
        here = {"feed": self._feed_ids.get(whole, 0), "now": now, "numbers": numbers}
        return [
            self._with_topics_of_all(self._decode(data), whole, now) if place else self._decode(data)
            for place, data in self._connection.execute(statements.FOUND, here)
        ]

    def types(self) -> list[Label]:
        """Return the types of articles, by name."""
        return search.types(self._connection)

    def providers(self) -> list[Label]:
        """Return the providers of articles, by name."""
        return search.providers(self._connection)

    # -- summaries, histories, documents, exports -----------------------------------------------------------

    def summaries(self) -> dict[str, Summary]:
        """Return the remembered summary of each feed."""
        return {feed: Summary(*rest) for feed, *rest in self._connection.execute(select(tables.summaries))}

    def write_summaries(self, summaries: Mapping[str, Summary]) -> None:
        """Remember feeds' summaries."""
        self._write(tables.summaries, ("feed",), [{"feed": f, **s._asdict()} for f, s in summaries.items()])

    def histories(self) -> dict[str, Months]:
        """Return the remembered months of each feed whose present version they are of."""
        columns, feeds = tables.histories.c, tables.feeds.c
        query = select(feeds.key, columns.months)
        query = query.join(tables.feeds, and_(feeds.id == columns.feed, feeds.version == columns.version))
        return {feed: self._decode_months(months) for feed, months in self._connection.execute(query)}

    def write_histories(self, histories: Mapping[str, tuple[int, Months]]) -> None:
        """Remember what the months of feeds hold, each with the feed's version."""
        rows = [
            {"feed": self._feed_ids[feed], "version": version, "months": self._encode(months)}
            for feed, (version, months) in histories.items()
            if feed in self._feed_ids
        ]
        self._write(tables.histories, ("feed",), rows)

    def documents(self) -> dict[str, DocumentState]:
        """Return what is remembered of each document, by path."""
        rows = self._connection.execute(select(tables.documents))
        return {path: DocumentState(*rest) for path, *rest in rows}

    def write_documents(self, states: Mapping[str, DocumentState]) -> None:
        """Remember documents."""
        self._write(tables.documents, ("path",), [{"path": p, **s._asdict()} for p, s in states.items()])

    def exported(self, folder: str) -> dict[str, ExportedFile]:
        """Return the files that exports to this folder wrote, by path."""
        columns = tables.exports.c
        query = select(columns.path, columns.etag, columns.size, columns.mtime_ns)
        rows = self._connection.execute(query.where(columns.folder == folder))
        return {path: ExportedFile(*rest) for path, *rest in rows}

    def write_exported(self, folder: str, files: Mapping[str, ExportedFile]) -> None:
        """Remember files that an export wrote."""
        rows = [{"folder": folder, "path": path, **file._asdict()} for path, file in files.items()]
        self._write(tables.exports, ("folder", "path"), rows)

    def forget_exported(self, folder: str, paths: Sequence[str]) -> None:
        """Forget files that an export removed."""
        for batch in _batches(paths):
            here = and_(tables.exports.c.folder == folder, tables.exports.c.path.in_(batch))
            self._connection.execute(delete(tables.exports).where(here))

    def _write(self, table: Table, key: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        statement = upsert(table)
        values = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in key}
        self._connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values), rows)


def _valid(
    last_start: int | None, last_end: int | None, next_start: int | None, next_end: int | None
) -> tuple[int, int]:
    """Return from and until when nothing starts or ends."""
    return max(last_start or 0, last_end or 0), min(next_start or FOREVER, next_end or FOREVER)


def _batches(values: Sequence[Key]) -> Iterator[Sequence[Key]]:
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]


class IndexUnreadable(FeedsError):
    """There is no index to read. ``is_lasting`` if only making it anew will help, and not waiting."""

    def __init__(self, file: Path, reason: object, *, is_lasting: bool) -> None:
        self.is_lasting = is_lasting
        super().__init__(f"the index {file} cannot be read: {reason}")


def beside(file: Path, name: str) -> Path:
    """Return what lies beside an index and belongs to it alone: several may lie in one folder."""
    return file.with_name(f"{file.name}.{name}")


def generation_file(file: Path) -> Path:
    """Return the file beside an index that shows its generation."""
    return beside(file, "generation")


@functools.lru_cache(maxsize=4)
def _reader(file: Path) -> Engine:
    """Return what opens connections for reading, always new ones: threads and forks are no concern."""
    address = f"file:{quote(str(file.absolute()))}?mode=rw"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, timeout=_READER_BUSY_SECONDS, isolation_level=None, uri=True)
        connection.execute("PRAGMA query_only = ON")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def with_index(url: str, root: str, work: Callable[[Index], Result], patience: int = _BUSY_SECONDS) -> Result:
    """Open the index, do some work with it, commit, and close it.

    ``url`` is ``sqlite:///PATH``, a relative path below ``root``. An index that is missing, damaged or of
    another version is made anew, and the work, if it had begun, is done again on the new one.

    Raises FeedsError where the file cannot be opened or made, or another process keeps it locked for more
    than ``patience`` seconds.
    """
    file = file_of(url, root)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FeedsError(f"the index {file} cannot be made: {error.strerror}") from None
    try:
        with _open(file, patience) as index:
            return work(index)
    except _Unusable as error:
        note = f"the index {file} {error}; it is made anew"
    except DatabaseError as error:
        if not _is_damage(error):
            raise FeedsError(f"the index {file} cannot be used: {error.orig}") from None
        note = f"the index {file} is damaged ({error.orig}); it is made anew"
    except msgspec.DecodeError as error:
        note = f"the index {file} is damaged ({error}); it is made anew"
    _remove(file)
    try:
        with _open(file, patience, note) as index:
            return work(index)
    except DatabaseError as error:
        raise FeedsError(f"the index {file} cannot be used: {error.orig}") from None


@contextlib.contextmanager
def opened(url: str, root: str) -> Iterator[Index]:
    """Open an index that is there, to read it as it is now: it waits for nobody, and nobody for it.

    ``url`` and ``root`` are as for `with_index`. Raises IndexUnreadable where there is no usable index.
    """
    file = file_of(url, root)
    # Opening would make an empty one.
    if not file.exists():
        raise IndexUnreadable(file, "it is missing", is_lasting=True)
    try:
        with contextlib.closing(_reader(file).connect()) as connection:
            found = connection.scalar(text("PRAGMA user_version"))
            if found != tables.SCHEMA:
                reason = f"it is of version {found}, not {tables.SCHEMA}"
                raise IndexUnreadable(file, reason, is_lasting=True)
            yield Index(file, connection)
    except DatabaseError as error:
        raise IndexUnreadable(file, error.orig, is_lasting=_is_damage(error)) from None
    except msgspec.DecodeError as error:
        raise IndexUnreadable(file, error, is_lasting=True) from None


def reading(url: str, root: str, work: Callable[[Index], Result]) -> Result:
    """Do some work that only reads, as with `opened`."""
    with opened(url, root) as index:
        return work(index)


def file_of(url: str, root: str) -> Path:
    """Return the file of an index: ``url`` is ``sqlite:///PATH``, a relative path below ``root``."""
    return Path(root) / url.removeprefix("sqlite:///")


class _Unusable(Exception):
    """The file is no index of this version."""


def _is_damage(error: DatabaseError) -> bool:
    """Whether making the file anew would help; a full disk or a lock is no damage."""
    return not isinstance(error, OperationalError) or "no such" in str(error.orig)


def _open(file: Path, patience: int, note: str = "") -> Index:
    is_new = not file.exists() or file.stat().st_size == 0
    # A new file needs no log: what is appended to it can be taken back by cutting it off again.
    connection = _connect(file, "BEGIN IMMEDIATE", "DELETE" if is_new else "WAL", patience)
    try:
        if is_new:
            tables.metadata.create_all(connection)
            connection.execute(text(f"PRAGMA user_version = {tables.SCHEMA}"))
            connection.commit()
        elif (found := connection.scalar(text("PRAGMA user_version"))) != tables.SCHEMA:
            raise _Unusable(f"is of version {found}, not {tables.SCHEMA}")
        return Index(file, connection, note, is_unlogged=is_new, generation=_generation(file))
    except BaseException:
        connection.close()
        connection.engine.dispose()
        raise


def _generation(file: Path) -> Generation:
    try:
        return Generation(generation_file(file))
    except OSError as error:
        raise FeedsError(f"the index {file} cannot be used: {error.filename}: {error.strerror}") from None


def _connect(file: Path, begin: str, journal: str = "WAL", patience: int = _BUSY_SECONDS) -> Connection:
    """Open a connection whose transactions start with ``begin``; it waits ``patience`` seconds for a lock."""
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": patience})

    # The driver's own transaction handling begins too late for DDL and reads; SQLAlchemy's documentation of
    # its SQLite dialect asks for this.
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -32768")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    try:
        return engine.connect()
    except BaseException:
        engine.dispose()
        raise


def _remove(file: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{file}{suffix}")  # noqa: PTH108
