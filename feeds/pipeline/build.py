"""The whole way from records to documents, as commands and the server go it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

from feeds.config import Config
from feeds.errors import FeedsError, Problem
from feeds.export.site import Changes, export
from feeds.index.index import Index
from feeds.index.opening import with_index
from feeds.model.topics import Topic
from feeds.publication import redirected
from feeds.publication.news import tell_news
from feeds.publication.publication import Publication
from feeds.publication.subjects import Subjects
from feeds.records import authorfiles, files, organisations, topicfiles
from feeds.selection import named

from .losses import Losses, losses
from .sync import Noticed, Report, is_synced, sync

Progress = Callable[[str, int, int], None]
"""Called now and then with what is being done, how much of it is done, and how much there is."""

Result = TypeVar("Result")


class Rejections(FeedsError):
    """Something was rejected where nothing may be; ``problems`` says what."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = [problem for problem in problems if problem.severity == "rejection"]
        rejected = len({problem.path for problem in self.problems})
        super().__init__(f"{rejected:,} rejected; nothing was exported, because --strict is given")


_LATEST = 253_402_300_799
"""The last second of the year 9999, in seconds since 1970."""


@dataclass(frozen=True)
class Synced:
    """A publication made from records that were just read, and what was found on the way."""

    publication: Publication
    index: Index
    report: Report
    topic_problems: list[Problem]
    """What is wrong with topic and organisation files, and with the topics that named feeds ask for."""
    losses: Losses
    """What of records and rules comes to nothing."""
    note: str
    """Why the index was made anew, or ""."""


class Built(NamedTuple):
    """What a build did."""

    report: Report
    changes: Changes
    problems: list[Problem]
    """All that is wrong with records, topic files and the configuration, by file and line."""
    topic_problems: list[Problem]
    """Of these, those of topic files and of the topics that named feeds ask for."""
    losses: Losses
    """What of records and rules comes to nothing, by kind; among the problems too."""
    note: str
    next_change: int
    """The first instant at which another build may give other feeds by itself, in seconds since 1970."""


def clock(given: str = "") -> int:
    """Return the instant to select for, in seconds since 1970, UTC.

    That is the one given (a date, or seconds), else SOURCE_DATE_EPOCH, else the present.

    Raises FeedsError where it is neither a date nor a number.
    """
    from feeds.records import dates

    given = given or os.environ.get("SOURCE_DATE_EPOCH", "")
    if not given:
        return int(time.time())
    if given.isdecimal():
        if int(given) > _LATEST:
            raise FeedsError(f"--now: {given} is after the year 9999")
        return int(given)
    try:
        return int(dates.parse(given).timestamp())
    except ValueError as error:
        raise FeedsError(f"--now: {error}") from None


def described_topics(config: Config) -> tuple[list[Topic], list[Problem]]:
    """Return the topics that config.toml and topic files describe, and what is wrong with data files.

    Those are topic files, author files and organisation files. Raises FeedsError where a folder of them does
    not exist.
    """
    root, records = Path(config.root), config.records
    by_files, problems = topicfiles.read_all(root, records.topics, records.site_url)
    if records.providers:
        problems += organisations.read_all(root, records.providers, records.site_url)[1]
    problems += authorfiles.read_all(root, records.authors, records.site_url)[1]
    return topicfiles.merged(config.described_topics(), by_files), problems


def synced(
    config: Config,
    now: int,
    work: Callable[[Synced], Result],
    progress: Progress | None = None,
    folders: Collection[str] | None = None,
    noticed: Noticed | None = None,
) -> Result:
    """Sync the index with the records, then do some work with the publication that comes of it.

    ``folders`` are full paths: of all folders, only these have changed. Raises FeedsError where records or
    index cannot be reached.
    """
    known, problems = described_topics(config)

    def run(index: Index) -> Result:
        def read(done: int, total: int) -> None:
            if progress:
                progress("Reading records", done, total)

        report = sync(index, config, known, read, folders, noticed)
        lost = losses(index, config, Subjects(index, config, known))
        report = report._replace(warnings=report.warnings + len(lost.problems), stories=lost.stories)
        # What was read is kept, whatever becomes of the work; and other processes can see it now.
        index.commit()
        tell_news(index, config, known, now)
        publication = Publication(index, config, known, now)
        topics, redirects, retired = publication.topics, publication.redirects, publication.retired
        found = [*problems, *named.warnings(config, topics, redirects, retired)]
        found += _faulty_parents(config, publication)
        if config.redirects:
            found += redirected.warnings(config, frozenset(publication.paths), redirects)
        done = work(Synced(publication, index, report, found, lost, index.note))
        publication.save()
        return done

    return with_index(config.index.url, config.root, run)


def problems_of(made: Synced) -> list[Problem]:
    """Return all that is wrong with records, topic files and the configuration, by file and line."""
    problems = [*made.index.records.problems(), *made.topic_problems, *made.losses.problems]
    return sorted([*problems, *made.publication.config.doubts])


def _faulty_parents(config: Config, publication: Publication) -> Iterator[Problem]:
    """Yield a warning for each topic whose parent is of no use."""
    for key, reason in publication.subjects.family.faults.items():
        table = config.topics.get(key)
        if table and table.parent:
            field = f"topics.{key}.parent"
            path, line = config.path, config.lines[field]
        else:
            path, line = topicfiles.place_of(Path(config.root), config.records.topics, key, "parent")
            field = "parent"
        yield Problem(path, line, field, f"{reason}; the topic stands at the top", "warning")


def published(config: Config, known: list[Topic], now: int, work: Callable[[Publication], Result]) -> Result:
    """Do some work with the publication as the last sync left it; where there was none, it is made up for."""

    def run(index: Index) -> Result:
        if not is_synced(index.facts):
            sync(index, config, known)
        tell_news(index, config, known, now)
        publication = Publication(index, config, known, now)
        done = work(publication)
        publication.save()
        return done

    return with_index(config.index.url, config.root, run)


def build(
    config: Config,
    now: int,
    progress: Progress | None = None,
    folders: Collection[str] | None = None,
    noticed: Noticed | None = None,
    *,
    is_strict: bool = False,
) -> Built:
    """Sync and export: the static site is up to date afterwards. The rest is as for `synced`.

    Raises FeedsError where records, index or export cannot be reached, and, where ``is_strict``, if anything
    was rejected, or if the static site would lie among the records; nothing is exported then.
    """
    root, records, out = Path(config.root), config.records, config.export.path
    among = files.walked_into(root, records.paths, records.exclude, out)
    if among:
        raise FeedsError(
            f"[export] path: {out} lies in {among!r} of [records] paths, where its pages would be read as "
            "records; choose another folder, or name it in [records] exclude"
        )

    def write(made: Synced) -> Built:
        problems = problems_of(made)
        rejections = Rejections(problems)
        if is_strict and rejections.problems:
            raise rejections

        def written(done: int, total: int) -> None:
            if progress:
                progress("Writing feeds", done, total)

        index = made.index
        changes = export(index.documents, index.commit, made.publication, root / out, written)
        made.publication.announce_later((*changes.added, *changes.changed))
        return Built(
            made.report,
            changes,
            problems,
            made.topic_problems,
            made.losses,
            made.note,
            made.publication.next_change(),
        )

    return synced(config, now, write, progress, folders, noticed)
