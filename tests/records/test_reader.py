"""From a record's fields to an article: every tolerance and every rejection."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import yaml
from generated import examples
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import Problem
from feeds.model.article import Article, Author, Image, Provider, Related
from feeds.records.fields import FIELD_NAMES
from feeds.records.reader import Reading, Settings, read
from feeds.records.syntax import SUFFIXES
from feeds.text import cleaning as text

MINIMAL: dict[str, Any] = {
    "title": "A title",
    "originalUrl": "https://example.org/a",
    "publishedDateTime": "2024-05-31T06:52:00Z",
}
PUBLISHED = datetime(2024, 5, 31, 6, 52, tzinfo=UTC)
PLAIN = Settings()
SITE = Settings(site_url="https://www.example.org/")


def reading(
    fields: dict[str, Any], given: Settings = PLAIN, path: str = "records/a.json", mtime_ns: int = 0
) -> Reading:
    """Read a record of these fields."""
    return read(path, json.dumps(fields, indent=1).encode(), mtime_ns, given)


def accepted(fields: dict[str, Any], given: Settings = PLAIN, path: str = "records/a.json") -> Article:
    """Return the article of a record with nothing wrong in it; ``fields`` complete a minimal one."""
    result = reading(MINIMAL | fields, given, path)
    assert result.problems == ()
    assert result.article is not None
    return result.article


def warned(fields: dict[str, Any], given: Settings = PLAIN) -> tuple[Article, list[tuple[str, str]]]:
    """Return the article of a record, and the fields and reasons of its warnings."""
    result = reading(MINIMAL | fields, given)
    assert result.article is not None
    assert all(problem.severity == "warning" for problem in result.problems)
    assert all(problem.path == "records/a.json" for problem in result.problems)
    return result.article, [(problem.field, problem.reason) for problem in result.problems]


def rejected(result: Reading) -> Problem:
    """Return the one reason why a record was rejected."""
    assert result.article is None
    (problem,) = result.problems
    assert problem.severity == "rejection"
    return problem


def without(*names: str, **others: Any) -> dict[str, Any]:
    """Return a minimal record without some of its fields and with others."""
    return {name: value for name, value in MINIMAL.items() if name not in names} | others


FULL = """\
---
category: news
title: "Rain &#8211; and  AT&amp;T"
excerpt: "<p>It rains.</p> &amp; pours"
publishedDateTime: 2024-05-31T06:52:00Z
updatedDateTime: 2024-06-01T00:00:00Z
originalUrl: "https://time.com/a?utm_source=x"
webUrl: "https://time.com/b"
type: article
quality: 84
heat: -1
published: false
removed: no
locale: de_at
secured: "c2VjcmV0LXRleHQ="

provider:
  name: Time
  domain: Time.com
  secured: "c2VjcmV0LXRleHQ="
  images:
    - url: "https://time.com/50.jpg"

topics:
  - AI
  - AI in Security
  - AI

images:
  - url: "https://time.com/a.png?alias=x"
    width: 256
    height: 128
    title: A &amp; B
    isCached: true
  - url: "https://time.com/b.png"

related:
  - title: "Another"
    secured: "c2VjcmV0LXRleHQ="
    originalUrl: "https://nbc.com/a"
    provider: {name: NBC, domain: nbc.com}
    related: [{title: x}]
---

