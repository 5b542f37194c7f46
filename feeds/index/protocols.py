"""What an index stores, divided by what it is: what other rooms ask of each part, and a database has to do.

`Index` puts the parts together and knows no database. Another database is another set of classes that do
this, and a way to open it; SQLite's are in the modules of the same names (records.py has `SqliteRecords`),
and opening.py opens it. All times are seconds since 1970, UTC.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from feeds.errors import Problem
from feeds.model.article import Article, KnownImage
from feeds.model.spans import Placed

from .rows import (
    DocumentState,
    ExportedFile,
    Files,
    Found,
    Heading,
    Label,
    Learnt,
    Months,
    Stored,
    Summary,
    Waiting,
    Wanted,
)


class Database(Protocol):
    """Where all parts of one index lie. What they write is one transaction until it is committed."""

    @property
    def is_committed(self) -> bool:
        """Whether other connections, and so forked processes, see all that was written here."""

    def commit(self) -> None:
        """Make what was written permanent, all of it at once; `settle` has to follow."""

    def settle(self) -> None:
        """Note that all was committed, and get ready for what is written next."""

    def reopen(self) -> None:
        """Read through a connection of its own from now on: a forked process must not use its parent's."""

    def save_memory(self) -> None:
        """Take little of it from now on."""

    def check(self) -> None:
        """Look through all that is stored. What is damaged raises what reading it would."""

    def close(self) -> None:
        """Take back what was not committed and let go of the database."""


class FactStore(Protocol):
    """What an index remembers of its own making: texts under names."""

    def get(self, name: str) -> str:
        """Return a remembered text, "" if there is none."""

    def remember(self, name: str, value: str) -> None:
        """Remember a text under a name."""


