"""Readers that people use, against the running server: they find feeds, read them, and keep up with them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from urllib.error import HTTPError
from urllib.request import urlopen

import nh3
import pytest
from conftest import free_port, running
from debian import program
from project import CONFIG, NOW, ROOT, Project, eventually
from readers import READERS, Reader, Seen
from relay import Relay, relaying

from feeds.formats import FORMATS, Format, feed_formats
from feeds.model.feed import Entry

Start = Callable[[type[Reader]], Reader]


def _row(reader: type[Reader], *values: object) -> object:
    """Return a row of a table of tests: those with readers from Debian or npm are not for every machine."""
    name = "-".join([reader.__name__, *(getattr(value, "name", str(value)) for value in values)])
    return pytest.param(reader, *values, id=name, marks=[pytest.mark.real] if reader.programs else [])


PAIRS = [
    (reader, format_)
    for reader in READERS
    for format_ in feed_formats(FORMATS)
    if format_.name in reader.formats
]
for_each = pytest.mark.parametrize(("kind", "format_"), [_row(*pair) for pair in PAIRS])
for_those_that_revalidate = pytest.mark.parametrize(
    ("kind", "format_"), [_row(*pair) for pair in PAIRS if pair[0].revalidates]
)

# Titles as records have them, and as people should see them: traps for whoever escapes once too often.
TITLES = {
    "entities": ("Salt &amp; Storage &#8211; a &quot;dry&quot; run", 'Salt & Storage – a "dry" run'),
    "markup": ("Is <em>x</em> enough? 1 < 2 & 3 > 2", "Is <em>x</em> enough? 1 < 2 & 3 > 2"),
    "lines": ("  One  title\n over\ttwo lines ", "One title over two lines"),
    "scripts": ("東京 · العربية · Ünïcödé 🌱", "東京 · العربية · Ünïcödé 🌱"),
}


class Site:
    """A project and its server, which follows what changes, behind a relay that records what is asked."""

    def __init__(self, project: Project, relay: Relay) -> None:
        self.project = project
        self.relay = relay
        self._server = ExitStack()

    def serve(self) -> None:
        """Start the server."""
        port = free_port()
        command = [sys.executable, "-m", "feeds", "serve", "--port", str(port), "--now", NOW]
        self.relay.upstream = self._server.enter_context(running(command, self.project.root, port)).address

    def shows(self, path: str, *texts: str) -> None:
        """Wait until the server has published, at a path, a document with these texts."""

        def is_there() -> bool:
            try:
                with urlopen(self.relay.upstream + path) as answer:
                    body = answer.read().decode()
            except HTTPError:
                return False
            return all(text in body for text in texts)

        eventually(is_there)

    def close(self) -> None:
        """Stop the server."""
        self._server.close()

    def address(self, key: str, format_: Format) -> str:
        """Return the address of a feed."""
        return f"{self.relay.address}/{key}{format_.suffix}"

    def feeds(self) -> list[str]:
        """Return the keys of all feeds."""
        suffix = feed_formats(FORMATS)[0].suffix
        paths = self.project.synced(lambda made: made.publication.paths)
        return [path[1:].removesuffix(suffix) for path in paths if path.endswith(suffix)]

    def check(self, reader: Reader, url: str, key: str) -> None:
        """Fail unless a reader has what is in a feed, no more and no less."""
        entries = {entry.id: entry for entry in self.project.feed(key).entries}
        seen = sorted(reader.entries(url))
        assert [one.id for one in seen] == sorted(entries), key
        for one in seen:
            entry = entries[one.id]
            # Of several authors some readers show the first, some the last, some all.
            names = [author.name for author in entry.authors]
            assert one.author in {*names, ", ".join(names)}, key
            assert one._replace(author="", content=_text(one.content)) == _expected(entry), key


def _expected(entry: Entry) -> Seen:
    return Seen(
        id=entry.id,
        title=entry.title,
        link=entry.url,
        date=int(entry.published.timestamp()),
        author="",
        image=entry.enclosures[0].url if entry.enclosures else "",
        content=_text(entry.content),
    )


def _text(html: str) -> str:
    """Return what a text says, apart from markup and white space, which readers change as they like."""
    return "".join(nh3.clean(html, tags=set()).split())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample feeds, with a topic of awkward titles and one without articles; no test changes it."""
    root = tmp_path_factory.mktemp("readers") / "project"
    with relaying() as relay:
        config = (ROOT / "config.toml").read_text(encoding="utf-8")
        config = config.replace("http://127.0.0.1:8000", relay.address)
        config = config.replace('["seeds"]', '["seeds", "records"]')
        project = Project(root, f'{config}[topics.empty]\ntitle = "Nothing yet"\n')
        shutil.copytree(ROOT / "seeds", root / "seeds")
        for stem, (title, _) in TITLES.items():
            project.record(stem, title=title, topics=["Titles"])
        with closing(Site(project, relay)) as site:
            site.serve()
            yield site


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site at which articles and topics change, with topics for each of the tests that change them."""
    with relaying() as relay:
        config = CONFIG.replace("https://feeds.example.org", relay.address)
        project = Project(tmp_path_factory.mktemp("readers") / "project", config)
        for kind, format_ in PAIRS:
            for what in ("edited", "renamed"):
                topic = _topic(what, kind, format_)
                for number in range(3):
                    _write(project, topic, number)
        with closing(Site(project, relay)) as changing:
            changing.serve()
            yield changing


def _topic(what: str, kind: type[Reader], format_: Format) -> str:
    return f"{what}-{kind.__name__}-{format_.name}".lower()


def _write(project: Project, topic: str, number: int, title: str = "As it was", **fields: object) -> None:
    project.record(
        f"{topic}-{number}",
        title=title,
        topics=[topic],
        publishedDateTime=f"2026-02-0{number + 1}T08:00:00Z",
        **({"images": [{"url": f"https://img.example.org/{number}.jpg"}]} | fields),
    )


@pytest.fixture
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start readers, each with a home of its own."""
    with ExitStack() as stack:

        def started(kind: type[Reader]) -> Reader:
            for needed in kind.programs:
                program(*needed)
            return stack.enter_context(closing(kind(tmp_path_factory.mktemp(kind.__name__))))

        yield started


