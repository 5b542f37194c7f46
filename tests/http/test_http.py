"""HTTP's rules, one by one, with their sections; on the server they hold with and without the front layer."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from io import BytesIO
from typing import Any

import brotli
import pytest
from generated import examples
from hypothesis import given
from project import CONFIG, Project
from questions import EARLIER, FIELDS, LATER, METHODS, PATHS, SAME, fitting

from feeds import FeedsError
from feeds.http import answers, negotiation
from feeds.http.answers import NOT_ACCEPTABLE, PRECONDITION_FAILED
from feeds.http.caching import Policy
from server import create_app

BODY = b"<rss/>" * 400
UPDATED = 1_700_000_000
PREPARED = answers.prepare(
    "/all.rss", "application/rss+xml", BODY, '"abc"', UPDATED, "public, max-age=1", True
)


def ask(method: str = "GET", **fields: str) -> answers.Answer:
    environ = {"REQUEST_METHOD": method} | {f"HTTP_{name.upper()}": value for name, value in fields.items()}
    return answers.answer(PREPARED, environ)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("gzip;q=0", "identity"),
        ("gzip;q=0.5, identity", "identity"),
        ("identity;q=0.5, gzip;q=0.4", "identity"),
        ("*", "br"),
        ("*;q=0.1, gzip;q=0.2", "gzip"),
        ("identity;q=0, gzip", "gzip"),
        ("identity;q=0", ""),
        ("*;q=0", ""),
        ("deflate", "identity"),
    ],
)
def test_the_coding_follows_the_weights(accepted: str, coding: str) -> None:
    """RFC 9110 section 12.5.3."""
    assert negotiation.preferred_coding(accepted) == coding


def test_no_acceptable_coding_is_406() -> None:
    """RFC 9110 section 12.5.3: identity may be excluded, too."""
    assert ask(accept_encoding="identity;q=0") is NOT_ACCEPTABLE


def test_every_variant_is_the_same_document() -> None:
    """Codings change bytes and tag, and nothing else (RFC 9110 section 8.8.3)."""
    decoders: dict[str, Callable[[bytes], bytes]] = {
        "br": brotli.decompress,
        "gzip": gzip.decompress,
        "identity": bytes,
    }
    tags = set()
    for coding, decode in decoders.items():
        answer = ask(accept_encoding=coding)
        headers = dict(answer.headers)
        assert decode(answer.body) == BODY
        assert headers["Content-Length"] == str(len(answer.body))
        assert headers.get("Content-Encoding", "identity") == coding
        assert headers["Vary"] == "Accept-Encoding, Sec-Fetch-Dest"
        tags.add(headers["ETag"])
    assert len(tags) == 3


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_who_opens_a_feed_in_a_browser_gets_the_same_bytes_as_xml(coding: str) -> None:
    """https://www.w3.org/TR/fetch-metadata/: browsers show application/xml with its style sheet."""
    usual, shown = ask(accept_encoding=coding), ask(accept_encoding=coding, sec_fetch_dest="document")
    assert shown.body is usual.body
    before, after = dict(usual.headers), dict(shown.headers)
    assert (before["Content-Type"], after["Content-Type"]) == (
        "application/rss+xml; charset=utf-8",
        "application/xml; charset=utf-8",
    )
    assert (before["Cache-Control"], after["Cache-Control"]) == ("public, max-age=1", "private, max-age=1")
    assert before["Vary"] == after["Vary"] == "Accept-Encoding, Sec-Fetch-Dest"
    assert before["ETag"] != after["ETag"]
    assert "Content-Security-Policy" not in before
    assert after["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")


def test_a_feed_and_what_a_browser_shows_of_it_have_different_tags() -> None:
    """RFC 9110 section 8.8.3: neither revalidates the other, whatever the coding; `*` does both."""
    codings = ("identity", "gzip", "br")
    usual = [dict(ask(accept_encoding=coding).headers)["ETag"] for coding in codings]
    shown = [
        dict(ask(accept_encoding=coding, sec_fetch_dest="document").headers)["ETag"] for coding in codings
    ]
    assert len({*usual, *shown}) == 6
    for tag in usual:
        assert ask(if_none_match=tag).status[:3] == "304"
        assert ask(if_none_match=tag, sec_fetch_dest="document").status[:3] == "200"
    for tag in shown:
        assert ask(if_none_match=tag).status[:3] == "200"
        again = ask(if_none_match=tag, sec_fetch_dest="document")
        assert again.status[:3] == "304"
        assert dict(again.headers)["ETag"] == tag
        assert dict(again.headers)["Cache-Control"].startswith("private")
        assert ask(if_match=tag) is PRECONDITION_FAILED
        assert ask(if_match=tag, sec_fetch_dest="document").status[:3] == "200"
    assert ask(if_none_match="*", sec_fetch_dest="document").status[:3] == "304"


