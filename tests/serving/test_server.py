"""The server, over a real socket: what it hands out is what the export wrote, with HTTP done right."""

from __future__ import annotations

import gzip
import http.client
import json
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

import pytest
from conftest import Server, free_port, running
from processes import run
from project import CONFIG, NOW, Project, environ
from werkzeug.serving import make_server

from server import create_app

SITE = (
    CONFIG
    + """\
[topics.ai]
aliases = ["artificial-intelligence"]
[topics.gone]
retired = true
[topics.soon]
title = "Soon"
[server]
max_age = 123
"""
)


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(server: Server | str, path: str, method: str = "GET", **headers: str) -> Answer:
    """Ask for a path, following nothing and decoding nothing."""
    address = urlsplit(server if isinstance(server, str) else server.address)
    with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)) as connection:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, quote(path, safe="/?=&%"), headers=named)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def _fill(project: Project) -> None:
    project.record("a", topics=["AI"])
    project.record("b", topics=["AI", "C++ & 東京"], publishedDateTime="2026-02-02", title="Ünï")
    project.record("c", topics=["Gone"])
    project.record("later", topics=["AI"], publishedDateTime="2030-01-01")
    for number in range(30):
        project.record(f"many-{number}", topics=["Many"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, Server]]:
    """A project that was exported, and its server; tests look at them and change nothing."""
    project = Project(tmp_path_factory.mktemp("server") / "project", SITE)
    _fill(project)
    project.build()
    port = free_port()
    command = [sys.executable, "-m", "feeds", "serve", "--port", str(port), "--now", NOW]
    with running(command, project.root, port) as server:
        yield project, server


def _lines(project: Project) -> list[dict[str, Any]]:
    manifest = json.loads(project.public("manifest.json").read_bytes())
    assert len(manifest["documents"]) > 12
    return list(manifest["documents"])


def _file(path: str) -> str:
    return (path + "index.html" if path.endswith("/") else path).lstrip("/")


def test_every_path_of_the_manifest_is_what_the_export_wrote(site: tuple[Project, Server]) -> None:
    """Bytes, ETag, Last-Modified and media type are the export's, for every path."""
    project, server = site
    for line in _lines(project):
        answer = ask(server, line["path"])
        assert answer.status == 200, line
        assert answer.body == project.public(_file(line["path"])).read_bytes(), line
        assert answer.headers["ETag"] == line["etag"], line
        updated = datetime.fromisoformat(line["updated"])
        assert parsedate_to_datetime(answer.headers["Last-Modified"]) == updated, line
        assert answer.headers["Content-Type"].partition(";")[0] == line["media_type"], line
        assert answer.headers["Content-Length"] == str(len(answer.body)), line


def test_the_manifest_itself_is_what_the_export_wrote(site: tuple[Project, Server]) -> None:
    """The list of documents is a document too."""
    project, server = site
    answer = ask(server, "/manifest.json")
    assert answer.body == project.public("manifest.json").read_bytes()
    assert answer.headers["Content-Type"].startswith("application/json")


def test_compressed_documents_are_the_same_documents(site: tuple[Project, Server]) -> None:
    """gzip for those who take it, with a tag of its own and Vary, for every path."""
    project, server = site
    compressed = 0
    for line in _lines(project):
        plain = ask(server, line["path"])
        answer = ask(server, line["path"], Accept_Encoding="gzip, deflate")
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert "Content-Encoding" not in plain.headers
        if answer.headers.get("Content-Encoding") == "gzip":
            compressed += 1
            assert gzip.decompress(answer.body) == plain.body, line
            assert answer.headers["ETag"] != plain.headers["ETag"]
            assert answer.headers["Content-Length"] == str(len(answer.body))
        again = ask(server, line["path"], Accept_Encoding="gzip, deflate")
        assert again.body == answer.body
    assert compressed > 10


@pytest.mark.parametrize("accepted", ["identity", "br;q=0", "gzip;q=0", "", "*;q=0", "x, identity;q=0.5"])
def test_nobody_gets_a_coding_that_he_does_not_take(accepted: str, site: tuple[Project, Server]) -> None:
    """What a client refuses, or does not name, is not sent."""
    assert "Content-Encoding" not in ask(site[1], "/all.rss", Accept_Encoding=accepted).headers


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_tag_that_still_fits_is_answered_304(coding: str, site: tuple[Project, Server]) -> None:
    """Readers that come back get a few hundred bytes, with the headers that caches need."""
    for path in ("/all.rss", "/", "/assets/style.css", "/manifest.json"):
        first = ask(site[1], path, Accept_Encoding=coding)
        tag = first.headers["ETag"]
        for given in (tag, f"W/{tag}", f'"other", {tag}', "*", f'"a" , W/{tag},"b"'):
            answer = ask(site[1], path, Accept_Encoding=coding, If_None_Match=given)
            assert (answer.status, answer.body) == (304, b""), (path, given)
            for header in ("ETag", "Cache-Control", "Vary"):
                assert answer.headers[header] == first.headers[header], (path, header)
            assert "Content-Encoding" not in answer.headers or answer.headers["Content-Encoding"] == coding


