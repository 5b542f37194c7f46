"""Golden pairs: beside each record of tests/formats/golden, the exact feeds that subscribers get of it.

To rewrite them after a change of what feeds look like, run

    FEEDS_REWRITE_GOLDEN=1 python -m pytest tests/formats/test_golden.py

and look at every difference before it is committed: it is what subscribers' software will see.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import jsonlint
import pytest
from feedlint import complaints
from project import CONFIG, NOW, Project

GOLDEN = Path(__file__).parent / "golden"
REWRITE = "FEEDS_REWRITE_GOLDEN"
SUFFIXES = (".rss", ".atom", ".json")
CASES = sorted({path.name.partition(".")[0] for path in GOLDEN.iterdir()})
SITE = CONFIG.replace(
    "[records]",
    """\
language = "en-GB"
author = "The editors"
icon = "https://feeds.example.org/icon.png"
logo = "/logo.png"
rights = "Each article belongs to its publisher."
[records]""",
)


def _rendered(case: str, project: Project) -> dict[str, bytes]:
    for record in GOLDEN.glob(f"{case}.*"):
        if record.suffix in (".md", ".html"):
            project.write(f"records/{record.name}", record.read_bytes())
    project.build(NOW)
    return {suffix: project.public(f"all{suffix}").read_bytes() for suffix in SUFFIXES}


@pytest.mark.parametrize("case", CASES)
def test_a_record_gives_exactly_these_bytes(case: str, make_project: Callable[..., Project]) -> None:
    """Subscribers get, byte for byte, what was looked at and agreed on."""
    rendered = _rendered(case, make_project(SITE))
    if os.environ.get(REWRITE):
        assert os.environ.get("CI") != "true", "goldens are rewritten by people who look at them"
        for suffix, body in rendered.items():
            (GOLDEN / f"{case}{suffix}").write_bytes(body)
    for suffix, body in rendered.items():
        expected = (GOLDEN / f"{case}{suffix}").read_bytes()
        assert body.decode() == expected.decode(), f"{case}{suffix}: {REWRITE}=1 rewrites it"
        assert body == expected


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_golden_feeds_are_without_fault(case: str, suffix: str) -> None:
    """What is held fast here is what a validator accepts."""
    lint = jsonlint.complaints if suffix == ".json" else complaints
    assert lint((GOLDEN / f"{case}{suffix}").read_bytes()) == []


def test_every_golden_file_belongs_to_a_case() -> None:
    """A feed whose record is gone, or a record without feeds, is a mistake."""
    for case in CASES:
        suffixes = {path.suffix for path in GOLDEN.glob(f"{case}.*")}
        assert set(SUFFIXES) < suffixes
        assert suffixes & {".md", ".html"}
