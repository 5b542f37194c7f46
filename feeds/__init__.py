"""Article records → per-topic RSS and Atom feeds, as a static site and from a server.

The names below are the public ones; the modules behind them may move.
"""

from .config import Config
from .config import load as load_config
from .config import parse as parse_config
from .errors import ConfigError, FeedsError, Problem
from .model.article import Article, Image, Link, Player, Provider, Rating, Related
from .model.feed import Enclosure, Entry, Feed, Person
from .model.topics import Topic, slug
from .version import VERSION

__all__ = [
    "VERSION",
    "Article",
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
    "load_config",
    "parse_config",
    "slug",
]
