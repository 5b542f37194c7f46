"""The access log: every answer has its line, and no client can write another one."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from conftest import Server
from hypothesis import given
from hypothesis import strategies as st
from project import CONFIG, NOW, Project
from test_server import ask
from werkzeug.test import Client

from feeds.serving import accesslog
from feeds.serving.accesslog import LogLine
from server import create_app

LINE = LogLine(
    datetime(2026, 3, 4, 5, 6, 7, 89_000, UTC),
    "GET",
    "/all.rss",
    "a=b",
    "HTTP/1.1",
    200,
    1234,
    0.42,
    "192.0.2.1",
    "Reader/1.0 (+https://reader.example)",
    "https://example.org/",
)
COMBINED = re.compile(
    r'(\S+) - - \[([^\]]+)\] "([^"]*)" (\d{3}) (\d+) "([^"]*)" "([^"]*)" (\d+\.\d{3})', re.ASCII
)


def test_plain_lines_are_in_the_combined_log_format() -> None:
    """What log analysers read, in any locale, and the milliseconds."""
    assert accesslog.plain(LINE) == (
        '192.0.2.1 - - [04/Mar/2026:05:06:07 +0000] "GET /all.rss?a=b HTTP/1.1" 200 1234 '
        '"https://example.org/" "Reader/1.0 (+https://reader.example)" 0.420'
    )
    bare = LINE._replace(query="", agent="", referer="")
    assert '"GET /all.rss HTTP/1.1" 200 1234 "-" "-"' in accesslog.plain(bare)


def test_json_lines_have_a_field_for_everything() -> None:
    """Names and units as documented."""
    assert json.loads(accesslog.as_json(LINE)) == {
        "time": "2026-03-04T05:06:07.089Z",
        "method": "GET",
        "path": "/all.rss",
        "query": "a=b",
        "protocol": "HTTP/1.1",
        "status": 200,
        "bytes": 1234,
        "ms": 0.42,
        "client": "192.0.2.1",
        "agent": "Reader/1.0 (+https://reader.example)",
        "referer": "https://example.org/",
    }


@given(st.text(), st.text(), st.text())
def test_nobody_can_write_a_line_of_his_own(method: str, agent: str, referer: str) -> None:
    """Line ends, quotation marks, terminal controls and U+2028 stay inside of their field."""
    line = LINE._replace(method=method, agent=agent, referer=referer)
    written = accesslog.plain(line)
    assert written.isascii()
    assert written.isprintable()
    assert COMBINED.fullmatch(written)
    written = accesslog.as_json(line)
    assert written.isascii()
    assert written.isprintable()
    assert json.loads(written)["agent"] == agent


@pytest.mark.parametrize(
    ("forwarded", "proxies", "expected"),
    [
        (None, 0, "10.0.0.1"),
        ("192.0.2.7", 0, "10.0.0.1"),
        ("192.0.2.7", 1, "192.0.2.7"),
        ("203.0.113.9, 192.0.2.7", 1, "192.0.2.7"),
        ("203.0.113.9, 192.0.2.7", 2, "203.0.113.9"),
        ("192.0.2.7", 2, "10.0.0.1"),
        ("2001:DB8::1", 1, "2001:db8::1"),
        ("unknown", 1, "10.0.0.1"),
        ('1.2.3.4" 200', 1, "10.0.0.1"),
        (None, 1, "10.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(forwarded: str | None, proxies: int, expected: str) -> None:
    """X-Forwarded-For counts from its end, where our own proxies write."""
    environ = {"REMOTE_ADDR": "10.0.0.1"} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    assert accesslog.client(environ, proxies) == expected


@pytest.fixture
def lines() -> Any:
    """What is logged in this process, and the logger as it was afterwards."""
    logger = logging.getLogger(accesslog.NAME)
    records: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    yield records
    logger.removeHandler(handler)


@pytest.mark.parametrize("front", ["true", "false"])
def test_every_answer_is_logged_whoever_gives_it(front: str, project: Project, lines: list[str]) -> None:
    """Documents, redirects, errors, HEAD, 304; the bytes are those of the content."""
    project.configure(f'{CONFIG}[server]\nfront = {front}\naccess_log = "json"\nproxies = 1\n')
    project.record("a", topics=["AI", "東京"])
    client = Client(create_app(project.root / "config.toml"))
    whole = client.get("/all.rss?x=1", headers={"User-Agent": "R\x7f", "X-Forwarded-For": "192.0.2.1"})
    client.head("/all.rss")
    client.get("/all.rss", headers={"If-None-Match": whole.headers["ETag"]})
    missing = client.get("/nothing%0A")
    client.get("/topics/AI.rss")
    client.get("/topics/東京.rss")
    client.post("/all.rss")
    said = [json.loads(line) for line in lines]
    assert [(one["status"], one["path"]) for one in said] == [
        (200, "/all.rss"),
        (200, "/all.rss"),
        (304, "/all.rss"),
        (404, "/nothing%0A"),
        (301, "/topics/AI.rss"),
        (200, "/topics/%E6%9D%B1%E4%BA%AC.rss"),
        (405, "/all.rss"),
    ]
    assert [one["bytes"] for one in said[:4]] == [len(whole.data), 0, 0, len(missing.data)]
    assert (said[0]["query"], said[0]["agent"], said[0]["client"]) == ("x=1", "R\x7f", "192.0.2.1")
    assert all(one["ms"] >= 0 for one in said)


def test_the_log_is_off_unless_it_is_wanted(project: Project, lines: list[str]) -> None:
    """By default nothing is written, and nothing stands in the way of an answer."""
    project.record("a")
    assert Client(create_app(project.root / "config.toml")).get("/all.rss").status_code == 200
    assert lines == []


@pytest.mark.parametrize("form", ["plain", "json"])
def test_the_server_prints_its_log(form: str, project: Project, serve: Callable[..., Server]) -> None:
    """`feeds serve --access-log` goes before the file; lines are on the standard output at once.

    With JSON nothing else is there.
    """
    project.record("a")
    server = serve(project, "--now", NOW, "--access-log", form)
    ask(server, "/all.rss?q", User_Agent="Reader")
    ask(server, "/nothing")
    if form == "json":
        said = [json.loads(line) for line in server.printed.splitlines()]
        assert [(one["path"], one["status"]) for one in said[-2:]] == [("/all.rss", 200), ("/nothing", 404)]
        assert (said[-2]["agent"], said[-2]["client"]) == ("Reader", "127.0.0.1")
    else:
        said = [found for found in map(COMBINED.fullmatch, server.log.splitlines()) if found]
        assert [found[3] for found in said[-2:]] == ["GET /all.rss?q HTTP/1.1", "GET /nothing HTTP/1.1"]
