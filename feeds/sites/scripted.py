"""Astro, Eleventy, Gatsby, Next and their like: programs configure them, so that only plain texts are taken.

Where the articles are is found by looking for them.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from feeds.config import dialects
from feeds.errors import RecordRejected
from feeds.records import frontmatter, syntax
from feeds.records.fields import FIELD_NAMES

from . import addresses, data
from .site import Site
from .survey import Survey, densest, samples, survey, without_articles

LOOKED_FOR = (
    "astro.config.* (Astro)",
    "eleventy.config.* or .eleventy.js (Eleventy)",
    "gatsby-config.* (Gatsby)",
    "next.config.* or package.json beside a folder of Markdown with dates (Next and the like)",
)
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+(?!js$|ts$|io\.git$)[a-z]{2,}")
_FRONT = ("src", "content", "pages", "app", "public", "site", "docs", "data", "input", "collections")
"""Folders that are no part of addresses."""
_URLS = ("siteUrl", "site_url", "SITE_URL", "siteURL", "baseUrl", "BASE_URL", "metadataBase", "site", "url")
_CNAMES = ("CNAME", "public/CNAME", "static/CNAME", "src/CNAME")
_TITLES = ("SITE_TITLE", "siteTitle", "siteName", "title", "name")


class _Kind(NamedTuple):
    dialect: str
    configs: tuple[Path, ...]


def recognised(root: Path) -> Site | None:
    """Return what is found of a site that a program configures; None where there are no articles."""
    kind = _kind(root)
    if kind is None:
        return None
    found = survey(root)
    if not found.dated:
        if kind.dialect == "next" and not kind.configs:
            return None
        found = Survey(found.undated, ())
    folder = densest(found)
    notes = ["what a program decides is not known: compare some addresses with those of the site"]
    package, _ = data.packages(root)
    url, told = _address(root, kind, package)
    notes += told
    permalink, usual = _folder_data(root, folder, notes)
    records: dict[str, Any] = {"permalink": permalink or _permalink(folder, kind)}
    if passed := without_articles(found.below(folder)):
        records["exclude"] = (*dialects.TABLES[kind.dialect]["exclude"], *passed)
    if fields := _fields(root, folder, found):
        records["fields"] = fields
    if any(path.endswith(".mdx") for path in found.dated):
        notes.append("components in .mdx files are not run; feeds get what stands between them")
    return Site(
        dialect=kind.dialect,
        root=root,
        title=_said(root, kind, _TITLES) or data.first(package, "displayName"),
        description=_said(root, kind, ("SITE_DESCRIPTION", "siteDescription", "description", "subtitle")),
        url=url,
        language=_language(folder) or _said(root, kind, ("lang", "language", "locale", "defaultLocale")),
        paths=(folder,),
        records=records,
        defaults={folder: usual} if usual else {},
        notes=tuple(notes),
    )


def _kind(root: Path) -> _Kind | None:
    _, needed = data.packages(root)
    for dialect, stems, package in (
        ("astro", ("astro.config",), "astro"),
        ("eleventy", ("eleventy.config", ".eleventy"), "@11ty/eleventy"),
        ("gatsby", ("gatsby-config",), "gatsby"),
        ("next", ("next.config",), "next"),
    ):
        configs = data.scripts(root, *stems)
        if configs or package in needed:
            return _Kind(dialect, tuple(configs))
    return _Kind("next", ()) if (root / "package.json").is_file() else None


def _sources(root: Path, kind: _Kind) -> list[Path]:
    """Return the programs in which sites say what they are called, and where they are."""
    names = (
        "metadata",
        "site",
        "meta",
        "siteMetadata",
        "siteConfig",
        "config",
        "consts",
        "constants",
        "siteData",
    )
    folders = (
        "",
        "src",
        "src/_data",
        "_data",
        "data",
        "content/_data",
        "src/data",
        "src/config",
        "lib",
        "config",
    )
    found = [file for folder in folders for file in data.scripts(root / folder, *names)]
    found += [file for folder in ("app", "src/app") for file in data.scripts(root / folder, "layout", "root")]
    # Eleventy's own file is a program with all sorts of texts in it.
    return found if kind.dialect == "eleventy" else [*kind.configs, *found]


def _programs(root: Path, kind: _Kind) -> list[Path]:
    """Return the programs that configure Eleventy: those of its feeds know what the site is called."""
    if kind.dialect != "eleventy":
        return []
    return [
        *kind.configs,
        *sorted((root / "config").glob("*.*js")),
        *sorted((root / "_config").rglob("*.*js")),
    ]


def _data_files(root: Path) -> list[dict[str, Any]]:
    found = []
    for folder in ("", "_data", "src/_data", "data", "src/data", "content/_data"):
        for stem in ("site", "metadata", "meta", "siteMetadata"):
            for suffix in (".json", ".yaml", ".yml"):
                try:
                    found.append(data.mapping(root / folder / f"{stem}{suffix}"))
                except ValueError:
                    continue
    return [one for one in found if one]


def _said(root: Path, kind: _Kind, names: tuple[str, ...]) -> str:
    """Return what a site's data, or else plain texts in its programs, say under one of these names."""
    for given in _data_files(root):
        if value := data.first(given, *names):
            return value
    value = data.metadata(_programs(root, kind), *names) or data.literals(_sources(root, kind), *names)
    return value if "{" not in value else ""


