"""The Flask server: hands out a publication's documents over HTTP. What they say is made elsewhere.

Run it with `feeds serve`, with `flask --app server run`, or with any WSGI server: the application is
`server:create_app()`.
"""

from __future__ import annotations

import errno
import functools
import os
import posixpath
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, jsonify, redirect, request
from werkzeug.exceptions import Gone, HTTPException, NotFound
from werkzeug.wrappers import Response as BaseResponse

from feeds import Config, FeedsError, load_config
from feeds.formats import FORMATS
from feeds.library import Kept, Library

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
_OPEN_TYPES = frozenset(format_.media_type for format_ in FORMATS) | {"application/json"}
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

    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    def document(path: str) -> BaseResponse:
        kept = library.document(f"/{path}")
        if kept is None:
            return _elsewhere(library, f"/{path}")
        return _answer(kept, config.server.max_age)

    @app.errorhandler(HTTPException)
    def error(problem: HTTPException) -> BaseResponse:
        return _error_page(problem)

    return app


def _answer(kept: Kept, max_age: int) -> BaseResponse:
    document = kept.document
    zipped = bool(request.accept_encodings["gzip"]) and len(kept.gzipped) < len(document.body)
    response = Response(kept.gzipped if zipped else document.body)
    response.content_type = f"{document.media_type}; charset=utf-8"
    if zipped:
        response.content_encoding = "gzip"
    # RFC 9110 section 8.8.3: two representations of one resource have different strong tags.
    response.set_etag(document.etag.strip('"') + ("-gzip" if zipped else ""))
    response.last_modified = datetime.fromtimestamp(document.updated, UTC)
    response.cache_control.public = True
    response.cache_control.max_age = max_age
    response.vary.add("Accept-Encoding")
    response.headers["X-Content-Type-Options"] = "nosniff"
    if document.media_type in _OPEN_TYPES:
        response.access_control_allow_origin = "*"
    return response.make_conditional(request)


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


def _error_page(problem: HTTPException) -> BaseResponse:
    response = problem.get_response()
    response.cache_control.public = True
    response.cache_control.max_age = _ERROR_MAX_AGE
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
