"""Records that would take for ever, or bring a whole build down: each is read, or rejected."""

from __future__ import annotations

import pytest

from feeds.records import reader
from feeds.records.record import Settings

LONG = 100_000
SETTINGS = Settings(site_url="https://www.mill.example/", id_authority="mill.example,2024")
HEAD = "originalUrl: https://www.mill.example/a\npublishedDateTime: 2024-05-31\n"


def read(text: str) -> reader.Reading:
    """Read a Markdown record."""
    return reader.read("a.md", text.encode(), 0, SETTINGS)


def read_yaml(fields: str) -> reader.Reading:
    """Read a record with these fields besides those that it needs."""
    return read(f"---\ntitle: The mill\n{HEAD}{fields}\n---\nIt turns.\n")


def read_toml(fields: str) -> reader.Reading:
    """Read a record with TOML front matter."""
    head = HEAD.replace(": ", " = '").replace("\n", "'\n")
    return read(f"+++\ntitle = 'The mill'\n{head}{fields}\n+++\nIt turns.\n")


@pytest.mark.parametrize(
    "fields",
    [
        f'author: "{"a" * LONG}@"',
        f'author: "{"a@" * LONG}"',
        f'author: "x@y {" " * LONG}z"',
        f"featuredContent: '{'<iframe ' * LONG}'",
        f"images: ['www.{'a.' * LONG} b']",
        f"id: 'ftp://a{':21' * 3000}/'",
    ],
    ids=lambda fields: fields[:20],
)
def test_a_long_value_takes_no_longer_than_another_text(fields: str) -> None:
    """What is tried again for each of its characters would take minutes here."""
    assert read_yaml(fields).article


def test_a_number_of_a_character_may_have_any_length() -> None:
    """No character has such a number, and Python refuses to read it."""
    number = f"&#{'9' * 5000};"
    found = read_yaml(
        f'author: "Ada{number}"\nfeaturedContent: "<iframe src=\'https://a.example/{number}\'>"'
    )
    assert found.article
    assert [author.name for author in found.article.authors] == ["Ada"]
    assert found.article.player
    assert found.article.player.url == "https://a.example/"


@pytest.mark.parametrize(
    "date", ["2024" + " " * LONG + "x", "[u-ca=" * LONG, "(" * LONG], ids=lambda date: date[:6]
)
def test_a_long_date_is_none(date: str) -> None:
    """It is rejected without being taken apart."""
    found = read(f"---\ntitle: The mill\noriginalUrl: https://a.example/\npublishedDateTime: '{date}'\n---\n")
    assert [problem.field for problem in found.problems] == ["publishedDateTime"]


@pytest.mark.parametrize(
    "key", ["a." * LONG + "a = 1", f"[{'a.' * LONG}a]\nb = 1", f"b = {{ {'a . ' * LONG}a = 1 }}"]
)
def test_toml_nests_no_deeper_than_yaml(key: str) -> None:
    """The line is told."""
    (problem,) = read_toml(key).problems
    assert problem.severity == "rejection"
    assert (problem.line, problem.reason) == (5, "is nested too deeply")


def test_lines_of_toml_are_found_quickly() -> None:
    """There may be a message for each."""
    tables = '[[images]]\nurl = "javascript:x"\n' * 5000
    found = read_toml(f"x = [\n{' ' * LONG}1]\n{tables}")
    assert [problem.line for problem in found.problems] == list(range(8, 10_008, 2))


def test_of_too_many_people_it_is_told() -> None:
    """None goes in silence."""
    found = read_yaml(f"authors: [{', '.join(f'Ada {number}' for number in range(101))}]")
    assert found.article
    assert len(found.article.authors) == 100
    assert [(problem.field, problem.severity) for problem in found.problems] == [("authors", "warning")]
