"""What of records and rules comes to nothing, told once per kind: how many, where first, what was meant."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from feeds.config import Config, dialects
from feeds.errors import Problem, RecordRejected
from feeds.index.index import Index
from feeds.index.rows import Lost
from feeds.model.article import Article
from feeds.publication.subjects import Subjects
from feeds.records import files, rendered, unread
from feeds.selection import idle

from . import pages
from .hidden import hidden
from .sync import OTHERS, mapped

_OTHER = ("field", "page")
"""Kinds of losses that are not of bodies."""
_FEW = 50
"""Articles that are looked at together: mostly one of the first is what is looked for."""


class Losses(NamedTuple):
    """What comes to nothing, by kind: all of them are warnings."""

    stories: int = 0
    """How many records tell a story that another one tells, and are hidden behind it."""
    kinds: tuple[tuple[Problem, ...], ...] = ()
    """Fields, names of fields, rules, hidden articles, files, parts of bodies, pages."""

    @property
    def problems(self) -> list[Problem]:
        """All of them."""
        return [problem for kind in self.kinds for problem in kind]


class _Total:
    """How often something is lost, and where first."""

    def __init__(self) -> None:
        self.times = 0
        self.records = 0
        self.first = ("", 0)

    def add(self, lost: Lost, times: int, line: int) -> None:
        """Take in what some records lose, so many times each."""
        self.times += times * lost.records
        self.records += lost.records
        self.first = min(filter(lambda place: place[0], (self.first, (lost.first, line))))


def losses(index: Index, config: Config, subjects: Subjects) -> Losses:
    """Return all that comes to nothing. Costs little where there is nothing to tell."""
    every = index.losses.all()
    totals = _totals(every)
    lost_fields = {name: total for (kind, name), total in totals.items() if kind == "field"}
    behind = hidden(index, config, subjects.redirects)
    kinds = (
        _fields(lost_fields, config, {name for lost in every for name in lost.traces.found}),
        _names(every, lost_fields, index, config),
        _rules(index, config, subjects),
        behind.problems,
        _others(index),
        (_of_body(kind, name, total, config) for (kind, name), total in totals.items() if kind not in _OTHER),
        _of_pages(totals, index, config),
    )
    return Losses(behind.stories, tuple(found for kind in kinds if (found := tuple(sorted(kind)))))


def of_record(index: Index, config: Config, path: str) -> list[Problem]:
    """Return what of one record comes to nothing."""
    lost = Lost(index.losses.of(path), 1, path)
    totals = _totals([lost])
    fields = {name: one for (kind, name), one in totals.items() if kind == "field"}
    found = list(_fields(fields, config, {name for one in index.losses.all() for name in one.traces.found}))
    bodies = (_of_body(kind, name, one, config) for (kind, name), one in totals.items() if kind not in _OTHER)
    return [*found, *bodies, *_of_pages(totals, index, config)]


def _totals(every: Iterable[Lost]) -> dict[tuple[str, str], _Total]:
    totals: dict[tuple[str, str], _Total] = {}
    for lost in every:
        here: dict[tuple[str, str], list[int]] = {}
        for kind, name, line in lost.traces.losses:
            here.setdefault((kind, name), []).append(line)
        for key, lines in here.items():
            totals.setdefault(key, _Total()).add(lost, len(lines), min(lines))
    return totals


def _fields(lost: dict[str, _Total], config: Config, found: Collection[str]) -> Iterator[Problem]:
    """Warn of each field that nobody reads; ``found`` are names of dialects that records have."""
    names = {ours: tuple(filter(found.__contains__, theirs)) for ours, theirs in mapped(config).items()}
    for name, total in lost.items():
        if any(fnmatchcase(name, pattern) for pattern in config.records.ignore_fields):
            continue
        path = total.first[0]
        hint = unread.advice(name, names) or "[records] ignore_fields can name it, if no feed needs it"
        yield Problem(path, _line(config, path, name), name, f"is not read, {_in(total)}; {hint}", "warning")


def _line(config: Config, path: str, field: str) -> int:
    try:
        data = files.read(config.root, path, config.records.max_bytes)
    except RecordRejected:
        return 0
    return unread.line_of(path, data, field)


def _names(every: list[Lost], lost: dict[str, _Total], index: Index, config: Config) -> Iterator[Problem]:
    """Yield a warning for each name in [records.fields] that no record has and that must be a slip."""
    if not config.records.fields or not (every or index.records.count_articles()):
        return
    found = {name for one in every for name in one.traces.found}
    # What a dialect calls things, no person wrote down.
    usual = dialects.names_of(config.records.dialect)
    for field, names in mapped(config).items():
        for name in names:
            if name in usual:
                continue
            meant = unread.probably_meant(name, field, lost)
            # One of several may well be there for records to come.
            is_spare = not found.isdisjoint(names)
            if name not in found and (meant or not is_spare):
                hint = f'; did you mean "{meant}"?' if meant else ""
                reason = f'no record has a field "{name}"{hint}'
                yield idle.warning(config, f"records.fields.{field}", reason)


def _rules(index: Index, config: Config, subjects: Subjects) -> Iterator[Problem]:
    """Yield a warning for each rule of selection that no article can match."""
    names = index.records.names()
    rules = idle.Idle(config, index.tally.values, names, subjects.topics, subjects.redirects)
    yield from rules.warnings()
    yield from idle.searches(config, _articles(index))


def _articles(index: Index) -> Iterator[Article]:
    last = 0
    while found := index.records.all_articles(last, _FEW):
        last = found[-1].number
        yield from (one.article for one in found)


def _others(index: Index) -> Iterator[Problem]:
    """Yield a warning for each kind of texts among the records that is not read."""
    for suffix, (number, first) in json.loads(index.facts.get(OTHERS) or "{}").items():
        files_are = "1 file is" if number == 1 else f"{number:,} files are"
        reason = (
            f"{suffix} is no format of records: {files_are} not read; [records] exclude can name what is none"
        )
        yield Problem(first, 0, "", reason, "warning")


def _of_pages(totals: dict[tuple[str, str], _Total], index: Index, config: Config) -> Iterator[Problem]:
    """Yield a warning for each reason for which records have no body on a page."""
    for (kind, fault), total in totals.items():
        if kind != "page":
            continue
        # Of a site with pages, an article elsewhere is none: it is told only where there is no other.
        if fault != rendered.FOREIGN or not any(one.body_format == "page" for one in _articles(index)):
            yield pages.warning(index, config, fault, total.first[0], _in(total))


def _of_body(kind: str, name: str, total: _Total, config: Config) -> Problem:
    is_on_page = kind.startswith("page ")
    kind = kind.removeprefix("page ")
    shown = {"tag": f"<{name}>", "element": f"<{name}>", "template": f"the template tag {name}"}.get(
        kind, f"{kind} {name}"
    )
    where = "bodies on pages" if is_on_page else "bodies"
    times = "once" if total.times == 1 else f"{total.times:,} times"
    path, line = total.first
    if line <= 1 and not is_on_page:
        # Who took it out knew the body and not the file.
        line = _line_in_body(config, path, name) or line
    stays = "; what stands in it is shown" if kind == "element" else ""
    reason = f"{shown} is left out of {where}, {times}, {_in(total)}{stays}"
    return Problem(path, line, "", reason, "warning")


def _line_in_body(config: Config, path: str, name: str) -> int:
    """Return the line on which a tag first stands in a file, 0 if nothing looks like it."""
    word = re.search(r"[\w.:-]+", name.rpartition("|")[2])
    try:
        text = files.read(config.root, path, config.records.max_bytes).decode(errors="replace")
    except RecordRejected:
        return 0
    found = word and re.search(rf"[<{{%\[|][\s/-]*{re.escape(word[0])}(?![\w-])", text, re.I)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _in(total: _Total) -> str:
    return "in 1 record" if total.records == 1 else f"in {total.records:,} records"
