"""What HTTP asks of an answer: representations, validators, conditions (RFC 9110).

Everything that is the same for every request is computed once, when a document is prepared. `answer` is the
one place where a document's answer is decided, whoever asks for it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any, NamedTuple

from werkzeug.http import parse_date, parse_etags

from feeds.formats.browsers import SHOWN_AS, page_headers

from . import codings
from .negotiation import preferred_coding

Headers = list[tuple[str, str]]
Environ = Mapping[str, Any]
"""A request as WSGI spells it (PEP 3333)."""

METHODS = "GET, HEAD, OPTIONS"
ICON = "image/vnd.microsoft.icon"
"""The one media type here that is no text."""
_LONGEST_KEPT = 256
"""Longer fields are read anew each time, so that nobody can fill the memory with them."""


class Answer(NamedTuple):
    """An answer: its status line, its fields in order, its content."""

    status: str
    headers: Headers
    body: bytes


class Variant(NamedTuple):
    """A document in one content coding, with the answers that are ready for it."""

    etag: str
    ok: Answer
    head: Answer
    not_modified: Answer


class Prepared(NamedTuple):
    """A document with everything computed that does not depend on the request."""

    path: str
    etag: str
    """The tag of the document itself, which its variants' tags are derived from."""
    updated: int
    variants: dict[str, Variant]
    shown: dict[str, Variant]
    """A feed's variants for who opens it in a browser: the same bytes as another media type; else empty."""
    size: int
    """Bytes that its variants take together."""


