"""A line of a file, shown in a message about it."""

from __future__ import annotations

_MOST = 80
_BEFORE = 40
"""So many characters before the place are shown where the line is too long to be shown whole."""


def shown_line(source: str, line: int, column: int = 0) -> str:
    """Return ", at column 3 of the line: …", to be put after a reason; "" where the line shows nothing.

    ``line`` and ``column`` count from 1; a column of 0 is not known. Of a line longer than 80 characters the
    part around the column is shown. Control characters are escaped.
    """
    lines = source.split("\n")
    whole = lines[line - 1] if 0 < line <= len(lines) else ""
    if not whole.strip():
        return ""
    start = max(0, min(column - 1 - _BEFORE, len(whole) - _MOST))
    cut = whole[start : start + _MOST]
    text = "".join(sign if sign.isprintable() else _escaped(sign) for sign in cut.strip(" "))
    before, after = "…" if start else "", "…" if start + _MOST < len(whole) else ""
    place = f"at column {column} of the line" if 0 < column <= len(whole) + 1 else "in the line"
    return f", {place}: {before}{text}{after}"


def _escaped(sign: str) -> str:
    return sign.encode("unicode_escape").decode()
