"""A quick reader for the plain YAML that nearly all records are written in; it steps aside for the rest.

It knows block mappings, block lists, and scalars on one line: quoted, or plain without anything that YAML
gives a meaning. On that subset its answer is the one of PyYAML's parser, on all else it has none, so that
PyYAML stays the reference. It takes an eighth of PyYAML's time, which is most of what a first build takes.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from .values import NULLS, Value

# Characters that YAML 1.1 lets stand for themselves: no control characters (tabs included), no line breaks of
# other scripts, no byte order mark, no surrogates.
_NOT = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff"
_QUOTED = (
    rf'"[^"\\{_NOT}]*+(?:\\["\\/nrt][^"\\{_NOT}]*+)*+"'
    rf"|'[^'{_NOT}]*+(?:''[^'{_NOT}]*+)*+'"
)
# A plain scalar: no indicator first, then neither ": " nor " #".
_PLAIN = (
    rf"""(?:[^\s\-?:,\[\]{{}}#&*!|>'"%@`{_NOT}]|-(?=[0-9A-Za-z]))"""
    rf"[^:#{_NOT}]*+(?:(?::(?=[^\s{_NOT}])|(?<! )\#)[^:#{_NOT}]*+)*+"
)
_SCALAR = rf"{_QUOTED}|{_PLAIN}"
_LINES = re.compile(
    rf"( *+(?:- )?+)(?:([A-Za-z_][A-Za-z0-9_]{{0,99}}+):(?: ++({_SCALAR}))?+|({_SCALAR})) *+\n++|[^\n]*+\n"
)
_WORD = frozenset("ABCDEFGHIJKLMOPQRSTUVWXYZabcdefghijklmopqrstuvwxyz0123456789-/")
"""What a plain scalar that cannot be null begins with."""
_MOST_LINES = 100_000
# What a line begins with → its column, and whether it is an item of a list or an entry of a mapping. What is
# nested deeper is for PyYAML's reader to judge.
_PREFIXES: dict[str, tuple[int, type]] = {
    " " * column + dash: (column, list if dash else dict) for column in range(48) for dash in ("", "- ")
}
_TOO_DEEP = (-1, dict)


def read(text: str) -> dict[str, Value] | None:
    """Return the mapping that a YAML text spells, its leaves text; None where the text is not that plain."""
    lines = _LINES.findall(text if text.endswith("\n") else text + "\n")
    if len(lines) > _MOST_LINES:
        return None
    root: dict[str, Value] = {}
    container: Any = root
    column = 0
    levels: list[tuple[int, Any]] = []
    """The containers around the present one, each with its column."""
    awaiting: str | None = None
    """The key whose value has not come yet: nothing, or a container on the lines below."""
    before: str | None = None
    """What the last line began with, if it was an entry of a mapping."""
    for prefix, key, value, item in lines:
        # An entry that begins like the last one goes where that one went.
        if prefix != before or awaiting is not None:
            at, kind = _PREFIXES.get(prefix, _TOO_DEEP)
            before = None if kind is list else prefix
            if awaiting is not None and (at > column or (at == column and kind is list)):
                levels.append((column, container))
                container[awaiting] = container = kind()
                column = at
            elif at != column or container.__class__ is not kind:
                while levels and (column > at or container.__class__ is not kind):
                    column, container = levels.pop()
                if column != at or container.__class__ is not kind:
                    return None
            awaiting = None
            if kind is list and not item:
                levels.append((column, container))
                container.append({})
                container = container[-1]
                column = at + 2
        if item and container.__class__ is list:
            container.append(item.rstrip(" ") if item[0] in _WORD else _scalar(item))
            continue
        if not key or key in container:
            return None
        if value:
            container[key] = value.rstrip(" ") if value[0] in _WORD else _scalar(value)
        else:
            container[key] = None
            awaiting = key
    return root or None


def _scalar(text: str) -> str | None:
    first = text[0]
    if first == '"':
        text = text[1:-1]
        return _unescaped(text) if "\\" in text else text
    if first == "'":
        return text[1:-1].replace("''", "'")
    text = text.rstrip(" ")
    return None if text in NULLS else text


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES[match[1]], text)


_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t"}

_VALUE = rf"(?: ++(?:{_SCALAR}))?+ *+\n++"
_LONGEST_TAIL = 1_000_000


@functools.cache
def _related() -> re.Pattern[str]:
    """Return what related articles look like as the source system writes them, one after the other.

    Every key is there at most once, always in this order.
    """
    return re.compile(
        rf"(?:  - title:{_VALUE}"
        + "".join(
            rf"(?:    {key}:{_VALUE})?+"
            for key in (
                "excerpt",
                "publishedDateTime",
                "originalUrl",
                "webUrl",
                "ampWebUrl",
                "cdnAmpWebUrl",
                "type",
            )
        )
        + rf"(?:    provider:\n      name:{_VALUE}(?:      domain:{_VALUE})?+)?+"
        rf"(?:    quality:{_VALUE})?+(?:    heat:{_VALUE})?+"
        rf"(?:    images:\n(?:      - url:{_VALUE}"
        + "".join(
            rf"(?:        {key}:{_VALUE})?+"
            for key in ("width", "height", "isCached", "title", "attribution")
        )
        + r")++)?+)*+"
    )


def without_more_related(text: str, kept: int) -> str:
    """Return a record's YAML with its first ``kept`` related articles, if the others can be left unread.

    They can where they are as the source system writes them: nothing in them could make the record another
    one. Some records have 200 of them, nine tenths of their text.
    """
    start = text.find("\nrelated:\n")
    for _ in range(kept + 1):
        if start < 0:
            return text
        start = text.find("\n  - ", start + 1)
    if start < 0:
        return text
    match = _related().match(text, start + 1)
    end = match.end() if match else start + 1
    if end - start > _LONGEST_TAIL or text[end : end + 1] in (" ", "-"):
        return text
    return text[: start + 1] + text[end:]
