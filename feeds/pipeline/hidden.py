"""Articles that no feed shows because another one has the same id: one story told twice, or a loss."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from feeds.config import Config
from feeds.errors import Problem, RecordRejected
from feeds.index.index import Index
from feeds.model.article import Article
from feeds.records import files, reader, unread
from feeds.selection.rules import Selection, preference

from .sync import HIDDEN, mapped

_BATCH = 200
"""So many groups are in memory at a time."""


class Hidden(msgspec.Struct, frozen=True, array_like=True):
    """What is hidden: how many tell a story that another one tells, and what is wrong with all others."""

    stories: int = 0
    problems: tuple[Problem, ...] = ()


def hidden(index: Index, config: Config, aliases: Mapping[str, str]) -> Hidden:
    """Find what is hidden among the articles that [select] lets through; remembered until one changes."""
    if known := index.facts.get(HIDDEN):
        return msgspec.json.decode(known, type=Hidden)
    selection = Selection(config.select, aliases)
    stories = 0
    problems: list[Problem] = []
    shared = index.records.shared()
    for start in range(0, len(shared), _BATCH):
        for group in index.records.groups(shared[start : start + _BATCH], 2):
            seen = [found.article for found in group if selection.span(found.article)]
            if len(seen) < 2:
                continue
            best, *others = sorted(seen, key=preference)
            for other in others:
                if reason := _why_other(best, other, config):
                    problems.append(Problem(other.path, 0, "", reason, "warning"))
                else:
                    stories += 1
    found = Hidden(stories, tuple(sorted(problems)))
    index.facts.remember(HIDDEN, msgspec.json.encode(found).decode())
    return found


def _why_other(best: Article, other: Article, config: Config) -> str:
    """Return why a hidden article is not the story that the shown one tells; "" if it is."""
    same = f"has the same id as {best.path}, which is shown instead: {other.id}"
    if _folded(best.title) != _folded(other.title):
        reason = f"{same}; their titles differ"
    elif best.language != other.language:
        reason = f"{same}; their languages differ"
    elif config.records.permalink and not (_has_own_url(best, config) and _has_own_url(other, config)):
        reason = same
    else:
        return ""
    if config.records.permalink and not _has_own_url(other, config):
        reason += "; [records] permalink has to tell them apart"
    return reason


def _has_own_url(article: Article, config: Config) -> bool:
    """Whether a record says itself where its article is. It is read once more: few are asked for."""
    try:
        data = files.read(config.root, article.path, config.records.max_bytes)
    except RecordRejected:
        return True
    return unread.has_own_url(article.path, data, reader.Settings(fields=mapped(config)))


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())
