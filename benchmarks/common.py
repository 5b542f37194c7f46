"""What the benchmarks share: the machine in words, memory of processes, bars."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

DOCS = Path(__file__).parent.parent / "docs"

_OURS = "#a63c06"
_OTHERS = "#8a8d98"


def machine() -> str:
    """Name the machine in words."""
    memory = psutil.virtual_memory().total / 2**30
    python = platform.python_version()
    return f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}, Python {python}"


def program(name: str, install: str) -> str:
    """Return the program to measure: the one of this environment, else the one on the path."""
    beside = Path(sys.executable).with_name(name)
    # Debian keeps servers where only administrators look.
    searched = f"{os.environ['PATH']}:/usr/sbin"
    found = str(beside) if beside.exists() else shutil.which(name, path=searched)
    if not found:
        raise SystemExit(f"there is no {name}: {install}")
    return found


def processes(root: int) -> Iterator[psutil.Process]:
    """Return a process and all that it started."""
    parent = psutil.Process(root)
    yield parent
    yield from parent.children(recursive=True)


def megabytes(process: psutil.Process) -> float:
    """Return the memory of a process: its proportional set size, MB."""
    return float(process.memory_full_info().pss / 1e6)


def bars(panels: Mapping[str, Mapping[str, float]], label: str, form: str, file: Path) -> None:
    """Draw figures as bars, a panel for each group of them; ours are the ones that begin with "feeds"."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "feeds"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(panels), figsize=(4.2 * len(panels), 3.4), squeeze=False)
    for axis, (name, found) in zip(axes[0], panels.items(), strict=True):
        steps = list(found)[::-1]
        drawn = axis.barh(
            steps,
            [found[step] for step in steps],
            color=[_OURS if step.startswith("feeds") else _OTHERS for step in steps],
        )
        axis.bar_label(drawn, fmt=form, padding=3, fontsize=8)
        axis.set_title(name, fontsize=10)
        axis.set_xlabel(label, fontsize=8)
        axis.margins(x=0.18)
        axis.tick_params(labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
