"""fastfeedparser: the parser of a search engine's feed aggregator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import fastfeedparser

from .base import Fetched, Program, Seen


class FastFeedParser(Program):
    """What a program on fastfeedparser has."""

    formats = frozenset({"rss", "atom", "json"})
    revalidates = False

    def fetch(self, url: str, validators: Mapping[str, str]) -> Fetched:
        return Fetched(list(map(_seen, fastfeedparser.parse(url).entries)), {})


def _seen(entry: Any) -> Seen:
    enclosures = entry.get("enclosures") or [link for link in entry.links if link.get("rel") == "enclosure"]
    image = enclosures[0].get("url") or enclosures[0].get("href") if enclosures else ""
    return Seen(
        entry.id,
        entry.title,
        entry.link,
        int(datetime.fromisoformat(entry.published).timestamp()),
        entry.get("author", ""),
        image,
        entry.content[0]["value"],
    )
