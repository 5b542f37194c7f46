"""``[images]``: which of an article's pictures feeds show, and what stands in where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

import msgspec

from feeds.text import references

TOPIC = "topic"
"""In ``fallback``: the picture of the article's topic."""

_Size = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
_Kind = TypeVar("_Kind", bound=msgspec.Struct)


class ImagesTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[images]``, or ``images`` of a topic or a named feed; there, None leaves it to ``[images]``."""

    min_width: _Size | None = None
    """Pixels; what is known to be narrower is not shown."""
    min_height: _Size | None = None
    prefer: Literal["first", "largest"] | None = None
    """Which picture comes first; and which size of one that there is in several is its default."""
    ignore: tuple[str, ...] | None = None
    """Patterns of URLs of what is not shown; * stands for any signs."""
    fallback: str | tuple[str, ...] | None = None
    """What stands in: a URL, or "topic"; of several the first that there is."""

    @property
    def wants_sizes(self) -> bool:
        """Whether the sizes of pictures decide anything."""
        return bool(self.min_width or self.min_height or self.prefer == "largest")

    def over(self, other: ImagesTable) -> ImagesTable:
        """Return this table with another one's values where it has none."""
        given = {key: value for key, value in msgspec.structs.asdict(self).items() if value is not None}
        return msgspec.structs.replace(other, **given)

    def checked(self, folder: str, add: Callable[[str, str], None]) -> ImagesTable:
        """Return the table with absolute addresses; ``add`` is told each key that is faulty, and why."""
        for pattern in self.ignore or ():
            if "*" not in pattern and "://" not in pattern:
                meant = f'write "*{pattern}*" for what has it anywhere'
                add("ignore", f"{pattern!r} is a pattern of whole addresses; {meant}")
        if self.fallback is None:
            return self
        found = []
        for one in (self.fallback,) if isinstance(self.fallback, str) else self.fallback:
            if one in ("", TOPIC):
                found += [one] if one else []
                continue
            try:
                found.append(references.in_front_matter(one, folder))
            except ValueError as error:
                add("fallback", f"{one!r} {error}")
        return msgspec.structs.replace(self, fallback=tuple(found))


def checked_in(table: _Kind, folder: str, add: Callable[[str, str], None]) -> _Kind:
    """Return a topic's or a feed's table with the addresses in its ``images`` made absolute."""
    images: ImagesTable = table.images  # type: ignore[attr-defined]
    if images == ImagesTable():
        return table
    return msgspec.structs.replace(table, images=images.checked(folder, add))
