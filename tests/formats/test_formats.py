"""RSS 2.0 and Atom 1.0: what subscribers get of an article, sentence by sentence of what was promised."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import feedparser
import jsonlint
import msgspec
import pytest
from feedlint import complaints
from generated import examples
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from project import CONFIG, NOW, Project

from feeds import Article, Config, ConfigError, Enclosure, Feed, Image, Provider, Related, Topic, parse_config
from feeds.formats import FORMATS, by_name
from feeds.formats.json_feed import json_feed
from feeds.formats.rss_atom import atom, rss
from feeds.publication import assembly
from feeds.records.reader import Settings, read
from feeds.text import cleaning, imagetypes

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SITE = """\
[site]
title = "A site & more"
description = "What <we> read."
base_url = "https://feeds.example.org/sub/"
language = "de_at"
author = "Editor & Co"
icon = "icon.png"
logo = "https://cdn.example.org/logo.gif"
rights = "© 2026"
id_authority = "example.org,2024"
[records]
paths = ["records"]
site_url = "https://www.example.org"
[topics.ai]
title = "Artificial intelligence"
description = "Machines."
keywords = ["ML", "a & b"]
[feeds]
ttl = 45
"""
FIELDS = {
    "title": "R&amp;D &#8211; more",
    "excerpt": "An <b>excerpt</b> &amp; more",
    "publishedDateTime": "2026-01-02T03:04:05.678Z",
    "updatedDateTime": "2026-01-03T00:00:00+02:00",
    "originalUrl": "https://example.com/a?utm_source=x&b=2#part",
    "provider": {"name": "Pro & Co", "domain": "pro.example"},
    "topics": ["AI", "Web"],
    "locale": "en_GB",
    "images": [
        {
            "url": "https://example.com/a.png?alias=standard_900x600",
            "width": 900,
            "height": 600,
            "title": "One",
        },
        {"url": "https://example.com/picture"},
        {"url": "/b.webp", "width": 0, "height": -1},
    ],
    "related": [
        {"title": f"Related {n}", "webUrl": f"https://example.net/{n}", "provider": {"name": f"P{n}"}}
        for n in range(7)
    ],
}


def _root(body: bytes) -> Any:
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, huge_tree=False))


@pytest.fixture
def site(make_project: Callable[..., Project]) -> Project:
    """A project with one record that has everything."""
    project = make_project(SITE)
    project.record("a", suffix=".json", **FIELDS)
    return project


@pytest.fixture
def item(site: Project) -> Any:
    """The RSS item of the record that has everything."""
    return _root(site.document("/topics/ai.rss")).find("channel/item")


@pytest.fixture
def entry(site: Project) -> Any:
    """The Atom entry of the record that has everything."""
    return _root(site.document("/topics/ai.atom")).find(f"{ATOM}entry")


def test_titles_are_plain_text_with_entities_decoded(item: Any, entry: Any) -> None:
    """What people read, not how it was spelled."""
    assert item.findtext("title") == entry.findtext(f"{ATOM}title") == "R&D – more"
    assert entry.find(f"{ATOM}title").get("type", "text") == "text"


def test_the_link_is_the_article_s(item: Any, entry: Any) -> None:
    """As the record has it, tracking and all: it is the publisher's."""
    url = "https://example.com/a?utm_source=x&b=2#part"
    assert item.findtext("link") == url
    alternates = [link for link in entry.iterfind(f"{ATOM}link") if link.get("rel") == "alternate"]
    assert [(link.get("href"), link.get("type")) for link in alternates] == [(url, "text/html")]


def test_the_id_is_the_same_in_both_formats_and_no_permalink(item: Any, entry: Any) -> None:
    """The canonical URL identifies; it is not promised to lead anywhere."""
    assert item.findtext("guid") == entry.findtext(f"{ATOM}id") == "https://example.com/a?b=2"
    assert item.find("guid").get("isPermaLink") == "false"


def test_dates_are_whole_seconds_in_utc(item: Any, entry: Any) -> None:
    """In each format's own spelling."""
    assert item.findtext("pubDate") == "Fri, 02 Jan 2026 03:04:05 +0000"
    assert item.findtext(f"{ATOM}updated") == "2026-01-02T22:00:00+00:00"
    assert entry.findtext(f"{ATOM}published") == "2026-01-02T03:04:05+00:00"
    assert entry.findtext(f"{ATOM}updated") == "2026-01-02T22:00:00+00:00"


