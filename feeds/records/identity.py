"""An article's address and its id: from what the record says, or from its place."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import PurePosixPath

from feeds.errors import RecordRejected
from feeds.text import cleaning, urls

from . import dates
from .record import Record
from .values import Place

_PERMALINK_PART = re.compile(r"\{(year|month|day|slug)\}")


def url_of(record: Record, published: datetime) -> str:
    """Return an article's URL; raises RecordRejected where it has none."""
    reasons: list[tuple[Place, str]] = []
    for field in ("originalUrl", "webUrl"):
        value = getattr(record.fields, field) or ""
        if cleaning.is_blank(value):
            continue
        try:
            url = urls.absolute(value, record.settings.site_url)
        except ValueError as error:
            reasons.append(((field,), f"{value[:200]!r} {error}"))
            continue
        for where, reason in reasons:
            record.warn(where, f"{reason}; webUrl is used instead")
        return url
    if reasons:
        raise RecordRejected(reasons[0][1], reasons[0][0])
    if not record.settings.permalink:
        raise RecordRejected("has no originalUrl and no webUrl, and [records] permalink is not set")
    return _permalink(record, published)


def id_of(record: Record, url: str) -> str:
    """Return an article's id, which is a URI; raises RecordRejected where the one it has is none."""
    given = record.text("id", record.fields.id, cleaning.one_line)
    if not given:
        return urls.canonical(url)
    if urls.is_absolute_uri(given):
        try:
            return urls.canonical_uri(given)
        except ValueError as error:
            raise RecordRejected(f"{given[:200]!r} {error}", ("id",)) from None
    if not record.settings.id_authority:
        reason = f"{given!r} is no absolute URI, and [site] id_authority is not set to make it one"
        raise RecordRejected(reason, ("id",))
    return urls.tag_uri(record.settings.id_authority, given)


def refused_urls(record: Record) -> list[RecordRejected]:
    """Return what is wrong with each of the URLs, if none of them can be used."""
    refused = []
    for field in ("originalUrl", "webUrl"):
        value = getattr(record.fields, field) or ""
        if not cleaning.is_blank(value):
            try:
                urls.absolute(value, record.settings.site_url)
            except ValueError as error:
                refused.append(RecordRejected(f"{value[:200]!r} {error}", (field,)))
            else:
                return []
    return refused


def _permalink(record: Record, published: datetime) -> str:
    file = PurePosixPath(record.path)
    stem = (file.parent.name if file.stem in ("index", "_index") else "") or file.stem
    slug = record.text("slug", record.fields.slug, cleaning.one_line) or dates.slug_of_file_name(stem)
    parts = {
        "year": f"{published.year:04}",
        "month": f"{published.month:02}",
        "day": f"{published.day:02}",
        # A slug is a part of the path, whatever signs it has: "C#" must not end in a fragment.
        "slug": urls.path_part(slug),
    }
    pattern = _PERMALINK_PART.sub(lambda part: parts[part[1]], record.settings.permalink)
    try:
        return urls.absolute(pattern, record.settings.site_url)
    except ValueError as error:
        raise RecordRejected(f"the URL from [records] permalink, {pattern!r}, {error}") from None
