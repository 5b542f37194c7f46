"""Addresses and ids that are made of a pattern, such as ``/{year}/{month}/{slug}/``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime

from feeds.text import cleaning, urls

from .record import Record
from .topics import names_in

_PART = re.compile(r"\{(\w+)\}")
_SLASHES = re.compile(r"(?<!:)/{2,}")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_QUOTES = str.maketrans("", "", "'’ʼ`\"“”")


class Missing(ValueError):
    """A part of a pattern that a record says nothing of."""


def filled(pattern: str, record: Record, published: datetime, url: str = "") -> str:
    """Return what a pattern gives for a record; parts that are empty take their slash along.

    Raises Missing where the record does not have what tells it apart from others.
    """
    day = published.astimezone(record.zone)

    def part(match: re.Match[str]) -> str:
        return url if match[1] == "url" else urls.path_part(PARTS[match[1]](record, day))

    return _SLASHES.sub("/", _PART.sub(part, pattern))


def _slug(record: Record, _: datetime) -> str:
    given = record.text("slug", record.fields.slug, cleaning.one_line).strip("/")
    if not given and record.settings.slug_from == "title":
        return _title(record, _)
    where = record.location
    slug = given or (where.name if record.settings.slug_from == "name" else where.slug)
    return hyphenated(slug, keep="._~/") if record.settings.lowercase_slugs else slug


def _title(record: Record, _: datetime) -> str:
    title = cleaning.plain(record.fields.title or "") or cleaning.plain(record.fields.name or "")
    slug = hyphenated(title)
    if not slug:
        raise Missing("its title has no letter, of which {title} could be made")
    return slug


def _id(record: Record, _: datetime) -> str:
    given = cleaning.one_line(record.fields.id or "")
    if not given:
        raise Missing("it has no id, of which {id} could be made")
    return given


def _language(record: Record, _: datetime) -> str:
    given = (record.fields.locale or "").strip()
    return given or record.location.language or record.settings.language


def _category(record: Record, _: datetime) -> str:
    return "/".join(hyphenated(name) for name in names_in(record.fields.category))


PARTS: dict[str, Callable[[Record, datetime], str]] = {
    "year": lambda _, day: f"{day.year:04}",
    "month": lambda _, day: f"{day.month:02}",
    "day": lambda _, day: f"{day.day:02}",
    "i_month": lambda _, day: str(day.month),
    "i_day": lambda _, day: str(day.day),
    "slug": _slug,
    "title": _title,
    "lang": _language,
    "category": _category,
    "folder": lambda record, _: record.location.folder,
    "id": _id,
}
"""What a pattern may have in braces → what becomes of it."""
TELLING = ("slug", "title", "id")
"""At least one of them has to be in a pattern, or articles would share what it gives."""


def hyphenated(text: str, keep: str = "") -> str:
    """Return the words of a text in lower case with hyphens between them, as site generators do.

    The signs to ``keep`` stay, and then underscores too.
    """
    folded = unicodedata.normalize("NFC", text).lower().translate(_QUOTES)
    between = re.compile(rf"[^\w{re.escape(keep)}]+") if keep else _BETWEEN_WORDS
    return between.sub("-", folded).strip("-")
