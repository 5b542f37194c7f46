"""The cache: within its bounds, and everything made once for all who wait."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from feeds.serving.cache import Cache


def cache(most: int = 3, most_bytes: int = 100) -> Cache[str, bytes]:
    return Cache(most, most_bytes, len)


def get(where: Cache[str, bytes], key: str, thing: bytes = b"x") -> bytes:
    return where.get(key, lambda _: True, lambda _: thing)


def test_what_is_right_is_handed_out_again() -> None:
    """And made anew, with the one before at hand, where it is not."""
    where = cache()
    assert get(where, "a", b"1") == b"1"
    assert get(where, "a", b"2") == b"1"
    assert where.get("a", lambda _: False, lambda before: (before or b"") + b"+") == b"1+"
    assert where.extent == (1, 2)


def test_what_was_not_asked_for_longest_goes_first() -> None:
    """By number."""
    where = cache(most=2)
    for key in ("a", "b", "a", "c"):
        get(where, key, key.encode())
    assert where.extent == (2, 2)
    assert get(where, "a", b"new") == b"a"
    assert get(where, "b", b"new") == b"new"


def test_bytes_are_bounded_too() -> None:
    """One that is larger than all there may be is kept alone: it may be asked for again at once."""
    where = cache(most_bytes=10)
    get(where, "a", b"12345")
    get(where, "b", b"123456")
    assert where.extent == (1, 6)
    assert get(where, "c", b"x" * 11) == b"x" * 11
    assert where.extent == (1, 11)


def test_many_who_ask_at_once_get_one_thing() -> None:
    """It is made once."""
    where = cache()
    made: list[int] = []
    # All of them are there before the first one goes on.
    everybody, go_on = threading.Barrier(9), threading.Event()

    def make(_: bytes | None) -> bytes:
        made.append(1)
        go_on.wait(30)
        return b"thing"

    def ask(_: int) -> bytes:
        everybody.wait(30)
        return where.get("a", lambda _: True, make)

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, number) for number in range(8)]
        everybody.wait(30)
        go_on.set()
        assert [one.result(30) for one in asked] == [b"thing"] * 8
    assert len(made) == 1


def test_what_fails_is_not_kept() -> None:
    """The next one who asks tries again."""
    where = cache()

    def fail(_: bytes | None) -> bytes:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        where.get("a", lambda _: True, fail)
    assert get(where, "a", b"yes") == b"yes"


def test_what_was_begun_too_early_is_not_handed_out() -> None:
    """Who asks for something newer than what is being made waits, and makes it."""
    where = cache()
    begun, go_on = threading.Event(), threading.Event()

    def old(_: bytes | None) -> bytes:
        begun.set()
        go_on.wait(30)
        return b"old"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(where.get, "a", lambda _: True, old)
        assert begun.wait(30)
        second = pool.submit(where.get, "a", lambda thing: thing != b"old", lambda _: b"new")
        go_on.set()
        assert (first.result(30), second.result(30)) == (b"old", b"new")
