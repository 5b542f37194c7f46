"""What the static site carries beside the documents: compressed files, files at old names, files for hosts.

`[export]` asks for them. They are the export's alone: neither the server nor manifest.json knows them.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from functools import partial
from typing import NamedTuple

from feeds.formats import PAGE, by_name, open_types
from feeds.http.caching import Policy
from feeds.http.codings import BY_SUFFIX
from feeds.model.spans import FOREVER
from feeds.publication import addresses, redirected
from feeds.publication.publication import Publication

from . import hosts, icon
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
    taken = _Places([*publication.paths])
    base_url = publication.config.site.base_url
    found = {}
    for path in publication.paths:
        name = f"{path}index.html" if path.endswith("/") else path
        found[path] = [
            Derived(f"{name}.{coding}", coding, BY_SUFFIX[coding]) for coding in settings.precompressed
        ]
    for old, path in moved.items() if settings.aliases else ():
        # What leads to another host has no document here; what lies in a file has no place.
        if not path.startswith("/") or (path.endswith("/") and not old.endswith("/")) or not taken.take(old):
            continue
        if path.endswith("/"):
            found[path].append(Derived(old, "moved", partial(_leading_on, base_url, path)))
        else:
            found[path].append(Derived(old, "", bytes))
    return found


def all_moved(publication: Publication) -> dict[str, str]:
    """Return every old or short path that can be known, and the document's path, or the URL, it leads to."""
    paths = dict.fromkeys(publication.paths)
    slugs, rules = publication.redirects, publication.config.redirects
    moved = addresses.all_moved(paths, slugs)
    # What the configuration says goes before what short names mean by themselves.
    explicit = redirected.known(paths, moved, slugs, rules).exact
    return explicit | {old: target for old, target in moved.items() if old not in explicit}


class _Places:
    """Which files there are: none may be where another has its folder."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()
        for path in paths:
            self._add(_file(path))

    def take(self, path: str) -> bool:
        """Take the place of a file, if it is free."""
        file = _file(path)
        if file in self._files or file in self._folders or not self._files.isdisjoint(above(file)):
            return False
        self._add(file)
        return True

    def _add(self, file: str) -> None:
        self._files.add(file)
        self._folders.update(above(file))


def _file(path: str) -> str:
    return f"{path}index.html" if path.endswith("/") else path


def above(file: str) -> list[str]:
    """Return the folders that a file lies in; paths begin with a slash."""
    return [file[:end] for end in range(1, len(file)) if file[end] == "/"]


def _with_slashes(moved: Mapping[str, str], paths: Container[str]) -> dict[str, str]:
    """Add each old path with a slash at its end, or without it, as the server takes both."""
    found = dict(moved)
    for old, path in moved.items():
        other = old.rstrip("/") if old.endswith("/") else f"{old}/"
        if "." not in old.rpartition("/")[2] and other not in paths:
            found.setdefault(other, path)
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
    slugs = publication.redirects
    known = redirected.known(media_types, addresses.all_moved(media_types, slugs), slugs, config.redirects)
    redirects = {**moved, **_with_slashes(known.exact, media_types)}
    site = HostedSite(
        base_url=config.site.base_url,
        media_types=media_types,
        open_types=open_types(),
        pages=[Page(path, state.updated) for path, state in sorted(states.items()) if state],
        redirects=redirects,
        patterns=known.patterns,
        retired=sorted(publication.retired),
        suffixes=[*(format_.suffix for format_ in by_name(config.feeds.formats)), ""],
        cache_control=Policy.of(config.server).cache_control(FOREVER),
        links={path: link for path in publication.paths if (link := publication.link(path))},
        has_sitemap="sitemap.xml" in wanted,
        icon=icon.elsewhere(config.site.icon, config.site.base_url),
        hidden=[LEDGER, *(f"/{name}" for name in wanted if name in hosts.HIDDEN)],
    )
    return [file for name, make in hosts.FILES.items() if name in wanted for file in make(site)]
