"""Rules that no article can match: mostly slips of the pen, which make feeds empty or let too much in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from feeds.config import Config, Rules
from feeds.errors import Problem
from feeds.model.article import Article, provider_names
from feeds.model.topics import Topic, most_frequent, slug
from feeds.text.nearest import nearest

from .rules import Selection

_VALUES = {
    "types": "type",
    "categories": "category",
    "providers": "provider",
    "exclude_providers": "provider",
}
"""Rule → what articles have that it names."""
_NUMBERS = {"min_quality": "quality", "min_heat": "heat"}
_TOPICS = ("topics", "exclude_topics")

Known = Callable[[str], Mapping[str, int]]
"""Kind → the values that articles have, and how many do."""


def traits(article: Article) -> Iterator[tuple[str, str]]:
    """Yield what of an article rules may ask for, as kind and value."""
    if article.is_removed:
        return
    if article.type:
        yield "type", article.type
    if article.category:
        yield "category", article.category
    if article.provider:
        for name in {name for name in provider_names(article) if name}:
            yield "provider", name
    if article.quality is not None:
        yield "quality", str(article.quality)
    if article.heat is not None:
        yield "heat", str(article.heat)
    yield "has_image", "true" if article.images else "false"


class Idle:
    """Finds the rules of a configuration that no article can match."""

    def __init__(
        self,
        config: Config,
        known: Known,
        names: Mapping[str, Mapping[str, int]],
        described: Mapping[str, Topic],
        aliases: Mapping[str, str],
    ) -> None:
        """``names`` are the topics of articles: slug → spelling → number.

        ``described`` are topics by slug, whether articles have them or not; ``aliases`` are slugs under which
        topics were known → their slugs now.
        """
        self._config = config
        self._known = known
        self._aliases = aliases
        self._described = described
        self._topics = {aliases.get(key, key): most_frequent(spelled) for key, spelled in names.items()}

    def warnings(self) -> Iterator[Problem]:
        """Yield a warning for each value that nothing has, with the one that was probably meant."""
        if not self._known("has_image"):
            # Without any article no rule is to blame.
            return
        config = self._config
        yield from self._table("select", config.select, _TOPICS)
        for key, table in config.topics.items():
            yield from self._table(f"topics.{key}", table, _TOPICS)
            yield from self._no_such_topic(key)
        for name, feed in config.named.items():
            # What it asks of topics is looked at with the topics' feeds.
            yield from self._table(f"feeds.{name}", feed, ())

    def _table(self, table: str, rules: Rules, topic_rules: Collection[str]) -> Iterator[Problem]:
        for rule, kind in _VALUES.items():
            if values := getattr(rules, rule):
                yield from self._values(f"{table}.{rule}", kind, values)
        for rule, kind in _NUMBERS.items():
            if (least := getattr(rules, rule)) is not None:
                yield from self._number(f"{table}.{rule}", kind, least)
        if rules.has_image is not None and not self._known("has_image").get(str(rules.has_image).lower()):
            reason = "no article has an image" if rules.has_image else "every article has an image"
            yield self._warning(f"{table}.has_image", reason)
        for rule in topic_rules:
            yield from self._topic_rule(f"{table}.{rule}", getattr(rules, rule))

    def _values(self, field: str, kind: str, values: Collection[str]) -> Iterator[Problem]:
        there = self._known(kind)
        folded = {name.casefold() for name in there}
        for value in values:
            if value.casefold() not in folded:
                yield self._warning(field, f"no article has the {kind} {value!r}{_hint(value, there)}")

    def _number(self, field: str, kind: str, least: int) -> Iterator[Problem]:
        there = [int(value) for value in self._known(kind)]
        if not there:
            yield self._warning(field, f"no article has a {kind}")
        elif max(there) < least:
            reason = f"no article has a {kind} of {least} or more; the highest is {max(there)}"
            yield self._warning(field, reason)

    def _topic_rule(self, field: str, values: Collection[str]) -> Iterator[Problem]:
        keys = {value: self._aliases.get(slug(value), slug(value)) for value in values}
        is_met = any(key in self._topics for key in keys.values())
        for value, key in keys.items():
            # A topic that is described and has no article yet is no slip, as long as another one has some.
            is_planned = key in self._described and (is_met or field.endswith("exclude_topics"))
            if key not in self._topics and not is_planned:
                hint = _hint(value, self._topics.values())
                yield self._warning(field, f"no article has the topic {value!r}{hint}")

    def _no_such_topic(self, key: str) -> Iterator[Problem]:
        """Yield a warning for a table of a topic that no article has, where another one must be meant."""
        table = self._config.topics[key]
        is_parent = any(topic.parent == key for topic in self._described.values())
        if key in self._topics or table.retired or is_parent or self._aliases.get(key, key) != key:
            return
        others = {one: name for one, name in self._topics.items() if one not in self._config.topics}
        if near := nearest(key, others, 0.8):
            reason = f"no article has this topic; did you mean {others[near]!r}?"
            yield self._warning(f"topics.{key}", reason)

    def _warning(self, field: str, reason: str) -> Problem:
        return warning(self._config, field, reason)


def _hint(value: str, known: Collection[str]) -> str:
    near = nearest(value, known)
    return f"; did you mean {near!r}?" if near else ""


def searches(config: Config, articles: Iterable[Article]) -> Iterator[Problem]:
    """Yield a warning for each search for words or in titles that finds no article.

    Articles are asked for only where there is such a search, and no more of them than it takes to find one.
    """
    tables: list[tuple[str, Rules]] = [("select", config.select)]
    tables += [(f"topics.{key}", table) for key, table in config.topics.items()]
    tables += [(f"feeds.{name}", table) for name, table in config.named.items()]
    waiting: dict[str, Selection] = {}
    for name, rules in tables:
        if rules.title_matches:
            waiting[f"{name}.title_matches"] = Selection(Rules(title_matches=rules.title_matches))
        if rules.words:
            waiting[f"{name}.words"] = Selection(Rules(words=rules.words))
    if not waiting:
        return
    is_any = False
    for article in articles:
        is_any = True
        waiting = {field: search for field, search in waiting.items() if search.span(article) is None}
        if not waiting:
            return
    for field in waiting if is_any else ():
        where = (
            "no article's title matches" if field.endswith("title_matches") else "no article has these words"
        )
        yield warning(config, field, where)


def warning(config: Config, field: str, reason: str) -> Problem:
    """Return a warning with the line of a key in config.toml, or with that of its table."""
    line = config.lines.get(field) or config.lines.get(field.rpartition(".")[0], 0)
    return Problem(config.path, line, field, reason, "warning")
