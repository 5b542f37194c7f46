"""Records → index: reads what changed since the last time, and works out which feeds that touches."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from feeds.config import Config
from feeds.errors import Problem, RecordRejected
from feeds.index.index import Index
from feeds.index.protocols import FactStore, MemberStore, RecordStore
from feeds.index.rows import Stored, kin
from feeds.model.article import Article
from feeds.model.topics import Topic, slug
from feeds.parallel import each
from feeds.records import files, reader
from feeds.records.changes import Places
from feeds.selection.placing import Placing

_BATCH = 500
"""Records that are read, and stored, at a time."""
_RACY_NS = 1_000_000_000
_UNSETTLED = -1
"""The time noted for a file that was modified in the very second it was read: it may change once more without
a new time stamp, so it has to be read again."""

Progress = Callable[[int, int], None]
"""Called now and then with how many records have been read, and how many were found."""
Noticed = Callable[[list[Problem]], object]
"""Called with what is wrong with records that were just read."""


class Report(NamedTuple):
    """What a sync did. Numbers of records."""

    found: int
    read: int
    removed: int
    articles: int
    rejections: int
    warnings: int


Job = list[tuple[str, int]]
"""Records to be read: paths, and when each was last modified (nanoseconds)."""


class Batch(msgspec.Struct, array_like=True):
    """What came of a job. Between processes it goes as MessagePack, which is quicker than pickling."""

    articles: list[Stored]
    problems: list[Problem]
    names: list[tuple[str, str, int]]
    """Slug, name, and how many of the articles spell a topic like this."""


def settings(config: Config) -> reader.Settings:
    """Return what of the configuration decides how a record is read."""
    records = config.records
    return reader.Settings(
        fields={
            ours: (theirs,) if isinstance(theirs, str) else theirs for ours, theirs in records.fields.items()
        },
        site_url=records.site_url,
        permalink=records.permalink,
        id_authority=config.site.id_authority,
        undated_by_mtime=records.undated == "mtime",
        max_bytes=records.max_bytes,
    )


def is_synced(facts: FactStore) -> bool:
    """Whether the index ever was brought up to date, and not only made."""
    return facts.get("reading") != ""


def is_current(facts: FactStore, config: Config, topics: Sequence[Topic]) -> bool:
    """Whether the index was read and selected as this configuration wants it; records may have changed."""
    selected = facts.get("selection") == Placing(config, topics).fingerprint
    return selected and facts.get("reading") == _fingerprint(settings(config))


def _fingerprint(reading: reader.Settings) -> str:
    return hashlib.sha256(msgspec.json.encode((reader.READER, reading))).hexdigest()


def sync(
    index: Index,
    config: Config,
    topics: Sequence[Topic],
    progress: Progress | None = None,
    folders: Collection[str] | None = None,
    noticed: Noticed | None = None,
) -> Report:
    """Bring the index up to date with the records and with how the configuration reads and selects them.

    ``topics`` are those described in config.toml and topic files. ``folders`` are full paths: only these
    folders are looked into, and those below them that were known; without them, all are. ``noticed`` gets
    what is wrong with the records that are read. Raises FeedsError where a path of ``[records] paths`` does
    not exist.
    """
    reading = settings(config)
    made_by = _fingerprint(reading)
    if index.facts.get("reading") != made_by:
        index.records.forget_all()
        index.facts.remember("reading", made_by)
        folders = None
    placing = Placing(config, topics)
    if index.facts.get("selection") != placing.fingerprint:
        _place_all(index.records, index.members, placing)
        index.facts.remember("selection", placing.fingerprint)

    root = Path(config.root)
    sweep = _Sweep(index.records, index.members, placing)
    paths, exclude = config.records.paths, config.records.exclude
    if folders is None:
        jobs = sweep.jobs(files.find(root, paths, exclude), index.records.folders())
    else:
        jobs = sweep.jobs(Places(root, paths, exclude).look(folders, index.records.folders()), set())
    done = 0
    decode = msgspec.msgpack.Decoder(Batch).decode
    for job, answer in each(partial(_read, str(root), reading, placing), jobs):
        batch = decode(answer)
        index.records.store(batch.articles)
        _place_together(index.records, index.members, placing, [stored.kin for stored in batch.articles])
        index.records.write_problems(batch.problems)
        if noticed and batch.problems:
            noticed(batch.problems)
        for slug_, name, count in batch.names:
            sweep.names[slug_, name] += count
        done += len(job)
        if progress:
            progress(done, sweep.found)
    index.records.add_names(sweep.names)
    index.members.renew_touched()

    problems = index.records.count_problems()
    return Report(
        found=sweep.found,
        read=done,
        removed=sweep.removed,
        articles=index.records.count_articles(),
        rejections=problems["rejection"],
        warnings=problems["warning"],
    )


class _Sweep:
    """Compares what is on disk with what was read, takes out what is gone, and says what is to be read."""

    def __init__(self, records: RecordStore, members: MemberStore, placing: Placing) -> None:
        self._records = records
        self._members = members
        self._placing = placing
        self.found = 0
        self.removed = 0
        self.names: Counter[tuple[str, str]] = Counter()
        """How many more (or fewer) articles name a topic: (slug, name) → number."""

    def jobs(self, folders: Iterable[files.Folder], before: set[str]) -> Iterator[Job]:
        """Yield what is to be read of these folders.

        Those in ``before`` that are not among them are gone. After the last job, the index holds nothing that
        is gone.
        """
        waiting: Job = []
        for folder in folders:
            self.found += len(folder.files)
            before.discard(folder.path)
            for name, mtime_ns in self._compare(folder):
                waiting.append((folder.path_of(name), mtime_ns))
                if len(waiting) == _BATCH:
                    yield waiting
                    waiting = []
        if waiting:
            yield waiting
        for path in sorted(before):
            for _ in self._compare(files.Folder(path, {})):
                raise AssertionError("an empty folder has nothing to read")

    def _compare(self, folder: files.Folder) -> Iterable[tuple[str, int]]:
        known = self._records.files_in(folder.path)
        if known == folder.files:
            return ()
        stale = sorted(name for name, signature in folder.files.items() if known.get(name) != signature)
        gone = known.keys() - folder.files.keys()
        self.removed += len(gone)
        self._take_out([folder.path_of(name) for name in (*gone, *(name for name in stale if name in known))])
        now_ns = time.time_ns()
        self._records.write_folder(
            folder.path, {name: _settled(signature, now_ns) for name, signature in folder.files.items()}
        )
        return [(name, folder.files[name][0]) for name in stale]

    def _take_out(self, paths: Sequence[str]) -> None:
        gone = [found.article for found in self._records.forget(paths)]
        self.names.subtract(_named(gone))
        kins = [kin(article.id) for article in gone]
        _place_together(self._records, self._members, self._placing, kins, at_least=1)


def _settled(signature: files.Signature, now_ns: int) -> files.Signature:
    mtime_ns, size = signature
    return signature if abs(now_ns - mtime_ns) > _RACY_NS else (_UNSETTLED, size)


def _read(root: str, reading: reader.Settings, placing: Placing, job: Job) -> bytes:
    articles = []
    problems: list[Problem] = []
    names: dict[str, int] = {}
    encode = msgspec.msgpack.Encoder().encode
    for path, mtime_ns in job:
        try:
            data = files.read(root, path, reading.max_bytes)
        except RecordRejected as error:
            problems.append(Problem(path, error.line, "", error.reason))
            continue
        article, found, _ = reader.read(path, data, mtime_ns, reading)
        problems.extend(found)
        if article is not None:
            published = int(article.published.timestamp())
            placed = placing.alone(article)
            articles.append(Stored(path, kin(article.id), published, encode(article), placed))
            for name in article.topics:
                names[name] = names.get(name, 0) + 1
    return encode(Batch(articles, problems, [(slug(name), name, count) for name, count in names.items()]))


def _named(articles: Iterable[Article]) -> Counter[tuple[str, str]]:
    return Counter((slug(name), name) for article in articles for name in article.topics)


def _place_all(records: RecordStore, members: MemberStore, placing: Placing) -> None:
    """Place every article anew."""
    members.clear()
    last = 0
    while found := records.all_articles(last, _BATCH):
        last = found[-1].number
        members.place_again(found, [placing.alone(one.article) for one in found])
        _place_together(records, members, placing, [kin(one.article.id) for one in found])


def _place_together(
    records: RecordStore, members: MemberStore, placing: Placing, kins: Sequence[int], at_least: int = 2
) -> None:
    """Place the articles that share an id with others, or that did until now (``at_least`` 1)."""
    for group in records.groups(kins, at_least):
        articles = [found.article for found in group]
        placed = placing.together(articles) if len(group) > 1 else [placing.alone(articles[0])]
        members.place_again(group, placed)
