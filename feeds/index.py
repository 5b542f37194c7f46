"""The index: what was read from which record, and which feeds it belongs to, kept between runs in SQLite.

It is a cache. Everything in it can be made again from the records and the configuration; a file that is
damaged or of another version is replaced, with a note.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

import msgspec
from sqlalchemy import (
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    create_engine,
    delete,
    event,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError, OperationalError

from . import tables
from .errors import FeedsError, Problem
from .model import Article
from .selection import FOREVER

_BATCH = 500


class Signature(NamedTuple):
    """What tells, without reading it, whether a record's file changed."""

    mtime_ns: int
    size: int


class Member(NamedTuple):
    """One article's place in one feed. Times are seconds since 1970, UTC."""

    feed: str
    published: int
    uid: str
    path: str
    starts: int
    ends: int
    place: int
    """Among articles with the same uid in the feed, the lowest visible one is shown."""


class Summary(NamedTuple):
    """What a feed holds at an instant, and for which instants that is true."""

    version: int
    valid_from: int
    valid_until: int
    articles: int
    newest: int
    """The newest article's date, 0 if there is none."""


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

    ``note`` says why an older index was thrown away, or is "".
    """

    def __init__(self, connection: Connection, note: str = "") -> None:
        self._connection = connection
        self.note = note
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Article).decode
        self._feed_ids: dict[str, int] = {
            row.key: row.id for row in connection.execute(select(tables.feeds.c.key, tables.feeds.c.id))
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.commit()
        self.close()

    def commit(self) -> None:
        """Make what was written since the last commit permanent, all of it at once."""
        self._connection.commit()

    def close(self) -> None:
        """Take back what was not committed and let go of the file."""
        self._connection.close()
        self._connection.engine.dispose()

    # -- facts ----------------------------------------------------------------------------------------------

    def fact(self, name: str) -> str:
        """Return a remembered text, "" if there is none."""
        found = self._connection.scalar(select(tables.facts.c.value).where(tables.facts.c.name == name))
        return str(found) if found is not None else ""

    def remember(self, name: str, value: str) -> None:
        """Remember a text under a name."""
        self._write(tables.facts, ("name",), [{"name": name, "value": value}])

    # -- records --------------------------------------------------------------------------------------------

    def signatures(self) -> dict[str, Signature]:
        """Return the signature of every record that was read, rejected ones included."""
        rows = self._connection.execute(select(tables.records))
        return {path: Signature(mtime_ns, size) for path, mtime_ns, size in rows}

    def write_records(self, signatures: Mapping[str, Signature]) -> None:
        """Remember that these records were read."""
        rows = [{"path": path, **signature._asdict()} for path, signature in signatures.items()]
        self._write(tables.records, ("path",), rows)

    def forget_records(self, paths: Sequence[str]) -> None:
        """Take records out, with their articles and problems."""
        for table in (tables.records, tables.problems, tables.articles):
            for batch in _batches(paths):
                self._connection.execute(delete(table).where(table.c.path.in_(batch)))

    def forget_all_records(self) -> None:
        """Take every record out; what is remembered of documents stays."""
        for table in (tables.records, tables.problems, tables.articles, tables.names):
            self._connection.execute(delete(table))
        self.clear_members()

    def write_articles(self, articles: Iterable[Article]) -> None:
        """Store articles; their paths must not be in the index yet."""
        rows = [
            {"path": article.path, "uid": article.id, "data": self._encode(article)} for article in articles
        ]
        if rows:
            self._connection.execute(insert(tables.articles), rows)

    def articles_at(self, paths: Sequence[str]) -> Iterator[Article]:
        """Yield the articles that were read from these records."""
        for batch in _batches(paths):
            yield from self._read_articles(
                select(tables.articles.c.data).where(tables.articles.c.path.in_(batch))
            )

    def articles_with(self, uids: Sequence[str]) -> Iterator[Article]:
        """Yield all articles with these ids."""
        for batch in _batches(uids):
            yield from self._read_articles(
                select(tables.articles.c.data).where(tables.articles.c.uid.in_(batch))
            )

    def uids(self) -> list[str]:
        """Return every article id, each once."""
        return list(self._connection.scalars(select(tables.articles.c.uid).distinct()))

    def _read_articles(self, query: Select[Any]) -> Iterator[Article]:
        for data in self._connection.scalars(query):
            yield self._decode(data)

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
        query = select(tables.problems).order_by(columns.path, columns.line, columns.field)
        if paths is not None:
            query = query.where(columns.path.in_(paths))
        return [Problem(**row._mapping) for row in self._connection.execute(query)]

    def count_problems(self) -> Counter[str]:
        """Return how many problems there are of each severity."""
        query = select(tables.problems.c.severity, func.count()).group_by(tables.problems.c.severity)
        return Counter(dict(map(tuple, self._connection.execute(query))))

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

    # -- members of feeds -----------------------------------------------------------------------------------

    def replace_members(self, uids: Sequence[str], members: Sequence[Member]) -> None:
        """Put the articles with these ids into the feeds named by ``members`` and into no others.

        Every feed that they leave, enter or stay in gets a new version.
        """
        touched: set[int] = set()
        for batch in _batches(uids):
            here = tables.members.c.uid.in_(batch)
            touched.update(self._connection.scalars(select(tables.members.c.feed).where(here).distinct()))
            self._connection.execute(delete(tables.members).where(here))
        self._create_feeds({member.feed for member in members} - self._feed_ids.keys())
        touched.update(self._feed_ids[feed] for feed in {member.feed for member in members})
        ids: dict[str, int] = {}
        for batch in _batches(list({member.path for member in members})):
            columns = tables.articles.c
            query = select(columns.path, columns.id).where(columns.path.in_(batch))
            ids.update((path, number) for path, number in self._connection.execute(query))
        rows = [
            {
                "feed": self._feed_ids[member.feed],
                "published": member.published,
                "uid": member.uid,
                "article": ids[member.path],
                "starts": member.starts,
                "ends": member.ends,
                "place": member.place,
            }
            for member in members
        ]
        if rows:
            self._connection.execute(insert(tables.members), rows)
        self._renew(touched)

    def clear_members(self) -> None:
        """Empty every feed, giving each a new version."""
        self._connection.execute(delete(tables.members))
        self._connection.execute(update(tables.feeds).values(version=tables.feeds.c.version + 1))

    def _create_feeds(self, keys: Iterable[str]) -> None:
        for key in sorted(keys):
            result = self._connection.execute(insert(tables.feeds).values(key=key, version=1))
            self._feed_ids[key] = int(result.lastrowid)

    def _renew(self, ids: Iterable[int]) -> None:
        rows = [{"number": number} for number in ids]
        if rows:
            statement = update(tables.feeds).where(tables.feeds.c.id == bindparam("number"))
            self._connection.execute(statement.values(version=tables.feeds.c.version + 1), rows)

    def feed_versions(self) -> dict[str, int]:
        """Return each feed's version: another one whenever its articles may have changed."""
        return dict(map(tuple, self._connection.execute(select(tables.feeds.c.key, tables.feeds.c.version))))

    def newest(self, feed: str, now: int, limit: int | None) -> list[Article]:
        """Return a feed's articles at an instant, newest first, each id once; all if no limit is given."""
        query = (
            select(tables.articles.c.data)
            .join(tables.members, tables.members.c.article == tables.articles.c.id)
            .where(self._shown(feed, now))
            .order_by(tables.members.c.published.desc(), tables.members.c.uid)
            .limit(limit)
        )
        return list(self._read_articles(query))

    def summary(self, feed: str, now: int) -> Summary:
        """Return what a feed holds at an instant, and between which instants that stays so."""
        here = tables.members.c.feed == self._feed_ids.get(feed, -1)
        shown = select(func.count(), func.max(tables.members.c.published)).where(self._shown(feed, now))
        articles, newest = self._connection.execute(shown).one()
        instants = select(
            func.max(tables.members.c.starts).filter(tables.members.c.starts <= now),
            func.max(tables.members.c.ends).filter(tables.members.c.ends <= now),
            func.min(tables.members.c.starts).filter(tables.members.c.starts > now),
            func.min(tables.members.c.ends).filter(tables.members.c.ends > now),
        ).where(here)
        last_start, last_end, next_start, next_end = self._connection.execute(instants).one()
        return Summary(
            version=self.feed_versions().get(feed, 0),
            valid_from=max(last_start or 0, last_end or 0),
            valid_until=min(next_start or FOREVER, next_end or FOREVER),
            articles=articles,
            newest=newest or 0,
        )

    def _shown(self, feed: str, now: int) -> Any:
        """Return the condition for members that a feed shows: visible, and the best of their id."""
        visible = and_(tables.members.c.starts <= now, tables.members.c.ends > now)
        better = tables.members.alias("better")
        outdone = exists().where(
            better.c.uid == tables.members.c.uid,
            better.c.feed == tables.members.c.feed,
            better.c.place < tables.members.c.place,
            better.c.starts <= now,
            better.c.ends > now,
        )
        here = tables.members.c.feed == self._feed_ids.get(feed, -1)
        return and_(here, visible, or_(tables.members.c.place == 0, ~outdone))

    # -- summaries, documents, exports ----------------------------------------------------------------------

    def summaries(self) -> dict[str, Summary]:
        """Return the remembered summary of each feed."""
        return {feed: Summary(*rest) for feed, *rest in self._connection.execute(select(tables.summaries))}

    def write_summaries(self, summaries: Mapping[str, Summary]) -> None:
        """Remember feeds' summaries."""
        self._write(tables.summaries, ("feed",), [{"feed": f, **s._asdict()} for f, s in summaries.items()])

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


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]


