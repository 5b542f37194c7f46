"""Where ``[redirects]`` lead: whether there is a document at the end, and no circle before it."""

from __future__ import annotations

from collections.abc import Iterator

from feeds import formats
from feeds.model import paths

from .redirects import Redirects, expression, filled, is_url, names
from .tables import Config

_ALWAYS = (paths.OPML, paths.MANIFEST)
_EXAMPLES = tuple(paths.of_feed(key, ".rss") for key in (paths.ALL, paths.topic_key("SLUG")))


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
            known = f"a document is at {', '.join(_EXAMPLES)} and the like"
            way = f" by way of {' and '.join(passed[1:])}" if passed[1:] else ""
            return f"leads to {new!r}{way}, where no document can be; {known}"
        if following.old in passed:
            return f"leads in a circle: {' → '.join([*passed, following.old])}"
        passed.append(following.old)
        new = following.new


def _fixed(config: Config) -> frozenset[str]:
    """Return the paths of the documents that there are whatever records say."""
    keys = [paths.ALL, *map(paths.feed_key, config.named)]
    return frozenset((*_ALWAYS, *(path for key in keys for path in _of(key, config))))


def _of(key: str, config: Config) -> list[str]:
    """Return the paths of a feed's documents."""
    chosen = formats.by_name(config.feeds.formats)
    found = [paths.of_feed(key, format_.suffix) for format_ in formats.feed_formats(chosen)]
    return [*found, paths.of_page(key)] if formats.PAGE in chosen else found


def _is_possible(new: str, config: Config, fixed: frozenset[str]) -> bool:
    """Whether an address may be that of a document, for some value of its open parts."""
    open_parts = expression(new)
    if any(open_parts.fullmatch(path) for path in fixed):
        return True
    return any(open_parts.fullmatch(path) for path in _topics(new, config))


def _topics(new: str, config: Config) -> Iterator[str]:
    """Yield what the addresses of a topic would be, of the one that an address names or of any."""
    yield from _of(paths.topic_key("x"), config)
    if new.startswith(paths.TOPICS):
        name = new.removeprefix(paths.TOPICS).strip("/")
        for suffix in ("", *formats.suffixes()):
            stem = name.removesuffix(suffix)
            if stem and "/" not in stem:
                yield from _of(paths.topic_key(stem), config)
    if config.feeds.archives:
        yield from (paths.of_archive(key, "2024-01") for key in (paths.ALL, paths.topic_key("x")))
