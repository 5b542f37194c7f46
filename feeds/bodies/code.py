"""Where the code stands in a body: it is shown as it is, whatever it looks like."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

# Every end is looked for once, so that what begins many times and never ends takes no longer than other text.
_TAGS = r"<(?P<tag>pre|code|script|style|textarea)\b[^<>]*+>"
_HTML = re.compile(_TAGS, re.I)
_MARKDOWN = re.compile(
    # Fenced blocks; then blocks and spans of HTML; then spans of Markdown.
    r"^[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]*+)?(?P<fence>`{3,}+|~{3,}+)[^\n]*+\n"
    rf"|{_TAGS}|(?<![`\\])(?P<ticks>`++)",
    re.M | re.I,
)
_TAG_ENDS = {
    tag: re.compile(rf"</{tag}\s*+>", re.I) for tag in ("pre", "code", "script", "style", "textarea")
}
_FENCE_ENDS = {sign: re.compile(rf"^[ \t>]*+({sign}{{3,}}+)[`~]*+[ \t]*+$", re.M) for sign in "`~"}
_TICKS = re.compile(r"(?<!`)`++")
_PARTING = re.compile(r"\n(?=[ \t]*+\n)")
_LONGEST_SPAN = 2000


def is_html(body_format: str) -> bool:
    """Whether a body is HTML already: a record's ("html"), or that of its page ("page")."""
    return body_format in ("html", "page")


def spans(body: str, body_format: str) -> list[tuple[int, int]]:
    """Return from where to where code stands in a body, in order; none overlap."""
    return list(_spans(body, _HTML if is_html(body_format) else _MARKDOWN))


def _spans(body: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    endless: set[str] = set()
    ticks: _Ticks | None = None
    position = 0
    while opening := pattern.search(body, position):
        found = opening.groupdict()
        if found.get("fence"):
            position = _fence_end(body, opening)
        elif found.get("ticks"):
            ticks = ticks or _Ticks(body)
            position = ticks.end(opening)
            if not position:
                position = opening.end()
                continue
        else:
            tag = found["tag"].lower()
            end = None if tag in endless else _TAG_ENDS[tag].search(body, opening.end())
            if end is None:
                endless.add(tag)
                position = opening.end()
                continue
            position = end.end()
        yield opening.start(), position


def _fence_end(body: str, opening: re.Match[str]) -> int:
    """Return where a fenced block ends: after its closing fence, or with the body."""
    fence = opening["fence"]
    for closing in _FENCE_ENDS[fence[0]].finditer(body, opening.end()):
        if len(closing[1]) >= len(fence):
            return closing.end()
    return len(body)


class _Ticks:
    """The backticks of a body, by how many stand together, and where its paragraphs part."""

    def __init__(self, body: str) -> None:
        self._starts: dict[int, list[int]] = {}
        for run in _TICKS.finditer(body):
            self._starts.setdefault(run.end() - run.start(), []).append(run.start())
        self._partings = [parting.start() for parting in _PARTING.finditer(body)]

    def end(self, opening: re.Match[str]) -> int:
        """Return where a span of code ends that these backticks begin, 0 if they begin none."""
        size = len(opening["ticks"])
        first = opening.end()
        starts = self._starts.get(size, [])
        following = bisect_left(starts, first)
        parting = bisect_left(self._partings, first)
        last = self._partings[parting] if parting < len(self._partings) else first + _LONGEST_SPAN
        if following == len(starts) or starts[following] > min(last, first + _LONGEST_SPAN):
            return 0
        return starts[following] + size


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
