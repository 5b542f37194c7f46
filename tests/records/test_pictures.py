"""The images of a record, in each way that people write them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from feeds.model.article import Article, Image, Size
from feeds.records.reader import Settings, read

MINIMAL = {
    "title": "A title",
    "originalUrl": "https://example.org/a",
    "publishedDateTime": "2024-05-31T06:52:00Z",
}
SITE = Settings(site_url="https://www.example.org", fields={"images": ("image", "cover.image")})


def reading(**fields: Any) -> tuple[Article, list[tuple[str, str]]]:
    """Return the article of a record with these fields, and what is told of it."""
    result = read("records/a.json", json.dumps(MINIMAL | fields, indent=1).encode(), 0, SITE)
    assert result.article is not None
    return result.article, [(problem.field, problem.reason) for problem in result.problems]


@pytest.mark.parametrize("key", ["url", "src", "path", "image", "file", "href", "feature", "thumbnail"])
def test_a_picture_s_address_has_many_names(key: str) -> None:
    """In a mapping, alone or in a list, and in a mapping within it."""
    expected = (Image("https://www.example.org/i/a.jpg", alt="A jar"),)
    picture = {key: "/i/a.jpg", "alt": "A jar"}
    for given in (picture, [picture], {"image": {key: "/i/a.jpg"}, "alt": "A jar"}):
        article, problems = reading(image=given)
        assert (article.images, problems) == (expected, [])


def test_what_is_said_of_a_picture_is_kept() -> None:
    """Under its usual names; markup goes."""
    picture = {
        "url": "/a.jpg",
        "title": "Jar",
        "alt_text": "A jar",
        "description": "<i>Green</i> &amp; old",
        "photographer": "Ada Ink",
        "licence": "CC BY 4.0",
        "width": 3,
    }
    article, problems = reading(image=picture)
    assert problems == []
    assert article.images == (
        Image("https://www.example.org/a.jpg", 3, 0, "Jar", "A jar", "Green & old", "Ada Ink", "CC BY 4.0"),
    )


@pytest.mark.parametrize(
    "none", [False, "", " ", None, "none", "null", [], [""], [None], {"url": ""}, {"src": False, "alt": "x"}]
)
def test_an_article_may_have_no_picture(none: object) -> None:
    """However that is said, it is no picture called "false", and nothing to be told."""
    article, problems = reading(image=none)
    assert (article.images, problems) == ((), [])


def test_a_picture_that_is_switched_off_gives_way_to_the_next_field() -> None:
    """As a field that is not there does."""
    article, problems = reading(image=False, cover={"image": "/a.jpg"})
    assert ([image.url for image in article.images], problems) == (["https://www.example.org/a.jpg"], [])


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/kiln.mp4", "a film"),
        ("https://cdn.example.org/KILN.MP4?x=a.jpg", "a film"),
        ("/talk.mp3", "a recording"),
        ("/sheets/cones.pdf", "a document"),
        ("/page.html#top", "a document"),
        ("/all.zip", "an archive"),
    ],
)
def test_what_is_no_picture_by_its_suffix_is_left_out(address: str, kind: str) -> None:
    """Readers would get a picture that no program can open."""
    article, problems = reading(image=[address, "/a.jpg"])
    assert [image.url for image in article.images] == ["https://www.example.org/a.jpg"]
    assert problems == [("image[0]", f"{address!r} is no picture but {kind}; the image is left out")]


@pytest.mark.parametrize(
    "address", ["/a", "/a.jpg?alias=x.pdf", "/photo.php", "/v1.2/a", "/a.b.c/", "/x.mp4/a.png"]
)
def test_an_address_that_promises_nothing_may_be_a_picture(address: str) -> None:
    """Many pictures come from programs."""
    article, problems = reading(image=address)
    assert (len(article.images), problems) == (1, [])


@pytest.mark.parametrize("address", ["{{ site.url }}/a.jpg", "{% asset a.jpg %}", "${base}/a.jpg"])
def test_a_template_is_no_picture(address: str) -> None:
    """Nobody runs it here; taken literally, it is a broken picture."""
    article, ((field, reason),) = reading(image={"src": address})
    assert (article.images, field) == ((), "image.src")
    assert reason == f"{address!r} is a template, no address; the image is left out"


def test_a_picture_s_host_without_a_scheme_is_told() -> None:
    """It is no path, and whoever wrote it hears how it was read."""
    article, problems = reading(images=["www.e.org/a.png"])
    assert [image.url for image in article.images] == ["https://www.e.org/a.png"]
    assert any("www.e.org/a.png" in reason for _, reason in problems)


def test_a_number_is_no_picture() -> None:
    """WordPress names pictures by numbers that only it knows."""
    article, problems = reading(images=[17])
    assert article.images == ()
    assert any("17" in reason for _, reason in problems)


SIZES = (Size("https://www.example.org/i/a-300.jpg", 300), Size("https://www.example.org/i/a.jpg", 1200, 800))


@pytest.mark.parametrize(
    "given",
    [
        {"srcset": "/i/a-300.jpg 300w, /i/a.jpg 1200w 800h"},
        {"sizes": [{"url": "/i/a-300.jpg", "width": 300}, {"src": "/i/a.jpg", "width": 1200, "height": 800}]},
        {
            "sizes": {
                "medium": {"source_url": "/i/a-300.jpg", "width": "300"},
                "full": {"url": "/i/a.jpg", "width": 1200, "height": 800},
            }
        },
        {"srcset": "/i/a-300.jpg 300w,/i/a.jpg 1200w 800h,", "sizes": "(max-width: 600px) 480px, 800px"},
    ],
)
def test_a_picture_may_come_in_several_sizes(given: dict[str, Any]) -> None:
    """As HTML spells them, as a list, or by name; its own is told by its address."""
    article, problems = reading(image={"url": "/i/b.jpg", "title": "B"} | given)
    assert (article.images, problems) == (
        (Image("https://www.example.org/i/b.jpg", title="B", sizes=SIZES),),
        [],
    )
    article, problems = reading(image={"url": "/i/a.jpg"} | given)
    assert (article.images, problems) == ((Image(SIZES[1].url, 1200, 800, sizes=SIZES[:1]),), [])


def test_a_size_that_cannot_be_shown_costs_only_itself() -> None:
    """With a warning that says where it is."""
    sizes = [{"url": "/i/a-300.jpg", "width": 300}, ["x"], {"width": 3}, {"url": "/film.mp4"}]
    article, problems = reading(image={"url": "/i/b.jpg", "sizes": sizes})
    assert article.images[0].sizes == SIZES[:1]
    assert [reason.rpartition(";")[2] for _, reason in problems] == [" this size is left out"] * 3
    assert [field for field, _ in problems] == ["image.sizes[1]", "image.sizes[2]", "image.sizes[3]"]
