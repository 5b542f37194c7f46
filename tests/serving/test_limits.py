"""Those who ask too often are told when to come back, and only those."""

from __future__ import annotations

import pytest
from project import CONFIG, Project
from werkzeug.test import Client

from feeds.serving.limits import Limiter
from server import create_app


def test_so_many_requests_a_minute_are_let_through() -> None:
    """All at once or spread; whoever waits as long as he is told gets in."""
    limiter = Limiter(6)
    assert [limiter.seconds_to_wait("a", 1000.0) for _ in range(7)] == [0, 0, 0, 0, 0, 0, 10]
    assert limiter.seconds_to_wait("a", 1005.0) == 5
    assert limiter.seconds_to_wait("a", 1010.0) == 0
    assert limiter.seconds_to_wait("a", 1010.0) == 10
    spread = Limiter(6)
    assert {spread.seconds_to_wait("a", 1000.0 + 10 * number) for number in range(100)} == {0}


def test_clients_do_not_pay_for_each_other() -> None:
    """Each has its own count."""
    limiter = Limiter(1)
    assert limiter.seconds_to_wait("a", 0.0) == 0
    assert limiter.seconds_to_wait("a", 0.0) == 60
    assert limiter.seconds_to_wait("b", 0.0) == 0


def test_memory_is_bounded() -> None:
    """However many clients there are; those that ask are not forgotten."""
    limiter = Limiter(1)
    for number in range(30_000):
        limiter.seconds_to_wait(str(number), 0.0)
        assert limiter.seconds_to_wait("busy", 0.0) == (60 if number else 0)
    assert len(limiter) == 10_000


@pytest.mark.parametrize("front", ["true", "false"])
def test_too_many_requests_are_429(front: str, project: Project) -> None:
    """RFC 6585 section 4 and RFC 9110 section 10.2.3: with Retry-After; monitoring is not limited."""
    project.configure(f"{CONFIG}[server]\nfront = {front}\npolls_per_minute = 2\nproxies = 1\n")
    project.record("a")
    client = Client(create_app(project.root / "config.toml"))
    fields = {"X-Forwarded-For": "192.0.2.1"}
    assert [client.get("/all.rss", headers=fields).status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get("/all.rss", headers=fields)
    assert 1 <= int(refused.headers["Retry-After"]) <= 30
    assert refused.headers["Cache-Control"] == "no-store"
    assert len(refused.data) < 200
    assert client.get("/all.rss", headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 200
    for path in ("/healthz", "/metrics"):
        assert {client.get(path, headers=fields).status_code for _ in range(5)} == {200}
    assert 'feeds_http_requests_total{code="429",feed="all"} 2.0' in client.get("/metrics").text


def test_there_is_no_limit_by_default(project: Project) -> None:
    """It is for those who need it."""
    project.record("a")
    client = Client(create_app(project.root / "config.toml"))
    assert {client.get("/all.rss").status_code for _ in range(300)} == {200}
