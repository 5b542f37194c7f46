"""What is wrong with a configuration: collected, each fault with its line, in words for people."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping

from feeds.errors import ConfigError, ConfigFault
from feeds.text.excerpt import shown_line

Override = Mapping[str, Mapping[str, object]]
"""Values from the command line that go before the file's: table → key → value."""

Where = tuple[str, ...]
"""The way to a key; the tables of ``[[feeds]]`` are numbered from 1: ``("feeds", "[1]", "name")``."""


class Faults:
    """Collects what is wrong with one configuration."""

    def __init__(self, path: str, source: str, override: Override) -> None:
        self._path = path
        self._source = source
        self._override = override
        self._found: list[ConfigFault] = []
        self.names: dict[str, str] = {}
        """The slug of a topic's table → the name that the file gives it."""
        self.settings = "feeds"
        """How the file calls the table of what all feeds have in common."""

    def line_of(self, where: Where) -> int:
        """Return the line of the file on which a key stands, or its table's; 0 if it is not in the file."""
        return line_of(self._source, where)

    def lines(self) -> dict[Where, int]:
        """Return the line of each table and key of the file."""
        return lines_of(self._source)

    def add(self, where: Where, reason: str) -> None:
        """Note what is wrong with a key."""
        fault = self.fault(where, reason)
        if fault not in self._found:
            self._found.append(fault)

    def fault(self, where: Where, reason: str) -> ConfigFault:
        """Return what is said of a key, with its place, without noting it."""
        if where[:1] == ("topics",) and len(where) > 1:
            where = ("topics", self.names.get(where[1], where[1]), *where[2:])
        if where[1:] and where[1] in self._override.get(where[0], {}):
            return ConfigFault("the command line", 0, ".".join(where), reason)
        if where[:1] == ("feeds",) and not (where[1:] and where[1].startswith("[")):
            where = (self.settings, *where[1:])
        key = ".".join(where).replace(".[", "[")
        return ConfigFault(self._path, self.line_of(where), key, reason)

    def raise_all(self) -> None:
        """Raise ConfigError with all that was found, by line, if anything was."""
        if self._found:
            # Sorting is stable: faults of one line stay in the order of the checks.
            raise ConfigError(*sorted(self._found, key=lambda fault: fault.line))


def line_of(source: str, where: Where) -> int:
    """Return the line of config.toml on which a key stands, or its table's; 0 if it is not in the file."""
    best = 0
    for number, place, kind in _places(source):
        if kind == "array" and place[:1] == where and not best:
            best = number
        if kind == "key":
            if place == where:
                return number
            if place == where[:-1]:
                best = number
        elif place == where[: len(place)]:
            best = number if len(place) < len(where) or not best else best
            if place == where:
                return number
    return best


def lines_of(source: str) -> dict[Where, int]:
    """Return the line of each table and key of config.toml."""
    found: dict[Where, int] = {}
    for number, place, _ in _places(source):
        found.setdefault(place, number)
    return found


def _places(source: str) -> Iterator[tuple[int, Where, str]]:
    """Yield line and way of each table and key; the kind is "table", "array" (of tables) or "key"."""
    seen: Counter[str] = Counter()
    table: Where = ()
    for number, line in enumerate(map(str.strip, source.split("\n")), 1):
        array = re.fullmatch(r"\[\[\s*([\w-]+)\s*\]\](?:\s*#.*)?", line)
        header = array or (None if line.startswith("[[") else re.match(r"\[([^\]]+)\]", line))
        if array:
            seen[array[1]] += 1
        if header:
            table = (header[1], f"[{seen[header[1]]}]") if array else _key_parts(header[1])
            yield number, table, "array" if array else "table"
            continue
        key = re.match(r"((?:[\w.-]|\"[^\"]*\"|'[^']*'|\s)+)=", line)
        if key:
            yield number, (*table, *_key_parts(key[1])), "key"


def _key_parts(dotted: str) -> Where:
    return tuple(part.strip().strip("\"'") for part in re.findall(r"\"[^\"]*\"|'[^']*'|[^.\s][^.]*", dotted))


# What tomllib says → what people are told. The first that fits counts; what none fits is said as a whole.
_TOML: tuple[tuple[str, str], ...] = (
    (r"^Cannot|Duplicate", "a table or key of this name is there already"),
    (r"Expected '=' after", "a key is followed by = and a value"),
    (
        r"Invalid initial character for a key",
        "no key can begin like this; one of other signs stands in quotes",
    ),
    (r"Unclosed array", "a bracket [ is not closed by ], or a comma is missing between its values"),
    (r"Unclosed inline table", "a brace { is not closed by }, or a comma is missing between its values"),
    (r"\]' at the end of a table", "the name of a table is not closed by ]"),
    (r"\]\]' at the end of an array", "the name of a table is not closed by ]]"),
    (
        r"Unescaped '\\'|Invalid hex|not a Unicode scalar",
        "a backslash in double quotes is written \\\\, or the text stands in single quotes",
    ),
    (r"Illegal character '\\n'", "a quotation mark that opens on this line has no end on it"),
    (r"Unterminated string|Expected \"'|Expected '\"", "a quotation mark that opens has no end"),
    (r"Illegal character|invalid character", "this line has a character that TOML does not allow"),
    (r"Invalid date", "there is no such date or time"),
    (
        r"Expected newline",
        "the line goes on after its value: text stands in quotes, and each key on its own line",
    ),
    (r"Invalid statement", "a line is a [table], or a key with = and a value"),
)


def toml_fault(path: str, source: str, error: tomllib.TOMLDecodeError) -> ConfigFault:
    """Return what keeps a text from being TOML, with its line and in words for people."""
    said = str(error)
    at = re.search(r"\(at line (\d+), column (\d+)\)", said)
    line, column = source.rstrip("\n").count("\n") + 1, 0
    if at:
        line, column = int(at[1]), int(at[2])
    elif "at end of document" in said and (opening := max(source.rfind("'''"), source.rfind('"""'))) >= 0:
        # Of a text of many lines that has no end, its opening is what people have to look at.
        line = source.count("\n", 0, opening) + 1
    said = re.sub(r" \(at [^()]*\)$", "", said)
    settings = re.search(r"^[ \t]*\[[ \t]*feeds[ \t]*\]", source, re.M)
    if settings and said.startswith("Cannot") and line_of(source, ("feeds", "[1]")):
        reason = "and [[feeds]] cannot stand in one file; the settings of [feeds] go into [defaults]"
        return ConfigFault(path, source.count("\n", 0, settings.start()) + 1, "[feeds]", reason)
    if said.startswith("Invalid value"):
        rest = source.split("\n")[line - 1][column - 1 :] if at else ""
        reason = _bare_value(rest)
    else:
        found = (sentence for pattern, sentence in _TOML if re.search(pattern, said))
        reason = next(found, f"nothing can be made of this ({said})")
    return ConfigFault(path, line, "", f"is no TOML: {reason}{shown_line(source, line, column)}")


def _bare_value(rest: str) -> str:
    """Say why what stands after a = is no value."""
    if rest[:1] in tuple("“”„‘’"):
        return "only straight quotation marks, \" or ', begin a text"
    word = re.match(r"\w*", rest)
    if word and word[0].lower() in ("true", "false"):
        return "true and false are written in small letters"
    return "a value is missing" if not rest.strip() else "this is no value; text has to stand in quotes"
