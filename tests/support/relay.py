"""A relay in front of a server: it writes down what readers ask and what they are told."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import urlsplit

# Those that concern one connection, and not the message (RFC 9110 section 7.6.1).
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "te"}


class Exchange(NamedTuple):
    """A request and what came of it."""

    path: str
    headers: dict[str, str]
    """The request's, names in lower case."""
    status: int
    size: int
    """Bytes of the answer's content, as they were sent."""


class Relay:
    """Hands requests on to the server at ``upstream``, which may be exchanged while the relay goes on."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.upstream = ""
        self._exchanges: list[Exchange] = []

    def note(self, exchange: Exchange) -> None:
        """Write an exchange down."""
        self._exchanges.append(exchange)

    def taken(self) -> list[Exchange]:
        """Return what was written down since the last time."""
        taken, self._exchanges = self._exchanges, []
        return taken


@contextmanager
def relaying() -> Iterator[Relay]:
    """Run a relay on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            upstream = urlsplit(relay.upstream)
            with closing(http.client.HTTPConnection(upstream.netloc, timeout=30)) as connection:
                connection.putrequest("GET", self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    if name.lower() not in _HOP_BY_HOP:
                        connection.putheader(name, value)
                connection.endheaders()
                answer = connection.getresponse()
                body = answer.read()
            asked = {name.lower(): value for name, value in self.headers.items()}
            relay.note(Exchange(self.path, asked, answer.status, len(body)))
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        relay = Relay(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield relay
        finally:
            server.shutdown()
            thread.join()
