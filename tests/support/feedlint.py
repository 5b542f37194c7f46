"""An independent lint for RSS 2.0 and Atom 1.0 documents; findings have the W3C feed validator's names.

Written from RSS 2.0 and the RSS board's profile, RFC 4287 (Atom), RFC 5005 (archives), Media RSS, RFC 3986,
3987, 5322 and 3339, and the HTML standard. What these do not define is an error, and so is what they define
but the tables below do not list: textInput, podcasts, most of Dublin Core, some of Media RSS.

It is stricter than that validator where that one misses what a specification says: the time of day in
dates; https:/x; a sign or "_" in numbers; author and dc:creator, or the titles of channel and image, in any
order; href anywhere in an a; one div in XHTML; no src on text constructs. It is stricter by choice, so that
feeds stay plain: no document type, RSS 0.9x, style attribute, content that is neither text nor HTML nor
XHTML, scheme or media role but the listed, language without a two-letter code; dates and persons in one
spelling only; HTML as serialisers write it, with quotes and end tags and no bare ampersand. It is milder
where that one errs: Media RSS has a media:license, %25 in an id is canonical, an IRI with long labels is
UriNotIri, "a &lt;b" has no white space at its ends, and an element within a text element does not hide what
follows.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import mktime_tz, parsedate_tz
from functools import cache, lru_cache, partial
from html.entities import html5, name2codepoint
from io import BytesIO
from itertools import takewhile
from typing import Any, Literal, NamedTuple
from unicodedata import is_normalized
from urllib.parse import unquote, urlsplit

from lxml import etree


class Finding(NamedTuple):
    """A fault of a feed: its name, the path of the element that has it, and a hint."""

    level: Literal["error", "warning"]
    name: str
    place: str
    detail: str


Faults = Iterable[tuple[str, str]]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A fault that does not begin with "Invalid" and is not one of these is a warning.
_ERRORS = _words(
    "BadXmlVersion CurrentNotSelfInCompleteFeed DuplicateAtomLink DuplicateElement DuplicateIds "
    "DuplicateValue FeedRelInCompleteFeed IncorrectDOW ItemMustContainTitleOrDescription "
    "MediaGroupWithoutAlternatives MediaRssNamespace MisplacedMetadata MissingAttribute "
    "MissingContentOrAlternate MissingDescription MissingElement MissingHref MissingLink MissingTitle "
    "MissingXhtmlDiv SAXError UndefinedElement UnexpectedAttribute UnexpectedText UnexpectedWhitespace "
    "UriNotIri UseZeroForUnknown"
)
_LIKE_HTML = ("ContainsHTML", "ContainsUndeclaredHTML", "CharacterData")

# --- Values: a check tells the faults of a text or of an attribute ---

_URI = r"[0-9A-Za-z;/?:@&=+$.\-_!~*'()%,#]"
_SCHEMES = _words("http https ftp mailto urn tag data news tel sip xmpp cid mid file info")
_STRICT_SCHEMES = {
    "tag": (
        "InvalidTAG",
        rf"tag:([a-z0-9._-]+@)?[a-z0-9.-]+,\d{{4}}(-\d\d){{0,2}}:((?!#){_URI})*(#{_URI}*)?",
    ),
    "uuid": ("InvalidUUID", r"(?i:urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"),
    "urn": (
        "InvalidURN",
        r"(?i:urn):[A-Za-z0-9][A-Za-z0-9-]{1,31}:([A-Za-z0-9()+,.:=@;$_!*'-]|%[0-9A-Fa-f]{2})+",
    ),
}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
_RSS_DATE = re.compile(
    rf"(?:({'|'.join(_DAYS)}), )?(\d\d?) ({'|'.join(_MONTHS)}) (\d{{4}}) {_CLOCK}(:([0-5]\d|60))? "
    r"([+-]\d\d[03]0|UT|GMT|[ECMP][SD]T|Z)"
)
_ATOM_DATE = re.compile(rf"\d{{4}}-\d\d-\d\dT{_CLOCK}:([0-5]\d|60)(\.\d+)?(Z|[+-]{_CLOCK})")


def _matches(name: str, pattern: str, value: str) -> Faults:
    return () if re.fullmatch(pattern, value) else [(name, value)]


def _address(name: str, value: str, *, relative: bool = False, iri: bool = False) -> Faults:
    """A URI (RFC 3986), absolute unless ``relative``; ``iri`` allows all scripts (RFC 3987)."""
    spelled = re.sub(r"[^\x00-\x7f]", "x", value)
    if relative:
        spelled = re.sub(r"(?<=//)\[[0-9A-Fa-f:]+\]", "x", spelled)
    scheme, colon, _ = value.lower().partition(":")
    if scheme in ("tag", "urn"):
        strict = "uuid" if value.lower().startswith("urn:uuid:") else scheme
        return _matches(*_STRICT_SCHEMES[strict], spelled if iri else value)
    if wrong := re.search(rf"(?!{_URI}).", spelled, re.S):
        return [("InvalidUriChar", f"{wrong.group()!r} in {value}")]
    shaped = re.fullmatch(rf"{_URI}*" if relative else rf"[A-Za-z][0-9A-Za-z+.-]*:(//)?{_URI}+", spelled)
    if not shaped or (scheme in ("http", "https", "ftp") and not re.match(r"\w+://[^/]", value)):
        return [(name, value)]
    if not iri and not value.isascii():
        return [("UriNotIri", value)]
    return (
        [("SchemeNotIANARegistered", value)] if colon and scheme.isalpha() and scheme not in _SCHEMES else []
    )


def identifier(value: str) -> Faults:
    """An Atom id: an IRI in the normal form of RFC 3986 sections 6.2.2 and 6.2.3."""
    if faults := _address("InvalidFullLink", value, iri=True):
        return faults
    scheme, _, authority, path, query = re.findall(r"([^:]*):(//([^/?#]*))?([^?#]*)(.*)", value)[0]
    host = authority.rpartition("@")[2]
    name = re.sub(":[0-9]*$", "", host)
    default = {"http": "80", "https": "443", "ftp": "21"}.get(scheme, "")
    try:
        # What a delimiter parts does not join.
        parts = [unquote(part, errors="strict") for part in re.split("=|%3D", path + query)]
        normal = value.isascii() and all(is_normalized("NFC", part) for part in parts)
    except UnicodeDecodeError:
        normal = False
    if (
        not normal
        or (scheme + host).lower() != scheme + host
        or (f"{scheme}://" in value and not path)
        or (name.endswith(".") and "." in name[:-2])
        or re.search(rf":(0[0-9]+|{default})$", host)
        or (path.startswith("/") and re.search(r"/\.{1,2}(/|$)", path))
        or re.search(r"%(?![0-9A-F]{2})|%(2D|2E|3\d|[46][1-9A-F]|[57][0-9A]|5F|7E)|#.*#", path + query)
    ):
        return [("NonCanonicalURI", value)]
    return ()


def _rss_date(value: str) -> Faults:
    """A date of RFC 5322 section 3.3."""
    match = _RSS_DATE.fullmatch(value)
    try:
        day = date(int(match[4]), _MONTHS.index(match[3]) + 1, int(match[2])) if match else None
    except ValueError:
        day = None
    if not match or not day:
        return [("InvalidRFC2822Date", value)]
    if match[1] and match[1] != _DAYS[day.weekday()]:
        return [("IncorrectDOW", value)]
    instant = mktime_tz(parsedate_tz(value) or (0,) * 10)
    return (
        [("ImplausibleDate", value)]
        if day.year < 1990 or instant > datetime.now(UTC).timestamp() + 600
        else ()
    )


def _atom_date(value: str) -> Faults:
    """A date of RFC 3339."""
    try:
        day = date.fromisoformat(value[:10]) if _ATOM_DATE.fullmatch(value) else None
    except ValueError:
        day = None
    if not day:
        return [("InvalidRFC3339Date", value)]
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    return [("ImplausibleDate", value)] if day.year < 1990 or value > tomorrow else ()


def _plain(name: str, value: str) -> Faults:
    """Text that readers may not take for HTML: it has no end tags, character references, or tags."""
    tags = {tag.lower() for tag in re.findall(r"</(\w+)>", value)}
    words = re.findall(r"&(#?\w+)", value)
    if tags & (_SAFE | _RISKY) or any(
        word in (*name2codepoint, "apos") or not word.isalpha() for word in words
    ):
        return [(name, value)]
    return [("CharacterData", value)] if not words and re.search("<[/A-Za-z]", value) else ()


# --- HTML: what its standard calls an error, and what readers take out ---

_BLOCKS = _words(
    "address article aside blockquote center details dir div dl fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre section summary table ul"
)
_SAFE = _BLOCKS | _words(
    "a abbr acronym area audio b bdi big br button canvas caption cite code col colgroup data datalist "
    "dd del dfn dialog dt em font i img input ins kbd label legend li map mark meter noscript optgroup "
    "option output picture progress q rp rt ruby s samp select small source span strike strong sub sup "
    "tbody td template textarea tfoot th thead time tr track tt u var video wbr"
)
_RISKY = _words(
    "applet base basefont bdo body comment embed frame frameset head html iframe isindex link listing "
    "meta noframes object param plaintext script slot style title xmp"
)
_VOID = "area|base|basefont|br|col|embed|hr|img|input|keygen|link|meta|param|source|track|wbr"
_NO_CHARACTER = re.compile("[\x7f-\x9f\ufdd0-\ufdef]")
# Where a parser ends the outer element, or puts the inner one elsewhere.
_IN_PARAGRAPH = " or ".join(f"self::{name}" for name in sorted(_BLOCKS | {"li", "dd", "dt"}))
_HEADING = " or ".join(f"self::h{level}" for level in range(1, 7))
_MISPLACED = etree.XPath(
    f"//p//*[{_IN_PARAGRAPH}] | //*[{_HEADING}]/*[{_HEADING}] | //a//a | //li/li | "
    "//tr/*[not(self::td or self::th)] | "
    "//*[self::td or self::th][not(parent::tr)] | //*[self::html or self::head or self::body] | "
    "//tr[not(parent::table or parent::tbody or parent::thead or parent::tfoot)]"
)


@lru_cache(4096)
def _html(value: str) -> Faults:
    """HTML without errors, elements that are none, scripts and the like."""
    xml = re.sub(rf"(?i)<({_VOID})\b([^<>]*?)/?>", r"<\1\2/>", value)
    xml = re.sub(r"&(?!(?:amp|lt|gt|quot|apos);)(\w+;)", lambda match: html5.get(match[1], match[0]), xml)
    try:
        root = etree.fromstring(f"<div>{xml}</div>")
        wrong = _NO_CHARACTER.search("".join(root.itertext())) or _MISPLACED(root)
    except etree.XMLSyntaxError as error:
        wrong = error
    return (
        [("NotHtml", str(wrong))] if wrong else [fault for node in root.iter("*") for fault in _risks(node)]
    )


def _risks(node: Any) -> Iterator[tuple[str, str]]:
    name = etree.QName(node).localname.lower()
    if name not in _SAFE:
        yield "SecurityRisk" if name in _RISKY else "NotHtml", f"<{name}>"
    elif "style" in node.attrib:
        yield "DangerousStyleAttr", node.get("style")
    elif any(attribute.lower().startswith("on") for attribute in node.attrib):
        yield "SecurityRiskAttr", f"{node.items()}"


def _rss_html(value: str) -> Iterator[tuple[str, str]]:
    """HTML in RSS, which has nothing that a relative link could be resolved against."""
    yield from _html(value)
    for found in re.findall(r"""(?i)(?:<a\s[^<>]*?href|<img\s[^<>]*?src)\s*=\s*("[^"]*"|'[^']*')""", value):
        link = html.unescape(found[1:-1]).strip()
        if not re.match(r"\w+:", link):
            yield "InvalidUriChar" if re.search(rf"(?!{_URI})[\x00-\x7f]", link) else "ContainsRelRef", link


