"""From the text of config.toml to a configuration, or to everything that is wrong with it."""

from __future__ import annotations

import difflib
import tomllib
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from feeds import formats
from feeds.errors import ConfigError, ConfigFault
from feeds.model.topics import slug

from . import dialects, redirects
from .checks import checked
from .faults import Faults, Override, Where, toml_fault
from .imagetable import ImagesTable
from .tables import AuthorTable, Config, Feeds, FeedTable, Rules, TopicTable
from .values import fits, mismatch

Table = TypeVar("Table", bound=msgspec.Struct)

_NOT_IN_FILE = frozenset(("path", "root", "named", "lines", "doubts"))
"""What of a Config no table of the file stands for."""


def load(path: str | Path, override: Override | None = None, named: str = "") -> Config:
    """Read a configuration file; messages call it ``named``, or else by its path.

    Raises ConfigError, which names file, line, key and reason of all that is wrong: unreadable, no TOML,
    unknown keys, wrong types, impossible values.
    """
    shown = named or str(path)
    try:
        source = Path(path).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        reason = "there is no such file; `feeds init DIR` makes a folder to start from"
        raise ConfigError(ConfigFault(shown, 0, "", reason)) from None
    except OSError as error:
        raise ConfigError(ConfigFault(shown, 0, "", f"cannot be read: {error.strerror}")) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        reason = f"is not UTF-8: the byte 0x{error.object[error.start]:02X} at position {error.start}"
        raise ConfigError(ConfigFault(shown, line, "", reason)) from None
    return parse(source, shown, root=str(Path(path).resolve().parent), override=override)


def parse(
    source: str, path: str = "config.toml", root: str = ".", override: Override | None = None
) -> Config:
    """Read a configuration from its text; as `load`, without a file."""
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(toml_fault(path, source, error)) from None
    except RecursionError:
        reason = "is no TOML for people: it is nested too deeply"
        raise ConfigError(ConfigFault(path, 0, "", reason)) from None
    for name, values in (override or {}).items():
        table = tables.setdefault(name, {})
        if isinstance(table, dict):
            table.update(values)
    faults = Faults(path, source, override or {})
    config = checked(_Reader(faults).config(tables, path, root), faults)
    faults.raise_all()
    return config


_RULES = frozenset(Rules.__struct_fields__) - {"status", "max_age_days"} | {"all_topics"}
"""What of a table of rules asks for something that an article has to have."""