def test_every_format_has_readers() -> None:
    """What nobody can read need not be published."""
    for format_ in feed_formats(FORMATS):
        assert sum(format_.name in reader.formats for reader in READERS) > 1, format_.name


@for_each
def test_every_entry_of_every_feed_is_read(
    kind: type[Reader], format_: Format, site: Site, start: Start
) -> None:
    """Id, title, link, date, author, image and text are those of the feed."""
    keys = site.feeds()
    assert {"all", "topics/c-plus-plus", "topics/empty", "topics/titles", "feeds/open-machines"} <= set(keys)
    for key in keys:
        reader = start(kind)
        url = site.address(key, format_)
        reader.subscribe(url)
        site.check(reader, url, key)


@for_each
def test_titles_are_what_people_wrote(kind: type[Reader], format_: Format, site: Site, start: Start) -> None:
    """Entities are decoded, signs that look like markup stay, and nothing is escaped twice."""
    reader = start(kind)
    url = site.address("topics/titles", format_)
    reader.subscribe(url)
    assert {entry.title for entry in reader.entries(url)} == {title for _, title in TITLES.values()}


@pytest.mark.parametrize("kind", [_row(reader) for reader in READERS if reader.discovers])
def test_a_page_leads_to_its_feeds(kind: type[Reader], site: Site, start: Start) -> None:
    """Whoever has a page's address can subscribe: the page names its feeds (autodiscovery)."""
    formats = [format_ for format_ in feed_formats(FORMATS) if format_.name in kind.formats]
    types = {format_.media_type for format_ in formats}
    for page, key in (("/", "all"), ("/topics/ai/", "topics/ai")):
        links = start(kind).discover(site.relay.address + page)
        found = [link.url for link in links if link.media_type in types][: len(formats)]
        site.relay.taken()
        for url, format_ in zip(found, formats, strict=True):
            reader = start(kind)
            reader.subscribe(url)
            assert site.relay.taken()[0].path == f"/{key}{format_.suffix}"
            site.check(reader, url, key)


