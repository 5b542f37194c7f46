"""What an image is: by its first bytes, by its address, by what its server says.

By its bytes: WHATWG MIME Sniffing section 6.1, and the formats that came later.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

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
_BY_SUFFIX = {
    ".apng": "image/apng",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".heic": "image/heic",
    ".ico": "image/x-icon",
    ".jfif": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".jxl": "image/jxl",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".webp": "image/webp",
}
"""Written down here, because the mimetypes module answers differently on different machines."""
_OTHER_KINDS = {
    **dict.fromkeys(
        ("mp4", "m4v", "mov", "webm", "ogv", "avi", "mkv", "mpg", "mpeg", "wmv", "flv", "3gp", "m3u8"),
        "a film",
    ),
    **dict.fromkeys(("mp3", "m4a", "ogg", "oga", "opus", "wav", "flac", "aac", "aiff", "mid"), "a recording"),
    **dict.fromkeys(
        (
            "pdf",
            "doc",
            "docx",
            "odt",
            "rtf",
            "ppt",
            "pptx",
            "odp",
            "xls",
            "xlsx",
            "ods",
            "csv",
            "epub",
            "txt",
        ),
        "a document",
    ),
    **dict.fromkeys(
        ("md", "mdx", "html", "htm", "xhtml", "json", "xml", "yaml", "yml", "toml"), "a document"
    ),
    **dict.fromkeys(("js", "mjs", "ts", "tsx", "jsx", "css", "scss", "astro", "vue"), "a program"),
    **dict.fromkeys(("zip", "gz", "tar", "7z", "rar", "tgz", "exe", "dmg", "iso"), "an archive"),
    **dict.fromkeys(("woff", "woff2", "ttf", "otf"), "a font"),
}
"""Suffixes of what is no image → what it is. Of an address without one of them nothing is known."""
_TYPE = re.compile(r"image/[a-z0-9][a-z0-9.+-]{0,60}")
_USUAL = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".avif")
"""What the addresses of most images end with."""
_OTHERWISE_CALLED = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/vnd.microsoft.icon": "image/x-icon",
    "image/svg": "image/svg+xml",
}


def other_kind(url: str) -> str:
    """Return what a URL's path promises by its suffix instead of an image; "" if it may well be an image."""
    path = url.partition("?")[0]
    if path.endswith(_USUAL):
        return ""
    path = path.partition("#")[0]
    return _OTHER_KINDS.get(PurePosixPath(unquote(urlsplit(path).path)).suffix.lower()[1:], "")


def by_suffix(url: str) -> str:
    """Return the media type that an image URL's path promises, whatever its query says; else image/jpeg."""
    suffix = PurePosixPath(unquote(urlsplit(url).path)).suffix.lower()
    return _BY_SUFFIX.get(suffix, "image/jpeg")


def sniffed(head: bytes) -> str:
    """Return the media type of an image that begins with these bytes, "" if they are no image's."""
    return next((media_type for media_type, pattern in _SIGNATURES if pattern.match(head)), "")


def named(content_type: str) -> str:
    """Return the image type that a Content-Type field names, in its usual spelling; "" if it names none."""
    media_type = content_type.partition(";")[0].strip().lower()
    media_type = _OTHERWISE_CALLED.get(media_type, media_type)
    return media_type if _TYPE.fullmatch(media_type) else ""
