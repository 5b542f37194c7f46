"""Which way a body's text runs and what language it is in, where the element that says so cannot stay."""

from __future__ import annotations

import re
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

_BLOCKS = "section|main|address|center|fieldset|search|menu"
_SPANS = "font|label|big|nobr"
_SAYS = re.compile(rf"<(?:{_BLOCKS}|{_SPANS})\b[^<>]*\s(?:dir|lang)\s*=", re.I)
_BLOCK = re.compile(rf"(</?)(?:{_BLOCKS})(?=[\s/>])", re.I)
_SPAN = re.compile(rf"(</?)(?:{_SPANS})(?=[\s/>])", re.I)
_PAGE = re.compile(r"<(?:html|body)\b[^<>]*\s(?:dir|lang)\s*=", re.I)


def is_said(html: str) -> bool:
    """Whether an element that feeds do not carry says direction or language of what is in it."""
    return _SAYS.search(html) is not None or _PAGE.search(html) is not None


def carried(html: str) -> str:
    """Return HTML in which such elements are ones that feeds carry."""
    return _SPAN.sub(r"\1span", _BLOCK.sub(r"\1div", html)) if _SAYS.search(html) else html


def of_page(parser: LexborHTMLParser, inner: str) -> str:
    """Return the inside of a page's body, in an element that says what the page says of all its text."""
    given = _given(parser.root) | _given(parser.body)
    if not inner.strip() or not given:
        return inner
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
    return f"<div{attributes}>{inner}</div>"


def _given(node: LexborNode | None) -> dict[str, str]:
    attributes = node.attributes if node is not None else {}
    return {name: value for name in ("dir", "lang") if (value := attributes.get(name))}