@for_those_that_revalidate
def test_nothing_new_costs_nothing(kind: type[Reader], format_: Format, site: Site, start: Start) -> None:
    """A second and a third poll are answered 304 without content, and the entries stay."""
    reader = start(kind)
    url = site.address("topics/ai", format_)
    site.relay.taken()
    reader.subscribe(url)
    assert {exchange.status for exchange in site.relay.taken()} == {200}
    for _ in range(2):
        reader.poll(url)
        exchanges = site.relay.taken()
        assert [(exchange.status, exchange.size) for exchange in exchanges] == [(304, 0)]
        assert "if-none-match" in exchanges[0].headers
        site.check(reader, url, "topics/ai")


@for_each
def test_an_edited_article_changes_in_place(
    kind: type[Reader], format_: Format, changing: Site, start: Start
) -> None:
    """It is not there twice; a new one comes beside it; and after that there is nothing new again."""
    topic = _topic("edited", kind, format_)
    reader = start(kind)
    url = changing.address(f"topics/{topic}", format_)
    reader.subscribe(url)
    before = sorted(reader.entries(url))
    assert [entry.title for entry in before] == ["As it was"] * 3
    picture = {"url": "https://img.example.org/other.jpg"}
    _write(
        changing.project,
        topic,
        1,
        "As it is now",
        excerpt="With a word more.",
        images=[picture],
        updatedDateTime="2026-03-01T10:00:00Z",
    )
    _write(changing.project, topic, 3, "Fresh")
    changing.shows(f"/topics/{topic}{format_.suffix}", "As it is now", "Fresh")
    changing.relay.taken()
    reader.poll(url)
    assert [exchange.status for exchange in changing.relay.taken()] == [200]
    changing.check(reader, url, f"topics/{topic}")
    after = sorted(reader.entries(url))
    assert [entry.title for entry in after] == ["As it was", "As it is now", "As it was", "Fresh"]
    assert [entry.id for entry in after[:3]] == [entry.id for entry in before]
    if kind.revalidates:
        reader.poll(url)
        assert [exchange.status for exchange in changing.relay.taken()] == [304]


@for_each
def test_a_renamed_topic_keeps_its_subscribers(
    kind: type[Reader], format_: Format, changing: Site, start: Start
) -> None:
    """Its old address leads to the new one; no entry is lost, none is there twice, and new ones come."""
    topic = _topic("renamed", kind, format_)
    reader = start(kind)
    url = changing.address(f"topics/{topic}", format_)
    reader.subscribe(url)
    before = sorted(reader.entries(url))
    config = (changing.project.root / "config.toml").read_text(encoding="utf-8")
    changing.project.configure(f'{config}[topics.new-{topic}]\naliases = ["{topic}"]\n')
    _write(changing.project, topic, 3, "Fresh")
    changing.shows(f"/topics/new-{topic}{format_.suffix}", "Fresh")
    changing.relay.taken()
    reader.poll(url)
    asked = [(exchange.path, exchange.status) for exchange in changing.relay.taken()]
    assert asked == [(f"/topics/{topic}{format_.suffix}", 301), (f"/topics/new-{topic}{format_.suffix}", 200)]
    changing.check(reader, url, f"topics/new-{topic}")
    after = sorted(reader.entries(url))
    assert after[:3] == before
    assert len(after) == 4


@pytest.mark.parametrize("kind", [_row(reader) for reader in READERS if reader.imports])
def test_the_list_of_feeds_is_imported(kind: type[Reader], site: Site, start: Start) -> None:
    """One file subscribes to every feed, and brings every entry."""
    reader = start(kind)
    with urlopen(f"{site.relay.address}/feeds.opml", timeout=30) as answer:
        urls = reader.import_opml(answer.read())
    feeds = {f"{site.relay.address}/{key}" for key in site.feeds()}
    assert {url.rpartition(".")[0] for url in urls} == feeds
    assert len(urls) == len(feeds)
    # newsboat shows an entry once, whichever feeds it is in.
    ids = {entry.id for url in urls for entry in reader.entries(url)}
    assert ids == {entry.id for entry in site.project.feed("all").entries}
