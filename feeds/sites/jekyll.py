"""Jekyll: `_config.yml`, `_posts`, collections and defaults of folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from feeds.config import dialects
from feeds.records.fields import FIELD_NAMES

from . import addresses, data
from .site import Site

LOOKED_FOR = "_config.yml or _posts (Jekyll)"
_CONFIGS = ("_config.yml", "_config.yaml", "_config.toml")
_READ = frozenset((*FIELD_NAMES, *dialects.names_of("jekyll"))) - {"permalink", "type"}


def recognised(root: Path) -> Site | None:
    """Return what is found of a site of Jekyll's; None where it is none."""
    config = next((root / name for name in _CONFIGS if (root / name).is_file()), None)
    if config is None and not (root / "_posts").is_dir():
        return None
    given: dict[str, Any] = {}
    notes = []
    if config is not None:
        try:
            given = data.mapping(config)
        except ValueError as error:
            notes.append(f"not read: {error}")
    source = data.first(given, "source").strip("./")
    below = f"{source}/" if source else ""
    permalink, told = _permalink(given)
    url = f"{data.first(given, 'url')}{data.first(given, 'baseurl').rstrip('/')}" if given.get("url") else ""
    records: dict[str, Any] = {"permalink": permalink} if permalink else {}
    plugins = [one for key in ("plugins", "gems") for one in given.get(key) or () if isinstance(one, str)]
    if "jekyll-feed" in plugins and url:
        pattern = permalink or str(dialects.TABLES["jekyll"]["permalink"])
        records["id"] = f"{url.rstrip('/')}{pattern.removesuffix('.html').rstrip('/')}"
    if (root / f"{below}_drafts").is_dir():
        notes.append("_drafts is not read: drafts are in no feed")
    return Site(
        dialect="jekyll",
        root=root,
        title=data.first(given, "title", "name"),
        description=data.first(given, "description", "tagline", "subtitle"),
        url=url,
        language=data.first(given, "lang", "locale", "language"),
        timezone=data.first(given, "timezone"),
        paths=_paths(root, below, data.first(given, "collections_dir").strip("/")),
        records=records,
        authors=tuple(
            f"{below}_data/authors{suffix}"
            for suffix in (".yml", ".yaml", ".json")
            if (root / f"{below}_data/authors{suffix}").is_file()
        ),
        defaults=_defaults(given.get("defaults"), root, below),
        notes=(*notes, *told),
    )


def _paths(root: Path, below: str, collections: str) -> tuple[str, ...]:
    posts = f"{below}{collections}/_posts" if collections else f"{below}_posts"
    found = [posts] if (root / posts).is_dir() else []
    base = root / below if below else root
    found += [
        folder.relative_to(root).as_posix()
        for folder in sorted(base.glob("[!_.]*/_posts"))
        if folder.relative_to(root).as_posix() not in found
    ]
    return tuple(found)


def _permalink(given: dict[str, Any]) -> tuple[str, list[str]]:
    """Return the permalink of posts, "" for the usual one, and what is to be told of it."""
    spelled = data.first(given, "permalink")
    collections = given.get("collections")
    posts = collections.get("posts") if isinstance(collections, dict) else None
    if isinstance(posts, dict):
        spelled = data.first(posts, "permalink") or spelled
    for scope, values in _scopes(given.get("defaults")):
        if data.first(scope, "type") == "posts" and not data.first(scope, "path"):
            spelled = data.first(values, "permalink") or spelled
    if not spelled or spelled == "date":
        return "", []
    try:
        return addresses.of_jekyll(spelled.replace(":collection", "posts")), []
    except addresses.Unknown as error:
        return "", [
            f"permalink = {spelled!r} has {error}, which has no part of ours; write it in our spelling"
        ]


def _scopes(given: Any) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    items = given if isinstance(given, list) else []
    return [
        (item["scope"] if isinstance(item.get("scope"), dict) else {}, item["values"])
        for item in items
        if isinstance(item, dict) and isinstance(item.get("values"), dict)
    ]


def _defaults(given: Any, root: Path, below: str) -> dict[str, dict[str, Any]]:
    """Return what defaults say of posts, as far as feeds have a use for it."""
    found: dict[str, dict[str, Any]] = {}
    for scope, values in _scopes(given):
        folder = data.first(scope, "path").strip("/")
        kept = {key: value for key, value in values.items() if key in _READ and value not in (None, "")}
        is_of_posts = data.first(scope, "type") in ("", "posts", "post")
        if not kept or not is_of_posts or "*" in folder or (folder and not (root / below / folder).is_dir()):
            continue
        found.setdefault(f"{below}{folder}".rstrip("/"), {}).update(kept)
    return found
