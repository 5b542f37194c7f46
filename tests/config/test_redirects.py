"""[redirects]: every mistake is named with its line, so that no old address leads nowhere, or elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.config import parse
from feeds.config.redirects import Redirects, is_url
from feeds.errors import ConfigError


def _redirects(lines: str) -> dict[str, str]:
    return dict(parse(f"[[feeds]]\nname = 'best'\n[redirects]\n{lines}").redirects)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/feed.xml", "/all.rss"),
        ("/feed/", "/topics/ai.rss"),
        ("/tags/:slug/feed.xml", "/topics/:slug.rss"),
        ("/tags/:slug.xml", "/topics/:slug.atom"),
        ("/old/*", "/topics/*"),
        ("/best", "/feeds/best.json"),
        ("/any/:name", "/feeds/:name.rss"),
        ("/blog/*", "/"),
        ("/away/:slug", "https://example.org/a/:slug?x=1"),
        ("/away/*", "https://example.org:8080/*"),
        ("/list", "/feeds.opml"),
        ("/KI 東.xml", "/topics/ki-東.rss"),
    ],
)
def test_what_can_be_said(old: str, new: str) -> None:
    """Documents of every kind, patterns, other places."""
    assert _redirects(f'"{old}" = "{new}"') == {old: new}


def test_addresses_may_be_percent_encoded() -> None:
    """As they are copied from a browser."""
    assert _redirects('"/K%C3%BCste.xml" = "/topics/k%C3%BCste.rss"') == {"/Küste.xml": "/topics/küste.rss"}


@pytest.mark.parametrize(
    ("lines", "line", "told"),
    [
        ('"/a" = "/b"\n"/b" = "/a"', 4, "/a → /b → /a"),
        ('"/a" = "/a"', 4, "/a → /a"),
        ('"/a/*" = "/a/b/*"', 4, "circle"),
        ('"/a/*" = "/b/*"\n"/b/:x" = "/a/:x"', 4, "circle"),
        ('"/x" = "/all.rss"\n"/a" = "/nothing"', 5, "'/nothing'"),
        ('"/a" = "/feeds/none.rss"', 4, "'/feeds/none.rss'"),
        ('"/a" = "/topics/ai"', 4, "'/topics/ai'"),
        ('"/a" = "/all.xml"', 4, "'/all.xml'"),
        ('"/a/:slug" = "/b/:slug.rss"', 4, "'/b/:slug.rss'"),
        ('"/all.rss" = "/all.atom"', 4, "document"),
        ('"/feeds/best.rss" = "/all.atom"', 4, "document"),
        ('"feed.xml" = "/all.rss"', 4, "begins with /"),
        ('"/" = "/all.rss"', 4, "begins with /"),
        ('"/a?b=1" = "/all.rss"', 4, "query"),
        ("'/a\"b' = '/all.rss'", 4, "quotes"),
        ('"/a/../b" = "/all.rss"', 4, ".."),
        ('"//a" = "/all.rss"', 4, "//"),
        ('"/a:b/c" = "/all.rss"', 4, "'a:b'"),
        ('"/*/a" = "/all.rss"', 4, "last segment"),
        ('"/a*" = "/all.rss"', 4, "last segment"),
        ('"/:a/:a" = "/all.rss"', 4, "twice"),
        ('"/a/:b" = "/topics/:c.rss"', 4, ":c"),
        ('"/a" = "/topics/*"', 4, "*"),
        ('"/a" = "all.rss"', 4, "'all.rss'"),
        ('"/a" = "//example.org/"', 4, "'//example.org/'"),
        ('"/a" = "javascript:alert(1)"', 4, "neither"),
        ('"/a/:host" = "https://:host/"', 4, "host"),
        ('"/a/*" = "https://*/"', 4, "host"),
        ('"/a" = "https://"', 4, "https://"),
        ('"/a" = 5', 4, "text"),
        ('"/a" = "/all.rss"\n"/%61" = "/all.rss"', 5, "twice"),
    ],
)
def test_mistakes_are_named_with_their_line(lines: str, line: int, told: str) -> None:
    """All of them are errors of the configuration, before anything is published."""
    with pytest.raises(ConfigError) as caught:
        _redirects(lines)
    assert caught.value.line == line
    assert caught.value.key.startswith("redirects.")
    assert told in caught.value.reason


def test_a_format_that_is_not_made_is_no_target() -> None:
    """Nor an archive where there are none."""
    for settings, new in (('formats = ["atom"]', "/topics/ai.rss"), ("", "/topics/x/archive/2024-01.atom")):
        with pytest.raises(ConfigError, match="no document can be"):
            parse(f'[defaults]\n{settings}\n[redirects]\n"/a" = "{new}"')


def test_a_table_is_needed() -> None:
    """And nothing else will do."""
    with pytest.raises(ConfigError, match="redirects: has to be a table"):
        parse("redirects = 5")


@given(st.text("abc/:*.@%\\ü\n", max_size=12).map(lambda rest: f"/{rest}"))
def test_no_path_leads_to_a_host_that_nobody_wrote(path: str) -> None:
    """Whatever stands in an open part."""
    rules = Redirects({"/a/:b": "https://example.org/:b/x", "/c/*": "https://example.org/*", "/*": "/*"})
    for target in rules.targets(path):
        assert target.startswith("https://example.org/") or not is_url(target)
        if is_url(target):
            assert target.isascii()
            assert target.isprintable()
