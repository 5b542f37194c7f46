"""Where records are: folders and globs become files with signatures, and files become bytes."""

from __future__ import annotations

import contextlib
import fnmatch
import itertools
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from feeds.errors import FeedsError, RecordRejected

from .others import Others, note
from .syntax import SUFFIXES

Excluded = Callable[[str], Any]
"""Tells whether a name is passed over."""
_READ_ONLY = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_NOT_UTF8 = re.compile(r"\\udc[89a-f][0-9a-f]")


Signature = tuple[int, int]
"""A file's time of modification (nanoseconds) and size (bytes): what tells, unread, whether it changed."""


class Folder(NamedTuple):
    """A folder and the records right in it, as the file system shows them, unread."""

    path: str
    """Relative to the configuration file's folder, with forward slashes; "." for that folder itself."""
    files: dict[str, Signature]
    """By name."""

    def path_of(self, name: str) -> str:
        """Return the path of one of its records."""
        return name if self.path == "." else f"{self.path}/{name}"


def find(
    root: Path,
    patterns: tuple[str, ...],
    exclude: tuple[str, ...] = (),
    key: str = "paths",
    others: Others | None = None,
) -> Iterator[Folder]:
    """Yield every folder under the folders and globs that has records, each folder once, in no order.

    A folder is walked to its depth; names that begin with a dot or match one of ``exclude`` (shell patterns
    for the names of files and folders) are passed over. ``root`` is what relative patterns are relative to,
    ``key`` the key of [records] that they come from. ``others`` is told of texts of kinds that are not read.

    Raises FeedsError where a pattern names nothing or a folder cannot be read.
    """
    excluded = exclusion(exclude)
    others = {} if others is None else others
    folders = (folder for pattern in patterns for folder in _expand(root, pattern, excluded, key, others))
    if len(patterns) == 1 and not _is_glob(patterns[0]):
        yield from folders
        return
    # Patterns can overlap, so that all of them have to be known before the first folder is complete.
    merged: dict[str, dict[str, Signature]] = {}
    for folder in folders:
        merged.setdefault(folder.path, {}).update(folder.files)
    for path, files in merged.items():
        yield Folder(path, files)


def exclusion(exclude: tuple[str, ...]) -> Excluded:
    """Return what tells whether a name is passed over: hidden, or one of these shell patterns."""
    return re.compile("|".join(map(fnmatch.translate, (".*", *exclude)))).match


def _is_glob(pattern: str) -> bool:
    return any(sign in pattern for sign in "*?[")


def _expand(root: Path, pattern: str, excluded: Excluded, key: str, others: Others) -> Iterator[Folder]:
    full = full_path(root, pattern)
    try:
        if os.path.exists(full):  # noqa: PTH110
            yield from _under(full, shown_path(root, full), excluded, others)
            return
        matched = False
        for path, is_excluded in _matches(root, pattern, excluded):
            matched = True
            if not is_excluded:
                yield from _under(str(path), shown_path(root, str(path)), excluded, others)
    except OSError as error:
        place = error.filename or full
        raise FeedsError(f"[records] {key}: {place} cannot be read: {error.strerror}") from None
    if not matched:
        raise missing(root, pattern, key)


def full_path(root: Path, pattern: str) -> str:
    """Return where a path or pattern of [records] points to, as the file system spells it."""
    return os.path.normpath(os.path.join(root, os.path.expanduser(pattern)))  # noqa: PTH111, PTH118


def missing(root: Path, pattern: str, key: str) -> FeedsError:
    """Return the error for a pattern that names nothing."""
    reason = "matches nothing" if _is_glob(pattern) else "does not exist"
    return FeedsError(f"[records] {key}: {pattern} {reason} (looked for {full_path(root, pattern)})")


def split(root: Path, pattern: str) -> tuple[str, tuple[str, ...]]:
    """Divide a pattern into the folder that it spells out and the glob below it, () if there is none."""
    parts = Path(pattern).expanduser().parts
    fixed = list(itertools.takewhile(lambda part: not _is_glob(part), parts))
    return os.path.normpath(root.joinpath(*fixed)), parts[len(fixed) :]


