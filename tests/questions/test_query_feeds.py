"""Questions over HTTP: a feed for each, with everything that documents have."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import feedparser
import pytest
from feedlint import complaints
from flask.testing import FlaskClient
from generated import examples
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from project import CONFIG, Project
from werkzeug.test import TestResponse

from feeds.pipeline import build
from feeds.questions import answer as asking
from feeds.serving import queries
from feeds.serving.queries import QueryFeeds
from server import create_app

NOW = int(datetime(2026, 6, 1, 12, tzinfo=UTC).timestamp())
DAY = 86_400
SITE = (
    CONFIG
    + """\
[defaults]
limit = 5
[topics.ai]
title = "AI"
aliases = ["ki"]
[topics.gone]
retired = true
[server]
max_age = 100
stale_while_revalidate = 200
"""
)


class Site:
    """A project that is served, by a clock of the test's own."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.now = NOW
        self.client: FlaskClient = create_app(project.config, lambda: self.now, live=False).test_client()

    def get(self, address: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(address, headers=named)

    def titles(self, address: str) -> list[str]:
        answer = self.get(address)
        assert answer.status_code == 200, answer.data
        return [entry.title for entry in feedparser.parse(answer.data).entries]


def moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def fill(project: Project) -> None:
    time = {"name": "Time", "domain": "time.com"}
    project.record(
        "fakes",
        title="Deep Fakes",
        topics=["AI", "Security"],
        provider=time,
        quality=80,
        heat=9,
        type="video",
    )
    project.record("ki", title="Ohne Fälschung", topics=["KI"], quality=50, publishedDateTime="2026-01-01")
    project.record("old", title="Old deep", topics=["Gone", "Security"], publishedDateTime="2025-01-01")
    project.record("week", title="A week ago", topics=["Rain"], publishedDateTime=moment(NOW - 7 * DAY + 60))
    project.record("later", title="Later", topics=["AI"], publishedDateTime=moment(NOW + 3600))


@pytest.fixture
def site(make_project: Callable[..., Project]) -> Site:
    project = make_project(SITE)
    fill(project)
    return Site(project)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site that tests ask without changing it or its clock."""
    project = Project(tmp_path_factory.mktemp("questions") / "project", SITE)
    fill(project)
    return Site(project)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("topic=ai", ["Deep Fakes", "Ohne Fälschung"]),
        ("topic=ai&topic=security", ["Deep Fakes"]),
        ("any=ki&any=rain", ["A week ago", "Deep Fakes", "Ohne Fälschung"]),
        ("not=ai", ["A week ago", "Old deep"]),
        ("q=deep", ["Deep Fakes", "Old deep"]),
        ("q=%22deep+fakes%22", ["Deep Fakes"]),
        ("q=f%C3%A4lschung", ["Ohne Fälschung"]),
        ("q=FALSCHUNG", ["Ohne Fälschung"]),
        ("q=time.com", ["Deep Fakes"]),
        ("provider=TIME.com", ["Deep Fakes"]),
        ("type=Video", ["Deep Fakes"]),
        ("min_quality=51", ["Deep Fakes"]),
        ("min_heat=9", ["Deep Fakes"]),
        ("since=P7D", ["A week ago"]),
        ("since=2026-01-02", ["A week ago", "Deep Fakes"]),
        ("limit=1", ["A week ago"]),
        ("q=nothing", []),
    ],
)
def test_a_question_is_answered_with_a_feed(query: str, titles: list[str], still: Site) -> None:
    """In every format, newest first, without a fault."""
    for suffix in ("rss", "atom"):
        assert still.titles(f"/feed.{suffix}?{query}") == titles
        assert complaints(still.get(f"/feed.{suffix}?{query}").data) == []


def test_a_question_about_a_topic_is_answered_with_the_topics_feed(still: Site) -> None:
    """Entry for entry."""
    for suffix in ("rss", "atom"):
        question, topic = still.get(f"/feed.{suffix}?topic=KI").data, still.get(f"/topics/ai.{suffix}").data
        entries = [feedparser.parse(data).entries for data in (question, topic)]
        assert entries[0] == entries[1]


def test_however_it_is_spelled_it_is_the_same_document(still: Site) -> None:
    """One set of bytes, one tag, and one address that the feed gives as its own."""
    first = still.get("/feed.atom?topic=ai&topic=security&q=%22deep%20fakes%22%20x&since=P7D")
    other = still.get(
        "/feed.atom?Q=X+%22Deep+Fakes%22&since=p1w&topic=Security&topic=KI&topic=AI&any=&limit="
    )
    assert (first.data, first.headers["ETag"]) == (other.data, other.headers["ETag"])
    feed = feedparser.parse(first.data).feed
    query = "topic=ai&topic=security&q=%22deep%20fakes%22%20x&since=P7D"
    links = {link.rel: link.href for link in feed.links}
    assert links["self"] == f"https://feeds.example.org/feed.atom?{query}"
    assert links["alternate"] == f"https://feeds.example.org/compose?{query}"
    assert feed.title == "AI + Security, “deep fakes” “x”, last 7 days · Example"
    assert feed.id == f"tag:example.org,2024:feeds/feed?{query.replace('%', '%25')}"
    assert still.get("/feed.rss?" + query).headers["ETag"] != first.headers["ETag"]


def test_an_answer_has_what_documents_have(still: Site) -> None:
    """Validators, codings, CORS, HEAD; the front layer leaves it alone."""
    plain = still.get("/feed.rss?topic=ai", Accept_Encoding="identity")
    for name in ("ETag", "Last-Modified", "Vary", "Cache-Control", "Access-Control-Allow-Origin"):
        assert name in plain.headers
    assert plain.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    packed = still.get("/feed.rss?topic=ai", Accept_Encoding="br")
    assert packed.headers["Content-Encoding"] == "br"
    again = still.get("/feed.rss?topic=ki", If_None_Match=plain.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    head = still.client.head("/feed.rss?topic=ai", headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(plain.data))
    assert still.client.post("/feed.rss?topic=ai").status_code == 405
    assert still.get("/feed.rss?topic=ai", Accept_Encoding="identity;q=0").status_code == 406


@pytest.mark.parametrize("query", ["", "?", "?topic=&q=+&since=", "?not=gone"])
def test_who_asks_for_nothing_is_led_to_everything(query: str, still: Site) -> None:
    """As ever."""
    answer = still.get(f"/feed.atom{query}")
    assert answer.status_code == 301
    assert answer.headers["Location"].partition("?")[0] == "all.atom"


@pytest.mark.parametrize(
    ("query", "status", "reason"),
    [
        ("topik=ai", 400, "'topik' is no parameter. Did you mean 'topic'?"),
        ("topic=securty", 400, "did you mean 'security'?"),
        ("min_quality=<b>", 400, "a whole number from 0 to 100"),
        ("topic=gone", 410, "The topic 'gone' has been retired"),
    ],
)
def test_what_cannot_be_asked_is_told_in_the_form_the_client_reads(
    query: str, status: int, reason: str, still: Site
) -> None:
    """Text, JSON or a page, with nothing of the address in its markup."""
    text = still.get(f"/feed.rss?{query}")
    assert (text.status_code, text.mimetype) == (status, "text/plain")
    assert reason in text.text
    said = still.get(f"/feed.rss?{query}", Accept="application/json")
    assert (said.status_code, said.mimetype) == (status, "application/json")
    assert reason in json.loads(said.data)["reason"]
    page = still.get(f"/feed.rss?{query}", Accept="text/html")
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert reason in html.fromstring(page.data).text_content()
    assert "<b>" not in page.text


@examples(150)
@given(st.text(max_size=40), st.sampled_from(["", "q=", "topic=", "since=", "provider=", "limit="]))
def test_nothing_that_is_asked_makes_the_server_fail(still: Site, text: str, name: str) -> None:
    """Whatever bytes a query has."""
    query = (name + text).encode("utf-8", "surrogatepass").decode("latin-1")
    for path, expected in (("/feed.rss", (200, 301, 400, 410)), ("/compose", (200, 400))):
        answer = still.client.get(path, environ_overrides={"QUERY_STRING": query})
        assert answer.status_code in expected, answer.data


def test_an_embargo_ends_in_answers_too(site: Site) -> None:
    """To the second, and caches are told to come back then."""
    assert "Later" not in site.titles("/feed.rss?topic=ai")
    site.now = NOW + 3600 - 30
    control = site.get("/feed.rss?topic=ai").headers["Cache-Control"]
    assert control == "public, max-age=30, stale-if-error=86400"
    site.now = NOW + 3600
    assert site.titles("/feed.rss?topic=ai")[0] == "Later"


def test_an_update_that_is_to_come_comes_to_the_second(site: Site) -> None:
    """Until then it has not happened."""
    site.project.record("fakes", title="Deep Fakes", topics=["AI"], updatedDateTime=moment(NOW + 30))
    asked = Site(site.project)
    first = asked.get("/feed.atom?q=deep+fakes")
    assert moment(NOW + 30) not in first.text
    assert first.headers["Cache-Control"].startswith("public, max-age=30,")
    asked.now = NOW + 30
    assert moment(NOW + 30) in asked.get("/feed.atom?q=deep+fakes").text


def test_an_article_leaves_a_window_to_the_second(site: Site) -> None:
    """The answer changes by itself, and its date moves on; while nothing changes, neither does the answer."""
    first = site.get("/feed.rss?since=P7D")
    assert b"A week ago" in first.data
    site.now = NOW + 59
    same = site.get("/feed.rss?since=P7D")
    assert (same.data, same.headers["ETag"]) == (first.data, first.headers["ETag"])
    assert same.headers["Cache-Control"] == "public, max-age=1, stale-if-error=86400"
    site.now = NOW + 60
    after = site.get("/feed.rss?since=P7D")
    assert b"A week ago" not in after.data
    assert site.get("/feed.rss?since=P7D", If_None_Match=first.headers["ETag"]).status_code == 200
    assert first.last_modified
    assert after.last_modified
    assert first.last_modified < after.last_modified


def test_a_date_is_kept_with_its_first_second(site: Site) -> None:
    """An article of that very second is in."""
    assert "Deep Fakes" in site.titles("/feed.rss?since=2026-01-02T03:04:05Z")
    assert "Deep Fakes" not in site.titles("/feed.rss?since=2026-01-02T03:04:06Z")


def test_a_duration_is_over_at_its_end(site: Site) -> None:
    """As max_age_days is."""
    age = NOW - int(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).timestamp())
    assert "Deep Fakes" in site.titles(f"/feed.rss?since=PT{age + 1}S")
    assert "Deep Fakes" not in site.titles(f"/feed.rss?since=PT{age}S")


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the queries that are answered from now on, and not from what is kept."""
    made: list[str] = []

    def count(index: Any, config: Any, question: Any, *rest: Any) -> Any:
        made.append(question.query)
        return asking.ask(index, config, question, *rest)

    monkeypatch.setattr(queries, "ask", count)
    return made


def test_an_answer_is_made_once(still: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """For all who ask at the same time, and for those who come later, in each format."""
    made = counted(monkeypatch)
    with ThreadPoolExecutor(8) as pool:
        asked = pool.map(lambda _: still.get("/feed.rss?topic=rain&limit=7").data, range(24))
        assert len(set(asked)) == 1
    still.get("/feed.rss?limit=7&topic=RAIN")
    assert made == ["topic=rain&limit=7"]
    still.get("/feed.atom?limit=7&topic=RAIN")
    assert made == ["topic=rain&limit=7"] * 2


def test_an_answer_is_made_once_from_an_index_that_nobody_asked_before(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks first makes it searchable, for all who ask something else at the same time, too."""
    made = counted(monkeypatch)
    queries = [f"topic=rain&limit={number}" for number in range(2, 6)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda query: site.get(f"/feed.rss?{query}"), queries * 6))
    assert sorted(made) == queries


def test_no_more_answers_are_kept_than_there_may_be(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many questions somebody thinks of."""
    monkeypatch.setattr(queries, "_MOST_ANSWERS", 3)
    made = counted(monkeypatch)
    asked = Site(site.project)
    for number in (1, 2, 3, 4, 4, 1):
        asked.get(f"/feed.rss?q=deep&limit={number}")
    assert [query[-1] for query in made] == ["1", "2", "3", "4", "1"]


def test_an_answer_is_renewed_with_the_records(site: Site) -> None:
    """Another generation, another answer; the tag stays where nothing changed."""
    generation = [1]
    config = site.project.config
    asked = QueryFeeds(config, build.described_topics(config)[0], lambda: NOW, lambda: generation[0])

    def ask(query: str) -> tuple[str, bytes]:
        answer = asked.answer("/feed.rss", {"REQUEST_METHOD": "GET", "QUERY_STRING": query})
        assert answer is not None
        return dict(answer.headers)["ETag"], answer.body

    deep, rain = ask("q=deep"), ask("topic=rain")
    site.project.record("new", title="New and deep", topics=["Newest"])
    site.project.synced(lambda made: made.report)
    assert ask("q=deep") == deep
    generation[0] += 1
    assert b"New and deep" in ask("q=deep")[1]
    assert ask("topic=rain") == rain
    assert b"New and deep" in ask("topic=newest")[1]


# -- the page ----------------------------------------------------------------------------------------------


def page(answer: TestResponse) -> Any:
    assert answer.mimetype == "text/html"
    return html.fromstring(answer.data)


def test_the_page_shows_a_form_the_answer_and_its_addresses(still: Site) -> None:
    """Without a script: what was asked is filled in, and the addresses are there to copy."""
    answer = still.get(
        "/compose?topic=ki&not=Rain&q=%22Deep+fakes%22&min_quality=70&min_heat=&since=PT48H&type=VIDEO"
    )
    found = page(answer)
    checked = {
        (box.get("name"), box.get("value")) for box in found.xpath("//input[@type='checkbox'][@checked]")
    }
    assert checked == {("topic", "ai"), ("not", "rain"), ("type", "video")}
    values = {
        field.get("name"): field.get("value")
        for field in found.xpath("//input[@name][not(@type='checkbox')]")
    }
    assert values == {"q": '"deep fakes"', "provider": "", "min_quality": "70", "min_heat": "", "limit": ""}
    assert found.xpath("string(//select/option[@selected]/@value)") == "P2D"
    query = "topic=ai&not=rain&q=%22deep%20fakes%22&type=video&min_quality=70&since=P2D"
    assert found.xpath("//ul[@class='addresses']//input/@value") == [
        f"https://feeds.example.org/feed{suffix}?{query}" for suffix in (".rss", ".atom", ".json")
    ]
    for link in found.xpath("//ul[@class='addresses']//a/@href"):
        assert still.get(f"/{link}").status_code == 200
    assert "No article fits yet." in found.text_content()
    assert "Deep Fakes" in page(still.get("/compose?q=deep")).xpath("//ol[@class='found']//a/text()")


def test_the_page_that_asks_nothing_shows_everything(still: Site) -> None:
    """With the addresses of the feed of everything."""
    found = page(still.get("/compose"))
    assert found.xpath("//ul[@class='addresses']//a/@href") == ["all.rss", "all.atom", "all.json"]
    assert found.xpath("//ul[@class='addresses']//input/@value")[0] == "https://feeds.example.org/all.rss"
    assert found.xpath("//ol[@class='found']//a/text()")[0] == "A week ago"


def test_the_page_says_what_cannot_be_asked_and_keeps_the_rest(still: Site) -> None:
    """Status 400, the reason, and the form as it was sent; nobody keeps it."""
    answer = still.get("/compose?topic=ai&q=x<i>&min_quality=700", Accept_Encoding="gzip")
    assert answer.status_code == 400
    assert answer.headers["Cache-Control"] == "no-store"
    assert not {"ETag", "Last-Modified"} & set(answer.headers.keys())
    found = page(still.get("/compose?topic=ai&q=x<i>&min_quality=700"))
    assert "a whole number from 0 to 100" in found.xpath("string(//*[@role='alert'])")
    assert found.xpath("string(//input[@name='q']/@value)") == "x<i>"
    assert found.xpath("//input[@name='topic'][@checked]/@value") == ["ai"]


def test_every_field_of_the_page_has_a_name(still: Site) -> None:
    """That says which topic and how; ids are there once, and what refers to them finds them."""
    found = page(still.get("/compose?provider=a"))
    ids = found.xpath("//@id")
    assert len(ids) == len(set(ids))
    for name in ("for", "aria-describedby", "aria-labelledby", "list"):
        assert set(found.xpath(f"//@{name}")) <= set(ids)
    for field in found.xpath("//form//input | //form//select | //section//input"):
        labelled = field.get("aria-label") or field.xpath("ancestor::label")
        assert labelled or found.xpath(f"//label[@for='{field.get('id')}']"), html.tostring(field)
    assert "all: AI" in found.xpath("//input[@name='topic']/@aria-label")


def test_the_page_loads_nothing_but_its_own(still: Site) -> None:
    """Style and script are files of the server; there is none of either within the page."""
    found = page(still.get("/compose"))
    assert not found.xpath("//style | //*[@style] | //script[not(@src)] | //@*[starts-with(name(), 'on')]")
    for address in found.xpath("//link[@rel='stylesheet']/@href | //script/@src"):
        assert still.get(f"/{address}").status_code == 200, address
    assert still.get("/assets/compose.js").mimetype == "text/javascript"
    assert still.get("/assets/compose.css").mimetype == "text/css"


def test_questions_are_the_servers_alone(still: Site) -> None:
    """The export has neither the page nor its files; the first page names it where config.toml says so."""
    still.project.build()
    assert not [path for path in still.project.tree() if "compose" in path]
    assert "compose" not in still.project.public("index.html").read_text(encoding="utf-8")


def test_the_first_page_links_to_it_where_it_is_served(make_project: Callable[..., Project]) -> None:
    """[site] compose says that a server stands behind base_url."""
    project = make_project(SITE.replace("[site]", "[site]\ncompose = true"))
    fill(project)
    assert b'href="compose"' in Site(project).get("/").data


def test_formats_that_are_not_made_are_not_there(make_project: Callable[..., Project]) -> None:
    """No question is answered in them, and without pages there is no page."""
    project = make_project(SITE.replace("limit = 5", 'formats = ["atom"]'))
    fill(project)
    site = Site(project)
    assert site.get("/feed.atom?topic=ai").status_code == 200
    assert site.get("/feed.rss?topic=ai").status_code != 200
    assert site.get("/compose").status_code == 404
    assert site.get("/assets/compose.js").status_code == 404


def test_answers_show_the_pictures_that_images_asks_for(project: Project) -> None:
    """As the feed of everything does."""
    project.configure(f'{CONFIG}[images]\nmin_width = 300\nfallback = "/default.png"\n')
    project.record("a", images=[{"url": "https://www.example.org/small.png", "width": 256}])
    answer = Site(project).get("/feed.rss?topic=news").data
    assert b"default.png" in answer
    assert b"small.png" not in answer
