"""What configuration says of other people's records: nested names, fields switched off, defaults, status."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds.model.article import Article
from feeds.records.defaults import divided, known_names
from feeds.records.reader import Settings, read
from feeds.records.unread import advice

MINIMAL = {
    "title": "A title",
    "originalUrl": "https://example.org/a",
    "publishedDateTime": "2024-05-31T06:52:00Z",
}


def reading(
    given: Settings, path: str = "records/a.json", **fields: Any
) -> tuple[Article | None, list[tuple[str, str, str]]]:
    """Return what comes of a record with these fields, and what is told of it."""
    result = read(path, json.dumps(MINIMAL | fields, indent=1).encode(), 0, given)
    return result.article, [(problem.severity, problem.field, problem.reason) for problem in result.problems]


def test_a_name_may_lead_into_mappings_and_lists() -> None:
    """As Hugo's and Zola's themes keep things; a key that has a dot itself goes before."""
    settings = Settings(
        site_url="https://e.org",
        fields={"images": ("cover.image", "resources.src"), "excerpt": ("extra.lead",), "type": ("a.b",)},
    )
    article, problems = reading(settings, cover={"image": "/a.jpg"}, extra={"lead": "L"}, **{"a.b": "t"})
    assert article is not None
    assert ([image.url for image in article.images], article.excerpt) == (["https://e.org/a.jpg"], "L")
    assert (article.type, problems) == ("t", [])
    article, problems = reading(settings, resources=[{"src": "/a.jpg"}, {"name": "x"}, {"src": "/b.jpg"}])
    assert article is not None
    assert [image.url for image in article.images] == ["https://e.org/a.jpg", "https://e.org/b.jpg"]
    article, problems = reading(settings, cover="x", extra=["y"], resources={"src": "http://["})
    assert article is not None
    assert problems == [("warning", "resources.src", "'http://[' is not a valid URL; the image is left out")]


def test_a_name_may_lead_to_one_item_of_a_list() -> None:
    """Counted from 0, and to nothing where there are not as many."""
    settings = Settings(site_url="https://e.org", fields={"images": ("gallery.1.src", "gallery.0")})
    for gallery, expected in (
        ([{"src": "/a.jpg"}, {"src": "/b.jpg"}], ["https://e.org/b.jpg"]),
        (["/a.jpg"], ["https://e.org/a.jpg"]),
        ([], []),
    ):
        article, problems = reading(settings, gallery=gallery)
        assert article is not None
        assert ([image.url for image in article.images], problems) == (expected, [])


def test_defaults_stand_beside_other_fields_of_the_same_kind() -> None:
    """A record that lacks tags has the default ones, and its own categories."""
    settings = settings_of({"tags": ["General"]}, {"topics": ("tags", "categories")})
    article, problems = reading(settings, categories=["Own"])
    assert article is not None
    assert (article.topics, problems) == (("General", "Own"), [])


def test_a_field_can_be_switched_off() -> None:
    """Its name may mean something else in other people's records."""
    settings = Settings(fields={"id": (), "related": (), "locale": (), "quality": ()})
    article, problems = reading(settings, id="x", related=["pea"], locale="Klingon", quality="high")
    assert article is not None
    assert (article.id, article.related, problems) == ("https://example.org/a", (), [])


@pytest.mark.parametrize(
    ("word", "is_published"),
    [
        ("draft", False),
        ("Draft", False),
        ("pending", False),
        ("private", False),
        ("hidden", False),
        ("trash", False),
        ("published", True),
        ("publish", True),
        ("future", True),
    ],
)
@pytest.mark.parametrize("fields", [{"draft": ("status",)}, {"published": ("status",)}, {}])
def test_a_word_in_a_status_field_hides_a_draft(
    word: str, is_published: bool, fields: dict[str, tuple[str, ...]]
) -> None:
    """Mapped or not: publishing an unfinished text cannot be taken back."""
    article, problems = reading(Settings(fields=fields), status=word)
    assert article is not None
    assert (article.is_published, problems) == (is_published, [])


def test_a_status_of_another_kind_says_nothing_unless_it_is_mapped() -> None:
    """Mapped, what nobody understands is a fault."""
    article, problems = reading(Settings(), status="evergreen")
    assert article is not None
    assert (article.is_published, problems) == (True, [])
    article, ((severity, field, _),) = reading(Settings(fields={"draft": ("status",)}), status="evergreen")
    assert (article, severity, field) == (None, "rejection", "status")