Result = TypeVar("Result")


def with_index(url: str, root: str, work: Callable[[Index], Result]) -> Result:
    """Open the index, do some work with it, commit, and close it.

    ``url`` is ``sqlite:///PATH``, a relative path below ``root``. An index that is missing, damaged or of
    another version is made anew, and the work, if it had begun, is done again on the new one.

    Raises FeedsError where the file cannot be opened or made, or another process keeps it locked.
    """
    file = Path(root) / url.removeprefix("sqlite:///")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FeedsError(f"the index {file} cannot be made: {error.strerror}") from None
    try:
        with _open(file) as index:
            return work(index)
    except _Unusable as error:
        note = f"the index {file} {error}; it is made anew"
    except DatabaseError as error:
        if not _is_damage(error):
            raise FeedsError(f"the index {file} cannot be used: {error.orig}") from None
        note = f"the index {file} is damaged ({error.orig}); it is made anew"
    _remove(file)
    try:
        with _open(file, note) as index:
            return work(index)
    except DatabaseError as error:
        raise FeedsError(f"the index {file} cannot be used: {error.orig}") from None


class _Unusable(Exception):
    """The file is no index of this version."""


def _is_damage(error: DatabaseError) -> bool:
    """Whether making the file anew would help; a full disk or a lock is no damage."""
    return not isinstance(error, OperationalError) or "no such" in str(error.orig)


def _open(file: Path, note: str = "") -> Index:
    is_new = not file.exists() or file.stat().st_size == 0
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        connection = engine.connect()
        try:
            if is_new:
                tables.metadata.create_all(connection)
                connection.execute(text(f"PRAGMA user_version = {tables.SCHEMA}"))
                connection.commit()
            elif (found := connection.scalar(text("PRAGMA user_version"))) != tables.SCHEMA:
                raise _Unusable(f"is of version {found}, not {tables.SCHEMA}")
            return Index(connection, note)
        except BaseException:
            connection.close()
            raise
    except BaseException:
        engine.dispose()
        raise


def _prepare(connection: Any, _record: object) -> None:
    # The driver's own transaction handling begins too late for DDL and reads; SQLAlchemy's documentation
    # ("Serializable isolation / Savepoints / Transactional DDL") asks for this.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA temp_store = MEMORY")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _remove(file: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{file}{suffix}")  # noqa: PTH108
