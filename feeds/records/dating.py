"""When an article was published and updated."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePosixPath

from feeds.errors import RecordRejected

from . import dates
from .record import Record


def published(record: Record) -> datetime:
    """Return when an article was published; raises RecordRejected where nothing tells."""
    found = _date("publishedDateTime", record.fields.publishedDateTime)
    if found:
        return found
    found = dates.from_file_name(PurePosixPath(record.path).stem)
    if found:
        return found
    if record.settings.undated_by_mtime:
        try:
            return dates.from_mtime(record.mtime_ns)
        except ValueError as error:
            reason = f"has no publishedDateTime, and {error}"
            raise RecordRejected(reason, ("publishedDateTime",)) from None
    reason = "has no publishedDateTime, and its file name begins with no date"
    raise RecordRejected(reason, ("publishedDateTime",))


def updated(record: Record) -> datetime | None:
    """Return when an article was updated, None if nothing usable tells."""
    try:
        return _date("updatedDateTime", record.fields.updatedDateTime)
    except RecordRejected as error:
        record.warn(error.where, f"{error.reason}; the article counts as not updated")
        return None


def _date(field: str, value: str | None) -> datetime | None:
    if not value or value.isspace():
        return None
    try:
        return dates.parse(value)
    except ValueError as error:
        raise RecordRejected(str(error), (field,)) from None
