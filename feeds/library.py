"""The publication as a server needs it: synced once, its documents made when first asked for and kept."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from . import pipeline
from .config import Config
from .publication import Document, Publication
from .sync import Report


class Kept(NamedTuple):
    """A document and its compressed form, made once."""

    document: Document
    gzipped: bytes


class Library:
    """The documents of one configuration, for several threads at once.

    ``clock`` tells the instant in seconds since 1970; a document is made anew when selection by itself makes
    another one due.
    """

    def __init__(self, config: Config, clock: Callable[[], int] | None = None) -> None:
        self.config = config
        self._clock = clock or (lambda: int(time.time()))
        self._kept: dict[str, Kept] = {}
        self._lock = threading.Lock()
        self._known = pipeline.described_topics(config)[0]
        self.report, self.paths, self.redirects, self.retired = pipeline.synced(
            config, self._clock(), _overview
        )

    def document(self, path: str) -> Kept | None:
        """Return the document at a URL path, or None."""
        kept = self._kept.get(path)
        if kept and self._clock() < kept.document.valid_until:
            return kept
        with self._lock:
            kept = self._kept.get(path)
            now = self._clock()
            if kept and now < kept.document.valid_until:
                return kept
            kept = self._make(path, now) if path in self.paths else None
            if kept:
                self._kept[path] = kept
            return kept

    def _make(self, path: str, now: int) -> Kept | None:
        def make(publication: Publication) -> Document | None:
            return publication.document(path) if path in publication.paths else None

        document = pipeline.published(self.config, self._known, now, make)
        # No time stamp in the gzip header: the same bytes every time.
        return Kept(document, gzip.compress(document.body, 9, mtime=0)) if document else None


def _overview(
    made: pipeline.Synced,
) -> tuple[Report, frozenset[str], dict[str, str], frozenset[str]]:
    publication = made.publication
    return made.report, frozenset(publication.paths), publication.redirects, publication.retired
