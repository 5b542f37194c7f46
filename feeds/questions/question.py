"""Questions: what the query of /feed.rss?… asks for, in one canonical form however it is spelled."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from feeds.errors import FeedsError
from feeds.index.rows import Wanted
from feeds.model.paths import topic_key
from feeds.model.topics import slug
from feeds.records import dates
from feeds.text import durations
from feeds.text.words import Phrases, phrases, spelled

MOST_ENTRIES = 200
"""How many entries may be asked for."""
_LONGEST = 2000
"""Characters of a query."""
_MOST_PHRASES = 20
_MOST_DAYS = 40_000
_NUMBER = re.compile(r"[+-]?\d{1,9}", re.A)


class QuestionRefused(FeedsError):
    """A query asks for what cannot be; the message says which parameter, and what is allowed."""


class TopicRetired(FeedsError):
    """A query asks for a topic that is no more."""


class Catalogue(NamedTuple):
    """The topics that questions can name."""

    topics: Mapping[str, str]
    """Slug → title."""
    redirects: Mapping[str, str]
    """Slugs under which topics were known → their slugs now."""
    retired: Collection[str]


class Question(NamedTuple):
    """What is asked for, in canonical form: equal questions are equal values.

    Texts are folded, each occurs once, in order; topics are slugs.
    """

    every: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    phrases: Phrases = ()
    providers: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    min_quality: int | None = None
    min_heat: int | None = None
    since: str = ""
    """A duration in days and less ("P7D", "P1DT12H") or a date ("2026-01-31", "2026-01-31T06:00:00Z")."""
    limit: int | None = None

    @property
    def query(self) -> str:
        """The query of a URL that asks this question; "" for the question that asks for everything."""
        values: dict[str, tuple[object, ...]] = {
            "topic": self.every,
            "any": self.some,
            "not": self.none,
            "q": (spelled(self.phrases),) if self.phrases else (),
            "provider": self.providers,
            "type": self.types,
            "min_quality": () if self.min_quality is None else (self.min_quality,),
            "min_heat": () if self.min_heat is None else (self.min_heat,),
            "since": (self.since,) if self.since else (),
            "limit": () if self.limit is None else (self.limit,),
        }
        pairs = [(name, value) for name, several in values.items() for value in several]
        return urlencode(pairs, quote_via=quote)

    @property
    def window(self) -> int | None:
        """For how many seconds articles are in, where that was asked for."""
        return durations.seconds(self.since) if self.since.startswith("P") else None

    def wanted(self, now: int, limit: int) -> Wanted:
        """Return what the index has to find at an instant (seconds since 1970, UTC)."""
        after = None
        if self.window is not None:
            after = now - self.window
        elif self.since:
            after = int(dates.parse(self.since).timestamp()) - 1
        return Wanted(
            every=tuple(map(topic_key, self.every)),
            some=tuple(map(topic_key, self.some)),
            none=tuple(map(topic_key, self.none)),
            phrases=self.phrases,
            types=self.types,
            providers=self.providers,
            min_quality=self.min_quality,
            min_heat=self.min_heat,
            after=after,
            limit=limit if self.limit is None else self.limit,
        )

    def title(self, titles: Mapping[str, str]) -> str:
        """Say in a few words what is asked for; ``titles`` are the topics' by their slugs."""
        return ", ".join(self._parts(titles)) or "Everything"

    def _parts(self, titles: Mapping[str, str]) -> Iterator[str]:
        def names(slugs: tuple[str, ...]) -> list[str]:
            return [titles.get(one, one) for one in slugs]

        if self.every:
            yield " + ".join(names(self.every))
        if self.some:
            yield " or ".join(names(self.some))
        if self.none:
            yield f"not {' or '.join(names(self.none))}"
        if self.phrases:
            bare = [spelled((phrase,)).strip('"') for phrase in self.phrases]
            yield " ".join(f"“{phrase}”" for phrase in bare)
        if self.providers:
            yield f"from {' or '.join(self.providers)}"
        if self.types:
            yield " or ".join(self.types)
        if self.min_quality is not None:
            yield f"quality from {self.min_quality}"
        if self.min_heat is not None:
            yield f"heat from {self.min_heat}"
        if self.since:
            yield f"since {self.since}" if self.window is None else f"last {_in_words(self.window)}"


PARAMETERS: Mapping[str, str] = {
    "topic": "a topic; repeated, articles have all of them",
    "any": "a topic; repeated, articles have at least one of them",
    "not": "a topic; articles do not have it",
    "q": 'words and "quoted phrases" in title, excerpt or provider; all of them',
    "provider": "a provider's name or domain; repeated, one of them",
    "type": "a type of article; repeated, one of them",
    "min_quality": "a whole number from 0 to 100",
    "min_heat": "a whole number from -1 to 1000000",
    "since": "a duration such as P7D or PT12H, or a date such as 2026-01-31",
    "limit": f"a whole number from 1 to {MOST_ENTRIES}",
}
"""What may be asked, and how."""


