"""Placing: in which feeds, and when, the articles of one id are to be seen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from .config import Config
from .index import Member
from .model import Article
from .selection import Selection, Span, both, preference
from .topics import Topic, slug

ALL = "all"
"""The key of the feed of everything selected."""


def topic_key(topic_slug: str) -> str:
    """Return the key of a topic's feed, which is also its URL's path without the suffix."""
    return f"topics/{topic_slug}"


class Placing:
    """The selection of a whole configuration, made ready to place articles.

    ``fingerprint`` is the same for two configurations that place every article alike.
    """

    def __init__(self, config: Config, topics: Iterable[Topic]) -> None:
        topics = list(topics)
        self._everywhere = Selection(config.select)
        self._narrower = {key: Selection(table) for key, table in config.topics.items()}
        self._aliases = {alias: topic.slug for topic in topics for alias in topic.aliases}
        self._retired = frozenset(topic.slug for topic in topics if topic.is_retired)
        rules = (config.select, dict(config.topics), self._aliases, sorted(self._retired))
        self.fingerprint = hashlib.sha256(msgspec.json.encode(rules, order="sorted")).hexdigest()

    def topic_slugs(self, article: Article) -> list[str]:
        """Return the slugs of an article's topics that have feeds, aliases resolved."""
        slugs = (self._aliases.get(name, name) for name in map(slug, article.topics))
        return [name for name in dict.fromkeys(slugs) if name not in self._retired]

    def members(self, articles: Sequence[Article]) -> list[Member]:
        """Place articles that share one id.

        Selection comes first; then the best of those visible is shown, in the topics of all of them. Where
        one brings another into a topic, the other is there only while both are visible.
        """
        selected = [
            (article, span) for article in articles if (span := self._everywhere.span(article)) is not None
        ]
        if not selected:
            return []
        selected.sort(key=lambda pair: preference(pair[0]))
        members = []
        for place, (article, span) in enumerate(selected):
            members.append(_member(ALL, article, span, place))
            for other, other_span in selected:
                together = both(span, other_span)
                if together is None:
                    continue
                for name in self.topic_slugs(other):
                    narrower = self._narrower.get(name)
                    here = both(together, narrower.span(article) or _NEVER) if narrower else together
                    if here is not None:
                        members.append(_member(topic_key(name), article, here, place))
        return list(dict.fromkeys(members))


_NEVER = Span(0, 0)


def _member(feed: str, article: Article, span: Span, place: int) -> Member:
    published = int(article.published.timestamp())
    return Member(feed, published, article.id, article.path, span.start, span.end, place)
