"""Calendar months in UTC, spelled "2024-05", and their instants in seconds since 1970."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

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
