"""What an index remembers of its own making: texts under names."""

from __future__ import annotations

from sqlalchemy import select

from . import tables
from .connection import SqliteDatabase


class SqliteFacts:
    """Reads and writes facts."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    def get(self, name: str) -> str:
        """Return a remembered text, "" if there is none."""
        query = select(tables.facts.c.value).where(tables.facts.c.name == name)
        found = self._database.connection.scalar(query)
        return str(found) if found is not None else ""

    def remember(self, name: str, value: str) -> None:
        """Remember a text under a name."""
        self._database.write(tables.facts, ("name",), [{"name": name, "value": value}])