def folders(root: Path, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders that patterns spell out, as paths of records begin with them; of a file, its own."""
    found = []
    for pattern in patterns:
        shown = shown_path(root, split(root, pattern)[0])
        found.append(shown.rpartition("/")[0] or "." if shown.lower().endswith(SUFFIXES) else shown)
    return tuple(dict.fromkeys(found))


def _matches(root: Path, pattern: str, excluded: Excluded) -> Iterator[tuple[Path, bool]]:
    """Yield what a glob matches, and whether a name that it does not spell out itself is excluded."""
    base, glob = split(root, pattern)
    if not glob:
        return
    for path in Path(base).glob("/".join(glob)):
        yield path, any(map(excluded, path.relative_to(base).parts))


def shown_path(root: Path, full: str) -> str:
    """Return a path as messages and the index spell it: relative to the root, with forward slashes."""
    return spelled(os.path.relpath(full, root).replace(os.sep, "/"))


def _under(full: str, shown: str, excluded: Excluded, others: Others) -> Iterator[Folder]:
    if not os.path.isdir(full):  # noqa: PTH112
        if full.lower().endswith(SUFFIXES) and os.path.isfile(full):  # noqa: PTH113
            stat = os.stat(full)  # noqa: PTH116
            folder, _, name = shown.rpartition("/")
            yield Folder(folder or ".", {name: (stat.st_mtime_ns, stat.st_size)})
        else:
            note(others, "", shown)
        return
    # os.scandir, because pathlib makes an object for each of what may be a million files.
    waiting = [(full, shown)]
    while waiting:
        path, shown = waiting.pop()
        files: dict[str, Signature] = {}
        with os.scandir(path) as entries:
            for entry in entries:
                name = entry.name
                if excluded(name):
                    continue
                if name.lower().endswith(SUFFIXES) and entry.is_file():
                    # It may be gone by now; then it is no record, as it will not be in the next listing.
                    with contextlib.suppress(FileNotFoundError):
                        stat = entry.stat()
                        files[spelled(name)] = (stat.st_mtime_ns, stat.st_size)
                elif entry.is_dir(follow_symlinks=False):
                    below = spelled(name)
                    waiting.append((entry.path, below if shown == "." else f"{shown}/{below}"))
                else:
                    note(others, shown, name)
        if files:
            yield Folder(shown, files)


def spelled(name: str) -> str:
    """Spell a name that is not UTF-8 so that messages and the index can carry it."""
    return name if name.isprintable() else name.encode(errors="backslashreplace").decode()


def walked_into(root: Path, patterns: tuple[str, ...], exclude: tuple[str, ...], folder: str) -> str:
    """Return the one of the patterns whose folder `find` walks into this one from; "" if there is none."""
    target = Path(os.path.normpath(root / folder))
    for pattern in patterns:
        base = Path(os.path.normpath(root / Path(pattern).expanduser()))
        if target.is_relative_to(base):
            names = target.relative_to(base).parts
            if not any(fnmatch.fnmatch(name, passed) for name in names for passed in (".*", *exclude)):
                return pattern
    return ""


def read(root: str, path: str, max_bytes: int) -> bytes:
    """Return a record's bytes; its path is relative to ``root``.

    Raises RecordRejected where the file is larger than ``max_bytes`` or cannot be read.
    """
    try:
        # Neither a Path nor a file object: they would cost as much as the reading.
        file = os.open(f"{root}/{path}", _READ_ONLY)
        try:
            size = os.fstat(file).st_size
            data = os.read(file, 0 if size > max_bytes else size + 1)
        finally:
            os.close(file)
    except OSError as error:
        reason = "its name is not UTF-8" if _NOT_UTF8.search(path) else error.strerror
        raise RecordRejected(f"cannot be read: {reason}") from None
    if size > max_bytes:
        raise RecordRejected(f"is larger than [records] max_bytes = {max_bytes:,} bytes; no article is")
    return data
