"""What of records does not come out, kept record by record: those not read again are told of too."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import delete, func, insert, select

from . import tables
from .connection import SqliteDatabase, batches
from .rows import Lost, Traces

_COLUMNS = tables.losses.c
_decode = msgspec.msgpack.Decoder(Traces).decode


class SqliteLosses:
    """Reads and writes what is lost of records."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    def write(self, traces: Sequence[tuple[str, bytes]]) -> None:
        """Remember what is lost of records: path and `Traces` as MessagePack; none of them is here yet."""
        if traces:
            rows = [{"path": path, "traces": packed} for path, packed in traces]
            self._database.connection.execute(insert(tables.losses), rows)

    def forget(self, paths: Sequence[str]) -> None:
        """Take records out."""
        for batch in batches(paths):
            self._database.connection.execute(delete(tables.losses).where(_COLUMNS.path.in_(batch)))

    def clear(self) -> None:
        """Take every record out."""
        self._database.connection.execute(delete(tables.losses))

    def of(self, path: str) -> Traces:
        """Return what is lost of one record."""
        packed = self._database.connection.scalar(select(_COLUMNS.traces).where(_COLUMNS.path == path))
        return _decode(packed) if packed is not None else Traces()

    def all(self) -> list[Lost]:
        """Return what is lost of all records: those that lose the same are one, under the first of them."""
        query = select(_COLUMNS.traces, func.count(), func.min(_COLUMNS.path)).group_by(_COLUMNS.traces)
        rows = self._database.connection.execute(query)
        return [Lost(_decode(packed), records, first) for packed, records, first in rows]
