"""An article's address and its id: from what the record says, or from its place."""

from __future__ import annotations

import re
from datetime import datetime

from feeds.errors import RecordRejected
from feeds.text import cleaning, references, urls

from . import patterns, templates
from .record import Record, is_switched_off

# A path that generators take from the site's folder on, not of a file.
_PAGE = re.compile(r"[^/:?#\s][^:?#\s]*(?<!/)(?<!\.html)(?<!\.htm)(?<!\.php)(?<!\.aspx)(?<!\.xml)(?<!\.pdf)")
_SUFFIXED = re.compile(r"/\Z|[?#]|\.(?:html?|php|xml|json|txt|pdf)\Z")
"""What an address ends with where no slash belongs to its end."""
_FIELDS = ("originalUrl", "webUrl")


def url_of(record: Record, published: datetime) -> str:
    """Return an article's URL; raises RecordRejected where it has none."""
    fields, told = record.fields, []
    is_broken = False
    for field, value in (("originalUrl", fields.originalUrl), ("webUrl", fields.webUrl)):
        if not value or cleaning.is_blank(value):
            continue
        if reason := _no_address(value):
            told.append(((field,), reason))
            continue
        try:
            url = references.in_front_matter(_as_page(value, record), record.settings.site_url)
            if record.settings.trailing_slash and "://" not in value and not _SUFFIXED.search(url):
                url += "/"
        except ValueError as error:
            told.append(((field,), f"{value[:200]!r} {error}"))
            is_broken = True
            continue
        if references.without_scheme(value):
            record.warn((field,), f"{value[:200]!r} names no scheme; {url} is taken")
        for where, reason in told:
            record.warn(where, f"{reason}; webUrl is used instead")
        return url
    if is_broken:
        where, reason = next(one for one in told if not _no_address(getattr(fields, one[0][0])))
        raise RecordRejected(reason, where)
    if not record.settings.permalink:
        if told:
            raise RecordRejected(f"{told[0][1]}, and [records] permalink is not set", told[0][0])
        raise RecordRejected("has no originalUrl and no webUrl, and [records] permalink is not set")
    for where, reason in told:
        record.warn(where, f"{reason}; [records] permalink is used instead")
    return _permalink(record, published)


def _as_page(value: str, record: Record) -> str:
    """Return an address of a field; a page's path (``2024/05/walk``) ends as those of the site's pages do.

    What stands in the page is relative to it, and would be one folder too high without the slash.
    """
    is_path = _PAGE.fullmatch(value.strip()) and not references.without_scheme(value)
    return f"{value.strip()}/" if is_path and record.settings.permalink.endswith("/") else value


def _no_address(value: str) -> str:
    """Return why a text is none but something that a site generator understands; "" if it may be one."""
    if value.startswith("http") and "{" not in value and "/:" not in value and "%" not in value:
        # As nearly all are.
        return ""
    if templates.is_address_template(value):
        return f"{value[:200]!r} is a template, no address"
    return f"{value[:200]!r} is no address" if is_switched_off(value) else ""


def id_of(record: Record, url: str, published: datetime) -> str:
    """Return an article's id, a URI: the one it has, or that which [records] id or else its URL makes."""
    settings = record.settings
    given = record.text("id", record.fields.id, cleaning.one_line)
    if settings.id and not urls.is_absolute_uri(given):
        try:
            made = patterns.filled(settings.id, record, published, url)
            if not urls.is_absolute_uri(made):
                made = references.in_front_matter(made, settings.site_url)
            return urls.canonical_uri(made)
        except patterns.Missing:
            # Articles that came later may have none, and then they never had another id.
            return urls.canonical(url)
        except ValueError as error:
            record.warn(("id",), f"that from [records] id {error}; the id is made of the URL")
            return urls.canonical(url)
    if given:
        try:
            return _uri(given, settings.id_authority)
        except ValueError as error:
            record.warn(("id",), f"{error}; the id is made of the URL")
    return urls.canonical(url)


def _uri(given: str, authority: str) -> str:
    if urls.is_absolute_uri(given):
        try:
            return urls.canonical_uri(given)
        except ValueError as error:
            raise ValueError(f"{given[:200]!r} {error}") from None
    if not authority:
        reason = f"{given[:200]!r} is no absolute URI, and [site] id_authority is not set to make it one"
        raise ValueError(reason)
    return urls.tag_uri(authority, given)


def refused_urls(record: Record) -> list[RecordRejected]:
    """Return what is wrong with each of the URLs, if none of them can be used."""
    refused = []
    for field in _FIELDS:
        value = getattr(record.fields, field) or ""
        if not cleaning.is_blank(value) and not _no_address(value):
            try:
                references.in_front_matter(value, record.settings.site_url)
            except ValueError as error:
                refused.append(RecordRejected(f"{value[:200]!r} {error}", (field,)))
            else:
                return []
    return refused


def _permalink(record: Record, published: datetime) -> str:
    try:
        made = patterns.filled(record.settings.permalink, record, published)
    except patterns.Missing as error:
        raise RecordRejected(f"the URL from [records] permalink cannot be made: {error}") from None
    try:
        return references.in_front_matter(made, record.settings.site_url)
    except ValueError as error:
        raise RecordRejected(f"the URL from [records] permalink, {made!r}, {error}") from None
