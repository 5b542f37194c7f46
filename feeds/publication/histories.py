"""Histories: which archive documents each feed has at an instant, as the index knows it."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from feeds.index.index import Index
from feeds.index.rows import Month, Months
from feeds.model.feed import InHistory
from feeds.model.spans import FOREVER

from . import archives

_STONE = Month(version=0, valid_until=FOREVER)
"""What is known of a month that has no articles: what leads over it says everything of its document."""


class Histories:
    """The months of all feeds at one instant (``now``: seconds since 1970, UTC).

    ``versions`` are those of the feeds. What was found is remembered in the index when `save` is called.
    """

    def __init__(self, index: Index, now: int, versions: Mapping[str, int]) -> None:
        self._index = index
        self._now = now
        self._versions = versions
        self._remembered = index.documents.histories()
        self._months: dict[str, Months] = {}
        self._new: dict[str, tuple[int, Months]] = {}

    def at(self, index: Index, now: int) -> Histories:
        """Return the histories at another instant, read from another connection to the same index."""
        other = copy.copy(self)
        other._index, other._now, other._months, other._new = index, now, {}, {}
        other._remembered = self._remembered | self._months
        return other

    def month(self, feed: str, month: str) -> Month:
        """Return what a month of a feed holds."""
        return self._of(feed).get(month, _STONE)

    def documents(self, feed: str) -> dict[str, InHistory]:
        """Return every archive document of a feed, by month."""
        return archives.chain(self._articles(feed))

    def subscription(self, feed: str, limit: int) -> InHistory:
        """Return where the subscription document stands, which shows so many articles."""
        return InHistory(previous=archives.entrance(self._articles(feed), limit))

    @property
    def valid_until(self) -> int:
        """The first instant at which there may be other documents by themselves."""
        months = (month for feed in self._months.values() for month in feed.values())
        return min((month.valid_until for month in months), default=FOREVER)

    def save(self) -> None:
        """Remember in the index what was found."""
        self._index.documents.write_histories(self._new)
        self._new = {}

    def _articles(self, feed: str) -> dict[str, int]:
        return {name: month.articles for name, month in self._of(feed).items() if month.articles}

    def _of(self, feed: str) -> Months:
        if feed not in self._months:
            known, version = self._remembered.get(feed, {}), self._versions.get(feed, 0)
            months = self._months[feed] = self._index.members.months(feed, self._now, version, known)
            if months is not known:
                self._new[feed] = version, months
        return self._months[feed]
