"""The static site: writes a publication's documents as files, touching only what changed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import msgspec

from feeds.errors import FeedsError
from feeds.index.protocols import DocumentStore
from feeds.index.rows import ExportedFile
from feeds.model.paths import FAVICON, MANIFEST
from feeds.publication.document import Document, Remembered, etag_of
from feeds.publication.manifest import Manifest
from feeds.publication.publication import Publication

from . import icon
from .derived import LEDGER, Derived, above, all_moved, derived, files

Progress = Callable[[int, int], None]

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
_UNWRITTEN = ExportedFile("", -1, -1)
"""Noted for a file that an export is about to write where there was none."""


class Changes(NamedTuple):
    """What an export did, as paths of documents and of `[export] files`."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    foreign: tuple[str, ...]
    """What was not written, because a file stands in its place that no export wrote."""
    compressed: int = 0
    """How many compressed files were written; they are counted nowhere else."""
    notes: tuple[str, ...] = ()
    """What people should know."""


def file_of(path: str) -> str:
    """Return the file, relative to the export's folder, of the document at a URL path."""
    return (path + "index.html" if path.endswith("/") else path).lstrip("/")


def export(
    documents: DocumentStore,
    commit: Callable[[], object],
    publication: Publication,
    folder: Path,
    progress: Progress | None = None,
) -> Changes:
    """Write a publication below a folder.

    Feeds come first, then the pages that link to them, then manifest.json, then what `[export]` asks for
    besides, and only then are the files of vanished documents removed: at no instant does a page or the
    manifest name what is not there. Files that no export wrote are never touched: what is to be written is
    remembered in ``documents``, and committed, before it is.

    Raises FeedsError where the folder cannot be written.
    """
    try:
        return _Export(documents, commit, publication, folder).run(progress)
    except OSError as error:
        raise FeedsError(f"cannot write the export: {error.filename or folder}: {error.strerror}") from None


