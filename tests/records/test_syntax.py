"""From a record's bytes to its fields and its body."""

from __future__ import annotations

import pytest
from generated import examples
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import RecordRejected
from feeds.records import frontmatter
from feeds.records.syntax import SUFFIXES, Parsed, decode, locator, parse


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".md", b"---\ntitle: T\n---\n"),
        (".markdown", b"---\ntitle: T\n---"),
        (".html", b"--- \t\ntitle: T\n--- \n"),
        (".htm", b"---\ntitle: T\n...\n"),
        (".md", b"\xef\xbb\xbf---\ntitle: T\n---\n"),
        (".md", b"---\r\ntitle: T\r\n---\r\n"),
        (".md", b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\n \r\n\t\r\n"),
        (".yaml", b"title: T"),
        (".yml", b"--- \ntitle: T\n...\n"),
        (".yaml", b"\xef\xbb\xbftitle: T\r\n"),
        (".yaml", b"# a comment\n%YAML 1.1\n---\ntitle: T"),
        (".json", b'{"title": "T"}'),
        (".json", b'\xef\xbb\xbf\r\n{"title":\r\n"T"}\r\n'),
    ],
)
def test_every_format_of_a_record_is_read(suffix: str, data: bytes) -> None:
    """With or without a byte order mark, with LF or CRLF."""
    assert parse(data, suffix) == Parsed({"title": "T"}, "", "")


@pytest.mark.parametrize(
    ("suffix", "body_format"),
    [(".md", "markdown"), (".markdown", "markdown"), (".mdx", "mdx"), (".html", "html"), (".htm", "html")],
)
def test_a_body_is_kept_as_written_and_named_by_its_suffix(suffix: str, body_format: str) -> None:
    """All that follows the front matter is the body; line ends become LF."""
    parsed = parse(b"---\r\ntitle: T\r\n---\r\n\r\n# Hello\r\n---\r\nworld  \r\n", suffix)
    assert parsed == Parsed({"title": "T"}, "\n# Hello\n---\nworld  \n", body_format)


@pytest.mark.parametrize("end", [b"---", b"---\n", b"---\n\n# a comment\n", b"...\n---\n---\n"])
def test_a_yaml_record_may_end_like_front_matter(end: bytes) -> None:
    """A line of dashes with nothing behind it opens no document."""
    assert parse(b"---\na: 1\n" + end, ".yaml").fields == {"a": "1"}


def test_the_first_line_of_dashes_ends_the_front_matter() -> None:
    """A line of dashes in the body is a rule of Markdown; dashes in an indented block belong to the block."""
    parsed = parse(b"---\ntitle: |\n  a\n  ---\n  b\nname: ----x\n---\n---\nc: d\n---\n", ".md")
    assert parsed.fields == {"title": "a\n---\nb\n", "name": "----x"}
    assert parsed.body == "---\nc: d\n---\n"


