"""Entries as subscribers of a feed have them, whoever made the feed.

What decides whether a reader shows an entry again is its id: the exact text of RSS's guid, Atom's id, JSON
Feed's id, RSS 1.0's rdf:about. An entry that has none is known by its link, and without a link by its title
and date.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple
from urllib.parse import urljoin

import msgspec

from feeds.errors import FeedsError
from feeds.records import dates
from feeds.text import cleaning

IdKind = Literal["id", "link", "title"]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as subscribers of a feed have it. Texts are "" and dates None where the feed has none."""

    id: str
    """The text that readers compare, as it stands in the feed but for white space at its ends."""
    id_kind: IdKind = "id"
    """What it is: an id, or what readers take where there is none."""
    title: str = ""
    """Plain text on one line."""
    link: str = ""
    """Absolute, where the feed says what it is relative to."""
    links: tuple[str, ...] = ()
    """Other addresses of the same article, such as that behind a counting one."""
    published: datetime | None = None
    """In UTC."""
    updated: datetime | None = None
    pictures: tuple[str, ...] = ()
    """Their URLs; the first is the one that readers show."""
    record: str = ""
    """The file of the record, for an article of ours."""

    @property
    def date(self) -> datetime | None:
        """When it was published, or else updated."""
        return self.published or self.updated


class SeenFeed(NamedTuple):
    """What was read of a feed."""

    name: str
    """The file or URL that it came from."""
    format: str
    """Such as "RSS 2.0"."""
    title: str
    entries: tuple[Seen, ...]
    """In the feed's order, each id once."""
    notes: tuple[str, ...] = ()
    """What readers may stumble over, and what was put right to read it."""


class Unreadable(FeedsError):
    """A feed cannot be read; the text names the file or URL, and the reason."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")


def entry(
    *,
    uid: str,
    title: str,
    link: str,
    links: tuple[str, ...] = (),
    published: str = "",
    updated: str = "",
    pictures: tuple[str, ...] = (),
) -> Seen:
    """Make an entry of what a feed says, as it is written there, with the id that readers know it by."""
    shown = cleaning.without_markup(title)
    known: dict[IdKind, str] = {"id": uid, "link": link}
    kind: IdKind = "id" if uid else "link" if link else "title"
    return Seen(
        id=known.get(kind, f"{shown} ({published or updated})"),
        id_kind=kind,
        title=shown,
        link=link,
        links=tuple(dict.fromkeys(other for other in links if other and other != link)),
        published=date(published),
        updated=date(updated),
        pictures=tuple(dict.fromkeys(filter(None, pictures))),
    )


def date(text: str) -> datetime | None:
    """Return a date of a feed, or None where it is none: readers then take another."""
    try:
        return dates.parse(" ".join(text.split()))
    except ValueError:
        return None


def joined(base: str, address: str) -> str:
    """Resolve an address; one of which nothing can be made stays as it is."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address
