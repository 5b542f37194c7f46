"""What keeps a text from being YAML or JSON, in words for people.

Parsers say where they gave up and in which rule of their grammar. What people have to do about it shows in
the text there; where it does not, the parser's own words are passed on.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import yaml

from feeds.errors import RecordRejected
from feeds.text.excerpt import shown_line

MAX_DEPTH = 64
"""So deep may lists and mappings lie in each other."""
TOO_DEEP = "is nested too deeply"

_FIELD = re.compile(r"""[\s-]*(?:[\w.]+|"[^"]*"|'[^']*')[ \t]*:[ \t]+""")
_NO_SPACE = re.compile(r"[\s-]*[\w.]+:[^\s/]")
_QUOTING = {
    "*": "stands for repetition in YAML",
    "&": "marks what is repeated in YAML",
    "!": "names a type in YAML",
    ">": "opens a text of several lines in YAML",
    "|": "opens a text of several lines in YAML",
    "%": "means nothing in YAML",
    "@": "means nothing in YAML",
    "`": "means nothing in YAML",
    "[": "opens a list in YAML",
    "{": "opens a mapping in YAML",
    ",": "divides lists in YAML",
    "]": "closes a list in YAML",
    "}": "closes a mapping in YAML",
}


class _Spot(NamedTuple):
    """A place of a text: line and column count from 0."""

    line: int
    column: int
    text: str
    """The whole line."""

    @property
    def before(self) -> str:
        return self.text[: self.column].rstrip()

    @property
    def sign(self) -> str:
        return self.text[self.column : self.column + 1]


def yaml_fault(text: str, error: yaml.MarkedYAMLError, first_line: int) -> RecordRejected:
    """Return why a text is no YAML; ``first_line`` is the file's line it begins on."""
    ended, begun = _spot(text, error.problem_mark or error.context_mark), _spot(text, error.context_mark)
    if is_deep(text, ended):
        return RecordRejected(TOO_DEEP, line=ended.line + first_line)
    said = f"{error.context or ''} {error.problem or ''}"
    place, sentence = _understood(said, begun, ended, text)
    words = f"nothing can be made of this ({' '.join(said.split())})"
    return _broken("YAML", sentence or words, text, place, first_line)


def is_deep(text: str, spot: _Spot) -> bool:
    """Whether brackets or indentation up to a place are nested more deeply than any article's."""
    lines = text.split("\n")[: spot.line + 1]
    opened = deepest = 0
    for sign in re.findall(r"[\[\]{}]", "\n".join(lines)):
        opened += 1 if sign in "[{" else -1
        deepest = max(deepest, opened)
    dashes = re.match(r"(?:[-?:][ \t]+)*", spot.text.lstrip())
    return max(deepest, len(dashes[0].split()) if dashes else 0) > MAX_DEPTH


def _spot(text: str, mark: Any) -> _Spot:
    lines = text.split("\n")
    if mark and mark.line >= len(lines):
        # Parsers count a line more than there is after a text that ends without a line end.
        return _Spot(len(lines) - 1, len(lines[-1]), lines[-1])
    line = mark.line if mark else 0
    return _Spot(line, mark.column if mark else 0, lines[line])


def _understood(said: str, begun: _Spot, ended: _Spot, text: str) -> tuple[_Spot, str]:
    """Return the place that people have to look at, and what is wrong there ("" if nobody knows)."""
    if "\t" in ended.text[: _indent(ended.text)]:
        return ended._replace(column=ended.text.index("\t")), "a tab cannot indent; spaces can"
    if "quoted scalar" in said:
        if "stream" in said or "document" in said:
            return begun, "the quotation mark that opens here has no end"
        return ended, (
            "a backslash means something else in double quotation marks; "
            "it is written \\\\ there, or the text stands in single ones"
        )
    if any(word in said for word in ("alias", "anchor", "tag", "block scalar", "directive")):
        return begun, _to_be_quoted(begun.sign)
    if "simple key" in said:
        return begun, _no_field(begun)
    return _in_brackets(said, begun, ended, text) or _misplaced(ended, text)


def _in_brackets(said: str, begun: _Spot, ended: _Spot, text: str) -> tuple[_Spot, str] | None:
    """Understand what concerns lists and mappings in brackets, and signs that open nothing."""
    if "flow sequence" in said or "flow mapping" in said:
        if ended.sign == ":" and ended.line == begun.line:
            return ended, "a value with a colon in it has to stand in quotes"
        return begun, _unclosed(begun.sign)
    if "any token" in said:
        return ended, _to_be_quoted(ended.sign)
    if "node content" in said:
        if not ended.sign and (opening := _open_bracket(text)):
            return opening, _unclosed(opening.sign)
        return ended, "a value is missing before this" if "flow" in said else _to_be_quoted(ended.sign)
    return None


def _unclosed(bracket: str) -> str:
    return f"the bracket {bracket} that opens here is not closed, or a comma is missing in it"


def _open_bracket(text: str) -> _Spot | None:
    """Return the last bracket that is not closed, as far as this can be told without the grammar."""
    opened: list[int] = []
    for found in re.finditer(r"[\[{]|[\]}]", text):
        if found[0] in "[{":
            opened.append(found.start())
        elif opened:
            opened.pop()
    if not opened:
        return None
    line = text.count("\n", 0, opened[-1])
    return _Spot(line, opened[-1] - text.rfind("\n", 0, opened[-1]) - 1, text.split("\n")[line])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _no_field(spot: _Spot) -> str:
    if _NO_SPACE.match(spot.text):
        return "a space is missing after the colon"
    return "this line is no field: a field is a name, a colon and a value"