# --- Vocabularies: what each element may hold ---

_TOKEN = r'[^\s()<>,;:\\"/\[\]?=]+'
_MIME = rf'{_TOKEN}/{_TOKEN}(\s*;\s*{_TOKEN}=("[^"]*"|{_TOKEN}))*'
_ISO_639_1 = (
    "a[abefkmnrsvyz]|b[aeghimnors]|c[aehorsuvy]|d[aevz]|e[elnostu]|f[afijory]|g[adlnuv]|h[aeioruyz]|"
    "i[adegikostu]|j[av]|k[agijklmnorsuvwy]|l[abginotuv]|m[ghiklnrsty]|n[abdeglnorvy]|o[cjmrs]|p[aist]|qu|"
    "r[mnouw]|s[acdegiklmnoq-w]|t[aeghiklnorstwy]|u[gkrz]|v[eio]|w[ao]|xh|y[io]|z[ahu]"
)
_WEB = rf"(?i:https?)://([A-Za-z\d-]+\.)+[A-Za-z\d][A-Za-z\d-]*(:\d+)?(/{_URI}*)?"
_ROLES = "artist|author|composer|director|editor|illustrator|photographer|reporter"
_PATTERNS = {
    "any": ("", "(?s).*"),
    "filled": ("NotBlank", "(?s).+"),
    "given": ("AttrNotBlank", "(?s).+"),
    "version": ("InvalidRSSVersion", r"2\.0"),
    "no-email": ("ContainsEmail", r"(?s)(?!.*<[^<>@\s]+@[^<>\s]+>).*"),
    "web": ("InvalidURLAttribute", _WEB),
    "contact": ("InvalidContact", r"[\w.%+'-]+@[A-Za-z0-9][\w.-]* \([^()]+\)"),
    "email": ("InvalidAddrSpec", r"[\w.%+'-]+@[A-Za-z0-9][\w.-]*"),
    "language": ("InvalidLanguage", f"(?i:{_ISO_639_1})(-.*)?"),
    "mime": ("InvalidMIMEAttribute", _MIME),
    "mime-type": ("InvalidMIMEType", _MIME),
    "media-type": ("InvalidMediaTextType", "plain|html"),
    "medium": ("InvalidMediaMedium", "image|audio|video|document|executable"),
    "role": ("InvalidCreditRole", _ROLES),
    "positive": ("InvalidPositiveInteger", "0*[1-9][0-9]*"),
    "natural": ("InvalidNonNegativeInteger", "[0-9]+"),
    "seconds": ("InvalidFloat", r"[0-9]+(\.[0-9]+)?"),
    "known": ("UseZeroForUnknown", "(?!-1$).*"),
    "length": ("InvalidIntegerAttribute", "-1|[0-9]+"),
    "boolean": ("InvalidBooleanAttribute", "true|false"),
    "truth": ("InvalidTrueFalse", "(?i:true|false)"),
    "hour": ("InvalidHour", "0?[0-9]|1[0-9]|2[0-3]"),
    "day": ("InvalidDay", "(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"),
    "width": ("InvalidWidth", "0*([1-9][0-9]?|1[0-3][0-9]|14[0-4])"),
    "height": ("InvalidHeight", "0*([1-9][0-9]?|[1-3][0-9]{2}|400)"),
}
_CHECKS: dict[str, Callable[[str], Faults]] = {
    **{name: partial(_matches, *pattern) for name, pattern in _PATTERNS.items()},
    "plain": partial(_plain, "ContainsHTML"),
    "undeclared": partial(_plain, "ContainsUndeclaredHTML"),
    "html": _html,
    "rss-html": _rss_html,
    "absolute": partial(_address, "InvalidFullLink"),
    "absolute-iri": partial(_address, "InvalidFullLink", iri=True),
    "relative": partial(_address, "InvalidLink", relative=True),
    "uri": partial(_address, "InvalidURIAttribute", relative=True),
    "iri": partial(_address, "InvalidIRI", relative=True, iri=True),
    "permalink": partial(_address, "InvalidHttpGUID"),
    "identifier": identifier,
    "rss-date": _rss_date,
    "atom-date": _atom_date,
}
# A line per table, with the tables it includes; in it a line per rule: elements = words. A word is a check of
# the text; @attribute=checks of it (! for = if it is required, ? at the end if it may be blank); * for many;
# ! if the parent must have it; > and the table of its children, the function that judges it, or both.
_VOCABULARIES = """
media:
    media:title media:description = >text @type=media-type?
    media:credit = any * @role=role? @scheme=any
    media:license = any @type=mime? @href=absolute?
    media:player = @url!absolute @width=positive? @height=positive?
    media:thumbnail = any * @url!absolute @width=positive? @height=positive? @time=any
common: media
    dc:creator = any *
    atom:link = >link * @rel=given @href=iri @type=mime-type @title=given,plain @hreflang=language\
 @length=natural,filled
pictures:
    media:group = >group *
    media:content = >content * @url=absolute? @type=mime? @medium=medium? @fileSize=positive?\
 @isDefault=truth? @width=positive? @height=positive? @lang=language? @duration=seconds?
group: media pictures
content: media
document:
    rss = >rss @version!version
    atom:feed = >feed
rss:
    channel = >channel !
channel: common
    fh:archive fh:complete = *
    title description = plain filled !
    link = absolute !
    copyright = plain
    docs = absolute
    generator rating = any
    language = language
    pubDate lastBuildDate = rss-date
    managingEditor webMaster = contact
    category = plain * @domain=any
    ttl = positive filled
    cloud = @domain!any @port!any @path!any @registerProcedure!any @protocol!any
    image = >image
    skipHours = >skipHours
    skipDays = >skipDays
    atom:updated = atom-date
    item = >item *
skipHours:
    hour = hour * !
skipDays:
    day = day * !
image:
    title = plain filled !
    link url = absolute !
    description = plain
    width = width
    height = height
item: common pictures
    title = plain filled
    link comments = absolute
    description content:encoded = rss-html
    author = contact
    category = plain filled * @domain=any
    enclosure = @url!web @length!length,known @type!mime
    guid = any >guid ! @isPermaLink=boolean
    pubDate = rss-date
    source = plain @url!absolute
    atom:updated = atom-date
person:
    atom:name = plain filled no-email !
    atom:email = email
    atom:uri = tight iri filled
atom: common
    atom:id = tight identifier !
    atom:title = >text ! @type=any
    atom:updated = tight atom-date !
    atom:author atom:contributor = >person *
    atom:category = * @term!filled @scheme=absolute-iri @label=plain
    atom:rights = >text @type=any
source: atom
    fh:archive fh:complete = *
    atom:generator = plain filled @uri=uri @version=any
    atom:icon atom:logo = tight relative filled
    atom:subtitle = >text @type=any
feed: source
    atom:entry = >entry *
entry: atom pictures
    atom:content atom:summary = >text @type=any
    atom:published = tight atom-date
    atom:source = >source
"""
_ATOM = "{http://www.w3.org/2005/Atom}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://search.yahoo.com/mrss/": "media",
    "http://purl.org/syndication/history/1.0": "fh",
}
# Windows-1252 or UTF-8 that was read as something else.
_UNFIT = re.compile("[\x80-\x9f\ufffd]")
_MISREAD = re.compile("[\x80-\x9f\ufffd]|[\xc2\xc3][\x80-\xbf]")
_HISTORY = _words("current first last next next-archive prev-archive previous")
_RELATIONS = _HISTORY | _words(
    "alternate describedby edit edit-media enclosure hub license payment related replies search self "
    "service up via"
)


