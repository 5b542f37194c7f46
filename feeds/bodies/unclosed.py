"""Elements whose content does not show and that are not closed: they would take all that follows along."""

from __future__ import annotations

import re

_TAG = re.compile(
    r"<(?P<close>/)?(?P<name>template|title|textarea|iframe|noembed|noframes|xmp|select|button|datalist|dialog|object)"
    r"(?=[\s/>])[^<>]*>",
    re.I,
)
_LEADING = ("iframe", "object")


def opened(html: str) -> str:
    """Return HTML in which such elements that have no end hold nothing of what follows, so that it shows.

    In Markdown, an end that is indented becomes code; XHTML and MDX write ``<iframe src="…" />``.
    """
    waiting: dict[str, list[tuple[int, int]]] = {}
    for match in _TAG.finditer(html):
        open_ones = waiting.setdefault(match["name"].lower(), [])
        if not match["close"]:
            open_ones.append(match.span())
        elif open_ones:
            open_ones.pop()
    found = sorted(((span, name) for name, spans in waiting.items() for span in spans), reverse=True)
    for (start, end), name in found:
        # What leads somewhere stays, and becomes a link; of all else the content counts.
        closed = f"{html[start:end]}</{name}>" if name in _LEADING else ""
        html = html[:start] + closed + html[end:]
    return html
