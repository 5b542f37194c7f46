"""`feeds probe`: asks for the images of the articles in feeds, and remembers each one's length and type.

Everything else here works without the network; whatever this learns is kept in the index as it goes, so that
a run that is stopped is gone on with by the next.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, NamedTuple

from feeds.config import Config
from feeds.index.rows import FAILED, GONE, IMAGE, REFUSED, Learnt
from feeds.network.addresses import Allowed
from feeds.network.client import AddressRefused, Client, Failed, Limits, Resolve
from feeds.network.images import FAILURE, FOUND, NOTHING, Images, Seen
from feeds.pipeline.build import Progress, Synced
from feeds.publication.news import tell
from feeds.text import urls
from feeds.version import VERSION

_DAY = 86_400
_PATIENCE = 30
"""Seconds for which a server may ask to be left alone, and is then asked again in the same run."""
_ENOUGH = 3
"""After so many failures of a host in a row, its other images are left for another time."""
_OUTCOMES = {FOUND: IMAGE, NOTHING: GONE, FAILURE: FAILED}
_TOGETHER = 20
_STORE_SECONDS = 2
"""What is learnt is stored so many at a time, or after so long."""


class Trouble(NamedTuple):
    """An image of which no length and type could be learnt, and why."""

    url: str
    outcome: str
    """"gone", "failed" or "refused"."""
    reason: str


class Probed(NamedTuple):
    """What a run did. Numbers are of images, if not said otherwise."""

    images: int
    """In feeds."""
    asked: int
    found: int
    gone: int
    failed: int
    refused: int
    left: int
    """Due, but not asked for: the run was stopped, or their server does not answer."""
    feeds: int
    """How many feeds show something else now."""
    troubles: list[Trouble]
    is_stopped: bool
    """Whether the user stopped it."""

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs."""
        return self._asdict() | {"troubles": [trouble._asdict() for trouble in self.troubles]}


def probe(
    made: Synced,
    config: Config,
    now: int,
    progress: Progress | None = None,
    resolve: Resolve | None = None,
    *,
    everything: bool = False,
) -> Probed:
    """Ask for those images in feeds that are due; with ``everything``, for all of them.

    ``now`` is seconds since 1970. ``resolve`` returns the addresses of a host's name, instead of the system.
    """
    in_feeds = list(dict.fromkeys(url for _, images in made.publication.images() for url in images))
    known = made.index.images.learnt(in_feeds)
    measures = config.wants_sizes
    due = [url for url in in_feeds if everything or _is_due(known.get(url), now, measures=measures)]
    made.publication.save()
    # While nothing is stored, others may write to the index.
    made.index.commit()
    results: dict[str, tuple[Learnt, str]] = {}
    unstored: dict[str, Learnt] = {}
    stored = time.monotonic()

    def store() -> None:
        nonlocal stored
        for url, learnt in unstored.items():
            made.index.images.learn(url, learnt)
        made.index.commit()
        unstored.clear()
        stored = time.monotonic()

    def learn(url: str, learnt: Learnt, outcome: str) -> None:
        results[url] = learnt, outcome
        unstored[url] = learnt
        # Not each by itself: whatever is stored, every process that serves looks whether it matters.
        if len(unstored) == _TOGETHER or time.monotonic() > stored + _STORE_SECONDS:
            store()
        if progress:
            progress("Asking for images", len(results), len(due))

    settings = config.probe

    async def run() -> None:
        limits = Limits(settings.workers, settings.per_host, settings.pause, settings.timeout)
        agent = f"article-feeds/{VERSION} (+{config.site.base_url}/)"
        async with Client(limits, agent, Allowed(settings.allow_hosts), resolve) as client:
            images = Images(client, settings.max_bytes, measures=measures)
            recheck = settings.recheck_days * _DAY
            sure = frozenset(url for url, one in known.items() if one.is_measured or not measures)
            await _Round(images, recheck, now, known, learn, sure).run(due, settings.per_host)

    try:
        is_stopped = _run(run())
    finally:
        store()
    outcomes = Counter(outcome for _, outcome in results.values())
    return Probed(
        images=len(in_feeds),
        asked=len(results),
        found=outcomes[IMAGE],
        gone=outcomes[GONE],
        failed=outcomes[FAILED],
        refused=outcomes[REFUSED],
        left=len(due) - len(results),
        feeds=tell(made.index, made.publication.subjects, now),
        troubles=[
            Trouble(url, results[url][1], results[url][0].reason)
            for url in due
            if url in results and results[url][1] != IMAGE
        ],
        is_stopped=is_stopped,
    )


