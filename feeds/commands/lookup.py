"""Which record somebody means: by its file, its URL, its id or its title, or nearly so."""

from __future__ import annotations

import difflib
import heapq
import os
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from feeds.config import Config
from feeds.errors import FeedsError
from feeds.index.protocols import RecordStore
from feeds.index.rows import Heading, kin
from feeds.text import urls

_MOST_SHOWN = 3
_MOST_COMPARED = 50
"""So many names are compared letter by letter, which is slow; all others only by what they share."""
_NEAR = 0.5
"""How alike names have to be that are suggested, from 0 to 1."""
_LONGEST = 200
"""Of what was asked for, so many characters are compared."""
_GRAM = 3


def find(records: RecordStore, config: Config, asked: str) -> str:
    """Return the path of the record that is meant: a file, an article's URL, its id, or its title.

    A file is a path from the current folder or from that of config.toml, or a name that only one has. Case
    and white space make no difference to titles. Reads every article once where neither file nor id is meant.

    Raises FeedsError, with the nearest records, where there is none, or where several are meant.
    """
    known = records.paths()
    root = Path(config.root).resolve()
    for candidate in (Path(asked), root / asked):
        with suppress(OSError, ValueError):
            path = os.path.relpath(candidate.resolve(), root).replace(os.sep, "/")
            if path in known:
                return path
    if named := [path for path in known if PurePosixPath(path).name == asked]:
        return _only(asked, named, "name")
    ids = set(_ids(asked, config))
    groups = records.groups([kin(one) for one in sorted(ids)], 1)
    if same := [found.article.path for group in groups for found in group if found.article.id in ids]:
        return _only(asked, same, "id" if asked in ids and "://" not in asked else "id or URL")
    return _among_articles(records, config, asked, known)


def _ids(asked: str, config: Config) -> Iterator[str]:
    """Yield the ids that an article may have that is asked for like this."""
    yield asked
    if config.site.id_authority:
        yield urls.tag_uri(config.site.id_authority, asked)
    if urls.is_absolute_uri(asked):
        with suppress(ValueError):
            yield urls.canonical_uri(asked)
    yield from _canonical(asked)


def _canonical(url: str) -> list[str]:
    """Return the form of a URL that articles are told apart by; nothing, if it is none."""
    try:
        return [urls.canonical(urls.absolute(url))]
    except ValueError:
        return []


def _among_articles(records: RecordStore, config: Config, asked: str, known: set[str]) -> str:
    """Find a URL or a title among all articles, and on the way what is near, should it not be there."""
    canonical = _canonical(asked)
    # Cheap to look for, and part of every spelling of that URL.
    tail = _tail(canonical[0]) if canonical else ""
    title = _folded(asked)
    by_url: list[str] = []
    by_title: list[str] = []
    near = _Near((tail.casefold() if canonical else title)[:_LONGEST])
    rejected = set(known)
    for found in records.headings():
        rejected.discard(found.path)
        if canonical and tail in found.url and _is_at(found, asked, canonical):
            by_url.append(found.path)
        heading = _folded(found.title)
        if heading == title:
            by_title.append(found.path)
        near.weigh(found.path, _tail(found.url).casefold() if canonical else heading, found.title)
    for path in rejected:
        near.weigh(path, "", "")
    if by_url:
        return _only(asked, by_url, "URL")
    if by_title:
        return _only(asked, by_title, "title")
    reason = f"{asked}: is not among the records of [records] paths = {list(config.records.paths)}"
    shown = [f"{path} ({title!r})" if title else path for path, title in near.nearest()]
    hint = f"; did you mean {' or '.join(shown)}?" if shown else ""
    raise FeedsError(f"{reason}, by file, URL, id or title{hint}")


class _Near:
    """Keeps the records that share most with what was asked for, and tells which are most like it."""

    def __init__(self, asked: str) -> None:
        self._asked = asked
        self._grams = _grams(asked)
        self._kept: list[tuple[int, str, str, str]] = []

    def weigh(self, path: str, heading: str, title: str) -> None:
        """Take a record into account: its file, what else to compare, and its title as it is."""
        text = f"{PurePosixPath(path).name.casefold()} {heading}"
        shared = sum(gram in text for gram in self._grams)
        if len(self._kept) < _MOST_COMPARED:
            heapq.heappush(self._kept, (shared, path, heading, title))
        elif shared > self._kept[0][0]:
            heapq.heapreplace(self._kept, (shared, path, heading, title))

    def nearest(self) -> list[tuple[str, str]]:
        """Return path and title of the few records that are most like what was asked for."""
        found = []
        for _, path, heading, title in self._kept:
            likeness = self._likeness(PurePosixPath(path).name.casefold(), heading)
            if likeness >= _NEAR:
                found.append((-likeness, path, title))
        return [(path, title) for _, path, title in sorted(found)[:_MOST_SHOWN]]

    def _likeness(self, name: str, heading: str) -> float:
        stem = name.rpartition(".")[0]
        matcher = difflib.SequenceMatcher(None, "", self._asked, autojunk=False)
        likeness = 0.0
        for candidate in (name, stem, heading):
            matcher.set_seq1(candidate)
            likeness = max(likeness, matcher.ratio())
        # A file without its date, a part of a title: not alike, letter by letter, and meant.
        asked = PurePosixPath(self._asked).name
        is_part = stem.endswith(asked.rpartition(".")[0] or asked) or self._asked in heading
        return max(likeness, _NEAR) if is_part else likeness


def _tail(url: str) -> str:
    """Return the last part of a URL's path."""
    return url.partition("?")[0].rstrip("/").rpartition("/")[2]


def _is_at(heading: Heading, asked: str, canonical: list[str]) -> bool:
    return heading.url == asked or _canonical(heading.url) == canonical


def _only(asked: str, paths: list[str], kind: str) -> str:
    if len(paths) == 1:
        return paths[0]
    shown = ", ".join(sorted(paths)[:5])
    more = f" and {len(paths) - 5} more" if len(paths) > 5 else ""
    raise FeedsError(f"{asked}: several records have this {kind}, so name a file: {shown}{more}")


def _folded(title: str) -> str:
    return " ".join(unicodedata.normalize("NFC", title).casefold().split())


def _grams(text: str) -> set[str]:
    """Return every three letters that follow each other in a text, or a shorter text itself."""
    return {text[start : start + _GRAM] for start in range(max(len(text) - _GRAM + 1, 1))}
