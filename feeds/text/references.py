"""What relative addresses in an article mean, as its own page and its site would have them.

The site is a folder, wherever below its host it lies. An article whose URL is on the site's host has a page
there, and what stands in it is relative to that page. An article elsewhere is somebody else's page: what the
record names lies on the site.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from . import urls

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BARE_HOST = re.compile(r"www\.[^\s/?#:.]++\.[^\s/?#:]++(?:[/?#:]|$)", re.I)


class Base(NamedTuple):
    """What an article's relative addresses are resolved against."""

    page: str
    """The article's URL, without a fragment."""
    folder: str
    """What addresses without a slash at the beginning are relative to."""
    site: str
    """The site's folder, with a slash at the end; "" if it is not known."""


def folder_of(site_url: str) -> str:
    """Return a site's address as a folder: with a slash at its end, without a query; "" for ""."""
    return site_url.partition("#")[0].partition("?")[0].rstrip("/") + "/" if site_url else ""


@functools.lru_cache(maxsize=4096)
def base_of(url: str, site_url: str, permalink: str = "") -> Base:
    """Return what is relative to what in an article with this URL.

    ``permalink`` is the pattern of the site's own articles: an address in it makes its host the site's, too.
    """
    site, page = folder_of(site_url), url.partition("#")[0]
    own = {urls.host(site)} if site else set()
    if _SCHEME.match(permalink):
        own.add(urlsplit(permalink).netloc.lower())
    return Base(page, page if not site or urls.host(page) in own else site, site)


def without_scheme(value: str) -> str:
    """Return "https://www.example.org/x" for "www.example.org/x", which is no path; "" for all else."""
    value = value.strip()
    return f"https://{value}" if _BARE_HOST.match(value) else ""


@functools.lru_cache(maxsize=4096)
def in_body(value: str, base: Base) -> str:
    """Return the absolute URL that an address in an article's body leads to.

    "#x" is a place on the article's page, and "/x" is of the site's host, as in a browser. Raises ValueError
    as `urls.absolute` does.
    """
    value = value.strip()
    if not value or value.startswith("#"):
        return urls.absolute(value, base.page)
    return urls.absolute(without_scheme(value) or value, base.folder)


def in_front_matter(value: str, site_url: str, base: str = "") -> str:
    """Return the absolute URL that an address in a field leads to.

    "/x" is a file of the site, which generators put the site's path before; a path that is there already is
    not put twice. Other relative addresses are those of ``base``, or else of the site.

    Raises ValueError as `urls.absolute` does.
    """
    value = without_scheme(value) or value.strip()
    if not site_url or _SCHEME.match(value) or value.startswith("//"):
        return urls.absolute(value, base or site_url)
    site = folder_of(site_url)
    if value.startswith("/"):
        path = urlsplit(site).path
        return urls.absolute(value if f"{value}/".startswith(path) else value.lstrip("/"), site)
    return urls.absolute(value, base or site)
