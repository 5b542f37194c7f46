"""Records → index: reads what changed since the last time, and works out which feeds that touches."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from feeds.config import Config
from feeds.errors import Loss, Problem, RecordRejected
from feeds.index.index import Index
from feeds.index.protocols import FactStore, LossStore, MemberStore, RecordStore
from feeds.index.rows import Stored, Traces, kin
from feeds.model.article import Article, Author, Provider
from feeds.model.topics import Topic, slug
from feeds.parallel import each
from feeds.records import authorfiles, defaults, files, organisations, people, reader
from feeds.records.changes import Places
from feeds.records.others import Others
from feeds.records.rendered import Seen
from feeds.selection import idle
from feeds.selection.placing import Placing
from feeds.text import cleaning, urls

from . import pages

_BATCH = 500
"""Records that are read, and stored, at a time."""
_RACY_NS = 1_000_000_000
_UNSETTLED = -1
"""The time noted for a file that was modified in the very second it was read: it may change once more without
a new time stamp, so it has to be read again."""

OTHERS = "others"
"""The fact that remembers which texts of other kinds lie among the records: suffix → number, first file."""
HIDDEN = "hidden"
"""The fact that remembers which articles are hidden behind others; "" where it has to be found out again."""

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
    stories: int = 0
    """Articles that tell a story that another one tells, and are hidden behind it."""


Job = list[tuple[str, int]]
"""Records to be read: paths, and when each was last modified (nanoseconds)."""


class Batch(msgspec.Struct, array_like=True):
    """What came of a job. Between processes it goes as MessagePack, which is quicker than pickling."""

    articles: list[Stored]
    problems: list[Problem]
    names: list[tuple[str, str, int]]
    """Slug, name, and how many of the articles spell a topic like this."""
    traces: list[tuple[str, bytes]]
    """Path, and what of that record does not come out, ready to be stored."""
    tally: list[tuple[str, str, int]]
    """Kind, value, and how many of the articles have it that rules may ask for."""
    pages: list[tuple[str, Seen]]
    """Path, and the page that the body was looked for on."""


def settings(config: Config) -> reader.Settings:
    """Return what of the configuration, and of author and organisation files, decides how a record is read.

    Raises FeedsError where such files that it names are not there.
    """
    records, site_url = config.records, config.records.site_url
    root = Path(config.root)
    folders = files.folders(root, records.paths)
    known = authorfiles.read_all(root, records.authors, site_url)[0] if records.authors else {}
    for short_name, author in config.authors.items():
        url, avatar = (
            urls.absolute(given, site_url) if given else "" for given in (author.url, author.avatar)
        )
        known[people.short(short_name)] = Author(cleaning.one_line(author.name) or short_name, url, avatar)
    for one in tuple(known.values()):
        # Some records name them in full.
        known.setdefault(people.short(one.name), one)
    providers: dict[str, Provider] = {}
    if records.providers:
        providers, _ = organisations.read_all(root, records.providers, site_url)
    return reader.Settings(
        fields=mapped(config),
        defaults=defaults.divided(records.defaults, defaults.known_names(records.fields), folders),
        authors=known,
        site_url=site_url,
        permalink=records.permalink,
        id=records.id,
        id_authority=config.site.id_authority,
        timezone="" if records.timezone.upper() == "UTC" else records.timezone,
        language=config.site.language,
        folders=folders,
        lowercase_slugs=records.lowercase_slugs,
        slug_from=records.slug_from,
        trailing_slash=records.trailing_slash,
        markdown=records.markdown,
        undated_by_mtime=records.undated == "mtime",
        max_bytes=records.max_bytes,
        providers=providers,
        rendered=pages.folder_of(config),
        rendered_selector=records.rendered_selector,
    )


def mapped(config: Config) -> dict[str, tuple[str, ...]]:
    """Return our fields' names → those that [records.fields] has for them."""
    fields = config.records.fields
    return {ours: (theirs,) if isinstance(theirs, str) else theirs for ours, theirs in fields.items()}


def is_synced(facts: FactStore) -> bool:
    """Whether the index ever was brought up to date, and not only made."""
    return facts.get("reading") != ""


def is_current(facts: FactStore, config: Config, topics: Sequence[Topic]) -> bool:
    """Whether the index was read and selected as this configuration wants it; records may have changed."""
    selected = facts.get("selection") == Placing(config, topics).fingerprint
    return selected and facts.get("reading") == _fingerprint(settings(config))


