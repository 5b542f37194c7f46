"""``[records.defaults]``: what records have that do not say it themselves: all, or those of a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .fields import FIELD_NAMES
from .toml import leaves
from .values import Value

Entries = tuple[tuple[str, dict[str, Value]], ...]


def is_folder(key: str, value: Any, known: frozenset[str]) -> bool:
    """Whether an entry is a folder's table, and not the value of a field, which may be a table too."""
    return isinstance(value, dict) and key not in known


def known_names(fields: Mapping[str, str | tuple[str, ...]]) -> frozenset[str]:
    """Return the names that a field may have in defaults: ours, and those of the dialect."""
    theirs = (one for names in fields.values() for one in ((names,) if isinstance(names, str) else names))
    return frozenset((*FIELD_NAMES, *theirs))


def divided(given: Mapping[str, Any], known: frozenset[str], roots: tuple[str, ...]) -> Entries:
    """Return folder → values as text, the deepest folder first; "" stands for all records.

    A folder is named from the configuration file on, or from one of the folders with records (``roots``).
    """
    entries: dict[str, dict[str, Value]] = {}
    for key, value in given.items():
        if is_folder(key, value, known):
            for folder in _spelled(key.strip("/"), roots):
                entries.setdefault(folder, {}).update(leaves(value))
        else:
            entries.setdefault("", {})[key] = leaves(value)
    return tuple(sorted(entries.items(), key=lambda entry: (-entry[0].count("/"), -len(entry[0]), entry[0])))


def _spelled(folder: str, roots: tuple[str, ...]) -> Iterator[str]:
    folder = folder.removeprefix("./")
    yield folder
    for root in roots:
        if root != "." and not folder.startswith(f"{root}/") and folder != root:
            yield f"{root}/{folder}"
