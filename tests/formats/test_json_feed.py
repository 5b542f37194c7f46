"""JSON Feed 1.1: what its subscribers get, held against the Atom feed and read by a reader's parser."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import fastfeedparser
import pytest
from generated import examples
from hypothesis import given
from hypothesis import strategies as st
from jsonlint import complaints
from lxml import etree
from project import CONFIG, NOW, Project

from feeds import Enclosure, Entry, Feed, Person
from feeds.formats.json_feed import json_feed
from server import create_app

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = CONFIG.replace(
    "[records]",
    'author = "The editors"\nicon = "/icon.png"\nlanguage = "de_at"\n[records]',
)
FIELDS: dict[str, Any] = {
    "title": "R&amp;D &#8211; 東京",
    "excerpt": "An <b>excerpt</b> &amp; more",
    "publishedDateTime": "2026-01-02T03:04:05.678+02:00",
    "updatedDateTime": "2026-01-03",
    "originalUrl": "https://example.com/a?utm_source=x#part",
    "provider": {"name": "Pro & Co", "domain": "pro.example"},
    "topics": ["AI", "Web"],
    "locale": "en_GB",
    "type": "video",
    "quality": 84,
    "heat": -1,
    "images": [
        {"url": "/a.png?size=2", "width": 900, "height": 600, "title": "One"},
        {"url": "https://example.com/b"},
    ],
}
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def site(make_project: Callable[..., Project]) -> Project:
    """A project with one record that has everything."""
    project = make_project(SITE)
    project.record("a", suffix=".json", **FIELDS)
    return project


def _json(project: Project, path: str = "/all.json") -> Any:
    body = project.document(path, NOW)
    assert complaints(body) == []
    return json.loads(body)


def _item(project: Project) -> dict[str, Any]:
    (item,) = _json(project)["items"]
    assert isinstance(item, dict)
    return item


def _entry(**fields: Any) -> Entry:
    given = {
        "id": "https://example.org/1",
        "title": "Title",
        "url": "https://example.org/1",
        "published": WHEN,
        "updated": WHEN,
        "summary": "Summary",
        "content": "<p>Content</p>",
    }
    return Entry(**(given | fields))


def _rendered(*entries: Entry, **fields: Any) -> Any:
    given: dict[str, Any] = {
        "key": "topics/x",
        "id": "https://example.org/topics/x",
        "title": "Title",
        "description": "Description",
        "base_url": "https://example.org",
        "language": "en",
        "author": Person("Somebody", "https://example.org/"),
        "updated": WHEN,
    }
    body = json_feed(Feed(**(given | fields), entries=entries))
    assert complaints(body) == []
    return json.loads(body)


def test_a_feed_says_what_it_is_and_where(site: Project) -> None:
    """Version first, then the names and addresses that the specification asks for."""
    feed = _json(site, "/topics/ai.json")
    assert list(feed)[:2] == ["version", "title"]
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "AI · Example"
    assert feed["description"] == "AI · Example"
    assert feed["home_page_url"] == "https://feeds.example.org/topics/ai/"
    assert feed["feed_url"] == "https://feeds.example.org/topics/ai.json"
    assert feed["icon"] == "https://feeds.example.org/icon.png"
    assert feed["authors"] == [{"name": "The editors", "url": "https://feeds.example.org/"}]
    assert feed["language"] == "de-AT"
    assert _json(site)["home_page_url"] == "https://feeds.example.org/"


def test_an_item_says_all_of_an_article(site: Project) -> None:
    """Nothing that the format has a place for is lost."""
    item = _item(site)
    assert item.pop("content_html").startswith('<p><img src="https://www.example.org/a.png?size=2" alt="One"')
    assert item == {
        "id": "https://example.com/a",
        "url": "https://example.com/a?utm_source=x#part",
        "title": "R&D – 東京",
        "summary": "An excerpt & more",
        "image": "https://www.example.org/a.png?size=2",
        "date_published": "2026-01-02T01:04:05Z",
        "date_modified": "2026-01-03T00:00:00Z",
        "authors": [{"name": "Pro & Co", "url": "https://pro.example/"}],
        "tags": ["AI", "Web"],
        "language": "en-GB",
        "attachments": [
            {"url": "https://www.example.org/a.png?size=2", "mime_type": "image/png", "title": "One"},
            {"url": "https://example.com/b", "mime_type": "image/jpeg"},
        ],
        "_article": {
            "type": "video",
            "quality": 84,
            "heat": -1,
            "provider": {"name": "Pro & Co", "url": "https://pro.example/"},
        },
    }


def test_the_extension_tells_what_it_is_about(site: Project) -> None:
    """A person who looks at the feed can understand it."""
    assert "quality" in _json(site)["_article"]["about"]


def test_what_an_article_does_not_have_is_left_out(project: Project) -> None:
    """A reader is never told an empty text or an unknown size."""
    project.record("a", topics=None)
    assert set(_item(project)) == {
        "id",
        "url",
        "title",
        "content_html",
        "date_published",
        "date_modified",
    }


def test_a_quality_of_none_and_a_quality_of_nothing_are_not_the_same(project: Project) -> None:
    """0 is a judgement."""
    project.record("a", quality=0, heat=0)
    assert _item(project)["_article"] == {"quality": 0, "heat": 0}


def test_a_size_that_is_known_is_told() -> None:
    """In bytes."""
    (item,) = _rendered(_entry(enclosures=(Enclosure("https://e.example/1.png", "image/png", 7),)))["items"]
    assert item["attachments"][0]["size_in_bytes"] == 7


def test_pictures_of_one_title_are_not_the_same_picture() -> None:
    """Attachments that share a title would be alternatives to each other, and a reader would show one."""
    pictures = [Enclosure(f"https://e.example/{n}", "image/png", title=t) for n, t in enumerate("AABC")]
    (item,) = _rendered(_entry(enclosures=tuple(pictures)))["items"]
    assert [attachment.get("title") for attachment in item["attachments"]] == [None, None, "B", "C"]


def test_a_feed_without_articles_is_a_feed(make_project: Callable[..., Project]) -> None:
    """Subscribers may come before the first article."""
    assert _json(make_project(CONFIG + "[topics.soon]\n"), "/topics/soon.json")["items"] == []


def test_a_question_is_answered_in_it(site: Project) -> None:
    """As in the other formats; without a question it is the feed of everything."""
    client = create_app(site.root / "config.toml", lambda: 1_800_000_000).test_client()
    answer = client.get("/feed.json?topic=ai&min_quality=80")
    assert answer.content_type == "application/feed+json; charset=utf-8"
    assert complaints(answer.data) == []
    feed = json.loads(answer.data)
    assert feed["feed_url"] == "https://feeds.example.org/feed.json?topic=ai&min_quality=80"
    assert [item["id"] for item in feed["items"]] == ["https://example.com/a"]
    assert client.get("/feed.json").headers["Location"] == "all.json"


def test_pages_lead_to_it_under_its_media_type(site: Project) -> None:
    """Readers find it by autodiscovery."""
    tag = '<link rel="alternate" type="application/feed+json" title="{} (JSON Feed)" href="{}">'
    assert tag.format("Example", "all.json") in site.document("/", NOW).decode()
    assert tag.format("AI · Example", "../ai.json") in site.document("/topics/ai/", NOW).decode()


def test_it_says_the_same_as_the_atom_feed(site: Project) -> None:
    """Whichever format a reader takes, it gets the same articles, in the same order."""
    for number in range(5):
        site.record(f"r{number}", body=f"Text *{number}*", excerpt=f"Excerpt {number}", quality=number)
    items = _json(site)["items"]
    entries = etree.fromstring(site.document("/all.atom", NOW)).findall(f"{ATOM}entry")
    assert len(items) == 6
    for item, entry in zip(items, entries, strict=True):
        assert item["id"] == entry.findtext(f"{ATOM}id")
        assert item["title"] == entry.findtext(f"{ATOM}title")
        assert item["content_html"] == entry.findtext(f"{ATOM}content")
        for ours, theirs in (("published", "published"), ("modified", "updated")):
            date = datetime.fromisoformat(item[f"date_{ours}"])
            assert date == datetime.fromisoformat(entry.findtext(f"{ATOM}{theirs}", ""))
        links = [link.attrib for link in entry.iterfind(f"{ATOM}link")]
        assert [item["url"]] == [link["href"] for link in links if link["rel"] == "alternate"]
        assert [(one["url"], one["mime_type"]) for one in item.get("attachments", ())] == [
            (link["href"], link["type"]) for link in links if link["rel"] == "enclosure"
        ]
        assert item["tags"] == [category.get("term") for category in entry.iterfind(f"{ATOM}category")]


def test_a_reader_s_parser_reads_it(site: Project) -> None:
    """fastfeedparser gets title, link, id, author, dates, picture and enclosures of every item."""
    site.record("b", body="<p>Hello</p>", suffix=".html", publishedDateTime="2026-01-01")
    parsed = fastfeedparser.parse(site.document("/all.json", NOW).decode())
    assert parsed.feed["title"] == "Example"
    assert parsed.feed["link"] == "https://feeds.example.org/"
    assert parsed.feed["language"] == "de-AT"
    first, second = parsed.entries
    assert (first["id"], first["title"]) == ("https://example.com/a", "R&D – 東京")
    assert first["link"] == "https://example.com/a?utm_source=x#part"
    assert first["author"] == "Pro & Co"
    assert first["published"] == "2026-01-02T01:04:05+00:00"
    assert first["updated"] == "2026-01-03T00:00:00+00:00"
    assert first["image"] == "https://www.example.org/a.png?size=2"
    assert [one["type"] for one in first["enclosures"]] == ["image/png", "image/jpeg"]
    assert [tag["term"] for tag in first["tags"]] == ["AI", "Web"]
    assert second["content"][0]["value"] == "<p>Hello</p>"


@examples(100)
@given(
    title=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip),
    tags=st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"))), max_size=4),
    quality=st.none() | st.integers(-(2**62), 2**62),
)
def test_any_text_comes_back_the_same(title: str, tags: list[str], quality: int | None) -> None:
    """JSON carries every text that XML carries."""
    entry = _entry(title=title, categories=tuple(tags), quality=quality, content=f"<p>{len(title)}</p>")
    body = json_feed(
        Feed(
            key="all",
            id="https://example.org/all",
            title=title,
            description=title,
            base_url="https://example.org",
            language="en",
            author=Person(title),
            updated=WHEN,
            entries=(entry,),
        )
    )
    feed = json.loads(body)
    (item,) = feed["items"]
    assert feed["title"] == item["title"] == title
    assert item.get("tags", []) == tags
    assert item.get("_article", {}).get("quality") == quality
    body.decode()


# -- the lint itself ----------------------------------------------------------------------------------------

GOOD: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Title",
    "home_page_url": "https://example.org/",
    "feed_url": "https://example.org/feed.json",
    "_mine": {"about": "Something", "key": 1},
    "items": [
        {
            "id": "1",
            "url": "https://example.org/1",
            "title": "One",
            "content_html": "<p>One</p>",
            "date_published": "2026-01-02T03:04:05Z",
            "authors": [{"name": "A"}],
            "tags": ["a", "b"],
            "attachments": [{"url": "https://example.org/1.png", "mime_type": "image/png", "title": "P"}],
        }
    ],
}
MISSING = object()


def _changed(where: str, value: Any) -> bytes:
    document = copy.deepcopy(GOOD)
    *way, last = where.split(".")
    inner: Any = document
    for step in way:
        inner = inner[int(step)] if step.isdigit() else inner[step]
    if value is MISSING:
        del inner[last]
    else:
        inner[last] = value
    return json.dumps(document, ensure_ascii=False).encode() + b"\n"


def test_the_lint_accepts_what_is_right() -> None:
    """Or all that follows would say nothing."""
    assert complaints(json.dumps(GOOD).encode() + b"\n") == []


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("version", "https://jsonfeed.org/version/1"),
        ("version", MISSING),
        ("title", MISSING),
        ("title", ""),
        ("title", "<b>T</b>"),
        ("feed_url", "/feed.json"),
        ("home_page_url", MISSING),
        ("author", {"name": "A"}),
        ("icon", ""),
        ("language", "de_AT"),
        ("authors", []),
        ("authors", [{}]),
        ("expired", "no"),
        ("_1", {"a": 1}),
        ("_mine", {"about": "x", "a.b": 1}),
        ("_mine", {"key": 1}),
        ("items", {}),
        ("items", MISSING),
        ("items.0.id", 1),
        ("items.0.id", MISSING),
        ("items.0.url", "https://example.org/a b"),
        ("items.0.content_html", MISSING),
        ("items.0.content_html", "<iframe src='https://example.org/'></iframe>"),
        ("items.0.summary", ""),
        ("items.0.image", "1.png"),
        ("items.0.date_published", "2026-01-02"),
        ("items.0.date_published", "2026-02-30T00:00:00Z"),
        ("items.0.date_published", "2026-01-02T03:04:05"),
        ("items.0.tags", ["a", "a"]),
        ("items.0.tags", []),
        ("items.0.title", "a\x01"),
        ("items.0.attachments.0.mime_type", MISSING),
        ("items.0.attachments.0.mime_type", "png"),
        ("items.0.attachments.0.size_in_bytes", 0),
        ("items.0.attachments.0.duration_in_seconds", "7"),
        (
            "items.0.attachments",
            [{"url": f"https://e.org/{n}", "mime_type": "a/b", "title": "T"} for n in "12"],
        ),
    ],
)
def test_the_lint_finds_what_is_wrong(where: str, value: Any) -> None:
    """One fault at a time."""
    assert complaints(_changed(where, value)) != []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]\n",
        b'{"a": 1, "a": 2}\n',
        b"\xef\xbb\xbf{}\n",
        json.dumps(GOOD).encode(),
        json.dumps(GOOD).replace('"One"', '"\\u6771"').encode() + b"\n",
        json.dumps(GOOD).replace('"1"', "NaN").encode() + b"\n",
        json.dumps(dict(reversed(GOOD.items()))).encode() + b"\n",
        json.dumps(GOOD | {"items": GOOD["items"] * 2}).encode() + b"\n",
        "{}é\n".encode("latin-1"),
    ],
)
def test_the_lint_finds_what_is_no_feed(body: bytes) -> None:
    """JSON has its own traps."""
    assert complaints(body) != []
