"""Old addresses that go on elsewhere: what ``[redirects]`` of config.toml says, as rules.

An old address may have parts that stand for whatever is there: ``:name`` for a segment, or for what comes
before its suffix, ``*`` at the end for all that follows. In the new address they stand for the same.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, unquote

from feeds.text import urls

_PART = re.compile(r":([A-Za-z]\w*)|\*")
_SEGMENT = re.compile(r":[A-Za-z]\w*(?:\.[\w.-]+)?", re.A)
_UNFIT = re.compile(r"[\x00-\x1f\x7f\\\"]|//|/\.\.?(?:/|$)")
_SPLAT = "splat"


def is_url(target: str) -> bool:
    """Whether a rule leads to another place than this publication."""
    return target.startswith(("http://", "https://"))


class Rule(NamedTuple):
    """An old address, and where it leads. Paths are below base_url, and not percent-encoded."""

    old: str
    new: str
    """A path, or a URL."""

    @property
    def is_pattern(self) -> bool:
        """Whether it stands for several addresses."""
        return bool(_PART.search(self.old))

    @property
    def parts(self) -> frozenset[str]:
        """The names of the parts that the old address leaves open."""
        return names(self.old)

    def target(self, path: str) -> str | None:
        """Return where a path leads by this rule, or None where the rule is not about it."""
        match = expression(self.old).fullmatch(path)
        if match is None:
            return None
        found = match.groupdict()
        if is_url(self.new):
            found = {name: quote(value, safe="/" if name == _SPLAT else "") for name, value in found.items()}
        return filled(self.new, found)


class Redirects:
    """The rules, in the order in which they are asked: exact ones, then patterns as the file has them."""

    def __init__(self, rules: Mapping[str, str]) -> None:
        every = [Rule(old, new) for old, new in rules.items()]
        self.exact = {rule.old: rule for rule in every if not rule.is_pattern}
        self.patterns = [rule for rule in every if rule.is_pattern]
        self._bare = {_without_slash(old): rule for old, rule in self.exact.items()}

    def targets(self, path: str) -> Iterator[str]:
        """Yield where a path may lead: a slash more or less at its end makes no difference."""
        exact = self.exact.get(path) or self._bare.get(_without_slash(path))
        if exact:
            yield exact.new
        for rule in self.patterns:
            forms = (path, f"{_without_slash(path)}/", _without_slash(path))
            target = next(filter(None, map(rule.target, dict.fromkeys(forms))), None)
            if target:
                yield target


@functools.lru_cache(maxsize=8)
def _compiled(rules: tuple[tuple[str, str], ...]) -> Redirects:
    return Redirects(dict(rules))


def compiled(rules: Mapping[str, str]) -> Redirects:
    """Return the rules of a configuration, made once for the same ones."""
    return _compiled(tuple(rules.items()))


def names(address: str) -> frozenset[str]:
    """Return the names of an address's open parts."""
    return frozenset(match[1] or _SPLAT for match in _PART.finditer(_path_of(address)))


@functools.lru_cache(maxsize=1024)
def expression(address: str) -> re.Pattern[str]:
    """Return what matches the paths that an address with open parts stands for."""
    made, position, seen = "", 0, set()
    for match in _PART.finditer(address):
        name = match[1] or _SPLAT
        made += re.escape(address[position : match.start()])
        # An address may have the same part twice.
        made += f"(?P={name})" if name in seen else f"(?P<{name}>{'[^/]+' if match[1] else '.*'})"
        seen.add(name)
        position = match.end()
    return re.compile(made + re.escape(address[position:]), re.S)


def filled(address: str, values: Mapping[str, str]) -> str:
    """Return an address with values in place of its open parts."""
    start = len(address) - len(_path_of(address))
    return address[:start] + _PART.sub(lambda match: values[match[1] or _SPLAT], address[start:])


def rule(old: str, new: str) -> Rule:
    """Return a rule in valid form. Raises ValueError with a reason fit for people."""
    old = unquote(old)
    if not old.startswith("/") or old == "/":
        raise ValueError("has to be a path below base_url that begins with /, such as /old.xml")
    if "?" in old or "#" in old:
        raise ValueError("must not have a query or a fragment: hosts do not tell addresses apart by them")
    if _UNFIT.search(old):
        raise ValueError("is no path: it has control characters, quotes, \\, //, or . or .. as a folder")
    given = [match[1] or _SPLAT for match in _PART.finditer(old)]
    if len(set(given)) < len(given):
        raise ValueError("has the same open part twice")
    for segment in old.split("/"):
        if ":" in segment and not _SEGMENT.fullmatch(segment):
            raise ValueError(f"{segment!r}: an open part is a whole segment, or all before its suffix")
    if "*" in old and not (old.endswith("/*") and old.count("*") == 1):
        raise ValueError("* stands for all that follows: it is the last segment")
    if is_url(new.lower()):
        new = _url(new)
    else:
        new = unquote(new)
        if not new.startswith("/") or _UNFIT.search(new) or "?" in new or "#" in new:
            raise ValueError(f"leads to {new!r}, which is neither a path of a document here nor a URL")
    if unknown := names(new) - names(old):
        part = "*" if min(unknown) == _SPLAT else f":{min(unknown)}"
        raise ValueError(f"leads to {new!r}, but has no {part}")
    return Rule(old, new)


def _url(new: str) -> str:
    authority = new.partition("://")[2].partition("/")[0]
    if _PART.search(authority):
        raise ValueError(f"leads to {new!r}: the host must not be an open part, or anybody could choose it")
    try:
        return urls.absolute(new)
    except ValueError as error:
        raise ValueError(f"leads to {new!r}, which {error}") from None


def _path_of(address: str) -> str:
    """Return what of an address may be open: not a URL's scheme, host and port."""
    if not is_url(address):
        return address
    start = address.index("://") + 3
    slash = address.find("/", start)
    return address[slash:] if slash >= 0 else ""


def _without_slash(path: str) -> str:
    return path.rstrip("/") or "/"
