"""How large an image is, by its first bytes."""

from __future__ import annotations

import struct

import pytest

from feeds.text import imagesizes

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480)
EXIF = b"\xff\xe1" + struct.pack(">H", 30_002) + b"\xff" * 30_000
FRAME = b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", 480, 640) + b"\x03"
TABLE = b"\xff\xc4\x00\x04\x00\x00"
WEBP = b"RIFF....WEBP"
HEADS = {
    "PNG": PNG,
    "GIF": b"GIF89a" + struct.pack("<HH", 640, 480),
    "JPEG": b"\xff\xd8" + EXIF + TABLE + b"\xff" + FRAME,
    "lossy WebP": WEBP + b"VP8 ...." + b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640 | 0x4000, 480),
    "lossless WebP": WEBP + b"VP8L....\x2f" + struct.pack("<I", 639 | 479 << 14),
    "extended WebP": WEBP + b"VP8X....\0\0\0\0" + (639).to_bytes(3, "little") + (479).to_bytes(3, "little"),
}


@pytest.mark.parametrize("kind", HEADS)
def test_width_and_height_are_read(kind: str) -> None:
    """Of each kind of image that says them near its beginning."""
    assert imagesizes.measured(HEADS[kind]) == (640, 480)


@pytest.mark.parametrize("kind", HEADS)
def test_a_beginning_that_is_too_short_says_nothing(kind: str) -> None:
    """Wherever it ends, it is no error, and never another size."""
    head = HEADS[kind]
    for end in range(0, len(head), max(len(head) // 400, 1)):
        assert imagesizes.measured(head[:end]) in ((0, 0), (640, 480))


@pytest.mark.parametrize(
    "head", [b"", b"<svg/>", PNG[:16] + b"\xff" * 8, PNG[:16] + b"\0" * 8, b"\xff\xd8\xff\xe1\0\0" * 99]
)
def test_what_cannot_be_a_size_is_none(head: bytes) -> None:
    """Nor does anything make it read for ever."""
    assert imagesizes.measured(head) == (0, 0)
