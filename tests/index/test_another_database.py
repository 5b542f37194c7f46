"""An index over another database than SQLite: what commits together, and under which number."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.index.generation import Generation
from feeds.index.index import Index
from feeds.index.protocols import Stores


class Memory:
    """A database and its facts, in memory; ``seen`` is which number others saw at each commit."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self.new: dict[str, str] = {}
        self.kept: dict[str, str] = {}
        self.seen: list[int] = []
        self.is_full = False
        self.is_open = True

    def get(self, name: str) -> str:
        return (self.kept | self.new).get(name, "")

    def remember(self, name: str, value: str) -> None:
        self.new[name] = value

    @property
    def is_committed(self) -> bool:
        return not self.new

    def commit(self) -> None:
        if self.is_full:
            raise OSError("full")
        self.seen.append(self._generation.number)
        self.kept |= self.new

    def settle(self) -> None:
        self.new = {}

    def close(self) -> None:
        self.is_open = False


@pytest.fixture
def generation(tmp_path: Path) -> Generation:
    return Generation(tmp_path / "generation")


@pytest.fixture
def memory(generation: Generation) -> Memory:
    return Memory(generation)


@pytest.fixture
def index(memory: Memory, generation: Generation) -> Index:
    unused = [None] * (len(Stores._fields) - 2)
    return Index(Stores(memory, memory, *unused), generation=generation)


def test_what_is_new_is_committed_under_a_new_number(
    index: Index, memory: Memory, generation: Generation
) -> None:
    """It is shown before the commit, so that nobody reads what is new under the old one."""
    before = generation.number
    index.facts.remember("x", "y")
    index.commit()
    assert memory.kept["x"] == "y"
    assert memory.seen == [generation.number]
    assert index.number == generation.number > before


def test_nothing_new_has_no_new_number(index: Index, generation: Generation) -> None:
    """Readers are left alone."""
    index.facts.remember("x", "y")
    index.commit()
    before = generation.number
    index.commit()
    assert generation.number == before


def test_a_number_whose_commit_failed_is_taken_back(
    index: Index, memory: Memory, generation: Generation
) -> None:
    """Readers would look for what never came."""
    before = generation.number
    memory.is_full = True
    index.facts.remember("x", "y")
    with pytest.raises(OSError, match="full"):
        index.commit()
    assert generation.number == before
    assert not memory.kept


def test_an_exception_takes_back_what_was_not_committed(index: Index, memory: Memory) -> None:
    """And the database is let go of."""
    with pytest.raises(KeyError), index:
        index.facts.remember("x", "y")
        raise KeyError
    assert not memory.kept
    assert not memory.is_open
