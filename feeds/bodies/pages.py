"""An article's body, found on the page that its site's generator made of it.

A page shows more than its article: where else to go, who else reads, what can be pressed. What is known to be
such is taken out, and so is the heading that says the title once more.
"""

from __future__ import annotations

from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

GUESSES = (
    "[itemprop=articleBody]",
    ".e-content",
    ".entry-content",
    ".post-content",
    ".article-content",
    "article",
    "main",
)
"""Where the text of an article stands on most pages: the first of these that a page has."""

_ELSEWHERE = (
    "nav",
    # Of a quotation it names the source, and notes belong to the text.
    "footer:not(blockquote footer, figure footer, .footnotes, [role=doc-endnotes])",
    "[role=navigation]",
    "[role=search]",
    "[role=complementary]",
    "[role=doc-toc]",
    ".toc",
    "#toc",
    ".breadcrumb",
    ".breadcrumbs",
    ".pagination",
    ".post-navigation",
    ".nav-links",
    ".skip-link",
    ".related-posts",
    ".jp-relatedposts",
)
_OF_READERS = (
    "#comments",
    ".comments",
    ".comments-area",
    ".comment-respond",
    "#respond",
    "#disqus_thread",
    ".giscus",
    ".utterances",
    ".share",
    ".share-buttons",
    ".social-share",
    ".post-share",
    ".entry-share",
    ".sharedaddy",
    ".addtoany_share_save_container",
    ".a2a_kit",
)
_ABOUT_IT = (
    ".post-meta",
    ".entry-meta",
    ".article-meta",
    ".byline",
    ".posted-on",
    ".reading-time",
)
# A formula is written as a script by some.
_PARTS = ('script:not([type^="math/tex"])', "style", "link", "meta", "template", "button", "a svg")
_LINE_NUMBERS = (
    "td.gutter",
    "td.rouge-gutter",
    "td.linenos",
    "code span.ln",
    "code span.lnt",
    "code span.linenos",
)
_DROPPED = ", ".join((*_ELSEWHERE, *_OF_READERS, *_ABOUT_IT, *_PARTS, *_LINE_NUMBERS))
_HEADING_LINKS = ", ".join(f"h{level} a" for level in range(1, 7))
_SEEN = "img, picture, video, audio, iframe, object, embed, svg, math, amp-img"


class Extract(NamedTuple):
    """What of a page is its article's body."""

    selector: str
    """By what it was found."""
    html: str
    """As the page has it, not safe yet."""


def selector_fault(selector: str) -> str:
    """Return why a text is no CSS selector that can be looked for, "" if it is one."""
    try:
        LexborHTMLParser("<p></p>").css(selector)
    except SelectolaxError:
        return "is no CSS selector"
    return ""


def extract(page: str, selector: str, title: str) -> Extract | None:
    """Return the body of the article with this title, None where the page has none.

    ``page`` is the HTML of a whole page. Without a ``selector``, the first of `GUESSES` that it has is taken.
    """
    parser = LexborHTMLParser(page)
    for one in (selector,) if selector else GUESSES:
        node = parser.css_first(one)
        if node is not None:
            html = _without_surroundings(node.inner_html or "", title)
            return Extract(one, html) if html else None
    return None


def _without_surroundings(html: str, title: str) -> str:
    """Return the article of an element's HTML, "" if nothing is to be seen of it."""
    # Only within a document of its own does nothing that is searched lie around it.
    root = LexborHTMLParser(f"<div>{html}</div>").css_first("body > div")
    if root is None:
        return ""
    heading = _heading(root, title)
    if heading is not None:
        _around(heading).decompose()
    for node in root.css(_DROPPED):
        # What lies in another one may have gone with it.
        if node.parent is not None:
            node.decompose()
    for link in root.css(_HEADING_LINKS):
        if not _letters(link) and link.css_first("img") is None:
            link.decompose()
    is_seen = (root.text(deep=True) or "").strip() or root.css_first(_SEEN) is not None
    return (root.inner_html or "").strip() if is_seen else ""


def _heading(root: LexborNode, title: str) -> LexborNode | None:
    """Return the heading that says the title."""
    wanted = _folded(title)
    for node in root.css("h1"):
        if _letters(node) == wanted:
            return node
    # A section of the same name may stand further below.
    first = root.css_first("h2")
    if first is not None and _letters(first) == wanted and _letters(root).startswith(wanted):
        return first
    return root.css_first("header h1")


def _around(heading: LexborNode) -> LexborNode:
    """Return the header that a heading stands in, or else the heading."""
    node = heading.parent
    while node is not None:
        if node.tag == "header":
            return node
        node = node.parent
    return heading


def _letters(node: LexborNode) -> str:
    return _folded(node.text(deep=True) or "")


def _folded(text: str) -> str:
    """Return a text's letters and digits, in one case: themes set hyphens, quotation marks and signs."""
    return "".join(filter(str.isalnum, text)).casefold()
