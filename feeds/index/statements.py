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
        # Added to, the column is no longer one by which SQLite would walk the whole feed instead.
        better.c.feed + 0 == columns.feed,
        better.c.place > 0,
        better.c.place < columns.place,
        better.c.starts <= _NOW,
        better.c.ends > _NOW,
    )
    return and_(ARE_VISIBLE, or_(columns.place <= 1, ~outdone))


def _instants(columns: Any) -> tuple[Any, ...]:
    """Return the last starts and ends until now, and the first ones to come."""
    return (
        func.max(columns.starts).filter(columns.starts <= _NOW),
        func.max(columns.ends).filter(columns.ends <= _NOW),
        func.min(columns.starts).filter(columns.starts > _NOW),
        func.min(columns.ends).filter(columns.ends > _NOW),
    )


_NOW = bindparam("now", type_=Integer)
_MEMBERS = tables.members.c
ARE_VISIBLE = and_(_MEMBERS.starts <= _NOW, _MEMBERS.ends > _NOW)
"""Members whose time it is."""
ARE_SHOWN = _are_shown()
"""Those of them that a feed shows."""
_IN_FEED = _MEMBERS.feed == bindparam("feed")
_BETWEEN = and_(_MEMBERS.published >= bindparam("first"), _MEMBERS.published < bindparam("after"))
_MONTH = func.strftime("%Y-%m", _MEMBERS.published, "unixepoch")
NEWEST = (
    select(_MEMBERS.article, _MEMBERS.place, tables.articles.c.data)
    .join(tables.articles, tables.articles.c.id == _MEMBERS.article)
    .where(_IN_FEED, _BETWEEN, ARE_SHOWN)
    # Of articles with the same date the order is arbitrary, but always the same.
    .order_by(_MEMBERS.published.desc(), _MEMBERS.kin.desc())
    .limit(bindparam("limit"))
)
_TRAITS = tables.traits.c
# A join would tempt SQLite to walk the whole feed.
_PLACE = (
    select(_MEMBERS.place)
    .where(_IN_FEED, _MEMBERS.published == _TRAITS.published, _MEMBERS.kin == _TRAITS.kin)
    .where(_MEMBERS.article == _TRAITS.article, ARE_VISIBLE)
    .scalar_subquery()
)
FOUND = (
    select(_PLACE, tables.articles.c.data)
    .join(tables.articles, tables.articles.c.id == _TRAITS.article)
    .where(_TRAITS.article.in_(bindparam("numbers", expanding=True)))
    .order_by(_TRAITS.published.desc(), _TRAITS.kin.desc())
)
TWINS = (
    select(tables.articles.c.data)
    .join(tables.members, _MEMBERS.article == tables.articles.c.id)
    .where(_MEMBERS.kin == bindparam("kin"), _MEMBERS.feed + 0 == bindparam("feed"), _MEMBERS.place > 0)
    .where(ARE_VISIBLE)
    .order_by(_MEMBERS.place)
)
SUMMARY = select(
    func.count().filter(ARE_SHOWN),
    func.max(_MEMBERS.published).filter(ARE_SHOWN),
    *_instants(_MEMBERS),
).where(_IN_FEED)
MONTHS = (
    select(_MONTH, func.count().filter(ARE_SHOWN), *_instants(_MEMBERS))
    .where(_IN_FEED, _BETWEEN)
    .group_by(_MONTH)
)
# Whether an article is shown depends on those that share its id, and they may be of other months.
_TWINS = tables.members.alias("twins")
MONTHS_OF_TWINS = (
    select(_MONTH, *_instants(_TWINS.c))
    .join(_TWINS, and_(_TWINS.c.kin == _MEMBERS.kin, _TWINS.c.feed + 0 == _MEMBERS.feed, _TWINS.c.place > 0))
    .where(_IN_FEED, _BETWEEN, _MEMBERS.place > 0)
    .group_by(_MONTH)
)
