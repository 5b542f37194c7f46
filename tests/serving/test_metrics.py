"""/metrics: right for Prometheus, bounded whatever is asked for, the same whichever worker answers."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Server
from project import CONFIG, NOW, Project
from prometheus_client import openmetrics, parser
from prometheus_client.openmetrics import parser as openmetrics_parser
from test_server import ask
from werkzeug.test import Client

from server import create_app

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def _samples(text: str, families: Callable[..., object] = parser.text_string_to_metric_families) -> Samples:
    found: Samples = {}
    for family in families(text):  # type: ignore[attr-defined]
        assert family.documentation
        assert family.type in ("counter", "gauge", "histogram")
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found
            found[key] = sample.value
    return found


def _requests(samples: Samples) -> dict[tuple[str, str], float]:
    return {
        (dict(labels)["feed"], dict(labels)["code"]): value
        for (name, labels), value in samples.items()
        if name == "feeds_http_requests_total"
    }


@pytest.mark.parametrize("front", ["true", "false"])
def test_answers_are_counted_by_feed_and_status(front: str, project: Project) -> None:
    """A feed is one feed in all of its formats; bytes are those of the content."""
    project.configure(f"{CONFIG}[server]\nfront = {front}\n")
    project.record("a", topics=["AI", "東京"])
    client = Client(create_app(project.root / "config.toml"))
    whole = client.get("/all.rss")
    client.get("/all.atom", headers={"If-None-Match": "*"})
    client.head("/all.rss")
    client.get("/topics/ai", headers={"Accept": "text/html"})
    page = client.get("/topics/ai/")
    client.get("/topics/東京.atom")
    client.get("/")
    client.get("/topics/AI.rss")
    for number in range(50):
        client.get(f"/nothing/{number}.rss")
    client.post("/all.rss")
    samples = _samples(client.get("/metrics").text)
    assert _requests(samples) == {
        ("all", "200"): 2,
        ("all", "304"): 1,
        ("all", "405"): 1,
        ("topics/ai", "200"): 1,
        ("topics/ai", "303"): 1,
        ("topics/東京", "200"): 1,
        ("other", "200"): 1,
        ("other", "301"): 1,
        ("other", "404"): 50,
    }
    refused = len(client.post("/all.rss").data)
    sent = samples["feeds_http_response_bytes_total", (("feed", "all"),)]
    assert sent == len(whole.data) + refused
    redirect = samples["feeds_http_response_bytes_total", (("feed", "topics/ai"),)] - len(page.data)
    assert 0 < redirect < 500


def test_figures_of_the_articles(project: Project) -> None:
    """What the index holds, and how new it is at this instant."""
    project.record("old", publishedDateTime="2026-01-01T00:00:00Z")
    project.record("new", publishedDateTime="2026-02-01T00:00:00Z")
    project.record("draft", publishedDateTime="2026-03-01T00:00:00Z", published=False)
    project.record("later", publishedDateTime="2030-01-01T00:00:00Z")
    project.record("broken", title=None)
    client = Client(create_app(project.root / "config.toml", lambda: 1_780_315_200))
    samples = _samples(client.get("/metrics").text)
    assert samples["feeds_articles", ()] == 4
    assert samples["feeds_rejected_records", ()] == 1
    assert samples["feeds_newest_article_timestamp_seconds", ()] == 1_769_904_000
    file = project.root / ".feeds" / "index.db"
    assert samples["feeds_index_size_bytes", ()] >= file.stat().st_size


def test_the_time_that_documents_take_is_a_histogram(project: Project) -> None:
    """Documents are made once, however often they are asked for."""
    project.record("a")
    client = Client(create_app(project.root / "config.toml"))
    for path in ("/all.rss", "/all.rss", "/all.atom", "/nothing"):
        client.get(path)
    samples = _samples(client.get("/metrics").text)
    assert samples["feeds_render_seconds_count", ()] == 2
    assert samples["feeds_render_seconds_sum", ()] > 0
    buckets = [
        (float(dict(labels)["le"]), value)
        for (name, labels), value in samples.items()
        if name == "feeds_render_seconds_bucket"
    ]
    assert buckets == sorted(buckets)
    assert [value for _, value in buckets] == sorted(value for _, value in buckets)
    assert buckets[-1] == (float("inf"), 2)


def test_both_of_prometheus_s_formats(project: Project) -> None:
    """The text format by default, OpenMetrics for those who ask for it; never out of a cache."""
    project.record("a")
    client = Client(create_app(project.root / "config.toml"))
    client.get("/all.rss")
    plain = client.get("/metrics")
    assert plain.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert plain.headers["Cache-Control"] == "no-store"
    assert plain.headers["Vary"] == "Accept"
    # Names carry their unit, counters end in _total, and each has its HELP and TYPE.
    for name in set(re.findall(r"^(\w+?)(?:_bucket|_count|_sum)?[ {]", plain.text, re.MULTILINE)):
        assert f"# HELP {name} " in plain.text, name
        assert f"# TYPE {name} " in plain.text, name
    asked = {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"}
    open_metrics = client.get("/metrics", headers=asked)
    assert open_metrics.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    samples = _samples(open_metrics.text, openmetrics_parser.text_string_to_metric_families)
    assert samples["feeds_http_requests_total", (("code", "200"), ("feed", "all"))] == 1
    assert openmetrics.exposition.CONTENT_TYPE_LATEST.startswith("application/openmetrics-text")
    assert client.head("/metrics").data == b""


def test_indexes_in_one_folder_keep_their_numbers_apart(
    make_project: Callable[..., Project], tmp_path: Path
) -> None:
    """What lies beside an index is that index's alone, and shows it by its name."""
    shared = tmp_path / "shared"
    clients = {}
    for name in ("one.db", "two.db", "one"):
        project = make_project(f'{CONFIG}[index]\nurl = "sqlite:///{shared / name}"\n', name)
        project.record("a")
        clients[name] = Client(create_app(project.root / "config.toml"))
    for _ in range(3):
        assert clients["one.db"].get("/all.rss").status_code == 200
    assert clients["two.db"].get("/all.rss").status_code == 200
    asked = {name: _requests(_samples(client.get("/metrics").text)) for name, client in clients.items()}
    assert asked == {"one.db": {("all", "200"): 3}, "two.db": {("all", "200"): 1}, "one": {}}
    found = {path.name for path in shared.iterdir()}
    assert {"one.db.metrics", "two.db.metrics", "one.metrics"} <= found
    assert all(name.startswith(("one", "two.db")) for name in found)


