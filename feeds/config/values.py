"""Why a value of config.toml is none of its key's type, in words for people."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, Literal, Union

import msgspec

_KINDS: tuple[tuple[type, str], ...] = (
    # In this order, because true is an int and a datetime a date.
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number"),
    (str, "text in quotes"),
    (list, "a list"),
    (dict, "a table"),
    (datetime, "a date and time"),
    (date, "a date"),
    (time, "a time"),
)


def fits(value: Any, hint: Any) -> bool:
    """Whether a value is of the type that a hint describes."""
    try:
        msgspec.convert(value, hint)
    except msgspec.ValidationError:
        return False
    return True


def mismatch(value: Any, hint: Any) -> str:
    """Return why a value, which does not fit, is not of the type that a hint describes."""
    parts = _alternatives(hint)
    # A list that may not be text is not told about text: what is wrong is in the list.
    alike = [part for part in parts if _is_alike(value, part)]
    if not alike:
        return f"expected {' or '.join(map(_wanted, parts))}, got {_kind(value)}"
    hint = alike[0]
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _out_of_bounds(value, inner[1])
    if origin is Literal:
        allowed = ", ".join(f'"{one}"' for one in inner)
        return f"cannot be {value!r}; allowed are {allowed}"
    if inner:
        items, of = (value.values(), inner[1]) if isinstance(value, dict) else (value, inner[0])
        return next(mismatch(item, of) for item in items if not fits(item, of))
    return f"{str(value)[:60]} is too large"


def _alternatives(hint: Any) -> list[Any]:
    if typing.get_origin(hint) not in (Union, types.UnionType):
        return [hint]
    return [part for part in typing.get_args(hint) if part is not type(None)]


def _is_alike(value: Any, hint: Any) -> bool:
    kind, wanted = _kind(value), _wanted(hint)
    return kind == wanted or (kind, wanted) == ("a whole number", "a number")


def _kind(value: Any) -> str:
    return next((words for kind, words in _KINDS if isinstance(value, kind)), type(value).__name__)


def _wanted(hint: Any) -> str:
    origin = typing.get_origin(hint)
    if origin is Annotated:
        return _wanted(typing.get_args(hint)[0])
    if origin is Literal:
        return "text in quotes"
    if origin is tuple:
        return "a list"
    if origin is Mapping:
        return "a table"
    return next((words for kind, words in _KINDS if hint is kind), "another value")


def _out_of_bounds(value: float, bounds: msgspec.Meta) -> str:
    if bounds.ge is not None and not value >= bounds.ge:
        return f"must be at least {bounds.ge:,}"
    if bounds.gt is not None and not value > bounds.gt:
        return f"must be more than {bounds.gt:,}"
    return f"must be at most {bounds.le:,}"
