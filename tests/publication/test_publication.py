"""The publication: which documents there are, and that looking at them writes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from project import CONFIG, NOW, Project

from feeds.index.images import GONE, Learnt
from feeds.model import paths
from feeds.pipeline.build import Synced, clock, described_topics
from feeds.publication.news import tell_news
from feeds.publication.publication import Publication

IMAGE = "https://images.example.com/gone.png"
ARCHIVED = CONFIG + "[defaults]\narchives = true\n[[feeds]]\nname = 'best'\nmin_quality = 1\n"


def publication_of(made: Synced) -> Publication:
    """Return another publication from the same index."""
    config = made.publication.config
    return Publication(made.index, config, described_topics(config)[0], clock(NOW))


def test_documents_are_listed_kind_by_kind(make_project: Callable[..., Project]) -> None:
    """Feeds, what they load, what leads to them, and last the list of all: exports write in this order."""
    project = make_project(ARCHIVED)
    project.record("one", publishedDateTime="2026-01-02T03:04:05Z")
    assert list(project.synced(lambda made: made.publication.paths)) == [
        *(f"/all.{name}" for name in ("rss", "atom", "json")),
        *(f"/topics/news.{name}" for name in ("rss", "atom", "json")),
        *(f"/feeds/best.{name}" for name in ("rss", "atom", "json")),
        "/all/archive/2025-12.atom",
        "/all/archive/2026-01.atom",
        "/topics/news/archive/2025-12.atom",
        "/topics/news/archive/2026-01.atom",
        "/assets/feed.css",
        "/feeds.opml",
        "/assets/style.css",
        "/assets/page.js",
        "/assets/icon.svg",
        "/topics/news/",
        "/feeds/best/",
        "/",
        "/manifest.json",
    ]


def test_reading_a_publication_writes_nothing(project: Project) -> None:
    """News of images wait for who makes documents, however often a publication is looked at meanwhile."""
    project.record("one", images=[{"url": IMAGE}])
    project.record("two", topics=["Other"])
    project.build()

    def learn(made: Synced) -> None:
        made.index.images.learn(IMAGE, Learnt(GONE))
        made.index.commit()
        looked_at = publication_of(made)
        assert looked_at.stale() == []
        assert made.index.images.news() == {IMAGE}
        assert made.index.is_committed
        config = made.publication.config
        assert tell_news(made.index, config, described_topics(config)[0], clock(NOW)) == 2
        assert not made.index.images.news()
        assert tell_news(made.index, config, described_topics(config)[0], clock(NOW)) == 0
        stale = publication_of(made).stale()
        assert {"/all.rss", "/topics/news.rss", "/topics/news/", "/"} <= set(stale)
        assert not [path for path in stale if "other" in path]

    project.synced(learn)


def test_the_list_of_all_documents_makes_those_that_are_unknown(project: Project) -> None:
    """Whoever asks for it first gets it whole."""
    project.record("one")

    def look(made: Synced) -> None:
        assert made.publication.state("/all.rss") is None
        body = made.publication.document(paths.MANIFEST).body.decode()
        listed = [path for path in made.publication.paths if f'"path": "{path}"' in body]
        assert listed == [path for path in made.publication.paths if path != paths.MANIFEST]
        assert made.publication.stale() == []

    project.synced(look)


@pytest.mark.parametrize("path", ["/nothing", "/topics/news.txt", ""])
def test_there_is_no_document_elsewhere(path: str, project: Project) -> None:
    """Which is for the caller to say in other words."""
    project.record("one")
    with pytest.raises(KeyError):
        project.synced(lambda made: made.publication.document(path))
