"""How many articles have what rules of selection ask for."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from . import tables
from .connection import SqliteDatabase

_COLUMNS = tables.tally.c


class SqliteTally:
    """Reads and writes these numbers."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    def add(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Add to (or take from) how many articles have a value: (kind, value) → number."""
        rows = [{"kind": kind, "value": value, "articles": n} for (kind, value), n in counts.items() if n]
        if not rows:
            return
        statement = upsert(tables.tally)
        more = _COLUMNS.articles + statement.excluded.articles
        statement = statement.on_conflict_do_update(index_elements=["kind", "value"], set_={"articles": more})
        self._database.connection.execute(statement, rows)
        self._database.connection.execute(delete(tables.tally).where(_COLUMNS.articles <= 0))

    def clear(self) -> None:
        """Forget every number."""
        self._database.connection.execute(delete(tables.tally))

    def values(self, kind: str) -> dict[str, int]:
        """Return the values of a kind that articles have → how many do."""
        query = select(_COLUMNS.value, _COLUMNS.articles).where(_COLUMNS.kind == kind)
        return {row.value: row.articles for row in self._database.connection.execute(query)}
