"""Why an article is, or is not, in a feed: the rules one by one, in words."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import msgspec

from feeds.config import Config, Rules
from feeds.errors import FeedsError, Problem
from feeds.formats import suffixes
from feeds.index.index import Index
from feeds.index.protocols import MemberStore
from feeds.model.article import Article
from feeds.model.paths import ALL, feed_key, name_of, topic_key, topic_of
from feeds.model.topics import slug
from feeds.pipeline import pages
from feeds.pipeline.losses import of_record
from feeds.publication.publication import Publication
from feeds.selection.rules import Selection, Verdict

from . import lookup
from .pictures import Pictured, pictured


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
    losses: list[Problem]
    """What of the record comes to nothing, such as a field that nobody reads."""
    pictures: list[Pictured]
    """Which of its pictures feeds show, and why."""
    body: str = ""
    """Of which page the body is, and by which selector; "" where bodies are the records' own."""


def explain(
    index: Index, publication: Publication, config: Config, record: str, feed: str, now: int
) -> Explanation:
    """Explain one record: for one feed ("all", a topic's or named feed's name), or for all it could be in.

    ``record`` is its file, its article's URL, id or title. Raises FeedsError where there is no such record or
    feed, or several records are meant.
    """
    path = lookup.find(index.records, config, record)
    problems = index.records.problems([path])
    lost = of_record(index, config, path)
    found = index.records.articles_at([path])
    if not found:
        return Explanation(path, problems, None, [], lost, [])
    article = found[0].article
    if feed:
        keys = [key_of(feed, publication, config)]
    else:
        keys = [ALL, *map(topic_key, _topics(article, publication)), *map(feed_key, config.named)]
    answers = [_answer(index.members, publication, config, article, key, now) for key in keys]
    shown = pictured(index, publication, article, keys)
    return Explanation(path, problems, article, answers, lost, shown, _body(config, article))


def _body(config: Config, article: Article) -> str:
    page = pages.looked_at(config, article.url, article.title)
    if page is None:
        return ""
    if page.fault:
        return "the record's own"
    return f"{config.records.rendered.rstrip('/')}/{page.name}, {page.selector}"


def _topics(article: Article, publication: Publication) -> list[str]:
    slugs = (publication.redirects.get(name, name) for name in map(slug, article.topics))
    return [name for name in dict.fromkeys(slugs) if name in publication.topics]


def key_of(feed: str, publication: Publication, config: Config) -> str:
    """Return the key of the feed that people mean by a name or a path. Raises FeedsError if there is none."""
    path = feed.strip("/")
    for suffix in suffixes():
        path = path.removesuffix(suffix)
    if path == ALL:
        return ALL
    if name_of(path) in config.named:
        return path
    name = topic_of(path) or path
    key = publication.redirects.get(slug(name), slug(name))
    if key in publication.topics:
        return topic_key(key)
    if name in config.named:
        return feed_key(name)
    if key in publication.retired:
        raise FeedsError(f"{feed}: this topic is retired")
    close = difflib.get_close_matches(key, [*publication.topics, *config.named], 1, 0.6)
    hint = f"; did you mean {close[0]!r}?" if close else "; `feeds list` shows all"
    raise FeedsError(f"{feed}: there is no such feed{hint}")


def _answer(
    members: MemberStore, publication: Publication, config: Config, article: Article, key: str, now: int
) -> FeedAnswer:
    verdicts = Selection(config.select, publication.redirects).explain(article, now)
    name = name_of(key)
    topic = topic_of(key)
    reason = ""
    rules: Rules | None = config.topics.get(topic)
    if name:
        rules = msgspec.structs.replace(config.named[name], topics=(), exclude_topics=())
    if rules:
        extra = Selection(rules, publication.redirects).explain(article, now)[2:]
        prefix = key.replace("/", ".")
        verdicts += [verdict._replace(rule=f"{prefix}.{verdict.rule}") for verdict in extra]
    if name:
        verdicts += _topic_verdicts(members, publication, config, article, name, now)
    passed = all(verdict.passed for verdict in verdicts)
    shown = members.newest(key, ALL, now, None)
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
    limit = publication.limit(key)
    if position > limit:
        reason = f"it is number {position} of {len(shown)}, and limit = {limit}"
    return FeedAnswer(key, 0 < position <= limit, verdicts, position, reason)


def _topic_verdicts(
    members: MemberStore, publication: Publication, config: Config, article: Article, name: str, now: int
) -> Iterator[Verdict]:
    """Yield what a named feed's rules about topics say: an article has the topics whose feeds it is in."""
    table = config.named[name]
    rules: tuple[tuple[str, tuple[str, ...], str, Callable[[Iterable[bool]], bool]], ...] = (
        ("all_topics", table.all_topics, "all of {}", all),
        ("topics", table.topics, "at least one of {}", any),
        ("exclude_topics", table.exclude_topics, "none of {}", lambda are_in: not any(are_in)),
    )
    has = members.feeds_of(article.path, now)
    names = ", ".join(topic.title for key, topic in publication.topics.items() if topic_key(key) in has)
    for rule, topics, wanted, holds in rules:
        if topics:
            keys = (topic_key(publication.redirects.get(slug(topic), slug(topic))) for topic in topics)
            passed = holds(key in has for key in keys)
            yield Verdict(f"feeds.{name}.{rule}", passed, names or "none", wanted.format(", ".join(topics)))
