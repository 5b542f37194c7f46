"""What hubs have yet to hear: the index's queue of changed feeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from . import tables
from .connection import SqliteDatabase
from .rows import Waiting

_COLUMNS = tables.announcements.c


class SqliteAnnouncements:
    """Reads and writes the queue."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    def add(self, hubs: Sequence[str], paths: Iterable[str]) -> None:
        """Note for each of these hubs that documents changed."""
        rows = [{"hub": hub, "path": path, "changes": 1} for path in paths for hub in hubs]
        if rows:
            statement = upsert(tables.announcements).on_conflict_do_update(
                index_elements=["hub", "path"], set_={"changes": _COLUMNS.changes + 1}
            )
            self._database.connection.execute(statement, rows)

    def keep(self, hubs: Sequence[str], paths: Iterable[str]) -> None:
        """Take out what is for other hubs than these, or about other documents."""
        there = set(paths)
        gone = [one for one in self.waiting() if one.hub not in hubs or one.path not in there]
        self.take_out(gone)

    def waiting(self) -> list[Waiting]:
        """Return the queue, hub by hub."""
        query = select(tables.announcements).order_by(_COLUMNS.hub, _COLUMNS.path)
        return [Waiting(*row) for row in self._database.connection.execute(query)]

    def take_out(self, done: Iterable[Waiting]) -> None:
        """Take out what was done, unless it changed once more meanwhile."""
        rows = [{"one_hub": one.hub, "one_path": one.path, "then": one.changes} for one in done]
        if rows:
            statement = delete(tables.announcements).where(
                _COLUMNS.hub == bindparam("one_hub"),
                _COLUMNS.path == bindparam("one_path"),
                _COLUMNS.changes == bindparam("then"),
            )
            self._database.connection.execute(statement, rows)
