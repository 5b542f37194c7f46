"""Which of an article's pictures a feed shows, in which order, and why not the others.

What records name and what `feeds probe` learnt is judged here alone, whenever a feed is put together: neither
has records read anew.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from feeds.config import ImagesTable
from feeds.config.imagetable import TOPIC
from feeds.model.article import Article, Image, KnownImage, Size
from feeds.model.topics import slug
from feeds.text import trackers

NOTHING: Mapping[str, KnownImage] = MappingProxyType({})
"""What is known where nothing is."""
_UNKNOWN = KnownImage()
TRACKER, GONE, IGNORED, TOO_SMALL = "tracker", "gone", "ignored", "too small"
"""Why a picture is not shown."""


class Picking(msgspec.Struct, frozen=True):
    """What a feed asks of pictures. Sizes are pixels."""

    min_width: int = 0
    min_height: int = 0
    prefers_largest: bool = False
    ignore: tuple[str, ...] = ()
    """Patterns of URLs; * stands for any signs."""
    fallback: tuple[str, ...] = ()
    """What stands in where there is no picture: URLs, or "topic"; the first that there is."""
    of_topics: tuple[tuple[str, str], ...] = ()
    """Slugs of topics and the addresses of their pictures, where ``fallback`` asks for them."""

    @classmethod
    def of(cls, table: ImagesTable, of_topics: Mapping[str, str], own: str = "") -> Picking:
        """Return what a table asks for.

        ``of_topics`` are the addresses of topics' pictures, by slug; ``own`` is that of the feed's own topic,
        which goes before those of other topics that its articles have.
        """
        fallback = (table.fallback,) if isinstance(table.fallback, str) else table.fallback or ()
        if own:
            fallback = tuple(own if one == TOPIC else one for one in fallback)
        return cls(
            table.min_width or 0,
            table.min_height or 0,
            table.prefer == "largest",
            table.ignore or (),
            fallback,
            tuple(sorted(of_topics.items())) if TOPIC in fallback else (),
        )

    def stand_ins(self, article: Article) -> list[str]:
        """Return the addresses of what may stand in for an article's pictures, the best first."""
        if self.fallback == ():
            return []
        pictures = _pictures(self.of_topics)
        found: list[str] = []
        for one in self.fallback:
            names = map(slug, article.topics) if one == TOPIC else ()
            found += [one] if one != TOPIC else [pictures[name] for name in names if name in pictures]
        return found


class Candidate(NamedTuple):
    """A picture in one size, or what stands in for one, and what became of it; 0 pixels if unknown."""

    url: str
    width: int = 0
    height: int = 0
    reason: str = ""
    """Why it is not shown, in words; "" if it is."""
    fault: str = ""
    """The same as `TRACKER`, `GONE`, `IGNORED` or `TOO_SMALL`."""
    is_stand_in: bool = False


class Picked(NamedTuple):
    """What a feed shows of an article's pictures."""

    images: tuple[Image, ...]
    """The best first; each is the default of its sizes."""
    fallback: str
    """The address of what stands in for them, "" if nothing does."""
    candidates: tuple[Candidate, ...]
    """All that there were, in the record's order, and at last what may stand in."""


def urls(article: Article, picking: Picking) -> Iterator[str]:
    """Yield the addresses of all that a feed may show of an article's pictures, but for trackers."""
    for image in article.images:
        yield from (url for url in image.urls if not trackers.kind(url))
    yield from picking.stand_ins(article)


def pick(article: Article, picking: Picking, known: Mapping[str, KnownImage] = NOTHING) -> Picked:
    """Choose among an article's pictures; ``known`` is what was learnt of them, by URL."""
    shown: list[tuple[Candidate, Image]] = []
    candidates: list[Candidate] = []
    for image in article.images:
        judged = [
            _judged(size, picking, known.get(size.url, _UNKNOWN))
            for size in (Size(image.url, image.width, image.height), *image.sizes)
        ]
        candidates += judged
        if fit := [one for one in judged if not one.reason]:
            if picking.prefers_largest or fit[0].url != image.url:
                # Where the picture's own address is not shown, it is the largest that stands for it.
                fit.sort(key=_size, reverse=True)
            shown.append((fit[0], _image(image, fit)))
    if picking.prefers_largest:
        shown.sort(key=lambda pair: _size(pair[0]), reverse=True)
    fallback = ""
    for url in picking.stand_ins(article) if not shown else ():
        is_gone = known.get(url, _UNKNOWN).is_gone
        reason, fault = ("it is gone", GONE) if is_gone else ("", "")
        candidates.append(Candidate(url, 0, 0, reason, fault, is_stand_in=True))
        if not is_gone:
            fallback = url
            break
    return Picked(tuple(image for _, image in shown), fallback, tuple(candidates))


def _judged(size: Size, picking: Picking, known: KnownImage) -> Candidate:
    width, height = _measured(size, known)
    reason = fault = ""
    if kind := trackers.kind(size.url):
        reason, fault = f"it is {kind}", TRACKER
    elif width == 1 or height == 1:
        reason, fault = "it is 1 pixel wide or high, as trackers are", TRACKER
    elif known.is_gone:
        reason, fault = "it is gone", GONE
    elif picking.ignore and (match := _pattern(picking.ignore).fullmatch(size.url)):
        reason, fault = f'ignore has "{picking.ignore[(match.lastindex or 1) - 1]}"', IGNORED
    elif 0 < width < picking.min_width:
        reason, fault = f"it is {width} pixels wide, and min_width = {picking.min_width}", TOO_SMALL
    elif 0 < height < picking.min_height:
        reason, fault = f"it is {height} pixels high, and min_height = {picking.min_height}", TOO_SMALL
    return Candidate(size.url, width, height, reason, fault)


def _measured(size: Size, known: KnownImage) -> tuple[int, int]:
    """Return width and height: the record's, which is about what is shown, else what was learnt."""
    width, height = size.width, size.height
    if (width and height) or not (known.width and known.height):
        return width or known.width, height or known.height
    if width:
        return width, max(round(width * known.height / known.width), 1)
    if height:
        return max(round(height * known.width / known.height), 1), height
    return known.width, known.height


def _size(candidate: Candidate) -> tuple[int, int]:
    return candidate.width, candidate.height


def _image(image: Image, fit: list[Candidate]) -> Image:
    """Return an image as it is shown: the first of these is its default."""
    first, *others = fit
    if not others and not image.sizes and (first.width, first.height) == (image.width, image.height):
        return image
    return msgspec.structs.replace(
        image,
        url=first.url,
        width=first.width,
        height=first.height,
        sizes=tuple(Size(one.url, one.width, one.height) for one in others),
    )


@functools.lru_cache(maxsize=256)
def _pattern(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return what matches each of these; the number of the last group says which."""
    spelled = (".*".join(map(re.escape, pattern.split("*"))) for pattern in patterns)
    return re.compile("|".join(f"({one})" for one in spelled), re.I | re.S)


@functools.lru_cache(maxsize=256)
def _pictures(of_topics: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return dict(of_topics)
