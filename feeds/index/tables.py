"""The tables of the index."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text

SCHEMA = 6
"""Raised with every change of these tables or of the stored article; an older index is made anew."""

metadata = MetaData()

facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""What the index remembers of its own making."""

folders = Table(
    "folders",
    metadata,
    Column("path", Text, primary_key=True),
    Column("files", LargeBinary, nullable=False),
)
"""The signatures of a folder's records, all in one value: comparing them is what a build always does."""

articles = Table(
    "articles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("kin", Integer, nullable=False, index=True),
    Column("feeds", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
"""``kin`` is a hash of the article's id, which duplicates share; ``feeds`` are the rows in `members`."""

problems = Table(
    "problems",
    metadata,
    Column("path", Text, nullable=False, index=True),
    Column("line", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("severity", Text, nullable=False),
)

losses = Table(
    "losses",
    metadata,
    Column("path", Text, primary_key=True),
    Column("traces", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""What of a record does not come out, all in one value, which is the same for many records of one site."""

tally = Table(
    "tally",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("articles", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many articles have what rules of selection ask for."""

names = Table(
    "names",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("articles", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many articles spell a topic in which way."""

feeds = Table(
    "feeds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
)
"""``version`` is another one whenever the feed's articles may have changed."""

members = Table(
    "members",
    metadata,
    Column("feed", Integer, primary_key=True),
    Column("published", Integer, primary_key=True),
    Column("kin", Integer, primary_key=True),
    Column("article", Integer, primary_key=True),
    Column("starts", Integer, primary_key=True),
    Column("ends", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Which article is in which feed, and when. Stored in the order in which feeds are read."""

Index("twins", members.c.kin, members.c.feed, sqlite_where=members.c.place > 0)

traits = Table(
    "traits",
    metadata,
    Column("article", Integer, primary_key=True),
    Column("published", Integer, nullable=False),
    Column("kin", Integer, nullable=False),
    Column("type", Integer, nullable=False),
    Column("provider", Integer, nullable=False),
    Column("domain", Integer, nullable=False),
    Column("quality", Integer),
    Column("heat", Integer),
)
"""What questions ask about articles; type, provider and domain are rows in `labels`, 0 for none."""

Index("newest", *(column for column in traits.columns if column.name != "article"))

labels = Table(
    "labels",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("folded", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
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

histories = Table(
    "histories",
    metadata,
    Column("feed", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("months", LargeBinary, nullable=False),
)
"""What each month of this version of a feed holds, all in one value, where archives are published."""

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

images = Table(
    "images",
    metadata,
    Column("url", Text, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("length", Integer, nullable=False),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    Column("due", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("is_measured", Boolean, nullable=False),
    Column("is_news", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""What `feeds probe` learnt of images. ``is_news``: feeds that show the image have not been told yet."""

Index("news", images.c.url, sqlite_where=images.c.is_news)

announcements = Table(
    "announcements",
    metadata,
    Column("hub", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("changes", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""What hubs have yet to hear."""
