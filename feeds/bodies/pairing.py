"""Template tags that belong together, found in time that grows with the body and no faster."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple


class Pair(NamedTuple):
    """Two tags, and what stands between them."""

    opening: re.Match[str]
    end: re.Match[str]

    @property
    def inner(self) -> str:
        """Return what stands between the tags."""
        return self.opening.string[self.opening.end() : self.end.start()]


def pairs(
    body: str, tag: re.Pattern[str], inside: Sequence[tuple[int, int]] = (), *, nests: bool = False
) -> Iterator[Pair]:
    """Yield what belongs together. ``tag`` has the groups "word", and "end" in tags that end something.

    Tags that begin ``inside`` these spans, which are in order, are none. What ``nests`` begins with the
    nearest opening before its end, all else with the first.
    """
    waiting: dict[str, list[re.Match[str]]] = {}
    for match in outside(tag.finditer(body), inside):
        openings = waiting.setdefault(match["word"], [])
        if match["end"] is None:
            if nests or not openings:
                openings.append(match)
        elif openings:
            yield Pair(openings.pop(), match)


def outermost(found: Iterable[Pair]) -> Iterator[Pair]:
    """Yield pairs in order, but for those that begin within another one."""
    position = 0
    for pair in sorted(found, key=lambda pair: pair.opening.start()):
        if pair.opening.start() >= position:
            position = pair.end.end()
            yield pair


def outside(matches: Iterable[re.Match[str]], spans: Sequence[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """Yield the matches that begin in none of the spans; both are in order."""
    number = 0
    for match in matches:
        start = match.start()
        while number < len(spans) and spans[number][1] <= start:
            number += 1
        if number == len(spans) or start < spans[number][0]:
            yield match
