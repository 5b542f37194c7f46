"""The arguments of template tags and components, as all of these languages write them."""

from __future__ import annotations

import re
from typing import NamedTuple

_ARGUMENT = re.compile(
    r"(?:(?P<name>[\w:.-]+)\s*[=:]\s*)?"
    r"(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^'\\]|\\.)*)'|`(?P<back>[^`]*)`"
    r"|\{\s*(?:\"(?P<braced>[^\"{}]*)\"|'(?P<braced2>[^'{}]*)'|`(?P<braced3>[^`${}]*)`|(?P<number>\d+))\s*\}"
    r"|(?P<plain>[^\s,\"'`={}()|]+))"
)


class Arguments(NamedTuple):
    """The arguments of a tag, in order, and by name in lower case."""

    plain: list[str]
    named: dict[str, str]

    def first_named(self, *names: str) -> str:
        """Return the first of these arguments that is given, "" if none is."""
        return next((value for name in names if (value := self.named.get(name.lower(), ""))), "")

    def first(self, *names: str) -> str:
        """Return the first of these arguments, or else the first that has no name, "" if there is none."""
        return self.first_named(*names) or (self.plain[0] if self.plain else "")


def read(given: str) -> Arguments:
    """Read the arguments of a tag: ``src="a.png" alt='x' width=300``, ``"a.png", "x"``, ``id={5}``."""
    plain: list[str] = []
    named: dict[str, str] = {}
    for match in _ARGUMENT.finditer(given):
        values = (
            match[group]
            for group in ("double", "single", "back", "braced", "braced2", "braced3", "number", "plain")
        )
        value = next((value for value in values if value is not None), "")
        value = re.sub(r"\\(.)", r"\1", value)
        if match["name"]:
            named.setdefault(match["name"].lower(), value)
        else:
            plain.append(value)
    return Arguments(plain, named)
