"""One record on its way to an article: what it says, how it is to be read, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, tzinfo
from typing import NamedTuple

import msgspec

from feeds.errors import Loss, RecordRejected
from feeds.model.article import Author, Provider
from feeds.text import cleaning

from . import dates
from .fields import FIELD_NAMES, NEEDED, NUMBERS, Fields, SoundFields, convert, field_faults
from .location import Location, locate
from .rendered import Seen
from .syntax import Parsed
from .values import Place, Value

_TRUE = frozenset(("true", "yes", "on", "y", "1"))
_FALSE = frozenset(("false", "no", "off", "n", "0"))
_HIDDEN = frozenset(
    (
        "draft",
        "auto-draft",
        "pending",
        "private",
        "hidden",
        "trash",
        "archived",
        "unpublished",
        "inherit",
        "skip",
    )
)
"""What WordPress, Pelican and Ghost call an article that is not to be seen."""
_SHOWN = frozenset(("published", "publish", "public", "live", "final", "sent", "future", "scheduled"))
"""And one that is: at once, or from its date on."""
_SWITCHED = frozenset(("images", "topics", "author", "authors", "related", "provider", "excerpt"))
"""Of these, ``false`` says that there is none."""
_PEOPLE = frozenset(("author", "authors"))
_FLAGS = frozenset(("published", "draft", "removed"))
"""What is true or false."""


class Settings(NamedTuple):
    """What of the configuration decides how a record is read. Equal settings read equal articles."""

    fields: Mapping[str, tuple[str, ...]] = {}
    """Our field's name → the names that another dialect has for it, dotted where they lie in a mapping.

    First found first taken, but for topics and authors, which are united. () switches a field of ours off.
    """
    defaults: tuple[tuple[str, Mapping[str, Value]], ...] = ()
    """Folder → values for records below it that lack them, deepest folder first; "" stands for all."""
    authors: Mapping[str, Author] = {}
    """Who is meant by a short name, which is folded as `people.short` does it."""
    markdown: str = "gfm"
    """The dialect of Markdown bodies: "gfm" or "commonmark"."""
    site_url: str = ""
    """What relative image and link URLs are resolved against."""
    permalink: str = ""
    """A pattern of `patterns.PARTS` for records without a URL."""
    id: str = ""
    """A pattern for the ids of records that have none that is a URI; it may have ``{url}`` too."""
    id_authority: str = ""
    timezone: str = ""
    """The IANA name of the zone of dates that name none, and of the days in patterns; "" for UTC."""
    language: str = ""
    """That of the site."""
    folders: tuple[str, ...] = ()
    """The folders that [records] names, relative to the configuration file."""
    lowercase_slugs: bool = False
    slug_from: str = "file"
    """What ``{slug}`` is where a record has none: "file", its name; "name", with the date; "title"."""
    trailing_slash: bool = False
    """Whether a path that a record has as its address gets a slash at the end."""
    undated_by_mtime: bool = False
    max_bytes: int = 5_000_000
    providers: Mapping[str, Provider] = {}
    """Those that organisation files describe, by domain."""
    rendered: str = ""
    """The full path of the folder of the site's own pages, which bodies are taken from; "" for none."""
    rendered_selector: str = ""
    """What of a page is the body, in CSS; "" to guess it."""


