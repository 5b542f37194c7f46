"""Where feeds for comparison come from: a file, a URL, or the folder of an export."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import msgspec

from feeds import formats
from feeds.config import Config
from feeds.export.site import file_of
from feeds.model.paths import MANIFEST, key_of, of_feed, parted
from feeds.network.addresses import Allowed
from feeds.network.client import AddressRefused, Client, Failed, Limits, Resolve
from feeds.publication.manifest import Manifest
from feeds.text import urls
from feeds.version import VERSION

from .foreign import MOST_BYTES, parse
from .matching import Shelf
from .seen import Seen, SeenFeed, Unreadable

_ACCEPTED = {
    "Accept": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "application/json;q=0.8, text/xml;q=0.8, */*;q=0.1"
}
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]+)", re.I)
_BEST = (".json", ".atom", ".rss")
"""Which format of a feed is read, if there are several: all say the same, JSON is read quickest."""


def is_url(source: str) -> bool:
    """Whether a source is asked for, and not a file."""
    return source.lower().startswith(("http://", "https://"))


def read(source: str, config: Config, resolve: Resolve | None = None) -> SeenFeed:
    """Read a feed from a file or a URL; of the configuration, [probe] says which hosts may be asked.

    Raises Unreadable with the reason.
    """
    if is_url(source):
        return asyncio.run(_asked(source, config, resolve))
    try:
        with Path(source).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable(source, f"cannot be read: {error.strerror}") from None
    return parse(data, source)


async def _asked(source: str, config: Config, resolve: Resolve | None) -> SeenFeed:
    settings = config.probe
    limits = Limits(settings.workers, settings.per_host, settings.pause, max(settings.timeout, 30))
    agent = f"article-feeds/{VERSION} (+{config.site.base_url}/)"
    try:
        address = urls.absolute(source)
    except ValueError as error:
        raise Unreadable(source, str(error)) from None
    try:
        async with Client(limits, agent, Allowed(settings.allow_hosts), resolve) as client:
            most = MOST_BYTES + 1
            reply = await client.ask("GET", address, _ACCEPTED, lambda *_: most, most)
    except AddressRefused as error:
        reason = f"must not be asked: {error}; [probe] allow_hosts makes exceptions"
        raise Unreadable(source, reason) from None
    except Failed as error:
        raise Unreadable(source, str(error)) from None
    if reply.status != 200:
        raise Unreadable(source, f"answers {reply.status} {reply.reason}".rstrip())
    charset = _CHARSET.search(reply.headers.get("Content-Type", ""))
    return parse(reply.head, source, charset=charset[1] if charset else "", url=reply.url)


class _Documents(NamedTuple):
    """The documents of one feed."""

    shown: dict[str, str]
    """By suffix."""
    archives: list[str]


class Export:
    """An exported folder, as far as it has feeds. Raises Unreadable where it is none."""

    def __init__(self, folder: str) -> None:
        self.name = folder
        self._folder = Path(folder)
        try:
            manifest = msgspec.json.decode((self._folder / file_of(MANIFEST)).read_bytes(), type=Manifest)
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", "") or "is not UTF-8"
            raise Unreadable(folder, f"is no exported folder: {MANIFEST[1:]}: {reason}") from None
        except msgspec.DecodeError as error:
            raise Unreadable(folder, f"is no exported folder: {MANIFEST[1:]}: {error}") from None
        self._documents = _by_feed([line.path for line in manifest.documents])

    @property
    def keys(self) -> list[str]:
        """The keys of the feeds, such as "all" and "topics/ai"."""
        return list(self._documents)

    def paths(self, key: str) -> list[str]:
        """Return the paths of a feed's documents for subscribers; nothing, if there is no such feed."""
        found = self._documents.get(key)
        return [of_feed(key, suffix) for suffix in found.shown] if found else []

    def feed(self, key: str) -> SeenFeed:
        """Return a feed as its subscribers get it."""
        shown = self._documents[key].shown
        suffix = next((suffix for suffix in _BEST if suffix in shown), next(iter(shown)))
        return self._read(shown[suffix])

    def beyond(self, key: str) -> list[Seen]:
        """Return what only the archives of a feed have, among what they have."""
        return [entry for path in self._documents[key].archives for entry in self._read(path).entries]

    @cached_property
    def everything(self) -> Shelf:
        """All entries of all feeds."""
        return Shelf(entry for key in self.keys for entry in (*self.feed(key).entries, *self.beyond(key)))

    def leads_on(self, path: str) -> bool:
        """Whether something of the export answers at a path that none of its documents has."""
        return (self._folder / file_of(path)).exists() or path in self._redirects

    @cached_property
    def _redirects(self) -> Mapping[str, str]:
        try:
            text = (self._folder / "_redirects").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return {}
        rules = (line.split() for line in text.splitlines() if not line.startswith("#"))
        return {rule[0]: rule[1] for rule in rules if len(rule) > 1}

    def _read(self, path: str) -> SeenFeed:
        name = str(self._folder / file_of(path))
        try:
            return parse(Path(name).read_bytes(), name)
        except OSError as error:
            raise Unreadable(name, f"cannot be read: {error.strerror}") from None


def _by_feed(paths: list[str]) -> dict[str, _Documents]:
    found: dict[str, _Documents] = {}
    archives: list[tuple[str, str]] = []
    for path in sorted(filter(_is_below, paths)):
        stem, month = parted(path)
        if month:
            archives.append((key_of(stem), path))
            continue
        suffix = next((suffix for suffix in formats.suffixes() if path.endswith(suffix)), "")
        if suffix and path != MANIFEST:
            key = key_of(path, suffix)
            found.setdefault(key, _Documents({}, [])).shown[suffix] = path
    for key, path in archives:
        if key in found:
            found[key].archives.append(path)
    return found


def _is_below(path: str) -> bool:
    """Whether a path leads to a file of the folder, and not out of it."""
    return path.startswith("/") and ".." not in PurePosixPath(path).parts and "\0" not in path


def export_of(source: str) -> str:
    """Return the folder of an export that a source names, itself or by its manifest; "" if it names none."""
    if is_url(source):
        return ""
    path = Path(source)
    if path.is_dir():
        return source
    return str(path.parent) if path.name == MANIFEST[1:] and path.is_file() else ""