# Body
"""


def test_every_field_of_a_record_finds_its_place_in_the_article() -> None:
    """The whole of the format on one page."""
    result = read("posts/a.md", FULL.encode(), 0, Settings())
    assert result.problems == ()
    assert result.article == Article(
        path="posts/a.md",
        id="https://time.com/a",
        url="https://time.com/a?utm_source=x",
        title="Rain – and AT&T",
        published=PUBLISHED,
        updated=datetime(2024, 6, 1, tzinfo=UTC),
        excerpt="It rains. & pours",
        body="\n# Body\n",
        body_format="markdown",
        type="article",
        category="news",
        language="de-AT",
        quality=84,
        heat=-1,
        is_published=False,
        is_removed=False,
        provider=Provider("Time", "time.com", "https://time.com/", "https://time.com/50.jpg"),
        topics=("AI", "AI in Security"),
        images=(
            Image("https://time.com/a.png?alias=x", 256, 128, "A & B"),
            Image("https://time.com/b.png"),
        ),
        related=(Related("Another", "https://nbc.com/a", Provider("NBC", "nbc.com", "https://nbc.com/")),),
    )


def test_what_is_absent_has_a_plain_default() -> None:
    """Title, address and date are all that an article needs."""
    assert accepted({}) == Article(
        path="records/a.json",
        id="https://example.org/a",
        url="https://example.org/a",
        title="A title",
        published=PUBLISHED,
        updated=PUBLISHED,
    )


@pytest.mark.parametrize("name", [name for name in FIELD_NAMES if name not in MINIMAL])
def test_a_field_that_is_null_counts_as_absent(name: str) -> None:
    """As an empty line in a form does."""
    assert accepted({name: None}) == accepted({})


@pytest.mark.parametrize("blank", ["", "  ", "\t\n"])
@pytest.mark.parametrize(
    "name",
    [name for name in FIELD_NAMES if name not in (*MINIMAL, "provider", "topics", "images", "related")],
)
def test_a_field_that_is_blank_counts_as_absent(name: str, blank: str) -> None:
    """Text, number, flag or date: nothing was said."""
    assert accepted({name: blank}) == accepted({})


def test_fields_nobody_knows_are_passed_over() -> None:
    """A record may carry what others need."""
    assert accepted({"actions": [1], "members": {"a": 1}, "1": 2, "": "x", "\ud800": "y"}) == accepted({})


# Titles


@pytest.mark.parametrize("title", ["1.10", "no", "null", "2024-05-31", "12:30", "0x1F", "~x", "1e3", "-x"])
def test_a_title_stays_as_it_was_typed(title: str) -> None:
    """YAML 1.1 alone would make a number, a boolean or a date of it."""
    front = f"---\ntitle: {title}\noriginalUrl: https://e.org\npublishedDateTime: 2024-05-31\n---\n"
    result = read("a.md", front.encode(), 0, Settings())
    expected = title if title not in ("null",) else None
    if expected is None:
        assert rejected(result).reason == "has no title (and no name)"
    else:
        assert result.article is not None
        assert result.article.title == expected


def test_a_title_that_says_null_in_quotes_is_a_title() -> None:
    """As is a topic; only a bare null is nothing."""
    article = accepted({"title": "null", "topics": ["null", "true"]})
    assert (article.title, article.topics) == ("null", ("null", "true"))


def test_the_name_stands_in_for_a_title_that_is_not_there() -> None:
    """Or that shows nothing."""
    for title in (None, "", " ", "\u200b", "&nbsp;"):
        assert accepted({"title": title, "name": "Name"}).title == "Name"
    assert accepted({"name": "Name"}).title == "A title"


# Dates


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2024-05-31", datetime(2024, 5, 31, tzinfo=UTC)),
        ("2024-05-31T06:52:00", PUBLISHED),
        ("2024-05-31 08:52:00 +0200", PUBLISHED),
        ("Fri, 31 May 2024 06:52:00 GMT", PUBLISHED),
    ],
)
def test_a_sloppy_date_is_read_as_utc(given: str, expected: datetime) -> None:
    """Where it names no zone of its own."""
    assert accepted({"publishedDateTime": given}).published == expected


def test_an_update_before_the_publication_does_not_count() -> None:
    """`updated` is never before `published`."""
    assert accepted({"updatedDateTime": "2020-01-01"}).updated == PUBLISHED
    assert accepted({"updatedDateTime": "2024-06-01"}).updated == datetime(2024, 6, 1, tzinfo=UTC)


def test_a_record_without_a_date_takes_that_of_its_file_name() -> None:
    """As Jekyll does; its own date goes first."""
    fields = without("publishedDateTime")
    result = reading(fields, path="posts/2023-02-01-title.json")
    assert result.article is not None
    assert result.article.published == datetime(2023, 2, 1, tzinfo=UTC)
    assert accepted({}, path="posts/2023-02-01-title.json").published == PUBLISHED


def test_a_record_without_any_date_is_rejected_with_a_reason_of_its_own() -> None:
    """Whatever the file system says of it."""
    problem = rejected(reading(without("publishedDateTime"), mtime_ns=PUBLISHED_NS))
    assert problem.field == "publishedDateTime"
    assert problem.reason == "has no publishedDateTime, and its file name begins with no date"


PUBLISHED_NS = int(PUBLISHED.timestamp()) * 10**9


def test_a_record_without_any_date_takes_its_time_stamp_where_the_configuration_says_so() -> None:
    """The file name goes first even then; what is no plausible date is still rejected."""
    by_mtime = Settings(undated_by_mtime=True)
    fields = without("publishedDateTime")
    dated = reading(fields, by_mtime, mtime_ns=PUBLISHED_NS + 5).article
    assert dated is not None
    assert dated.published == PUBLISHED
    named = reading(fields, by_mtime, path="2023-02-01-x.json", mtime_ns=PUBLISHED_NS).article
    assert named is not None
    assert named.published == datetime(2023, 2, 1, tzinfo=UTC)
    for seconds in (-1, 0, 10**12):
        problem = rejected(reading(fields, by_mtime, mtime_ns=seconds * 10**9))
        assert problem.reason.startswith("has no publishedDateTime, and its file's time stamp is ")


# Flags and numbers


@pytest.mark.parametrize(
    ("spelled", "value"),
    [
        *((word, True) for word in (True, 1, "true", "yes", "Yes", "ON", "y", "1", " true ")),
        *((word, False) for word in (False, 0, "false", "no", "NO", "off", "n", "0", " no ")),
    ],
)
def test_a_flag_is_read_however_it_is_spelled(spelled: object, value: bool) -> None:
    """As YAML 1.1 spells them, and as programs do."""
    assert accepted({"published": spelled}).is_published is value
    assert accepted({"removed": spelled}).is_removed is value
    assert accepted({"draft": spelled}).is_published is not value


def test_a_draft_is_not_published_even_where_it_says_so() -> None:
    """Either of the two words is enough to keep an article back."""
    assert not accepted({"published": True, "draft": True}).is_published
    assert not accepted({"published": False, "draft": False}).is_published


@pytest.mark.parametrize(
    ("spelled", "number"),
    [(84, 84), ("84", 84), (" 84 ", 84), (84.0, 84), ("84.0", 84), ("8.4e1", 84), (-1, -1)],
)
def test_a_whole_number_is_read_however_it_is_spelled(spelled: object, number: int) -> None:
    """With quotes, a point or an exponent."""
    article = accepted({"quality": spelled, "heat": spelled})
    assert (article.quality, article.heat) == (number, number)


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("spelled", ["{}", "{}.0", " {}.0 ", " {} ", "{}e0 ", " {}.00000000000000000000"])
def test_the_largest_number_is_the_same_however_it_is_spelled(sign: str, spelled: str) -> None:
    """2^53, up to which all JSON software tells whole numbers apart."""
    article = accepted({"quality": spelled.format(f"{sign}9007199254740992")})
    assert article.quality == int(f"{sign}9007199254740992")


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("spelled", ["{}", " {} ", " {}.0 ", "{}e0 "])
def test_a_larger_number_is_refused_and_not_rounded(sign: str, spelled: str) -> None:
    """By one is enough."""
    one_more = spelled.format(f"{sign}9007199254740993")
    article, ((field, reason),) = warned({"quality": one_more})
    assert (article.quality, field) == (None, "quality")
    assert one_more.strip() in reason


@pytest.mark.parametrize(
    "spelled", ["84.5", "1e-3", "inf", "-inf", "nan", "snan", "1e999999999", "8 4", "1,5"]
)
def test_what_is_no_whole_number_is_refused(spelled: str) -> None:
    """With the words that stand in the record."""
    article, ((field, reason),) = warned({"quality": spelled})
    assert (article.quality, field) == (None, "quality")
    assert repr(spelled) in reason


# Addresses and identifiers


def test_the_original_url_goes_before_the_web_url() -> None:
    """For the link as for the id."""
    both = accepted({"webUrl": "https://example.org/b"})
    assert (both.url, both.id) == ("https://example.org/a", "https://example.org/a")
    for nothing in (None, "", " ", "\x01", "\u200b"):
        web = accepted({"originalUrl": nothing, "webUrl": "https://example.org/b"}, SITE)
        assert web.url == "https://example.org/b"


def test_a_bad_original_url_gives_way_to_the_web_url_with_a_warning() -> None:
    """The article is saved, and someone is told."""
    article, warnings = warned({"originalUrl": "ftp://x/", "webUrl": "https://example.org/b"})
    assert article.url == article.id == "https://example.org/b"
    assert warnings == [
        ("originalUrl", "'ftp://x/' has the scheme 'ftp', not http or https; webUrl is used instead")
    ]


def test_relative_addresses_belong_to_the_records_site() -> None:
    """Links, images and related articles alike."""
    article = accepted(
        {
            "originalUrl": "/a",
            "images": ["/assets/b.png", "c.png"],
            "related": [{"title": "R", "webUrl": "../r"}],
        },
        Settings(site_url="https://www.example.org/blog/"),
    )
    assert article.url == "https://www.example.org/blog/a"
    assert [image.url for image in article.images] == [
        "https://www.example.org/blog/assets/b.png",
        "https://www.example.org/blog/c.png",
    ]
    assert article.related == (Related("R", "https://www.example.org/r"),)


def test_the_id_is_the_canonical_url_whatever_else_changes() -> None:
    """Title, date, folder and tracking do not touch it; the link stays as it was."""
    one = accepted({"originalUrl": "HTTPS://Example.org:443/%61?utm_source=x&b=1#c"})
    other = accepted(
        {"originalUrl": "https://example.org/a?b=1", "title": "Other", "publishedDateTime": "2020-01-01"},
        path="elsewhere/b.json",
    )
    assert one.id == other.id == "https://example.org/a?b=1"
    assert one.url == "https://example.org/%61?utm_source=x&b=1#c"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("urn:uuid:a0eebc99", "urn:uuid:a0eebc99"),
        (" https://old.example/?utm_source=x#a ", "https://old.example/?utm_source=x#a"),
        ("HTTPS://Old.example", "https://old.example/"),
        ("12345", "tag:example.org,2024:12345"),
        (12345, "tag:example.org,2024:12345"),
        ("a b/ü#c", "tag:example.org,2024:a%20b/%C3%BC%23c"),
        ("https://old.example/a b", "tag:example.org,2024:https://old.example/a%20b"),
    ],
)
def test_an_explicit_id_is_a_uri_as_it_is_or_a_tag_uri(given: object, expected: str) -> None:
    """So that ids migrate from other systems."""
    assert accepted({"id": given}, Settings(id_authority="example.org,2024")).id == expected


PERMALINK = Settings(site_url="https://www.example.org/", permalink="/{year}/{month}/{day}/{slug}.html")


@pytest.mark.parametrize(
    ("path", "slug", "expected"),
    [
        ("p/2024-05-31-hello.md", None, "https://www.example.org/2024/05/31/hello.html"),
        ("p/hello.md", None, "https://www.example.org/2024/05/31/hello.html"),
        ("p/hello.md", "other", "https://www.example.org/2024/05/31/other.html"),
        ("p/hello.md", " ", "https://www.example.org/2024/05/31/hello.html"),
        ("p/hello.md", "\u200b", "https://www.example.org/2024/05/31/hello.html"),
        ("p/hello/index.md", None, "https://www.example.org/2024/05/31/hello.html"),
        ("p/2024-05-31-hello/index.md", None, "https://www.example.org/2024/05/31/hello.html"),
        ("p/hello/_index.md", None, "https://www.example.org/2024/05/31/hello.html"),
        ("index.md", None, "https://www.example.org/2024/05/31/index.html"),
        ("p/C#.md", None, "https://www.example.org/2024/05/31/C%23.html"),
        ("p/why?.md", None, "https://www.example.org/2024/05/31/why%3F.html"),
        ("p/100%.md", None, "https://www.example.org/2024/05/31/100%25.html"),
        ("p/a\\b.md", None, "https://www.example.org/2024/05/31/a%5Cb.html"),
        ("p/über uns.md", None, "https://www.example.org/2024/05/31/%C3%BCber%20uns.html"),
        ("p/hello.md", "{year}", "https://www.example.org/2024/05/31/%7Byear%7D.html"),
    ],
)
def test_a_record_without_an_address_gets_one_from_the_permalink_pattern(
    path: str, slug: str | None, expected: str
) -> None:
    """Two files never share one because of the signs in their names."""
    front = json.dumps({"title": "T", "publishedDateTime": "2024-05-31", "slug": slug})
    article = read(path, f"---\n{front}\n---\n".encode(), 0, PERMALINK).article
    assert article is not None
    assert article.url == article.id == expected


def test_a_record_with_an_address_has_no_need_of_the_pattern() -> None:
    """And one with a bad address is not given another behind its back."""
    assert accepted({}, PERMALINK).url == "https://example.org/a"
    assert rejected(reading(MINIMAL | {"originalUrl": "mailto:a@b.c"}, PERMALINK)).field == "originalUrl"


# Providers, topics, images, related articles


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Time", Provider("Time")),
        ({"name": "Time"}, Provider("Time")),
        ({"name": "AT&amp;T", "domain": " ATT.com "}, Provider("AT&T", "att.com", "https://att.com/")),
        ({"domain": "time.com"}, Provider("time.com", "time.com", "https://time.com/")),
        ({"name": " ", "domain": "time.com"}, Provider("time.com", "time.com", "https://time.com/")),
        ({"name": "Time", "domain": "not a domain"}, Provider("Time", "not a domain")),
        ({"name": 7}, Provider("7")),
        ({"name": "", "domain": None}, None),
        ({}, None),
        ("", None),
        (" ", None),
    ],
)
def test_a_provider_is_a_name_a_domain_or_both(given: object, expected: Provider | None) -> None:
    """The domain, where it is one, gives the home page."""
    assert accepted({"provider": given}).provider == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("AI", ("AI",)),
        (["AI", " AI ", "ai", None, "", "\u200b"], ("AI", "ai")),
        ([1.10, True], ("1.1", "true")),
        ("R&amp;D", ("R&D",)),
        ([], ()),
        ("", ()),
        (" ", ()),
    ],
)
def test_topics_are_a_list_of_names_or_one_name(given: object, expected: tuple[str, ...]) -> None:
    """Each as the record spells it, once."""
    assert accepted({"topics": given}).topics == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://e.org/a.png", (Image("https://e.org/a.png"),)),
        ({"url": "https://e.org/a.png", "width": "5"}, (Image("https://e.org/a.png", 5),)),
        (
            ["https://e.org/a.png", {"url": "https://e.org/a.png", "width": 5}],
            (Image("https://e.org/a.png"),),
        ),
        ([{"url": "https://e.org/a", "width": -1, "height": 0}], (Image("https://e.org/a"),)),
        ([{"url": "https://e.org/a", "width": "", "height": 2.0}], (Image("https://e.org/a", 0, 2),)),
        ([{"url": "https://e.org/ä b"}], (Image("https://e.org/%C3%A4%20b"),)),
        ([{"url": "https://e.org/a", "title": "R&amp;D\n x"}], (Image("https://e.org/a", title="R&D x"),)),
        ([], ()),
        ("", ()),
    ],
)
def test_images_are_a_list_or_one_and_mappings_or_addresses(
    given: object, expected: tuple[Image, ...]
) -> None:
    """Each address once; a size that is no size is unknown."""
    assert accepted({"images": given}).images == expected


@pytest.mark.parametrize(
    ("image", "field", "reason"),
    [
        ("/a.png", "images[1]", "'/a.png' is relative, and [records] site_url is not set"),
        ({"url": "/a.png"}, "images[1].url", "'/a.png' is relative, and [records] site_url is not set"),
        ({"url": "data:x"}, "images[1].url", "'data:x' has the scheme 'data', not http or https"),
        ({"url": "http://["}, "images[1].url", "'http://[' is not a valid URL"),
        ({}, "images[1]", "has no url"),
        ({"url": ["x"]}, "images[1].url", "is a list, not text"),
        (["x"], "images[1]", "is a list, not a mapping"),
    ],
)
def test_an_unusable_image_is_left_out_with_a_warning(image: object, field: str, reason: str) -> None:
    """The article and its other images stay."""
    good = "https://example.org/good.png"
    article, warnings = warned({"images": [good, image, good + "2"]})
    assert [one.url for one in article.images] == [good, good + "2"]
    ((warned_field, warned_reason),) = warnings
    assert warned_field.startswith(field)
    assert warned_reason == f"{reason}; the image is left out"


def test_a_size_that_is_no_size_costs_the_size_only() -> None:
    """The image stays, and the other size."""
    image = {"url": "https://example.org/a.png", "width": "50px", "height": 2**60, "title": "A"}
    article, warnings = warned({"images": [image, image | {"url": "https://example.org/b.png", "width": 5}]})
    assert article.images == (
        Image("https://example.org/a.png", title="A"),
        Image("https://example.org/b.png", 5, title="A"),
    )
    assert warnings == [
        ("images[0].width", "'50px' is not a whole number; it is left out"),
        ("images[0].height", f"'{2**60}' is out of range; it is left out"),
        ("images[1].height", f"'{2**60}' is out of range; it is left out"),
    ]


def test_a_broken_date_of_update_costs_the_update_only() -> None:
    """A guess about it could mislead nobody: the article is as old as its publication says."""
    article, warnings = warned({"updatedDateTime": "x"})
    assert article.updated == article.published
    reason = "'x' is no date, such as 2024-05-31T06:52:00Z; the article counts as not updated"
    assert warnings == [("updatedDateTime", reason)]


def test_up_to_five_related_articles_are_kept() -> None:
    """The first that can be used, each with its provider."""
    related = [{"title": f"R{n}", "webUrl": f"https://e.org/{n}"} for n in range(200)]
    article = accepted({"related": related})
    assert [one.title for one in article.related] == ["R0", "R1", "R2", "R3", "R4"]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"title": "R&amp;D", "originalUrl": "https://e.org/a"}, Related("R&D", "https://e.org/a")),
        ({"name": "N", "webUrl": "https://e.org/a"}, Related("N", "https://e.org/a")),
        ({"title": " ", "name": "N", "webUrl": "https://e.org/a"}, Related("N", "https://e.org/a")),
        ({"title": "T", "originalUrl": " ", "webUrl": "https://e.org/a"}, Related("T", "https://e.org/a")),
        (
            {"title": "T", "webUrl": "https://e.org/a", "provider": "P"},
            Related("T", "https://e.org/a", Provider("P")),
        ),
    ],
)
def test_a_related_article_needs_a_title_and_an_address(item: dict[str, Any], expected: Related) -> None:
    """Named as articles are."""
    assert accepted({"related": [item]}).related == (expected,)


@pytest.mark.parametrize(
    ("item", "field", "reason"),
    [
        ({"webUrl": "https://e.org/a"}, "related[0]", "has no title"),
        ({"title": "\u200b", "webUrl": "https://e.org/a"}, "related[0]", "has no title"),
        ({"title": "T"}, "related[0]", "has no originalUrl and no webUrl"),
        ({"title": "T", "webUrl": "/a"}, "related[0]", "'/a' is relative, and [records] site_url is not set"),
        ({"title": ["T"], "webUrl": "https://e.org/a"}, "related[0].title", "is a list, not text"),
        ("https://e.org/a", "related[0]", "'https://e.org/a' is not a mapping"),
        (None, "related[0]", "is empty, not a mapping"),
    ],
)
def test_an_unusable_related_article_is_left_out_with_a_warning(
    item: object, field: str, reason: str
) -> None:
    """It never costs the article, and the next takes its place."""
    good = {"title": "Good", "webUrl": "https://e.org/good"}
    article, warnings = warned({"related": [item, good]})
    assert [one.title for one in article.related] == ["Good"]
    assert warnings == [(field, f"{reason}; the related article is left out")]


def test_an_unusable_provider_or_language_is_left_out_with_a_warning() -> None:
    """An article can do without."""
    article, warnings = warned({"provider": {"name": ["x"]}, "locale": "yue"})
    assert (article.provider, article.language) == (None, "")
    assert warnings == [
        ("provider.name", "is a list, not text; the provider is left out"),
        ("locale", "'yue' is no language tag with a two-letter code, such as en or pt-BR; it is left out"),
    ]


@pytest.mark.parametrize("name", ["title", "excerpt", "type", "category", "topics"])
def test_characters_that_xml_cannot_carry_are_cleaned_with_a_warning(name: str) -> None:
    """JSON can spell them; never fatal."""
    article, warnings = warned({name: "a\x00b\ud800c\ufffe\x93d"})
    value = getattr(article, name)
    assert (value[0] if name == "topics" else value) == "abc“d"
    assert warnings == [(name, "had characters that XML cannot carry; they were replaced or left out")]


def test_a_body_is_cleaned_with_a_warning() -> None:
    """And is kept as written otherwise."""
    front = f"---\n{json.dumps(MINIMAL)}\n---\n".encode()
    result = read("a.html", front + "<p>\x07a\rb  c\x92s</p>\r\n".encode(), 0, Settings())
    assert result.article is not None
    assert (result.article.body, result.article.body_format) == ("<p>a\nb  c’s</p>\n", "html")
    assert [(problem.line, problem.field) for problem in result.problems] == [(1, "")]


# Rejections: file, line, field, reason


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        (without("title"), "", "has no title (and no name)"),
        (without(title="", name=" "), "", "has no title (and no name)"),
        (without(title="\u200b"), "title", "has no title (and no name)"),
        (without(title=["a"]), "title", "is a list, not text"),
        (without(title={"a": "b"}), "title", "is a mapping, not text"),
        (
            without("originalUrl"),
            "",
            "has no originalUrl and no webUrl, and [records] permalink is not set",
        ),
        (
            without(originalUrl="example.org/a"),
            "originalUrl",
            "'example.org/a' is relative, and [records] site_url is not set",
        ),
        (
            without(originalUrl="javascript:x"),
            "originalUrl",
            "'javascript:x' has the scheme 'javascript', not http or https",
        ),
        (
            without("originalUrl", webUrl="https://u:p@example.org/"),
            "webUrl",
            "'https://u:p@example.org/' carries a user name or password",
        ),
        (
            without(publishedDateTime="soon"),
            "publishedDateTime",
            "'soon' is no date, such as 2024-05-31T06:52:00Z",
        ),
        (
            without(publishedDateTime="2024-02-30"),
            "publishedDateTime",
            "'2024-02-30' is no date: there is no such day or time",
        ),
        (
            without(publishedDateTime="1970-01-01T00:00:00Z"),
            "publishedDateTime",
            "'1970-01-01T00:00:00Z' is before 1990, when there was no web",
        ),
        (without(publishedDateTime=["2024"]), "publishedDateTime", "is a list, not text"),
        (without(published="maybe"), "published", "'maybe' is neither true nor false"),
        (without(published=2), "published", "'2' is neither true nor false"),
        (without(draft="x"), "draft", "'x' is neither true nor false"),
        (without(removed=["x"]), "removed", "is a list, not text"),
    ],
)
def test_what_cannot_become_an_article_is_rejected_with_field_line_and_reason(
    fields: dict[str, Any], field: str, reason: str
) -> None:
    """In the words of people who write records, and at the place where they have to look."""
    problem = rejected(reading(fields))
    assert (problem.path, problem.field) == ("records/a.json", field)
    assert problem.reason == reason
    spelled = json.dumps(fields, indent=1).splitlines()
    top = field.partition("[")[0].partition(".")[0]
    line = next((n for n, text in enumerate(spelled, 1) if text.startswith(f' "{top}":')), 1)
    assert problem.line >= line
    assert problem.line == line or "[" in field or isinstance(fields[top], list | dict)


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"excerpt": ["a", "list"]}, "excerpt", "is a list, not text; it is left out"),
        ({"category": {"a": "b"}}, "category", "is no text and has no name; it is left out"),
        ({"slug": ["x"]}, "slug", "is a list, not text; it is left out"),
        ({"locale": ["de"]}, "locale", "is a list, not text; it is left out"),
        ({"updatedDateTime": ["x"]}, "updatedDateTime", "is a list, not text; it is left out"),
        ({"quality": "high"}, "quality", "'high' is not a whole number; it is left out"),
        ({"quality": 84.5}, "quality", "'84.5' is not a whole number; it is left out"),
        ({"quality": True}, "quality", "'true' is not a whole number; it is left out"),
        ({"quality": [1]}, "quality", "is a list, not a whole number; it is left out"),
        ({"heat": 10**30}, "heat", f"'{10**30}' is out of range; it is left out"),
        ({"heat": "9" * 6000}, "heat", f"'{'9' * 60}' is out of range; it is left out"),
        ({"topics": {"a": "b"}}, "topics", "is a mapping without a name; the topic is left out"),
        ({"topics": ["a", {"b": "c"}]}, "topics[1]", "is a mapping without a name; the topic is left out"),
        (
            {"related": {"title": "x"}},
            "related",
            "has no originalUrl and no webUrl; the related article is left out",
        ),
        ({"author": {"url": "https://e.org"}}, "author", "has no name; the author is left out"),
        (
            {"id": "12"},
            "id",
            "'12' is no absolute URI, and [site] id_authority is not set to make it one; "
            "the id is made of the URL",
        ),
        ({"id": "http://"}, "id", "'http://' is not a valid URL; the id is made of the URL"),
        ({"id": ["x"]}, "id", "is a list, not text; it is left out"),
    ],
)
def test_what_decides_nothing_costs_itself_only(fields: dict[str, Any], field: str, reason: str) -> None:
    """The article stays."""
    article, warnings = warned(fields)
    assert (field, reason) in warnings
    assert (article.title, article.id) == ("A title", "https://example.org/a")


@pytest.mark.parametrize(
    ("path", "data", "line", "field", "reason"),
    [
        ("a.md", "---\ntitle: T\ntitle: U\n---\n", 3, "title", "the key 'title' occurs twice"),
        ("a.json", '{"a": 1,\n"title": 1,\n"title": 2}', 2, "title", "the key 'title' occurs twice"),
        ("a.json", '{"\\ud800": 1, "\\ud800": 2}', 1, "\ufffd", "the key '\\ud800' occurs twice"),
        ("a.yaml", "images:\n  - url: a\n    url: b", 3, "images[0].url", "the key 'url' occurs twice"),
        (
            "a.yaml",
            "title: T\nx: !!python/none x",
            2,
            "x",
            "the YAML tag tag:yaml.org,2002:python/none is not data",
        ),
        ("a.md", "name: T", 1, "", "has no front matter (YAML between two --- lines)"),
        ("a.MD", "---\n- a\n---", 1, "", "is not a mapping of fields"),
        ("a.yaml", "", 1, "", "is empty"),
        (
            "a.json",
            '{"a": NaN}',
            1,
            "",
            'broken JSON: NaN is not JSON, at column 7 of the line: {"a": NaN}',
        ),
    ],
)
def test_a_record_that_cannot_be_taken_apart_is_rejected_at_its_line(
    path: str, data: str, line: int, field: str, reason: str
) -> None:
    """Before any field is looked at."""
    problem = rejected(read(path, data.encode(), 0, Settings()))
    assert problem == Problem(path, line, field, reason)


def test_a_warning_names_the_line_of_its_field() -> None:
    """In Markdown as in JSON."""
    front = f"---\n{yaml_of(MINIMAL)}images:\n  - a\n  - url: b\n---\n"
    result = read("a.md", front.encode(), 0, Settings())
    assert [(problem.line, problem.field) for problem in result.problems] == [
        (6, "images[0]"),
        (7, "images[1].url"),
    ]


def test_thousands_of_warnings_are_told_without_delay() -> None:
    """The lines of a record are counted once, however much is wrong with it."""
    article, warnings = warned({"images": [f"/{number}.png" for number in range(3000)]})
    assert article.images == ()
    assert len(warnings) == 3000


# Dialects

DIALECT = Settings(
    fields={
        "publishedDateTime": ("date",),
        "topics": ("tags", "categories"),
        "excerpt": ("description", "summary"),
        "originalUrl": ("link",),
        "images": ("image",),
        "title": ("headline",),
    }
)


def test_records_of_another_dialect_are_read_by_their_own_names() -> None:
    """As Jekyll and Hugo posts are written."""
    post = """---
