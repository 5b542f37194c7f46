"""`feeds probe`: what it learns of images, whom it never asks, and what feeds make of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import feedparser
import pytest
import trustme
from conftest import Server
from imageserver import (
    JPEG,
    PNG,
    SVG,
    Images,
    Page,
    broken_off,
    chunked,
    dripping,
    endless,
    gzipped,
    hung_up,
    image,
    missing,
    no_http,
    only_get,
    plain,
    redirect,
    serving,
    silent,
)
from processes import run, started
from project import CONFIG, NOW, Project, environ
from test_server import ask
from test_work import count

from feeds import VERSION, parallel
from feeds.commands.probe import Probed, probe
from feeds.index.rows import Learnt
from feeds.model.feed import Enclosure
from feeds.network.addresses import Allowed
from feeds.network.client import AddressRefused, Client, Limits
from feeds.pipeline import build
from feeds.publication import assembly
from feeds.records import reader
from server import create_app

HOST = "images.test"
LATER = "2026-08-01T12:00:00Z"


class Site:
    """A project whose images are on one server, which is called images.test."""

    def __init__(self, project: Project, web: Images) -> None:
        self.project = project
        self.web = web
        self.names: dict[str, Sequence[str]] = {HOST: ["127.0.0.1"]}
        self.looked_up: list[str] = []
        self.configure()

    def configure(self, more: str = "", **settings: object) -> None:
        """Set keys of [probe]."""
        given = {"allow_hosts": [HOST], "pause": 0, "timeout": 60} | settings
        lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in given.items())
        self.project.configure(f"{CONFIG}{more}[probe]\n{lines}")

    def url(self, path: str, host: str = HOST) -> str:
        return f"http://{host}:{self.web.port}{path}"

    def article(self, stem: str, *paths: str, **fields: Any) -> None:
        """Write a record with images on the server."""
        images = [{"url": path if "://" in path else self.url(path)} for path in paths]
        self.project.record(stem, images=images, **fields)

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        self.looked_up.append(host)
        if host not in self.names:
            raise OSError(-2, "Name or service not known")
        return self.names[host]

    def probe(self, now: str = NOW, *, everything: bool = False) -> Probed:
        """Do what `feeds probe` does, in this process."""
        config, instant = self.project.config, build.clock(now)
        return build.synced(
            config,
            instant,
            lambda made: probe(made, config, instant, None, self.resolve, everything=everything),
        )

    def one(self, page: Page) -> tuple[str, str, int]:
        """Probe one image; return its outcome, and type and length as feeds show them."""
        self.web.pages["/one"] = page
        self.article("one", "/one")
        done = self.probe()
        outcome = "image" if done.found else done.troubles[0].outcome
        shown = self.enclosures()
        return (outcome, shown[0].media_type, shown[0].length) if shown else (outcome, "", 0)

    def enclosures(self, feed: str = "all", now: str = NOW) -> list[Enclosure]:
        """Return the enclosures of a feed's entries."""
        return [one for entry in self.project.feed(feed, now).entries for one in entry.enclosures]


@pytest.fixture
def web() -> Iterator[Images]:
    with serving() as server:
        yield server


@pytest.fixture
def site(project: Project, web: Images) -> Site:
    return Site(project, web)


# -- what is learnt ------------------------------------------------------------------------------------------


