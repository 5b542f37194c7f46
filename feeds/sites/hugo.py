"""Hugo and Zola: one configuration, a folder of content with sections."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import addresses, data
from .site import Site
from .survey import survey, without_articles

LOOKED_FOR = "hugo.toml, config/_default or config.toml with baseURL (Hugo)"
LOOKED_FOR_ZOLA = "zola.toml or config.toml with base_url (Zola)"
_SUFFIXES = (".toml", ".yaml", ".yml", ".json")
_USUAL = ("posts", "post", "blog", "news", "articles", "writing", "journal")


def recognised(root: Path) -> Site | None:
    """Return what is found of a site of Hugo's; None where it is none."""
    notes: list[str] = []
    given = _settings(root, notes)
    if given is None:
        return None
    language = data.first(given, "defaultcontentlanguage") or "en"
    languages = _table(given, "languages")
    own = data.folded(_table(languages, language))
    if len(languages) > 1:
        others = ", ".join(sorted(name for name in languages if name.lower() != language.lower()))
        notes.append(f"only the language {language!r} is read; further ones are {others}")
    content = data.first(own, "contentdir") or _mounted(given) or data.first(given, "contentdir") or "content"
    content = content.strip("./")
    locale = data.first(own, "languagecode", "locale") or data.first(given, "languagecode", "locale")
    url = data.first(own, "baseurl") or data.first(given, "baseurl")
    if data.is_true(given.get("defaultcontentlanguageinsubdir")) and url:
        url = f"{url.rstrip('/')}/{language}"
    parameters = {**data.folded(_table(given, "params")), **data.folded(_table(own, "params"))}
    section, paths, exclude = _articles(root, content, parameters.get("mainsections"))
    records: dict[str, Any] = {"exclude": exclude} if exclude else {}
    if pattern := _permalink(given, section, notes):
        records["permalink"] = pattern
    if "cascade" in given:
        notes.append("cascade is not read; [records.defaults] has values for folders")
    return Site(
        dialect="hugo",
        root=root,
        title=data.first(own, "title") or data.first(given, "title"),
        description=data.first(own, "description") or data.first(parameters, "description", "subtitle"),
        url=url,
        language=locale or language,
        timezone=data.first(given, "timezone"),
        paths=paths,
        records=records,
        authors=tuple(
            f"data/authors{suffix}" for suffix in _SUFFIXES if (root / f"data/authors{suffix}").is_file()
        ),
        notes=tuple(notes),
    )


def zola(root: Path) -> Site | None:
    """Return what is found of a site of Zola's; None where it is none."""
    file = next((root / name for name in ("zola.toml", "config.toml") if (root / name).is_file()), None)
    if file is None:
        return None
    try:
        given = data.mapping(file)
    except ValueError:
        return None
    if "base_url" not in given:
        return None
    try:
        home = data.mapping(root / "content/_index.md")
    except ValueError:
        home = {}
    _, paths, exclude = _articles(root, "content", None)
    records: dict[str, Any] = {"exclude": exclude} if exclude else {}
    if (base := paths[0].removeprefix("content").strip("/")) and len(paths) == 1:
        records["permalink"] = f"/{base}/{{folder}}/{{slug}}/"
    slugs = _table(given, "slugify")
    if data.first(slugs, "paths") in ("safe", "off"):
        records["lowercase_slugs"] = False
    return Site(
        dialect="zola",
        root=root,
        title=data.first(given, "title") or data.first(home, "title"),
        description=data.first(given, "description") or data.first(home, "description"),
        url=data.first(given, "base_url"),
        language=data.first(given, "default_language"),
        # Zola reads nothing else; what lies beside are assets.
        paths=tuple(f"{path}/**/*.md" for path in paths),
        records=records,
        notes=("dates without a zone are taken to be UTC, as Zola does",),
    )


def _settings(root: Path, notes: list[str]) -> dict[str, Any] | None:
    """Return all that the site's configuration says, names in small letters; None where it is not Hugo's."""
    found: dict[str, Any] = {}
    is_there = False
    folder = root / "config/_default"
    files = [root / f"hugo{suffix}" for suffix in _SUFFIXES]
    files += [root / f"config{suffix}" for suffix in _SUFFIXES]
    files += sorted(folder.iterdir()) if folder.is_dir() else []
    for file in files:
        if not file.is_file() or file.suffix not in _SUFFIXES:
            continue
        try:
            given = data.folded(data.mapping(file))
        except ValueError as error:
            notes.append(f"not read: {error}")
            is_there = is_there or file.stem == "hugo"
            continue
        if file.parent == folder and file.stem not in ("hugo", "config"):
            name, _, language = file.stem.partition(".")
            into = _named(found, name.lower())
            (_named(into, language) if language else into).update(given)
            continue
        is_there = is_there or file.stem == "hugo" or "baseurl" in given
        found.update(given)
    if "languages" in found:
        # languages.en.toml is a part of [languages].
        found["languages"] = {name: one for name, one in found["languages"].items() if isinstance(one, dict)}
    return found if is_there else None


def _named(given: dict[str, Any], name: str) -> dict[str, Any]:
    if not isinstance(given.get(name), dict):
        given[name] = {}
    found: dict[str, Any] = given[name]
    return found


def _table(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = given.get(name)
    return value if isinstance(value, dict) else {}


def _mounted(given: Mapping[str, Any]) -> str:
    mounts = _table(given, "module").get("mounts")
    for mount in mounts if isinstance(mounts, list) else []:
        if isinstance(mount, dict) and data.first(mount, "target") == "content":
            return data.first(mount, "source")
    return ""


def _articles(root: Path, content: str, main: Any) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return the section that has the articles ("" if that is not one), paths, and names to pass over."""
    found = survey(root, content)
    named = [name for name in (main if isinstance(main, list) else [main]) if isinstance(name, str)]
    sections = found.sections
    for name in (*named[:1], *(_USUAL if not named else ()), *(name for name, _ in sections.most_common(1))):
        is_most = sections[name] >= 0.6 * len(found.dated)
        if name and sections[name] and (name in named or name in _USUAL or is_most) and is_most:
            return name, (f"{content}/{name}",), ()
    passed = without_articles(found)
    return "", (content,), ("_index.*", "README.*", *passed) if passed else ()


def _permalink(given: Mapping[str, Any], section: str, notes: list[str]) -> str:
    permalinks = _table(given, "permalinks")
    permalinks = {**permalinks, **_table(permalinks, "page")}
    spelled = data.first(permalinks, section) if section else ""
    is_ugly = given.get("uglyurls")
    is_ugly = is_ugly.get(section) if isinstance(is_ugly, dict) else is_ugly
    usual = f"/{section}/{{folder}}/{{slug}}/" if section else ""
    try:
        pattern = addresses.of_hugo(spelled, section) if spelled else usual
    except addresses.Unknown as error:
        notes.append(f"permalinks.{section} = {spelled!r} has {error}, which has no part of ours")
        return usual
    if data.is_true(is_ugly):
        pattern = f"{(pattern or '/{folder}/{slug}/').rstrip('/')}.html"
    return pattern
