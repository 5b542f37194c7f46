"""The topics that a record names, in each way that people write them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from feeds.text import cleaning

from .record import Record, is_switched_off
from .values import Place, Value

_NAMES = ("name", "title", "label", "value", "text", "term", "tag", "slug", "id")
_DEEPEST = 8
"""So many lists and mappings may lie in each other."""
_DIVIDED = re.compile(r"[,\n]")


def topics(record: Record) -> tuple[str, ...]:
    """Return the names of a record's topics, each once, out of every field that has some."""
    value = record.fields.topics
    if value.__class__ is list and len(record.settings.fields.get("topics", ())) < 2:
        # As nearly all records have them.
        try:
            if list(map(label, value)) == value and "" not in value:
                return tuple(dict.fromkeys(value))
        except TypeError:
            # Something is no text, or nothing.
            pass
    found = [name for given, where in record.given("topics") for name in _names(record, given, where)]
    return tuple(dict.fromkeys(filter(None, found)))


def _names(record: Record, value: Value, where: Place) -> Iterator[str]:
    """Yield the names in a field: a text with commas, a list, lists in lists, mappings."""
    if isinstance(value, str):
        if not is_switched_off(value):
            for part in _DIVIDED.split(value):
                yield record.text(str(where[0]), part, label)
    elif len(where) > _DEEPEST:
        record.warn(where[:1], "is nested too deeply; what lies deeper is left out")
    elif isinstance(value, list):
        for position, item in enumerate(value):
            if isinstance(item, str):
                yield record.text(str(where[0]), item, label)
            else:
                yield from _names(record, item, (*where, position))
    elif isinstance(value, dict):
        yield from _of_mapping(record, value, where)


def _of_mapping(record: Record, value: dict[str, Value], where: Place) -> Iterator[str]:
    """Yield the name that a mapping has, or those in its lists, as a table of taxonomies has them."""
    name = next((value[key] for key in _NAMES if isinstance(value.get(key), str) and value[key].strip()), "")
    if name:
        yield record.text(str(where[0]), name, label)
        return
    lists = {key: item for key, item in value.items() if isinstance(item, list)}
    if value and all(item is None for item in value.values()):
        # A set, as YAML spells it.
        yield from (record.text(str(where[0]), key, label) for key in value)
    elif not lists:
        record.warn(where, "is a mapping without a name; the topic is left out")
    for key, item in lists.items():
        yield from _names(record, item, (*where, key))


def names_in(value: Value) -> list[str]:
    """Return the names in a field that has one, a list of them, or mappings with a name."""
    items = value if isinstance(value, list) else [value]
    given = (
        next((item[key] for key in _NAMES if isinstance(item.get(key), str)), "")
        if isinstance(item, dict)
        else item
        for item in items
    )
    return [name for item in given if isinstance(item, str) and (name := label(item))]


@functools.lru_cache(maxsize=16_384)
def label(value: str) -> str:
    """Fold a text that many records share: a topic's name, a type."""
    return cleaning.plain(value)
