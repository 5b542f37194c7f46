"""The article: a record that was read and validated. Frozen, typed, tuples instead of lists."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import msgspec


class Image(msgspec.Struct, frozen=True, array_like=True):
    """A picture of an article. ``url`` is absolute and valid (RFC 3986); sizes are pixels, 0 if unknown."""

    url: str
    width: int = 0
    height: int = 0
    title: str = ""


class KnownImage(NamedTuple):
    """What asking its server taught about an image."""

    media_type: str = ""
    """"" if unknown."""
    length: int = 0
    """Bytes; 0 if unknown."""
    is_gone: bool = False
    """The server has no image there any more."""


class Provider(msgspec.Struct, frozen=True, array_like=True):
    """Who published the article first. ``url`` is the home page, "" if unknown."""

    name: str
    domain: str = ""
    url: str = ""


class Related(msgspec.Struct, frozen=True, array_like=True):
    """Another article about the same story."""

    title: str
    url: str
    provider: Provider | None = None


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
    """"markdown", "html" or "" (no body)."""
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
