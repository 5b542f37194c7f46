"""Named feeds: what ``[[feeds]]`` of config.toml describes."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping

from feeds.config import Config, FeedTable
from feeds.errors import Problem
from feeds.model.topics import Topic, slug

_TOPIC_RULES = ("all_topics", "topics", "exclude_topics")


def described(name: str, table: FeedTable) -> Topic:
    """Return what a named feed says of itself, as a topic says it."""
    return Topic(
        slug=name,
        title=table.title or name,
        description=table.description,
        keywords=table.keywords,
    )


def warnings(
    config: Config, topics: Collection[str], redirects: Mapping[str, str], retired: Collection[str]
) -> Iterator[Problem]:
    """Yield what named feeds ask for in vain: topics that no article names, and retired ones.

    ``topics`` and ``retired`` are slugs, ``redirects`` slugs under which topics were known → their slugs now.
    """
    for name, table in config.named.items():
        for rule in _TOPIC_RULES:
            for topic in getattr(table, rule):
                key = redirects.get(slug(topic), slug(topic))
                if key in topics:
                    continue
                if key in retired:
                    reason = f"the topic {topic!r} is retired, so that no article has it"
                else:
                    close = difflib.get_close_matches(key, topics, 1, 0.6)
                    hint = f"; did you mean {close[0]!r}?" if close else ""
                    reason = f"no article has the topic {topic!r}{hint}"
                line = config.lines.get(name, 0)
                yield Problem(config.path, line, f"feeds.{name}.{rule}", reason, "warning")
