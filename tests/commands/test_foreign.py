"""Feeds of others, in every format that readers know, and as broken as they are found."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import FeedsError
from feeds.commands.foreign import MOST_BYTES, parse
from feeds.commands.seen import Seen, SeenFeed

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
EVENING = datetime(2024, 5, 1, 18, tzinfo=UTC)


def _rss(items: str, version: str = "2.0", head: str = "") -> bytes:
    return (
        f'{head}<rss version="{version}"><channel><title>Tides</title><link>https://example.org/</link>'
        f"<description/>{items}</channel></rss>"
    ).encode()


def _one(feed: SeenFeed) -> Seen:
    (entry,) = feed.entries
    return entry


RSS_20 = _rss(
    """<item><title>High &amp;amp; low</title><link>https://example.org/high</link>
    <guid isPermaLink="false"> 4711 </guid><pubDate>Wed, 01 May 2024 14:00:00 +0200</pubDate>
    <enclosure url="https://example.org/high.jpg" length="1" type="image/jpeg"/></item>"""
)
RSS_091 = _rss(
    """<item><title>High &amp; low</title><link>https://example.org/high</link></item>""",
    "0.91",
    '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
    '"http://my.netscape.com/publish/formats/rss-0.91.dtd">',
)
RSS_10 = b"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://example.org/"><title>Tides</title><link>https://example.org/</link></channel>
<item rdf:about="https://example.org/#high"><title>High &amp; low</title><link>https://example.org/high</link>
<dc:date>2024-05-01T14:00:00+02:00</dc:date></item></rdf:RDF>"""
RSS_090 = RSS_10.replace(b"http://purl.org/rss/1.0/", b"http://my.netscape.com/rdf/simple/0.9/").replace(
    b' rdf:about="https://example.org/#high"', b""
)
ATOM_10 = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/blog/">
<title>Tides</title><id>urn:x</id><updated>2024-05-01T18:00:00Z</updated>
<entry><title>High &amp; low</title><id>tag:example.org,2024:high</id>
<link rel="enclosure" type="image/jpeg" href="high.jpg"/><link href="../high"/>
<published>2024-05-01T12:00:00Z</published><updated>2024-05-01T18:00:00Z</updated></entry></feed>"""
ATOM_03 = b"""<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Tides</title>
<entry><title mode="escaped" type="text/html">High &amp;amp; low</title><id>tag:example.org,2024:high</id>
<link rel="alternate" type="text/html" href="https://example.org/high"/>
<issued>2024-05-01T12:00:00Z</issued><modified>2024-05-01T18:00:00Z</modified></entry></feed>"""
ITEM = {
    "id": "4711",
    "url": "https://example.org/high",
    "title": "High & low",
    "date_published": "2024-05-01T14:00:00+02:00",
    "date_modified": "2024-05-01T18:00:00Z",
    "image": "https://example.org/high.jpg",
}
JSON_11 = json.dumps(
    {"version": "https://jsonfeed.org/version/1.1", "title": "Tides", "items": [ITEM]}
).encode()
JSON_10 = json.dumps(
    {"version": "https://jsonfeed.org/version/1", "title": "Tides", "items": [ITEM | {"id": 4711}]}
).encode()


@pytest.mark.parametrize(
    ("data", "kind", "uid", "published", "updated", "pictures"),
    [
        (RSS_20, "RSS 2.0", "4711", NOON, None, 1),
        (RSS_091, "RSS 0.91", "https://example.org/high", None, None, 0),
        (RSS_10, "RSS 1.0", "https://example.org/#high", NOON, None, 0),
        (RSS_090, "RSS 0.90", "https://example.org/high", NOON, None, 0),
        (ATOM_10, "Atom 1.0", "tag:example.org,2024:high", NOON, EVENING, 1),
        (ATOM_03, "Atom 0.3", "tag:example.org,2024:high", NOON, EVENING, 0),
        (JSON_11, "JSON Feed 1.1", "4711", NOON, EVENING, 1),
        (JSON_10, "JSON Feed 1", "4711", NOON, EVENING, 1),
    ],
    ids=["rss-2.0", "rss-0.91", "rss-1.0", "rss-0.90", "atom-1.0", "atom-0.3", "json-1.1", "json-1.0"],
)
def test_every_format_is_read(
    data: bytes, kind: str, uid: str, published: datetime | None, updated: datetime | None, pictures: int
) -> None:
    """Id, title, link, dates and picture, as readers take them; also compressed."""
    feed = parse(data, "old")
    assert (feed.format, feed.title) == (kind, "Tides")
    entry = _one(feed)
    assert (entry.id, entry.title, entry.link) == (uid, "High & low", "https://example.org/high")
    assert (entry.published, entry.updated) == (published, updated)
    assert [picture.rpartition("/")[2] for picture in entry.pictures] == ["high.jpg"] * pictures
    assert parse(gzip.compress(data), "old") == feed