class Rule(NamedTuple):
    """What an element may hold; for its attributes, whether they are required ("!") and their checks."""

    words: list[str]
    attributes: dict[str, tuple[str, str]]
    inside: str


def _tables() -> dict[str, dict[str, Rule]]:
    tables: dict[str, dict[str, Rule]] = {}
    for line in _VOCABULARIES.strip().splitlines():
        if line[0] != " ":
            name, *included = line.replace(":", " ", 1).split()
            tables[name] = {key: rule for part in included for key, rule in tables[part].items()}
        else:
            names, _, words = line.partition("=")
            attributes = {
                key: (sign, checks) for key, sign, checks in re.findall(r"@(\w+)([=!])(\S+)", words)
            }
            inside = "".join(re.findall(r">(\S+)", words))
            rule = Rule(words.split(), attributes, inside)
            tables[name] |= dict.fromkeys(names.split(), rule)
    return tables


_TABLES = _tables()


@cache
def _name(tag: str) -> str:
    """Return the name of an element or attribute with the usual prefix, "?" for an unknown vocabulary."""
    name = etree.QName(tag)
    return f"{_PREFIXES.get(name.namespace, '?')}:{name.localname}" if name.namespace else str(name.localname)


def _place(node: Any) -> str:
    steps = []
    for element in (node, *node.iterancestors()):
        before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
        steps.append(_name(element.tag).removeprefix("atom:") + (f"[{before + 1}]" if before else ""))
    return "/".join(reversed(steps))