def test_a_tag_revalidates_its_own_variant_whatever_is_accepted_now(site: tuple[Project, Server]) -> None:
    """Who has the plain bytes still has the newest document, and is told so by their tag."""
    tag = ask(site[1], "/all.rss").headers["ETag"]
    answer = ask(site[1], "/all.rss", Accept_Encoding="gzip", If_None_Match=tag)
    assert (answer.status, answer.headers["ETag"]) == (304, tag)


def test_a_date_that_is_not_older_is_answered_304(site: tuple[Project, Server]) -> None:
    """If-Modified-Since works, to the second; nonsense is ignored."""
    first = ask(site[1], "/all.rss")
    modified = parsedate_to_datetime(first.headers["Last-Modified"])
    assert ask(site[1], "/all.rss", If_Modified_Since=first.headers["Last-Modified"]).status == 304
    earlier = format_datetime(modified.replace(year=2001), usegmt=True)
    later = format_datetime(modified.replace(year=2027), usegmt=True)
    assert ask(site[1], "/all.rss", If_Modified_Since=earlier).status == 200
    assert ask(site[1], "/all.rss", If_Modified_Since=later).status == 304
    assert ask(site[1], "/all.rss", If_Modified_Since="yesterday").status == 200


def test_a_tag_beats_a_date(site: tuple[Project, Server]) -> None:
    """RFC 9110 section 13.2.2: If-Modified-Since counts only without If-None-Match."""
    date = format_datetime(datetime(2027, 1, 1, tzinfo=UTC), usegmt=True)
    assert ask(site[1], "/all.rss", If_None_Match='"other"', If_Modified_Since=date).status == 200


def test_head_is_get_without_the_body(site: tuple[Project, Server]) -> None:
    """Every header is the same, for every path and coding."""
    project, server = site
    for line in _lines(project):
        for coding in ("identity", "gzip"):
            get = ask(server, line["path"], Accept_Encoding=coding)
            head = ask(server, line["path"], "HEAD", Accept_Encoding=coding)
            assert (head.status, head.body) == (200, b"")
            ignored = {"date", "server"}
            assert [h for h in head.headers.items() if h[0].lower() not in ignored] == [
                h for h in get.headers.items() if h[0].lower() not in ignored
            ], line
    assert ask(server, "/nothing", "HEAD").status == 404


def test_feeds_are_open_to_pages_of_other_sites(site: tuple[Project, Server]) -> None:
    """CORS: a page anywhere may read a feed."""
    for path in ("/all.rss", "/topics/ai.atom", "/manifest.json"):
        assert (
            ask(site[1], path, Origin="https://other.example").headers["Access-Control-Allow-Origin"] == "*"
        )


def test_caches_are_told_how_long(site: tuple[Project, Server]) -> None:
    """[server] max_age reaches Cache-Control."""
    control = ask(site[1], "/all.rss").headers["Cache-Control"]
    assert control == "public, max-age=123, stale-while-revalidate=600, stale-if-error=86400"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/all.rss", "application/rss+xml; charset=utf-8"),
        ("/topics/ai.atom", "application/atom+xml; charset=utf-8"),
        ("/topics/ai.json", "application/feed+json; charset=utf-8"),
        ("/", "text/html; charset=utf-8"),
        ("/topics/ai/", "text/html; charset=utf-8"),
        ("/assets/style.css", "text/css; charset=utf-8"),
    ],
)
def test_media_types(path: str, media_type: str, site: tuple[Project, Server]) -> None:
    """What a document is, is said and not to be guessed."""
    answer = ask(site[1], path)
    assert answer.headers["Content-Type"].lower() == media_type
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/feed", "/all.rss"),
        ("/feed.xml", "/all.rss"),
        ("/rss.xml", "/all.rss"),
        ("/feed.rss", "/all.rss"),
        ("/atom.xml", "/all.atom"),
        ("/feed.json", "/all.json"),
        ("/topics/artificial-intelligence.rss", "/topics/ai.rss"),
        ("/topics/artificial-intelligence.atom", "/topics/ai.atom"),
        ("/topics/artificial-intelligence/", "/topics/ai/"),
        ("/topics/artificial-intelligence", "/topics/ai"),
        ("/topics/Artificial%20Intelligence.RSS", "/topics/ai.rss"),
        ("/topics/ai/index.html", "/topics/ai/"),
        ("/topics/AI.rss", "/topics/ai.rss"),
        ("/topics/ai.RSS", "/topics/ai.rss"),
        ("/topics/ai.rss/", "/topics/ai.rss"),
        ("/topics//ai.rss", "/topics/ai.rss"),
        ("//topics/ai/", "/topics/ai/"),
        ("/topics/C++ %26 東京.atom", "/topics/c-plus-plus-and-東京.atom"),
        ("/all.rss/", "/all.rss"),
        ("//all.rss", "/all.rss"),
        ("/ALL.rss", "/all.rss"),
        ("/all/", "/all"),
        ("/feed/", "/all.rss"),
        ("/index.html", "/"),
        ("//", "/"),
        ("/all.rss/?a=b&c=%C3%A9", "/all.rss?a=b&c=%C3%A9"),
    ],
)
def test_old_and_short_names_lead_to_the_document_for_good(
    path: str, target: str, site: tuple[Project, Server]
) -> None:
    """301, so that readers remember the new address; the target is there."""
    answer = ask(site[1], path)
    assert answer.status == 301
    location = urljoin(f"{site[1].address}{quote(path, safe='/?=&%')}", answer.headers["Location"])
    assert location == f"{site[1].address}{quote(target, safe='/?=&%')}"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert ask(site[1], target).status == 200


