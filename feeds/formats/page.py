"""Pages for people: the feed of a topic, and the list of all topics."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from feeds.formats.browsers import CONTENT_POLICY, REFERRER_POLICY
from feeds.formats.subscribe import READERS
from feeds.model import paths
from feeds.model.feed import Composer, Feed, Home

if TYPE_CHECKING:
    from . import Format

LATEST = 6
"""How many articles the first page shows."""
_SHOWN = 24
"""How many articles a topic's page shows, whatever its feed holds: pages stay light."""
_SUMMARY = 220
"""Characters of an article's summary that pages show."""
_FEW = 50
"""Up to so many topics, the first page names the feeds of each; beyond, only their own pages do."""


def feed_page(feed: Feed, formats: Sequence[Format]) -> bytes:
    """Return a topic's page: what its feed is about, how to subscribe, the latest articles."""
    # The page is /topics/SLUG/, its feeds are /topics/SLUG.rss beside it.
    stem = "../" + quote(feed.key.rpartition("/")[2])
    root = "../" * (feed.key.count("/") + 1)
    entries = feed.entries[:_SHOWN]
    return _render("feed.html", feed=feed, entries=entries, formats=formats, stem=stem, root=root)


def home_page(home: Home, formats: Sequence[Format]) -> bytes:
    """Return the page of all topics, with the latest articles of all."""
    feed, lines = home.feed, home.lines
    values = {"feed": feed, "entries": feed.entries, "lines": lines, "are_few": len(lines) <= _FEW}
    return _render("home.html", formats=formats, stem=feed.key, root="", home=home, **values)


def compose_page(composer: Composer, formats: Sequence[Format]) -> bytes:
    """Return the page that composes questions, with the answer to the one that was asked."""
    return _render("compose.html", composer=composer, formats=formats, root="")


def _render(template: str, **values: object) -> bytes:
    return _environment().get_template(template).render(**values).encode()


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("feeds"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals["readers"] = READERS
    environment.globals["content_policy"] = CONTENT_POLICY
    environment.globals["referrer_policy"] = REFERRER_POLICY
    environment.globals["paths"] = paths
    # Relative, because a proxy may have taken a prefix off the path.
    environment.filters["relative"] = lambda path: quote(path[1:])
    environment.filters["day"] = lambda moment: f"{moment:%Y-%m-%d}"
    # A text without spaces is cut where the length is reached.
    environment.filters["shortened"] = lambda text: environment.call_filter(
        "truncate", text, [_SUMMARY, False, "…"], context=None
    )
    return environment
