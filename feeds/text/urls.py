"""Web addresses: made absolute and valid, and the canonical form that identifies an article.

`canonical`, `canonical_uri` and `tag_uri` are the frozen part: entry ids come from them, and readers show an
article again when its id changes. docs/decisions.md lists their rules. What they make is what the W3C's feed
validator holds to be canonical, because an id that is not draws a warning about every feed that has it.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from urllib.parse import quote, unquote_to_bytes

# An address in the shape nearly all have, which the WHATWG parser would give back unchanged (bar upper case
# in percent-encodings), so that it need not be asked.
_ORDINARY = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}/"
    r"[A-Za-z0-9._~!$&'()*+,;=:@/-]*+(?:%(?!2E)[0-9A-F]{2}[A-Za-z0-9._~!$&'()*+,;=:@/-]*+)*+"
    r"(?:\?[A-Za-z0-9._~!$&()*+,;=:@/?-]++(?:%[0-9A-F]{2}[A-Za-z0-9._~!$&()*+,;=:@/?-]*+)*+)?+"
)
_DOT_SEGMENT = "/."
# RFC 3986 section 3.2.2; the WHATWG parser lets more through, such as a template's "https://{{host}}/".
_HOST = re.compile(r"[a-z0-9._~!$&'()*+,;=-]+|\[[0-9a-f:]+\]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_PATH_SAFE = "%/:@!$&'()*+,;=~-._"
# Characters beyond ASCII, and one before them that an accent may join. "=" is not among those: the validator
# looks at what is between delimiters.
_BEYOND_ASCII = re.compile(r"(?:(?<!%[0-9A-F])[A-Za-z]|%3[CE])?(?:%[89A-F][0-9A-F])+")
# What the error handler "surrogateescape" makes of a byte that is not UTF-8, and that byte in Latin-1.
_STRAY_BYTES = {0xDC00 + byte: byte for byte in range(0x80, 0x100)}
_DEFAULT_PORTS = {
    **{"ftp": "21", "telnet": "23", "gopher": "70", "news": "119", "nntp": "119", "prospero": "191"},
    **{"snews": "563", "snntp": "563"},
}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_TRACKING = re.compile(
    r"utm_.*|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|twclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok"
    r"|wt\.mc_id",
    re.I,
)
_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]*[a-z0-9]", re.I | re.A)


def absolute(url: str, base: str = "") -> str:
    """Return a valid absolute http(s) URL (RFC 3986), resolved against ``base`` if it is relative.

    The host becomes IDNA ASCII, everything else that a URI cannot spell is percent-encoded.

    Raises ValueError with a reason fit for people.
    """
    if _ORDINARY.fullmatch(url) and _DOT_SEGMENT not in url:
        return url
    # Imported where it is needed, because nearly no address needs it.
    from ada_url import URL

    try:
        parsed = URL(url.strip(), base or None)
    except ValueError:
        if base or _SCHEME.match(url.strip()):
            raise ValueError("is not a valid URL") from None
        raise ValueError("is relative, and [records] site_url is not set") from None
    if parsed.protocol not in ("http:", "https:"):
        raise ValueError(f"has the scheme {parsed.protocol[:-1]!r}, not http or https")
    if parsed.username or parsed.password:
        raise ValueError("carries a user name or password")
    if not _HOST.fullmatch(parsed.hostname):
        raise ValueError("is not a valid URL")
    path = quote(_BAD_PERCENT.sub("%25", parsed.pathname), safe=_PATH_SAFE)
    query = quote(_BAD_PERCENT.sub("%25", parsed.search[1:]), safe=_PATH_SAFE + "?")
    fragment = quote(_BAD_PERCENT.sub("%25", parsed.hash[1:]), safe=_PATH_SAFE + "?")
    return (
        f"{parsed.protocol}//{parsed.host}{path}"
        f"{'?' + query if query else ''}{'#' + fragment if fragment else ''}"
    )


def canonical(url: str) -> str:
    """Return the form under which an article is known, whoever links to it.

    ``url`` comes from `absolute`: scheme and host are lower case, a default port is gone, the path is not
    empty and has no dot segments. Frozen rules: the fragment goes; query parameters that only track visitors
    go; percent-encodings of unreserved characters are decoded, all others in upper case (RFC 3986 section
    6.2.2); what they spell is UTF-8 in Unicode's form NFC; a host has no dot at its end.
    """
    url = _without_final_dot(_respelled(url.partition("#")[0]))
    if "?" not in url:
        return url
    address, _, query = url.partition("?")
    kept = [part for part in query.split("&") if part and not _TRACKING.fullmatch(part.partition("=")[0])]
    return f"{address}?{'&'.join(kept)}" if kept else address


def _respelled(url: str) -> str:
    """Return a URL in the one spelling that its percent-encodings have."""
    if "%" not in url:
        return url
    return _BEYOND_ASCII.sub(_composed, _PERCENT.sub(_normal_percent, url))


def _normal_percent(match: re.Match[str]) -> str:
    character = chr(int(match.group()[1:], 16))
    return character if character in _UNRESERVED else match.group().upper()


def _composed(match: re.Match[str]) -> str:
    """Spell characters in NFC; a byte that is not UTF-8 is taken as Latin-1, which has all bytes."""
    characters = unquote_to_bytes(match.group()).decode("utf-8", "surrogateescape").translate(_STRAY_BYTES)
    return quote(unicodedata.normalize("NFC", characters), safe=_PATH_SAFE)


def _without_final_dot(url: str) -> str:
    if "./" not in url and ".:" not in url:
        return url
    scheme, _, authority, path = url.split("/", 3)
    name, colon, port = authority.partition(":")
    return f"{scheme}//{_without_dots(name)}{colon}{port}/{path}"


def _without_dots(name: str) -> str:
    """Return a host's name without the dot of the root at its end, unless it has but one label."""
    while name.endswith(".") and "." in name[:-2]:
        name = name[:-1]
    return name