@pytest.mark.parametrize("path", ["/topics/gone.rss", "/topics/Gone.atom", "/topics/gone/", "/topics/gone"])
def test_a_retired_topic_is_gone(path: str, site: tuple[Project, Server]) -> None:
    """410 makes readers stop asking; it is a small page for people."""
    answer = ask(site[1], path, Accept="text/html")
    assert answer.status == 410
    assert answer.headers["Content-Type"].startswith("text/html")
    assert len(answer.body) < 3000


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/topics/nothing.rss",
        "/topics/ai.xml",
        "/topics/",
        "/topics/ai/x",
        "/topics/ai.rss.rss",
        "/topics/all.rss",
        "/topics/..",
        "/topics/%00",
        "/../config.toml",
        "/topics/../all.rss",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/config.toml",
        "/config.toml",
        "/.feeds/index.db",
        "/all.rss%00",
        "/all.rss%20",
        "/%c0%af",
        "/%",
        "/%zz",
        "/%ff%fe",
        "/topics/gone.rss.rss",
        "/topics/" + "x" * 3000,
        "/" * 3000 + "x",
    ],
)
def test_everything_else_is_not_found(path: str, site: tuple[Project, Server]) -> None:
    """404 as a small page; no path leads out of the publication, and none crashes it."""
    answer = ask(site[1], path)
    assert answer.status == 404, answer
    assert answer.body.count(b"\n") == 2
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_a_page_that_is_not_there_repeats_nothing_of_its_address(site: tuple[Project, Server]) -> None:
    """No markup gets from an address into a page."""
    assert b"<script>" not in ask(site[1], "/<script>alert(1)</script>").body


def test_queries_do_not_make_other_documents(site: tuple[Project, Server]) -> None:
    """What trackers append changes nothing."""
    assert ask(site[1], "/all.rss?utm_source=x").body == ask(site[1], "/all.rss").body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(method: str, site: tuple[Project, Server]) -> None:
    """405, and which methods there are."""
    answer = ask(site[1], "/all.rss", method)
    assert answer.status == 405
    assert "GET" in answer.headers["Allow"]


def test_healthz_says_ok_and_how_much_there_is(site: tuple[Project, Server]) -> None:
    """Machines that look after the server get a short answer in JSON."""
    answer = ask(site[1], "/healthz")
    assert answer.status == 200
    assert json.loads(answer.body)["status"] == "ok"
    assert json.loads(answer.body)["articles"] == 34


def test_a_topic_without_articles_is_served(site: tuple[Project, Server]) -> None:
    """A topic that config.toml describes has its feed before its first article."""
    answer = ask(site[1], "/topics/soon.rss")
    assert answer.status == 200
    assert b"<item>" not in answer.body


def test_many_clients_at_once_get_the_same_bytes(site: tuple[Project, Server]) -> None:
    """Threads share documents without spoiling them."""
    project, server = site
    paths = [line["path"] for line in _lines(project)] * 6
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda path: ask(server, path), paths))
    for path, answer in zip(paths, answers, strict=True):
        assert answer.body == project.public(_file(path)).read_bytes(), path


