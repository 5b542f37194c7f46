"""HTTP as it is on the wire: the server that `feeds serve` starts, asked byte by byte.

Every rule names its section. The same requests go to a server with the front layer and to one without it.
"""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import pytest
from conftest import Server, free_port, running
from generated import examples
from hypothesis import given
from project import CONFIG, NOW, Project
from questions import FIELDS, KNOWN, METHODS, PATHS, encoded, fitting

SITE = CONFIG + '[topics.ai]\naliases = ["a-i"]\n[topics.gone]\nretired = true\n[server]\nfront = {}\n'
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Said(NamedTuple):
    """An answer as it came: the status line, the fields in order but for Date, the content."""

    status: str
    fields: list[tuple[str, str]]
    content: bytes
    dates: int
    """How many Date fields there were."""

    @property
    def code(self) -> int:
        return int(self.status.split()[1])

    def field(self, name: str) -> str:
        """Return a field's value; several are joined (RFC 9110 section 5.2)."""
        return ", ".join(value for key, value in self.fields if key.lower() == name.lower())


class Wire:
    """One connection that is kept open; whatever comes too much on it spoils the next answer."""

    def __init__(self, server: Server) -> None:
        address = urlsplit(server.address)
        self._socket = socket.create_connection((address.hostname, address.port), timeout=30)
        self._rest = b""

    def close(self) -> None:
        self._socket.close()

    def send(self, request: bytes) -> None:
        self._socket.sendall(request)

    def receive(self, method: str) -> Said:
        """Read one answer, as RFC 9112 section 6.3 says where it ends."""
        while b"\r\n\r\n" not in self._rest:
            self._rest += self._more()
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        pairs = [line.split(": ", 1) for line in lines]
        fields = [(name, value) for name, value in pairs if name.lower() != "date"]
        said = Said(status, fields, b"", len(pairs) - len(fields))
        assert not said.field("Transfer-Encoding"), said
        if method == "HEAD" or said.code in (204, 304):
            return said
        length = int(said.field("Content-Length"))
        while len(self._rest) < length:
            self._rest += self._more()
        content, self._rest = self._rest[:length], self._rest[length:]
        return said._replace(content=content)

    def _more(self) -> bytes:
        more = self._socket.recv(65_536)
        assert more, "the server closed the connection"
        return more

    def is_closed(self) -> bool:
        """Whether the server ends the connection without another byte."""
        return not self._rest and self._socket.recv(1) == b""

    def ask(self, target: str, method: str = "GET", **fields: str) -> Said:
        return self.exchange(method, target, {name.replace("_", "-"): v for name, v in fields.items()})

    def exchange(self, method: str, target: str, fields: dict[str, str]) -> Said:
        lines = [f"{name}: {value}\r\n" for name, value in ({"Host": "feeds.example.org"} | fields).items()]
        body = "Content-Length: 0\r\n" if method == "POST" else ""
        self.send(f"{method} {target} HTTP/1.1\r\n{''.join(lines)}{body}\r\n".encode("latin-1"))
        return self.receive(method)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Two servers of the same articles, the first one with the front layer."""
    with contextlib.ExitStack() as stack:
        started = []
        for front in ("true", "false"):
            project = Project(tmp_path_factory.mktemp("wire") / "project", SITE.format(front))
            for number in range(30):
                project.record(f"r{number}", topics=["AI", "東京"], body="Word " * 100)
            project.record("later", topics=["AI"], publishedDateTime="2026-06-01T12:05:00Z")
            port = free_port()
            command = [sys.executable, "-m", "feeds", "serve", "--port", str(port), "--now", NOW]
            started.append(stack.enter_context(running(command, project.root, port)))
        yield started[0], started[1]


@pytest.fixture
def wires(servers: tuple[Server, Server]) -> Iterator[tuple[Wire, Wire]]:
    """A connection to each of the two servers."""
    with contextlib.closing(Wire(servers[0])) as first, contextlib.closing(Wire(servers[1])) as second:
        yield first, second


@pytest.fixture(params=["front", "flask"])
def wire(request: pytest.FixtureRequest, wires: tuple[Wire, Wire]) -> Wire:
    """A connection to the server with the front layer, then to the one without."""
    return wires[0 if request.param == "front" else 1]


@pytest.fixture(scope="module")
def lasting(servers: tuple[Server, Server]) -> Iterator[tuple[Wire, Wire]]:
    """One connection to each server for all generated requests."""
    with contextlib.closing(Wire(servers[0])) as first, contextlib.closing(Wire(servers[1])) as second:
        yield first, second


@examples(200)
@given(PATHS, METHODS, FIELDS)
def test_both_servers_answer_alike_on_one_connection(
    lasting: tuple[Wire, Wire], path: str, method: str, fields: dict[str, str]
) -> None:
    """Status line, field names, their order and values, and content are the same; Date is always there.

    All of it goes over one connection: RFC 9112 section 9.3 (persistence) and section 6.3 (lengths).
    """
    tag = lasting[0].exchange("GET", encoded(path), {}).field("ETag") or '"none"'
    given_fields = fitting(fields, tag)
    with_front, without = (one.exchange(method, encoded(path), given_fields) for one in lasting)
    assert with_front == without
    assert with_front.code in (200, 204, 301, 303, 304, 404, 405, 406, 410, 412)
    # RFC 9110 section 6.6.1
    assert with_front.dates == 1
    # RFC 9110 section 8.6
    assert bool(with_front.field("Content-Length")) is (with_front.code not in (204, 304))
    if with_front.code >= 400:
        assert len(with_front.content) < 600
        assert with_front.field("Cache-Control") in ("public, max-age=60", "no-store")


@pytest.mark.parametrize("path", KNOWN)
@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_head_is_get_without_content(path: str, coding: str, wire: Wire) -> None:
    """RFC 9110 section 9.3.2: the same fields, Content-Length included, and not a byte after them."""
    get = wire.ask(encoded(path), Accept_Encoding=coding)
    head = wire.ask(encoded(path), "HEAD", Accept_Encoding=coding)
    assert head == get._replace(content=b"")
    assert get.field("Content-Length") == str(len(get.content))


def test_304_has_no_content_and_no_length_of_its_own(wire: Wire) -> None:
    """RFC 9110 sections 8.6 and 15.4.5; the connection goes on."""
    for _ in range(3):
        get = wire.ask("/all.rss")
        unchanged = wire.ask("/all.rss", If_None_Match=get.field("ETag"))
        assert unchanged.code == 304
        assert not unchanged.field("Content-Length")
        for name in ("ETag", "Cache-Control", "Vary"):
            assert unchanged.field(name) == get.field(name)


def test_connections_are_kept_and_ended_as_asked(servers: tuple[Server, Server], wire: Wire) -> None:
    """RFC 9112 section 9.3 and 9.6: HTTP/1.1 stays open, `Connection: close` and HTTP/1.0 do not."""
    assert wire.ask("/all.rss").code == wire.ask("/").code == 200
    assert wire.ask("/all.rss", Connection="close").field("Connection") == "close"
    assert wire.is_closed()
    for server in servers:
        with contextlib.closing(Wire(server)) as old:
            old.send(b"GET /all.rss HTTP/1.0\r\n\r\n")
            assert old.receive("GET").code == 200
            assert old.is_closed()


def test_requests_that_come_at_once_are_answered_in_turn(wire: Wire) -> None:
    """RFC 9112 section 9.3.2: pipelining."""
    request = "{} {} HTTP/1.1\r\nHost: x\r\n\r\n"
    asked = [("GET", "/all.rss"), ("HEAD", "/all.atom"), ("GET", "/nothing"), ("GET", "/all.atom")]
    wire.send("".join(request.format(*one) for one in asked).encode())
    assert [wire.receive(method).code for method, _ in asked] == [200, 200, 404, 200]


def test_a_range_is_answered_with_the_whole(wire: Wire) -> None:
    """RFC 9110 section 14.2: a server may ignore Range; it claims nothing else."""
    whole = wire.ask("/all.rss")
    assert wire.ask("/all.rss", Range="bytes=0-9", If_Range=whole.field("ETag")) == whole
    assert not whole.field("Accept-Ranges")


def test_instance_manipulations_are_ignored(wire: Wire) -> None:
    """RFC 3229 section 10.5.3: A-IM may be ignored; feedparser sends it with every request."""
    whole = wire.ask("/all.rss")
    assert wire.ask("/all.rss", A_IM="feed", If_None_Match='"of-yesterday"') == whole
    assert wire.ask("/all.rss", A_IM="feed", If_None_Match=whole.field("ETag")).code == 304


@pytest.mark.parametrize(
    ("accepted", "path"),
    [
        ("*/*", "/topics/ai.rss"),
        ("application/atom+xml, */*;q=0.1", "/topics/ai.atom"),
        ("application/rss+xml;q=0.5, application/atom+xml;q=0.9", "/topics/ai.atom"),
        ("text/xml", "/topics/ai.rss"),
        ("image/png", "/topics/ai.rss"),
    ],
)
def test_a_topic_without_suffix_is_the_feed_that_the_reader_prefers(
    accepted: str, path: str, wire: Wire
) -> None:
    """RFC 9110 sections 12.1, 12.5.1, 12.5.5 and 8.7: at once, with its own tag, and where it always is."""
    own = wire.ask(path, Accept_Encoding="gzip")
    chosen = wire.ask("/topics/ai", Accept=accepted, Accept_Encoding="gzip")
    assert (chosen.code, chosen.content) == (200, own.content)
    assert chosen.field("ETag") == own.field("ETag")
    assert urljoin("/topics/ai", chosen.field("Content-Location")) == path
    assert chosen.field("Vary") == "Accept, Accept-Encoding, Sec-Fetch-Dest"
    assert chosen.field("Cache-Control") == own.field("Cache-Control")
    again = wire.ask("/topics/ai", Accept=accepted, If_None_Match=own.field("ETag"))
    assert (again.code, again.field("Content-Location")) == (304, path.removeprefix("/topics/"))
    assert again.field("Vary") == "Accept, Accept-Encoding, Sec-Fetch-Dest"


def test_another_format_than_the_one_that_a_reader_has_is_no_304(wire: Wire) -> None:
    """RFC 9110 section 8.8.3: tags tell the formats apart."""
    tag = wire.ask("/topics/ai", Accept="application/rss+xml").field("ETag")
    assert wire.ask("/topics/ai", Accept="application/atom+xml", If_None_Match=tag).code == 200


@pytest.mark.parametrize(
    ("path", "location"), [("/topics/ai", "topics/ai/"), ("/all", ""), ("/topics/%E6%9D%B1%E4%BA%AC", None)]
)
def test_browsers_are_led_to_the_page(path: str, location: str | None, wire: Wire) -> None:
    """RFC 9110 section 15.4.4: another address, which depends on Accept and may change."""
    said = wire.ask(f"{path}?utm_source=x", Accept=BROWSER)
    assert said.code == 303
    depth = "../" * (path.count("/") - 1)
    expected = f"{depth}{location}" if location is not None else f"{depth}{path[1:]}/"
    assert said.field("Location") == f"{expected or './'}?utm_source=x"
    assert said.field("Vary") == "Accept"
    assert said.field("Cache-Control") == "public, max-age=60"


@pytest.mark.parametrize(
    ("path", "field", "meant"),
    [
        ("/topics/AI.rss", "Location", "/topics/ai.rss"),
        ("/feed", "Location", "/all.rss"),
        ("/index.html", "Location", "/"),
        ("/all.rss/", "Location", "/all.rss"),
        ("/all", "Content-Location", "/all.rss"),
        ("/topics/%E6%9D%B1%E4%BA%AC", "Content-Location", "/topics/%E6%9D%B1%E4%BA%AC.rss"),
    ],
)
def test_addresses_in_answers_hold_below_a_path(path: str, field: str, meant: str, wire: Wire) -> None:
    """RFC 9110 sections 8.7 and 10.2.2: relative references, so that a proxy may take a prefix off."""
    for prefix in ("", "/feeds", "/a/b"):
        base = f"https://example.org{prefix}{path}"
        assert urljoin(base, wire.ask(path).field(field)) == f"https://example.org{prefix}{meant}"


def test_a_failed_precondition_is_kept_by_no_cache(wire: Wire) -> None:
    """RFC 9111 section 5.2.2.5: it is about one request and says nothing to the next."""
    said = wire.ask("/all.rss", If_Match='"x"')
    assert (said.code, said.field("Cache-Control")) == (412, "no-store")
    said = wire.ask("/all.rss", Accept_Encoding="*;q=0")
    assert (said.code, said.field("Cache-Control")) == (406, "no-store")


def test_options_say_what_may_be_done(wire: Wire) -> None:
    """RFC 9110 section 9.3.7, and the Fetch standard's CORS preflight."""
    for target in ("/all.rss", "*", "/topics/ai"):
        said = wire.ask(
            target, "OPTIONS", Origin="https://other.example", Access_Control_Request_Method="GET"
        )
        assert said.code == 204
        assert said.field("Allow") == said.field("Access-Control-Allow-Methods") == "GET, HEAD, OPTIONS"
        assert said.field("Access-Control-Allow-Origin") == "*"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "PROPFIND", "TRACE"])