class _Document:
    """A feed under examination, and what was found in it."""

    def __init__(self, root: Any, data: bytes) -> None:
        self.is_rss = root.tag == "rss"
        self.lines = data.splitlines()
        self.findings: list[Finding] = []

    def add(self, name: str, node: Any, detail: str = "", attribute: str = "") -> None:
        """Note a fault; text that is escaped as the RSS profile asks (&#x26;) looks like HTML to nobody."""
        escaped = name in _LIKE_HTML and b"&#x" in self.lines[node.sourceline - 1]
        if not escaped and (name != "CharacterData" or self.is_rss):
            is_error = name in _ERRORS or name.startswith("Invalid")
            place = _place(node) + (f"/@{attribute}" if attribute else "")
            self.findings.append(Finding("error" if is_error else "warning", name, place, detail[:200]))

    def check(self, node: Any, checks: Iterable[str], value: str, attribute: str = "") -> None:
        for check in checks:
            for name, detail in _CHECKS[check](value) if check in _CHECKS else ():
                self.add(name, node, detail, attribute)

    def visit(self, node: Any, rule: Rule) -> None:
        """Check an element, and all in it, against its rule."""
        text = (
            "".join([node.text or "", *(child.tail or "" for child in node)])
            if len(node)
            else node.text or ""
        )
        for key, value in node.items():
            checks = rule.attributes.get(key, ("", ""))[1]
            if not checks and not key.startswith(_XML) and "?" not in _name(key):
                self.add("UnexpectedAttribute", node, key)
            elif value or not checks.endswith("?"):
                self.check(node, checks.rstrip("?").split(","), value, key)
        for key, (sign, _) in rule.attributes.items():
            if sign == "!" and key not in node.attrib:
                self.add("MissingAttribute", node, key)
        if "tight" in rule.words and text != text.strip():
            self.add("UnexpectedWhitespace", node, text)
        self.check(node, rule.words, text.strip())
        if rule.inside not in _JUDGES or rule.inside in _TABLES:
            if text.strip() and not set(rule.words) & set(_CHECKS):
                self.add("UnexpectedText", node, text)
            self.children(node, rule.inside)
        if rule.inside in _JUDGES:
            _JUDGES[rule.inside](self, node)

    def children(self, node: Any, context: str) -> None:
        """Check what is in an element, and what is not."""
        rules = _TABLES.get(context, {})
        seen: list[str] = []
        for child in node.iterchildren("*"):
            name = _name(child.tag)
            if name not in rules:
                known = self.is_rss and name.startswith("atom:") and name in _TABLES["entry"]
                if "?" not in name:
                    self.add("QuestionableUsage" if known else "UndefinedElement", child, name)
                continue
            if name in seen and "*" not in rules[name].words:
                self.add("DuplicateEnclosure" if name == "enclosure" else "DuplicateElement", child)
            seen.append(name)
            self.visit(child, rules[name])
        # What comes after the first entry does not count.
        seen = seen[: seen.index("atom:entry")] if "atom:entry" in seen else seen
        for name in (name for name, rule in rules.items() if "!" in rule.words and name not in seen):
            named = name.title() if name in ("title", "link", "description", "guid") else "Element"
            self.add("MissingSourceElement" if context == "source" else f"Missing{named}", node, name)


