"""The images that a record names, in each way that people write them."""

from __future__ import annotations

from typing import Any

import msgspec

from feeds.errors import RecordRejected
from feeds.model.article import Image
from feeds.text import cleaning, imagetypes, references

from . import imagesets, templates
from .fields import SIZES, SoundImage
from .record import Record
from .values import Place, Value

# fmt: off
_ADDRESSES = (
    "url", "path", "src", "image", "file", "href", "uri", "filename", "original", "full", "large", "feature",
    "cover", "hero", "banner", "medium", "small", "thumbnail", "thumb", "teaser", "source",
)
# fmt: on
_ADDRESSES_SET = frozenset(_ADDRESSES)
_PLAIN = frozenset(("url", "width", "height", "isCached", "title"))
"""What an image says of which nothing else comes."""
_TEXTS = {
    "alt": ("alt", "alt_text", "altText", "alternative", "image_alt"),
    "caption": ("caption", "description", "legend"),
    "credit": ("credit", "credits", "attribution", "author", "photographer", "copyright"),
    "license": ("license", "licence", "rights"),
}
_DEEPEST = 4
_LONGEST_NONE = 20
_NONE = frozenset(("false", "no", "off", "none", "null", "~", "undefined", "n/a"))
"""What stands in a field for pictures where there is none."""


def images(record: Record, base: str) -> tuple[Image, ...]:
    """Return a record's images, each URL once; ``base`` is what relative ones are resolved against."""
    value = record.fields.images
    if not value:
        return ()
    items = value if isinstance(value, list) else [value]
    found: dict[str, Image] = {}
    for position, item in enumerate(items):
        where = ("images", position) if isinstance(value, list) else ("images",)
        try:
            image = (
                _usual(record, base, item)
                if item.__class__ is SoundImage
                else _image(record, base, item, where)
            )
        except RecordRejected as error:
            record.warn((*where, *error.where), f"{error.reason}; the image is left out")
            continue
        if image:
            found.setdefault(image.url, image)
    return tuple(found.values())


def _usual(record: Record, base: str, item: SoundImage) -> Image | None:
    """Return an image as nearly all records have it."""
    if _is_none(item.url):
        return None
    return Image(
        _address(record, base, item.url, ("url",)),
        max(item.width or 0, 0),
        max(item.height or 0, 0),
        cleaning.plain(item.title) if item.title else "",
    )


def _image(record: Record, base: str, item: Value, where: Place) -> Image | None:
    """Return an image, None where there is none; raises RecordRejected where it is none that can be shown."""
    if isinstance(item, str):
        return None if _is_none(item) else Image(_address(record, base, item, ()))
    if item is None:
        return None
    if not isinstance(item, dict):
        raise RecordRejected("is a list, not a mapping")
    key, given = _given(item)
    if isinstance(given, dict):
        if len(where) > _DEEPEST:
            raise RecordRejected("is nested too deeply")
        inner = _image(record, base, given, (*where, key))
        return inner and _with_texts(inner, item)
    if given is None:
        if _ADDRESSES_SET.isdisjoint(item):
            raise RecordRejected("has no url")
        return None
    url = _address(record, base, given, (key,))
    width, height = (imagesets.pixels(record, item.get(name), (*where, name)) for name in SIZES)
    title = item.get("title")
    image = Image(url, width, height, cleaning.plain(title) if title.__class__ is str else "")
    if _PLAIN.issuperset(item):
        return image
    if not imagesets.KEYS.isdisjoint(item):
        sizes = imagesets.sizes(record, item, where, lambda given, at: _address(record, base, given, at))
        others = {size.url: size for size in sizes}
        own = others.pop(url, None)
        if own and not (width or height):
            image = msgspec.structs.replace(image, width=own.width, height=own.height)
        image = msgspec.structs.replace(image, sizes=tuple(others.values()))
    return _with_texts(image, item)


def _given(item: dict[str, Value]) -> tuple[str, Any]:
    """Return the name and the value of what an image's address is called, None if there is none.

    Raises RecordRejected where it is no text.
    """
    for key in _ADDRESSES:
        value = item.get(key)
        if isinstance(value, str):
            if not _is_none(value):
                return key, value
        elif isinstance(value, dict):
            return key, value
        elif value:
            raise RecordRejected("is a list, not text", (key,))
    return "", None


def _is_none(text: str) -> bool:
    if len(text) < _LONGEST_NONE and text.strip().lower() in _NONE:
        return True
    return cleaning.is_blank(text)


def _address(record: Record, base: str, given: str, where: Place) -> str:
    if "{" in given and templates.is_template(given):
        raise RecordRejected(f"{given[:200]!r} is a template, no address", where)
    if given.isdecimal():
        raise RecordRejected(f"{given[:200]!r} is a number, no address", where)
    try:
        url = references.in_front_matter(given, record.settings.site_url, base)
    except ValueError as error:
        raise RecordRejected(f"{given[:200]!r} {error}", where) from None
    if kind := imagetypes.other_kind(url):
        raise RecordRejected(f"{given[:200]!r} is no picture but {kind}", where)
    if given.__class__ is str and "www." in given.lower() and references.without_scheme(given):
        record.warn(("images",), f"{given[:200]!r} names no scheme; {url[:200]} is taken")
    return url


def _with_texts(image: Image, item: dict[str, Value]) -> Image:
    """Complete an image with what a mapping says about it."""
    found: dict[str, str] = {}
    for field, keys in _TEXTS.items():
        given = (item[key] for key in keys if isinstance(item.get(key), str))
        shown = next(filter(None, map(cleaning.without_markup, given)), "")
        found[field] = getattr(image, field) or shown
    return msgspec.structs.replace(image, **found)