def test_what_is_read_as_a_date_is_not_true_or_false_as_well() -> None:
    """Many records call their date "published"."""
    given = Settings(fields={"publishedDateTime": ("published", "date")})
    article, problems = reading(given, publishedDateTime=None, published="2024-05-31")
    assert article is not None
    assert (article.published.isoformat()[:10], article.is_published) == ("2024-05-31", True)
    assert not problems


def settings_of(defaults: dict[str, Any], fields: dict[str, tuple[str, ...]] | None = None) -> Settings:
    """Return settings with these defaults, as the configuration file has them."""
    names = fields or {}
    return Settings(fields=names, defaults=divided(defaults, known_names(names), ("records",)))


def test_records_take_what_they_lack_from_the_defaults() -> None:
    """All of them, or those below a folder; the nearest folder's value goes before."""
    settings = settings_of(
        {
            "locale": "en",
            "topics": ["News"],
            "provider": {"name": "Pro"},
            "quality": 50,
            "records/de": {"locale": "de", "topics": ["Nachrichten"]},
            "de/old/": {"topics": ["Alt"], "quality": 10},
        }
    )
    for path, language, topics, quality in (
        ("records/a.json", "en", ("News",), 50),
        ("records/de/a.json", "de", ("Nachrichten",), 50),
        ("records/de/old/new/a.json", "de", ("Alt",), 10),
        ("records/dee/a.json", "en", ("News",), 50),
    ):
        article, problems = reading(settings, path, topics=[])
        assert article is not None
        assert (article.language, article.topics, article.quality) == (language, topics, quality)
        assert article.provider is not None
        assert (article.provider.name, problems) == ("Pro", [])
    article, _ = reading(settings, "records/de/a.json", locale="fr", topics=["Own"])
    assert article is not None
    assert (article.language, article.topics) == ("fr", ("Own",))


def test_defaults_may_be_spelled_in_the_records_own_words() -> None:
    """And give way to a record that has the field under either name."""
    fields = {"locale": ("lang",), "publishedDateTime": ("date",)}
    for name in ("locale", "lang"):
        settings = settings_of({name: "de"}, fields)
        for given, language in (({}, "de"), ({"lang": "fr"}, "fr")):
            article, problems = reading(settings, **given)
            assert article is not None
            assert (article.language, problems) == (language, [])


def test_a_broken_date_falls_back_on_that_of_the_file_s_name() -> None:
    """With a warning; where there is none, nobody knows when it was."""
    article, ((severity, field, reason),) = reading(
        Settings(), "2024-05-30-a.json", publishedDateTime="2024-05-31 10:00 XYZ"
    )
    assert article is not None
    assert (article.published, severity, field) == (
        datetime(2024, 5, 30, tzinfo=UTC),
        "warning",
        "publishedDateTime",
    )
    assert "XYZ" in reason
    article, ((severity, field, _),) = reading(Settings(), publishedDateTime="2024-05-31 10:00 XYZ")
    assert (article, severity, field) == (None, "rejection", "publishedDateTime")


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("posts/2024-05-30-a.json", "https://e.org/a"),
        ("posts/2024-05-30-a/index.json", "https://e.org/a"),
        ("posts/2024-05-30-a/index.de.json", "https://e.org/a"),
        ("posts/2024/05/30/a.json", "https://e.org/a"),
        ("posts/a.json", "https://e.org/2024/05/30/a.html"),
        ("posts/a.json", "https://e.org/blog/2024/5/30/"),
    ],
)
def test_a_date_may_stand_in_names_of_files_folders_and_addresses(path: str, url: str) -> None:
    """As site generators make them."""
    article, problems = reading(Settings(), path, publishedDateTime=None, originalUrl=url)
    assert article is not None
    assert (article.published, problems) == (datetime(2024, 5, 30, tzinfo=UTC), [])


@pytest.mark.parametrize(
    "url", ["https://e.org/2024/05/a", "https://e.org/x2024/05/30/a", "https://e.org/2024/13/30/a"]
)
def test_what_only_looks_like_a_date_is_none(url: str) -> None:
    """A month is no day."""
    article, _ = reading(Settings(), "posts/2024/05/a.json", publishedDateTime=None, originalUrl=url)
    assert article is None


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("imageHero", '[records.fields] images = "imageHero" reads it'),
        ("descripton", 'did you mean "description"? [records.fields] excerpt = "description" reads it'),
        ("cta", ""),
        ("extra.release", ""),
        ("show_lastmod", ""),
    ],
)
def test_hints_are_names_that_were_meant(name: str, hint: str) -> None:
    """Words in another order are a name of their own; what is alike by chance is no hint."""
    assert advice(name, {"updatedDateTime": ("lastmod",)}) == hint
