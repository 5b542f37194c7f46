"""Documents in memory: made once, within a budget, never older than what was answered before."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random

import pytest
from project import CONFIG, NOW, Project

from feeds import FeedsError
from feeds.config import Source
from feeds.http.answers import Answer
from feeds.pipeline import build
from feeds.serving import editions
from feeds.serving.editions import Edition
from feeds.serving.live import open_documents
from feeds.serving.prepared import PreparedDocuments

INSTANT = build.clock(NOW)


def iso(instant: int) -> str:
    """Spell an instant as records do."""
    return datetime.fromtimestamp(instant, UTC).isoformat()


def noise(words: int, seed: int = 1) -> str:
    """Return text that does not shrink much."""
    random = Random(seed)
    return "".join(f"{random.getrandbits(32):x} " for _ in range(words))


def documents_of(project: Project, clock: Callable[[], int] = lambda: INSTANT) -> PreparedDocuments:
    documents, live = open_documents(Source(project.root / "config.toml"), clock, is_live=False)
    assert live is None
    return documents


def get(documents: PreparedDocuments, path: str) -> Answer:
    answer = documents.answer(path, {"REQUEST_METHOD": "GET"})
    assert answer is not None, path
    return answer


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that are rendered for requests, in order."""
    paths: list[str] = []
    make = editions.make_document

    def counted(edition: Edition, path: str, now: int) -> object:
        paths.append(path)
        return make(edition, path, now)

    monkeypatch.setattr(editions, "make_document", counted)
    return paths


def test_nothing_is_made_before_it_is_asked_for_and_nothing_twice(project: Project, made: list[str]) -> None:
    """A start costs the same for ten topics and for ten thousand."""
    project.record("a", topics=["AI"])
    documents = documents_of(project)
    assert made == []
    assert get(documents, "/all.rss") is get(documents, "/all.rss")
    get(documents, "/topics/ai.rss")
    get(documents, "/all.rss")
    assert made == ["/all.rss", "/topics/ai.rss"]


