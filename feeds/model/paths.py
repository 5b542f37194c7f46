"""The URLs of the publication, below ``base_url`` and not percent-encoded. No other module spells one.

A feed's key, such as "all", "topics/ai" or "feeds/best", is its path without the first slash and the suffix.
"""

from __future__ import annotations

import re
from urllib.parse import quote

ALL = "all"
"""The key of the feed of everything selected."""
QUESTION = "feed"
"""The key of feeds that a query asks for: /feed.rss?q=…"""
_TOPICS = "topics/"
_NAMED = "feeds/"
TOPICS = f"/{_TOPICS}"
"""What the paths of all topics begin with."""

HOME = "/"
OPML = "/feeds.opml"
MANIFEST = "/manifest.json"
COMPOSE = "/compose"
HEALTH = "/healthz"
METRICS = "/metrics"
FAVICON = "/favicon.ico"
ROBOTS = "/robots.txt"

# Assets lie in the package where their paths say.
FEED_STYLE = "/assets/feed.css"
PAGE_STYLE = "/assets/style.css"
PAGE_SCRIPT = "/assets/page.js"
PAGE_ICON = "/assets/icon.svg"
COMPOSE_STYLE = "/assets/compose.css"
COMPOSE_SCRIPT = "/assets/compose.js"
FEED_ASSETS = {FEED_STYLE: "text/css"}
"""What browsers load that show a feed, with its media type."""
PAGE_ASSETS = {PAGE_STYLE: "text/css", PAGE_SCRIPT: "text/javascript", PAGE_ICON: "image/svg+xml"}
"""What pages load, with its media type."""
COMPOSE_ASSETS = {COMPOSE_STYLE: "text/css", COMPOSE_SCRIPT: "text/javascript"}
"""What the page loads that composes questions, with its media type."""

CUSTOMARY = {
    "/feed": "/all.rss",
    "/feed.xml": "/all.rss",
    "/rss.xml": "/all.rss",
    "/feed.rss": "/all.rss",
    "/atom.xml": "/all.atom",
    "/feed.atom": "/all.atom",
    "/feed.json": "/all.json",
}
"""Where people look for the feed of everything → where it is."""

INDEX = "/index.html"
"""How some spell the end of a page's path."""
_ARCHIVE = re.compile(r"(/.+)(/archive/[0-9]{4}-[0-9]{2}\.atom)")
_OF_TOPIC = re.compile(r"/topics/([^/.]+)([/.].*)")


def topic_key(slug: str) -> str:
    """Return the key of a topic's feed."""
    return f"{_TOPICS}{slug}"


def topic_of(key: str) -> str:
    """Return the slug of the topic whose feed has a key, or "" where the key is none of a topic's feed."""
    return key.removeprefix(_TOPICS) if key.startswith(_TOPICS) else ""


def feed_key(name: str) -> str:
    """Return the key of a named feed."""
    return f"{_NAMED}{name}"


def name_of(key: str) -> str:
    """Return the name of the feed with a key, or "" where the key is not that of a named feed."""
    return key.removeprefix(_NAMED) if key.startswith(_NAMED) else ""


def of_feed(key: str, suffix: str) -> str:
    """Return the path of a feed in one format, such as ".rss"; its stem, where the suffix is ""."""
    return f"/{key}{suffix}"


def of_page(key: str) -> str:
    """Return the path of a feed's page for people: that of everything has the first page."""
    return HOME if key == ALL else f"/{key}/"


def of_archive(key: str, month: str) -> str:
    """Return the path of a feed's archive document of a month, such as "2024-05"."""
    return f"/{key}/archive/{month}.atom"


def key_of(path: str, suffix: str = "") -> str:
    """Return the key of the feed whose path with a suffix this is; that of a stem, where the suffix is ""."""
    return path[1:].removesuffix(suffix)


def parted(path: str) -> tuple[str, str]:
    """Divide the path of an archive document into that of its feed's stem and the rest, "" for all others."""
    archive = _ARCHIVE.fullmatch(path)
    return (archive[1], archive[2]) if archive else (path, "")


def topic_in(path: str) -> tuple[str, str]:
    """Return the slug of the topic that a document's path belongs to, and what follows it; or twice ""."""
    match = _OF_TOPIC.fullmatch(path)
    return (match[1], match[2]) if match else ("", "")


def address(base_url: str, path: str) -> str:
    """Return the absolute URL of a path, percent-encoded."""
    return base_url + quote(path)


def identity(key: str) -> str:
    """Return what the tag URI of a feed says after its authority. It never changes, whatever paths do."""
    return f"feeds/{key}"