def test_other_methods_are_405(method: str, wire: Wire) -> None:
    """RFC 9110 section 15.5.6: with the methods that there are."""
    said = wire.ask("/all.rss", method)
    assert said.code == 405
    assert set(said.field("Allow").split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    ("accepted", "media_type", "beginning"),
    [
        (BROWSER, "text/html; charset=utf-8", b"<!doctype html>"),
        ("application/json", "application/json; charset=utf-8", b'{"status": 404'),
        ("*/*", "text/plain; charset=utf-8", b"404 Not Found"),
    ],
)
def test_errors_are_in_the_form_that_the_client_reads(
    accepted: str, media_type: str, beginning: bytes, wire: Wire
) -> None:
    """RFC 9110 section 15.5: the content says what is wrong."""
    said = wire.ask("/nothing", Accept=accepted)
    assert said.field("Content-Type") == media_type
    assert said.content.startswith(beginning)
    assert said.field("Vary") == "Accept"


@pytest.mark.parametrize(
    ("request_line", "codes"),
    [
        (b"GET /all.rss%00 HTTP/1.1", {404}),
        (b"GET /%ff%fe%c0%af HTTP/1.1", {404}),
        (b"GET /..%2f..%2fetc%2fpasswd HTTP/1.1", {404}),
        (b"GET /../../etc/passwd HTTP/1.1", {404}),
        (b"GET /topics/%2e%2e/%2e%2e/config.toml HTTP/1.1", {404}),
        (b"GET /%0d%0aSet-Cookie:%20a=b HTTP/1.1", {404}),
        (b"GET /topics/AI.rss?%0d%0aSet-Cookie:%20a=b HTTP/1.1", {301}),
        (b"GET /topics/" + b"%E6" * 3000 + b" HTTP/1.1", {404}),
        (b"GET /" + b"a/" * 20_000 + b" HTTP/1.1", {404}),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1", {414}),
        (b"GET http://elsewhere.example/all.rss HTTP/1.1", {200}),
        (b"GET nopath HTTP/1.1", {400}),
        (b"GET /\xff\xfe HTTP/1.1", {400}),
        (b"GET /\x00 HTTP/1.1", {400}),
        (b"nonsense", {400}),
    ],
)
def test_hostile_requests_are_small_errors(request_line: bytes, codes: set[int], wire: Wire) -> None:
    """RFC 9110 sections 15.5.1, 15.5.5 and 15.5.15; never a 500, never a field of the client's making."""
    wire.send(request_line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
    said = wire.receive("GET")
    assert said.code in codes, said
    assert not said.field("Set-Cookie")
    assert said.code == 200 or len(said.content) < 700
    assert wire.is_closed()


def test_a_head_that_is_too_large_is_refused(wire: Wire) -> None:
    """RFC 6585 section 5: fields of half a megabyte are not read, and whoever sent them is told so."""
    # The server may close before it was sent everything. What it said until then can be read all the same.
    with contextlib.suppress(ConnectionError):
        wire.send(b"GET / HTTP/1.1\r\nHost: x\r\nAccept: " + b"a," * 300_000 + b"\r\n\r\n")
    said = wire.receive("GET")
    assert said.code == 431
    assert said.field("Connection") == "close"
    with contextlib.suppress(ConnectionError):
        assert wire.is_closed()


def test_a_large_head_is_read(wire: Wire) -> None:
    """What is refused is far from what anybody sends: cookies and long addresses are no obstacle."""
    assert wire.ask("/all.rss", Cookie="a=b;" * 10_000).code == 200
    assert wire.ask("/all.rss").code == 200


def test_idle_connections_keep_nobody_out(servers: tuple[Server, Server]) -> None:
    """RFC 9112 section 9.5: clients may keep connections open; a hundred are no obstacle, and all stay."""
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(contextlib.closing(Wire(servers[0]))) for _ in range(100)]
        for one in (*idle, *idle):
            assert one.ask("/all.rss").code == 200
