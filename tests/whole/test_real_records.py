"""The 2,573 real records of ../shared: what subscribers of such a site would get."""

from __future__ import annotations

import calendar
import io
import json
import re
from collections import Counter
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import fastfeedparser
import feedparser
import jsonlint
import pytest
from feedlint import complaints
from lxml import etree
from project import Project

from feeds.pipeline.build import Built

CONFIG = """\
[site]
title = "Real records"
base_url = "https://feeds.example.org"
[records]
paths = ["{records}/powerapps", "{records}/azure"]
topics = ["{records}/powerapps/_data/topics", "{records}/azure/_data/topics"]
site_url = "https://www.example.org"
[select]
status = "any"
[feeds]
limit = 10000
"""
ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"


@pytest.fixture(scope="module")
def built(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Built]:
    """Everything, built once; tests look at it and change nothing."""
    project = Project(tmp_path_factory.mktemp("real") / "project")
    project.configure(CONFIG.format(records=shared / "records"))
    return project, project.build("2026-06-01")


def _feeds(project: Project, suffix: str) -> dict[str, bytes]:
    tree = project.tree()
    return {name: body for name, body in tree.items() if name.endswith(suffix) and name != "manifest.json"}


def _parsed(body: bytes) -> Any:
    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def _strict(body: bytes) -> Any:
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))


def test_most_records_become_articles(built: tuple[Project, Built]) -> None:
    """Only records without any date are rejected, and none of them silently."""
    project, done = built
    problems = project.synced(lambda made: made.index.records.problems(), "2026-06-01")
    assert done.report.found == 2573
    assert done.report.articles + done.report.rejections == done.report.found
    rejected = [problem for problem in problems if problem.severity == "rejection"]
    assert len({problem.path for problem in rejected}) == done.report.rejections
    assert {problem.field for problem in rejected} <= {"publishedDateTime", "title", "originalUrl", ""}
    assert done.report.articles > 2400


def test_every_feed_passes_the_lint(built: tuple[Project, Built]) -> None:
    """Validators have nothing to say but what the articles themselves cause."""
    project, _ = built
    found = {
        name: Counter(finding.name for finding in complaints(body))
        for name, body in (_feeds(project, ".rss") | _feeds(project, ".atom")).items()
    }
    assert {name: dict(faults.most_common(3)) for name, faults in found.items() if faults} == {}


def test_every_json_feed_passes_the_lint(built: tuple[Project, Built]) -> None:
    """And a reader's parser gets every item of it."""
    project, _ = built
    for name, body in _feeds(project, ".json").items():
        assert jsonlint.complaints(body) == [], name
        parsed = fastfeedparser.parse(body.decode())
        wanted = [(item["id"], item["title"], item["url"]) for item in json.loads(body)["items"]]
        assert [(entry["id"], entry["title"], entry["link"]) for entry in parsed.entries] == wanted, name


def test_every_article_is_in_both_feeds_of_everything(built: tuple[Project, Built]) -> None:
    """No article is lost between its record and its subscribers; duplicates appear once."""
    project, _ = built
    expected = {article.id for article in project.articles() if not article.is_removed}
    rss, atom = _feeds(project, "all.rss")["all.rss"], _feeds(project, "all.atom")["all.atom"]
    guids = [guid.text for guid in _strict(rss).iterfind("channel/item/guid")]
    ids = [identifier.text for identifier in _strict(atom).iterfind(f"{ATOM}entry/{ATOM}id")]
    assert len(ids) == len(set(ids))
    assert set(ids) == expected
    assert guids == ids