@pytest.mark.parametrize(
    ("item", "uid", "kind"),
    [
        (
            "<guid>https://example.org/1</guid><link>https://example.org/2</link>",
            "https://example.org/1",
            "id",
        ),
        ("<guid>  HTTPS://Example.org/%7e1 </guid>", "HTTPS://Example.org/%7e1", "id"),
        ('<guid isPermaLink="false">/a</guid>', "/a", "id"),
        ("<guid/><link>/2</link>", "https://example.org/2", "link"),
        ("<title>T</title><pubDate>May 2024</pubDate>", "T (May 2024)", "title"),
    ],
)
def test_an_id_is_what_readers_compare(item: str, uid: str, kind: str) -> None:
    """Sign by sign; where there is none it is the link, and without a link title and date."""
    entry = _one(parse(_rss(f"<item>{item}</item>"), "old"))
    assert (entry.id, entry.id_kind) == (uid, kind)


def test_what_readers_make_of_one_id_is_one_entry() -> None:
    """The first of them is kept, and the others are told of."""
    feed = parse(
        _rss("<item><guid>1</guid><title>A</title></item><item><guid>1</guid><title>B</title></item>"), "old"
    )
    assert _one(feed).title == "A"
    assert len(feed.notes) == 1


def test_a_permanent_guid_is_a_link() -> None:
    """Where there is no other; and the address behind a counted one is known too."""
    entry = _one(parse(_rss("<item><guid>https://example.org/1</guid></item>"), "old"))
    assert entry.link == "https://example.org/1"
    counted = (
        '<item xmlns:f="http://rssnamespace.org/feedburner/ext/1.0"><link>https://counted.example/1</link>'
        "<f:origLink>https://example.org/1</f:origLink></item>"
    )
    assert _one(parse(_rss(counted), "old")).links == ("https://example.org/1",)


@pytest.mark.parametrize(
    "item",
    [
        '<description>&lt;p&gt;&lt;img class="a" src="/p.jpg"&gt;</description>',
        '<c:encoded xmlns:c="http://purl.org/rss/1.0/modules/content/"><![CDATA[<img src=p.jpg>]]>'
        "</c:encoded>",
        '<m:thumbnail xmlns:m="http://search.yahoo.com/mrss/" url="/p.jpg"/>',
        '<m:group xmlns:m="http://search.yahoo.com/mrss/"><m:content medium="image" url="/p.jpg"/></m:group>',
    ],
)
def test_the_picture_is_found_where_readers_find_it(item: str) -> None:
    """As an enclosure, in Media RSS, or first in the text."""
    entry = _one(parse(_rss(f"<item><link>https://example.org/1</link>{item}</item>"), "old"))
    assert entry.pictures == ("https://example.org/p.jpg",)


@pytest.mark.parametrize(
    "encoding", ["iso-8859-1", "windows-1252", "utf-16", "utf-8-sig", "koi8-r", "shift_jis"]
)
def test_encodings_are_those_that_feeds_name(encoding: str) -> None:
    """By the first bytes, or by the declaration."""
    title = {"koi8-r": "Прилив", "shift_jis": "潮"}.get(encoding, "Ebbe und Flüsse")
    name = encoding.removesuffix("-sig")
    head = f'<?xml version="1.0" encoding="{name}"?>'
    data = _rss(f"<item><title>{title}</title></item>", head=head).decode().encode(encoding)
    assert _one(parse(data, "old")).title == title


