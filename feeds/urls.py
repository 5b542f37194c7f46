"""Web addresses: made absolute and valid, and the canonical form that identifies an article.

`canonical` is the frozen part: entry ids come from it, and readers show an article again when its id changes.
docs/decisions.md lists its rules.
"""

from __future__ import annotations

import functools
import re
from urllib.parse import quote

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
    6.2.2).
    """
    url = url.partition("#")[0]
    if "%" in url:
        url = _PERCENT.sub(_normal_percent, url)
    if "?" not in url:
        return url
    address, _, query = url.partition("?")
    kept = [part for part in query.split("&") if part and not _TRACKING.fullmatch(part.partition("=")[0])]
    return f"{address}?{'&'.join(kept)}" if kept else address


def _normal_percent(match: re.Match[str]) -> str:
    character = chr(int(match.group()[1:], 16))
    return character if character in _UNRESERVED else match.group().upper()


def canonical_uri(uri: str) -> str:
    """Return an explicit identifier in the canonical form that RFC 4287 section 4.2.6.1 asks for.

    An http(s) URL has its scheme and host in lower case, no default port and no empty path, percent-encodings
    in upper case; nothing is taken away from it. Any other URI has its scheme in lower case.
    """
    scheme, _, rest = uri.partition(":")
    uri = _PERCENT.sub(_normal_percent, f"{scheme.lower()}:{rest}")
    if scheme.lower() in ("http", "https"):
        return absolute(uri)
    return uri


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
    """Mint a tag URI (RFC 4151), as ``tag:example.org,2024:specific``."""
    return f"tag:{authority}:{quote(specific, safe=_PATH_SAFE.replace('%', '') + '?')}"


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