class Record:
    """A record taken apart, its fields under our names and of our types.

    Raises RecordRejected: a field of the wrong type.
    """

    __slots__ = (
        "fields",
        "losses",
        "mtime_ns",
        "page",
        "parsed",
        "path",
        "settings",
        "spelled",
        "warnings",
        "zone",
    )

    def __init__(
        self,
        path: str,
        parsed: Parsed,
        mtime_ns: int,
        settings: Settings,
    ) -> None:
        self.path = path
        self.parsed = parsed
        self.mtime_ns = mtime_ns
        self.settings = settings
        self.warnings: list[tuple[Place, str]] = []
        self.losses: list[Loss] = []
        self.page: Seen | None = None
        self.zone: tzinfo = dates.named_zone(settings.timezone) if settings.timezone else UTC
        self.spelled = fields = parsed.fields
        if settings.fields or settings.defaults:
            self.spelled = spelled(path, fields, settings)
            fields = _renamed(self.spelled, settings.fields)
        try:
            # All at once, which is quicker than part by part.
            self.fields: Fields = msgspec.convert(fields, SoundFields, strict=False)
        except msgspec.ValidationError:
            self.fields = self._convert(fields)

    def _convert(self, fields: dict[str, Value]) -> Fields:
        """Convert field by field; one of the wrong type is left out unless the article depends on it."""
        images = fields.get("images")
        if images:
            # Most often it is images with more to them than usual, which are read as they are.
            try:
                found = msgspec.convert(fields | {"images": None}, SoundFields, strict=False)
            except msgspec.ValidationError:
                pass
            else:
                found.images = images
                return found
        sound: dict[str, Value] = {}
        for name in FIELD_NAMES:
            if name in fields:
                faults = field_faults(name, fields[name])
                if faults and name in NEEDED:
                    raise faults[0]
                for fault in faults:
                    self.warn(fault.where, f"{fault.reason}; it is left out")
                if not faults:
                    sound[name] = fields[name]
        return convert(sound, Fields, NUMBERS)

    def given(self, field: str) -> Iterator[tuple[Value, Place]]:
        """Yield what a record says under each of the names that a field has, with its place."""
        names = self.settings.fields.get(field, ())
        found = False
        for name in names:
            value = dig(self.spelled, name)
            if not is_absent(value):
                found = True
                yield value, place_of(self.spelled, name)
        if not found and (value := getattr(self.fields, field)):
            yield value, (field,)

    @property
    def location(self) -> Location:
        """What its path says."""
        return locate(self.path, self.settings.folders, "{lang}" in self.settings.permalink)

    def warn(self, where: Place, reason: str) -> None:
        """Note what is left out."""
        self.warnings.append((where, reason))

    def text(self, field: str, value: str | None, fold: Callable[[str], str]) -> str:
        """Clean a text; one that shows nothing counts as absent."""
        if not value:
            return ""
        folded = fold(value)
        if folded != value and cleaning.has_unfit(value):
            self.warn((field,), "had characters that XML cannot carry; they were replaced or left out")
        return folded

    def flag(self, field: str, value: str | None, default: bool) -> bool:
        """Read what is true or false; raises RecordRejected where it is neither."""
        if not value or value.isspace():
            return default
        folded = value.strip().lower()
        if folded in _TRUE:
            return True
        if folded in _FALSE:
            return False
        is_hidden = field == "draft"
        if folded in _HIDDEN:
            return is_hidden
        if folded in _SHOWN:
            return not is_hidden
        raise RecordRejected(f"{folded[:60]!r} is neither true nor false", (field,))

    @property
    def is_draft_by_status(self) -> bool:
        """Whether a word in its status says that it is not to be seen."""
        status = self.fields.status
        return isinstance(status, str) and status.strip().lower() in _HIDDEN


def ours(path: str, fields: dict[str, Value], settings: Settings) -> dict[str, Value]:
    """Return a record's fields under our names, with the defaults that it lacks."""
    return _renamed(spelled(path, fields, settings), settings.fields)


def spelled(path: str, fields: dict[str, Value], settings: Settings) -> dict[str, Value]:
    """Return a record's fields under its own names, without what is switched off, with what it lacks."""
    if () in settings.fields.values():
        fields = {name: value for name, value in fields.items() if settings.fields.get(name) != ()}
    return _completed(path, fields, settings) if settings.defaults else fields


def _completed(path: str, fields: dict[str, Value], settings: Settings) -> dict[str, Value]:
    """Give a record what it lacks: the deepest folder's values first, then those for all."""
    completed = dict(fields)
    for folder, values in settings.defaults:
        if not folder or path.startswith(f"{folder}/"):
            for name, value in values.items():
                if is_absent(completed.get(name)):
                    completed[name] = value
    return completed


def _renamed(fields: dict[str, Value], names: Mapping[str, tuple[str, ...]]) -> dict[str, Value]:
    """Give a record of another dialect our field names."""
    renamed = dict(fields)
    for name in _FLAGS & fields.keys() - names.keys():
        # What is read as something else, such as the date of publication, need not be true or false as well.
        if not _is_flag(fields[name]) and any(name in theirs for theirs in names.values()):
            del renamed[name]
    for name in _PEOPLE.intersection(names.get("provider", ())) - names.keys():
        # What is read as the provider is not read as an author once more, unless it is a list of them.
        if isinstance(fields.get(name), str):
            del renamed[name]
        else:
            names = {**names, "provider": tuple(one for one in names["provider"] if one != name)}
    for field, theirs in names.items():
        for name in theirs:
            value = dig(fields, name)
            if not is_absent(value) and not (field in _SWITCHED and is_switched_off(value)):
                renamed[field] = value
                break
    return renamed


def _is_flag(value: Value) -> bool:
    return isinstance(value, str) and value.strip().lower() in _TRUE | _FALSE | _HIDDEN | _SHOWN


def dig(value: Value, name: str) -> Value:
    """Return what lies under a name, or under a dotted one; of a list, what lies there in its items."""
    if isinstance(value, list):
        step, _, rest = name.partition(".")
        if step.isdecimal() and len(step) < 6:
            return dig({step: item}, name) if (item := dict(enumerate(value)).get(int(step))) else None
        found = [dig(item, name) for item in value if isinstance(item, dict)]
        return [item for item in found if not is_absent(item)]
    if not isinstance(value, dict):
        return None
    if name in value or "." not in name:
        return value.get(name)
    step, _, rest = name.partition(".")
    return dig(value.get(step), rest)


def place_of(fields: dict[str, Value], name: str) -> Place:
    """Return the way to what `dig` finds under a name."""
    return (name,) if name in fields else tuple(name.split("."))


def is_switched_off(value: Value) -> bool:
    """Whether a value says ``false`` where another thing than true or false is expected."""
    return isinstance(value, str) and value.strip().lower() == "false"


def is_absent(value: Value) -> bool:
    """Whether a field says nothing."""
    return not value or (isinstance(value, str) and value.isspace())
