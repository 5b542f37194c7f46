"""What a program does with this package: build, check, look into a publication, serve it.

Each function takes a configuration, or the path of its file, and an instant to select for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from . import application
from .config import Config, load
from .errors import FeedsError
from .index.opening import opened
from .pipeline import build as pipeline
from .pipeline.build import Built
from .pipeline.check import Checked
from .pipeline.check import check as run_check
from .publication.publication import Publication

if TYPE_CHECKING:
    from flask import Flask

Configuration: TypeAlias = Config | str | os.PathLike[str]
"""A configuration, or the path of a file that holds one."""
Instant: TypeAlias = datetime | int | str | None
"""An aware datetime, seconds since 1970 (UTC), or a date as records have it; None is SOURCE_DATE_EPOCH, or
else the present."""


def build(config: Configuration, *, now: Instant = None, out: str = "", strict: bool = False) -> Built:
    """Read what changed of the records, and bring the static site up to date.

    ``out`` goes before [export] path. What is wrong with records is in the answer's ``problems``.

    Raises FeedsError where records, index or export cannot be reached, and, if ``strict``, where anything was
    rejected: nothing is exported then.
    """
    loaded = _loaded(config)
    if out:
        export = msgspec.structs.replace(loaded.export, path=str(Path(out).absolute()))
        loaded = msgspec.structs.replace(loaded, export=export)
    return pipeline.build(loaded, _seconds(now), is_strict=strict)


def check(config: Configuration, *, now: Instant = None) -> Checked:
    """Read what changed of the records, make every document, and say what is wrong. Exports nothing.

    Raises FeedsError where records or index cannot be reached.
    """
    return pipeline.synced(_loaded(config), _seconds(now), run_check)


@contextmanager
def open_publication(config: Configuration, *, now: Instant = None) -> Iterator[Publication]:
    """Read what changed of the records, and give the publication of that instant, to be used within ``with``.

    It has the ``paths`` of all documents, ``document(path)``, ``documents(paths)``, and ``feed(key)``, where
    a key is "all", "topics/SLUG" or "feeds/NAME". What others write meanwhile does not change it.

    Raises FeedsError where records or index cannot be reached.
    """
    loaded, instant = _loaded(config), _seconds(now)
    pipeline.synced(loaded, instant, lambda _: None)
    topics, _ = pipeline.described_topics(loaded)
    with opened(loaded.index.url, loaded.root) as index:
        yield Publication(index, loaded, topics, instant)


def create_app(config: Configuration, *, now: Instant = None, live: bool | None = None) -> Flask:
    """Make the Flask application that serves a configuration's feeds, for any WSGI server.

    With ``now`` it serves that instant for ever. ``live`` goes before [server] live: whether changes of
    records are followed, by a thread that starts with the first request.

    Raises FeedsError where records or index cannot be reached.
    """
    clock = None if now is None else _fixed(_seconds(now))
    app: Flask = application.module().create_app(config, clock, live=live)
    return app


def _fixed(instant: int) -> application.Clock:
    return lambda: instant


def _loaded(config: Configuration) -> Config:
    return config if isinstance(config, Config) else load(Path(config))


def _seconds(now: Instant) -> int:
    if isinstance(now, datetime):
        if now.tzinfo is None:
            raise FeedsError(f"now: {now} has no time zone")
        return int(now.timestamp())
    return now if isinstance(now, int) else pipeline.clock(now or "")