headline: A post
date: 2024-05-31 08:52:00 +0200
categories: Weather
tags: [Rain, Snow]
summary: In short
link: https://example.org/post
image: https://example.org/i.png
draft: true
---
Body
"""
    result = read("_posts/x.md", post.encode(), 0, DIALECT)
    assert result.problems == ()
    article = result.article
    assert article is not None
    assert (article.title, article.published, article.url) == (
        "A post",
        PUBLISHED,
        "https://example.org/post",
    )
    assert article.topics == ("Rain", "Snow", "Weather"), "they are united"
    assert (article.excerpt, article.is_published) == ("In short", False)
    assert article.images == (Image("https://example.org/i.png"),)


def test_our_own_names_go_on_working_beside_a_dialect() -> None:
    """And a name of the dialect that says nothing is passed over."""
    assert accepted({}, DIALECT) == accepted({})
    assert accepted({"date": None, "link": " "}, DIALECT) == accepted({})
    assert accepted({"description": "", "summary": "S"}, DIALECT).excerpt == "S"


@pytest.mark.parametrize(
    ("fields", "field", "line"),
    [({"date": "soon"}, "date", 3), ({"link": "x"}, "link", 3), ({"headline": ["x"]}, "headline", 2)],
)
def test_messages_name_the_field_as_the_record_does(fields: dict[str, Any], field: str, line: int) -> None:
    """Nobody has to know our name for it."""
    given = {"headline": "T"} | fields | {"publishedDateTime": "2024-05-31", "originalUrl": "https://e.org"}
    problem = rejected(reading(given, DIALECT))
    assert (problem.field, problem.line) == (field, line)


# Secrets

SECRET = "c2VjcmV0LXRleHQ="


def test_an_encrypted_body_never_leaves_the_record() -> None:
    """It is in no article and in no message."""
    result = read("a.md", FULL.encode(), 0, Settings())
    assert SECRET.encode() not in msgspec.json.encode(result)


@pytest.mark.parametrize("shape", [SECRET, [SECRET], {"body": SECRET}, {SECRET: SECRET}])
@pytest.mark.parametrize(
    "broken", [{}, {"title": None}, {"quality": "x"}, {"images": ["x"]}, {"provider": [1]}]
)
def test_an_encrypted_body_is_in_no_message_either(shape: object, broken: dict[str, Any]) -> None:
    """Wherever it stands and whatever is wrong beside it."""
    fields = MINIMAL | {
        "secured": shape,
        "related": [{"title": "R", "webUrl": "https://e.org", "secured": shape}, {"secured": shape}],
        "provider": {"name": "P", "secured": shape},
    }
    assert SECRET.encode() not in msgspec.json.encode(reading(fields | broken))


# Robustness


@pytest.mark.parametrize("name", [*FIELD_NAMES, "\ud800"])
@pytest.mark.parametrize(
    "value",
    [
        "\ud800",
        ["\ud800"],
        {"\ud800": "\ud800"},
        {"name": "\ud800"},
        [dict.fromkeys(("url", "width", "title"), "\ud800")],
    ],
)
def test_a_lone_surrogate_in_any_place_is_survived(name: str, value: object) -> None:
    """JSON can spell half a character; no conversion, message or index takes it."""
    check(reading(MINIMAL | {name: value}))


LEAF = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=8)
    | st.sampled_from(
        [
            *(
                "https://e.org/a",
                "/a",
                "//x",
                "http://[::1",
                "2024-05-31",
                "1980-01-01",
                "31 May 9999999999 1:1:1",
            ),
            *(
                "1e400",
                "-1e999",
                "nan",
                "9" * 5000,
                "&#" + "9" * 5000,
                "<!--",
                "\ud800",
                "\x00",
                "yes",
                "de_AT",
                "<<",
            ),
            *("https://{{x}}/", "urn:x:y", "C#", "٣", "１２", "{slug}", " ", "\u200b"),
        ]
    )
)
KEY = st.sampled_from([*FIELD_NAMES, "url", "width", "height", "domain", "secured", "<<"]) | st.text(
    st.characters(exclude_categories=()), max_size=3
)
VALUE = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=4), max_leaves=10
)
SETTINGS = st.builds(
    Settings,
    fields=st.dictionaries(st.sampled_from(FIELD_NAMES), st.lists(KEY, max_size=2).map(tuple), max_size=2),
    site_url=st.sampled_from(["", "https://www.example.org/blog/"]),
    permalink=st.sampled_from(
        [
            *("", "/{slug}", "https://h.example/{year}/{slug}", "{slug}"),
            *("/{lang}/{category}/{folder}/{i_month}/{title}/", "/{id}"),
        ]
    ),
    id=st.sampled_from(["", "{url}", "{id}", "tag:h.example,2024:{title}/{category}", "/x/{slug}"]),
    timezone=st.sampled_from(["", "Europe/Berlin", "Pacific/Kiritimati"]),
    language=st.sampled_from(["en", "de-AT"]),
    folders=st.sampled_from([(), (".",), ("a",)]),
    lowercase_slugs=st.booleans(),
    id_authority=st.sampled_from(["", "example.org,2024"]),
    undated_by_mtime=st.booleans(),
    defaults=st.just((("a", {"topics": "x"}), ("", {"locale": "de", "y": ["z"]}))),
    authors=st.just({"x": Author("X Y")}),
)
STAMPS = st.integers(-(2**63), 2**80)


def check(result: Reading) -> None:
    """Check what is true of every reading, whatever the record said."""
    assert (result.article is None) == any(problem.severity == "rejection" for problem in result.problems)
    for problem in result.problems:
        assert problem.line >= 1
        assert problem.reason
    stored = msgspec.json.decode(msgspec.json.encode(result), type=Reading)
    assert stored == result, "the index can keep it"
    article = result.article
    if article is not None:
        assert article.title
        assert article.updated >= article.published
        for value in texts(article):
            assert not text.has_unfit(value)


def texts(value: object) -> list[str]:
    """Return every text in an article."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, msgspec.Struct):
        return [found for item in msgspec.structs.astuple(value) for found in texts(item)]
    if isinstance(value, tuple):
        return [found for item in value for found in texts(item)]
    return []


