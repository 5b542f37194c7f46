"""One record on its way to an article: what it says, how it is to be read, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from feeds.errors import Loss, RecordRejected
from feeds.text import cleaning

from .fields import NUMBERS, Fields, SoundFields, convert
from .syntax import Parsed
from .values import Place, Value

_TRUE = frozenset(("true", "yes", "on", "y", "1"))
_FALSE = frozenset(("false", "no", "off", "n", "0"))


class Settings(NamedTuple):
    """What of the configuration decides how a record is read. Equal settings read equal articles."""

    fields: Mapping[str, tuple[str, ...]] = {}
    """Our field's name → the names that another dialect has for it, first found first taken."""
    site_url: str = ""
    """What relative image and link URLs are resolved against."""
    permalink: str = ""
    """A pattern of ``{year}``, ``{month}``, ``{day}``, ``{slug}`` for records without a URL."""
    id_authority: str = ""
    undated_by_mtime: bool = False
    max_bytes: int = 5_000_000


class Record:
    """A record taken apart, its fields under our names and of our types.

    Raises RecordRejected: a field of the wrong type.
    """

    __slots__ = ("fields", "losses", "mtime_ns", "parsed", "path", "settings", "warnings")

    def __init__(
        self,
        path: str,
        parsed: Parsed,
        mtime_ns: int,
        settings: Settings,
    ) -> None:
        self.path = path
        self.parsed = parsed
        self.mtime_ns = mtime_ns
        self.settings = settings
        self.warnings: list[tuple[Place, str]] = []
        self.losses: list[Loss] = []
        fields = renamed(parsed.fields, settings.fields) if settings.fields else parsed.fields
        try:
            # All at once, which is quicker than part by part.
            self.fields: Fields = msgspec.convert(fields, SoundFields, strict=False)
        except msgspec.ValidationError:
            self.fields = convert(fields, Fields, NUMBERS)

    def warn(self, where: Place, reason: str) -> None:
        """Note what is left out."""
        self.warnings.append((where, reason))

    def text(self, field: str, value: str | None, fold: Callable[[str], str]) -> str:
        """Clean a text; one that shows nothing counts as absent."""
        if not value:
            return ""
        folded = fold(value)
        if folded != value and cleaning.has_unfit(value):
            self.warn((field,), "had characters that XML cannot carry; they were replaced or left out")
        return folded

    def flag(self, field: str, value: str | None, default: bool) -> bool:
        """Read what is true or false; raises RecordRejected where it is neither."""
        if not value or value.isspace():
            return default
        folded = value.strip().lower()
        if folded in _TRUE:
            return True
        if folded in _FALSE:
            return False
        raise RecordRejected(f"{folded[:60]!r} is neither true nor false", (field,))


def renamed(fields: dict[str, Value], names: Mapping[str, tuple[str, ...]]) -> dict[str, Value]:
    """Give a record of another dialect our field names."""
    ours = dict(fields)
    for field, theirs in names.items():
        for name in theirs:
            if not is_absent(fields.get(name)):
                ours[field] = fields[name]
                break
    return ours


def is_absent(value: Value) -> bool:
    """Whether a field says nothing."""
    return not value or (isinstance(value, str) and value.isspace())
