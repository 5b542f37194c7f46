"""Placing: in which feeds, and when, the articles of one id are to be seen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from feeds.config import Config, FeedTable
from feeds.model.article import Article
from feeds.model.paths import ALL, feed_key, topic_key
from feeds.model.spans import Placed, Span, both, joined
from feeds.model.topics import Topic, slug

from .rules import Selection, preference

PLACER = 2
"""Raised with every change of where articles are placed: an older index places them all again."""


class _NamedFeed(NamedTuple):
    """A named feed's rules: those about the article itself, and the topics' feeds that it has to be in."""

    key: str
    selection: Selection
    every: tuple[str, ...]
    some: tuple[str, ...]
    none: tuple[str, ...]

    def is_met(self, visible: Mapping[str, Sequence[Span]], instant: int) -> bool:
        """Whether an article that is visible in feeds at these times is in the right ones at an instant."""

        def is_in(feed: str) -> bool:
            return any(span.start <= instant < span.end for span in visible.get(feed, ()))

        return (
            all(map(is_in, self.every))
            and (not self.some or any(map(is_in, self.some)))
            and not any(map(is_in, self.none))
        )


class Placing:
    """The selection of a whole configuration, made ready to place articles.

    ``fingerprint`` is the same for two configurations that place every article alike.
    """

    def __init__(self, config: Config, topics: Iterable[Topic]) -> None:
        topics = list(topics)
        self._aliases = {alias: topic.slug for topic in topics for alias in topic.aliases}
        self._everywhere = Selection(config.select, self._aliases)
        self._narrower = {key: Selection(table, self._aliases) for key, table in config.topics.items()}
        self._by_name: dict[str, tuple[str, Selection | None]] = {}
        """Topic name → its feed ("" if it is retired) and the rules that narrow it, as they are asked for."""
        self._retired = frozenset(topic.slug for topic in topics if topic.is_retired)
        self._named = [self._named_feed(name, table) for name, table in config.named.items()]
        tables = (dict(config.topics), dict(config.named))
        rules = (PLACER, config.select, tables, self._aliases, sorted(self._retired))
        self.fingerprint = hashlib.sha256(msgspec.json.encode(rules, order="sorted")).hexdigest()

    def _topics(self, article: Article) -> dict[str, Selection | None]:
        """Return the feeds of an article's topics, with the rules that narrow each."""
        feeds: dict[str, Selection | None] = {}
        for name in article.topics:
            known = self._by_name.get(name)
            if known is None:
                key = self._aliases.get(slug(name), slug(name))
                feed = "" if key in self._retired else topic_key(key)
                known = self._by_name[name] = (feed, self._narrower.get(key))
            if known[0]:
                feeds[known[0]] = known[1]
        return feeds

    def _named_feed(self, name: str, table: FeedTable) -> _NamedFeed:
        def feeds(topics: Iterable[str]) -> tuple[str, ...]:
            return tuple(topic_key(self._aliases.get(key, key)) for key in map(slug, topics))

        rules = msgspec.structs.replace(table, topics=(), exclude_topics=())
        return _NamedFeed(
            feed_key(name),
            Selection(rules, self._aliases),
            feeds(table.all_topics),
            feeds(table.topics),
            feeds(table.exclude_topics),
        )

    def alone(self, article: Article) -> list[Placed]:
        """Place an article that shares its id with no other."""
        span = self._everywhere.span(article)
        if span is None:
            return []
        placed = [Placed(ALL, span.start, span.end)]
        for feed, narrower in self._topics(article).items():
            here = _narrowed(narrower, article, span) if narrower else span
            if here is not None:
                placed.append(Placed(feed, here.start, here.end))
        if self._named:
            visible = {one.feed: [Span(one.starts, one.ends)] for one in placed}
            placed += [Placed(feed, *here) for feed, here in self._in_named(article, visible)]
        return placed

    def _in_named(
        self, article: Article, visible: Mapping[str, Sequence[Span]]
    ) -> Iterable[tuple[str, Span]]:
        """Yield in which named feeds an article is, and when; ``visible`` says the same of all others."""
        for feed in self._named:
            own = feed.selection.span(article)
            here = both(visible[ALL][0], own) if own else None
            if here is None:
                continue
            # Between these instants nothing comes and nothing goes.
            turns = {here.start, here.end}
            for topic in (*feed.every, *feed.some, *feed.none):
                for span in visible.get(topic, ()):
                    turns.update(turn for turn in span if here.start < turn < here.end)
            parts = (Span(*part) for part in pairwise(sorted(turns)))
            for span in joined(part for part in parts if feed.is_met(visible, part.start)):
                yield feed.key, span

    def together(self, articles: Sequence[Article]) -> list[list[Placed]]:
        """Place articles that share one id; the answer is in their order.

        Selection comes first; then the best of those visible is shown, in the topics of all of them. Where
        one brings another into a topic, the other is there only while both are visible.
        """
        spans = [self._everywhere.span(article) for article in articles]
        order = sorted(range(len(articles)), key=lambda number: preference(articles[number]))
        answer: list[list[Placed]] = [[] for _ in articles]
        for place, number in enumerate(order, 1):
            article, span = articles[number], spans[number]
            if span is None:
                continue
            visible: dict[str, list[Span]] = {ALL: [span]}
            for other, other_span in zip(articles, spans, strict=True):
                both_visible = both(span, other_span) if other_span else None
                for feed, narrower in self._topics(other).items() if both_visible else ():
                    here = _narrowed(narrower, article, both_visible)
                    if here is not None:
                        visible.setdefault(feed, []).append(here)
            # Several of them may bring it into the same topic, at different times.
            placed = [(feed, one) for feed, several in visible.items() for one in joined(several)]
            placed += self._in_named(article, visible)
            answer[number] = [Placed(feed, *one, place) for feed, one in placed]
        return answer


def _narrowed(narrower: Selection | None, article: Article, span: Span | None) -> Span | None:
    if narrower is None or span is None:
        return span
    further = narrower.span(article)
    return both(span, further) if further else None
