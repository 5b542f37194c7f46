"""Embedded players: the page behind one, for people, and a picture of what it plays.

A frame has no place in a feed. The pages and pictures of well-known sites follow from the addresses of their
frames; of others, the address of the frame is the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from feeds.model.article import Player
from feeds.text import cleaning, references, urls

_FRAME = re.compile(
    r"""<(?:iframe|embed|video|audio|source)\b[^<>]*?\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I
)
_ADDRESS = re.compile(r"(?:https?:)?//[^\s<>\"]+")


def player(html: str, site_url: str) -> Player:
    """Return the page and the picture behind the HTML of an embedded player, or behind its bare address.

    Raises ValueError with a reason fit for people: no address in it, or one that is of no use.
    """
    found = _FRAME.search(html)
    address = cleaning.decoded(next(filter(None, found.groups()), "") if found else html).strip()
    if not found and not _ADDRESS.fullmatch(address):
        raise ValueError("has no address of a player")
    address = references.in_front_matter(
        f"https:{address}" if address.startswith("//") else address, site_url
    )
    for pattern, page in _PAGES:
        match = pattern.match(address)
        if match:
            return page(match)
    # Widgets of other sites that show a page say which one.
    inner = parse_qs(urlsplit(address).query).get("url", [""])[0]
    if "embed" in urls.host(address) and _ADDRESS.fullmatch(inner):
        return Player(urls.absolute(inner))
    return Player(address)


def _youtube(match: re.Match[str]) -> Player:
    video, query = match[1], parse_qs(match[2] or "")
    if video == "videoseries" and re.fullmatch(r"[\w-]+", "".join(query.get("list", []))):
        return Player(f"https://www.youtube.com/playlist?list={query['list'][0]}")
    return Player(f"https://www.youtube.com/watch?v={video}", f"https://i.ytimg.com/vi/{video}/hqdefault.jpg")


def _vimeo(match: re.Match[str]) -> Player:
    # A video that is not listed anywhere needs its key.
    key = "".join(parse_qs(match[2] or "").get("h", []))
    return Player(f"https://vimeo.com/{match[1]}/{key}" if key.isalnum() else f"https://vimeo.com/{match[1]}")


def _site(
    pattern: str, page: str, picture: str = ""
) -> tuple[re.Pattern[str], Callable[[re.Match[str]], Player]]:
    return re.compile(pattern), lambda match: Player(match.expand(page), match.expand(picture))


_PAGES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Player]], ...] = (
    (
        re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)/?(?:\?([^#]*))?(?:#.*)?$"),
        _youtube,
    ),
    (re.compile(r"https?://player\.vimeo\.com/video/(\d+)/?(?:\?([^#]*))?(?:#.*)?$"), _vimeo),
    _site(
        r"https?://(?:www\.)?dailymotion\.com/embed/video/(\w+)",
        r"https://www.dailymotion.com/video/\1",
        r"https://www.dailymotion.com/thumbnail/video/\1",
    ),
    _site(r"https?://embed\.ted\.com/([\w/-]+)", r"https://www.ted.com/\1"),
    _site(r"https?://open\.spotify\.com/embed/(\w+/\w+)", r"https://open.spotify.com/\1"),
    _site(r"https?://embed\.podcasts\.apple\.com/([^?#]+(?:\?i=\d+)?)", r"https://podcasts.apple.com/\1"),
    _site(r"(https?://channel9\.msdn\.com/.+)/player/?(?:[?#].*)?$", r"\1"),
)