class _Reader:
    """Turns TOML tables into typed ones; where a value is faulty, its default takes its place."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def config(self, given: dict[str, Any], path: str, root: str) -> Config:
        faults = self._faults
        tables = self._known(given, Config, ())
        named = self._named(tables.pop("feeds")) if isinstance(tables.get("feeds"), list) else {}
        lines = {name: faults.line_of(("feeds", f"[{number}]")) for number, name in enumerate(named, 1)}
        if "defaults" in tables:
            if "feeds" in tables:
                faults.add(("feeds",), "is the older name of [defaults], which is there too")
            faults.settings = "defaults"
            tables["feeds"] = tables.pop("defaults")
        topics = self._topics(tables.pop("topics", {}), lines)
        authors = self._authors(tables.pop("authors", {}))
        if "redirects" in tables:
            tables["redirects"] = self._redirects(tables["redirects"], lines)
        if isinstance(tables.get("records"), dict):
            tables["records"] = dialects.completed(tables["records"])
        for name, kind in typing.get_type_hints(Config).items():
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and name in tables:
                tables[name] = self._convert(tables[name], kind, (name,))
        for spelled, line in self._lines_of_rules(list(named)):
            lines.setdefault(spelled, line)
        return Config(
            path=path, root=root, named=named, lines=lines, topics=topics, authors=authors, **tables
        )

    def _lines_of_rules(self, named: list[str]) -> Iterator[tuple[str, int]]:
        """Yield the lines of what may turn out to fit no record, such as "feeds.NAME.types"."""
        for where, line in self._faults.lines().items():
            table, *rest = where
            if table == "topics" and rest:
                rest[0] = slug(rest[0])
            elif table == "feeds" and len(rest) == 2 and rest[0].strip("[]").isdecimal():
                number = int(rest[0].strip("[]"))
                rest[0] = named[number - 1] if number <= len(named) else rest[0]
            is_rule = table in ("select", "topics", "feeds") and rest and rest[-1] in _RULES
            is_topic = table == "topics" and len(rest) == 1
            if is_rule or is_topic or where[:2] == ("records", "fields"):
                yield ".".join((table, *rest)), line

    def _topics(self, tables: Any, lines: dict[str, int]) -> dict[str, TopicTable]:
        faults = self._faults
        topics: dict[str, TopicTable] = {}
        if not isinstance(tables, dict):
            faults.add(("topics",), "has to be tables [topics.SLUG]")
            return topics
        for name, table in tables.items():
            key = slug(name)
            first = faults.names.get(key) or name
            # The faults of a table are named by the name that it has itself.
            faults.names[key] = name
            converted = self._convert(table, TopicTable, ("topics", name))
            if key in topics:
                faults.add(("topics", name), f"describes the topic {key!r} a second time")
                faults.names[key] = first
                continue
            topics[key] = converted
            if isinstance(table, dict) and "parent" in table:
                lines[f"topics.{key}.parent"] = faults.line_of(("topics", name, "parent"))
        return topics

    def _authors(self, tables: Any) -> dict[str, AuthorTable]:
        if not isinstance(tables, dict):
            self._faults.add(("authors",), "has to be tables [authors.NAME]")
            return {}
        return {
            name: AuthorTable(name=table)
            if isinstance(table, str)
            else self._convert(table, AuthorTable, ("authors", name))
            for name, table in tables.items()
        }

    def _redirects(self, table: Any, lines: dict[str, int]) -> dict[str, str]:
        faults = self._faults
        found: dict[str, str] = {}
        if not isinstance(table, dict):
            faults.add(("redirects",), "has to be a table of old and new addresses")
            return found
        for old, new in table.items():
            where = ("redirects", old)
            try:
                rule = redirects.rule(old, new if isinstance(new, str) else "")
            except ValueError as error:
                faults.add(where, str(error) if isinstance(new, str) else mismatch(new, str))
                continue
            if rule.old in found:
                faults.add(where, "is there twice")
            found[rule.old] = rule.new
            lines[f"redirects.{rule.old}"] = faults.line_of(where)
        return found

    def _named(self, tables: list[Any]) -> dict[str, FeedTable]:
        faults = self._faults
        named: dict[str, FeedTable] = {}
        for number, table in enumerate(tables, 1):
            where = ("feeds", f"[{number}]")
            # A feed whose name is faulty keeps its place under its number, so that the others keep theirs.
            name = f"[{number}]"
            given: Any = table.get("name", "") if isinstance(table, dict) else None
            if given == "":
                faults.add(where, 'needs a name, such as name = "security-brief"')
            elif isinstance(given, str) and slug(given) != given:
                faults.add((*where, "name"), f"{given!r} is no slug; write {slug(given)!r}")
            elif isinstance(given, str) and given in named:
                faults.add((*where, "name"), f"{given!r} is the name of an earlier feed")
            elif isinstance(given, str):
                name = given
            converted = self._convert(table, FeedTable, where, name=name)
            named[name] = converted
            asked = set(map(slug, (*converted.all_topics, *converted.topics)))
            if refused := sorted(asked & set(map(slug, converted.exclude_topics))):
                faults.add((*where, "exclude_topics"), f"{refused[0]!r} is also asked for")
        return named

    def _convert(self, given: Any, kind: type[Table], where: Where, **instead: Any) -> Table:
        """Convert a table key by key; ``instead`` has the defaults of keys that have none."""
        hints = _hints(kind)
        sound: dict[str, Any] = {}
        for key, value in self._known(given, kind, where).items():
            if key == "images":
                sound[key] = self._convert(value, ImagesTable, (*where, key))
            elif fits(value, hints[key]):
                sound[key] = value
            else:
                self._faults.add((*where, key), mismatch(value, hints[key]))
        return msgspec.convert(instead | sound, kind)

    def _known(self, table: Any, kind: type, where: Where) -> dict[str, Any]:
        """Return what of a table has a key that exists."""
        if not isinstance(table, dict):
            self._faults.add(where, "has to be a table")
            return {}
        known = set(typing.get_type_hints(kind))
        if kind is Config:
            known = known - _NOT_IN_FILE | {"defaults"}
        for key in (key for key in table if key not in known):
            close = difflib.get_close_matches(key, known, 1, 0.6)
            hint = f'did you mean "{close[0]}"?' if close else f"known are {', '.join(sorted(known))}"
            self._faults.add((*where, key), f"is no key of {self._table_name(where)}; {hint}")
        return {key: value for key, value in table.items() if key in known}

    def _table_name(self, where: Where) -> str:
        if where == ("feeds",):
            return f"[{self._faults.settings}]"
        if where[1:] and where[1].startswith("["):
            return f"[[{where[0]}]]"
        return f"[{'.'.join(where)}]" if where else "the configuration"


def _hints(kind: type) -> dict[str, Any]:
    """Return the type of each of a table's keys. A format's name is one of those that the table has now."""
    hints = typing.get_type_hints(kind, include_extras=True)
    if kind is Feeds:
        literal: Any = Literal
        name: Any = literal[tuple(format_.name for format_ in formats.FORMATS)]
        hints["formats"] = types.GenericAlias(tuple, (name, ...))
    return hints
