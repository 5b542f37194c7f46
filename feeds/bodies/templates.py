"""Template tags in bodies: what needs no site is rendered, what does is left out and told.

Site generators run them before anything else: Jekyll and Eleventy (Liquid, Nunjucks), Hugo and Zola
(shortcodes), Docusaurus and Astro (MDX), WordPress. Feeds are made without the generator, and to readers a
tag is garbage. In code all of it stays as it is, but for what even there only guards other tags.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import NamedTuple
from urllib.parse import urlsplit

from feeds.errors import Loss

from . import code, jsx, pairing, standalone, tags
from .arguments import read
from .variables import Variables

_MAY_HAVE = re.compile(
    r"\{[%{#/]|^(?:import|export)\s|<[A-Z]|\[/?(?:caption|wp_caption|embed|gallery|playlist|audio|video|contact|"
    r"ninja|vc_|et_pb_|fusion_|su_|toc|recent_posts|product)|\[\[",
    re.M,
)

# What is guarded from the template engine is not seen by anything below, either; it gets its braces back in
# the end. Both are noncharacters, which no text has.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_GUARD = str.maketrans({"{": _OPEN, "}": _CLOSE})

MISSING = "\ufdd2"
"""A noncharacter in the place of a lost part of an address: what is left of that leads elsewhere."""
_SILENT = frozenset(("assign", "set", "raw", "verbatim", "else", "elsif", "elif", "elseif", "when", "end"))


class Rendered(NamedTuple):
    """A body without template tags, and what was left out of it."""

    body: str
    losses: tuple[Loss, ...]


def rendered(body: str, body_format: str, site_url: str = "") -> Rendered:
    """Render what needs no site; leave the rest out. ``body_format`` is "markdown", "mdx" or "html".

    What comes has to be finished by `restored` once it is HTML.
    """
    if not _MAY_HAVE.search(body) and not (body_format == "mdx" and ("{" in body or "<" in body)):
        return Rendered(body, ())
    return _Renderer(body_format, site_url).render(body)


def restored(html: str) -> str:
    """Return HTML with the braces that were guarded."""
    return html.replace(_OPEN, "{").replace(_CLOSE, "}") if _OPEN in html or _CLOSE in html else html


def _replaced(body: str, found: Iterable[pairing.Pair], render: Callable[[pairing.Pair], str]) -> str:
    """Return a body with what comes of pairs of tags in their place."""
    parts, position = [], 0
    for pair in pairing.outermost(found):
        parts += [body[position : pair.opening.start()], render(pair)]
        position = pair.end.end()
    return "".join([*parts, body[position:]])


class _Renderer:
    """Renders one body."""

    def __init__(self, body_format: str, site_url: str) -> None:
        self._format = body_format
        self._site_url = site_url
        self._losses: list[Loss] = []
        self._variables = Variables()

    def render(self, body: str) -> Rendered:
        # Even in code these only guard what stands there.
        body = _replaced(body, pairing.pairs(body, tags.RAW), lambda pair: pair.inner.translate(_GUARD))
        body = tags.HUGO_ESCAPED.sub(
            lambda match: f"{{{{{match['sign']} {match['inner'].strip()} {match['end']}}}}}".translate(
                _GUARD
            ),
            body,
        )
        if "{%" in body or "{{" in body:
            inside = code.spans(body, self._format)
            found = [*pairing.pairs(body, tags.LIQUID_CODE, inside)]
            found += pairing.pairs(body, tags.HUGO_CODE, inside)
            found += pairing.pairs(body, tags.LOOP, inside, nests=True)
            body = _replaced(body, found, self._block)
            inside = code.spans(body, self._format)
            body = _replaced(body, pairing.pairs(body, tags.LONG_COMMENT, inside), lambda _: "")
        body = self._each(tags.COMMENT, lambda _: "", body)
        if self._format == "mdx":
            body = self._each(tags.MODULE, lambda _: "", body)
        if self._format == "mdx":
            # Two braces are an object in an expression, and no tag of a template.
            body = self._each(tags.JSX, self._component, body)
            body = self._each(jsx.ELEMENT, jsx.element, body)
            body = self._each(jsx.ALONE, jsx.alone, body)
            body = self._each(tags.EXPRESSION, self._expression, body)
        else:
            body = self._each(tags.TAG, self._tag, body)
            for name in self._variables.never_shown():
                self._lose(f"{{% {name} %}}")
            body = self._each(tags.JSX, self._component, body)
        body = self._each(tags.WORDPRESS, self._shortcode, body)
        if self._format != "html":
            body = self._each(tags.WIKI, self._wiki, body)
        return Rendered(body, tuple(self._losses))

    def _each(self, pattern: re.Pattern[str], render: Callable[[re.Match[str]], str], body: str) -> str:
        """Replace what a pattern finds, but in code."""
        found = list(pattern.finditer(body))
        if not found:
            return body
        parts, position = [], 0
        for match in pairing.outside(found, code.spans(body, self._format)):
            start = match.start()
            before = len(self._losses)
            made = render(match)
            if (
                not made
                and len(self._losses) > before
                and tags.ADDRESS.search(body, max(0, start - 300), start)
            ):
                made = MISSING
            parts += [body[position:start], made]
            position = match.end()
        return "".join([*parts, body[position:]])

    def _lose(self, name: str) -> str:
        self._losses.append(Loss("template", name))
        return ""

    # -- blocks ---------------------------------------------------------------------------------------------

    def _block(self, pair: pairing.Pair) -> str:
        word, given = pair.opening["word"], pair.opening["given"]
        if word in ("capture", "set"):
            return self._variables.hold(given, pair.inner.strip("\n"))
        if pair.opening.re is tags.LOOP:
            return self._lose(f"{{% {word} %}}")
        source = pair.inner.removeprefix("\n").translate(_GUARD)
        return standalone.code_block(source, read(given).first("lang", "language"), self._format)

    # -- single tags ----------------------------------------------------------------------------------------

    def _tag(self, match: re.Match[str]) -> str:
        if match["output"] is not None:
            return self._output(match["output"].strip())
        if match["sign"]:
            name, given = match["hugo"].replace(" ", ""), match["hugo_given"]
            shown = f"{{{{{match['sign']} {name.lstrip('/')} {match['hugo_end']}}}}}"
        else:
            name, given = match["liquid"], match["liquid_given"]
            shown = f"{{% {name} %}}"
        if name.startswith(("/", "end")):
            return ""
        given = given.rstrip().removesuffix("/")
        if name in ("include", "include_cached", "render", "partial", "import", "from"):
            included, _, rest = given.strip().partition(" ")
            included = included.strip("\"',")
            name, given = included.rpartition("/")[2], rest
            if not read(given).named:
                return self._lose(shown)
        rendered_ = standalone.shown(name, read(given))
        if rendered_:
            return rendered_
        if name in ("set", "assign") and (held := self._variables.held(given)):
            self._variables.keep(held[0], self._each(tags.TAG, self._tag, held[1]))
        return "" if name in _SILENT else self._lose(shown)

    def _output(self, expression: str) -> str:
        """Render what can be known of an expression: texts, and where the site is."""
        steps = [step.strip() for step in expression.split("|")]
        value = steps[0]
        path = urlsplit(self._site_url).path.rstrip("/")
        origin = self._site_url.partition("://")[0] + "://" + urlsplit(self._site_url).netloc
        if value in ("site.baseurl", "site.base_url", "baseurl"):
            text = path
        elif value in ("site.url", "site.siteurl", "SITEURL", "metadata.url", "base_url") and self._site_url:
            text = origin if value in ("site.url", "metadata.url") else self._site_url.rstrip("/")
        elif re.fullmatch(r"\"[^\"]*\"|'[^']*'", value):
            # It is an argument of the filter, rather than what is lost.
            text, value = value[1:-1], "…"
        elif (known := self._variables.shown(value)) is not None:
            text = known
        elif call := re.fullmatch(r"([\w.]+)\s*\((.*)\)", expression, re.S):
            # Zola's shortcodes look like calls.
            return standalone.shown(call[1], read(call[2])) or self._lose(f"{{{{ {call[1]}() }}}}")
        else:
            return self._lose(f"{{{{ {value[:40]} }}}}")
        for step in steps[1:]:
            name = step.partition(":")[0].strip()
            if name in ("relative_url", "url", "absolute_url", "asset_url"):
                text = (
                    (self._site_url.rstrip("/") or path) + "/" + text.lstrip("/") if self._site_url else text
                )
            elif name == "prepend" and "baseurl" in step:
                text = path + text
            elif name == "prepend" and "site.url" in step:
                text = (origin if self._site_url else "") + text
            elif highlight := re.fullmatch(r"highlight(?:\s*:\s*|\s*\(\s*)?[\"']?([\w+#.-]*).*", step):
                return standalone.code_block(text.translate(_GUARD), highlight[1], self._format)
            elif name not in ("safe", "strip", "escape", "xml_escape", "trim", "uri_escape", "markdownify"):
                return self._lose(f"{{{{ {value[:40]} | {name.partition('(')[0]} }}}}")
        return text.translate(_GUARD)

    # -- components, expressions ----------------------------------------------------------------------------

    def _component(self, match: re.Match[str]) -> str:
        name, given = match["component"], read(match["given"])
        if self._format != "mdx" and not match["given"] and not match["empty"] and not match["close"]:
            # In Markdown "<T>" may be a type, or an address in upper case: the Markdown reader knows.
            return match[0]
        if match["close"]:
            return "" if self._format == "mdx" else match[0]
        if name in ("Fragment", "React.Fragment", "Tabs", "TabItem", "Details"):
            return ""
        found = standalone.shown(name, given)
        return found or self._lose(f"<{name}>")

    def _expression(self, match: re.Match[str]) -> str:
        inner = match["inner"]
        if tags.TEXT_EXPRESSION.fullmatch(inner):
            return inner.strip()[1:-1].translate(_GUARD)
        # An attribute's value, an id of a heading.
        before = match.string[max(0, match.start() - 1) : match.start()]
        if before == "=" or inner.lstrip().startswith(("#", ".", ":")):
            return match[0]
        return self._lose("{…}")

    # -- WordPress, wikis -----------------------------------------------------------------------------------

    def _shortcode(self, match: re.Match[str]) -> str:
        if match["embed"] is not None:
            url = match["embed"].strip()
            return (
                standalone.link(url) if urlsplit(url).scheme in ("http", "https") else self._lose("[embed]")
            )
        if match["other"]:
            given = read(match[0].strip("[]/").partition(" ")[2])
            address = given.first_named("src", "mp3", "mp4", "ogg", "m4a", "webm")
            if match["other"] in ("audio", "video") and address:
                return f'<{match["other"]} controls src="{escape(address)}"></{match["other"]}>'
            return (
                ""
                if match[0].startswith("[/") or match["other"] == "toc"
                else self._lose(f"[{match['other']}]")
            )
        caption = read(match["caption_given"]).first_named("caption")
        picture = re.match(r"\s*(?:<a\b[^>]*>)?\s*<img\b[^>]*>\s*(?:</a>)?", match["caption"], re.S)
        if picture is None:
            return str(match["caption"])
        below = caption or match["caption"][picture.end() :].strip()
        return f"<figure>{picture[0].strip()}<figcaption>{below}</figcaption></figure>"

    def _wiki(self, match: re.Match[str]) -> str:
        """Render a wiki's picture, or link: to which page it leads, only the vault knows."""
        target, text = match["target"].strip(), (match["text"] or "").strip()
        if not match["shown"]:
            if (not target and not text) or target.strip("_").lower() == "toc":
                return match[0]
            return text or target or match["place"].lstrip("#")
        if standalone.PICTURE.search(target):
            size = re.fullmatch(r"(\d+)(?:x(\d+))?", text)
            alt = "" if size else text
            return f'<img src="{escape(target)}" alt="{escape(alt)}">'
        return self._lose("![[…]]")
