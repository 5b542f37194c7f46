"""The contents of a publication: what its feeds hold at an instant."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from feeds.index.index import Index
from feeds.index.rows import Month, Summary
from feeds.model.article import Article, KnownImage
from feeds.model.feed import Entry, Feed
from feeds.model.paths import ALL, HOME

from . import assembly, fingerprints, pictures
from .fingerprints import fingerprint
from .histories import Histories
from .pictures import Picking
from .subjects import Subjects


class Contents:
    """Feeds and their entries at one instant, read from the index where they are asked for.

    ``now`` is seconds since 1970, UTC. What was worked out is remembered in the index when `save` is called.
    """

    def __init__(self, index: Index, subjects: Subjects, now: int) -> None:
        self._index = index
        self.subjects = subjects
        self.config = subjects.config
        self.instant = now
        self._images_are_known = index.images.are_known()
        self._versions = index.members.versions()
        self._summaries = index.documents.summaries()
        self._new_summaries: dict[str, Summary] = {}
        self.histories = Histories(index, now, self._versions) if self.config.feeds.archives else None
        """Which archive documents there are; None where there are none."""
        self._entries: dict[tuple[str, bool, bool, Picking], Entry] = {}
        """By path of the record, whether it is as archives show it, where that may be otherwise, whether it
        has the summary alone, and what is asked of pictures."""
        self._shown: dict[tuple[str, str], tuple[Feed, list[Article]]] = {}
        """The feed, or the month of it, that was shown last: its documents are made next to each other."""
        self.common = fingerprints.common(self.config)
        """The fingerprint of what all documents are made from."""
        self._fingerprints: dict[str, str] = {}

    def at(self, index: Index, now: int) -> Contents:
        """Return the contents at another instant, read from another connection to the same index."""
        other = copy.copy(self)
        other._index, other.instant = index, now
        other._summaries = dict(self._summaries)
        other._new_summaries, other._entries, other._shown = {}, {}, {}
        if self.histories:
            other.histories = self.histories.at(index, now)
        return other

    def summary(self, key: str) -> Summary:
        """Return what a feed holds."""
        summary = self._summaries.get(key)
        if (
            summary is None
            or summary.version != self._versions.get(key, 0)
            or not summary.valid_from <= self.instant < summary.valid_until
        ):
            summary = self._index.members.summary(key, self.instant, self._versions.get(key, 0))
            self._summaries[key] = self._new_summaries[key] = summary
        return summary

    def learn(self, summaries: Mapping[str, Summary]) -> None:
        """Take over what another process worked out."""
        self._summaries |= summaries
        self._new_summaries |= summaries

    def held(self, key: str, month: str) -> Summary | Month:
        """Return what is held by a feed, or by a month of it, such as "2024-05"."""
        if month and self.histories:
            return self.histories.month(key, month)
        return self.summary(key)

    def feed(self, key: str, limit: int = 0) -> Feed:
        """Return a feed with its newest entries: so many, or as many as it has at most."""
        return self._feed(key, "", limit)[0]

    def shown(self, key: str, month: str) -> tuple[Feed, list[Article]]:
        """Return a feed, or a month of it, and the articles in it. It is read once for what follows it."""
        if (key, month) not in self._shown:
            self._shown = {(key, month): self._feed(key, month)}
        return self._shown[key, month]

    def let_go(self) -> None:
        """Forget which feed was shown last."""
        self._shown = {}

    def _feed(self, key: str, month: str = "", limit: int = 0) -> tuple[Feed, list[Article]]:
        most = None if month else limit or self.subjects.limit(key)
        articles = self._index.members.newest(key, ALL, self.instant, most, month)
        entries = self._entries_of(key, articles, is_archived=bool(month))
        total = self.summary(key).articles
        return assembly.feed(key, self.subjects.described(key), entries, total, self.config), articles

    def _entries_of(self, key: str, articles: Sequence[Article], *, is_archived: bool) -> tuple[Entry, ...]:
        """Compose entries, each once for all feeds it is in.

        Archives show images as records name them: they change with their articles, and with nothing else.
        """
        if len(self._entries) >= self._index.members.most_recent:
            self._entries.clear()
        kept = is_archived and self._images_are_known
        is_summary, picking = self.subjects.content(key) == "summary", self.subjects.picking(key)
        new = [one for one in articles if (one.path, kept, is_summary, picking) not in self._entries]
        known: Mapping[str, KnownImage] = {}
        if self._images_are_known and not is_archived:
            known = self._index.images.shown({url for one in new for url in pictures.urls(one, picking)})
        now = datetime.fromtimestamp(self.instant, UTC)
        for article in new:
            self._entries[article.path, kept, is_summary, picking] = assembly.entry(
                article, self.config, now, known, picking, is_summary=is_summary
            )
        return tuple(self._entries[article.path, kept, is_summary, picking] for article in articles)

    def fingerprint_of(self, key: str) -> str:
        """Return the fingerprint of a feed with its newest entries. Time does not change it."""
        if key not in self._fingerprints:
            about, version = self.subjects.described(key), self._versions.get(key, 0)
            settings = self.subjects.limit(key), self.subjects.content(key), self.subjects.picking(key)
            self._fingerprints[key] = fingerprint(self.common, about, settings, version)
        return self._fingerprints[key]

    @property
    def fingerprint_of_all(self) -> str:
        """The fingerprint of all feeds together, and of how topics stand below each other."""
        if HOME not in self._fingerprints:
            versions = [self._versions.get(key, 0) for key in self.subjects.feeds]
            about = [self.subjects.described(key) for key in self.subjects.feeds]
            parents = self.subjects.family.parents
            picking = self.subjects.picking(ALL)
            self._fingerprints[HOME] = fingerprint(self.common, about, parents, versions, picking)
        return self._fingerprints[HOME]

    def save(self) -> None:
        """Remember in the index what was worked out."""
        self._index.documents.write_summaries(self._new_summaries)
        if self.histories:
            self.histories.save()
        self._new_summaries = {}
