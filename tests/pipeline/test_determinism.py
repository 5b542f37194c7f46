"""Bytes are a function of records, configuration and instant: of no clock, locale, zone, seed or order."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from project import CONFIG, NOW, ROOT, Project

SITE = (
    CONFIG
    + '[feeds]\narchives = true\n[select]\nstatus = "any"\n'
    + '[topics.ai]\nkeywords = ["x", "y", "z"]\naliases = ["ki", "ia"]\n'
)
ONE = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"}
OTHER = {"PYTHONHASHSEED": "4711", "TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"}


def _fill(project: Project, seed: int) -> None:
    """Put the same records into a folder, created in an order of their own and at other times."""
    records = sorted(path for path in (ROOT / "seeds").iterdir() if path.is_file())
    order = random.Random(seed)
    order.shuffle(records)
    for record in records:
        copy = project.root / "records" / record.name
        shutil.copyfile(record, copy)
        mtime = order.randrange(1_000_000_000, 1_700_000_000)
        os.utime(copy, (mtime, mtime))
    stems = list(range(120))
    order.shuffle(stems)
    for number in stems:
        # Many of one instant, of one id, and of topics that are spelled alike.
        project.record(
            f"same-{number:03}",
            originalUrl=f"https://example.com/{number // 3}",
            topics=["AI", f"Topic {number % 7}", ["Tie", "TIE", "tie"][number % 3]],
            quality=number % 5,
        )


def _built(project: Project, seed: int, now: str, **environment: str) -> dict[str, bytes]:
    _fill(project, seed)
    done = project.run("build", "--now", now, **environment)
    assert done.returncode == 0, done.stderr
    return project.tree()


def _differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_two_builds_elsewhere_and_on_another_day_are_the_same(make_project: Callable[..., Project]) -> None:
    """Another process, hash seed, time zone, locale, file order, time stamps, folder and day: same bytes."""
    one = _built(make_project(SITE, "one"), 1, "2026-11-20T00:00:00Z", **ONE)
    other = _built(make_project(SITE, "somewhere else"), 2, "2027-06-05T23:59:59Z", **OTHER)
    assert len(one) > 50
    assert _differences(one, other) == []


def test_commands_list_everything_in_one_order(make_project: Callable[..., Project]) -> None:
    """Neither the hash seed nor the order in which files were made decides in which order people read it."""
    aliases = ["ki", "ia", "machine-minds", "tekoaly", "mi", "umjetna"]
    site = CONFIG + (
        '[select]\ntopics = ["AI", "News"]\nexclude_topics = ["Rain"]\n'
        f"[topics.ai]\naliases = {json.dumps(aliases)}\n"
        '[topics.rain]\naliases = ["pluie", "regen", "lluvia", "deszcz"]\n'
        '[[feeds]]\nname = "both"\ntopics = ["AI", "News"]\nall_topics = ["News", "AI"]\n'
    )
    several = [f"T{number}" for number in range(9)]
    said: list[list[str]] = []
    for number, environment in enumerate((ONE, OTHER)):
        project = make_project(site, f"order {number}")
        stems = ["first", *(f"{name}/same" for name in several)]
        for stem in stems if number else reversed(stems):
            project.record(stem, topics=["AI", "News", *several])
        broken = [project.record(f"broken {name}", title="") for name in several]
        outputs = [project.run("build", "--format", "json", "--now", NOW, **environment).stdout]
        outputs += [
            part
            for command in (["explain", "first.md"], ["explain", "same.md"], ["check"])
            for done in [project.run(*command, "--now", NOW, **environment)]
            for part in (done.stdout, done.stderr)
        ]
        for path in broken:
            path.unlink()
        for stem in stems:
            project.record(stem, topics=["AI"])
        outputs.append(project.run("build", "--format", "json", "--now", NOW, **environment).stdout)
        said.append(outputs)
    assert said[0] == said[1]
    _, explained, _, _, ambiguous, checked, _, second = said[0]
    assert f"at least one of AI, News, {', '.join(sorted(aliases))})" in explained
    assert "none of Rain, deszcz, lluvia, pluie, regen)" in explained
    feeds = re.findall(r"^(?:not )?in (\S+?),?(?: number \d+)?$", explained, re.M)
    assert feeds == [
        "all",
        "topics/ai",
        "topics/news",
        *(f"topics/{name.lower()}" for name in several),
        "feeds/both",
    ]
    assert ", ".join(f"records/{name}/same.md" for name in several[:5]) in ambiguous
    rejected = [line.split(":")[1].strip() for line in checked.splitlines() if line.startswith("rejection")]
    assert rejected == [f"records/broken {name}.md" for name in several]
    removed = json.loads(second)["removed"]
    assert len(removed) > 20
    assert removed == sorted(removed)


def test_what_is_due_in_between_changes_bytes(make_project: Callable[..., Project]) -> None:
    """The comparison above can fail: an instant at which an article becomes due makes a difference."""
    one = _built(make_project(SITE, "one"), 1, "2026-11-20T00:00:00Z", **ONE)
    other = _built(make_project(SITE, "other"), 2, "2099-06-05T00:00:00Z", **OTHER)
    assert "all.rss" in _differences(one, other)


def test_many_small_steps_lead_where_one_build_leads(make_project: Callable[..., Project]) -> None:
    """An index that grew record by record gives the feeds of one that was made at once."""
    small = make_project(SITE, "small")
    large = make_project(SITE, "large")
    order = random.Random(7)
    for number in range(30):
        for project in (small, large):
            project.record(
                f"r{number}",
                originalUrl=f"https://example.com/{number // 2}",
                topics=[["AI", "ai", "Ai"][number % 3], f"T{number % 4}"],
                updatedDateTime=f"2026-02-{1 + number % 9:02}",
            )
        if order.random() < 0.4:
            gone = small.record("gone", title="Gone", topics=["Gone", "AI"])
            small.build()
            gone.unlink()
    small.build()
    large.build()
    assert _differences(_feeds(small), _feeds(large)) == []


def _feeds(project: Project) -> dict[str, bytes]:
    # The manifest says when bytes last changed, which differs where they changed more often.
    return {name: body for name, body in project.tree().items() if name != "manifest.json"}


def test_source_date_epoch_is_the_instant(project: Project) -> None:
    """Reproducible-build tools set the instant by SOURCE_DATE_EPOCH; --now goes before it."""
    project.record("due", title="Due", publishedDateTime="2026-01-01T00:00:10Z")
    instant = 1767225600  # 2026-01-01T00:00:00Z
    project.run("build", SOURCE_DATE_EPOCH=str(instant))
    assert b"<title>Due</title>" not in project.tree()["all.rss"]
    project.run("build", SOURCE_DATE_EPOCH=str(instant + 10))
    assert b"<title>Due</title>" in project.tree()["all.rss"]
    project.run("build", "--now", str(instant + 9), SOURCE_DATE_EPOCH=str(instant + 10))
    assert b"<title>Due</title>" not in project.tree()["all.rss"]


@pytest.mark.parametrize("name", ["de_DE.UTF-8", "ar_EG", "nonsense"])
def test_a_locale_that_is_not_installed_does_no_harm(name: str, project: Project) -> None:
    """Containers name locales that they do not have."""
    project.record("a")
    done = project.run("build", "--now", "2026-06-01", LC_ALL=name, LANG=name)
    assert done.returncode == 0, done.stderr
    assert b"Fri, 02 Jan 2026 03:04:05 +0000" in project.tree()["all.rss"]


def test_no_file_of_a_build_names_a_folder_or_the_present(project: Project, tmp_path: Path) -> None:
    """Nothing of the machine that built it is in what subscribers get."""
    project.record("a")
    project.build()
    for name, body in project.tree().items():
        assert str(tmp_path).encode() not in body, name