def test_summary_and_content(item: Any, entry: Any) -> None:
    """The excerpt as escaped HTML text; the whole as HTML, the same in both formats."""
    assert item.findtext("description") == "An excerpt &amp; more"
    assert entry.findtext(f"{ATOM}summary") == "An excerpt &amp; more"
    assert entry.find(f"{ATOM}summary").get("type") == "html"
    content = item.findtext(f"{CONTENT}encoded")
    assert entry.findtext(f"{ATOM}content") == content
    assert entry.find(f"{ATOM}content").get("type") == "html"
    lead = content.index('<img src="https://example.com/a.png?alias=standard_900x600" alt="One"')
    body = content.index("An excerpt &amp; more")
    provider = content.index('<a href="https://pro.example/">Pro &amp; Co</a>')
    related = content.index("Related 0</a> (P0)")
    assert lead < body < provider < related
    assert content.count("<li>") == 5
    assert "Related 4</a> (P4)" in content


def test_the_author_is_the_provider(item: Any, entry: Any) -> None:
    """dc:creator in RSS, which wants e-mail addresses in its own element."""
    assert item.findtext(f"{DC}creator") == "Pro & Co"
    assert item.find("author") is None
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Pro & Co"
    assert entry.findtext(f"{ATOM}author/{ATOM}uri") == "https://pro.example/"


def test_the_source_is_named(item: Any, entry: Any) -> None:
    """Who published it first, with an address."""
    assert (item.findtext("source"), item.find("source").get("url")) == ("Pro & Co", "https://pro.example/")
    source = entry.find(f"{ATOM}source")
    assert source.findtext(f"{ATOM}title") == "Pro & Co"
    assert source.findtext(f"{ATOM}id") == "https://pro.example/"
    assert source.findtext(f"{ATOM}updated")


def test_the_source_has_no_link_of_its_own(entry: Any) -> None:
    """There are readers that open the last link below an entry, wherever it stands."""
    assert entry.find(f"{ATOM}source/{ATOM}link") is None
    last = list(entry.iter(f"{ATOM}link"))[-1]
    assert last.getparent() is entry


def test_html_stands_in_feeds_as_it_is(site: Project) -> None:
    """Parsers that count what is escaped, to be safe from XML bombs, do not refuse feeds of many articles."""
    for suffix in ("rss", "atom"):
        document = site.document(f"/topics/ai.{suffix}").decode()
        assert '<![CDATA[<p><img src="https://example.com/a.png?alias=standard_900x600"' in document
        assert "&lt;p&gt;" not in document


@pytest.mark.parametrize("kind", [rss, atom])
@pytest.mark.parametrize(
    "content",
    ["<p>a[b[0]]>c</p>", "<p>]]></p>", "]]>", "<p>a\rb</p>", "<![CDATA[<p>x</p>]]>", "<p>a&amp;b</p>"],
)
def test_html_that_cdata_cannot_hold_comes_back_the_same(
    kind: Callable[[Feed], bytes], content: str, site: Project
) -> None:
    """Whatever a text has in it that would end the section early, or be folded in it."""
    feed = site.feed("topics/ai")
    entry = msgspec.structs.replace(feed.entries[0], content=content)
    root = _root(kind(msgspec.structs.replace(feed, entries=(entry,))))
    found = root.findtext(f"channel/item/{CONTENT}encoded", root.findtext(f"{ATOM}entry/{ATOM}content"))
    assert found == content


def test_a_picture_s_title_is_not_taken_for_the_article_s(site: Project) -> None:
    """feedparser, which most Python readers are built on, takes it for that where it follows the source."""
    for suffix in ("rss", "atom"):
        (read,) = feedparser.parse(site.document(f"/topics/ai.{suffix}")).entries
        assert (read.title, read.title_detail.value) == ("R&D – more",) * 2


def test_topics_are_categories(item: Any, entry: Any) -> None:
    """By the names that the record gives them, each once."""
    assert [category.text for category in item.iterfind("category")] == ["AI", "Web"]
    assert [category.get("term") for category in entry.iterfind(f"{ATOM}category")] == ["AI", "Web"]


def test_two_spellings_of_one_topic_are_one_category(project: Project) -> None:
    """In the order of the record, spelled as it spells it first."""
    project.record("a", topics=["Web", "Tools", "web", "TOOLS ", "C", "C++"])
    item = _root(project.document("/all.rss")).find("channel/item")
    assert [category.text for category in item.iterfind("category")] == ["Web", "Tools", "C", "C++"]


