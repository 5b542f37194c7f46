"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import functools
from collections import Counter
from datetime import datetime

import msgspec

from feeds.model.feed import Entry, Feed, Person

_VERSION = "https://jsonfeed.org/version/1.1"
_ABOUT = (
    "What the publisher knows of each article: its type; quality, from 0 to 100; heat, how much it is talked "
    "about, -1 if it is held back; provider, who published it first; how long it takes, in seconds."
)
_KEPT_ENTRIES = 4096


class _Author(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    url: str = ""
    avatar: str = ""


class _Hub(msgspec.Struct, frozen=True):
    type: str
    url: str


class _Attachment(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    url: str
    mime_type: str
    title: str = ""
    size_in_bytes: int = 0
    duration_in_seconds: int = 0


class _Article(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Our extension, in an item or, saying only what it is about, in the feed."""

    about: str = ""
    type: str = ""
    quality: int | None = None
    heat: int | None = None
    provider: _Author | None = None
    duration_in_seconds: int = 0


class _Item(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    id: str
    url: str
    title: str
    content_html: str
    summary: str = ""
    image: str = ""
    date_published: datetime
    date_modified: datetime
    authors: tuple[_Author, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    attachments: tuple[_Attachment, ...] = ()
    article: _Article | None = msgspec.field(name="_article", default=None)


class _Feed(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    version: str
    title: str
    home_page_url: str
    feed_url: str
    description: str
    icon: str = ""
    authors: tuple[_Author, ...]
    language: str
    hubs: tuple[_Hub, ...] = ()
    article: _Article = msgspec.field(name="_article")
    items: tuple[msgspec.Raw, ...]


def json_feed(feed: Feed) -> bytes:
    """Return the feed as a JSON Feed 1.1 document, UTF-8."""
    document = _Feed(
        version=_VERSION,
        title=feed.title,
        home_page_url=feed.page,
        feed_url=feed.address(".json"),
        description=feed.description,
        icon=feed.picture or feed.icon,
        authors=(_author(feed.author),),
        language=feed.language,
        hubs=tuple(_Hub("WebSub", hub) for hub in feed.hubs),
        article=_Article(about=_ABOUT),
        items=tuple(map(_item, feed.entries)),
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


# An article is in several feeds, and is the same in all of them: it is written once.
def forget() -> None:
    """Let go of the entries that were written."""
    _item.cache_clear()


@functools.lru_cache(maxsize=_KEPT_ENTRIES)
def _item(entry: Entry) -> msgspec.Raw:
    extension = _Article(
        type=entry.type,
        quality=entry.quality,
        heat=entry.heat,
        provider=_author(entry.provider) if entry.provider else None,
        duration_in_seconds=entry.duration,
    )
    item = _Item(
        id=entry.id,
        url=entry.url,
        title=entry.title,
        content_html=entry.content,
        summary=entry.summary,
        image=entry.enclosures[0].url if entry.enclosures else "",
        date_published=entry.published,
        date_modified=entry.updated,
        authors=tuple(map(_author, entry.authors)),
        tags=entry.categories,
        language=entry.language,
        attachments=_attachments(entry),
        article=None if extension == _Article() else extension,
    )
    return msgspec.Raw(msgspec.json.encode(item))


def _attachments(entry: Entry) -> tuple[_Attachment, ...]:
    # Attachments of one title are the same thing in several forms: the sizes of a picture are, and only they.
    titles = Counter(enclosure.name for enclosure in entry.enclosures)
    pictures = tuple(
        _Attachment(
            url=size.url,
            mime_type=size.media_type,
            title=enclosure.name if titles[enclosure.name] == 1 else "",
            size_in_bytes=size.length,
        )
        for enclosure in entry.enclosures
        for size in (enclosure, *(enclosure.sizes if titles[enclosure.name] == 1 and enclosure.name else ()))
    )
    if not entry.player:
        return pictures
    # The page that plays it: the film itself is nowhere to be had.
    return (
        *pictures,
        _Attachment(url=entry.player, mime_type="text/html", duration_in_seconds=entry.duration),
    )


def _author(person: Person) -> _Author:
    return _Author(person.name, person.url, person.avatar)
