"""Where the articles of a site are: which folders have texts with dates."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

_TEXTS = (".md", ".markdown", ".mdx", ".html", ".htm")
_PASSED_OVER = frozenset(
    """
    node_modules vendor dist build _site public_html out target venv __pycache__ _drafts drafts archetypes
    themes layouts templates _layouts _includes test tests fixtures __tests__ examples
    """.split()  # noqa: SIM905
)
_DATE = re.compile(
    r"""^\s{0,4}["']?(?:date|pubdate|pubdatetime|publish[a-z_]*|posted|created[a-z_]*|datepublished)["']?\s*[:=]\s*["']?\d""",
    re.I | re.M,
)
_DATED_NAME = re.compile(r"(?:^|/)\d{4}-\d{1,2}-\d{1,2}(?:[-_ .]|$)")
_DATED_PATH = re.compile(r"(?:^|[/\"'])\d{4}/\d\d?/\d\d?/")
_HEAD = 4_096
_MOST = 50_000
_FEW = 200
_MOST_NAMES = 25
_BLOGS = frozenset(("blog", "_posts", "posts", "post", "news", "articles", "journal", "writing"))


class Survey(NamedTuple):
    """Texts of a site, by path relative to its folder."""

    dated: tuple[str, ...]
    """Those with a date: articles."""
    undated: tuple[str, ...]

    def below(self, folder: str) -> Survey:
        """Return what lies below a folder, relative to it."""
        start = f"{folder}/" if folder not in ("", ".") else ""
        return Survey(*(tuple(one[len(start) :] for one in part if one.startswith(start)) for part in self))

    @property
    def sections(self) -> Counter[str]:
        """How many articles each of the first folders has; "" for files beside them."""
        return Counter(path.partition("/")[0] if "/" in path else "" for path in self.dated)


def survey(root: Path, folder: str = "", suffixes: tuple[str, ...] = _TEXTS) -> Survey:
    """Look at each text below a folder of a site; links and hidden folders are passed over."""
    dated: list[str] = []
    undated: list[str] = []
    base = root / folder if folder not in ("", ".") else root
    for where, folders, files in os.walk(base):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _PASSED_OVER)
        for name in sorted(files):
            if name.startswith((".", "_index.")) or not name.lower().endswith(suffixes):
                continue
            full = Path(where) / name
            path = full.relative_to(base).as_posix()
            (dated if _is_dated(full, path) else undated).append(path)
            if len(dated) + len(undated) >= _MOST:
                return Survey(tuple(dated), tuple(undated))
    return Survey(tuple(dated), tuple(undated))


def _is_dated(file: Path, path: str) -> bool:
    try:
        with file.open("rb") as opened:
            head = opened.read(_HEAD).decode("utf-8", "replace").lstrip("\ufeff")
    except OSError:
        return False
    if head.startswith(("---", "+++", "{")):
        closing = re.search(r"\n(?:---|\+\+\+)[ \t]*\r?(?:\n|\Z)", head)
        front = head[: closing.start()] if closing else head
    elif re.match(r"\w+: ", head):
        front = head.partition("\n\n")[0]
    else:
        return False
    return bool(_DATED_NAME.search(path) or _DATE.search(front) or _DATED_PATH.search(front))


def densest(found: Survey, least: float = 0.75) -> str:
    """Return the deepest folder that still has nearly all articles; "." for that of the survey itself."""
    folder, rest = "", found
    while rest.sections:
        name, number = rest.sections.most_common(1)[0]
        if not name or number < least * len(rest.dated) or number < 2 or _is_bundle(rest, name):
            break
        folder, rest = f"{folder}/{name}".lstrip("/"), rest.below(name)
        if name in _BLOGS:
            # What lies below are kinds of articles.
            break
    return folder or "."


def _is_bundle(found: Survey, name: str) -> bool:
    """Whether a folder is that of one article, or of a year."""
    return name.isdecimal() or any(path.startswith(f"{name}/index.") for path in found.dated)


def samples(found: Survey) -> tuple[str, ...]:
    """Return some articles of all there are, spread evenly."""
    step = max(1, len(found.dated) // _FEW)
    return found.dated[::step]


def without_articles(found: Survey) -> tuple[str, ...]:
    """Return the names of a folder's files and folders that have no articles, if they are few."""
    kept = {name.partition("/")[0] for name in found.dated}
    passed = {name.partition("/")[0] for name in found.undated} - kept
    passed = {name for name in passed if not name.startswith("README.")}
    return tuple(sorted(passed)) if len(passed) <= _MOST_NAMES else ()
