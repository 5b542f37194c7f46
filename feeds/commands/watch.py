"""Builds that follow the records: the static site is brought up to date whenever something changes.

Each is told of in a line.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from feeds.config import Config, Source
from feeds.errors import Problem
from feeds.pipeline import build
from feeds.pipeline.follow import Follower, Task
from feeds.push.background import Announcer

from . import printing

if TYPE_CHECKING:
    from feeds.push.websub import Announced

_MOST_NAMED = 4
"""So many changed paths are in the line of an update."""


class _Update(NamedTuple):
    """One build that followed a change."""

    built: build.Built
    rejections: tuple[Problem, ...]
    """What is wrong with records that were read, as far as it was not told before."""


def watch(source: Source, config: Config, clock: Callable[[], int], folder: Path, *, is_strict: bool) -> None:
    """Build whenever something changes, and say so in a line, until Ctrl-C.

    ``clock`` tells the instant in seconds since 1970; ``folder`` is the exported one, as the user knows it.
    """
    printing.say("Following changes (Ctrl-C stops)")
    try:
        _follow(
            source,
            config,
            clock,
            lambda update: _say(update, folder),
            lambda error: _say_failed(error, folder),
            printing.say_announced,
            is_strict=is_strict,
        )
    except KeyboardInterrupt:
        printing.say("")


def _say(update: _Update, folder: Path) -> None:
    changes = update.built.changes
    printing.say_note(update.built.note)
    printing.say_problems([*update.built.topic_problems, *update.rejections])
    paths = [*changes.added, *changes.changed, *changes.removed]
    if paths:
        others = len(paths) - _MOST_NAMED
        more = f" and {printing.many(others, 'other')}" if others > 0 else ""
        clock = datetime.now().astimezone()
        counted = (
            f"{len(changes.added)} added, {len(changes.changed)} changed, {len(changes.removed)} removed"
        )
        printing.say(f"{clock:%H:%M:%S} {counted}: {', '.join(paths[:_MOST_NAMED])}{more}")
        printing.say_foreign(changes, folder)


def _say_failed(error: Exception, folder: Path) -> None:
    printing.say_problems(getattr(error, "problems", []))
    for line in printing.lines_of(error):
        printing.say_beside(f"Error: {line}; {folder} stays as it is")


def _follow(
    source: Source,
    config: Config,
    clock: Callable[[], int],
    updated: Callable[[_Update], object],
    failed: Callable[[Exception], object],
    announced: Callable[[Announced], object],
    *,
    is_strict: bool,
) -> None:
    """Build whenever something changes, until KeyboardInterrupt.

    ``clock`` tells the instant in seconds since 1970. ``updated`` is told of every build; ``failed`` of every
    one that failed, and of a configuration that cannot be used, once for as long as the reason is the same;
    ``announced`` of what hubs were told, from another thread.
    """
    announcer = Announcer(announced, failed)
    known: set[Problem] = set()
    reason = ""

    def work(task: Task) -> int:
        nonlocal known, reason
        found: list[Problem] = []
        built = build.build(
            task.config, clock(), folders=task.folders, is_strict=is_strict, noticed=found.extend
        )
        rejections = {problem for problem in found if problem.severity == "rejection"}
        updated(_Update(built, tuple(sorted(rejections - known))))
        if built.changes.added or built.changes.changed:
            announcer.begin(task.config)
        known = rejections or known
        reason = ""
        return built.next_change

    def fail(error: Exception) -> None:
        nonlocal reason
        if str(error) != reason:
            reason = str(error)
            failed(error)

    Follower(source, config, clock, work, fail, lambda: False, threading.Event()).run()
