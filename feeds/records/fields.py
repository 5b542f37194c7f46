"""The fields of a record that this project knows, and how text leaves become their types."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar

import msgspec

from feeds.errors import RecordRejected

from .values import Place, Value

_LARGEST = 2**53
_Whole = Annotated[int, msgspec.Meta(ge=-_LARGEST, le=_LARGEST)]
Model = TypeVar("Model")


class Fields(msgspec.Struct):
    """The fields of a record that this project knows, with the types that msgspec converts and checks."""

    title: str | None = None
    name: str | None = None
    excerpt: str | None = None
    category: Any = None
    type: str | None = None
    publishedDateTime: Any = None  # noqa: N815
    updatedDateTime: str | None = None  # noqa: N815
    originalUrl: str | None = None  # noqa: N815
    webUrl: str | None = None  # noqa: N815
    quality: _Whole | None = None
    heat: _Whole | None = None
    published: str | None = None
    draft: str | None = None
    removed: str | None = None
    status: Any = None
    """A word; what it says of a draft counts."""
    locale: str | None = None
    id: str | None = None
    slug: str | None = None
    provider: Any = None
    author: Any = None
    authors: Any = None
    topics: Any = None
    images: Any = None
    related: Any = None
    featuredContent: Any = None  # noqa: N815
    length: Any = None
    levels: Any = None
    price: Any = None
    ratings: Any = None
    items: Any = None
    actions: Any = None


class ImageFields(msgspec.Struct):
    """What of an item of ``images`` is a number."""

    width: _Whole | None = None
    height: _Whole | None = None


class SoundImage(msgspec.Struct, forbid_unknown_fields=True):
    """An item of ``images`` as nearly all records have it, and nothing else in it."""

    url: str
    width: _Whole | None = None
    height: _Whole | None = None
    title: str | None = None
    isCached: Any = None  # noqa: N815


class ProviderFields(msgspec.Struct):
    """``provider`` as a mapping."""

    name: str | None = None
    domain: str | None = None
    authors: Any = None
    images: Any = None


class RelatedFields(msgspec.Struct):
    """An item of ``related``."""

    title: str | None = None
    name: str | None = None
    originalUrl: str | None = None  # noqa: N815
    webUrl: str | None = None  # noqa: N815
    provider: dict[str, Any] | str | None = None


class SoundFields(Fields):
    """The fields of a record in which nothing is wrong, not even what would cost it an image only."""

    category: str | None = None
    publishedDateTime: str | None = None  # noqa: N815
    provider: ProviderFields | str | None = None
    topics: list[str | None] | str | None = None
    images: list[SoundImage | str] | SoundImage | str | None = None
    related: list[_SoundRelated] | None = None


class _SoundRelated(RelatedFields):
    provider: ProviderFields | str | None = None  # type: ignore[assignment]


FIELD_NAMES: tuple[str, ...] = Fields.__struct_fields__
NUMBERS = ("quality", "heat")
NEEDED = frozenset(("title", "name", "originalUrl", "webUrl", "published", "draft", "removed"))
"""Fields whose values decide whether there is an article: one of the wrong type costs it."""
SIZES = ("width", "height")


_EXPECTED = re.compile(r"Expected `([^`]*)`, got `([^`]*)`")
_AT = re.compile(r"`\$([^`]*)`")
_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]")
_SPELLED = {"int": "a whole number", "str": "text", "array": "a list", "object": "a mapping"}


def convert(fields: Value, model: type[Model], numbers: tuple[str, ...] = ()) -> Model:
    """Convert a mapping of text leaves to a typed one; a number that is blank counts as absent.

    Raises RecordRejected with the way to the field of the wrong type.
    """
    if isinstance(fields, model):
        return fields
    try:
        return msgspec.convert(fields, model, strict=False)
    except msgspec.ValidationError as error:
        if isinstance(fields, dict):
            sane = fields | {name: _number(fields[name]) for name in numbers if name in fields}
            if sane != fields:
                return convert(sane, model)
        raise _rejected(error, fields) from None


def _number(value: Value) -> Value:
    """Read a number that people wrote as ``84.0`` or left blank."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        # Not a float, which would make of a number that is just too large the largest one.
        number = Decimal(value)
    except InvalidOperation:
        return value
    is_sane = number.is_finite() and -_LARGEST <= number <= _LARGEST
    return str(int(number)) if is_sane and number == int(number) else value


def _rejected(error: msgspec.ValidationError, fields: Value) -> RecordRejected:
    message = str(error)
    at = _AT.search(message)
    where: Place = tuple(name or int(position) for name, position in (_STEP.findall(at[1]) if at else ()))
    value = fields
    for step in where:
        value = value[step]
    expected = _EXPECTED.search(message)
    if expected is None:
        return RecordRejected(f"{str(value)[:60]!r} is out of range", where)
    wanted = " or ".join(_SPELLED.get(kind, kind) for kind in expected[1].split(" | ") if kind != "null")
    if isinstance(value, str):
        return RecordRejected(f"{value[:60]!r} is not {wanted}", where)
    kind = "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else "empty"
    return RecordRejected(f"is {kind}, not {wanted}", where)


def field_faults(name: str, value: Value) -> list[RecordRejected]:
    """Return what is wrong with the type of one field."""
    try:
        convert({name: value}, Fields, NUMBERS)
    except RecordRejected as error:
        return [error]
    return []
