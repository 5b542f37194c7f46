"""What a record's text parses to: text leaves, with the line of whatever is wrong."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import RecordRejected
from feeds.records.values import from_json, from_yaml, json_lines, yaml_lines


def rejection(text: str, *, parse: Any = from_yaml) -> RecordRejected:
    """Return why a text is rejected."""
    with pytest.raises(RecordRejected) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.10", "1.10"),
        ("yes", "yes"),
        ("no", "no"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("012", "012"),
        ("12:30:45", "12:30:45"),
        (".inf", ".inf"),
        ("2024-05-31", "2024-05-31"),
        ("2024-05-31T06:52:00Z", "2024-05-31T06:52:00Z"),
        ("!!int '5'", "5"),
        ("!!str ~", "~"),
        ("! x", "x"),
        ("=", "="),
        ("|\n  one\n  two\n", "one\ntwo\n"),
        (">-\n  one\n  two\n", "one two"),
        ('"\\u00e9\\x41"', "éA"),
        ('""', ""),
        ("'~'", "~"),
        ("'null'", "null"),
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("nULL", "nULL"),
        ("!!null x", None),
    ],
)
def test_a_yaml_scalar_keeps_the_text_it_was_written_with(text: str, value: str | None) -> None:
    """Numbers, booleans and dates are decided by the field that they are for."""
    assert from_yaml(f"key: {text}") == {"key": value}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.10", "1.10"),
        ("-0", "-0"),
        ("1E400", "1E400"),
        ("9" * 6000, "9" * 6000),
        ("true", "true"),
        ("false", "false"),
        ("null", None),
        ('"true"', "true"),
        ('[1, [2], {"a": 3.0}]', ["1", ["2"], {"a": "3.0"}]),
    ],
)
def test_a_json_scalar_keeps_the_text_it_was_written_with(text: str, value: object) -> None:
    """A number of any length and precision survives."""
    assert from_json(f'{{"key": {text}}}') == {"key": value}


LEAF = st.none() | st.text(
    st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029\ufeff"), max_size=8
)
NESTED = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc<~", max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(NESTED)
def test_json_of_text_comes_back_as_it_was(value: Any) -> None:
    """Whatever is text already is not changed by being written as JSON."""
    assert from_json(json.dumps(value)) == value


@given(st.dictionaries(st.text("abc<~", max_size=3), NESTED, max_size=3))
def test_yaml_of_text_comes_back_as_it_was(value: dict[str, Any]) -> None:
    """Whatever is text already is not changed by being written as YAML, in any of its styles."""
    for style in ('"', "'", "|", None):
        assert from_yaml(yaml.safe_dump(value, default_style=style, allow_unicode=True)) == _read_back(
            value, style
        )


def _read_back(value: Any, style: str | None) -> Any:
    """PyYAML quotes null like everything else where it is told to quote."""
    if style is None or value is not None:
        if isinstance(value, list):
            return [_read_back(item, style) for item in value]
        if isinstance(value, dict):
            return {key: _read_back(item, style) for key, item in value.items()}
    return value


@pytest.mark.parametrize(
    ("text", "line", "where"),
    [
        ("a: 1\nb: 2\na: 3", 3, ("a",)),
        ("a:\n  b: 1\n  c: 2\n  b: 3", 4, ("a", "b")),
        ("a:\n  - b: 1\n    b: 1", 3, ("a", 0, "b")),
        ("{a: 1, 'a': 2}", 1, ("a",)),
        ("1: x\n'1': y", 2, ("1",)),
        ("~: x\n~: y", 2, ("~",)),
        ("a: {b: 1,\n b: 1}", 2, ("a", "b")),
    ],
)
def test_a_key_that_occurs_twice_is_rejected_at_its_second_line(
    text: str, line: int, where: tuple[str | int, ...]
) -> None:
    """Which of the two was meant nobody can know."""
    error = rejection(text)
    assert (error.line, error.where) == (line, where)
    assert error.reason == f"the key {where[-1]!r} occurs twice"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"a": 1, "a": 1}', "a"),
        ('{"x": {"b": 1, "c": 2, "b": 3}}', "b"),
        ('{"x": [{"": 1, "": 2}]}', ""),
        ('{"\\u0061": 1, "a": 2}', "a"),
    ],
)
def test_a_key_that_occurs_twice_in_json_is_rejected(text: str, key: str) -> None:
    """Also where it is spelled in two ways, and where the values are equal."""
    error = rejection(text, parse=from_json)
    assert error.reason == f"the key {key!r} occurs twice"
    assert error.where == (key,)


def test_the_second_of_very_many_json_keys_is_found_without_delay() -> None:
    """The search for the key that occurs twice takes time that grows with the record and no faster."""
    keys = [*(f"k{number}" for number in range(200_000)), "k199999"]
    error = rejection("{" + ",".join(f'"{key}":1' for key in keys) + "}", parse=from_json)
    assert error.reason == "the key 'k199999' occurs twice"


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system",
        "!!python/name:os.system",
        "!!python/object/new:type",
        "!!binary",
        "!!set",
        "!!omap",
        "!ruby/object:Gem",
        "!<tag:example.org,2024:x>",
    ],
)
def test_a_tag_that_is_not_plain_data_is_rejected(tag: str) -> None:
    """A record never makes an object and never runs anything."""
    error = rejection(f"a: 1\nb: {tag} [x]")
    assert "is not data" in error.reason
    assert (error.line, error.where) == (2, ("b",))


def test_an_alias_stands_for_what_its_anchor_marks() -> None:
    """Anchors work on scalars, lists, mappings and keys."""
    text = "a: &a x\nb: *a\nc: &c [1, *a]\nd: *c\n&k e: &e {f: g}\nh: *e\ni: *k"
    assert from_yaml(text) == {
        "a": "x",
        "b": "x",
        "c": ["1", "x"],
        "d": ["1", "x"],
        "e": {"f": "g"},
        "h": {"f": "g"},
        "i": "e",
    }


@pytest.mark.parametrize(
    "text", ["a: *x", "a: &a [*a]", "a: &a {b: *a}", "a: &a\n  <<: *a", "- *b\n- &b x", "*a : b"]
)
def test_an_alias_without_an_anchor_before_it_is_rejected(text: str) -> None:
    """One that is inside of what it stands for would have no end."""
    assert rejection(text).line >= 1


def bomb(levels: int, width: int = 10, *, merged: bool = False) -> str:
    """Return YAML that expands to ``width`` to the power of ``levels`` values."""
    lines = ["a0: &a0 " + ("{x: y}" if merged else "[x, x, x, x, x, x, x, x, x, x]")]
    for level in range(1, levels):
        inner = ", ".join([f"*a{level - 1}"] * width)
        lines.append(
            f"a{level}: &a{level} " + (f"{{<<: [{inner}], k{level}: v}}" if merged else f"[{inner}]")
        )
    return "\n".join(lines)


@pytest.mark.parametrize("merged", [False, True])
def test_an_alias_bomb_is_rejected_at_the_line_where_it_grows_too_large(merged: bool) -> None:
    """A few hundred bytes never become gigabytes."""
    error = rejection(bomb(10, merged=merged))
    assert error.reason == "expands to too many values (an alias bomb?)"
    assert 4 <= error.line <= 7


def test_aliases_that_stay_small_are_read() -> None:
    """Repetition as such is no bomb."""
    value = from_yaml(bomb(4))
    assert value["a3"][9][9][9][9] == "x"


def test_more_values_than_an_article_has_are_rejected() -> None:
    """The measure counts what is written out as well."""
    assert rejection("a: [" + "x," * 200_001 + "]").reason.startswith("expands to too many values")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("base: &b {x: 1, y: 2}\nthing: {<<: *b, y: 3}", {"x": "1", "y": "3"}),
        ("base: &b {x: 1, y: 2}\nthing: {y: 3, <<: *b}", {"y": "3", "x": "1"}),
        ("a: &a {x: 1}\nb: &b {x: 2, z: 4}\nthing: {<<: [*a, *b]}", {"x": "1", "z": "4"}),
        ("a: &a {x: 1}\nb: &b {x: 2, z: 4}\nthing: {<<: *a, <<: *b}", {"x": "1", "z": "4"}),
        ("thing: {<<: {x: 1}}", {"x": "1"}),
        ("thing: {<<: []}", {}),
        ("thing: {'<<': x}", {"<<": "x"}),
    ],
)
def test_a_merge_completes_a_mapping_and_never_overrules_it(text: str, value: dict[str, str]) -> None:
    """As YAML's merge key type says: own keys go first, then the earlier of several mappings."""
    assert from_yaml(text)["thing"] == value