def _is_due(known: Learnt | None, now: int, *, measures: bool) -> bool:
    if known is None or known.due <= now:
        return True
    return measures and known.outcome == IMAGE and not known.is_measured


def _run(main: Coroutine[Any, Any, None]) -> bool:
    """Run to the end, or until the user stops it (True)."""
    try:
        asyncio.run(main)
    except KeyboardInterrupt:
        return True
    except ExceptionGroup as group:
        raise group.exceptions[0] from group
    return False


class _Host:
    """A server's images that are waiting, and how it behaves."""

    def __init__(self) -> None:
        self.waiting: deque[str] = deque()
        self.failures = 0
        """In a row."""
        self.left_alone = 0
        """Seconds for which it wants to be left alone, where that is too long to wait for."""


class _Round:
    """Asks for images, host by host."""

    def __init__(
        self,
        images: Images,
        recheck: int,
        now: int,
        known: Mapping[str, Learnt],
        learn: Callable[[str, Learnt, str], None],
        sure: frozenset[str],
    ) -> None:
        self._images = images
        self._recheck = recheck
        self._now = now
        self._known = known
        self._learn = learn
        self._sure = sure
        """Images of which nothing more is to be learnt, if they are unchanged."""

    async def run(self, due: list[str], per_host: int) -> None:
        hosts: dict[str, _Host] = {}
        # Those that failed before come last, lest they keep the others from ever being asked for.
        for url in sorted(due, key=lambda url: url in self._known and self._known[url].outcome != IMAGE):
            hosts.setdefault(urls.host(url), _Host()).waiting.append(url)
        async with asyncio.TaskGroup() as group:
            for host in hosts.values():
                for _ in range(min(per_host, len(host.waiting))):
                    group.create_task(self._work_off(host))

    async def _work_off(self, host: _Host) -> None:
        while host.waiting and host.failures < _ENOUGH:
            url = host.waiting.popleft()
            if host.left_alone:
                self._fail(url, "its server asked to be left alone", host.left_alone)
                continue
            try:
                seen = await self._images.look(url, self._conditions(url))
                if seen.again_after and seen.again_after <= _PATIENCE:
                    await asyncio.sleep(seen.again_after)
                    seen = await self._images.look(url, self._conditions(url))
            except AddressRefused as error:
                self._fail(url, str(error), 0, REFUSED)
            except Failed as error:
                host.failures += 1
                self._fail(url, str(error), 0)
            else:
                host.failures = host.failures + 1 if seen.finding == FAILURE else 0
                host.left_alone = max(host.left_alone, seen.again_after)
                self._note(url, seen)

    def _conditions(self, url: str) -> dict[str, str]:
        """Return the request's fields that spare an answer where nothing has changed."""
        known = self._known.get(url)
        if url not in self._sure or known is None or known.outcome != IMAGE:
            return {}
        fields = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
        return {name: value for name, value in fields.items() if value}

    def _note(self, url: str, seen: Seen) -> None:
        if seen.finding == FAILURE:
            self._fail(url, seen.reason, seen.again_after)
            return
        learnt = Learnt(
            _OUTCOMES[seen.finding],
            seen.media_type,
            seen.length,
            seen.etag,
            seen.modified,
            self._now + self._recheck,
            seen.reason,
            seen.width,
            seen.height,
            seen.is_measured,
        )
        if seen.is_unchanged:
            learnt = self._known[url]._replace(outcome=IMAGE, due=learnt.due, reason="")
        self._learn(url, learnt, learnt.outcome)

    def _fail(self, url: str, reason: str, again_after: int, outcome: str = FAILED) -> None:
        """Note that nothing was learnt, and keep what was known before."""
        before = self._known.get(url, Learnt(outcome))
        if before.outcome in (FAILED, REFUSED):
            before = before._replace(outcome=outcome)
        due = self._now + min(again_after, self._recheck)
        self._learn(url, before._replace(due=due, reason=reason), outcome)
