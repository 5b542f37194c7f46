"""From a record's bytes to an article, or to what is wrong with it."""

from __future__ import annotations

from typing import NamedTuple

from feeds.errors import Loss, Problem, RecordRejected, dotted
from feeds.model.article import Article

from . import article, relatives, syntax, unread
from .fields import FIELD_NAMES, NEEDED, field_faults
from .record import Record, Settings, dig, is_absent, ours, place_of
from .rendered import Seen
from .values import Locate, Place, Value

__all__ = ["READER", "Reading", "Settings", "read"]

READER = 7
"""Raised with every change of how records are read: an index made by another one reads them all again."""


class Reading(NamedTuple):
    """What came of one record: an article, or none; and what is wrong with it."""

    article: Article | None
    problems: tuple[Problem, ...]
    losses: tuple[Loss, ...] = ()
    """What of the record does not come out, and is told by kind only."""
    page: Seen | None = None
    """The page of the site that its body was looked for on."""


def read(path: str, data: bytes, mtime_ns: int, settings: Settings) -> Reading:
    """Read one record. ``path`` names it in messages and gives its suffix, date and slug.

    Never raises for what the record says: what cannot become an article is a rejection among ``problems``.
    """
    suffix = _suffix(path)
    parsed = None
    try:
        parsed = syntax.parse(data, suffix, relatives.MOST)
        record = Record(path, parsed, mtime_ns, settings)
        found = article.read(record)
        if not parsed.is_whole and len(found.related) < relatives.MOST:
            # One of the first is not usable, so that a later one has to take its place.
            parsed = syntax.parse(data, suffix)
            record = Record(path, parsed, mtime_ns, settings)
            found = article.read(record)
    except RecordRejected as error:
        # What it takes to find them all is spent on rejected records only.
        faults = _faults(path, parsed, mtime_ns, settings) if parsed else []
        rejections = _rejections(path, data, faults or [error], parsed, settings)
        return Reading(None, rejections, unread.losses(parsed.fields, settings) if parsed else ())
    losses = (*unread.losses(parsed.fields, settings), *record.losses)
    if not record.warnings:
        return Reading(found, (), losses, record.page)
    problems = []
    line_of = syntax.locator(data, suffix)
    for place, reason in record.warnings:
        where = _as_spelled(place, parsed, settings)
        problems.append(Problem(path, line_of(where), dotted(where), reason, "warning"))
    return Reading(found, tuple(problems), losses, record.page)


def _suffix(path: str) -> str:
    return f".{path.rpartition('.')[2].lower()}"


def _rejections(
    path: str,
    data: bytes,
    faults: list[RecordRejected],
    parsed: syntax.Parsed | None,
    settings: Settings,
) -> tuple[Problem, ...]:
    """Return the faults of a record with their lines, in the order of these."""
    found = []
    line_of: Locate | None = None
    for fault in faults:
        where = _as_spelled(fault.where, parsed, settings)
        if where and not fault.line:
            line_of = line_of or syntax.locator(data, _suffix(path))
        line = fault.line or (line_of(where) if where and line_of else 1)
        found.append(Problem(path, line, dotted(where), fault.reason))
    return tuple(sorted(found))


def _faults(path: str, parsed: syntax.Parsed, mtime_ns: int, settings: Settings) -> list[RecordRejected]:
    """Return everything for which a record is rejected, found field by field."""
    given = ours(path, parsed.fields, settings)
    found: list[RecordRejected] = []
    sound: dict[str, Value] = {}
    for name in FIELD_NAMES:
        if name in given:
            faults = field_faults(name, given[name])
            if name in NEEDED:
                found += faults
            if not faults:
                sound[name] = given[name]
    record = Record(path, parsed._replace(fields=sound), mtime_ns, settings._replace(fields={}, defaults=()))
    return found + article.faults(record, {str(fault.where[0]) for fault in found})


def _as_spelled(where: Place, parsed: syntax.Parsed | None, settings: Settings) -> Place:
    """Name a field as the record does, which may be in another dialect."""
    for name in settings.fields.get(str(where[0]), ()) if where and parsed else ():
        if parsed and not is_absent(dig(parsed.fields, name)):
            return (*place_of(parsed.fields, name), *where[1:])
    return where
