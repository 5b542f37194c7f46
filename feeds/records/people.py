"""Whom an article is by: its authors and its provider."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from feeds.errors import RecordRejected
from feeds.model.article import Author, Provider
from feeds.text import cleaning, references, urls

from . import organisations, sitepictures, templates
from .fields import ProviderFields, convert
from .record import Record, is_absent, is_switched_off
from .values import Place, Value

_NAMES = ("name", "title", "display_name", "displayName", "full_name", "fullName", "fullname", "nickname")
_PARTS = (("first_name", "last_name"), ("firstName", "lastName"), ("given_name", "family_name"))
_URLS = ("url", "uri", "website", "web", "homepage", "link", "href", "site")
_AVATARS = ("avatar", "image", "picture", "photo")
_SHORT = ("id", "key", "slug", "username", "short_name", "handle")
# From the beginning of a word on, so that a long one is not tried from each of its characters.
_MAIL = re.compile(
    r"(?:[<(\[]\s*+)?(?<![^\s<>()\[\],;:])(?:mailto:)?[^\s<>()\[\],;:]+@[\w-]++(?:\.[\w-]++)++(?:\s*+[>)\]])?",
    re.I,
)
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]+)\]\((\S+)\)")
_WRAPPED = re.compile(r"[(<\[](.*)[)>\]]")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+(?!(?:html?|php|md|aspx?|txt)(?:[/?#]|$))[A-Za-z]{2,}(?:[/?#]\S*)?")
"""A home page as people write it where no scheme has to be."""
_NO_NAME = frozenset(
    ("jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "md", "m.d.", "phd", "ph.d.", "esq", "esq.")
)
"""What follows a comma in one person's name."""
_MOST = 100


def authors(record: Record) -> tuple[Author, ...]:
    """Return a record's authors, each name once: its own, or else those of its provider."""
    fields = record.fields
    found: list[Author] = []
    if fields.author or fields.authors or record.settings.fields:
        for field in ("author", "authors"):
            for value, where in record.given(field):
                found += _people(record, value, where, is_one=field == "author")
    if not found and (given := fields.provider):
        place: Place = ("provider", "authors")
        # What is sound has been converted already.
        if given.__class__ is ProviderFields:
            listed = given.authors
        elif isinstance(given, dict):
            listed = given.get("authors")
        else:
            listed, place = given if isinstance(given, list) else None, ("provider",)
        if listed:
            found += _people(record, listed, place)
    if not found:
        return ()
    by_name: dict[str, Author] = {}
    for author in found:
        by_name.setdefault(author.name.casefold(), author)
    return tuple(by_name.values())


def _people(record: Record, value: Value, where: Place, is_one: bool = False) -> Iterator[Author]:
    """Yield the people that a field names: a text, a list, a mapping, a mapping of mappings.

    In a text for ``is_one`` person, commas belong to the name.
    """
    if isinstance(value, str):
        if not is_switched_off(value):
            for name in _divided(cleaning.decoded(value), not is_one):
                yield from _named(record, name, where)
    elif isinstance(value, list):
        if len(value) > _MOST:
            record.warn(where, f"has more than {_MOST} people; the others are left out")
        for position, item in enumerate(value[:_MOST]):
            if isinstance(item, list):
                record.warn((*where, position), "is a list; the author is left out")
            elif isinstance(item, str):
                yield from _named(record, item, (*where, position))
            else:
                yield from _people(record, item, (*where, position))
    elif isinstance(value, dict):
        yield from _described(record, value, where)


def _divided(text: str, is_list: bool) -> list[str]:
    """Divide a text at semicolons and line ends; one that stands for a list, else at commas too."""
    parts = re.split(r"[;\n]", text)
    if len(parts) > 1 or not is_list:
        return parts
    parts = []
    for part in text.split(","):
        if parts and part.strip().lower() in _NO_NAME:
            parts[-1] += f",{part}"
        else:
            parts.append(part)
    return parts


def _named(record: Record, text: str, where: Place) -> Iterator[Author]:
    """Yield the person that a text names: somebody known by a short name, or whoever has that name."""
    if cleaning.is_blank(text):
        return
    if known := record.settings.authors.get(short(text)):
        yield known
        return
    url = ""
    if link := _MARKDOWN_LINK.fullmatch(text.strip()):
        text, url = link[1], link[2]
    name = without_mail(cleaning.without_markup(text))
    if name:
        yield Author(name, _address(record, url, where))
    elif "@" in text:
        record.warn(where, "is an e-mail address without a name, and those are not published; it is left out")


