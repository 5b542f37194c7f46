"""WebSub: feeds name their hubs, hubs hear of changed feeds, subscribers get the new entries."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from hub import Listener, hub, reader, served
from project import CONFIG, NOW, Project
from test_server import ask

from feeds import FeedsError, parse_config
from feeds.pipeline import build
from feeds.publication.publication import Publication
from feeds.push.websub import Announced, announce
from server import create_app

HUBS = '[websub]\nhubs = ["https://hub.example/", "https://other.example/push?a=b"]\n'
FEEDS = '[feeds]\nformats = ["rss", "atom"]\n'


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def told(project: Project, listener: Listener) -> Iterator[Project]:
    """A project whose hub only listens."""
    with served(listener) as address:
        project.configure(f'{CONFIG}{FEEDS}[websub]\nhubs = ["{address}"]\n')
        yield project


def ping(project: Project) -> Announced:
    return announce(project.config, backoff=0)


def url(path: str) -> str:
    return f"https://feeds.example.org{path}"


def topics(*feeds: str) -> list[str]:
    """Return what hubs hear of these feeds."""
    return sorted(url(f"/{feed}{suffix}") for feed in feeds for suffix in (".rss", ".atom"))


# -- how feeds name their hubs -------------------------------------------------------------------------------


def test_feeds_name_hubs_and_themselves(project: Project) -> None:
    """In RSS and in Atom, each hub once."""
    project.configure(CONFIG + HUBS)
    project.record("a", topics=["KI 東"])
    project.build()
    for suffix in ("rss", "atom"):
        body = project.public(f"topics/ki-東.{suffix}").read_bytes()
        links = [(link.rel, link.href) for link in feedparser.parse(body).feed.links]
        assert [href for rel, href in links if rel == "hub"] == [
            "https://hub.example/",
            "https://other.example/push?a=b",
        ]
        assert [href for rel, href in links if rel == "self"] == [url(f"/topics/ki-%E6%9D%B1.{suffix}")]


def test_json_feeds_name_hubs(project: Project) -> None:
    """As JSON Feed 1.1 has it."""
    project.configure(CONFIG + HUBS)
    project.record("a")
    assert json.loads(project.document("/all.json"))["hubs"] == [
        {"type": "WebSub", "url": "https://hub.example/"},
        {"type": "WebSub", "url": "https://other.example/push?a=b"},
    ]
    project.configure(CONFIG)
    assert "hubs" not in json.loads(project.document("/all.json"))


def test_archives_are_nobody_s_topic(project: Project) -> None:
    """They are the past: neither do they name hubs, nor do hubs hear of them."""
    project.configure(CONFIG + HUBS + '[feeds]\nformats = ["atom"]\narchives = true\n')
    project.record("a", publishedDateTime="2026-01-02")
    project.record("b", publishedDateTime="2026-03-02")
    project.build()
    archived = [name for name in project.tree() if "/archive/" in name or name.startswith("all/")]
    assert archived
    for name in archived:
        assert b'rel="hub"' not in project.public(name).read_bytes()
    with served(create_app(project.config, live=False)) as address:
        assert ask(address, f"/{archived[0]}").headers["Link"] is None
    waiting = project.synced(lambda made: made.index.announcements.waiting())
    assert {one.path for one in waiting} == {"/all.atom", "/topics/news.atom"}


def test_without_hubs_nothing_is_said_of_them(project: Project) -> None:
    """Neither in feeds nor in fields."""
    project.record("a")
    project.build()
    assert not re.search(rb"hub[\"s]", b"".join(project.tree().values()))
    with served(create_app(project.config, live=False)) as address:
        assert ask(address, "/all.rss").headers["Link"] is None


def test_a_hub_in_rss_is_an_atom_link(project: Project) -> None:
    """As the specification of WebSub asks for XML."""
    project.configure(CONFIG + HUBS)
    project.record("a")
    project.build()
    channel = ElementTree.fromstring(project.public("all.rss").read_bytes())[0]
    links = channel.findall("{http://www.w3.org/2005/Atom}link")
    assert sorted(link.get("rel", "") for link in links) == ["hub", "hub", "self"]
    assert channel.findtext("link") == "https://feeds.example.org/"


def test_the_server_sends_the_links_as_fields(project: Project) -> None:
    """For feeds, in every coding, and not for what nobody subscribes to."""
    project.configure(CONFIG + HUBS)
    project.record("a")
    expected = (
        '<https://hub.example/>; rel="hub", <https://other.example/push?a=b>; rel="hub", '
        '<https://feeds.example.org/all.rss>; rel="self"'
    )
    with served(create_app(project.config, live=False)) as address:
        for coding in ("identity", "gzip", "br"):
            assert ask(address, "/all.rss", Accept_Encoding=coding).headers.get_all("Link") == [expected]
        assert ask(address, "/all.rss", "HEAD").headers["Link"] == expected
        for path in ("/", "/manifest.json", "/assets/style.css", "/topics/news/"):
            assert ask(address, path).headers["Link"] is None, path


def test_files_for_hosts_have_the_links_too(project: Project) -> None:
    """A rule a feed, because each has another address."""
    project.configure(CONFIG + FEEDS + HUBS + '[export]\nfiles = ["_headers", "nginx.conf"]\n')
    project.record("a", topics=["KI 東"])
    project.build()
    text = project.public("_headers").read_text()
    rule = re.search(r"^/topics/ki-%E6%9D%B1\.atom\n  Link: (.*)$", text, re.M)
    assert rule
    assert rule[1].endswith('<https://feeds.example.org/topics/ki-%E6%9D%B1.atom>; rel="self"')
    assert text.count("  Link: ") == 4
    assert project.public("nginx.conf").read_text().count("add_header Link ") == 4


def test_answers_to_questions_name_no_hub(project: Project) -> None:
    """No hub would ever hear of them."""
    project.configure(CONFIG + HUBS)
    project.record("a")
    answer = create_app(project.config, live=False).test_client().get("/feed.rss?topic=news")
    assert answer.status_code == 200
    assert b'rel="hub"' not in answer.data
    assert "Link" not in answer.headers


def test_another_hub_changes_every_feed(project: Project) -> None:
    """Subscribers have to learn of it."""
    project.configure(CONFIG + FEEDS)
    project.record("a")
    project.build()
    project.configure(CONFIG + FEEDS + HUBS)
    changed = set(project.build().changes.changed)
    assert changed == {"/all.rss", "/all.atom", "/topics/news.rss", "/topics/news.atom", "/manifest.json"}


# -- what hubs hear ------------------------------------------------------------------------------------------


def test_only_changed_feeds_are_announced(told: Project, listener: Listener) -> None:
    """Each in each format, once; pages and lists are nobody's topic."""
    told.record("a", topics=["Red"])
    told.record("b", topics=["Blue"])
    told.build()
    assert listener.told == []
    ping(told)
    assert listener.topics() == topics("all", "topics/red", "topics/blue")
    listener.told.clear()
    told.build()
    assert ping(told) == Announced([], [], [])
    told.record("a", topics=["Red"], title="Another")
    told.build()
    done = ping(told)
    assert listener.topics() == topics("all", "topics/red")
    assert len(done.sent) == 4
    listener.told.clear()
    ping(told)
    assert listener.told == []


