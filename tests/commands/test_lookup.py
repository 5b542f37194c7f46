"""Which record people mean: by file, URL, id or title, and what is suggested where there is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from project import CONFIG, NOW, Project

from feeds import FeedsError
from feeds.commands import lookup


@pytest.fixture
def filled(project: Project) -> Project:
    """A few records that differ in every name they have."""
    project.record(
        "2026-01-02-tides", title="The Tide  Tables", originalUrl="https://example.com/tides?utm_source=x"
    )
    project.record(
        "moss", title="Moss, Explained", id="4711", originalUrl="https://example.com/moss?utm_medium=y"
    )
    project.record("größe", title="Größe und Maß", id="urn:uuid:1")
    project.record("deep/moss", title="Other moss")
    project.record("bad", quality="high")
    return project


def _find(project: Project, asked: str) -> str:
    return project.synced(lambda made: lookup.find(made.index.records, project.config, asked))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("records/moss.md", "moss"),
        ("2026-01-02-tides.md", "2026-01-02-tides"),
        ("bad.md", "bad"),
        ("https://example.com/tides", "2026-01-02-tides"),
        ("HTTPS://Example.com:443/tides?utm_source=x#top", "2026-01-02-tides"),
        ("https://example.com/tides?utm_campaign=other", "2026-01-02-tides"),
        ("https://example.com/moss", "moss"),
        ("https://example.com/moss?utm_medium=y", "moss"),
        ("4711", "moss"),
        ("tag:example.org,2024:4711", "moss"),
        ("URN:uuid:1", "größe"),
        ("the tide tables", "2026-01-02-tides"),
        ("MOSS, EXPLAINED", "moss"),
        ("GRÖSSE UND MASS", "größe"),
        ("gro\u0308ße und maß", "größe"),
        ("Other moss", "deep/moss"),
    ],
)
def test_a_record_is_found_by_every_name(asked: str, found: str, filled: Project) -> None:
    """As people have it at hand: copied from a browser, a feed or a folder."""
    assert _find(filled, asked) == f"records/{found}.md"


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("records/mos.md", "records/moss.md ('Moss, Explained')"),
        ("tides.md", "records/2026-01-02-tides.md"),
        ("tides", "records/2026-01-02-tides.md"),
        ("The Tied Tables", "records/2026-01-02-tides.md ('The Tide Tables')"),
        ("explained", "records/moss.md"),
        ("bda.md", "records/bad.md"),
        ("https://example.com/mos", "records/moss.md"),
    ],
)
def test_the_nearest_are_suggested(asked: str, near: str, filled: Project) -> None:
    """With their titles, where they have one."""
    with pytest.raises(FeedsError) as caught:
        _find(filled, asked)
    said, _, suggested = str(caught.value).partition("; did you mean ")
    assert said.startswith(f"{asked}: is not among the records")
    assert near in suggested


def test_nothing_is_suggested_that_is_not_near(filled: Project) -> None:
    """A wrong hint is worse than none."""
    with pytest.raises(FeedsError) as caught:
        _find(filled, "zzz qqq")
    assert "did you mean" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("asked", ["", "x" * 10_000, "\0", "https://", "https://[", "a/" * 3000, "%", "'"])
def test_whatever_is_asked_is_answered_in_words(asked: str, filled: Project) -> None:
    """No record has such a name, and nothing breaks."""
    with pytest.raises(FeedsError):
        _find(filled, asked)


@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [
        ({"title": "Same"}, {"title": "SAME"}, "same"),
        ({"id": "urn:x:1"}, {"id": "urn:x:1"}, "urn:x:1"),
        (
            {"id": "1", "originalUrl": "https://example.com/t"},
            {"id": "2", "originalUrl": "https://example.com/t"},
            "https://example.com/t",
        ),
    ],
)
def test_of_several_none_is_chosen(
    first: dict[str, str], second: dict[str, str], asked: str, make_project: Callable[..., Project]
) -> None:
    """The message names the files to choose from."""
    project = make_project(CONFIG)
    project.record("a", **first)
    project.record("b", **second)
    with pytest.raises(FeedsError, match=r"several.*: records/a\.md, records/b\.md$"):
        _find(project, asked)


def test_explain_takes_a_title(filled: Project) -> None:
    """And so does the command."""
    done = filled.invoke("explain", "moss, explained", "all", "--now", NOW)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("records/moss.md\n")