PAGES: dict[str, tuple[Page, tuple[str, str, int]]] = {
    "good": (image(), ("image", "image/png", 10_000)),
    "parameters": (image(media_type="IMAGE/PNG; x=y"), ("image", "image/png", 10_000)),
    "old name": (image(JPEG, "image/jpg"), ("image", "image/jpeg", 5_000)),
    "HEAD 405": (only_get(image()), ("image", "image/png", 10_000)),
    "HEAD 501": (only_get(image(), 501), ("image", "image/png", 10_000)),
    "HEAD 404": (only_get(image(), 404), ("image", "image/png", 10_000)),
    "HEAD 403": (only_get(image(), 403), ("image", "image/png", 10_000)),
    "HEAD 500": (only_get(image(), 500), ("image", "image/png", 10_000)),
    "HEAD HTML": (only_get(image(), 200, Content_Type="text/html"), ("image", "image/png", 10_000)),
    "HEAD length 0": (only_get(image(), 200, Content_Type="image/png"), ("image", "image/png", 10_000)),
    "no type": (image(media_type=None), ("image", "image/png", 10_000)),
    "octet-stream": (image(media_type="application/octet-stream"), ("image", "image/png", 10_000)),
    "wrong type": (image(media_type="text/plain"), ("image", "image/png", 10_000)),
    "SVG as XML": (image(SVG, "text/xml"), ("image", "image/svg+xml", len(SVG))),
    "no length": (chunked(PNG), ("image", "image/png", 10_000)),
    "no length, no type": (chunked(PNG, None), ("image", "image/png", 10_000)),
    "no ranges": (plain(200, JPEG, Content_Type="image/jpeg"), ("image", "image/jpeg", 5_000)),
    "neither": (only_get(plain(200, JPEG, Content_Type="image/jpeg")), ("image", "image/jpeg", 5_000)),
    "gzip": (gzipped(SVG), ("image", "image/svg+xml", len(SVG))),
    "endless": (endless, ("image", "image/png", 0)),
    "redirect": (redirect("/real"), ("image", "image/png", 10_000)),
    "redirect 308": (redirect("/real", 308), ("image", "image/png", 10_000)),
    "404": (missing, ("gone", "", 0)),
    "410": (plain(410), ("gone", "", 0)),
    "soft 404": (plain(200, b"<!doctype html>", Content_Type="text/html"), ("gone", "", 0)),
    "JSON": (plain(200, b'{"error": 1}', Content_Type="application/json"), ("gone", "", 0)),
    "empty": (plain(200, b"", Content_Type="image/png"), ("gone", "", 0)),
    "204": (plain(204), ("failed", "image/jpeg", 0)),
    "redirect to 404": (redirect("/nowhere"), ("gone", "", 0)),
    "redirect loop": (redirect("/redirect-loop"), ("failed", "image/jpeg", 0)),
    "redirect to nothing": (plain(302), ("failed", "image/jpeg", 0)),
    "403": (plain(403), ("failed", "image/jpeg", 0)),
    "429": (plain(429), ("failed", "image/jpeg", 0)),
    "500": (plain(500), ("failed", "image/jpeg", 0)),
    "503": (plain(503), ("failed", "image/jpeg", 0)),
    "wrong length": (broken_off, ("failed", "image/jpeg", 0)),
    "no HTTP": (no_http, ("failed", "image/jpeg", 0)),
    "hung up": (hung_up, ("failed", "image/jpeg", 0)),
    "redirect to FTP": (redirect("ftp://images.test/x"), ("refused", "image/jpeg", 0)),
    "redirect to a file": (redirect("file:///etc/passwd"), ("refused", "image/jpeg", 0)),
    "password": (redirect("http://u:p@images.test/"), ("refused", "image/jpeg", 0)),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str, int]]:
    """Probe every page of the table, each at a host of its own; say what feeds show of each."""
    with serving() as server:
        site = Site(Project(tmp_path_factory.mktemp("probe") / "project"), server)
        server.pages["/real"] = image()
        urls = {}
        for name, (page, _) in PAGES.items():
            path = f"/{name.replace(',', '').replace(' ', '-')}"
            host = f"{path[1:].lower()}.test"
            site.names[host] = ["127.0.0.1"]
            server.pages[path] = page
            urls[name] = site.url(path, host)
            site.article(path[1:], urls[name])
        site.configure(allow_hosts=list(site.names), workers=4)
        troubles = {trouble.url: trouble.outcome for trouble in site.probe().troubles}
        shown = {one.url: one for one in site.enclosures()}
    nothing = Enclosure("", "")
    return {
        name: (
            troubles.get(url, "image"),
            shown.get(url, nothing).media_type,
            shown.get(url, nothing).length,
        )
        for name, url in urls.items()
    }


@pytest.mark.parametrize("name", PAGES)
def test_what_a_server_says_is_understood(name: str, answers: dict[str, tuple[str, str, int]]) -> None:
    """True lengths and types; what is gone is dropped; what nobody can tell of stays, with length 0."""
    assert answers[name] == PAGES[name][1]


@pytest.mark.parametrize("page", [silent, dripping])
def test_who_takes_too_long_is_not_waited_for(page: Page, site: Site) -> None:
    """The time is that of the whole request, not of a single read."""
    site.configure(timeout=0.3)
    assert site.one(page) == ("failed", "image/jpeg", 0)


def test_only_so_much_of_an_image_is_read(site: Site) -> None:
    """Where only counting tells the length, a longer one stays unknown."""
    site.configure(max_bytes=9_999)
    assert site.one(chunked(PNG)) == ("image", "image/png", 0)


