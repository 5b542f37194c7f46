"""Files of the records' own site: what a name in front matter or in a data file means."""

from __future__ import annotations

import pytest

from feeds.text.sitefiles import address


@pytest.mark.parametrize("site_url", ["https://a.example/site/blog", "https://a.example/site/blog/"])
@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("/assets/a.jpg", "https://a.example/site/blog/assets/a.jpg"),
        ("assets/a.jpg", "https://a.example/site/blog/assets/a.jpg"),
        ("/site/blog/assets/a.jpg", "https://a.example/site/blog/assets/a.jpg"),
        ("/site/blogs/a.jpg", "https://a.example/site/blog/site/blogs/a.jpg"),
        ("/a:b.jpg", "https://a.example/site/blog/a:b.jpg"),
        ("//cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("http://b.example/a.jpg", "http://b.example/a.jpg"),
        (" /a b.jpg?x=1 ", "https://a.example/site/blog/a%20b.jpg?x=1"),
    ],
)
def test_a_site_below_a_path_is_a_folder(reference: str, expected: str, site_url: str) -> None:
    """Its generator puts the path before what records name; where it is there already, it stands once."""
    assert address(reference, site_url) == expected


@pytest.mark.parametrize("site_url", ["https://a.example", "https://a.example/"])
def test_a_site_at_the_top_of_its_host_has_no_path_to_add(site_url: str) -> None:
    """The same name means the same file."""
    assert address("/assets/a.jpg", site_url) == address("assets/a.jpg", site_url)
    assert address("/assets/a.jpg", site_url) == "https://a.example/assets/a.jpg"


@pytest.mark.parametrize(
    ("reference", "site_url"),
    [
        ("www.b.example/a.jpg", "https://a.example/"),
        ("/a.jpg", ""),
        ("ftp://a.example/a.jpg", "https://a.example"),
        ("https://", "https://a.example"),
    ],
)
def test_what_leads_nowhere_is_refused(reference: str, site_url: str) -> None:
    """An address without its scheme is no path of the site."""
    with pytest.raises(ValueError):
        address(reference, site_url)
