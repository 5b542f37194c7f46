"""The whole history as Atom archive documents (RFC 5005 section 4), and the client that follows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import feedparser
import pytest
from conftest import Server
from feedlint import complaints
from generated import examples
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from project import CONFIG, NOW, ROOT, Project

from feeds import ConfigError, parse_config
from feeds.model.months import before, bounds, month_of
from feeds.pipeline.build import Synced
from feeds.publication import archives
from server import create_app

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://feeds.example.org"
SITE = CONFIG + "[feeds]\narchives = true\nlimit = 3\n"
Get = Callable[[str], bytes]
Entries = dict[str, Any]
"""Entries by id, as feedparser gives them."""


@pytest.fixture
def site(make_project: Callable[..., Project]) -> Project:
    """A project that publishes archives and shows three entries a feed."""
    return make_project(SITE)


def follow(get: Get, address: str, known: set[str] | None = None) -> tuple[Entries, list[str]]:
    """Do what RFC 5005 section 4.2 asks of a client: the entries by id, and the archives that were fetched.

    Archives that are known already are not asked for again.
    """
    entries: Entries = {}
    fetched: list[str] = []
    document = feedparser.parse(get(address))
    while True:
        assert not document.bozo, document.get("bozo_exception")
        for entry in document.entries:
            # Documents come newest first: of two of one time, that of the newer document counts.
            if entry.id not in entries or entry.updated_parsed > entries[entry.id].updated_parsed:
                entries[entry.id] = entry
        links = {link.rel: link.href for link in document.feed.links}
        if fetched:
            assert links["self"] == fetched[-1]
            assert links["current"] == address
        address_of_previous = links.get("prev-archive")
        if address_of_previous is None or address_of_previous in (known or ()):
            return entries, fetched
        assert address_of_previous not in fetched
        fetched.append(address_of_previous)
        document = feedparser.parse(get(address_of_previous))


def exported(project: Project) -> Get:
    """Return how to get an address from the static site."""

    def get(address: str) -> bytes:
        assert address.startswith(f"{BASE}/")
        return project.public(unquote(address.removeprefix(f"{BASE}/"))).read_bytes()

    return get


def served(address: str) -> Get:
    """Return how to get an address from a server."""

    def get(url: str) -> bytes:
        with closing(HTTPConnection(urlsplit(address).netloc, timeout=30)) as connection:
            connection.request("GET", urlsplit(url).path)
            answer = connection.getresponse()
            assert answer.status == 200, url
            assert answer.headers["Content-Type"].startswith("application/atom+xml")
            return answer.read()

    return get


def selected(project: Project, now: str = NOW) -> dict[str, list[str]]:
    """Return the ids of all articles of each feed, newest first, as the index has them."""

    def read(made: Any) -> dict[str, list[str]]:
        keys = ["all", *(f"topics/{key}" for key in made.publication.topics)]
        instant = int(datetime.fromisoformat(now).timestamp())
        return {key: [a.id for a in made.index.members.newest(key, "all", instant, None)] for key in keys}

    return project.synced(read, now)


def months(project: Project, feed: str = "all") -> dict[str, list[str]]:
    """Return the ids in each archive document of the export, by month."""
    found = {}
    for file in sorted(project.public(f"{feed}/archive").glob("*.atom")):
        root = etree.fromstring(file.read_bytes())
        found[file.stem] = [node.text for node in root.iterfind(f"{ATOM}entry/{ATOM}id")]
    return found


def archive_files(project: Project) -> dict[str, bytes]:
    """Return every archive document of the export."""
    return {name: body for name, body in project.tree().items() if "/archive/" in name}


def _history(project: Project) -> None:
    """Write articles of 2025: two in January, none in February and March, one in April, four in May."""
    for number, date in enumerate(
        ("01-01", "01-31T23:59:59Z", "04-15", "05-01T00:00:00Z", "05-02", "05-03", "05-04")
    ):
        project.record(f"r{number}", publishedDateTime=f"2025-{date}", topics=["News", f"T{number % 2}"])


# -- the client ---------------------------------------------------------------------------------------------


def test_a_client_that_follows_the_export_has_every_article_and_only_those(site: Project) -> None:
    """Of everything and of each topic, each article as the feed shows it."""
    _history(site)
    site.record("hidden", published=False, publishedDateTime="2025-04-01")
    site.record("removed", removed=True, publishedDateTime="2025-04-02")
    site.record("due", publishedDateTime="2099-01-01")
    site.build(NOW)
    for feed, ids in selected(site).items():
        entries, fetched = follow(exported(site), f"{BASE}/{feed}.atom")
        assert set(entries) == set(ids), feed
        assert fetched or not ids
    assert len(selected(site)["all"]) == 7


def test_a_client_that_follows_the_server_has_the_same(site: Project, serve: Callable[..., Server]) -> None:
    """The server hands out what the export wrote, archives included."""
    _history(site)
    site.build(NOW)
    get = served(serve(site, "--now", NOW).address)
    for feed, ids in selected(site).items():
        entries, fetched = follow(get, f"{BASE}/{feed}.atom")
        assert set(entries) == set(ids), feed
        for address in fetched:
            assert get(address) == exported(site)(address)


def test_a_client_gets_each_article_as_it_is_now(site: Project) -> None:
    """What changed in an old month is changed there; what is gone is gone."""
    _history(site)
    site.build(NOW)
    site.record("r0", publishedDateTime="2025-01-01", title="Corrected", topics=["News"])
    (site.root / "records/r1.md").unlink()
    site.build(NOW)
    entries, _ = follow(exported(site), f"{BASE}/all.atom")
    assert entries["https://example.com/r0"].title == "Corrected"
    assert "https://example.com/r1" not in entries
    assert len(entries) == 6


def test_a_client_that_knows_the_archives_misses_nothing_that_is_new(site: Project) -> None:
    """It asks for archives that it does not know, and stops at the first that it does (section 4.1)."""
    known: set[str] = set()
    seen: set[str] = set()
    for number in range(40):
        # Three a month at most: the subscription document has all of the newest month.
        month, day = divmod(number, 3)
        date = f"{2025 + month // 12}-{month % 12 + 1:02}-{day + 1:02}"
        site.record(f"r{number}", publishedDateTime=date)
        site.build("2029-01-01")
        if number % 7 == 0:
            entries, fetched = follow(exported(site), f"{BASE}/all.atom", known)
            seen |= set(entries)
            known |= set(fetched)
            assert len(seen) == number + 1
    _, everything = follow(exported(site), f"{BASE}/all.atom")
    assert known < set(everything)


# -- what is in a document ----------------------------------------------------------------------------------


def test_a_document_has_the_articles_of_one_month_in_utc(site: Project) -> None:
    """By publication; as many as there are, whatever the limit of the feed."""
    _history(site)
    site.record("east", publishedDateTime="2025-05-01T00:30:00+02:00")
    site.build(NOW)
    found = months(site)
    assert {month: len(ids) for month, ids in found.items() if ids} == {
        "2025-01": 2,
        "2025-04": 2,
        "2025-05": 4,
    }
    assert "https://example.com/east" in found["2025-04"]
    assert found["2025-05"] == [f"https://example.com/r{number}" for number in (6, 5, 4, 3)]


def test_a_document_says_what_it_is(site: Project) -> None:
    """An archive of the same feed, where it stands, and where the newest entries are."""
    _history(site)
    site.build(NOW)
    archive = etree.fromstring(site.public("topics/t1/archive/2025-05.atom").read_bytes())
    feed = etree.fromstring(site.public("topics/t1.atom").read_bytes())
    assert archive.find("{http://purl.org/syndication/history/1.0}archive") is not None
    assert feed.find("{http://purl.org/syndication/history/1.0}archive") is None
    for name in ("id", "title", "subtitle"):
        assert archive.findtext(f"{ATOM}{name}") == feed.findtext(f"{ATOM}{name}")
    assert {link.get("rel"): link.get("href") for link in archive.iterfind(f"{ATOM}link")} == {
        "self": f"{BASE}/topics/t1/archive/2025-05.atom",
        "alternate": f"{BASE}/topics/t1/",
        "current": f"{BASE}/topics/t1.atom",
        "prev-archive": f"{BASE}/topics/t1/archive/2025-04.atom",
    }
    assert archive.findtext(f"{ATOM}updated") == "2025-05-03T00:00:00+00:00"
    for name in ("all/archive/2025-05.atom", "topics/t1/archive/2025-05.atom", "topics/t1.atom"):
        file = site.public(name)
        style = re.search(
            r'<\?xml-stylesheet type="text/css" href="([^"]+)"', file.read_text(encoding="utf-8")
        )
        assert style is not None
        assert (file.parent / style[1]).is_file()


def test_the_feed_leads_to_the_month_that_it_does_not_have_all_of(site: Project) -> None:
    """The newest month grows: where the feed has all of it, clients need not keep an unfinished archive."""

    def leads_to(feed: str) -> str:
        root = etree.fromstring(site.public(f"{feed}.atom").read_bytes())
        links = [
            link.get("href") for link in root.iterfind(f"{ATOM}link") if link.get("rel") == "prev-archive"
        ]
        assert len(links) <= 1
        return str(links[0]).rpartition("/")[2] if links else ""

    _history(site)
    site.build(NOW)
    assert leads_to("all") == "2025-05.atom"
    assert leads_to("topics/t0") == "2025-04.atom"
    site.record("new", publishedDateTime="2025-06-01", topics=["T0"])
    site.build(NOW)
    assert leads_to("all") == leads_to("topics/t0") == "2025-05.atom"


def test_a_named_feed_has_its_history_by_its_own_limit(make_project: Callable[..., Project]) -> None:
    """As every feed."""
    named = '[[feeds]]\nname = "best"\nmin_quality = 5\nlimit = 1\n'
    project = make_project(CONFIG + "[defaults]\narchives = true\n" + named)
    for number in range(9):
        project.record(f"r{number}", quality=number, publishedDateTime=f"2025-0{1 + number % 2}-02")
    project.build(NOW)
    entries, fetched = follow(exported(project), f"{BASE}/feeds/best.atom")
    assert set(entries) == {f"https://example.com/r{number}" for number in range(5, 9)}
    assert fetched[0] == f"{BASE}/feeds/best/archive/2025-02.atom"


def test_a_feed_without_articles_has_no_history(make_project: Callable[..., Project]) -> None:
    """And leads nowhere."""
    project = make_project(SITE + "[topics.soon]\n")
    project.build(NOW)
    assert archive_files(project) == {}
    assert b"archive" not in project.public("topics/soon.atom").read_bytes()


def test_archives_are_made_where_they_are_asked_for(make_project: Callable[..., Project]) -> None:
    """They are many, so that they are not the default; without them no feed leads to one."""
    project = make_project(CONFIG)
    _history(project)
    project.build(NOW)
    assert archive_files(project) == {}
    assert b"archive" not in b"".join(project.tree().values())
    project.configure(SITE)
    assert project.build(NOW).report.read == 0
    assert len(archive_files(project)) > 10
    project.configure(CONFIG)
    project.build(NOW)
    assert archive_files(project) == {}
    assert not project.public("all").exists()


def test_what_changes_while_there_are_no_archives_is_in_them_afterwards(
    make_project: Callable[..., Project],
) -> None:
    """Nothing that is remembered of them is believed for longer than it is true."""
    project = make_project(SITE)
    _history(project)
    project.build(NOW)
    project.configure(CONFIG)
    project.record("r0", publishedDateTime="2025-01-01", title="Changed")
    project.build(NOW)
    project.configure(SITE)
    project.build(NOW)
    assert b"Changed" in project.public("all/archive/2025-01.atom").read_bytes()


def test_archives_need_atom() -> None:
    """The error names the line."""
    with pytest.raises(ConfigError) as caught:
        parse_config('[feeds]\nformats = ["rss"]\narchives = true\n')
    assert (caught.value.line, caught.value.key) == (3, "feeds.archives")
    assert 'needs "atom"' in caught.value.reason


def test_every_document_of_the_seeds_is_without_fault(make_project: Callable[..., Project]) -> None:
    """What a validator accepts, stepping stones included."""
    source = (
        (ROOT / "config.toml").read_text(encoding="utf-8").replace("limit = 50", "limit = 3\narchives = true")
    )
    project = make_project(source.replace('paths = ["seeds"]', f'paths = ["{(ROOT / "seeds").as_posix()}"]'))
    project.build("2026-11-20")
    files = archive_files(project)
    assert len(files) > 100
    assert {name: found for name, body in files.items() if (found := complaints(body))} == {}
    for feed, ids in selected(project, "2026-11-20T00:00:00Z").items():
        get = exported(project)

        def local(address: str, get: Get = get) -> bytes:
            return get(address.replace("http://127.0.0.1:8000", BASE))

        assert set(follow(local, f"http://127.0.0.1:8000/{feed}.atom")[0]) == set(ids)


# -- what changes, and when ---------------------------------------------------------------------------------


def _changed(project: Project, now: str = NOW) -> set[str]:
    """Build again; return the archive documents of everything that were added, changed or removed."""
    before = archive_files(project)
    project.build(now)
    after = archive_files(project)
    assert before
    return {
        name.removeprefix("all/archive/").removesuffix(".atom")
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name) and name.startswith("all/")
    }


def test_a_month_changes_with_its_own_articles_only(site: Project) -> None:
    """A change, an addition and a removal in the middle of history."""
    _history(site)
    site.build(NOW)
    assert _changed(site) == set()
    site.record("r0", publishedDateTime="2025-01-01", title="Corrected")
    assert _changed(site) == {"2025-01"}
    site.record("r8", publishedDateTime="2025-04-20")
    assert _changed(site) == {"2025-04"}
    (site.root / "records/r8.md").unlink()
    assert _changed(site) == {"2025-04"}
    site.record("r9", publishedDateTime="2025-06-01")
    assert _changed(site) == {"2025-06"}


def test_a_month_between_others_changes_only_what_leads_over_it(site: Project) -> None:
    """No document with articles changes because another appears or vanishes."""
    _history(site)
    site.build(NOW)
    # March is the empty document that leads from April over the gap.
    assert months(site)["2025-03"] == []
    site.record("february", publishedDateTime="2025-02-02")
    assert _changed(site) == {"2025-02", "2025-03"}
    site.record("oldest", publishedDateTime="2020-02-02")
    assert _changed(site) == {"2020-01", "2020-02", "2024-12"}
    (site.root / "records/oldest.md").unlink()
    (site.root / "records/february.md").unlink()
    assert _changed(site) == {"2020-01", "2020-02", "2024-12", "2025-02", "2025-03"}
    assert list(months(site)) == ["2024-12", "2025-01", "2025-03", "2025-04", "2025-05"]


def test_only_the_documents_of_a_change_are_made(site: Project) -> None:
    """Work follows the change: all others are known to be as they were."""
    _history(site)
    site.build(NOW)
    site.record("r0", publishedDateTime="2025-01-01", topics=["T0"], title="Corrected")
    made = site.synced(
        lambda made: [path for path in made.publication.paths if made.publication.state(path) is None], NOW
    )
    assert sorted(path for path in made if "/archive/" in path) == [
        "/all/archive/2025-01.atom",
        "/topics/news/archive/2025-01.atom",
        "/topics/t0/archive/2025-01.atom",
    ]


def test_what_becomes_due_opens_its_month(site: Project) -> None:
    """By itself; until then nothing tells of it."""
    _history(site)
    site.record("due", publishedDateTime="2027-03-03T12:00:00Z")
    site.build("2027-03-03T11:59:59Z")
    assert "2027-03" not in months(site)
    assert _changed(site, "2027-03-03T12:00:00Z") == {"2027-02", "2027-03"}
    assert months(site)["2027-03"] == ["https://example.com/due"]


def test_what_is_too_old_leaves_its_month(make_project: Callable[..., Project]) -> None:
    """And the month goes with its last article."""
    project = make_project(SITE + "[select]\nmax_age_days = 30\n")
    project.record("a", publishedDateTime="2025-01-30")
    project.record("b", publishedDateTime="2025-01-31")
    project.record("c", publishedDateTime="2025-02-20")
    project.build("2025-02-28")
    assert [len(ids) for ids in months(project).values()] == [0, 2, 1]
    assert _changed(project, "2025-03-01T00:00:00Z") == {"2025-01"}
    assert _changed(project, "2025-03-02T00:00:00Z") == {"2024-12", "2025-01"}
    assert list(months(project)) == ["2025-01", "2025-02"]


def test_a_twin_of_another_month_that_becomes_due_takes_the_article_with_it(site: Project) -> None:
    """Duplicates appear once: where the better one is."""
    _history(site)
    address = "https://example.com/twice"
    site.record("one", originalUrl=address, publishedDateTime="2025-01-10")
    site.record("two", originalUrl=address, publishedDateTime="2027-03-03", topics=["New"])
    site.build(NOW)
    assert address in months(site)["2025-01"]
    assert _changed(site, "2027-03-03T00:00:00Z") == {"2025-01", "2027-02", "2027-03"}
    assert address not in months(site)["2025-01"]
    assert months(site)["2027-03"] == [address]
    (site.root / "records/two.md").unlink()
    assert _changed(site, "2027-03-03T00:00:00Z") == {"2025-01", "2027-02", "2027-03"}
    assert address in months(site)["2025-01"]


def test_a_month_that_opens_is_served_without_a_restart(site: Project) -> None:
    """The feed leads to a document that was not there when the server started."""
    _history(site)
    due = "2027-03-03T00:00:00Z"
    for number in range(4):
        site.record(f"due{number}", publishedDateTime=due)
    instant = [int(datetime.fromisoformat(due).timestamp()) - 1]
    client = create_app(site.root / "config.toml", lambda: instant[0]).test_client()

    def get(address: str) -> bytes:
        answer = client.get(address.removeprefix(BASE))
        assert answer.status_code == 200, address
        return answer.data

    before, _ = follow(get, f"{BASE}/all.atom")
    assert len(before) == 7
    instant[0] += 1
    entries, fetched = follow(get, f"{BASE}/all.atom")
    assert len(entries) == 11
    assert fetched[0] == f"{BASE}/all/archive/2027-03.atom"


def test_a_publication_at_another_instant_has_the_months_of_that_instant(site: Project) -> None:
    """From the very second on; until then, what is known is not worked out again."""
    _history(site)
    due = int(datetime(2027, 3, 3, tzinfo=UTC).timestamp())
    for number in range(4):
        site.record(f"due{number}", publishedDateTime="2027-03-03T00:00:00Z")

    def paths_at(made: Synced) -> list[set[str]]:
        publication = made.publication
        assert publication.paths_until == due
        return [set(publication.at(made.index, now).paths) for now in (due - 2, due - 1, due, due + 1)]

    early, before, then, after = site.synced(paths_at, "2027-03-02T00:00:00Z")
    assert early == before
    assert then == after
    # What is new takes the older articles' places in the feed.
    opened = {
        f"/{feed}/archive/2027-{month}.atom" for feed in ("all", "topics/news") for month in ("02", "03")
    }
    assert then - before == opened


def test_old_names_of_a_topic_lead_to_its_archives(make_project: Callable[..., Project]) -> None:
    """Whoever has the address of an archive of a topic that was renamed finds it."""
    project = make_project(SITE + '[topics.news]\naliases = ["old"]\n')
    _history(project)
    client = create_app(project.root / "config.toml", lambda: 1_800_000_000).test_client()
    old = "/topics/old/archive/2025-01.atom"
    answer = client.get(old)
    assert answer.status_code == 301
    assert urljoin(old, answer.headers["Location"]) == "/topics/news/archive/2025-01.atom"
    assert client.get("/topics/news/archive/2025-01.atom").status_code == 200
    assert client.get("/topics/old/archive/2025-02.atom").status_code == 404


# -- for any history ----------------------------------------------------------------------------------------

MONTHS = st.sets(
    st.tuples(st.integers(1990, 1994), st.integers(1, 12)).map(lambda pair: f"{pair[0]}-{pair[1]:02}")
)


@given(MONTHS)
def test_the_chain_leads_through_every_month(present: set[str]) -> None:
    """From the newest to the oldest, over gaps by one empty document each."""
    places = archives.chain(present)
    assert set(places) >= present
    assert len(places) <= 2 * len(present)
    walked, month = [], archives.entrance(dict.fromkeys(present, 1), 0)
    while month:
        walked.append(month)
        month = places[month].previous
    assert walked == sorted(places, reverse=True)
    for place in places.values():
        assert place.following in ("", *places)
        assert before(place.following) == place.month if place.following else place.month in present


@given(MONTHS, MONTHS)
def test_the_links_of_a_month_with_articles_are_its_own(one: set[str], other: set[str]) -> None:
    """Whatever else there is."""
    places, others = archives.chain(one), archives.chain(other)
    assert all(places[month] == others[month] for month in one & other)


@given(MONTHS.filter(bool), st.integers(1, 3))
def test_the_chain_begins_with_what_the_feed_lacks(present: set[str], limit: int) -> None:
    """The newest month, or the one before, which is always there."""
    counts = {month: 1 + number % 4 for number, month in enumerate(sorted(present))}
    entrance, newest = archives.entrance(counts, limit), max(present)
    assert entrance in archives.chain(present)
    assert entrance == (newest if counts[newest] > limit else before(newest))


@given(st.integers(631_152_000, 253_402_300_799))
def test_a_month_has_the_instants_that_are_in_it(instant: int) -> None:
    """Until the year 9999."""
    month = month_of(instant)
    assert month == f"{datetime.fromtimestamp(instant, UTC):%Y-%m}"
    if month != "9999-12":
        first, after = bounds(month)
        assert first <= instant < after
        assert month_of(first) == month != month_of(after)


STEPS = st.lists(
    st.fixed_dictionaries(
        {
            "record": st.integers(0, 5),
            "id": st.integers(0, 3),
            "month": st.integers(1, 6),
            "topic": st.sampled_from("AB"),
            "kind": st.sampled_from(["write", "write", "write", "delete", "hide", "wait"]),
        }
    ),
    min_size=2,
    max_size=7,
)


@examples(10)
@given(STEPS)
def test_whatever_happens_a_client_has_what_is_selected(
    tmp_path_factory: pytest.TempPathFactory, steps: list[dict[str, Any]]
) -> None:
    """All articles and only those; no month touched in vain; the same bytes as from a first build."""
    project = Project(tmp_path_factory.mktemp("history") / "project", SITE.replace("limit = 3", "limit = 1"))
    written: dict[str, dict[str, Any]] = {}
    now = "2025-03-15T00:00:00Z"
    before: dict[str, bytes] = {}
    for number, step in enumerate(steps):
        stem = f"r{step['record']}"
        if step["kind"] == "wait":
            now = now.replace(now[5:7], f"{int(now[5:7]) + 1:02}", 1)
        elif step["kind"] == "delete":
            if written.pop(stem, None):
                (project.root / f"records/{stem}.md").unlink()
        else:
            written[stem] = {
                "originalUrl": f"https://example.com/{step['id']}",
                "publishedDateTime": f"2025-{step['month']:02}-01",
                "title": f"Title {number}",
                "topics": [step["topic"]],
                "removed": step["kind"] == "hide",
            }
            project.record(stem, **written[stem])
        project.build(now)
        after = archive_files(project)
        for feed, ids in selected(project, now).items():
            entries, _ = follow(exported(project), f"{BASE}/{feed}.atom")
            assert set(entries) == set(ids)
        for name in before.keys() & after.keys():
            if _entries(before[name]) == _entries(after[name]) != []:
                assert before[name] == after[name], name
        before = after
    fresh = Project(
        tmp_path_factory.mktemp("fresh") / "project", project.root.joinpath("config.toml").read_text()
    )
    for stem, fields in written.items():
        fresh.record(stem, **fields)
    fresh.build(now)
    assert archive_files(fresh) == before


def _entries(body: bytes) -> list[bytes]:
    return [etree.tostring(entry) for entry in etree.fromstring(body).iterfind(f"{ATOM}entry")]
