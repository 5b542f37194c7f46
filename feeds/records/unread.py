"""The fields of a record that nothing reads: which they are, and what reads them instead."""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Iterable, Iterator, Mapping

from feeds.errors import Loss, RecordRejected
from feeds.text.nearest import folded, nearest

from . import syntax
from .dialects import DIALECTS, USELESS
from .fields import FIELD_NAMES
from .record import Settings, dig, is_absent, ours
from .values import Value

_FAMILY = ("_id", "ampWebUrl", "cdnAmpWebUrl", "members", "secured", "hashtags", "shortname")
"""What records of the family have besides, and no feed shows."""

_TABLES = frozenset(("extra", "params", "taxonomies", "header", "meta", "metadata", "customfields"))
"""Mappings that hold fields of their own; folded. What lies in them is named one by one."""
_KNOWN = frozenset((*FIELD_NAMES, *_FAMILY))
_LEAST = 0.82
_SHORTEST = 3


def losses(fields: dict[str, Value], settings: Settings) -> tuple[Loss, ...]:
    """Return the fields that say something and that nothing reads, dotted where they lie deeper.

    What changes nothing in a feed, such as a page's layout, is not among them. Of [records.fields], those
    names are proven to be right ("mapped") that the record has.
    """
    if not settings.fields:
        # Nearly all records are done here.
        return () if fields.keys() <= _KNOWN else _lost(fields, _KNOWN)
    known, names = _known(tuple(settings.fields.values()))
    there = [name for name in names if name in fields or ("." in name and not is_absent(dig(fields, name)))]
    return _lost(fields, known) + tuple([Loss("mapped", name, 0) for name in there])


def _lost(fields: dict[str, Value], known: frozenset[str]) -> tuple[Loss, ...]:
    names = [
        name
        for top, value in fields.items()
        if top not in known or (top not in _KNOWN and _is_table(top))
        for name in _told(top, value)
        if name not in known
    ]
    # Their lines are found where somebody asks: it takes longer than reading the record.
    return tuple([Loss("field", name, 0) for name in names])


@functools.lru_cache(maxsize=16)
def _known(mapped: tuple[tuple[str, ...], ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the names of all fields that are read, and those of another dialect in their order."""
    names = sorted({name for theirs in mapped for name in theirs})
    return _KNOWN.union(names, (name.partition(".")[0] for name in names)), tuple(names)


@functools.lru_cache(maxsize=1024)
def _is_useless(name: str) -> bool:
    return folded(name) in USELESS


@functools.lru_cache(maxsize=1024)
def _is_table(name: str) -> bool:
    return folded(name) in _TABLES


def _told(name: str, value: Value) -> Iterator[str]:
    """Yield what is to be told of one field: itself, or what it holds."""
    if _is_useless(name) or is_absent(value):
        return
    if isinstance(value, dict) and _is_table(name):
        for inner, one in value.items():
            if not is_absent(one) and not _is_useless(inner):
                yield f"{name}.{inner}"
    else:
        yield name


def advice(name: str, mapped: Mapping[str, tuple[str, ...]]) -> str:
    """Return what reads a field that nothing reads, or which name was probably meant; "" if nobody can tell.

    ``mapped`` are our names → those that [records.fields] has for them.
    """
    table, _, last = name.rpartition(".")
    ours = {folded(one): one for one in FIELD_NAMES}
    meant = folded(last)
    if not table and meant in ours:
        return _meant(ours[meant])
    if meant in DIALECTS or folded(table) == "taxonomies":
        return _line(DIALECTS.get(meant, "topics"), name, mapped)
    theirs = [one for names in mapped.values() for one in names]
    if near := nearest(last, [*theirs, *FIELD_NAMES], _LEAST):
        return _meant(near)
    # Names of two or three letters are alike by chance.
    if len(meant) > _SHORTEST and (near := nearest(last, DIALECTS, _LEAST)):
        if sorted(near) == sorted(meant):
            # The same words in another order.
            return _line(DIALECTS[near], name, mapped)
        return f"{_meant(near)} {_line(DIALECTS[near], near, mapped)}"
    return ""


def _meant(name: str) -> str:
    return f'did you mean "{name}"?'


def _line(field: str, name: str, mapped: Mapping[str, tuple[str, ...]]) -> str:
    """Return the line of [records.fields] by which a field is read."""
    names = [*mapped.get(field, ()), name]
    value = f'"{name}"' if len(names) == 1 else f"[{', '.join(map(_quoted, names))}]"
    return f"[records.fields] {field} = {value} reads it"


def _quoted(name: str) -> str:
    return f'"{name}"'


def probably_meant(name: str, field: str, unread_names: Iterable[str]) -> str:
    """Return the unread field that a name in [records.fields] was probably meant for, "" if there is none.

    ``field`` is ours: another name that dialects have for it is meant, too.
    """
    names = list(unread_names)
    if near := nearest(name, names, _LEAST):
        return near
    return next((one for one in sorted(names) if _is_called(one, field)), "")


def _is_called(name: str, field: str) -> bool:
    ours = DIALECTS.get(folded(name))
    return ours == field or {ours, field} == {"originalUrl", "webUrl"}


def line_of(path: str, data: bytes, field: str) -> int:
    """Return the line of a record on which a field stands, dotted where it lies deeper; 0 if it does not."""
    try:
        lines = syntax.locator(data, posixpath.splitext(path)[1].lower())
        return lines((field,)) if "." not in field else lines(tuple(field.split(".")))
    except RecordRejected:
        return 0


def has_own_url(path: str, data: bytes, settings: Settings) -> bool:
    """Whether a record says itself where its article is, so that no permalink was made for it."""
    try:
        parsed = syntax.parse(data, posixpath.splitext(path)[1].lower())
    except RecordRejected:
        return False
    fields = ours(path, parsed.fields, settings)
    return any(not is_absent(fields.get(name)) for name in ("originalUrl", "webUrl"))
