"""Dates as people write them, read strictly: what could mean two moments is a fault with a reason."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .zones import OFFSETS

# Nearly all records' dates: a date, a T, a time in UTC.
_USUAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day{0}>\d{{1,2}})(?:st|nd|rd|th|\.)?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?[ ]+)?"
_DATES = (
    r"(?P<year0>\d{4})-(?P<month0>\d{1,2})-(?P<day0>\d{1,2})",
    r"(?P<year1>\d{4})/(?P<month1>\d{1,2})/(?P<day1>\d{1,2})",
    r"(?P<year2>\d{4})\.(?P<month2>\d{1,2})\.(?P<day2>\d{1,2})",
    r"(?P<year3>\d{4})(?P<month3>\d{2})(?P<day3>\d{2})",
    # May 9, 2024; 9 May 2024; 9-May-2024; 9th of May, 2024; 2024 May 9
    _WEEKDAY + _MONTH.format(4) + r"[ ]+" + _DAY.format(4) + r",?[ ]+(?P<year4>\d{4})",
    _WEEKDAY + _DAY.format(5) + r"(?:[ ]+of)?[ /-]+" + _MONTH.format(5) + r",?[ /-]+(?P<year5>\d{4})",
    r"(?P<year6>\d{4})[ -]+" + _MONTH.format(6) + r"[ -]+" + _DAY.format(6),
    r"(?P<first>\d{1,2})(?P<sign>[/.-])(?P<other>\d{1,2})(?P=sign)(?P<year7>\d{4})",
)
_TIME = (
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d*)?)?)?"
    r"(?:[ ]*(?P<half>[ap])\.?m\.?(?![a-z]))?"
)
_COMPACT_TIME = r"(?P<hour_>\d{2})(?P<minute_>\d{2})(?P<second_>\d{2})?"
_ZONE = r"(?P<zone>[a-z][a-z0-9_/+-]*(?:[+-]\d[\d:]*)?|[+-]\d{1,2}(?::?\d\d)?)"
_DATE = re.compile(
    rf"(?:{'|'.join(_DATES)})"
    rf"(?:(?:[ ]*,[ ]*|[ ]+at[ ]+|[t][ ]*|[ ]+)(?:{_COMPACT_TIME}|{_TIME})(?:[ ]*{_ZONE})?)?",
    re.I | re.A,
)
# Tue Jul 09 10:00:00 2024, as C and `date` write it, with or without a zone before the year.
_C_DATE = re.compile(
    rf"{_WEEKDAY}{_MONTH.format('')}[ ]+{_DAY.format('')}[ ]+{_TIME}(?:[ ]+{_ZONE})?[ ]+(?P<year>\d{{4}})",
    re.I | re.A,
)
_COMMENT = re.compile(r"[ ]*\([^()]*\)[ ]*\Z|\[u-ca=[^\]]*\]")
_BRACKETS = re.compile(r"\[([A-Za-z_/+-]+)\]\Z")
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d\d)?", re.I)
_FOLDERS = re.compile(r"(?:\A|/)(\d{4})/(\d\d?)/(\d\d?)(?=/|\Z)")
_FILE_NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[-_ .]|$)")

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Feeds are younger than this; an earlier date is an empty field that became the year 1970 or 0001."""

_LONGEST = 200
"""Characters of a date, with its zone and its white space."""
_IMPOSSIBLE = "there is no such day or time"


