"""Which known name somebody may have meant who wrote another one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_SHORT = 3
"""Names of so few letters are alike with half of them in place: one letter is a third of the whole."""


def nearest(name: str, known: Iterable[str], least: float = 0.6) -> str:
    """Return the known name that is most like a name, as it is spelled; "" if none is like it.

    ``least`` is how alike they have to be, from 0 to 1. Case, hyphens and spaces make no difference; letters
    that only changed places are as like as can be.
    """
    spelled: dict[str, str] = {}
    for one in known:
        spelled.setdefault(folded(one), one)
    asked = folded(name)
    if asked in spelled:
        return spelled[asked]
    letters = sorted(asked)
    if swapped := [one for one in spelled if len(one) == len(asked) and sorted(one) == letters]:
        return spelled[min(swapped)]
    found = difflib.get_close_matches(asked, spelled, 1, 0.5 if len(asked) <= _SHORT else least)
    return spelled[found[0]] if found else ""


def folded(name: str) -> str:
    """Fold what people spell in several ways: original_url, Original-URL and originalUrl are one name."""
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")
