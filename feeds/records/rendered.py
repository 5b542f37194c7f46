"""The page that a site's generator made of an article: where its file is, and the body that stands there."""

from __future__ import annotations

import os
import stat
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from feeds.bodies import pages
from feeds.errors import RecordRejected
from feeds.text import references, urls

from . import files

_SUFFIX = ".html"
_OF_FOLDER = f"index{_SUFFIX}"
"""What a folder's own page is called, by every generator and server."""
MISSING, EMPTY, FOREIGN, REFUSED = "missing", "empty", "foreign", "refused"
"""Why there is no body: no page, none of its article's, another site's article, a page that is not read."""
_NOWHERE = (0, 0)


class Seen(NamedTuple):
    """The page that a record's body was looked for on, as it was then."""

    names: tuple[str, ...]
    """Where it may be, below the folder of pages: the first one that is there is it."""
    mtime_ns: int
    size: int
    """Nanoseconds and bytes; both 0 where there is no page."""


class Page(NamedTuple):
    """What a page has for its article."""

    seen: Seen
    name: str = ""
    """Where it is, or is to be, below the folder of pages; "" for another site's article."""
    selector: str = ""
    """By what the body was found."""
    html: str = ""
    fault: str = ""
    """Why there is no body, one of those above; "" if there is one."""
    reason: str = ""
    """Why the page is not read, in words."""


def selector_fault(selector: str) -> str:
    """Return why a text is no CSS selector, "" if it is one."""
    return pages.selector_fault(selector)


def names(url: str, site_url: str) -> tuple[str, ...]:
    """Return the files that may be an article's page, relative to the site's folder; () if it is not there.

    With or without "www." is the same site: both serve the same pages.
    """
    if not site_url:
        return ()
    site = urlsplit(references.folder_of(site_url))
    here = urlsplit(url)
    if _host(url) != _host(site_url) or not f"{here.path}/".startswith(site.path):
        return ()
    parts = [unquote(part) for part in here.path[len(site.path) :].split("/")]
    # What is no plain name could lead out of the folder.
    if any(part in (".", "..") or any(sign in part for sign in "/\\\0") for part in parts):
        return ()
    path = "/".join(parts)
    if not path or path.endswith("/"):
        return (path + _OF_FOLDER,)
    if path.lower().endswith((_SUFFIX, ".htm")):
        return (path,)
    return (path + _SUFFIX, f"{path}/{_OF_FOLDER}")


def _host(url: str) -> str:
    return urls.host(url).lower().removeprefix("www.")


def signature(folder: str, names: tuple[str, ...]) -> files.Signature:
    """Return time and size of the first of these files that is there; zeros if none is."""
    return _located(folder, names)[1]


def _located(folder: str, names: tuple[str, ...]) -> tuple[str, files.Signature]:
    for name in names:
        try:
            found = os.stat(f"{folder}/{name}")  # noqa: PTH116
        except (OSError, ValueError):
            continue
        if stat.S_ISREG(found.st_mode):
            return name, (found.st_mtime_ns, found.st_size)
    return "", _NOWHERE


def page_of(url: str, title: str, folder: str, selector: str, site_url: str, max_bytes: int) -> Page:
    """Return what the page of an article has for it. ``folder`` is the full path of the site's pages."""
    may_be = names(url, site_url)
    if not may_be:
        return Page(Seen((), *_NOWHERE), fault=FOREIGN)
    name, signature = _located(folder, may_be)
    seen = Seen(may_be, *signature)
    if not name:
        return Page(seen, may_be[0], fault=MISSING)
    try:
        text = _read(folder, name, max_bytes)
    except RecordRejected as error:
        return Page(seen, name, fault=REFUSED, reason=error.reason)
    found = pages.extract(text, selector, title)
    if found is None:
        return Page(seen, name, fault=EMPTY)
    return Page(seen, name, found.selector, found.html)


def _read(folder: str, name: str, max_bytes: int) -> str:
    """Return a page's text. Raises RecordRejected where it must not be read, or cannot."""
    root, real = os.path.realpath(folder), os.path.realpath(f"{folder}/{name}")
    if os.path.commonpath((root, real)) != root:
        raise RecordRejected("leads out of that folder")
    try:
        return files.read(folder, name, max_bytes).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RecordRejected("is not UTF-8") from None
