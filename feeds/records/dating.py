"""When an article was published and updated."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePosixPath

from feeds.errors import RecordRejected

from . import dates
from .record import Record
from .values import Value


def published(record: Record) -> datetime:
    """Return when an article was published; raises RecordRejected where nothing tells."""
    try:
        found = _date(record, "publishedDateTime", record.fields.publishedDateTime)
    except RecordRejected as error:
        by_name = _by_name(record)
        if by_name is None:
            raise
        record.warn(error.where, f"{error.reason}; that of the file's name is taken")
        return by_name
    if moment := found or _by_name(record):
        return moment
    if record.settings.undated_by_mtime:
        try:
            return dates.from_mtime(record.mtime_ns)
        except ValueError as error:
            reason = f"has no publishedDateTime, and {error}"
            raise RecordRejected(reason, ("publishedDateTime",)) from None
    reason = "has no publishedDateTime, and its file name begins with no date"
    raise RecordRejected(reason, ("publishedDateTime",))


def _by_name(record: Record) -> datetime | None:
    """Return the date that the file's name, its folders or the article's own address spell."""
    file = PurePosixPath(record.path)
    name = file.parent.name if file.stem.partition(".")[0] in ("index", "_index") else file.stem
    fields = record.fields
    return dates.from_file_name(name, record.zone) or next(
        filter(
            None,
            (
                dates.from_path(text, record.zone)
                for text in (record.path, fields.originalUrl or "", fields.webUrl or "")
            ),
        ),
        None,
    )


def updated(record: Record) -> datetime | None:
    """Return when an article was updated, None if nothing usable tells."""
    try:
        return _date(record, "updatedDateTime", record.fields.updatedDateTime)
    except RecordRejected as error:
        record.warn(error.where, f"{error.reason}; the article counts as not updated")
        return None


def _date(record: Record, field: str, value: Value) -> datetime | None:
    if not value:
        return None
    if not isinstance(value, str):
        raise RecordRejected(f"is a {'mapping' if isinstance(value, dict) else 'list'}, not text", (field,))
    if value.isspace():
        return None
    try:
        return dates.parse(value, record.zone)
    except ValueError as error:
        raise RecordRejected(str(error), (field,)) from None
