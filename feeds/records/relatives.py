"""The articles that a record names as related."""

from __future__ import annotations

from feeds.errors import RecordRejected
from feeds.model.article import Related
from feeds.text import cleaning, urls

from . import people
from .fields import RelatedFields, convert
from .record import Record
from .values import Place, Value

MOST = 5
"""So many of them are shown."""


def related(record: Record) -> tuple[Related, ...]:
    """Return the first usable ones of the related articles."""
    found: list[Related] = []
    for position, item in enumerate(record.fields.related or ()):
        try:
            found.append(_one_related(record, item, ("related", position)))
        except RecordRejected as error:
            where = ("related", position, *error.where)
            record.warn(where, f"{error.reason}; the related article is left out")
        if len(found) == MOST:
            break
    return tuple(found)


def _one_related(record: Record, item: Value, where: Place) -> Related:
    fields = convert(item, RelatedFields)
    title = cleaning.plain(fields.title or "") or cleaning.plain(fields.name or "")
    if not title:
        raise RecordRejected("has no title")
    given = (url or "" for url in (fields.originalUrl, fields.webUrl))
    url = next((url for url in given if not cleaning.is_blank(url)), "")
    if not url:
        raise RecordRejected("has no originalUrl and no webUrl")
    try:
        url = urls.absolute(url, record.settings.site_url)
    except ValueError as error:
        raise RecordRejected(f"{url[:200]!r} {error}") from None
    return Related(title, url, people.provider(record, fields.provider, (*where, "provider")))
