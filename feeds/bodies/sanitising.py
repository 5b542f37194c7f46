"""HTML that is safe in any page: the last step, whatever came before it."""

from __future__ import annotations

import re
from collections.abc import Callable

import nh3

from feeds.text import cleaning

_MATHEMATICS = {
    "math": {"display", "alttext"},
    "mrow": set(),
    "mi": {"mathvariant"},
    "mn": {"mathvariant"},
    "mo": {"stretchy", "fence", "separator", "lspace", "rspace", "minsize", "maxsize", "accent"},
    "mtext": {"mathvariant"},
    "mspace": {"width", "height", "depth"},
    "mfrac": {"linethickness"},
    "msqrt": set(),
    "mroot": set(),
    "msub": set(),
    "msup": set(),
    "msubsup": set(),
    "munder": {"accentunder"},
    "mover": {"accent"},
    "munderover": {"accent", "accentunder"},
    "mtable": {"columnalign", "rowspacing", "columnspacing", "displaystyle"},
    "mtr": set(),
    "mtd": {"columnspan", "rowspan", "columnalign"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
    "mphantom": set(),
    "menclose": {"notation"},
    "semantics": set(),
}
_PLAYERS = {
    "video": {"src", "poster", "controls", "width", "height", "loop", "muted"},
    "audio": {"src", "controls", "loop"},
    "source": {"src", "type"},
}
TAGS = {*nh3.ALLOWED_TAGS, *_MATHEMATICS, *_PLAYERS, "tfoot"}
_SPARE = frozenset(
    [
        "section",
        "main",
        "address",
        "font",
        "big",
        "center",
        "nobr",
        "label",
        "fieldset",
        "legend",
        "blink",
        "marquee",
        "dir",
        "menu",
        "basefont",
        "picture",
        "noscript",
        "html",
        "head",
        "body",
        "slot",
        "search",
        "optgroup",
        "option",
        "param",
        "track",
        "rb",
        "dialog",
        "xmp",
        "listing",
        "plaintext",
        "output",
        "meta",
        "link",
        "title",
        "style",
        "template",
        "base",
        "wbr",
    ]
)
"""Elements that can go without a word: what stands in them stays."""
_ATTRIBUTES: dict[str, set[str]] = {
    **{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    **_MATHEMATICS,
    **_PLAYERS,
}
_ATTRIBUTES["*"] = {*_ATTRIBUTES.get("*", ()), "lang", "title", "dir"}
for _tag, _names in {
    "ol": {"start", "reversed", "type"},
    "ul": {"type"},
    "li": {"value"},
    "code": {"class"},
    "pre": {"class"},
    "details": {"open"},
    "time": {"datetime"},
    "data": {"value"},
}.items():
    _ATTRIBUTES[_tag] = _ATTRIBUTES.get(_tag, set()) | _names
SCHEMES = {"http", "https", "mailto", "tel", "sms", "xmpp"}
_KEPT_SCHEMES = ("mailto:", "tel:", "sms:", "xmpp:")
_LINKS = {
    ("a", "href"),
    ("img", "src"),
    ("video", "src"),
    ("video", "poster"),
    ("audio", "src"),
    ("source", "src"),
    ("blockquote", "cite"),
    ("q", "cite"),
    ("del", "cite"),
    ("ins", "cite"),
}
_LANGUAGE = re.compile(r"(?:^|\s)((?:language|lang)-[\w+#.-]+)(?=\s|$)")
_DIRECTIONS = ("ltr", "rtl", "auto")
# nh3 writes every attribute in double quotes, and none of them within its value.
PICTURE = re.compile(r'<img(?:\s[^\s"=<>]+="[^"]*")*>')
_EMPTY = re.compile(r"<p(?: [^<>]*)?>\s*</p>\n?")
_OPENING = re.compile(r"<([A-Za-z][\w.:-]*)")


def safe(html: str, resolve: Callable[[str], str]) -> str:
    """Return HTML without anything that runs, with absolute addresses.

    ``resolve`` makes an address absolute; what it refuses by a ValueError is left out.
    """

    def kept(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "class":
            language = _LANGUAGE.search(value)
            return language[1] if language else None
        if attribute == "dir":
            return value if value.strip().lower() in _DIRECTIONS else None
        if (tag, attribute) not in _LINKS or value.lower().startswith(_KEPT_SCHEMES):
            return value
        if not value.strip():
            return None
        try:
            return resolve(value)
        except ValueError:
            return None

    def clean(source: str) -> str:
        return nh3.clean(
            source,
            tags=TAGS,
            attributes=_ATTRIBUTES,
            url_schemes=SCHEMES,
            attribute_filter=kept,
            link_rel=None,
        )

    made = clean(html)
    # What had no address that is allowed would be a picture of nothing.
    made = PICTURE.sub(lambda picture: picture[0] if ' src="' in picture[0] else "", made)
    # A character reference in the source can spell what XML cannot carry.
    return cleaning.clean(made).strip()


def nested(html: str) -> str:
    """Return safe HTML as parsers nest it, where the elements that were taken out had held it together."""
    return _EMPTY.sub(
        "", nh3.clean(html, tags=TAGS, attributes=_ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
    )


def unknown(html: str) -> list[str]:
    """Return the name of every element in HTML that is taken away although it may have meant something."""
    names = (name.lower() for name in _OPENING.findall(html))
    return [name for name in names if name not in TAGS and name not in _SPARE and ":" not in name]
