"""The list of all documents: manifest.json, which is made after all others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from feeds.formats import Format
from feeds.model.paths import MANIFEST

from .contents import Contents
from .document import Rendered
from .fingerprints import fingerprint
from .kinds import Given


class ManifestLine(msgspec.Struct):
    """One document in manifest.json."""

    path: str
    media_type: str
    etag: str
    updated: datetime
    entries: int


class Manifest(msgspec.Struct):
    """The list of documents: what manifest.json holds."""

    documents: list[ManifestLine]


class ManifestDocument(msgspec.Struct, frozen=True, gc=False):
    """The list of all documents but itself."""

    path: ClassVar[str] = MANIFEST
    media_type: ClassVar[str] = "application/json"
    feed: ClassVar[str] = ""
    month: ClassVar[str] = ""
    format: ClassVar[Format | None] = None
    is_announced: ClassVar[bool] = False
    is_list: ClassVar[bool] = True

    @classmethod
    def all(cls, _: Contents) -> Iterator[ManifestDocument]:
        """Yield the one that there is."""
        yield cls()

    def inputs(self, given: Given) -> str:
        """Return the fingerprint of the states of all others."""
        return fingerprint([(one.path, one.state) for one in given.listed()])

    def make(self, given: Given) -> Rendered:
        """List the others."""
        listed = given.listed()
        lines = [
            ManifestLine(
                one.path,
                one.media_type,
                one.state.etag,
                datetime.fromtimestamp(one.state.updated, UTC),
                one.state.entries,
            )
            for one in listed
        ]
        return Rendered(
            self.path,
            msgspec.json.format(msgspec.json.encode(Manifest(lines)), indent=1) + b"\n",
            0,
            max(one.state.updated for one in listed),
            max(one.state.valid_from for one in listed),
            min(one.state.valid_until for one in listed),
        )
