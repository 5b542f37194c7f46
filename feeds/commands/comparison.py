"""What a comparison found, as `feeds compare` prints it: for people, for programs, for a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from .compare import Compared
from .matching import ASPECTS, Comparison, Pair
from .seen import Seen

_MOST = 20
"""So many entries of a kind are named; JSON has them all."""
_MOST_SIGNS = 60_000
"""A comment on GitHub has at most 65,536 characters."""
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@])")
_BEGINNING = re.compile(r"^(\d*)([-.=])")
"""What would begin a list, or a heading."""


def as_json(compared: Compared) -> dict[str, Any]:
    """Return it for programs."""
    return {
        "old": compared.old,
        "new": compared.new,
        "feeds": [_facts(one) for one in compared.feeds],
        "gone": compared.gone,
        "fresh": compared.fresh,
        "same": compared.same,
        "again": sum(len(one.again) for one in compared.feeds),
    }


def _facts(one: Comparison) -> dict[str, Any]:
    lists: dict[str, Any] = msgspec.structs.asdict(one)
    return {"entries": one.entries} | lists | {"added_before": one.before}


def as_text(compared: Compared) -> Iterator[str]:
    """Yield the lines for people."""
    if len(compared.feeds) != 1 or compared.same or compared.gone or compared.fresh:
        yield f"{compared.old} → {compared.new}"
        yield from (f"{sentence}" for sentence in _of_all(compared))
    for one in compared.feeds:
        yield f"\n{one.old} → {one.new}"
        yield from (f"  note: {note}" for note in one.notes)
        yield from (f"  {sentence}" for sentence in _summary(one))
        for head, entries in _details(one):
            yield f"\n  {head}:"
            for first, *others in entries:
                yield f"    {first}"
                yield from (f"      {line}" for line in others)
    if compared.is_bad:
        yield "\nAn article keeps its id if its record has the old one as `id`: see docs/moving.md"


def as_markdown(compared: Compared) -> Iterator[str]:
    """Yield the lines of a comment on a pull request."""
    again = sum(len(one.again) for one in compared.feeds)
    yield f"### Feeds: {_many(again, 'entry')} would be shown again as new" if again else "### Feeds"
    yield ""
    if sentences := _of_all(compared):
        yield from (f"- {_escaped(sentence)}" for sentence in sentences)
        yield ""
    if compared.feeds:
        yield "| feed | kept | again as new | added | not to be found | link | date | title | picture |"
        yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for one in compared.feeds:
        lost = len(one.missing) + len(one.elsewhere)
        numbers = [len(one.kept), len(one.again), len(one.added), lost]
        numbers += [len(one.differing(aspect)) for aspect in ASPECTS]
        yield f"| {_escaped(one.new)} | {' | '.join(f'{number:,}' for number in numbers)} |"
    signs = 0
    for one in compared.feeds:
        lines = list(_folded(one))
        signs += sum(map(len, lines))
        if signs > _MOST_SIGNS:
            yield "\nThere is more than a comment can say: `feeds compare --format json` has all of it."
            break
        yield from lines


def _folded(one: Comparison) -> Iterator[str]:
    """Yield what there is to say of one feed, folded together until it is asked for."""
    details = list(_details(one))
    if not details and not one.notes:
        return
    yield f"\n<details><summary>{_escaped_html(one.new)}</summary>\n"
    yield from (f"- {_escaped(note)}" for note in one.notes)
    for head, entries in details:
        yield f"\n**{_escaped(head)}**\n"
        for first, *others in entries:
            yield f"- {_escaped(first.value)}"
            yield from (f"  - {line.label} {_as_code(line.value)}" for line in others)
    yield "\n</details>"


def _of_all(compared: Compared) -> list[str]:
    found = [f"no feed any more at {path}: its subscribers find nothing" for path in compared.gone]
    found += [f"new feed: {key}" for key in compared.fresh]
    if compared.same:
        found.append(f"{_many(compared.same, 'feed')} as before")
    return found


def _summary(one: Comparison) -> Iterator[str]:
    yield f"entries of the old feed: {one.entries:,}"
    yield f"shown with the same id: {len(one.kept):,}"
    yield f"shown again as new, with another id: {len(one.again):,}"
    for aspect in ASPECTS:
        if found := one.differing(aspect):
            yield f"shown with another {aspect}: {len(found):,}"
    if one.older:
        yield f"older than the feed's limit, and not shown any more: {len(one.older):,}"
    if one.elsewhere:
        yield f"articles, but not in this feed: {len(one.elsewhere):,}"
    if one.missing:
        yield f"not to be found: {len(one.missing):,}"
    if one.added:
        older = f", older than all that the old one has: {one.before:,}" if one.before else ""
        yield f"only in the new feed: {len(one.added):,}{older}"


class _Said(NamedTuple):
    """One thing that is said of an entry: what it is, and the feed's own words."""

    label: str
    value: str

    def __str__(self) -> str:
        return f"{self.label} {self.value}".strip()


_Lines = list[_Said]
"""What is said of one entry; its name comes first."""


def _details(one: Comparison) -> Iterator[tuple[str, list[_Lines]]]:
    """Yield each kind of finding with its entries."""
    kinds = [("Shown again as new", [_changed(pair, "id", pair.old.id, pair.new.id) for pair in one.again])]
    for aspect in ASPECTS:
        found = one.differing(aspect)
        kinds += [(f"Another {aspect}", [_changed(pair, "", made.old, made.new) for pair, made in found])]
    kinds += [
        ("Not in this feed", [[_named(pair), *_why(pair, one.new)] for pair in one.elsewhere]),
        ("Not to be found", [[_Said("", _title(entry)), _Said("id", entry.id)] for entry in one.missing]),
    ]
    for head, entries in kinds:
        if entries:
            more = [[_Said("", f"and {len(entries) - _MOST:,} more; --format json names all")]]
            yield head, entries[:_MOST] + (more if len(entries) > _MOST else [])


def _changed(pair: Pair, word: str, old: str, new: str) -> _Lines:
    was, now = f"{word} was".strip(), f"{word} is".strip()
    return [_named(pair), _Said(was, old or "none"), _Said(now, new or "none")]


def _why(pair: Pair, feed: str) -> _Lines:
    return [_Said("ask", f"feeds explain {pair.new.record} {feed}")] if pair.new.record else []


def _named(pair: Pair) -> _Said:
    """Name an article by its title, and where it is known by its record."""
    return _Said("", f"{_title(pair.new)} ({pair.new.record})" if pair.new.record else _title(pair.new))


def _title(entry: Seen) -> str:
    return entry.title or entry.link or entry.id


def _many(number: int, word: str) -> str:
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number:,} {word if number == 1 else plural}"


def _escaped(text: str) -> str:
    """Return a text as Markdown that shows it: nothing in it is markup, a mention or a link to an issue."""
    text = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    text = _BEGINNING.sub(r"\1\\\2", text)
    # These have no escape: what follows is kept apart.
    return text.replace("\\@", "@\u200b").replace("\\#", "#\u200b")


def _as_code(text: str) -> str:
    """Return a text as Markdown's code, which has no markup, whatever it is."""
    text = " ".join(text.split())
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"


def _escaped_html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