def _fingerprint(reading: reader.Settings) -> str:
    return hashlib.sha256(msgspec.json.encode((reader.READER, reading), order="sorted")).hexdigest()


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
    pages.check(config)
    reading = settings(config)
    made_by = _fingerprint(reading)
    if index.facts.get("reading") != made_by:
        index.records.forget_all()
        index.losses.clear()
        index.tally.clear()
        index.facts.remember("reading", made_by)
        folders = None
    placing = Placing(config, topics)
    if index.facts.get("selection") != placing.fingerprint:
        _place_all(index.records, index.members, placing)
        index.facts.remember("selection", placing.fingerprint)
        index.facts.remember(HIDDEN, "")

    root = Path(config.root)
    of_pages = pages.Pages(index.facts, reading.rendered)
    sweep = _Sweep(index.records, index.members, index.losses, placing, of_pages)
    others: Others = {}
    paths, exclude = config.records.paths, config.records.exclude
    if folders is None:
        jobs = sweep.jobs(files.find(root, paths, exclude, others=others), index.records.folders())
    else:
        jobs = sweep.jobs(Places(root, paths, exclude).look(folders, index.records.folders()), set())
    done = 0
    decode = msgspec.msgpack.Decoder(Batch).decode
    for job, answer in each(partial(_read, str(root), reading, placing), jobs):
        batch = decode(answer)
        index.records.store(batch.articles)
        _place_together(index.records, index.members, placing, [stored.kin for stored in batch.articles])
        index.records.write_problems(batch.problems)
        index.losses.write(batch.traces)
        of_pages.note(batch.pages)
        for kind, value, count in batch.tally:
            sweep.tally[kind, value] += count
        if noticed and batch.problems:
            noticed(batch.problems)
        for slug_, name, count in batch.names:
            sweep.names[slug_, name] += count
        done += len(job)
        if progress:
            progress(done, sweep.found)
    index.records.add_names(sweep.names)
    index.tally.add(sweep.tally)
    of_pages.save()
    if folders is None:
        _remember_others(index.facts, others)
    if done or sweep.removed:
        index.facts.remember(HIDDEN, "")
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

    def __init__(
        self,
        records: RecordStore,
        members: MemberStore,
        losses: LossStore,
        placing: Placing,
        of_pages: pages.Pages,
    ) -> None:
        self._records = records
        self._members = members
        self._losses = losses
        self._placing = placing
        self._pages = of_pages
        self.found = 0
        self.removed = 0
        self.names: Counter[tuple[str, str]] = Counter()
        """How many more (or fewer) articles name a topic: (slug, name) → number."""
        self.tally: Counter[tuple[str, str]] = Counter()
        """How many more (or fewer) articles have what rules may ask for: (kind, value) → number."""

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
        rendered = self._pages.changed(folder)
        if known == folder.files and not rendered:
            return ()
        stale = sorted(
            name
            for name, signature in folder.files.items()
            if known.get(name) != signature or name in rendered
        )
        gone = known.keys() - folder.files.keys()
        self.removed += len(gone)
        self._take_out([folder.path_of(name) for name in (*gone, *(name for name in stale if name in known))])
        self._pages.forget(folder.path, (*gone, *stale))
        now_ns = time.time_ns()
        self._records.write_folder(
            folder.path, {name: _settled(signature, now_ns) for name, signature in folder.files.items()}
        )
        return [(name, folder.files[name][0]) for name in stale]

    def _take_out(self, paths: Sequence[str]) -> None:
        gone = [found.article for found in self._records.forget(paths)]
        self._losses.forget(paths)
        self.names.subtract(_named(gone))
        self.tally.subtract(trait for article in gone for trait in idle.traits(article))
        kins = [kin(article.id) for article in gone]
        _place_together(self._records, self._members, self._placing, kins, at_least=1)


def _settled(signature: files.Signature, now_ns: int) -> files.Signature:
    mtime_ns, size = signature
    return signature if abs(now_ns - mtime_ns) > _RACY_NS else (_UNSETTLED, size)


def _read(root: str, reading: reader.Settings, placing: Placing, job: Job) -> bytes:
    articles = []
    problems: list[Problem] = []
    names: dict[str, int] = {}
    traces = []
    tally: dict[tuple[str, str], int] = {}
    seen: list[tuple[str, Seen]] = []
    encode = msgspec.msgpack.Encoder().encode
    for path, mtime_ns in job:
        try:
            data = files.read(root, path, reading.max_bytes)
        except RecordRejected as error:
            problems.append(Problem(path, error.line, "", error.reason))
            continue
        article, found, losses, page = reader.read(path, data, mtime_ns, reading)
        problems.extend(found)
        if page:
            seen.append((path, Seen(page.names, *_settled(page[1:], time.time_ns()))))
        if losses:
            traces.append((path, encode(_traces(losses))))
        if article is not None:
            published = int(article.published.timestamp())
            placed = placing.alone(article)
            articles.append(Stored(path, kin(article.id), published, encode(article), placed))
            for name in article.topics:
                names[name] = names.get(name, 0) + 1
            for trait in idle.traits(article):
                tally[trait] = tally.get(trait, 0) + 1
    named = [(slug(name), name, count) for name, count in names.items()]
    return encode(Batch(articles, problems, named, traces, [(*trait, n) for trait, n in tally.items()], seen))


def _traces(losses: tuple[Loss, ...]) -> Traces:
    return Traces(
        tuple(loss for loss in losses if loss.kind != "mapped"),
        tuple(loss.name for loss in losses if loss.kind == "mapped"),
    )


def _remember_others(facts: FactStore, others: Others) -> None:
    """Remember which texts of other kinds lie among the records; what is the same is not written again."""
    found = {suffix: (len(paths), min(paths)) for suffix, paths in sorted(others.items())}
    packed = json.dumps(found) if found else ""
    if facts.get(OTHERS) != packed:
        facts.remember(OTHERS, packed)


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
