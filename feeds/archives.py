"""Archives: a feed's whole history as documents of one UTC month each, and how they are linked (RFC 5005).

Clients that have an archive document need not ask for it again (section 4.1), so that one with articles must
change with its own articles and with nothing else. Its links depend on its own month alone: it leads to the
document of the calendar month before, which is there even if it is empty. Only such an empty document, a
stepping stone, leads over a gap, and only it changes when the gap does. No document with articles names the
one after it, because that one may not be there yet.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from .feed import Place

_DAY = 86_400


def month_of(moment: int) -> str:
    """Return the month ("2024-05") of an instant, which is seconds since 1970, UTC."""
    return _month_of_day(moment // _DAY)


@functools.lru_cache(maxsize=65_536)
def _month_of_day(day: int) -> str:
    return f"{datetime.fromtimestamp(day * _DAY, UTC):%Y-%m}"


def bounds(month: str) -> tuple[int, int]:
    """Return a month's first instant and the first one behind it, in seconds since 1970."""
    year, number = map(int, month.split("-"))
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    return int(datetime(year, number, 1, tzinfo=UTC).timestamp()), int(
        datetime(*after, 1, tzinfo=UTC).timestamp()
    )


def before(month: str) -> str:
    """Return the calendar month before another."""
    return month_of(bounds(month)[0] - 1)


def chain(months: Iterable[str]) -> dict[str, Place]:
    """Return every archive document of a feed, by month, given the months that have articles."""
    places: dict[str, Place] = {}
    earlier = ""
    for month in sorted(months):
        stone = before(month)
        if stone != earlier:
            places[stone] = Place(stone, previous=earlier, following=month)
        places[month] = Place(month, previous=stone)
        earlier = month
    return places


def entrance(months: Mapping[str, int], limit: int) -> str:
    """Return the month of the document that the subscription document leads to; "" if there is none.

    ``months`` are those with articles → how many. The newest month still grows: if the subscription document,
    which shows the newest ``limit`` articles, has all of it, the chain begins with the month before.
    """
    if not months:
        return ""
    newest = max(months)
    return before(newest) if months[newest] <= limit else newest