def test_many_who_ask_at_once_get_what_is_made_once(
    project: Project, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Single flight: the first one makes it, the others wait for it."""
    project.record("a", topics=["AI"])
    documents = documents_of(project)
    waiting = threading.Barrier(8)

    def ask(_: int) -> Answer:
        waiting.wait(30)
        return get(documents, "/topics/ai.atom")

    with ThreadPoolExecutor(8) as pool:
        answers = set(map(id, pool.map(ask, range(8))))
    assert made == ["/topics/ai.atom"]
    assert len(answers) == 1


def test_one_document_does_not_wait_for_another(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow one holds up nobody who asks for something else."""
    project.record("a", topics=["AI"])
    documents = documents_of(project)
    entered, leave = threading.Event(), threading.Event()
    make = editions.make_document

    def slow(edition: Edition, path: str, now: int) -> object:
        if path == "/all.rss":
            entered.set()
            assert leave.wait(30)
        return make(edition, path, now)

    monkeypatch.setattr(editions, "make_document", slow)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(get, documents, "/all.rss")
        assert entered.wait(30)
        assert get(documents, "/topics/ai.rss").status == "200 OK"
        assert not waiting.done()
        leave.set()
        assert waiting.result(30).status == "200 OK"


def test_who_asks_while_something_older_is_made_gets_the_newer(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A waiter joins what was begun before: it must not get what was replaced before it asked."""
    project.record("a", title="Old")
    documents = documents_of(project)
    entered, leave, waiting = threading.Event(), threading.Event(), threading.Event()
    make = editions.make_document

    class Flight(Future[object]):
        def result(self, timeout: float | None = None) -> object:
            waiting.set()
            return super().result(timeout)

    def slow(edition: Edition, path: str, now: int) -> object:
        document = make(edition, path, now)
        if not entered.is_set():
            entered.set()
            assert leave.wait(30)
        return document

    monkeypatch.setattr(editions, "make_document", slow)
    monkeypatch.setattr("feeds.serving.cache.Future", Flight)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(get, documents, "/all.rss")
        assert entered.wait(30)
        project.record("a", title="New")
        project.build()
        second = pool.submit(get, documents, "/all.rss")
        assert waiting.wait(30)
        leave.set()
        assert b"<title>New</title>" in second.result(30).body
        assert b"<title>Old</title>" in first.result(30).body, "it asked before there was a newer one"
    assert b"<title>New</title>" in get(documents, "/all.rss").body


def test_a_failure_is_told_to_all_who_wait_and_forgotten(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one tries again."""
    project.record("a")
    documents = documents_of(project)
    with monkeypatch.context() as patched:

        def fail(*_: object) -> None:
            raise FeedsError("no")

        patched.setattr(editions, "make_document", fail)
        with pytest.raises(FeedsError, match="no"):
            get(documents, "/all.rss")
    assert get(documents, "/all.rss").status == "200 OK"


def test_documents_stay_within_their_budget(make_project: Callable[..., Project], made: list[str]) -> None:
    """Those that nobody asked for the longest go first, and are made again when they are asked for."""
    project = make_project(CONFIG + "[server]\ncache_mb = 1\n")
    for number in range(12):
        # Text that does not shrink: three variants of 80 kB each.
        project.record(f"r{number}", body=noise(9_000, number), topics=[f"T{number}"])
    documents = documents_of(project)
    for number in range(12):
        get(documents, f"/topics/t{number}.rss")
        get(documents, "/topics/t0.rss")
        assert documents.size <= 1_000_000
    kept = [number for number in range(12) if documents.is_kept(f"/topics/t{number}.rss")]
    assert 0 in kept, "it was asked for all the time"
    assert 11 in kept
    assert 1 not in kept
    made.clear()
    get(documents, "/topics/t0.rss")
    assert made == []
    get(documents, "/topics/t1.rss")
    assert made == ["/topics/t1.rss"]


def test_a_document_larger_than_the_budget_is_served(
    make_project: Callable[..., Project], made: list[str]
) -> None:
    """And kept as the only one, so that it is not made for every request."""
    project = make_project(CONFIG + "[server]\ncache_mb = 1\n")
    project.record("a", body=noise(150_000))
    documents = documents_of(project)
    for _ in range(3):
        get(documents, "/all.rss")
    assert made == ["/all.rss"]


def test_what_another_process_publishes_is_served_at_once(project: Project, made: list[str]) -> None:
    """A build beside the server: only documents that changed are made anew."""
    project.record("a", topics=["AI"])
    project.record("b", topics=["Web"])
    project.build()
    documents = documents_of(project)
    before = {path: get(documents, path) for path in ("/all.rss", "/topics/ai.rss", "/topics/web.rss")}
    project.record("c", topics=["Web"], title="Newest")
    project.build()
    made.clear()
    after = {path: get(documents, path) for path in before}
    assert made == ["/all.rss", "/topics/web.rss"]
    assert after["/topics/ai.rss"] is before["/topics/ai.rss"]
    assert b"Newest" in after["/all.rss"].body
    assert b"Newest" in after["/topics/web.rss"].body


def test_paths_come_and_go_with_their_articles(project: Project) -> None:
    """A new topic has its feeds, one that nobody names any more has none."""
    record = project.record("a", topics=["AI"])
    documents = documents_of(project)
    assert get(documents, "/topics/ai.rss").status == "200 OK"
    record.unlink()
    project.record("b", topics=["Web"])
    project.build()
    assert documents.answer("/topics/ai.rss", {"REQUEST_METHOD": "GET"}) is None
    assert get(documents, "/topics/web.rss").status == "200 OK"
    assert "/topics/ai.rss" not in documents.paths


def test_all_processes_date_alike_what_time_alone_changes(project: Project) -> None:
    """Whenever they make it: at the instant at which the embargo ended."""
    due = INSTANT + 1000
    project.record("a", topics=["AI"])
    project.record("b", topics=["AI"], publishedDateTime=iso(due))
    project.build()
    paths = ("/all.rss", "/topics/ai.atom", "/", "/manifest.json")
    answers = []
    for delay in (0, 7, 300):
        instant = [due - 1]
        documents = documents_of(project, lambda instant=instant: instant[0])
        before = {path: dict(get(documents, path).headers) for path in paths}
        instant[0] = due + delay
        after = {path: dict(get(documents, path).headers) for path in paths}
        for path in paths:
            assert before[path]["ETag"] != after[path]["ETag"], path
        answers.append({path: (after[path]["ETag"], after[path]["Last-Modified"]) for path in paths})
    assert answers[0] == answers[1] == answers[2]
    built = project.build(now=str(due + 500))
    assert built.next_change > due + 500
    documents = documents_of(project, lambda: due + 600)
    last = {path: dict(get(documents, path).headers) for path in paths if path != "/manifest.json"}
    assert {p: (h["ETag"], h["Last-Modified"]) for p, h in last.items()} == {
        path: answers[0][path] for path in last
    }


def test_a_publication_knows_when_it_changes_by_itself(project: Project) -> None:
    """The next embargo, or the next article that grows too old."""
    project.configure(CONFIG + "[select]\nmax_age_days = 30\n")
    project.record("a", publishedDateTime=iso(INSTANT - 86_400))
    project.record("b", publishedDateTime=iso(INSTANT + 86_400))
    assert project.build().next_change == INSTANT + 86_400
    assert project.build(now=str(INSTANT + 86_400)).next_change == INSTANT + 29 * 86_400


def test_a_server_that_does_not_follow_reads_the_records_when_it_starts(project: Project) -> None:
    """As ever, whatever a former one has left behind."""
    project.record("a")
    documents_of(project)
    project.record("b", title="Newer")
    assert b"Newer" in get(documents_of(project), "/all.rss").body


def test_what_is_lost_without_a_follower_is_made_again(project: Project) -> None:
    """Somebody deletes the index."""
    project.record("a", topics=["AI"])
    documents = documents_of(project)
    (project.root / ".feeds" / "index.db").unlink()
    assert b"Title of a" in get(documents, "/topics/ai.rss").body
