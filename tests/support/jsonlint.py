"""An independent lint for JSON Feed 1.1 documents (https://www.jsonfeed.org/version/1.1/).

Stricter than the specification by choice: what it does not define is a fault unless it is an extension, what
it strongly recommends is required, blank texts and empty lists are left out, addresses are absolute, and
version 1.0's `author` is not used.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

VERSION = "https://jsonfeed.org/version/1.1"

_ADDRESS = re.compile(
    r"https?://[^\s/?#\"<>\\^`{|}]+(?:[/?#][\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]*)?"
)
_DATE = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
    r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")
_EXTENSION = re.compile(r"_[A-Za-z][^.]*")
_MARKUP = re.compile(r"</[A-Za-z]+>|<(?:p|br|img|a|div|span)\b[^<>]*>|&(?:#\d+|[a-z]+);")


class Faults(list[str]):
    """What is wrong, each with the place where it is."""

    def add(self, place: str, reason: str) -> None:
        self.append(f"{place}: {reason}")


Check = Callable[[Faults, str, Any], None]


def _text(faults: Faults, place: str, value: Any) -> None:
    if not isinstance(value, str) or not value.strip():
        faults.add(place, f"{value!r} is no text that says something")
    elif re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]", value):
        faults.add(place, "has a character that no text has")


def _address(faults: Faults, place: str, value: Any) -> None:
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        faults.add(place, f"{value!r} is no absolute address")


def _matches(pattern: re.Pattern[str], what: str) -> Check:
    def check(faults: Faults, place: str, value: Any) -> None:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            faults.add(place, f"{value!r} is no {what}")

    return check


def _date(faults: Faults, place: str, value: Any) -> None:
    """A date of RFC 3339."""
    _matches(_DATE, "date")(faults, place, value)
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        faults.add(place, str(error))


def _positive(faults: Faults, place: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        faults.add(place, f"{value!r} is no number above 0; what is unknown is left out")


def _each(check: Check) -> Check:
    def check_all(faults: Faults, place: str, value: Any) -> None:
        if not isinstance(value, list) or not value:
            faults.add(place, "is no list of something")
            return
        for number, one in enumerate(value):
            check(faults, f"{place}[{number}]", one)

    return check_all


def _extension(faults: Faults, place: str, value: Any) -> None:
    if not isinstance(value, dict) or not value:
        faults.add(place, "is no object that says something")
        return
    for key in value:
        if key.startswith("_") or "." in key:
            faults.add(place, f"{key!r} is no key of an extension")


def _members(faults: Faults, place: str, value: Any, known: dict[str, Check], required: str) -> bool:
    """Check an object's members; tell whether it is an object at all."""
    if not isinstance(value, dict):
        faults.add(place, "is no object")
        return False
    for key in required.split():
        if key not in value:
            faults.add(place, f"has no {key}")
    for key, member in value.items():
        if key in known:
            known[key](faults, f"{place}.{key}", member)
        elif _EXTENSION.fullmatch(key):
            _extension(faults, f"{place}.{key}", member)
        else:
            faults.add(place, f"{key!r} is no key of JSON Feed 1.1")
    return True


def _author(faults: Faults, place: str, value: Any) -> None:
    known = {"name": _text, "url": _address, "avatar": _address}
    if _members(faults, place, value, known, "") and not value:
        faults.add(place, "says nothing of the author")


def _attachment(faults: Faults, place: str, value: Any) -> None:
    known: dict[str, Check] = {
        "url": _address,
        "mime_type": _matches(_MEDIA_TYPE, "media type"),
        "title": _text,
        "size_in_bytes": _positive,
        "duration_in_seconds": _positive,
    }
    _members(faults, place, value, known, "url mime_type")


def _item(faults: Faults, place: str, value: Any) -> None:
    known: dict[str, Check] = {
        "id": _text,
        "url": _address,
        "external_url": _address,
        "title": _text,
        "content_html": _text,
        "content_text": _text,
        "summary": _text,
        "image": _address,
        "banner_image": _address,
        "date_published": _date,
        "date_modified": _date,
        "authors": _each(_author),
        "tags": _each(_text),
        "language": _matches(_LANGUAGE, "language tag"),
        "attachments": _each(_attachment),
    }
    if not _members(faults, place, value, known, "id url title date_published"):
        return
    if not {"content_html", "content_text"} & set(value):
        faults.add(place, "has no content")
    if len(set(value.get("tags", ()))) < len(value.get("tags", ())):
        faults.add(place, "has a tag twice")
    titles = Counter(one.get("title") for one in value.get("attachments", ()) if "title" in one)
    if any(number > 1 for number in titles.values()):
        faults.add(place, "has attachments of one title, as if they were the same thing")
    if "<iframe" in value.get("content_html", "") or "<script" in value.get("content_html", ""):
        faults.add(place, "has content that is not safe")


def _items(faults: Faults, place: str, value: Any) -> None:
    if not isinstance(value, list):
        faults.add(place, "is no list")
        return
    for number, one in enumerate(value):
        _item(faults, f"{place}[{number}]", one)
    ids = Counter(one.get("id") for one in value if isinstance(one, dict))
    for twice in (name for name, number in ids.items() if number > 1):
        faults.add(place, f"has the id {twice!r} twice")


def _version(faults: Faults, place: str, value: Any) -> None:
    if value != VERSION:
        faults.add(place, f"{value!r} is not {VERSION}")


def _about(value: Any) -> Iterator[tuple[str, str]]:
    """Yield each extension's name, and what it says of itself, in the document's order."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key.startswith("_") and isinstance(member, dict):
                yield key, member.get("about", "")
            yield from _about(member)
    elif isinstance(value, list):
        for member in value:
            yield from _about(member)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = [key for key, number in Counter(key for key, _ in pairs).items() if number > 1]
    if twice:
        raise ValueError(f"the key {twice[0]!r} occurs twice")
    return dict(pairs)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def complaints(data: bytes) -> list[str]:
    """Return what is wrong with a JSON Feed."""
    faults = Faults()
    try:
        document = json.loads(data.decode(), object_pairs_hook=_unique, parse_constant=_no_number)
    except ValueError as error:
        return [f"$: {error}"]
    if data.startswith(b"\xef\xbb\xbf") or not data.endswith(b"}\n"):
        faults.add("$", "does not begin with an object and end with a line's end")
    if b"\\u" in data.replace(b"\\\\", b"") and re.search(rb"\\u(?!00[01])", data.replace(b"\\\\", b"")):
        faults.add("$", "spells in escapes what UTF-8 can")
    known: dict[str, Check] = {
        "version": _version,
        "title": _text,
        "home_page_url": _address,
        "feed_url": _address,
        "description": _text,
        "user_comment": _text,
        "next_url": _address,
        "icon": _address,
        "favicon": _address,
        "authors": _each(_author),
        "language": _matches(_LANGUAGE, "language tag"),
        "items": _items,
    }
    if _members(faults, "$", document, known, "version title home_page_url feed_url items"):
        if next(iter(document)) != "version":
            faults.add("$", "does not begin with its version")
        seen: dict[str, bool] = {}
        for name, about in _about(document):
            seen[name] = seen.get(name, False) or bool(about)
        for name in (name for name, is_told in seen.items() if not is_told):
            faults.add("$", f"{name} does not say what it is about")
        plain = [(f"$.{key}", document.get(key, "")) for key in ("title", "description")]
        for place, value in plain:
            if isinstance(value, str) and _MARKUP.search(value):
                faults.add(place, "is HTML, where plain text belongs")
    return faults
