"""Authors, in each way that people write them; e-mail addresses are in none."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from feeds.model.article import Article, Author
from feeds.records.reader import Settings, read

MINIMAL = {
    "title": "A title",
    "originalUrl": "https://example.org/a",
    "publishedDateTime": "2024-05-31T06:52:00Z",
}
KNOWN = Settings(
    site_url="https://www.example.org",
    authors={"mara": Author("Mara Quill", "https://quill.example/"), "odo": Author("Odo Finch")},
)


def reading(given: Settings = KNOWN, **fields: Any) -> tuple[Article, list[tuple[str, str]]]:
    """Return the article of a record with these fields, and what is told of it."""
    result = read("records/a.json", json.dumps(MINIMAL | fields).encode(), 0, given)
    assert result.article is not None
    return result.article, [(problem.field, problem.reason) for problem in result.problems]


def people(**fields: Any) -> list[tuple[str, str]]:
    """Return names and home pages of the authors of a record with nothing wrong in it."""
    article, problems = reading(**fields)
    assert problems == []
    return [(author.name, author.url) for author in article.authors]


def test_a_home_page_without_a_scheme_is_no_path_of_the_site() -> None:
    """A domain is meant; a file of the site stays one."""
    assert people(author={"name": "Ada", "url": "ada.example/about"}) == [
        ("Ada", "https://ada.example/about")
    ]
    assert people(author={"name": "Ada", "url": "ada.html"}) == [("Ada", "https://www.example.org/ada.html")]


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"author": "Ada Ink"}, ["Ada Ink"]),
        ({"author": "Ink, Ada"}, ["Ink, Ada"]),
        ({"author": ["Ada Ink", "Bo Pen"]}, ["Ada Ink", "Bo Pen"]),
        ({"author": "Ada Ink; Bo Pen"}, ["Ada Ink", "Bo Pen"]),
        ({"authors": "Ada Ink, Bo Pen"}, ["Ada Ink", "Bo Pen"]),
        ({"authors": "Ada Ink, Jr., Bo Pen"}, ["Ada Ink, Jr.", "Bo Pen"]),
        ({"authors": ["Ink, Ada", "Bo Pen"]}, ["Ink, Ada", "Bo Pen"]),
        ({"author": "Ada Ink", "authors": ["ada ink", "Bo Pen"]}, ["Ada Ink", "Bo Pen"]),
        ({"author": {"name": "Ada Ink"}}, ["Ada Ink"]),
        (
            {"authors": [{"name": "Ada Ink"}, {"title": "Bo Pen"}, "Cy Lead"]},
            ["Ada Ink", "Bo Pen", "Cy Lead"],
        ),
        ({"authors": {"ada": {"name": "Ada Ink"}, "bo": {"name": "Bo Pen"}}}, ["Ada Ink", "Bo Pen"]),
        ({"author": {"first_name": "Ada", "last_name": "Ink"}}, ["Ada Ink"]),
        ({"author": "<b>Ada</b> &amp; Bo"}, ["Ada & Bo"]),
        ({"author": False, "authors": None}, []),
        ({"author": " ", "authors": []}, []),
        ({"author": ["", None, "Ada Ink"]}, ["Ada Ink"]),
        ({"provider": {"name": "Pro", "authors": ["Ada Ink"]}}, ["Ada Ink"]),
        ({"author": "Bo Pen", "provider": {"name": "Pro", "authors": ["Ada Ink"]}}, ["Bo Pen"]),
        ({"provider": ["Ada Ink", "Bo Pen"]}, ["Ada Ink", "Bo Pen"]),
        ({"provider": "Pro"}, []),
    ],
)
def test_authors_are_a_text_a_list_or_mappings(fields: dict[str, Any], names: list[str]) -> None:
    """Each once, in their order. Commas divide only what is called a list."""
    assert [name for name, _ in people(**fields)] == names


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"name": "Ada", "url": "https://ada.example/"}, "https://ada.example/"),
        ({"name": "Ada", "uri": "", "website": "/ada/"}, "https://www.example.org/ada/"),
        ({"name": "Ada", "url": "mailto:ada@ink.example"}, ""),
        ("[Ada](https://ada.example/)", "https://ada.example/"),
    ],
)
def test_an_author_may_have_a_home_page(given: Any, url: str) -> None:
    """Under any of its usual names; an e-mail address is none."""
    assert people(author=given) == [("Ada", url)]


@pytest.mark.parametrize(
    "given",
    [
        "Ada Ink <ada@ink.example>",
        "<ada@ink.example> Ada Ink",
        "ada@ink.example (Ada Ink)",
        "Ada Ink (ada@ink.example)",
        "Ada Ink, ada@ink.example",
        "Ada Ink - mailto:ada@ink.example",
        '"Ada Ink" <ada.b+c@mail.ink.example>',
        ["Ada Ink <ada@ink.example>"],
        {"name": "Ada Ink", "email": "ada@ink.example"},
        {"name": "Ada Ink <ada@ink.example>", "mail": "ada@ink.example"},
        {"name": "Ada Ink", "url": "ada@ink.example"},
    ],
)
@pytest.mark.parametrize("field", ["author", "provider"])
def test_an_email_address_is_never_published(field: str, given: Any) -> None:
    """Programs that send spam read feeds."""
    if field == "provider" and isinstance(given, dict):
        given = given | {"name": "Ada Ink"}
    article, _ = reading(**{field: given})
    assert b"@" not in msgspec.json.encode(article)
    assert b"Ada Ink" in msgspec.json.encode(article)


def test_an_email_address_alone_is_told_and_left_out() -> None:
    """The article stays."""
    article, ((field, reason),) = reading(author="ada@ink.example")
    assert (article.authors, field) == ((), "author")
    assert reason.startswith("is an e-mail address without a name")


@pytest.mark.parametrize(
    "given",
    ["mara", " Mara ", ["MARA"], {"name": "mara"}, {"id": "mara"}, {"slug": "mara", "name": "Someone"}],
)
def test_a_short_name_stands_for_somebody_known(given: Any) -> None:
    """As tables of authors have it."""
    assert people(author=given) == [("Mara Quill", "https://quill.example/")]


@pytest.mark.parametrize(
    "given", [{"url": "https://e.org"}, [{"x": "y"}], [["Ada"]], {"a": {"b": "c"}}, {"name": ["Ada"]}]
)
def test_what_is_no_author_costs_nothing_else(given: Any) -> None:
    """It is told, and the article stays."""
    article, ((field, reason),) = reading(authors=given)
    assert article.authors == ()
    assert field.startswith("authors")
    assert reason.endswith("the author is left out")


def test_a_provider_that_is_called_author_is_not_named_twice() -> None:
    """As older configurations map it; a list of them is people all the same."""
    given = Settings(fields={"provider": ("author",)})
    article, problems = reading(given, author="Ada Ink")
    assert (article.authors, problems) == ((), [])
    assert article.provider is not None
    assert article.provider.name == "Ada Ink"
    article, problems = reading(given, author=["Ada Ink", "Bo Pen"])
    assert ([author.name for author in article.authors], problems) == (["Ada Ink", "Bo Pen"], [])


def test_commas_belong_to_a_name_where_the_field_is_mapped_to_one_author() -> None:
    """Whatever the record calls it."""
    for ours, names in (("author", ["Ink, Ada"]), ("authors", ["Ink", "Ada"])):
        article, problems = reading(Settings(fields={ours: ("byline",)}), byline="Ink, Ada")
        assert ([author.name for author in article.authors], problems) == (names, [])
