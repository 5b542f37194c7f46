"""Addresses without a document: what they mean, and that nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from project import CONFIG, Project
from werkzeug.test import Client

from feeds.publication import addresses
from server import create_app

ALL_FORMATS = frozenset(
    (
        "/",
        "/manifest.json",
        "/all.rss",
        "/all.atom",
        "/topics/ai.rss",
        "/topics/ai.atom",
        "/topics/ai/",
        "/topics/ai/archive/2025-01.atom",
    )
)
NO_PAGES = frozenset(path for path in ALL_FORMATS if not path.endswith("/"))
REDIRECTS = {"machine-minds": "ai"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_a_path_without_a_suffix_offers_what_is_published() -> None:
    """Feeds first, the page last; only what there is."""
    assert [offer.path for offer in addresses.offers("/topics/ai", ALL_FORMATS)] == [
        "/topics/ai.rss",
        "/topics/ai.atom",
        "/topics/ai/",
    ]
    assert [offer.path for offer in addresses.offers("/all", ALL_FORMATS)] == ["/all.rss", "/all.atom", "/"]
    assert [offer.path for offer in addresses.offers("/all", NO_PAGES)] == ["/all.rss", "/all.atom"]
    assert addresses.offers("/topics/none", ALL_FORMATS) == []
    assert addresses.offers("/manifest", ALL_FORMATS) == []


@pytest.mark.parametrize(
    ("path", "feed"),
    [
        ("/all.rss", "all"),
        ("/all", "all"),
        ("/topics/ai.atom", "topics/ai"),
        ("/topics/ai/", "topics/ai"),
        ("/topics/ai", "topics/ai"),
        ("/topics/ai/archive/2025-01.atom", "topics/ai"),
        ("/topics/ai/archive/2025-02.atom", ""),
        ("/", ""),
        ("/manifest.json", ""),
        ("/topics/none.rss", ""),
        ("/topics/none", ""),
    ],
)
def test_a_document_belongs_to_a_feed(path: str, feed: str) -> None:
    """Whatever the format; what is not published belongs to none."""
    assert addresses.feed_of(path, ALL_FORMATS) == feed


@pytest.mark.parametrize(
    ("path", "with_pages", "without"),
    [
        ("/topics/AI", "/topics/ai", "/topics/ai"),
        ("/topics/AI/", "/topics/ai/", "/topics/ai"),
        ("/topics/ai/index.html", "/topics/ai/", "/topics/ai"),
        ("/topics/Machine Minds", "/topics/ai", "/topics/ai"),
        ("/topics/machine-minds/", "/topics/ai/", "/topics/ai"),
        ("/topics/machine-minds.atom", "/topics/ai.atom", "/topics/ai.atom"),
        ("/topics/ai.json", None, None),
        ("/topics/ai.rss/x", None, None),
        ("/abcdef/ai.rss", None, None),
        ("/abcdef/ai", None, None),
        ("/a/ai.rss", None, None),
        ("/feeds/machine-minds.rss", None, None),
        ("/ai.rss", None, None),
        ("/topics/machine/minds.rss", None, None),
        ("/topics", None, None),
        ("/topics/" + "ai" * 1000, None, None),
        ("/" * 2000 + "all.rss", None, None),
    ],
)
def test_what_is_misspelt_leads_to_what_is_there(
    path: str, with_pages: str | None, without: str | None
) -> None:
    """One step, to a document or to a path that negotiates."""
    assert addresses.moved(path, ALL_FORMATS, REDIRECTS) == with_pages
    assert addresses.moved(path, NO_PAGES, REDIRECTS) == without


@pytest.mark.parametrize(
    ("path", "is_gone"),
    [
        ("/topics/old.rss", True),
        ("/topics/OLD/", True),
        ("/topics/old/archive/2025-01.atom", True),
        ("/abcdef/old.rss", False),
        ("/feeds/old/", False),
        ("/topics", False),
        ("/topics/older.rss", False),
        ("/x/topics/old.rss", False),
    ],
)
def test_only_what_is_below_a_retired_topic_is_gone(path: str, *, is_gone: bool) -> None:
    """Another folder may hold something of that name one day: it is not found, and not gone for good."""
    assert addresses.is_gone(path, {"old"}) is is_gone


@given(
    st.lists(
        st.sampled_from(
            ["/", "//", "all", "AI", "topics", ".rss", ".RSS", "index.html", ".", "..", "ai", "é"]
        )
    ).map(lambda parts: "/" + "".join(parts))
)
def test_nothing_leads_to_itself_or_nowhere(path: str) -> None:
    """No redirect loops, and none to a path that would not answer."""
    target = addresses.moved(path, ALL_FORMATS, REDIRECTS)
    if target is not None:
        assert target != path
        assert target in ALL_FORMATS or addresses.offers(target, ALL_FORMATS)


def test_browsers_get_a_feed_where_there_are_no_pages(project: Project) -> None:
    """[feeds] formats decides what there is to choose from."""
    project.configure(f'{CONFIG}[feeds]\nformats = ["atom"]\n')
    project.record("a", topics=["AI"])
    client = Client(create_app(project.root / "config.toml"))
    for path in ("/topics/ai", "/all"):
        for accepted in (BROWSER, "application/rss+xml", "*/*"):
            answer = client.get(path, headers={"Accept": accepted})
            assert answer.status_code == 200, (path, accepted)
            assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert client.get("/topics/ai.rss").status_code == 404
    assert client.get("/topics/ai/", headers={"Accept": BROWSER}).headers["Location"] == "../../topics/ai"
