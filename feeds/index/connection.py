"""The SQLite database of an index: how its file is opened, committed and closed."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from sqlalchemy import Connection, Engine, NullPool, Table, create_engine, event, text
from sqlalchemy.dialects.sqlite import insert as upsert

_BATCH = 500
_FEW_KILOBYTES = 4096
BUSY_SECONDS = 30
_READER_BUSY_SECONDS = 2

Key = TypeVar("Key", str, int)


class SqliteDatabase:
    """An open SQLite file: what all parts of an index that lie in it share.

    ``connection`` is another one after `reopen`, and after `settle` of a new file: whoever uses it asks for
    it each time. ``is_unlogged`` is a new file that has no log before its first commit.
    """

    def __init__(self, file: Path, connection: Connection, *, is_unlogged: bool = False) -> None:
        self._file = file
        self._is_unlogged = is_unlogged
        self.connection = connection
        self._committed = self._written()

    def reopen(self) -> None:
        """Read through a connection of its own from now on: a forked process must not use its parent's."""
        self.connection = connect(self._file, "BEGIN")

    def commit(self) -> None:
        """Make what was written permanent, all of it at once; `settle` has to follow."""
        self.connection.commit()

    def settle(self) -> None:
        """Note that all was committed. A new file has a log from now on."""
        if self._is_unlogged:
            self.close()
            self.connection = connect(self._file, "BEGIN IMMEDIATE")
            self._is_unlogged = False
        self._committed = self._written()

    @property
    def is_committed(self) -> bool:
        """Whether other connections, and so forked processes, see all that was written here."""
        return self._written() == self._committed

    def _written(self) -> int:
        """Return how many rows this connection has written so far."""
        return int(self.connection.connection.driver_connection.total_changes)  # type: ignore[union-attr]

    def close(self) -> None:
        """Take back what was not committed and let go of the file."""
        self.connection.close()
        self.connection.engine.dispose()

    def save_memory(self) -> None:
        """Take little of it from now on."""
        self.connection.execute(text(f"PRAGMA cache_size = -{_FEW_KILOBYTES}"))

    def check(self) -> None:
        """Look through the whole file. What is damaged raises what reading it would."""
        found = self.connection.scalar(text("PRAGMA quick_check(1)"))
        if found != "ok":
            raise msgspec.DecodeError(found)

    def write(self, table: Table, key: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
        """Write rows, each in the place of the one that has the same key."""
        if not rows:
            return
        statement = upsert(table)
        values = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in key}
        self.connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values), rows)


def batches(values: Iterable[Key]) -> Iterator[list[Key]]:
    """Yield values so many at a time as one statement may name."""
    remaining = iter(values)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def connect(file: Path, begin: str, journal: str = "WAL", patience: int = BUSY_SECONDS) -> Connection:
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


@functools.lru_cache(maxsize=4)
def reader(file: Path) -> Engine:
    """Return what opens connections for reading, always new ones: threads and forks are no concern."""
    address = f"file:{quote(str(file.absolute()))}?mode=rw"

    def open_() -> sqlite3.Connection:
        connection = sqlite3.connect(address, timeout=_READER_BUSY_SECONDS, isolation_level=None, uri=True)
        connection.execute("PRAGMA query_only = ON")
        return connection

    engine = create_engine("sqlite://", creator=open_, poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine
