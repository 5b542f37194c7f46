"""The cost of a build follows the change, not the archive: work is counted, not timed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from project import CONFIG, Project

from feeds import parallel
from feeds.publication import assembly
from feeds.records import reader

TOPICS = ("Red", "Green", "Blue", "Grey")


class Work(NamedTuple):
    """What one build did: records parsed, feeds composed, files written or removed, by path."""

    parsed: int
    composed: tuple[str, ...]
    written: frozenset[str]
    removed: frozenset[str]


class Builder:
    """Builds a project of 12 articles, three in each of four topics, and tells the work of it."""

    def __init__(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        self.project = project
        self._parsed: list[str] = []
        self._composed: list[str] = []
        # Calls in other processes would not be counted here.
        monkeypatch.setattr(parallel, "_may_fork", lambda: False)
        count(monkeypatch, reader, "read", self._parsed)
        count(monkeypatch, assembly, "feed", self._composed)

    def __call__(self, config: str = "") -> Work:
        if config:
            self.project.configure(config)
        self._parsed.clear()
        self._composed.clear()
        changes = self.project.build().changes
        written = frozenset((*changes.added, *changes.changed))
        return Work(len(self._parsed), tuple(sorted(self._composed)), written, frozenset(changes.removed))


@pytest.fixture
def work(make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> Builder:
    project = make_project(CONFIG + '[feeds]\nformats = ["rss", "atom"]\n')
    for number in range(12):
        project.record(f"r{number:02d}", topics=[TOPICS[number % 4]])
    return Builder(project, monkeypatch)


def count(monkeypatch: pytest.MonkeyPatch, module: object, name: str, into: list[str]) -> None:
    """Note the first argument of every call of a function, which goes on as before."""
    function = getattr(module, name)

    def counted(first: str, *rest: object) -> object:
        into.append(first)
        return function(first, *rest)

    monkeypatch.setattr(module, name, counted)


def documents(*feeds: str) -> frozenset[str]:
    return frozenset(f"/{feed}{suffix}" for feed in feeds for suffix in (".rss", ".atom"))


ALL = ("all", *(f"topics/{topic.lower()}" for topic in sorted(TOPICS)))


def test_a_first_build_does_everything_once(work: Builder) -> None:
    """Every record is parsed once, every feed composed once, every document written."""
    expected = documents(*ALL) | {"/assets/feed.css", "/favicon.ico", "/feeds.opml", "/manifest.json"}
    assert work() == Work(12, ALL, expected, frozenset())


def test_an_unchanged_build_does_nothing(work: Builder) -> None:
    """Nothing is parsed, composed or written where nothing changed."""
    work()
    assert work() == Work(0, (), frozenset(), frozenset())


def test_one_changed_record_is_the_only_one_parsed(work: Builder) -> None:
    """Only the feeds it appears in are composed and written."""
    work()
    work.project.record("r00", topics=["Red"], title="Another title")
    touched = ("all", "topics/red")
    assert work() == Work(1, touched, documents(*touched) | {"/manifest.json"}, frozenset())


def test_a_record_that_moves_touches_the_feeds_of_both_places(work: Builder) -> None:
    """The feed it leaves changes as the feed it enters does."""
    work()
    work.project.record("r00", topics=["Blue"])
    touched = ("all", "topics/blue", "topics/red")
    assert work() == Work(1, touched, documents(*touched) | {"/manifest.json"}, frozenset())


def test_a_new_record_touches_its_own_feeds(work: Builder) -> None:
    """An added record costs what it adds."""
    work()
    work.project.record("new", topics=["Green", "Grey"])
    touched = ("all", "topics/green", "topics/grey")
    assert work() == Work(1, touched, documents(*touched) | {"/manifest.json"}, frozenset())


def test_a_deleted_record_parses_nothing(work: Builder) -> None:
    """Only the feeds that it was in are composed and written."""
    work()
    (work.project.root / "records" / "r01.md").unlink()
    touched = ("all", "topics/green")
    assert work() == Work(0, touched, documents(*touched) | {"/manifest.json"}, frozenset())


def test_a_touched_record_with_the_same_bytes_writes_nothing(work: Builder) -> None:
    """A new time stamp costs reading the record, but no subscriber hears of it."""
    work()
    record: Path = work.project.root / "records" / "r01.md"
    os.utime(record, (1_700_000_000, 1_700_000_000))
    done = work()
    assert (done.parsed, done.written, done.removed) == (1, frozenset(), frozenset())


def test_a_changed_site_parses_nothing(work: Builder) -> None:
    """What only feeds say is rendered anew from the index."""
    work()
    done = work(CONFIG.replace('"Example"', '"Other"') + '[feeds]\nformats = ["rss", "atom"]\n')
    assert (done.parsed, done.composed) == (0, ALL)
    assert done.written == documents(*ALL) | {"/feeds.opml", "/manifest.json"}


def test_a_changed_selection_parses_nothing(work: Builder) -> None:
    """What is selected is worked out from the index; a feed with other articles is written."""
    work()
    config = CONFIG + '[feeds]\nformats = ["rss", "atom"]\n[topics.red]\nmin_quality = 1\n'
    done = work(config)
    assert done.parsed == 0
    assert documents("topics/red") <= done.written
    assert not documents("topics/blue") & done.written


def test_a_changed_reading_parses_everything(work: Builder) -> None:
    """Records are read again where the configuration reads them in another way."""
    work()
    config = CONFIG.replace("www.example.org", "www.example.net") + '[feeds]\nformats = ["rss", "atom"]\n'
    assert work(config).parsed == 12


def test_a_format_that_is_dropped_has_its_files_removed(work: Builder) -> None:
    """What the configuration no longer asks for does not stay behind."""
    work()
    done = work(CONFIG + '[feeds]\nformats = ["rss"]\n')
    assert done.parsed == 0
    assert done.removed == frozenset(f"/{feed}.atom" for feed in ALL)
