"""The site's own pages that bodies are taken from: which of them changed, and which are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from feeds.config import Config
from feeds.errors import FeedsError, Problem
from feeds.index.index import Index
from feeds.index.protocols import FactStore
from feeds.records import files, rendered

Names = dict[str, rendered.Seen]
"""A folder's records → the page of each."""
_FACT = "pages of "
"""The facts that remember these, one a folder of records."""
_decode = msgspec.json.Decoder(Names).decode


def folder_of(config: Config) -> str:
    """Return the full path of the folder of the site's pages, "" where bodies are the records' own."""
    named = config.records.rendered
    return files.full_path(Path(config.root), named) if named else ""


def check(config: Config) -> None:
    """Raise FeedsError where the folder of pages is not there, or its pages would be read as records."""
    root, records = Path(config.root), config.records
    if not records.rendered:
        return
    if not Path(folder_of(config)).is_dir():
        raise files.missing(root, records.rendered, "rendered")
    among = files.walked_into(root, records.paths, records.exclude, records.rendered)
    if among:
        raise FeedsError(
            f"[records] rendered: {records.rendered} lies in {among!r} of [records] paths, where its pages "
            "would be read as records; name it in [records] exclude"
        )


class Pages:
    """What the index knows of pages. Nothing is asked or remembered where bodies are the records' own."""

    def __init__(self, facts: FactStore, folder: str) -> None:
        self._facts = facts
        self._folder = folder
        self._changed: dict[str, Names] = {}

    def _known(self, records: str) -> Names:
        if records in self._changed:
            return self._changed[records]
        packed = self._facts.get(_FACT + records)
        return _decode(packed) if packed else {}

    def changed(self, records: files.Folder) -> set[str]:
        """Return which of a folder's records have a page that is not as it was."""
        if not self._folder:
            return set()
        return {
            name
            for name, seen in self._known(records.path).items()
            if name in records.files and rendered.signature(self._folder, seen.names) != seen[1:]
        }

    def forget(self, records: str, names: Iterable[str]) -> None:
        """Forget the pages of a folder's records."""
        if self._folder and (known := self._known(records)):
            self._changed[records] = known
            for name in names:
                known.pop(name, None)

    def note(self, found: Iterable[tuple[str, rendered.Seen]]) -> None:
        """Take in records, by their paths, and the page of each."""
        for path, seen in found:
            folder, _, name = path.rpartition("/")
            self._changed.setdefault(folder or ".", self._known(folder or "."))[name] = seen

    def save(self) -> None:
        """Have the index remember it."""
        for folder, names in self._changed.items():
            packed = msgspec.json.encode(names).decode() if names else ""
            self._facts.remember(_FACT + folder, packed)


_REASONS: Mapping[str, str] = {
    rendered.MISSING: "has no page",
    rendered.EMPTY: "has a page without its text",
    rendered.REFUSED: "has a page that cannot be read",
    rendered.FOREIGN: "has no page, because its URL is not below [records] site_url",
}


def warning(index: Index, config: Config, fault: str, first: str, records: str) -> Problem:
    """Return what is told of records without a body on a page; ``records`` says in how many."""
    found = index.records.articles_at([first])
    page = looked_at(config, found[0].article.url, found[0].article.title) if found else None
    where = ""
    if page and page.name:
        shown = f"{config.records.rendered.rstrip('/')}/{page.name}"
        where = f": {shown} {_more(page, config)}"
    reason = f"{_REASONS[fault]} in [records] rendered{where}, {records}; the record's own body is taken"
    return Problem(first, 0, "", reason, "warning")


def _more(page: rendered.Page, config: Config) -> str:
    if page.fault == rendered.REFUSED:
        return page.reason
    if page.fault == rendered.EMPTY:
        selector = config.records.rendered_selector
        return f"has nothing in {selector}" if selector else "has no text that could be guessed"
    return "is not there"


def looked_at(config: Config, url: str, title: str) -> rendered.Page | None:
    """Return the page of an article as it is now; None where bodies are the records' own."""
    folder, records = folder_of(config), config.records
    if not folder:
        return None
    return rendered.page_of(
        url, title, folder, records.rendered_selector, records.site_url, records.max_bytes
    )
