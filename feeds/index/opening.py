"""Opening an index in a SQLite file: made anew where it is missing or damaged, or only read where it is."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, OperationalError

from feeds.errors import FeedsError

from . import tables
from .announcements import SqliteAnnouncements
from .connection import BUSY_SECONDS, SqliteDatabase, connect, reader
from .documents import SqliteDocuments
from .facts import SqliteFacts
from .generation import Generation
from .images import SqliteImages
from .index import Index
from .members import SqliteMembers
from .protocols import Stores
from .records import SqliteRecords
from .search import SqliteSearch

Result = TypeVar("Result")


class IndexUnreadable(FeedsError):
    """There is no index to read. ``is_lasting`` if only making it anew will help, and not waiting."""

    def __init__(self, file: Path, reason: object, *, is_lasting: bool) -> None:
        self.is_lasting = is_lasting
        super().__init__(f"the index {file} cannot be read: {reason}")


def file_of(url: str, root: str) -> Path:
    """Return the file of an index: ``url`` is ``sqlite:///PATH``, a relative path below ``root``."""
    return Path(root) / url.removeprefix("sqlite:///")


def beside(file: Path, name: str) -> Path:
    """Return what lies beside an index and belongs to it alone: several may lie in one folder."""
    return file.with_name(f"{file.name}.{name}")


def generation_file(file: Path) -> Path:
    """Return the file beside an index that shows its generation."""
    return beside(file, "generation")


def with_index(url: str, root: str, work: Callable[[Index], Result], patience: int = BUSY_SECONDS) -> Result:
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
        with open_index(file, patience) as index:
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
        with open_index(file, patience, note) as index:
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
        with contextlib.closing(reader(file).connect()) as connection:
            found = connection.scalar(text("PRAGMA user_version"))
            if found != tables.SCHEMA:
                reason = f"it is of version {found}, not {tables.SCHEMA}"
                raise IndexUnreadable(file, reason, is_lasting=True)
            yield Index(_stores(SqliteDatabase(file, connection)))
    except DatabaseError as error:
        raise IndexUnreadable(file, error.orig, is_lasting=_is_damage(error)) from None
    except msgspec.DecodeError as error:
        raise IndexUnreadable(file, error, is_lasting=True) from None


def reading(url: str, root: str, work: Callable[[Index], Result]) -> Result:
    """Do some work that only reads, as with `opened`."""
    with opened(url, root) as index:
        return work(index)


class _Unusable(Exception):
    """The file is no index of this version."""


def _is_damage(error: DatabaseError) -> bool:
    """Whether making the file anew would help; a full disk or a lock is no damage."""
    return not isinstance(error, OperationalError) or "no such" in str(error.orig)


def open_index(file: Path, patience: int, note: str = "") -> Index:
    """Open an index for reading and writing; a file that is missing or empty becomes one.

    Raises what SQLAlchemy raises, and FeedsError where the file beside it cannot be had.
    """
    is_new = not file.exists() or file.stat().st_size == 0
    # A new file needs no log: what is appended to it can be taken back by cutting it off again.
    connection = connect(file, "BEGIN IMMEDIATE", "DELETE" if is_new else "WAL", patience)
    try:
        if is_new:
            tables.metadata.create_all(connection)
            connection.execute(text(f"PRAGMA user_version = {tables.SCHEMA}"))
            connection.commit()
        elif (found := connection.scalar(text("PRAGMA user_version"))) != tables.SCHEMA:
            raise _Unusable(f"is of version {found}, not {tables.SCHEMA}")
        database = SqliteDatabase(file, connection, is_unlogged=is_new)
        return Index(_stores(database), note, _generation(file))
    except BaseException:
        connection.close()
        connection.engine.dispose()
        raise


def _stores(database: SqliteDatabase) -> Stores:
    members = SqliteMembers(database)
    search = SqliteSearch(database, members)
    return Stores(
        database=database,
        facts=SqliteFacts(database),
        records=SqliteRecords(database, members, search),
        members=members,
        documents=SqliteDocuments(database, members),
        search=search,
        images=SqliteImages(database),
        announcements=SqliteAnnouncements(database),
    )


def _generation(file: Path) -> Generation:
    try:
        return Generation(generation_file(file))
    except OSError as error:
        raise FeedsError(f"the index {file} cannot be used: {error.filename}: {error.strerror}") from None


def _remove(file: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{file}{suffix}")  # noqa: PTH108
