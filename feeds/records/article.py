"""From a record's fields to an article: tolerant where people are sloppy, strict where a guess misleads."""

from __future__ import annotations

import functools
from collections.abc import Callable, Set
from typing import TypeVar

from feeds.errors import RecordRejected
from feeds.model.article import Article
from feeds.text import cleaning, languages

from . import dates, dating, extras, identity, people, pictures, relatives
from .record import Record

Result = TypeVar("Result")


def read(record: Record) -> Article:
    """Turn a record into an article, noting what is left out.

    Raises RecordRejected: no title, no usable URL, no date, or what is neither true nor false.
    """
    fields = record.fields
    title = _title(record)
    published = dating.published(record)
    updated = dating.updated(record)
    url = identity.url_of(record, published)
    provider = people.provider(record, fields.provider, ("provider",))
    return Article(
        path=record.path,
        id=identity.id_of(record, url),
        url=url,
        title=title,
        published=published,
        updated=updated if updated and updated > published else published,
        excerpt=record.text("excerpt", fields.excerpt, cleaning.without_markup),
        body=_body(record),
        body_format=record.parsed.body_format,
        type=record.text("type", fields.type, _label),
        category=record.text("category", fields.category, _label),
        language=_language(record),
        quality=fields.quality,
        heat=fields.heat,
        is_published=record.flag("published", fields.published, True)
        and not record.flag("draft", fields.draft, False),
        is_removed=record.flag("removed", fields.removed, False),
        provider=provider,
        topics=_topics(record),
        images=pictures.images(record),
        related=relatives.related(record),
        authors=people.authors(record),
        **extras.read(fields, record.settings.site_url, record.warn),
    )


def faults(record: Record, unread: Set[str]) -> list[RecordRejected]:
    """Return everything for which a record is rejected whose fields are of the right types.

    What depends on fields that are not (``unread``) is not asked for.
    """
    fields = record.fields
    found: list[RecordRejected] = []

    def tried(check: Callable[[], Result], default: Result) -> Result:
        try:
            return check()
        except RecordRejected as error:
            found.append(error)
            return default

    if not unread & {"title", "name"}:
        tried(functools.partial(_title, record), "")
    published = dates.parse("2000-01-01")
    if "publishedDateTime" not in unread:
        published = tried(functools.partial(dating.published, record), published)
    url = "https://example.org/"
    if refused := identity.refused_urls(record):
        found += refused
    elif not unread & {"originalUrl", "webUrl"}:
        url = tried(lambda: identity.url_of(record, published), url)
    tried(lambda: identity.id_of(record, url), "")
    for field, value in (
        ("published", fields.published),
        ("draft", fields.draft),
        ("removed", fields.removed),
    ):
        tried(functools.partial(record.flag, field, value, False), False)
    return found


def _title(record: Record) -> str:
    fields = record.fields
    title = record.text("title", fields.title, cleaning.plain) or record.text(
        "name", fields.name, cleaning.plain
    )
    if not title:
        raise RecordRejected("has no title (and no name)", ("title",) if fields.title else ())
    return title


def _body(record: Record) -> str:
    body = record.parsed.body
    if cleaning.has_unfit(body):
        record.warn((), "the body had characters that XML cannot carry; they were replaced or left out")
    return cleaning.clean(body)


def _language(record: Record) -> str:
    value = record.fields.locale
    if not value or value.isspace():
        return ""
    try:
        return languages.normalise(value)
    except ValueError as error:
        record.warn(("locale",), f"{error}; it is left out")
        return ""


def _topics(record: Record) -> tuple[str, ...]:
    value = record.fields.topics
    if not value:
        return ()
    names = [value] if isinstance(value, str) else value
    cleaned = [record.text("topics", name, _label) for name in names]
    return tuple(dict.fromkeys(name for name in cleaned if name))


@functools.lru_cache(maxsize=16_384)
def _label(value: str) -> str:
    """Fold a text that many records share: a topic's name, a type."""
    return cleaning.plain(value)
