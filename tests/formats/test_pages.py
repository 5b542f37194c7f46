"""The pages for people: what they say, lead to and weigh. How they look and behave: test_browsers.py."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urljoin

import pytest
from lxml import html
from project import CONFIG, NOW, Project

from feeds.formats.browsers import CONTENT_POLICY
from feeds.formats.subscribe import READERS
from feeds.http import answers

ADDRESS = "https://feeds.example.org/topics/ai-%26-%E6%9D%B1%E4%BA%AC.rss"
SUBSCRIBE = {
    "Feedly": "https://feedly.com/i/subscription/feed%2F{}",
    "Inoreader": "https://www.inoreader.com/?add_feed={}",
    "NewsBlur": "https://www.newsblur.com/?url={}",
    "The Old Reader": "https://theoldreader.com/feeds/subscribe?url={}",
    "Feedbin": "https://feedbin.com/?subscribe={}",
    "BazQux": "https://bazqux.com/add?url={}",
}
MOST_BYTES = 50_000


def parsed(project: Project, path: str, now: str = NOW) -> Any:
    """The page at a path, as a tree."""
    return html.document_fromstring(project.document(path, now).decode())


def texts(tree: Any, path: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in tree.xpath(path)]


@pytest.fixture
def site(make_project: Callable[..., Project]) -> Project:
    """Two topics, one of which is described, and an article with a picture."""
    project = make_project(
        CONFIG
        + """\
[topics.ai]
title = "AI"
description = "Machines & people."
"""
    )
    project.record(
        "a",
        topics=["AI", "C++ & 東京"],
        excerpt="Short <and> sweet.",
        provider={"name": "The Ledger", "domain": "ledger.example.org"},
        images=[{"url": "https://img.example.org/a.jpg", "width": 900, "height": 600}],
    )
    project.record("b", topics=["AI"], publishedDateTime="2026-03-04T05:06:07Z", locale="de")
    return project


def test_a_topic_s_page_says_what_it_is_about(site: Project) -> None:
    """Its name, its description, how many articles, and the way to all topics."""
    page = parsed(site, "/topics/ai/")
    assert texts(page, "//h1") == ["AI"]
    assert texts(page, "//title") == ["AI · Example"]
    assert texts(page, "//p[@class='lede']") == ["Machines & people."]
    assert texts(page, "//header/p[@class='facts']") == ["2 articles"]
    assert [(a.get("href"), a.text) for a in page.xpath("//nav//a")] == [("../../", "Example")]


def test_the_first_page_shows_topics_and_the_latest_of_everything(site: Project) -> None:
    """Every topic with the number of its articles; the newest articles first."""
    page = parsed(site, "/")
    assert texts(page, "//h1") == ["Example"]
    assert texts(page, "//section[@class='topics']//h3") == ["AI 2", "C++ & 東京 1"]
    assert texts(page, "//section[@class='latest']//h3") == ["Title of b", "Title of a"]
    for number in range(9):
        site.record(f"n{number}", publishedDateTime=f"2026-05-0{number + 1}", topics=None)
    page = parsed(site, "/")
    assert texts(page, "//section[@class='latest']//h3") == [f"Title of n{n}" for n in (8, 7, 6, 5, 4, 3)]
    assert texts(page, "//section[@class='latest']/p") == ["6 of 11 articles"]


@pytest.mark.parametrize("path", ["/", "/topics/ai/", "/topics/c-plus-plus-and-東京/"])
def test_every_format_has_its_address_and_its_autodiscovery_link(site: Project, path: str) -> None:
    """The address that people copy is absolute; links are relative, so that the export works anywhere."""
    page = parsed(site, path)
    stem = "/all" if path == "/" else path.rstrip("/")
    wanted = [f"https://feeds.example.org{stem}{suffix}" for suffix in (".rss", ".atom", ".json")]
    formats = page.xpath("//ul[@class='formats']/li")
    assert [unquote(item.xpath("a")[0].text) for item in formats] == wanted
    base = page.xpath("//link[@rel='canonical']")[0].get("href")
    assert unquote(base) == f"https://feeds.example.org{path}"
    for item, url in zip(formats, wanted, strict=True):
        link = item.xpath("a")[0]
        assert "//" not in link.get("href")
        assert unquote(urljoin(base, link.get("href"))) == url
        alternates = page.xpath("//link[@rel='alternate']")
        found = [one for one in alternates if one.get("href") == link.get("href")]
        assert [one.get("type") for one in found] == [link.get("type")]
        assert all(one.get("title") for one in found)
    names = ("RSS", "Atom", "JSON Feed")
    assert texts(page, "//ul[@class='formats']//button") == [f"Copy the {name} address" for name in names]


def test_readers_are_one_click_away(site: Project) -> None:
    """Each gets the whole address of the first format, percent-encoded as its own address wants it."""
    page = parsed(site, "/topics/ai/")
    links = {link.text: link.get("href") for link in page.xpath("//ul[@class='readers']//a")}
    encoded = "https%3A%2F%2Ffeeds.example.org%2Ftopics%2Fai.rss"
    assert links.pop("App on this device") == "feed:https://feeds.example.org/topics/ai.rss"
    assert links == {name: address.format(encoded) for name, address in SUBSCRIBE.items()}


def test_an_address_with_escapes_is_escaped_once_more() -> None:
    """What a reader decodes is the feed's address, letter for letter."""
    for reader in READERS:
        encoded = reader.subscribe(ADDRESS).removeprefix(reader.before)
        assert (unquote(encoded) if reader.is_web else encoded) == ADDRESS
        assert reader.is_web is ("&" not in encoded and "/" not in encoded and ":" not in encoded)


