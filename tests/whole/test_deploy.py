"""The examples of docs/deploy.md are started as people would start them, and do what the page says."""

from __future__ import annotations

import gzip
import http.server
import json
import os
import shlex
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import brotli
import pytest
from conftest import Server, free_port, running
from debian import program
from processes import run
from project import ROOT, environ
from test_server import Answer, ask

from feeds import load_config

DEPLOY = ROOT / "docs" / "deploy"
# docs/static-hosts.md is about the workflow, and tests/export/test_static_hosts.py tests it.
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file() and path.suffix != ".yml")
FEEDS = f"{sys.executable} -m feeds"
BROTLI = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so"
# What Debian's nginx.conf says around the files of sites-enabled; here it stays one process of one user.
NGINX = """\
{load}
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 768; }}
http {{
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    gzip on;
    client_body_temp_path {folder}/temp;
    proxy_temp_path {folder}/temp;
    fastcgi_temp_path {folder}/temp;
    uwsgi_temp_path {folder}/temp;
    scgi_temp_path {folder}/temp;
    include {folder}/site.conf;
}}
"""


def adapted(name: str, changes: dict[str, str]) -> str:
    """Return an example with its addresses and folders replaced by the test's; each of them must be in it."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, f"{name} has no {old}"
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with /srv, /etc and /var as the page lays them out: records, configuration, state."""
    root = tmp_path_factory.mktemp("deploy") / "machine"
    for folder in ("srv/feeds", "etc/feeds", "var/lib/feeds"):
        (root / folder).mkdir(parents=True)
    shutil.copytree(ROOT / "seeds", root / "srv/feeds/records")
    shutil.copy(DEPLOY / "precompress.sh", root / "etc/feeds")
    config = adapted(
        "config.toml",
        {
            "/srv/feeds/records": f"{root}/srv/feeds/records",
            "/var/lib/feeds": f"{root}/var/lib/feeds",
        },
    )
    (root / "etc/feeds/config.toml").write_text(config, encoding="utf-8")
    return root


def commands(unit: str, machine: Path) -> list[list[str]]:
    """Return what a unit starts, in the test's folders."""
    text = adapted(unit, {"/opt/feeds/bin/feeds": FEEDS, "/etc/feeds": f"{machine}/etc/feeds"})
    text = text.replace("/var/lib/feeds", f"{machine}/var/lib/feeds")
    lines = [line.removeprefix("ExecStart=") for line in text.splitlines() if line.startswith("ExecStart=")]
    return [shlex.split(line) for line in lines]


@pytest.fixture(scope="module")
def public(machine: Path) -> Path:
    """The export that feeds-build.service makes."""
    for command in commands("feeds-build.service", machine):
        run(command, cwd=machine / "var/lib/feeds", check=True, env=environ())
    return machine / "var/lib/feeds/public"


@contextmanager
def served(machine: Path) -> Iterator[Server]:
    """Run what feeds.service starts, on a port of the system's choice."""
    port = free_port()
    (command,) = commands("feeds.service", machine)
    with running([*command, "--port", str(port)], machine / "var/lib/feeds", port) as server:
        yield server


@pytest.fixture(scope="module")
def server(machine: Path) -> Iterator[Server]:
    """The server that feeds.service starts."""
    with served(machine) as running_server:
        yield running_server


@contextmanager
def nginx(folder: Path, site: str, ready: str, load: str = "") -> Iterator[Server]:
    """Run nginx with one site, which listens on port 80 where it is written down."""
    folder.mkdir()
    port = free_port()
    assert "listen 80;" in site
    (folder / "site.conf").write_text(site.replace("listen 80;", f"listen 127.0.0.1:{port};"))
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, load=load))
    # What is included beside nginx.conf.
    shutil.copy(DEPLOY / "nginx-browser-feeds.conf", folder)
    command = [program("nginx", "nginx-light"), "-c", str(folder / "nginx.conf")]
    with running(command, folder, port, ready=ready) as server:
        yield server


