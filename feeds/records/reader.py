"""From a record's fields to an article: tolerant where people are sloppy, strict where a guess misleads."""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Callable, Mapping, Set
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, NamedTuple, TypeVar

import msgspec

from feeds.errors import Problem, RecordRejected, dotted
from feeds.model.article import Article, Image, Provider, Related
from feeds.text import cleaning, languages, urls

from . import dates, extras, syntax
from .fields import (
    FIELD_NAMES,
    NUMBERS,
    SIZES,
    Fields,
    ImageFields,
    ProviderFields,
    RelatedFields,
    SoundFields,
    convert,
    field_faults,
)
from .values import Locate, Place, Value

READER = 4
"""Raised with every change of how records are read: an index made by another one reads them all again."""

_MOST_RELATED = 5
_MOST_FAULTS = 20
"""Of a record's faults so many are named, and the others counted."""
_TRUE = frozenset(("true", "yes", "on", "y", "1"))
_FALSE = frozenset(("false", "no", "off", "n", "0"))
_PERMALINK_PART = re.compile(r"\{(year|month|day|slug)\}")

Result = TypeVar("Result")


class Settings(NamedTuple):
    """What of the configuration decides how a record is read. Equal settings read equal articles."""

    fields: Mapping[str, tuple[str, ...]] = {}
    """Our field's name → the names that another dialect has for it, first found first taken."""
    site_url: str = ""
    """What relative image and link URLs are resolved against."""
    permalink: str = ""
    """A pattern of ``{year}``, ``{month}``, ``{day}``, ``{slug}`` for records without a URL."""
    id_authority: str = ""
    undated_by_mtime: bool = False
    max_bytes: int = 5_000_000


class Reading(NamedTuple):
    """What came of one record: an article, or none; and what is wrong with it."""

    article: Article | None
    problems: tuple[Problem, ...]


def read(path: str, data: bytes, mtime_ns: int, settings: Settings) -> Reading:
    """Read one record. ``path`` names it in messages and gives its suffix, date and slug.

    Never raises for what the record says: what cannot become an article is a rejection among ``problems``.
    """
    suffix = posixpath.splitext(path)[1].lower()
    warnings: list[tuple[Place, str]] = []
    parsed = None
    try:
        parsed = syntax.parse(data, suffix, _MOST_RELATED)
        article = to_article(path, parsed, mtime_ns, settings, warnings)
        if not parsed.is_whole and len(article.related) < _MOST_RELATED:
            # One of the first is not usable, so that a later one has to take its place.
            warnings.clear()
            parsed = syntax.parse(data, suffix)
            article = to_article(path, parsed, mtime_ns, settings, warnings)
    except RecordRejected as error:
        # What it takes to find them all is spent on rejected records only.
        faults = _faults(path, parsed, mtime_ns, settings) if parsed else []
        return Reading(None, _rejections(path, data, faults or [error], parsed, settings))
    if not warnings:
        return Reading(article, ())
    problems = []
    line_of = syntax.locator(data, suffix)
    for ours, reason in warnings:
        where = _as_spelled(ours, parsed, settings)
        problems.append(Problem(path, line_of(where), dotted(where), reason, "warning"))
    return Reading(article, tuple(problems))


def _rejections(
    path: str,
    data: bytes,
    faults: list[RecordRejected],
    parsed: syntax.Parsed | None,
    settings: Settings,
) -> tuple[Problem, ...]:
    """Return the faults of a record with their lines, in the order of these."""
    found = []
    line_of: Locate | None = None
    for fault in faults[:_MOST_FAULTS]:
        where = _as_spelled(fault.where, parsed, settings)
        if where and not fault.line:
            line_of = line_of or syntax.locator(data, posixpath.splitext(path)[1].lower())
        line = fault.line or (line_of(where) if where and line_of else 1)
        found.append(Problem(path, line, dotted(where), fault.reason))
    found.sort()
    if len(faults) > _MOST_FAULTS:
        found.append(Problem(path, 1, "", f"has {len(faults) - _MOST_FAULTS:,} more faults"))
    return tuple(found)


def _faults(path: str, parsed: syntax.Parsed, mtime_ns: int, settings: Settings) -> list[RecordRejected]:
    """Return everything for which a record is rejected, found field by field."""
    given = _renamed(parsed.fields, settings.fields)
    found: list[RecordRejected] = []
    sound: dict[str, Value] = {}
    for name in FIELD_NAMES:
        if name in given:
            faults = field_faults(name, given[name])
            found += faults
            if not faults:
                sound[name] = given[name]
    reader = _Reader(path, parsed._replace(fields=sound), mtime_ns, settings._replace(fields={}), [])
    return found + reader.faults(given.keys() - sound.keys())


