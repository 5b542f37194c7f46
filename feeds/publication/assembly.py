"""Articles → feed: what subscribers get to see of the articles that selection let in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import PurePosixPath
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

import msgspec

from feeds.config import Config
from feeds.model import paths
from feeds.model.article import Article, Image, KnownImage
from feeds.model.feed import EMPTY_SINCE, Branch, Enclosure, Entry, Feed, Outline, Person
from feeds.model.topics import Topic, slug
from feeds.text import cleaning, urls

from . import content

_IMAGE_TYPES = {
    ".apng": "image/apng",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".heic": "image/heic",
    ".ico": "image/x-icon",
    ".jfif": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".jxl": "image/jxl",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".webp": "image/webp",
}
"""Written down here, because the mimetypes module answers differently on different machines."""
_UNKNOWN = KnownImage()
_NOTHING: Mapping[str, KnownImage] = MappingProxyType({})


def image_type(url: str) -> str:
    """Return the media type that an image URL's path promises, whatever its query says; else image/jpeg."""
    suffix = PurePosixPath(unquote(urlsplit(url).path)).suffix.lower()
    return _IMAGE_TYPES.get(suffix, "image/jpeg")


def entry(
    article: Article, config: Config, now: datetime, known: Mapping[str, KnownImage] = _NOTHING
) -> Entry:
    """Return an article as subscribers get it. An update that is not due yet has not happened.

    ``known`` is what was learnt of images, by URL; those that are gone are left out.
    """
    if any(image.url in known and known[image.url].is_gone for image in article.images):
        left = tuple(image for image in article.images if not known.get(image.url, _UNKNOWN).is_gone)
        article = msgspec.structs.replace(article, images=left)
    provider = Person(article.provider.name, article.provider.url) if article.provider else None
    authors = tuple(map(Person, article.authors))
    return Entry(
        id=article.id,
        title=article.title,
        url=article.url,
        published=article.published,
        updated=article.updated if article.updated <= now else article.published,
        summary=article.excerpt,
        content=content.html(article, config.records.site_url),
        authors=authors or ((provider,) if provider else ()),
        provider=provider,
        categories=_categories(article.topics),
        language="" if article.language == config.site.language else article.language,
        enclosures=tuple(_enclosure(image, known.get(image.url, _UNKNOWN)) for image in article.images),
        type=article.type,
        quality=article.quality,
        heat=article.heat,
        player=article.player.url if article.player else "",
        duration=article.duration,
    )


def _categories(names: Iterable[str]) -> tuple[str, ...]:
    """Return topics' names, each topic once, as the record spells it first."""
    spelled: dict[str, str] = {}
    for name in names:
        spelled.setdefault(slug(name), name)
    return tuple(spelled.values())


def _enclosure(image: Image, known: KnownImage) -> Enclosure:
    return Enclosure(
        url=image.url,
        media_type=known.media_type or image_type(image.url),
        length=known.length,
        width=image.width,
        height=image.height,
        title=image.title,
    )


def _title(topic: Topic | None, config: Config) -> str:
    site = cleaning.one_line(config.site.title) or config.site.base_url
    return f"{cleaning.one_line(topic.title) or topic.slug} · {site}" if topic else site


def _description(topic: Topic | None, config: Config) -> str:
    return cleaning.one_line(topic.description if topic else config.site.description) or _title(topic, config)


def _author(config: Config) -> str:
    return cleaning.one_line(config.site.author) or _title(None, config)


def branch(key: str, topic: Topic | None, below: tuple[Branch, ...], config: Config) -> Branch:
    """Return a feed as it stands in the list of all; ``topic`` is None for that of everything."""
    title = _title(topic, config)
    name = cleaning.one_line(topic.title) or topic.slug if topic else title
    return Branch(key, name, title, _description(topic, config), below)


def outline(branches: tuple[Branch, ...], config: Config) -> Outline:
    """Return the list of all feeds."""
    site = config.site
    return Outline(_title(None, config), _author(config), site.base_url, site.language, branches)


def _feed_id(key: str, config: Config) -> str:
    site = config.site
    if site.id_authority:
        return urls.tag_uri(site.id_authority, paths.identity(key))
    return urls.canonical_uri(paths.address(site.base_url, paths.of_feed(key, "")))


def feed(
    key: str,
    topic: Topic | None,
    entries: tuple[Entry, ...],
    total: int,
    config: Config,
) -> Feed:
    """Return a feed of these entries, which come newest first; ``topic`` is None for that of everything."""
    site = config.site
    title = _title(topic, config)
    return Feed(
        key=key,
        id=_feed_id(key, config),
        title=title,
        description=_description(topic, config),
        base_url=site.base_url,
        language=site.language,
        author=Person(_author(config), paths.address(site.base_url, paths.HOME)),
        updated=max((entry.updated for entry in entries), default=EMPTY_SINCE),
        entries=entries,
        icon=site.icon,
        logo=site.logo,
        rights=cleaning.one_line(site.rights),
        ttl=config.feeds.ttl,
        keywords=tuple(filter(None, map(cleaning.one_line, topic.keywords))) if topic else (),
        total=total,
        formats=config.feeds.formats,
        hubs=config.websub.hubs,
        site=_title(None, config),
    )
