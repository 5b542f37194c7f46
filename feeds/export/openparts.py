"""How hosts are told of old addresses with open parts, such as ``/old/:slug`` and ``/old/*``."""

from __future__ import annotations

import re
from urllib.parse import quote

_OPEN = re.compile(r"([^:*]*)(:[A-Za-z]\w*|\*|$)")
"""A text, and the open part that follows it."""


def pattern_line(prefix: str, old: str, target: str) -> str:
    """Return both addresses as Netlify and Cloudflare Pages read them in `_redirects`."""
    return f"{prefix}{quote(old, safe='/:*')} {target_of(prefix, target, safe='/:*').replace('*', ':splat')}"


def target_of(prefix: str, target: str, safe: str = "/") -> str:
    """Spell where a redirect leads: a path below the base URL, or a URL as it is."""
    return prefix + quote(target, safe=safe) if target.startswith("/") else target


def nginx_location(prefix: str, old: str, target: str) -> str:
    """Return the location of addresses with open parts.

    What stands in them goes on undecoded, so that it must not have signs that would end a field of HTTP.
    """
    place = re.escape(prefix)
    for text, name in _OPEN.findall(old):
        place += re.escape(text)
        if name == "*":
            place += "(?<splat>[A-Za-z0-9._~/-]*)"
        elif name:
            place += f"(?<{name[1:]}>[A-Za-z0-9._~-]+)"
    scheme, mark, rest = target_of(prefix, target, safe="/:*").replace("$", "%24").partition("://")
    authority, slash, path = rest.partition("/") if mark else ("", "", scheme)
    named = re.sub(r":([A-Za-z]\w*)", r"${\1}", path).replace("*", "${splat}")
    whole = f"{scheme}://{authority}{slash}{named}" if mark else named
    return f'location ~ "^{place}$" {{ return 301 "{whole}"; }}'
