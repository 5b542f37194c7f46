"""Old feeds' addresses go on: in the server, in hosts' files, as files at old names."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from project import CONFIG, NOW, Project
from werkzeug.test import Client

from feeds.publication import redirected
from server import create_app

REDIRECTS = """\
[topics.ai]
aliases = ["KI"]
[topics.gone]
retired = true
[redirects]
"/blog/rss.php" = "/all.rss"
"/feed.xml" = "/topics/ai.rss"
"/feed/" = "/all.atom"
"/chain" = "/tags/ai/feed.xml"
"/tags/:slug/feed.xml" = "/topics/:slug.rss"
"/t/*" = "/topics/*"
"/topics/gone.rss" = "/all.rss"
"/topics/news.rss" = "/all.rss"
"/posts/:slug" = "https://www.example.org/p/:slug"
"/old/*" = "/all.rss"
"""
LEADS = [
    ("/blog/rss.php", "/all.rss"),
    ("/feed.xml", "/topics/ai.rss"),
    ("/feed/", "/all.atom"),
    ("/feed", "/all.atom"),
    ("/chain", "/topics/ai.rss"),
    ("/tags/ai/feed.xml", "/topics/ai.rss"),
    ("/tags/ki/feed.xml", "/topics/ai.rss"),
    ("/tags/c-plus-plus/feed.xml", "/topics/c-plus-plus.rss"),
    ("/t/ai.json", "/topics/ai.json"),
    ("/topics/gone.rss", "/all.rss"),
    ("/posts/high", "https://www.example.org/p/high"),
    ("/old/a/b", "/all.rss"),
]
"""Old address → where it leads."""


@pytest.fixture
def site(project: Project) -> Project:
    """A project of a few topics that had other addresses."""
    project.configure(CONFIG + REDIRECTS)
    project.record("a", topics=["AI", "C++", "News"])
    return project


@pytest.mark.parametrize(("old", "new"), LEADS)
def test_the_server_leads_on(old: str, new: str, site: Project) -> None:
    """For good, relatively where it is ours, and with what the address asks."""
    client = Client(create_app(site.root / "config.toml"))
    answer = client.get(old)
    assert answer.status_code == 301
    location = answer.headers["Location"]
    assert location == new if new.startswith("http") else not location.startswith(("/", "http"))
    if new.startswith("/"):
        assert urljoin(old, location) == new


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/topics/news.rss", 200),
        ("/tags/none/feed.xml", 404),
        ("/t//www.example.org/x", 404),
        ("/t/..%2f..%2fx", 404),
        ("/posts/a/b", 404),
        ("/topics/gone.atom", 410),
        ("/atom.xml", 301),
    ],
)
def test_nothing_else_is_led_on(path: str, status: int, site: Project) -> None:
    """A document stays where it is, and what leads nowhere is not found."""
    assert Client(create_app(site.root / "config.toml")).get(path).status_code == status


def test_what_stands_in_an_open_part_stays_in_the_path(site: Project) -> None:
    """It chooses neither host nor field of HTTP."""
    client = Client(create_app(site.root / "config.toml"))
    location = client.get("/posts/a%0bb%23c%3fd@e").headers["Location"]
    assert location == "https://www.example.org/p/a%0Bb%23c%3Fd%40e"


def test_changes_are_followed_by_the_static_hosts(site: Project) -> None:
    """The same addresses, each once; none is that of a document."""
    site.configure(CONFIG + REDIRECTS + '[export]\nfiles = ["_redirects", "nginx.conf"]\n')
    site.build()
    rules = dict(line.split()[:2] for line in site.public("_redirects").read_text().splitlines()[1:])
    for old, new in LEADS[:-2]:
        assert rules[old] == new, old
    assert rules["/posts/:slug"] == "https://www.example.org/p/:slug"
    assert rules["/old/*"] == "/all.rss"
    assert rules["/atom.xml"] == "/all.atom"
    assert not [old for old in rules if site.public(old[1:]).exists()]
    nginx = site.public("nginx.conf").read_text()
    places = re.findall(r'location = ("[^"]*")', nginx)
    assert len(places) == len(set(places))
    assert 'location = "/blog/rss.php" { return 301 /all.rss; }' in nginx


def test_old_addresses_are_files_where_hosts_make_no_redirects(site: Project) -> None:
    """Copies of the feeds; also in the place of a file that an earlier build put there."""
    aliases = "[export]\naliases = true\n"
    site.configure(CONFIG + "[topics.ai]\n" + aliases)
    site.build()
    assert site.public("feed").is_file()
    site.configure(CONFIG + REDIRECTS + aliases)
    for _ in range(2):
        site.build()
        tree = site.tree()
        assert tree["feed.xml"] == tree["tags/ki/feed.xml"] == tree["chain"] == tree["topics/ai.rss"]
        assert tree["feed/index.html"] == tree["all.atom"]
        assert tree["blog/rss.php"] == tree["all.rss"]
    site.configure(CONFIG + "[topics.ai]\n" + aliases)
    site.build()
    assert site.tree()["feed"] == site.tree()["all.rss"]


def test_a_topic_that_there_is_not_is_warned_about(site: Project) -> None:
    """Only records tell which topics there are; the line is named."""
    site.configure(CONFIG + '[redirects]\n"/a" = "/topics/none.rss"\n"/topics/news.rss" = "/all.rss"\n')
    lines = site.invoke("check", "--now", NOW).stdout.splitlines()
    first = CONFIG.count("\n") + 2
    assert [line.partition(": redirects.")[0] for line in lines if "redirects" in line] == [
        f"warning: config.toml:{first}",
        f"warning: config.toml:{first + 1}",
    ]


def test_a_pattern_over_documents_is_for_no_host() -> None:
    """Cloudflare follows rules before it looks for files."""
    rules = {"/topics/:x": "https://example.org/:x", "/b/*": "/all.rss"}
    known = redirected.known(["/all.rss", "/topics/ai.rss"], {}, {}, rules)
    assert known.patterns == [("/b/*", "/all.rss")]
