"""The sizes in which a record has one picture: `srcset` as in HTML, or `sizes` as a list or by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from feeds.errors import RecordRejected
from feeds.model.article import Size

from .fields import SIZES, ImageFields, convert
from .record import Record
from .values import Place, Value

KEYS = frozenset(("sizes", "srcset", "variants", "renditions"))
"""Where a picture's mapping has them."""
_ADDRESSES = ("url", "src", "source_url", "path", "href")
_CANDIDATE = re.compile(r"\s*,*\s*(\S*[^\s,])(?:\s+([^,]+))?\s*(?:,|$)")
_WIDTH = re.compile(r"(\d{1,6})w")
_HEIGHT = re.compile(r"(\d{1,6})h")
Resolve = Callable[[str, Place], str]


def sizes(record: Record, item: dict[str, Value], where: Place, resolve: Resolve) -> list[Size]:
    """Return the sizes that a picture's mapping names.

    Those that cannot be shown are left out with a warning. ``resolve`` returns an address in full, or raises
    RecordRejected.
    """
    found = []
    for key in sorted(KEYS & item.keys()):
        for given, at in _given(item[key], (key,)):
            try:
                found.append(_size(record, given, (*where, *at), at, resolve))
            except RecordRejected as error:
                record.warn((*where, *(error.where or at)), f"{error.reason}; this size is left out")
    return found


def pixels(record: Record, value: Value, where: Place) -> int:
    """Return a size in pixels, 0 if it is unknown."""
    if value is None:
        return 0
    try:
        fields = convert({"width": value}, ImageFields, SIZES)
    except RecordRejected as error:
        record.warn(where, f"{error.reason}; it is left out")
        return 0
    return max(fields.width or 0, 0)


def _given(value: Value, at: Place) -> Iterator[tuple[Value, Place]]:
    """Yield each size as it is written, and where."""
    if isinstance(value, str):
        # The attribute `sizes` of HTML says how wide a picture is shown, which is nothing to us.
        if at == ("srcset",):
            yield from (
                ({"url": url} | _described(words), at) for url, words in _CANDIDATE.findall(value) if url
            )
    elif isinstance(value, list):
        yield from ((one, (*at, position)) for position, one in enumerate(value))
    elif isinstance(value, dict):
        yield from ((one, (*at, name)) for name, one in value.items())


def _described(words: str) -> dict[str, Value]:
    """Return what the descriptors of a candidate say; densities say nothing of pixels."""
    found: dict[str, Value] = {}
    for name, pattern in (("width", _WIDTH), ("height", _HEIGHT)):
        if match := next(filter(None, map(pattern.fullmatch, words.split())), None):
            found[name] = int(match[1])
    return found


def _size(record: Record, given: Value, where: Place, at: Place, resolve: Resolve) -> Size:
    if isinstance(given, str):
        return Size(resolve(given, at))
    if not isinstance(given, dict):
        raise RecordRejected("is neither an address nor a mapping", at)
    url = next((given[key] for key in _ADDRESSES if isinstance(given.get(key), str)), None)
    if not isinstance(url, str):
        raise RecordRejected("has no url", at)
    width, height = (pixels(record, given.get(name), (*where, name)) for name in SIZES)
    return Size(resolve(url, at), width, height)
