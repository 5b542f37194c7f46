"""What `feeds serve` does before the server runs: makes the index ready, and says where it serves."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from urllib.parse import quote

from feeds import application
from feeds.config import Config, Source
from feeds.formats import by_name, feed_formats
from feeds.model.paths import ALL, COMPOSE, HOME, TOPICS, of_feed
from feeds.pipeline import build as pipeline
from feeds.serving import editions, listening
from feeds.serving.editions import Edition
from feeds.serving.live import leadership_of
from feeds.serving.queries import has_compose

from . import printing

_MOST_TOPICS = 8
"""So many topics' addresses are named."""


def serve(source: Source, now: str) -> None:
    """Serve what a configuration describes, until the process is told to stop.

    ``now`` is the instant that is served for, as `feeds.pipeline.build.clock` reads it; "" is the present,
    and goes on. Raises FeedsError where the configuration, the address or the index cannot be used.
    """
    config = source.load()
    instant = pipeline.clock(now)
    listening.check_processes(config.server.workers, is_shared=config.server.share_port)
    listening.check_address(config.server.host, config.server.port, is_shared=config.server.share_port)
    # Whoever collects JSON wants nothing else on the standard output.
    said_on = sys.stderr if config.server.access_log == "json" else sys.stdout
    with contextlib.redirect_stdout(said_on):
        _make_ready(source, config, instant, is_by_clock=not now)
    application.module().run(source, config.server, instant if now else None)


def _make_ready(source: Source, config: Config, instant: int, *, is_by_clock: bool) -> None:
    """Bring the index up to date unless another process does, and say what it holds and where to look."""
    is_live = config.server.live
    terms, problems = editions.terms_of(config)
    leadership = leadership_of(config, source, is_by_clock=is_by_clock)
    with printing.Bar() as progress:
        ready = editions.ready(terms, instant, leadership, progress, is_live=is_live)
    edition = editions.read_edition(terms, instant, is_live=is_live)
    printing.say_note(ready.note)
    printing.say_problems(problems)
    if ready.report:
        printing.say_report(ready.report)
    else:
        found = edition.report
        articles = printing.many(found.articles, "article")
        printing.say(f"{articles}, {found.rejections:,} rejected, as read before")
    printing.say(*_addresses(config, edition))


def _addresses(config: Config, edition: Edition) -> Iterator[str]:
    """Yield lines that say where to look: only at what is there."""
    address = f"http://{config.server.host}:{config.server.port}"
    # What is served is what was published last, which may follow another configuration than the newest.
    published, paths = edition.terms.config, edition.publication.paths
    yield f"\nServing {address}{HOME if HOME in paths else ''} (Ctrl-C stops it)"
    for format_ in feed_formats(by_name(published.feeds.formats)):
        yield f"  {address}{of_feed(ALL, format_.suffix)}"
    topics = [path for path in paths if path.startswith(TOPICS)]
    pages = [path for path in topics if path.endswith("/")]
    for path in (pages or topics)[:_MOST_TOPICS]:
        yield f"  {address}{quote(path)}"
    if has_compose(published):
        yield f"  {address}{COMPOSE} (a feed of your own)"