def test_an_article_is_shown_with_all_that_people_need(site: Project) -> None:
    """Title, link, date, source, summary, and a picture whose place is kept free."""
    first, second = parsed(site, "/topics/ai/").xpath("//ol[@class='articles']/li")
    assert (first.get("lang"), second.get("lang")) == ("de", None)
    assert second.xpath(".//h3/a/@href") == ["https://example.com/a"]
    assert second.xpath(".//time/@datetime") == ["2026-01-02T03:04:05+00:00"]
    assert texts(second, ".//p") == ["2026-01-02 · The Ledger", "Short <and> sweet."]
    [image] = second.xpath(".//img")
    assert dict(image.attrib) | {"width": "", "height": ""} == {
        "src": "https://img.example.org/a.jpg",
        "alt": "",
        "width": "",
        "height": "",
        "loading": "lazy",
        "decoding": "async",
        "referrerpolicy": "no-referrer",
    }
    assert int(image.get("width")) * 2 == int(image.get("height")) * 3
    assert not first.xpath(".//img")


def test_long_summaries_are_shortened(site: Project) -> None:
    """At a word, or where a script has none; the feed has the whole."""
    site.record("long", excerpt="word " * 200, topics=["Long"])
    site.record("wide", excerpt="語" * 500, topics=["Long"])
    for summary in texts(parsed(site, "/topics/long/"), "//article/p[@dir]"):
        assert 200 < len(summary) <= 225
        assert summary.endswith(("word…", "語…"))
    assert "word " * 190 in site.document("/topics/long.rss").decode()


def test_pages_describe_themselves(site: Project) -> None:
    """For search engines and for where links are shared; only what is true."""
    page = parsed(site, "/topics/ai/")
    meta = {m.get("property") or m.get("name"): m.get("content") for m in page.xpath("//meta[@content]")}
    assert meta["description"] == meta["og:description"] == "Machines & people."
    assert meta["og:title"] == "AI"
    assert meta["og:site_name"] == "Example"
    assert meta["og:url"] == "https://feeds.example.org/topics/ai/"
    assert "og:image" not in meta
    assert page.get("lang") == "en"
    site.configure(CONFIG.replace("[records]", 'icon = "icon.png"\nlanguage = "de-AT"\n[records]'))
    page = parsed(site, "/topics/ai/")
    assert page.xpath("//meta[@property='og:image']/@content") == ["https://feeds.example.org/icon.png"]
    assert page.xpath("//link[@rel='icon']/@href") == ["https://feeds.example.org/icon.png"]
    assert page.get("lang") == "de-AT"


