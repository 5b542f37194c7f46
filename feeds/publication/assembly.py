"""Articles → feed: what subscribers get to see of the articles that selection let in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from feeds.bodies import body as bodies
from feeds.config import Config
from feeds.model import paths
from feeds.model.article import Article, Image, KnownImage, Size
from feeds.model.feed import EMPTY_SINCE, Branch, Enclosure, Entry, Feed, Outline, Person
from feeds.model.topics import Topic, slug
from feeds.text import cleaning, imagetypes, references, urls

from . import content, pictures
from .pictures import NOTHING, Picking

_UNKNOWN = KnownImage()
_EVERYTHING = Picking()


def entry(
    article: Article,
    config: Config,
    now: datetime,
    known: Mapping[str, KnownImage] = NOTHING,
    picking: Picking = _EVERYTHING,
    *,
    is_summary: bool = False,
) -> Entry:
    """Return an article as subscribers get it. An update that is not due yet has not happened.

    With ``is_summary`` it has the article's summary, and not its body.

    ``known`` is what was learnt of images, by URL; those that are gone are left out. ``picking`` is what the
    feed asks of images.
    """
    picked = pictures.pick(article, picking, known)
    if picked.images != article.images:
        article = msgspec.structs.replace(article, images=picked.images)
    shown = picked.images or ((Image(picked.fallback),) if picked.fallback else ())
    body = summary = ""
    if article.body:
        records = config.records
        base = references.base_of(article.url, records.site_url, records.permalink)
        given = article.body, article.body_format
        body = bodies.rendered(*given, base, records.markdown).html
        if not article.excerpt:
            summary = bodies.summarised(*given, body, base, records.markdown)
    if summary:
        article = msgspec.structs.replace(article, excerpt=summary)
    source = article.provider
    provider = Person(source.name, source.url, source.image) if source else None
    authors = tuple(Person(author.name, author.url, author.avatar) for author in article.authors)
    return Entry(
        id=article.id,
        title=article.title,
        url=article.url,
        published=article.published,
        updated=article.updated if article.updated <= now else article.published,
        summary=article.excerpt,
        content=content.html(article, "" if is_summary else body),
        authors=authors or ((provider,) if provider else ()),
        provider=provider,
        categories=_categories(article.topics),
        language="" if article.language == config.site.language else article.language,
        enclosures=tuple(_enclosure(image, known) for image in shown),
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


def _enclosure(image: Image, known: Mapping[str, KnownImage]) -> Enclosure:
    plain = _plain(Size(image.url, image.width, image.height), known)
    return msgspec.structs.replace(
        plain,
        title=image.title,
        alt=image.alt,
        caption=image.caption,
        credit=image.credit,
        license=image.license,
        sizes=tuple(_plain(size, known) for size in image.sizes),
    )


def _plain(size: Size, known: Mapping[str, KnownImage]) -> Enclosure:
    learnt = known.get(size.url, _UNKNOWN)
    media_type = learnt.media_type or imagetypes.by_suffix(size.url)
    return Enclosure(size.url, media_type, learnt.length, size.width, size.height)


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
        picture=topic.image if topic else "",
        rights=cleaning.one_line(site.rights),
        ttl=config.feeds.ttl,
        keywords=tuple(filter(None, map(cleaning.one_line, topic.keywords))) if topic else (),
        total=total,
        formats=config.feeds.formats,
        hubs=config.websub.hubs,
        site=_title(None, config),
    )