def test_rss_has_one_enclosure(item: Any) -> None:
    """The first picture, with type, and length 0 until it is known."""
    expected = {
        "url": "https://example.com/a.png?alias=standard_900x600",
        "type": "image/png",
        "length": "0",
    }
    assert [dict(enclosure.attrib) for enclosure in item.iterfind("enclosure")] == [expected]


def test_atom_has_an_enclosure_link_for_each_picture(entry: Any) -> None:
    """With type and length; the picture's description is the link's title."""
    found = [dict(link.attrib) for link in entry.iterfind(f"{ATOM}link") if link.get("rel") == "enclosure"]
    plain = {"rel": "enclosure", "length": "0"}
    assert found == [
        plain
        | {
            "href": "https://example.com/a.png?alias=standard_900x600",
            "type": "image/png",
            "title": "One",
        },
        plain | {"href": "https://example.com/picture", "type": "image/jpeg"},
        plain | {"href": "https://www.example.org/b.webp", "type": "image/webp"},
    ]


@pytest.mark.parametrize("kind", ["item", "entry"])
def test_media_rss_describes_each_picture(kind: str, request: pytest.FixtureRequest) -> None:
    """media:content with size, medium and type, and one media:thumbnail; unknown sizes are left out."""
    element = request.getfixturevalue(kind)
    contents = [dict(content.attrib) for content in element.iterfind(f"{MEDIA}content")]
    assert contents[0] == {
        "url": "https://example.com/a.png?alias=standard_900x600",
        "type": "image/png",
        "medium": "image",
        "width": "900",
        "height": "600",
    }
    assert [content["url"] for content in contents[1:]] == [
        "https://example.com/picture",
        "https://www.example.org/b.webp",
    ]
    assert all(content.keys() == {"url", "type", "medium"} for content in contents[1:])
    assert [thumbnail.get("url") for thumbnail in element.iterfind(f"{MEDIA}thumbnail")] == [
        contents[0]["url"]
    ]
    assert element.findtext(f"{MEDIA}content/{MEDIA}title") == "One"


FACE = {
    "title": "The face",
    "alt": "A clock",
    "caption": "Seen at noon",
    "credit": "Ada",
    "license": "CC BY 4.0",
}


@pytest.mark.parametrize(
    ("known", "title", "description"),
    [
        ({"title", "alt", "caption"}, "The face", "Seen at noon"),
        ({"title", "alt"}, "The face", "A clock"),
        ({"alt", "caption"}, "A clock", "Seen at noon"),
        ({"alt"}, "A clock", None),
        ({"caption"}, None, "Seen at noon"),
        (set(), None, None),
    ],
)
@pytest.mark.parametrize("kind", [rss, atom])
def test_what_is_known_of_a_picture_is_said(
    kind: Callable[[Feed], bytes], known: set[str], title: str | None, description: str | None, site: Project
) -> None:
    """Every format has a place for each of its texts; what stands in for it is never lost."""
    texts = {name: text for name, text in FACE.items() if name in known | {"credit", "license"}}
    feed = _with_picture(site, **texts)
    document = kind(feed)
    assert complaints(document) == []
    content = next(_root(document).iter(f"{MEDIA}content"))
    found = [content.findtext(f"{MEDIA}{name}") for name in ("title", "description", "credit", "license")]
    assert found == [title, description, "Ada", "CC BY 4.0"]
    name = next((FACE[text] for text in ("title", "alt", "caption") if text in known), None)
    (attachment,) = json.loads(json_feed(feed))["items"][0]["attachments"]
    assert attachment.get("title") == name
    if kind is atom:
        (link,) = (link for link in _root(document).iter(f"{ATOM}link") if link.get("rel") == "enclosure")
        assert link.get("title") == name


def test_a_licence_by_its_address_can_be_followed(site: Project) -> None:
    """Media RSS has an attribute for it."""
    address = "https://creativecommons.org/licenses/by/4.0/"
    content = next(_root(rss(_with_picture(site, license=address))).iter(f"{MEDIA}content"))
    licence = content.find(f"{MEDIA}license")
    assert (licence.text, dict(licence.attrib)) == (address, {"type": "text/html", "href": address})


def _with_picture(site: Project, **texts: str) -> Feed:
    """Return the feed of the article that has everything, with one picture of which this is known."""
    picture = Enclosure("https://example.com/clock.png", "image/png", **texts)
    feed = site.feed("topics/ai")
    entry = msgspec.structs.replace(feed.entries[0], enclosures=(picture,))
    return msgspec.structs.replace(feed, entries=(entry,))


