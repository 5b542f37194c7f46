"""A body on its way from what its author wrote to what readers show."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from feeds.errors import Loss
from feeds.text import imagetypes, references
from feeds.text.references import Base

from . import code, markdown, sanitising, summary, templates, tree

# What may not come out as it is; all else need not be rendered to know that nothing is lost.
_SUSPECT = re.compile(
    r"\{[%{]|<(?:iframe|frame|object|embed|script|form|button|select|textarea|input|svg|canvas|amp-|lite-|[a-z]+-|[A-Z])|"
    r"^(?:import|export)\s|\[(?:gallery|playlist|contact-form|embed|vc_|et_pb_|products?)|!\[\[|\{[A-Za-z]",
    re.M,
)
_PICTURE = re.compile(
    r"!\[(?P<alt>(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*\]){0,500})\]\(\s*(?:<(?P<pointed>[^<>\n]+)>|(?P<plain>[^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)*))"
    r"(?:\s+(?:\"(?P<double>[^\"\n]*)\"|'(?P<single>[^'\n]*)'))?\s*\)"
    r"|(?P<other><img\b|<amp-img\b|<picture\b|<noscript\b|!\[[^\[\]\n]*\]\s?\[|!\[\[|\{\{?[%<{]?\s*(?:figure|image|img|picture|include)|<[A-Z][^<>]*\bsrc=)",
)
_ATTRIBUTE = re.compile(r'\s(src|alt|title|width|height)="([^"]*)"')
_SMALLEST = 3
"""Pictures that are narrower or lower, in pixels, only count who looks at them."""


class Body(NamedTuple):
    """What comes of a body."""

    html: str
    """Safe in any page, with absolute addresses; "" if nothing is left."""
    losses: tuple[Loss, ...]
    """What could not be shown, each thing once for every time it occurs."""


class Picture(NamedTuple):
    """A picture of a body. ``url`` is absolute; sizes are pixels, 0 if unknown."""

    url: str
    alt: str = ""
    title: str = ""
    width: int = 0
    height: int = 0


def rendered(body: str, body_format: str, base: Base, dialect: str = "gfm") -> Body:
    """Render a body. ``dialect`` is that of Markdown.

    ``body_format`` is "markdown", "mdx", "html", or "page" for HTML in which a generator left no templates.
    """
    without_tags = templates.Rendered(body, ())
    if body_format != "page":
        without_tags = templates.rendered(body, body_format, base.site)
    source = without_tags.body
    html = source if code.is_html(body_format) else markdown.to_html(source, dialect, body_format == "mdx")
    html = templates.restored(html)
    losses = list(without_tags.losses)
    improved = html
    if tree.is_needed(html):
        improved, lost = tree.improved(html)
        losses += lost
    unknown = sanitising.unknown(improved)
    safe = sanitising.safe(improved, functools.partial(_resolved, base=base)).replace(templates.MISSING, "")
    if unknown or improved is not html:
        safe = sanitising.nested(safe)
    losses += [Loss("element", name) for name in unknown]
    return Body(safe, tuple(losses))


def losses(body: str, body_format: str, base: Base, dialect: str = "gfm") -> tuple[Loss, ...]:
    """Return what of a body cannot be shown. Quick for all bodies in which there is nothing to suspect."""
    return rendered(body, body_format, base, dialect).losses if _SUSPECT.search(body) else ()


def first_picture(body: str, body_format: str, base: Base, dialect: str = "gfm") -> Picture | None:
    """Return the first picture that a body shows, None if it shows none. Quick for bodies without any."""
    if "![" not in body and "<" not in body and "{" not in body:
        return None
    match = _PICTURE.search(
        code.outside(body, body_format) if "`" in body or "~~~" in body or "<pre" in body else body
    )
    if match is None:
        return None
    address = match["pointed"] or match["plain"] or ""
    is_plain = match["other"] is None and not code.is_html(body_format) and "{" not in address
    if is_plain and not _may_be_unseen(body, match.start()):
        try:
            url = references.in_body(address, base)
        except ValueError:
            url = ""
        if url and not imagetypes.other_kind(url):
            return Picture(
                url, _unescaped(match["alt"]), _unescaped(match["double"] or match["single"] or "")
            )
    return next(pictures(rendered(body, body_format, base, dialect).html), None)


def _may_be_unseen(body: str, position: int) -> bool:
    """Whether what stands at a place may be in a comment, or in code that is indented."""
    before = body[body.rfind("\n", 0, position) + 1 : position]
    return "<!--" in body or before.startswith(("    ", "\t", " \t", "  \t", "   \t"))


def pictures(html: str) -> Iterator[Picture]:
    """Yield the pictures of a rendered body, but for films and those that only count who looks at them."""
    from html import unescape

    for picture in sanitising.PICTURE.finditer(html):
        given = {name: unescape(value) for name, value in _ATTRIBUTE.findall(picture[0])}
        width, height = (
            int(value) if (value := given.get(name, "")).isdecimal() and len(value) < 6 else 0
            for name in ("width", "height")
        )
        if (width and width < _SMALLEST) or (height and height < _SMALLEST):
            continue
        if imagetypes.other_kind(given["src"]):
            continue
        yield Picture(given["src"], given.get("alt", ""), given.get("title", ""), width, height)


def summarised(body: str, body_format: str, html: str, base: Base, dialect: str = "gfm") -> str:
    """Return what a body is about: what stands before its author's mark, or else its first paragraph.

    ``html`` is the body as it was rendered.
    """
    before = summary.marked(body, body_format)
    if before.strip():
        return summary.of_html(rendered(before, body_format, base, dialect).html)
    return summary.first_paragraph(html)


def _resolved(value: str, base: Base) -> str:
    """Return an address made absolute. Raises ValueError for one of which a part is not known, too."""
    if templates.MISSING in value or quote(templates.MISSING) in value:
        raise ValueError("a part of the address is not known")
    return references.in_body(value, base)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
