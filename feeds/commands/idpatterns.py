"""Which pattern of ids keeps most of those that an old feed has: what `[records] id` has to say.

Patterns are made of the old ids themselves: wherever an id has what is known of its article (its URL, slug,
title, date), a part in braces stands for it, and what is left is the same in all ids of one pattern.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple
from urllib.parse import urlsplit

from feeds.model.article import Article
from feeds.records.dates import slug_of_file_name

from .matching import same_articles
from .seen import Seen

Slugs = Callable[[Article], str]

BY_URL = "{url}"
_NUMBER = re.compile(r"[?&](?:p|page_id)=\d+$")
"""The end of WordPress's ids, which have the number of the post."""
_DATES = (
    ("{year}-{month}-{day}", "{:%Y-%m-%d}"),
    ("{year}/{month}/{day}", "{:%Y/%m/%d}"),
    ("{year}/{month}", "{:%Y/%m}"),
    ("{year}-{month}", "{:%Y-%m}"),
    ("{year}", "{:%Y}"),
)
_MOST_TRIED = 200
"""So many entries are looked at for patterns."""


class Kept(NamedTuple):
    """How many ids a pattern keeps."""

    pattern: str
    """For `[records] id`; "" where the ids that articles have already are the best."""
    kept: int
    of: int
    """How many old entries are articles of ours."""
    needs_ids: bool = False
    """Whether the pattern has {id}, a number that the records have to say: WordPress's exports do."""


def best(old: Sequence[Seen], articles: Sequence[Article], slugs: Slugs | None = None) -> Kept:
    """Return the pattern under which most entries of an old feed keep their ids.

    Where the ids that articles have already keep as many, no pattern is needed; of patterns that keep as many
    as another, it is the shortest. ``slugs`` tells what {slug} is, where that is not the name of the file.
    """
    by_path = {article.path: article for article in articles}
    pairs = [
        (pair.old, by_path[pair.new.record])
        for pair in same_articles(old, [seen(article) for article in articles])
    ]
    now = sum(entry.id == article.id for entry, article in pairs)
    scores = {
        pattern: 0
        for entry, article in pairs[:_MOST_TRIED]
        for pattern in _patterns(entry.id, article, slugs)
    }
    for pattern in scores:
        scores[pattern] = sum(entry.id == filled(pattern, article, slugs) for entry, article in pairs)
    pattern = min(scores, key=lambda one: (-scores[one], len(one), one), default="")
    if pattern and scores[pattern] > now:
        return Kept(pattern, scores[pattern], len(pairs))
    numbered = Counter(
        entry.id[: match.start()] + re.sub(r"\d+$", "{id}", match[0])
        for entry, _ in pairs
        if (match := _NUMBER.search(entry.id))
    )
    if numbered and numbered.most_common(1)[0][1] > now:
        return Kept(numbered.most_common(1)[0][0], 0, len(pairs), needs_ids=True)
    return Kept("", now, len(pairs))


def filled(pattern: str, article: Article, slugs: Slugs | None = None) -> str:
    """Return the id that a pattern gives an article, as far as the article tells."""
    made = pattern
    for part, value in _parts(article, slugs).items():
        made = made.replace(part, value)
    return made


def seen(article: Article) -> Seen:
    """Return an article as an entry, for comparison."""
    return Seen(
        id=article.id,
        title=article.title,
        link=article.url,
        published=article.published,
        updated=article.updated,
        pictures=tuple(image.url for image in article.images),
        record=article.path,
    )


def _parts(article: Article, slugs: Slugs | None) -> Mapping[str, str]:
    """Return the parts of patterns that an article tells, longer ones first, and none that is ""."""
    stem = article.path.rpartition("/")[2].rpartition(".")[0]
    folder = article.path.split("/")[-2] if "/" in article.path else ""
    named = slug_of_file_name(folder if stem in ("index", "_index") else stem)
    slug = slugs(article) or named if slugs else named
    parts = {"{url}": article.url, "{slug}": slug, "{id}": _own_id(article)}
    parts |= {part: spelled.format(article.published) for part, spelled in _DATES}
    day = article.published
    parts |= {"{year}": f"{day:%Y}", "{month}": f"{day:%m}", "{day}": f"{day:%d}"}
    return {part: value for part, value in parts.items() if value}


def _own_id(article: Article) -> str:
    """Return the id that a record has, where ours is a tag URI of it."""
    return article.id.split(":", 2)[2] if article.id.startswith("tag:") and article.id.count(":") > 1 else ""


def _patterns(uid: str, article: Article, slugs: Slugs | None) -> Iterator[str]:
    """Yield every pattern that gives an article this id."""
    parts = _parts(article, slugs)
    if article.url in uid:
        yield from _dated(uid.replace(article.url, BY_URL), parts)
    telling = [part for part in ("{slug}", "{id}") if parts.get(part) and parts[part] in _path(uid)]
    for part in telling:
        head, _, tail = uid.rpartition(parts[part])
        yield from _dated(f"{head}{part}{tail}", parts)


def _dated(pattern: str, parts: Mapping[str, str]) -> Iterator[str]:
    """Yield a pattern with parts in place of dates: in each combination of their forms."""
    forms = [(part, parts[part]) for part, _ in _DATES if parts[part] in pattern]
    for number in range(min(len(forms), 2) + 1):
        for chosen in combinations(forms, number):
            made = pattern
            for part, value in chosen:
                made = made.replace(value, part)
            yield made


def _path(uid: str) -> str:
    """Return what of an id may tell articles apart: all but scheme and host."""
    parts = urlsplit(uid) if "://" in uid else None
    return uid[uid.index(parts.netloc) + len(parts.netloc) :] if parts else uid