def test_a_head_that_tells_everything_is_enough(site: Site) -> None:
    """One request an image, that names who asks."""
    site.one(image())
    (request,) = site.web.requests
    assert request.method == "HEAD"
    assert request.headers["User-Agent"] == f"article-feeds/{VERSION} (+https://feeds.example.org/)"
    assert request.headers["Host"] == f"{HOST}:{site.web.port}"
    assert request.headers["Accept-Encoding"] == "identity"


# -- what feeds make of it -----------------------------------------------------------------------------------


def test_feeds_carry_what_was_learnt(site: Site) -> None:
    """RSS, Atom and Media RSS, as a reader sees them; the lead image of the content goes with it."""
    site.web.pages |= {"/a.jpg": image(), "/b": image(JPEG, "image/jpeg"), "/gone.jpg": missing}
    site.article("a", "/gone.jpg", "/a.jpg", "/b")
    # An enclosure in RSS needs a host that could be anybody's.
    assert site.probe().feeds == 2
    site.project.build()
    rss = feedparser.parse(site.project.public("topics/news.rss").read_bytes()).entries[0]
    assert [(one.href, one.type, one.length) for one in rss.enclosures] == [
        (site.url("/a.jpg"), "image/png", "10000")
    ]
    assert [(one["url"], one["type"], one["filesize"]) for one in rss.media_content] == [
        (site.url("/a.jpg"), "image/png", "10000"),
        (site.url("/b"), "image/jpeg", "5000"),
    ]
    atom = feedparser.parse(site.project.public("topics/news.atom").read_bytes()).entries[0]
    assert [(one.href, one.type, one.length) for one in atom.enclosures] == [
        (site.url("/a.jpg"), "image/png", "10000"),
        (site.url("/b"), "image/jpeg", "5000"),
    ]
    assert b"gone.jpg" not in b"".join(site.project.tree().values())


