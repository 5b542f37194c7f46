"""What is known of images: the index's room for what `feeds probe` learnt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from feeds.model.article import KnownImage

from . import tables

IMAGE = "image"
GONE = "gone"
FAILED = "failed"
REFUSED = "refused"
"""Outcomes: it is an image; it is there no more; nobody can tell just now; it must not be asked for."""

_BATCH = 500
_COLUMNS = tables.images.c


class Learnt(NamedTuple):
    """What is known of one image, and how it was learnt."""

    outcome: str
    media_type: str = ""
    length: int = 0
    etag: str = ""
    """Validators of the server's answer, for asking whether it still holds."""
    modified: str = ""
    due: int = 0
    """When to ask again, in seconds since 1970."""
    reason: str = ""
    """Why it is no image, in words."""

    def shown(self) -> KnownImage:
        """Return what of it feeds show."""
        return KnownImage(self.media_type, self.length, self.outcome == GONE)


class Images:
    """Reads and writes what is known of images, by URL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def learnt(self, urls: Iterable[str]) -> dict[str, Learnt]:
        """Return what is known of these images; those of which nothing is known are not in it."""
        columns = [_COLUMNS[name] for name in ("url", *Learnt._fields)]
        found: dict[str, Learnt] = {}
        for batch in _batches(urls):
            query = select(*columns).where(_COLUMNS.url.in_(batch))
            found |= {url: Learnt(*rest) for url, *rest in self._connection.execute(query)}
        return found

    def shown(self, urls: Iterable[str]) -> dict[str, KnownImage]:
        """Return what feeds show of these images; those of which nothing is known are not in it."""
        return {url: learnt.shown() for url, learnt in self.learnt(urls).items()}

    def are_known(self) -> bool:
        """Whether anything is known of any image."""
        return self._connection.scalar(select(_COLUMNS.url).limit(1)) is not None

    def learn(self, url: str, learnt: Learnt) -> None:
        """Remember what was learnt of an image. It is news if feeds will show something else from now on."""
        statement = upsert(tables.images)
        is_shown_otherwise = or_(
            _COLUMNS.media_type != learnt.media_type,
            _COLUMNS.length != learnt.length,
            (_COLUMNS.outcome == GONE) != (learnt.outcome == GONE),
        )
        values = {name: statement.excluded[name] for name in Learnt._fields}
        statement = statement.values(url=url, is_news=learnt.shown() != KnownImage(), **learnt._asdict())
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["url"], set_=values | {"is_news": or_(_COLUMNS.is_news, is_shown_otherwise)}
            )
        )

    def news(self) -> set[str]:
        """Return the images that feeds have to be told of."""
        return set(self._connection.scalars(select(_COLUMNS.url).where(_COLUMNS.is_news)))

    def forget_news(self) -> None:
        """Note that the feeds were told."""
        self._connection.execute(update(tables.images).where(_COLUMNS.is_news).values(is_news=False))


def _batches(values: Iterable[str]) -> Iterator[Sequence[str]]:
    remaining = iter(values)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
