"""Front matter in the ways that people write it: YAML, TOML, JSON, headers."""

from __future__ import annotations

import pytest

from feeds.errors import RecordRejected
from feeds.records.syntax import Parsed, locator, parse


@pytest.mark.parametrize(
    "front",
    [
        '+++\ntitle = "T"\ntags = ["a", "b"]\n[cover]\nwidth = 7\nratio = 1.10\nshown = true\n+++\n',
        '---toml\ntitle = "T"\ntags = ["a", "b"]\ncover = {width = 7, ratio = 1.10, shown = true}\n---\n',
        '{\n"title": "T", "tags": ["a", "b"],\n"cover": {"width": 7, "ratio": 1.10, "shown": true}\n}\n',
        '---json\n{"title": "T", "tags": ["a", "b"],\n"cover": {"width": 7, "ratio": 1.10, "shown": true}}'
        "\n---\n",
        "--- yaml\ntitle: T\ntags: [a, b]\ncover: {width: 7, ratio: 1.10, shown: true}\n---\n",
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_front_matter_is_yaml_toml_or_json(front: str, line_end: str) -> None:
    """As Hugo, Zola and Eleventy have it. A number stays the text that it is, whatever the notation."""
    parsed = parse((front + "*Look* {up}.\n").replace("\n", line_end).encode(), ".md")
    cover = {"width": "7", "ratio": "1.10", "shown": "true"}
    assert parsed == Parsed({"title": "T", "tags": ["a", "b"], "cover": cover}, "*Look* {up}.\n", "markdown")


def test_toml_has_dates_of_its_own() -> None:
    """With and without a time, with and without a zone."""
    text = "+++\na = 2024-10-01T21:30:00+02:00\nb = 2024-10-01T21:30:00\nc = 2024-10-01\nd = 21:30:00\n+++\n"
    assert parse(text.encode(), ".md").fields == {
        "a": "2024-10-01T21:30:00+02:00",
        "b": "2024-10-01T21:30:00",
        "c": "2024-10-01",
        "d": "21:30:00",
    }


def test_front_matter_may_be_headers() -> None:
    """As Pelican has it: the case of names means nothing, and a value goes on on indented lines."""
    headers = b"Title: Rain: a story\nDATE: 2024-05-01 10:00\nTags: a, b\nSummary: It\n    rains.\nSlug:\n"
    assert parse(headers + b"\nHello\n\nName: x\n", ".md") == Parsed(
        {
            "title": "Rain: a story",
            "date": "2024-05-01 10:00",
            "tags": "a, b",
            "summary": "It\nrains.",
            "slug": "",
        },
        "Hello\n\nName: x\n",
        "markdown",
    )


def test_a_header_that_occurs_twice_is_a_fault() -> None:
    """As a key of YAML is."""
    with pytest.raises(RecordRejected) as caught:
        parse(b"Title: T\nTags: a\ntags: b\n\nHello", ".md")
    assert (caught.value.reason, caught.value.line) == ("the key 'tags' occurs twice", 3)


@pytest.mark.parametrize(
    ("data", "kind", "line"),
    [
        (b"+++\ntitle = 'T'\nname = [\n+++\nbody", "broken TOML: ", 3),
        (b"+++\ntitle = 'T'\nname = T\n+++\nbody", "broken TOML: ", 3),
        (b"+++\ntitle = 'T'\ntitle = 'T'\n+++\nbody", "broken TOML: ", 3),
        (b"---json\n{\n'a': 1}\n---\nbody", "broken JSON: ", 3),
        (b'{\n"a": 1,\n}\nbody', "broken JSON: ", 3),
        (b'{\n"a": 1\n"b": 2\n}\nbody', "broken JSON: ", 3),
        (b'---json\n{\n"a": NaN}\n---\nbody', "broken JSON: ", 3),
        (b'{"a": 1} and more\n', "broken JSON: ", 1),
    ],
)
def test_what_is_broken_in_any_notation_is_named_with_its_line(data: bytes, kind: str, line: int) -> None:
    """The line is the file's."""
    with pytest.raises(RecordRejected) as caught:
        parse(data, ".md")
    assert caught.value.reason.startswith(kind)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("data", "where", "line"),
    [
        (b"+++\na = '''\nb = 1\n'''\nb = 2\n+++\n", ("b",), 5),
        (b"+++\na = 1\n[b]\nc = 1\n+++\n", ("b",), 3),
        (b"+++\na = 1\n[b]\nc = 1\n+++\n", ("b", "c"), 4),
        (b"+++\nb.d = 1\n[[c]]\nd = 1\n[[c]]\nd = 1\n+++\n", ("c", 1, "d"), 6),
        (b"+++\n\nb.d = 1\n+++\n", ("b",), 3),
        (b'---json\n{"a": 1,\n"b": 2}\n---\n', ("b",), 3),
        (b'{"a": 1,\n"b": 2}\n', ("b",), 2),
        (b"Title: T\nB: 2\n\nB: 3", ("b",), 2),
        (b"Title: T\nB: 2\n", ("c",), 1),
        (b"+++\na = 1\n+++\n", (), 1),
    ],
)
def test_a_field_is_found_on_its_line(data: bytes, where: tuple[str | int, ...], line: int) -> None:
    """So that messages lead to the place; what is not there is told of the record as a whole."""
    assert locator(data, ".md")(where) == line


@pytest.mark.parametrize(
    "front", ["---\nTitle: T\nDate: x\npubDate: y\n---\n", '+++\nTitle="T"\nDate="x"\npubDate="y"\n+++\n']
)
def test_capitals_of_names_mean_nothing_where_the_title_has_one(front: str) -> None:
    """As in Pelican and Hugo; messages still lead to the line."""
    data = (front + "Body").encode()
    assert parse(data, ".md").fields == {"title": "T", "date": "x", "pubDate": "y"}
    locate = locator(data, ".md")
    assert [locate((name,)) for name in ("title", "date", "pubDate")] == [2, 3, 4]