def canonical_uri(uri: str) -> str:
    """Return an explicit identifier in the canonical form that RFC 4287 section 4.2.6.1 asks for.

    ``uri`` is one for `is_absolute_uri`. Scheme and host become lower case, the host loses a dot at its end,
    a default port and an empty path go, dot segments are resolved, percent-encodings are spelled as in
    `canonical`; nothing that tells pages apart is taken away. Raises ValueError as `absolute` does, for http
    and https.
    """
    scheme, _, rest = uri.partition(":")
    scheme, rest = scheme.lower(), _PERCENT.sub(_normal_percent, rest)
    if scheme in ("http", "https"):
        return _without_final_dot(_respelled(absolute(f"{scheme}:{rest}")))
    authority, path, query = _parts(rest)
    if path.startswith("/"):
        path = _without_dot_segments(path)
    if authority is None:
        # Two slashes would begin an authority.
        return f"{scheme}:{re.sub('^//+', '/', path)}{query}"
    return f"{scheme}://{_normal_authority(authority, scheme)}{path or '/'}{query}"


def _parts(rest: str) -> tuple[str | None, str, str]:
    """Return authority, path, and query with fragment, of what follows a URI's scheme."""
    match = re.fullmatch(r"(?://([^/?#]*))?([^?#]*)(.*)", rest, re.S)
    assert match  # noqa: S101 - it fits any text
    path, query = (_respelled(match[number].replace("[", "%5B").replace("]", "%5D")) for number in (2, 3))
    return match[1], path, query


def _normal_authority(authority: str, scheme: str) -> str:
    # What goes may leave something that has to go, too.
    while (form := _shorter_authority(authority, scheme)) != authority:
        authority = form
    return form


def _shorter_authority(authority: str, scheme: str) -> str:
    user, _, address = authority.rpartition("@")
    name, port = address.lower(), ""
    if ":" in name and re.fullmatch("[0-9]*", name.rpartition(":")[2]):
        name, _, port = name.rpartition(":")
    name = _without_dots(name)
    if name.startswith("[") != name.endswith("]"):
        name = name.replace("[", "%5b").replace("]", "%5d")
    if port and (number := port.lstrip("0") or "0") != _DEFAULT_PORTS.get(scheme):
        name += f":{number}"
    return f"{user}@{name}" if user not in ("", ":") else name


def _without_dot_segments(path: str) -> str:
    """Resolve the dot segments of a path that begins with a slash (RFC 3986 section 5.2.4)."""
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if path.rpartition("/")[2] in (".", ".."):
        kept.append("")
    return f"/{'/'.join(kept)}"


def is_absolute_uri(text: str) -> bool:
    """Whether a text can stand as an identifier of its own: a URI with a scheme (RFC 3986 section 4.3)."""
    scheme = _SCHEME.match(text)
    if not scheme or len(text) == scheme.end():
        return False
    return quote(_BAD_PERCENT.sub("!", text), safe=_PATH_SAFE + "?#[]") == text and text.count("#") <= 1


def path_part(text: str) -> str:
    """Spell a text as a part of a URL's path: ``?`` and ``#`` do not end it there."""
    return quote(_BAD_PERCENT.sub("%25", text), safe=_PATH_SAFE)


def tag_uri(authority: str, specific: str) -> str:
    """Mint a tag URI (RFC 4151), as ``tag:example.org,2024:specific``; it is canonical.

    Texts that differ have different ones, but for those that Unicode holds to be the same.
    """
    return _respelled(f"tag:{authority}:{quote(specific, safe=_PATH_SAFE.replace('%', '') + '?')}")


@functools.lru_cache(maxsize=4096)
def domain_home(domain: str) -> str:
    """Return the home page of a bare domain name, or "" if that is none."""
    if not _DOMAIN.fullmatch(domain):
        return ""
    try:
        return absolute(f"https://{domain}/")
    except ValueError:
        return ""


def host(url: str) -> str:
    """Return the host of an absolute URL, without port, in lower case; IPv6 addresses in brackets."""
    authority = url.split("/", 3)[2]
    name, colon, port = authority.rpartition(":")
    return name if colon and port.isdecimal() else authority
