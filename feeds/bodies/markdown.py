"""Markdown as people write it → HTML.

"gfm" is GitHub's, with what the Markdown of site generators has besides: footnotes, definition lists, ids of
headings, kramdown's attribute lists. "commonmark" is the standard with tables, and nothing else.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import code

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

# Attribute lists: kramdown's {: .lead}, {:toc} and {::comment}, Pandoc's {#id .class key=value}.
_KRAMDOWN = r"\{:(?!\s)?[^{}\n]*\}"
_ATTRIBUTE = r"(?:[#.][\w:-]+|[\w-]+=(?:\"[^\"\n]*\"|[\w%.-]+))"
_ATTRIBUTES = rf"\{{\s*{_ATTRIBUTE}(?:\s+{_ATTRIBUTE})*\s*\}}"
_LISTS = re.compile(rf"(?:{_KRAMDOWN}|{_ATTRIBUTES})")
_ALONE = re.compile(rf"\s*{_LISTS.pattern}\s*")
_OF_HEADING = re.compile(rf"(?:{_KRAMDOWN}|{_ATTRIBUTES})$")
_TOC = re.compile(r"\{:\s*toc\b[^{}]*\}|\[\[?_?TOC_?\]?\]|\[toc\]", re.I)
_CONTAINER = re.compile(r"^[ \t]*:::+[ \t]*(?:\{?\.?([A-Za-z][\w-]*)\}?)?(.*)$")
_COMMENT = re.compile(
    r"^[ \t]*\{::comment\}.{0,20000}?\{:/(?:comment)?\}[ \t]*$|\{::comment\}.{0,20000}?\{:/(?:comment)?\}",
    re.M | re.S,
)
_ABBREVIATION = re.compile(r"^ {0,3}\*\[[^\[\]\n]+\]:[^\n]*$", re.M)
_WITHIN = re.compile(r"<\w+(?:\s[^<>]*)?\smarkdown\s*=\s*[\"']?(?:1|block|span)[\"']?[^<>]*>", re.I)
_ALERT = re.compile(r"\[!(\w+)\][+-]?[ \t]*")
_AFTER = frozenset(
    ("link_close", "em_close", "strong_close", "code_inline", "image", "s_close", "html_inline")
)
_SIGNS = {
    "addresses": ("://", re.compile(r"(?<![(<\"'=])https?://", re.I)),
    "definitions": ("\n:", re.compile(r"^:[ \t]", re.M)),
    "footnotes": ("[^", re.compile(r"\[\^")),
    "tasks": ("] ", re.compile(r"^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+\[[ xX]\]", re.M)),
    "attributes": ("", re.compile(r"\{[:.#]|\{\s*[\w-]+=|:::|\[!\w+\]|\[\[?_?(?:toc|TOC)_?\]")),
}
"""What a body has to have for an extension to mean anything in it: a text to look for first, and its form."""
_TASK = re.compile(r"\[([ xX])\][ \t\n]")
_LONGEST_WORD = 4000
_MOST_IN_WORD = 50
"""Addresses in a longer word. Where there are more, none becomes a link: to look for them takes minutes."""
_ALIGNED = re.compile(r'<(t[dh]) style="text-align:(left|center|right)">')


def to_html(body: str, dialect: str = "gfm", is_mdx: bool = False) -> str:
    """Return the HTML of a Markdown text, not made safe. ``dialect`` is "gfm" or "commonmark".

    In MDX, lines are indented as the tags around them are, and never code for that.
    """
    if dialect == "gfm":
        body = _without_kramdown(body)
    extensions = frozenset(
        name for name, (sign, form) in _SIGNS.items() if sign in body and form.search(body)
    )
    if "addresses" in extensions and any(
        len(word) > _LONGEST_WORD and word.count("://") > _MOST_IN_WORD for word in body.split()
    ):
        extensions -= {"addresses"}
    if dialect != "gfm":
        extensions = frozenset()
    html: str = _parser(extensions | {"components"} if is_mdx else extensions).render(body)
    # The attribute, because what takes the style away leaves the cells without.
    return _ALIGNED.sub(r'<\1 align="\2">', html) if "text-align" in html else html


def _without_kramdown(body: str) -> str:
    """Take out kramdown's comments and abbreviations; set apart the Markdown in HTML that asks for it."""
    if "{::comment}" in body:
        body = _outside_code(_COMMENT, "", body)
    if "*[" in body:
        body = _outside_code(_ABBREVIATION, "", body)
    # What stands in a block of HTML is Markdown again after an empty line.
    return _outside_code(_WITHIN, r"\g<0>\n\n", body) if "markdown=" in body else body


