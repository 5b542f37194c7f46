"""Texts to which a body's own tags give a name, as ``{% set x = "y" %}`` and ``{% capture x %}`` do."""

from __future__ import annotations

import re

_LITERAL = re.compile(r"\s*(?P<name>[\w.-]+)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')\s*-?")
_NAME = re.compile(r"\s*[\"']?(?P<name>[\w.-]+)")
_HELD = "\ufdd3"
"""A noncharacter, which no text has: before the number of a text that is held."""
_MOST = 200_000
"""Characters that may be shown by name: a text that holds others twice doubles each time."""


class Variables:
    """The texts of one body that have a name, as far as it was read."""

    def __init__(self) -> None:
        self._held: list[str] = []
        self._texts: dict[str, str] = {}
        self._unseen: dict[str, bool] = {}
        self._left = _MOST

    def hold(self, given: str, text: str) -> str:
        """Return a tag that gives a text its name where that is read; "" if ``given`` has no name."""
        name = _NAME.match(given)
        if name is None:
            return ""
        self._held.append(text)
        return f'{{% set {name["name"]} = "{_HELD}{len(self._held) - 1}" %}}'

    def held(self, given: str) -> tuple[str, str] | None:
        """Return name and text of what such a tag, or another with a plain text, says; None if it is none.

        A name that is given to something else has no text any more.
        """
        literal = _LITERAL.fullmatch(given)
        if literal is None:
            if name := _NAME.match(given):
                self._texts.pop(name["name"], None)
            return None
        text = literal["double"] or literal["single"] or ""
        if text.startswith(_HELD):
            text = self._held[int(text[1:])]
            self._unseen.setdefault(literal["name"], bool(text.strip()))
        return literal["name"], text

    def keep(self, name: str, text: str) -> None:
        """Remember what a name stands for from here on."""
        self._texts[name] = text

    def shown(self, name: str) -> str | None:
        """Return what a name stands for, None if that is not known, or too much by now."""
        text = self._texts.get(name)
        if text is None or len(text) > self._left:
            return None
        self._left -= len(text)
        self._unseen[name] = False
        return text

    def never_shown(self) -> list[str]:
        """Return the names of longer texts that were shown nowhere: an include may have shown them."""
        return [name for name, is_unseen in self._unseen.items() if is_unseen]
