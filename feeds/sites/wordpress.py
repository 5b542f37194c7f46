"""WordPress's export (WXR, one XML file): posts become records, pictures keep their addresses.

The file is read item by item. What a document type declares is never read: a file that has one is refused.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from lxml import etree

from feeds.errors import FeedsError

from .bodies import html_of
from .site import Site

RECORDS = "records"
MOST_BYTES = 1_000_000_000
_HEAD = 65_536
_NO_DATE = "0000-00-00 00:00:00"
_SIGNS = re.compile(r"[^\w-]+")
_UNFILED = "uncategorized"


class Picture(NamedTuple):
    """An attachment that is a picture."""

    url: str
    title: str
    alt: str


class _Export(NamedTuple):
    """What the whole export says, but for its posts."""

    title: str
    description: str
    url: str
    language: str
    authors: dict[str, str]
    """Login → the name that is shown."""
    pictures: dict[str, Picture]
    """By number."""
    others: Counter[str]
    """How many items there are of each type that is no post."""


def records_of(file: Path, folder: Path) -> tuple[Site, list[str]]:
    """Write a record for each post into ``folder``, and return what is found of the site, and notes.

    Raises FeedsError where the file is no export, or where there are records already.
    """
    home = folder / RECORDS
    if home.exists() and any(home.iterdir()):
        raise FeedsError(f"{home} is there already, and not empty; nothing was changed")
    export = _export(file)
    written: Counter[str] = Counter()
    shortcodes: Counter[str] = Counter()
    names: set[str] = set()
    try:
        home.mkdir(parents=True, exist_ok=True)
        for item in _items(file):
            if _text(item, "post_type") != "post":
                continue
            fields, name = _fields(item, export), _file_name(item)
            if name in names:
                name = f"{name}-{_text(item, 'post_id')}"
            names.add(name)
            body = html_of(_text(item, "encoded", within="content"), export.pictures, shortcodes)
            lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
            content = "\n".join(("---", *lines, "---", body, ""))
            (home / f"{name}.html").write_text(content, encoding="utf-8")
            written[str(fields.get("status", ""))] += 1
    except OSError as error:
        raise FeedsError(f"{error.filename}: {error.strerror}") from None
    notes = [f"made {home}: {sum(written.values()):,} records of posts"]
    if export.others:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(export.others.items()))
        notes.append(f"not taken over, because they are no posts: {kinds}")
    if shortcodes:
        kinds = ", ".join(f"[{name}] {number}×" for name, number in shortcodes.most_common(10))
        notes.append(f"shortcodes of plugins were left out of bodies: {kinds}")
    site = Site(
        dialect="wordpress",
        root=folder,
        title=export.title,
        description=export.description,
        url=export.url,
        language=export.language,
        paths=(RECORDS,),
        notes=("all dates are in UTC, as WordPress exports them",),
    )
    return site, notes


def _items(file: Path) -> Iterator[Any]:
    """Yield each item, which is gone when the next one is asked for."""
    # Elements of namespaces that differ by version (1.0, 1.1, 1.2) are told apart by their local names.
    for _, element in _parsed(file):
        if _local(element) == "item":
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _parsed(file: Path) -> Iterator[tuple[str, Any]]:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise FeedsError(f"{file}: is larger than {MOST_BYTES:,} bytes; WordPress can export in parts")
        with file.open("rb") as opened:
            if b"<!doctype" in opened.read(_HEAD).lower():
                raise FeedsError(f"{file}: has a document type, which no export of WordPress's has")
        yield from etree.iterparse(
            str(file),
            events=("end",),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            recover=True,
        )
    except OSError as error:
        raise FeedsError(f"{file}: cannot be read: {error.strerror or error}") from None
    except etree.XMLSyntaxError as error:
        raise FeedsError(f"{file}: is no XML: {error.msg}") from None


def _export(file: Path) -> _Export:
    """Read everything but posts. Raises FeedsError where it is no export."""
    said: dict[str, str] = {}
    authors: dict[str, str] = {}
    pictures: dict[str, Picture] = {}
    others: Counter[str] = Counter()
    for _, element in _parsed(file):
        name = _local(element)
        if name == "author" and _text(element, "author_login"):
            login = _text(element, "author_login")
            authors[login] = _text(element, "author_display_name") or login
        elif name == "item":
            kind = _text(element, "post_type")
            if kind == "attachment":
                number, url = _text(element, "post_id"), _text(element, "attachment_url")
                alt = _meta(element, "_wp_attachment_image_alt")
                pictures[number] = Picture(url, _text(element, "title"), alt)
            elif kind not in ("", "post"):
                others[kind] += 1
            element.clear()
        elif _local(element.getparent()) == "channel":
            said.setdefault(name, (element.text or "").strip())
    if "wxr_version" not in said:
        raise FeedsError(f"{file}: is no export of WordPress's: its channel has no wp:wxr_version")
    url = (said.get("base_blog_url") or said.get("link") or said.get("base_site_url", "")).rstrip("/")
    title, description = said.get("title", ""), said.get("description", "")
    return _Export(title, description, url, said.get("language", ""), authors, pictures, others)


def _local(element: Any) -> str:
    return etree.QName(element).localname if element is not None and isinstance(element.tag, str) else ""


def _text(item: Any, name: str, within: str = "") -> str:
    """Return the text of an item's part; ``within`` is a word of its namespace."""
    for child in item:
        if _local(child) == name and within in (etree.QName(child).namespace or ""):
            return (child.text or "").strip()
    return ""


