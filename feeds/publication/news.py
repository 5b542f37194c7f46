"""News of images: feeds that show an image of which something new was learnt have to be made anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from feeds.config import Config
from feeds.index.index import Index
from feeds.model.paths import ALL
from feeds.model.topics import Topic

from . import pictures
from .subjects import Subjects


def images(index: Index, subjects: Subjects, now: int) -> Iterator[tuple[str, list[str]]]:
    """Yield each feed's key, and the URLs of all images that it may show, newest article first."""
    for key in subjects.feeds:
        articles, picking = index.members.newest(key, ALL, now, subjects.limit(key)), subjects.picking(key)
        yield key, [url for article in articles for url in pictures.urls(article, picking)]


def tell_news(index: Index, config: Config, described: Sequence[Topic], now: int) -> int:
    """Have those feeds made anew that show images of which something new is known; return how many.

    It writes to the index. A publication that is read before it does not know of it: whoever is about to make
    documents calls it first.
    """
    return tell(index, Subjects(index, config, described), now) if index.images.news() else 0


def tell(index: Index, subjects: Subjects, now: int) -> int:
    """Do what `tell_news` does, where the subjects are at hand."""
    news = index.images.news()
    if not news:
        return 0
    keys = [key for key, urls in images(index, subjects, now) if not news.isdisjoint(urls)]
    index.members.renew(keys)
    index.images.forget_news()
    return len(keys)