@pytest.mark.parametrize("value", ["x", "~", "[x]", "[{a: b}, x]", "[[]]"])
def test_a_merge_of_what_is_no_mapping_is_rejected(value: str) -> None:
    """The merge key takes a mapping, or a list of them."""
    error = rejection(f"a: 1\n<<: {value}")
    assert (error.reason, error.line) == ("<< merges mappings only", 2)


@pytest.mark.parametrize("key", ["? [a]\n: b", "? {a: b}\n: c", "[a, b]: c", "{a: b}: c"])
def test_a_key_that_is_no_text_is_rejected(key: str) -> None:
    """A list or a mapping can be no field's name."""
    error = rejection(f"x: 1\n{key}")
    assert error.reason.startswith("a key must be text; ")
    assert error.line == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [1, 2", 2),
        ("a: 1\n\tb: 2", 2),
        ("a: 'x\n\n", 1),
        ("a: b: c", 1),
        ("a: 1\nb\nc: 2", 2),
        ("a: %x", 1),
        ("a: @x", 1),
        ('a: "\\q"', 1),
        ("é: 1\né2: 2\nb: \x01\nc: 3\nd: 4\ne: 5", 3),
        ("😀😀😀😀\n\n\n\ufffe\n\n\n\n\n\n", 4),
        ("a: 1\n---\nb: 2", 2),
        ("a: 1\n...\n---\nb: 2", 3),
        ("--- a\n--- b", 2),
    ],
)
def test_broken_yaml_names_the_line_of_the_file(text: str, line: int) -> None:
    """Counted from the line on which the YAML begins."""
    assert rejection(text).line == line
    with pytest.raises(RecordRejected) as caught:
        from_yaml(text, first_line=11)
    assert caught.value.line == line + 10


