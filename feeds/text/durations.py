"""Durations as ISO 8601 spells them: PT1H30M, P7D."""

from __future__ import annotations

import re

_NUMBER = r"(\d{1,9}(?:\.\d{1,9})?)"
_DURATION = re.compile(
    rf"P(?!$)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?!$)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?",
    re.A | re.I,
)
_DAY = 86_400
_SECONDS = (365 * _DAY, 30 * _DAY, 7 * _DAY, _DAY, 3600, 60, 1)
_CALENDAR = 2
"""Years and months come first; how long they are depends on the calendar."""


def seconds(text: str, *, calendar: bool = True) -> int:
    """Return a duration in whole seconds; a year counts 365 days, a month 30.

    Raises ValueError where the text is no duration, or has years or months and these are not wanted.
    """
    match = _DURATION.fullmatch(text)
    if not match or (not calendar and any(match.groups()[:_CALENDAR])):
        raise ValueError(f"{text[:60]!r} is no duration, such as PT1H30M")
    parts = zip(match.groups(), _SECONDS, strict=True)
    return round(sum(float(number) * size for number, size in parts if number))


def spelled(number: int) -> str:
    """Spell a duration of so many seconds in its shortest form; 0 is PT0S."""
    days, rest = divmod(number, _DAY)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if n)
    return f"P{f'{days}D' if days else ''}{f'T{time}' if time else ''}" if number else "PT0S"
