"""The document: what is handed out at a path, and what is kept of one whose bytes are elsewhere."""

from __future__ import annotations

import hashlib
from typing import NamedTuple


class Document(NamedTuple):
    """What is handed out at a path."""

    path: str
    """The URL's path below base_url, not percent-encoded."""
    media_type: str
    body: bytes
    etag: str
    """Strong, quoted (RFC 9110 section 8.8.3)."""
    updated: int
    """When the bytes last changed, in seconds since 1970, UTC."""
    entries: int
    valid_until: int
    """The first instant at which selection by itself may give other bytes."""
    link: str = ""
    """The value of HTTP's Link field (RFC 8288), or ""."""


class Remembered(NamedTuple):
    """What an export knows of a document that it wrote: the tag of its bytes, and when they last changed."""

    etag: str
    updated: int


class Rendered(NamedTuple):
    """What came of rendering: the bytes, and for which instants they are right."""

    path: str
    body: bytes
    entries: int
    newest: int
    """The newest update in it, in seconds since 1970; 0 if there is none."""
    valid_from: int
    valid_until: int


def etag_of(body: bytes) -> str:
    """Return the strong entity tag of these bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def date_of(etag: str, before: Remembered, since: int) -> int:
    """Return when a document last changed that had another tag, or the same, before.

    ``since`` is when it may have got its bytes, in seconds since 1970. Dates only move forward.
    """
    return before.updated if before.etag == etag else max(since, before.updated + 1)
