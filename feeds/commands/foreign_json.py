"""Feeds of others in JSON: JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from typing import Any

import msgspec

from .markup import first_picture
from .seen import Seen, Unreadable, entry, joined


def read(data: bytes, name: str, charset: str, url: str) -> tuple[str, str, list[Seen], list[str]]:
    """Return format, title, entries, and notes. Raises Unreadable where it is no JSON Feed."""
    notes: list[str] = []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode(charset if _is_known(charset) else "windows-1252", "replace")
        notes.append("is not UTF-8, as JSON has to be")
    try:
        feed = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(name, f"is no JSON: {error}") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise Unreadable(name, "is JSON, but no JSON Feed: it has no list of items")
    version = _text(feed.get("version")).rstrip("/").rpartition("/")[2]
    base = _text(feed.get("home_page_url")) or _text(feed.get("feed_url")) or url
    entries = []
    for item in feed["items"]:
        if isinstance(item, dict):
            entries.append(_entry(item, joined(url, base) if url else base))
        else:
            notes.append("has an item that is no object")
    return f"JSON Feed {version or '1'}", _text(feed.get("title")), entries, notes


def _entry(item: dict[str, Any], base: str) -> Seen:
    link = _text(item.get("url"))
    attachments = item.get("attachments")
    pictures = [_text(item.get(key)) for key in ("image", "banner_image")]
    pictures += [
        _text(one.get("url"))
        for one in (attachments if isinstance(attachments, list) else ())
        if isinstance(one, dict) and _text(one.get("mime_type")).startswith("image/")
    ]
    if not any(pictures):
        pictures = [first_picture(_text(item.get("content_html")))]
    return entry(
        uid=_text(item.get("id")),
        title=_text(item.get("title")),
        link=joined(base, link) if link else "",
        links=(_text(item.get("external_url")),),
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        pictures=tuple(joined(link or base, picture) for picture in pictures if picture),
    )


def _text(value: object) -> str:
    """Return a value as readers take it: version 1.1 asks them to make text of numbers."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def _is_known(charset: str) -> bool:
    import codecs

    try:
        codecs.lookup(charset)
    except LookupError:
        return False
    return bool(charset)