@examples(300)
@given(st.sampled_from(SUFFIXES), st.binary(max_size=100), st.booleans(), SETTINGS, STAMPS)
def test_reading_never_raises_for_any_bytes(
    suffix: str, data: bytes, front: bool, given: Settings, stamp: int
) -> None:
    """They are an article, or one rejection."""
    check(read("a/x" + suffix, b"---\n" + data + b"\n---\n" if front else data, stamp, given))


@examples(300)
@given(
    st.sampled_from(SUFFIXES),
    st.text("ab:-[]{}&*!|>'\"%@`#,?\n \t~<0\r\u2028\x85\ufeff\x01é.+\\u", max_size=60),
    st.booleans(),
)
def test_reading_never_raises_for_any_signs_of_yaml_and_json(suffix: str, source: str, front: bool) -> None:
    """In whatever order they come."""
    data = f"---\n{source}\n---\n" if front else source
    check(read("a/x" + suffix, data.encode(), 0, Settings()))


@examples(200)
@given(st.dictionaries(KEY, VALUE, max_size=6), st.booleans(), SETTINGS, STAMPS)
def test_reading_never_raises_for_any_structure(
    fields: dict[str, Any], complete: bool, given: Settings, stamp: int
) -> None:
    """Of any types in any places, in every format, beside fields that are right or not."""
    if complete:
        fields = MINIMAL | fields
    sources = [(".json", json.dumps(fields))]
    for dumped in (json.dumps(fields, ensure_ascii=False), yaml_of(fields)):
        if is_storable(dumped):
            sources += [(".json", dumped), (".yaml", dumped), (".md", f"---\n{dumped}\n---\nbody\x07")]
    for suffix, source in sources:
        check(read("2024-05-31-x" + suffix, source.encode(), stamp, given))


