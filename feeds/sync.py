"""Records → index: reads what changed since the last time, and works out which feeds that touches."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from .config import Config
from .errors import Problem, RecordRejected
from .index import Index, Signature
from .model import Article
from .placing import Placing
from .records import files
from .records.reader import Reading, Settings, read
from .topics import Topic, slug

READER = 1
"""Raised with every change of how records are read: an index made by another one reads them all again."""

_BATCH = 1000
_RACY_NS = 1_000_000_000
_UNSETTLED = -1
"""The time stamp noted for a file that was modified in the very second it was read: it may change once more
without a new time stamp, so it has to be read again."""

Progress = Callable[[int, int], None]
"""Called now and then with how many records have been read, and of how many."""


class Report(NamedTuple):
    """What a sync did. Numbers of records."""

    found: int
    read: int
    removed: int
    articles: int
    rejections: int
    warnings: int


def settings(config: Config) -> Settings:
    """Return what of the configuration decides how a record is read."""
    records = config.records
    return Settings(
        fields={
            ours: (theirs,) if isinstance(theirs, str) else theirs for ours, theirs in records.fields.items()
        },
        site_url=records.site_url,
        permalink=records.permalink,
        id_authority=config.site.id_authority,
        undated_by_mtime=records.undated == "mtime",
        max_bytes=records.max_bytes,
    )


def sync(index: Index, config: Config, topics: Sequence[Topic], progress: Progress | None = None) -> Report:
    """Bring the index up to date with the records and with how the configuration reads and selects them.

    ``topics`` are those described in config.toml and topic files. Raises FeedsError where a path of
    ``[records] paths`` does not exist.
    """
    reading = settings(config)
    made_by = hashlib.sha256(msgspec.json.encode((READER, reading))).hexdigest()
    if index.fact("reading") != made_by:
        index.forget_all_records()
        index.remember("reading", made_by)
    placing = Placing(config, topics)
    is_placed = index.fact("selection") == placing.fingerprint

    known = index.signatures()
    root = Path(config.root)
    found = {file.path: file for file in files.find(root, config.records.paths, config.records.exclude)}
    gone = sorted(known.keys() - found.keys())
    stale = sorted(file for path, file in found.items() if known.get(path) != (file.mtime_ns, file.size))

    placing_now = placing if is_placed else None
    _replace(index, placing_now, gone)
    for start in range(0, len(stale), _BATCH):
        batch = stale[start : start + _BATCH]
        now_ns = time.time_ns()
        readings = [_read(root, file, reading) for file in batch]
        signatures = {file.path: Signature(_settled(file.mtime_ns, now_ns), file.size) for file in batch}
        _replace(index, placing_now, [f.path for f in batch if f.path in known], readings, signatures)
        if progress:
            progress(start + len(batch), len(stale))
    if not is_placed:
        _place_all(index, placing)
        index.remember("selection", placing.fingerprint)

    problems = index.count_problems()
    return Report(
        found=len(found),
        read=len(stale),
        removed=len(gone),
        articles=index.count_articles(),
        rejections=problems["rejection"],
        warnings=problems["warning"],
    )


def _settled(mtime_ns: int, read_ns: int) -> int:
    return mtime_ns if read_ns - mtime_ns > _RACY_NS or mtime_ns > read_ns + _RACY_NS else _UNSETTLED


def _read(root: Path, file: files.RecordFile, reading: Settings) -> Reading:
    try:
        data = files.read(root, file.path, reading.max_bytes)
    except RecordRejected as error:
        return Reading(None, (Problem(file.path, error.line, "", error.reason),))
    return read(file.path, data, file.mtime_ns, reading)


def _replace(
    index: Index,
    placing: Placing | None,
    paths: Sequence[str],
    readings: Sequence[Reading] = (),
    signatures: Mapping[str, Signature] = MappingProxyType({}),
) -> None:
    """Take out what these records were and put in what they are now.

    Without ``placing``, all articles are placed afterwards.
    """
    before = list(index.articles_at(paths))
    after = [reading.article for reading in readings if reading.article is not None]
    index.forget_records(paths)
    index.write_articles(after)
    index.write_problems(problem for reading in readings for problem in reading.problems)
    index.write_records(signatures)
    counts = _named(after)
    counts.subtract(_named(before))
    index.add_names(counts)
    if placing:
        _place(index, placing, sorted({article.id for article in (*before, *after)}))


def _named(articles: Sequence[Article]) -> Counter[tuple[str, str]]:
    return Counter((slug(name), name) for article in articles for name in article.topics)


def _place_all(index: Index, placing: Placing) -> None:
    index.clear_members()
    uids = index.uids()
    for start in range(0, len(uids), _BATCH):
        _place(index, placing, uids[start : start + _BATCH])


def _place(index: Index, placing: Placing, uids: Sequence[str]) -> None:
    groups: dict[str, list[Article]] = {}
    for article in index.articles_with(uids):
        groups.setdefault(article.id, []).append(article)
    members = [member for group in groups.values() for member in placing.members(group)]
    index.replace_members(uids, members)
