"""A body's HTML as a tree, in which what readers cannot show is made plain.

Readers run no scripts and know no styles: pictures that a script loads later, players in frames, formulas
that are there twice and what a page hides are put as a reader needs them. The tree is parsed and written as
the HTML standard says (Lexbor), so that what comes nests as it should.
"""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from feeds.errors import Loss

from . import direction, pictures, unclosed

_ELEMENT = re.compile(
    r"<(?:iframe|video|audio|object|embed|noscript|picture|source|math|mjx|svg|canvas|template|title|head|body|script|"
    r"style|form|button|select|option|textarea|input|datalist|dialog|frame|amp-|lite-)"
)
_WORDS = (
    "hidden",
    "display:",
    "display :",
    "visibility",
    "mso-hide",
    "max-height",
    "data-",
    "srcset",
    "katex",
    "mathjax",
    "text-align",
    "data:",
    "header",
    "anchor",
)

_HIDDEN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)"
    r"|(?=.*\bmax-height\s*:\s*0(?:px)?\s*(?:;|!|$)).*\boverflow\s*:\s*hidden",
    re.I | re.S,
)
_ALIGN = re.compile(r"(?:^|;)\s*text-align\s*:\s*(left|center|right)", re.I)
# Pages never show these, so that nothing is lost with them.
_UNSEEN = (
    "template",
    "title",
    "head",
    "datalist",
    "style",
    "meta",
    "link",
    "base",
    "noembed",
    "noframes",
    "param",
)
_CONTROLS = ("button", "select", "textarea", "input", "option", "optgroup", "progress", "meter", "output")
_KNOWN_SCRIPTS = ("application/ld+json", "text/template", "text/x-template", "text/html", "application/json")
_DECORATION = frozenset(("#", "¶", "§", "🔗", "", "↵"))


def is_needed(html: str) -> bool:
    """Whether there may be anything in HTML that has to be made plain."""
    lowered = html.lower()
    return (
        any(word in lowered for word in _WORDS)
        or _ELEMENT.search(lowered) is not None
        or direction.is_said(html)
    )


def improved(html: str) -> tuple[str, list[Loss]]:
    """Return HTML as readers need it, and what of it cannot be shown, by kind and tag."""
    parser = LexborHTMLParser(direction.carried(unclosed.opened(html)))
    root = parser.body
    if root is None:
        return "", []
    lost: Counter[str] = Counter()
    _formulas(parser)
    _scripts(parser, lost)
    _hidden(parser)
    pictures.plain(parser)
    _frames(parser, lost)
    _players(parser)
    _forms(parser, lost)
    _alignment(parser)
    inner = direction.of_page(parser, root.inner_html or "")
    return inner, [Loss("tag", name) for name, count in lost.items() for _ in range(count)]


def _drop(nodes: list[LexborNode]) -> None:
    for node in nodes:
        # What lies in another one may have gone with it.
        if node.parent is not None:
            node.decompose()


def _formulas(parser: LexborHTMLParser) -> None:
    """Leave of a formula that is there twice what can be read: MathML, or its TeX."""
    for node in parser.css(".katex"):
        if node.css_first("math") is not None:
            _drop(node.css(".katex-html"))
    for node in parser.css("mjx-container"):
        formula = node.css_first("mjx-assistive-mml math")
        if formula is None:
            continue
        _drop([child for child in node.css("mjx-math, svg") if child.css_first("math") is None])
    _drop(parser.css(".MathJax_Preview, .MathJax_Display .MathJax, span.MathJax"))
    for node in parser.css('script[type^="math/tex"]'):
        text = node.text(deep=True)
        is_block = "display" in (node.attributes.get("type") or "")
        node.replace_with(f"\\[{text}\\]" if is_block else f"\\({text}\\)")
    # It says the formula once more, for programs.
    _drop(parser.css("math annotation, math annotation-xml"))


def _hidden(parser: LexborHTMLParser) -> None:
    """Take out what the article's own page does not show."""
    _drop(parser.css(", ".join(_UNSEEN)))
    _drop([node for node in parser.css("[hidden]") if node.attributes.get("hidden") != "until-found"])
    _drop([node for node in parser.css("[style]") if _HIDDEN.search(node.attributes.get("style") or "")])
    _drop(parser.css("dialog:not([open])"))
    # The signs beside headings that lead to them.
    _drop(
        [
            node
            for node in parser.css(
                'a[aria-hidden="true"], a.anchor, a.headerlink, a.header-anchor, a.heading-anchor'
            )
            if (node.text(deep=True) or "").strip() in _DECORATION and node.css_first("img") is None
        ]
    )


