"""The index: what was read from which record, and which feeds it belongs to, kept between runs.

It is a cache. Everything in it can be made again from the records and the configuration; one that is damaged
or of another version is replaced, with a note.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from .generation import Generation
from .protocols import Stores

_BATCH = 500
_GENERATION = "generation"


class Index:
    """An open index, to be used as a context manager: an exception takes back what was not committed.

    Its parts are `facts`, `records`, `members`, `documents`, `search`, `images` and `announcements`; it
    commits and closes them together. ``note`` says why an older index was thrown away, or is "".
    ``generation`` is for who writes: it is raised with every commit of something new.
    """

    def __init__(self, stores: Stores, note: str = "", generation: Generation | None = None) -> None:
        self._database = stores.database
        self.facts = stores.facts
        self.records = stores.records
        self.members = stores.members
        self.documents = stores.documents
        self.search = stores.search
        self.images = stores.images
        self.announcements = stores.announcements
        self._generation = generation
        self.note = note

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.commit()
        self.close()

    def reopen(self) -> None:
        """Read through a connection of its own from now on: a forked process must not use its parent's."""
        self._database.reopen()

    def commit(self) -> None:
        """Make what was written since the last commit permanent, all of it at once."""
        if self._generation and not self.is_committed:
            self._commit_generation(self._generation)
        else:
            self._database.commit()
        self._database.settle()

    def _commit_generation(self, generation: Generation) -> None:
        """Commit under a new number.

        It is shown before the commit: who sees it and still reads what was there before goes on asking, and
        nobody who reads what is new can be followed by somebody who has not seen the number. Only who holds
        the lock for writing comes here.
        """
        before = generation.number
        number = max(self.number, before) + 1
        self.facts.remember(_GENERATION, str(number))
        generation.show(number)
        try:
            self._database.commit()
        except BaseException:
            generation.show(before)
            raise

    def save_memory(self) -> None:
        """Take little of it from now on, for who stays: what is done once may take more and be quicker."""
        self.members.save_memory()
        self._database.save_memory()

    @property
    def is_committed(self) -> bool:
        """Whether other connections, and so forked processes, see all that was written here."""
        return self._database.is_committed

    def close(self) -> None:
        """Take back what was not committed and let go of the index."""
        self._database.close()
        if self._generation:
            self._generation.close()

    @property
    def number(self) -> int:
        """The generation of what is read here: another one after every commit. 0 if there was none."""
        return int(self.facts.get(_GENERATION) or 0)

    def verify(self) -> None:
        """Read everything that documents are made from. What is damaged raises what reading it would."""
        self._database.check()
        last = 0
        while articles := self.records.all_articles(last, _BATCH):
            last = articles[-1].number
