"""How wide and high an image is, by its first bytes."""

from __future__ import annotations

ENOUGH = 65_536
"""So many bytes say it of nearly every image: before the sizes of a JPEG may come what cameras write."""
MEASURED = frozenset(("image/gif", "image/jpeg", "image/png", "image/webp"))
"""The media types of images that can be measured."""
_Pixels = tuple[int, int]
_UNKNOWN: _Pixels = (0, 0)
_LONGEST = 100_000
_JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xDA)} - {0xD9})
"""Marks that nothing belongs to."""


def measured(head: bytes) -> _Pixels:
    """Return width and height in pixels of a PNG, GIF, JPEG or WebP that begins so; zeros if unknown."""
    width, height = _UNKNOWN
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        width, height = _number(head[16:20], 4), _number(head[20:24], 4)
    elif head.startswith((b"GIF87a", b"GIF89a")):
        width, height = _little(head[6:8], 2), _little(head[8:10], 2)
    elif head.startswith(b"\xff\xd8"):
        width, height = _jpeg(head)
    elif head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        width, height = _webp(head)
    is_possible = 0 < width <= _LONGEST and 0 < height <= _LONGEST
    return (width, height) if is_possible else _UNKNOWN


def _number(part: bytes, length: int) -> int:
    """Return a number, the most significant byte first; 0 where the bytes end before it."""
    return int.from_bytes(part, "big") if len(part) == length else 0


def _little(part: bytes, length: int) -> int:
    return int.from_bytes(part, "little") if len(part) == length else 0


def _jpeg(head: bytes) -> _Pixels:
    """Read segment by segment until one that begins a frame (ITU-T T.81, B.2.2)."""
    at = 2
    while at + 4 <= len(head) and head[at] == 0xFF:
        mark = head[at + 1]
        if mark in _JPEG_FRAMES:
            return _number(head[at + 7 : at + 9], 2), _number(head[at + 5 : at + 7], 2)
        if mark == 0xFF:
            at += 1
        elif mark in _JPEG_ALONE:
            at += 2
        else:
            at += 2 + _number(head[at + 2 : at + 4], 2)
    return _UNKNOWN


def _webp(head: bytes) -> _Pixels:
    """Read the first chunk (RFC 9649, sections 2.5 to 2.7)."""
    kind = head[12:16]
    if kind == b"VP8X":
        size = head[24:30]
        return (_little(size[:3], 3) + 1, _little(size[3:], 3) + 1) if len(size) == 6 else _UNKNOWN
    if kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        return _little(head[26:28], 2) & 0x3FFF, _little(head[28:30], 2) & 0x3FFF
    if kind == b"VP8L" and head[20:21] == b"\x2f" and len(head) >= 25:
        bits = _little(head[21:25], 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _UNKNOWN
