"""Pictures of topics and providers, as the records' site names its own files."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from feeds.text import cleaning, references

from .values import Place, Value

Warn = Callable[[Place, str], None]

_KEYS = ("url", "path", "src", "image", "file")
"""Where a mapping has the picture's address; the first that says something is taken."""
_NONE = frozenset(("", "false", "no", "none", "null"))
_EVERYWHERE = frozenset(("", ".gif", ".jpeg", ".jpg", ".png"))
"""Kinds that every reader shows, and what does not say its kind."""


def picture(value: Value, where: Place, site_url: str, warn: Warn) -> str:
    """Return the address of the one picture that stands for a topic or a provider; "" if there is none.

    ``value`` is a text, a mapping, or a list of these. Of several pictures it is the first that every reader
    can show, else the first. ``site_url`` is the folder that relative addresses belong to.
    """
    first = ""
    for position, item in enumerate(value if isinstance(value, list) else [value]):
        place = (*where, position) if isinstance(value, list) else where
        given = _given(item)
        if given is None:
            warn(place, "is no picture; it is left out")
        elif given.strip().lower() not in _NONE and not cleaning.is_blank(given):
            try:
                address, is_shown = _resolved(given, site_url)
            except ValueError as error:
                warn(place, f"{given[:200]!r} {error}; the picture is left out")
                continue
            if is_shown:
                return address
            first = first or address
    return first


def _given(item: Value) -> str | None:
    """Return a picture's address as it is written, "" if there is none; None where that cannot be told."""
    if isinstance(item, dict):
        values = [item.get(key) for key in _KEYS]
        return next((value for value in values if isinstance(value, str) and value), None)
    return item or "" if isinstance(item, str) or item is None else None


@functools.lru_cache(maxsize=4096)
def _resolved(given: str, site_url: str) -> tuple[str, bool]:
    address = references.in_front_matter(given, site_url)
    return address, PurePosixPath(urlsplit(address).path).suffix.lower() in _EVERYWHERE
