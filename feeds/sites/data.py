"""Configurations of sites, as far as they are data: YAML, TOML, JSON, and plain values in programs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from feeds.errors import RecordRejected
from feeds.records import frontmatter, syntax, toml
from feeds.records.values import from_json, from_yaml

MOST_BYTES = 2_000_000
_SCRIPTS = (".js", ".mjs", ".cjs", ".ts", ".mts", ".tsx")


def text_of(path: Path, most: int = MOST_BYTES) -> str:
    """Return a file's text, "" where it is none, is too large or cannot be read."""
    try:
        if path.stat().st_size > most or not path.is_file():
            return ""
        return syntax.decode(path.read_bytes())
    except (OSError, RecordRejected):
        return ""


def mapping(path: Path) -> dict[str, Any]:
    """Return what a file of data says, all leaves as text; {} where it says nothing.

    Raises ValueError with the reason where the file is not what its suffix says.
    """
    text = text_of(path)
    if not text.strip():
        return {}
    suffix = path.suffix.lower()
    try:
        if suffix == ".toml":
            value = toml.from_toml(text)
        elif suffix == ".json":
            value = from_json(text)
        elif suffix in (".md", ".markdown"):
            value = frontmatter.fields(frontmatter.split(text))
        else:
            value = from_yaml(text)
    except RecordRejected as error:
        raise ValueError(f"{path.name}:{error.line}: {error.reason}") from None
    return value if isinstance(value, dict) else {}


def folded(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping with its first names in small letters, as Hugo reads them."""
    return {key.lower(): value for key, value in given.items()}


def text(value: Any) -> str:
    """Return a text on one line, "" for what is none."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def first(given: Mapping[str, Any], *names: str) -> str:
    """Return the first of these values that is a text."""
    return next((found for name in names if (found := text(given.get(name)))), "")


def is_true(value: Any) -> bool:
    """Whether a leaf says yes."""
    return isinstance(value, str) and value.lower() in ("true", "yes", "on")


def assignments(path: Path) -> dict[str, Any]:
    """Return the plain assignments of a Python file: names → literals. The file is parsed and never run.

    Raises ValueError with the reason where it is no Python.
    """
    source = text_of(path)
    found: dict[str, Any] = {}
    try:
        statements = ast.parse(source).body
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        raise ValueError(f"{path.name}: is no Python that can be read: {error}") from None
    for statement in statements:
        if isinstance(statement, ast.Assign):
            targets: list[ast.expr] = statement.targets
        elif isinstance(statement, ast.AnnAssign) and statement.value:
            targets = [statement.target]
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and statement.value:
                try:
                    found[target.id] = ast.literal_eval(statement.value)
                except (ValueError, TypeError, RecursionError, MemoryError):
                    found.pop(target.id, None)
    return found


def literals(files: Iterable[Path], *names: str) -> str:
    """Return the first quoted text that follows one of these names in programs, the files in their order.

    A template, or what is put together, is no plain text, and is passed over.
    """
    for file in files:
        source = text_of(file, 300_000)
        for name in names:
            for match in re.finditer(
                rf"""\b{re.escape(name)}["']?\s*(?::\s*(?:string\s*=)?|=|\()\s*(?:new\s+URL\(\s*)?(["'`])([^"'`\n]*)\1""",
                source,
            ):
                before = source[: match.start()].rpartition("\n")[2]
                value = match[2].strip()
                if value and "${" not in value and not before.lstrip().startswith(("//", "*", "#")):
                    return value
    return ""


_METADATA = re.compile(r"\bmetadata\s*[:=]\s*\{([^{}]*)")


def metadata(files: Iterable[Path], *names: str) -> str:
    """Return the first quoted text that has one of these names in a mapping ``metadata`` of a program."""
    for file in files:
        for match in _METADATA.finditer(text_of(file, 300_000)):
            for name in names:
                if found := re.search(rf"""\b{re.escape(name)}["']?\s*:\s*(["'])([^"'\n]+)\1""", match[1]):
                    return found[2].strip()
    return ""


def scripts(folder: Path, *stems: str) -> list[Path]:
    """Return those of a folder's programs that have one of these names, without the suffix."""
    return [file for stem in stems for suffix in _SCRIPTS if (file := folder / f"{stem}{suffix}").is_file()]


def packages(folder: Path) -> tuple[dict[str, Any], frozenset[str]]:
    """Return what package.json says, and the names of what it depends on."""
    try:
        package = mapping(folder / "package.json")
    except ValueError:
        return {}, frozenset()
    needed = [package.get(key) for key in ("dependencies", "devDependencies", "peerDependencies")]
    return package, frozenset(name for one in needed if isinstance(one, dict) for name in one)
