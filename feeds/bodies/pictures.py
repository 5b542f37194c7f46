"""The pictures of a body: those that a page loads later made plain, and the first of them found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

_LATER = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-lazy",
    "data-url",
    "data-hi-res-src",
    "data-orig-file",
    "data-full-url",
    "data-image",
    "data-echo",
)
_LATER_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_PLACEHOLDER = re.compile(
    r"(?:^|/)(?:blank|spacer|transparent|placeholder|pixel|1x1|loading|lazyload|clear|empty)\.(?:gif|svg|png)(?:[?#]|$)",
    re.I,
)
# An address goes as far as the next white space; a comma at its end divides it from the next one.
_CANDIDATE = re.compile(r"[\s,]*+([^\s,]\S*+)([^,]*+)")
_SIZE = re.compile(r"\s*+([0-9]+(?:\.[0-9]+)?)([wx])\s*+")
_LARGEST = 2000
"""Pixels; of wider ones the narrowest is taken, and else the widest."""


class Picture(NamedTuple):
    """A picture in a body; ``url`` is as it is written."""

    url: str
    alt: str = ""
    title: str = ""
    width: int = 0
    height: int = 0


def plain(parser: LexborHTMLParser) -> None:
    """Give every picture that a page would show an address that readers load; show each once."""
    for node in parser.css("amp-img, amp-anim"):
        _rename(node)
    for node, is_within in _nested(parser, "picture"):
        if is_within:
            node.unwrap()
        else:
            _from_sources(node)
    for node in parser.css("img"):
        _from_later(node)
    _without_scripts(parser)
    for node in parser.css("img"):
        if not _is_shown(node.attributes.get("src") or ""):
            node.decompose()


def _rename(node: LexborNode) -> None:
    fresh = node.parser.create_node("img")
    for name, value in node.attributes.items():
        fresh.attrs[name] = value
    node.replace_with(fresh)


def _from_sources(node: LexborNode) -> None:
    """Leave of a picture element its image, with an address of its sources where it has none."""
    image = node.css_first("img")
    sources = node.css("source")
    if image is None:
        if not sources:
            node.unwrap()
            return
        # What is inserted is a copy.
        node.insert_child(node.parser.create_node("img"))
        image = node.css_first("img")
        if image is None:
            return
    if not any(_is_shown(image.attributes.get(name) or "") for name in ("src", *_LATER, *_LATER_SETS)):
        for source in sources:
            given = next(
                (
                    source.attributes.get(name)
                    for name in (*_LATER_SETS, "src", *_LATER)
                    if source.attributes.get(name)
                ),
                "",
            )
            if given and (best := _best(given)):
                image.attrs["src"] = best
                break
    for source in sources:
        source.decompose()
    node.unwrap()


def _from_later(image: LexborNode) -> None:
    """Give an image the address that a script would give it."""
    given = image.attributes
    src = given.get("src") or ""
    later = next((value for name in _LATER if _is_shown(value := given.get(name) or "")), "")
    sets = next((best for name in _LATER_SETS if (best := _best(given.get(name) or ""))), "")
    if later:
        chosen = later
    elif not _is_shown(src) or (_PLACEHOLDER.search(src) and sets):
        chosen = sets
    else:
        return
    if chosen:
        image.attrs["src"] = chosen


def _without_scripts(parser: LexborHTMLParser) -> None:
    """Show what is for readers without scripts, unless the page shows it to the others in its place."""
    shown = Counter(image.attributes.get("src") or "" for image in parser.css("img"))
    for node, is_within in _nested(parser, "noscript"):
        if node.parent is None:
            continue
        if is_within:
            node.unwrap()
            continue
        inner = node.css("img")
        within = Counter(image.attributes.get("src") or "" for image in inner)
        beside = [image for image in (_image_beside(node, -1), _image_beside(node, 1)) if image is not None]
        if inner and (
            all(shown[src] > count for src, count in within.items())
            or any(_is_lazy(image) and _is_shown(image.attributes.get("src") or "") for image in beside)
        ):
            shown -= within
            node.decompose()
            continue
        if inner:
            for image in beside:
                if not _is_shown(src := image.attributes.get("src") or ""):
                    shown[src] -= 1
                    image.decompose()
        is_shown = inner or node.css_first("iframe, video, audio, a, p") is not None
        if is_shown and not _tells_to_switch_on(node):
            node.unwrap()
        else:
            node.decompose()


def _nested(parser: LexborHTMLParser, tag: str) -> Iterator[tuple[LexborNode, bool]]:
    """Yield the elements of this name, and whether each lies in another one."""
    within: set[int] = set()
    for node in parser.css(tag):
        is_within = node.mem_id in within
        if not is_within:
            within.update(inner.mem_id for inner in node.css(tag))
            within.discard(node.mem_id)
        yield node, is_within


def _is_lazy(image: LexborNode) -> bool:
    return any(image.attributes.get(name) for name in (*_LATER, *_LATER_SETS[:-1]))


def _image_beside(node: LexborNode, step: int) -> LexborNode | None:
    """Return the image that stands right before, or right after, a node."""
    beside = node.prev if step < 0 else node.next
    while beside is not None and beside.is_text_node and not (beside.text() or "").strip():
        beside = beside.prev if step < 0 else beside.next
    return beside if beside is not None and beside.tag == "img" else None


def _tells_to_switch_on(node: LexborNode) -> bool:
    return "javascript" in (node.text(deep=True) or "").lower()


def _is_shown(address: str) -> bool:
    address = address.strip()
    return (
        bool(address)
        and not re.match(r"(?:data|about|blob|javascript):", address, re.I)
        and not _PLACEHOLDER.search(address)
    )


def _best(candidates: str) -> str:
    """Return the address of a set (HTML's srcset) that is large, and no larger than screens."""
    found: list[tuple[float, str]] = []
    position = 0
    while candidate := _CANDIDATE.match(candidates, position):
        address = candidate[1].rstrip(",")
        is_ended = address != candidate[1]
        position = candidate.end(1) if is_ended else candidate.end()
        size = None if is_ended else _SIZE.fullmatch(candidate[2])
        if _is_shown(address):
            factor = float(size[1]) if size else 1.0
            found.append((factor if size and size[2] == "w" else factor * 1000, address))
    if not found:
        return ""
    fit = [one for one in found if one[0] <= _LARGEST]
    return max(fit)[1] if fit else min(found)[1]
