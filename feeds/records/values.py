"""What a record's text parses to: text leaves in lists and mappings, and nothing executable.

Scalars keep their text until the type of their field is known: a title ``1.10`` stays "1.10", and ``yes`` is
true only where a field is a boolean.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from feeds.errors import RecordRejected

from . import faults

Value = Any
"""``str``, ``None``, ``list[Value]`` or ``dict[str, Value]``."""

Place = tuple[str | int, ...]

Locate = Callable[[Place], int]
"""Tells on which of the file's lines a value begins."""

_MAX_VALUES = 200_000
_YAML_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")
)
NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_MERGE = "<<"
_QUOTE_BRACKETS = "; a text that begins with { or [ has to stand in quotes"
_SURROGATE = re.compile("[\ud800-\udfff]")

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def from_yaml(text: str, first_line: int = 1) -> Value:
    """Parse one YAML document into text leaves; ``first_line`` is the file's line it begins on.

    Raises RecordRejected with the line: broken YAML, duplicate keys, a tag that is not plain data, aliases
    that grow without measure, more than one document.
    """
    try:
        return _YamlReader(text, first_line).document()
    except yaml.MarkedYAMLError as error:
        raise faults.yaml_fault(text, error, first_line) from None
    except RecursionError:
        raise RecordRejected(faults.TOO_DEEP) from None
    except yaml.reader.ReaderError as error:
        # Not error.position, which counts bytes with the C loader and characters without.
        character = chr(error.character) if isinstance(error.character, int) else error.character[0]
        raise faults.unfit_character(text, character, first_line) from None
    except UnicodeEncodeError:
        raise RecordRejected("broken YAML: a lone surrogate is not allowed", line=first_line) from None


def yaml_lines(text: str, first_line: int = 1) -> Locate:
    """Return what tells on which of the file's lines a value begins, or its nearest parent."""
    lines = _lines(text, first_line)
    return lambda where: _nearest(lines, where) or first_line


def _lines(text: str, first_line: int) -> dict[Place, int]:
    reader = _YamlReader(text, first_line)
    with contextlib.suppress(RecordRejected, yaml.YAMLError, UnicodeEncodeError):
        reader.document()
    return reader.lines


def _nearest(lines: dict[Place, int], where: Place) -> int:
    while where and where not in lines:
        where = where[:-1]
    return lines[where] if where else 0


