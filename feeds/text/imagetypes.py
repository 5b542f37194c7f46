"""What an image is by its first bytes (WHATWG MIME Sniffing section 6.1, and the formats that came later)."""

from __future__ import annotations

import re

_SIGNATURES = (
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/gif", re.compile(rb"GIF8[79]a")),
    ("image/webp", re.compile(rb"RIFF....WEBPVP", re.S)),
    ("image/avif", re.compile(rb"....ftypavi[fs]", re.S)),
    ("image/heic", re.compile(rb"....ftyphei[cx]", re.S)),
    ("image/jxl", re.compile(rb"\xff\x0a|\x00\x00\x00\x0cJXL \r\n\x87\n")),
    ("image/bmp", re.compile(rb"BM....\x00\x00\x00\x00", re.S)),
    ("image/x-icon", re.compile(rb"\x00\x00\x01\x00")),
    ("image/tiff", re.compile(rb"II\*\x00|MM\x00\*")),
    (
        "image/svg+xml",
        re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE svg|\s)*\s*<svg\b", re.S),
    ),
)
_TYPE = re.compile(r"image/[a-z0-9][a-z0-9.+-]{0,60}")
_OTHERWISE_CALLED = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/vnd.microsoft.icon": "image/x-icon",
    "image/svg": "image/svg+xml",
}


def sniffed(head: bytes) -> str:
    """Return the media type of an image that begins with these bytes, "" if they are no image's."""
    return next((media_type for media_type, pattern in _SIGNATURES if pattern.match(head)), "")


def named(content_type: str) -> str:
    """Return the image type that a Content-Type field names, in its usual spelling; "" if it names none."""
    media_type = content_type.partition(";")[0].strip().lower()
    media_type = _OTHERWISE_CALLED.get(media_type, media_type)
    return media_type if _TYPE.fullmatch(media_type) else ""
