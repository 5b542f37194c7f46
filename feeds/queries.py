"""What the index is asked for every feed: built once, because building a query costs more than running it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, and_, bindparam, exists, func, or_, select

from . import tables


def _are_shown() -> Any:
    """Return the condition for members that a feed shows: visible, and the best of their id."""
    columns, better = tables.members.c, tables.members.alias("better")
    outdone = exists().where(
        better.c.kin == columns.kin,
        better.c.feed == columns.feed,
        better.c.place > 0,
        better.c.place < columns.place,
        better.c.starts <= _NOW,
        better.c.ends > _NOW,
    )
    return and_(columns.starts <= _NOW, columns.ends > _NOW, or_(columns.place <= 1, ~outdone))


_NOW = bindparam("now", type_=Integer)
_MEMBERS = tables.members.c
_IN_FEED = _MEMBERS.feed == bindparam("feed")
NEWEST = (
    select(_MEMBERS.article, _MEMBERS.place, tables.articles.c.data)
    .join(tables.articles, tables.articles.c.id == _MEMBERS.article)
    .where(_IN_FEED, _are_shown())
    # Of articles with the same date the order is arbitrary, but always the same.
    .order_by(_MEMBERS.published.desc(), _MEMBERS.kin.desc())
    .limit(bindparam("limit"))
)
TWINS = (
    select(tables.articles.c.data)
    .join(tables.members, _MEMBERS.article == tables.articles.c.id)
    .where(_MEMBERS.kin == bindparam("kin"), _IN_FEED, _MEMBERS.place > 0)
    .where(_MEMBERS.starts <= _NOW, _MEMBERS.ends > _NOW)
    .order_by(_MEMBERS.place)
)
SUMMARY = select(
    func.count().filter(_are_shown()),
    func.max(_MEMBERS.published).filter(_are_shown()),
    func.max(_MEMBERS.starts).filter(_MEMBERS.starts <= _NOW),
    func.max(_MEMBERS.ends).filter(_MEMBERS.ends <= _NOW),
    func.min(_MEMBERS.starts).filter(_MEMBERS.starts > _NOW),
    func.min(_MEMBERS.ends).filter(_MEMBERS.ends > _NOW),
).where(_IN_FEED)
