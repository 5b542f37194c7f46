"""Why an article is, or is not, in a feed: the rules one by one, in words."""

from __future__ import annotations

import difflib
import os
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from .config import Config
from .errors import FeedsError, Problem
from .index import Index
from .model import Article
from .placing import ALL, topic_key
from .publication import Publication
from .selection import Selection, Verdict
from .topics import slug


class FeedAnswer(NamedTuple):
    """Whether an article is in one feed, and why."""

    feed: str
    is_in: bool
    verdicts: list[Verdict]
    position: int
    """From 1, newest first; 0 if it is not in the feed."""
    reason: str
    """What else there is to say: a duplicate, a limit, a topic it does not have."""


class Explanation(NamedTuple):
    """Everything there is to say about one record."""

    path: str
    problems: list[Problem]
    article: Article | None
    answers: list[FeedAnswer]


def explain(
    index: Index, publication: Publication, config: Config, record: str, feed: str, now: int
) -> Explanation:
    """Explain one record: for one feed ("all", a topic's slug or name), or for all it could be in.

    Raises FeedsError where there is no such record or feed.
    """
    path = _find(index, config, record)
    problems = index.problems([path])
    found = index.articles_at([path])
    if not found:
        return Explanation(path, problems, None, [])
    article = found[0].article
    if feed:
        keys = [_feed_key(feed, publication)]
    else:
        keys = [ALL, *(topic_key(key) for key in _topics(article, publication))]
    answers = [_answer(index, publication, config, article, key, now) for key in keys]
    return Explanation(path, problems, article, answers)


def _find(index: Index, config: Config, record: str) -> str:
    known = index.records()
    root = Path(config.root).resolve()
    for candidate in (Path(record), root / record):
        path = os.path.relpath(candidate.resolve(), root).replace(os.sep, "/")
        if path in known:
            return path
    named = sorted(path for path in known if PurePosixPath(path).name == record)
    if len(named) == 1:
        return named[0]
    if named:
        raise FeedsError(f"{record}: several records have this name: {', '.join(named[:5])}")
    raise FeedsError(f"{record}: is not among the records of [records] paths = {list(config.records.paths)}")


def _topics(article: Article, publication: Publication) -> list[str]:
    slugs = (publication.redirects.get(name, name) for name in map(slug, article.topics))
    return [name for name in dict.fromkeys(slugs) if name in publication.topics]


def _feed_key(feed: str, publication: Publication) -> str:
    path = feed.strip("/").removesuffix(".rss").removesuffix(".atom")
    if path == ALL:
        return ALL
    name = path.removeprefix("topics/")
    key = publication.redirects.get(slug(name), slug(name))
    if key in publication.topics:
        return topic_key(key)
    if key in publication.retired:
        raise FeedsError(f"{feed}: this topic is retired")
    close = difflib.get_close_matches(key, publication.topics, 1, 0.6)
    hint = f"; did you mean {close[0]!r}?" if close else "; `feeds list` shows all"
    raise FeedsError(f"{feed}: there is no such feed{hint}")


def _answer(
    index: Index, publication: Publication, config: Config, article: Article, key: str, now: int
) -> FeedAnswer:
    verdicts = Selection(config.select, publication.redirects).explain(article, now)
    topic = key.partition("/")[2]
    reason = ""
    if topic:
        table = config.topics.get(topic)
        if table:
            extra = Selection(table, publication.redirects).explain(article, now)[2:]
            verdicts += [verdict._replace(rule=f"topics.{topic}.{verdict.rule}") for verdict in extra]
    passed = all(verdict.passed for verdict in verdicts)
    shown = index.newest(key, ALL, now, None)
    position = next((n for n, other in enumerate(shown, 1) if other.path == article.path), 0)
    twin = next((other for other in shown if other.id == article.id and other.path != article.path), None)
    if passed and not position:
        if twin:
            reason = (
                f"{twin.path} has the same id, {article.id}, and is preferred "
                "(the newest update, then the higher quality, then the first path)"
            )
        elif topic and topic not in _topics(article, publication):
            reason = f"the article does not have the topic {publication.topics[topic].title!r}"
    limit = config.feeds.limit
    if position > limit:
        reason = f"it is number {position} of {len(shown)}, and [feeds] limit = {limit}"
    return FeedAnswer(key, 0 < position <= limit, verdicts, position, reason)