# --- What a table cannot say ---


def _text(doc: _Document, node: Any) -> None:
    """Text that is plain, HTML or XHTML by its type (RFC 4287 section 3.1, Media RSS)."""
    kind, text, children = node.get("type", "text"), node.text or "", list(node.iterchildren("*"))
    is_atom = node.tag.startswith(_ATOM)
    if is_atom and not text and not children:
        doc.add("NotBlank", node)
    if kind == "xhtml":
        if text.strip() or [child.tag for child in children] != [f"{_XHTML}div"]:
            doc.add("MissingXhtmlDiv", node)
        for name, detail in (fault for inner in node.iterdescendants("*") for fault in _risks(inner)):
            doc.add(name, node, detail)
        return
    if is_atom and kind not in ("text", "html"):
        other = "/" in kind and (node.tag != f"{_ATOM}content" or not any(_CHECKS["mime"](kind)))
        doc.add("InvalidTextType" if other else "InvalidMIMEType" if kind else "AttrNotBlank", node, kind)
    for child in children:
        doc.add("UndefinedElement", child)
    doc.check(node, ["html" if kind == "html" else "undeclared"], text)


def _relation(link: Any) -> str:
    return str(link.get("rel", "alternate").removeprefix("http://www.iana.org/assignments/relation/"))


