"""What videos, courses, collections and downloads say beyond an article: all of it optional.

Nothing here rejects a record: what cannot be understood is noted, and left out.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from feeds.model.article import Link, Player, Rating
from feeds.text import cleaning, durations, urls

from . import players
from .values import Place, Value

Warn = Callable[[Place, str], None]

_LONGEST = 366 * 86_400
_MOST = 100
"""Of a list, so many are shown."""


class Fields(Protocol):
    """The fields of a record that this module reads."""

    featuredContent: Value  # noqa: N815
    length: Value
    levels: Value
    price: Value
    ratings: Value
    items: Value
    actions: Value


def read(fields: Fields, site_url: str, warn: Warn) -> dict[str, Any]:
    """Return what of an article comes from these fields; ``warn`` is told of what is left out."""
    if not (
        fields.length
        or fields.featuredContent
        or fields.levels
        or fields.price
        or fields.ratings
        or fields.items
        or fields.actions
    ):
        return {}
    found: dict[str, Any] = {
        "player": _player(fields.featuredContent, site_url, warn),
        "duration": _duration(fields.length, warn),
        "levels": tuple(_texts(fields.levels, ("levels",), warn)),
        "price": next(_texts(fields.price, ("price",), warn), ""),
        "rating": _rating(fields.ratings, warn),
        "items": tuple(_links(fields.items, ("items",), site_url, warn)),
        "actions": tuple(link for link in _links(fields.actions, ("actions",), site_url, warn) if link.url),
    }
    return {name: value for name, value in found.items() if value}


def _player(value: Value, site_url: str, warn: Warn) -> Player | None:
    if _is_absent(value):
        return None
    try:
        if not isinstance(value, str):
            raise ValueError("is not text")
        return players.player(value, site_url)
    except ValueError as error:
        warn(("featuredContent",), f"{error}; it is left out")
        return None


def _duration(value: Value, warn: Warn) -> int:
    """Return a duration (ISO 8601) in seconds, 0 if there is none."""
    if _is_absent(value):
        return 0
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            if (seconds := durations.seconds(value.strip(), calendar=False)) <= _LONGEST:
                return seconds
    shown = f"{value[:60]!r}" if isinstance(value, str) else "what it says"
    warn(
        ("length",), f"{shown} is no duration of hours, minutes and seconds, such as PT1H30M; it is left out"
    )
    return 0


def _rating(value: Value, warn: Warn) -> Rating | None:
    if _is_absent(value):
        return None
    if not isinstance(value, dict):
        warn(("ratings",), "is not a mapping; it is left out")
        return None
    average, count = (_number(value.get(name)) for name in ("average", "count"))
    for name, number in (("average", average), ("count", count)):
        if number is None:
            warn(("ratings", name), f"{str(value.get(name))[:60]!r} is not a number; the rating is left out")
            return None
    return Rating(average or 0, int(count or 0)) if count else None


def _is_absent(value: Value) -> bool:
    return not value or (isinstance(value, str) and cleaning.is_blank(value))


def _number(value: Value) -> float | None:
    try:
        number = float(value or 0)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and 0 <= number < 2**53 else None


def _each(value: Value) -> Iterator[tuple[Value, Place]]:
    """Yield what a field lists, or its one value, each with its place in the field."""
    if isinstance(value, list):
        yield from ((item, (position,)) for position, item in enumerate(value[:_MOST]))
    elif value:
        yield value, ()


def _texts(value: Value, where: Place, warn: Warn) -> Iterator[str]:
    for item, place in _each(value):
        if item is None:
            continue
        if not isinstance(item, str):
            warn((*where, *place), "is not text; it is left out")
        elif shown := cleaning.plain(item):
            yield shown


def _links(value: Value, where: Place, site_url: str, warn: Warn) -> Iterator[Link]:
    """Yield what a field lists by name or as mappings with a title and an address."""
    for item, place in _each(value):
        if isinstance(item, str):
            if name := _name(item):
                yield Link(name)
            continue
        if not isinstance(item, dict):
            if item is not None:
                warn((*where, *place), "is not a mapping; it is left out")
            continue
        given = [item.get(key) for key in ("title", "name", "url", "originalUrl", "webUrl")]
        title, name, *addresses = (value if isinstance(value, str) else "" for value in given)
        shown, address = cleaning.plain(title) or cleaning.plain(name), _first(addresses)
        try:
            url = urls.absolute(address, site_url) if address else ""
        except ValueError as error:
            warn((*where, *place), f"{address[:200]!r} {error}; it is left out")
            continue
        if shown or url:
            yield Link(shown or urls.host(url), url)
        else:
            warn((*where, *place), "has no title and no url; it is left out")


def _first(values: Iterable[str]) -> str:
    return next((value for value in values if not cleaning.is_blank(value)), "")


def _name(reference: str) -> str:
    """Spell what a collection calls its part: "courses/write-data" is the record of a course of that name."""
    shown = cleaning.plain(reference)
    if not re.fullmatch(r"[\w./-]+", shown) or "/" not in shown:
        return shown
    name = shown.rstrip("/").rpartition("/")[2].replace("-", " ").replace("_", " ").strip()
    return name[:1].upper() + name[1:]
