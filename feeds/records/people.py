"""Whom an article is by: its provider and its authors."""

from __future__ import annotations

import functools
from typing import Any

from feeds.errors import RecordRejected
from feeds.model.article import Provider
from feeds.text import cleaning, urls

from . import extras
from .fields import ProviderFields, convert
from .record import Record
from .values import Place


def provider(record: Record, value: dict[str, Any] | str | None, where: Place) -> Provider | None:
    """Return the provider that a record, or one related to it, names; None if there is none."""
    if not value:
        return None
    if isinstance(value, str):
        value = {"name": value}
    try:
        fields = convert(value, ProviderFields)
    except RecordRejected as error:
        record.warn((*where, *error.where), f"{error.reason}; the provider is left out")
        return None
    return _known_provider(fields.name or "", fields.domain or "")


def authors(record: Record) -> tuple[str, ...]:
    """Return the names of a record's authors, each once."""
    given = record.fields.provider
    # What is sound has been converted already.
    listed = given.get("authors") if isinstance(given, dict) else getattr(given, "authors", None)
    return extras.authors(listed, record.warn) if listed else ()


@functools.lru_cache(maxsize=16_384)
def _known_provider(name: str, domain: str) -> Provider | None:
    domain = cleaning.one_line(domain).lower()
    name = cleaning.plain(name) or domain
    return Provider(name, domain, urls.domain_home(domain)) if name else None
