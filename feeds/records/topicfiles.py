"""Topic files: YAML that describes one topic each, as sites of this family keep them in _data/topics."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from feeds.errors import Problem, RecordRejected, dotted
from feeds.model.topics import Topic, slug
from feeds.text import cleaning

from . import files, sitepictures, syntax
from .fields import convert
from .sitepictures import Warn
from .values import Place, Value

_MAX_BYTES = 1_000_000


class _Fields(msgspec.Struct):
    name: str | None = None
    title: str | None = None
    description: str | None = None
    parent: str | None = None
    keywords: list[str | None] | str | None = None
    aliases: list[str | None] | str | None = None
    shortname: Value = None
    id: Value = msgspec.field(name="_id", default=None)
    hashtags: Value = None
    image: Value = None
    images: Value = None


def read_all(root: Path, patterns: tuple[str, ...], site_url: str = "") -> tuple[list[Topic], list[Problem]]:
    """Read every topic file under the folders and globs. One that cannot be read is a problem of its own.

    Of two files about one topic the first by path counts; the other is a problem. ``site_url`` is the folder
    that pictures are relative to.
    """
    topics: dict[str, Topic] = {}
    owners: dict[str, str] = {}
    problems: list[Problem] = []
    folders = files.find(root, patterns, key="topics")
    for path in sorted(folder.path_of(name) for folder in folders for name in folder.files):
        topic, found = _read(root, path, site_url)
        problems += found
        if topic is None:
            continue
        if topic.slug in topics:
            problems.append(Problem(path, 1, "name", f"describes the topic {topic.slug!r} a second time"))
            continue
        for alias in topic.aliases:
            if alias in owners:
                reason = f"{alias!r} stands for the topic {owners[alias]!r} already; it is left out here"
                problems.append(Problem(path, 1, "aliases", reason, "warning"))
        kept = tuple(alias for alias in topic.aliases if alias not in owners)
        owners |= dict.fromkeys(kept, topic.slug)
        topics[topic.slug] = msgspec.structs.replace(topic, aliases=kept)
    return list(topics.values()), problems


def _read(root: Path, path: str, site_url: str) -> tuple[Topic | None, list[Problem]]:
    """Read one topic file; return the topic, or None, and what is wrong with the file."""
    suffix = Path(path).suffix.lower()
    warnings: list[tuple[Place, str]] = []
    topic = None
    try:
        data = files.read(str(root), path, _MAX_BYTES)
        topic = parse(data, suffix, site_url, lambda *warning: warnings.append(warning))
    except RecordRejected as error:
        line = error.line or (syntax.locator(data, suffix)(error.where) if error.where else 0)
        return None, [Problem(path, line, dotted(error.where), error.reason)]
    line_of = syntax.locator(data, suffix) if warnings else None
    return topic, [
        Problem(path, line_of(where) if line_of else 0, dotted(where), reason, "warning")
        for where, reason in warnings
    ]


def place_of(root: Path, patterns: tuple[str, ...], key: str, field: str) -> tuple[str, int]:
    """Return the file that describes a topic ("" if there is none), and the line of a field in it."""
    for folder in files.find(root, patterns, key="topics"):
        for name in sorted(folder.files):
            path = folder.path_of(name)
            suffix = Path(path).suffix.lower()
            with contextlib.suppress(RecordRejected):
                data = files.read(str(root), path, _MAX_BYTES)
                if parse(data, suffix).slug == key:
                    return path, syntax.locator(data, suffix)((field,))
    return "", 0


def parse(data: bytes, suffix: str, site_url: str = "", warn: Warn = lambda _where, _reason: None) -> Topic:
    """Read one topic file; ``warn`` is told of what is left out.

    Raises RecordRejected: broken YAML, no name, a field of the wrong type.
    """
    known = convert(syntax.parse(data, suffix).fields, _Fields)
    title, name, parent = (next(_texts(value), "") for value in (known.title, known.name, known.parent))
    if not name and not title:
        raise RecordRejected("has no name", line=1)
    key = slug(name or title)
    others = [
        slug(text)
        for field, value in (("_id", known.id), ("shortname", known.shortname))
        for text in _lenient(field, value, warn)
        if slug(text) != key
    ]
    field = "images" if known.images else "image"
    return Topic(
        slug=key,
        title=title or name,
        description=cleaning.without_markup(known.description or ""),
        parent=slug(parent) if parent else "",
        keywords=_keywords(_texts(known.keywords), _hashtags(_lenient("hashtags", known.hashtags, warn))),
        aliases=tuple(dict.fromkeys((*map(slug, _texts(known.aliases)), *others))),
        image=sitepictures.picture(known.images or known.image, (field,), site_url, warn),
    )


def _texts(value: Value) -> Iterator[str]:
    for item in [value] if isinstance(value, str) else value or ():
        cleaned = cleaning.plain(item or "")
        if cleaned:
            yield cleaned


def _lenient(field: str, value: Value, warn: Warn) -> list[str]:
    """Return the texts of a field that costs no topic anything, whatever stands there."""
    items = value if isinstance(value, list) else [value]
    if any(item is not None and not isinstance(item, str) for item in items):
        warn((field,), "is neither text nor a list of texts; what is not is left out")
    return list(_texts([item for item in items if isinstance(item, str)]))


def _hashtags(texts: Iterable[str]) -> Iterator[str]:
    """Yield the words of hashtags, which may stand in one text."""
    for text in texts:
        yield from filter(None, (word.strip("#,") for word in text.split()))


def _keywords(keywords: Iterable[str], hashtags: Iterable[str]) -> tuple[str, ...]:
    """Return keywords, each once, and the hashtags that are not among them: spaces have no place in those."""
    found = dict.fromkeys(keywords)
    known = {keyword.casefold().replace(" ", "") for keyword in found}
    new = {tag.casefold(): tag for tag in reversed(tuple(hashtags)) if tag.casefold() not in known}
    return (*found, *reversed(new.values()))


def merged(described: list[Topic], by_files: list[Topic]) -> list[Topic]:
    """Complete what config.toml says of topics with what topic files say; config.toml goes first."""
    known = {topic.slug: topic for topic in by_files}
    for topic in described:
        base = known.get(topic.slug, topic)
        known[topic.slug] = msgspec.structs.replace(
            topic,
            title=topic.title or base.title,
            description=topic.description or base.description,
            parent=topic.parent or base.parent,
            keywords=topic.keywords or base.keywords,
            aliases=tuple(dict.fromkeys((*topic.aliases, *base.aliases))),
            image=topic.image or base.image,
        )
    # An alias that is itself a topic with a description stays a topic.
    return [
        msgspec.structs.replace(topic, aliases=tuple(alias for alias in topic.aliases if alias not in known))
        for topic in known.values()
    ]