@pytest.fixture(scope="module")
def static(public: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """nginx with nginx-static.conf, on the export."""
    site = adapted("nginx-static.conf", {"/var/lib/feeds/public": str(public)})
    with nginx(tmp_path_factory.mktemp("static") / "nginx", site, "/") as found:
        yield found


@pytest.fixture(scope="module")
def proxy(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """nginx with nginx-proxy.conf, in front of the server."""
    site = adapted("nginx-proxy.conf", {"127.0.0.1:8000": server.address.removeprefix("http://")})
    with nginx(tmp_path_factory.mktemp("proxy") / "nginx", site, "/healthz") as found:
        yield found


def documents(public: Path) -> list[str]:
    """Return every document's path."""
    lines: list[dict[str, Any]] = json.loads((public / "manifest.json").read_bytes())["documents"]
    assert len(lines) > 20
    return [*(str(line["path"]) for line in lines), "/manifest.json"]


def until(condition: Callable[[], bool]) -> None:
    """Return when a condition holds."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


def file_of(public: Path, path: str) -> Path:
    return public / (path + "index.html" if path.endswith("/") else path).lstrip("/")


def vary(answer: Answer) -> set[str]:
    """Return the request fields that an answer depends on."""
    return {name.strip().lower() for name in ",".join(answer.headers.get_all("Vary", [])).split(",")}


def fields(answer: Answer) -> dict[str, str]:
    """Return an answer's fields, but for those that belong to a connection or to a server program."""
    found = {name.lower(): value for name, value in answer.headers.items()}
    return {name: value for name, value in found.items() if name not in ("date", "server", "connection")}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_page_quotes_every_example(file: Path) -> None:
    """What is read in docs/deploy.md is what the tests start, and each file is linked."""
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    blocks = [block.partition("\n")[2] for block in page.split("```")[1::2]]
    assert file.read_text(encoding="utf-8") in blocks, f"docs/deploy.md does not quote {file.name} as it is"
    assert f"(deploy/{file.name})" in page


def test_the_configuration_puts_the_state_where_the_units_may_write(machine: Path) -> None:
    """The index and the export lie in the folder that systemd makes; none beside config.toml."""
    config = load_config(DEPLOY / "config.toml")
    for unit in ("feeds.service", "feeds-build.service"):
        assert "StateDirectory=feeds\n" in (DEPLOY / unit).read_text()
    assert config.index.url == "sqlite:////var/lib/feeds/index.db"
    assert config.export.path == "/var/lib/feeds/public"


def test_the_service_starts_serves_and_stops(machine: Path) -> None:
    """Its command answers, writes nothing but state, and ends by itself when it is told to."""
    before = sorted(path for path in machine.rglob("*") if "var" not in path.parts)
    with served(machine) as server:
        assert ask(server, "/all.rss").status == 200
        server.process.terminate()
        server.process.wait(15)
        assert server.process.returncode == 0, server.log
    assert sorted(path for path in machine.rglob("*") if "var" not in path.parts) == before
    assert (machine / "var/lib/feeds/index.db").exists()


def test_the_build_service_exports_and_compresses(public: Path) -> None:
    """Every document has a gzipped sibling of its own time."""
    for path in documents(public):
        file = file_of(public, path)
        coded = file.with_name(f"{file.name}.gz")
        assert gzip.decompress(coded.read_bytes()) == file.read_bytes(), path
        assert coded.stat().st_mtime_ns == file.stat().st_mtime_ns, path
        assert coded.stat().st_mode == file.stat().st_mode, path


def test_siblings_follow_their_documents(tmp_path: Path) -> None:
    """A changed document's sibling is made anew, one without a document goes, all others stay."""
    script = ["sh", str(DEPLOY / "precompress.sh"), str(tmp_path / "public")]
    (tmp_path / "public/topics/a b").mkdir(parents=True)
    named = {name: tmp_path / "public" / name for name in ("all.rss", "topics/a b/index.html", "gone.atom")}
    for number, file in enumerate(named.values()):
        file.write_text("first")
        os.utime(file, (1_700_000_000 + number, 1_700_000_000 + number))
    run(script, check=True)
    coded = {name: file.with_name(f"{file.name}.gz") for name, file in named.items()}
    kept = coded["topics/a b/index.html"].stat()
    (tmp_path / "public/backup.tar.gz").write_bytes(b"")
    named["gone.atom"].unlink()
    named["all.rss"].write_text("second")
    run(script, check=True)
    assert gzip.decompress(coded["all.rss"].read_bytes()) == b"second"
    assert not coded["gone.atom"].exists()
    assert coded["topics/a b/index.html"].stat().st_ino == kept.st_ino
    assert not list(tmp_path.rglob(".*"))
    # What is nobody's sibling is somebody's own.
    assert (tmp_path / "public/backup.tar.gz").exists()


@pytest.mark.real
@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_the_proxy_hands_on_what_the_server_says(
    coding: str, public: Path, server: Server, proxy: Server
) -> None:
    """Status, every field and the bytes, whatever the coding; nothing is compressed twice or anew."""
    for path in documents(public):
        direct = ask(server, path, accept_encoding=coding)
        through = ask(proxy, path, accept_encoding=coding)
        assert through.status == 200
        assert fields(through) == fields(direct), path
        assert through.body == direct.body, path
        assert through.headers.get("Content-Encoding", "identity") == coding, path


@pytest.mark.real
def test_the_proxy_hands_on_conditions(public: Path, server: Server, proxy: Server) -> None:
    """A tag or a date that is current gets a 304 through the proxy, with the fields that the server sends."""
    for path in documents(public):
        for coding in ("identity", "gzip", "br"):
            known = ask(proxy, path, accept_encoding=coding)
            conditions = (
                {"if_none_match": known.headers["ETag"]},
                {"if_modified_since": known.headers["Last-Modified"]},
            )
            for condition in conditions:
                answer = ask(proxy, path, accept_encoding=coding, **condition)
                assert (answer.status, answer.body) == (304, b""), (path, coding, condition)
                assert fields(answer) == fields(ask(server, path, accept_encoding=coding, **condition))


@pytest.mark.real
@pytest.mark.parametrize("path", ["/feed", "/atom.xml", "/index.html", "/topics/ai", "/nowhere", "/healthz"])
def test_the_proxy_hands_on_all_other_answers(path: str, server: Server, proxy: Server) -> None:
    """Redirects, errors and the answer for monitoring are the server's too."""
    direct, through = ask(server, path), ask(proxy, path)
    assert (through.status, through.body) == (direct.status, direct.body)
    assert fields(through) == fields(direct)


@pytest.mark.real
def test_the_proxy_keeps_the_metrics_to_itself(proxy: Server) -> None:
    """Nobody outside is told how the server is doing."""
    assert ask(proxy, "/metrics").status == 404


@pytest.mark.real
def test_the_proxy_tells_the_server_who_asked(tmp_path: Path) -> None:
    """Host and the X-Forwarded fields arrive, and the connection to the server is used again."""
    asked: list[tuple[Any, Any]] = []

    class Upstream(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append((self.client_address, self.headers))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ExitStack() as stack:
        upstream = stack.enter_context(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream))
        threading.Thread(target=upstream.serve_forever).start()
        stack.callback(upstream.shutdown)
        site = adapted("nginx-proxy.conf", {"127.0.0.1:8000": f"127.0.0.1:{upstream.server_port}"})
        proxy = stack.enter_context(nginx(tmp_path / "nginx", site, "/"))
        asked.clear()
        for _ in range(3):
            assert ask(proxy, "/all.rss", host="feeds.example.org").status == 200
    assert len({client for client, _ in asked}) == 1
    for _, headers in asked:
        assert headers["Host"] == "feeds.example.org"
        assert headers["X-Forwarded-Host"] == "feeds.example.org"
        assert headers["X-Forwarded-For"] == "127.0.0.1"
        assert headers["X-Forwarded-Proto"] == "http"
        assert "Connection" not in headers


@pytest.mark.real
def test_static_answers_are_the_servers(public: Path, server: Server, static: Server) -> None:
    """Bytes, media type, caching and CORS of every document are the server's; the tag is nginx's own."""
    for path in documents(public):
        ours, theirs = ask(server, path), ask(static, path)
        assert theirs.status == 200, path
        assert theirs.body == ours.body, path
        for name in (
            "Content-Type",
            "Content-Length",
            "Cache-Control",
            "X-Content-Type-Options",
            "Content-Security-Policy",
            "Referrer-Policy",
            "Access-Control-Allow-Origin",
            "Access-Control-Expose-Headers",
        ):
            assert theirs.headers[name] == ours.headers[name], (path, name)
        assert vary(theirs) == vary(ours), path


@pytest.mark.real
def test_static_shows_feeds_to_people(public: Path, server: Server, static: Server) -> None:
    """Browsers get the same bytes with the media type and the policy that the server gives them."""
    for path in documents(public):
        if path.endswith((".rss", ".atom")):
            asked = {"sec_fetch_dest": "document", "accept_encoding": "gzip"}
            ours, theirs = ask(server, path, **asked), ask(static, path, **asked)
            assert gzip.decompress(theirs.body) == gzip.decompress(ours.body), path
            for name in ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options"):
                assert theirs.headers[name] == ours.headers[name], (path, name)
            assert "private" in theirs.headers["Cache-Control"]
            assert vary(theirs) == vary(ours), path


@pytest.mark.real
def test_static_sends_precompressed_files(public: Path, static: Server) -> None:
    """Who accepts gzip gets the sibling's bytes as they are, of known length, once compressed."""
    for path in documents(public):
        file = file_of(public, path)
        coded = file.with_name(f"{file.name}.gz").read_bytes()
        answer = ask(static, path, accept_encoding="gzip")
        assert answer.headers["Content-Encoding"] == "gzip", path
        assert answer.headers["Content-Length"] == str(len(coded)), path
        assert answer.body == coded, path
        assert answer.headers["Content-Type"] == ask(static, path).headers["Content-Type"], path
        assert "accept-encoding" in vary(answer), path


@pytest.mark.real
def test_static_answers_conditions(public: Path, static: Server) -> None:
    """A tag or a date that is current gets a 304 that caches can keep, and codings have tags of their own."""
    for path in documents(public):
        tags = set()
        for coding in ("identity", "gzip"):
            known = ask(static, path, accept_encoding=coding)
            tags.add(known.headers["ETag"])
            conditions = (
                {"if_none_match": known.headers["ETag"]},
                {"if_modified_since": known.headers["Last-Modified"]},
            )
            for condition in conditions:
                answer = ask(static, path, accept_encoding=coding, **condition)
                assert (answer.status, answer.body) == (304, b""), (path, coding, condition)
                assert answer.headers["ETag"] == known.headers["ETag"]
                assert answer.headers["Cache-Control"] == known.headers["Cache-Control"]
        assert len(tags) == 2, path


@pytest.mark.real
@pytest.mark.parametrize(
    "path",
    [
        *("/feed", "/feed.xml", "/feed.rss", "/rss.xml", "/feed.atom", "/atom.xml"),
        *("/index.html", "/topics/ai/index.html"),
    ],
)
def test_static_redirects_where_the_server_does(path: str, server: Server, static: Server) -> None:
    """Old and short names lead for good to the same address, on whatever host and port the request came."""
    ours, theirs = ask(server, path), ask(static, path)
    assert theirs.status == ours.status == 301
    target = theirs.headers["Location"]
    assert target.startswith("/")
    here = f"{server.address}{path}"
    assert f"{server.address}{target}" == urljoin(here, ours.headers["Location"])


@pytest.mark.real
def test_static_leads_to_the_page_of_a_topic(static: Server) -> None:
    """An address without the slash at its end is not lost."""
    answer = ask(static, "/topics/ai")
    assert (answer.status, answer.headers["Location"]) == (301, "/topics/ai/")


@pytest.mark.real
def test_static_hides_drafts(public: Path, static: Server) -> None:
    """What an export is about to write is not there yet; a certificate authority's questions are answered."""
    (public / ".all.rss.1.tmp").write_text("half of it")
    (public / ".well-known").mkdir(exist_ok=True)
    (public / ".well-known" / "proof.txt").write_text("ours")
    assert ask(static, "/.all.rss.1.tmp").status == 404
    assert ask(static, "/.well-known/proof.txt").body == b"ours"
    assert ask(static, "/nowhere").status == 404


@pytest.mark.real
def test_static_compresses_what_has_no_sibling(public: Path, static: Server) -> None:
    """A feed that nothing was done for goes out gzipped all the same, and its weak tag is known."""
    shutil.copy(public / "all.rss", public / "alone.rss")
    answer = ask(static, "/alone.rss", accept_encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == (public / "all.rss").read_bytes()
    tag = answer.headers["ETag"]
    assert ask(static, "/alone.rss", accept_encoding="gzip", if_none_match=tag).status == 304


@pytest.mark.real
def test_static_sends_brotli_where_the_module_is_there(public: Path, tmp_path: Path) -> None:
    """The line that is commented out does what it says, once Debian's module is loaded."""
    program(BROTLI, "libnginx-mod-http-brotli-static")
    body = (public / "all.rss").read_bytes()
    (tmp_path / "public").mkdir()
    (tmp_path / "public/all.rss").write_bytes(body)
    (tmp_path / "public/all.rss.br").write_bytes(brotli.compress(body))
    site = adapted(
        "nginx-static.conf",
        {"/var/lib/feeds/public": str(tmp_path / "public"), "# brotli_static on;": "brotli_static on;"},
    )
    with nginx(tmp_path / "nginx", site, "/all.rss", load=f"load_module {BROTLI};") as static:
        answer = ask(static, "/all.rss", accept_encoding="gzip, br")
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert brotli.decompress(answer.body) == body


def test_gunicorn_serves_with_two_workers_and_stops_gracefully(machine: Path, tmp_path: Path) -> None:
    """Its workers answer what `feeds serve` answers; told to stop, it breaks off no answer and exits 0."""
    port = free_port()
    config = adapted(
        "gunicorn.conf.py", {"127.0.0.1:8000": f"127.0.0.1:{port}", "/etc/feeds": f"{machine}/etc/feeds"}
    )
    (tmp_path / "gunicorn.conf.py").write_text(config)
    command = [sys.executable, "-m", "gunicorn", "-c", str(tmp_path / "gunicorn.conf.py")]
    broken: list[object] = []
    answered = threading.Event()

    def ask_on(server: Server, body: bytes) -> None:
        while True:
            try:
                answer = ask(server, "/all.rss")
            except ConnectionError:
                # Nobody accepts any more, or the connection came too late to be accepted.
                return
            except Exception as problem:
                broken.append(problem)
                return
            if answer.status != 200 or answer.body != body:
                broken.append(answer)
            answered.set()

    with running(command, tmp_path, port) as server:
        until(lambda: server.log.count("Booting worker with pid") == 2)
        first = ask(server, "/all.rss", accept_encoding="gzip")
        assert first.headers["Content-Encoding"] == "gzip"
        tag = first.headers["ETag"]
        assert ask(server, "/all.rss", accept_encoding="gzip", if_none_match=tag).status == 304
        body = ask(server, "/all.rss").body
        clients = [threading.Thread(target=ask_on, args=(server, body)) for _ in range(4)]
        for client in clients:
            client.start()
        assert answered.wait(30)
        server.process.terminate()
        server.process.wait(20)
        for client in clients:
            client.join(30)
        assert server.process.returncode == 0, server.log
    assert not broken
    with pytest.raises(ConnectionError):
        ask(server, "/all.rss")


@pytest.mark.real
@pytest.mark.parametrize("unit", ["feeds.service", "feeds-build.service", "feeds-build.timer"])
def test_systemd_accepts_the_units(unit: str, tmp_path: Path) -> None:
    """systemd finds nothing to say about them, but that the command is not installed here."""
    analyze = program("systemd-analyze", "systemd")
    for file in DEPLOY.glob("feeds*.*"):
        text = file.read_text().replace("/opt/feeds/bin/feeds", "/bin/true")
        (tmp_path / file.name).write_text(text)
    command = [analyze, "verify", str(tmp_path / unit)]
    done = run(command, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.real
@pytest.mark.parametrize("unit", ["feeds.service", "feeds-build.service"])
def test_systemd_finds_the_services_well_confined(unit: str) -> None:
    """Of ten points of exposure they have less than two."""
    analyze = program("systemd-analyze", "systemd")
    command = [analyze, "security", "--offline=true", "--threshold=20", str(DEPLOY / unit)]
    done = run(command, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