@pytest.mark.parametrize(
    ("url", "media_type"),
    [
        ("https://e.org/a.JPG", "image/jpeg"),
        ("https://e.org/a.jpeg?x=.png", "image/jpeg"),
        ("https://e.org/a.png#.gif", "image/png"),
        ("https://e.org/a.gif;v=1", "image/jpeg"),
        ("https://e.org/a%2Egif", "image/gif"),
        ("https://e.org/a.svg", "image/svg+xml"),
        ("https://e.org/a.avif", "image/avif"),
        ("https://e.org/a.php?file=a.png", "image/jpeg"),
        ("https://e.org/", "image/jpeg"),
        ("https://e.png", "image/jpeg"),
    ],
)
def test_a_picture_s_type_comes_from_its_path(url: str, media_type: str) -> None:
    """Query strings are ignored; what tells nothing is a JPEG."""
    assert imagetypes.by_suffix(url) == media_type


def test_an_article_s_own_language_is_said(item: Any, entry: Any) -> None:
    """As xml:lang, where it is another than the feed's."""
    assert item.get(LANG) == entry.get(LANG) == "en-GB"


@pytest.mark.parametrize("locale", [None, "de-AT", "DE_at", "yue", "nonsense!"])
def test_the_site_s_language_needs_no_saying(locale: str | None, site: Project) -> None:
    """Nor does one that no feed can carry, which is a warning."""
    site.record("a", suffix=".json", **(FIELDS | {"locale": locale}))
    assert _root(site.document("/all.rss")).find("channel/item").get(LANG) is None


@pytest.mark.parametrize(
    "url", ["ftp://example.com/a.png", "data:image/png;base64,AA", "http://[", "https://example.com/a.mp4"]
)
def test_an_unusable_picture_is_left_out_and_the_article_stays(url: str, site: Project) -> None:
    """With a warning."""
    site.record("a", suffix=".json", **(FIELDS | {"images": [{"url": url}, "https://example.com/b.png"]}))
    item = _root(site.document("/all.rss")).find("channel/item")
    assert [content.get("url") for content in item.iterfind(f"{MEDIA}content")] == [
        "https://example.com/b.png"
    ]
    problems = site.synced(lambda made: made.index.records.problems())
    assert [problem.severity for problem in problems] == ["warning"]


def test_a_picture_that_only_this_machine_can_see_is_no_enclosure(site: Project) -> None:
    """RSS enclosures have to be reachable; the next picture takes the place."""
    images = [
        "http://localhost/a.png",
        "http://[::1]/b.png",
        "http://my_host.example/c.png",
        "https://e.org/d.png",
    ]
    site.record("a", suffix=".json", **(FIELDS | {"images": images}))
    item = _root(site.document("/all.rss")).find("channel/item")
    assert [enclosure.get("url") for enclosure in item.iterfind("enclosure")] == ["https://e.org/d.png"]


def test_what_a_channel_says(site: Project) -> None:
    """Title, description, links, language, picture, rights, ttl, generator, date and keywords."""
    channel = _root(site.document("/topics/ai.rss")).find("channel")
    assert channel.findtext("title") == "Artificial intelligence · A site & more"
    assert channel.findtext("description") == "Machines."
    assert channel.findtext("link") == "https://feeds.example.org/sub/topics/ai/"
    assert dict(channel.find(f"{ATOM}link").attrib) == {
        "href": "https://feeds.example.org/sub/topics/ai.rss",
        "rel": "self",
        "type": "application/rss+xml",
    }
    assert channel.findtext("language") == "de-AT"
    assert channel.findtext("image/url") == "https://cdn.example.org/logo.gif"
    assert channel.findtext("image/title") == channel.findtext("title")
    assert channel.findtext("image/link") == channel.findtext("link")
    assert channel.findtext("copyright") == "© 2026"
    assert channel.findtext("ttl") == "45"
    assert channel.findtext("generator") == "article-feeds"
    assert channel.findtext("lastBuildDate") == "Fri, 02 Jan 2026 22:00:00 +0000"
    assert [category.text for category in channel.iterfind("category")] == ["ML", "a & b"]


