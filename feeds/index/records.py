"""What was read from records: folders and their files, articles, problems, and how topics are spelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from feeds.errors import Problem

from . import tables
from .connection import SqliteDatabase, batches
from .members import SqliteMembers
from .rows import Files, Found, Heading, Stored, decode_article, encode
from .search import SqliteSearch

_decode_files = msgspec.msgpack.Decoder(Files).decode


class SqliteRecords:
    """Reads and writes what was read. What is taken out leaves its feeds and the search at the same time."""

    def __init__(self, database: SqliteDatabase, members: SqliteMembers, search: SqliteSearch) -> None:
        self._database = database
        self._members = members
        self._search = search

    # -- folders --------------------------------------------------------------------------------------------

    def folders(self) -> set[str]:
        """Return the folders in which records were read."""
        return set(self._database.connection.scalars(select(tables.folders.c.path)))

    def files_in(self, folder: str) -> Files:
        """Return the signatures of a folder's records when they were read, rejected ones included."""
        query = select(tables.folders.c.files).where(tables.folders.c.path == folder)
        found = self._database.connection.scalar(query)
        return _decode_files(found) if found is not None else {}

    def paths(self) -> set[str]:
        """Return the path of every record that was read, rejected ones included."""
        rows = self._database.connection.execute(select(tables.folders.c.path, tables.folders.c.files))
        return {
            name if folder == "." else f"{folder}/{name}"
            for folder, files in rows
            for name in _decode_files(files)
        }

    def write_folder(self, folder: str, files: Files) -> None:
        """Remember that these are the folder's records, and that they were read."""
        if files:
            row = {"path": folder, "files": encode(files)}
            self._database.write(tables.folders, ("path",), [row])
        else:
            self._database.connection.execute(delete(tables.folders).where(tables.folders.c.path == folder))

    # -- articles -------------------------------------------------------------------------------------------

    def store(self, articles: Sequence[Stored]) -> None:
        """Store articles and place them; their paths must not be in the index yet."""
        if not articles:
            return
        connection = self._database.connection
        first = (connection.scalar(select(func.max(tables.articles.c.id))) or 0) + 1
        packed = self._members.place(
            (number, stored.published, stored.kin, stored.placed)
            for number, stored in enumerate(articles, first)
        )
        rows = [
            (number, stored.path, stored.kin, feeds, stored.data)
            for number, (stored, feeds) in enumerate(zip(articles, packed, strict=True), first)
        ]
        connection.exec_driver_sql("INSERT INTO articles VALUES (?, ?, ?, ?, ?)", rows)

    def forget(self, paths: Sequence[str]) -> list[Found]:
        """Take records out, with their problems and their places in feeds; return what articles they were."""
        connection = self._database.connection
        gone: list[Found] = []
        for batch in batches(paths):
            gone.extend(self.articles_at(batch))
            connection.execute(delete(tables.problems).where(tables.problems.c.path.in_(batch)))
        numbers = [found.number for found in gone]
        self._members.take_out(numbers)
        for some in batches(numbers):
            connection.execute(delete(tables.articles).where(tables.articles.c.id.in_(some)))
        self._search.forget(gone)
        return gone

    def forget_all(self) -> None:
        """Take every record out; what is remembered of documents stays."""
        self._search.clear()
        for table in (tables.folders, tables.problems, tables.articles, tables.names):
            self._database.connection.execute(delete(table))
        self._members.take_all_out()

    def articles_at(self, paths: Sequence[str]) -> list[Found]:
        """Return the articles that were read from these records."""
        return [found for batch in batches(paths) for found in self._find(tables.articles.c.path.in_(batch))]

    def all_articles(self, after: int, limit: int) -> list[Found]:
        """Return articles by their number, the first ``limit`` of those behind one."""
        columns = tables.articles.c
        query = select(columns.id, columns.data).where(columns.id > after).order_by(columns.id).limit(limit)
        rows = self._database.connection.execute(query)
        return [Found(number, decode_article(data)) for number, data in rows]

    def groups(self, kins: Sequence[int], at_least: int) -> list[list[Found]]:
        """Return the articles of these kins by their ids, where so many share one."""
        groups: dict[str, list[Found]] = {}
        columns = tables.articles.c
        for batch in batches(kins):
            shared = select(columns.kin).where(columns.kin.in_(batch))
            shared = shared.group_by(columns.kin).having(func.count() >= at_least)
            several = list(self._database.connection.scalars(shared))
            for found in self._find(columns.kin.in_(several)) if several else ():
                groups.setdefault(found.article.id, []).append(found)
        return list(groups.values())

    def headings(self) -> Iterator[Heading]:
        """Yield how every article is called, in no order."""
        decode = msgspec.msgpack.Decoder(Heading).decode
        return map(decode, self._database.connection.scalars(select(tables.articles.c.data)))

    def _find(self, where: Any) -> Iterator[Found]:
        query = select(tables.articles.c.id, tables.articles.c.data).where(where)
        for number, data in self._database.connection.execute(query):
            yield Found(number, decode_article(data))

    def count_articles(self) -> int:
        """Return how many records are articles."""
        query = select(func.count()).select_from(tables.articles)
        return int(self._database.connection.scalar(query) or 0)

    # -- problems -------------------------------------------------------------------------------------------

    def write_problems(self, problems: Iterable[Problem]) -> None:
        """Store what is wrong with records."""
        rows = [msgspec.structs.asdict(problem) for problem in problems]
        if rows:
            self._database.connection.execute(insert(tables.problems), rows)

    def problems(self, paths: Sequence[str] | None = None) -> list[Problem]:
        """Return what is wrong with records (all, or these), ordered by path and line."""
        columns = tables.problems.c
        query = select(tables.problems).order_by(columns.path, columns.line, columns.field, columns.reason)
        if paths is not None:
            query = query.where(columns.path.in_(paths))
        return [Problem(**row._mapping) for row in self._database.connection.execute(query)]

    def count_problems(self) -> Counter[str]:
        """Return how many records are rejected ("rejection"), however many faults they have, and warnings."""
        columns = tables.problems.c
        query = select(columns.severity, func.count(), func.count(columns.path.distinct()))
        rows = self._database.connection.execute(query.group_by(columns.severity))
        counted = Counter[str]()
        for severity, problems, records in rows:
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
        self._database.connection.execute(statement, rows)
        self._database.connection.execute(delete(tables.names).where(tables.names.c.articles <= 0))

    def names(self) -> dict[str, dict[str, int]]:
        """Return slug → spelling → number of articles that use it."""
        found: dict[str, dict[str, int]] = {}
        for slug, name, articles in self._database.connection.execute(select(tables.names)):
            found.setdefault(slug, {})[name] = articles
        return found
