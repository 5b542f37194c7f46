"""The subjects of a publication: which feeds there are, and what is known about each."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from feeds.config import Config
from feeds.config.imagetable import TOPIC
from feeds.index.index import Index
from feeds.model import topics
from feeds.model.feed import Branch
from feeds.model.paths import ALL, feed_key, name_of, topic_key, topic_of
from feeds.model.topics import Topic
from feeds.selection import named

from . import assembly
from .pictures import Picking


class Subjects:
    """Topics and named feeds, as articles name them and ``described`` ones are described.

    They are the same at every instant, as long as no record is read.
    """

    def __init__(self, index: Index, config: Config, described: Sequence[Topic]) -> None:
        self.config = config
        self._picking: dict[str, Picking] = {}
        self.redirects = {alias: topic.slug for topic in described for alias in topic.aliases}
        """Slugs under which topics were known → their slugs now."""
        everything = topics.catalogue(_titles(index.records.names(), self.redirects), described)
        self.retired = frozenset(key for key, topic in everything.items() if topic.is_retired)
        """Slugs of topics that are no more."""
        self.topics = {key: topic for key, topic in everything.items() if not topic.is_retired}
        self.single = (ALL, *map(feed_key, config.named))
        """The keys of the feeds that are about no topic."""
        self.feeds = (ALL, *map(topic_key, self.topics), *map(feed_key, config.named))
        """The keys of all feeds, in the order in which they are listed."""
        self.family = topics.family(self.topics, self.redirects)
        """Which topic stands below which."""
        self.below = self._siblings()
        """The topics below each topic ("" for those at the top), by title."""

    def described(self, key: str) -> Topic | None:
        """Return what is known about a feed's subject; None for the feed of everything."""
        if name := name_of(key):
            return named.described(name, self.config.named[name])
        return self.topics[topic_of(key)] if key != ALL else None

    def limit(self, key: str) -> int:
        """Return how many entries a feed has at most."""
        table = self.config.named.get(name_of(key))
        return table.limit if table and table.limit else self.config.feeds.limit

    def content(self, key: str) -> str:
        """Return whether a feed's entries have the body ("full") or the summary alone ("summary")."""
        name = name_of(key)
        table = self.config.named.get(name) if name else self.config.topics.get(topic_of(key))
        return (table.content if table else None) or self.config.feeds.content

    def picking(self, key: str) -> Picking:
        """Return what a feed asks of pictures."""
        if key not in self._picking:
            table = self.config.named.get(name_of(key)) or self.config.topics.get(topic_of(key))
            images = table.images.over(self.config.images) if table else self.config.images
            self._picking[key] = Picking.of(images, self._pictures, self._pictures.get(topic_of(key), ""))
        return self._picking[key]

    @functools.cached_property
    def _pictures(self) -> Mapping[str, str]:
        """The addresses of topics' pictures, by slug, of aliases too: what stands in, else their own."""
        found = {key: topic.image for key, topic in self.topics.items() if topic.image}
        for key, table in self.config.topics.items():
            if stand_ins := [one for one in table.images.fallback or () if one != TOPIC]:
                found[key] = stand_ins[0]
        return found | {old: found[new] for old, new in self.redirects.items() if new in found}

    def branches(self) -> tuple[Branch, ...]:
        """Return all feeds as they stand below each other: those of no topic first."""
        single = [assembly.branch(key, self.described(key), (), self.config) for key in self.single]
        return (*single, *self._branches(""))

    def _branches(self, above: str) -> tuple[Branch, ...]:
        return tuple(
            assembly.branch(topic_key(key), self.topics[key], self._branches(key), self.config)
            for key in self.below.get(above, ())
        )

    def _siblings(self) -> dict[str, list[str]]:
        below: dict[str, list[str]] = {}
        for key in sorted(self.topics, key=lambda key: (self.topics[key].title.casefold(), key)):
            below.setdefault(self.family.parents.get(key, ""), []).append(key)
        return below


def _titles(names: Mapping[str, Mapping[str, int]], redirects: Mapping[str, str]) -> dict[str, str]:
    """Return each topic's title: its most frequent spelling; an alias's only where there is no other."""
    titles = {key: topics.most_frequent(spelled) for key, spelled in names.items() if key not in redirects}
    for alias in sorted(redirects.keys() & names.keys()):
        titles.setdefault(redirects[alias], topics.most_frequent(names[alias]))
    return titles
