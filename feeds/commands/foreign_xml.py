"""Feeds of others in XML: RSS of every version, and Atom, as broken as old feeds are.

lxml recovers from what is not well-formed. Nothing that a document type declares is read, so that entities
neither grow nor lead anywhere; the names that HTML knows are put in place of those that many feeds use.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html.entities import html5
from typing import Any

from .markup import feeds_of_page, first_picture
from .seen import Seen, Unreadable, entry, joined

_ATOM = frozenset({"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"})
_RSS = frozenset(
    {
        "",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://channel.netscape.com/rdf/simple/0.9/",
        "http://backend.userland.com/rss2",
        "http://backend.userland.com/rss",
        "http://blogs.law.harvard.edu/tech/rss",
    }
)
_DC = frozenset({"http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"})
_MEDIA = frozenset({"http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss"})
_CONTENT = frozenset({"http://purl.org/rss/1.0/modules/content/"})
_COUNTED = frozenset({"http://rssnamespace.org/feedburner/ext/1.0"})
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"

_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.S | re.I)
_ENCODING = re.compile(r"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"'][^>]*?\?>")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z_][\w.-]*;)")
_BARE = re.compile(r"&(?![A-Za-z_][\w.-]*;|#\d+;|#[xX][0-9a-fA-F]+;)")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.S)
_TAG = re.compile(r"<\s*(?:html|head|body|!doctype\s+html)\b", re.I)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)
_ALIASES = {"iso-8859-1": "windows-1252", "latin-1": "windows-1252", "us-ascii": "windows-1252"}
"""What is declared → what is meant, as in browsers (https://encoding.spec.whatwg.org/#names-and-labels)."""

Spaces = frozenset[str]


def read(data: bytes, name: str, charset: str, url: str) -> tuple[str, str, list[Seen], list[str]]:
    """Return format, title, entries, and notes. Raises Unreadable where it is neither RSS nor Atom."""
    text, notes = _decoded(data, charset)
    root = _root(text, name, notes)
    kind = "" if root is None else _local(root)
    if root is None or kind not in ("rss", "RDF", "feed", "channel"):
        raise Unreadable(name, _no_feed(text, kind, url))
    space = _space(root)
    if kind == "feed" and space and space not in _ATOM:
        # A namespace that is misspelt: readers go by the names.
        root = _root(text.replace(space, "http://www.w3.org/2005/Atom"), name, [])
        notes.append(f"its namespace {space!r} is not Atom's; some readers refuse it")
    base = joined(url, root.get(_BASE, ""))
    if kind == "feed":
        version = "0.3" if "purl.org" in _space(root) else "1.0"
        children = [child for child in root if _is(child, _ATOM, "entry")]
        entries = [_atom_entry(child, base) for child in children]
        return f"Atom {version}", _text(root, _ATOM, "title"), entries, notes
    channel = root if kind == "channel" else next((one for one in root if _is(one, _RSS, "channel")), root)
    # What an item's link is relative to is written nowhere; readers take the channel's.
    base = joined(base, _text(channel, _RSS, "link")) or base
    version = root.get("version", "") or ("1.0" if kind == "RDF" else "")
    if kind == "RDF" and any("/simple/0.9/" in _space(one) for one in root):
        version = "0.90"
    entries = [_rss_entry(item, base) for item in root.iter() if _is(item, _RSS, "item")]
    return f"RSS {version}".strip(), _text(channel, _RSS, "title"), entries, notes


def _decoded(data: bytes, charset: str) -> tuple[str, list[str]]:
    """Return a document's characters: by its first bytes, by HTTP, by its declaration, or as UTF-8."""
    declared = _ENCODING.match(data[:1000].decode("latin-1"))
    named = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    for encoding in filter(None, (named, charset, declared[1] if declared else "", "utf-8")):
        try:
            text = data.decode(_ALIASES.get(encoding.lower(), encoding))
            return text.removeprefix("\ufeff"), []
        except (ValueError, LookupError):
            continue
    wanted = declared[1] if declared else "UTF-8"
    return data.decode("windows-1252", "replace"), [f"is not {wanted}, as it says; read as Windows-1252"]


def _root(text: str, name: str, notes: list[str]) -> Any:
    from lxml import etree

    text = _UNFIT.sub("", _DOCTYPE.sub("", _DECLARATION.sub("", text, count=1), count=1)).lstrip()
    parts = _CDATA.split(text)
    # What stands in CDATA is as it is meant.
    parts[::2] = (_BARE.sub("&amp;", _NAMED.sub(_character, part)) for part in parts[::2])
    if not "".join(parts).startswith("<"):
        raise Unreadable(name, "is neither XML nor JSON")
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring("".join(parts).encode(), parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(name, f"cannot be read as XML: {error.msg}") from None
    faults = [fault for fault in parser.error_log if fault.level >= etree.ErrorLevels.ERROR]
    if faults:
        notes.append(f"is not well-formed (line {faults[0].line}: {faults[0].message.strip()}): {_MAY_END}")
    return root


_MAY_END = "some readers refuse it, and some of its entries may be missing here"


def _character(match: re.Match[str]) -> str:
    """Return a character in place of its HTML name; what has no such name stands as text."""
    known = html5.get(match[1])
    return "".join(f"&#{ord(sign)};" for sign in known) if known else f"&amp;{match[1]}"


def _no_feed(text: str, kind: str, url: str) -> str:
    if kind.lower() == "html" or _TAG.search(text[:2000]):
        found = feeds_of_page(text, url)
        hint = f"; it names {', '.join(found[:3])}" if found else ", and names no feed"
        return f"is a page for people, not a feed{hint}"
    return f"is XML, but no feed: its root is <{kind}>" if kind else "has no element"


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def _space(element: Any) -> str:
    tag = str(element.tag)
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def _is(element: Any, spaces: Spaces, name: str) -> bool:
    if _local(element) != name:
        return False
    space = _space(element)
    # Some feeds write Atom without its namespace.
    return space in spaces or (not space and spaces is _ATOM and element.prefix is None)


def _children(parent: Any, spaces: Spaces, *names: str) -> Iterator[Any]:
    for name in names:
        for child in parent:
            if _is(child, spaces, name):
                yield child


def _text(parent: Any, spaces: Spaces, *names: str) -> str:
    """Return the text of the first child, of one of these names, that has some; markup in it stays markup."""
    for child in _children(parent, spaces, *names):
        text = _inner(child)
        if text:
            return text
    return ""


def _inner(element: Any) -> str:
    if len(element) == 0:
        return str(element.text or "").strip()
    # Comments are no text.
    return str(element.xpath("string()")).strip()


def _rss_entry(item: Any, base: str) -> Seen:
    guid = next(_children(item, _RSS, "guid"), None)
    uid = _inner(guid) if guid is not None else ""
    is_link = guid is not None and guid.get("isPermaLink", "true").strip().lower() != "false"
    link = _text(item, _RSS, "link") or _text(item, _ATOM, "link") or _atom_link(item)
    if not link and is_link and uid.startswith(("http://", "https://")):
        link = uid
    link = joined(base, link) if link else ""
    return entry(
        uid=uid
        or _text(item, _ATOM, "id")
        or _text(item, _DC, "identifier")
        or item.get(_ABOUT, item.get("about", "")),
        title=_text(item, _RSS, "title") or _text(item, _DC, "title"),
        link=link,
        links=(_text(item, _COUNTED, "origLink"), uid if is_link and uid.startswith("http") else ""),
        published=_text(item, _RSS, "pubDate")
        or _text(item, _ATOM, "published", "issued")
        or _text(item, _DC, "date", "issued", "created"),
        updated=_text(item, _ATOM, "updated", "modified") or _text(item, _DC, "modified"),
        pictures=tuple(joined(link or base, found) for found in _pictures(item) if found),
    )


def _pictures(item: Any) -> list[str]:
    """Return the pictures of an entry, or else the first in its text."""
    found = [
        one.get("url", "")
        for one in _children(item, _RSS, "enclosure")
        if one.get("type", "").startswith("image/")
    ]
    found += [one.get("url", "") for one in item.iter() if _space(one) in _MEDIA and _is_picture(one)]
    if any(found):
        return found
    texts = (
        _text(item, _CONTENT, "encoded"),
        _text(item, _RSS, "description"),
        _html(item, "content"),
        _html(item, "summary"),
    )
    return [next(filter(None, map(first_picture, texts)), "")]


def _is_picture(medium: Any) -> bool:
    """Whether an element of Media RSS is a picture."""
    kinds = (medium.get("medium"), medium.get("type", "").partition("/")[0])
    return _local(medium) == "thumbnail" or (_local(medium) == "content" and "image" in kinds)


def _html(item: Any, name: str) -> str:
    """Return an Atom text construct as HTML: as text, or, in XHTML, as the elements that it has."""
    from lxml import etree

    for child in _children(item, _ATOM, name):
        return str(etree.tostring(child, encoding="unicode")) if len(child) else str(child.text or "")
    return ""


def _atom_link(item: Any) -> str:
    """Return the page of an Atom entry: its alternate link, one of HTML before others."""
    links = [
        one
        for one in _children(item, _ATOM, "link")
        if one.get("rel", "alternate") == "alternate" and one.get("href", "").strip()
    ]
    links.sort(key=lambda one: "html" not in one.get("type", "text/html"))
    return str(links[0].get("href")).strip() if links else ""


def _atom_entry(item: Any, base: str) -> Seen:
    base = joined(base, item.get(_BASE, ""))
    found = _atom_link(item)
    pictures = [
        one.get("href", "")
        for one in _children(item, _ATOM, "link")
        if one.get("rel") == "enclosure" and one.get("type", "").startswith("image/")
    ]
    pictures += _pictures(item) if not pictures else ()
    title = next(_children(item, _ATOM, "title"), None)
    shown = "" if title is None else _inner(title)
    if title is not None and title.get("type", "text") == "text" and not len(title):
        # Its signs mean themselves.
        shown = shown.replace("&", "&amp;").replace("<", "&lt;")
    link = joined(base, found) if found else ""
    return entry(
        uid=_text(item, _ATOM, "id"),
        title=shown,
        link=link,
        links=(_text(item, _COUNTED, "origLink"),),
        published=_text(item, _ATOM, "published", "issued", "created"),
        updated=_text(item, _ATOM, "updated", "modified"),
        pictures=tuple(joined(link or base, picture) for picture in pictures if picture),
    )