def parse(text: str, zone: tzinfo = UTC) -> datetime:
    """Read a date or a date and time; UTC, whole seconds. What names no zone is taken to be in ``zone``.

    That is ISO 8601 as people spell it, RFC 5322, and English dates with the month's name. Raises ValueError
    with a reason fit for people, above all for a date that could be two days, or in one of two zones.
    """
    if _USUAL.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{text!r} is no date: {_IMPOSSIBLE}") from None
        return _plausible(moment, text)
    if len(text) > _LONGEST:
        raise ValueError(f"{text[:60]!r} is no date, such as 2024-05-31T06:52:00Z")
    folded = " ".join(_COMMENT.sub("", text.strip()).split())
    named = _BRACKETS.search(folded)
    match = _DATE.fullmatch(folded[: named.start()] if named else folded) or _C_DATE.fullmatch(folded)
    if match is None:
        raise ValueError(f"{text[:60]!r} is no date, such as 2024-05-31T06:52:00Z")
    parts = {name.rstrip("_0123456789"): value for name, value in match.groupdict().items() if value}
    # What is said in brackets after an offset only explains it.
    name = parts.get("zone") or (named[1] if named else "")
    if "first" in parts and not _tell_apart(parts):
        reason = "can be two days, and nobody can tell which; write the year first"
        raise ValueError(f"{text[:60]!r} is no date: it {reason}")
    try:
        moment = _moment(parts)
    except ValueError:
        raise ValueError(f"{text[:60]!r} is no date: {_IMPOSSIBLE}") from None
    try:
        return _plausible(_in_zone(moment, name, zone).astimezone(UTC), text)
    except OverflowError:
        raise ValueError(f"{text[:60]!r} is out of range") from None
    except LookupError:
        reason = f"nobody can tell which zone {name!r} is; write an offset, such as +02:00"
        raise ValueError(f"{text[:60]!r} is no date: {reason}") from None


def _tell_apart(parts: dict[str, str]) -> bool:
    """Find out which of two numbers is the month; False where it can be either, and they differ."""
    first, other = parts["first"], parts["other"]
    if int(first) <= 12 and int(other) <= 12 and int(first) != int(other):
        return False
    parts["month"], parts["day"] = (first, other) if int(other) > 12 else (other, first)
    return True


def _moment(parts: dict[str, str]) -> datetime:
    """Return a date and time without a zone; raises ValueError where there is none such."""
    month = parts["month"]
    number = int(month) if month.isdecimal() else _MONTHS.index(month[:3].lower()) + 1
    hour = int(parts.get("hour", 0))
    if half := parts.get("half", "").lower():
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half == "p" else 0)
    elif "hour" in parts and "minute" not in parts:
        raise ValueError
    minute, second = (int(parts.get(name, 0)) for name in ("minute", "second"))
    return datetime(int(parts["year"]), number, int(parts["day"]), hour, minute, second)  # noqa: DTZ001


def _in_zone(moment: datetime, name: str, zone: tzinfo) -> datetime:
    """Return the moment in the zone of this name, "" for ``zone``; raises LookupError if nobody knows it."""
    if not name:
        return moment.replace(tzinfo=zone)
    if offset := _OFFSET.fullmatch(name):
        sign, hours, minutes = offset.groups()
        size = timedelta(hours=int(hours), minutes=int(minutes or 0))
        if size >= timedelta(hours=24):
            raise LookupError
        return moment.replace(tzinfo=timezone(-size if sign == "-" else size))
    # In the publisher's own zone a short name means what it means there, in winter and in summer.
    if zone is not UTC:
        for there in (moment, moment.replace(month=1, day=1), moment.replace(month=7, day=1)):
            if (local := there.replace(tzinfo=zone)).tzname() == name.upper():
                return moment.replace(tzinfo=timezone(local.utcoffset() or timedelta()))
    if name.upper() in OFFSETS:
        return moment.replace(tzinfo=timezone(timedelta(hours=OFFSETS[name.upper()])))
    if "/" not in name:
        raise LookupError
    return moment.replace(tzinfo=named_zone(name))


def named_zone(name: str) -> tzinfo:
    """Return a time zone by its IANA name, such as Europe/Berlin; raises LookupError where there is none."""
    if name.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise LookupError(name) from None


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


def from_file_name(stem: str, zone: tzinfo = UTC) -> datetime | None:
    """Return the date a file name begins with (``2024-05-31-title``), midnight in ``zone``, or None."""
    match = _FILE_NAME.match(stem)
    if not match:
        return None
    try:
        moment = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment >= EARLIEST else None


def from_path(path: str, zone: tzinfo = UTC) -> datetime | None:
    """Return the date that folders of a path or URL spell (``/2024/05/31/title``), as `from_file_name`."""
    match = _FOLDERS.search(path)
    return from_file_name("-".join(match.groups()), zone) if match else None


def slug_of_file_name(stem: str) -> str:
    """Return a file name's stem without the date it begins with."""
    match = _FILE_NAME.match(stem)
    return stem[match.end() :] if match and match.end() < len(stem) else stem
