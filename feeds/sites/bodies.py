"""Bodies of WordPress's posts as HTML: paragraphs at empty lines, and what its own shortcodes stand for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from html import escape
from typing import Protocol

_BLOCKS = (
    "address|article|aside|blockquote|details|div|dl|dt|dd|fieldset|figure|figcaption|footer|form|h[1-6]|header|hr|iframe"
    "|li|main|nav|ol|p|pre|script|section|style|summary|table|tbody|td|tfoot|th|thead|tr|ul|video|audio|svg|math"
)
_BLOCK = re.compile(rf"</?(?:{_BLOCKS})\b", re.I)
_TEXTS = "blockquote|div|section|article|aside|main"
_OPENINGS = re.compile(rf"(?:<(?:{_TEXTS})\b[^>]*>\s*)*", re.I)
_CLOSINGS = re.compile(rf"(?:\s*</(?:{_TEXTS})\s*>)*\Z", re.I)
_WHOLE = re.compile(r"<(pre|script|style|textarea|svg|math)\b.*?</\1\s*>", re.S | re.I)
_KEPT = re.compile("\ue000(\\d+)\ue001")
_COMMENT = re.compile(r"<!--\s*/?wp:.*?-->", re.S)
_CAPTION = re.compile(r"\[(caption|wp_caption)\b([^\]]*)\](.*?)\[/\1\]", re.S)
_IMAGE = re.compile(r"((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", re.S | re.I)
_EMBED = re.compile(r"\[embed\b[^\]]*\]\s*(https?://[^\s\[<]+)\s*\[/embed\]")
_MEDIA = re.compile(r"\[(?:audio|video)\b([^\]]*)\](?:\s*\[/(?:audio|video)\])?")
_SOURCE = re.compile(r"\b(?:src|mp3|m4a|ogg|mp4|webm|m4v)\s*=\s*[\"']?(https?://[^\s\"'\]]+)")
_GALLERY = re.compile(r"\[gallery\b([^\]]*)\]")
_NUMBERS = re.compile(r"\bids\s*=\s*[\"']?([\d,\s]+)")
_ATTRIBUTE = re.compile(r"\bcaption\s*=\s*\"([^\"]*)\"")
_SHORTCODE = re.compile(r"\[/?([a-z][a-z0-9]*[_-][a-z0-9_-]+)\b(?:\s[^\]\n]*)?/?\]")
"""Names with a sign between words: what else stands in brackets may be meant to."""
_ALONE = re.compile(r"^\s*(https?://[^\s<>\"]+)\s*$", re.M)


class Pictured(Protocol):
    """A picture that galleries name by its number."""

    @property
    def url(self) -> str:
        """Its address."""
        ...

    @property
    def alt(self) -> str:
        """What it shows, in words."""
        ...


def html_of(text: str, pictures: Mapping[str, Pictured], left_out: Counter[str]) -> str:
    """Return a post's body; ``left_out`` counts shortcodes that mean nothing here.

    Text with blocks (since WordPress 5) has its paragraphs; older text has them at empty lines.
    """
    has_blocks = "<!-- wp:" in text
    found = _COMMENT.sub("", text.replace("\r\n", "\n").replace("\ue000", "").replace("\ue001", ""))
    found = _CAPTION.sub(_captioned, found)
    found = _EMBED.sub(lambda match: _link(match[1]), found)
    found = _MEDIA.sub(_medium, found)
    found = _GALLERY.sub(lambda match: _gallery(match[1], pictures), found)

    def forget(match: re.Match[str]) -> str:
        left_out[match[1]] += not match[0].startswith("[/")
        return ""

    found = _SHORTCODE.sub(forget, found)
    return found.strip() if has_blocks else paragraphs(found)


def paragraphs(text: str) -> str:
    """Put text between empty lines into paragraphs, and break its lines; blocks stay as they are."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\n\n\ue000{len(kept) - 1}\ue001\n\n"

    text = _WHOLE.sub(keep, text)
    text = _ALONE.sub(lambda match: _link(match[1]), text)
    # A block begins and ends a paragraph, wherever it stands.
    text = re.sub(rf"(<(?:{_BLOCKS})\b[^>]*>)", r"\n\n\1", text, flags=re.I)
    text = re.sub(rf"(</(?:{_BLOCKS})\s*>)", r"\1\n\n", text, flags=re.I)
    parts = (part.strip() for part in re.split(r"\n\s*\n", text))
    made = "\n".join(_paragraph(part) for part in parts if part)
    return _KEPT.sub(lambda match: kept[int(match[1])], made)


def _paragraph(part: str) -> str:
    opening, text, closing = _around(part)
    if opening or closing:
        return f"{opening}{_paragraph(text)}{closing}" if text else f"{opening}{closing}"
    if _BLOCK.match(part) or _KEPT.fullmatch(part):
        return part
    lines = re.sub(r"(?<!>)\n|(?<=</a>)\n|(?<=</em>)\n|(?<=</strong>)\n", "<br>\n", part)
    ending = re.search(rf"\s*(</(?:{_BLOCKS})\s*>\s*)+$", lines, re.I)
    # The end of a list's item or the like, whose text has no paragraph of its own.
    return lines if ending and ending.start() else f"<p>{lines}</p>"


def _around(part: str) -> tuple[str, str, str]:
    """Divide a part into the openings of blocks of text before it, itself, and their closings after it.

    Of a block that begins and ends in one part, only a quotation's text is a paragraph of its own.
    """
    before, after = _OPENINGS.match(part), _CLOSINGS.search(part)
    is_whole = bool(before and before[0] and after and after[0])
    if is_whole and not part.lower().startswith("<blockquote"):
        return "", part, ""
    opening, closing = before[0] if before else "", after[0] if after else ""
    return opening, part[len(opening) : len(part) - len(closing)].strip(), closing


def _captioned(match: re.Match[str]) -> str:
    parts = _IMAGE.search(match[3].strip())
    if parts is None:
        return match[3]
    given = _ATTRIBUTE.search(match[2])
    caption = parts[2].strip() or (given[1] if given else "")
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"\n\n<figure>{parts[1]}{below}</figure>\n\n"


def _gallery(attributes: str, pictures: Mapping[str, Pictured]) -> str:
    named = _NUMBERS.search(attributes)
    numbers = [number.strip() for number in named[1].split(",")] if named else []
    shown = [pictures[number] for number in numbers if number in pictures and pictures[number].url]
    return "\n\n".join(
        f'<figure><img src="{escape(one.url)}" alt="{escape(one.alt)}"></figure>' for one in shown
    )


def _medium(match: re.Match[str]) -> str:
    source = _SOURCE.search(match[1])
    return _link(source[1]) if source else ""


def _link(url: str) -> str:
    return f'\n\n<p><a href="{escape(url)}">{escape(url)}</a></p>\n\n'