def test_what_an_atom_feed_says(site: Project) -> None:
    """Id, title, subtitle, links, language, icon, logo, rights, generator, author, updated and keywords."""
    feed = _root(site.document("/topics/ai.atom"))
    assert feed.findtext(f"{ATOM}id") == "tag:example.org,2024:feeds/topics/ai"
    assert feed.findtext(f"{ATOM}title") == "Artificial intelligence · A site & more"
    assert feed.findtext(f"{ATOM}subtitle") == "Machines."
    # The page first: several parsers take the first link for it.
    assert [dict(link.attrib) for link in feed.iterfind(f"{ATOM}link")] == [
        {"href": "https://feeds.example.org/sub/topics/ai/", "rel": "alternate", "type": "text/html"},
        {
            "href": "https://feeds.example.org/sub/topics/ai.atom",
            "rel": "self",
            "type": "application/atom+xml",
        },
    ]
    assert feed.get(LANG) == "de-AT"
    assert feed.findtext(f"{ATOM}icon") == "https://feeds.example.org/sub/icon.png"
    assert feed.findtext(f"{ATOM}logo") == "https://cdn.example.org/logo.gif"
    assert feed.findtext(f"{ATOM}rights") == "© 2026"
    assert feed.findtext(f"{ATOM}generator") == "article-feeds"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Editor & Co"
    assert feed.findtext(f"{ATOM}updated") == "2026-01-02T22:00:00+00:00"
    assert [category.get("term") for category in feed.iterfind(f"{ATOM}category")] == ["ML", "a & b"]


def test_the_feed_of_everything_is_the_site_s(site: Project) -> None:
    """Its title, description and page are the site's own."""
    channel = _root(site.document("/all.rss")).find("channel")
    assert channel.findtext("title") == "A site & more"
    assert channel.findtext("description") == "What <we> read."
    assert channel.findtext("link") == "https://feeds.example.org/sub/"


def test_an_icon_that_rss_readers_cannot_show_is_no_channel_image(
    make_project: Callable[..., Project],
) -> None:
    """SVG is an error there; Atom has an element of its own for it."""
    project = make_project(CONFIG.replace("[records]", 'icon = "/icon.svg?v=2"\n[records]'))
    project.record("a")
    assert _root(project.document("/all.rss")).find("channel/image") is None
    assert _root(project.document("/all.atom")).findtext(f"{ATOM}icon").endswith("/icon.svg?v=2")


@pytest.mark.parametrize(
    ("picture", "in_rss"),
    [
        ("https://img.example.org/ai.jpg?v=2", "https://img.example.org/ai.jpg?v=2"),
        ("https://img.example.org/ai", "https://img.example.org/ai"),
        ("https://img.example.org/ai.webp", "https://cdn.example.org/logo.gif"),
        ("https://img.example.org/ai.svg", "https://cdn.example.org/logo.gif"),
    ],
)
def test_a_topic_s_picture_is_that_of_its_feeds(
    picture: str, in_rss: str, make_project: Callable[..., Project]
) -> None:
    """In every format, in the place of the site's; RSS names GIF, JPEG and PNG only. No other feed has it."""
    project = make_project(
        SITE.replace('title = "Artificial intelligence"', f'title = "AI"\nimage = "{picture}"')
    )
    project.record("a", topics=["AI"])
    documents = {
        suffix: project.document(f"/topics/ai{suffix}") for suffix in (".rss", ".atom", ".json", "/")
    }
    assert _root(documents[".rss"]).findtext("channel/image/url") == in_rss
    assert _root(documents[".atom"]).findtext(f"{ATOM}logo") == picture
    assert json.loads(documents[".json"])["icon"] == picture
    assert f'<img class="picture" src="{picture}"' in documents["/"].decode()
    assert f'property="og:image" content="{picture}"' in documents["/"].decode()
    assert complaints(documents[".rss"]) == complaints(documents[".atom"]) == []
    assert jsonlint.complaints(documents[".json"]) == []
    for other in ("/all.rss", "/all.atom", "/all.json", "/"):
        assert picture.encode() not in project.document(other)


@pytest.mark.parametrize(
    ("site_url", "address"),
    [
        ('site_url = "https://www.example.org/blog"', "https://www.example.org/blog/i/ai.png"),
        ("", "https://feeds.example.org/sub/i/ai.png"),
    ],
)
def test_a_topic_s_picture_may_be_named_by_its_path(
    site_url: str, address: str, make_project: Callable[..., Project]
) -> None:
    """It lies where the records' site is, or else where the feeds are."""
    config = SITE.replace('site_url = "https://www.example.org"', site_url)
    project = make_project(config.replace("[topics.ai]", '[topics.ai]\nimage = "/i/ai.png"'))
    assert _root(project.document("/topics/ai.atom")).findtext(f"{ATOM}logo") == address


