"""What clients ask every server for: /robots.txt and /favicon.ico; and that what is printed is there."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from conftest import Server
from flask.testing import FlaskClient
from project import CONFIG, NOW, Project
from test_server import ask

from feeds.pipeline import build
from server import create_app


@contextmanager
def _asking(project: Project, *, front: bool = True) -> Iterator[FlaskClient]:
    project.configure(
        (project.root / "config.toml").read_text() + f"[server]\nfront = {str(front).lower()}\n"
    )
    with create_app(project.config, lambda: build.clock(NOW), live=False).test_client() as client:
        yield client


@pytest.mark.parametrize("front", [True, False])
@pytest.mark.parametrize("files", ['["robots.txt"]', '["robots.txt", "sitemap.xml"]'])
def test_robots_are_told_what_the_export_tells_them(
    files: str, front: bool, make_project: Callable[..., Project]
) -> None:
    """The same bytes on both ways."""
    project = make_project(f"{CONFIG}[export]\nfiles = {files}\n")
    project.record("a")
    project.build()
    with _asking(project, front=front) as client:
        answer = client.get("/robots.txt")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.data == project.public("robots.txt").read_bytes()
    assert (b"Sitemap: https://feeds.example.org/sitemap.xml\n" in answer.data) == ("sitemap" in files)


@pytest.mark.parametrize("config", ["", '[defaults]\nformats = ["rss"]\n'])
def test_crawlers_may_read_everything(config: str, make_project: Callable[..., Project]) -> None:
    """Whatever is exported, and in whatever formats."""
    with _asking(make_project(CONFIG + config)) as client:
        assert client.get("/robots.txt").data == b"User-agent: *\nAllow: /\n"
        assert client.get("/favicon.ico").status_code == 200


def _pixels(png: bytes, size: int) -> list[list[tuple[int, ...]]]:
    """Return the rows of a PNG of 8 bits, RGBA, whose rows are not filtered."""
    (width, height, depth, kind) = struct.unpack(">IIBB", png[16:26])
    assert (width, height, depth, kind) == (size, size, 8, 6)
    length = struct.unpack(">I", png[33:37])[0]
    assert png[37:41] == b"IDAT"
    rows = zlib.decompress(png[41 : 41 + length])
    assert {rows[start] for start in range(0, len(rows), size * 4 + 1)} == {0}
    return [[tuple(rows[row * (size * 4 + 1) + 1 + 4 * x :][:4]) for x in range(size)] for row in range(size)]


@pytest.mark.parametrize("front", [True, False])
def test_there_is_an_icon_for_those_who_know_no_svg(front: bool, project: Project) -> None:
    """A picture in the sizes that are asked for: what the pages' icon shows, in its colours."""
    with _asking(project, front=front) as client:
        answer = client.get("/favicon.ico")
        again = client.get("/favicon.ico", headers={"If-None-Match": answer.headers["ETag"]})
        head = client.head("/favicon.ico")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/vnd.microsoft.icon")
    assert (again.status_code, head.status_code, head.data) == (304, 200, b"")
    reserved, kind, count = struct.unpack("<HHH", answer.data[:6])
    assert (reserved, kind) == (0, 1)
    sizes = []
    for start in range(6, 6 + 16 * count, 16):
        width, height, _, _, _, depth, length, offset = struct.unpack(
            "<BBBBHHII", answer.data[start : start + 16]
        )
        assert (width, depth) == (height, 32)
        pixels = _pixels(answer.data[offset : offset + length], width)
        assert pixels[0][0][3] < 128
        assert pixels[width // 2][1] == (0xC2, 0x50, 0x0F, 255)
        # The dot of the sign, at the lower left.
        assert min(pixels[round(21.8 * width / 32)][round(10.2 * width / 32)]) > 200
        sizes.append(width)
    assert sizes == [16, 32, 48]


@pytest.mark.parametrize("front", [True, False])
@pytest.mark.parametrize(
    ("icon", "leads_to"),
    [
        ("icon.png", "https://feeds.example.org/icon.png"),
        ("https://cdn.acme.com/i.svg", "https://cdn.acme.com/i.svg"),
        ("/favicon.ico", None),
    ],
)
def test_the_site_s_own_icon_is_led_to(
    icon: str, leads_to: str | None, front: bool, make_project: Callable[..., Project]
) -> None:
    """But never back to where it was asked for."""
    project = make_project(CONFIG.replace("[records]", f'icon = "{icon}"\n[records]', 1))
    with _asking(project, front=front) as client:
        for method in ("GET", "HEAD"):
            answer = client.open("/favicon.ico", method=method)
            assert answer.status_code == (302 if leads_to else 200)
            assert answer.headers.get("Location") == leads_to
            assert answer.headers["Cache-Control"].startswith("public, max-age=")


@pytest.mark.parametrize("formats", ['["rss", "page"]', '["rss", "json"]'])
def test_every_address_that_serve_prints_is_there(
    formats: str, make_project: Callable[..., Project], serve: Callable[..., Server]
) -> None:
    """Among them /compose, only where there are pages."""
    project = make_project(f"{CONFIG}[defaults]\nformats = {formats}\n")
    project.record("a")
    server = serve(project, "--now", NOW)
    addresses = re.findall(r"http://\S+", server.printed)
    assert (f"{server.address}/compose" in addresses) == ("page" in formats)
    assert f"{server.address}/all.rss" in addresses
    for address in addresses:
        path = address.removeprefix(server.address)
        if path:
            assert ask(server, path).status == 200, path
    assert (ask(server, "/compose").status == 200) == ("page" in formats)
