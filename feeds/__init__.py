"""Article records → per-topic RSS and Atom feeds, as a static site and from a server.

The names below are the public ones; the modules behind them may move. docs/library.md shows them at work.
"""

from typing import TYPE_CHECKING, Any

from .config import Config
from .config import load as load_config
from .config import parse as parse_config
from .errors import ConfigError, FeedsError, Problem
from .model.article import Article, Author, Image, Link, Player, Provider, Rating, Related
from .model.feed import Enclosure, Entry, Feed, Person
from .model.topics import Topic, slug
from .version import VERSION

if TYPE_CHECKING:
    from .api import build, check, create_app, open_publication

__all__ = [
    "VERSION",
    "Article",
    "Author",
    "Config",
    "ConfigError",
    "Enclosure",
    "Entry",
    "Feed",
    "FeedsError",
    "Image",
    "Link",
    "Person",
    "Player",
    "Problem",
    "Provider",
    "Rating",
    "Related",
    "Topic",
    "build",
    "check",
    "create_app",
    "load_config",
    "open_publication",
    "parse_config",
    "slug",
]


def __getattr__(name: str) -> Any:
    """Import what the verbs need when one of them is asked for: `feeds --help` needs none of it (PEP 562)."""
    if name in ("build", "check", "create_app", "open_publication"):
        from . import api

        return getattr(api, name)
    raise AttributeError(f"module 'feeds' has no attribute {name!r}")