def test_newest_first_and_ties_stay_in_order(project: Project) -> None:
    """Newest first; of those with the same date the order is always the same: no feed shuffles."""
    for stem, day in (("c", 1), ("a", 1), ("b", 1), ("z", 2)):
        project.record(stem, publishedDateTime=f"2026-01-0{day}")
    titles = project.titles()
    assert titles[0] == "Title of z"
    assert sorted(titles[1:]) == ["Title of a", "Title of b", "Title of c"]
    for stem in ("b", "a", "c"):
        (project.root / "records" / f"{stem}.md").unlink()
        project.build()
        project.record(stem, publishedDateTime="2026-01-01")
    assert project.titles() == titles


@pytest.mark.parametrize(("options", "entries"), [("", 50), ("[feeds]\nlimit = 3\n", 3)])
def test_a_feed_has_so_many_entries_at_most(options: str, entries: int, project: Project) -> None:
    """[feeds] limit, 50 if nothing is said; the newest stay."""
    for number in range(60):
        project.record(f"r{number:02}", publishedDateTime=f"2026-01-01T00:{number:02}:00Z")
    project.configure(CONFIG + options)
    root = _root(project.document("/topics/news.rss"))
    titles = [title.text for title in root.iterfind("channel/item/title")]
    assert titles == [f"Title of r{number:02}" for number in range(59, 59 - entries, -1)]


def test_an_empty_feed_is_valid(project: Project) -> None:
    """A topic that has no article yet, and a site that has none at all."""
    project.configure(CONFIG + '[topics.soon]\ntitle = "Soon"\n')
    for path in ("/all.rss", "/all.atom", "/topics/soon.rss", "/topics/soon.atom"):
        body = project.document(path)
        assert complaints(body) == []
        assert feedparser.parse(body).entries == []


def test_an_explicit_id_stays_as_it_is(project: Project) -> None:
    """So that ids migrate from other systems; what is no URI becomes a tag URI."""
    project.record("a", id="urn:uuid:6B29FC40-CA47-1067-B31D-00DD010662DA", publishedDateTime="2026-01-03")
    project.record("b", id="post 17", publishedDateTime="2026-01-02")
    project.record("c", id="https://old.example.org/?p=17#x", publishedDateTime="2026-01-01")
    guids = [guid.text for guid in _root(project.document("/all.rss")).iterfind("channel/item/guid")]
    assert guids == [
        "urn:uuid:6B29FC40-CA47-1067-B31D-00DD010662DA",
        "tag:example.org,2024:post%2017",
        "https://old.example.org/?p=17#x",
    ]


def test_ids_survive_a_move(make_project: Callable[..., Project]) -> None:
    """Of base URL, title, folder and date: readers show no article a second time."""

    def ids(project: Project) -> list[str]:
        return [entry.id for entry in project.feed("all").entries]

    one = make_project(CONFIG, "one")
    one.record("a")
    other = make_project(CONFIG.replace("feeds.example.org", "new.example.net"), "other")
    other.record(
        "deep/other",
        originalUrl="HTTPS://Example.com:443/a?utm_medium=x#top",
        title="Renamed",
        publishedDateTime="2026-03-03",
    )
    assert ids(one) == ids(other) == ["https://example.com/a"]


def test_the_table_of_formats_is_all_there_is_to_know() -> None:
    """Name, suffix and media type of each; what is asked for comes in the table's order."""
    rows = [(row.name, row.suffix, row.media_type) for row in FORMATS]
    assert rows[:2] == [("rss", ".rss", "application/rss+xml"), ("atom", ".atom", "application/atom+xml")]
    assert [row.name for row in by_name(("atom", "rss"))] == ["rss", "atom"]
    config = parse_config(SITE)
    feed = assembly.feed("all", None, (), 0, config)
    assert all(row.render(feed).startswith(b"<?xml") for row in by_name(("rss", "atom")))


# -- any text in any field ----------------------------------------------------------------------------------

ANY = st.text(st.characters(exclude_categories=()), max_size=40)
"""Any code points at all: control characters, lone surrogates, noncharacters."""
TEXT = ANY | st.text(
    st.sampled_from("<>&;\"'#x0 \t\r\n\v]!-/aZ%é\u2028\u0085\ufffe\ud83d\U0001f600"), max_size=40
)
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
PLAIN = parse_config(CONFIG)
# Warnings that say no more than that a text looks like markup, or like a text that was decoded wrongly.
LOOKS = {"ContainsHTML", "ContainsUndeclaredHTML", "CharacterData", "BadCharacters"}


