"""How often one client may ask, and how long it has to wait otherwise."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict

_MOST_CLIENTS = 10_000
"""So many clients are remembered; of more, those that asked last."""


class Limiter:
    """Lets each client ask so many times in a minute, all at once or spread over it.

    One number a client is kept: the instant at which all that it asked would have been due, had it been
    spread evenly (the generic cell rate algorithm, ITU-T I.371).
    """

    def __init__(self, per_minute: int) -> None:
        self._interval = 60 / per_minute
        self._due: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._due)

    def seconds_to_wait(self, client: str, instant: float) -> int:
        """Count a request at an instant, in seconds; return 0, or the seconds after which to ask again."""
        with self._lock:
            due = max(self._due.pop(client, instant), instant)
            wait = due + self._interval - instant - 60
            # Sums of fractions are not exact.
            is_early = wait > self._interval / 1000
            self._due[client] = due if is_early else due + self._interval
            if len(self._due) > _MOST_CLIENTS:
                self._due.popitem(last=False)
        return max(math.ceil(wait), 1) if is_early else 0
