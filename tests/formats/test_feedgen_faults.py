"""Faults of feedgen 1.0.0 that are worked around: there in plain feedgen, absent in our feeds.

When a new feedgen makes the first assertion of a test fail, the work-around it guards can go.
"""

from __future__ import annotations

import json
import locale
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree
from project import Project

from feeds import Enclosure, Entry, Feed, Person
from feeds.formats.rss_atom import atom, rss

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
THEN = datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)
LATER = datetime(2020, 3, 4, 5, 6, 7, tzinfo=UTC)


def _plain() -> Any:
    generator = FeedGenerator()
    generator.id("https://example.org/feed")
    generator.title("Title")
    generator.description("Description")
    generator.link(href="https://example.org/", rel="alternate")
    return generator


def _item(generator: Any, number: int = 1, **options: Any) -> Any:
    item = generator.add_entry(**options)
    item.id(f"https://example.org/{number}")
    item.title(f"Entry {number}")
    item.link(href=f"https://example.org/{number}")
    return item


def _entry(number: int = 1, **fields: Any) -> Entry:
    given = {
        "id": f"https://example.org/{number}",
        "title": f"Entry {number}",
        "url": f"https://example.org/{number}",
        "published": THEN,
        "updated": LATER,
        "summary": "Summary",
        "content": "<p>Content</p>",
    }
    return Entry(**(given | fields))


def _feed(*entries: Entry) -> Feed:
    return Feed(
        key="topics/x",
        id="https://example.org/topics/x",
        title="Title",
        description="Description",
        base_url="https://example.org",
        language="en",
        author=Person("Somebody", "https://example.org/"),
        updated=LATER,
        entries=entries,
    )


def _root(body: bytes) -> Any:
    return etree.fromstring(body)


def _links(root: Any) -> list[dict[str, str]]:
    return [dict(link.attrib) for link in root.iterfind(f"{ATOM}entry/{ATOM}link")]


ONE = Enclosure("https://example.org/1.png", "image/png", width=3, height=2, title="One")
TWO = Enclosure("https://example.org/2.jpg", "image/jpeg", length=7)


def test_atom_links_keep_rel_type_length_and_title() -> None:
    """Its issue 135: entry links lose all but href, and enclosures turn into alternates."""
    generator = _plain()
    item = _item(generator)
    item.link(href=ONE.url, rel="enclosure", type="image/png", length="0", title="One")
    assert _links(_root(generator.atom_str()))[1] == {"href": ONE.url}

    assert _links(_root(atom(_feed(_entry(enclosures=(ONE, TWO)))))) == [
        {"href": "https://example.org/1", "rel": "alternate", "type": "text/html"},
        {"href": ONE.url, "rel": "enclosure", "type": "image/png", "length": "0", "title": "One"},
        {"href": TWO.url, "rel": "enclosure", "type": "image/jpeg", "length": "7"},
    ]


def test_the_rss_channel_s_link_is_the_page() -> None:
    """feedgen takes whichever link was added last."""
    generator = _plain()
    generator.link(href="https://example.org/feed.rss", rel="self")
    assert _root(generator.rss_str()).findtext("channel/link") == "https://example.org/feed.rss"

    channel = _root(rss(_feed())).find("channel")
    assert channel.findtext("link") == "https://example.org/topics/x/"
    own = channel.find(f"{ATOM}link")
    assert (own.get("rel"), own.get("href")) == ("self", "https://example.org/topics/x.rss")


def test_feed_dates_are_the_feed_s_and_not_the_clock_s() -> None:
    """feedgen dates a feed now, so that every build would change every feed."""
    generator = _plain()
    year = datetime.now(UTC).year
    assert _root(generator.atom_str()).findtext(f"{ATOM}updated").startswith(str(year))
    assert str(year) in _root(generator.rss_str()).findtext("channel/lastBuildDate")

    assert _root(atom(_feed())).findtext(f"{ATOM}updated") == LATER.isoformat()
    assert _root(rss(_feed())).find("channel/lastBuildDate") is None
    assert _root(rss(_feed(_entry()))).findtext("channel/lastBuildDate") == "Wed, 04 Mar 2020 05:06:07 +0000"