def _meta(item: Any, key: str) -> str:
    for child in item:
        if _local(child) == "postmeta" and _text(child, "meta_key") == key:
            return _text(child, "meta_value")
    return ""


def _fields(item: Any, export: _Export) -> dict[str, Any]:
    """Return the fields of a post's record; empty ones are left out."""
    login = _text(item, "creator")
    topics = [
        (child.text or "").strip()
        for child in item
        if _local(child) == "category"
        and child.get("domain") in ("category", "post_tag", None)
        and child.get("nicename") != _UNFILED
    ]
    categories = [
        (child.text or "").strip()
        for child in item
        if _local(child) == "category" and child.get("domain") in ("category", None)
    ]
    status = "private" if _text(item, "post_password") else _text(item, "status")
    picture = export.pictures.get(_meta(item, "_thumbnail_id"))
    shown = {"url": picture.url, "alt": picture.alt} if picture and picture.url else None
    number = _text(item, "post_id")
    found = {
        "title": _text(item, "title") or f"Post {number}",
        "originalUrl": _text(item, "link"),
        "id": _text(item, "guid"),
        "publishedDateTime": _date(item, "post_date"),
        "updatedDateTime": _date(item, "post_modified"),
        "status": status,
        "slug": unquote(_text(item, "post_name")),
        "author": export.authors.get(login, login),
        "excerpt": _text(item, "encoded", within="excerpt"),
        "category": categories[0] if categories else "",
        "topics": list(dict.fromkeys(filter(None, topics))),
        "images": [{key: value for key, value in shown.items() if value}] if shown else [],
    }
    return {key: value for key, value in found.items() if value}


def _date(item: Any, name: str) -> str:
    """Return a date in UTC; of a draft, which has none there, that of the site's own time."""
    in_utc, there = _text(item, f"{name}_gmt"), _text(item, name)
    if in_utc and in_utc != _NO_DATE:
        return f"{in_utc.replace(' ', 'T')}Z"
    return there.replace(" ", "T") if there != _NO_DATE else ""


def _file_name(item: Any) -> str:
    slug = unquote(_text(item, "post_name")) or _text(item, "title").lower()
    stem = _SIGNS.sub("-", slug).strip("-")[:80] or f"post-{_text(item, 'post_id')}"
    return f"{_date(item, 'post_date')[:10] or '0000-00-00'}-{stem}".removeprefix("0000-00-00-")