def _as_spelled(where: Place, parsed: syntax.Parsed | None, settings: Settings) -> Place:
    """Name a field as the record does, which may be in another dialect."""
    for name in settings.fields.get(str(where[0]), ()) if where and parsed else ():
        if parsed and not _is_absent(parsed.fields.get(name)):
            return (name, *where[1:])
    return where


def to_article(
    path: str, parsed: syntax.Parsed, mtime_ns: int, settings: Settings, warnings: list[tuple[Place, str]]
) -> Article:
    """Turn a record's fields into an article, noting what is left out in ``warnings``.

    Raises RecordRejected: no title, no usable URL, no date, or a field of the wrong type.
    """
    return _Reader(path, parsed, mtime_ns, settings, warnings).article()


class _Reader:
    """One record on its way to an article."""

    def __init__(
        self,
        path: str,
        parsed: syntax.Parsed,
        mtime_ns: int,
        settings: Settings,
        warnings: list[tuple[Place, str]],
    ) -> None:
        self._path = path
        self._parsed = parsed
        self._mtime_ns = mtime_ns
        self._settings = settings
        self._warnings = warnings
        fields = _renamed(parsed.fields, settings.fields) if settings.fields else parsed.fields
        try:
            # All at once, which is quicker than part by part.
            self._fields: Fields = msgspec.convert(fields, SoundFields, strict=False)
        except msgspec.ValidationError:
            self._fields = convert(fields, Fields, NUMBERS)

    def article(self) -> Article:
        fields = self._fields
        title = self._title()
        published = self._published()
        updated = self._updated()
        url = self._url(published)
        provider = self._provider(fields.provider, ("provider",))
        return Article(
            path=self._path,
            id=self._id(url),
            url=url,
            title=title,
            published=published,
            updated=updated if updated and updated > published else published,
            excerpt=self._text("excerpt", fields.excerpt, cleaning.without_markup),
            body=self._body(),
            body_format=self._parsed.body_format,
            type=self._text("type", fields.type, _label),
            category=self._text("category", fields.category, _label),
            language=self._language(),
            quality=fields.quality,
            heat=fields.heat,
            is_published=self._flag("published", fields.published, True)
            and not self._flag("draft", fields.draft, False),
            is_removed=self._flag("removed", fields.removed, False),
            provider=provider,
            topics=self._topics(),
            images=self._images(),
            related=self._related(),
            authors=self._authors(),
            **extras.read(fields, self._settings.site_url, self._warn),
        )

    def faults(self, unread: Set[str]) -> list[RecordRejected]:
        """Return everything for which a record is rejected whose fields are of the right types.

        What depends on fields that are not (``unread``) is not asked for.
        """
        fields = self._fields
        found: list[RecordRejected] = []

        def tried(check: Callable[[], Result], default: Result) -> Result:
            try:
                return check()
            except RecordRejected as error:
                found.append(error)
                return default

        if not unread & {"title", "name"}:
            tried(self._title, "")
        published = dates.parse("2000-01-01")
        if "publishedDateTime" not in unread:
            published = tried(self._published, published)
        url = "https://example.org/"
        if refused := self._refused_urls():
            found += refused
        elif not unread & {"originalUrl", "webUrl"}:
            url = tried(lambda: self._url(published), url)
        tried(lambda: self._id(url), "")
        for field, value in (
            ("published", fields.published),
            ("draft", fields.draft),
            ("removed", fields.removed),
        ):
            tried(functools.partial(self._flag, field, value, False), False)
        return found

    def _refused_urls(self) -> list[RecordRejected]:
        """Return what is wrong with each of the URLs, if none of them can be used."""
        refused = []
        for field in ("originalUrl", "webUrl"):
            value = getattr(self._fields, field) or ""
            if not cleaning.is_blank(value):
                try:
                    urls.absolute(value, self._settings.site_url)
                except ValueError as error:
                    refused.append(RecordRejected(f"{value[:200]!r} {error}", (field,)))
                else:
                    return []
        return refused

    def _title(self) -> str:
        fields = self._fields
        title = self._text("title", fields.title, cleaning.plain) or self._text(
            "name", fields.name, cleaning.plain
        )
        if not title:
            raise RecordRejected("has no title (and no name)", ("title",) if fields.title else ())
        return title

    def _warn(self, where: Place, reason: str) -> None:
        self._warnings.append((where, reason))

    def _text(self, field: str, value: str | None, fold: Callable[[str], str]) -> str:
        """Clean a text; one that shows nothing counts as absent."""
        if not value:
            return ""
        folded = fold(value)
        if folded != value and cleaning.has_unfit(value):
            self._warn((field,), "had characters that XML cannot carry; they were replaced or left out")
        return folded

    def _flag(self, field: str, value: str | None, default: bool) -> bool:
        if not value or value.isspace():
            return default
        folded = value.strip().lower()
        if folded in _TRUE:
            return True
        if folded in _FALSE:
            return False
        raise RecordRejected(f"{folded[:60]!r} is neither true nor false", (field,))

    def _date(self, field: str, value: str | None) -> datetime | None:
        if not value or value.isspace():
            return None
        try:
            return dates.parse(value)
        except ValueError as error:
            raise RecordRejected(str(error), (field,)) from None

    def _published(self) -> datetime:
        published = self._date("publishedDateTime", self._fields.publishedDateTime)
        if published:
            return published
        published = dates.from_file_name(PurePosixPath(self._path).stem)
        if published:
            return published
        if self._settings.undated_by_mtime:
            try:
                return dates.from_mtime(self._mtime_ns)
            except ValueError as error:
                reason = f"has no publishedDateTime, and {error}"
                raise RecordRejected(reason, ("publishedDateTime",)) from None
        reason = "has no publishedDateTime, and its file name begins with no date"
        raise RecordRejected(reason, ("publishedDateTime",))

    def _updated(self) -> datetime | None:
        try:
            return self._date("updatedDateTime", self._fields.updatedDateTime)
        except RecordRejected as error:
            self._warn(error.where, f"{error.reason}; the article counts as not updated")
            return None

    def _url(self, published: datetime) -> str:
        reasons: list[tuple[Place, str]] = []
        for field in ("originalUrl", "webUrl"):
            value = getattr(self._fields, field) or ""
            if cleaning.is_blank(value):
                continue
            try:
                url = urls.absolute(value, self._settings.site_url)
            except ValueError as error:
                reasons.append(((field,), f"{value[:200]!r} {error}"))
                continue
            for where, reason in reasons:
                self._warn(where, f"{reason}; webUrl is used instead")
            return url
        if reasons:
            raise RecordRejected(reasons[0][1], reasons[0][0])
        if not self._settings.permalink:
            raise RecordRejected("has no originalUrl and no webUrl, and [records] permalink is not set")
        return self._permalink(published)

    def _permalink(self, published: datetime) -> str:
        file = PurePosixPath(self._path)
        stem = (file.parent.name if file.stem in ("index", "_index") else "") or file.stem
        slug = self._text("slug", self._fields.slug, cleaning.one_line) or dates.slug_of_file_name(stem)
        parts = {
            "year": f"{published.year:04}",
            "month": f"{published.month:02}",
            "day": f"{published.day:02}",
            # A slug is a part of the path, whatever signs it has: "C#" must not end in a fragment.
            "slug": urls.path_part(slug),
        }
        pattern = _PERMALINK_PART.sub(lambda part: parts[part[1]], self._settings.permalink)
        try:
            return urls.absolute(pattern, self._settings.site_url)
        except ValueError as error:
            raise RecordRejected(f"the URL from [records] permalink, {pattern!r}, {error}") from None

    def _id(self, url: str) -> str:
        given = self._text("id", self._fields.id, cleaning.one_line)
        if not given:
            return urls.canonical(url)
        if urls.is_absolute_uri(given):
            try:
                return urls.canonical_uri(given)
            except ValueError as error:
                raise RecordRejected(f"{given[:200]!r} {error}", ("id",)) from None
        if not self._settings.id_authority:
            reason = f"{given!r} is no absolute URI, and [site] id_authority is not set to make it one"
            raise RecordRejected(reason, ("id",))
        return urls.tag_uri(self._settings.id_authority, given)

    def _body(self) -> str:
        body = self._parsed.body
        if cleaning.has_unfit(body):
            self._warn((), "the body had characters that XML cannot carry; they were replaced or left out")
        return cleaning.clean(body)

    def _language(self) -> str:
        value = self._fields.locale
        if not value or value.isspace():
            return ""
        try:
            return languages.normalise(value)
        except ValueError as error:
            self._warn(("locale",), f"{error}; it is left out")
            return ""

    def _provider(self, value: dict[str, Any] | str | None, where: Place) -> Provider | None:
        if not value:
            return None
        if isinstance(value, str):
            value = {"name": value}
        try:
            fields = convert(value, ProviderFields)
        except RecordRejected as error:
            self._warn((*where, *error.where), f"{error.reason}; the provider is left out")
            return None
        return _known_provider(fields.name or "", fields.domain or "")

    def _authors(self) -> tuple[str, ...]:
        given = self._fields.provider
        # What is sound has been converted already.
        listed = given.get("authors") if isinstance(given, dict) else getattr(given, "authors", None)
        return extras.authors(listed, self._warn) if listed else ()

    def _topics(self) -> tuple[str, ...]:
        value = self._fields.topics
        if not value:
            return ()
        names = [value] if isinstance(value, str) else value
        cleaned = [self._text("topics", name, _label) for name in names]
        return tuple(dict.fromkeys(name for name in cleaned if name))

    def _images(self) -> tuple[Image, ...]:
        value = self._fields.images
        if not value:
            return ()
        items = value if isinstance(value, list) else [value]
        images: dict[str, Image] = {}
        for position, item in enumerate(items):
            where = ("images", position) if isinstance(value, list) else ("images",)
            try:
                image = self._image({"url": item} if isinstance(item, str) else item, where)
            except RecordRejected as error:
                self._warn((*where, *error.where), f"{error.reason}; the image is left out")
                continue
            images.setdefault(image.url, image)
        return tuple(images.values())

    def _image(self, item: Value, where: Place) -> Image:
        try:
            fields = convert(item, ImageFields, SIZES)
        except RecordRejected as error:
            if not isinstance(item, dict) or not error.where or error.where[0] not in SIZES:
                raise
            self._warn((*where, *error.where), f"{error.reason}; it is left out")
            return self._image({key: item[key] for key in item if key != error.where[0]}, where)
        given = fields.url or fields.path or ""
        if cleaning.is_blank(given):
            raise RecordRejected("has no url")
        try:
            url = urls.absolute(given, self._settings.site_url)
        except ValueError as error:
            raise RecordRejected(f"{given[:200]!r} {error}", ("url",)) from None
        return Image(
            url, max(fields.width or 0, 0), max(fields.height or 0, 0), cleaning.plain(fields.title or "")
        )

    def _related(self) -> tuple[Related, ...]:
        related: list[Related] = []
        for position, item in enumerate(self._fields.related or ()):
            try:
                related.append(self._one_related(item, ("related", position)))
            except RecordRejected as error:
                where = ("related", position, *error.where)
                self._warn(where, f"{error.reason}; the related article is left out")
            if len(related) == _MOST_RELATED:
                break
        return tuple(related)

    def _one_related(self, item: Value, where: Place) -> Related:
        fields = convert(item, RelatedFields)
        title = cleaning.plain(fields.title or "") or cleaning.plain(fields.name or "")
        if not title:
            raise RecordRejected("has no title")
        given = (url or "" for url in (fields.originalUrl, fields.webUrl))
        url = next((url for url in given if not cleaning.is_blank(url)), "")
        if not url:
            raise RecordRejected("has no originalUrl and no webUrl")
        try:
            url = urls.absolute(url, self._settings.site_url)
        except ValueError as error:
            raise RecordRejected(f"{url[:200]!r} {error}") from None
        return Related(title, url, self._provider(fields.provider, (*where, "provider")))


@functools.lru_cache(maxsize=16_384)
def _label(value: str) -> str:
    """Fold a text that many records share: a topic's name, a type."""
    return cleaning.plain(value)


@functools.lru_cache(maxsize=16_384)
def _known_provider(name: str, domain: str) -> Provider | None:
    domain = cleaning.one_line(domain).lower()
    name = cleaning.plain(name) or domain
    return Provider(name, domain, urls.domain_home(domain)) if name else None


def _renamed(fields: dict[str, Value], names: Mapping[str, tuple[str, ...]]) -> dict[str, Value]:
    """Give a record of another dialect our field names."""
    ours = dict(fields)
    for field, theirs in names.items():
        for name in theirs:
            if not _is_absent(fields.get(name)):
                ours[field] = fields[name]
                break
    return ours


def _is_absent(value: Value) -> bool:
    return not value or (isinstance(value, str) and value.isspace())
