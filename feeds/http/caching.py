"""How long caches may keep a document (RFC 9111, RFC 5861)."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Times(Protocol):
    """What of [server] caches are told, in seconds."""

    @property
    def max_age(self) -> int:
        """For so long caches may keep a document."""

    @property
    def stale_while_revalidate(self) -> int:
        """For so long after that they may hand it out while they ask for a newer one."""

    @property
    def stale_if_error(self) -> int:
        """For so long after that they may hand it out while the server cannot be reached."""


class Policy(NamedTuple):
    """How long caches may keep documents, in seconds (RFC 9111 section 5.2.2, RFC 5861)."""

    max_age: int
    stale_while_revalidate: int
    stale_if_error: int

    @classmethod
    def of(cls, times: Times) -> Policy:
        """Return the policy of a configuration's [server]."""
        return cls(times.max_age, times.stale_while_revalidate, times.stale_if_error)

    @property
    def usual(self) -> int:
        """For so many seconds caches may hand a document out that does not change by itself sooner."""
        return self.max_age + self.stale_while_revalidate

    def cache_control(self, remaining: int) -> str:
        """Return the Cache-Control field for a document that will change by itself in so many seconds."""
        parts = [f"public, max-age={min(self.max_age, remaining)}"]
        if remaining > self.usual:
            parts.append(f"stale-while-revalidate={self.stale_while_revalidate}")
        parts.append(f"stale-if-error={self.stale_if_error}")
        return ", ".join(parts)