QUOTE_INSIDE = "the text goes on after its closing quotation mark; a quotation mark inside a text is written"
OTHERWISE = "the line is indented otherwise than the lines that it belongs to"


@pytest.mark.parametrize(
    ("text", "line", "sentence", "shown"),
    [
        (
            "a: 1\ntitle: Rain: a story",
            2,
            "a value with a colon in it has to stand in quotes",
            "Rain: a story",
        ),
        ("time: 12:30: x", 1, "a value with a colon in it has to stand in quotes", "time: 12:30: x"),
        ("a: [b: c: d]", 1, "a value with a colon in it has to stand in quotes", "a: [b: c: d]"),
        ("a: 1\n\tb: 2", 2, "a tab cannot indent; spaces can", "\\tb: 2"),
        ("a:\n\t- b", 2, "a tab cannot indent; spaces can", "\\t- b"),
        ('a: 1\nb: "open\nc: 2\n', 2, "the quotation mark that opens here has no end", 'b: "open'),
        ("a: 1\nb: 'open\nc: 2\n", 2, "the quotation mark that opens here has no end", "b: 'open"),
        ('a: "He "said" it"', 1, QUOTE_INSIDE, 'a: "He "said" it"'),
        ("a: 'It's late'", 1, QUOTE_INSIDE, "a: 'It's late'"),
        ("a: [b, c\nd: 1", 1, "the bracket [ that opens here is not closed, or a comma is", "a: [b, c"),
        ("a: {b: c\nd: 1", 1, "the bracket { that opens here is not closed, or a comma is", "a: {b: c"),
        ("a: 1\nb: [", 2, "the bracket [ that opens here is not closed, or a comma is", "b: ["),
        ("a: 1\nb: [\n", 2, "the bracket [ that opens here is not closed, or a comma is", "b: ["),
        ("a: [b] c", 1, "the value goes on after its closing bracket", "a: [b] c"),
        ("a: [b,, c]", 1, "a value is missing before this", "a: [b,, c]"),
        ("a: 1\nb\nc: 2", 2, "this line is no field: a field is a name, a colon and a value", "b"),
        ("b\nc: 2", 1, "this line is no field: a field is a name, a colon and a value", "b"),
        ("title:News\nc: 2", 1, "a space is missing after the colon", "title:News"),
        ("a: 1\nb:2\nc: 2", 2, "a space is missing after the colon", "b:2"),
        ("a: 1\n  b: 2", 2, OTHERWISE, "b: 2"),
        ("a:\n    b: 1\n  c: 2", 3, OTHERWISE, "c: 2"),
        ("  a: 1\nb: 2", 2, OTHERWISE, "b: 2"),
        ("a:\n  - b: 1\n    c: 2\n   d: 3", 4, OTHERWISE, "d: 3"),
        ("a:\n  - b\n - c", 3, "the list item is indented otherwise than its list", "- c"),
        ("a: 1\n- b", 2, "the list item is indented otherwise than its list", "- b"),
        ("a: - b", 1, "a list begins on a line of its own", "a: - b"),
        ('a: "C:\\docs"', 1, "a backslash means something else in double quotation marks", 'a: "C:\\docs"'),
        ("a: @x", 1, "a text that begins with @ has to stand in quotes", "a: @x"),
        ("a: %x", 1, "a text that begins with % has to stand in quotes", "a: %x"),
        ("a: `x`", 1, "a text that begins with ` has to stand in quotes", "a: `x`"),
        ("a: *b* c", 1, "a text that begins with * has to stand in quotes", "a: *b* c"),
        ("a: & b", 1, "a text that begins with & has to stand in quotes", "a: & b"),
        ("a: > b", 1, "a text that begins with > has to stand in quotes", "a: > b"),
        ("a: ,b", 1, "a text that begins with , has to stand in quotes", "a: ,b"),
        ("a: *b", 1, "*b repeats what &b marks, which is not there before it; a text that begins", "a: *b"),
        ("a: b\x07", 1, "the character U+0007 is not allowed", "a: b\\x07"),
        ("a: b: " + "c" * 99, 1, "a value with a colon in it has to stand in quotes", f"a: b: {'c' * 74}…"),
    ],
)
def test_broken_yaml_is_said_in_words_for_people(text: str, line: int, sentence: str, shown: str) -> None:
    """What they have to do about it, and the line where, which is where it begins and not where it ends."""
    error = rejection(text)
    assert error.line == line
    assert error.reason.startswith(f"broken YAML: {sentence}")
    assert re.search(r", at column \d+ of the line: .*$", error.reason)
    assert error.reason.endswith(shown)


