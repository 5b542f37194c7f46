"""Pages for people: the feed of a topic, and the list of all topics."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from feeds.feed import Feed, Home

if TYPE_CHECKING:
    from . import Format


def feed_page(feed: Feed, formats: Sequence[Format]) -> bytes:
    """Return a topic's page: what its feed is about, how to subscribe, the latest articles."""
    # The page is /topics/SLUG/, its feeds are /topics/SLUG.rss beside it.
    stem = "../" + quote(feed.key.rpartition("/")[2])
    return _render("feed.html", feed=feed, formats=formats, stem=stem, root="../../")


def home_page(home: Home, formats: Sequence[Format]) -> bytes:
    """Return the page of all topics."""
    return _render("home.html", home=home, formats=formats, root="")


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
    environment.filters["path"] = quote
    environment.filters["day"] = lambda moment: f"{moment:%Y-%m-%d}"
    return environment
