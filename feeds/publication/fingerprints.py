"""Fingerprints: what a document is made from, as a text that differs where the document may."""

from __future__ import annotations

import functools
import hashlib
from importlib import resources

import msgspec

from feeds.config import Config

RENDERER = 5
"""Raised with every change of what is rendered from the same feed: documents are made anew."""


def fingerprint(*values: object) -> str:
    """Return the same text for the same values, and another one for others."""
    return hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()


def common(config: Config) -> str:
    """Return the fingerprint of what all documents are made from."""
    records = config.records
    bodies = records.site_url, records.permalink, records.markdown
    return fingerprint(RENDERER, _looks(), config.site, config.feeds, bodies, config.websub.hubs)


@functools.cache
def _looks() -> str:
    """Return a hash of the templates and of the assets, which decide how pages look."""
    digest = hashlib.sha256()
    for folder in ("templates", "assets"):
        for file in sorted(resources.files("feeds").joinpath(folder).iterdir(), key=lambda file: file.name):
            digest.update(file.read_bytes())
    return digest.hexdigest()