def _render(articles: list[Article], config: Config = PLAIN, topic: Topic | None = None) -> tuple[Any, Any]:
    key = f"topics/{topic.slug}" if topic else "all"
    entries = tuple(assembly.entry(article, config, datetime(2026, 6, 1, tzinfo=UTC)) for article in articles)
    feed = assembly.feed(key, topic, entries, len(entries), config)
    assert jsonlint.complaints(json_feed(feed)) == []
    bodies = rss(feed), atom(feed)
    for body in bodies:
        # A text is what it is, whatever it looks like.
        avoidable = [found for found in complaints(body) if found.name not in LOOKS]
        assert avoidable == []
    return _root(bodies[0]).find("channel"), _root(bodies[1])


def _record(**fields: Any) -> Article | None:
    given = {
        "title": "Title",
        "originalUrl": "https://example.com/a",
        "publishedDateTime": "2026-01-01",
    } | fields
    settings_ = Settings(site_url="https://www.example.org", id_authority="example.org,2024")
    article, problems, *_ = read("records/a.json", json.dumps(given).encode(), 0, settings_)
    if article is None:
        assert len(problems) == 1
    return article


@examples(150)
@given(title=TEXT, excerpt=TEXT, topic=TEXT, provider=TEXT, alt=TEXT, related=TEXT, name=TEXT)
def test_any_text_in_a_record_s_fields_comes_back_the_same(
    title: str, excerpt: str, topic: str, provider: str, alt: str, related: str, name: str
) -> None:
    """What a record says is what a parser of the feed gets, but for what XML cannot carry."""
    article = _record(
        title=f"T{title}",
        name=name,
        excerpt=excerpt,
        topics=[topic, "Topic"],
        provider={"name": provider, "domain": "example.com"},
        images=[{"url": "https://example.com/a.png", "title": alt}],
        related=[{"title": related, "webUrl": "https://example.com/r"}],
    )
    assert article is not None
    assert article.title == cleaning.plain(f"T{title}")
    channel, feed = _render([article])
    item, entry = channel.find("item"), feed.find(f"{ATOM}entry")
    assert item.findtext("title") == entry.findtext(f"{ATOM}title") == article.title
    assert html.unescape(item.findtext("description")) == article.excerpt
    assert html.unescape(entry.findtext(f"{ATOM}summary", "")) == article.excerpt
    assert article.provider is not None
    assert item.findtext(f"{DC}creator") == item.findtext("source") == article.provider.name
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == article.provider.name
    terms = [category.get("term") for category in entry.iterfind(f"{ATOM}category")]
    assert terms == [category.text for category in item.iterfind("category")]
    assert set(terms) <= set(article.topics)
    alt_text = article.images[0].title
    assert item.findtext(f"{MEDIA}content/{MEDIA}title", "") == alt_text
    links = [link for link in entry.iterfind(f"{ATOM}link") if link.get("rel") == "enclosure"]
    assert [link.get("title", "") for link in links] == [alt_text]
    assert entry.findtext(f"{ATOM}content") == item.findtext(f"{CONTENT}encoded")
    for part in (article.title, article.excerpt, article.provider.name, *article.topics, alt_text):
        assert part == cleaning.one_line(part)


@examples(100)
@given(body=TEXT, kind=st.sampled_from(["markdown", "html"]))
def test_any_body_gives_well_formed_feeds(body: str, kind: str) -> None:
    """Whatever stands below a record's fields."""
    article = Article(
        path="a.md",
        id="https://example.com/a",
        url="https://example.com/a",
        title="Title",
        published=WHEN,
        updated=WHEN,
        body=cleaning.clean(body),
        body_format=kind,
    )
    channel, feed = _render([article])
    assert channel.findtext(f"item/{CONTENT}encoded") == feed.findtext(f"{ATOM}entry/{ATOM}content")
    assert channel.findtext(f"item/{CONTENT}encoded")


# An id of a scheme that nobody has registered draws a warning, and stays: ids never change.
NO_URI = TEXT.filter(lambda text: not re.match(r"\s*[A-Za-z][A-Za-z0-9+.-]*:", text))


@examples(100)
@given(url=TEXT, image=TEXT, identifier=NO_URI, domain=TEXT, locale=TEXT, kind=TEXT)
@example(url="\uf900", image="", identifier="", domain="", locale="", kind="")
@example(url="", image="", identifier="\uf900", domain="", locale="", kind="")
def test_any_text_where_an_address_belongs_does_no_harm(
    url: str, image: str, identifier: str, domain: str, locale: str, kind: str
) -> None:
    """It is refused, left out or made valid; no feed is spoiled by it."""
    article = _record(
        originalUrl=f"https://example.com/{url}",
        id=identifier,
        images=[image, f"https://example.com/{image}"],
        provider={"name": "P", "domain": domain},
        locale=locale,
        type=kind,
    )
    if article is None:
        return
    channel, feed = _render([article])
    assert channel.findtext("item/link") == article.url
    assert feed.findtext(f"{ATOM}entry/{ATOM}id") == channel.findtext("item/guid") == article.id
    assert re.fullmatch(r"[\x21-\x7e]+", article.url)
    assert re.fullmatch(r"[\x21-\x7e]+", article.id)


