"""Builds that follow the records: the static site is brought up to date whenever something changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from feeds.config import Config, Source
from feeds.errors import Problem
from feeds.pipeline import build
from feeds.pipeline.follow import Follower, Task
from feeds.push.background import Announcer

if TYPE_CHECKING:
    from feeds.push.websub import Announced


class Update(NamedTuple):
    """One build that followed a change."""

    built: build.Built
    rejections: tuple[Problem, ...]
    """What is wrong with records that were read, as far as it was not told before."""


def follow(
    source: Source,
    config: Config,
    clock: Callable[[], int],
    updated: Callable[[Update], object],
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
        updated(Update(built, tuple(sorted(rejections - known))))
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
