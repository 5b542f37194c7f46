"""Rendering: documents are made feed by feed, on several cores if they are many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, zip_longest

from feeds.index.index import Index
from feeds.index.rows import Summary
from feeds.parallel import each

from .document import Rendered
from .kinds import Given, Kind

_JOBS = 8
"""Into so many jobs the making of many documents is divided."""
_MOST_DOCUMENTS = 400
"""In one job, so that memory stays bounded."""


def rendered(
    paths: Sequence[str], kinds: Mapping[str, Kind], given: Given, index: Index
) -> Iterator[Rendered]:
    """Make the documents at these paths, those of feeds first. ``kinds`` has every document by its path."""
    of_feeds = [path for path in paths if kinds[path].feed]
    # Other processes would not see what this one has written.
    spread = _on_cores if index.is_committed else _here
    for made, summaries in spread(of_feeds, kinds, given, index):
        given.contents.learn(summaries)
        yield from made
    for path in paths:
        if not kinds[path].feed:
            yield kinds[path].make(given)


_Answer = tuple[list[Rendered], dict[str, Summary]]


def _on_cores(paths: list[str], kinds: Mapping[str, Kind], given: Given, index: Index) -> Iterator[_Answer]:
    def order(path: str) -> tuple[str, str]:
        # Documents of the same articles and format lie next to each other: entries are written once.
        return kinds[path].month or path.rpartition(".")[2], path

    jobs = _shared_out(sorted(paths, key=order))
    return (answer for _, answer in each(_work(kinds, given), jobs, index.reopen))


def _here(paths: list[str], kinds: Mapping[str, Kind], given: Given, _: Index) -> Iterator[_Answer]:
    """Make documents in this process: feed by feed, to take little memory."""

    def held(path: str) -> tuple[str, str]:
        return kinds[path].feed, kinds[path].month

    work = _work(kinds, given)
    return (work(list(job)) for _, job in groupby(sorted(paths, key=held), held))


def _work(kinds: Mapping[str, Kind], given: Given) -> Callable[[list[str]], _Answer]:
    """Return what makes the documents of one job, and says what the feeds of it hold."""

    def make(paths: list[str]) -> _Answer:
        contents = given.contents
        try:
            made = [kinds[path].make(given) for path in paths]
        finally:
            contents.let_go()
        return made, {kinds[path].feed: contents.summary(kinds[path].feed) for path in paths}

    return make


def _shared_out(ordered: list[str]) -> list[list[str]]:
    """Divide the making of many documents into jobs.

    A process that has made one feed's RSS has half of what it needs for the next feed's RSS, so that jobs are
    of one format, as far as possible, and those that are begun at the same time are of different ones.
    """
    if len(ordered) <= 2 * _JOBS:
        return [sorted(ordered)] if ordered else []
    size = min(-(-len(ordered) // _JOBS), _MOST_DOCUMENTS)
    jobs = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    half = -(-len(jobs) // 2)
    return [job for pair in zip_longest(jobs[:half], jobs[half:]) for job in pair if job]
