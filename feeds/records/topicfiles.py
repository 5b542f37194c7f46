"""Topic files: YAML that describes one topic each, as sites of this family keep them in _data/topics."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from feeds.errors import Problem, RecordRejected, dotted
from feeds.model.topics import Topic, slug
from feeds.text import cleaning

from . import files, syntax
from .fields import convert
from .values import Value

_MAX_BYTES = 1_000_000


class _Fields(msgspec.Struct):
    name: str | None = None
    title: str | None = None
    description: str | None = None
    parent: str | None = None
    keywords: list[str | None] | str | None = None
    aliases: list[str | None] | str | None = None


def read_all(root: Path, patterns: tuple[str, ...]) -> tuple[list[Topic], list[Problem]]:
    """Read every topic file under the folders and globs. One that cannot be read is a problem of its own.

    Of two files about one topic the first by path counts; the other is a problem.
    """
    topics: dict[str, Topic] = {}
    problems: list[Problem] = []
    folders = files.find(root, patterns, key="topics")
    for path in sorted(folder.path_of(name) for folder in folders for name in folder.files):
        suffix = Path(path).suffix.lower()
        try:
            data = files.read(str(root), path, _MAX_BYTES)
            topic = parse(data, suffix)
        except RecordRejected as error:
            line = error.line or (syntax.locator(data, suffix)(error.where) if error.where else 0)
            problems.append(Problem(path, line, dotted(error.where), error.reason))
            continue
        if topic.slug in topics:
            problems.append(Problem(path, 1, "name", f"describes the topic {topic.slug!r} a second time"))
            continue
        topics[topic.slug] = topic
    return list(topics.values()), problems


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


def parse(data: bytes, suffix: str) -> Topic:
    """Read one topic file.

    Raises RecordRejected: broken YAML, no name, a field of the wrong type.
    """
    known = convert(syntax.parse(data, suffix).fields, _Fields)
    title, name, parent = (next(_texts(value), "") for value in (known.title, known.name, known.parent))
    if not name and not title:
        raise RecordRejected("has no name", line=1)
    return Topic(
        slug=slug(name or title),
        title=title or name,
        description=cleaning.without_markup(known.description or ""),
        parent=slug(parent) if parent else "",
        keywords=tuple(dict.fromkeys(_texts(known.keywords))),
        aliases=tuple(slug(alias) for alias in _texts(known.aliases)),
    )


def _texts(value: Value) -> Iterator[str]:
    for item in [value] if isinstance(value, str) else value or ():
        cleaned = cleaning.plain(item or "")
        if cleaned:
            yield cleaned


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
        )
    # An alias that is itself a topic with a description stays a topic.
    return [
        msgspec.structs.replace(topic, aliases=tuple(alias for alias in topic.aliases if alias not in known))
        for topic in known.values()
    ]
