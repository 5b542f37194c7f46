"""What the index takes and gives: values that say nothing of the database that keeps them."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import msgspec

from feeds.model.article import Article, KnownImage
from feeds.model.spans import Placed
from feeds.text.words import Phrases

Files = dict[str, tuple[int, int]]
"""A folder's records: name → time of modification (nanoseconds) and size (bytes)."""


def kin(uid: str) -> int:
    """Return a number that stands for an article's id: 64 bits, signed, as SQLite stores them."""
    return int.from_bytes(hashlib.blake2b(uid.encode(), digest_size=8).digest(), signed=True)


class Stored(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An article ready to be stored (``data`` is its MessagePack), and its places."""

    path: str
    kin: int
    published: int
    data: bytes
    placed: list[Placed]


class Found(NamedTuple):
    """An article as the index holds it; ``number`` is its key there."""

    number: int
    article: Article


class Heading(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How an article is called: the first of its fields, so that the others need not be read."""

    path: str
    id: str
    url: str
    title: str


class Summary(NamedTuple):
    """What a feed holds at an instant, and for which instants that is true."""

    version: int
    valid_from: int
    valid_until: int
    articles: int
    newest: int
    """The newest article's date, 0 if there is none."""


class Month(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one month of a feed holds at an instant, and for which instants that is true."""

    version: int
    """Another one whenever the month's articles may have changed."""
    valid_from: int = 0
    valid_until: int = 0
    articles: int = 0


Months = dict[str, Month]
"""By month: "2024-05"."""


class DocumentState(NamedTuple):
    """What is remembered of a document: from which inputs it was made, and what came out."""

    inputs: str
    valid_from: int
    valid_until: int
    etag: str
    updated: int
    """When its bytes last changed, in seconds since 1970; never goes back."""
    entries: int


class ExportedFile(NamedTuple):
    """A file that an export wrote, as the file system showed it afterwards."""

    etag: str
    size: int
    mtime_ns: int


class Wanted(NamedTuple):
    """What a question asks for; everything has to hold. Feeds are the keys of topics' feeds."""

    every: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    phrases: Phrases = ()
    types: tuple[str, ...] = ()
    """One of these, without regard to case."""
    providers: tuple[str, ...] = ()
    """Names or domains: one of these, without regard to case."""
    min_quality: int | None = None
    min_heat: int | None = None
    after: int | None = None
    """Published later than this, in seconds since 1970."""
    limit: int = 50


class Label(NamedTuple):
    """A type or a provider, and how many articles have it."""

    name: str
    articles: int


IMAGE = "image"
GONE = "gone"
FAILED = "failed"
REFUSED = "refused"
"""Outcomes: it is an image; it is there no more; nobody can tell just now; it must not be asked for."""


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
    width: int = 0
    """Pixels; 0 if unknown."""
    height: int = 0
    is_measured: bool = False
    """Whether its beginning was looked at for its size."""

    def shown(self) -> KnownImage:
        """Return what of it feeds show."""
        return KnownImage(self.media_type, self.length, self.outcome == GONE, self.width, self.height)


class Waiting(NamedTuple):
    """A change of a document that a hub has not heard of yet."""

    hub: str
    path: str
    changes: int
    """How often it changed meanwhile: who is told of one change has not heard of the next."""


class Traces(msgspec.Struct, frozen=True, array_like=True):
    """What one record tells of its fields and its body."""

    losses: tuple[tuple[str, str, int], ...] = ()
    """Kind, name and line of what does not come out, as in `errors.Loss`."""
    found: tuple[str, ...] = ()
    """Those of the names in [records.fields] that the record has."""


class Lost(NamedTuple):
    """Records that lose the same."""

    traces: Traces
    records: int
    first: str
    """The first of them, by path."""


encode = msgspec.msgpack.Encoder().encode
"""How everything that a column holds as one value is written."""
decode_article = msgspec.msgpack.Decoder(Article).decode
decode_months = msgspec.msgpack.Decoder(Months).decode
