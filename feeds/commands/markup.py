"""What is looked for in HTML: the picture that readers show, and the feeds that a page has."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin

_MOST = 200_000
"""A picture further down in an entry, or a feed further down in a page, is not looked for (characters)."""
_PICTURE = re.compile(r"<img\b[^>]*?\ssrc\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)


def first_picture(html: str) -> str:
    """Return the address of the first picture in HTML, "" if there is none."""
    match = _PICTURE.search(html[:_MOST])
    return unescape(match[1] or match[2] or match[3] or "").strip() if match else ""


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        is_feed = given.get("type", "").split(";")[0].strip() in (
            "application/rss+xml",
            "application/atom+xml",
            "application/feed+json",
        )
        if tag == "link" and "alternate" in given.get("rel", "").lower().split() and is_feed:
            self.found.append(given.get("href", ""))


def feeds_of_page(html: str, url: str) -> list[str]:
    """Return the addresses of the feeds that a page names, in its order."""
    links = _Links()
    links.feed(html[:_MOST])
    return [found if "://" in found else urljoin(url, found) for found in links.found if found]
