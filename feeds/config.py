"""The configuration: config.toml, read into frozen, typed tables.

Every key, its meaning and its default stand here; docs/configuration.md is the long form.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import typing
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from . import languages, placeholders, text, urls
from . import words as word_search
from .errors import ConfigError, Problem
from .internet import Allowed
from .topics import Topic, family, slug

Names = tuple[str, ...]
Count = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
HostFile = Literal["_headers", "_redirects", "nginx.conf", ".nojekyll", "robots.txt", "sitemap.xml"]
FormatName = Literal["rss", "atom", "json", "page"]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the configuration: unknown keys are errors."""


class Site(_Table, frozen=True, kw_only=True):
    """``[site]``: what all feeds have in common."""

    title: str = "Articles"
    description: str = ""
    base_url: str = "http://127.0.0.1:8000"
    """Where the feeds will be found; without a slash at the end."""
    language: str = "en"
    author: str = ""
    icon: str = ""
    """A square picture: URL, or path below base_url."""
    logo: str = ""
    """A picture twice as wide as high: URL, or path below base_url; not SVG (RSS readers cannot show it)."""
    rights: str = ""
    id_authority: str = ""
    """The name and date of tag URIs (RFC 4151), such as "example.org,2024", for ids that are no URIs."""
    compose: bool = False
    """Whether the first page links to /compose, which only the server has."""


class Records(_Table, frozen=True, kw_only=True):
    """``[records]``: where article records are and how they are read."""

    paths: Names = ("records",)
    exclude: Names = ("README.*", "_data")
    topics: Names = ()
    """Folders or globs of topic files."""
    fields: Mapping[str, str | Names] = {}
    site_url: str = ""
    permalink: str = ""
    max_bytes: Positive = 5_000_000
    undated: Literal["reject", "mtime"] = "reject"


class Rules(_Table, frozen=True, kw_only=True):
    """What decides which articles enter a feed. An absent rule lets everything through."""

    status: Literal["published", "any"] = "any"
    types: Names = ()
    categories: Names = ()
    topics: Names = ()
    exclude_topics: Names = ()
    providers: Names = ()
    exclude_providers: Names = ()
    min_quality: int | None = None
    min_heat: int | None = None
    max_age_days: Annotated[float, msgspec.Meta(gt=0, le=40_000)] | None = None
    has_image: bool | None = None
    title_matches: str = ""
    words: str = ""
    """Words and "quoted phrases" that have to occur in title, excerpt or provider."""


class Select(Rules, frozen=True, kw_only=True):
    """``[select]``: the rules for every feed."""

    status: Literal["published", "any"] = "published"


class TopicTable(Rules, frozen=True, kw_only=True):
    """``[topics.SLUG]``: what is known about a topic, and rules that narrow its feeds further."""

    title: str = ""
    description: str = ""
    parent: str = ""
    keywords: Names = ()
    aliases: Names = ()
    retired: bool = False


Limit = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class FeedTable(Rules, frozen=True, kw_only=True):
    """``[[feeds]]``: a feed with a name of its own, of the articles that satisfy its rules.

    Its rules about topics look at the topics' feeds: an article has those topics whose feeds it is in.
    """

    name: str
    """A slug."""
    title: str = ""
    description: str = ""
    keywords: Names = ()
    all_topics: Names = ()
    """Articles have all of these topics; with ``topics``, at least one of those."""
    limit: Limit | None = None


class Feeds(_Table, frozen=True, kw_only=True):
    """``[defaults]``, or ``[feeds]`` where there is no ``[[feeds]]``: the shape of the feeds."""

    limit: Limit = 50
    """How many entries a feed has at most."""
    formats: tuple[FormatName, ...] = ("rss", "atom", "json", "page")
    """"page" stands for the pages for people."""
    archives: bool = False
    """Whether every feed's whole history is published too, as Atom documents of a month each (RFC 5005)."""
    ttl: Positive = 60
    """Minutes for which readers may keep a feed before they ask again."""


class Export(_Table, frozen=True, kw_only=True):
    """``[export]``: the static site."""

    path: str = "public"
    precompressed: tuple[Literal["gz", "br"], ...] = ()
    """Suffixes of the compressed files that lie beside each document."""
    files: tuple[HostFile, ...] = ()
    """Files for hosts."""
    aliases: bool = False
    """Whether old and short names are files too: copies of feeds, pages that lead on."""


