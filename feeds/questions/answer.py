"""Question → feed: what the index finds, as subscribers get it, and for how long that stays so."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import NamedTuple, TypeGuard

import msgspec

from feeds.config import Config
from feeds.index.index import Index
from feeds.index.rows import Summary
from feeds.model.feed import Feed
from feeds.model.paths import ALL, QUESTION, address, identity, of_feed, topic_key
from feeds.model.topics import Topic
from feeds.publication import assembly, pictures
from feeds.publication.pictures import Picking
from feeds.text import urls

from .question import MOST_ENTRIES, Question


class Answered(NamedTuple):
    """The feed that answers a question."""

    feed: Feed
    valid_until: int
    """The first instant at which another one may be right, in seconds since 1970, if no record changes."""


def ask(
    index: Index,
    config: Config,
    question: Question,
    titles: Mapping[str, str],
    now: int,
    summaries: MutableMapping[str, Summary],
    picking: Picking,
) -> Answered:
    """Answer a question at an instant (seconds since 1970, UTC), from an index that is searchable.

    ``titles`` are those of the topics, by slug. ``summaries`` keeps what was worked out about whole feeds, by
    key, for the next question. ``picking`` is what is asked of pictures.
    """
    articles = index.search.find(question.wanted(now, min(config.feeds.limit, MOST_ENTRIES)), ALL, now)
    moment = datetime.fromtimestamp(now, UTC)
    known = index.images.shown({url for article in articles for url in pictures.urls(article, picking)})
    entries = tuple(assembly.entry(article, config, moment, known, picking) for article in articles)
    topics = (*question.every, *question.some, *question.none)
    turns = [_summary(index, key, now, summaries).valid_until for key in (ALL, *map(topic_key, topics))]
    turns += [int(article.updated.timestamp()) for article in articles if article.updated > moment]
    if question.window is not None and articles:
        # The oldest of them goes first.
        turns.append(int(articles[-1].published.timestamp()) + question.window)
    query = question.query
    if not query:
        return Answered(assembly.feed(ALL, None, entries, len(entries), config), min(turns))
    site = config.site
    title = question.title(titles)
    about = Topic(slug=QUESTION, title=title, description=f"{site.title}: {title}")
    feed = assembly.feed(QUESTION, about, entries, len(entries), config)
    uid = urls.canonical_uri(f"{address(site.base_url, of_feed(QUESTION, ''))}?{query}")
    if site.id_authority:
        uid = urls.tag_uri(site.id_authority, f"{identity(QUESTION)}?{query}")
    # Hubs never hear of it: nobody knows when it changes.
    return Answered(msgspec.structs.replace(feed, id=uid, query=query, hubs=()), min(turns))


def _summary(index: Index, key: str, now: int, known: MutableMapping[str, Summary]) -> Summary:
    version = index.members.versions().get(key, 0)

    def is_right(summary: Summary | None) -> TypeGuard[Summary]:
        return bool(
            summary and summary.version == version and summary.valid_from <= now < summary.valid_until
        )

    summary = known.get(key)
    if not is_right(summary):
        summary = index.documents.summaries().get(key)
    if not is_right(summary):
        summary = index.members.summary(key, now, version)
    known[key] = summary
    return summary