def test_building_and_serving_ask_nobody(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only `feeds probe` uses the network: no connection is made, and no name looked up."""
    site.web.pages["/b.jpg"] = image()
    site.article("a", "/a.jpg", f"http://127.0.0.1:{site.web.port}/b.jpg")
    attempts: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        attempts.append(arguments)
        raise AssertionError("the network was asked")

    for name in ("socket.socket.connect", "socket.socket.connect_ex", "socket.getaddrinfo"):
        monkeypatch.setattr(name, refuse)
    site.project.build()
    assert b"/a.jpg" in site.project.public("all.atom").read_bytes()
    client = create_app(site.project.config, live=False).test_client()
    for path in ("/all.rss", "/all.atom", "/all.json", "/topics/news/", "/", "/feed.atom?topic=news&q=title"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert b"Title of a" in answer.data, path
        assert b"/a.jpg" in answer.data, path
    assert attempts == []
    assert site.web.requests == []


def test_exactly_the_feeds_that_show_a_changed_image_are_made_anew(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no record is read again."""
    site.configure('[feeds]\nformats = ["rss", "atom"]\nlimit = 2\n')
    site.web.pages |= {"/a": image(), "/b": image(), "/c": plain(500), "/old": image()}
    site.article("a", "/a", topics=["Red"], publishedDateTime="2026-01-05")
    site.article("b", "/b", topics=["Green"], publishedDateTime="2026-01-04")
    site.article("c", "/c", topics=["Blue"], publishedDateTime="2026-01-03")
    site.article("old", "/old", topics=["Grey"], publishedDateTime="2026-01-02")
    site.project.build()
    parsed: list[str] = []
    composed: list[str] = []
    monkeypatch.setattr(parallel, "_may_fork", lambda: False)
    count(monkeypatch, reader, "read", parsed)
    count(monkeypatch, assembly, "feed", composed)
    assert site.probe().feeds == 4
    changes = site.project.build().changes
    assert sorted(composed) == ["all", "topics/green", "topics/grey", "topics/red"]
    assert set(changes.changed) == {
        *(f"/{feed}{suffix}" for feed in composed for suffix in (".rss", ".atom")),
        "/manifest.json",
    }
    composed.clear()
    # Grey's image is in no other feed: the limit leaves it out of "all".
    site.web.pages["/old"] = missing
    assert site.probe(LATER).feeds == 1
    site.project.build(LATER)
    assert composed == ["topics/grey"]
    assert site.probe(LATER, everything=True).feeds == 0
    composed.clear()
    site.project.build(LATER)
    assert composed == []
    assert parsed == []


def test_feeds_follow_whoever_is_stopped_after_learning(site: Site) -> None:
    """What a run learnt before it died without a word is in the next build."""
    site.web.pages["/a"] = image()
    site.article("a", "/a")
    site.project.build()

    def learn(made: build.Synced) -> None:
        made.index.images.learn(site.url("/a"), Learnt("image", "image/png", 77))
        made.index.commit()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        site.project.synced(learn)
    site.project.build()
    assert b'length="77"' in site.project.public("all.rss").read_bytes()


def test_new_articles_show_what_is_known_of_their_images(site: Site) -> None:
    """Another article with the same image needs no further request."""
    site.web.pages["/a"] = image()
    site.article("a", "/a")
    site.probe()
    site.article("b", "/a", topics=["Other"])
    assert [one.length for one in site.enclosures("topics/other")] == [10_000]
    assert site.probe().asked == 0


def test_a_running_server_shows_what_is_learnt(site: Site, serve: Callable[..., Server]) -> None:
    """It need not start again."""
    site.configure(allow_hosts=["127.0.0.1"])
    site.web.pages["/a"] = image()
    site.article("a", f"http://127.0.0.1:{site.web.port}/a")
    server = serve(site.project, "--now", NOW)
    assert b'length="0"' in ask(server, "/all.atom").body
    done = site.project.run("probe", "--now", NOW)
    assert done.returncode == 0, done.stderr
    for _ in range(600):
        if b'length="10000"' in ask(server, "/all.atom").body:
            return
        time.sleep(0.05)
    pytest.fail("the server goes on showing what was known before")


def test_archives_stay_as_they_are(site: Site) -> None:
    """Who has one never asks for it again: it shows images as its records name them."""
    site.configure('[feeds]\nformats = ["atom", "json"]\narchives = true\n')
    site.web.pages |= {"/a": image(), "/gone": missing}
    site.article("a", "/a", "/gone")
    site.project.build()
    archive = "all/archive/2026-01.atom"
    assert archive in site.project.tree()
    site.probe()
    # They need not even be rendered to know that.
    assert site.project.synced(lambda made: made.publication.state(f"/{archive}"))
    assert not site.project.synced(lambda made: made.publication.state("/all.atom"))
    changes = site.project.build().changes
    assert set(changes.changed) == {"/all.atom", "/all.json", "/topics/news.atom", "/topics/news.json"} | {
        "/manifest.json"
    }
    attached = json.loads(site.project.public("all.json").read_bytes())["items"][0]["attachments"]
    assert attached == [
        {"url": site.url("/a"), "mime_type": "image/png", "size_in_bytes": 10_000},
    ]
    # Nor is an article of theirs that changes shown otherwise.
    site.article("a", "/a", "/gone", publishedDateTime="2026-04-02")
    site.article("b", "/a", "/gone", publishedDateTime="2026-01-02T03:04:05Z")
    site.project.build()
    assert b'length="10000"' not in site.project.public(archive).read_bytes()
    assert b"/gone" in site.project.public(archive).read_bytes()


def test_answers_to_questions_show_it_too(site: Site) -> None:
    """Whoever asks for a feed of their own gets the same enclosures."""
    site.web.pages |= {"/a": image(), "/gone": missing}
    site.article("a", "/a", "/gone")
    site.probe()
    answer = create_app(site.project.config, live=False).test_client().get("/feed.rss?topic=news")
    assert b'length="10000"' in answer.data
    assert b"/gone" not in answer.data


def test_what_was_learnt_outlives_changed_records_and_configuration(site: Site) -> None:
    """Reading every record anew costs no request."""
    site.web.pages["/a"] = image()
    site.article("a", "/a")
    site.probe()
    site.article("a", "/a", title="Another title")
    site.configure('[records.fields]\nexcerpt = "summary"\n[feeds]\nlimit = 3\n')
    assert [one.length for one in site.enclosures()] == [10_000]
    assert site.probe().asked == 0


def test_images_of_articles_in_no_feed_are_not_asked_for(site: Site) -> None:
    """Drafts, removed ones and those that are not due yet say nothing to the world."""
    site.article("draft", "/draft", published=False)
    site.article("removed", "/removed", removed=True)
    site.article("later", "/later", publishedDateTime="2030-01-01")
    assert site.probe().images == 0
    assert site.web.requests == []


# -- again, and going on -------------------------------------------------------------------------------------


def test_a_second_run_asks_only_for_what_failed(site: Site) -> None:
    """What is known is known for some days."""
    site.web.pages |= {"/good": image(), "/bad": plain(500)}
    site.article("a", "/good", "/bad", "/gone")
    assert site.probe()[:6] == (3, 3, 1, 1, 1, 0)
    site.web.requests.clear()
    site.web.pages["/bad"] = image(JPEG)
    assert site.probe()[:6] == (3, 1, 1, 0, 0, 0)
    assert {request.path for request in site.web.requests} == {"/bad"}
    assert [one.length for one in site.enclosures()] == [10_000, 5_000]


def test_after_some_days_a_server_is_asked_whether_anything_changed(site: Site) -> None:
    """With the validators it gave; what has not changed is known for as long again."""
    site.configure(recheck_days=10)
    site.web.pages["/a"] = image(ETag='"1"', Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT")
    site.article("a", "/a")
    site.probe("2026-06-01")
    assert site.probe("2026-06-10").asked == 0
    site.web.requests.clear()
    done = site.probe("2026-06-11")
    assert (done.asked, done.found, done.feeds) == (1, 1, 0)
    (request,) = site.web.requests
    assert request.headers["If-None-Match"] == '"1"'
    assert request.headers["If-Modified-Since"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert site.probe("2026-06-20").asked == 0
    site.web.pages["/a"] = image(JPEG, "image/jpeg", ETag='"2"')
    assert site.probe("2026-06-21").feeds == 2
    assert [(one.media_type, one.length) for one in site.enclosures()] == [("image/jpeg", 5_000)]


def test_an_image_that_is_gone_may_come_back(site: Site) -> None:
    """It is asked for again like any other."""
    site.article("a", "/a")
    site.probe()
    assert site.enclosures() == []
    site.web.pages["/a"] = image()
    assert site.probe().asked == 0
    assert site.probe(everything=True).found == 1
    assert [one.length for one in site.enclosures()] == [10_000]


def test_an_image_that_failed_may_turn_out_to_be_gone(site: Site) -> None:
    """Feeds hear of it, although there is neither length nor type in it."""
    site.web.pages["/a"] = plain(500)
    site.article("a", "/a")
    assert site.probe().feeds == 0
    site.project.build()
    site.web.pages["/a"] = missing
    assert site.probe().feeds == 2
    site.project.build()
    assert b"enclosure" not in site.project.public("all.rss").read_bytes()


def test_a_server_that_is_down_makes_nobody_forget(site: Site) -> None:
    """What was known before stays until there is a better answer."""
    site.web.pages["/a"] = image()
    site.article("a", "/a", "/gone")
    site.probe()
    site.web.pages |= {"/a": plain(500), "/gone": plain(500)}
    done = site.probe(LATER)
    assert (done.failed, done.feeds) == (2, 0)
    assert [one.length for one in site.enclosures(now=LATER)] == [10_000]


def test_a_stopped_run_is_gone_on_with(site: Site, tmp_path: Path) -> None:
    """Ctrl-C loses nothing: the answers that came are kept, and nobody is asked for them twice."""
    waiting = threading.Event()

    def wait(handler: Any) -> None:
        waiting.set()
        silent(handler)

    # One at a time, in the order of the feed: the newest first.
    site.configure(allow_hosts=["127.0.0.1"], workers=1, per_host=1)
    for number in range(6):
        path = f"http://127.0.0.1:{site.web.port}/{number}"
        site.article(f"r{number}", path, publishedDateTime=f"2026-01-{20 - number}")
        site.web.pages[f"/{number}"] = image() if number < 4 else wait
    with started(
        [sys.executable, "-m", "feeds", "probe", "--now", NOW, "--format", "json"],
        cwd=site.project.root,
        env=environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert waiting.wait(60)
        os.kill(process.pid, signal.SIGINT)
        said, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert "stopped" in errors
    report = json.loads(said)
    assert (report["asked"], report["left"], report["is_stopped"]) == (4, 2, True)
    for number in (4, 5):
        site.web.pages[f"/{number}"] = image()
    site.web.requests.clear()
    done = site.probe()
    assert (done.images, done.asked, done.found) == (6, 2, 2)
    assert sorted(request.path for request in site.web.requests) == ["/4", "/5"]


def test_others_may_build_while_images_are_asked_for(site: Site) -> None:
    """The index is not locked while nothing is learnt."""
    built = []

    def page(handler: Any) -> None:
        if handler.command == "HEAD":
            built.append(site.project.run("build", "--now", NOW).returncode)
        image()(handler)

    site.web.pages["/a"] = page
    site.article("a", "/a")
    assert site.probe().found == 1
    assert built == [0]


# -- politeness ----------------------------------------------------------------------------------------------


def test_a_host_is_asked_a_little_at_a_time(site: Site) -> None:
    """No more requests at once than [probe] per_host allows, however many images there are."""
    gate = threading.Barrier(2, timeout=30)

    def page(handler: Any) -> None:
        # Two at a time come together here, so it is not by chance that there are no more.
        gate.wait()
        image()(handler)

    for number in range(8):
        site.web.pages[f"/{number}"] = page
        site.article(f"r{number}", f"/{number}")
    assert site.probe().found == 8
    assert site.web.most == 2


def test_a_host_that_others_redirect_to_is_asked_no_faster(site: Site) -> None:
    """What counts is who answers, not who was asked first."""
    gate = threading.Barrier(2, timeout=0.3)
    together = []

    def page(handler: Any) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            together.append(gate.wait())
        image()(handler)

    site.web.pages["/x"] = page
    for number in range(4):
        site.names[f"h{number}.test"] = ["127.0.0.1"]
        site.web.pages[f"/{number}"] = redirect(site.url("/x"))
        site.article(f"r{number}", site.url(f"/{number}", f"h{number}.test"))
    site.configure(per_host=1, allow_hosts=list(site.names))
    assert site.probe().found == 4
    assert together == []


def test_hosts_are_asked_side_by_side_up_to_a_number(site: Site) -> None:
    """[probe] workers bounds all requests together."""
    gate = threading.Barrier(3, timeout=30)

    def page(handler: Any) -> None:
        gate.wait()
        image()(handler)

    hosts = [f"h{number}.test" for number in range(6)]
    site.configure(workers=3, allow_hosts=hosts)
    site.names = {host: ["127.0.0.1"] for host in hosts}
    for host in hosts:
        site.web.pages["/x"] = page
        site.article(host.partition(".")[0], site.url("/x", host))
    assert site.probe().found == 6
    assert site.web.most == 3


def test_there_is_a_pause_between_two_requests_to_one_host() -> None:
    """Counted on the event loop's clock, which here is one that does not really pass."""
    starts: list[float] = []

    class Quick(asyncio.SelectorEventLoop):
        """A loop whose clock jumps to the next thing to do."""

        passed = 0.0

        def time(self) -> float:
            return super().time() + self.passed

        def call_at(self, when: float, *rest: Any, **more: Any) -> asyncio.TimerHandle:
            self.passed += max(when - self.time(), 0)
            return super().call_at(when, *rest, **more)

    async def ask_all(client: Client) -> None:
        async def ask(host: str) -> None:
            async with client._gates[host].passed():
                starts.append(asyncio.get_running_loop().time())

        for host in ("a", "a", "b", "a"):
            await ask(host)

    with asyncio.Runner(loop_factory=Quick) as runner:
        runner.run(ask_all(Client(Limits(8, 2, 5.0, 60), "x", Allowed([]))))
    first, second, other, third = starts
    assert second - first >= 5
    assert other - second < 5
    assert third - second >= 5


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_respected(status: int, site: Site) -> None:
    """A server that wants to be left alone is: in this run, and in the next until the time has come."""
    site.configure(per_host=1)
    for number in range(4):
        site.web.pages[f"/{number}"] = plain(status, Retry_After=7200)
        site.article(f"r{number}", f"/{number}")
    done = site.probe("2026-06-01T12:00:00Z")
    assert (done.asked, done.failed) == (4, 4)
    assert len(site.web.requests) == 1
    assert site.probe("2026-06-01T13:59:59Z").asked == 0
    assert len(site.web.requests) == 1
    assert site.probe("2026-06-01T14:00:00Z").asked == 4
    assert len(site.web.requests) == 2


def test_a_short_retry_after_is_waited_for(site: Site) -> None:
    """In the same run."""
    answers = iter([plain(503, Retry_After=1), image()])

    def page(handler: Any) -> None:
        next(answers)(handler)

    assert site.one(page) == ("image", "image/png", 10_000)


def test_a_date_to_come_back_is_understood(site: Site) -> None:
    """It is compared with the server's own clock, whatever ours says."""

    def page(handler: Any) -> None:
        handler.send_response_only(503)
        handler.send_header("Date", "Fri, 01 Jan 2100 00:00:00 GMT")
        handler.send_header("Retry-After", "Fri, 01 Jan 2100 01:00:00 GMT")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.one(page)
    assert site.probe("2026-06-01T12:59:59Z").asked == 0
    assert site.probe("2026-06-01T13:00:00Z").asked == 1


def test_a_host_that_does_not_work_is_given_up(site: Site) -> None:
    """After some failures in a row; the next run begins with those that were not asked for."""
    site.configure(per_host=1)
    for number in range(8):
        site.web.pages[f"/{number}"] = plain(500)
        site.article(f"r{number}", f"/{number}", publishedDateTime=f"2026-01-{20 - number}")
    done = site.probe()
    assert (done.asked, done.failed, done.left) == (3, 3, 5)
    site.web.requests.clear()
    site.web.pages |= {f"/{number}": image() for number in range(3, 8)}
    done = site.probe()
    assert (done.asked, done.found, done.failed) == (8, 5, 3)


# -- whom it never asks --------------------------------------------------------------------------------------


HOSTS = (
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "127.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "0.0.0.0",
    "169.254.169.254",
    "192.168.0.1",
    "[fe80::1]",
    "%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1",
    "%31%32%37.0.0.1",
)


def test_an_address_that_is_not_public_is_never_asked(site: Site) -> None:
    """Neither in a record nor as the target of a redirect, however it is spelled."""
    site.web.pages["/secret"] = image()
    for number, host in enumerate(HOSTS):
        secret = f"http://{host}:{site.web.port}/secret"
        site.web.pages[f"/{number}"] = redirect(secret)
        site.names[f"h{number}.test"] = ["127.0.0.1"]
        site.article(f"r{number}", site.url(f"/{number}", f"h{number}.test"), secret)
    site.configure(allow_hosts=list(site.names))
    done = site.probe()
    # Some are the same address, and the same URL.
    assert done.refused == done.images > len(HOSTS)
    assert all("no public address" in trouble.reason for trouble in done.troubles)
    assert site.web.asked("/secret") == []
    # The image stays, as one that nothing is known of.
    assert {one.length for one in site.enclosures()} == {0}
    assert len(site.enclosures()) == 2 * len(HOSTS)


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["64:ff9b::a00:1"], ["8.8.8.8", "127.0.0.1"]],
)
def test_a_name_that_leads_to_such_an_address_is_never_asked(addresses: list[str], site: Site) -> None:
    """Not even where only one of its addresses is not public."""
    site.names["evil.test"] = addresses
    site.web.pages["/one"] = redirect("http://evil.test/secret")
    site.article("a", "/one", "http://evil.test/secret")
    done = site.probe()
    assert [trouble.outcome for trouble in done.troubles] == ["refused", "refused"]
    assert "which is no public address" in done.troubles[0].reason
    assert [request.path for request in site.web.requests] == ["/one"]


def test_the_connection_goes_to_the_address_that_was_checked(site: Site) -> None:
    """A name server that answers otherwise the second time is not asked a second time."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])

    async def rebinding(host: str, port: int) -> Sequence[str]:
        return next(answers)

    async def ask() -> int:
        limits = Limits(1, 1, 0, 60)
        async with Client(limits, "x", Allowed([HOST]), rebinding) as client:
            return (await client.ask("GET", site.url("/a"), {})).status

    site.web.pages["/a"] = image()
    assert asyncio.run(ask()) == 200
    assert len(list(answers)) == 2


def test_what_gets_past_every_other_check_is_stopped_at_the_socket() -> None:
    """The last look is at the address that the connection would really go to."""

    async def ask() -> None:
        async with Client(Limits(1, 1, 0, 60), "x", Allowed([])) as client:
            client._guard.check = lambda url: None  # type: ignore[method-assign]
            await client.ask("GET", "http://127.0.0.1:9/", {})

    with pytest.raises(AddressRefused, match=r"127\.0\.0\.1 is no public address"):
        asyncio.run(ask())


def test_other_ports_than_the_usual_ones_have_to_be_allowed(site: Site) -> None:
    """What listens there is seldom meant for the public."""
    site.names["public.test"] = ["8.8.8.8"]
    site.article("a", "http://public.test:25/a", "https://public.test:80/a")
    done = site.probe()
    assert [trouble.outcome for trouble in done.troubles] == ["refused", "refused"]
    assert "port 25 of public.test is not the usual one" in {trouble.reason for trouble in done.troubles}
    assert site.looked_up == []


def test_a_proxy_of_the_environment_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would look up names itself, and ask where we must not."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert site.one(image())[0] == "image"


def test_a_name_that_does_not_exist_fails(site: Site) -> None:
    """It may be back tomorrow."""
    site.article("a", "http://nowhere.test/a.jpg")
    (trouble,) = site.probe().troubles
    assert trouble == ("http://nowhere.test/a.jpg", "failed", "Name or service not known")


def test_tls_names_the_host_of_the_url(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is that which was checked, the name and the certificate are the host's."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    named = []
    context.sni_callback = lambda _socket, name, _context: named.append(name)
    site.web.socket = context.wrap_socket(site.web.socket, server_side=True)
    site.web.pages["/a"] = image()
    site.configure(allow_hosts=[HOST, "other.test"])
    site.names["other.test"] = ["127.0.0.1"]
    secure = site.url("/a").replace("http:", "https:")
    site.article("a", secure, secure.replace(HOST, "other.test"))
    done = site.probe()
    assert done.found == 1
    assert sorted(named) == [HOST, "other.test"]
    assert site.web.requests[0].headers["Host"] == f"{HOST}:{site.web.port}"
    # A certificate for another name is no proof.
    assert [(trouble.outcome, "other.test" in trouble.url) for trouble in done.troubles] == [("failed", True)]


# -- the command ---------------------------------------------------------------------------------------------


def test_the_command_says_what_it_did(site: Site) -> None:
    """One line a trouble, and a summary; what is gone is no failure of the command."""
    site.configure(allow_hosts=["127.0.0.1"])
    site.web.pages["/a.png"] = image()
    address = f"http://127.0.0.1:{site.web.port}"
    site.article("a", f"{address}/a.png", f"{address}/gone")
    done = site.project.run("probe", "--now", NOW)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"gone: {address}/gone: 404 Not Found",
        "2 images in feeds: 2 asked for, 0 known, 0 left for another time",
        "1 found, 1 gone, 0 failed, 0 refused",
        "2 feeds changed; `feeds build` writes them",
    ]
    again = json.loads(site.project.run("probe", "--now", NOW, "--format", "json").stdout)
    assert again["asked"] == 0
    assert again["troubles"] == []
    assert (
        json.loads(site.project.run("probe", "--all", "--now", NOW, "--format", "json").stdout)["asked"] == 2
    )


def test_whoever_asks_nobody_waits_for_no_client(project: Project) -> None:
    """The HTTP client takes a while to import: only commands that ask others load it."""
    script = (
        "import sys; sys.modules['aiohttp'] = None; from feeds.cli import main; "
        "from feeds import application; application.module(); main(['build'])"
    )
    done = run([sys.executable, "-c", script], cwd=project.root, env=environ(), text=True)
    assert done.returncode == 0, done.stderr


# -- how large images are ------------------------------------------------------------------------------------


def test_sizes_are_learnt_where_they_decide_what_is_shown(site: Site) -> None:
    """By one request more for an image; and not for one whose size can never be learnt, or is known."""
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
    small = header + (100).to_bytes(4, "big") + (50).to_bytes(4, "big") + b"." * 9_000
    site.web.pages["/small"] = image(small, ETag='"1"')
    site.web.pages["/drawing"] = image(SVG, "image/svg+xml")
    site.article("one", "/small", "/drawing")
    site.probe()
    assert site.web.asked("/small") == ["HEAD"]
    assert [one.width for one in site.enclosures()] == [0, 0]
    site.configure("[images]\nmin_width = 101\n")
    assert site.probe().asked == 2
    assert site.web.asked("/small") == ["HEAD", "HEAD", "GET"]
    assert site.web.asked("/drawing") == ["HEAD", "HEAD"]
    assert [one.url for one in site.enclosures()] == [site.url("/drawing")]
    assert site.probe().asked == 0
    assert site.probe(LATER).asked == 2
    assert site.web.asked("/small") == ["HEAD", "HEAD", "GET", "HEAD"]
    site.configure("[topics.news.images]\nmin_width = 100\n")
    assert [(one.width, one.height) for one in site.enclosures("topics/news")] == [(100, 50), (0, 0)]


def test_an_image_whose_beginning_does_not_come_is_measured_another_time(site: Site) -> None:
    """And is as long as its server said."""
    page = image()
    site.web.pages["/one"] = lambda handler: (
        page(handler) if handler.command == "HEAD" else handler.answer(500)
    )
    site.configure("[images]\nmin_width = 101\n")
    site.article("one", "/one")
    assert site.probe().found == 1
    assert [one.length for one in site.enclosures()] == [10_000]
    assert site.probe().asked == 1