@pytest.mark.real
def test_xml_and_feedparser_agree_on_every_rss_item(built: tuple[Project, Built]) -> None:
    """Titles, links, dates and enclosures are the same for a strict parser and for a reader's."""
    project, _ = built
    compared = 0
    for name, body in _feeds(project, ".rss").items():
        items = _strict(body).findall("channel/item")
        parsed = _parsed(body)
        assert len(items) == len(parsed.entries), name
        for item, entry in zip(items, parsed.entries, strict=True):
            assert entry.title == item.findtext("title"), name
            assert entry.link == item.findtext("link")
            assert entry.id == item.findtext("guid")
            assert entry.get("author", "") == item.findtext(f"{DC}creator", "")
            assert _spelled(entry.published_parsed) == item.findtext("pubDate")
            assert entry.content[0].value == item.findtext(f"{CONTENT}encoded")
            wanted = [(e.get("url"), e.get("type"), e.get("length")) for e in item.iterfind("enclosure")]
            assert [(e.href, e.type, e.length) for e in entry.enclosures] == wanted
            assert len(wanted) <= 1
            compared += 1
    assert compared > 5000


@pytest.mark.real
def test_xml_and_feedparser_agree_on_every_atom_entry(built: tuple[Project, Built]) -> None:
    """Titles, links, dates and enclosures are the same for a strict parser and for a reader's."""
    project, _ = built
    compared = 0
    for name, body in _feeds(project, ".atom").items():
        entries = _strict(body).findall(f"{ATOM}entry")
        parsed = _parsed(body)
        assert len(entries) == len(parsed.entries), name
        for element, entry in zip(entries, parsed.entries, strict=True):
            links = element.findall(f"{ATOM}link")
            alternates = [link.get("href") for link in links if link.get("rel") == "alternate"]
            assert [entry.link] == alternates, name
            assert entry.title == element.findtext(f"{ATOM}title")
            assert entry.id == element.findtext(f"{ATOM}id")
            assert _spelled(entry.published_parsed, iso=True) == element.findtext(f"{ATOM}published")
            assert _spelled(entry.updated_parsed, iso=True) == element.findtext(f"{ATOM}updated")
            enclosures = [link for link in links if link.get("rel") == "enclosure"]
            wanted = [(link.get("href"), link.get("type"), link.get("length")) for link in enclosures]
            assert [(e.href, e.type, e.length) for e in entry.enclosures] == wanted
            compared += 1
    assert compared > 5000


def test_both_formats_say_the_same(built: tuple[Project, Built]) -> None:
    """Whichever format a reader takes, it gets the same articles, in the same order."""
    project, _ = built
    for name, body in _feeds(project, ".rss").items():
        rss = _strict(body).findall("channel/item")
        atom = _strict(project.public(name.replace(".rss", ".atom")).read_bytes()).findall(f"{ATOM}entry")
        assert [i.findtext("title") for i in rss] == [e.findtext(f"{ATOM}title") for e in atom]
        assert [i.findtext(f"{CONTENT}encoded") for i in rss] == [e.findtext(f"{ATOM}content") for e in atom]


def test_entries_are_newest_first(built: tuple[Project, Built]) -> None:
    """Readers that show a feed as it comes show it in order."""
    project, _ = built
    for name, body in _feeds(project, ".atom").items():
        dates = [element.text for element in _strict(body).iterfind(f"{ATOM}entry/{ATOM}published")]
        assert dates == sorted(dates, reverse=True), name


def test_what_is_secured_leaves_no_record(built: tuple[Project, Built], shared: Path) -> None:
    """Encrypted bodies, and even the word for them, stay out of everything that is written."""
    project, _ = built
    blobs = set()
    for record in (shared / "records").rglob("*.md"):
        blobs.update(re.findall(rb"^secured: *\"?([A-Za-z0-9+/]{40})", record.read_bytes(), re.M))
    assert len(blobs) > 2000
    files = [path for path in project.root.rglob("*") if path.is_file()]
    assert any(path.name == "index.db" for path in files)
    for file in files:
        written = file.read_bytes()
        assert not re.search(rb"\bsecured\"?:", written)
        for run in re.findall(rb"[A-Za-z0-9+/]{40,}", written):
            assert not any(run[start : start + 40] in blobs for start in range(len(run) - 39)), file


def _spelled(moment: Any, *, iso: bool = False) -> str:
    date = datetime.fromtimestamp(calendar.timegm(moment), UTC)
    return date.isoformat() if iso else format_datetime(date)
