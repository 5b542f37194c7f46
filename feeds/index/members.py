"""Which article is in which feed, and when: feeds, their versions, their members, and what they hold."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import and_, bindparam, delete, insert, select, update

from feeds.model.article import Article
from feeds.model.months import bounds, month_of
from feeds.model.spans import FOREVER, Placed

from . import statements, tables
from .connection import SqliteDatabase, batches
from .rows import Found, Month, Months, Summary, decode_article, decode_months, encode, kin

_MOST_RECENT = 8192
_FEW_RECENT = 256

_decode_feeds = msgspec.msgpack.Decoder(tuple[int, list[int]]).decode


class SqliteMembers:
    """Reads and writes feeds and their members.

    ``most_recent`` articles, and what is made of them, are kept for other feeds that they are in.
    """

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self.most_recent = _MOST_RECENT
        self._touched: defaultdict[int, set[str]] = defaultdict(set)
        """Feeds, and the months of theirs, whose articles may have changed."""
        self._recent: dict[int, Article] = {}
        """Articles that were read for one feed, for the others they are in."""

    def save_memory(self) -> None:
        """Keep few articles from now on."""
        self.most_recent = _FEW_RECENT

    # -- placing --------------------------------------------------------------------------------------------

    def place(self, articles: Iterable[tuple[int, int, int, Sequence[Placed]]]) -> list[bytes]:
        """Put articles that are in no feed into feeds; return what each article's row holds of that.

        An article is its number, its date, its kin, and its places.
        """
        articles = list(articles)
        self._create_feeds({one.feed for *_, placed in articles for one in placed})
        ids = self.feed_ids
        packed: list[bytes] = []
        members: list[tuple[int, ...]] = []
        for number, published, own, placed in articles:
            feeds = [ids[one.feed] for one in placed]
            packed.append(encode((published, feeds)))
            members += [
                (ids[one.feed], published, own, number, one.starts, one.ends, one.place) for one in placed
            ]
            self._touch(feeds, published)
        if members:
            self._database.connection.exec_driver_sql(
                "INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?, ?, ?, ?)", members
            )
        return packed

    def place_again(self, articles: Sequence[Found], placed: Sequence[Sequence[Placed]]) -> None:
        """Put articles into these feeds and into no others."""
        self._unplace([found.number for found in articles])
        packed = self.place(
            (found.number, int(found.article.published.timestamp()), kin(found.article.id), several)
            for found, several in zip(articles, placed, strict=True)
        )
        rows = [(feeds, found.number) for feeds, found in zip(packed, articles, strict=True)]
        self._database.connection.exec_driver_sql("UPDATE articles SET feeds = ? WHERE id = ?", rows)

    def take_out(self, numbers: Sequence[int]) -> None:
        """Take articles that will be no more out of all feeds."""
        self._recent.clear()
        self._unplace(numbers)

    def take_all_out(self) -> None:
        """Empty every feed of articles that are no more."""
        self._recent.clear()
        self.clear()

    def clear(self) -> None:
        """Empty every feed."""
        connection = self._database.connection
        connection.execute(delete(tables.members))
        connection.execute(update(tables.articles).values(feeds=encode((0, []))))
        connection.execute(delete(tables.histories))
        self._touched.update((number, set()) for number in self.feed_ids.values())

    def _unplace(self, numbers: Sequence[int]) -> None:
        connection, columns = self._database.connection, tables.articles.c
        members: list[tuple[int, ...]] = []
        for batch in batches(numbers):
            query = select(columns.id, columns.kin, columns.feeds).where(columns.id.in_(batch))
            for number, own, data in connection.execute(query):
                published, feeds = _decode_feeds(data)
                self._touch(feeds, published)
                members.extend((feed, published, own, number) for feed in feeds)
        if members:
            connection.exec_driver_sql(
                "DELETE FROM members WHERE feed = ? AND published = ? AND kin = ? AND article = ?", members
            )

    def _touch(self, feeds: Sequence[int], published: int) -> None:
        month = month_of(published)
        for feed in feeds:
            self._touched[feed].add(month)

    # -- feeds and their versions ---------------------------------------------------------------------------

    @functools.cached_property
    def feed_ids(self) -> dict[str, int]:
        """The numbers of all feeds that ever had an article, by their keys."""
        query = select(tables.feeds.c.key, tables.feeds.c.id)
        return dict(map(tuple, self._database.connection.execute(query)))

    def _id_of(self, feed: str) -> int:
        """Return a feed's number, -1 if it never had an article; one is found without reading all."""
        if "feed_ids" in self.__dict__:
            return self.feed_ids.get(feed, -1)
        query = select(tables.feeds.c.id).where(tables.feeds.c.key == feed)
        found = self._database.connection.scalar(query)
        return -1 if found is None else int(found)

    def _create_feeds(self, keys: set[str]) -> None:
        for key in sorted(keys - self.feed_ids.keys()):
            result = self._database.connection.execute(insert(tables.feeds).values(key=key, version=0))
            self.feed_ids[key] = int(result.lastrowid)

    def versions(self) -> dict[str, int]:
        """Return each feed's version: another one whenever its articles may have changed."""
        query = select(tables.feeds.c.key, tables.feeds.c.version)
        return dict(map(tuple, self._database.connection.execute(query)))

    def renew_touched(self) -> int:
        """Give each feed whose articles were touched a new version; return how many there were."""
        renewed = len(self._touched)
        if self._touched:
            statement = update(tables.feeds).where(tables.feeds.c.id == bindparam("number"))
            rows = [{"number": number} for number in sorted(self._touched)]
            statement = statement.values(version=tables.feeds.c.version + 1)
            self._database.connection.execute(statement, rows)
            self._renew_months()
            self._touched.clear()
        return renewed

    def _renew_months(self) -> None:
        """Give each month that was touched its feed's version, where the feed's history is known."""
        columns, feeds = tables.histories.c, tables.feeds.c
        query = select(columns.feed, columns.months, feeds.version)
        query = query.join(tables.feeds, and_(feeds.id == columns.feed, feeds.version == columns.version + 1))
        rows = [
            {
                "feed": feed,
                "version": version,
                "months": encode(
                    decode_months(data) | {month: Month(version) for month in self._touched[feed]}
                ),
            }
            for feed, data, version in self._database.connection.execute(query)
            if feed in self._touched
        ]
        self._database.write(tables.histories, ("feed",), rows)

    def renew(self, keys: Sequence[str]) -> None:
        """Give these feeds a new version: they show something else, though their articles are the same."""
        connection = self._database.connection
        columns, feeds = tables.histories.c, tables.feeds.c
        for batch in batches(keys):
            # What is known of their months stays right.
            these = select(feeds.id).where(feeds.key.in_(batch), feeds.version == columns.version)
            history = update(tables.histories).where(columns.feed.in_(these))
            connection.execute(history.values(version=columns.version + 1))
            statement = update(tables.feeds).where(feeds.key.in_(batch))
            connection.execute(statement.values(version=feeds.version + 1))

    # -- what feeds hold ------------------------------------------------------------------------------------

    def newest(self, feed: str, whole: str, now: int, limit: int | None, month: str = "") -> list[Article]:
        """Return a feed's articles at an instant, newest first, each id once; all if no limit is given.

        An article has the topics of those that share its id and are visible in the feed ``whole``. With a
        month, only those that were published in it.
        """
        here = self._in_feed(feed, now) | {"limit": -1 if limit is None else limit}
        if month:
            here["first"], here["after"] = bounds(month)
        if len(self._recent) > self.most_recent:
            self._recent.clear()
        articles = []
        for number, place, data in self._database.connection.execute(statements.NEWEST, here):
            article = self._recent.get(number)
            if article is None:
                article = self._recent[number] = decode_article(data)
            articles.append(self.with_topics_of_all(article, whole, now) if place else article)
        return articles

    def _in_feed(self, feed: str, now: int) -> dict[str, int]:
        return {"feed": self._id_of(feed), "now": now, "first": -FOREVER, "after": FOREVER}

    def with_topics_of_all(self, article: Article, whole: str, now: int) -> Article:
        """Return an article with the topics of those that share its id and are visible in a feed."""
        here = {"feed": self._id_of(whole), "now": now, "kin": kin(article.id)}
        twins = map(decode_article, self._database.connection.scalars(statements.TWINS, here))
        topics = [topic for twin in twins if twin.id == article.id for topic in twin.topics]
        return msgspec.structs.replace(article, topics=tuple(dict.fromkeys((*article.topics, *topics))))

    def feeds_of(self, path: str, now: int) -> set[str]:
        """Return the keys of the feeds that an article is in at an instant, the best of its id or not."""
        members = tables.members.c
        query = (
            select(tables.feeds.c.key)
            .join(tables.members, members.feed == tables.feeds.c.id)
            .join(tables.articles, tables.articles.c.id == members.article)
            .where(tables.articles.c.path == path, members.starts <= now, members.ends > now)
        )
        return set(self._database.connection.scalars(query))

    def summary(self, feed: str, now: int, version: int) -> Summary:
        """Return what this version of a feed holds at an instant, and for how long that stays so."""
        here = self._in_feed(feed, now)
        articles, newest, *instants = self._database.connection.execute(statements.SUMMARY, here).one()
        return Summary(version, *_valid(*instants), articles, newest or 0)

    def months(self, feed: str, now: int, version: int, known: Months) -> Months:
        """Return what each month of this version of a feed holds at an instant.

        ``known`` are months as they were found last; only those that may hold something else are looked at.
        """
        stale = [name for name, month in known.items() if not month.valid_from <= now < month.valid_until]
        if known and not stale:
            return known
        here = self._in_feed(feed, now)
        if stale:
            here["first"], here["after"] = bounds(min(stale))[0], bounds(max(stale))[1]
        found: Months = {}
        connection = self._database.connection
        for name, articles, *instants in connection.execute(statements.MONTHS, here):
            own = known[name].version if name in known else version
            found[name] = Month(own, *_valid(*instants), articles)
        for name, *instants in connection.execute(statements.MONTHS_OF_TWINS, here):
            valid_from, valid_until = _valid(*instants)
            month = found[name]
            found[name] = msgspec.structs.replace(
                month,
                valid_from=max(month.valid_from, valid_from),
                valid_until=min(month.valid_until, valid_until),
            )
        return {name: month for name, month in known.items() if name not in stale} | found


def _valid(
    last_start: int | None, last_end: int | None, next_start: int | None, next_end: int | None
) -> tuple[int, int]:
    """Return from and until when nothing starts or ends."""
    return max(last_start or 0, last_end or 0), min(next_start or FOREVER, next_end or FOREVER)