def test_entries_are_dated_by_their_articles() -> None:
    """feedgen's published() does not set updated, which is then now."""
    generator = _plain()
    _item(generator).published(THEN)
    assert _root(generator.atom_str()).findtext(f"{ATOM}entry/{ATOM}updated") != THEN.isoformat()

    entry = _root(atom(_feed(_entry(updated=THEN)))).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}published") == THEN.isoformat()


def test_entries_keep_their_order() -> None:
    """feedgen puts each new entry before the others."""
    generator = _plain()
    for number in (1, 2, 3):
        _item(generator, number).content("x")
    titles = [title.text for title in _root(generator.rss_str()).iterfind("channel/item/title")]
    assert titles == ["Entry 3", "Entry 2", "Entry 1"]

    feed = _feed(*map(_entry, (1, 2, 3)))
    expected = ["Entry 1", "Entry 2", "Entry 3"]
    assert [title.text for title in _root(rss(feed)).iterfind("channel/item/title")] == expected
    assert [title.text for title in _root(atom(feed)).iterfind(f"{ATOM}entry/{ATOM}title")] == expected


def test_the_first_picture_is_the_rss_enclosure() -> None:
    """In feedgen the last enclosure wins, and a length of None is the text "None"."""
    generator = _plain()
    item = _item(generator)
    item.enclosure(ONE.url, None, "image/png")
    item.enclosure(TWO.url, None, "image/jpeg")
    enclosure = _root(generator.rss_str()).find("channel/item/enclosure")
    assert (enclosure.get("url"), enclosure.get("length")) == (TWO.url, "None")

    enclosures = _root(rss(_feed(_entry(enclosures=(ONE, TWO))))).findall("channel/item/enclosure")
    expected = {"url": ONE.url, "length": "0", "type": "image/png"}
    assert [dict(enclosure.attrib) for enclosure in enclosures] == [expected]


def test_an_author_without_an_address_is_in_rss() -> None:
    """feedgen leaves authors without e-mail out of RSS; dc:creator needs none."""
    generator = _plain()
    _item(generator).author(name="Author")
    assert b"Author" not in generator.rss_str()

    item = _root(rss(_feed(_entry(authors=(Person("Author"),))))).find("channel/item")
    assert item.findtext(f"{DC}creator") == "Author"
    assert item.find("author") is None


def test_the_source_of_an_atom_entry_has_id_and_date() -> None:
    """feedgen's atom:source lacks both, which RFC 4287 section 4.2.11 asks for."""
    generator = _plain()
    item = _item(generator)
    item.source(url="https://source.example/", title="Source")
    source = _root(generator.atom_str()).find(f"{ATOM}entry/{ATOM}source")
    assert {child.tag for child in source} == {f"{ATOM}title", f"{ATOM}link"}

    entry = _entry(provider=Person("Source", "https://source.example/"))
    source = _root(atom(_feed(entry))).find(f"{ATOM}entry/{ATOM}source")
    assert source.findtext(f"{ATOM}id") == "https://source.example/"
    assert source.findtext(f"{ATOM}title") == "Source"
    assert source.findtext(f"{ATOM}updated") == LATER.isoformat()


