"""WSGI layers around the Flask application: they answer, observe and limit before it is asked."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import quote

from feeds.errors import FeedsError
from feeds.http.answers import Answer, Environ, negotiated
from feeds.http.negotiation import preferred_type
from feeds.model.paths import HEALTH, METRICS
from feeds.publication import addresses

from .accesslog import client
from .limits import Limiter
from .prepared import PreparedDocuments

SECONDS_TO_WAIT = "feeds.seconds_to_wait"
"""The key of a request's environment that says how long its client has to wait."""
_UNLIMITED = (HEALTH, METRICS)
"""Addresses that monitoring asks for, as often as it likes."""

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
"""An application (PEP 3333)."""
Observer = Callable[[Environ, str, int, float], None]
"""Told of every answer: the request, the status line, the bytes of content, the seconds it took."""


GIVEN = "feeds.given"
"""The answer that was found before Flask is asked, or None, so that it need not be looked for again."""


class Front:
    """Answers for documents before Flask is asked: the same answers, at a fraction of the cost."""

    def __init__(self, app: WSGI, documents: PreparedDocuments, observers: Sequence[Observer]) -> None:
        self._app = app
        self._documents = documents
        self._observers = observers

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            begun = time.perf_counter()
            given = None
            # What fails here fails once more in Flask, which can say so.
            with contextlib.suppress(FeedsError):
                given = environ[GIVEN] = answer(self._documents, path_of(environ), environ)
            if given is not None and given.headers:
                start_response(given.status, list(given.headers))
                for observer in self._observers:
                    observer(environ, given.status, len(given.body), time.perf_counter() - begun)
                return [given.body] if given.body else []
        return self._app(environ, start_response)


class Observed:
    """Tells observers of the answers that Flask gives."""

    def __init__(self, app: WSGI, observers: Sequence[Observer]) -> None:
        self._app = app
        self._observers = observers

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        begun = time.perf_counter()
        said = []

        def start(status: str, headers: list[tuple[str, str]], *problem: Any) -> Any:
            said.append(status)
            return start_response(status, headers, *problem)

        # Every answer of this server is whole and small, so that its bytes can be counted before it is sent.
        content = self._app(environ, start)
        try:
            parts = content if isinstance(content, list) else list(content)
        finally:
            if hasattr(content, "close"):
                content.close()
        seconds = time.perf_counter() - begun
        for observer in self._observers:
            observer(environ, said[-1], sum(map(len, parts)), seconds)
        return parts


class Limited:
    """Keeps clients that ask too often from the application; ``refusing`` tells them so."""

    def __init__(self, app: WSGI, refusing: WSGI, limiter: Limiter, proxies: int) -> None:
        self._app = app
        self._refusing = refusing
        self._limiter = limiter
        self._proxies = proxies

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        if environ["PATH_INFO"] not in _UNLIMITED:
            seconds = self._limiter.seconds_to_wait(client(environ, self._proxies), time.monotonic())
            if seconds:
                return self._refusing(environ | {SECONDS_TO_WAIT: seconds}, start_response)
        return self._app(environ, start_response)


class Followed:
    """Begins to follow changes, by ``start``, at the first request that a process gets.

    Servers may fork after they have made the application, and a thread would stay behind.
    """

    def __init__(self, app: WSGI, start: Callable[[], object]) -> None:
        self._app = app
        self._start = start
        self._pid = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._start()
        return self._app(environ, start_response)


def path_of(environ: Environ) -> str:
    """Return the path that a request asks for, as text."""
    path: str = environ["PATH_INFO"]
    # WSGI spells bytes as Latin-1.
    return path if path.isascii() else path.encode("latin-1").decode(errors="replace")


def answer(documents: PreparedDocuments, path: str, environ: Environ) -> Answer | None:
    """Answer with a document or to a question; None where there is none, or a page with its own address."""
    given = documents.answer(path, environ)
    if given is None:
        given = documents.query_feeds.answer(path, environ)
    if given is not None:
        return given
    offers = addresses.offers(path, documents.paths)
    if not offers:
        return None
    media_type = preferred_type(environ.get("HTTP_ACCEPT", ""), tuple(offer.media_type for offer in offers))
    chosen = next(offer.path for offer in offers if offer.media_type == media_type)
    if chosen.endswith("/"):
        return None
    given = documents.answer(chosen, environ)
    # Relative, because a proxy may have taken a prefix off the path.
    return (
        negotiated(given, quote(chosen.rpartition("/")[2])) if given is not None and given.headers else given
    )
