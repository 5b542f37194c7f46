"""Where records are: folders and globs become files with signatures, and files become bytes."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from feeds.errors import FeedsError, RecordRejected

from .syntax import SUFFIXES

_Excluded = Callable[[str], Any]


class RecordFile(NamedTuple):
    """A record's file as the file system shows it, unread."""

    path: str
    """Relative to the configuration file's folder, with forward slashes."""
    mtime_ns: int
    size: int


def find(root: Path, patterns: tuple[str, ...], exclude: tuple[str, ...] = ()) -> Iterator[RecordFile]:
    """Yield every record under the folders and globs, each once, in no order.

    A folder is walked to its depth; names that begin with a dot or match one of ``exclude`` (shell patterns
    for the names of files and folders) are passed over. ``root`` is what relative patterns are relative to.

    Raises FeedsError where a pattern without a wildcard names nothing.
    """
    excluded = re.compile("|".join(map(fnmatch.translate, (".*", *exclude)))).match
    seen: set[str] = set()
    overlapping = len(patterns) > 1 or _is_glob("".join(patterns))
    for pattern in patterns:
        for found in _expand(root, pattern, excluded):
            if overlapping:
                if found.path in seen:
                    continue
                seen.add(found.path)
            yield found


def _is_glob(pattern: str) -> bool:
    return any(sign in pattern for sign in "*?[")


def _expand(root: Path, pattern: str, excluded: _Excluded) -> Iterator[RecordFile]:
    full = os.path.normpath(os.path.join(root, os.path.expanduser(pattern)))  # noqa: PTH111, PTH118
    if _is_glob(pattern):
        anchor = Path(full).anchor
        for path in Path(anchor).glob(str(Path(full).relative_to(anchor))):
            if not excluded(path.name):
                yield from _under(str(path), _shown(root, str(path)), excluded)
    elif os.path.exists(full):  # noqa: PTH110
        yield from _under(full, _shown(root, full), excluded)
    else:
        raise FeedsError(f"[records] paths: {pattern} does not exist (looked for {full})")


def _shown(root: Path, full: str) -> str:
    return os.path.relpath(full, root).replace(os.sep, "/")


def _under(full: str, shown: str, excluded: _Excluded) -> Iterator[RecordFile]:
    if not os.path.isdir(full):  # noqa: PTH112
        if full.lower().endswith(SUFFIXES):
            stat = os.stat(full)  # noqa: PTH116
            yield RecordFile(shown, stat.st_mtime_ns, stat.st_size)
        return
    # os.scandir, because pathlib makes an object for each of what may be a million files.
    folders = [(full, "" if shown == "." else shown + "/")]
    while folders:
        folder, prefix = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if excluded(name):
                    continue
                if name.lower().endswith(SUFFIXES) and entry.is_file():
                    stat = entry.stat()
                    yield RecordFile(prefix + name, stat.st_mtime_ns, stat.st_size)
                elif entry.is_dir(follow_symlinks=False):
                    folders.append((entry.path, prefix + name + "/"))


def read(root: Path, path: str, max_bytes: int) -> bytes:
    """Return a record's bytes.

    Raises RecordRejected where the file is larger than ``max_bytes`` or cannot be read.
    """
    try:
        with (root / path).open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise RecordRejected(f"cannot be read: {error.strerror}") from None
    if len(data) > max_bytes:
        raise RecordRejected(f"is larger than [records] max_bytes = {max_bytes:,} bytes; no article is")
    return data
