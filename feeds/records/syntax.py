"""From a record's bytes to its fields and its body; no files are opened here."""

from __future__ import annotations

from typing import NamedTuple

from feeds.errors import RecordRejected

from . import frontmatter, plainyaml
from .values import Locate, Place, Value, from_json, from_yaml, json_lines, yaml_lines

MARKDOWN = (".md", ".markdown", ".mdx")
MDX = ".mdx"
HTML = (".html", ".htm")
YAML = (".yaml", ".yml")
JSON = (".json",)
SUFFIXES = (*MARKDOWN, *HTML, *YAML, *JSON)
_BODY_FORMATS = {**dict.fromkeys(HTML, "html"), MDX: "mdx"}


class Parsed(NamedTuple):
    """A record taken apart: its fields as text leaves, and its body as written."""

    fields: dict[str, Value]
    body: str
    body_format: str
    """"markdown", "mdx", "html" or "" (no body)."""
    is_whole: bool = True
    """Whether all related articles were read, and not only so many as are shown."""


def parse(data: bytes, suffix: str, related: int = 0) -> Parsed:
    """Take a record apart. ``suffix`` is the file's, in lower case, with its dot.

    Of more related articles than ``related`` the others may be left unread; 0 has all of them read.

    Raises RecordRejected: not UTF-8, no front matter, broken YAML or JSON, duplicate keys, no mapping.
    """
    text = decode(data)
    if suffix in JSON:
        return Parsed(_mapping(from_json(text)), "", "")
    if suffix in YAML:
        return Parsed(_mapping(plainyaml.read(text) or from_yaml(text)), "", "")
    front = frontmatter.split(text)
    is_whole = True
    if front.kind == "YAML":
        shorter = plainyaml.without_more_related(front.text, related) if related else front.text
        fields = _mapping(plainyaml.read(shorter) or frontmatter.fields(front))
        is_whole = len(shorter) == len(front.text)
    else:
        fields = _mapping(frontmatter.fields(front))
    if "Title" in fields and "title" not in fields:
        fields = _uncapitalised(fields)
    body = front.body
    if not body or body.isspace():
        return Parsed(fields, "", "", is_whole)
    return Parsed(fields, body, _BODY_FORMATS.get(suffix, "markdown"), is_whole)


def locator(data: bytes, suffix: str) -> Locate:
    """Return what tells the file's line on which a field begins: made only where messages need it."""
    text = decode(data)
    if suffix in JSON:
        return json_lines(text)
    if suffix in YAML:
        return yaml_lines(text)
    lines = frontmatter.locator(frontmatter.split(text))

    def locate(where: Place) -> int:
        return max(lines(where), lines((str(where[0]).capitalize(), *where[1:]))) if where else lines(where)

    return locate


def _uncapitalised(fields: dict[str, Value]) -> dict[str, Value]:
    """Spell names as most people do: Pelican and Hugo make no difference between ``Title`` and ``title``."""
    small = {name[:1].lower() + name[1:]: value for name, value in fields.items()}
    return small | {name: value for name, value in fields.items() if name in small}


def decode(data: bytes) -> str:
    """Decode a record's UTF-8, with or without a byte order mark, line ends as LF."""
    try:
        text = data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"is not UTF-8: the byte 0x{data[error.start]:02X} at position {error.start}"
        raise RecordRejected(reason, line=line) from None
    if "\0" in text:
        raise RecordRejected("contains a NUL character", line=text.count("\n", 0, text.index("\0")) + 1)
    return text.replace("\r\n", "\n")


def _mapping(value: Value) -> dict[str, Value]:
    if value is None:
        raise RecordRejected("is empty", line=1)
    if not isinstance(value, dict):
        raise RecordRejected("is not a mapping of fields", line=1)
    return value
