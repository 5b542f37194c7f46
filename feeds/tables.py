"""The tables of the index."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text

SCHEMA = 1
"""Raised with every change of these tables or of the stored article; an older index is made anew."""

metadata = MetaData()
facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
records = Table(
    "records",
    metadata,
    Column("path", Text, primary_key=True),
    Column("mtime_ns", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    sqlite_with_rowid=False,
)
articles = Table(
    "articles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("uid", Text, nullable=False, index=True),
    Column("data", LargeBinary, nullable=False),
)
problems = Table(
    "problems",
    metadata,
    Column("path", Text, nullable=False, index=True),
    Column("line", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("severity", Text, nullable=False),
)
names = Table(
    "names",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("articles", Integer, nullable=False),
    sqlite_with_rowid=False,
)
feeds = Table(
    "feeds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
)
members = Table(
    "members",
    metadata,
    Column("feed", Integer, nullable=False),
    Column("published", Integer, nullable=False),
    Column("uid", Text, nullable=False),
    Column("article", Integer, nullable=False),
    Column("starts", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Column("place", Integer, nullable=False),
)
Index("members_by_date", members.c.feed, members.c.published.desc(), members.c.uid)
Index("members_by_uid", members.c.uid)
documents = Table(
    "documents",
    metadata,
    Column("path", Text, primary_key=True),
    Column("inputs", Text, nullable=False),
    Column("valid_from", Integer, nullable=False),
    Column("valid_until", Integer, nullable=False),
    Column("etag", Text, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
    sqlite_with_rowid=False,
)
summaries = Table(
    "summaries",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("valid_from", Integer, nullable=False),
    Column("valid_until", Integer, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("newest", Integer, nullable=False),
    sqlite_with_rowid=False,
)
exports = Table(
    "exports",
    metadata,
    Column("folder", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("etag", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("mtime_ns", Integer, nullable=False),
    sqlite_with_rowid=False,
)