def _frames(parser: LexborHTMLParser, lost: Counter[str]) -> None:
    """Put a link in the place of what another site shows in a frame."""
    frames = parser.css("iframe, frame, embed, object, amp-iframe, amp-youtube, lite-youtube, lite-vimeo")
    # The innermost first: what an object has for programs that cannot show it is plain by then.
    for node in reversed(frames):
        given = {name: value or "" for name, value in node.attributes.items()}
        if node.tag == "object" and node.css_first("a, img, p, video, audio") is not None:
            node.unwrap()
            continue
        address = next(
            (
                given[name]
                for name in ("src", "data-src", "data-lazy-src", "data-original", "data", "href")
                if _leads(given.get(name, ""))
            ),
            "",
        )
        film = given.get("videoid") or given.get("data-videoid")
        if not address and film:
            address = (
                f"https://vimeo.com/{film}"
                if "vimeo" in str(node.tag)
                else f"https://www.youtube.com/watch?v={film}"
            )
        if not address:
            lost[str(node.tag)] += 1
            node.decompose()
            continue
        address = _watched(address)
        title = given.get("title") or given.get("aria-label") or given.get("playlabel", "")
        name = title.strip() or urlsplit(address).netloc.removeprefix("www.") or address.rpartition("/")[2]
        _replace(node, f'<a href="{escape(address)}">▶ {escape(name, quote=False)}</a>')


def _leads(address: str) -> bool:
    return bool(address.strip()) and not re.match(r"\s*(?:about|data|javascript|blob):", address, re.I)


def _watched(address: str) -> str:
    """Return the page of a film whose player's address this is, where that is known."""
    match = re.match(r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{6,})", address)
    if match and match[1] != "videoseries":
        return f"https://www.youtube.com/watch?v={match[1]}"
    match = re.match(r"(?:https?:)?//player\.vimeo\.com/video/(\d+)", address)
    return f"https://vimeo.com/{match[1]}" if match else address


def _replace(node: LexborNode, html: str) -> None:
    """Put HTML in the place of a node, in a paragraph of its own where it stands among blocks."""
    parent = node.parent
    is_block = parent is not None and parent.tag in (
        "body",
        "div",
        "section",
        "article",
        "figure",
        "main",
        "center",
        "td",
        "li",
    )
    made = LexborHTMLParser(
        f"<p>{html}</p>" if is_block and parent is not None and parent.tag != "figure" else html
    )
    body = made.body
    fresh = body.first_child if body is not None else None
    if fresh is None:
        node.decompose()
    else:
        node.replace_with(fresh)


def _players(parser: LexborHTMLParser) -> None:
    """Give players their controls, and take out what they say to old browsers."""
    for node in parser.css("video, audio, amp-video, amp-audio"):
        attributes = node.attrs
        source = node.css_first("source")
        if not _leads(attributes.get("src") or "") and _leads(attributes.get("data-src") or ""):
            attributes["src"] = attributes.get("data-src")
        if not _leads(attributes.get("src") or "") and (
            source is None or not _leads(source.attributes.get("src") or "")
        ):
            link = node.css_first("a")
            if link is not None:
                node.replace_with(link)
            else:
                node.decompose()
            continue
        attributes["controls"] = ""
        for child in list(node.iter(include_text=True)):
            if child.tag != "source":
                child.decompose()


def _scripts(parser: LexborHTMLParser, lost: Counter[str]) -> None:
    """Take out what runs, and count it."""
    scripts = parser.css("script")
    for node in scripts:
        if (node.attributes.get("type") or "").strip().lower() not in _KNOWN_SCRIPTS:
            lost["script"] += 1
    _drop(scripts)


def _forms(parser: LexborHTMLParser, lost: Counter[str]) -> None:
    """Take out what asks for something and what is drawn, and count it."""
    for node in parser.css("form"):
        lost["form"] += 1
        _drop(node.css(", ".join((*_CONTROLS, "label"))))
        if (node.inner_html or "").strip():
            node.unwrap()
        else:
            node.decompose()
    for name in ("button", "select", "textarea", "input"):
        # A task list's boxes are signs by now; a copy button is no part of the article.
        lost[name] += len(
            [node for node in parser.css(name) if node.attributes.get("type") not in ("hidden", "checkbox")]
        )
        if not lost[name]:
            del lost[name]
    for box in parser.css('input[type="checkbox"]'):
        box.replace_with("☑" if "checked" in box.attributes else "☐")
    _drop(parser.css(", ".join(_CONTROLS)))
    for name in ("svg", "canvas"):
        for node in parser.css(name):
            if node.parent is None:
                continue
            if node.attributes.get("aria-hidden") != "true" and node.attributes.get("role") not in (
                "presentation",
                "none",
            ):
                lost[name] += 1
            node.decompose()


def _alignment(parser: LexborHTMLParser) -> None:
    """Say how a table's cells are aligned by an attribute, because styles are taken away."""
    for node in parser.css("td[style], th[style], tr[style], col[style]"):
        match = _ALIGN.search(node.attributes.get("style") or "")
        if match and not node.attributes.get("align"):
            node.attrs["align"] = match[1].lower()
