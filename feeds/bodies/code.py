"""Where the code stands in a body: it is shown as it is, whatever it looks like."""

from __future__ import annotations

import re

# What may be long is bounded, because what begins many times and never ends would be searched for each time.
_MARKDOWN = re.compile(
    # Fenced blocks, to their fence or to the end; then blocks and spans of HTML; then spans of Markdown.
    r"^[ \t>]*(?:[-*+]|\d+[.)])?[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n"
    r".*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|<(?P<tag>pre|code|script|style|textarea)\b[^<>]*>.{0,20000}?</(?P=tag)\s*>"
    r"|(?<![`\\])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).){1,2000}?(?<!`)(?P=ticks)(?!`)",
    re.M | re.S | re.I,
)
_HTML = re.compile(r"<(?P<tag>pre|code|script|style|textarea)\b[^<>]*>.{0,20000}?</(?P=tag)\s*>", re.S | re.I)


def is_html(body_format: str) -> bool:
    """Whether a body is HTML already: a record's ("html"), or that of its page ("page")."""
    return body_format in ("html", "page")


def spans(body: str, body_format: str) -> list[tuple[int, int]]:
    """Return from where to where code stands in a body, in order; none overlap."""
    pattern = _HTML if is_html(body_format) else _MARKDOWN
    return [match.span() for match in pattern.finditer(body)]


def outside(body: str, body_format: str) -> str:
    """Return a body with its code blanked out; all else keeps its place."""
    found = spans(body, body_format)
    if not found:
        return body
    parts, position = [], 0
    for start, end in found:
        parts += [body[position:start], re.sub(r"[^\n]", " ", body[start:end])]
        position = end
    return "".join([*parts, body[position:]])
