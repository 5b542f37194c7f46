"""Where old addresses go on, by ``[redirects]`` of the configuration: one, or all at once for hosts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from feeds.config import Config
from feeds.config.redirects import Redirects, compiled, expression, filled, is_url, names
from feeds.errors import Problem

from . import addresses

_MOST_STEPS = 10
"""A rule may lead to another's old address, and no further than over so many."""


def target(
    path: str, paths: Collection[str], slugs: Mapping[str, str], rules: Mapping[str, str]
) -> str | None:
    """Return the path of the document, or the URL, that an old path leads to by the rules; None if to none.

    Nothing leads away from a document. ``slugs`` are those that stand for other slugs.
    """
    if not rules or path in paths or len(path) > addresses.LONGEST:
        return None
    return _target(path, paths, slugs, compiled(rules), _MOST_STEPS)


def _target(
    path: str, paths: Collection[str], slugs: Mapping[str, str], rules: Redirects, steps: int
) -> str | None:
    for new in rules.targets(path):
        if is_url(new) or new in paths:
            return new
        meant = addresses.moved(new, paths, slugs)
        if meant is None and steps:
            meant = _target(new, paths, slugs, rules, steps - 1)
        if meant is not None:
            return meant
    return None


class Known(NamedTuple):
    """Every old address, for hosts that have to be told beforehand."""

    exact: dict[str, str]
    """Old path → path of a document, or URL."""
    patterns: list[tuple[str, str]]
    """Those that stand for more addresses than can be known: where they lead, the same parts are open."""


def known(
    paths: Collection[str], moved: Mapping[str, str], slugs: Mapping[str, str], rules: Mapping[str, str]
) -> Known:
    """Return where all old addresses lead. ``moved`` leads from other names of documents to their paths.

    A pattern whose parts all stand in its new address is told as one address for each document that it may
    lead to. Others stay patterns, unless a document lies where they begin: hosts would not look for it.
    """
    made = compiled(rules)
    found = {old: target(old, paths, slugs, rules) for old in made.exact}
    patterns = []
    for rule in made.patterns:
        if is_url(rule.new) or names(rule.new) != rule.parts:
            if not any(expression(rule.old).fullmatch(path) for path in paths):
                patterns.append((rule.old, rule.new))
            continue
        for path in (*paths, *moved):
            if match := expression(rule.new).fullmatch(path):
                old = filled(rule.old, match.groupdict())
                found.setdefault(old, target(old, paths, slugs, rules))
    # What the server would only offer several documents for is no file.
    sound = {old: new for old, new in found.items() if new is not None and (is_url(new) or new in paths)}
    return Known(sound, patterns)


def warnings(config: Config, paths: Collection[str], slugs: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what ``[redirects]`` promises in vain: documents that there are not, or old addresses in use."""
    for old, new in config.redirects.items():
        if names(old):
            continue
        line = config.lines.get(f"redirects.{old}", 0)
        if old in paths:
            reason = "is the address of a document here, which goes before it"
        elif target(old, paths, slugs, config.redirects) is None:
            reason = f"leads to {new!r}, where no document is"
        else:
            continue
        yield Problem(config.path, line, f"redirects.{old}", reason, "warning")
