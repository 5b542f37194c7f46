"""What is remembered of documents: from what they were made, for how long they are right, since when."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping

from feeds.index.index import Index
from feeds.index.rows import DocumentState
from feeds.model.feed import EMPTY_SINCE
from feeds.model.spans import FOREVER

from .document import Remembered, Rendered, date_of, etag_of


class States:
    """The states of documents, as the index and an earlier export know them, at one instant.

    ``now`` is seconds since 1970, UTC. What is new is remembered in the index when `save` is called.
    """

    def __init__(self, index: Index, now: int) -> None:
        self._index = index
        self._now = now
        self._states = index.documents.states()
        self._new: dict[str, DocumentState] = {}
        self._remembered: Mapping[str, Remembered] = {}

    def at(self, index: Index, now: int) -> States:
        """Return the states at another instant, with another connection to the same index."""
        other = copy.copy(self)
        other._index, other._now = index, now
        other._states, other._new = dict(self._states), {}
        return other

    def known(self, path: str) -> DocumentState | None:
        """Return what is known of a document, whether it is right now or not."""
        return self._states.get(path)

    def timely(self, path: str) -> DocumentState | None:
        """Return what is known of a document that time has not changed."""
        state = self._states.get(path)
        return state if state and state.valid_from <= self._now < state.valid_until else None

    def next_change(self, paths: Iterable[str]) -> int:
        """Return the first instant at which one of these documents may change by itself."""
        states = (self._states.get(path) for path in paths)
        return min((state.valid_until for state in states if state), default=FOREVER)

    def recall(self, remembered: Mapping[str, Remembered]) -> None:
        """Learn from an earlier export when documents last changed, where the index does not know better."""
        self._remembered = remembered
        for path, state in self._states.items():
            before = remembered.get(path)
            if before and before.updated > state.updated:
                later = state._replace(updated=date_of(state.etag, before, self._now))
                self._states[path] = self._new[path] = later

    def note(self, made: Rendered, inputs: str, *, is_list: bool) -> DocumentState:
        """Give a document that was made its tag and date, and remember them."""
        etag = etag_of(made.body)
        known = self._states.get(made.path)
        before = Remembered(known.etag, known.updated) if known else self._remembered.get(made.path)
        # Bytes that nobody has seen before are as old as their newest entry, so that two exports of the same
        # records are the same, whenever they are made; after that, the date only moves forward.
        if before:
            is_by_time = known is not None and known.inputs == inputs
            since = self._since(made, before, is_list=is_list, is_by_time=is_by_time)
            updated = date_of(etag, before, since)
        else:
            updated = max(made.newest, int(EMPTY_SINCE.timestamp()))
        state = DocumentState(inputs, made.valid_from, made.valid_until, etag, updated, made.entries)
        self._states[made.path] = self._new[made.path] = state
        return state

    def _since(self, made: Rendered, before: Remembered, *, is_list: bool, is_by_time: bool) -> int:
        """Return since when a document may have these bytes.

        Where nothing but time has changed them, that is an instant at which all who make it arrive, whenever
        they do: several processes of a server hand out the same date.
        """
        if is_list:
            return made.newest if made.newest > before.updated else self._now
        return made.valid_from if is_by_time else self._now

    def save(self) -> None:
        """Remember in the index what is new."""
        self._index.documents.write_states(self._new)
        self._new = {}
