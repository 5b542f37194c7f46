"""WebSub (https://www.w3.org/TR/websub/): tells hubs which feeds changed, so that they tell subscribers.

What is to be told waits in the index until a hub has taken it. No lock is held while hubs are talked to.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import quote

from feeds.config import Config
from feeds.errors import FeedsError
from feeds.index.opening import with_index
from feeds.index.rows import Waiting
from feeds.network.addresses import Allowed
from feeds.network.client import AddressRefused, Client, Failed, Limits, Reply
from feeds.text import urls
from feeds.version import VERSION

_LIMITS = Limits(workers=8, per_host=2, pause=0, timeout=10)
_ATTEMPTS = 3
_BACKOFF = 1.0
"""Seconds before the second attempt; four times as many before the third."""
_PATIENCE = 30
"""Seconds for which a hub may ask to be left alone, and is then asked again in the same run."""
_ENOUGH = 3
"""After so many failures of a hub in a row, the rest of its announcements is left for another time."""
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which another attempt may do better."""


class Announced(NamedTuple):
    """What a run did. What was not sent waits for the next one."""

    sent: list[tuple[str, str]]
    """Hub and path."""
    failed: list[tuple[str, str, str]]
    """Hub, path and reason."""
    left: list[tuple[str, str]]
    """Not tried any more, because the hub does not answer."""

    def by_hub(self) -> Iterator[tuple[str, int, int, int]]:
        """Yield each hub, and how many were sent, failed and left."""
        counts: Counter[tuple[str, int]] = Counter()
        counts.update((hub, 0) for hub, _ in self.sent)
        counts.update((hub, 1) for hub, _, _ in self.failed)
        counts.update((hub, 2) for hub, _ in self.left)
        for hub in sorted({hub for hub, _ in counts}):
            yield hub, counts[hub, 0], counts[hub, 1], counts[hub, 2]

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "sent": [{"hub": hub, "path": path} for hub, path in self.sent],
            "failed": [{"hub": hub, "path": path, "reason": reason} for hub, path, reason in self.failed],
            "left": [{"hub": hub, "path": path} for hub, path in self.left],
        }


def announce(config: Config, *, backoff: float = _BACKOFF) -> Announced:
    """Tell hubs what waits for them (`Publication.announce_later` puts it there).

    Several attempts are made, the second after so many seconds, the third after four times as many.

    Raises FeedsError where no hub is configured, or the index cannot be used.
    """
    if not config.websub.hubs:
        raise FeedsError("there is no hub to announce to: [websub] hubs is empty")
    index = config.index.url, config.root
    waiting = with_index(*index, lambda opened: opened.announcements.waiting())
    round_ = _Round(config, backoff)
    try:
        asyncio.run(round_.run(waiting))
    finally:
        with_index(*index, lambda opened: opened.announcements.take_out(round_.sent))
    tried = {*round_.sent, *(one for one, _ in round_.failed)}
    return Announced(
        [(one.hub, one.path) for one in round_.sent],
        [(one.hub, one.path, reason) for one, reason in round_.failed],
        [(one.hub, one.path) for one in waiting if one not in tried],
    )


class _Round:
    """Goes through what waits, hub by hub."""

    def __init__(self, config: Config, backoff: float) -> None:
        self._base_url = config.site.base_url
        self._backoff = backoff
        self.sent: list[Waiting] = []
        self.failed: list[tuple[Waiting, str]] = []

    async def run(self, waiting: list[Waiting]) -> None:
        agent = f"article-feeds/{VERSION} (+{self._base_url}/)"
        hubs = {hub: list(several) for hub, several in groupby(waiting, lambda one: one.hub)}
        # Who configures a hub means it, wherever it is.
        allowed = Allowed(urls.host(hub) for hub in hubs)
        async with Client(_LIMITS, agent, allowed) as client, asyncio.TaskGroup() as group:
            for several in hubs.values():
                group.create_task(self._tell(client, several))

    async def _tell(self, client: Client, several: list[Waiting]) -> None:
        failures = 0
        for one in several:
            if failures == _ENOUGH:
                return
            reason = await self._attempts(client, one)
            failures = failures + 1 if reason else 0
            if reason:
                self.failed.append((one, reason))
            else:
                self.sent.append(one)

    async def _attempts(self, client: Client, one: Waiting) -> str:
        """Tell a hub, several times if need be; return "" or why it did not take it."""
        address = self._base_url + quote(one.path)
        # The name of the topic in the older protocol, and in the hubs that follow the newer.
        form = {"hub.mode": "publish", "hub.url": address, "hub.topic": address}
        reason = ""
        for attempt in range(_ATTEMPTS):
            pause = self._backoff * 4 ** (attempt - 1) if attempt else 0
            await asyncio.sleep(pause)
            try:
                reply = await client.post(one.hub, form)
            except (Failed, AddressRefused) as error:
                reason = str(error)
                continue
            if 200 <= reply.status < 300:
                return ""
            reason = _reason(reply)
            after = reply.retry_after() or 0
            if reply.status not in _PASSING or after > _PATIENCE:
                return reason
            await asyncio.sleep(after)
        return reason


def _reason(reply: Reply) -> str:
    """Return the answer's status, and what the hub says in plain text."""
    said = reply.head.decode(errors="replace").strip().partition("\n")[0][:200]
    status = f"{reply.status} {reply.reason}".strip()
    return f"{status}: {said}" if said.isprintable() and said and not said.startswith("<") else status
