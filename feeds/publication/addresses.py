"""Addresses at which no document is: what stands behind them all the same."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from feeds import formats
from feeds.formats import PAGE
from feeds.model.topics import slug

_SHORT = {
    "/feed": "/all.rss",
    "/feed.xml": "/all.rss",
    "/rss.xml": "/all.rss",
    "/feed.rss": "/all.rss",
    "/atom.xml": "/all.atom",
    "/feed.atom": "/all.atom",
    "/feed.json": "/all.json",
}
_MANIFEST = "/manifest.json"
"""Ends as a feed does, and is none."""
_TOPICS = "/topics/"
_ARCHIVE = re.compile(r"(/.+)(/archive/[0-9]{4}-[0-9]{2}\.atom)")
"""The path of an archive document: that of its feed, and the rest."""
_OF_TOPIC = re.compile(r"/topics/([^/.]+)([/.].*)")
LONGEST = 1000
"""No document has a longer path, in characters."""


class Offer(NamedTuple):
    """A document that may stand for an address."""

    path: str
    media_type: str


def offers(path: str, paths: Collection[str]) -> list[Offer]:
    """Return the documents of the feed that a path without a suffix names, such as /all or /topics/ai.

    The feed's formats come first, the page for people last; nothing, if there is no such feed.
    """
    found = [
        Offer(path + format_.suffix, format_.media_type)
        for format_ in formats.feed_formats(formats.FORMATS)
        if path + format_.suffix in paths and path + format_.suffix != _MANIFEST
    ]
    page = "/" if path == "/all" else f"{path}/"
    return [*found, Offer(page, PAGE.media_type)] if found and page in paths else found


def feed_of(path: str, paths: Collection[str]) -> str:
    """Return the key of the feed that a path shows in some format, such as "topics/ai"; "" if none."""
    archive = _ARCHIVE.fullmatch(path)
    if archive and path in paths:
        return archive[1][1:]
    for suffix in (*formats.suffixes(), PAGE.suffix):
        if path.endswith(suffix) and path in paths and path != _MANIFEST:
            return path[1 : -len(suffix)]
    return path[1:] if offers(path, paths) else ""


def moved(path: str, paths: Collection[str], redirects: Mapping[str, str]) -> str | None:
    """Return the path that one which is not in use means, or None.

    Old, short and misspelt paths: names under which a topic was known, slashes too many or too few, upper
    case, index.html, a topic's name instead of its slug. ``redirects`` are slugs that stand for other slugs.
    """
    if len(path) > LONGEST:
        return None
    is_folder = path.endswith(("/", "/index.html"))
    for meant in _meant(path, redirects):
        forms = (f"{meant}/", meant) if is_folder else (meant, f"{meant}/")
        for form in forms if meant else ("/",):
            if form != path and (form in paths or (form == meant and offers(form, paths))):
                return form
    return None


def all_moved(paths: Iterable[str], redirects: Mapping[str, str]) -> dict[str, str]:
    """Return every old or short path that stands for one of these documents, and that document's path.

    It is what `moved` answers for exact paths, all at once, for hosts that have to be told beforehand.
    """
    there = dict.fromkeys(paths)
    rests: dict[str, list[str]] = {}
    for path in there:
        if match := _OF_TOPIC.fullmatch(path):
            rests.setdefault(match[1], []).append(match[2])
    found = {short: target for short, target in _SHORT.items() if target in there}
    for alias, key in sorted(redirects.items()):
        for rest in rests.get(key, ()):
            found[f"{_TOPICS}{alias}{rest}"] = f"{_TOPICS}{key}{rest}"
            if rest == "/":
                found[f"{_TOPICS}{alias}"] = f"{_TOPICS}{key}/"
    return {old: target for old, target in found.items() if old not in there}


def is_gone(path: str, retired: Collection[str]) -> bool:
    """Whether a path belongs to a topic that is no more."""
    if len(path) > LONGEST:
        return False
    own = "/".join(_tidy(path).split("/")[:3])
    return _topic(own)[0] in retired


def _meant(path: str, redirects: Mapping[str, str]) -> Iterator[str]:
    """Yield what a path may mean, without slashes at its end: the nearest first."""
    tidy = _tidy(path)
    short = _SHORT.get(tidy.lower())
    if short:
        yield short
    yield tidy
    yield tidy.lower()
    archive = _ARCHIVE.fullmatch(tidy)
    key, suffix = _topic(archive[1] if archive else tidy)
    if key:
        yield f"{_TOPICS}{redirects.get(key, key)}{suffix}{archive[2] if archive else ''}"


def _tidy(path: str) -> str:
    return "".join(f"/{part}" for part in path.removesuffix("/index.html").split("/") if part)


def _topic(tidy: str) -> tuple[str, str]:
    """Return the slug and the suffix of a topic's path, or twice ""."""
    name = tidy[len(_TOPICS) :]
    if not tidy.lower().startswith(_TOPICS) or not name or "/" in name:
        return "", ""
    stem, dot, suffix = name.rpartition(".")
    known = (dot + suffix).lower() in formats.suffixes()
    return slug(stem if known else name), (dot + suffix).lower() if known else ""
