"""What subscribers of one feed meet in another: which entries keep their id, which are shown again as new.

Pure: it is told what both feeds have. Ids are compared as readers compare them, sign by sign. Which entries
are the same article although their ids differ is found by link, and else by title and date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import msgspec

from feeds.model.paths import INDEX
from feeds.text import cleaning, urls

from .seen import Seen

Aspect = Literal["link", "date", "title", "picture"]
ASPECTS: tuple[Aspect, ...] = ("link", "date", "title", "picture")

_NEAR = timedelta(days=1)
"""Dates of one article lie no further apart: often one of them lacks its time zone, or its time."""


class Difference(msgspec.Struct, frozen=True):
    """What an entry says otherwise than it did; "" if it says nothing of it."""

    aspect: Aspect
    old: str
    new: str


class Pair(msgspec.Struct, frozen=True):
    """The same article in both feeds."""

    old: Seen
    new: Seen
    differences: tuple[Difference, ...] = ()


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What subscribers of the old feed meet in the new one. Every old entry is in one of the five lists."""

    old: str
    """The old feed's name, and the new one's."""
    new: str
    kept: tuple[Pair, ...] = ()
    """Shown, with the id that they had."""
    again: tuple[Pair, ...] = ()
    """Shown, with another id: readers take them for new."""
    older: tuple[Pair, ...] = ()
    """Not shown any more, because there are so many newer ones."""
    elsewhere: tuple[Pair, ...] = ()
    """There, but in other feeds only, or in none."""
    missing: tuple[Seen, ...] = ()
    """Not to be found."""
    added: tuple[Seen, ...] = ()
    """What only the new feed shows."""
    notes: tuple[str, ...] = ()

    @property
    def entries(self) -> int:
        """How many entries the old feed has."""
        return len(self.kept) + len(self.again) + len(self.older) + len(self.elsewhere) + len(self.missing)

    @property
    def before(self) -> int:
        """How many of the added entries are older than all that the old feed has."""
        known = (*self.kept, *self.again, *self.older, *self.elsewhere)
        seen = [pair.old for pair in known] + list(self.missing)
        dates = [entry.date for entry in seen if entry.date]
        first = min(dates, default=None)
        return sum(bool(first and entry.date and entry.date < first) for entry in self.added)

    def differing(self, aspect: Aspect) -> list[tuple[Pair, Difference]]:
        """Return the shown entries that differ in one thing."""
        shown = (*self.kept, *self.again)
        return [(pair, one) for pair in shown for one in pair.differences if one.aspect == aspect]

    @property
    def is_same(self) -> bool:
        """Whether subscribers meet nothing else than before."""
        differs = any(pair.differences for pair in self.kept)
        return not (self.again or self.elsewhere or self.missing or self.added or self.older or differs)


class Shelf:
    """Entries, found by id, link, or title and date."""

    def __init__(self, entries: Iterable[Seen]) -> None:
        self._by_id: dict[str, Seen] = {}
        self._by_link: dict[str, Seen] = {}
        self._by_title: dict[str, list[tuple[datetime, Seen]]] = {}
        for entry in entries:
            self._by_id.setdefault(entry.id, entry)
            for link in _links(entry):
                self._by_link.setdefault(link, entry)
            if (title := _folded(entry.title)) and entry.date:
                self._by_title.setdefault(title, []).append((entry.date, entry))

    def of_id(self, entry: Seen) -> Seen | None:
        """Return the entry with the id of another."""
        return self._by_id.get(entry.id)

    def like(self, entry: Seen) -> Seen | None:
        """Return the entry that is the same article as another."""
        for link in _links(entry):
            if link in self._by_link:
                return self._by_link[link]
        if entry.date is None:
            return None
        same = self._by_title.get(_folded(entry.title), ())
        near = [(abs(date - entry.date), n) for n, (date, _) in enumerate(same)]
        return same[min(near)[1]][1] if near and min(near)[0] <= _NEAR else None


def _none() -> Sequence[Seen]:
    return ()


def _empty() -> Shelf:
    return Shelf(())


