"""The errors callers may catch, each carrying its facts."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec


class FeedsError(Exception):
    """The root of all errors this package raises on purpose."""


class ConfigFault(NamedTuple):
    """One thing that is wrong with the configuration.

    ``path`` is the file, or "the command line"; ``line`` counts from 1 (0: there is none); ``key`` is dotted
    ("" for the whole file).
    """

    path: str
    line: int
    key: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.key}: {self.reason}" if self.key else f"{place}: {self.reason}"


class ConfigError(FeedsError):
    """The configuration cannot be used.

    ``faults`` is all that is wrong, by line; ``path``, ``line``, ``key`` and ``reason`` are those of the
    first. As text, it is a line for each.
    """

    def __init__(self, *faults: ConfigFault) -> None:
        self.faults = faults
        self.path, self.line, self.key, self.reason = faults[0]
        super().__init__("\n".join(map(str, faults)))


class Problem(msgspec.Struct, frozen=True, order=True, array_like=True):
    """What is wrong with a record: the record is rejected, or only a part of it is left out (a warning).

    ``path`` is relative to the configuration file, ``line`` counts from 1 (0: the whole file), ``field`` is
    the record's own key ("" for the whole record).
    """

    path: str
    line: int
    field: str
    reason: str
    severity: Literal["rejection", "warning"] = "rejection"

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.field}: {self.reason}" if self.field else f"{place}: {self.reason}"


class Loss(NamedTuple):
    """One thing of a record that does not come out, and that is told by kind, not by record.

    ``kind`` is "field" for a field that nobody reads, "tag", "template" … for what was taken out of a body;
    ``name`` is the field's, the tag's …; ``line`` counts from 1.
    """

    kind: str
    name: str
    line: int = 1


class RecordRejected(FeedsError):
    """Raised while reading one record; becomes a `Problem` of severity "rejection".

    ``where`` is the way to the field from the top of the record: keys and list positions.
    """

    def __init__(self, reason: str, where: tuple[str | int, ...] = (), line: int = 0) -> None:
        self.reason = reason
        self.where = where
        self.line = line
        super().__init__(reason)


def dotted(where: tuple[str | int, ...]) -> str:
    """Spell a way through a record as people write it: ``("images", 0, "url")`` is ``images[0].url``."""
    text = ""
    for step in where:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
