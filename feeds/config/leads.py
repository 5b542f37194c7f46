"""Where ``[redirects]`` lead: whether there is a document at the end, and no circle before it."""

from __future__ import annotations

from collections.abc import Iterator

from feeds import formats

from .redirects import Redirects, expression, filled, is_url, names
from .tables import Config

_ALWAYS = ("/feeds.opml", "/manifest.json")


def fault(old: str, redirects: Redirects, config: Config) -> str:
    """Return why an old address, which is that of a rule, leads nowhere, or "".

    Which topics there are is told by records alone: a topic's address is taken for one.
    """
    fixed = _fixed(config)
    if old in fixed:
        return "is the address of a document here, which goes before it"
    found = next(rule for rule in (*redirects.exact.values(), *redirects.patterns) if rule.old == old)
    passed = [old]
    new = found.new
    while True:
        if is_url(new) or _is_possible(new, config, fixed):
            return ""
        sample = filled(new, dict.fromkeys(names(new), "x"))
        # A circle goes by a rule twice, whatever stands in its open parts.
        following = next(
            (
                rule
                for rule in (*redirects.exact.values(), *redirects.patterns)
                if expression(rule.old).fullmatch(sample)
            ),
            None,
        )
        if following is None:
            known = "a document is at /all.rss, /topics/SLUG.rss, /feeds/NAME.rss and the like"
            way = f" by way of {' and '.join(passed[1:])}" if passed[1:] else ""
            return f"leads to {new!r}{way}, where no document can be; {known}"
        if following.old in passed:
            return f"leads in a circle: {' → '.join([*passed, following.old])}"
        passed.append(following.old)
        new = following.new


def _fixed(config: Config) -> frozenset[str]:
    """Return the paths of the documents that there are whatever records say."""
    chosen = formats.by_name(config.feeds.formats)
    suffixes = [format_.suffix for format_ in chosen]
    found = {f"/feeds/{name}{suffix}" for name in config.named for suffix in suffixes}
    found |= {f"/all{format_.suffix}" for format_ in formats.feed_formats(chosen)}
    return frozenset({*found, *_ALWAYS, *(("/",) if formats.PAGE in chosen else ())})


def _is_possible(new: str, config: Config, fixed: frozenset[str]) -> bool:
    """Whether an address may be that of a document, for some value of its open parts."""
    open_parts = expression(new)
    if any(open_parts.fullmatch(path) for path in fixed):
        return True
    return any(open_parts.fullmatch(path) for path in _topics(new, config))


def _topics(new: str, config: Config) -> Iterator[str]:
    """Yield what the addresses of a topic would be, of the one that an address names or of any."""
    chosen = formats.by_name(config.feeds.formats)
    for format_ in chosen:
        yield f"/topics/x{format_.suffix}"
        name = new.removeprefix("/topics/").removesuffix(format_.suffix)
        if new.endswith(format_.suffix) and name and "/" not in name:
            yield f"/topics/{name}{format_.suffix}"
    if config.feeds.archives:
        yield "/all/archive/2024-01.atom"
        yield "/topics/x/archive/2024-01.atom"
