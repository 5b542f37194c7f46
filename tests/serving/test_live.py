"""Live: what changes on disk is published while the server runs, and what fails takes nothing away."""

from __future__ import annotations

import functools
import hashlib
import http.client
import json
import logging
import math
import os
import re
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import psutil
import pytest
from conftest import Server
from project import CONFIG, NOW, Project, eventually
from test_prepared import get, iso

from feeds import FeedsError
from feeds.config import Source
from feeds.pipeline import build, follow
from feeds.push.websub import Announced
from feeds.serving import editions, live
from feeds.serving.live import Live, open_documents
from feeds.serving.prepared import PreparedDocuments
from server import create_app

INSTANT = build.clock(NOW)


class Site:
    """A project that is followed by a thread of this process, at an instant that the test sets."""

    def __init__(
        self, project: Project, documents: PreparedDocuments, live: Live, instant: list[int]
    ) -> None:
        self.project = project
        self.documents = documents
        self.live = live
        self.instant = instant

    def body(self, path: str = "/all.atom") -> bytes:
        """Return a document's bytes, b"" if there is none."""
        answer = self.documents.answer(path, {"REQUEST_METHOD": "GET"})
        return answer.body if answer else b""

    def shows(self, text: str, path: str = "/all.atom") -> None:
        """Return when a document has a text."""
        eventually(lambda: text.encode() in self.body(path))

    def hides(self, text: str, path: str = "/all.atom") -> None:
        """Return when a document has a text no more."""
        eventually(lambda: text.encode() not in self.body(path))

    def is_stale(self, reason: str) -> None:
        """Return when it is said that what is served is not the newest."""
        eventually(lambda: self.live.health.status == "stale" and reason in self.live.health.reason)

    def is_well(self) -> None:
        """Return when it is said that all is well."""
        eventually(lambda: self.live.health.status == "ok")


@pytest.fixture
def begin() -> Iterator[Callable[..., Site]]:
    """Follow a project: ``begin(project)``; it is followed no more when the test ends."""
    with ExitStack() as stack:

        def start(project: Project) -> Site:
            instant = [INSTANT]
            source = Source(project.root / "config.toml")
            documents, live = open_documents(source, lambda: instant[0], is_live=True)
            assert live is not None
            stack.callback(live.stop)
            live.start()
            site = Site(project, documents, live, instant)
            eventually(lambda: live._terms is not None)
            return site

        yield start


@pytest.fixture
def site(project: Project, begin: Callable[..., Site]) -> Site:
    """A followed project with two articles."""
    project.record("a", topics=["AI"])
    project.record("b", topics=["Web"])
    return begin(project)


def test_a_new_article_appears_in_its_feeds_and_nothing_else_changes(site: Site) -> None:
    """Other documents keep their bytes, tags and dates, and are not even made again."""
    paths = sorted(site.documents.paths)
    before = {path: get(site.documents, path) for path in paths}
    site.project.record("c", topics=["Web"], title="The newest")
    site.shows("The newest")
    after = {path: get(site.documents, path) for path in paths}
    changed = {path for path in paths if before[path].body != after[path].body}
    feeds = {f"/{feed}.{suffix}" for feed in ("all", "topics/web") for suffix in ("rss", "atom", "json")}
    assert changed == {*feeds, "/topics/web/", "/", "/manifest.json"}
    for path in set(paths) - changed:
        assert after[path] is before[path], path
    for path in changed:
        for name in ("ETag", "Last-Modified"):
            assert dict(before[path].headers)[name] != dict(after[path].headers)[name], (path, name)


def test_changed_and_deleted_articles_are_followed(site: Site) -> None:
    """In place, and until nothing is left of them."""
    site.shows("Title of a")
    site.project.record("a", topics=["AI"], title="Another title")
    site.shows("Another title")
    (site.project.root / "records" / "a.md").unlink()
    site.hides("Another title")
    assert site.body("/topics/ai.atom") == b"", "nobody names the topic any more"
    assert b"Title of b" in site.body()