def test_the_form_is_what_hubs_understand(told: Project, listener: Listener) -> None:
    """The address under both names that hubs know it by."""
    told.record("a")
    told.build()
    ping(told)
    form = next(form for form in listener.told if form["hub.url"].endswith("/all.rss"))
    assert form == {"hub.mode": "publish", "hub.url": url("/all.rss"), "hub.topic": url("/all.rss")}


def test_a_build_asks_nobody_unless_told_to(told: Project, listener: Listener) -> None:
    """`announce = "auto"` has the build announce at its end; the report says so."""
    told.record("a")
    assert "announced" not in told.run("build", "--now", NOW).stdout
    assert listener.told == []
    told.configure((told.root / "config.toml").read_text() + 'announce = "auto"\n')
    done = told.run("build", "--now", NOW)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^http://127\.0\.0\.1:\d+/: 4 feeds announced$", done.stdout, re.M)
    assert len(listener.told) == 4
    report = json.loads(told.run("build", "--now", NOW, "--format", "json").stdout)
    assert report["announced"] == {"sent": [], "failed": [], "left": []}


def test_a_hub_that_is_away_makes_no_build_fail(told: Project, listener: Listener) -> None:
    """What it was not told waits, and is made up for."""
    told.configure((told.root / "config.toml").read_text() + 'announce = "auto"\n')
    told.record("a")
    listener.answers = [("400 Bad Request", [], b"not today\n")] * 4
    done = told.run("build", "--now", NOW)
    assert done.returncode == 0
    assert "/all.atom: 400 Bad Request: not today" in done.stderr
    listener.told.clear()
    listener.answers.clear()
    again = told.run("ping")
    assert again.returncode == 0, again.stderr
    assert len(listener.told) == 4