class Probe(_Table, frozen=True, kw_only=True):
    """``[probe]``: how `feeds probe` asks for images."""

    workers: Positive = 8
    """Requests under way at the same time."""
    per_host: Positive = 2
    """Of them, to one host."""
    pause: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 0.2
    """Seconds between the beginnings of two requests to one host."""
    timeout: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 10
    """Seconds that a request may take."""
    max_bytes: Positive = 2_000_000
    """How much of an image is read where only counting tells its length."""
    recheck_days: Annotated[int, msgspec.Meta(ge=0, le=40_000)] = 30
    """After so many days an image is asked for again."""
    allow_hosts: Names = ()
    """Names, addresses and networks that may be asked although they are not public, at any port."""


class WebSub(_Table, frozen=True, kw_only=True):
    """``[websub]``: who is told of changed feeds."""

    hubs: Names = ()
    """URLs of hubs."""
    announce: Literal["manual", "auto"] = "manual"
    """When hubs are told: by `feeds ping`, or whenever feeds changed."""


class Server(_Table, frozen=True, kw_only=True):
    """``[server]``: the Flask server."""

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8000
    max_age: Count = 300
    """Seconds for which caches may keep a document."""
    stale_while_revalidate: Count = 600
    """Seconds more for which caches may hand it out while they ask for a newer one (RFC 5861)."""
    stale_if_error: Count = 86_400
    """Seconds for which caches may hand it out while the server cannot be reached (RFC 5861)."""
    front: bool = True
    """Whether documents are answered for before Flask is asked: the same answers, many times quicker."""
    access_log: Literal["off", "plain", "json"] = "off"
    """Whether a line is printed for every request, and how it looks."""
    proxies: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0
    """How many proxies stand before the server and write X-Forwarded-For."""
    stop_seconds: Positive = 10
    """Seconds that running requests have when the server is told to stop."""
    share_port: bool = False
    """Whether the server may start while another one listens on the port, to take its place (Linux)."""
    metrics: bool = True
    """Whether /metrics tells what Prometheus asks for."""
    polls_per_minute: Count = 0
    """Requests that one client may make in a minute, of each worker; 0 is no limit."""
    workers: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    """Processes that answer."""
    cache_mb: Positive = 40
    """Megabytes that prepared documents may take in each of them."""
    live: bool = True
    """Whether changes of records and configuration are followed while serving."""


class Index(_Table, frozen=True, kw_only=True):
    """``[index]``: the store of articles between runs."""

    url: str = "sqlite:///.feeds/index.db"


class Config(_Table, frozen=True, kw_only=True):
    """A whole configuration. ``root`` is the folder that relative paths in it are relative to."""

    path: str = ""
    """The file it came from, as the user named it; "" for the defaults."""
    root: str = "."
    site: Site = Site()
    records: Records = Records()
    select: Select = Select()
    topics: Mapping[str, TopicTable] = {}
    """By slug."""
    feeds: Feeds = Feeds()
    named: Mapping[str, FeedTable] = {}
    """``[[feeds]]``, by name."""
    lines: Mapping[str, int] = {}
    """The line on which each of them begins, and that of each topic's parent, as "topics.SLUG.parent"."""
    doubts: tuple[Problem, ...] = ()
    """What is allowed and still cannot be meant to stay: warnings."""
    export: Export = Export()
    probe: Probe = Probe()
    websub: WebSub = WebSub()
    server: Server = Server()
    index: Index = Index()

    def described_topics(self) -> list[Topic]:
        """Return the topics that config.toml describes."""
        return [
            Topic(
                slug=key,
                title=table.title,
                description=table.description,
                parent=slug(table.parent) if table.parent else "",
                keywords=table.keywords,
                aliases=tuple(slug(alias) for alias in table.aliases),
                is_retired=table.retired,
            )
            for key, table in self.topics.items()
        ]


Override = Mapping[str, Mapping[str, object]]
"""Values from the command line that go before the file's: table → key → value."""

Table = TypeVar("Table")

_SPELLED = {
    "int": "a whole number",
    "float": "a number",
    "str": "text in quotes",
    "array": "a list",
    "bool": "true or false",
    "object": "a table",
}
"""What msgspec's messages call types, in the words of TOML's users."""