class _Export:
    def __init__(
        self,
        documents: DocumentStore,
        commit: Callable[[], object],
        publication: Publication,
        folder: Path,
    ) -> None:
        self._documents = documents
        self._commit = commit
        self._publication = publication
        self._folder = folder
        self._key = str(folder.resolve())
        self._recorded = documents.exported(self._key)
        self._remembered = _read_manifest(folder / file_of(MANIFEST))
        self._listed = _read_ledger(folder / file_of(LEDGER))
        """Files that an earlier export says it wrote beside documents."""
        self._ours: dict[str, ExportedFile] = {}
        self._added: list[str] = []
        self._changed: list[str] = []
        self._foreign: list[str] = []
        self._compressed = 0

    def run(self, progress: Progress | None) -> Changes:
        paths = self._publication.paths
        moved = all_moved(self._publication)
        following = derived(self._publication, moved)
        beside = [one.path for several in following.values() for one in several]
        removed = self._clear_the_way([*paths, *beside])
        self._claim([*paths, *beside])
        self._publication.recall(self._remembered)
        present = {path: self._present(path) for path in paths}
        stale = [path for path in paths if path != MANIFEST and not self._is_current(path, present[path])]
        for number, document in enumerate(self._made(stale), 1):
            path = document.path
            self._put(path, document.body, document.etag, present[path])
            self._derive(path, following.pop(path), document.body)
            if progress:
                progress(number, len(stale))
        for path, several in following.items():
            self._derive(path, several)
        for_hosts = files(self._publication, moved)
        self._claim([file.path for file in for_hosts])
        for file in for_hosts:
            body = file.text.encode()
            self._put(file.path, body, etag_of(body), self._present(file.path))
        beside += [file.path for file in for_hosts]
        if beside:
            self._write_ledger(path for path in beside if path not in self._foreign)
        kept = [*self._put_icon(), *([LEDGER] if beside else ())]
        removed += self._remove_all_but({*paths, *beside, *kept})
        self._documents.write_exported(self._key, self._ours)
        self._documents.forget_exported(self._key, removed)
        listed = {path for path in (*paths, *beside, *kept) if _is_listed(path)}
        return Changes(
            tuple(self._added),
            tuple(self._changed),
            tuple(filter(_is_listed, removed)),
            len(listed.difference(self._added, self._changed, self._foreign)),
            tuple(self._foreign),
            self._compressed,
            tuple(f"{file.path[1:]} {file.note}" for file in for_hosts if file.note),
        )

    def _put(self, path: str, body: bytes, etag: str, file: ExportedFile | None) -> None:
        """Write a file, unless it has these bytes already or is somebody else's."""
        if file is not None and file.etag == etag:
            # What is recorded already is not written once more: every commit wakes all who serve.
            if self._recorded.get(path) != file:
                self._ours[path] = file
        elif file is None or self._is_ours(path, file):
            self._write(path, body, etag)
            (self._changed if file else self._added).append(path)
        else:
            self._foreign.append(path)

    def _put_icon(self) -> list[str]:
        """Write the icon, unless somebody else put one there; return its path if it stays."""
        site, file = self._publication.config.site, self._present(FAVICON)
        body = icon.picture(site.icon, site.base_url, self._folder)
        recorded = self._recorded.get(FAVICON, _UNWRITTEN)
        if file is not None and file.etag not in (recorded.etag, etag_of(body or b"")):
            return [FAVICON]
        if body is None:
            return []
        self._claim([FAVICON])
        self._put(FAVICON, body, etag_of(body), file)
        return [FAVICON]

    def _derive(self, path: str, several: Iterable[Derived], body: bytes | None = None) -> None:
        """Write the files that follow from a document, and give them its time; ``body`` if it is at hand."""
        source = self._ours.get(path) or self._recorded.get(path)
        if source is None:
            # Somebody else's file stands in the document's place.
            return
        for one in several:
            etag = f'{source.etag[:-1]}-{one.mark}"' if one.mark else source.etag
            file = self._present(one.path)
            if file is not None and (file.etag, file.mtime_ns) == (etag, source.mtime_ns):
                self._ours[one.path] = file
                continue
            if file is not None and not self._is_ours(one.path, file):
                self._foreign.append(one.path)
                continue
            body = body if body is not None else (self._folder / file_of(path)).read_bytes()
            made = one.make(body)
            if not one.is_compressed:
                self._write(one.path, made, etag, source.mtime_ns)
                (self._changed if file else self._added).append(one.path)
            elif len(made) < len(body):
                self._write(one.path, made, etag, source.mtime_ns)
                self._compressed += 1

    def _made(self, stale: list[str]) -> Iterator[Document]:
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
            if path not in self._recorded and not (self._folder / file_of(path)).exists()
        }
        if new:
            self._documents.write_exported(self._key, new)
            self._commit()
            self._recorded |= new

    def _is_ours(self, path: str, file: ExportedFile) -> bool:
        """Whether an export wrote a file. The manifest lists also what could not be written."""
        if path in self._recorded or path in self._listed:
            return True
        return path in self._remembered and self._remembered[path].etag == file.etag

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

    def _write(self, path: str, body: bytes, etag: str, mtime_ns: int | None = None) -> None:
        stat = _replace(self._folder / file_of(path), body, mtime_ns)
        self._ours[path] = ExportedFile(etag, stat.st_size, stat.st_mtime_ns)

    def _write_ledger(self, beside: Iterable[str]) -> None:
        body = msgspec.json.encode({"files": sorted({*beside, LEDGER})}) + b"\n"
        file = self._present(LEDGER)
        if file is not None and file.etag == etag_of(body):
            self._ours[LEDGER] = file
        elif file is None or self._is_ours(LEDGER, file):
            self._write(LEDGER, body, etag_of(body))
        else:
            self._foreign.append(LEDGER)

    def _clear_the_way(self, paths: Sequence[str]) -> list[str]:
        """Remove what an earlier export wrote where there is a folder now, or in what is a file now."""
        wanted = {f"/{file_of(path)}" for path in paths}
        folders = {folder for file in wanted for folder in above(file)}
        known = self._recorded.keys() | self._remembered.keys() | self._listed
        gone = ((path, f"/{file_of(path)}") for path in sorted(known.difference(paths)))
        removed = self._remove(
            [p for p, file in gone if file in folders or not wanted.isdisjoint(above(file))]
        )
        self._listed -= set(removed)
        self._recorded = {path: file for path, file in self._recorded.items() if path not in removed}
        self._remembered = {path: known for path, known in self._remembered.items() if path not in removed}
        return removed

    def _remove_all_but(self, paths: set[str]) -> list[str]:
        known = self._recorded.keys() | self._remembered.keys() | self._listed
        return self._remove(sorted(known - paths))

    def _remove(self, gone: Iterable[str]) -> list[str]:
        removed = []
        for path in gone:
            file = self._present(path)
            if file is not None and not self._is_ours(path, file):
                continue
            removed.append(path)
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
        if _is_below(line.path)
    }
    written = int(file.stat().st_mtime)
    return remembered | {MANIFEST: Remembered(etag_of(data), written)}


def _read_ledger(file: Path) -> frozenset[str]:
    """Return the files beside documents that an earlier export says it wrote; as `_read_manifest`."""
    try:
        ledger = msgspec.json.decode(file.read_bytes(), type=dict[str, list[str]])
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError, UnicodeDecodeError):
        return frozenset()
    return frozenset(path for path in ledger.get("files", ()) if _is_below(path))


def _is_below(path: str) -> bool:
    """Whether a path that stands in a file leads to a file of the export, and not out of its folder."""
    return path.startswith("/") and ".." not in PurePosixPath(path).parts and "\0" not in path


def _is_listed(path: str) -> bool:
    """Whether people are told of a file: a compressed one says nothing that its document does not."""
    return path != LEDGER and not path.endswith((".gz", ".br"))


def _replace(target: Path, body: bytes, mtime_ns: int | None = None) -> os.stat_result:
    """Write a file so that nobody ever sees half of it; it gets this time of modification, or the present."""
    draft = f"{target.parent}/.{target.name}.{os.getpid()}.tmp"
    try:
        file = os.open(draft, _NEW_FILE, 0o666)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(draft, _NEW_FILE, 0o666)
    try:
        with open(file, "wb") as opened:  # noqa: PTH123 - it is a descriptor
            opened.write(body)
        if mtime_ns is not None:
            os.utime(draft, ns=(mtime_ns, mtime_ns))
        Path(draft).replace(target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return target.stat()
