"""What a record's place says: its slug, its language, and the folder that it lies in."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from feeds.text import languages

from . import dates

_TAG = re.compile(r"[a-z]{2}(?:[-_](?:[A-Za-z]{2}|[A-Z]?[a-z]{3}))?")
_WORDS = frozenset(
    """
    am as be co cs he ho ie in io is it la me mi ml ms my no om or os pa pi ps so to ts tv
    """.split()  # noqa: SIM905
)
"""Codes of languages that folders and files have as names for other reasons ("IT news", "socket.io")."""
_INDEX = ("index", "_index")


class Location(NamedTuple):
    """What a record's path says."""

    slug: str
    """The file's name without date, language and suffix; that of the folder where the file is its index."""
    folder: str
    """The folder, relative to the one that [records] names, without its slashes; "" for that one itself."""
    language: str
    """As the file or a folder is named for it; "" where neither is."""
    name: str = ""
    """As ``slug``, with the date."""


def locate(path: str, roots: tuple[str, ...], asks_language: bool) -> Location:
    """Return what a record's path says; ``roots`` are the folders that [records] names.

    ``asks_language`` is whether addresses have the language as a part of their own: then any code of a
    language counts, and the folder that is named for one is no part of ``folder``.
    """
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    language = _by_suffix(stem, asks_language)
    if language:
        stem = stem[: -len(language) - 1]
    if stem in _INDEX and folder:
        folder, _, stem = (
            folder.rpartition("/") if folder not in roots else (folder, "", folder.rpartition("/")[2])
        )
    below, by_folder = _folder(folder, roots, asks_language)
    return Location(dates.slug_of_file_name(stem), below, language or by_folder, stem)


def language_of(path: str, roots: tuple[str, ...], pattern: str) -> str:
    """Return the language of `locate`, quickly where there is none; ``pattern`` is that of addresses."""
    folder, _, name = path.rpartition("/")
    if name.count(".") > 1 or name.startswith(_INDEX):
        return locate(path, roots, "{lang}" in pattern).language
    return _folder_language(folder, roots, pattern)


@functools.lru_cache(maxsize=4096)
def _folder_language(folder: str, roots: tuple[str, ...], pattern: str) -> str:
    return _folder(folder, roots, "{lang}" in pattern)[1]


def _by_suffix(stem: str, is_any: bool) -> str:
    """Return the language after the last dot of a file's name, as in ``post.de.md``."""
    before, _, last = stem.rpartition(".")
    return last if before and _is_language(last, is_any or before in _INDEX) else ""


@functools.lru_cache(maxsize=4096)
def _folder(folder: str, roots: tuple[str, ...], asks_language: bool) -> tuple[str, str]:
    """Return a folder relative to the one of the roots that it lies in, and the language of its name."""
    root = max((root for root in roots if _lies_in(folder, root)), key=len, default=".")
    below = folder if root == "." else folder[len(root) + 1 :]
    steps = below.split("/") if below else []
    found = next((step for step in steps if _is_language(step, asks_language)), "")
    if found and asks_language:
        steps.remove(found)
    if not found and _is_language(last := root.rpartition("/")[2], asks_language):
        found = last
    return "/".join(steps), found


def _lies_in(folder: str, root: str) -> bool:
    return root in (".", folder) or folder.startswith(f"{root}/")


def _is_language(name: str, is_any: bool) -> bool:
    if not _TAG.fullmatch(name) or (not is_any and name in _WORDS):
        return False
    try:
        languages.normalise(name)
    except ValueError:
        return False
    return True
