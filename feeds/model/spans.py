"""Spans of time: from when to when an article is in a feed. Times are seconds since 1970, UTC."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

FOREVER = 2**62
"""The end of a span that has none, in seconds since 1970."""


class Span(NamedTuple):
    """When an article is in a feed: from ``start`` until just before ``end``; seconds since 1970, UTC."""

    start: int
    end: int


class Placed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An article's place in one feed. Times are seconds since 1970, UTC."""

    feed: str
    starts: int
    ends: int
    place: int = 0
    """0 for an article that is alone with its id, else from 1: the lowest visible one is shown."""


def both(one: Span, other: Span) -> Span | None:
    """Return the instants that lie in two spans, or None."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Span(start, end) if start < end else None


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the instants that lie in any of these spans, as spans that neither overlap nor touch."""
    whole: list[Span] = []
    for span in sorted(spans):
        if whole and span.start <= whole[-1].end:
            whole[-1] = Span(whole[-1].start, max(whole[-1].end, span.end))
        else:
            whole.append(span)
    return whole
