"""What static hosts are told beside the documents: media types, caching, redirects, what to crawl.

Pure functions from a `HostedSite` to a file's text. docs/static-hosts.md says which host reads which file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from feeds.model.paths import FAVICON, ROBOTS, of_feed, topic_key

from .openparts import nginx_location, pattern_line, target_of

MOST_HEADERS = 100
MOST_REDIRECTS = 2_000
"""So many rules Cloudflare Pages reads (https://developers.cloudflare.com/pages/platform/limits/)."""
MOST_IN_SITEMAP = 50_000
"""So many URLs a sitemap may have (https://www.sitemaps.org/protocol.html)."""

_KNOWN = frozenset({"text/html", "text/css", "application/json"})
"""Media types that every host gives the files that have them, by their suffix."""
_MADE_BY = "Made by article-feeds with every build; changes would be lost."


class Page(NamedTuple):
    """A page for people, and when it last changed, in seconds since 1970."""

    path: str
    updated: int


class HostedSite(NamedTuple):
    """What the files are about. Paths are below ``base_url`` and not percent-encoded."""

    base_url: str
    media_types: Mapping[str, str]
    """Of each document, by path."""
    open_types: frozenset[str]
    """Media types of documents that pages of other origins may read."""
    pages: Sequence[Page]
    redirects: Mapping[str, str]
    """Old path → where it leads: a path, or a URL."""
    retired: Sequence[str]
    """Slugs of topics that are no more."""
    suffixes: Sequence[str]
    """What follows a topic's slug in its documents' paths."""
    cache_control: str
    links: Mapping[str, str] = {}
    """The Link field of a document, by path."""
    has_sitemap: bool = False
    icon: str = ""
    """The address of the site's icon, where it is not /favicon.ico below ``base_url``."""
    hidden: Sequence[str] = ()
    """Files of the export that are not for the public."""
    patterns: Sequence[tuple[str, str]] = ()
    """Old path → where it leads, both with the same open parts, as `[redirects]` has them."""


class File(NamedTuple):
    """A file for hosts: its path in the export, its text, and what people should know of it, or ""."""

    path: str
    text: str
    note: str = ""


def headers(site: HostedSite) -> list[File]:
    """Return `_headers`, as Netlify and Cloudflare Pages read it.

    Where several rules match a path, Cloudflare joins the values of the same field: no field stands in two of
    them. Links stand there only as long as all of them fit; the documents have them anyway.
    """
    prefix = _prefix(site)
    rules = [
        (f"{prefix}/*", [("Cache-Control", site.cache_control), ("X-Content-Type-Options", "nosniff")]),
    ]
    for pattern, media_type in _patterns(site.media_types):
        fields = []
        if media_type not in _KNOWN:
            fields.append(("Content-Type", f"{media_type}; charset=utf-8"))
        if media_type in site.open_types:
            fields.append(("Access-Control-Allow-Origin", "*"))
        if fields:
            rules.append((prefix + quote(pattern, safe="/*"), fields))
    note = ""
    if len(rules) + len(site.links) <= MOST_HEADERS:
        rules += [(prefix + quote(path), [("Link", link)]) for path, link in site.links.items()]
    elif site.links:
        note = f"without Link fields, because there would be more than {MOST_HEADERS} rules"
    lines = [f"# {_MADE_BY}"]
    for pattern, fields in rules:
        lines += ["", pattern, *(f"  {name}: {value}" for name, value in fields)]
    return [File("/_headers", _lines(lines), note)]


def _patterns(media_types: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return patterns that give every document its media type, each document to one of them.

    ``*`` stands for anything. A suffix has a pattern of its own, unless its documents are of several types:
    then each folder has one, and those at the top are named one by one.
    """
    by_suffix: dict[str, dict[str, list[str]]] = {}
    for path, media_type in media_types.items():
        suffix = PurePosixPath(path).suffix
        if suffix and not path.endswith("/"):
            by_suffix.setdefault(suffix, {}).setdefault(media_type, []).append(path)
    found = []
    for suffix, by_type in by_suffix.items():
        if len(by_type) == 1:
            found.append((f"/*{suffix}", next(iter(by_type))))
            continue
        for media_type, paths in by_type.items():
            for path in paths:
                folder = path.split("/")[1] if path.count("/") > 1 else ""
                others = (p for other, ps in by_type.items() if other != media_type for p in ps)
                is_all_of_it = folder and not any(other.startswith(f"/{folder}/") for other in others)
                found.append((f"/{folder}/*{suffix}" if is_all_of_it else path, media_type))
    return list(dict.fromkeys(found))


def redirects(site: HostedSite) -> list[File]:
    """Return `_redirects`, as Netlify and Cloudflare Pages read it."""
    prefix = _prefix(site)
    lines = [
        f"{prefix}{quote(path)} {target_of(prefix, target)} 301" for path, target in site.redirects.items()
    ]
    lines += [f"{pattern_line(prefix, *pattern)} 301" for pattern in site.patterns]
    if site.icon:
        lines.append(f"{prefix}{FAVICON} {site.icon} 302")
    note = ""
    if len(lines) > MOST_REDIRECTS:
        note = f"has {len(lines):,} rules, of which Cloudflare Pages reads the first {MOST_REDIRECTS:,}"
    return [File("/_redirects", _lines([f"# {_MADE_BY}", *lines]), note)]


def nginx(site: HostedSite) -> list[File]:
    """Return `nginx.conf`, to be included in a server block whose root is the export.

    A location that adds a field loses those that were added outside of it, so each has all of its own.
    """
    prefix = _prefix(site)
    always = [
        f'add_header Cache-Control "{site.cache_control}";',
        'add_header X-Content-Type-Options "nosniff";',
    ]
    lines = [
        f"# {_MADE_BY}",
        "# include this file in a server block whose root is the folder it lies in.",
        "index index.html;",
        "absolute_redirect off;",
        "gzip_static on;",
        "gzip_vary on;",
        "# brotli_static on;   # where nginx has this module",
        *always,
    ]
    # Before those of media types: of regular expressions, nginx takes the first that matches.
    lines += [nginx_location(prefix, *pattern) for pattern in site.patterns]
    files = {
        f"{path}index.html" if path.endswith("/") else path: media_type
        for path, media_type in site.media_types.items()
    }
    for pattern, media_type in _patterns(files):
        if pattern in site.links:
            continue
        name, _, suffix = pattern.rpartition("*")
        if "*" in pattern:
            place = f'~ "^{re.escape(prefix + name)}.*{re.escape(suffix)}$"'
        else:
            place = f"= {_quoted(prefix + pattern)}"
        lines += _location(place, media_type, always, is_open=media_type in site.open_types)
    for path, link in site.links.items():
        media_type = site.media_types[path]
        # A dollar sign would begin a variable.
        mine = [*always, f"add_header Link {_quoted(link.replace('$', '%24'))};"]
        place = f"= {_quoted(prefix + path)}"
        lines += _location(place, media_type, mine, is_open=media_type in site.open_types)
    for path in site.hidden:
        lines.append(f"location = {_quoted(prefix + path)} {{ return 404; }}")
    for path, target in site.redirects.items():
        # A dollar sign would begin a variable.
        place = target_of(prefix, target).replace("$", "%24")
        if not target.startswith("/"):
            # A URL may have a semicolon.
            place = f'"{place}"'
        lines.append(f"location = {_quoted(prefix + path)} {{ return 301 {place}; }}")
    if site.icon:
        target = _quoted(site.icon.replace("$", "%24"))
        lines.append(f"location = {_quoted(prefix + FAVICON)} {{ return 302 {target}; }}")
    for slug in site.retired:
        for suffix in site.suffixes:
            path = of_feed(topic_key(slug), suffix)
            if path not in site.redirects:
                lines.append(f"location = {_quoted(prefix + path)} {{ return 410; }}")
    return [File("/nginx.conf", _lines(lines))]


def _location(place: str, media_type: str, always: Sequence[str], *, is_open: bool) -> list[str]:
    fields = [*always, *(['add_header Access-Control-Allow-Origin "*";'] if is_open else ())]
    return [
        f"location {place} {{",
        "    types {}",
        f'    default_type "{media_type}; charset=utf-8";',
        *(f"    {field}" for field in fields),
        "}",
    ]


def robots(site: HostedSite) -> list[File]:
    """Return `robots.txt`."""
    return [File(ROBOTS, robots_text(site.base_url, has_sitemap=site.has_sitemap))]


def robots_text(base_url: str, *, has_sitemap: bool) -> str:
    """Return what crawlers are told (RFC 9309): everything may be read."""
    lines = ["User-agent: *", "Allow: /"]
    if has_sitemap:
        lines.append(f"Sitemap: {base_url}/sitemap.xml")
    return _lines(lines)


def sitemap(site: HostedSite) -> list[File]:
    """Return `sitemap.xml`: the pages for people, and when each last changed.

    More pages than one may list come in several, and `sitemap.xml` lists those.
    """
    parts = [
        site.pages[start : start + MOST_IN_SITEMAP] for start in range(0, len(site.pages), MOST_IN_SITEMAP)
    ]
    if len(parts) <= 1:
        return [File("/sitemap.xml", _urls("urlset", "url", site.base_url, site.pages))]
    files = [
        File(f"/sitemap-{number}.xml", _urls("urlset", "url", site.base_url, part))
        for number, part in enumerate(parts, 1)
    ]
    newest = [max(page.updated for page in part) for part in parts]
    listed = [Page(file.path, updated) for file, updated in zip(files, newest, strict=True)]
    return [*files, File("/sitemap.xml", _urls("sitemapindex", "sitemap", site.base_url, listed))]


def _urls(root: str, element: str, base_url: str, pages: Sequence[Page]) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">')
    for page in pages:
        updated = datetime.fromtimestamp(page.updated, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        address = escape(base_url + quote(page.path), quote=False)
        lines.append(f"<{element}><loc>{address}</loc><lastmod>{updated}</lastmod></{element}>")
    return _lines([*lines, f"</{root}>"])


def nojekyll(_site: HostedSite) -> list[File]:
    """Return `.nojekyll`: GitHub Pages shall take the files as they are."""
    return [File("/.nojekyll", "")]


FILES: Mapping[str, Callable[[HostedSite], list[File]]] = {
    "_headers": headers,
    "_redirects": redirects,
    "nginx.conf": nginx,
    ".nojekyll": nojekyll,
    "robots.txt": robots,
    "sitemap.xml": sitemap,
}
"""Every file that `[export] files` can name."""
HIDDEN = frozenset({"_headers", "_redirects", "nginx.conf"})
"""Those of them that only hosts read."""


def leading_on(base_url: str, target: str) -> bytes:
    """Return a page that leads on to another, for hosts that make no redirects."""
    address = escape(base_url + quote(target))
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Moved</title>\n'
        f'<link rel="canonical" href="{address}">\n<meta http-equiv="refresh" content="0; url={address}">\n'
        f'<meta name="robots" content="noindex">\n'
        f'<p>This page is now at <a href="{address}">{address}</a>.</p>\n'
    ).encode()


def _prefix(site: HostedSite) -> str:
    """Return the path of the base URL: hosts' rules begin at the top of the host."""
    return urlsplit(site.base_url).path.rstrip("/")


def _quoted(path: str) -> str:
    """Spell a path for nginx, which compares what is decoded."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _lines(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
