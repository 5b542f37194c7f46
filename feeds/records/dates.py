"""Dates as people write them in records, read as UTC where they name no zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_USUAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d*)?)?"
    r"(?:[ \t]*(?:[Zz]|UTC|GMT|([-+])(\d{1,2}):?(\d\d)?))?)?"
)
_FILE_NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[-_ .]|$)")

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Feeds are younger than this; an earlier date is an empty field that became the year 1970 or 0001."""

_IMPOSSIBLE = "there is no such day or time"


def parse(text: str) -> datetime:
    """Read a date or a date and time (ISO 8601 as YAML spells it, or RFC 5322); UTC, whole seconds.

    Raises ValueError with a reason fit for people.
    """
    if _USUAL.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{text!r} is no date: {_IMPOSSIBLE}") from None
        return _plausible(moment, text)
    iso = _ISO.fullmatch(text.strip())
    try:
        moment = _from_iso(iso) if iso else parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        detail = f": {_IMPOSSIBLE}" if iso else ", such as 2024-05-31T06:52:00Z"
        raise ValueError(f"{text[:60]!r} is no date{detail}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        moment = moment.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise ValueError(f"{text[:60]!r} is out of range") from None
    return _plausible(moment, text)


def _from_iso(match: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    zone = UTC
    if sign:
        offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes or 0))
        zone = timezone(-offset if sign == "-" else offset)
    return datetime(
        int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=zone
    )


def _plausible(moment: datetime, text: str) -> datetime:
    if moment < EARLIEST:
        raise ValueError(f"{text[:60]!r} is before 1990, when there was no web")
    return moment


def from_mtime(mtime_ns: int) -> datetime:
    """Return the instant at which a file was modified, in whole seconds, UTC.

    Raises ValueError where that is no date of an article: file systems can note any.
    """
    try:
        moment = datetime.fromtimestamp(mtime_ns // 1_000_000_000, UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError("its file's time stamp is out of range") from None
    if moment < EARLIEST:
        raise ValueError("its file's time stamp is before 1990, when there was no web")
    return moment


def from_file_name(stem: str) -> datetime | None:
    """Return the date a file name begins with (``2024-05-31-title``), midnight UTC, or None."""
    match = _FILE_NAME.match(stem)
    if not match:
        return None
    try:
        moment = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
    except ValueError:
        return None
    return moment if moment >= EARLIEST else None


def slug_of_file_name(stem: str) -> str:
    """Return a file name's stem without the date it begins with."""
    match = _FILE_NAME.match(stem)
    return stem[match.end() :] if match and match.end() < len(stem) else stem
