"""Addresses and ids that are made of a pattern, and what a record's place says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds.model.article import Article
from feeds.records.location import Location, locate
from feeds.records.patterns import hyphenated
from feeds.records.reader import Settings, read

SITE = Settings(site_url="https://www.example.org", folders=("content",), language="en")


def reading(
    path: str, given: Settings = SITE, **fields: Any
) -> tuple[Article | None, list[tuple[str, str, str]]]:
    """Return what comes of a record without an address, and what is told of it."""
    record = {"title": "The Old Bridge: a “story”", "publishedDateTime": "2024-05-01T22:30:00Z"} | fields
    result = read(path, f"---\n{json.dumps(record)}\n---\n".encode(), 0, given)
    return result.article, [(problem.severity, problem.field, problem.reason) for problem in result.problems]


def address(pattern: str, path: str = "content/lines/2024-05-01-Old-Bridge.md", **fields: Any) -> str:
    """Return the path of the address that a pattern gives."""
    settings = {
        name: fields.pop(name) for name in ("timezone", "lowercase_slugs", "folders") if name in fields
    }
    article, problems = reading(path, SITE._replace(permalink=pattern, **settings), **fields)
    assert problems == []
    assert article is not None
    return article.url.removeprefix("https://www.example.org")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("/{year}/{month}/{day}/{slug}/", "/2024/05/01/Old-Bridge/"),
        ("/{year}/{i_month}/{i_day}/{slug}.html", "/2024/5/1/Old-Bridge.html"),
        ("/{title}/", "/the-old-bridge-a-story/"),
        ("/{lang}/{slug}/", "/en/Old-Bridge/"),
        ("/{folder}/{slug}/", "/lines/Old-Bridge/"),
        ("/{category}/{slug}/", "/Old-Bridge/"),
        ("https://other.example/{category}/{slug}", "https://other.example/Old-Bridge"),
    ],
)
def test_every_part_of_a_pattern_has_its_value(pattern: str, expected: str) -> None:
    """What is empty takes its slash along; a slug keeps its capitals."""
    assert address(pattern) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"category": "Works & Days"}, "/works-days/"),
        ({"category": ["Works", "North"]}, "/works/north/"),
        ({"category": {"name": "Works"}}, "/works/"),
    ],
)
def test_a_category_is_spelled_as_site_generators_do(fields: dict[str, Any], expected: str) -> None:
    """Several are folders in each other."""
    assert address("/{category}/{slug}/", **fields) == f"{expected}Old-Bridge/"


def test_an_id_or_a_slug_of_the_record_goes_into_its_address() -> None:
    """As it is written; told so, in small letters with hyphens."""
    assert address("/p/{slug}/", slug="A b/C") == "/p/A%20b/C/"
    assert address("/p/{slug}/", slug="A b/C", lowercase_slugs=True) == "/p/a-b/c/"
    assert address("/p/{slug}/", slug="A b_C", lowercase_slugs=True) == "/p/a-b_c/", "as Hugo keeps it"
    settings = SITE._replace(permalink="/?p={id}", id_authority="example.org,2024")
    article, problems = reading("content/a.md", settings, id=7)
    assert article is not None
    assert (article.url, problems) == ("https://www.example.org/?p=7", [])


def test_a_part_that_tells_articles_apart_has_to_be_there() -> None:
    """Without an id there is no address that has one."""
    article, ((severity, _, reason),) = reading("content/a.md", SITE._replace(permalink="/{id}/"))
    assert (article, severity) == (None, "rejection")
    assert (
        reason == "the URL from [records] permalink cannot be made: it has no id, of which {id} could be made"
    )


def test_the_day_is_that_of_the_publisher() -> None:
    """In the zone of [records] timezone."""
    assert address("/{year}/{month}/{day}/{slug}/", timezone="Europe/Berlin") == "/2024/05/02/Old-Bridge/"
    article, problems = reading(
        "content/2024-01-15-named.md",
        SITE._replace(permalink="/{month}/{day}/{slug}/", timezone="Europe/Berlin"),
        publishedDateTime=None,
    )
    assert article is not None
    assert article.url == "https://www.example.org/01/15/named/"
    assert (article.published, problems) == (datetime(2024, 1, 14, 23, tzinfo=UTC), [])


@pytest.mark.parametrize(
    ("path", "asks", "expected"),
    [
        ("content/2024-05-01-a.md", False, Location("a", "", "")),
        ("content/lines/north/a.md", False, Location("a", "lines/north", "")),
        ("content/lines/my-post/index.md", False, Location("my-post", "lines", "")),
        ("content/index.md", False, Location("content", "", "")),
        ("content/lines/post.de.md", False, Location("post", "lines", "de")),
        ("content/lines/post/index.pt-BR.md", False, Location("post", "lines", "pt-BR")),
        ("content/de/lines/a.md", False, Location("a", "de/lines", "de")),
        ("content/de/lines/a.md", True, Location("a", "lines", "de")),
        ("content/lines/fr/a.md", True, Location("a", "lines", "fr")),
        ("content/it/a.md", False, Location("a", "it", "")),
        ("content/it/a.md", True, Location("a", "", "it")),
        ("content/socket.io.md", False, Location("socket.io", "", "")),
        ("content/v1.2.md", True, Location("v1.2", "", "")),
        ("other/a.md", False, Location("a", "other", "")),
    ],
)
def test_a_place_says_slug_folder_and_language(path: str, asks: bool, expected: Location) -> None:
    """Names that are words as well as codes count where addresses have a language."""
    assert locate(path, ("content",), asks)[:3] == expected[:3]


def test_a_folder_of_records_may_be_named_for_its_language() -> None:
    """Each language has a folder of its own among [records] paths."""
    assert locate("content/de/a.md", ("content/en", "content/de"), False)[:3] == Location("a", "", "de")[:3]


def test_an_article_has_the_language_of_its_file_or_folder() -> None:
    """Unless the record says another one, or the field is switched off."""
    settings = SITE._replace(permalink="/{lang}/{slug}/")
    for path, fields, language, url in (
        ("content/de/a.md", {}, "de", "de/a/"),
        ("content/a.pt-BR.md", {}, "pt-BR", "pt-BR/a/"),
        ("content/de/a.md", {"locale": "fr"}, "fr", "fr/a/"),
        ("content/a.md", {}, "", "en/a/"),
    ):
        article, problems = reading(path, settings, **fields)
        assert article is not None
        assert (article.language, article.url, problems) == (language, f"https://www.example.org/{url}", [])
    off = SITE._replace(permalink="/{slug}/", fields={"locale": ()})
    article, _ = reading("content/de/a.md", off)
    assert article is not None
    assert article.language == ""


@pytest.mark.parametrize(
    "template",
    [
        "/:categories/:title/",
        "/{{ page.fileSlug }}/",
        "{% if x %}/a/{% endif %}",
        "/${slug}/",
        "/<%= slug %>/",
        "/{slug}/",
        "/blog/[slug]/",
        "/%year%/%postname%/",
        False,
    ],
)
def test_a_template_is_no_address(template: object) -> None:
    """Taken literally, it is a dead link that readers keep; it is told, and the article stays."""
    settings = SITE._replace(permalink="/{slug}/", fields={"webUrl": ("permalink",)})
    article, ((severity, field, reason),) = reading("content/a.md", settings, permalink=template)
    assert article is not None
    assert (article.url, severity, field) == ("https://www.example.org/a/", "warning", "permalink")
    assert reason.endswith("; [records] permalink is used instead")
    article, ((severity, field, _),) = reading(
        "content/a.md", settings._replace(permalink=""), permalink=template
    )
    assert (article, severity, field) == (None, "rejection", "permalink")


@pytest.mark.parametrize("url", ["https://e.org:8080/a", "/a:b/", "/%C3%A4rger%20x/", "/a?b={c", "/day%25/"])
def test_an_address_with_signs_of_its_own_is_no_template(url: str) -> None:
    """Colons, percent signs and single braces occur."""
    article, problems = reading("content/a.md", SITE, webUrl=url)
    assert article is not None
    assert problems == []


@pytest.mark.parametrize(
    ("pattern", "fields", "expected"),
    [
        ("https://old.example/{year}/{month}/{day}/{slug}", {}, "https://old.example/2024/05/01/a"),
        ("https://old.example/?p={id}", {"id": 12}, "https://old.example/?p=12"),
        ("https://old.example/?p={id}", {}, "https://www.example.org/x/a/"),
        ("https://old.example/?p={id}", {"id": "urn:x:1"}, "urn:x:1"),
        ("tag:old.example,2020:{slug}", {}, "tag:old.example,2020:a"),
        ("{url}", {"id": "12"}, "https://www.example.org/x/a/"),
        ("{url}index.html", {}, "https://www.example.org/x/a/index.html"),
        ("/{slug}", {}, "https://www.example.org/a"),
    ],
)
def test_ids_are_those_that_articles_had_elsewhere(
    pattern: str, fields: dict[str, Any], expected: str
) -> None:
    """So that readers do not show them again after a move. A record's own URI goes before."""
    article, problems = reading("content/a.md", SITE._replace(permalink="/x/{slug}/", id=pattern), **fields)
    assert article is not None
    assert (article.id, problems) == (expected, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, World!", "hello-world"),
        ("Don’t “stop”", "dont-stop"),
        ("C++ in 2024", "c-in-2024"),
        ("Über ärger", "über-ärger"),
        ("a_b -- c", "a-b-c"),
        ("…", ""),
    ],
)
def test_words_are_joined_by_hyphens(text: str, expected: str) -> None:
    """Letters of all scripts stay."""
    assert hyphenated(text) == expected


