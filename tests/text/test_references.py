"""What relative addresses in an article mean."""

from __future__ import annotations

import pytest

from feeds.text import references

SITE = "https://www.lamp.example/club"
OWN = references.base_of("https://www.lamp.example/club/notes/gauge/", SITE)
OTHER = references.base_of("https://paper.example/2024/storm#top", SITE)


@pytest.mark.parametrize(
    ("value", "own", "other"),
    [
        ("#x", "https://www.lamp.example/club/notes/gauge/#x", "https://paper.example/2024/storm#x"),
        ("x.png", "https://www.lamp.example/club/notes/gauge/x.png", "https://www.lamp.example/club/x.png"),
        ("../x/", "https://www.lamp.example/club/notes/x/", "https://www.lamp.example/x/"),
        ("?v=2", "https://www.lamp.example/club/notes/gauge/?v=2", "https://www.lamp.example/club/?v=2"),
        ("/x", "https://www.lamp.example/x", "https://www.lamp.example/x"),
        ("//cdn.example/x", "https://cdn.example/x", "https://cdn.example/x"),
        ("www.bird.example/x", "https://www.bird.example/x", "https://www.bird.example/x"),
        ("http://a.example/", "http://a.example/", "http://a.example/"),
    ],
)
def test_bodies_are_read_as_on_the_articles_page(value: str, own: str, other: str) -> None:
    """Where the article is somebody else's page, what is relative is of the site."""
    assert references.in_body(value, OWN) == own
    assert references.in_body(value, OTHER) == other


def test_without_a_site_the_articles_page_is_all_there_is() -> None:
    """As before there was a site."""
    base = references.base_of("https://paper.example/2024/storm", "")
    assert references.in_body("x.png", base) == "https://paper.example/2024/x.png"


def test_a_permalink_to_another_host_makes_it_the_sites() -> None:
    """It is where the site's own articles are."""
    base = references.base_of("https://blog.example/a/", SITE, "https://blog.example/{slug}/")
    assert references.in_body("x.png", base) == "https://blog.example/a/x.png"


@pytest.mark.parametrize(
    ("value", "site", "url"),
    [
        ("/assets/x.jpg", SITE, "https://www.lamp.example/club/assets/x.jpg"),
        ("/club/x.jpg", SITE, "https://www.lamp.example/club/x.jpg"),
        ("/clubs/x.jpg", SITE, "https://www.lamp.example/club/clubs/x.jpg"),
        ("/club", SITE, "https://www.lamp.example/club"),
        ("x.jpg", f"{SITE}/", "https://www.lamp.example/club/x.jpg"),
        ("/x.jpg", "https://www.lamp.example", "https://www.lamp.example/x.jpg"),
        ("//cdn.example/x.jpg", SITE, "https://cdn.example/x.jpg"),
        ("www.bird.example/x.jpg", SITE, "https://www.bird.example/x.jpg"),
        ("https://a.example/x.jpg", "", "https://a.example/x.jpg"),
    ],
)
def test_front_matter_names_the_sites_files(value: str, site: str, url: str) -> None:
    """The site is a folder, and its path is not put twice."""
    assert references.in_front_matter(value, site) == url


def test_front_matter_names_what_lies_beside_the_article() -> None:
    """By a bare name."""
    base = "https://www.lamp.example/club/rope/"
    assert references.in_front_matter("coil.jpg", SITE, base) == f"{base}coil.jpg"
    assert references.in_front_matter("/coil.jpg", SITE, base) == f"{SITE}/coil.jpg"


def test_without_a_site_a_path_is_no_address() -> None:
    """There is nothing that it could be of."""
    with pytest.raises(ValueError, match="site_url"):
        references.in_front_matter("/x.jpg", "")