@pytest.mark.parametrize("destination", ["empty", "iframe", "image", "", "Document"])
def test_only_a_person_s_navigation_is_shown_as_xml(destination: str) -> None:
    """https://www.w3.org/TR/fetch-metadata/: scripts, frames and feed readers get the feed."""
    assert ask(sec_fetch_dest=destination) == ask()


@pytest.mark.parametrize("media_type", ["text/html", "application/json", "text/css"])
def test_what_is_no_feed_is_the_same_for_all(media_type: str) -> None:
    """RFC 9110 section 12.5.5: Vary names only what the choice depends on."""
    prepared = answers.prepare("/x", media_type, BODY, '"abc"', UPDATED, "public, max-age=1", False)
    request = {"REQUEST_METHOD": "GET"}
    usual = answers.answer(prepared, request)
    assert answers.answer(prepared, request | {"HTTP_SEC_FETCH_DEST": "document"}) == usual
    assert dict(usual.headers)["Vary"] == "Accept-Encoding"
    assert ("Content-Security-Policy" in dict(usual.headers)) is (media_type == "text/html")


def test_head_is_get_without_content() -> None:
    """RFC 9110 section 9.3.2."""
    get, head = ask(), ask("HEAD")
    assert head == get._replace(body=b"")


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ('"abc"', 304),
        ('W/"abc"', 304),
        ('"x", "abc"', 304),
        ('"x" , W/"abc-br"', 304),
        ('"abc-gzip"', 304),
        ("*", 304),
        ('"abcd"', 200),
        ('"x"', 200),
        ("", 200),
    ],
)
@pytest.mark.parametrize("since", [None, LATER])
def test_if_none_match_goes_before_if_modified_since(wanted: str, status: int, since: str | None) -> None:
    """RFC 9110 sections 13.1.2 and 13.2.2: weak comparison, lists, and precedence."""
    fields = {"if_none_match": wanted} | ({"if_modified_since": since} if since else {})
    assert ask(**fields).status[:3] == str(status)


@pytest.mark.parametrize(
    ("since", "status"), [(SAME, 304), (LATER, 304), (EARLIER, 200), ("yesterday", 200), ("", 200)]
)
def test_if_modified_since(since: str, status: int) -> None:
    """RFC 9110 section 13.1.3: what is no date is ignored."""
    assert ask(if_modified_since=since).status[:3] == str(status)


def test_304_carries_what_caches_need() -> None:
    """RFC 9110 section 15.4.5: the fields of a 200 that caches store, and no content."""
    answer = ask(if_none_match='"abc"')
    headers = dict(answer.headers)
    assert {"ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin"} <= headers.keys()
    assert not {"Content-Length", "Content-Type", "Content-Encoding", "Last-Modified"} & headers.keys()
    assert answer.body == b""


@pytest.mark.parametrize(
    ("fields", "may"),
    [
        ({"if_match": '"abc"'}, True),
        ({"if_match": "*"}, True),
        ({"if_match": '"x", "abc-gzip"'}, True),
        ({"if_match": 'W/"abc"'}, False),
        ({"if_match": '"x"'}, False),
        ({"if_match": '"abc"', "if_unmodified_since": EARLIER}, True),
        ({"if_unmodified_since": SAME}, True),
        ({"if_unmodified_since": EARLIER}, False),
        ({"if_unmodified_since": "nonsense"}, True),
    ],
)
def test_preconditions_that_fail_are_412(fields: dict[str, str], may: bool) -> None:
    """RFC 9110 sections 13.1.1 and 13.1.4: strong comparison, and precedence."""
    assert (ask(**fields) is not PRECONDITION_FAILED) is may


def test_ranges_and_instance_manipulations_are_ignored() -> None:
    """RFC 9110 section 14.2; RFC 3229: a tag tells nothing about which entries a client has."""
    assert ask(range="bytes=0-9", a_im="feed") == ask()


def test_caches_are_told_less_where_a_change_is_due() -> None:
    """RFC 9111 section 5.2.2.1: nobody keeps a document past the instant at which another one is due."""
    policy = Policy(300, 600, 86_400)
    private = answers.Answer("200 OK", [("Cache-Control", "private, max-age=300")], b"")
    assert answers.with_cache_control(private, "public, max-age=9").headers == [
        ("Cache-Control", "private, max-age=9")
    ]
    usual = "public, max-age=300, stale-while-revalidate=600, stale-if-error=86400"
    assert policy.cache_control(10**9) == usual
    assert policy.cache_control(60) == "public, max-age=60, stale-if-error=86400"


FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")
OFFERED = (*FEEDS, "text/html")


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", "application/rss+xml"),
        ("*/*", "application/rss+xml"),
        # Firefox, Chrome, Safari
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        (
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
            "text/html",
        ),
        # feedparser
        (
            "application/atom+xml,application/rdf+xml,application/rss+xml,application/x-netcdf,"
            "application/xml;q=0.9,text/xml;q=0.2,*/*;q=0.1",
            "application/rss+xml",
        ),
        # Miniflux
        (
            "application/xml, application/atom+xml, application/rss+xml, application/rdf+xml, "
            "application/feed+json, text/html, */*;q=0.9",
            "application/rss+xml",
        ),
        ("application/atom+xml", "application/atom+xml"),
        ("application/atom+xml;type=feed", "application/atom+xml"),
        ("APPLICATION/ATOM+XML, text/html;q=0.9", "application/atom+xml"),
        ("application/rss+xml;q=0.8, application/atom+xml", "application/atom+xml"),
        ("application/feed+json, application/rss+xml;q=0.5", "application/feed+json"),
        ("application/json", "application/feed+json"),
        ("application/xml", "application/rss+xml"),
        ("text/xml;q=0.3, application/json;q=0.2", "application/rss+xml"),
        ("application/rss+xml;q=0, application/xml", "application/atom+xml"),
        ("application/rss+xml;q=0, */*;q=0.1", "application/atom+xml"),
        ("application/*;q=0.5, application/rss+xml;q=0.1, application/xml;q=0.2", "application/feed+json"),
        ("text/*, */*;q=0.5", "text/html"),
        ("text/html, */*", "text/html"),
        ("text/html;q=0.4, */*;q=0.5", "application/rss+xml"),
        ("image/png", "application/rss+xml"),
        ("*/*;q=0", "application/rss+xml"),
        ("application/rss+xml;q=0", "application/rss+xml"),
        ("nonsense", "application/rss+xml"),
        (f"text/html, {'x' * 5000}/y", "text/html"),
    ],
)
def test_the_format_follows_the_weights(accepted: str, chosen: str) -> None:
    """RFC 9110 section 12.5.1; what nothing satisfies is disregarded."""
    assert negotiation.preferred_type(accepted, OFFERED) == chosen


def test_where_there_is_no_page_browsers_get_a_feed() -> None:
    """RFC 9110 section 12.5.1: application/xml is what is left of a browser's field."""
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert negotiation.preferred_type(browser, FEEDS) == "application/rss+xml"
    assert negotiation.preferred_type(browser, FEEDS[1:2]) == "application/atom+xml"


def test_fields_of_any_length_cost_no_memory() -> None:
    """What clients send is remembered only where it is short."""
    remembering = (negotiation._coding, negotiation._type, answers._read_date)
    before = [function.cache_info().currsize for function in remembering]
    for number in range(3):
        long = f"gzip, {number:0100000}"
        assert negotiation.preferred_coding(long) == "gzip"
        negotiation.preferred_type(long, OFFERED)
        ask(if_modified_since=long)
    assert [function.cache_info().currsize for function in remembering] == before


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The same server with and without the front layer."""
    made = []
    for front in ("true", "false"):
        project = Project(tmp_path_factory.mktemp("http"), f"{CONFIG}[server]\nfront = {front}\n")
        project.record("a", topics=["AI", "東京"])
        project.record("later", topics=["AI"], publishedDateTime="2026-06-01T12:05:00Z")
        made.append(create_app(project.root / "config.toml", lambda: 1_780_315_200))
    return made


def call(app: Any, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
    said: list[Any] = []
    body = b"".join(app(environ, lambda status, headers, exc_info=None: said.extend((status, headers))))
    return said[0], said[1], body


@examples(150)
@given(PATHS, METHODS, FIELDS)
def test_the_front_layer_is_no_other_behaviour(
    apps: list[Any], path: str, method: str, fields: dict[str, str]
) -> None:
    """Status, header fields in order and content are the same with the layer and without it."""
    tag = dict(call(apps[0], environ(path, "GET"))[1]).get("ETag", '"none"')
    named = {f"HTTP_{name.upper().replace('-', '_')}": v for name, v in fitting(fields, tag).items()}
    with_front, without = (call(app, environ(path, method) | named) for app in apps)
    assert with_front == without
    assert with_front[0][:3] in ("200", "204", "301", "303", "304", "404", "405", "406", "410", "412")
    if with_front[0][:3] == "405":
        assert dict(with_front[1])["Allow"]


def environ(path: str, method: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def test_an_index_that_cannot_be_read_is_503(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 9110 section 15.6.4: readers come back later, and take nothing for gone."""
    project = Project(tmp_path_factory.mktemp("locked"))
    project.record("a")
    app = create_app(project.root / "config.toml")

    def fail(*_: object) -> None:
        raise FeedsError("the index is locked")

    monkeypatch.setattr("feeds.serving.prepared.editions.make_document", fail)
    status, headers, _ = call(app, environ("/all.rss", "GET"))
    assert status[:3] == "503"
    assert dict(headers)["Retry-After"] == "5"