def _link(doc: _Document, node: Any) -> None:
    """A link by its relation, which is one of a list or a URI (RFC 4287 section 4.2.7)."""
    rel, href, parent = _relation(node), node.get("href"), node.getparent()
    kind = node.get("type", "application/atom+xml").partition(";")[0]
    if href is None:
        doc.add("MissingHref", node)
    if rel not in _RELATIONS and not re.fullmatch(rf"[A-Za-z][0-9A-Za-z+.-]*:{_URI}+", rel):
        doc.add("UnregisteredAtomLinkRel", node, rel)
    if rel in _HISTORY and parent.tag == f"{_ATOM}entry":
        doc.add("FeedHistoryRelInEntry", node, rel)
    if (node.text or "").strip():
        doc.add("AtomLinkNotEmpty", node)
    if rel == "self" and href is not None and parent.tag in ("channel", f"{_ATOM}feed"):
        first = next(link for link in parent.iterchildren(node.tag) if _relation(link) == "self")
        if not urlsplit(href).netloc or href != first.get("href"):
            doc.add("SelfDoesntMatchLocation" if urlsplit(href).netloc else "RelativeSelf", node, href)
    if (
        rel == "self"
        and re.fullmatch(_MIME, kind)
        and not re.fullmatch(r"application/(atom|rss|rdf)\+xml", kind)
    ):
        doc.add("SelfNotAtom", node, kind)


