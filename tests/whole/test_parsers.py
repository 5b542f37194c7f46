"""Parsers of other languages, which many readers are built on: they get from our feeds what is in them."""

from __future__ import annotations

import shutil

import nh3
import pytest
from debian import program
from project import CONFIG, ROOT, Project
from readers.parsers import PARSERS, Parsed, Parser

from feeds.formats import FORMATS, feed_formats
from feeds.model.feed import Entry

pytestmark = pytest.mark.real

TITLES = {
    "entities": ("Salt &amp; Storage &#8211; a &quot;dry&quot; run", 'Salt & Storage – a "dry" run'),
    "markup": ("Is <em>x</em> enough? 1 < 2 & 3 > 2", "Is <em>x</em> enough? 1 < 2 & 3 > 2"),
    "scripts": ("東京 · العربية · Ünïcödé 🌱", "東京 · العربية · Ünïcödé 🌱"),
}
FEEDS = ("all", "topics/titles", "topics/many", "topics/empty")
XML = [format_ for format_ in feed_formats(FORMATS) if format_.name in ("rss", "atom")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample feeds, with awkward titles, several authors, and more markup than some put up with."""
    root = tmp_path_factory.mktemp("parsers") / "project"
    config = CONFIG.replace('["records"]', '["seeds", "records"]')
    project = Project(root, f'{config}[select]\nstatus = "any"\n[topics.empty]\ntitle = "Nothing yet"\n')
    shutil.copytree(ROOT / "seeds", root / "seeds")
    for stem, (title, _) in TITLES.items():
        project.record(stem, title=title, topics=["Titles"])
    project.record(
        "authors",
        topics=["Titles"],
        provider={"name": "The Ledger", "domain": "ledger.example", "authors": ["Ada Novak", "Odo Finch"]},
        images=[{"url": "https://img.example.org/a.jpg", "title": "A picture & more"}],
    )
    for number in range(20):
        project.record(
            f"many-{number}", "<b>x</b> &amp; <i>y</i> a[b[0]]> " * 40, suffix=".html", topics=["Many"]
        )
    return project


@pytest.fixture(params=PARSERS, ids=[parser.name for parser in PARSERS])
def parser(request: pytest.FixtureRequest) -> Parser:
    """Each of the parsers, installed."""
    found: Parser = request.param
    for needed in found.needs:
        program(*needed)
    return found


@pytest.mark.parametrize("suffix", [format_.suffix for format_ in XML])
@pytest.mark.parametrize("key", FEEDS)
def test_every_entry_is_read(key: str, suffix: str, parser: Parser, site: Project) -> None:
    """Number, id, title, link, date and authors, and picture and text where the parser tells them."""
    feed = site.feed(key)
    if not feed.entries and not parser.takes_empty:
        pytest.skip("it takes this for no feed")
    seen = parser.entries(site.document(f"/{key}{suffix}"))
    assert [one.id for one in seen] == [entry.id for entry in feed.entries]
    for one, entry in zip(seen, feed.entries, strict=True):
        names = [author.name for author in entry.authors]
        # An Atom entry without authors has those of its feed (RFC 4287 section 4.2.1).
        assert one.author in ({*names, ", ".join(names)} if names else {"", feed.author.name})
        # Some take off what follows visitors.
        assert one.link in {entry.url, entry.url.partition("?")[0]}
        assert one._replace(content=one.content and _text(one.content)) == _expected(one, entry)


def test_titles_are_what_people_wrote(parser: Parser, site: Project) -> None:
    """Entities are decoded, signs that look like markup stay, and nothing is escaped twice."""
    for format_ in XML:
        titles = {one.title for one in parser.entries(site.document(f"/topics/titles{format_.suffix}"))}
        assert {title for _, title in TITLES.values()} < titles


def _expected(one: Parsed, entry: Entry) -> Parsed:
    image = entry.enclosures[0].url if entry.enclosures else ""
    return Parsed(
        id=entry.id,
        # To some a title that is a number is one.
        title=one.title if entry.title.replace(".", "").isdecimal() else entry.title,
        link=one.link,
        date=None if one.date is None else int(entry.published.timestamp()),
        author=one.author,
        image=None if one.image is None else image,
        content=None if one.content is None else _text(entry.content),
    )


def _text(html: str) -> str:
    """Return what a text says, apart from markup and white space, which parsers change as they like."""
    return "".join(nh3.clean(html, tags=set()).split())
