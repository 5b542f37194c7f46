"""The list of topics and named feeds, as `feeds list` prints it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

from .config import Config
from .formats import by_name, feed_formats
from .named import described, feed_key
from .pipeline import Synced
from .placing import ALL, topic_key


def lines(made: Synced, config: Config) -> list[str]:
    """Return a line a feed: articles, newest article's date, title, URLs."""
    rows = [(ALL, "Everything")]
    rows += [(topic_key(key), topic.title) for key, topic in made.publication.topics.items()]
    rows += [(feed_key(name), described(name, table).title) for name, table in config.named.items()]
    width = max(len(title) for _, title in rows)
    return [f"{'articles':>8}  {'newest':<10}  {'title':<{width}}  URLs", *_rows(made, config, rows, width)]


def _rows(made: Synced, config: Config, rows: list[tuple[str, str]], width: int) -> Iterator[str]:
    for key, title in rows:
        summary = made.publication.summary(key)
        newest = f"{datetime.fromtimestamp(summary.newest, UTC):%Y-%m-%d}" if summary.newest else "-"
        urls = " ".join(
            f"{config.site.base_url}/{quote(key)}{format_.suffix}"
            for format_ in feed_formats(by_name(config.feeds.formats))
        )
        yield f"{summary.articles:>8}  {newest:<10}  {title:<{width}}  {urls}"
