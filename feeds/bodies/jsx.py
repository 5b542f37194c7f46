"""HTML as MDX writes it: attributes that are expressions, and Markdown between tags on lines of their own."""

from __future__ import annotations

import re

GIVEN = (
    r"(?:\s+[\w:-]+(?:=(?:\"[^\"]*\"|'[^']*'|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}))?"
    r"|\s+\{\.\.\.[^{}]*\})*"
)
"""The attributes of a tag, each of them a text or an expression in braces."""

ELEMENT = re.compile(rf"<(?P<name>[a-z][\w-]*)(?P<given>{GIVEN})(?P<end>\s*/?>)")
_EXPRESSION = re.compile(
    r"\s+(?:(?P<name>[\w:-]+)=)?\{\s*(?P<value>\"[^\"{}]*\"|'[^'{}]*'|`[^`{}$]*`|\d+)?"
    r"(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
)
_NAMES = {"className": "class", "htmlFor": "for", "srcSet": "srcset", "dateTime": "datetime"}
ALONE = re.compile(
    r"^[ \t]*(?P<tag></?(?!(?:p|pre|code|script|style|textarea)\b)[a-z][\w-]*"
    r"(?:\s(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)?>)[ \t]*$",
    re.M,
)
"""A tag on a line of its own: what follows it is Markdown."""


def element(match: re.Match[str]) -> str:
    """Return a tag of HTML with the attributes whose values can be read; ``match`` is of `ELEMENT`."""
    given, end = _EXPRESSION.sub(_attribute, match["given"]), match["end"].strip()
    for name, ours in _NAMES.items():
        given = re.sub(rf"(?<=\s){name}(?==)", ours, given)
    # On one line, because Markdown takes a ">" that begins one for a quotation.
    given = re.sub(r"\s*\n\s*", " ", given)
    return f"<{match['name']}{given}{' /' if end == '/>' else ''}>"


def alone(match: re.Match[str]) -> str:
    """Return a tag with empty lines around it, which end raw HTML; ``match`` is of `ALONE`."""
    return f"\n{match['tag']}\n"


def _attribute(match: re.Match[str]) -> str:
    value = match["value"]
    if not match["name"] or value is None:
        return ""
    text = value.strip("\"'`").replace('"', "&quot;")
    return f' {match["name"]}="{text}"'
