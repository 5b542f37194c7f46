"""The Flask server: hands out a publication's documents over HTTP. What they say is made elsewhere.

Run it with `feeds serve`, with `flask --app server run`, or with any WSGI server: the application is
`server:create_app()`.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import json
import os
import posixpath
import socket
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, jsonify, redirect, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import (
    Gone,
    HTTPException,
    NotAcceptable,
    NotFound,
    PreconditionFailed,
    ServiceUnavailable,
)
from werkzeug.wrappers import Response as BaseResponse

from feeds import Config, FeedsError, load_config
from feeds.http import METHODS, NOT_ACCEPTABLE, PRECONDITION_FAILED
from feeds.library import Library

CONFIG_VARIABLE = "FEEDS_CONFIG"
"""The environment variable that names the configuration file where `create_app` is given none."""

_SHORT = {
    "/feed": "/all.rss",
    "/feed.xml": "/all.rss",
    "/rss.xml": "/all.rss",
    "/feed.rss": "/all.rss",
    "/atom.xml": "/all.atom",
    "/feed.atom": "/all.atom",
    "/index.html": "/",
}
_ERROR_MAX_AGE = 60
_THREADS = 4


def create_app(
    config_path: str | os.PathLike[str] | Config | None = None, clock: Callable[[], int] | None = None
) -> Flask:
    """Make the WSGI application for a configuration file; without one, $FEEDS_CONFIG or config.toml.

    ``clock`` returns the instant to select for, in seconds since 1970; the present, if it is not given.

    Raises feeds.ConfigError where the configuration cannot be used, feeds.FeedsError where the records or
    the index cannot be reached.
    """
    if isinstance(config_path, Config):
        config = config_path
    else:
        config = load_config(Path(config_path or os.environ.get(CONFIG_VARIABLE, "config.toml")))
    library = Library(config, clock)
    app = Flask(__name__, static_folder=None)

    @app.get("/healthz")
    def health() -> Response:
        return jsonify(status="ok", articles=library.report.articles, rejections=library.report.rejections)

    @app.route("/", defaults={"path": ""}, methods=["GET", "HEAD", "OPTIONS"])
    @app.route("/<path:path>", methods=["GET", "HEAD", "OPTIONS"])
    def document(path: str) -> BaseResponse:
        if request.method == "OPTIONS":
            return _options()
        answer = library.answer(f"/{path}", request.environ)
        if answer is None:
            return _elsewhere(library, f"/{path}")
        if answer is NOT_ACCEPTABLE:
            raise NotAcceptable("No content coding that this server has is acceptable.")
        if answer is PRECONDITION_FAILED:
            raise PreconditionFailed("The document is another one than the request asks for.")
        response = Response(answer.body, answer.status)
        response.headers = Headers(answer.headers)
        response.automatically_set_content_length = False
        return response

    @app.errorhandler(HTTPException)
    def error(problem: HTTPException) -> BaseResponse:
        return _error(problem)

    @app.errorhandler(FeedsError)
    def failure(problem: FeedsError) -> BaseResponse:
        app.logger.warning("%s", problem)
        return _error(ServiceUnavailable("The feeds cannot be read just now.", retry_after=5))

    if config.server.front:
        app.wsgi_app = Front(app.wsgi_app, library)  # type: ignore[method-assign]
    return app


class Front:
    """Answers for documents before Flask is asked: the same answers, at a fraction of the cost."""

    def __init__(self, app: Any, library: Library) -> None:
        self._app = app
        self._library = library

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            path = environ["PATH_INFO"]
            if not path.isascii():
                # WSGI spells bytes as Latin-1.
                path = path.encode("latin-1").decode(errors="replace")
            answer = None
            # What fails here fails once more in Flask, which can say so.
            with contextlib.suppress(FeedsError):
                answer = self._library.answer(path, environ)
            if answer is not None and answer.headers:
                start_response(answer.status, list(answer.headers))
                return [answer.body] if answer.body else []
        return self._app(environ, start_response)  # type: ignore[no-any-return]


def _options() -> BaseResponse:
    """Answer an OPTIONS request, which may be a browser's question whether it may ask (CORS preflight)."""
    response = Response(status=204)
    response.headers["Allow"] = METHODS
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = METHODS
    response.headers["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _elsewhere(library: Library, path: str) -> BaseResponse:
    """Answer for a path without a document: an old or short name, a retired topic, or nothing."""
    if path in _SHORT:
        return _moved(_SHORT[path])
    if path.endswith("/index.html"):
        path = path.removesuffix("index.html")
        if path in library.paths:
            return _moved(path)
    head, _, rest = path.removeprefix("/topics/").partition("/")
    if path.startswith("/topics/"):
        slug, suffix = _split_suffix(head)
        target = library.redirects.get(slug)
        if target and (moved := f"/topics/{target}{suffix or '/'}") in library.paths:
            return _moved(moved)
        if slug in library.retired:
            raise Gone("This topic has been retired, and its feeds with it.")
        if not suffix and not rest and f"/topics/{slug}/" in library.paths:
            return _moved(f"/topics/{slug}/")
    raise NotFound("There is nothing at this address. All topics are on the first page.")


def _split_suffix(name: str) -> tuple[str, str]:
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot + suffix) if dot else (name, "")


def _moved(path: str) -> BaseResponse:
    # Relative, because a proxy may have taken a prefix off the path.
    here = request.path.rpartition("/")[0] or "/"
    relative = quote(posixpath.relpath(path, here)) + ("/" if path.endswith("/") else "")
    response = redirect(relative, 301)
    response.autocorrect_location_header = False
    response.cache_control.public = True
    response.cache_control.max_age = _ERROR_MAX_AGE
    return response


def _error(problem: HTTPException) -> BaseResponse:
    """Say what is wrong in the form that the client reads: a page, JSON, or plain text."""
    response = Response(status=problem.code)
    wanted = request.accept_mimetypes.best_match(
        ["text/plain", "text/html", "application/json"], "text/plain"
    )
    if wanted == "text/html":
        response.data = (
            f"<!doctype html>\n<html lang=en>\n<title>{problem.code} {problem.name}</title>\n"
            f"<h1>{problem.name}</h1>\n<p>{escape(problem.description or '')}</p>\n"
        )
    elif wanted == "application/json":
        response.data = json.dumps(
            {"status": problem.code, "error": problem.name, "reason": problem.description}
        )
    else:
        response.data = f"{problem.code} {problem.name}\n{problem.description}\n"
    response.content_type = f"{wanted}; charset=utf-8"
    for name, value in problem.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    response.vary.add("Accept")
    response.cache_control.public = True
    response.cache_control.max_age = _ERROR_MAX_AGE
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def run(config: Config, now: int | None = None) -> None:
    """Serve on granian until a signal stops it; ``now`` stops the clock at an instant.

    Raises feeds.FeedsError where the address cannot be had or the records cannot be reached.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    address = config.server
    check_address(address.host, address.port)
    server = Granian(
        "server:create_app",
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        log_level=LogLevels.warning,
        blocking_threads=_THREADS,
        backpressure=4 * _THREADS,
    )
    server.serve(target_loader=functools.partial(_load, config, now), wrap_loader=False)


def _load(config: Config, now: int | None, *_: Any) -> Flask:
    return create_app(config, None if now is None else functools.partial(int, now))


def check_address(host: str, port: int) -> None:
    """Raise feeds.FeedsError, with the reason, where a server could not listen at an address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = (
                "is taken; choose another port with --port" if taken else f"cannot be had: {error.strerror}"
            )
            raise FeedsError(f"{host}:{port} {reason}") from None
