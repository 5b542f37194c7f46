"""Text that XML can carry."""

from __future__ import annotations

import html
import unicodedata

import pytest
from generated import examples
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feeds.text.cleaning import clean, has_unfit, is_blank, one_line, plain, without_markup

ANY = st.text(st.characters(exclude_categories=()))
"""Every code point, lone surrogates too."""

UNFIT = [
    "\x00",
    "\x08",
    "\x0b",
    "\x0c",
    "\x1f",
    "\x7f",
    "\x81",
    "\ud800",
    "\udfff",
    "\ufffd",
    "\ufffe",
    "\uffff",
]


@examples(300)
@given(ANY)
def test_cleaned_text_goes_through_xml_and_comes_back_the_same(text: str) -> None:
    """Whatever a record spells, an XML parser gives back what was written."""
    cleaned = clean(text)
    element = etree.Element("x")
    element.text = cleaned
    parsed = etree.fromstring(etree.tostring(element, encoding="utf-8"))
    assert (parsed.text or "") == cleaned


@given(ANY)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """The index and the feed see the same text."""
    assert clean(clean(text)) == clean(text)
    assert one_line(one_line(text)) == one_line(text)
    assert not has_unfit(clean(text))


@given(
    st.text(
        st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"), exclude_characters="\ufffd")
        | st.sampled_from("\t\n")
    )
)
def test_text_that_xml_can_carry_is_not_changed(text: str) -> None:
    """In any script, private use and format characters included."""
    assert clean(text) == text
    assert not has_unfit(text)


@pytest.mark.parametrize("character", UNFIT)
def test_a_character_that_xml_cannot_carry_is_left_out(character: str) -> None:
    """Alone, twice, and beside others."""
    assert has_unfit(f"a{character}b")
    assert clean(f"a{character}b{character}") == "ab"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [("\x93Hi\x94", "“Hi”"), ("it\x92s", "it’s"), ("\x85", "…"), ("\x80", "€"), ("\x9f", "Ÿ"), ("\x8d", "")],
)
def test_a_c1_control_character_is_read_as_windows_1252(text: str, cleaned: str) -> None:
    """Nobody writes C1 controls; many programs take Windows-1252 for Latin-1."""
    assert clean(text) == cleaned


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\u2028", "\u2029"])
def test_every_line_end_becomes_a_line_feed(end: str) -> None:
    """XML parsers would do it to CR in any case (XML 1.0 section 2.11)."""
    assert clean(f"a{end}b{end}{end}c") == "a\nb\n\nc"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  a \t\r\n b  ", "a b"),
        ("a\u2028b\u2029c", "a b c"),
        ("a\xa0b", "a\xa0b"),
        ("\u3000a\xa0", "a"),
        ("a\x0bb", "ab"),
        ("\x00 a \x00", "a"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_one_line_folds_white_space(text: str, line: str) -> None:
    """No-break spaces inside are the author's; none of any kind stays at the ends."""
    assert one_line(text) == line


@given(ANY)
def test_one_line_is_one_line(text: str) -> None:
    """No tab, no line end, no two spaces, no space at the ends."""
    line = one_line(text)
    assert not set("\t\r\n\u2028\u2029") & set(line)
    assert "  " not in line
    assert line == line.strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AT&amp;T", "AT&T"),
        ("a &#8211; b", "a – b"),
        ("a &#x2014; b", "a — b"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("&lt;b&gt;", "<b>"),
        ("<b>x</b>", "<b>x</b>"),
        ("&nbsp;x&nbsp;", "x"),
        ("&#150;", "–"),
        ("&#0;&#1;&#xD800;&#xFFFE;&#x110000;x", "x"),
        ("R&D & more;", "R&D & more;"),
        ("&unknown;", "&unknown;"),
        ("&#;&#x;", "&#;&#x;"),
    ],
)
def test_plain_text_has_its_entities_decoded_once_and_keeps_its_signs(text: str, expected: str) -> None:
    """A title that shows ``&lt;`` was meant to; what looks like markup is text."""
    assert plain(text) == expected


@pytest.mark.parametrize("digits", [20, 4300, 4301, 100_000])
@pytest.mark.parametrize("lead", ["&#", "&#x"])
def test_a_character_reference_of_any_length_is_survived(lead: str, digits: int) -> None:
    """Python refuses to make a number of thousands of digits; a record must not stop the others by it."""
    assert plain(f"a{lead}{'9' * digits};b") == "ab"


@given(ANY)
def test_plain_text_of_escaped_text_is_the_text(text: str) -> None:
    """Escaping for HTML and decoding it again changes nothing but white space."""
    assert plain(html.escape(text)) == one_line(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("a<br>b<br/>c<BR />d", "a b c d"),
        ("so<b>me</b>thing", "something"),
        ('<a href="x">link</a>', "link"),
        ("<script>alert(1)</script>x<style>p {}</style >y", "x y"),
        ("<SCRIPT src=x>\n1 < 2\n</sCript>x", "x"),
        ("a<!-- b -->c<!----><!---->d", "a c d"),
        ("<script><!--</script>-->x", "-->x"),
        ("a<b", "a<b"),
        ("List<int> and a < b > c", "List<int> and a < b > c"),
        ("<3 you", "<3 you"),
        ("use the <script> tag", "use the <script> tag"),
        ("a <!-- b", "a <!-- b"),
        ("&lt;p&gt;x", "<p>x"),
        ("<img src=x>", ""),
        ("AT&amp;T<br>&#8211;", "AT&T –"),
    ],
)
def test_markup_goes_and_text_stays(text: str, expected: str) -> None:
    """Whole tags of HTML elements go, with what was never to be seen; other angle brackets are text."""
    assert without_markup(text) == expected


@pytest.mark.parametrize(
    "opening", ["<script>", "<style>", "<!--", "<script", "<p", "<p ", "</script ", "&", "&#", "<"]
)
def test_a_text_of_nothing_but_openings_takes_no_longer_than_another(opening: str) -> None:
    """Half a million characters; it would take minutes if every opening were followed to the end."""
    text = opening * (500_000 // len(opening))
    assert without_markup(text) == " ".join(text.split())


@given(
    st.lists(
        st.sampled_from(["<script>", "</script>", "<style a>", "</style>", "<!--", "-->", "x", "<p>", "<i>"])
    )
)
def test_what_is_left_of_any_markup_is_one_line_of_fit_text(parts: list[str]) -> None:
    """Also of tags in any order: only the unfinished is left as text."""
    left = without_markup("".join(parts))
    assert left == one_line(left)
    assert left.count("x") <= parts.count("x")
    assert "<p>" not in left
    assert "<i>" not in left


@pytest.mark.parametrize(
    "text", ["", " ", "\t\n", "\xa0", "\u200b", "\u200b \u2060", "\ufeff", "\u3000", "\x00", "\u2028"]
)
def test_a_text_that_shows_nothing_is_blank(text: str) -> None:
    """White space and format characters, however many."""
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", " a", "0", "-", ".", "é", "中", "😀", "\u200bx", "<>", "़a"])
def test_a_text_that_shows_something_is_not_blank(text: str) -> None:
    """One character is enough."""
    assert not is_blank(text)


@given(ANY)
def test_letters_and_digits_are_never_blank(text: str) -> None:
    """In any script."""
    if any(unicodedata.category(character)[0] in "LN" for character in text):
        assert not is_blank(text)