def prepare(
    path: str,
    media_type: str,
    body: bytes,
    etag: str,
    updated: int,
    cache_control: str,
    is_open: bool,
    *,
    link: str = "",
) -> Prepared:
    """Prepare a document. ``is_open`` lets pages of other origins read it (CORS); ``link`` is its Link field.

    A feed is prepared twice. Browsers say when a person opens it (https://www.w3.org/TR/fetch-metadata/), and
    get it as a media type that they show with its style sheet. That answer is private, so that caches that
    do not mind Vary never hand it to a feed reader.
    """
    bodies = {"br": codings.brotli(body), "gzip": codings.gzipped(body), "identity": body}
    shown_as = SHOWN_AS.get(media_type)
    shared: Headers = [
        ("Cache-Control", cache_control),
        ("Vary", "Accept-Encoding, Sec-Fetch-Dest" if shown_as else "Accept-Encoding"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if is_open:
        shared.append(("Access-Control-Allow-Origin", "*"))
        shared.append(("Access-Control-Expose-Headers", "ETag, Link"))
    variants = _variants(media_type, bodies, etag, updated, shared, link)
    shown = {}
    if shown_as:
        private = [(name, _private(value) if name == "Cache-Control" else value) for name, value in shared]
        shown = _variants(shown_as, bodies, f'{etag[:-1]}-xml"', updated, private, link)
    return Prepared(path, etag, updated, variants, shown, sum(map(len, bodies.values())))


def _private(cache_control: str) -> str:
    return cache_control.replace("public", "private", 1)


def _variants(
    media_type: str, bodies: Mapping[str, bytes], etag: str, updated: int, shared: Headers, link: str
) -> dict[str, Variant]:
    """Return a document of a media type in each content coding."""
    shared = [*shared, *page_headers(media_type)]
    variants = {}
    for coding, coded in bodies.items():
        # Two representations of one resource have different strong tags (RFC 9110 section 8.8.3).
        tag = etag if coding == "identity" else f'{etag[:-1]}-{coding}"'
        described: Headers = [
            ("Content-Type", media_type if media_type == ICON else f"{media_type}; charset=utf-8"),
            ("Content-Length", str(len(coded))),
        ]
        if coding != "identity":
            described.append(("Content-Encoding", coding))
        if link:
            described.append(("Link", link))
        headers = [*described, ("ETag", tag), ("Last-Modified", formatdate(updated, usegmt=True)), *shared]
        variants[coding] = Variant(
            tag,
            Answer("200 OK", headers, coded),
            Answer("200 OK", headers, b""),
            # No date, where there is a tag (RFC 9110 section 15.4.5).
            Answer("304 Not Modified", [("ETag", tag), *shared], b""),
        )
    return variants


NOT_ACCEPTABLE = Answer("406 Not Acceptable", [], b"")
PRECONDITION_FAILED = Answer("412 Precondition Failed", [], b"")
"""Answers whose content is for the caller to say."""


def with_cache_control(given: Answer, cache_control: str) -> Answer:
    """Return the answer with another Cache-Control field; what is private stays private."""
    headers = [
        (name, value)
        if name != "Cache-Control"
        else (name, _private(cache_control) if value.startswith("private") else cache_control)
        for name, value in given.headers
    ]
    return given._replace(headers=headers)


def negotiated(given: Answer, location: str) -> Answer:
    """Return the answer of a document that was chosen by Accept for another address.

    It says at which address the document always is (RFC 9110 section 8.7), and what decided (section 12.5.5).
    """
    headers = [(name, f"Accept, {value}" if name == "Vary" else value) for name, value in given.headers]
    return given._replace(headers=[*headers, ("Content-Location", location)])


def answer(prepared: Prepared, environ: Environ) -> Answer:
    """Answer a GET or HEAD request for a document.

    Ranges are not served: feeds are small, and a server may ignore Range (RFC 9110 section 14.2). Nor is
    ``A-IM: feed`` (RFC 3229) followed, because a tag does not tell which entries a client has.
    """
    coding = preferred_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    variants = prepared.variants
    if environ.get("HTTP_SEC_FETCH_DEST") == "document" and prepared.shown:
        variants = prepared.shown
    variant = variants.get(coding)
    if variant is None:
        return NOT_ACCEPTABLE
    unchanged = _condition(prepared.updated, variants, variant, environ)
    if unchanged is not None:
        return unchanged
    return variant.head if environ["REQUEST_METHOD"] == "HEAD" else variant.ok


def _condition(
    updated: int, variants: Mapping[str, Variant], variant: Variant, environ: Environ
) -> Answer | None:
    """Evaluate the request's preconditions in the order of RFC 9110 section 13.2.2; None means go on."""
    wanted = environ.get("HTTP_IF_NONE_MATCH")
    conditional = "HTTP_IF_MATCH" in environ or "HTTP_IF_UNMODIFIED_SINCE" in environ
    if conditional and not _may_go_on(updated, variants, environ):
        return PRECONDITION_FAILED
    if wanted is not None:
        if wanted == variant.etag:
            return variant.not_modified
        matched = _first_match(wanted, variants, variant)
        return matched.not_modified if matched else None
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if since is not None:
        moment = _seconds(since)
        if moment is not None and updated <= moment:
            return variant.not_modified
    return None


def _first_match(wanted: str, variants: Mapping[str, Variant], variant: Variant) -> Variant | None:
    """Find the variant that the client has, by weak comparison (RFC 9110 section 13.1.2).

    Whatever coding would be chosen now: a variant that the client has and that is current is as good.
    """
    tags = parse_etags(wanted)
    others = (other for other in variants.values() if tags.contains_weak(other.etag.strip('"')))
    return variant if tags.contains_weak(variant.etag.strip('"')) else next(others, None)


def _may_go_on(updated: int, variants: Mapping[str, Variant], environ: Environ) -> bool:
    """Evaluate If-Match, or else If-Unmodified-Since (RFC 9110 sections 13.1.1 and 13.1.4)."""
    wanted = environ.get("HTTP_IF_MATCH")
    if wanted is not None:
        tags = parse_etags(wanted)
        return any(tags.contains(variant.etag.strip('"')) for variant in variants.values())
    moment = _seconds(environ["HTTP_IF_UNMODIFIED_SINCE"])
    return moment is None or updated <= moment


def _seconds(date: str) -> int | None:
    """Read an HTTP date (RFC 9110 section 5.6.7); None if it is none, which a recipient ignores."""
    return _read_date(date) if len(date) <= _LONGEST_KEPT else None


@functools.lru_cache(maxsize=1024)
def _read_date(date: str) -> int | None:
    moment = parse_date(date)
    return int(moment.timestamp()) if moment else None