def _outside_code(pattern: re.Pattern[str], to: str, body: str) -> str:
    """Replace what a pattern finds, but in code."""
    inside = code.spans(body, "markdown")

    def replaced(match: re.Match[str]) -> str:
        if any(first <= match.start() < last for first, last in inside):
            return match[0]
        return match.expand(to)

    return pattern.sub(replaced, body)


@functools.cache
def _parser(extensions: frozenset[str]) -> MarkdownIt:
    """Return what reads the standard, tables, and these extensions: each costs every line some time."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    if "components" in extensions:
        parser.disable("code")
    if "addresses" in extensions:
        parser.options["linkify"] = True
        parser.enable("linkify")
        assert parser.linkify is not None  # noqa: S101 - linkify-it-py is a dependency
        # Only what says that it is an address: "example.md" and "node.js" are none.
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    if "definitions" in extensions:
        from mdit_py_plugins.deflist import deflist_plugin

        parser.use(deflist_plugin)
    if "footnotes" in extensions:
        from mdit_py_plugins.footnote import footnote_plugin

        parser.use(footnote_plugin)
    if "tasks" in extensions:
        parser.core.ruler.before("inline", "task-lists", _with_boxes)
    if "attributes" in extensions:
        parser.core.ruler.before("inline", "attribute-lists", _without_lines)
        parser.core.ruler.push("attribute-spans", _without_spans)
    return parser


def _with_boxes(state: StateCore) -> None:
    """Show the tasks of a list by signs, because readers show no controls."""
    for position, token in enumerate(state.tokens):
        if (
            token.type == "inline"
            and state.tokens[position - 2].type == "list_item_open"
            and (box := _TASK.match(token.content))
        ):
            token.content = f"{'☐' if box[1] == ' ' else '☑'} {token.content[box.end() :]}"


def _without_lines(state: StateCore) -> None:
    """Take out what stands on lines of its own, or at a heading's end, before it is read as text."""
    tokens = state.tokens
    for position, token in enumerate(tokens):
        if token.type != "inline" or not any(sign in token.content for sign in ("{", ":::", "[")):
            continue
        if tokens[position - 1].type == "heading_open":
            token.content = _OF_HEADING.sub("", token.content.rstrip()).rstrip()
            continue
        if _TOC.search(token.content):
            # The list item, or the paragraph, that a table of contents would stand in the place of.
            token.content = ""
        elif "{" in token.content or ":::" in token.content:
            lines = [_line(line) for line in token.content.split("\n")]
            token.content = "\n".join(line for line in lines if line is not None)
        if tokens[position - 2].type == "blockquote_open" and (alert := _ALERT.match(token.content)):
            rest = token.content[alert.end() :]
            token.content = f"**{alert[1].capitalize()}**{'' if rest.startswith(chr(10)) else chr(10)}{rest}"
        if not token.content.strip():
            _hide(tokens, position)


def _line(line: str) -> str | None:
    """Return a line of a text as it is shown; None if it is nothing but a sign for the generator."""
    if _ALONE.fullmatch(line):
        return None
    container = _CONTAINER.match(line)
    if container is None:
        return line
    title = container[2].strip(" \t").strip("[]")
    return f"**{title}**" if title else None


def _hide(tokens: Sequence[Token], position: int) -> None:
    """Hide an empty paragraph, and the list item and the list that hold nothing else."""
    first, last = position - 1, position + 1
    while first >= 0 and last < len(tokens):
        opening, closing = tokens[first], tokens[last]
        if not (opening.nesting == 1 and closing.nesting == -1 and opening.level == closing.level):
            return
        if opening.type not in ("paragraph_open", "list_item_open", "bullet_list_open", "ordered_list_open"):
            return
        # Hidden tokens are not shown by the renderer, whatever they are.
        opening.hidden = closing.hidden = True
        first, last = first - 1, last + 1


def _without_spans(state: StateCore) -> None:
    """Take out the attribute lists of links, pictures and emphasis."""
    for token in state.tokens:
        before = ""
        for child in token.children or ():
            if child.type == "text" and before in _AFTER and _LISTS.match(child.content):
                child.content = _LISTS.sub("", child.content, count=1)
            before = child.type
