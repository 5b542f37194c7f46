"""nginx serves the static site as its generated configuration says."""

from __future__ import annotations

import contextlib
import gzip
import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import feedparser
import pytest
from conftest import free_port
from debian import program
from hub import hub, reader
from processes import started
from project import CONFIG, Project
from test_server import Answer, ask

from feeds.formats import open_types
from feeds.model.topics import slug

pytestmark = pytest.mark.real

EXPORT = """\
[topics.ai]
aliases = ["artificial-intelligence", "KI 東"]
[topics.gone]
retired = true
[redirects]
"/feed/" = "/all.atom"
"/tags/:slug/feed.xml" = "/topics/:slug.rss"
"/p/:slug" = "https://www.example.org/:slug;x=$1"
"/old/*" = "/all.rss"
"/away/*" = "https://www.example.org:8443/new/*"
"/semicolon" = "https://www.example.org/a;b{c}"
[server]
max_age = 123
[export]
precompressed = ["gz"]
files = ["_headers", "_redirects", "nginx.conf", "robots.txt", "sitemap.xml"]
"""


@contextlib.contextmanager
def nginx(folder: Path, server: str, port: int = 0) -> Iterator[str]:
    """Run nginx with a server block that says this and where to listen; yield its address."""
    executable = program("nginx", "nginx-light")
    folder.mkdir()
    port = port or free_port()
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}"
        f"server {{ listen 127.0.0.1:{port};\n{server}\n}}\n}}\n"
    )
    command = [executable, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
    with started(command) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(600):
                assert process.poll() is None, (folder / "error.log").read_text()
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/robots.txt", timeout=5):
                    break
                time.sleep(0.05)
            yield address
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A site that was exported."""
    project = Project(tmp_path_factory.mktemp("nginx") / "project", CONFIG + EXPORT)
    project.record("a", topics=["AI"])
    project.record("b", topics=["AI", "C++ & 東京"])
    project.build()
    return project


@pytest.fixture(scope="module")
def address(site: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site's address, as nginx serves it by the generated file alone, without its own list of types."""
    public = site.root / "public"
    with nginx(
        tmp_path_factory.mktemp("run") / "nginx", f"root {public};\ninclude {public}/nginx.conf;"
    ) as address:
        yield address


def lines(site: Project) -> list[dict[str, Any]]:
    return list(json.loads(site.public("manifest.json").read_bytes())["documents"])


def file_of(path: str) -> str:
    return (path + "index.html" if path.endswith("/") else path)[1:]


def test_every_document_has_its_type_and_its_bytes(site: Project, address: str) -> None:
    """As from our own server."""
    for line in lines(site):
        answer = ask(address, line["path"])
        assert answer.status == 200, line
        assert answer.body == site.public(file_of(line["path"])).read_bytes()
        assert answer.headers["Content-Type"] == f"{line['media_type']}; charset=utf-8"
        assert answer.headers.get_all("Cache-Control") == [
            "public, max-age=123, stale-while-revalidate=600, stale-if-error=86400"
        ]
        assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
        is_open = line["media_type"] in open_types()
        assert answer.headers.get_all("Access-Control-Allow-Origin") == (["*"] if is_open else None)


def test_compressed_files_are_served_as_they_lie_there(site: Project, address: str) -> None:
    """nginx compresses nothing itself; caches are told that there are two."""
    for line in lines(site):
        answer = ask(address, line["path"], Accept_Encoding="gzip")
        file = site.public(file_of(line["path"]))
        assert answer.headers["Content-Encoding"] == "gzip", line
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Type"] == f"{line['media_type']}; charset=utf-8"
        assert answer.body == file.with_name(f"{file.name}.gz").read_bytes()
        assert gzip.decompress(answer.body) == file.read_bytes()


def test_a_second_poll_is_answered_with_304(address: str) -> None:
    """Compressed or not."""
    for coding in ("identity", "gzip"):
        first = ask(address, "/all.rss", Accept_Encoding=coding)
        again = ask(address, "/all.rss", Accept_Encoding=coding, If_None_Match=first.headers["ETag"])
        assert (again.status, again.body) == (304, b"")


def test_old_and_short_names_redirect(address: str) -> None:
    """For good, and relative to whatever host and port a proxy has."""

    def target(path: str) -> tuple[int, str]:
        answer: Answer = ask(address, path)
        return answer.status, answer.headers["Location"]

    assert target("/rss.xml") == (301, "/all.rss")
    assert target("/atom.xml") == (301, "/all.atom")
    assert target("/topics/artificial-intelligence.rss") == (301, "/topics/ai.rss")
    assert target("/topics/artificial-intelligence/") == (301, "/topics/ai/")
    assert target("/topics/artificial-intelligence") == (301, "/topics/ai/")
    assert target("/topics/ki-東.atom") == (301, "/topics/ai.atom")
    assert target("/topics/ai") == (301, "/topics/ai/")


def test_old_addresses_lead_on(address: str) -> None:
    """As [redirects] says; what stands in open parts is no more than a path."""

    def target(path: str) -> tuple[int, str | None]:
        answer: Answer = ask(address, path)
        return answer.status, answer.headers["Location"]

    assert target("/feed/") == target("/feed") == (301, "/all.atom")
    assert target("/tags/ai/feed.xml") == (301, "/topics/ai.rss")
    other = slug("C++ & 東京")
    assert target(f"/tags/{other}/feed.xml") == (301, f"/topics/{quote(other)}.rss")
    assert target("/tags/none/feed.xml") == (404, None)
    # A dollar sign would begin a variable of nginx.
    assert target("/p/high") == (301, "https://www.example.org/high;x=%241")
    assert target("/p/a%0d%0ab") == (404, None)
    assert target("/old/a/b.rss") == (301, "/all.rss")
    assert target("/away/a/b.html") == (301, "https://www.example.org:8443/new/a/b.html")
    assert target("/semicolon")[1] in (
        "https://www.example.org/a;b{c}",
        "https://www.example.org/a;b%7Bc%7D",
    )


def test_retired_topics_are_gone_and_other_paths_are_not_there(address: str) -> None:
    """410 tells readers to stop asking; what is meant for hosts is nobody else's business."""
    for path in ("/topics/gone.rss", "/topics/gone.atom", "/topics/gone/", "/topics/gone"):
        assert ask(address, path).status == 410, path
    for path in ("/topics/none.rss", "/nginx.conf", "/_headers", "/_redirects", "/.files.json"):
        assert ask(address, path).status == 404, path


def test_a_site_below_a_path_is_served_there(tmp_path: Path) -> None:
    """The rules begin at the top of the host, as base_url does."""
    config = CONFIG.replace("feeds.example.org", "example.org/my/feeds") + EXPORT
    project = Project(tmp_path / "project", config)
    project.record("a", topics=["AI"])
    project.build()
    (tmp_path / "www" / "my").mkdir(parents=True)
    (tmp_path / "www" / "my" / "feeds").symlink_to(project.root / "public")
    (tmp_path / "www" / "robots.txt").write_text("")
    server = f"root {tmp_path}/www;\ninclude {project.root}/public/nginx.conf;"
    with nginx(tmp_path / "nginx", server) as address:
        assert ask(address, "/my/feeds/all.rss").headers["Content-Type"].startswith("application/rss+xml")
        assert ask(address, "/my/feeds/rss.xml").headers["Location"] == "/my/feeds/all.rss"
        assert ask(address, "/my/feeds/topics/gone.rss").status == 410
        assert ask(address, "/my/feeds/").headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_new_record_reaches_a_subscriber_of_a_static_site(tmp_path: Path) -> None:
    """Record on disk, build, ping; the hub fetches the feed from nginx, which names it in a field."""
    port = free_port()
    config = CONFIG.replace("https://feeds.example.org", f"http://127.0.0.1:{port}")
    with hub(tmp_path) as hub_url, reader(tmp_path) as subscriber:
        files = 'files = ["nginx.conf", "robots.txt"]'
        export = (
            f'[export]\n{files}\nprecompressed = ["gz"]\n[websub]\nhubs = ["{hub_url}"]\nannounce = "auto"\n'
        )
        project = Project(tmp_path / "project", config + export)
        project.record("old", topics=["KI 東"])
        project.build()
        public = project.root / "public"
        with nginx(tmp_path / "nginx", f"root {public};\ninclude {public}/nginx.conf;", port) as address:
            subscriber.subscribe(f"{address}/topics/ki-%E6%9D%B1.rss")
            project.record("new", topics=["KI 東"], title="Something new", publishedDateTime="2026-05-05")
            done = project.run("build")
            assert "announced" in done.stdout, done.stderr
            topic, body = subscriber.received.get(timeout=60)
            # The first build's announcements waited for this one.
            while b"Something new" not in body:
                topic, body = subscriber.received.get(timeout=60)
            assert topic == f"{address}/topics/ki-%E6%9D%B1.rss"
            titles = [entry.title for entry in feedparser.parse(body).entries]
            assert titles == ["Something new", "Title of old"]