def yaml_of(fields: dict[str, Any]) -> str:
    """Return a record as PyYAML writes it."""
    return str(yaml.safe_dump(fields, allow_unicode=True))


def is_storable(source: str) -> bool:
    """Whether a text can be in a file at all."""
    try:
        source.encode()
    except UnicodeEncodeError:
        return False
    return True


SPELLABLE = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn")), max_size=9
)


@given(
    st.fixed_dictionaries(
        {"title": SPELLABLE, "excerpt": SPELLABLE, "topics": st.lists(SPELLABLE, max_size=3)},
        optional={"quality": st.integers(-9, 9), "published": st.booleans(), "name": SPELLABLE},
    )
)
def test_the_same_record_is_the_same_article_in_every_format(fields: dict[str, Any]) -> None:
    """JSON, YAML and front matter are three spellings of one thing."""
    fields = fields | {"webUrl": "https://e.org/a", "publishedDateTime": "2024-05-31"}
    sources = {
        ".json": json.dumps(fields),
        ".yaml": yaml_of(fields),
        ".md": f"---\n{yaml.safe_dump(fields, default_style=chr(34))}---\n",
        ".html": f"---\r\n{json.dumps(fields, ensure_ascii=False)}\r\n---\r\n",
    }
    readings = [read("x" + suffix, source.encode(), 0, Settings()) for suffix, source in sources.items()]
    for result in readings:
        assert (result.article is None) == (readings[0].article is None)
        if result.article is not None and readings[0].article is not None:
            assert msgspec.structs.replace(result.article, path="x.json") == readings[0].article


