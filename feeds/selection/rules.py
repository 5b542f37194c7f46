"""Selection: the rules that decide which articles may enter a feed, and when.

A rule looks at one article and at nothing else, so that a change of one never moves another in or out.
Time acts only through the span of instants in which an article is in a feed: from its own date on (the
embargo), until it is older than ``max_age_days``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from feeds.config import Rules
from feeds.model.article import Article, provider_names, searched
from feeds.model.spans import FOREVER, Span
from feeds.model.topics import slug
from feeds.text.words import occur, phrases, spelled


class Verdict(NamedTuple):
    """What one rule says of one article."""

    rule: str
    passed: bool
    found: str
    """What the article has."""
    wanted: str
    """What the rule asks for."""


Check = Callable[[Article], bool]


class _Rule(NamedTuple):
    name: str
    check: Callable[[Any], Check]
    """Makes, from the rule's value, the function that judges an article."""
    found: Callable[[Article], object]
    wanted: str
    """A format string over the rule's value."""


def _among(values: Iterable[str], *, wanted: bool, of: Callable[[Article], Iterable[str]]) -> Check:
    folded = frozenset(value.casefold() for value in values)
    return lambda article: any(name.casefold() in folded for name in of(article)) is wanted


def _with_aliases(names: tuple[str, ...], aliases: Mapping[str, str]) -> tuple[str, ...]:
    named = {slug(name) for name in names}
    now_named = {aliases.get(name, name) for name in named}
    known_as = now_named | {alias for alias, now in aliases.items() if now in now_named}
    return (*names, *sorted(known_as - named))


def _topic_slugs(article: Article) -> Iterable[str]:
    return map(slug, article.topics)


def _at_least(least: int, value: Callable[[Article], int | None]) -> Check:
    return lambda article: (given := value(article)) is not None and given >= least


def _title_search(pattern: re.Pattern[str]) -> Check:
    return lambda article: pattern.search(article.title) is not None


def _word_search(search: str) -> Check:
    asked = phrases(search)
    return lambda article: occur(asked, searched(article))


def _listed(values: Iterable[str]) -> str:
    return ", ".join(value for value in values if value) or "none"


_RULES = (
    _Rule(
        "status",
        lambda status: lambda article: status == "any" or article.is_published,
        lambda article: "published" if article.is_published else "not published",
        "{}",
    ),
    _Rule(
        "types",
        lambda values: _among(values, wanted=True, of=lambda article: (article.type,)),
        lambda article: article.type or "none",
        "one of {}",
    ),
    _Rule(
        "categories",
        lambda values: _among(values, wanted=True, of=lambda article: (article.category,)),
        lambda article: article.category or "none",
        "one of {}",
    ),
    _Rule(
        "topics",
        lambda values: _among(map(slug, values), wanted=True, of=_topic_slugs),
        lambda article: _listed(article.topics),
        "at least one of {}",
    ),
    _Rule(
        "exclude_topics",
        lambda values: _among(map(slug, values), wanted=False, of=_topic_slugs),
        lambda article: _listed(article.topics),
        "none of {}",
    ),
    _Rule(
        "providers",
        lambda values: _among(values, wanted=True, of=provider_names),
        lambda article: _listed(provider_names(article)),
        "one of {}",
    ),
    _Rule(
        "exclude_providers",
        lambda values: _among(values, wanted=False, of=provider_names),
        lambda article: _listed(provider_names(article)),
        "none of {}",
    ),
    _Rule(
        "min_quality",
        lambda least: _at_least(least, lambda article: article.quality),
        lambda article: "none" if article.quality is None else article.quality,
        "at least {}",
    ),
    _Rule(
        "min_heat",
        lambda least: _at_least(least, lambda article: article.heat),
        lambda article: "none" if article.heat is None else article.heat,
        "at least {}",
    ),
    _Rule(
        "has_image",
        lambda wanted: lambda article: bool(article.images) is wanted,
        lambda article: len(article.images),
        "images: {}",
    ),
    _Rule(
        "title_matches",
        lambda pattern: _title_search(re.compile(pattern, re.I)),
        lambda article: article.title,
        "/{}/",
    ),
    _Rule(
        "words",
        _word_search,
        lambda article: _listed(searched(article)),
        "all of {}",
    ),
)


class Selection:
    """One table of rules, made ready to judge articles."""

    def __init__(self, rules: Rules, aliases: Mapping[str, str] = MappingProxyType({})) -> None:
        """``aliases`` are slugs under which topics were known → their slugs now."""
        self._rules = rules = msgspec.structs.replace(
            rules,
            topics=_with_aliases(rules.topics, aliases),
            exclude_topics=_with_aliases(rules.exclude_topics, aliases),
        )
        active = [rule for rule in _RULES if self._is_active(rule)]
        self._active = [(rule, rule.check(getattr(rules, rule.name))) for rule in active]
        age = rules.max_age_days
        self._max_age = None if age is None else int(timedelta(days=age).total_seconds())

    def _is_active(self, rule: _Rule) -> bool:
        value = getattr(self._rules, rule.name)
        return value is not None and value not in ((), "") and (rule.name, value) != ("status", "any")

    def span(self, article: Article) -> Span | None:
        """Return when an article is in by these rules, or None if it never is."""
        if article.is_removed:
            return None
        for _, check in self._active:
            if not check(article):
                return None
        start = int(article.published.timestamp())
        return Span(start, FOREVER if self._max_age is None else start + self._max_age)

    def explain(self, article: Article, now: int) -> list[Verdict]:
        """Say what each rule says of an article at an instant (seconds since 1970, UTC)."""
        start = int(article.published.timestamp())
        verdicts = [
            Verdict("removed", not article.is_removed, "yes" if article.is_removed else "no", "no"),
            Verdict("due", start <= now, f"{article.published:%Y-%m-%d %H:%M:%S} UTC", "not in the future"),
        ]
        if self._max_age is not None:
            age = (now - start) / 86_400
            wanted = f"at most {self._rules.max_age_days:g} days"
            verdicts.append(Verdict("max_age_days", now < start + self._max_age, f"{age:.1f} days", wanted))
        for rule, check in self._active:
            value = getattr(self._rules, rule.name)
            shown = ", ".join(value) if isinstance(value, tuple) else str(value).lower()
            if rule.name == "title_matches":
                shown = value
            elif rule.name == "words":
                shown = spelled(phrases(value))
            verdicts.append(
                Verdict(rule.name, check(article), str(rule.found(article)), rule.wanted.format(shown))
            )
        return verdicts


def preference(article: Article) -> tuple[int, int, str]:
    """Order duplicates: the best comes first: the newest update, then quality, then path."""
    quality = article.quality if article.quality is not None else -(2**53)
    return (-int(article.updated.timestamp()), -quality, article.path)