class RecordStore(Protocol):
    """What was read: folders and their files, articles, problems, and how topics are spelled."""

    def folders(self) -> set[str]:
        """Return the folders in which records were read."""

    def files_in(self, folder: str) -> Files:
        """Return the signatures of a folder's records when they were read, rejected ones included."""

    def paths(self) -> set[str]:
        """Return the path of every record that was read, rejected ones included."""

    def write_folder(self, folder: str, files: Files) -> None:
        """Remember that these are the folder's records, and that they were read."""

    def store(self, articles: Sequence[Stored]) -> None:
        """Store articles and place them; their paths must not be in the index yet."""

    def forget(self, paths: Sequence[str]) -> list[Found]:
        """Take records out, with their problems and their places in feeds; return what articles they were."""

    def forget_all(self) -> None:
        """Take every record out; what is remembered of documents stays."""

    def articles_at(self, paths: Sequence[str]) -> list[Found]:
        """Return the articles that were read from these records."""

    def all_articles(self, after: int, limit: int) -> list[Found]:
        """Return articles by their number, the first ``limit`` of those behind one."""

    def groups(self, kins: Sequence[int], at_least: int) -> list[list[Found]]:
        """Return the articles of these kins (`rows.kin`) by their ids, where so many share one."""

    def headings(self) -> Iterator[Heading]:
        """Yield how every article is called, in no order."""

    def count_articles(self) -> int:
        """Return how many records are articles."""

    def write_problems(self, problems: Iterable[Problem]) -> None:
        """Store what is wrong with records."""

    def problems(self, paths: Sequence[str] | None = None) -> list[Problem]:
        """Return what is wrong with records (all, or these), ordered by path and line."""

    def count_problems(self) -> Counter[str]:
        """Return how many records are rejected ("rejection"), however many faults they have, and warnings."""

    def add_names(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Add to (or take from) how many articles name a topic: (slug, name) → number."""

    def names(self) -> dict[str, dict[str, int]]:
        """Return slug → spelling → number of articles that use it."""


class MemberStore(Protocol):
    """Which article is in which feed, and when. Feeds are named by their keys: "all", "topics/SLUG"."""

    @property
    def most_recent(self) -> int:
        """How many articles, and what is made of them, are kept for other feeds that they are in."""

    def save_memory(self) -> None:
        """Keep few of them from now on."""

    def place_again(self, articles: Sequence[Found], placed: Sequence[Sequence[Placed]]) -> None:
        """Put articles into these feeds and into no others."""

    def clear(self) -> None:
        """Empty every feed."""

    def versions(self) -> dict[str, int]:
        """Return each feed's version: another one whenever its articles may have changed."""

    def renew_touched(self) -> int:
        """Give each feed whose articles were touched a new version; return how many there were."""

    def renew(self, keys: Sequence[str]) -> None:
        """Give these feeds a new version: they show something else, though their articles are the same."""

    def newest(self, feed: str, whole: str, now: int, limit: int | None, month: str = "") -> list[Article]:
        """Return a feed's articles at an instant, newest first, each id once; all if no limit is given.

        An article has the topics of those that share its id and are visible in the feed ``whole``. With a
        month, only those that were published in it.
        """

    def feeds_of(self, path: str, now: int) -> set[str]:
        """Return the keys of the feeds that an article is in at an instant, the best of its id or not."""

    def summary(self, feed: str, now: int, version: int) -> Summary:
        """Return what this version of a feed holds at an instant, and for how long that stays so."""

    def months(self, feed: str, now: int, version: int, known: Months) -> Months:
        """Return what each month of this version of a feed holds at an instant.

        ``known`` are months as they were found last: returned as they are, the same object, where none of
        them may hold something else.
        """


class DocumentStore(Protocol):
    """What is remembered of what was published: what it was made from, and what came out."""

    def summaries(self) -> dict[str, Summary]:
        """Return the remembered summary of each feed."""

    def write_summaries(self, summaries: Mapping[str, Summary]) -> None:
        """Remember feeds' summaries."""

    def histories(self) -> dict[str, Months]:
        """Return the remembered months of each feed whose present version they are of."""

    def write_histories(self, histories: Mapping[str, tuple[int, Months]]) -> None:
        """Remember what the months of feeds hold, each with the feed's version."""

    def states(self) -> dict[str, DocumentState]:
        """Return what is remembered of each document, by path."""

    def write_states(self, states: Mapping[str, DocumentState]) -> None:
        """Remember documents."""

    def exported(self, folder: str) -> dict[str, ExportedFile]:
        """Return the files that exports to this folder wrote, by path."""

    def write_exported(self, folder: str, files: Mapping[str, ExportedFile]) -> None:
        """Remember files that an export wrote."""

    def forget_exported(self, folder: str, paths: Sequence[str]) -> None:
        """Forget files that an export removed."""


class SearchStore(Protocol):
    """Which articles a question asks for. Questions can be asked where it `is_complete`."""

    def is_complete(self) -> bool:
        """Whether every article has its part in what questions are answered from."""

    def complete(self) -> None:
        """Make it so. Where it is already, nothing is written: who waited for another one changes nothing."""

    def keep_complete(self) -> None:
        """Make it so again, if anybody ever asked: who asks next shall not wait for it."""

    def find(self, wanted: Wanted, whole: str, now: int) -> list[Article]:
        """Return the articles that are wanted, newest first, of those that the feed ``whole`` shows."""

    def types(self) -> list[Label]:
        """Return all types of articles, in the order of their names."""

    def providers(self) -> list[Label]:
        """Return all providers' names, in their order."""


class ImageStore(Protocol):
    """What is known of images, by URL."""

    def learnt(self, urls: Iterable[str]) -> dict[str, Learnt]:
        """Return what is known of these images; those of which nothing is known are not in it."""

    def shown(self, urls: Iterable[str]) -> dict[str, KnownImage]:
        """Return what feeds show of these images; those of which nothing is known are not in it."""

    def are_known(self) -> bool:
        """Whether anything is known of any image."""

    def learn(self, url: str, learnt: Learnt) -> None:
        """Remember what was learnt of an image. It is news if feeds will show something else from now on."""

    def news(self) -> set[str]:
        """Return the images that feeds have to be told of."""

    def forget_news(self) -> None:
        """Note that the feeds were told."""


class AnnouncementStore(Protocol):
    """What hubs have yet to hear: the queue of changed documents."""

    def add(self, hubs: Sequence[str], paths: Iterable[str]) -> None:
        """Note for each of these hubs that documents changed."""

    def keep(self, hubs: Sequence[str], paths: Iterable[str]) -> None:
        """Take out what is for other hubs than these, or about other documents."""

    def waiting(self) -> list[Waiting]:
        """Return the queue, hub by hub."""

    def take_out(self, done: Iterable[Waiting]) -> None:
        """Take out what was done, unless it changed once more meanwhile."""


class Stores(NamedTuple):
    """All parts of one index, as one database keeps them."""

    database: Database
    facts: FactStore
    records: RecordStore
    members: MemberStore
    documents: DocumentStore
    search: SearchStore
    images: ImageStore
    announcements: AnnouncementStore
