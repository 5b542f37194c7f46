"""Work spread over the machine's cores, where there is enough of it and processes may be forked."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from typing import Any, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_FEW = 4
"""So many items are not worth a process."""


def each(
    function: Callable[[Item], Answer], items: Iterable[Item], begin: Callable[[], object] = bool
) -> Iterator[tuple[Item, Answer]]:
    """Yield every item with the function's answer, in the items' order.

    Many items go to one process a core, a few at a time, so that memory stays bounded however many there are.
    ``begin`` is called once in each of these processes. Items and answers must be picklable; the function
    need not. Its exceptions are raised here.
    """
    remaining = iter(items)
    first = list(islice(remaining, _FEW + 1))
    everything = chain(first, remaining)
    cores = os.cpu_count() or 1
    if len(first) <= _FEW or cores == 1 or not _may_fork():
        for item in everything:
            yield item, function(item)
        return
    waiting: deque[tuple[Item, Future[Answer]]] = deque()
    context = multiprocessing.get_context("fork")
    with (
        _rare_collections(),
        ProcessPoolExecutor(cores, context, initializer=_begin, initargs=(function, begin)) as pool,
    ):
        for item in everything:
            waiting.append((item, pool.submit(_call, item)))
            if len(waiting) > 2 * cores:
                done, future = waiting.popleft()
                yield done, future.result()
        for done, future in waiting:
            yield done, future.result()


def apart(function: Callable[[], Answer]) -> Answer:
    """Call a function in a process of its own, if processes may be forked: its memory is given back then.

    What it returns or raises must be picklable; the function need not.
    """
    if not _may_fork():
        return function()
    context = multiprocessing.get_context("fork")
    initial = (lambda _: function(), bool)
    with ProcessPoolExecutor(1, context, initializer=_begin, initargs=initial) as pool:
        answer: Answer = pool.submit(_call, None).result()
        return answer


@contextlib.contextmanager
def _rare_collections() -> Iterator[None]:
    """Keep the garbage collector from walking, again and again, what lives on anyway.

    It is inherited by the forked processes.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _may_fork() -> bool:
    """Whether a fork is safe: not in a process with threads, whose locks it would copy as they are."""
    return "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1


_function: Callable[[Any], Any]


def _begin(function: Callable[[Any], Any], begin: Callable[[], object]) -> None:
    global _function  # noqa: PLW0603 - a forked process inherits it, which spares pickling it with every item
    _function = function
    begin()


def _call(item: Any) -> Any:
    return _function(item)