def test_a_long_line_is_shown_where_it_is_broken() -> None:
    """The column counts in the whole line."""
    error = rejection("a: " + "b" * 200 + ": " + "c" * 200)
    assert error.reason.endswith(f", at column 204 of the line: …{'b' * 40}: {'c' * 38}…")


@pytest.mark.parametrize(
    ("text", "line"),
    [("{", 1), ('{"a": 1,\n}', 2), ('{"a": 1}\n\n{}', 3), ("{'a': 1}", 1), ('{"a":\n"x\ny"}', 2), ("", 1)],
)
def test_broken_json_names_the_line(text: str, line: int) -> None:
    """Counted as editors count."""
    error = rejection(text, parse=from_json)
    assert error.line == line
    assert error.reason.startswith("broken JSON: ")


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_have_are_rejected(name: str) -> None:
    """RFC 8259 section 6; Python alone would read them."""
    error = rejection(f'{{"a": "NaN",\n"quality": {name}}}', parse=from_json)
    assert error.line == 2
    assert error.reason.startswith(f"broken JSON: {name} is not JSON, at column 12 of the line: ")


@pytest.mark.parametrize(
    ("text", "line", "sentence", "shown"),
    [
        ('{"a": 1,\n}', 2, "the comma before a closing bracket is one too many", "}"),
        ('{"a": [1, 2,]}', 1, "the comma before a closing bracket is one too many", '{"a": [1, 2,]}'),
        ('{"a": [1,\n2', 2, "it ends before its last bracket is closed", "2"),
        ('{\n"a": "x', 2, "the quotation mark that opens here has no end", '"a": "x'),
        ('{"a": "x\ny"}', 1, "a line break or tab within quotation marks is written \\n or \\t", '{"a": "x'),
        ("{'a': 1}", 1, "text stands in double quotation marks, not in single ones", "{'a': 1}"),
        ("{\na: 1}", 2, "the name of a field stands in double quotation marks", "a: 1}"),
        ('{"a": x}', 1, "this is no value; text stands in double quotation marks", '{"a": x}'),
        ('{"a": }', 1, "a value is missing before this", '{"a": }'),
        ('{"a": True}', 1, "JSON writes true, false and null", '{"a": True}'),
        ('{"a" 1}', 1, "a colon is missing before this", '{"a" 1}'),
        ('{"a": 1\n"b": 2}', 2, "a comma is missing before this", '"b": 2}'),
        ('{"a": "C:\\docs"}', 1, "a backslash within quotation marks is written \\\\", '{"a": "C:\\docs"}'),
        ('{"a": 1}\n{}', 2, "it goes on after its last bracket", "{}"),
        ('{"a": 1 // b\n}', 1, "JSON has no comments", '{"a": 1 // b'),
    ],
)
def test_broken_json_is_said_in_words_for_people(text: str, line: int, sentence: str, shown: str) -> None:
    """With the line itself."""
    error = rejection(text, parse=from_json)
    assert error.line == line
    assert error.reason.startswith(f"broken JSON: {sentence}")
    assert error.reason.endswith(f" of the line: {shown}")


