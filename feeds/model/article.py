"""The article: a record that was read and validated. Frozen, typed, tuples instead of lists."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import msgspec


class Size(msgspec.Struct, frozen=True, array_like=True):
    """Another size of a picture: its absolute URL, and pixels, 0 if unknown."""

    url: str
    width: int = 0
    height: int = 0


class Image(msgspec.Struct, frozen=True, array_like=True):
    """A picture of an article. ``url`` is absolute and valid (RFC 3986); sizes are pixels, 0 if unknown."""

    url: str
    width: int = 0
    height: int = 0
    title: str = ""
    alt: str = ""
    caption: str = ""
    credit: str = ""
    license: str = ""
    sizes: tuple[Size, ...] = ()
    """The other sizes that there are of it, as the record names them."""

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses of all its sizes, its own first."""
        return (self.url, *(size.url for size in self.sizes))


class KnownImage(NamedTuple):
    """What asking its server taught about an image."""

    media_type: str = ""
    """"" if unknown."""
    length: int = 0
    """Bytes; 0 if unknown."""
    is_gone: bool = False
    """The server has no image there any more."""
    width: int = 0
    """Pixels; 0 if unknown."""
    height: int = 0


class Provider(msgspec.Struct, frozen=True, array_like=True):
    """Who published the article first. ``url`` is the home page, "" if unknown."""

    name: str
    domain: str = ""
    url: str = ""
    image: str = ""
    """The address of its picture, "" if unknown."""


class Author(msgspec.Struct, frozen=True, array_like=True):
    """Somebody who wrote an article: a home page and a picture, "" if unknown; never an e-mail address."""

    name: str
    url: str = ""
    avatar: str = ""


class Related(msgspec.Struct, frozen=True, array_like=True):
    """Another article about the same story."""

    title: str
    url: str
    provider: Provider | None = None


class Player(msgspec.Struct, frozen=True, array_like=True):
    """Where a film or a recording is played. ``image`` is the address of a picture of it, "" if unknown."""

    url: str
    image: str = ""


class Rating(msgspec.Struct, frozen=True, array_like=True):
    """What people think of it: their average, of as many as ``count``."""

    average: float
    count: int


class Link(msgspec.Struct, frozen=True, array_like=True):
    """A part of a collection, or something to be done: a title, and an address ("" if there is none)."""

    title: str
    url: str = ""


class Article(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """A record that was read and validated.

    All text is plain text that XML can carry, except ``body``, which is Markdown or HTML as written. Times
    are aware, in UTC, whole seconds.
    """

    path: str
    """The record's file, relative to the configuration file, with forward slashes."""
    id: str
    """The stable, universally unique identifier (RFC 4287 section 4.2.6): an absolute URI."""
    url: str
    """The article's page: absolute and valid."""
    title: str
    published: datetime
    updated: datetime
    """Never before ``published``."""
    excerpt: str = ""
    body: str = ""
    body_format: str = ""
    """"markdown", "mdx" (Markdown with components), "html", "page" (the HTML of the article's own
    page) or "" (no body)."""
    type: str = ""
    category: str = ""
    language: str = ""
    """A language tag (RFC 5646), "" for the site's."""
    quality: int | None = None
    heat: int | None = None
    is_published: bool = True
    is_removed: bool = False
    provider: Provider | None = None
    topics: tuple[str, ...] = ()
    """Topic names as the record spells them."""
    images: tuple[Image, ...] = ()
    related: tuple[Related, ...] = ()
    authors: tuple[Author, ...] = ()
    player: Player | None = None
    duration: int = 0
    """How long it takes to see, hear or work through, in seconds; 0 if unknown."""
    levels: tuple[str, ...] = ()
    price: str = ""
    rating: Rating | None = None
    items: tuple[Link, ...] = ()
    """The parts of a collection."""
    actions: tuple[Link, ...] = ()
    """What can be done with it, such as a download; each has an address."""


def provider_names(article: Article) -> tuple[str, ...]:
    """Return the name and the domain of an article's provider; nothing where it has none."""
    return (article.provider.name, article.provider.domain) if article.provider else ()


def searched(article: Article) -> tuple[str, str, str]:
    """Return what of an article is searched for words: title, excerpt, provider."""
    return article.title, article.excerpt, " · ".join(provider_names(article))
