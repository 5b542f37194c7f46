"""Author files: who is meant by the short names that records have, as in _data/authors.yml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from feeds.errors import Problem, RecordRejected, dotted
from feeds.model.article import Author

from . import files, frontmatter, people, syntax, toml
from .values import Place, Value, from_json, from_yaml

_MAX_BYTES = 1_000_000
_SUFFIXES = (*syntax.SUFFIXES, ".toml")
_KEYS = ("id", "key", "slug", "username", "short_name")
_INDEX = ("index", "_index")


def read_all(root: Path, patterns: tuple[str, ...], site_url: str) -> tuple[dict[str, Author], list[Problem]]:
    """Read every author file under the folders and globs: short names, folded, → people.

    A file lists people by short name, or describes one. One that cannot be read is a problem of its own.
    Raises FeedsError where a pattern names nothing.
    """
    found: dict[str, Author] = {}
    problems: list[Problem] = []
    for pattern in patterns:
        for path in _paths(root, pattern):
            try:
                value = _document(files.read(str(root), path, _MAX_BYTES), PurePosixPath(path).suffix.lower())
            except RecordRejected as error:
                problems.append(Problem(path, error.line, dotted(error.where), error.reason))
                continue
            for key, described, where in _people(value, path):
                try:
                    author = Author(*people.described(described, site_url))
                except ValueError as error:
                    problems.append(Problem(path, 1, dotted(where), str(error), "warning"))
                    continue
                if author.name:
                    found.setdefault(people.short(key), author)
    return found, problems


def _paths(root: Path, pattern: str) -> Iterator[str]:
    full = Path(files.full_path(root, pattern))
    places = [full] if full.exists() else sorted(root.glob(pattern))
    if not places:
        raise files.missing(root, pattern, "authors")
    for place in places:
        below = sorted(place.rglob("*")) if place.is_dir() else [place]
        for file in below:
            if file.suffix.lower() in _SUFFIXES and file.is_file():
                yield files.shown_path(root, str(file))


def _document(data: bytes, suffix: str) -> Value:
    if suffix in (*syntax.MARKDOWN, *syntax.HTML):
        return frontmatter.fields(frontmatter.split(syntax.decode(data)))
    parse = toml.from_toml if suffix == ".toml" else from_json if suffix in syntax.JSON else from_yaml
    return parse(syntax.decode(data))


def _people(value: Value, path: str) -> Iterator[tuple[str, dict[str, Value], Place]]:
    """Yield short names, what is said of who has it, and where."""
    if isinstance(value, list):
        for position, item in enumerate(value):
            if isinstance(item, dict):
                for key in _keys(item):
                    yield key, item, (position,)
    elif isinstance(value, dict) and people.name_of(value):
        file = PurePosixPath(path)
        for key in (file.parent.name if file.stem in _INDEX else file.stem, *_keys(value)):
            yield key, value, ()
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str):
                yield key, {"name": item}, (key,)
            elif isinstance(item, dict):
                yield key, {"name": key} | item, (key,)
            elif isinstance(item, list):
                # A table of lists, as [[authors]] in TOML.
                yield from _people(item, path)


def _keys(described: dict[str, Value]) -> Iterator[str]:
    for key in _KEYS:
        if isinstance(described.get(key), str):
            yield described[key]
