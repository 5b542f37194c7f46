"""Feeds that others made: RSS 0.9x to 2.0, RSS 1.0, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1, also in gzip."""

from __future__ import annotations

import zlib

from .seen import SeenFeed, Unreadable

MOST_BYTES = 50_000_000
"""No feed that is read is longer, unpacked."""
_WINDOW = 16 + zlib.MAX_WBITS
"""For zlib: data in gzip's form."""


def parse(data: bytes, name: str, *, charset: str = "", url: str = "") -> SeenFeed:
    """Read a feed from its bytes; ``charset`` and ``url`` are those that HTTP told, if any.

    Raises Unreadable where it is none of the known formats, or longer than `MOST_BYTES`.
    """
    data = _unpacked(data, name)
    begin = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        raise Unreadable(name, "is empty")
    if begin[:1] in (b"{", b"["):
        from .foreign_json import read
    else:
        from .foreign_xml import read
    kind, title, entries, notes = read(data, name, charset, url)
    unique = {(entry.id_kind, entry.id): entry for entry in reversed(entries)}
    kept = tuple(entry for entry in entries if unique[entry.id_kind, entry.id] is entry)
    twice = len(entries) - len(kept)
    if twice:
        notes = [*notes, f"entries with the id of an earlier one, which are left out: {twice:,}"]
    nameless = sum(entry.id_kind != "id" for entry in kept)
    if nameless:
        notes = [*notes, f"entries without an id, known by link, or by title and date: {nameless:,}"]
    return SeenFeed(name, kind, title, kept, tuple(notes))


def _unpacked(data: bytes, name: str) -> bytes:
    if data[:2] == b"\x1f\x8b":
        unpacking = zlib.decompressobj(_WINDOW)
        try:
            data = unpacking.decompress(data, MOST_BYTES + 1)
        except zlib.error as error:
            raise Unreadable(name, f"is damaged gzip: {error}") from None
        if not unpacking.eof and len(data) <= MOST_BYTES:
            raise Unreadable(name, "is damaged gzip: its end is missing")
    if len(data) > MOST_BYTES:
        raise Unreadable(name, f"is longer than {MOST_BYTES:,} bytes")
    return data