def test_http_goes_before_the_declaration() -> None:
    """As for every XML that is sent (RFC 7303 section 3)."""
    head = '<?xml version="1.0" encoding="iso-8859-1"?>'
    data = _rss("<item><title>Прилив</title></item>", head=head).decode()
    assert _one(parse(data.encode("koi8-r"), "old", charset="koi8-r")).title == "Прилив"


@pytest.mark.parametrize(
    ("data", "titles"),
    [
        (_rss("<item><title>Sand & sea &mdash; R&D</title></item>"), ["Sand & sea — R&D"]),
        (_rss("<item><title>A</title></item><item><title>B</item><item><title>C</title></item>"), None),
        (_rss("<item><title>A\x0b\x00B</title></item>"), ["AB"]),
        (_rss("<item><title>A</title></item>")[:-20], ["A"]),
        (_rss("<item><title>Fl\xfc</title></item>").decode().encode("latin-1"), ["Flü"]),
        (b"\n\n  <?xml version='1.0'?>" + _rss("<item><title>A</title></item>"), ["A"]),
        (_rss("<item><title><!-- no -->A</title></item>"), ["A"]),
    ],
    ids=["entities", "unclosed", "controls", "cut off", "bytes", "space before", "comment"],
)
def test_broken_feeds_are_read_as_far_as_they_go(data: bytes, titles: list[str] | None) -> None:
    """As readers do: old feeds are often no XML."""
    feed = parse(data, "old")
    if titles is None:
        assert feed.notes
        titles = [entry.title for entry in feed.entries]
        assert titles[0] == "A"
    assert [entry.title for entry in feed.entries] == titles


def test_a_misspelt_namespace_is_noted() -> None:
    """Readers go by the names of elements."""
    feed = parse(ATOM_10.replace(b"2005/Atom", b"2005/atom"), "old")
    assert feed.entries == parse(ATOM_10, "old").entries
    assert len(feed.notes) == 1


def test_entities_of_a_document_neither_grow_nor_lead_anywhere() -> None:
    """Nothing that a document type declares is read."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    entry = _one(parse(_rss("<item><title>A &l9;&f;</title><guid>&l9;</guid></item>", head=head), "old"))
    assert len(entry.title) < 50
    assert len(entry.id) < 50


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"hello", "neither XML nor JSON"),
        (b"<svg/>", "<svg>"),
        (b"{", "JSON"),
        (b'{"a": 1}', "JSON Feed"),
        (b"[1]", "JSON Feed"),
        (b"\x1f\x8b nonsense", "gzip"),
        (gzip.compress(RSS_20)[:-30], "gzip"),
        (gzip.compress(b" " * (MOST_BYTES + 1)), "longer"),
        (
            b'<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml">'
            b"</head><body>Tides</body></html>",
            "/feed.xml",
        ),
    ],
)
def test_what_is_no_feed_is_named_with_the_reason(data: bytes, told: str) -> None:
    """File or URL, and why; of a page, the feeds that it names."""
    with pytest.raises(FeedsError) as raised:
        parse(data, "old.xml")
    assert str(raised.value).startswith("old.xml: ")
    assert told in str(raised.value)


@given(st.binary(max_size=300))
def test_nothing_but_our_own_error_comes_of_any_bytes(data: bytes) -> None:
    """Whatever a server sends."""
    for sent in (data, b"<rss><channel>" + data, b"<?xml version='1.0'?><rss><item>" + data, b"{" + data):
        try:
            parse(sent, "old")
        except FeedsError:
            continue


SIGNS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=20)


@given(SIGNS.filter(str.strip))
def test_an_id_is_read_as_it_was_written(uid: str) -> None:
    """Whatever signs it has, in every format; but for white space at its ends."""
    atom = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>{escape(uid)}</id></entry></feed>"
    for written in (
        _rss(f"<item><guid>{escape(uid)}</guid></item>"),
        _rss(f"<item><guid><![CDATA[{uid.replace(']]>', ']]]]><![CDATA[>')}]]></guid></item>"),
        atom.encode(),
        atom.encode("utf-16"),
        json.dumps({"items": [{"id": uid}]}).encode(),
    ):
        assert _one(parse(written, "old")).id == uid.strip()
