"""Which pictures feeds show of articles, and why (`feeds explain`); how many lack one (`feeds list`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from feeds.index.index import Index
from feeds.model.article import Article
from feeds.model.paths import ALL, feed_key, topic_key
from feeds.pipeline.build import Synced
from feeds.publication.pictures import GONE, IGNORED, NOTHING, TOO_SMALL, Picked, pick, urls
from feeds.publication.publication import Publication


class Pictured(NamedTuple):
    """What became of an article's pictures in some feeds, in all of which it is the same."""

    feeds: list[str]
    picked: Picked


def pictured(index: Index, publication: Publication, article: Article, keys: Iterable[str]) -> list[Pictured]:
    """Return which pictures feeds show of an article."""
    found: list[Pictured] = []
    for key in keys:
        picked = _picked(index, publication, key, [article])[0]
        same = next((one for one in found if one.picked == picked), None)
        if same:
            same.feeds.append(key)
        else:
            found.append(Pictured([key], picked))
    return found


def explained(all_: Sequence[Pictured]) -> Iterator[str]:
    """Yield a line for each picture: whether it is shown, and why not."""
    for one in all_:
        yield f"\npictures in {', '.join(one.feeds)}"
        shown = {image.url for image in one.picked.images}
        best = one.picked.images[0].url if one.picked.images else ""
        if not one.picked.candidates:
            yield "  none"
        for candidate in one.picked.candidates:
            size = f" ({_spelled(candidate.width)} x {_spelled(candidate.height)})"
            sign, said = (
                "+",
                "shown, after that" if candidate.url in shown else "another size of what is shown",
            )
            if candidate.reason:
                sign, said = "-", candidate.reason
            elif candidate.is_stand_in:
                said = "stands in, because nothing else is shown"
            elif candidate.url == best:
                said = "chosen"
            yield f"  {sign} {candidate.url}{'' if candidate.is_stand_in else size}: {said}"


def _spelled(pixels: int) -> str:
    return str(pixels) if pixels else "?"


class PictureCounts(msgspec.Struct, frozen=True):
    """How many of a feed's articles have a picture. All but the first and the last add up to the first."""

    feed: str
    articles: int
    """In the feed, beyond its limit too."""
    shown: int
    """Their picture is shown, and is known to be wide enough, or its width does not matter."""
    unknown: int
    """Their picture is shown, and nobody knows how wide it is."""
    none: int
    """They have none, or nothing but trackers and icons of sites."""
    too_small: int
    gone: int
    ignored: int
    stand_ins: int
    """Of those of which nothing is shown: another picture stands in for it."""


def counts(made: Synced, now: int) -> list[PictureCounts]:
    """Return the counts of each feed at an instant: everything first, then topics, then named feeds."""
    publication = made.publication
    keys = [ALL, *map(topic_key, publication.topics), *map(feed_key, publication.config.named)]
    return [_counted(made.index, publication, key, now) for key in keys]


def _counted(index: Index, publication: Publication, key: str, now: int) -> PictureCounts:
    articles = index.members.newest(key, ALL, now, None)
    picked = _picked(index, publication, key, articles)
    found = Counter(map(_state, picked))
    return PictureCounts(
        feed=key,
        articles=len(articles),
        shown=found["shown"],
        unknown=found["unknown"],
        none=found["none"],
        too_small=found[TOO_SMALL],
        gone=found[GONE],
        ignored=found[IGNORED],
        stand_ins=sum(bool(one.fallback) for one in picked),
    )


def _picked(index: Index, publication: Publication, key: str, articles: Sequence[Article]) -> list[Picked]:
    picking = publication.subjects.picking(key)
    known = NOTHING
    if index.images.are_known():
        known = index.images.shown({url for article in articles for url in urls(article, picking)})
    return [pick(article, picking, known) for article in articles]


def _state(picked: Picked) -> str:
    if picked.images:
        return "shown" if picked.images[0].width else "unknown"
    faults = {candidate.fault for candidate in picked.candidates if not candidate.is_stand_in}
    return next((fault for fault in (TOO_SMALL, GONE, IGNORED) if fault in faults), "none")


def as_json(counted: Sequence[PictureCounts]) -> str:
    """Spell the counts for programs."""
    fields: Mapping[str, Sequence[PictureCounts]] = {"feeds": counted}
    return msgspec.json.format(msgspec.json.encode(fields)).decode()


def as_text(counted: Sequence[PictureCounts]) -> Iterator[str]:
    """Yield a line a feed, and one above them."""
    names = ("articles", "shown", "unknown", "none", "too_small", "gone", "ignored", "stand_ins")
    yield "  ".join((*(f"{name.replace('_', ' '):>9}" for name in names), "feed"))
    for one in counted:
        yield "  ".join((*(f"{getattr(one, name):>9}" for name in names), one.feed))