def test_pages_load_nothing_but_their_own_and_pictures(site: Project) -> None:
    """The policy is in the page, before anything is loaded, and the server says the same."""
    document = site.document("/")
    assert document.count(b"<meta http-equiv") == 1
    assert document.index(f'content="{CONTENT_POLICY}"'.encode()) < document.index(b"<link")
    assert not re.search(rb"<style|<script>|\son\w+=|\sstyle=|javascript:", document)
    answer = answers.prepare("/", "text/html", document, '"x"', 0, "public", False).variants["identity"].ok
    fields = dict(answer.headers)
    assert fields["Content-Security-Policy"] == f"{CONTENT_POLICY}; frame-ancestors 'none'"
    assert fields["Referrer-Policy"].encode() in document
    assert "unsafe" not in CONTENT_POLICY


def test_a_topic_without_articles_can_be_subscribed_to(make_project: Callable[..., Project]) -> None:
    """Its page says that there is nothing yet, and offers the feeds all the same."""
    project = make_project(CONFIG + '[topics.soon]\ntitle = "Soon"\n')
    project.record("a", topics=None)
    page = parsed(project, "/topics/soon/")
    assert "No articles yet." in texts(page, "//section[@class='latest']/p")[0]
    assert page.xpath("//ul[@class='formats']//a/@href") == ["../soon.rss", "../soon.atom", "../soon.json"]


def test_a_feed_names_its_style_sheet(site: Project) -> None:
    """By a relative address that leads to it from wherever the feed is; for XML parsers it is nothing."""
    for path in ("/all.rss", "/all.atom", "/topics/ai.rss", "/topics/ai.atom"):
        lines = site.document(path).decode().split("\n")
        [named] = re.findall(r'<\?xml-stylesheet type="text/css" href="(.*)"\?>', lines[1])
        assert urljoin(f"https://example.org/sub{path}", named) == "https://example.org/sub/assets/feed.css"


def weight(project: Project, path: str, *, compressed: bool = False) -> int:
    """Bytes of a page with its style sheet, script and icon."""
    bodies = [project.document(one) for one in (path, *ASSETS)]
    return sum(len(gzip.compress(body)) if compressed else len(body) for body in bodies)


ASSETS = ("/assets/style.css", "/assets/page.js", "/assets/icon.svg")
EXCERPT = (
    "An excerpt of the length that news have, which says in two sentences what happened. And where. " * 3
)


def test_pages_are_light(make_project: Callable[..., Project]) -> None:
    """Below 50 kB without pictures: with 200 topics as they are, with 1,000 compressed."""
    project = make_project(CONFIG + "[feeds]\nlimit = 100\n")
    for number in range(200):
        project.record(
            f"a-title-of-usual-length-{number}",
            excerpt=EXCERPT,
            topics=[f"A Topic of {number}", "Everything"],
            images=[{"url": f"https://images.example.org/2026/01/a-picture-{number}.jpg?width=900"}],
        )
    assert weight(project, "/") < MOST_BYTES
    assert weight(project, "/topics/everything/") < MOST_BYTES
    for number in range(200, 1000):
        project.record(f"more-{number}", topics=[f"A Topic of {number}"])
    assert texts(parsed(project, "/"), "//header//a")[1] == "1001 topics"
    assert weight(project, "/", compressed=True) < MOST_BYTES


def test_many_topics_are_not_all_announced(make_project: Callable[..., Project]) -> None:
    """Readers let people choose among what a page announces: of a thousand nobody can."""
    project = make_project()
    for number in range(51):
        project.record(f"r{number}", topics=[f"T{number}"])
    alternates = parsed(project, "/").xpath("//link[@rel='alternate']/@href")
    assert alternates == ["all.rss", "all.atom", "all.json"]
    project.record("r50", topics=["T1"])
    assert len(parsed(project, "/").xpath("//link[@rel='alternate']")) == 53