def parse(query: str, catalogue: Catalogue) -> Question:
    """Read the query of a URL, percent-encoded.

    Raises QuestionRefused where it cannot be answered, TopicRetired where all it asks for is retired topics.
    """
    if len(query) > _LONGEST:
        raise QuestionRefused(f"The query is longer than {_LONGEST} characters.")
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        if name.lower() not in PARAMETERS:
            raise QuestionRefused(_unknown(name))
        if value.strip():
            given.setdefault(name.lower(), []).append(value.strip())

    def whole(name: str, least: int, most: int) -> int | None:
        return _single(name, given.get(name, []), lambda value: _whole(name, value, least, most))

    texts = {name: _folded(given.get(name, [])) for name in ("provider", "type")}
    asked = tuple(sorted({phrase for value in given.get("q", []) for phrase in phrases(value)}))
    if "q" in given and not asked:
        raise QuestionRefused(
            f"q: {_shown(given['q'][0])} has no word to search for; allowed: {PARAMETERS['q']}."
        )
    if len(asked) > _MOST_PHRASES:
        raise QuestionRefused(f"q: asks for more than {_MOST_PHRASES} words or phrases.")
    every, some, none = _topics(given, catalogue)
    return Question(
        every,
        some,
        none,
        asked,
        texts["provider"],
        texts["type"],
        whole("min_quality", 0, 100),
        whole("min_heat", -1, 1_000_000),
        _single("since", given.get("since", []), _since) or "",
        whole("limit", 1, MOST_ENTRIES),
    )


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, PARAMETERS, 1, 0.6)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"{_shown(name)} is no parameter.{hint} Allowed are {', '.join(PARAMETERS)}."


def _shown(value: str) -> str:
    return repr(value if len(value) <= 60 else f"{value[:60]}…")


def _folded(values: list[str]) -> tuple[str, ...]:
    return tuple(sorted({value.casefold() for value in values}))


Value = TypeVar("Value", str, int)


def _single(name: str, values: list[str], read: Callable[[str], Value]) -> Value | None:
    found = sorted({read(value) for value in values})
    if len(found) > 1:
        raise QuestionRefused(f"{name}: is given twice, with different values: {found[0]} and {found[1]}.")
    return found[0] if found else None


def _whole(name: str, value: str, least: int, most: int) -> int:
    if not _NUMBER.fullmatch(value) or not least <= int(value) <= most:
        raise QuestionRefused(f"{name}: {_shown(value)} is not allowed; allowed: {PARAMETERS[name]}.")
    return int(value)


def _since(value: str) -> str:
    try:
        seconds = durations.seconds(value)
    except ValueError:
        pass
    else:
        if not 0 < seconds <= _MOST_DAYS * 86_400:
            raise QuestionRefused(f"since: {_shown(value)} is not between one second and {_MOST_DAYS} days.")
        return durations.spelled(seconds)
    try:
        moment = dates.parse(value)
    except ValueError:
        raise QuestionRefused(
            f"since: {_shown(value)} is not allowed; allowed: {PARAMETERS['since']}."
        ) from None
    return _date(moment)


def _in_words(seconds: int) -> str:
    units = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
    unit, name = next((unit, name) for unit, name in units if seconds % unit == 0)
    number = seconds // unit
    return name if number == 1 else f"{number} {name}s"


def _date(moment: datetime) -> str:
    spelled_ = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    return spelled_.removesuffix("T00:00:00Z")


def _topics(
    given: Mapping[str, list[str]], catalogue: Catalogue
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the topics that articles have all of, at least one of, and none of."""
    every, some, none = (
        {_topic(name, value, catalogue) for value in given.get(name, [])} for name in ("topic", "any", "not")
    )
    living = some - set(catalogue.retired)
    gone = sorted(every & set(catalogue.retired)) or (sorted(some) if some and not living else [])
    if gone:
        raise TopicRetired(f"The topic {gone[0]!r} has been retired, and its feeds with it.")
    # No article has a retired topic.
    some, none = living, none - set(catalogue.retired)
    if refused := sorted((every | some) & none):
        raise QuestionRefused(f"not: the topic {refused[0]!r} is also asked for.")
    # Who has all of them has one of them; and one of one is all of it.
    if len(some) == 1:
        every |= some
    if every & some:
        some = set()
    return tuple(sorted(every)), tuple(sorted(some)), tuple(sorted(none))


def _topic(name: str, value: str, catalogue: Catalogue) -> str:
    key = catalogue.redirects.get(slug(value), slug(value))
    if key not in catalogue.topics and key not in catalogue.retired:
        close = difflib.get_close_matches(key, catalogue.topics, 3, 0.6)
        hint = f"did you mean {' or '.join(map(repr, close))}?" if close else "the first page lists all."
        raise QuestionRefused(f"{name}: there is no topic {_shown(value)}; {hint}")
    return key
