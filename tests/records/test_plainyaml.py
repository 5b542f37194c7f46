"""The quick reader of plain YAML gives PyYAML's answer, or none."""

from __future__ import annotations

from pathlib import Path

import pytest
from generated import examples
from hypothesis import example, given
from hypothesis import strategies as st

from feeds.errors import RecordRejected
from feeds.records import frontmatter, plainyaml, reader, syntax, values


def assert_agrees(text: str) -> None:
    """What the quick reader answers is what the reference answers; where that rejects, it has no answer."""
    quick = plainyaml.read(text)
    if quick is None:
        return
    try:
        reference = values.from_yaml(text)
    except RecordRejected as error:
        pytest.fail(f"read {text!r}, which PyYAML rejects: {error}")
    assert quick == reference
    assert list(quick) == list(reference)


SCALARS = (
    "word", "two words", "1.10", "no", "yes", "~", "null", "Null", "NULL", "nullify", "true", "-1",
    "- 1", "-", "--", "---", "...", "12:30:00", "1e3", "0x1F", "0o17", "010", "1_000", ".5",
    "2024-01-01", "2024-13-45", "<<", "=", "a: b", "a:b", "a :b", "a:", ":a", "a #b", "a#b", "#a", "&x",
    "*x", "!x", "!!str 1", "|", ">", ">-", "|+", "%x", "@x", "`x`", "[a, b]", "[a", "{a: b}", "{}",
    "[]", "a, b", "? a", "?a", '"a"', "'a'", '"a" b', "'a' b", '"a', "'a", '"a\\"b"', '"a\\\\"',
    '"a\\n"', '"\\x41"', "'it''s'", "'", '"', "''", '""', "\u0085", "a\u0085b", "a\u2028b", "a\u00a0b",
    "\ufeffa", "a\ufffeb", "\x07", "a\tb", "\ta", "a ", " a", "é", "日本語", "🚀", "\x7f",
    "https://a.b/c?d=e#f", "https://a.b/c #f", "x" * 2000,
)  # fmt: skip
KEYS = ("title", "a", "b", "nested", "x" * 101, "null", "yes", "1", "<<", '"q"', "é", "a b", "a-b", "_")
LINE = st.builds(
    lambda indent, dash, key, separator, scalar: f"{' ' * indent}{dash}{key}{separator}{scalar}",
    st.sampled_from((0, 0, 0, 1, 2, 2, 3, 4, 6)),
    st.sampled_from(("", "", "", "- ", "-  ", "-", "- - ", "-\t")),
    st.sampled_from(("", *KEYS)),
    st.sampled_from((": ", ": ", ":", ":  ", " : ", "", ":\t")),
    st.one_of(st.just(""), st.sampled_from(SCALARS), st.text(max_size=12)),
)
ENDINGS = st.sampled_from(("\n", "\n", "\n", "\n\n", "\r\n", "\n  \n", " \n", "\r", "\n# c\n"))


@examples(1000)
@given(st.lists(st.tuples(LINE, ENDINGS), min_size=1, max_size=8))
@example([("title: 1.10", "\n"), ("topics:", "\n"), ("- AI", "\n"), ("- b: c", "\n"), ("  d: e", "\n")])
@example([("a:", "\n"), ("  - b:", "\n"), ("    - c", "\n"), ("d: e", "\n")])
def test_agrees_on_lines_of_every_kind(lines: list[tuple[str, str]]) -> None:
    """Whatever lines a record has, in whatever order, both readers agree."""
    assert_agrees("".join(line + ending for line, ending in lines))


WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), max_size=20)
TREE = st.recursive(
    st.one_of(WORDS, st.sampled_from(SCALARS)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


def spelled(value: object, indent: int = 0) -> str:
    """Spell a tree as people do, without asking whether every scalar is well quoted."""
    pad = " " * indent
    if isinstance(value, dict):
        return "".join(f"{pad}{key}:{nested(item, indent)}" for key, item in value.items())
    if isinstance(value, list):
        return "".join(f"{pad}- {spelled(item, indent + 2).lstrip(' ')}" for item in value)
    return f"{pad}{value}\n"


def nested(item: object, indent: int) -> str:
    return f"\n{spelled(item, indent + 2)}" if isinstance(item, dict | list) else f" {item}\n"


@examples(500)
@given(st.dictionaries(st.sampled_from(KEYS), TREE, max_size=5))
def test_agrees_on_nested_records(tree: dict[str, object]) -> None:
    """Whatever a record nests, both readers agree."""
    assert_agrees(spelled(tree))


@pytest.mark.parametrize("scalar", SCALARS)
@pytest.mark.parametrize(
    "shape", ["key: {}\n", "key:\n  - {}\n", "- {}\n", "a:\n  b: {}\n", "a: x\n  {}\n", "{}: x\n"]
)
def test_agrees_on_every_scalar_in_every_place(scalar: str, shape: str) -> None:
    """A scalar that YAML 1.1 and 1.2, or people and parsers, read in different ways is no exception."""
    assert_agrees(shape.format(scalar))


def test_reads_what_records_are_made_of() -> None:
    """Nested lists and mappings, quotes and blanks are read, and not left to PyYAML."""
    text = (
        'title: "A \\"b\\""\nnone:\nempty: ""\ntopics:\n  - AI\n  - \'It\'\'s\'\n'
        "images:\n- url: /x\n  width: 1\nquality: 7\n"
    )
    assert plainyaml.read(text) == {
        "title": 'A "b"',
        "none": None,
        "empty": "",
        "topics": ["AI", "It's"],
        "images": [{"url": "/x", "width": "1"}],
        "quality": "7",
    }


ITEM = """\
  - title: "Item {n}"
    excerpt: "Of \\"item\\" {n}"
    webUrl: https://example.org/{n}
    type: article
    provider:
      name: Example
      domain: example.org
    images:
      - url: https://example.org/{n}.jpg
        width: 10
"""


def record(items: list[str]) -> bytes:
    front = "title: T\npublishedDateTime: 2024-01-01\noriginalUrl: https://example.org/\nrelated:\n"
    return f"---\n{front}{''.join(items)}quality: 7\n---\nBody\n".encode()


def assert_same_reading(data: bytes) -> reader.Reading:
    """The article is the one that comes of reading everything with PyYAML, or it is rejected as there."""
    quick = reader.read("a.md", data, 0, reader.Settings())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plainyaml, "read", lambda text: None)
        patch.setattr(plainyaml, "without_more_related", lambda text, kept: text)
        assert reader.read("a.md", data, 0, reader.Settings()) == quick
    return quick


def test_more_related_articles_than_are_shown_are_left_unread() -> None:
    """Nine tenths of a long record are not needed; what comes after them is."""
    data = record([ITEM.format(n=n) for n in range(40)])
    parsed = syntax.parse(data, ".md", 5)
    assert not parsed.is_whole
    assert len(parsed.fields["related"]) == 5
    assert parsed.fields["quality"] == "7"
    assert [one.url[-1] for one in assert_same_reading(data).article.related] == list("01234")


def test_a_later_related_article_takes_the_place_of_an_unusable_one() -> None:
    """Where one of the first has no URL, the sixth is shown, and the warning is the same."""
    items = [ITEM.format(n=n) for n in range(9)]
    items[2] = items[2].replace("    webUrl: https://example.org/2\n", "")
    reading = assert_same_reading(record(items))
    assert [one.url[-1] for one in reading.article.related] == list("01345")
    assert len(reading.problems) == 1


@pytest.mark.parametrize(
    "spoiled",
    [
        "  - title: A\n    title: B\n",
        "  - title: A\n    type: b\n    type: c\n",
        "  - title: A\n   type: b\n",
        "  - title: [a\n",
        "  - title: 'A\n",
        "  - title: A: b\n",
        "  - title: A\n    unknown: b\n",
        "  - title: A\n    images:\n      - url: b\n        url: c\n",
        "  - title: A\n    provider:\n",
        "  - title: A\n    images: []\n",
        "  - title: \x07\n",
        "  - just text\n",
        "    title: A\n",
        " x: y\n",
        "- title: A\n",
        "related:\n",
        "...\n",
    ],
)
@pytest.mark.parametrize("place", [5, 8, 12])
def test_what_is_wrong_with_a_late_related_article_is_found(spoiled: str, place: int) -> None:
    """No record is accepted because the fault is in a part that is not shown."""
    items = [ITEM.format(n=n) for n in range(12)]
    items.insert(place, spoiled)
    assert_same_reading(record(items))


@pytest.mark.parametrize("step", [20, pytest.param(1, marks=pytest.mark.real)])
def test_agrees_on_every_real_record(shared: Path, step: int) -> None:
    """Of the real records nine tenths are plain, and every one reads the same; one in twenty tells soon."""
    plain = count = 0
    for path in sorted((shared / "records").rglob("_*/**/*.md"))[::step]:
        front = frontmatter.split(syntax.decode(path.read_bytes())).text
        assert_agrees(front)
        assert_same_reading(path.read_bytes())
        plain += plainyaml.read(front) is not None
        count += 1
    assert count > 2000 / step
    assert plain > 0.9 * count
