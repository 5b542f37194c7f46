"""From a record's fields to an article: tolerant where people are sloppy, strict where a guess misleads."""

from __future__ import annotations

import functools
from collections.abc import Callable, Set
from typing import TypeVar

from feeds.bodies import body as bodies
from feeds.errors import Loss, RecordRejected
from feeds.model.article import Article, Image
from feeds.text import cleaning, imagetypes, languages, references

from . import dates, dating, extras, identity, location, people, pictures, relatives, rendered, topics
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
    settings = record.settings
    base = references.base_of(url, settings.site_url, settings.permalink)
    is_published = _is_published(record)
    body, body_format = _body_of_page(record, url, title, is_told=is_published)
    # Without a site nobody knows what a path in a field is relative to.
    images = pictures.images(record, base.folder if settings.site_url else "")
    if body:
        lost = bodies.losses(body, body_format, base, settings.markdown)
        if body_format == "page":
            # They are on no line of the record.
            lost = tuple(loss._replace(kind=f"page {loss.kind}", line=0) for loss in lost)
        record.losses += lost
        images = images or _of_body(body, body_format, base, settings.markdown)
    return Article(
        path=record.path,
        id=identity.id_of(record, url, published),
        url=url,
        title=title,
        published=published,
        updated=updated if updated and updated > published else published,
        excerpt=record.text("excerpt", fields.excerpt, cleaning.without_markup),
        body=body,
        body_format=body_format,
        type=record.text("type", fields.type, topics.label),
        category=_category(record),
        language=_language(record),
        quality=fields.quality,
        heat=fields.heat,
        is_published=is_published,
        is_removed=record.flag("removed", fields.removed, False),
        provider=provider,
        topics=topics.topics(record),
        images=images,
        related=relatives.related(record),
        authors=people.authors(record),
        **extras.read(fields, settings.site_url, record.warn),
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
    if refused := identity.refused_urls(record):
        found += refused
    elif not unread & {"originalUrl", "webUrl"}:
        tried(lambda: identity.url_of(record, published), "")
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


def _category(record: Record) -> str:
    value = record.fields.category
    if value and value.__class__ is not str:
        if not (names := topics.names_in(value)):
            record.warn(("category",), "is no text and has no name; it is left out")
        value = next(iter(names), "")
    return record.text("category", value, topics.label)


def _is_published(record: Record) -> bool:
    fields = record.fields
    return (
        record.flag("published", fields.published, True)
        and not record.flag("draft", fields.draft, False)
        and not record.is_draft_by_status
    )


def _body_of_page(record: Record, url: str, title: str, *, is_told: bool) -> tuple[str, str]:
    """Return a body and its format: that of the article's page, or the record's own where it has none."""
    settings = record.settings
    if settings.rendered:
        page = rendered.page_of(
            url,
            title,
            settings.rendered,
            settings.rendered_selector,
            settings.site_url,
            settings.max_bytes,
        )
        record.page = page.seen if page.seen.names else None
        if page.html:
            return cleaning.clean(page.html), "page"
        # Generators make no page of a draft.
        if is_told:
            record.losses.append(Loss("page", page.fault, 0))
    return _body(record), record.parsed.body_format


def _body(record: Record) -> str:
    body = record.parsed.body
    if cleaning.has_unfit(body):
        record.warn((), "the body had characters that XML cannot carry; they were replaced or left out")
    return cleaning.clean(body)


def _of_body(body: str, body_format: str, base: references.Base, dialect: str) -> tuple[Image, ...]:
    """Return the first picture of a body, which stands for an article that names none."""
    found = bodies.first_picture(body, body_format, base, dialect)
    if found is None or imagetypes.other_kind(found.url):
        return ()
    title = cleaning.plain(found.title)
    return (Image(found.url, found.width, found.height, title, alt=cleaning.plain(found.alt)),)


def _language(record: Record) -> str:
    value = record.fields.locale
    if not value or value.isspace():
        settings = record.settings
        value = location.language_of(record.path, settings.folders, settings.permalink)
        return languages.normalise(value) if value and settings.fields.get("locale") != () else ""
    try:
        return languages.normalise(value)
    except ValueError as error:
        record.warn(("locale",), f"{error}; it is left out")
        return ""