@contextmanager
def clocked(project: Project, clock: Callable[[], int]) -> Iterator[str]:
    """Serve a project from this process on a real socket, by a clock of the test's own."""
    server = make_server("127.0.0.1", 0, create_app(project.root / "config.toml", clock), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_what_becomes_due_is_served_without_a_restart(project: Project) -> None:
    """The embargo ends while the server runs, on every page that shows it."""
    due = 1_800_000_000
    instant = [due - 1]
    project.record("old")
    spelled = datetime.fromtimestamp(due, UTC).isoformat()
    project.record("later", title="Later", publishedDateTime=spelled, topics=["New"])
    with clocked(project, lambda: instant[0]) as address:
        before = ask(address, "/all.rss")
        assert b"<title>Later</title>" not in before.body
        assert b"<item>" not in ask(address, "/topics/new.rss").body
        assert b">1 article</a>" in ask(address, "/").body
        instant[0] = due
        after = ask(address, "/all.rss")
        assert b"<title>Later</title>" in after.body
        assert after.headers["ETag"] != before.headers["ETag"]
        assert b"<title>Later</title>" in ask(address, "/topics/new.rss").body
        assert b">2 articles</a>" in ask(address, "/").body
        modified = [parsedate_to_datetime(answer.headers["Last-Modified"]) for answer in (before, after)]
        assert modified[0] < modified[1]


def test_the_first_page_counts_articles_without_a_topic(project: Project) -> None:
    """What becomes due outside all topics is counted at once, too."""
    due = 1_800_000_000
    instant = [due - 1]
    project.record("old")
    spelled = datetime.fromtimestamp(due, UTC).isoformat()
    project.record("later", publishedDateTime=spelled, topics=None)
    with clocked(project, lambda: instant[0]) as address:
        assert b">1 article</a>" in ask(address, "/").body
        instant[0] = due
        assert b">2 articles</a>" in ask(address, "/").body


def test_the_manifest_names_the_tags_that_are_served(project: Project) -> None:
    """At every instant, whatever was asked for before."""
    instant = [1_780_000_000]
    project.record("old")
    for number in range(3):
        spelled = datetime.fromtimestamp(instant[0] + 10 * number, UTC).isoformat()
        project.record(
            f"r{number}", publishedDateTime=spelled, topics=None if number == 1 else [f"T{number}"]
        )
    with clocked(project, lambda: instant[0]) as address:
        for _ in range(4):
            lines = json.loads(ask(address, "/manifest.json").body)["documents"]
            for line in lines:
                assert ask(address, line["path"]).headers["ETag"] == line["etag"], (line, instant)
            instant[0] += 5


def test_flask_s_own_command_serves_the_same(site: tuple[Project, Server], tmp_path: Path) -> None:
    """`flask --app server run` in the project's folder needs nothing else."""
    project = Project(tmp_path / "copy", SITE)
    _fill(project)
    project.build()
    port = free_port()
    command = [sys.executable, "-m", "flask", "--app", "server", "run", "--port", str(port)]
    with running(command, project.root, port) as server:
        for path in ("/topics/many.rss", "/topics/c-plus-plus-and-東京.atom", "/"):
            assert ask(server, path).body == ask(site[1], path).body, path


def test_the_environment_names_the_configuration(project: Project, tmp_path: Path) -> None:
    """A WSGI server started anywhere finds its project by $FEEDS_CONFIG."""
    project.record("a")
    code = "import server; print(server.create_app().test_client().get('/all.rss').status)"
    done = run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environ(FEEDS_CONFIG=str(project.root / "config.toml")),
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "200 OK"


def test_serve_says_where_and_ends_when_told(project: Project, serve: Callable[..., Server]) -> None:
    """`feeds serve` prints the addresses to open; a signal ends it, and its workers with it."""
    project.record("a", topics=["AI"])
    server = serve(project, "--now", NOW)
    assert f"{server.address}/all.rss" in server.log
    assert f"{server.address}/topics/ai/" in server.log
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    assert "Traceback" not in server.log
    with pytest.raises(ConnectionRefusedError):
        ask(server, "/healthz")


def test_a_port_that_is_taken_is_an_error_in_words(site: tuple[Project, Server], project: Project) -> None:
    """Two servers on one port: the second says so and ends."""
    port = str(urlsplit(site[1].address).port)
    done = project.run("serve", "--port", port)
    assert done.returncode == 1
    assert port in done.stderr
    assert "Traceback" not in done.stderr


def test_a_lost_index_is_no_reason_to_fail(project: Project, serve: Callable[..., Server]) -> None:
    """Somebody deletes the index while the server runs: it goes on."""
    project.record("a", topics=["AI"])
    server = serve(project, "--now", NOW)
    assert ask(server, "/all.rss").status == 200
    shutil.rmtree(project.root / ".feeds")
    assert ask(server, "/all.rss").status == 200
    answer = ask(server, "/topics/ai.rss")
    assert answer.status == 200
    assert b"Title of a" in answer.body
