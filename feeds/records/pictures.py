"""The images that a record names."""

from __future__ import annotations

from feeds.errors import RecordRejected
from feeds.model.article import Image
from feeds.text import cleaning, urls

from .fields import SIZES, ImageFields, convert
from .record import Record
from .values import Place, Value


def images(record: Record) -> tuple[Image, ...]:
    """Return a record's images, each URL once."""
    value = record.fields.images
    if not value:
        return ()
    items = value if isinstance(value, list) else [value]
    found: dict[str, Image] = {}
    for position, item in enumerate(items):
        where = ("images", position) if isinstance(value, list) else ("images",)
        try:
            image = _image(record, {"url": item} if isinstance(item, str) else item, where)
        except RecordRejected as error:
            record.warn((*where, *error.where), f"{error.reason}; the image is left out")
            continue
        found.setdefault(image.url, image)
    return tuple(found.values())


def _image(record: Record, item: Value, where: Place) -> Image:
    try:
        fields = convert(item, ImageFields, SIZES)
    except RecordRejected as error:
        if not isinstance(item, dict) or not error.where or error.where[0] not in SIZES:
            raise
        record.warn((*where, *error.where), f"{error.reason}; it is left out")
        return _image(record, {key: item[key] for key in item if key != error.where[0]}, where)
    given = fields.url or fields.path or ""
    if cleaning.is_blank(given):
        raise RecordRejected("has no url")
    try:
        url = urls.absolute(given, record.settings.site_url)
    except ValueError as error:
        raise RecordRejected(f"{given[:200]!r} {error}", ("url",)) from None
    return Image(
        url, max(fields.width or 0, 0), max(fields.height or 0, 0), cleaning.plain(fields.title or "")
    )