class Ours(NamedTuple):
    """The newer feed. What has to be looked for is asked for only where it is needed."""

    name: str
    shown: Sequence[Seen]
    """What a reader gets that asks for it."""
    beyond: Callable[[], Iterable[Seen]] = _none
    """What is in it, but older than its limit: only its archives have that."""
    others: Callable[[], Shelf] = _empty
    """Articles that are in other feeds only, or in none."""
    is_whole: bool = False
    """Whether that is all there is: else, what is older than all that is shown may be beyond the limit."""


def compare(name: str, old: Sequence[Seen], ours: Ours, notes: Sequence[str] = ()) -> Comparison:
    """Compare an old feed's entries with ours."""
    shown = Shelf(ours.shown)
    found: dict[str, list[Pair]] = {"kept": [], "again": [], "older": [], "elsewhere": []}
    missing, absent = [], []
    for entry in old:
        if new := shown.of_id(entry):
            found["kept"].append(Pair(entry, new, _differences(entry, new)))
        else:
            absent.append(entry)
    beyond = Shelf(ours.beyond() if absent else ())
    for entry in absent:
        kind, new = _place(entry, shown, beyond, ours)
        if new is None:
            missing.append(entry)
        else:
            found[kind].append(Pair(entry, new, _differences(entry, new) if kind == "again" else ()))
    met = {pair.new.id for kind in ("kept", "again") for pair in found[kind]}
    return Comparison(
        old=name,
        new=ours.name,
        missing=tuple(missing),
        added=tuple(entry for entry in ours.shown if entry.id not in met),
        notes=tuple(notes),
        **{kind: tuple(pairs) for kind, pairs in found.items()},
    )


def _place(entry: Seen, shown: Shelf, beyond: Shelf, ours: Ours) -> tuple[str, Seen | None]:
    """Say what became of an entry whose id is not shown any more."""
    if new := beyond.of_id(entry):
        return "older", new
    # Before those of the same id elsewhere: it is what readers are shown.
    if new := shown.like(entry):
        return "again", new
    if new := beyond.like(entry):
        return "older", new
    dates = [one.date for one in ours.shown if one.date]
    if not ours.is_whole and entry.date and dates and entry.date < min(dates):
        return "older", entry
    if new := ours.others().of_id(entry) or ours.others().like(entry):
        return "elsewhere", new
    return "", None


def same_articles(old: Sequence[Seen], articles: Sequence[Seen]) -> list[Pair]:
    """Return which old entries are which of our articles, whatever their ids."""
    shelf = Shelf(articles)
    found = ((entry, shelf.like(entry) or shelf.of_id(entry)) for entry in old)
    return [Pair(entry, article) for entry, article in found if article]


def _differences(old: Seen, new: Seen) -> tuple[Difference, ...]:
    found = []
    if old.link and _spelled(new.link) not in map(_spelled, (old.link, *old.links)):
        found.append(Difference("link", old.link, new.link))
    # A feed that has but one of both dates may mean either.
    ours = (new.published if old.published else new.updated) or new.date
    if old.date and old.date != ours:
        found.append(Difference("date", _iso(old.date), _iso(ours)))
    if _plain(old.title) != _plain(new.title):
        found.append(Difference("title", old.title, new.title))
    picture = new.pictures[0] if new.pictures else ""
    if old.pictures and _spelled(old.pictures[0]) != _spelled(picture):
        found.append(Difference("picture", old.pictures[0], picture))
    return tuple(found)


def _iso(moment: datetime | None) -> str:
    return moment.isoformat().replace("+00:00", "Z") if moment else ""


def _plain(text: str) -> str:
    """Return a title as it is compared: which white space it has makes no difference."""
    return " ".join(cleaning.without_markup(text).split())


def _folded(text: str) -> str:
    return _plain(text).casefold()


def _spelled(url: str) -> str:
    try:
        return urls.absolute(url)
    except ValueError:
        return url


def _links(entry: Seen) -> list[str]:
    """Return an entry's addresses in the form in which those of one page are the same."""
    found = [_page(link) for link in (entry.link, *entry.links, entry.id) if "://" in link]
    return list(dict.fromkeys(found))


def _page(url: str) -> str:
    try:
        url = urls.canonical(urls.absolute(url))
    except ValueError:
        return url
    rest = url.partition("://")[2].removeprefix("www.")
    address, question, query = rest.partition("?")
    return address.removesuffix(INDEX).rstrip("/") + question + query