def load(path: str | Path, override: Override | None = None, named: str = "") -> Config:
    """Read a configuration file; messages call it ``named``, or else by its path.

    Raises ConfigError naming the file, the line, the key and the reason: unreadable, no TOML, unknown keys,
    wrong types, impossible values.
    """
    shown = named or str(path)
    try:
        source = Path(path).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        reason = "there is no such file; `feeds init DIR` makes a folder to start from"
        raise ConfigError(shown, 0, "", reason) from None
    except OSError as error:
        raise ConfigError(shown, 0, "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(shown, 0, "", f"is not UTF-8: {error.reason}") from None
    return parse(source, shown, root=str(Path(path).resolve().parent), override=override)


class Source:
    """Where a configuration comes from: a file, and what the command line puts in its place.

    It can be read again when the file has changed.
    """

    def __init__(self, path: str | Path, override: Override | None = None) -> None:
        self._path = Path(path).absolute()
        self._shown = str(path)
        self._override = override
        self._loaded: bytes | None = None
        """What the file said when it was read last."""
        self._found: bytes | None = None

    @property
    def identity(self) -> str:
        """A text that is the same for all who serve the same: the file, and what goes before it."""
        kept = {table: values for table, values in (self._override or {}).items() if table != "server"}
        return msgspec.json.encode((str(self._path), kept), order="sorted").decode()

    def load(self) -> Config:
        """Read the file. Raises ConfigError, as `load` does."""
        self._loaded = self._found = self._bytes()
        return load(self._path, self._override, self._shown)

    def has_changed(self) -> bool:
        """Whether the file says another thing than when it was read last, and has come to rest since."""
        before, self._found = self._found, self._bytes()
        return self._found == before and self._found != self._loaded

    def _bytes(self) -> bytes | None:
        try:
            return self._path.read_bytes()
        except OSError:
            return None


def parse(
    source: str, path: str = "config.toml", root: str = ".", override: Override | None = None
) -> Config:
    """Read a configuration from its text; as `load`, without a file."""
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        reason = re.sub(r" \(at .*\)", "", str(error))
        number = int(line[1]) if line else source.count("\n") + 1
        settings = re.search(r"^[ \t]*\[[ \t]*feeds[ \t]*\]", source, re.M)
        if settings and reason.startswith("Cannot") and _line_of(source, ("feeds", "[1]")):
            number = source.count("\n", 0, settings.start()) + 1
            reason = "and [[feeds]] cannot stand in one file; the settings of [feeds] go into [defaults]"
            raise ConfigError(path, number, "[feeds]", reason) from None
        raise ConfigError(path, number, "", f"is no TOML: {reason}") from None
    except RecursionError:
        raise ConfigError(path, 0, "", "is no TOML for people: it is nested too deeply") from None
    for name, values in (override or {}).items():
        table = tables.setdefault(name, {})
        if isinstance(table, dict):
            table.update(values)
    return _Parser(path, source, override or {}).config(tables, root)


class _Parser:
    """Turns TOML tables into typed ones, with errors that name the line."""

    def __init__(self, path: str, source: str, override: Override) -> None:
        self._path = path
        self._source = source
        self._override = override
        self._names: dict[str, str] = {}
        """The slug of a topic's table → the name that the file gives it."""
        self._settings = "feeds"
        """How the file calls the table of what all feeds have in common."""

    def config(self, tables: dict[str, Any], root: str) -> Config:
        tables = dict(tables)
        self._refuse_unknown(tables, Config, ())
        tables["named"] = self._named(tables.pop("feeds")) if isinstance(tables.get("feeds"), list) else {}
        tables["lines"] = {
            name: _line_of(self._source, ("feeds", f"[{number}]"))
            for number, name in enumerate(tables["named"], 1)
        }
        if "defaults" in tables:
            if "feeds" in tables:
                raise self._error(("feeds",), "is the older name of [defaults], which is there too")
            self._settings = "defaults"
            tables["feeds"] = tables.pop("defaults")
        topics = tables.pop("topics", {})
        if not isinstance(topics, dict):
            raise self._error(("topics",), "has to be tables [topics.SLUG]")
        tables["topics"] = {}
        for name, table in topics.items():
            self._refuse_unknown(table, TopicTable, ("topics", name))
            key = slug(name)
            self._names.setdefault(key, name)
            if key in tables["topics"]:
                self._names[key] = name
                raise self._error(("topics", name), f"describes the topic {key!r} a second time")
            tables["topics"][key] = self._convert(table, TopicTable, ("topics", name))
            if "parent" in table:
                line = _line_of(self._source, ("topics", name, "parent"))
                tables["lines"][f"topics.{key}.parent"] = line
        for name, kind in typing.get_type_hints(Config).items():
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and name in tables:
                tables[name] = self._convert(tables[name], kind, (name,))
        config = Config(path=self._path, root=root, **tables)
        return self._checked(config)

    def _named(self, tables: list[Any]) -> dict[str, FeedTable]:
        named: dict[str, FeedTable] = {}
        for number, table in enumerate(tables, 1):
            where = ("feeds", f"[{number}]")
            self._refuse_unknown(table, FeedTable, where)
            name = table.get("name", "")
            if name == "":
                raise self._error(where, 'needs a name, such as name = "security-brief"')
            converted = self._convert(table, FeedTable, where)
            if slug(name) != name:
                raise self._error((*where, "name"), f"{name!r} is no slug; write {slug(name)!r}")
            if name in named:
                raise self._error((*where, "name"), f"{name!r} is the name of an earlier feed")
            named[name] = converted
            asked = set(map(slug, (*converted.all_topics, *converted.topics)))
            if refused := sorted(asked & set(map(slug, converted.exclude_topics))):
                raise self._error((*where, "exclude_topics"), f"{refused[0]!r} is also asked for")
        return named

    def _convert(self, table: Any, kind: type[Table], where: tuple[str, ...]) -> Table:
        self._refuse_unknown(table, kind, where)
        try:
            return msgspec.convert(table, kind)
        except msgspec.ValidationError as error:
            message, _, at = str(error).partition(" - at `$")
            inner = tuple(re.findall(r"\.(\w+)", at))
            if "enum value" in message:
                message += f"; allowed are {', '.join(_allowed(typing.get_type_hints(kind)[inner[-1]]))}"
            reason = re.sub(r"`?(\w+)( \| null)?`?", lambda word: _SPELLED.get(word[1], word[1]), message)
            raise self._error((*where, *inner), reason[:1].lower() + reason[1:]) from None

    def _refuse_unknown(self, table: Any, kind: type, where: tuple[str, ...]) -> None:
        if not isinstance(table, dict):
            raise self._error(where, "has to be a table")
        known = set(typing.get_type_hints(kind))
        if kind is Config:
            known = known - {"path", "root", "named", "lines", "doubts"} | {"defaults"}
        for key in table:
            if key not in known:
                close = difflib.get_close_matches(key, known, 1, 0.6)
                hint = f'did you mean "{close[0]}"?' if close else f"known are {', '.join(sorted(known))}"
                raise self._error((*where, key), f"is no key of {self._table_name(where)}; {hint}")

    def _table_name(self, where: tuple[str, ...]) -> str:
        if where == ("feeds",):
            return f"[{self._settings}]"
        if where[1:] and where[1].startswith("["):
            return f"[[{where[0]}]]"
        return f"[{'.'.join(where)}]" if where else "the configuration"

    def _error(self, where: tuple[str, ...], reason: str) -> ConfigError:
        if where[:1] == ("topics",) and len(where) > 1:
            where = ("topics", self._names.get(where[1], where[1]), *where[2:])
        if where[1:] and where[1] in self._override.get(where[0], {}):
            return ConfigError("the command line", 0, ".".join(where), reason)
        if where[:1] == ("feeds",) and not (where[1:] and where[1].startswith("[")):
            where = (self._settings, *where[1:])
        key = ".".join(where).replace(".[", "[")
        return ConfigError(self._path, _line_of(self._source, where), key, reason)

    def _checked(self, config: Config) -> Config:
        """Refuse values that no type rules out, and bring addresses into their valid form."""
        site = config.site
        self._check_texts(("site",), site)
        for key, table in config.topics.items():
            self._check_texts(("topics", key), table)
        base_url = self._url(("site", "base_url"), site.base_url, "").rstrip("/")
        if "?" in base_url or "#" in base_url:
            raise self._error(("site", "base_url"), "must not have a query or a fragment")
        if text.is_blank(site.title):
            raise self._error(("site", "title"), "must not be blank")
        pictures = {
            key: self._url(("site", key), getattr(site, key), f"{base_url}/") if getattr(site, key) else ""
            for key in ("icon", "logo")
        }
        if pictures["logo"].lower().partition("?")[0].endswith(".svg"):
            raise self._error(("site", "logo"), "must not be SVG: RSS readers cannot show it")
        if site.id_authority and not re.fullmatch(
            r"[a-z0-9._@-]+,\d{4}(-\d\d(-\d\d)?)?", site.id_authority.lower()
        ):
            reason = 'is no name and date of a tag URI (RFC 4151), such as "example.org,2024"'
            raise self._error(("site", "id_authority"), reason)
        try:
            language = languages.normalise(site.language)
        except ValueError as error:
            raise self._error(("site", "language"), str(error)) from None
        records = config.records
        site_url = self._url(("records", "site_url"), records.site_url, "") if records.site_url else ""
        self._check_records(records)
        self._check_rules(("select",), config.select)
        for key, table in config.topics.items():
            self._check_rules(("topics", key), table)
        for number, feed in enumerate(config.named.values(), 1):
            self._check_texts(("feeds", f"[{number}]"), feed)
            self._check_rules(("feeds", f"[{number}]"), feed)
        self._check_aliases(config)
        self._check_parents(config)
        if not set(config.feeds.formats) - {"page"}:
            raise self._error(("feeds", "formats"), 'must name "rss", "atom" or "json"')
        if config.feeds.archives and "atom" not in config.feeds.formats:
            reason = (
                'needs "atom" among the formats, because archives are Atom documents that lead to that feed'
            )
            raise self._error(("feeds", "archives"), reason)
        try:
            Allowed(config.probe.allow_hosts)
        except ValueError as error:
            raise self._error(("probe", "allow_hosts"), str(error)) from None
        hubs = tuple(dict.fromkeys(self._url(("websub", "hubs"), hub, "") for hub in config.websub.hubs))
        if not config.index.url.startswith("sqlite:///"):
            raise self._error(("index", "url"), 'must begin with "sqlite:///"; the index is a SQLite file')
        return msgspec.structs.replace(
            config,
            doubts=tuple(self._doubts(base_url, site_url, site.id_authority)),
            site=msgspec.structs.replace(
                site,
                base_url=base_url,
                language=language,
                id_authority=site.id_authority.lower(),
                **pictures,
            ),
            records=msgspec.structs.replace(records, site_url=site_url),
            websub=msgspec.structs.replace(config.websub, hubs=hubs),
        )

    def _doubts(self, base_url: str, site_url: str, authority: str) -> Iterator[Problem]:
        """Yield a warning for each address that stands for another; what is empty is no address."""
        authority_host = authority.partition(",")[0].rpartition("@")[2]
        for where, host, meant in (
            (("site", "base_url"), urls.host(base_url), "write where the feeds will be found"),
            (("site", "id_authority"), authority_host, "write a domain of yours: ids are to stay for ever"),
            (("records", "site_url"), urls.host(site_url) if site_url else "", "write where your site is"),
        ):
            if reason := placeholders.why_no_home(host):
                found = self._error(where, f"{host!r} {reason}; {meant}")
                yield Problem(found.path, found.line, found.key, found.reason, "warning")

    def _url(self, where: tuple[str, ...], value: str, base: str) -> str:
        try:
            return urls.absolute(value, base)
        except ValueError as error:
            reason = "is no absolute http or https URL" if "relative" in str(error) else str(error)
            raise self._error(where, f"{value!r} {reason}") from None

    def _check_texts(self, where: tuple[str, ...], table: msgspec.Struct) -> None:
        for key, value in msgspec.structs.asdict(table).items():
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, str) and text.has_unfit(one):
                    raise self._error((*where, key), "has a character that XML cannot carry")

    def _check_records(self, records: Records) -> None:
        from .records.reader import FIELD_NAMES

        if not records.paths:
            raise self._error(("records", "paths"), "must name at least one folder or glob")
        for key, theirs in records.fields.items():
            if "secured" in ((theirs,) if isinstance(theirs, str) else theirs):
                raise self._error(
                    ("records", "fields", key), 'must not be "secured", which never leaves a record'
                )
            if key not in FIELD_NAMES:
                close = difflib.get_close_matches(key, FIELD_NAMES, 1, 0.5)
                if theirs in FIELD_NAMES:
                    raise self._error(
                        ("records", "fields", key), f'our name goes to the left: {theirs} = "{key}"'
                    )
                hint = f'did you mean "{close[0]}"?' if close else f"known are {', '.join(FIELD_NAMES)}"
                raise self._error(("records", "fields", key), f"is no field of a record; {hint}")
        unknown = set(re.findall(r"\{(\w*)\}", records.permalink)) - {"year", "month", "day", "slug"}
        if unknown:
            reason = f"has {{{min(unknown)}}}; its parts are {{year}}, {{month}}, {{day}} and {{slug}}"
            raise self._error(("records", "permalink"), reason)
        if records.permalink and "{slug}" not in records.permalink:
            raise self._error(("records", "permalink"), "needs {slug}, or articles would share a URL")
        if records.permalink:
            try:
                urls.absolute(re.sub(r"\{\w+\}", "1", records.permalink), records.site_url)
            except ValueError as error:
                raise self._error(("records", "permalink"), str(error)) from None

    def _check_rules(self, where: tuple[str, ...], rules: Rules) -> None:
        try:
            re.compile(rules.title_matches)
        except (re.error, OverflowError, RecursionError) as error:
            reason = f"{rules.title_matches!r} is no regular expression: {error}"
            raise self._error((*where, "title_matches"), reason) from None
        if rules.words and not word_search.phrases(rules.words):
            raise self._error((*where, "words"), f"{rules.words!r} has no word to search for")

    def _check_aliases(self, config: Config) -> None:
        owners: dict[str, str] = {}
        for key, table in config.topics.items():
            for alias in map(slug, table.aliases):
                if alias == key or alias in config.topics:
                    raise self._error(("topics", key, "aliases"), f"{alias!r} is a topic of its own")
                if alias in owners:
                    raise self._error(
                        ("topics", key, "aliases"), f"{alias!r} is an alias of {owners[alias]!r}"
                    )
                owners[alias] = key

    def _check_parents(self, config: Config) -> None:
        described = {topic.slug: topic for topic in config.described_topics()}
        aliases = {alias: key for key, topic in described.items() for alias in topic.aliases}
        for key, reason in family(described, aliases).faults.items():
            # What is no topic here may be one that a topic file describes or an article names.
            if aliases.get(described[key].parent, described[key].parent) in described:
                raise self._error(("topics", key, "parent"), reason)


