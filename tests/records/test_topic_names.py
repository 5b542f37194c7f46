"""The topics of a record, in each way that people write them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from feeds.model.article import Article
from feeds.records.reader import Settings, read

MINIMAL = {
    "title": "A title",
    "originalUrl": "https://example.org/a",
    "publishedDateTime": "2024-05-31T06:52:00Z",
}


def reading(given: Settings, **fields: Any) -> tuple[Article, list[tuple[str, str]]]:
    """Return the article of a record with these fields, and what is told of it."""
    result = read("records/a.json", json.dumps(MINIMAL | fields, indent=1).encode(), 0, given)
    assert result.article is not None
    return result.article, [(problem.field, problem.reason) for problem in result.problems]


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("relief, contour lines,paper", ("relief", "contour lines", "paper")),
        ("relief\ncontour lines\n", ("relief", "contour lines")),
        ("contour lines", ("contour lines",)),
        (["Bonn, Germany", "Paper"], ("Bonn, Germany", "Paper")),
        ([["Paper", "Globes"], ["Ink", ["Wax"]]], ("Paper", "Globes", "Ink", "Wax")),
        ([{"name": "Relief", "slug": "relief-1"}, {"title": "Globes"}], ("Relief", "Globes")),
        ([{"label": "Relief"}, {"slug": "globes"}], ("Relief", "globes")),
        ({"name": "Relief"}, ("Relief",)),
        ({"Paper": None, "Ink": None}, ("Paper", "Ink")),
        ({"tags": ["Paper"], "series": ["Ink"]}, ("Paper", "Ink")),
        (["Paper", None, "", "Paper", " Ink "], ("Paper", "Ink")),
        (False, ()),
        ("", ()),
        (", ,", ()),
        (2024, ("2024",)),
    ],
)
def test_topics_are_names_however_they_are_put(given: object, names: tuple[str, ...]) -> None:
    """One text with commas, lists in lists, mappings with a name."""
    article, problems = reading(Settings(), topics=given)
    assert (article.topics, problems) == (names, [])


BOTH = Settings(fields={"topics": ("tags", "categories", "taxonomies.series")})


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"tags": ["vellum"], "categories": ["Atlases"]}, ("vellum", "Atlases")),
        ({"tags": "vellum, ink", "categories": "Atlases"}, ("vellum", "ink", "Atlases")),
        ({"categories": ["Atlases"], "taxonomies": {"series": ["Old"]}}, ("Atlases", "Old")),
        ({"tags": ["Atlases"], "categories": ["Atlases"]}, ("Atlases",)),
        ({"tags": [], "categories": ["Atlases"]}, ("Atlases",)),
        ({"topics": ["Own"]}, ("Own",)),
    ],
)
def test_several_fields_of_topics_are_united(fields: dict[str, Any], names: tuple[str, ...]) -> None:
    """An article is in the feeds of its tags and of its categories. Our own name counts without them."""
    article, problems = reading(BOTH, **fields)
    assert (article.topics, problems) == (names, [])


def test_what_is_no_topic_is_named_as_the_record_names_it() -> None:
    """The other topics stay."""
    article, problems = reading(BOTH, tags=["vellum"], taxonomies={"series": [{"x": "y"}, "Old"]})
    assert article.topics == ("vellum", "Old")
    assert problems == [
        ("taxonomies.series[0]", "is a mapping without a name; the topic is left out"),
    ]
