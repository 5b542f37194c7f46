"""A web server of images that behaves, and misbehaves, as those on the internet do."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

PNG = b"\x89PNG\r\n\x1a\n" + b"." * 9_992
JPEG = b"\xff\xd8\xff\xe0" + b"." * 4_996
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">' + b" " * 7_000 + b"</svg>"


class Request(NamedTuple):
    """What the server was asked."""

    method: str
    path: str
    headers: dict[str, str]


class Handler(BaseHTTPRequestHandler):
    """Answers by the table `Images.pages`."""

    protocol_version = "HTTP/1.1"
    server: Images

    def do_GET(self) -> None:
        self.server.requests.append(Request(self.command, self.path, dict(self.headers.items())))
        with self.server.counted(), contextlib.suppress(ConnectionError):
            self.server.pages.get(self.path, missing)(self)

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def answer(self, status: int = 200, body: bytes = b"", **headers: str | int | None) -> None:
        """Send an answer; None leaves a field out that it would have."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.send_response(status)
        for name, value in ({"Content-Length": len(body)} | named).items():
            if value is not None:
                self.send_header(name, str(value))
        if "Content-Length" in named and named["Content-Length"] is None:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


Page = Callable[[Handler], None]


class Images(ThreadingHTTPServer):
    """The server: what it says at each path, and what it was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, Page] = {}
        self.requests: list[Request] = []
        self.most = 0
        """The highest number of requests under way at the same time."""
        self.over = threading.Event()
        """Set when the test is over: who waits, waits no longer."""
        self._lock = threading.Lock()
        self._now = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def asked(self, path: str) -> list[str]:
        """Return the methods of the requests for a path."""
        return [request.method for request in self.requests if request.path == path]

    @contextlib.contextmanager
    def counted(self) -> Iterator[None]:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            yield
        finally:
            with self._lock:
                self._now -= 1

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go away are what is tested."""


@contextlib.contextmanager
def serving() -> Iterator[Images]:
    """Run a server for a while."""
    server = Images()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def image(body: bytes = PNG, media_type: str | None = "image/png", **headers: str | int | None) -> Page:
    """A server as it should be, that knows ranges and validators."""

    def page(handler: Handler) -> None:
        tag = handler.headers.get("If-None-Match")
        if tag and tag == headers.get("ETag"):
            handler.answer(304, Content_Length=None, ETag=tag)
        elif handler.headers.get("Range") == "bytes=0-4095":
            part = {"Content_Range": f"bytes 0-4095/{len(body)}", "Content_Type": media_type}
            handler.answer(206, body[:4096], **part, **headers)
        else:
            handler.answer(200, body, Content_Type=media_type, **headers)

    return page


def plain(status: int = 200, body: bytes = b"", **headers: str | int | None) -> Page:
    """The same answer to everything."""
    return lambda handler: handler.answer(status, body, **headers)


def only_get(page: Page, status: int = 405, **headers: str | int | None) -> Page:
    """A server that does not like HEAD."""

    def answer(handler: Handler) -> None:
        if handler.command == "HEAD":
            handler.answer(status, **headers)
        else:
            page(handler)

    return answer


def redirect(target: str, status: int = 302) -> Page:
    """The way to somewhere else."""
    return plain(status, Location=target)


def silent(handler: Handler) -> None:
    """Never say anything."""
    handler.server.over.wait(30)
    handler.close_connection = True


def dripping(handler: Handler) -> None:
    """Send the fields a byte at a time, for ever: no single read takes long."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not handler.server.over.wait(0.02):
        handler.wfile.write(b"a")


def endless(handler: Handler) -> None:
    """Send an image that does not end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "image/png")
    handler.end_headers()
    handler.close_connection = True
    if handler.command == "GET":
        handler.wfile.write(PNG)
        while not handler.server.over.is_set():
            handler.wfile.write(b"." * 65_536)


def chunked(body: bytes, media_type: str | None = "image/png") -> Page:
    """An answer that does not say how long it is, and knows no ranges."""

    def page(handler: Handler) -> None:
        handler.answer(200, body, Content_Type=media_type, Content_Length=None)

    return page


def gzipped(body: bytes, media_type: str = "image/svg+xml") -> Page:
    """An answer that is compressed, whatever the client asks for."""
    coded = gzip.compress(body, mtime=0)

    def page(handler: Handler) -> None:
        coding = {"Content_Encoding": "gzip", "Content_Type": media_type}
        if "Range" in handler.headers:
            part = coded[:10]
            handler.answer(206, part, Content_Range=f"bytes 0-9/{len(coded)}", **coding)
        else:
            handler.answer(200, coded, **coding)

    return page


def broken_off(handler: Handler) -> None:
    """Promise more than is sent."""
    handler.answer(
        200, PNG[:100], Content_Type="image/png", Content_Length=3_000 if handler.command == "GET" else 0
    )
    handler.close_connection = True


def no_http(handler: Handler) -> None:
    """Speak another language."""
    handler.wfile.write(b"220 mail.example ESMTP\r\n")
    handler.close_connection = True


def hung_up(handler: Handler) -> None:
    """End the connection without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


missing = plain(404, b"<p>Not found</p>", Content_Type="text/html")