@pytest.mark.parametrize(
    ("pattern", "given", "url"),
    [
        ("/{slug}/", "2024/05/mill-1.2", "2024/05/mill-1.2/"),
        ("/{slug}/", "2024/05/mill/", "2024/05/mill/"),
        ("/{slug}/", "mill.html", "mill.html"),
        ("/{slug}/", "/mill", "mill"),
        ("/{slug}/", "mill?page=2", "mill?page=2"),
        ("/{slug}.html", "mill", "mill"),
    ],
)
def test_a_path_in_a_record_ends_as_the_pages_of_the_site_do(pattern: str, given: str, url: str) -> None:
    """As Zola's ``path``: what stands in the page is relative to it."""
    settings = SITE._replace(permalink=pattern, fields={"webUrl": ("place",)})
    article, problems = reading("content/a.md", settings, place=given)
    assert article is not None
    assert (article.url, problems) == (f"https://www.example.org/{url}", [])


@pytest.mark.parametrize(
    ("slug_from", "address"),
    [("file", "old-bridge"), ("name", "2024-05-01-old-bridge"), ("title", "the-old-bridge-a-story")],
)
def test_what_a_slug_is_made_of(slug_from: str, address: str) -> None:
    """Of a record that has none: its file's name, without its date or with it, or its title."""
    given = SITE._replace(permalink="/{slug}/", slug_from=slug_from, lowercase_slugs=True)
    article, _ = reading("content/2024-05-01-old-bridge.md", given)
    assert article
    assert article.url == f"https://www.example.org/{address}/"
    named, _ = reading("content/2024-05-01-old-bridge.md", given, slug="mine")
    assert named
    assert named.url == "https://www.example.org/mine/"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("2024/Bridge-1.9", "https://www.example.org/2024/Bridge-1.9/"),
        ("/a/b/", "https://www.example.org/a/b/"),
        ("/a.html", "https://www.example.org/a.html"),
        ("https://other.example/a", "https://other.example/a"),
    ],
)
def test_a_slash_at_the_end_of_own_addresses(given: str, url: str) -> None:
    """Where the generator puts one there, a path gets it; files and other sites' addresses do not."""
    article, _ = reading("content/a.md", SITE._replace(trailing_slash=True), webUrl=given)
    assert article
    assert article.url == url
