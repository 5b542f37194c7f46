"""Topics: what articles are about, each under a slug that depends on nothing but its name."""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

_SPELLED = {
    "+": "plus",
    "#": "sharp",
    "&": "and",
    "@": "at",
    "%": "percent",
    "*": "star",
    "=": "equals",
    "<": "less",
    ">": "greater",
    "!": "bang",
    "?": "question",
    "~": "tilde",
    "^": "caret",
    "|": "pipe",
    "\\": "backslash",
    "$": "dollar",
    "€": "euro",
    "£": "pound",
    "¥": "yen",
    "°": "degree",
    "§": "section",
}
_DOT = re.compile(r"(?<!\w)\.(?=\w)|(?<=\w)\.(?=\w)")
_LONGEST = 120


@functools.lru_cache(maxsize=16_384)
def slug(name: str) -> str:
    """Return the slug of a topic's name: never empty, the same on every machine and in every year.

    Case, spacing, hyphens and quotation marks make no difference; letters and digits of every script stay;
    signs that carry meaning are spelled out: ``C++`` is ``c-plus-plus``, ``C#`` ``c-sharp``, ``.NET``
    ``dot-net``, ``Node.js`` ``node-dot-js``. What else there is, such as an emoji, becomes its code point.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    words: list[str] = []
    word = ""
    for character in _DOT.sub(" dot ", folded):
        kind = unicodedata.category(character)[0]
        if kind in "LNM":
            word += character
            continue
        if character in "'’ʼ`":
            continue
        if word:
            words.append(word)
            word = ""
        if character in _SPELLED:
            words.append(_SPELLED[character])
        elif kind == "S":
            words.append(f"u{ord(character):x}")
    if word:
        words.append(word)
    signs = (f"u{ord(character):x}" for character in folded if not character.isspace())
    result = "-".join(words) or "-".join(signs) or "untitled"
    if len(result.encode()) <= _LONGEST:
        return result
    digest = hashlib.sha256(result.encode()).hexdigest()[:12]
    return f"{result.encode()[: _LONGEST - 13].decode(errors='ignore').strip('-')}-{digest}"


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A subject and what is known about it. ``slug`` names its feeds: /topics/SLUG.rss."""

    slug: str
    title: str
    description: str = ""
    parent: str = ""
    """The slug of the topic above this one, or ""."""
    keywords: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """Slugs under which the topic was known; their URLs redirect here."""
    is_retired: bool = False
    """Its URLs answer 410 Gone."""
    image: str = ""
    """The absolute URL of a picture of it, or ""."""


class Family(NamedTuple):
    """Which topic stands below which, by slug. Every topic with a faulty parent stands at the top."""

    parents: dict[str, str]
    faults: dict[str, str]
    """Topics whose parent is of no use → the reason."""


def family(topics: Mapping[str, Topic], aliases: Mapping[str, str]) -> Family:
    """Work out who stands below whom; ``aliases`` are slugs under which topics were known → their slugs now.

    A parent that is no topic is a fault, and so is one by which a topic would stand below itself.
    """
    parents: dict[str, str] = {}
    faults: dict[str, str] = {}
    for key, topic in topics.items():
        parent = aliases.get(topic.parent, topic.parent)
        if parent in topics:
            parents[key] = parent
        elif parent:
            faults[key] = f"{topic.parent!r} is no topic"
    for key in parents:
        way, above = [key], parents.get(key, "")
        while above and above not in way:
            way.append(above)
            above = parents.get(above, "")
        if above == key:
            faults[key] = f"puts the topic below itself: {' below '.join([*way, key])}"
    return Family({key: parent for key, parent in parents.items() if key not in faults}, faults)


def most_frequent(counts: Mapping[str, int]) -> str:
    """Choose among the spellings of one topic: the most frequent, then the first in code point order."""
    return min(counts, key=lambda name: (-counts[name], name))


def catalogue(names: Mapping[str, str], known: Iterable[Topic]) -> dict[str, Topic]:
    """Bring the topics that articles name and those that are described somewhere together, by slug.

    ``names`` gives each slug its most frequent spelling; a description without a title takes it from there.
    """
    topics = {key: Topic(slug=key, title=name) for key, name in names.items()}
    for topic in known:
        title = topic.title or names.get(topic.slug, "") or topic.slug
        topics[topic.slug] = msgspec.structs.replace(topic, title=title)
    return dict(sorted(topics.items()))
