"""Which of several forms a client would rather have (RFC 9110 section 12)."""

from __future__ import annotations

import functools

from werkzeug.http import parse_accept_header

_LONGEST_KEPT = 256
"""Longer fields are read anew each time, so that nobody can fill the memory with them."""
CODINGS = ("br", "gzip", "identity")
"""The content codings a document is prepared in; of those that a client likes alike, the first is taken."""


def preferred_coding(accepted: str) -> str:
    """Choose among `CODINGS` by an Accept-Encoding field (RFC 9110 section 12.5.3); "" if none will do.

    Without the field, or with an empty one, only identity is sure to be understood.
    """
    return (_coding if len(accepted) <= _LONGEST_KEPT else _coding.__wrapped__)(accepted)


@functools.lru_cache(maxsize=1024)
def _coding(accepted: str) -> str:
    weights = {name.lower(): weight for name, weight in parse_accept_header(accepted)}
    best, chosen = 0.0, ""
    for coding in CODINGS:
        # Identity is acceptable unless it is excluded, but whoever lists others would rather have those.
        unlisted = weights.get("*", 0.0001 if coding == "identity" else 0.0)
        weight = weights.get(coding, weights.get(f"x-{coding}", unlisted))
        if weight > best:
            best, chosen = weight, coding
    return chosen


def preferred_type(accepted: str, offered: tuple[str, ...]) -> str:
    """Choose among media types by an Accept field (RFC 9110 section 12.5.1).

    Of types with the same weight the one that is named most exactly is taken, then the first that is offered.
    ``application/xml`` and ``text/xml`` stand for every XML format, ``application/json`` for every JSON one,
    as feed readers use them; other parameters than ``q`` are passed over. A field that nothing satisfies is
    disregarded, as that section allows: a reader can do more with the first type than with an error.
    """
    return (_type if len(accepted) <= _LONGEST_KEPT else _type.__wrapped__)(accepted, offered)


_GENERIC = {"xml": ("application/xml", "text/xml"), "json": ("application/json",)}


@functools.lru_cache(maxsize=1024)
def _type(accepted: str, offered: tuple[str, ...]) -> str:
    ranges: dict[str, float] = {}
    for value, weight in parse_accept_header(accepted):
        name = value.partition(";")[0].strip().lower()
        ranges[name] = max(weight, ranges.get(name, 0.0))

    def liking(media_type: str) -> tuple[float, int]:
        """Return the weight that the most exact range gives the type, and how exact that range is."""
        generic = _GENERIC.get(media_type.rpartition("+")[2], ())
        whole = f"{media_type.partition('/')[0]}/*"
        for exactness, names in ((3, (media_type,)), (2, generic), (1, (whole,)), (0, ("*/*",))):
            weights = [ranges[name] for name in names if name in ranges]
            if weights:
                return max(weights), exactness
        return 0.0, 0

    return max(offered, key=lambda media_type: (liking(media_type)[0] > 0, *liking(media_type)))