def test_new_folders_are_followed_and_gone_ones_too(site: Site) -> None:
    """However deep, and whether they are made, moved or removed."""
    root = site.project.root
    site.project.record("x/y/deep", title="Deep down")
    site.shows("Deep down")
    site.project.record("x/y/later", title="Later there")
    site.shows("Later there")
    (root / "records" / "x").rename(root / "records" / "z")
    site.project.record("z/y/after", title="After the move")
    site.shows("After the move")
    assert b"Deep down" in site.body()
    shutil.rmtree(root / "records" / "z")
    site.hides("Deep down")
    site.hides("After the move")
    site.project.record("z/y/again", title="There again")
    site.shows("There again")
    site.is_well()


class Told:
    """What publishing was asked to look into, while the file system tells what a test says, and no more.

    ``run`` calls the steps one by one, in the thread that follows; each returns the paths that it changed.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.looks: list[object] = []
        self.live: Live | None = None
        self._steps: tuple[Callable[[], list[Path]], ...] = ()
        publish = editions.publish

        def noted(terms: object, now: int, folders: object, *rest: object, **more: object) -> object:
            self.looks.append(folders)
            return publish(terms, now, folders, *rest, **more)  # type: ignore[arg-type]

        def watch(*_: object, stop_event: threading.Event, **__: object) -> Iterator[set[tuple[int, str]]]:
            for step in (list, *self._steps):
                yield {(1, str(path)) for path in step()}
            stop_event.set()

        monkeypatch.setattr(editions, "publish", noted)
        monkeypatch.setattr("watchfiles.watch", watch)
        # Nothing depends on how long a step takes.
        monkeypatch.setattr(follow, "_SWEEP_SECONDS", math.inf)

    def run(self, project: Project, instant: list[int], *steps: Callable[[], list[Path]]) -> None:
        self._steps = steps
        _, self.live = open_documents(Source(project.root / "config.toml"), lambda: instant[0], is_live=True)
        assert self.live is not None
        try:
            self.live.start()
            thread = self.live._thread
            assert thread is not None
            thread.join(60)
            assert not thread.is_alive(), "the steps did not come to their end"
        finally:
            self.live.stop()
        assert self.live.health.status == "ok", self.live.health


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Follow a project step by step, without waiting for anything."""
    return Told(monkeypatch)


def test_only_the_folder_that_changed_is_looked_into(project: Project, told: Told) -> None:
    """The cost of an update follows the change, not the archive."""
    project.record("x/first")
    project.record("y/other")

    def begin() -> list[Path]:
        told.looks.clear()
        return []

    told.run(
        project,
        [INSTANT],
        begin,
        lambda: [project.record("x/second")],
        lambda: [project.record("x/third"), project.record("y/third")],
    )
    folders = {name: str(project.root / "records" / name) for name in "xy"}
    assert told.looks == [{folders["x"]}, {folders["x"], folders["y"]}]
    assert sorted(project.titles()) == [
        f"Title of {stem}" for stem in ("x/first", "x/second", "x/third", "y/other", "y/third")
    ]


