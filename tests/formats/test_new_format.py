"""What it takes to add a format: one module, and one row in the table. Everything else follows from those."""

from __future__ import annotations

import json
import sys
import types

import pytest
from project import CONFIG, NOW, Project

from feeds import ConfigError, Feed, formats, parse_config
from feeds.formats import Format
from feeds.pipeline import build
from server import create_app

FORMATS = 'formats = ["rss", "list"]'
ARTICLE = "Title of one\thttps://example.com/one\n"


def _render(feed: Feed) -> bytes:
    return "".join(f"{entry.title}\t{entry.url}\n" for entry in feed.entries).encode()


def _fault(body: bytes) -> str:
    """Say on which line there is not exactly one tab."""
    lines = body.decode().splitlines()
    return next((f"line {n} is no pair" for n, line in enumerate(lines, 1) if line.count("\t") != 1), "")


@pytest.fixture(autouse=True)
def _module(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """Add the format: a module of its own, which its row names."""
    module = types.ModuleType("list_format")
    vars(module).update(render=_render, fault=_fault)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    row = Format(
        "list",
        "List",
        ".list",
        "text/tab-separated-values",
        lambda feed: bytes(module.render(feed)),
        lambda body: str(module.fault(body)),
    )
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, row))
    return module


@pytest.fixture
def site(project: Project) -> Project:
    """A folder whose configuration asks for the format."""
    project.configure(f"{CONFIG}[defaults]\n{FORMATS}\n")
    project.record("one")
    return project


def test_builds_write_it(site: Project) -> None:
    """Of every feed; and a second build has nothing to do."""
    result = site.invoke("build", "--now", NOW)
    assert result.exit_code == 0, result.output
    assert site.public("all.list").read_text(encoding="utf-8") == ARTICLE
    assert site.public("topics/news.list").read_text(encoding="utf-8") == ARTICLE
    before = site.tree()
    assert not site.build().changes.changed
    assert site.tree() == before


def test_check_finds_it_well_formed(site: Project) -> None:
    """It is asked, and not XML."""
    result = site.invoke("check", "--now", NOW)
    assert result.exit_code == 0, result.output
    assert "4 feeds, all well-formed" in result.output


def test_check_finds_what_is_wrong_with_it(site: Project, _module: types.ModuleType) -> None:
    """In the format's own words, with the document's path."""
    vars(_module)["render"] = lambda _: b"a\tb\nno tab\n"
    result = site.invoke("check", "--now", NOW, "--format", "json")
    assert result.exit_code == 1
    errors = json.loads(result.stdout)["feed_errors"]
    assert sorted(errors) == ["/all.list: line 2 is no pair", "/topics/news.list: line 2 is no pair"]


@pytest.mark.parametrize(("document", "feed"), [("/topics/news.list", "topics/news"), ("all.list", "all")])
def test_explain_knows_its_paths(site: Project, document: str, feed: str) -> None:
    """A document's path stands for its feed."""
    result = site.invoke("explain", "--now", NOW, "records/one.md", document)
    assert result.exit_code == 0, result.output
    assert f"\nin {feed}, number 1\n" in result.output


def test_list_names_its_addresses(site: Project) -> None:
    """Beside those of the other formats."""
    result = site.invoke("list", "--now", NOW, "--format", "json")
    (first, *_) = json.loads(result.stdout)["feeds"]
    assert first["urls"]["list"] == "https://feeds.example.org/all.list"


@pytest.mark.parametrize("front", ["true", "false"])
def test_the_server_serves_it(site: Project, front: str) -> None:
    """Its documents, questions in it, old addresses that lead to it, and it is chosen by media type."""
    site.configure(f"{CONFIG}[defaults]\n{FORMATS}\n[server]\nfront = {front}\n")
    site.build()
    with create_app(site.config, lambda: build.clock(NOW), live=False).test_client() as client:
        for path in ("/all.list", "/topics/news.list", "/feed.list?topic=news"):
            answer = client.get(path)
            assert (answer.status_code, answer.text) == (200, ARTICLE), path
            assert answer.mimetype == "text/tab-separated-values"
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
        chosen = client.get("/topics/news", headers={"Accept": "text/tab-separated-values"})
        assert (chosen.status_code, chosen.text) == (200, ARTICLE)
        moved = client.get("/topics/_NEWS.list")
        assert (moved.status_code, moved.headers["Location"]) == (301, "../topics/news.list")


def test_the_configuration_names_it_among_those_that_there_are() -> None:
    """Whoever misspells it reads of it, and whoever names none."""
    with pytest.raises(ConfigError, match=r'allowed are "rss", "atom", "json", "page", "list"$'):
        parse_config('[defaults]\nformats = ["lists"]')
    with pytest.raises(ConfigError, match=r'must name "rss", "atom", "json" or "list"$'):
        parse_config('[defaults]\nformats = ["page"]')
