"""Counters of several processes: nothing is lost, nothing counted twice, no sum goes back."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from processes import started
from project import environ

from feeds import FeedsError
from feeds.serving.counters import OTHER, Counters

COUNTING = """
import sys
from pathlib import Path
from feeds.serving.counters import Counters
counters = Counters(Path(sys.argv[1]))
for _ in range(1000):
    counters.add(("shared", 1), (sys.argv[2], 2))
print("counted", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def _process(folder: Path, name: str) -> Iterator[subprocess.Popen[str]]:
    """Run a process that counts, from when it has; it lives until its input ends."""
    command = [sys.executable, "-c", COUNTING, str(folder), name]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with started(command, env=environ(), text=True, **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "counted\n"
        yield process


def test_threads_lose_no_count(tmp_path: Path) -> None:
    """Several threads of one process count the same thing."""
    counters = Counters(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: [counters.add(("a", 1), ("b", 3)) for _ in range(5000)], range(4)))
    assert counters.totals() == {"a": 20_000, "b": 60_000}


def test_whoever_is_asked_tells_the_sum_of_all(tmp_path: Path) -> None:
    """Processes that count at the same time, and one that was killed meanwhile."""
    own = Counters(tmp_path)
    own.add(("shared", 1))
    with _process(tmp_path, "first") as first, _process(tmp_path, "second"):
        assert own.totals() == {"shared": 2001, "first": 2000, "second": 2000}
        first.send_signal(signal.SIGKILL)
        first.communicate(timeout=30)
        assert own.totals() == {"shared": 2001, "first": 2000, "second": 2000}
        with _process(tmp_path, "third") as third:
            third.communicate(timeout=30)
        assert own.totals() == {"shared": 3001, "first": 2000, "second": 2000, "third": 2000}
        # The third went on with the first one's file.
        assert len(list(tmp_path.glob("*.counts"))) == 3


def test_where_nobody_counts_any_more_counting_begins_anew(tmp_path: Path) -> None:
    """A server that is started again begins at 0, as Prometheus expects."""
    for name in ("first", "second"):
        with _process(tmp_path, name) as process:
            process.communicate(timeout=30)
    counters = Counters(tmp_path)
    counters.add(("a", 1))
    assert counters.totals() == {"a": 1}
    assert len(list(tmp_path.glob("*.counts"))) == 1


def test_a_forked_process_counts_for_itself(tmp_path: Path) -> None:
    """A server that makes the application before it forks loses nothing."""
    counters = Counters(tmp_path)
    counters.add(("a", 1))
    child = os.fork()
    if child == 0:
        counters.add(("a", 10))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    counters.add(("a", 100))
    assert counters.totals() == {"a": 111}
    assert len(list(tmp_path.glob("*.counts"))) == 2


def test_there_is_room_for_so_many_names(tmp_path: Path) -> None:
    """What is too long or too much is counted all the same, under one name."""
    counters = Counters(tmp_path)
    counters.add(("x" * 500, 1))
    for number in range(9000):
        counters.add((f"name {number}", 1))
    totals = counters.totals()
    assert sum(totals.values()) == 9001
    assert totals["name 0"] == 1
    assert totals[OTHER] > 800
    assert next(tmp_path.glob("*.counts")).stat().st_size < 2_000_000


def test_a_file_that_was_cut_off_is_no_obstacle(tmp_path: Path) -> None:
    """A full disk may leave such a file."""
    counters = Counters(tmp_path)
    counters.add(("a", 1))
    (tmp_path / "7.counts").write_bytes(b"cut off")
    assert counters.totals() == {"a": 1}
    other = Counters(tmp_path)
    other.add(("a", 1))
    assert other.totals() == {"a": 2}
    assert not (tmp_path / "7.counts").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The message says which and why."""
    (tmp_path / "file").write_text("")
    with pytest.raises(FeedsError, match=r"counters in .*file/metrics cannot be written"):
        Counters(tmp_path / "file" / "metrics").add()