def _guid(doc: _Document, node: Any) -> None:
    value = (node.text or "").strip()
    if node.get("isPermaLink", "true") == "true":
        doc.check(node, ["permalink"], value)
        if value.lower().startswith(("tag:", "urn:uuid:")):
            doc.add("InvalidPermalink", node, value)
    elif re.fullmatch("[0-9]{1,8}", value):
        doc.add("NotSufficientlyUnique", node, value)


def _content(doc: _Document, node: Any) -> None:
    if "url" not in node.attrib and node.find("{*}player") is None:
        doc.add("MissingAttribute", node, "url, or a player in its place")


def _group(doc: _Document, node: Any) -> None:
    if len(node.findall("{*}content")) < 2:
        doc.add("MediaGroupWithoutAlternatives", node)


def _image(doc: _Document, node: Any) -> None:
    for name in ("title", "link"):
        mine, theirs = node.find(name), (node.getparent().findtext(name) or "").strip()
        if mine is not None and theirs and (mine.text or "").strip() != theirs:
            doc.add(f"Image{name.title()}DoesntMatch", mine, theirs)
    ending = (node.findtext("url") or "").strip().rpartition(".")[2].lower()
    if re.fullmatch(r"\w+", ending) and ending not in ("jpg", "jpeg", "gif", "png"):
        doc.add("ImageUrlFormat", node, ending)


def _unique(doc: _Document, nodes: Iterable[Any], fault: str) -> None:
    seen: set[str] = set()
    for node in nodes:
        value = (node.text or "").strip()
        if not value or value in seen:
            doc.add(fault if value else "NotBlank", node, value)
        seen.add(value)


def _channel(doc: _Document, node: Any) -> None:
    if not any(_relation(link) == "self" for link in node.iterchildren(f"{_ATOM}link")):
        doc.add("MissingAtomSelfLink", node)
    late = node.xpath("item[1]/following-sibling::*[not(self::item or self::rating)]")
    for element in late:
        if "}" not in element.tag or element.tag == f"{_ATOM}link":
            doc.add("MisplacedItem", element)
    _unique(doc, node.findall("item/guid"), "DuplicateValue")


def _item(doc: _Document, node: Any) -> None:
    names = [_name(child.tag) for child in node.iterchildren("*")]
    if not {"title", "description"} & set(names):
        doc.add("ItemMustContainTitleOrDescription", node)
    if "content:encoded" in names and "description" not in names[: names.index("content:encoded")]:
        doc.add("NeedDescriptionBeforeContent", node)
    if {"author", "dc:creator"} <= set(names):
        doc.add("DuplicateItemSemantics", node, "author, dc:creator")


def _alternates(doc: _Document, nodes: Iterable[Any]) -> None:
    """Of the links of a feed, an entry or a source, one alternate of a type and language is allowed."""
    links = [link for link in nodes if link.tag == f"{_ATOM}link" and _relation(link) == "alternate"]
    kinds = [(link.get("type", ""), link.get("hreflang", "")) for link in links]
    for number, link in enumerate(links):
        if kinds[number] in kinds[:number]:
            doc.add("DuplicateAtomLink", link)


