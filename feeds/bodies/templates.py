"""Template tags in bodies: what needs no site is rendered, what does is left out and told.

Site generators run them before anything else: Jekyll and Eleventy (Liquid, Nunjucks), Hugo and Zola
(shortcodes), Docusaurus and Astro (MDX), WordPress. Feeds are made without the generator, and to readers a
tag is garbage. In code all of it stays as it is, but for what even there only guards other tags.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import NamedTuple
from urllib.parse import urlsplit

from feeds.errors import Loss

from . import code, jsx, standalone
from .arguments import read

_MAY_HAVE = re.compile(
    r"\{[%{#/]|^(?:import|export)\s|<[A-Z]|\[/?(?:caption|wp_caption|embed|gallery|playlist|audio|video|contact|"
    r"ninja|vc_|et_pb_|fusion_|su_|toc|recent_posts|product)|\[\[",
    re.M,
)

# What is guarded from the template engine is not seen by anything below, either; it gets its braces back in
# the end. Both are noncharacters, which no text has.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_GUARD = str.maketrans({"{": _OPEN, "}": _CLOSE})

_RAW = re.compile(
    r"\{%-?\s*(?P<word>raw|verbatim)\s*-?%\}(?P<inner>.{0,50000}?)\{%-?\s*end(?P=word)\s*-?%\}", re.S
)
_HUGO_ESCAPED = re.compile(
    r"\{\{(?P<sign>[<%])/\*\s*(?P<inner>(?:(?!\{\{[<%]/\*).)*?)\s*\*/(?P<end>[>%])\}\}", re.S
)
_COMMENT = re.compile(
    r"\{%-?\s*comment\b[^%]*%\}.{0,50000}?\{%-?\s*endcomment\s*-?%\}|\{#[\s-](?:(?!\{#).)*?#\}"
    r"|\{\{/\*(?:(?!\{\{/\*).)*?\*/\}\}|\{\{!--(?:(?!\{\{!--).)*?--\}\}|\{/\*(?:(?!\{/\*).)*?\*/\}",
    re.S,
)
_BLOCKS = re.compile(
    # Code that the generator would have coloured.
    r"\{%-?\s*(?P<liquid>highlight|code|prism|codeblock)\b(?P<liquid_given>[^%]*?)-?%\}\n?(?P<liquid_code>.{0,50000}?)"
    r"\{%-?\s*end(?P=liquid)\s*-?%\}"
    r"|\{\{[<%]\s*(?P<hugo>highlight|code)\b(?P<hugo_given>(?:(?!\{\{).)*?)[>%]\}\}\n?(?P<hugo_code>.{0,50000}?)"
    r"\{\{[<%]\s*/\s*(?P=hugo)\s*[>%]\}\}"
    # What is repeated or defined needs the site.
    r"|\{%-?\s*(?P<loop>for|macro|schema|capture|set)\b[^%]*-?%\}(?:(?!\{%-?\s*(?P=loop)\b).){0,50000}?\{%-?\s*end(?P=loop)\s*-?%\}",
    re.S,
)
_TAG = re.compile(
    r"\{%-?\s*(?P<liquid>/?[\w.-]*)(?P<liquid_given>(?:(?!\{%|%\}).)*?)/?-?%\}"
    r"|\{\{(?P<sign>[<%])\s*(?P<hugo>/?\s*[\w./-]*)(?P<hugo_given>(?:(?!\{\{|\}\}).)*?)/?\s*(?P<hugo_end>[>%])\}\}"
    r"|\{\{-?(?P<output>(?:(?!\{\{|\}\}).)*?)-?\}\}",
    re.S,
)
_JSX = re.compile(
    r"<(?P<close>/)?(?P<component>[A-Z][\w.]*)"
    rf"(?P<given>{jsx.GIVEN})\s*(?P<empty>/)?>"
)
_MODULE = re.compile(
    r"^(?:import\s+(?:(?:(?!\n[ \t]*\n)[^'\"`;]){1,2000}?\sfrom\s+)?['\"][^'\"\n]+['\"]\s*?;?[ \t]*$"
    r"|export\s+(?:const|let|var|function|default|async)\b(?:(?!\n[ \t]*\n).)*$(?=\n[ \t]*\n|\n?\Z))",
    re.M | re.S,
)
_EXPRESSION = re.compile(r"\{(?P<inner>(?:[^{}\n]|\{[^{}\n]*\})+)\}")
_TEXT_EXPRESSION = re.compile(r"\s*(?:\"[^\"]*\"|'[^']*'|`[^`$]*`)\s*")
_WORDPRESS = re.compile(
    r"\[(?P<word>caption|wp_caption)\b(?P<caption_given>[^\]]*)\](?P<caption>.{0,5000}?)\[/(?P=word)\]"
    r"|\[embed\b[^\]]*\](?P<embed>.{0,2000}?)\[/embed\]"
    r"|\[/?(?P<other>gallery|playlist|audio|video|contact-form|contact-form-7|ninja_form|vc_\w+|et_pb_\w+|fusion_\w+|"
    r"su_\w+|toc|recent_posts|products?)\b[^\]]*\]",
    re.S,
)
_WIKI = re.compile(
    r"(?P<shown>!)?\[\[(?P<target>[^\[\]|#\n]*)(?P<place>#[^\[\]|\n]*)?(?:\|(?P<text>[^\[\]\n]*))?\]\](?!\()"
)
_SILENT = frozenset(("assign", "set", "else", "elsif", "elif", "elseif", "when", "end"))


_MOST_TAGS = 2000
"""In a body with more of them, what belongs together is not looked for: it could take for ever."""


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


class _Renderer:
    """Renders one body."""

    def __init__(self, body_format: str, site_url: str) -> None:
        self._format = body_format
        self._site_url = site_url
        self._losses: list[Loss] = []

    def render(self, body: str) -> Rendered:
        # Even in code these only guard what stands there.
        if body.count("{%") + body.count("{{") > _MOST_TAGS:
            return self._single(body)
        body = _RAW.sub(lambda match: match["inner"].translate(_GUARD), body)
        body = _HUGO_ESCAPED.sub(
            lambda match: f"{{{{{match['sign']} {match['inner']} {match['end']}}}}}".translate(_GUARD), body
        )
        body = self._each(_BLOCKS, self._block, body)
        return self._single(body)

    def _single(self, body: str) -> Rendered:
        """Render tags one by one."""
        body = self._each(_COMMENT, lambda _: "", body)
        if self._format == "mdx":
            body = self._each(_MODULE, lambda _: "", body)
        if self._format == "mdx":
            # Two braces are an object in an expression, and no tag of a template.
            body = self._each(_JSX, self._component, body)
            body = self._each(jsx.ELEMENT, jsx.element, body)
            body = self._each(jsx.ALONE, jsx.alone, body)
            body = self._each(_EXPRESSION, self._expression, body)
        else:
            body = self._each(_TAG, self._tag, body)
            body = self._each(_JSX, self._component, body)
        body = self._each(_WORDPRESS, self._shortcode, body)
        if self._format != "html":
            body = self._each(_WIKI, self._wiki, body)
        return Rendered(body, tuple(self._losses))

    def _each(self, pattern: re.Pattern[str], render: Callable[[re.Match[str]], str], body: str) -> str:
        """Replace what a pattern finds, but in code."""
        found = list(pattern.finditer(body))
        if not found:
            return body
        inside = code.spans(body, self._format)
        parts, position = [], 0
        for match in found:
            start = match.start()
            if any(first <= start < last for first, last in inside):
                continue
            parts += [body[position:start], render(match)]
            position = match.end()
        return "".join([*parts, body[position:]])

    def _lose(self, name: str) -> str:
        self._losses.append(Loss("template", name))
        return ""

    # -- blocks ---------------------------------------------------------------------------------------------

    def _block(self, match: re.Match[str]) -> str:
        if match["loop"]:
            return "" if match["loop"] in _SILENT else self._lose(f"{{% {match['loop']} %}}")
        kind = "liquid" if match["liquid"] else "hugo"
        source: str = match[f"{kind}_code"].translate(_GUARD).rstrip()
        words = re.findall(r"[\w+#.-]+", match[f"{kind}_given"])
        language = words[0] if words else ""
        if self._format == "html":
            tag = f' class="language-{escape(language)}"' if language else ""
            return f"<pre><code{tag}>{escape(source, quote=False)}\n</code></pre>"
        fence = "`" * max(3, *(len(ticks) + 1 for ticks in re.findall("`{3,}", source)), 3)
        return f"\n\n{fence}{language}\n{source}\n{fence}\n\n"

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
        if name in ("include", "include_cached", "render", "partial", "import", "from"):
            included, _, rest = given.strip().partition(" ")
            included = included.strip("\"',")
            name, given = included.rpartition("/")[2], rest
            if not read(given).named:
                return self._lose(shown)
        rendered_ = standalone.shown(name, read(given))
        if rendered_:
            return rendered_
        if name in _SILENT:
            return ""
        return self._lose(shown)

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
            text = value[1:-1]
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
            elif name not in ("safe", "strip", "escape", "xml_escape", "trim", "uri_escape"):
                return self._lose(f"{{{{ {value[:40]} }}}}")
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
        if _TEXT_EXPRESSION.fullmatch(inner):
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
            return "" if match[0].startswith("[/") else self._lose(f"[{match['other']}]")
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
