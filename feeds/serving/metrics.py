"""What Prometheus is told: who asked for what, what it cost, and how the articles are."""

from __future__ import annotations

import bisect
import itertools
import logging
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder

from feeds.config import Config
from feeds.errors import FeedsError
from feeds.index.index import Index
from feeds.index.opening import beside, file_of, reading
from feeds.model.paths import ALL, METRICS
from feeds.publication.addresses import feed_of

from .counters import Counters

FOLDER = "metrics"
"""What the folder of the counters beside the index has after the index's name."""
OTHER = "other"
"""The label of what belongs to no feed: other documents, redirects, errors, addresses without a document."""

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds of the time that making a document takes, in seconds."""
_REQUESTS, _BYTES, _MADE, _MADE_US = "requests", "bytes", "made", "made_us"


class Figures(NamedTuple):
    """How the index is."""

    bytes: int
    articles: int
    rejections: int
    newest: int
    """When the newest article that is published was published, in seconds since 1970; 0 if there is none."""


class Metrics:
    """Counts answers and made documents, over all processes that serve one index.

    Raises feeds.FeedsError where it cannot count.
    """

    def __init__(self, config: Config) -> None:
        self._url, self._root = config.index.url, config.root
        self._counters = Counters(beside(file_of(self._url, self._root), FOLDER))
        self._counters.add()
        self._names: dict[tuple[str, str], tuple[str, str]] = {}

    def count(self, path: str, paths: Collection[str], status: str, size: int) -> None:
        """Count an answer: its path as WSGI spells it, all documents' paths, its status line, its bytes."""
        names = self._names.get((path, status))
        if names is None:
            feed = feed_of(path.encode("latin-1", "replace").decode(errors="replace"), paths)
            names = (f"{_REQUESTS} {status[:3]} {feed or OTHER}", f"{_BYTES} {feed or OTHER}")
            # Feeds are as many as there are; what else may be asked for has no end.
            if feed:
                self._names[path, status] = names
        self._counters.add((names[0], 1), (names[1], size))

    def made(self, seconds: float) -> None:
        """Count a document that was made."""
        bucket = bisect.bisect_left(_BUCKETS, seconds)
        self._counters.add((f"{_MADE} {bucket}", 1), (_MADE_US, round(seconds * 1e6)))

    def exposition(self, accepted: str, now: int) -> tuple[bytes, str]:
        """Return everything at an instant, in the text format that an Accept field asks for, and its type."""
        encode, media_type = choose_encoder(accepted)
        return encode(_Collected(self._families(now))), media_type

    def _families(self, now: int) -> Iterator[Metric]:
        yield from _of_counters(self._counters.totals())
        try:
            yield from _of_figures(reading(self._url, self._root, lambda index: self._figures(index, now)))
        except FeedsError as error:
            logging.getLogger(__name__).warning("%s; %s is without its figures", error, METRICS)

    def _figures(self, index: Index, now: int) -> Figures:
        file = file_of(self._url, self._root)
        files = [file, file.with_name(f"{file.name}-wal")]
        newest = index.members.newest(ALL, ALL, now, 1)
        return Figures(
            sum(one.stat().st_size for one in files if one.exists()),
            index.records.count_articles(),
            index.records.count_problems()["rejection"],
            int(newest[0].published.timestamp()) if newest else 0,
        )


class _Collected:
    """What prometheus_client takes for a registry."""

    def __init__(self, families: Iterator[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        return self._families


def _of_counters(totals: Mapping[str, int]) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "feeds_http_requests",
        "Requests that were answered, by status code and by the feed whose document was asked for.",
        labels=("feed", "code"),
    )
    sent = CounterMetricFamily(
        "feeds_http_response_bytes",
        "Bytes of content that were sent, after content coding, by feed.",
        labels=("feed",),
    )
    buckets = [0] * (len(_BUCKETS) + 1)
    for name, count in sorted(totals.items()):
        kind, *labels = name.split(" ")
        if kind == _REQUESTS:
            requests.add_metric((labels[1], labels[0]), count)
        elif kind == _BYTES:
            sent.add_metric(labels, count)
        elif kind == _MADE:
            buckets[int(labels[0])] = count
    yield requests
    yield sent
    bounds = [*map(str, _BUCKETS), "+Inf"]
    yield HistogramMetricFamily(
        "feeds_render_seconds",
        "Time that making a document took: selection, rendering, compression.",
        buckets=list(zip(bounds, itertools.accumulate(buckets), strict=True)),
        sum_value=totals.get(_MADE_US, 0) / 1e6,
    )


def _of_figures(figures: Figures) -> Iterator[Metric]:
    yield GaugeMetricFamily("feeds_index_size_bytes", "Size of the index on disk.", figures.bytes)
    yield GaugeMetricFamily("feeds_articles", "Records that are articles.", figures.articles)
    yield GaugeMetricFamily("feeds_rejected_records", "Records that were rejected.", figures.rejections)
    if figures.newest:
        yield GaugeMetricFamily(
            "feeds_newest_article_timestamp_seconds",
            "Publication date of the newest published article, in seconds since 1970.",
            figures.newest,
        )