def _address(root: Path, kind: _Kind, package: dict[str, Any]) -> tuple[str, list[str]]:
    """Return a site's URL, and what has to be told of how it was found."""
    sources = _sources(root, kind)
    said = [data.first(given, *_URLS) for given in _data_files(root)]
    if literal := next(filter(_is_url, (data.literals(sources, name) for name in _URLS)), ""):
        base = data.literals(kind.configs, "base", "pathPrefix", "basePath")
        said.append(f"{literal.rstrip('/')}/{base.strip('/')}")
    said.append(data.metadata(_programs(root, kind), "base", "url"))
    names = [data.text_of(root / place).strip().lower() for place in _CNAMES]
    said += [f"https://{name}" for name in names if _DOMAIN.fullmatch(name)]
    if "github.com" not in (home := data.first(package, "homepage")):
        said.append(home)
    if found := next(filter(_is_url, said), ""):
        return found.rstrip("/"), []
    for folder in (root.absolute(), *root.absolute().parents[:3]):
        if _DOMAIN.fullmatch(folder.name.lower()):
            return f"https://{folder.name.lower()}", ["site_url is guessed from the name of the folder"]
        if (folder / ".git").exists():
            break
    return "", []


def _is_url(value: str) -> bool:
    return value.startswith(("http://", "https://"))


def _permalink(folder: str, kind: _Kind) -> str:
    """Return the likely address of articles: the folder, without what is no part of addresses."""
    steps = [] if folder == "." else folder.split("/")
    while steps and steps[0] in _FRONT:
        steps.pop(0)
    steps = [step.lstrip("_") for step in steps]
    if kind.dialect == "gatsby":
        steps = []
    is_slashed = kind.dialect != "next" or bool(
        re.search(r"trailingSlash\s*:\s*true", "".join(map(data.text_of, kind.configs)))
    )
    if kind.dialect == "astro" and data.literals(kind.configs, "trailingSlash") == "never":
        is_slashed = False
    return f"/{'/'.join((*steps, '{folder}', '{slug}'))}{'/' if is_slashed else ''}"


def _language(folder: str) -> str:
    return next(
        (step for step in folder.split("/")[1:] if re.fullmatch(r"[a-z]{2}(?:-[a-zA-Z]{2})?", step)), ""
    )


def _folder_data(root: Path, folder: str, notes: list[str]) -> tuple[str, dict[str, Any]]:
    """Return what Eleventy's data of a folder say: the permalink, and what its records have."""
    name = Path(folder).name
    given: dict[str, Any] = {}
    for suffix in (".11tydata.json", ".json"):
        try:
            given = given or data.mapping(root / folder / f"{name}{suffix}")
        except ValueError as error:
            notes.append(f"not read: {error}")
    known = frozenset((*FIELD_NAMES, *dialects.names_of("eleventy"))) - {"permalink"}
    usual = {key: value for key, value in given.items() if key in known and value}
    if usual.get("tags") and _collections(usual["tags"], name):
        # A tag that all have is Eleventy's collection, and tells nothing of an article.
        del usual["tags"]
    if not (spelled := data.first(given, "permalink")):
        return "", usual
    try:
        return addresses.of_template(spelled), usual
    except addresses.Unknown as error:
        notes.append(f"permalink = {spelled!r} has {error}, which has no part of ours")
        return "", usual


def _collections(tags: Any, folder: str) -> bool:
    names = [tags] if isinstance(tags, str) else tags
    return isinstance(names, list) and all(
        isinstance(name, str)
        and (name.rstrip("s") == folder.rstrip("s") or name in ("post", "posts", "blog"))
        for name in names
    )


def _fields(root: Path, folder: str, found: Survey) -> dict[str, str]:
    """Return names of fields that only this site has: of titles, where most articles have none."""
    counts: Counter[str] = Counter()
    few = samples(found.below(folder))
    without = 0
    for path in few:
        try:
            front = frontmatter.split(syntax.decode((root / folder / path).read_bytes()[:20_000]))
            given = frontmatter.fields(front)
        except (RecordRejected, OSError):
            continue
        names = given if isinstance(given, dict) else {}
        if not data.first(names, "title", "name", "Title"):
            without += 1
            counts.update(name for name in names if name.lower().endswith("title") and data.text(names[name]))
    return {"title": counts.most_common(1)[0][0]} if counts and without * 4 > len(few) else {}