def test_what_is_wrong_with_a_topic_file_is_told_once(
    make_project: Callable[..., Project], told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    """Topic files are not read again because a record changed."""
    project = make_project(CONFIG + 'topics = ["_topics"]\n')
    project.write("_topics/ai.yaml", "name: AI\naliases: 3.5.1: x\n")
    project.record("a", topics=["AI"])
    steps = [functools.partial(lambda number: [project.record(f"r{number}")], number) for number in range(3)]
    told.run(project, [INSTANT], list, *steps)
    assert len(told.looks) >= 5
    assert len([text for text in caplog.messages if "_topics/ai.yaml" in text]) == 1


def test_how_hubs_took_the_news_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """What failed, with its reason, and how much was not even tried; nothing where all is well."""
    caplog.set_level(logging.INFO, "feeds")
    hub = "https://hub.example"
    live._tell_announced(Announced([(hub, "/all.rss"), (hub, "/all.atom")], [], []))
    assert caplog.messages == ["hubs were told of 2 changes"]
    caplog.clear()
    live._tell_announced(Announced([], [(hub, "/all.rss", "it says 500")], [(hub, "/a.atom"), (hub, "/b")]))
    assert caplog.messages[1:] == [
        f"{hub} could not be told of /all.rss: it says 500",
        "2 announcements are left for another time",
    ]


def test_where_nothing_changes_nothing_is_published(project: Project, told: Told) -> None:
    """An idle server stays idle, but for the one instant at which something falls due."""
    project.record("a")
    project.record("later", title="Embargoed", publishedDateTime=iso(INSTANT + 60))
    instant = [INSTANT]
    counts: list[int] = []

    def idle() -> list[Path]:
        counts.append(len(told.looks))
        return []

    def pass_time(seconds: int) -> list[Path]:
        instant[0] += seconds
        return idle()

    told.run(
        project,
        instant,
        *[idle] * 5,
        functools.partial(pass_time, 59),
        *[idle] * 5,
        functools.partial(pass_time, 1),
        *[idle] * 5,
    )
    started = counts[0]
    assert started > 0
    # What a step changes is noticed after it.
    assert counts == [started] * 12 + [started + 1] * 5


def test_an_article_that_falls_due_appears_by_itself(site: Site) -> None:
    """At its instant, everywhere, with that instant as the date of change."""
    site.project.record("later", title="Embargoed", publishedDateTime=iso(INSTANT + 60), topics=["Later"])
    eventually(lambda: "/topics/later.rss" in site.documents.paths)
    assert b"Embargoed" not in site.body()
    before = site.live._number
    site.instant[0] = INSTANT + 60
    assert b"Embargoed" in site.body()
    assert b"Embargoed" in site.body("/topics/later.rss")
    answers = {path: get(site.documents, path) for path in ("/all.atom", "/topics/later.rss", "/")}
    eventually(lambda: site.live._number != before)
    for path, answer in answers.items():
        assert get(site.documents, path).headers == answer.headers, "who leads comes to the same"


def test_an_article_that_grows_too_old_vanishes_by_itself(
    make_project: Callable[..., Project], begin: Callable[..., Site]
) -> None:
    """At the instant that max_age_days says."""
    project = make_project(CONFIG + "[select]\nmax_age_days = 2\n")
    project.record("a", title="Ageing", publishedDateTime=iso(INSTANT - 86_400))
    site = begin(project)
    site.shows("Ageing")
    site.instant[0] = INSTANT + 86_399
    assert b"Ageing" in site.body()
    site.instant[0] = INSTANT + 86_400
    assert b"Ageing" not in site.body()


def test_a_changed_configuration_is_applied(site: Site) -> None:
    """What feeds say, what is selected, where records are, how long caches may keep it."""
    site.shows("Title of a")
    site.project.configure(CONFIG.replace('"Example"', '"Renamed"') + "[server]\nmax_age = 77\n")
    site.shows("Renamed")
    assert "max-age=77" in dict(get(site.documents, "/all.atom").headers)["Cache-Control"]
    site.project.configure(CONFIG + '[select]\ntopics = ["AI"]\n')
    site.hides("Title of b")
    site.project.write("others/o.json", '{"title": "Elsewhere", "originalUrl": "https://e.example/o"}')
    site.project.configure(CONFIG.replace('"records"', '"others"'))
    site.hides("Title of a")
    other = '{"title": "Elsewhere", "originalUrl": "https://e.example/o", "publishedDateTime": "2026-01-01"}'
    site.project.write("others/o.json", other)
    site.shows("Elsewhere")
    site.is_well()


def test_a_broken_configuration_is_reported_and_the_old_one_goes_on(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """Articles are still followed; when the file is mended, it is used."""
    site.project.configure(CONFIG + '[select]\nmin_qualty = "high"\nmin_heat = "warm"\n')
    site.is_stale("min_qualty")
    for fault in ("config.toml:10: select.min_qualty", "config.toml:11: select.min_heat"):
        assert len([text for text in caplog.messages if fault in text]) == 1, "a line for each, once"
    site.project.record("c", title="Published all the same")
    site.shows("Published all the same")
    assert site.live.health.status == "stale"
    site.project.configure(CONFIG.replace('"Example"', '"Mended"'))
    site.shows("Mended")
    site.is_well()


def test_a_configuration_file_that_is_gone_for_a_moment_changes_nothing(site: Site) -> None:
    """Editors and deployments replace files; half of one is never used."""
    file = site.project.root / "config.toml"
    text = file.read_text()
    file.unlink()
    site.is_stale("no such file")
    assert b"Title of a" in site.body()
    file.write_text(text)
    site.is_well()


def test_topic_files_are_followed(make_project: Callable[..., Project], begin: Callable[..., Site]) -> None:
    """Titles and aliases are news, too."""
    project = make_project(CONFIG + 'topics = ["_topics"]\n')
    project.write("_topics/ai.yaml", "name: AI\ntitle: Thinking machines\n")
    project.record("a", topics=["AI"])
    site = begin(project)
    site.shows("Thinking machines", "/topics/ai.atom")
    project.write("_topics/ai.yaml", "name: AI\ntitle: Learning machines\naliases: [KI]\n")
    site.shows("Learning machines", "/topics/ai.atom")
    assert site.documents.redirects == {"ki": "ai"}


def test_a_folder_that_is_gone_for_a_moment_takes_no_article_away(site: Site) -> None:
    """A disk that is not mounted, a checkout that is replaced."""
    records, away = site.project.root / "records", site.project.root / "away"
    site.shows("Title of a")
    records.rename(away)
    site.is_stale("records does not exist")
    assert b"Title of a" in site.body()
    assert b"Title of b" in site.body("/topics/web.rss"), "what was not asked for yet can be made"
    away.rename(records)
    site.is_well()
    site.project.record("c", title="Back again")
    site.shows("Back again")


def test_a_rejected_record_is_reported_and_takes_nothing_down(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """With file, line, field and reason, once."""
    site.project.record("broken", quality="high")
    eventually(lambda: site.documents.report.rejections == 1)
    told = eventually(lambda: [text for text in caplog.messages if "rejected" in text])
    assert told == ["rejected: records/broken.md:6: quality: 'high' is not a whole number"]
    assert b"Title of a" in site.body()
    site.is_well()


@pytest.mark.parametrize("damage", ["head", "middle", "gone", "all gone"])
def test_an_index_that_is_damaged_or_deleted_is_made_anew(
    site: Site, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What is in memory is served meanwhile, and what is not as soon as it can be."""
    project, folder = site.project, site.project.root / ".feeds"
    for number in range(300):
        project.record(f"many/{number}", topics=["Many"], body="Text. " * 200)
    project.record("many/newest", topics=["Many"], title="Newest of many", publishedDateTime="2026-05-01")
    site.shows("Newest of many")
    file = folder / "index.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if damage == "gone":
        file.unlink()
    elif damage == "all gone":
        shutil.rmtree(folder)
    else:
        with file.open("r+b") as opened:
            opened.seek(0 if damage == "head" else 40_960)
            opened.write(b"x" * 16_384 if damage == "head" else b"\xff" * (file.stat().st_size - 50_000))
    assert b"Newest of many" in site.body()

    def made() -> bytes:
        with suppress(FeedsError):
            return site.body("/topics/many.rss")
        return b""

    assert b"Newest of many" in eventually(made)
    project.record("after", title="After all", publishedDateTime="2026-05-02")
    site.shows("After all")
    site.is_well()


def test_a_locked_index_is_waited_for(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody else writes for long: what was published last is served, memory or not."""
    monkeypatch.setattr(editions, "_LOCK_SECONDS", 0)
    with closing(sqlite3.connect(site.project.root / ".feeds" / "index.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        site.project.record("c", title="Held up")
        site.is_stale("locked")
        assert b"Title of b" in site.body("/topics/web.rss")
        assert b"Held up" not in site.body()
        other.execute("ROLLBACK")
    site.shows("Held up")
    site.is_well()


def test_what_cannot_be_watched_is_looked_at_time_and_again(
    project: Project,
    begin: Callable[..., Site],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The system's limit of watches is reached: later, but not never."""

    def refuse(*_: object, **__: object) -> Iterator[object]:
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr("watchfiles.watch", refuse)
    monkeypatch.setattr(follow, "_POLL_SECONDS", 0.3)
    project.record("a")
    site = begin(project)
    project.record("b", title="Found by looking")
    site.shows("Found by looking")
    assert len([text for text in caplog.messages if "watch limit reached" in text]) == 1


def test_what_the_file_system_does_not_tell_is_found_by_a_look_everywhere(
    project: Project, begin: Callable[..., Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Network file systems are silent about what others write."""
    monkeypatch.setattr(follow, "_SWEEP_SECONDS", 0.3)
    affected = follow.Places.affected
    monkeypatch.setattr(follow.Places, "affected", lambda places, changed: affected(places, ()))
    project.record("a")
    site = begin(project)
    project.record("b", title="Found by looking")
    site.shows("Found by looking")


def test_a_build_beside_the_server_disturbs_nobody(site: Site) -> None:
    """`feeds build` in the same folder writes the same index."""
    for number in range(5):
        site.project.record(f"n{number}", title=f"Number {number}")
        site.project.build()
        site.shows(f"Number {number}")
    site.is_well()


def test_an_application_follows_from_its_first_request_on(project: Project) -> None:
    """In the process that gets it: servers fork after they have made the application."""
    project.record("a")
    app = create_app(project.root / "config.toml", lambda: INSTANT)
    live = app.extensions["feeds"]
    assert live._thread is None
    client = app.test_client()
    try:
        assert client.get("/all.rss").status_code == 200
        assert live._thread.is_alive()
        project.record("b", title="Later")
        eventually(lambda: b"Later" in client.get("/all.rss").data)
        assert client.get("/healthz").json == {"articles": 2, "rejections": 0, "status": "ok"}
        project.configure("[site]\ntitle = 3\n")
        eventually(lambda: client.get("/healthz").json["status"] == "stale")
        assert "site.title" in client.get("/healthz").json["reason"]
    finally:
        live.stop()
    assert not live._thread.is_alive()


@pytest.mark.parametrize("config", [None, "[server]\nlive = false\n"])
def test_following_can_be_switched_off(project: Project, config: str | None) -> None:
    """By argument or by configuration; there is no thread then."""
    project.record("a")
    if config:
        project.configure(CONFIG + config)
    app = create_app(project.root / "config.toml", lambda: INSTANT, live=None if config else False)
    threads = threading.active_count()
    assert app.test_client().get("/healthz").json["status"] == "ok"
    assert "feeds" not in app.extensions
    assert threading.active_count() == threads


def test_a_start_does_not_read_what_was_read_before(project: Project, begin: Callable[..., Site]) -> None:
    """It serves what was published last, and then looks for what changed since."""
    project.record("a")
    begin(project).live.stop()
    project.record("b", title="While nobody served")
    documents, live = open_documents(Source(project.root / "config.toml"), lambda: INSTANT, is_live=True)
    assert live is not None
    assert b"While nobody served" not in get(documents, "/all.rss").body
    live.start()
    try:
        eventually(lambda: b"While nobody served" in get(documents, "/all.rss").body)
    finally:
        live.stop()


@pytest.mark.parametrize("change", ['title = "Other"', "[select]\nmin_quality = 3"])
def test_a_start_with_another_configuration_never_serves_by_the_old_one(
    project: Project, change: str
) -> None:
    """Not for a moment: what was left out by now may be left out for a reason."""
    project.record("a")
    documents, _ = open_documents(Source(project.root / "config.toml"), lambda: INSTANT, is_live=True)
    assert b"Title of a" in get(documents, "/all.rss").body
    config = CONFIG.replace('title = "Example"', change) if "title" in change else f"{CONFIG}{change}\n"
    project.configure(config)
    documents, _ = open_documents(Source(project.root / "config.toml"), lambda: INSTANT, is_live=True)
    body = get(documents, "/all.rss").body
    assert (b"<title>Other</title>" in body) if "title" in change else (b"Title of a" not in body)


def test_servers_with_other_settings_need_an_index_of_their_own(site: Site) -> None:
    """Else they would take turns in publishing under each other's address."""
    done = site.project.run("serve", "--base-url", "https://other.example", "--port", "0")
    assert done.returncode == 1
    assert "is in use by a server with other settings" in done.stderr


# -- over sockets, with several processes -------------------------------------------------------------------


def ask(server: Server, path: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    address = urlsplit(server.address)
    with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def workers(server: Server) -> list[psutil.Process]:
    return [child for child in psutil.Process(server.process.pid).children() if child.is_running()]


def test_200_updates_under_load_give_no_error_no_torn_and_no_older_feed(
    project: Project, serve: Callable[..., Server]
) -> None:
    """Two workers, four clients: what anybody saw is the least that everybody sees afterwards."""
    updates = 200
    project.record("counter", title="Update 0", topics=["Count"])
    project.record("other", topics=["Other"])
    server = serve(project, "--workers", "2")
    assert len(workers(server)) == 2
    seen = dict.fromkeys(("/all.atom", "/topics/count.atom", "/all.rss", "/topics/count.rss"), 0)
    lock = threading.Lock()
    done = threading.Event()
    problems: list[str] = []

    def hammer(path: str) -> None:
        while not done.is_set():
            with lock:
                least = seen[path]
            try:
                status, headers, body = ask(server, path)
                ElementTree.fromstring(body)
                number = int(re.search(rb"Update (\d+)<", body)[1])  # type: ignore[index]
            except (OSError, http.client.HTTPException, ElementTree.ParseError, TypeError) as error:
                problems.append(f"{path}: {error!r}")
                continue
            tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            if status != 200 or headers["ETag"] != tag or number < least:
                problems.append(f"{path}: {status}, {headers['ETag']} for {tag}, {number} after {least}")
            with lock:
                seen[path] = max(seen[path], number)

    threads = [threading.Thread(target=hammer, args=(path,)) for path in seen]
    untouched = ask(server, "/topics/other.rss")
    for thread in threads:
        thread.start()
    try:
        for number in range(1, updates + 1):
            draft = project.record("../draft", title=f"Update {number}", topics=["Count"])
            draft.replace(project.root / "records" / "counter.md")
            # A few at a time: several updates may become one.
            least = number - 3
            eventually(lambda least=least: max(seen.values()) >= least or problems)  # type: ignore[misc]
        eventually(lambda: all(number == updates for number in seen.values()) or problems)
    finally:
        done.set()
        for thread in threads:
            thread.join(60)
    assert problems == []
    after = ask(server, "/topics/other.rss")
    assert (after[1]["ETag"], after[1]["Last-Modified"]) == (
        untouched[1]["ETag"],
        untouched[1]["Last-Modified"],
    )
    assert json.loads(ask(server, "/healthz")[2])["status"] == "ok"
    assert "Traceback" not in server.log
    assert "locked" not in server.log


def test_when_the_process_that_leads_is_killed_another_one_takes_over(
    project: Project, serve: Callable[..., Server]
) -> None:
    """And a new one takes its place."""
    project.record("a")
    server = serve(project, "--workers", "2", "--now", NOW)
    project.record("b", title="By the first")
    eventually(lambda: b"By the first" in ask(server, "/all.atom")[2])
    holder = json.loads((project.root / ".feeds" / "index.db.lock").read_bytes())["pid"]
    before = {worker.pid for worker in workers(server)}
    assert holder in before
    os.kill(holder, signal.SIGKILL)
    project.record("c", title="By another")

    def shown() -> bool:
        with suppress(OSError, http.client.HTTPException):
            return b"By another" in ask(server, "/all.atom")[2]
        return False

    eventually(shown)
    assert json.loads((project.root / ".feeds" / "index.db.lock").read_bytes())["pid"] != holder
    eventually(lambda: len({worker.pid for worker in workers(server)} - {holder}) == 2)


def test_an_embargo_of_a_few_seconds_ends_by_the_clock(
    project: Project, serve: Callable[..., Server]
) -> None:
    """The real clock, the real server, no change on disk."""

    project.record("a")
    project.record("soon", title="Due soon", publishedDateTime=iso(int(time.time()) + 4))
    server = serve(project)
    assert b"Due soon" not in ask(server, "/all.atom")[2]
    eventually(lambda: b"Due soon" in ask(server, "/all.atom")[2])
