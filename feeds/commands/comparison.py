"""What a comparison found, as `feeds compare` prints it: for people, for programs, for a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from .compare import Compared
from .matching import ASPECTS, Comparison, Difference, Pair
from .seen import Seen

_MOST = 20
"""So many entries of a kind are named; JSON has them all."""
_MOST_SIGNS = 60_000
"""A comment on GitHub has at most 65,536 characters."""
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@])")


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
        for head, lines in _details(one):
            yield f"\n  {head}:"
            for first, *others in lines:
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
    for head, lines in details:
        yield f"\n**{_escaped(head)}**\n"
        for first, *others in lines:
            yield f"- {_escaped(first)}"
            yield from (f"  - {_escaped(line)}" for line in others)
    yield "\n</details>"


def _of_all(compared: Compared) -> list[str]:
    found = [f"no feed any more at {path}: its subscribers find nothing" for path in compared.gone]
    found += [f"new feed: {key}" for key in compared.fresh]
    if compared.same:
        found.append(f"{_many(compared.same, 'feed')} as before")
    return found


def _summary(one: Comparison) -> Iterator[str]:
    yield f"{_many(one.entries, 'entry')}: {len(one.kept):,} keep their id"
    yield f"{len(one.again):,} would be shown again as new"
    for aspect in ASPECTS:
        if found := one.differing(aspect):
            yield f"{len(found):,} have another {aspect}"
    if one.older:
        yield f"{len(one.older):,} are older than the limit of the feed, and not shown any more"
    if one.elsewhere:
        yield f"{len(one.elsewhere):,} are articles, but not in this feed"
    if one.missing:
        yield f"{len(one.missing):,} are not to be found"
    if one.added:
        older = f", of which {one.before:,} are older than all that it has" if one.before else ""
        yield f"{len(one.added):,} are shown that the old feed does not have{older}"


def _details(one: Comparison) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield each kind of finding with its entries: lines, of which the first names the article."""
    kinds: list[tuple[str, list[list[str]]]] = [
        ("Shown again as new", [[_named(p), f"id was {p.old.id}", f"id is {p.new.id}"] for p in one.again])
    ]
    kinds += [
        (f"Another {aspect}", [_differing(*found) for found in one.differing(aspect)]) for aspect in ASPECTS
    ]
    why = "`feeds explain {} {}` says why"
    kinds.append(
        (
            "Not in this feed",
            [
                [_named(p), *([why.format(p.new.record, one.new)] if p.new.record else ())]
                for p in one.elsewhere
            ],
        )
    )
    kinds.append(("Not to be found", [[_title(entry), entry.id] for entry in one.missing]))
    for head, lines in kinds:
        if lines:
            more = [[f"and {len(lines) - _MOST:,} more; --format json names all"]]
            yield head, lines[:_MOST] + (more if len(lines) > _MOST else [])


def _differing(pair: Pair, one: Difference) -> list[str]:
    return [_named(pair), f"was {one.old or 'none'}", f"is {one.new or 'none'}"]


def _named(pair: Pair) -> str:
    """Name an article by its title, and where it is known by its record."""
    return f"{_title(pair.new)} ({pair.new.record})" if pair.new.record else _title(pair.new)


def _title(entry: Seen) -> str:
    return entry.title or entry.link or entry.id


def _many(number: int, word: str) -> str:
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number:,} {word if number == 1 else plural}"


def _escaped(text: str) -> str:
    """Return a text as Markdown that shows it: nothing in it is markup, a mention or a link to an issue."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split())).replace("\\@", "@\u200b").replace("\\#", "#\u200b")


def _escaped_html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
