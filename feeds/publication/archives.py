"""Archives: a feed's whole history as documents of one UTC month each, and how they are linked (RFC 5005).

Clients that have an archive document need not ask for it again (section 4.1), so that one with articles must
change with its own articles and with nothing else. Its links depend on its own month alone: it leads to the
document of the calendar month before, which is there even if it is empty. Only such an empty document, a
stepping stone, leads over a gap, and only it changes when the gap does. No document with articles names the
one after it, because that one may not be there yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from feeds.model.feed import InHistory
from feeds.model.months import before


def chain(months: Iterable[str]) -> dict[str, InHistory]:
    """Return every archive document of a feed, by month, given the months that have articles."""
    places: dict[str, InHistory] = {}
    earlier = ""
    for month in sorted(months):
        stone = before(month)
        if stone != earlier:
            places[stone] = InHistory(stone, previous=earlier, following=month)
        places[month] = InHistory(month, previous=stone)
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