def _allowed(hint: Any) -> list[str]:
    """Return the values that a type hint's Literal allows, quoted as in TOML."""
    if typing.get_origin(hint) is Literal:
        return [f'"{value}"' for value in typing.get_args(hint)]
    return [value for part in typing.get_args(hint) for value in _allowed(part)]


def _line_of(source: str, where: tuple[str, ...]) -> int:
    """Return the line of config.toml on which a key stands, or its table's; 0 if it is not in the file.

    The tables of ``[[feeds]]`` are numbered from 1: ``("feeds", "[1]", "name")``.
    """
    best = 0
    seen: Counter[str] = Counter()
    table: tuple[str, ...] = ()
    for number, line in enumerate(map(str.strip, source.split("\n")), 1):
        array = re.fullmatch(r"\[\[\s*([\w-]+)\s*\]\](?:\s*#.*)?", line)
        header = array or (None if line.startswith("[[") else re.match(r"\[([^\]]+)\]", line))
        if array:
            seen[array[1]] += 1
            if (array[1],) == where and not best:
                best = number
        if header:
            table = (header[1], f"[{seen[header[1]]}]") if array else _key_parts(header[1])
            if table == where[: len(table)]:
                best = number if len(table) < len(where) or not best else best
                if table == where:
                    return number
            continue
        key = re.match(r"((?:[\w.-]|\"[^\"]*\"|'[^']*'|\s)+)=", line)
        if key and (*table, *_key_parts(key[1])) == where:
            return number
        if key and (*table, *_key_parts(key[1])) == where[:-1]:
            best = number
    return best


def _key_parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in re.findall(r"\"[^\"]*\"|'[^']*'|[^.\s][^.]*", dotted))
