"""What the static site carries beside the documents: compressed files, files at old names, files for hosts.

`[export]` asks for them. They are the export's alone: neither the server nor manifest.json knows them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from feeds.formats import PAGE, by_name, open_types
from feeds.http.caching import Policy
from feeds.http.codings import BY_SUFFIX
from feeds.model.spans import FOREVER
from feeds.publication.publication import Publication

from . import hosts
from .hosts import File, HostedSite, Page

LEDGER = "/.files.json"
"""Lists the export's files that are no documents: it tells ours from others' when the index is lost."""


class Derived(NamedTuple):
    """A file that follows from a document's bytes alone."""

    path: str
    mark: str
    """What its tag has more than the document's; "" for a copy."""
    make: Callable[[bytes], bytes]

    @property
    def is_compressed(self) -> bool:
        """Whether it is the document, only smaller: else it is not worth its place."""
        return self.mark in BY_SUFFIX


def derived(publication: Publication, moved: Mapping[str, str]) -> dict[str, list[Derived]]:
    """Return, for each document's path, the files that follow from it.

    ``moved`` leads from old paths to those of documents.
    """
    settings = publication.config.export
    base_url = publication.config.site.base_url
    found = {}
    for path in publication.paths:
        name = f"{path}index.html" if path.endswith("/") else path
        found[path] = [
            Derived(f"{name}.{coding}", coding, BY_SUFFIX[coding]) for coding in settings.precompressed
        ]
    for old, path in moved.items() if settings.aliases else ():
        if old.endswith("/"):
            found[path].append(Derived(old, "moved", partial(_leading_on, base_url, path)))
        elif not path.endswith("/"):
            found[path].append(Derived(old, "", bytes))
    return found


def _leading_on(base_url: str, path: str, _body: bytes) -> bytes:
    return hosts.leading_on(base_url, path)


def files(publication: Publication, moved: Mapping[str, str]) -> list[File]:
    """Return the files for hosts that the configuration asks for, once all documents are made."""
    config = publication.config
    wanted = config.export.files
    if not wanted:
        return []
    media_types = {path: publication.media_type(path) for path in publication.paths}
    states = {path: publication.state(path) for path, of in media_types.items() if of == PAGE.media_type}
    site = HostedSite(
        base_url=config.site.base_url,
        media_types=media_types,
        open_types=open_types(),
        pages=[Page(path, state.updated) for path, state in sorted(states.items()) if state],
        redirects=moved,
        retired=sorted(publication.retired),
        suffixes=[*(format_.suffix for format_ in by_name(config.feeds.formats)), ""],
        cache_control=Policy.of(config.server).cache_control(FOREVER),
        links={path: link for path in publication.paths if (link := publication.link(path))},
        has_sitemap="sitemap.xml" in wanted,
        hidden=[LEDGER, *(f"/{name}" for name in wanted if name in hosts.HIDDEN)],
    )
    return [file for name, make in hosts.FILES.items() if name in wanted for file in make(site)]
