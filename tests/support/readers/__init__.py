"""Readers that people use, behind one interface: one module each, one row each."""

from __future__ import annotations

from .base import Reader, Seen
from .fastfeedparser import FastFeedParser
from .feedparser import FeedParser
from .feedsmith import FeedSmith
from .newsboat import Newsboat
from .reader import Lemon24Reader
from .rssguard import RssGuard
from .sfeed import Sfeed

__all__ = ["READERS", "Reader", "Seen"]

READERS: tuple[type[Reader], ...] = (
    FastFeedParser,
    FeedParser,
    FeedSmith,
    Lemon24Reader,
    Newsboat,
    RssGuard,
    Sfeed,
)
