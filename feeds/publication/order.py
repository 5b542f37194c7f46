"""All kinds of documents, in the order in which documents are listed and written.

Feeds come first, then what they and pages load, then the pages that link to all of it, then the list of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .contents import Contents
from .home import HomePage
from .kinds import ArchiveDocument, Asset, FeedDocument, FeedList, FeedPage, Kind
from .manifest import ManifestDocument

KINDS: tuple[Callable[[Contents], Iterable[Kind]], ...] = (
    FeedDocument.all,
    ArchiveDocument.all,
    Asset.of_feeds,
    FeedList.all,
    Asset.of_pages,
    FeedPage.all,
    HomePage.all,
    ManifestDocument.all,
)
"""For each kind, what gives the documents of it."""


def documents(contents: Contents) -> dict[str, Kind]:
    """Return every document that there is at the contents' instant, by path."""
    return {one.path: one for of_a_kind in KINDS for one in of_a_kind(contents)}
