"""Where a Markdown or HTML record's fields end and its body begins, in each way that people write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from feeds.errors import RecordRejected

from . import toml
from .values import Locate, Value, from_json, from_yaml, front_json, json_lines, yaml_lines

_YAML_OPENING = re.compile(r"---[ \t]*\n")
_YAML_CLOSING = re.compile(r"\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_TOML_OPENING = re.compile(r"\+\+\+[ \t]*\n")
_TOML_CLOSING = re.compile(r"\n\+\+\+[ \t]*(?:\n|\Z)")
_NAMED_OPENING = re.compile(r"---[ \t]*([A-Za-z]+)[ \t]*\n")
_NAMED_CLOSING = re.compile(r"\n---[ \t]*(?:\n|\Z)")
_JSON_OPENING = re.compile(r'\{\s*(?:"|\}|\Z)')
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)[ \t]*:(?:[ \t]+(.*))?")
_CONTINUED = re.compile(r"[ \t]{4,}(\S.*)")
_NAMES = {"yaml": "YAML", "yml": "YAML", "toml": "TOML", "json": "JSON"}


class Front(NamedTuple):
    """A record divided: the text of its fields, the way they are written, and its body."""

    text: str
    kind: str
    """"YAML", "TOML", "JSON" or "headers"."""
    body: str
    first_line: int = 2
    """The file's line that the text of the fields begins on."""


def split(text: str) -> Front:
    """Divide a Markdown or HTML record into the text of its fields and its body.

    Raises RecordRejected: there is no front matter, or it has no end.
    """
    opening = _YAML_OPENING.match(text)
    if opening:
        # From the line end of the opening on, so that two lines of dashes can follow each other.
        closing = _YAML_CLOSING.search(text, opening.end() - 1)
        if closing:
            return Front(text[opening.end() : closing.start() + 1], "YAML", text[closing.end() :])
        raise RecordRejected("has front matter without a closing --- line", line=1)
    return _other(text)


def _other(text: str) -> Front:
    """Divide a record whose fields are not YAML between two lines of dashes."""
    if opening := _TOML_OPENING.match(text):
        return _between(text, opening, _TOML_CLOSING, "TOML", "+++")
    if opening := _NAMED_OPENING.match(text):
        kind = _NAMES.get(opening[1].lower())
        if kind is None:
            reason = f"has front matter in {opening[1][:40]}; YAML, TOML and JSON are read"
            raise RecordRejected(reason, line=1)
        return _between(text, opening, _NAMED_CLOSING, kind, "---")
    if _JSON_OPENING.match(text):
        end = front_json(text)
        return Front(text[:end], "JSON", text[end:].lstrip("\n"), 1)
    if headers := _headers(text):
        return headers
    for marker in ("---", "+++"):
        if text.startswith(marker):
            raise RecordRejected(f"has front matter without a closing {marker} line", line=1)
    raise RecordRejected("has no front matter (YAML between two --- lines)", line=1)


def _between(text: str, opening: re.Match[str], closing: re.Pattern[str], kind: str, marker: str) -> Front:
    end = closing.search(text, opening.end() - 1)
    if end is None:
        raise RecordRejected(f"has front matter without a closing {marker} line", line=1)
    return Front(text[opening.end() : end.start() + 1], kind, text[end.end() :])


def _headers(text: str) -> Front | None:
    """Divide a record that begins with lines such as ``Title: A walk``, as Pelican's articles do.

    Only with a title: any text may begin with a word and a colon.
    """
    end = 0
    names: set[str] = set()
    for line in text.split("\n"):
        header = _HEADER.fullmatch(line.rstrip())
        if not header and not (names and _CONTINUED.fullmatch(line)):
            if line.strip():
                return None
            break
        if header:
            names.add(header[1].lower())
        end += len(line) + 1
    return Front(text[:end], "headers", text[end:].lstrip("\n"), 1) if "title" in names else None


def fields(front: Front) -> Value:
    """Parse the text of a record's fields. Raises RecordRejected with the line where it is broken."""
    if front.kind == "YAML":
        return from_yaml(front.text, front.first_line)
    if front.kind == "TOML":
        return toml.from_toml(front.text, front.first_line)
    if front.kind == "JSON":
        return from_json(front.text, front.first_line)
    return {name: "\n".join(lines) for name, (lines, _) in _header_fields(front).items()}


def _header_fields(front: Front) -> dict[str, tuple[list[str], int]]:
    """Return the fields of a record with headers: lines of text, and the file's line; names in lower case."""
    found: dict[str, tuple[list[str], int]] = {}
    name = ""
    for number, line in enumerate(front.text.split("\n"), front.first_line):
        if header := _HEADER.fullmatch(line.rstrip()):
            name = header[1].lower()
            if name in found:
                raise RecordRejected(f"the key {name!r} occurs twice", (name,), number)
            found[name] = ([header[2].strip()] if header[2] else [], number)
        elif name and line.strip():
            found[name][0].append(line.strip())
    return found


def locator(front: Front) -> Locate:
    """Return what tells the file's line on which a field begins."""
    makers: dict[str, Callable[[str, int], Locate]] = {
        "YAML": yaml_lines,
        "TOML": toml.toml_lines,
        "JSON": json_lines,
    }
    if front.kind in makers:
        lines = makers[front.kind](front.text, front.first_line)
        return lambda where: lines(where) if where else 1
    headers = _header_fields(front)
    return lambda where: headers[str(where[0])][1] if where and where[0] in headers else 1
