"""Files among the records that are texts of a kind that is not read."""

from __future__ import annotations

import posixpath

_KINDS_NAMES = """
    .rst .rest .adoc .asciidoc .asc .org .txt .text .textile .creole .wiki .mediawiki .djot .typ
    .tex .latex .rtf .doc .docx .odt .pages .ipynb .rmd .qmd .mkd .mkdn .mdwn .mdown .mdtxt .mdtext
    .mmd .jsonl .ndjson .pod .muse .t2t
"""
_KINDS = frozenset(_KINDS_NAMES.split())
_NO_ARTICLES_NAMES = """
    readme license licence copying notice authors contributing contributors changelog changes
    history todo robots humans ads app-ads security llms llms-full requirements cname keybase
    version manifest cmakelists
"""
_NO_ARTICLES = frozenset(_NO_ARTICLES_NAMES.split())
"""What files of these kinds are called that lie beside records and are none; without suffix."""

Others = dict[str, set[str]]
"""Suffix → the files that have it."""


def note(others: Others, folder: str, name: str) -> None:
    """Note a file that is no record, if it may be an article in the eyes of its author."""
    stem, suffix = posixpath.splitext(name)
    suffix = suffix.lower()
    if suffix not in _KINDS or stem.lower() in _NO_ARTICLES:
        return
    # The name may be no UTF-8.
    shown = name if name.isprintable() else name.encode(errors="backslashreplace").decode()
    others.setdefault(suffix, set()).add(f"{folder}/{shown}" if folder not in ("", ".") else shown)
