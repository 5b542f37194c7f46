"""Text that XML can carry: cleaning, entities, markup, blankness."""

from __future__ import annotations

import html
import re

# What XML 1.0 section 2.2 forbids or discourages: control characters, lone surrogates, U+FFFE and U+FFFF;
# and U+FFFD, which says that an earlier program already lost the character.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd-\uffff]")
_SPACES = re.compile("[ \t\r\n\u2028\u2029]+")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")

_BLOCK = (
    "address|article|aside|blockquote|br|caption|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|img|li|"
    "main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul|iframe|video|audio|object|embed|form"
)
_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|center|cite|code|del|dfn|em|font|i|ins|kbd|label|mark|q|s|samp|small|span|"
    "strike|strong|sub|sup|time|tt|u|var|wbr"
)
_DROPPED = re.compile(r"<(script|style)\b[^<>]*>|<!--", re.I)
_DROPPED_END = {
    "script": re.compile(r"</script\s*>", re.I),
    "style": re.compile(r"</style\s*>", re.I),
    "": re.compile("-->"),
}
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK})(?:\s[^<>]*)?/?>", re.I)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>", re.I)


# No character has such a number, and int() refuses one of thousands of digits.
_ENDLESS_REFERENCE = re.compile("&#[0-9]{20,};?")


def _windows_1252(match: re.Match[str]) -> str:
    """Read a C1 control character as what it nearly always is: a Windows-1252 byte taken for Latin-1."""
    character = match.group()
    if "\x80" <= character <= "\x9f":
        return character.encode("latin-1").decode("windows-1252", "ignore")
    return ""


def has_unfit(text: str) -> bool:
    """Whether `clean` would change a character of this text."""
    return not _is_ordinary(text) and _UNFIT.search(text) is not None


def _is_ordinary(text: str) -> bool:
    """Whether a text is one line of fit characters: a quick answer for nearly all texts."""
    return text.isprintable() and "\ufffd" not in text


def clean(text: str) -> str:
    """Return the text as XML can carry it (XML 1.0 section 2.2), line ends as LF."""
    if _is_ordinary(text):
        return text
    text = _UNFIT.sub(_windows_1252, text)
    if "\r" in text or "\u2028" in text or "\u2029" in text:
        text = _LINE_ENDS.sub("\n", text)
    return text


def one_line(text: str) -> str:
    """Clean a text and fold its white space to single spaces, none at the ends; "" if it shows nothing."""
    if text.isprintable() and "  " not in text and "\ufffd" not in text:
        text = text.strip(" ")
        if text[:1].isalnum():
            return text
    else:
        text = _SPACES.sub(" ", clean(text)).strip()
    return "" if is_blank(text) else text


def decoded(text: str) -> str:
    """Decode the HTML entities of a text, and nothing else."""
    return html.unescape(_ENDLESS_REFERENCE.sub("", text)) if "&" in text else text


def plain(text: str) -> str:
    """Decode the HTML entities of a plain text (``AT&amp;T``, ``&#8211;``), then do as `one_line`.

    Markup in it stays as the characters that it is.
    """
    return one_line(decoded(text))


def without_markup(text: str) -> str:
    """Take the HTML tags out of a text, then do as `plain`.

    Only whole tags of HTML elements go: ``a<b`` and ``List<int>`` are not HTML and stay. The result is text
    to be escaped, never to be trusted as HTML.
    """
    if "<" in text:
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", _without_dropped(text)))
    return plain(text)


def _without_dropped(text: str) -> str:
    """Take out comments, scripts and styles that end, in time that grows with the text and no faster."""
    kept = []
    position = 0
    endless: set[str] = set()
    for opening in _DROPPED.finditer(text):
        kind = (opening[1] or "").lower()
        if opening.start() < position or kind in endless:
            continue
        end = _DROPPED_END[kind].search(text, opening.end())
        if end is None:
            endless.add(kind)
            continue
        kept.append(text[position : opening.start()])
        position = end.end()
    kept.append(text[position:])
    return " ".join(kept)


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen: empty, white space, or format characters only."""
    if text and text[0].isalnum():
        return False
    return not any(character.isprintable() and not character.isspace() for character in text)