def test_one_hostile_record_of_each_kind_is_one_rejection() -> None:
    """A NUL, broken YAML, an alias bomb, endless nesting: a reason each, in no time."""
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
    )
    hostile = {
        "nul.yaml": b"title: \x00",
        "broken.yaml": b"title: [",
        "bomb.yaml": bomb.encode(),
        "deep.yaml": b"title: " + b"[" * 1_000_000,
        "deep.json": b"[" * 1_000_000,
        "bytes.md": b"\xff\xfe\x00",
    }
    for path, data in hostile.items():
        assert rejected(read(path, data, 0, Settings())).reason


def test_nesting_that_is_hidden_in_aliases_is_survived() -> None:
    """A chain of aliases nests deeper than any text could."""
    chain = "a0: &a0 x\n" + "".join(f"a{n}: &a{n} {'[' * 60}*a{n - 1}{']' * 60}\n" for n in range(1, 70))
    for field in ("related", "images", "provider", "topics", "quality", "x"):
        check(read("a.yaml", f"{yaml_of(MINIMAL)}{chain}{field}: [*a69]\n".encode(), 0, Settings()))


def test_every_fault_of_a_record_is_named() -> None:
    """So that it is mended at once; by line, and what depends on a faulty field brings no fault with it."""
    data = b"""---
excerpt: [a, list]
quality: high
publishedDateTime: yesterday
heat: 1e99
originalUrl: "ftp://example.org/a"
webUrl: "http://["
topics: [AI, {name: x}, Climate, [y]]
draft: perhaps
removed: never
id: 7
---
"""
    reading = read("a.md", data, 0, Settings())
    assert reading.article is None
    assert [(problem.line, problem.field) for problem in reading.problems] == [
        (1, ""),
        (4, "publishedDateTime"),
        (6, "originalUrl"),
        (7, "webUrl"),
        (9, "draft"),
        (10, "removed"),
    ]
    assert {problem.severity for problem in reading.problems} == {"rejection"}
    assert reading.problems[0].reason == "has no title (and no name)"
    only_title = read("a.md", b"---\ntitle: [x]\nquality: high\n---\n", 0, Settings())
    assert [problem.field for problem in only_title.problems] == ["", "publishedDateTime", "title"]


def test_faults_are_named_as_another_dialect_names_its_fields() -> None:
    """People look for the names that they wrote."""
    settings = Settings(fields={"publishedDateTime": ("date",), "originalUrl": ("link",)})
    data = b"---\ndate: yesterday\nlink: 'ftp://e.org'\n---\n"
    assert [problem.field for problem in read("a.md", data, 0, settings).problems] == ["", "date", "link"]