def _misplaced(spot: _Spot, text: str) -> tuple[_Spot, str]:
    """Say what is wrong with something that cannot stand where it does."""
    field = _FIELD.match(spot.text)
    is_in_value = field is not None and field.end() <= spot.column
    sentence = ""
    if is_in_value and spot.before.endswith(('"', "'")):
        sentence = (
            "the text goes on after its closing quotation mark; a quotation mark inside a text is written "
            "\\\" within double ones, '' within single ones"
        )
    elif is_in_value and spot.before.endswith(("]", "}")):
        sentence = "the value goes on after its closing bracket; a text with brackets has to stand in quotes"
    elif is_in_value and spot.sign == ":":
        sentence = "a value with a colon in it has to stand in quotes"
    elif spot.sign == "-" and spot.before.endswith(":"):
        sentence = "a list begins on a line of its own"
    elif not is_in_value:
        return _misindented(spot, text)
    return spot, sentence


def _misindented(spot: _Spot, text: str) -> tuple[_Spot, str]:
    """Say what is wrong with a line that cannot stand where it does."""
    lines = text.split("\n")
    before = next((number for number in range(spot.line - 1, -1, -1) if lines[number].strip()), None)
    start = spot._replace(column=_indent(spot.text))
    if before is not None and _indent(lines[before]) == start.column:
        above = _Spot(before, start.column, lines[before])
        if not _FIELD.match(f"{above.text} ") and above.sign not in "-#":
            return above, _no_field(above)
    if start.sign == "-":
        return start, "the list item is indented otherwise than its list, or its field has a value already"
    return start, "the line is indented otherwise than the lines that it belongs to"


def _to_be_quoted(sign: str) -> str:
    meaning = _QUOTING.get(sign, "means something else in YAML")
    return f"a text that begins with {sign} has to stand in quotes, because {sign} {meaning}" if sign else ""


def unknown_alias(text: str, event: yaml.AliasEvent, first_line: int) -> RecordRejected:
    """Return why an alias stands for nothing: mostly because it is a text that begins with an asterisk."""
    spot = _spot(text, event.start_mark)
    reason = f"*{event.anchor} repeats what &{event.anchor} marks, which is not there before it"
    sentence = f"{reason}; a text that begins with * has to stand in quotes"
    return _broken("YAML", sentence, text, spot, first_line)


def json_fault(text: str, error: json.JSONDecodeError) -> RecordRejected:
    """Return why a text is no JSON."""
    position = min(error.pos, len(text))
    rest = text[position:].lstrip()
    before = text[:position].rstrip()
    if rest[:1] in (*"}]", ",") and (before.endswith(",") or re.match(r",\s*[}\]]", rest)):
        sentence = "the comma before a closing bracket is one too many"
    elif not rest:
        sentence = "it ends before its last bracket is closed" if before else "there is nothing in it"
    elif rest[0] in "}]," and not error.msg.startswith("Extra"):
        sentence = "a value is missing before this"
    elif rest[0] == "'":
        sentence = "text stands in double quotation marks, not in single ones"
    elif text[position] == '"' and error.msg.startswith("Unterminated"):
        sentence = "the quotation mark that opens here has no end"
    elif text[position] < " " and _in_text(before):
        sentence = "a line break or tab within quotation marks is written \\n or \\t"
    elif "\\" in text[max(position - 1, 0) : position + 1]:
        sentence = "a backslash within quotation marks is written \\\\"
    elif rest.startswith(("//", "/*", "#")):
        sentence = "JSON has no comments"
    elif re.match(r"True\b|False\b|None\b", rest):
        sentence = "JSON writes true, false and null"
    else:
        sentence = _missing(error.msg, rest)
    spot = _Spot(error.lineno - 1, error.colno - 1, "")
    return _broken("JSON", sentence or f"nothing can be made of this ({error.msg})", text, spot, 1)


def _in_text(before: str) -> bool:
    """Whether a quotation mark is open on the last line of a text."""
    return re.sub(r"\\.", "", before.rpartition("\n")[2]).count('"') % 2 == 1


def _missing(said: str, rest: str) -> str:
    if said.startswith("Extra"):
        return "it goes on after its last bracket"
    if "property name" in said:
        return "the name of a field stands in double quotation marks"
    if "','" in said:
        return 'a comma is missing before this, or a quotation mark inside a text is not written \\"'
    if "':'" in said:
        return "a colon is missing before this"
    return "this is no value; text stands in double quotation marks" if "value" in said and rest else ""


def unfit_character(text: str, character: str, first_line: int) -> RecordRejected:
    """Return the rejection for a character that YAML does not allow."""
    position = max(text.find(character), 0)
    spot = _Spot(text.count("\n", 0, position), position - text.rfind("\n", 0, position) - 1, "")
    return _broken("YAML", f"the character U+{ord(character):04X} is not allowed", text, spot, first_line)


def no_constant(name: str, text: str) -> RecordRejected:
    """Return the rejection for a number that JSON does not have."""
    found = re.search(rf"(?<![\w\"]){re.escape(name)}\b", text)
    start = found.start() if found else 0
    spot = _Spot(text.count("\n", 0, start), start - text.rfind("\n", 0, start) - 1, "")
    return _broken("JSON", f"{name} is not JSON", text, spot, 1)


def _broken(kind: str, sentence: str, text: str, spot: _Spot, first_line: int) -> RecordRejected:
    shown = shown_line(text, spot.line + 1, spot.column + 1)
    return RecordRejected(f"broken {kind}: {sentence}{shown}", line=spot.line + first_line)