def _feed(doc: _Document, node: Any) -> None:
    """A feed as a whole; RFC 5005 has the rules for complete feeds and archives."""
    head = list(takewhile(lambda child: child.tag != f"{_ATOM}entry", node.iterchildren("*")))
    for late in node.xpath("*[local-name() = 'entry'][1]/following-sibling::*"):
        if late.tag.startswith(_ATOM) and _name(late.tag) in _TABLES["source"]:
            doc.add("MisplacedMetadata", late)
    _alternates(doc, head)
    names = {_name(child.tag) for child in head}
    links = {_relation(link): link.get("href") for link in head if link.tag == f"{_ATOM}link"}
    if "self" not in links:
        doc.add("MissingSelf", node)
    if "fh:complete" in names:
        for rel in sorted(_HISTORY & set(links) - {"current"}):
            doc.add("FeedRelInCompleteFeed", node, rel)
        if "current" in links and links["current"] != links.get("self"):
            doc.add("CurrentNotSelfInCompleteFeed", node)
    elif "fh:archive" in names:
        if not {"prev-archive", "next-archive"} & set(links):
            doc.add("ArchiveIncomplete", node)
        if "current" not in links:
            doc.add("MissingCurrentInArchive", node)
    _unique(doc, node.findall(f"{_ATOM}entry/{_ATOM}updated"), "DuplicateUpdated")
    ids = node.findall(f"{_ATOM}entry/{_ATOM}id")
    if len(ids) > 9 and len({identifier.text for identifier in ids}) == 1:
        doc.add("DuplicateIds", node)
    else:
        _unique(doc, ids, "DuplicateEntries")


def _entry(doc: _Document, node: Any) -> None:
    _alternates(doc, node)
    names = {_name(child.tag) for child in node.iterchildren("*")}
    authors = (f"{_ATOM}author", f"../{_ATOM}author", f"{_ATOM}source/{_ATOM}author")
    if all(node.find(path) is None for path in authors):
        doc.add("MissingElement", node, "author")
    if not names & {"atom:content", "atom:summary"}:
        doc.add("MissingTextualContent", node)
    relations = [_relation(link) for link in node.iterchildren(f"{_ATOM}link")]
    if "atom:content" not in names and "alternate" not in relations:
        doc.add("MissingContentOrAlternate", node)


_JUDGES: dict[str, Callable[[_Document, Any], None]] = {
    "text": _text,
    "link": _link,
    "guid": _guid,
    "group": _group,
    "content": _content,
    "image": _image,
    "channel": _channel,
    "item": _item,
    "source": _alternates,
    "skipDays": lambda doc, node: _unique(doc, node, "DuplicateValue"),
    "skipHours": lambda doc, node: _unique(doc, node, "DuplicateValue"),
    "feed": _feed,
    "entry": _entry,
}


def _namespace(doc: _Document, root: Any, prefix: str, uri: str) -> None:
    if uri == "http://search.yahoo.com/mrss":
        doc.add("MediaRssNamespace", root, uri)
    elif uri and uri not in _PREFIXES:
        doc.add("ReservedPrefix" if prefix in _PREFIXES.values() else "UnknownNamespace", root, uri)
    elif prefix and not doc.is_rss and _PREFIXES[uri] in ("atom", "xhtml"):
        doc.add("AvoidNamespacePrefix", root, prefix)


def _anywhere(doc: _Document, node: Any) -> None:
    """Check what any element may have: characters, and a language."""
    texts = [(text, _MISREAD) for text in (node.text, node.tail) if text]
    for text, wrong in (*texts, *((value, _UNFIT) for value in node.values())):
        if wrong.search(text):
            doc.add("BadCharacters", node, ascii(text))
    if language := node.get(f"{_XML}lang"):
        doc.check(node, ["language"], language, "xml:lang")


def lint(data: bytes) -> list[Finding]:
    """Return what is wrong with a feed."""
    parser = etree.iterparse(BytesIO(data), ("start-ns",), resolve_entities=False, no_network=True)
    try:
        namespaces = {pair for _, pair in parser}
    except etree.XMLSyntaxError as error:
        return [Finding("error", "SAXError", "", str(error))]
    root = parser.root
    doc = _Document(root, data)
    if root.getroottree().docinfo.doctype:
        doc.add("InvalidDoctype", root)
    for prefix, uri in sorted(namespaces):
        _namespace(doc, root, prefix, uri)
    for node in root.iter("*"):
        _anywhere(doc, node)
    if _name(root.tag) in _TABLES["document"]:
        doc.visit(root, _TABLES["document"][_name(root.tag)])
    else:
        doc.add("UndefinedElement", root)
    return doc.findings


def complaints(data: bytes) -> list[Finding]:
    """Return what is wrong with a feed but for what articles cause: equal dates, titles like HTML."""

    def is_permitted(finding: Finding) -> bool:
        title = re.search(r"[/:@]title(\[\d+\])?$", finding.place)
        return finding.name == "DuplicateUpdated" or (finding.name in _LIKE_HTML and title is not None)

    return [finding for finding in lint(data) if not is_permitted(finding)]
