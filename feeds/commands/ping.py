"""When hubs are told of changed feeds: after a build, and whenever `feeds ping` is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feeds.config import Config
from feeds.pipeline import build as pipeline

if TYPE_CHECKING:
    from feeds.push.websub import Announced


def after_build(config: Config) -> Announced | None:
    """Tell the hubs what a build changed; None, and nobody is told, unless the configuration says so."""
    if config.websub.hubs and config.websub.announce == "auto":
        # The HTTP client takes a while to import, and most builds tell nobody.
        from feeds.push.websub import announce

        return announce(config)
    return None


def ping(config: Config, now: str, *, everything: bool) -> Announced:
    """Tell the hubs which feeds the last builds changed; with ``everything``, of every feed.

    ``now`` is the instant of which it is every feed, as `feeds.pipeline.build.clock` reads it.
    """
    from feeds.push.websub import announce

    if everything:
        known = pipeline.described_topics(config)[0]
        instant = pipeline.clock(now)
        pipeline.published(config, known, instant, lambda made: made.announce_later(made.paths))
    return announce(config)
