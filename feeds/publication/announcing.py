"""Announcing: which documents hubs tell subscribers of (https://www.w3.org/TR/websub/)."""

from __future__ import annotations

from collections.abc import Iterable

from feeds.config import Config
from feeds.index.index import Index
from feeds.model.paths import address

from .kinds import Kind


def link(kind: Kind, config: Config) -> str:
    """Return the Link field of a document that hubs tell subscribers of, "" if it is none.

    Both relations are needed for others to subscribe (https://www.w3.org/TR/websub/#discovery).
    """
    hubs = config.websub.hubs
    if not hubs or not kind.is_announced:
        return ""
    own = address(config.site.base_url, kind.path)
    return ", ".join([*(f'<{hub}>; rel="hub"' for hub in hubs), f'<{own}>; rel="self"'])


def announce_later(index: Index, config: Config, kinds: Iterable[Kind], changed: Iterable[str]) -> None:
    """Note in the index which documents changed, for `feeds.push.websub` to tell the hubs.

    ``kinds`` are all documents, ``changed`` paths. What hubs know nothing of, such as pages, is passed over.
    """
    hubs = config.websub.hubs
    known = [kind.path for kind in kinds if hubs and kind.is_announced]
    index.announcements.add(hubs, sorted(set(changed).intersection(known)))
    index.announcements.keep(hubs, known)