# What TOML can spell: all but surrogates.
SPELLED = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@examples(100)
@given(title=SPELLED, description=SPELLED, author=SPELLED, rights=SPELLED, keyword=SPELLED)
def test_any_text_in_the_configuration_gives_well_formed_feeds(
    title: str, description: str, author: str, rights: str, keyword: str
) -> None:
    """config.toml is text that people write, too."""
    quoted = {key: json.dumps(value).replace("\x7f", "\\u007F") for key, value in locals().items()}
    quoted = {key: re.sub(r"(\\ud[89ab]..)(\\ud[c-f]..)", _astral, value) for key, value in quoted.items()}
    source = (
        f'[site]\nbase_url = "https://feeds.example.org"\ntitle = "S{quoted["title"][1:]}\n'
        f"description = {quoted['description']}\nauthor = {quoted['author']}\nrights = {quoted['rights']}\n"
        f"[topics.x]\ntitle = {quoted['title']}\ndescription = {quoted['description']}\n"
        f"keywords = [{quoted['keyword']}]\n"
    )
    if cleaning.has_unfit(title + description + author + rights + keyword):
        with pytest.raises(ConfigError, match="XML cannot carry"):
            parse_config(source)
        return
    config = parse_config(source)
    article = _record()
    assert article is not None
    for topic in (None, *config.described_topics()):
        channel, feed = _render([article], config, topic)
        assert channel.findtext("title") == feed.findtext(f"{ATOM}title")
        assert channel.findtext("copyright", "") == feed.findtext(f"{ATOM}rights", "")
    assert [category.get("term") for category in feed.findall(f"{ATOM}category")] == [
        word for word in [cleaning.one_line(keyword)] if not cleaning.is_blank(word)
    ]


def test_without_an_authority_a_feed_is_known_by_its_address() -> None:
    """In canonical form, whatever script its topic is in."""
    config = parse_config(
        '[site]\nbase_url = "https://feeds.example.org/%7ejoe"\ntitle = "S"\n[topics."東京"]\n'
    )
    article = _record()
    assert article is not None
    _, feed = _render([article], config, *config.described_topics())
    expected = "https://feeds.example.org/~joe/topics/%E6%9D%B1%E4%BA%AC"
    assert feed.findtext(f"{ATOM}id") == expected


def _astral(match: re.Match[str]) -> str:
    character = json.loads(f'"{match.group()}"')
    return f"\\U{ord(character):08X}"


@examples(60)
@given(
    st.lists(
        st.tuples(
            st.integers(631_152_000, 1_780_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
            st.integers(-5, 10**9),
            st.integers(-(2**40), 2**40),
        ),
        max_size=6,
    )
)
def test_any_dates_and_sizes_give_good_feeds(rows: list[tuple[datetime, int, int]]) -> None:
    """Dates are whole seconds; sizes below one pixel are no sizes."""
    articles = []
    for number, (date, width, height) in enumerate(rows):
        article = _record(
            originalUrl=f"https://example.com/{number}",
            publishedDateTime=date.isoformat(),
            images=[{"url": f"https://example.com/{number}.png", "width": width, "height": height}],
        )
        assert article is not None
        articles.append(article)
    channel, feed = _render(articles)
    assert len(channel.findall("item")) == len(feed.findall(f"{ATOM}entry")) == len(rows)
    for content in feed.iter(f"{MEDIA}content"):
        assert all(int(content.get(name, 1)) > 0 for name in ("width", "height"))


def test_an_article_with_nothing_but_what_it_must_have(project: Project) -> None:
    """Title, URL and date are enough for a good feed."""
    project.record("a", topics=None)
    for suffix in (".rss", ".atom"):
        assert complaints(project.document(f"/all{suffix}", NOW)) == []


def test_an_article_is_what_its_record_is(site: Project) -> None:
    """Every field has its place in the model that formats share."""
    (article,) = site.articles()
    assert article.title == "R&D – more"
    assert article.provider == Provider("Pro & Co", "pro.example", "https://pro.example/")
    assert article.images[2] == Image("https://www.example.org/b.webp")
    assert article.related[4] == Related("Related 4", "https://example.net/4", Provider("P4"))