@pytest.mark.parametrize("depth", [65, 1000, 100_000])
@pytest.mark.parametrize("parse", [from_yaml, from_json])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a": ', "}")])
def test_deep_nesting_is_rejected_and_never_exhausts_the_stack(
    parse: Any, depth: int, opening: str, closing: str
) -> None:
    """No article is nested deeper than 64 levels."""
    text = '{"top": ' + opening * depth + '"x"' + closing * depth + "}"
    error = rejection(text, parse=parse)
    assert error.reason == "is nested too deeply"
    assert error.where in (("top",), ())


@pytest.mark.parametrize("parse", [from_yaml, from_json])
def test_nesting_that_people_write_is_read(parse: Any) -> None:
    """Some fifty levels are more than anybody needs."""
    value = parse("[" * 50 + '"x"' + "]" * 50)
    for _ in range(50):
        value = value[0]
    assert value == "x"


RECORD = """\
title: T
images:
  - url: a
    width: 1
  - url: b
provider: {name: n,
  domain: d}
"""


@pytest.mark.parametrize(
    ("where", "line"),
    [
        (("title",), 1),
        (("images",), 3),
        (("images", 0, "width"), 4),
        (("images", 1, "url"), 5),
        (("images", 1, "width"), 5),
        (("images", 9), 3),
        (("provider", "domain"), 7),
        (("nothing",), 1),
        ((), 1),
    ],
)
def test_a_field_has_a_line_or_else_its_nearest_parent_has(where: tuple[str | int, ...], line: int) -> None:
    """What is not there is said to be missing where it should be."""
    assert yaml_lines(RECORD)(where) == line
    assert yaml_lines(RECORD, first_line=2)(where) == line + 1


def test_lines_are_told_of_broken_yaml_as_far_as_it_can_be_read() -> None:
    """A message about a field must not fail for what comes after it."""
    assert yaml_lines("a: 1\nb: 2\nb: 3\n: [")(("b",)) == 2
    assert yaml_lines("a: \x01")(("b",)) == 1


@pytest.mark.parametrize(
    ("text", "where", "line"),
    [
        ('{"related": [{"title": "x"}],\n "title": 1}', ("title",), 2),
        ('{"a": "title",\n\n "title": 1}', ("title",), 3),
        ('{\n\t"a": 1,\n\t"title": {\n\t"b": [\n1]}}', ("title", "b", 0), 5),
        ('{"a": "\\/",\n"é": 1}', ("é",), 2),
        ('{"a": "\\ud83d\\ude00",\n"title": 1}', ("title",), 2),
        ('{"a": 1}', ("b",), 1),
        ('{"a": 1}', (), 1),
    ],
)
def test_a_json_field_has_the_line_on_which_it_stands(
    text: str, where: tuple[str | int, ...], line: int
) -> None:
    """Not the line of an equal key inside of another field, nor of an equal text."""
    assert json_lines(text)(where) == line


def test_no_parse_changes_the_interpreters_limits() -> None:
    """Reading an endless number leaves the guard against endless numbers in place."""
    before = sys.get_int_max_str_digits()
    from_json('{"a": ' + "9" * 10_000 + "}")
    from_yaml("a: " + "9" * 10_000)
    assert sys.get_int_max_str_digits() == before
