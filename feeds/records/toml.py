"""TOML front matter, as Hugo and Zola write it: text leaves, like all that a record says."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time
from typing import Any

from feeds.errors import RecordRejected
from feeds.text.excerpt import shown_line

from . import faults
from .values import Locate, Place, Value

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_HEADER = re.compile(r"[ \t]*(\[{1,2})((?:[^\]\"']|\"[^\"]*\"|'[^']*')+)\]")
_KEY = re.compile(r"((?:[\w.\- \t]|\"[^\"]*+\"|'[^']*+')++)=")
_KEY_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")
# More names with dots between them than mappings may nest: the parser's time grows with their square.
_KEY_NAME = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+"
_DEEP_KEY = re.compile(rf"(?<![\w-])(?:{_KEY_NAME}\.[ \t]*+){{{faults.MAX_DEPTH + 1}}}{_KEY_NAME}[.=\]]")
_LONG_TEXT = re.compile(r'"""|\'\'\'')


def from_toml(text: str, first_line: int = 1) -> Value:
    """Parse one TOML document into text leaves; ``first_line`` is the file's line it begins on.

    Raises RecordRejected with the line: broken TOML, a key that occurs twice, too deep nesting.
    """
    if deep := _DEEP_KEY.search(text):
        raise RecordRejected(faults.TOO_DEEP, line=text.count("\n", 0, deep.start()) + first_line)
    try:
        return leaves(tomllib.loads(text, parse_float=str))
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        at = _AT.search(said)
        line = int(at[1]) if at and at[1] else text.rstrip("\n").count("\n") + 1
        shown = shown_line(text, line, int(at[2])) if at and at[2] else ""
        raise RecordRejected(f"broken TOML: {_AT.sub('', said)}{shown}", line=line + first_line - 1) from None
    except RecursionError:
        raise RecordRejected(faults.TOO_DEEP) from None


def leaves(value: Any, where: Place = ()) -> Value:
    """Spell the values of a TOML document as the text that they stand for.

    Raises RecordRejected: too deep nesting.
    """
    if len(where) > faults.MAX_DEPTH:
        raise RecordRejected(faults.TOO_DEEP, where[:1])
    if isinstance(value, dict):
        return {key: leaves(item, (*where, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [leaves(item, (*where, position)) for position, item in enumerate(value)]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)


def toml_lines(text: str, first_line: int = 1) -> Locate:
    """Return what tells on which of the file's lines a value begins, or its nearest parent."""
    lines: dict[Place, int] = {}
    table: Place = ()
    counts: dict[Place, int] = {}
    is_within_text = False
    for number, line in enumerate(text.split("\n"), first_line):
        was_within_text, is_within_text = (
            is_within_text,
            is_within_text ^ bool(len(_LONG_TEXT.findall(line)) % 2),
        )
        if was_within_text:
            continue
        if header := _HEADER.match(line):
            table = _steps(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *_steps(key[1])), number)

    first: dict[Place, int] = {}
    for place, at in lines.items():
        for size in range(len(place), 0, -1):
            first[place[:size]] = min(at, first.get(place[:size], at))

    def locate(where: Place) -> int:
        while where and where not in first:
            where = where[:-1]
        return first[where] if where else first_line

    return locate


def _steps(dotted: str) -> Place:
    return tuple(double or single or bare for double, single, bare in _KEY_PART.findall(dotted))
