"""A WebSub hub and a subscriber on real sockets: flask-websub's, with threads in place of Celery."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from flask import Flask
from flask_websub.hub import Hub, SQLite3HubStorage
from flask_websub.subscriber import (
    SQLite3SubscriberStorage,
    SQLite3TempSubscriberStorage,
    Subscriber,
    discover,
)
from werkzeug.serving import make_server


class Tasks:
    """As much of Celery as the hub uses: tasks that run by themselves, in threads."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(4)
        self.failures: list[BaseException] = []

    def task(self, bind: bool = False, **_: Any) -> Callable[..., Any]:
        """Make a task of a function; the retrying of bound ones is nobody's business here."""

        def decorate(function: Callable[..., Any]) -> Any:
            def call(*arguments: Any) -> None:
                try:
                    # A bound one gets its hub, then itself.
                    function(None, *arguments) if bind else function(*arguments)
                except Exception as error:
                    self.failures.append(error)

            call.delay = lambda *arguments: self._pool.submit(call, *arguments)  # type: ignore[attr-defined]
            return call

        return decorate

    def close(self) -> None:
        self._pool.shutdown()


@contextlib.contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve a WSGI application for a while; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def hub(folder: Path) -> Iterator[str]:
    """Run a hub; yield its URL."""
    tasks = Tasks()
    app = Flask(__name__)
    app.config["PUBLISH_SUPPORTED"] = True
    made = Hub(SQLite3HubStorage(str(folder / "hub.db")), tasks, REQUEST_TIMEOUT=30)
    app.register_blueprint(made.build_blueprint(url_prefix="/hub"))
    with served(app) as address:
        try:
            yield f"{address}/hub"
        finally:
            tasks.close()
    assert tasks.failures == []


class Reader(NamedTuple):
    """A subscriber, and what hubs sent it: topic and body."""

    subscribe: Callable[[str], None]
    received: queue.Queue[tuple[str, bytes]]


@contextlib.contextmanager
def reader(folder: Path) -> Iterator[Reader]:
    """Run a subscriber."""
    subscriber = Subscriber(
        SQLite3SubscriberStorage(str(folder / "reader.db")),
        SQLite3TempSubscriberStorage(str(folder / "reader.db")),
        REQUEST_TIMEOUT=30,
    )
    received: queue.Queue[tuple[str, bytes]] = queue.Queue()
    confirmed: queue.Queue[str] = queue.Queue()
    subscriber.add_listener(lambda topic, _callback, body: received.put((topic, body)))
    subscriber.add_success_handler(lambda topic, _callback, _mode: confirmed.put(topic))
    app = Flask(__name__)
    app.register_blueprint(subscriber.build_blueprint(url_prefix="/callbacks"))
    with served(app) as address:

        def subscribe(feed: str) -> None:
            """Find the feed's hub, ask it for news of the feed, and wait until it agrees."""
            with app.test_request_context(base_url=address):
                subscriber.subscribe(**discover(feed, timeout=30))
            assert confirmed.get(timeout=60) == feed

        yield Reader(subscribe, received)


class Listener:
    """A hub that only listens: what it was told, and what it answers."""

    def __init__(self) -> None:
        self.told: list[dict[str, str]] = []
        self.answers: list[tuple[str, list[tuple[str, str]], bytes]] = []
        """What it answers to the next requests; then 202."""
        self.on_request: Callable[[], None] = lambda: None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        assert environ["REQUEST_METHOD"] == "POST"
        assert environ["CONTENT_TYPE"] == "application/x-www-form-urlencoded"
        self.told.append({name: value for name, (value,) in parse_qs(body).items()})
        self.on_request()
        status, headers, said = self.answers.pop(0) if self.answers else ("202 Accepted", [], b"")
        start_response(status, [("Content-Length", str(len(said))), *headers])
        return [said]

    def topics(self) -> list[str]:
        return sorted(form["hub.url"] for form in self.told)
