"""Pelican: the plain assignments of pelicanconf.py and publishconf.py, which are parsed and never run."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from feeds.config import dialects
from feeds.records.fields import FIELD_NAMES

from . import addresses, data
from .site import Site

LOOKED_FOR = "pelicanconf.py (Pelican)"
_READ = frozenset((*FIELD_NAMES, *dialects.names_of("pelican")))


def recognised(root: Path) -> Site | None:
    """Return what is found of a site of Pelican's; None where it is none."""
    if not (root / "pelicanconf.py").is_file():
        return None
    given: dict[str, Any] = {}
    notes = []
    for name in ("pelicanconf.py", "publishconf.py"):
        if (root / name).is_file():
            try:
                given.update(data.assignments(root / name))
            except ValueError as error:
                notes.append(f"not read: {error}")
    records: dict[str, Any] = {}
    if spelled := data.first(given, "ARTICLE_URL"):
        try:
            records["permalink"] = addresses.of_pelican(spelled)
        except addresses.Unknown as error:
            notes.append(f"ARTICLE_URL = {spelled!r} has {error}, which has no part of ours")
    if given.get("SLUGIFY_SOURCE") == "basename":
        records["slug_from"] = "name"
    pattern = records.get("permalink") or dialects.TABLES["pelican"]["permalink"]
    if made := _ids(data.first(given, "SITEURL"), pattern):
        records["id"] = made
    content = data.first(given, "PATH").strip("./") or "content"
    articles = given.get("ARTICLE_PATHS")
    below = [one for one in articles if isinstance(one, str)] if isinstance(articles, list | tuple) else []
    paths = tuple(f"{content}/{one}".rstrip("/") for one in below) or (content,)
    if any((root / content).rglob("*.rst")):
        notes.append(".rst is not read: of reStructuredText, nothing comes over")
    if given.get("USE_FOLDER_AS_CATEGORY", True):
        notes.append(
            "a category that only the folder is named for is not read; [records.defaults] can say it"
        )
    metadata = given.get("DEFAULT_METADATA")
    given_to_all = metadata.items() if isinstance(metadata, dict) else ()
    usual = {key: str(value) for key, value in given_to_all if key in _READ}
    author = data.first(given, "AUTHOR")
    return Site(
        dialect="pelican",
        root=root,
        title=data.first(given, "SITENAME"),
        description=data.first(given, "SITESUBTITLE", "SITEDESCRIPTION"),
        url=data.first(given, "SITEURL"),
        language=data.first(given, "DEFAULT_LANG"),
        timezone=data.first(given, "TIMEZONE"),
        paths=tuple(path for path in paths if (root / path).exists()) or (content,),
        records=records,
        defaults={"": {**({"author": author} if author else {}), **usual}} if author or usual else {},
        notes=tuple(notes),
    )


def _ids(url: str, permalink: str) -> str:
    """Return the pattern of the ids that Pelican's feeds have, "" where the site has no address."""
    try:
        home = urlsplit(url)
    except ValueError:
        return ""
    day = "{year}-{month}-{day}"
    return f"tag:{home.hostname},{day}:{home.path.rstrip('/')}{permalink}" if home.hostname else ""
