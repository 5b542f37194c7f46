"""Changed files → the folders whose records have to be compared, without looking at all the others."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from feeds.errors import FeedsError

from .files import Excluded, Folder, Signature, exclusion, full_path, missing, shown_path, spelled, split
from .syntax import SUFFIXES


class _Place(NamedTuple):
    """One pattern of [records]: a folder, a single file, or a folder with a glob below it."""

    base: str
    glob: tuple[str, ...]
    is_file: bool = False

    def names(self, path: str) -> list[str] | None:
        """Return the names on the way from the base to a path; None if it is not there or below."""
        if path == self.base:
            return []
        head = self.base.rstrip(os.sep) + os.sep
        if not path.startswith(head):
            return None
        return path.removeprefix(head).split(os.sep)  # noqa: PTH206 - pathlib is slow, for every file


class Places:
    """The folders and globs of a key of [records], made ready to be asked about single folders.

    What is found here is what `files.find` finds, but for what lies behind a symbolic link in a folder, which
    is not looked at. Raises FeedsError where a pattern without a wildcard names nothing.
    """

    def __init__(
        self, root: Path, patterns: tuple[str, ...], exclude: tuple[str, ...] = (), key: str = "paths"
    ) -> None:
        self._root = root
        self._excluded: Excluded = exclusion(exclude)
        self._places = [self._place(pattern, key) for pattern in patterns]

    def _place(self, pattern: str, key: str) -> _Place:
        full = full_path(self._root, pattern)
        if os.path.exists(full):  # noqa: PTH110
            return _Place(full, (), os.path.isfile(full))  # noqa: PTH113
        base, glob = split(self._root, pattern)
        if not glob:
            raise missing(self._root, pattern, key)
        return _Place(base, glob)

    @property
    def bases(self) -> list[str]:
        """The folders and files that the patterns spell out, by their full paths."""
        return [place.base for place in self._places]

    def watched(self) -> list[str]:
        """Return every folder in which a change may matter, by its full path.

        Raises FeedsError where one cannot be read.
        """
        found: dict[str, None] = {}
        for place in self._places:
            if place.is_file:
                found[os.path.dirname(place.base)] = None  # noqa: PTH120
                continue
            try:
                found.update(dict.fromkeys(self._below(place.base)))
            except OSError as error:
                raise FeedsError(f"{error.filename} cannot be read: {error.strerror}") from None
        return list(found)

    def _below(self, folder: str) -> Iterator[str]:
        """Yield a folder and those below it that may hold records."""
        waiting = [folder]
        while waiting:
            folder = waiting.pop()
            if not self._may_hold(folder):
                continue
            yield folder
            with os.scandir(folder) as entries:
                waiting += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]

    def affected(self, changed: Iterable[str]) -> set[str] | None:
        """Return the folders to look into after files and folders changed, by their full paths.

        None means that only looking everywhere will do.
        """
        folders: set[str] = set()
        for path in changed:
            parent, name = os.path.split(path)
            if os.path.isdir(path):  # noqa: PTH112
                if os.path.islink(path):  # noqa: PTH114
                    return None
                try:
                    folders.update(self._below(path))
                except OSError:
                    # It changes while it is looked at; looking everywhere says what is wrong with it.
                    return None
            if name.lower().endswith(SUFFIXES) or not os.path.isfile(path):  # noqa: PTH113
                folders.add(parent)
        return {folder for folder in folders if self._may_hold(folder)}

    def _may_hold(self, folder: str) -> bool:
        for place in self._places:
            names = place.names(folder)
            if names is None:
                if place.is_file and os.path.dirname(place.base) == folder:  # noqa: PTH120
                    return True
            elif not any(map(self._excluded, names)) and _leads_to(place.glob, names):
                return True
        return False

    def look(self, folders: Iterable[str], known: Iterable[str]) -> Iterator[Folder]:
        """Yield these folders as they are now; one that has no records, or is gone, without any.

        ``known`` are the folders in which records were found before, as `Folder.path` spells them: of those
        below a folder that is looked into, the ones that are gone are yielded too.
        """
        looked = set()
        for full in folders:
            folder = Folder(shown_path(self._root, full), self._records_in(full))
            looked.add(folder.path)
            yield folder
        for path in known:
            # A name that the index had to spell in another way tells nothing; a look everywhere does.
            if path in looked or "\\" in path or looked.isdisjoint(map(str, PurePosixPath(path).parents)):
                continue
            if not os.path.isdir(full_path(self._root, path)):  # noqa: PTH112
                yield Folder(path, {})

    def _records_in(self, folder: str) -> dict[str, Signature]:
        files: dict[str, Signature] = {}
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.lower().endswith(SUFFIXES) and self._has(entry.path) and entry.is_file():
                        # It may be gone by now; then it is no record.
                        with contextlib.suppress(FileNotFoundError):
                            stat = entry.stat()
                            files[spelled(entry.name)] = (stat.st_mtime_ns, stat.st_size)
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            raise FeedsError(f"[records] paths: {folder} cannot be read: {error.strerror}") from None
        return files

    def _has(self, path: str) -> bool:
        for place in self._places:
            names = place.names(path)
            if names is not None and not any(map(self._excluded, names)) and _fits(place.glob, names):
                return True
        return False


def _fits(glob: tuple[str, ...], names: list[str]) -> bool:
    """Whether a glob matches a file, or a folder that the file is in."""
    if not glob:
        return True
    if not names:
        return False
    if glob[0] == "**":
        return len(glob) == 1 or _fits(glob[1:], names) or _fits(glob, names[1:])
    return fnmatchcase(names[0], glob[0]) and _fits(glob[1:], names[1:])


def _leads_to(glob: tuple[str, ...], names: list[str]) -> bool:
    """Whether what a glob matches may be in a folder, or below it."""
    if not names or not glob or glob[0] == "**":
        return True
    return fnmatchcase(names[0], glob[0]) and _leads_to(glob[1:], names[1:])
