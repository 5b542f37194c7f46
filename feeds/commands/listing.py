"""The list of topics and named feeds, as `feeds list` prints it for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from feeds.config import Config
from feeds.formats import by_name, feed_formats
from feeds.model import paths
from feeds.model.paths import ALL, feed_key, topic_key
from feeds.pipeline.build import Synced
from feeds.selection.named import described


class ListedFeed(msgspec.Struct, frozen=True):
    """What there is to say about one feed."""

    feed: str
    """Its key, such as "all", "topics/ai" or "feeds/best"."""
    title: str
    articles: int
    """How many are in it, beyond its limit too."""
    newest: datetime | None
    """When the newest of them was published, in UTC."""
    urls: Mapping[str, str]
    """By the format's name, such as "rss"."""


class Listing(msgspec.Struct, frozen=True):
    """Every feed: everything first, then topics, then named feeds."""

    feeds: Sequence[ListedFeed]


def listing(made: Synced, config: Config) -> Listing:
    """Return the list of a publication's feeds."""
    rows = [(ALL, "Everything")]
    rows += [(topic_key(key), topic.title) for key, topic in made.publication.topics.items()]
    rows += [(feed_key(name), described(name, table).title) for name, table in config.named.items()]
    return Listing(list(_lines(made, config, rows)))


def _lines(made: Synced, config: Config, rows: list[tuple[str, str]]) -> Iterator[ListedFeed]:
    formats = feed_formats(by_name(config.feeds.formats))
    for key, title in rows:
        summary = made.publication.summary(key)
        newest = datetime.fromtimestamp(summary.newest, UTC) if summary.newest else None
        urls = {
            format_.name: paths.address(config.site.base_url, paths.of_feed(key, format_.suffix))
            for format_ in formats
        }
        yield ListedFeed(key, title, summary.articles, newest, urls)


def as_json(listed: Listing) -> str:
    """Spell the list for programs."""
    return msgspec.json.format(msgspec.json.encode(listed)).decode()


def as_text(listed: Listing) -> Iterator[str]:
    """Yield a line a feed: articles, newest article's date, title, URLs; and one above them."""
    width = max(len(line.title) for line in listed.feeds)
    yield f"{'articles':>8}  {'newest':<10}  {'title':<{width}}  URLs"
    for line in listed.feeds:
        newest = f"{line.newest:%Y-%m-%d}" if line.newest else "-"
        yield f"{line.articles:>8}  {newest:<10}  {line.title:<{width}}  {' '.join(line.urls.values())}"
