"""Organisation files: YAML that describes one provider each, as sites of this family keep them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

import msgspec

from feeds.errors import Problem, RecordRejected, dotted
from feeds.model.article import Provider
from feeds.text import cleaning, urls

from . import files, sitepictures, syntax
from .fields import convert
from .values import Place, Value

_MAX_BYTES = 1_000_000
_WWW = "www."


class _Fields(msgspec.Struct):
    name: str | None = None
    title: str | None = None
    domain: str | None = None
    id: Value = msgspec.field(name="_id", default=None)
    url: Value = None
    image: Value = None
    images: Value = None


def read_all(
    root: Path, patterns: tuple[str, ...], site_url: str = ""
) -> tuple[dict[str, Provider], list[Problem]]:
    """Read every organisation file under the folders and globs; return the providers by domain.

    A file that cannot be read is a problem of its own; of two files about one domain the first by path
    counts, and the other is a problem. ``site_url`` is the folder that pictures are relative to.

    Raises FeedsError where a folder does not exist or cannot be read.
    """
    providers: dict[str, Provider] = {}
    problems: list[Problem] = []
    found = (
        (folder.path_of(name), signature)
        for folder in files.find(root, patterns, key="providers")
        for name, signature in folder.files.items()
    )
    for path, signature in sorted(found):
        provider, faults = _read(str(root), path, signature, site_url)
        problems += faults
        if provider is None:
            continue
        if provider.domain in providers:
            reason = f"describes the provider {provider.domain!r} a second time"
            problems.append(Problem(path, 1, "domain", reason))
            continue
        providers[provider.domain] = provider
    return providers, problems


# What is read is asked for by who reads records, and by who tells what is wrong with the files.
@functools.lru_cache(maxsize=1024)
def _read(
    root: str, path: str, _signature: files.Signature, site_url: str
) -> tuple[Provider | None, tuple[Problem, ...]]:
    suffix = Path(path).suffix.lower()
    warnings: list[tuple[Place, str]] = []
    try:
        data = files.read(root, path, _MAX_BYTES)
        name = Path(path).stem
        provider = parse(data, suffix, site_url, lambda *warning: warnings.append(warning), name)
    except RecordRejected as error:
        line = error.line or (syntax.locator(data, suffix)(error.where) if error.where else 0)
        return None, (Problem(path, line, dotted(error.where), error.reason),)
    if not warnings:
        return provider, ()
    line_of = syntax.locator(data, suffix)
    return provider, tuple(
        Problem(path, line_of(where), dotted(where), reason, "warning") for where, reason in warnings
    )


def parse(
    data: bytes,
    suffix: str,
    site_url: str = "",
    warn: sitepictures.Warn = lambda _where, _reason: None,
    file_name: str = "",
) -> Provider:
    """Read one organisation file; ``warn`` is told of what is left out.

    Its domain is what it says of it, else its ``_id``, the host of its ``url``, or its ``file_name`` (without
    the suffix), if that is one. Raises RecordRejected: broken YAML, no domain, a field of the wrong type.
    """
    known = convert(syntax.parse(data, suffix).fields, _Fields)
    domain = cleaning.one_line(known.domain or "").lower()
    if domain and not urls.domain_home(domain):
        raise RecordRejected(f"{domain[:200]!r} is no domain", ("domain",))
    given = (domain, known.id, _host(known.url), file_name)
    domain = next((text for text in map(_domain, given) if text), "")
    if not domain:
        raise RecordRejected("has no domain", line=1)
    name = cleaning.plain(known.name or "") or cleaning.plain(known.title or "") or domain
    field = "images" if known.images else "image"
    image = sitepictures.picture(known.images or known.image, (field,), site_url, warn)
    return Provider(name, domain.removeprefix(_WWW), urls.domain_home(domain), image)


def _domain(value: Value) -> str:
    """Return the domain that a text is, "" if it is none."""
    text = cleaning.one_line(value).lower() if isinstance(value, str) else ""
    return text if urls.domain_home(text) else ""


def _host(value: Value) -> str:
    try:
        return urls.host(urls.absolute(value)) if isinstance(value, str) else ""
    except ValueError:
        return ""


def completed(provider: Provider, providers: Mapping[str, Provider]) -> Provider:
    """Complete a record's provider with what is known of its domain; what the record says goes first.

    A provider that is nothing but a domain has it as its name.
    """
    if not providers:
        return provider
    known = providers.get((provider.domain or provider.name.lower()).removeprefix(_WWW))
    if known is None:
        return provider
    is_named = provider.name.lower().removeprefix(_WWW) != known.domain
    return Provider(
        provider.name if is_named else known.name,
        provider.domain or known.domain,
        provider.url or known.url,
        provider.image or known.image,
    )