class _YamlReader:
    """Builds values from the events of PyYAML's parser, the reference for what a record says."""

    def __init__(self, text: str, first_line: int) -> None:
        self._text = text
        self._events: Iterator[Any] = yaml.parse(text, Loader=_Loader)
        self._first_line = first_line
        self._anchors: dict[str, tuple[Value, int]] = {}
        self._count = 0
        self.lines: dict[Place, int] = {}

    def document(self) -> Value:
        value: Value = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                line = self._line(event)
            elif isinstance(event, yaml.NodeEvent):
                if documents == 1:
                    value = self._value(event, ())
                elif not _is_nothing(event):
                    raise RecordRejected("has more than one YAML document", line=line)
        return value

    def _line(self, event: Any) -> int:
        return int(event.start_mark.line) + self._first_line

    def _value(self, event: Any, where: Place) -> Value:
        line = self._line(event)
        self.lines[where] = line
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, line)
        self._measure(1, where, line)
        tag = event.tag
        if tag is not None and tag not in _YAML_TAGS and tag != "!":
            hint = "" if ":" in tag else "; a text that begins with ! has to stand in quotes"
            raise RecordRejected(f"the YAML tag {tag} is not data{hint}", where, line)
        before = self._count
        value: Value
        if isinstance(event, yaml.ScalarEvent):
            plain_null = event.implicit[0] and event.value in NULLS
            value = None if plain_null or tag == "tag:yaml.org,2002:null" else event.value
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(where)
        else:
            value = self._mapping(where)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, self._count - before + 1)
        return value

    def _sequence(self, where: Place) -> list[Value]:
        values: list[Value] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*where, len(values))))
        return values

    def _mapping(self, where: Place) -> dict[str, Value]:
        values: dict[str, Value] = {}
        merged: dict[str, Value] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = self._line(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise RecordRejected(f"a key must be text{_QUOTE_BRACKETS}", where, line)
            key = event.value
            if event.anchor is not None:
                self._anchors[event.anchor] = (key, 1)
            if key == _MERGE and event.implicit[0]:
                merged = self._merge(self._value(next(self._events), (*where, key)), where, line) | merged
                continue
            if key in values:
                raise RecordRejected(f"the key {key!r} occurs twice", (*where, key), line)
            values[key] = self._value(next(self._events), (*where, key))
        return merged | values if merged else values

    def _merge(self, value: Value, where: Place, line: int) -> dict[str, Value]:
        parts = value if isinstance(value, list) else [value]
        if not all(isinstance(part, dict) for part in parts):
            raise RecordRejected("<< merges mappings only", where, line)
        merged: dict[str, Value] = {}
        for part in parts:
            merged = part | merged
        return merged

    def _alias(self, event: Any, line: int) -> Value:
        if event.anchor not in self._anchors:
            raise faults.unknown_alias(self._text, event, self._first_line)
        value, size = self._anchors[event.anchor]
        self._measure(size, (), line)
        return value

    def _measure(self, size: int, where: Place, line: int) -> None:
        self._count += size
        if self._count > _MAX_VALUES:
            raise RecordRejected("expands to too many values (an alias bomb?)", line=line)
        if len(where) > faults.MAX_DEPTH:
            raise RecordRejected(faults.TOO_DEEP, where[:1], line)


def _is_nothing(event: yaml.NodeEvent) -> bool:
    """Whether a document is nothing but the line of dashes that opens it, as people close front matter."""
    return isinstance(event, yaml.ScalarEvent) and event.value == "" and event.implicit[0]


def from_json(text: str, first_line: int = 1) -> Value:
    """Parse one JSON document into text leaves (RFC 8259); ``first_line`` is the file's line it begins on.

    Raises RecordRejected with the line: broken JSON, duplicate keys, too deep nesting.
    """

    def no_constant(name: str) -> Value:
        found = faults.no_constant(name, text)
        found.line += first_line - 1
        raise found

    try:
        return _as_text(
            json.loads(
                text, object_pairs_hook=_unique, parse_int=str, parse_float=str, parse_constant=no_constant
            )
        )
    except json.JSONDecodeError as error:
        found = faults.json_fault(text, error)
        found.line += first_line - 1
        raise found from None
    except RecursionError:
        raise RecordRejected(faults.TOO_DEEP) from None


def front_json(text: str) -> int:
    """Return where the JSON object ends that a text begins with, or seems to end where it is broken.

    What follows has to begin on a line of its own.
    """
    try:
        end = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(text)[1]
    except json.JSONDecodeError:
        # As far as the first line that closes it, so that what is wrong can be said.
        closing = re.search(r"^\}[ \t]*$", text, re.M)
        return closing.end() if closing else len(text)
    except RecursionError:
        return len(text)
    return end if re.match(r"[ \t]*(?:\n|\Z)", text[end:]) else len(text)


def json_lines(text: str, first_line: int = 1) -> Locate:
    """Return what tells on which line a value begins, or its nearest parent, as near as JSON lets us know."""
    lines = _lines(text, first_line)  # JSON is YAML's flow style, but for a few escapes.

    def locate(where: Place) -> int:
        key = json.dumps(where[0], ensure_ascii=False) if where else ""
        return _nearest(lines, where) or text.count("\n", 0, max(text.find(key), 0)) + first_line

    return locate


def _unique(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    values = dict(pairs)
    if len(values) < len(pairs):
        keys = Counter(key for key, _ in pairs)
        twice = next(key for key, times in keys.items() if times > 1)
        raise RecordRejected(f"the key {twice!r} occurs twice", (_whole(twice),))
    return values


def _whole(text: str) -> str:
    """Mark the lone surrogates that JSON can spell: no file, terminal or database takes them."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _as_text(value: Value, where: Place = ()) -> Value:
    if len(where) > faults.MAX_DEPTH:
        raise RecordRejected(faults.TOO_DEEP, where[:1])
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return {_whole(key): _as_text(item, (*where, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item, (*where, position)) for position, item in enumerate(value)]
    return value if value is None else _whole(value)