@pytest.mark.parametrize(
    "status", ["500 Internal Server Error", "503 Unavailable", "429 Too Many", "408 Late"]
)
def test_what_may_pass_is_tried_again(status: str, told: Project, listener: Listener) -> None:
    """Three times in one run."""
    told.record("a")
    told.build()
    listener.answers = [(status, [], b""), (status, [("Retry-After", "0")], b"")]
    assert len(ping(told).sent) == 4
    assert len(listener.told) == 6


@pytest.mark.parametrize(
    "answer", [("400 Bad Request", []), ("302 Found", [("Location", "/x")]), ("404 No", [])]
)
def test_what_will_not_pass_is_not(answer: tuple[str, Any], told: Project, listener: Listener) -> None:
    """The next run tries again, because somebody may have put it right."""
    told.record("a")
    told.build()
    listener.answers = [(*answer, b"")]
    done = ping(told)
    assert (len(done.sent), len(done.failed), len(listener.told)) == (3, 1, 4)
    assert done.failed[0][2] == answer[0]
    assert ping(told).sent == [done.failed[0][:2]]


def test_a_hub_that_wants_to_be_left_alone_for_long_is(told: Project, listener: Listener) -> None:
    """Nobody waits for an hour."""
    told.record("a")
    told.build()
    listener.answers = [("503 Unavailable", [("Retry-After", "3600")], b"")] * 9
    done = ping(told)
    assert (len(done.failed), len(done.left), len(listener.told)) == (3, 1, 3)


def test_a_hub_that_does_not_answer_is_given_up(project: Project, listener: Listener) -> None:
    """The others hear all the same."""
    with served(listener) as address:
        hubs = f'[websub]\nhubs = ["http://127.0.0.1:9/", "{address}"]\n'
        project.configure(CONFIG + FEEDS + hubs)
        project.record("a", topics=["Red", "Blue"])
        project.build()
        done = ping(project)
    assert len(done.sent) == len(listener.told) == 6
    assert (len(done.failed), len(done.left)) == (3, 3)
    assert [counts for _, *counts in done.by_hub()] == [[6, 0, 0], [0, 3, 3]]
    assert "127.0.0.1" in done.failed[0][0]
    with served(listener) as address:
        project.configure(CONFIG + FEEDS + f'[websub]\nhubs = ["{address}"]\n')
        # What waited for hubs that are no more waits no longer.
        project.build()
        listener.told.clear()
        ping(project)
        assert len(listener.told) == 6


def test_a_feed_that_changes_while_it_is_announced_is_announced_again(
    told: Project, listener: Listener
) -> None:
    """The hub may have fetched it before."""
    told.record("a")
    told.build()

    def change() -> None:
        listener.on_request = lambda: None
        told.record("a", title="Another")
        told.build()

    listener.on_request = change
    ping(told)
    listener.told.clear()
    ping(told)
    assert listener.topics() == topics("all", "topics/news")


