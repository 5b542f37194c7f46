"""What is remembered of what was published: summaries and months of feeds, documents, exported files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, delete, select

from . import tables
from .connection import SqliteDatabase, batches
from .members import SqliteMembers
from .rows import DocumentState, ExportedFile, Months, Summary, decode_months, encode


class SqliteDocuments:
    """Reads and writes what is remembered of documents, and of what they were made from."""

    def __init__(self, database: SqliteDatabase, members: SqliteMembers) -> None:
        self._database = database
        self._members = members

    def summaries(self) -> dict[str, Summary]:
        """Return the remembered summary of each feed."""
        rows = self._database.connection.execute(select(tables.summaries))
        return {feed: Summary(*rest) for feed, *rest in rows}

    def write_summaries(self, summaries: Mapping[str, Summary]) -> None:
        """Remember feeds' summaries."""
        rows = [{"feed": feed, **summary._asdict()} for feed, summary in summaries.items()]
        self._database.write(tables.summaries, ("feed",), rows)

    def histories(self) -> dict[str, Months]:
        """Return the remembered months of each feed whose present version they are of."""
        columns, feeds = tables.histories.c, tables.feeds.c
        query = select(feeds.key, columns.months)
        query = query.join(tables.feeds, and_(feeds.id == columns.feed, feeds.version == columns.version))
        return {feed: decode_months(months) for feed, months in self._database.connection.execute(query)}

    def write_histories(self, histories: Mapping[str, tuple[int, Months]]) -> None:
        """Remember what the months of feeds hold, each with the feed's version."""
        ids = self._members.feed_ids
        rows = [
            {"feed": ids[feed], "version": version, "months": encode(months)}
            for feed, (version, months) in histories.items()
            if feed in ids
        ]
        self._database.write(tables.histories, ("feed",), rows)

    def states(self) -> dict[str, DocumentState]:
        """Return what is remembered of each document, by path."""
        rows = self._database.connection.execute(select(tables.documents))
        return {path: DocumentState(*rest) for path, *rest in rows}

    def write_states(self, states: Mapping[str, DocumentState]) -> None:
        """Remember documents."""
        rows = [{"path": path, **state._asdict()} for path, state in states.items()]
        self._database.write(tables.documents, ("path",), rows)

    def exported(self, folder: str) -> dict[str, ExportedFile]:
        """Return the files that exports to this folder wrote, by path."""
        columns = tables.exports.c
        query = select(columns.path, columns.etag, columns.size, columns.mtime_ns)
        rows = self._database.connection.execute(query.where(columns.folder == folder))
        return {path: ExportedFile(*rest) for path, *rest in rows}

    def write_exported(self, folder: str, files: Mapping[str, ExportedFile]) -> None:
        """Remember files that an export wrote."""
        rows = [{"folder": folder, "path": path, **file._asdict()} for path, file in files.items()]
        self._database.write(tables.exports, ("folder", "path"), rows)

    def forget_exported(self, folder: str, paths: Sequence[str]) -> None:
        """Forget files that an export removed."""
        for batch in batches(paths):
            here = and_(tables.exports.c.folder == folder, tables.exports.c.path.in_(batch))
            self._database.connection.execute(delete(tables.exports).where(here))