def _described(record: Record, given: dict[str, Value], where: Place) -> Iterator[Author]:
    """Yield the person that a mapping describes, or those that it lists by their short names."""
    name = without_mail(cleaning.without_markup(name_of(given)))
    known = next(
        (
            record.settings.authors[key]
            for key in map(short, _texts(given, (*_SHORT, *_NAMES)))
            if key in record.settings.authors
        ),
        None,
    )
    if not name and not known:
        listed = {key: item for key, item in given.items() if isinstance(item, dict) and name_of(item)}
        for key, item in listed.items():
            yield from _described(record, item, (*where, key))
        if not listed and not any(key in given and is_absent(given[key]) for key in _NAMES):
            record.warn(where, "has no name; the author is left out")
        return
    url = _address(record, _with_scheme(next(_texts(given, _URLS), "")), where)
    avatar = _address(record, next(_texts(given, _AVATARS), ""), where)
    if known:
        yield Author(known.name, known.url or url, known.avatar or avatar)
    else:
        yield Author(name, url, avatar)


def name_of(given: dict[str, Value]) -> str:
    """Return the name in a mapping that describes somebody, "" if there is none."""
    if name := next(_texts(given, _NAMES), ""):
        return name
    return next((" ".join(parts) for keys in _PARTS if (parts := list(_texts(given, keys)))), "")


def described(given: dict[str, Value], site_url: str) -> tuple[str, str, str]:
    """Return name, home page and picture of somebody whom a mapping describes, each "" if unknown.

    Raises ValueError where an address is none.
    """
    url, avatar = (next(_texts(given, keys), "") for keys in (_URLS, _AVATARS))
    url = _with_scheme(url)
    name = without_mail(cleaning.without_markup(name_of(given)))
    return name, _sound(url, site_url), _sound(avatar, site_url)


def _texts(given: dict[str, Value], keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        value = given.get(key)
        if isinstance(value, str) and not cleaning.is_blank(value) and not is_switched_off(value):
            yield value


def _with_scheme(address: str) -> str:
    """Return a home page's address with the scheme that it lacks: a path of the site begins otherwise."""
    return f"https://{address.strip()}" if _DOMAIN.fullmatch(address.strip()) else address


def _sound(address: str, site_url: str) -> str:
    is_mail = address.lower().startswith("mailto:") or _MAIL.fullmatch(address.strip())
    if not address or is_mail:
        return ""
    if templates.is_template(address):
        raise ValueError("is a template, no address")
    return references.in_front_matter(address, site_url)


def _address(record: Record, address: str, where: Place) -> str:
    try:
        return _sound(address, record.settings.site_url)
    except ValueError as error:
        record.warn(where, f"{address[:200]!r} {error}; the address is left out")
        return ""


def short(name: str) -> str:
    """Fold a short name, so that its case makes no difference."""
    return name.strip().casefold()


def without_mail(name: str) -> str:
    """Take e-mail addresses out of a name; "" if it was nothing else."""
    if "@" not in name or not _MAIL.search(name):
        return name
    rest = cleaning.one_line(_MAIL.sub(" ", name)).strip(" ,;:-–|")
    wrapped = _WRAPPED.fullmatch(rest)
    return (wrapped[1] if wrapped else rest).strip(" \"'")


def provider(record: Record, value: Any, where: Place) -> Provider | None:
    """Return the provider that a record, or one related to it, names; None if there is none."""
    fields = value if value.__class__ is ProviderFields else _described_provider(record, value, where)
    if fields is None:
        return None
    image = ""
    if fields.images and where == ("provider",):
        # Of related articles, pictures of theirs are shown nowhere.
        image = sitepictures.picture(fields.images, (*where, "images"), record.settings.site_url, record.warn)
    found = _known_provider(fields.name or "", fields.domain or "", image)
    return organisations.completed(found, record.settings.providers) if found else None


def _described_provider(record: Record, value: Any, where: Place) -> ProviderFields | None:
    """Return what a value that is not of the usual shape says of a provider; None if it says nothing."""
    if not value or isinstance(value, list) or (isinstance(value, str) and is_switched_off(value)):
        return None
    try:
        return convert({"name": without_mail(value)} if isinstance(value, str) else value, ProviderFields)
    except RecordRejected as error:
        record.warn((*where, *error.where), f"{error.reason}; the provider is left out")
        return None


@functools.lru_cache(maxsize=16_384)
def _known_provider(name: str, domain: str, image: str) -> Provider | None:
    domain = cleaning.one_line(domain).lower()
    name = cleaning.plain(name) or domain
    return Provider(name, domain, urls.domain_home(domain), image) if name else None
