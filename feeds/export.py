"""The static site: writes a publication's documents as files, touching only what changed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import msgspec

from .errors import FeedsError
from .index import ExportedFile, Index
from .publication import MANIFEST, Document, Manifest, Publication, Remembered, etag_of

Progress = Callable[[int, int], None]

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
_UNWRITTEN = ExportedFile("", -1, -1)
"""Noted for a file that an export is about to write where there was none."""


class Changes(NamedTuple):
    """What an export did, as paths of documents."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    foreign: tuple[str, ...]
    """Documents that were not written, because a file stands in their place that no export wrote."""


def file_of(path: str) -> str:
    """Return the file, relative to the export's folder, of the document at a URL path."""
    return (path + "index.html" if path.endswith("/") else path).lstrip("/")


def export(index: Index, publication: Publication, folder: Path, progress: Progress | None = None) -> Changes:
    """Write a publication below a folder.

    Feeds come first, then the pages that link to them, then manifest.json, and only then are the files of
    vanished documents removed: at no instant does a page or the manifest name what is not there. Files that
    no export wrote are never touched.

    Raises FeedsError where the folder cannot be written.
    """
    try:
        return _Export(index, publication, folder).run(progress)
    except OSError as error:
        raise FeedsError(f"cannot write the export: {error.filename or folder}: {error.strerror}") from None


class _Export:
    def __init__(self, index: Index, publication: Publication, folder: Path) -> None:
        self._index = index
        self._publication = publication
        self._folder = folder
        self._key = str(folder.resolve())
        self._recorded = index.exported(self._key)
        self._remembered = _read_manifest(folder / file_of(MANIFEST))
        self._ours: dict[str, ExportedFile] = {}

    def run(self, progress: Progress | None) -> Changes:
        added: list[str] = []
        changed: list[str] = []
        foreign: list[str] = []
        paths = self._publication.paths
        self._claim(paths)
        self._publication.recall(self._remembered)
        present = {path: self._present(path) for path in paths}
        stale = [path for path in paths if path != MANIFEST and not self._is_current(path, present[path])]
        for number, document in enumerate(self._documents(stale), 1):
            path = document.path
            file = present[path]
            if file is not None and file.etag == document.etag:
                self._ours[path] = file
            elif file is None or self._is_ours(path):
                self._write(document)
                (changed if file else added).append(path)
            else:
                foreign.append(path)
            if progress:
                progress(number, len(stale))
        removed = self._remove_all_but(set(paths))
        self._index.write_exported(self._key, self._ours)
        self._index.forget_exported(self._key, removed)
        unchanged = len(paths) - len(added) - len(changed) - len(foreign)
        return Changes(tuple(added), tuple(changed), tuple(removed), unchanged, tuple(foreign))

    def _documents(self, stale: list[str]) -> Iterator[Document]:
        """Make what is not current, and last of all the list of everything, if it is not either."""
        yield from self._publication.documents(stale)
        if not self._is_current(MANIFEST, self._present(MANIFEST)):
            yield from self._publication.documents([MANIFEST])

    def _is_current(self, path: str, file: ExportedFile | None) -> bool:
        """Whether the file that stands at a document's place has the document's bytes."""
        state = self._publication.state(path)
        if state is None or file is None or file.etag != state.etag:
            return False
        if file != self._recorded.get(path):
            self._ours[path] = file
        return True

    def _claim(self, paths: Iterable[str]) -> None:
        """Note for good which files will be ours, so that an interrupted export can be gone on with."""
        new = {
            path: _UNWRITTEN
            for path in paths
            if not self._is_ours(path) and not (self._folder / file_of(path)).exists()
        }
        if new:
            self._index.write_exported(self._key, new)
            self._index.commit()
            self._recorded |= new

    def _is_ours(self, path: str) -> bool:
        return path in self._recorded or path in self._remembered

    def _present(self, path: str) -> ExportedFile | None:
        """Return what stands at a document's place, or None. Bytes are read only where nothing else tells."""
        target = self._folder / file_of(path)
        try:
            stat = target.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        recorded = self._recorded.get(path)
        if recorded and (recorded.size, recorded.mtime_ns) == (stat.st_size, stat.st_mtime_ns):
            return recorded
        return ExportedFile(etag_of(target.read_bytes()), stat.st_size, stat.st_mtime_ns)

    def _write(self, document: Document) -> None:
        stat = _replace(self._folder / file_of(document.path), document.body)
        self._ours[document.path] = ExportedFile(document.etag, stat.st_size, stat.st_mtime_ns)

    def _remove_all_but(self, paths: set[str]) -> list[str]:
        removed = sorted((self._recorded.keys() | self._remembered.keys()) - paths)
        for path in removed:
            target = self._folder / file_of(path)
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                target.unlink()
            for parent in list(target.parents)[: len(PurePosixPath(file_of(path)).parts) - 1]:
                try:
                    parent.rmdir()
                except OSError:
                    break
        return removed


def _read_manifest(file: Path) -> dict[str, Remembered]:
    """Return what an earlier export says it wrote; nothing, if the file is missing or somebody else's."""
    try:
        data = file.read_bytes()
        manifest = msgspec.json.decode(data, type=Manifest)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError, UnicodeDecodeError):
        return {}
    remembered = {
        line.path: Remembered(line.etag, int(line.updated.timestamp()))
        for line in manifest.documents
        if line.path.startswith("/") and ".." not in PurePosixPath(line.path).parts and "\0" not in line.path
    }
    written = int(file.stat().st_mtime)
    return remembered | {MANIFEST: Remembered(etag_of(data), written)}


def _replace(target: Path, body: bytes) -> os.stat_result:
    """Write a file so that nobody ever sees half of it."""
    draft = f"{target.parent}/.{target.name}.{os.getpid()}.tmp"
    try:
        file = os.open(draft, _NEW_FILE, 0o666)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(draft, _NEW_FILE, 0o666)
    try:
        with open(file, "wb") as opened:  # noqa: PTH123 - it is a descriptor
            opened.write(body)
        Path(draft).replace(target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return target.stat()
