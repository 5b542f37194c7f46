"""Words: what is the same to who searches, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.text.words import occur, phrases, spelled, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Deep-Fakes, explained!", ["deep", "fakes", "explained"]),
        ("snake_case don't", ["snake", "case", "don", "t"]),
        ("Künstliche Straße ŒUVRE", ["kunstliche", "strasse", "œuvre"]),
        ("café café CAFÉ", ["cafe", "cafe", "cafe"]),
        ("Ёлка Αθήνα ΣΊΣΥΦΟΣ", ["елка", "αθηνα", "σισυφοσ"]),
        ("ﬁne ＡＢＣ １２ İstanbul", ["fine", "abc", "12", "istanbul"]),
        ("شَدَّة שָׁלוֹם", ["شدة", "שלום"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("東京タワーとAI", ["東", "京", "タ", "ワ", "ー", "と", "ai"]),
        ("がか ﾊﾟ", ["が", "か", "パ"]),
        ("서울에서", ["서", "울", "에", "서"]),
        ("ภาษา", ["ภ", "า", "ษ", "า"]),
        ("🚀 ++ \0 \ud800", []),
    ],
)
def test_case_marks_and_signs_make_no_difference(text: str, expected: list[str]) -> None:
    """In every script; where none writes spaces, characters are words. Marks that make letters stay."""
    assert words(text) == expected


@given(st.text())
def test_folded_text_stays_as_it_is(text: str) -> None:
    """Folding twice is folding once, so that what is found does not depend on where it was folded."""
    once = words(text)
    assert words(" ".join(once)) == once
    assert all(word and not set(word) & set(' "\0') for word in once)


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("deep fakes", (("deep",), ("fakes",))),
        ('"Deep Fakes"', (("deep", "fakes"),)),
        ("“deep fakes” «x y»", (("deep", "fakes"), ("x", "y"))),
        ('fakes deep FAKES "deep"', (("deep",), ("fakes",))),
        ('"never ends', (("never", "ends"),)),
        ("don't C++", (("c",), ("don", "t"))),
        ("東京", (("東", "京"),)),
        ("东 AND OR NOT NEAR( * ^ :", (("and",), ("near",), ("not",), ("or",), ("东",))),
        ('"" ++ " "', ()),
    ],
)
def test_a_search_is_phrases(search: str, expected: tuple[tuple[str, ...], ...]) -> None:
    """Each once, in order; what FTS5 would take for a command is a word."""
    assert phrases(search) == expected


@given(st.text())
def test_phrases_are_read_as_they_are_spelled(search: str) -> None:
    """So that a search has one spelling."""
    asked = phrases(search)
    assert phrases(spelled(asked)) == asked


@given(st.lists(st.sampled_from(["deep", "fakes", "東京", "Ünï"]), min_size=1), st.randoms())
def test_order_repeats_and_case_make_no_difference(terms: list[str], random: object) -> None:
    """The same search is the same phrases."""
    other = [*terms, *terms[:1]]
    random.shuffle(other)  # type: ignore[attr-defined]
    assert phrases(" ".join(other).upper()) == phrases(" ".join(terms))


@pytest.mark.parametrize(
    ("search", "is_found"),
    [
        ("fakes", True),
        ('"deep fakes"', True),
        ('"fakes deep"', False),
        ('"of fakes"', False),
        ("deep tower", True),
        ('"tower of"', False),
        ("fake", False),
        ("eep", False),
        ("京タ", True),
        ("京 東", True),
        ('"京東"', False),
    ],
)
def test_every_phrase_occurs_somewhere_as_a_whole(search: str, is_found: bool) -> None:
    """In one text or another, but none across two; whole words."""
    assert occur(phrases(search), ["Deep Fakes", "of 東京タワー tower", "provider"]) is is_found


@pytest.mark.parametrize("search", ['"x 東京"', '"東京 x"', '"deep 東 fakes"', "東京", '"東 x 京"'])
def test_only_what_is_written_without_spaces_is_spelled_without(search: str) -> None:
    """Where scripts meet, there is a space."""
    assert spelled(phrases(search)) == search