def test_pictures_stand_in_the_entry_with_their_sizes() -> None:
    """feedgen's media extension puts pictures into groups, and whole numbers make it fail."""
    generator = _plain()
    generator.load_extension("media")
    item = _item(generator)
    item.media.content(url=ONE.url)
    assert _root(generator.rss_str()).find(f"channel/item/{MEDIA}group") is not None
    item.media.content(url=ONE.url, width=3)
    with pytest.raises(TypeError):
        generator.rss_str()

    for body, path in ((rss, "channel/item"), (atom, f"{ATOM}entry")):
        item = _root(body(_feed(_entry(enclosures=(ONE, TWO))))).find(path)
        first, second = item.findall(f"{MEDIA}content")
        expected = {"url": ONE.url, "type": "image/png", "medium": "image", "width": "3", "height": "2"}
        assert dict(first.attrib) == expected
        assert first.findtext(f"{MEDIA}title") == "One"
        assert second.get("fileSize") == "7"
        assert "width" not in second.attrib
        thumbnail = {"url": ONE.url, "width": "3", "height": "2"}
        assert [dict(element.attrib) for element in item.findall(f"{MEDIA}thumbnail")] == [thumbnail]


@pytest.mark.parametrize("character", ["\0", "\x0b", "\ufffe", "\ud800"])
def test_what_xml_cannot_carry_takes_no_feed_down(character: str, project: Project) -> None:
    """One such character in one entry makes feedgen refuse the whole feed."""
    generator = _plain()
    item = FeedEntry()
    item.id("https://example.org/1")
    item.title(f"a{character}b")
    item.link(href="https://example.org/1")
    generator.add_entry(item)
    with pytest.raises(ValueError):
        generator.atom_str()

    content = {"title": f"a{character}b", "originalUrl": "https://example.org/1", "published": True}
    project.write("records/2026-01-01-x.json", json.dumps(content))
    assert project.titles() == ["ab"]
    assert b"<title>ab</title>" in project.document("/all.rss")
    assert b"<title>ab</title>" in project.document("/all.atom")


def test_the_process_s_locale_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """feedgen switches it for each date, under the feet of all other threads."""
    switched: list[object] = []
    original = locale.setlocale

    def note(category: int, value: Any = None) -> str:
        if value is not None:
            switched.append(value)
        return original(category, value)

    monkeypatch.setattr(locale, "setlocale", note)
    generator = _plain()
    _item(generator).published(THEN)
    generator.rss_str()
    assert switched != []

    switched.clear()
    rss(_feed(_entry()))
    atom(_feed(_entry()))
    assert switched == []


def test_content_without_a_summary_is_content() -> None:
    """feedgen puts it into <description>; and a description overwrites Atom's content."""
    generator = _plain()
    item = _item(generator)
    item.content("<p>Content</p>")
    assert _root(generator.rss_str()).findtext("channel/item/description") == "<p>Content</p>"
    item.description("Overwritten", isSummary=False)
    assert _root(generator.atom_str()).findtext(f"{ATOM}entry/{ATOM}content") == "Overwritten"

    item = _root(rss(_feed(_entry(summary="")))).find("channel/item")
    assert item.findtext("description") == ""
    assert item.findtext(f"{CONTENT}encoded") == "<p>Content</p>"
    item = _root(rss(_feed(_entry()))).find("channel/item")
    assert (item.findtext("description"), item.findtext(f"{CONTENT}encoded")) == ("Summary", "<p>Content</p>")
    entry = _root(atom(_feed(_entry()))).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}content") == "<p>Content</p>"
    assert entry.findtext(f"{ATOM}summary") == "Summary"
    assert _root(atom(_feed(_entry(summary="")))).find(f"{ATOM}entry/{ATOM}summary") is None


def test_rss_has_the_hubs() -> None:
    """feedgen's RSS knows no other links of the feed than the first rel=self."""
    plain = _plain()
    plain.link(href="https://hub.example/", rel="hub")
    # The last one is the channel's, whatever its rel is.
    plain.link(href="https://example.org/", rel="alternate")
    assert b"hub.example" not in plain.rss_str()
    feed = msgspec.structs.replace(_feed(_entry()), hubs=("https://hub.example/",))
    links = _root(rss(feed))[0].findall(f"{ATOM}link")
    hubs = [link.get("href") for link in links if link.get("rel") == "hub"]
    assert hubs == ["https://hub.example/"]
