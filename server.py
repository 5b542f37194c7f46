"""The Flask server: hands out a publication's documents over HTTP. What they say is made elsewhere.

Run it with `feeds serve`, with `flask --app server run`, or with any WSGI server: the application is
`server:create_app()`.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import time
from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import quote

import msgspec
from flask import Flask, Response, jsonify, redirect, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import (
    BadRequest,
    Gone,
    HTTPException,
    NotAcceptable,
    NotFound,
    PreconditionFailed,
    ServiceUnavailable,
    TooManyRequests,
)
from werkzeug.wrappers import Response as BaseResponse

from feeds import application
from feeds.config import Config, Server, Source
from feeds.errors import FeedsError
from feeds.http.answers import METHODS, NOT_ACCEPTABLE, PRECONDITION_FAILED, Environ
from feeds.model.paths import HEALTH, HOME, METRICS
from feeds.publication import addresses, redirected
from feeds.questions.question import QuestionRefused, TopicRetired
from feeds.serving.accesslog import AccessLog
from feeds.serving.limits import Limiter
from feeds.serving.live import Health, open_documents
from feeds.serving.middleware import (
    GIVEN,
    SECONDS_TO_WAIT,
    WSGI,
    Followed,
    Front,
    Limited,
    Observed,
    Observer,
    answer,
    path_of,
)
from feeds.serving.prepared import PreparedDocuments

CONFIG_VARIABLE = "FEEDS_CONFIG"
"""The environment variable that names the configuration file where `create_app` is given none."""

_SHORT_MAX_AGE = 60
"""Seconds for which caches may keep redirects and errors."""
_CACHED_ERRORS = (404, 410)
"""Errors that say something about the address; the others are about one request, or will pass."""
_QUERY_SIGNS = "!$&'()*+,;=:@/?%-._~"
"""What RFC 3986 section 3.4 lets stand in a query, besides letters and digits."""
_THREADS = 2
"""With one, everybody waits for a document that is made; more than two only take turns."""
_CONNECTIONS = 512
"""So many connections a worker keeps; further ones wait. Most are idle, kept open for a next request."""


def create_app(
    config_path: str | os.PathLike[str] | Config | Source | None = None,
    clock: Callable[[], int] | None = None,
    *,
    live: bool | None = None,
) -> Flask:
    """Make the WSGI application for a configuration file; without one, $FEEDS_CONFIG or config.toml.

    ``clock`` returns the instant to select for, in seconds since 1970; the present, if it is not given.
    ``live`` goes before [server] live: whether changes are followed. They are from the first request on, by a
    thread that ``app.extensions["feeds"]`` starts and stops.

    Raises feeds.ConfigError where the configuration cannot be used, feeds.FeedsError where the records or
    the index cannot be reached.
    """
    if not isinstance(config_path, Config | Source):
        config_path = Source(Path(config_path or os.environ.get(CONFIG_VARIABLE, "config.toml")))
    documents, follower = open_documents(config_path, clock, is_live=live)
    config = documents.config
    clock = clock or (lambda: int(time.time()))
    app = Flask(__name__, static_folder=None)
    # What slashes too many mean is for `feeds.addresses` to say; Flask would redirect to another host.
    app.url_map.merge_slashes = False

    @app.before_request
    def check() -> None:
        # "GET nopath" is no request for this server, and Flask would redirect it to whatever Host says.
        if not request.environ["PATH_INFO"].startswith("/") and request.method != "OPTIONS":
            raise BadRequest("The request names no path.")
        if seconds := request.environ.get(SECONDS_TO_WAIT):
            raise TooManyRequests("You ask too often; feeds change less.", retry_after=seconds)

    @app.get(HEALTH)
    def health() -> Response:
        health = follower.health if follower else Health("ok")
        facts = {"articles": documents.report.articles, "rejections": documents.report.rejections}
        return jsonify(msgspec.to_builtins(health) | facts)

    @app.route(HOME, defaults={"path": ""}, methods=["GET", "HEAD", "OPTIONS"])
    @app.route("/<path:path>", methods=["GET", "HEAD", "OPTIONS"])
    def document(path: str) -> BaseResponse:  # noqa: ARG001 - Flask tidies it; the environment has it as it came
        if request.method == "OPTIONS":
            return _options()
        asked = request.environ
        given = asked[GIVEN] if GIVEN in asked else answer(documents, path_of(asked), asked)
        if given is None:
            return _elsewhere(documents, path_of(request.environ))
        if given is NOT_ACCEPTABLE:
            raise NotAcceptable("No content coding that this server has is acceptable.")
        if given is PRECONDITION_FAILED:
            raise PreconditionFailed("The document is another one than the request asks for.")
        response = Response(given.body, given.status)
        response.headers = Headers(given.headers)
        response.automatically_set_content_length = False
        return response

    @app.errorhandler(HTTPException)
    def error(problem: HTTPException) -> BaseResponse:
        return _error(problem)

    @app.errorhandler(QuestionRefused)
    def refuse(problem: QuestionRefused) -> BaseResponse:
        return _error(BadRequest(str(problem)))

    @app.errorhandler(TopicRetired)
    def retire(problem: TopicRetired) -> BaseResponse:
        return _error(Gone(str(problem)))

    @app.errorhandler(FeedsError)
    def failure(problem: FeedsError) -> BaseResponse:
        app.logger.warning("%s", problem)
        return _error(ServiceUnavailable("The feeds cannot be read just now.", retry_after=5))

    observers: list[Observer] = []
    if config.server.metrics:
        observers.append(_add_metrics(app, config, documents, clock))
    if config.server.access_log != "off":
        observers.append(AccessLog(config.server.access_log, config.server.proxies))
    plain: WSGI = Observed(app.wsgi_app, observers) if observers else app.wsgi_app
    outer = Front(plain, documents, observers) if config.server.front else plain
    if config.server.polls_per_minute:
        outer = Limited(outer, plain, Limiter(config.server.polls_per_minute), config.server.proxies)
    if follower:
        app.extensions["feeds"] = follower
        outer = Followed(outer, follower.start)
    app.wsgi_app = outer  # type: ignore[assignment,method-assign]
    return app


def _add_metrics(
    app: Flask, config: Config, documents: PreparedDocuments, clock: Callable[[], int]
) -> Observer:
    """Give the application its /metrics; return who has to be told of every answer."""
    from feeds.serving.metrics import Metrics

    metrics = Metrics(config)
    documents.tell_made = metrics.made

    @app.get(METRICS)
    def expose() -> Response:
        content, media_type = metrics.exposition(request.headers.get("Accept", ""), clock())
        response = Response(content, content_type=media_type)
        response.vary.add("Accept")
        response.cache_control.no_store = True
        return response

    def count(environ: Environ, status: str, size: int, _: float) -> None:
        metrics.count(environ["PATH_INFO"], documents.paths, status, size)

    return count


def _options() -> BaseResponse:
    """Answer an OPTIONS request, which may be a browser's question whether it may ask (CORS preflight)."""
    response = Response(status=204)
    response.headers["Allow"] = METHODS
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = METHODS
    response.headers["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _elsewhere(documents: PreparedDocuments, path: str) -> BaseResponse:
    """Answer for a path without a document: another path, a retired topic, or nothing."""
    target = redirected.target(path, documents.paths, documents.redirects, documents.config.redirects)
    if target is not None:
        return _redirect(target, 301)
    offers = addresses.offers(path, documents.paths)
    if offers:
        response = _redirect(offers[-1].path, 303)
        response.vary.add("Accept")
        return response
    if addresses.is_gone(path, documents.retired):
        raise Gone("This topic has been retired, and its feeds with it.")
    target = addresses.moved(path, documents.paths, documents.redirects)
    if target is None:
        raise NotFound("There is nothing at this address. All topics are on the first page.")
    return _redirect(target, 301)


def _redirect(path: str, status: int) -> BaseResponse:
    if path.startswith("/"):
        # Relative, because a proxy may have taken a prefix off the path.
        depth = request.environ["PATH_INFO"].count("/") - 1
        path = "../" * depth + quote(path.lstrip("/")) or "./"
    location = path
    query = quote(request.environ.get("QUERY_STRING", ""), safe=_QUERY_SIGNS)
    response = redirect(f"{location}?{query}" if query else location, status)
    response.autocorrect_location_header = False
    response.cache_control.public = True
    response.cache_control.max_age = _SHORT_MAX_AGE
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
    if problem.code == 405:
        # Every address has the same methods; Flask names them in an order that differs between processes.
        response.headers["Allow"] = METHODS
    response.vary.add("Accept")
    if problem.code in _CACHED_ERRORS:
        response.cache_control.public = True
        response.cache_control.max_age = _SHORT_MAX_AGE
    else:
        response.cache_control.no_store = True
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def run(source: Source, address: Server, now: int | None = None) -> None:
    """Serve at an address on granian until a signal stops it; ``now`` stops the clock at an instant.

    SIGTERM and SIGINT let requests finish that have come, for [server] stop_seconds at most. SIGHUP starts a
    new worker beside the old one, which it then stops in the same way.

    `feeds.serving.listening` says before whether the address can be had.
    """
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LOGGING_CONFIG, LogLevels

    handlers = {
        name: handler | {"stream": "ext://sys.stderr"} for name, handler in LOGGING_CONFIG["handlers"].items()
    }
    server = Granian(
        # A name for messages only: the worker is made by what `target_loader` returns.
        "server:create_app",
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=address.workers,
        # The others go on meanwhile, and one of them takes the lead.
        respawn_failed_workers=True,
        # Browsers and proxies speak HTTP/2 over TLS only, which a proxy ends.
        http=HTTPModes.http1,
        log_level=LogLevels.warning,
        log_dictconfig={"handlers": handlers},
        blocking_threads=_THREADS,
        backpressure=_CONNECTIONS,
        workers_kill_timeout=address.stop_seconds,
    )
    server.serve(target_loader=functools.partial(application.worker, source, now), wrap_loader=False)


def worker(source: Source, now: int | None) -> Flask:
    """Make the application in a worker of `run`, where it follows changes from the start."""
    # A worker inherits its parent's handlers, which would swallow a signal that comes before it listens.
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_DFL)
    # A terminal's Ctrl-C is for the parent, which tells its workers: one that hears of it twice hangs.
    if hasattr(os, "setpgrp"):
        os.setpgrp()
    app = create_app(source, None if now is None else functools.partial(int, now))
    if follower := app.extensions.get("feeds"):
        # This is the process that serves.
        follower.start()
    return app
