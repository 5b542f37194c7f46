"""Durations as ISO 8601 spells them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.text import durations


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT2H44M", 9840),
        ("pt5m", 300),
        ("PT1.5H", 5400),
        ("P1W2D", 777_600),
        ("P7D", 604_800),
        ("P1DT1S", 86_401),
        ("P1Y1M", 395 * 86_400),
        ("PT0S", 0),
    ],
)
def test_a_duration_is_read(text: str, seconds: int) -> None:
    """In whole seconds."""
    assert durations.seconds(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "1H", "PT-5M", "P1H", "PT1M1H", "P٣D", "PT9999999999S"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    """Not read as another one."""
    with pytest.raises(ValueError, match="no duration"):
        durations.seconds(text)


def test_years_and_months_can_be_unwanted() -> None:
    """A film is no month long; a minute is no month."""
    assert durations.seconds("PT1M", calendar=False) == 60
    with pytest.raises(ValueError, match="no duration"):
        durations.seconds("P1M", calendar=False)


@given(st.integers(0, 10**9))
def test_what_is_spelled_is_read_again(number: int) -> None:
    """So that a canonical question is its own canonical form."""
    assert durations.seconds(durations.spelled(number)) == number
