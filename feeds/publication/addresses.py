"""Addresses at which no document is: what stands behind them all the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from feeds import formats
from feeds.formats import PAGE
from feeds.model.paths import (
    CUSTOMARY,
    HOME,
    INDEX,
    MANIFEST,
    TOPICS,
    key_of,
    of_feed,
    of_page,
    parted,
    topic_in,
    topic_key,
)
from feeds.model.topics import slug

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
        if path + format_.suffix in paths and path + format_.suffix != MANIFEST
    ]
    page = of_page(key_of(path))
    return [*found, Offer(page, PAGE.media_type)] if found and page in paths else found


def feed_of(path: str, paths: Collection[str]) -> str:
    """Return the key of the feed that a path shows in some format, such as "topics/ai"; "" if none."""
    stem, rest = parted(path)
    if rest and path in paths:
        return key_of(stem)
    for suffix in (*formats.suffixes(), PAGE.suffix):
        if path.endswith(suffix) and path in paths and path != MANIFEST:
            return key_of(path, suffix)
    return key_of(path) if offers(path, paths) else ""


def moved(path: str, paths: Collection[str], redirects: Mapping[str, str]) -> str | None:
    """Return the path that one which is not in use means, or None.

    Old, short and misspelt paths: names under which a topic was known, slashes too many or too few, upper
    case, index.html, a topic's name instead of its slug. ``redirects`` are slugs that stand for other slugs.
    """
    if len(path) > LONGEST:
        return None
    is_folder = path.endswith(("/", INDEX))
    for meant in _meant(path, redirects):
        forms = (f"{meant}/", meant) if is_folder else (meant, f"{meant}/")
        for form in forms if meant else (HOME,):
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
        slug_in, rest = topic_in(path)
        if slug_in:
            rests.setdefault(slug_in, []).append(rest)
    found = {short: target for short, target in CUSTOMARY.items() if target in there}
    for alias, key in sorted(redirects.items()):
        for rest in rests.get(key, ()):
            found[_of_topic(alias, rest)] = _of_topic(key, rest)
            if rest == PAGE.suffix:
                found[_of_topic(alias, "")] = _of_topic(key, rest)
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
    short = CUSTOMARY.get(tidy.lower())
    if short:
        yield short
    yield tidy
    yield tidy.lower()
    stem, rest = parted(tidy)
    key, suffix = _topic(stem)
    if key:
        yield _of_topic(redirects.get(key, key), suffix + rest)


def _of_topic(key: str, rest: str) -> str:
    return of_feed(topic_key(key), rest)


def _tidy(path: str) -> str:
    return "".join(f"/{part}" for part in path.removesuffix(INDEX).split("/") if part)


def _topic(tidy: str) -> tuple[str, str]:
    """Return the slug and the suffix of a topic's path, or twice ""."""
    name = tidy[len(TOPICS) :]
    if not tidy.lower().startswith(TOPICS) or not name or "/" in name:
        return "", ""
    stem, dot, suffix = name.rpartition(".")
    known = (dot + suffix).lower() in formats.suffixes()
    return slug(stem if known else name), (dot + suffix).lower() if known else ""