@pytest.mark.parametrize(
    ("suffix", "data", "reason", "line"),
    [
        (".md", b"", "has no front matter (YAML between two --- lines)", 1),
        (".md", b"# Hello", "has no front matter (YAML between two --- lines)", 1),
        (".md", b"\n---\ntitle: T\n---\n", "has no front matter (YAML between two --- lines)", 1),
        (".html", b"<!doctype html><p>Hello", "has no front matter (YAML between two --- lines)", 1),
        (".md", b"---\ntitle: T\n", "has front matter without a closing --- line", 1),
        (".md", b"---", "has front matter without a closing --- line", 1),
        (".md", b"+++\ntitle = 'T'\n", "has front matter without a closing +++ line", 1),
        (".md", b"+++", "has front matter without a closing +++ line", 1),
        (".md", b"---toml\ntitle = 'T'\n", "has front matter without a closing --- line", 1),
        (".md", b"---js\n{}\n---\n", "has front matter in js; YAML, TOML and JSON are read", 1),
        (".html", b"{% if x %}\n{{ y }}\n{% endif %}", "has no front matter (YAML between two --- lines)", 1),
        (".md", b"Note: this is\nno header.\n", "has no front matter (YAML between two --- lines)", 1),
        (".md", b"Date: 2024-05-01\n\nA text.\n", "has no front matter (YAML between two --- lines)", 1),
        (".md", b"---\n---\n", "is empty", 1),
        (".md", b"---\n\n# a comment\n---\nbody", "is empty", 1),
        (".yaml", b"", "is empty", 1),
        (".yaml", b"~", "is empty", 1),
        (".json", b"null", "is empty", 1),
        (".md", b"---\njust text\n---\n", "is not a mapping of fields", 1),
        (".yaml", b"- title: T", "is not a mapping of fields", 1),
        (".json", b"[1]", "is not a mapping of fields", 1),
        (".json", b'"x"', "is not a mapping of fields", 1),
        (".json", b"7", "is not a mapping of fields", 1),
        (".yaml", b"a: 1\n---\nb: 2\n", "has more than one YAML document", 2),
        (".yaml", b"a: 1\n---\n---\n- b\n", "has more than one YAML document", 3),
        (".md", b"---\na: 1\n\nb: \x00\n---\n", "contains a NUL character", 4),
        (".json", b'{"a":\r\n"\x00"}', "contains a NUL character", 2),
        (".md", b"---\na: 1\n---\n\x00", "contains a NUL character", 4),
        (".md", b"---\ntitle: caf\xe9\n---\n", "is not UTF-8: the byte 0xE9 at position 14", 2),
        (".yaml", b"\xff\xfea\x00", "is not UTF-8: the byte 0xFF at position 0", 1),
        (".json", b'{\n\n"a": "\xed\xa0\x80"}', "is not UTF-8: the byte 0xED at position 9", 3),
    ],
)
def test_what_is_no_record_is_rejected_with_its_line_and_reason(
    suffix: str, data: bytes, reason: str, line: int
) -> None:
    """The line is the file's, front matter's dashes counted."""
    with pytest.raises(RecordRejected) as caught:
        parse(data, suffix)
    assert (caught.value.reason, caught.value.line) == (reason, line)


def test_broken_front_matter_names_the_line_of_the_file() -> None:
    """The dashes are line 1."""
    with pytest.raises(RecordRejected) as caught:
        parse(b"---\ntitle: T\nname: [\n---\nbody", ".md")
    assert caught.value.reason.startswith("broken YAML: ")
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("suffix", "data", "line"),
    [
        (".md", b"---\r\na: 1\r\nb: 2\r\n---\r\nb: 3", 3),
        (".yaml", b"\xef\xbb\xbfa: 1\n\nb: 2", 3),
        (".json", b'{"a": 1,\r\n"b": 2}', 2),
    ],
)
def test_a_field_is_found_on_its_line_in_every_format(suffix: str, data: bytes, line: int) -> None:
    """So that messages lead to the place; the record as a whole is line 1."""
    locate = locator(data, suffix)
    assert locate(("b",)) == line
    assert locate(()) == 1


@given(st.text().filter(lambda text: "\0" not in text and not text.startswith("\ufeff")), st.booleans())
def test_decoding_keeps_every_character_but_line_ends(text: str, mark: bool) -> None:
    """CRLF becomes LF, the mark at the beginning goes; nothing else changes."""
    try:
        data = text.encode("utf-8-sig" if mark else "utf-8")
    except UnicodeEncodeError:
        return
    assert decode(data) == text.replace("\r\n", "\n")


LINES = st.lists(st.sampled_from(["", "a: 1", "# --- x", " ---", "----", "text", "--- x", "-"]), max_size=6)


@given(LINES, LINES, st.sampled_from(["---", "--- ", "...", "---\t"]))
def test_front_matter_and_body_are_the_record_and_nothing_is_lost(
    front: list[str], body: list[str], closing: str
) -> None:
    """Put together again they are the text that was split."""
    front_text = "".join(f"{line}\n" for line in front)
    body_text = "".join(f"{line}\n" for line in body)
    front_matter = frontmatter.split(f"---\n{front_text}{closing}\n{body_text}")
    assert (front_matter.text, front_matter.body) == (front_text, body_text)


@examples(300)
@given(
    st.sampled_from(SUFFIXES),
    st.binary(max_size=60),
    st.sampled_from([b"", b"---\n", b"+++\n", b"---json\n", b"{", b"Title: T\n"]),
)
def test_any_bytes_are_parsed_or_rejected_and_never_fail(suffix: str, data: bytes, front: bytes) -> None:
    """A rejection is the only thing that bytes can cause."""
    if front:
        data = front + data + b"\n" + front[:3] + b"\nbody"
    try:
        parsed = parse(data, suffix)
    except RecordRejected as error:
        assert error.reason
        return
    assert isinstance(parsed.fields, dict)
    assert bool(parsed.body) == bool(parsed.body_format)
