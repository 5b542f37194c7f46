"""What an article is about in a few words, where its record has none for it."""

from __future__ import annotations

import re

from feeds.text import cleaning

from . import code

MOST = 300
"""Characters."""
_WORDS = (
    r"(?:more|read[ _-]?more|excerpt|end[ _-]?(?:of[ _-]?)?(?:excerpt|summary|teaser)|"
    r"(?:excerpt|summary|teaser)[ _-]?end|truncate|break|teaser[ _-]?break|pelican_end_summary|summary|"
    r"fold|cut|jump)"
)
_MARK = re.compile(
    rf"<!--[ \t]*/?{_WORDS}\b[^<>\n]{{0,60}}?-->|\{{/\*[ \t]*{_WORDS}[ \t]*\*/\}}|^[ \t]*\[more\][ \t]*$|"
    r"<a\s+(?:name|id)=[\"']more[\"']>\s*</a>",
    re.I | re.M,
)
_START = re.compile(r"<!--[ \t]*(?:excerpt|summary)[ _-]?(?:start|begin)[ \t]*-->", re.I)
_BLOCK = re.compile(
    r"<(?P<skip>pre|figure|table|blockquote|ul|ol|dl|nav|aside|header|h[1-6]|figcaption|video|audio)\b.*?</(?P=skip)>"
    r"|<p(?:\s[^<>]*)?>(?P<text>.*?)</p>",
    re.S,
)
_UNPARTED = re.compile(r"<br\b[^<>]*>\s*<br\b|\n\s*\n|<(?:div|h[1-6]|ul|ol|table|pre|hr)\b")
# nh3 writes every attribute in double quotes, and none of them within its value.
_ADDRESS = re.compile(r"https?://\S+")
_TAG = re.compile(r'<[^<>"]*(?:"[^"]*"[^<>"]*)*>')
_PARTING = re.compile(r"</?(?:p|div|li|dt|dd|td|th|tr|h[1-6]|br|figcaption|blockquote)\b")
_FRACTION = re.compile(r"<mfrac[^<>]*>\s*<(\w+)[^<>]*>([^<>]*)</\1>\s*<(\w+)[^<>]*>([^<>]*)</\3>\s*</mfrac>")
_POWER = re.compile(r"<msup[^<>]*>\s*<(\w+)[^<>]*>([^<>]*)</\1>\s*<(\w+)[^<>]*>([^<>]*)</\3>\s*</msup>")
_LINKED = re.compile(r"<sup[^<>]*>\s*<a [^<>]*>\[?\d+\]?</a>\s*</sup>")
_END = re.compile(r"[\s,;:–—-]+$")


def marked(body: str, body_format: str) -> str:
    """Return what of a body stands before the mark that its author set, "" if there is none."""
    if "<!--" not in body and "{/*" not in body and "more" not in body:
        return ""
    plain = code.outside(body, body_format)
    start = _START.search(plain)
    first = start.end() if start else 0
    mark = _MARK.search(plain, first)
    return body[first : mark.start()] if mark else ""


def of_html(html: str) -> str:
    """Return the text of all of this HTML, cut at a word."""
    return shortened(_text(html))


def first_paragraph(html: str) -> str:
    """Return the text of the first paragraph that says something, cut at a word; "" if there is none."""
    for block in _BLOCK.finditer(html):
        if block["skip"] is None and (text := _text(block["text"])) and any(map(str.isalnum, text)):
            addresses = _ADDRESS.findall(text)
            # A list of downloads says nothing of what the article is about.
            if sum(map(len, addresses)) * 2 < len(text) or len(addresses) == 1:
                return shortened(text)
    if "<p" in html:
        return ""
    # HTML as people write it in a hurry: text without paragraphs.
    return shortened(_text(_UNPARTED.split(html, maxsplit=1)[0]))


def _text(html: str) -> str:
    """Return the text of safe HTML; formulas on one line."""
    if "<math" in html:
        html = _POWER.sub(r"\2^\4", _FRACTION.sub(r"\2/\4", html))
    html = _PARTING.sub(r" \g<0>", _LINKED.sub("", html))
    return cleaning.plain(_TAG.sub("", html))


def shortened(text: str) -> str:
    """Return a text of at most `MOST` characters: cut after a word, with an ellipsis."""
    if len(text) <= MOST:
        return text
    cut = text[: MOST - 1]
    space = cut.rfind(" ")
    # Scripts without spaces are cut anywhere.
    if text[MOST - 1] != " " and space > MOST // 2:
        cut = cut[:space]
    return _END.sub("", cut) + "…"
