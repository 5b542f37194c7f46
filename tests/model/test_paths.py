"""The URLs of the publication: how each is spelled, and understood again."""

from __future__ import annotations

import pytest

from feeds.model import paths

KEYS = (paths.ALL, paths.topic_key("ai"), paths.topic_key("künstliche-intelligenz"), paths.feed_key("best"))


def test_addresses_are_as_subscribers_know_them() -> None:
    """They stay: whoever subscribed years ago still finds the feed there."""
    assert [paths.of_feed(key, ".rss") for key in KEYS] == [
        "/all.rss",
        "/topics/ai.rss",
        "/topics/künstliche-intelligenz.rss",
        "/feeds/best.rss",
    ]
    assert [paths.of_page(key) for key in KEYS] == [
        "/",
        "/topics/ai/",
        "/topics/künstliche-intelligenz/",
        "/feeds/best/",
    ]
    assert paths.of_archive(KEYS[1], "2024-05") == "/topics/ai/archive/2024-05.atom"
    assert [paths.identity(key) for key in KEYS[:2]] == ["feeds/all", "feeds/topics/ai"]
    assert (
        paths.address("https://feeds.acme.com/sub", paths.of_feed(KEYS[2], ".atom"))
        == "https://feeds.acme.com/sub/topics/k%C3%BCnstliche-intelligenz.atom"
    )


@pytest.mark.parametrize("key", KEYS)
def test_paths_are_understood_again(key: str) -> None:
    """What one function spells, another reads."""
    assert paths.key_of(paths.of_feed(key, ".rss"), ".rss") == key
    assert paths.parted(paths.of_archive(key, "2024-05")) == (paths.of_feed(key, ""), "/archive/2024-05.atom")
    assert paths.parted(paths.of_feed(key, ".rss")) == (paths.of_feed(key, ".rss"), "")
    topic = paths.topic_of(key)
    assert paths.topic_in(paths.of_feed(key, ".rss")) == ((topic, ".rss") if topic else ("", ""))
    assert [paths.topic_key(topic), paths.feed_key(paths.name_of(key)), paths.ALL].count(key) == 1


@pytest.mark.parametrize(
    "path", ["/archive/2024-05.atom", "/all/archive/2024-5.atom", "/all/archive/2024-05.rss"]
)
def test_what_only_looks_like_an_archive_is_none(path: str) -> None:
    """There is one spelling."""
    assert paths.parted(path) == (path, "")
