"""What tests start ends with them."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from processes import run, started
from project import ROOT, environ, eventually

TESTS = ROOT / "tests"
FAMILY = """
import os, subprocess, sys, time
# A child that hears of no signal to its parent, as a server's worker may.
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(os.getpid(), child.pid, flush=True)
time.sleep(600)
"""
SESSION = f"""
import multiprocessing, sys, time
from processes import kept, started
context = multiprocessing.get_context("fork")
with kept(), started([sys.executable, "-c", {FAMILY!r}], stdout=-1) as process:
    forked = context.Process(target=time.sleep, args=(600,))
    forked.start()
    print(process.stdout.readline().decode().strip(), forked.pid, flush=True)
    time.sleep(600)
"""


def lives(pid: int) -> bool:
    """Whether a process runs; one that ended, and that nobody asked about yet, does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_what_was_started_ends_when_the_process_that_tests_is_killed(how: signal.Signals) -> None:
    """Programs, what they start, and what is forked: nothing is left that serves or computes for hours."""
    command = [sys.executable, "-c", SESSION]
    with started(
        command, env=environ(PYTHONPATH=f"{ROOT}:{TESTS}:{TESTS / 'support'}"), stdout=subprocess.PIPE
    ) as session:
        assert session.stdout is not None
        pids = [int(word) for word in session.stdout.readline().split()]
        assert len(pids) == 3
        assert all(map(lives, pids))
        os.kill(session.pid, how)
        session.wait(30)
        eventually(lambda: not any(map(lives, pids)))


def test_what_a_program_started_ends_with_the_block() -> None:
    """All of its session, and not the program alone."""
    with started([sys.executable, "-c", FAMILY], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        pids = [int(word) for word in process.stdout.readline().split()]
        assert all(map(lives, pids))
    eventually(lambda: not any(map(lives, pids)))


def test_a_program_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    """Whoever waits for it is told."""
    code = f"import sys; sys.stdout = open('pids', 'w'); {FAMILY.strip()!r}\nexec({FAMILY!r})"
    with pytest.raises(subprocess.TimeoutExpired):
        run([sys.executable, "-c", code], seconds=5, cwd=tmp_path)
    pids = [int(word) for word in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 2
    eventually(lambda: not any(map(lives, pids)))


def test_nothing_else_starts_programs() -> None:
    """Every test uses the one helper, which knows how to end what it starts."""
    starts = {"run", "Popen", "call", "check_call", "check_output", "system", "popen", "posix_spawn"}
    found = [
        f"{file.relative_to(TESTS)}:{node.lineno}"
        for file in sorted(TESTS.rglob("*.py"))
        if file.name != "processes.py"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in starts
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"subprocess", "os"}
    ]
    assert found == []