def test_metrics_can_be_turned_off(project: Project) -> None:
    """[server] metrics = false: no address, no files."""
    project.configure(f"{CONFIG}[server]\nmetrics = false\n")
    project.record("a")
    client = Client(create_app(project.root / "config.toml"))
    assert client.get("/metrics").status_code == 404
    assert list((project.root / ".feeds").glob("*metrics*")) == []


def test_an_index_that_is_lost_costs_its_figures_only(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    """Those who look after the server hear of it, when they need the rest most."""
    project.record("a")
    client = Client(create_app(project.root / "config.toml"))
    client.get("/all.rss")
    (project.root / ".feeds" / "index.db").write_bytes(b"no index")
    samples = _samples(client.get("/metrics").text)
    assert _requests(samples)["all", "200"] == 1
    assert ("feeds_articles", ()) not in samples
    shutil.rmtree(project.root / ".feeds")
    assert ("feeds_articles", ()) not in _samples(client.get("/metrics").text)
    assert "index.db" in caplog.text
    client.get("/all.rss")
    assert _requests(_samples(client.get("/metrics").text))["all", "200"] == 1


def test_the_real_server_counts(project: Project, serve: Callable[..., Server]) -> None:
    """Over a socket, with the answers of both layers."""
    project.record("a", topics=["AI"])
    server = serve(project, "--now", NOW)
    tag = ask(server, "/all.rss").headers["ETag"]
    for _ in range(20):
        assert ask(server, "/all.rss", If_None_Match=tag).status == 304
    ask(server, "/nothing")
    requests = _requests(_samples(ask(server, "/metrics").body.decode()))
    assert requests["all", "200"] == 1
    assert requests["all", "304"] == 20
    assert requests["other", "404"] == 1
