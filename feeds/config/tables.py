"""The tables of config.toml, frozen and typed.

Every key, its meaning and its default stand here; docs/configuration.md is the long form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from feeds.errors import Problem
from feeds.model.topics import Topic, slug

from . import dialects
from .imagetable import ImagesTable

Names = tuple[str, ...]
Count = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
HostFile = Literal["_headers", "_redirects", "nginx.conf", ".nojekyll", "robots.txt", "sitemap.xml"]


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

    dialect: dialects.Name | Literal[""] = ""
    """Which generator the records are written for: what `dialects.TABLES` says goes before these defaults."""
    paths: Names = ("records",)
    exclude: Names = ("README.*", "_data")
    topics: Names = ()
    """Folders or globs of topic files."""
    providers: Names = ()
    """Folders or globs of organisation files."""
    authors: Names = ()
    """Files, folders or globs of author files."""
    fields: Mapping[str, str | Names] = {}
    defaults: Mapping[str, Any] = {}
    """Field → value for records that lack it, or folder → such values for the records below it."""
    site_url: str = ""
    markdown: Literal["gfm", "commonmark"] = "gfm"
    """How Markdown bodies are read: with what site generators know besides the standard, or without."""
    permalink: str = ""
    id: str = ""
    """A pattern of ids, for those that records had elsewhere."""
    lowercase_slugs: bool = False
    slug_from: Literal["file", "name", "title"] = "file"
    """What {slug} is where a record has none: the file's name, the same with its date, or the title."""
    trailing_slash: bool = False
    """Whether paths that records have as their address get a slash at the end."""
    timezone: str = "UTC"
    """The IANA name of the zone of dates that name none, and of the days in patterns."""
    max_bytes: Positive = 5_000_000
    undated: Literal["reject", "mtime"] = "reject"
    ignore_fields: Names = ()
    """Fields of records that nothing reads and nobody has to be told of; * stands for any signs."""
    rendered: str = ""
    """The folder of the site as its generator wrote it; bodies are taken from its pages."""
    rendered_selector: str = ""
    """What of a page is the body, in CSS; without it, it is guessed."""


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
    content: Literal["full", "summary"] | None = None
    """Instead of [defaults] content."""
    image: str = ""
    """A picture of it: URL, or path below [records] site_url, or else below base_url."""
    images: ImagesTable = ImagesTable()


Limit = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class AuthorTable(_Table, frozen=True, kw_only=True):
    """``[authors.NAME]``: who is meant by a short name that records have."""

    name: str = ""
    url: str = ""
    avatar: str = ""
    """A picture: URL, or path below site_url."""
    email: str = ""
    """Never published; it may stand here because other programs want it."""


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
    content: Literal["full", "summary"] | None = None
    """Instead of [defaults] content."""
    images: ImagesTable = ImagesTable()


class Feeds(_Table, frozen=True, kw_only=True):
    """``[defaults]``, or ``[feeds]`` where there is no ``[[feeds]]``: the shape of the feeds."""

    limit: Limit = 50
    """How many entries a feed has at most."""
    formats: Names = ("rss", "atom", "json", "page")
    """Names in the table of feeds.formats; "page" stands for the pages for people."""
    content: Literal["full", "summary"] = "full"
    """Whether entries have the whole body, or the summary in its place."""
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


class IndexTable(_Table, frozen=True, kw_only=True):
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
    authors: Mapping[str, AuthorTable] = {}
    """By short name."""
    feeds: Feeds = Feeds()
    named: Mapping[str, FeedTable] = {}
    """``[[feeds]]``, by name."""
    lines: Mapping[str, int] = {}
    """The line on which each of them begins, and those of keys: "topics.SLUG.parent", "feeds.NAME.types"."""
    doubts: tuple[Problem, ...] = ()
    """What is allowed and still cannot be meant to stay: warnings."""
    export: Export = Export()
    redirects: Mapping[str, str] = {}
    """``[redirects]``: old path or pattern → path of a document, or URL."""
    images: ImagesTable = ImagesTable()
    probe: Probe = Probe()
    websub: WebSub = WebSub()
    server: Server = Server()
    index: IndexTable = IndexTable()

    @property
    def wants_sizes(self) -> bool:
        """Whether the sizes of pictures decide anything in any feed."""
        narrower = (table.images for tables in (self.topics, self.named) for table in tables.values())
        return any(images.wants_sizes for images in (self.images, *narrower))

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
                image=table.image,
            )
            for key, table in self.topics.items()
        ]
