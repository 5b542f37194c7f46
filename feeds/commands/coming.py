"""`feeds init DIR --from SITE`: a configuration made of what a site says of itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from feeds import config
from feeds.config import Config, dialects
from feeds.errors import ConfigError, FeedsError, Problem
from feeds.model.article import Article
from feeds.pipeline.build import Progress, Synced, clock, synced
from feeds.pipeline.check import Checked, check
from feeds.records import dates, files
from feeds.sites import wordpress
from feeds.sites.recognise import recognised
from feeds.sites.site import Site
from feeds.text import cleaning, languages, placeholders, urls

from . import starter
from .foreign_sources import read
from .idpatterns import Kept, best, seen
from .matching import same_articles
from .seen import SeenFeed
from .starter import NewProject, toml_text

_UNKNOWN = "https://www.example.org"
_MANY = 500


class Came(NamedTuple):
    """What came of a site."""

    made: NewProject
    site: Site
    checked: Checked
    kept: Kept | None = None
    """How many ids of the old feed stay, if one was given."""


def make(
    folder: str,
    site: str,
    title: str | None = None,
    base_url: str = "",
    old: str = "",
    progress: Progress | None = None,
) -> Came:
    """Make a folder's configuration of a site, and read all its records once.

    ``site`` is the site's folder, or a file of WordPress's export, of which records are made in the folder.
    ``old`` is the file or URL of the feed that subscribers have now.

    Raises FeedsError where a configuration is there already, nothing is recognised, or OLD cannot be read.
    """
    starter.refuse(folder)
    seen_feed = read(old, Config()) if old else None
    source = Path(site).expanduser()
    notes: list[str] = []
    if source.is_file():
        found, notes = wordpress.records_of(source, Path(folder))
    else:
        found = recognised(source)
    found = _without_export(_sound(found, title, base_url), Path(folder))
    project = _written(folder, found, base_url)
    project.notes.extend(notes)
    path = Path(folder) / "config.toml"
    loaded = config.load(path, named=str(path))
    if seen_feed is None:
        return Came(project, found, synced(loaded, clock(""), check, progress))
    zone = dates.named_zone(loaded.records.timezone)
    by_url = _last_step if loaded.records.permalink else None

    def run(made: Synced) -> tuple[Checked, Kept, int]:
        articles = _articles(made)
        # The days in patterns are those of the site's own zone.
        there = [msgspec.structs.replace(one, published=one.published.astimezone(zone)) for one in articles]
        return check(made), best(seen_feed.entries, there, by_url), _kept(articles, seen_feed)

    checked, kept, now = synced(loaded, clock(""), run, progress)
    if kept.pattern:
        before = path.read_text(encoding="utf-8")
        records = {**found.records, "id": kept.pattern}
        found = msgspec.structs.replace(found, records=records)
        path.write_text(text_of(folder, found, base_url), encoding="utf-8")
        loaded = config.load(path, named=str(path))
        # What patterns make of records only reading them tells.
        again = synced(loaded, clock(""), lambda made: _kept(_articles(made), seen_feed), progress)
        kept = kept._replace(kept=again)
        if again < now:
            path.write_text(before, encoding="utf-8")
            kept = kept._replace(pattern="", kept=now)
    return Came(project, found, checked, kept)


def _articles(made: Synced) -> list[Article]:
    found: list[Article] = []
    last = 0
    while some := made.index.records.all_articles(last, _MANY):
        last = some[-1].number
        found += [one.article for one in some]
    return found


def _last_step(article: Article) -> str:
    """Return what an address ends with: the slug, where a permalink made it."""
    last = urlsplit(article.url).path.rstrip("/").rpartition("/")[2]
    return last.removesuffix(".html")


def _kept(articles: list[Article], old: SeenFeed) -> int:
    pairs = same_articles(old.entries, [seen(article) for article in articles])
    return sum(pair.old.id == pair.new.id for pair in pairs)


def _sound(site: Site, title: str | None, base_url: str) -> Site:
    """Return what was found with only what can stand in a configuration; the rest becomes notes."""
    notes = list(site.notes)
    language, zone, url = site.language, site.timezone, site.url
    if language:
        try:
            language = languages.normalise(language)
        except ValueError:
            notes.append(f"the language {language!r} is no tag of a language")
            language = ""
    if zone:
        try:
            dates.named_zone(zone)
        except LookupError:
            notes.append(f"the time zone {zone!r} is none that this computer knows")
            zone = ""
    if url:
        try:
            # Some leave the scheme out, in one of two ways; what has no dot is only a path.
            bare = url.removeprefix("//")
            is_bare = "://" not in url and "." in bare.partition("/")[0]
            url = urls.absolute(f"https://{bare}" if is_bare else url).rstrip("/")
        except ValueError as error:
            notes.append(f"the address {url!r} {error}")
            url = ""
    if base_url:
        starter.checked_url(base_url)
    given = starter.checked_title(title) if title is not None else cleaning.plain(site.title)
    return msgspec.structs.replace(
        site,
        title=urls.host(url) if cleaning.is_blank(given) and url else given.strip(),
        description=cleaning.without_markup(site.description),
        language=language,
        timezone=zone,
        url=url,
        notes=tuple(notes),
    )


def _without_export(site: Site, folder: Path) -> Site:
    """Return the site with the static site passed over, where that would lie among its articles."""
    usual = dialects.TABLES[site.dialect]
    given = tuple(site.records.get("exclude") or usual.get("exclude") or config.Records().exclude)
    paths = tuple(starter.path_from(folder, str(site.root / path)) for path in site.paths or usual["paths"])
    out = config.Export().path
    if not files.walked_into(folder.resolve(), paths, given, out):
        return site
    return msgspec.structs.replace(site, records={**site.records, "exclude": (*given, out)})


def _written(folder: str, site: Site, base_url: str) -> NewProject:
    root = Path(folder)
    content = text_of(folder, site, base_url)
    try:
        config.parse(content, str(root / "config.toml"), root=str(root.resolve()))
    except ConfigError as error:
        raise FeedsError(f"what the site says makes no configuration: {error}") from None
    try:
        root.mkdir(parents=True, exist_ok=True)
        (root / "config.toml").write_text(content, encoding="utf-8")
        is_new, added = starter.ignore_made(root / ".gitignore")
    except OSError as error:
        raise FeedsError(f"{error.filename}: {error.strerror}") from None
    notes = [f"added to {root / '.gitignore'}: {' '.join(added)}"] if added and not is_new else []
    return NewProject([root / "config.toml", *([root / ".gitignore"] if is_new else [])], notes)


def text_of(folder: str, site: Site, base_url: str) -> str:
    """Return the configuration as text."""
    root = Path(folder)
    home = site.url or _UNKNOWN
    feeds_url = base_url or (f"{site.url}/feeds" if site.url else "")
    lines = starter.address_lines(feeds_url)
    usual = dialects.TABLES[site.dialect]
    paths = [starter.path_from(root, str(site.root / path)) for path in site.paths or usual["paths"]]
    parts = [
        f"# Made from a site of {_name(site)}'s. Everything not said here has a default;",
        "# docs/configuration.md explains every key, docs/coming-from.md the dialect.",
        "",
        "[site]",
        _line("title", site.title or starter.TITLE),
        *([_line("description", site.description)] if site.description else []),
        lines["base_url"],
        _line("language", site.language or "en", "" if site.language else "the site says none"),
        lines["id_authority"],
        "",
        "[records]",
        _line("dialect", site.dialect, "names of fields and what else is usual there"),
        _line("paths", paths),
        _line("site_url", home, "" if site.url else "not found: write where the site is"),
        _line("timezone", site.timezone or "UTC", "" if site.timezone else "the site says none"),
    ]
    if "permalink" not in site.records and "permalink" in usual:
        parts.append(f"# permalink = {toml_text(usual['permalink'])}  # as the dialect has it")
    parts += [_line(key, value) for key, value in site.records.items() if key != "fields"]
    if site.authors:
        parts.append(
            _line("authors", [starter.path_from(root, str(site.root / one)) for one in site.authors])
        )
    parts += [f"# {cleaning.one_line(note)}" for note in site.notes]
    if fields := site.records.get("fields"):
        parts += ["", "[records.fields]", *(_line(name, value) for name, value in fields.items())]
    if site.defaults.get(""):
        parts += ["", "[records.defaults]", *(_line(key, one) for key, one in site.defaults[""].items())]
    for below, values in site.defaults.items():
        if below:
            shown = Path(os.path.relpath((site.root / below).resolve(), root.resolve())).as_posix()
            parts += ["", f"[records.defaults.{toml_text(shown)}]"]
            parts += [_line(key, value) for key, value in values.items()]
    parts += ["", "[defaults]", f"{'limit = 50':<36} # entries in a feed", ""]
    return "\n".join(parts)


def _name(site: Site) -> str:
    return "WordPress" if site.dialect == "wordpress" else site.dialect.capitalize()


def _line(key: str, value: Any, why: str = "") -> str:
    spelled = key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else toml_text(key)
    line = f"{spelled} = {_value(value)}"
    return f"{line:<36} # {why}" if why else line


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{toml_text(str(key))} = {_value(one)}' for key, one in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return toml_text(str(value))


def summary(came: Came) -> list[str]:
    """Return what is said of a site that came over, and what to do next."""
    report = came.checked.report
    lines = [f"recognised: {_name(came.site)}, at {came.site.root}"]
    problems = sorted(came.checked.problems, key=lambda one: one.severity)
    lines += [f"{one.severity}: {one}" for one in _few(problems)]
    if more := len(problems) - len(_few(problems)):
        lines.append(f"… and {more:,} more; `feeds check` lists all")
    rejected = f", {report.rejections:,} rejected" if report.rejections else ""
    articles = "1 article" if report.articles == 1 else f"{report.articles:,} articles"
    lines.append(f"{articles}{rejected}, {len(problems):,} findings; {came.checked.feeds:,} feeds")
    if not report.articles:
        lines.append("No article was found: are there texts with dates? [records] paths says where they are.")
    lines += [f"error: {error}" for error in came.checked.feed_errors]
    if came.kept:
        lines.append(_said_of_ids(came.kept))
    if not came.site.url or placeholders.why_no_home(urls.host(came.site.url)):
        lines.append("Where the site is, could not be known: write it in config.toml, as [records] site_url")
    return lines


def _few(problems: list[Problem]) -> list[Problem]:
    return problems[:8]


def _said_of_ids(kept: Kept) -> str:
    if not kept.of:
        return "no entry of the old feed is an article of the site: are the addresses right?"
    how = f"under [records] id = {toml_text(kept.pattern)}" if kept.pattern else "as they are"
    if kept.needs_ids:
        how += "; the records have to say their numbers as `id`"
    return (
        f"{kept.kept} of the {kept.of} entries of the old feed that are articles here keep their ids, {how}"
    )