def test_a_feed_that_is_gone_is_not_announced(told: Project, listener: Listener) -> None:
    """A hub would find nothing there."""
    told.record("a", topics=["Red"])
    told.build()
    told.record("a", topics=["Blue"])
    told.build()
    ping(told)
    assert not any("red" in topic for topic in listener.topics())


def test_whoever_publishes_without_a_build_can_announce(told: Project, listener: Listener) -> None:
    """The server notes what changed, and tells the hubs afterwards."""
    told.record("a", topics=["Red"])

    def note(publication: Publication) -> None:
        publication.announce_later(["/topics/red.rss", "/topics/red/", "/manifest.json"])

    build.published(told.config, [], build.clock(NOW), note)
    ping(told)
    assert listener.topics() == [url("/topics/red.rss")]


def test_the_command_reports_and_can_announce_everything(told: Project, listener: Listener) -> None:
    """It exits 1 if a hub was not told."""
    told.record("a")
    told.build()
    done = told.run("ping")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/: 4 feeds announced\n", done.stdout)
    assert told.run("ping").stdout == "no feed changed since the hubs were last told\n"
    report = json.loads(told.run("ping", "--all", "--format", "json").stdout)
    assert sorted(one["path"] for one in report["sent"]) == [
        "/all.atom",
        "/all.rss",
        "/topics/news.atom",
        "/topics/news.rss",
    ]
    listener.answers = [("403 Forbidden", [], b"<html>no")] * 2
    done = told.run("ping", "--all")
    assert done.returncode == 1
    assert "/all.atom: 403 Forbidden\n" in done.stderr
    assert "2 feeds announced; 2 not, and `feeds ping` tries again" in done.stdout


def test_without_hubs_there_is_nobody_to_tell(project: Project) -> None:
    """Which is said, instead of doing nothing in silence."""
    with pytest.raises(FeedsError, match=r"\[websub\] hubs is empty"):
        announce(project.config)
    project.record("a")
    project.build()
    assert project.run("ping").returncode == 1


def test_hubs_are_checked_and_named_once() -> None:
    """As other addresses are."""
    config = parse_config('[websub]\nhubs = ["HTTPS://Hub.example", "https://hub.example/"]')
    assert config.websub.hubs == ("https://hub.example/",)


# -- from a record to a subscriber ---------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_new_record_reaches_a_subscriber(project: Project, tmp_path: Path) -> None:
    """Record on disk, build, ping; the hub fetches the feed, and sends it to who subscribed to it."""
    apps: list[Callable[..., Any]] = []

    def current(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        return apps[-1](environ, start_response)

    with hub(tmp_path) as hub_url, reader(tmp_path) as subscriber, served(current) as address:
        config = CONFIG.replace("https://feeds.example.org", address)
        project.configure(f'{config}[websub]\nhubs = ["{hub_url}"]\n')
        project.record("old", topics=["Red"])
        project.record("other", topics=["Blue"])
        project.build()
        apps.append(create_app(project.config, live=False))
        assert project.run("ping").returncode == 0
        subscriber.subscribe(f"{address}/topics/red.atom")

        project.record("new", topics=["Red"], title="Something new", publishedDateTime="2026-05-05")
        project.build()
        apps.append(create_app(project.config, live=False))
        done = project.run("ping")
        assert done.returncode == 0, done.stderr

        topic, body = subscriber.received.get(timeout=60)
        assert topic == f"{address}/topics/red.atom"
        assert [entry.title for entry in feedparser.parse(body).entries] == ["Something new", "Title of old"]

        # A feed that nobody changed is news to nobody.
        project.record("other", topics=["Blue"], title="Another")
        project.build()
        apps.append(create_app(project.config, live=False))
        assert project.run("ping").returncode == 0
    assert subscriber.received.empty()
