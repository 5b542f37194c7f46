"""What is known of images: the index's room for what `feeds probe` learnt."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from feeds.model.article import KnownImage

from . import tables
from .connection import SqliteDatabase, batches
from .rows import GONE, Learnt

_COLUMNS = tables.images.c


class SqliteImages:
    """Reads and writes what is known of images, by URL."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    def learnt(self, urls: Iterable[str]) -> dict[str, Learnt]:
        """Return what is known of these images; those of which nothing is known are not in it."""
        columns = [_COLUMNS[name] for name in ("url", *Learnt._fields)]
        found: dict[str, Learnt] = {}
        for batch in batches(urls):
            query = select(*columns).where(_COLUMNS.url.in_(batch))
            found |= {url: Learnt(*rest) for url, *rest in self._database.connection.execute(query)}
        return found

    def shown(self, urls: Iterable[str]) -> dict[str, KnownImage]:
        """Return what feeds show of these images; those of which nothing is known are not in it."""
        return {url: learnt.shown() for url, learnt in self.learnt(urls).items()}

    def are_known(self) -> bool:
        """Whether anything is known of any image."""
        return self._database.connection.scalar(select(_COLUMNS.url).limit(1)) is not None

    def learn(self, url: str, learnt: Learnt) -> None:
        """Remember what was learnt of an image. It is news if feeds will show something else from now on."""
        statement = upsert(tables.images)
        is_shown_otherwise = or_(
            _COLUMNS.media_type != learnt.media_type,
            _COLUMNS.length != learnt.length,
            _COLUMNS.width != learnt.width,
            _COLUMNS.height != learnt.height,
            (_COLUMNS.outcome == GONE) != (learnt.outcome == GONE),
        )
        values = {name: statement.excluded[name] for name in Learnt._fields}
        statement = statement.values(url=url, is_news=learnt.shown() != KnownImage(), **learnt._asdict())
        self._database.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["url"], set_=values | {"is_news": or_(_COLUMNS.is_news, is_shown_otherwise)}
            )
        )

    def news(self) -> set[str]:
        """Return the images that feeds have to be told of."""
        return set(self._database.connection.scalars(select(_COLUMNS.url).where(_COLUMNS.is_news)))

    def forget_news(self) -> None:
        """Note that the feeds were told."""
        self._database.connection.execute(update(tables.images).where(_COLUMNS.is_news).values(is_news=False))
