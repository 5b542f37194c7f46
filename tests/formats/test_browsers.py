"""The pages for people, and feeds that people open, in a real browser: Debian's Chromium.

To take the pictures of docs/images anew, install fonts for all scripts of seeds/ (fonts-noto-core,
fonts-noto-cjk), run

    FEEDS_REWRITE_PICTURES=1 python -m pytest -m real tests/formats/test_browsers.py -k picture

and look at them.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import Server, free_port, running
from debian import program
from processes import started
from project import ROOT, Project

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

pytestmark = pytest.mark.real

NOW = "2026-11-20T00:00:00Z"
ADDRESS = "https://feeds.example.org"
PAGES = ("/", "/topics/ai/", "/topics/languages/")
FEEDS = ("/all.rss", "/all.atom", "/topics/ai.rss", "/topics/ai.atom")
SCHEMES = ("light", "dark")
WIDTHS = (1280, 390)
REWRITE = "FEEDS_REWRITE_PICTURES"
PICTURES = ROOT / "docs" / "images"
MOST_BYTES = 60_000
"""Of one picture in docs/images."""

SHIFTS = """\
window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map((entry) => entry.value)))
  .observe({type: "layout-shift", buffered: true});
addEventListener("securitypolicyviolation", (event) => console.error(`refused: ${event.blockedURI}`));
"""
FOCUSABLE = """\
() => [...document.querySelectorAll("a[href], button, input")]
  .filter((element) => element.checkVisibility({visibilityProperty: true}))
  .map((element) => element.textContent.trim() || element.id)
"""
FOCUSED = """\
() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const box = element.getBoundingClientRect();
  const seen = getComputedStyle(element).outlineStyle !== "none" && box.width > 20 && box.height > 10
    && box.top > -1 && box.bottom < innerHeight + 1;
  return [element.textContent.trim() || element.id, seen];
}
"""


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The sample feeds, served."""
    project = Project(tmp_path_factory.mktemp("browsers") / "project")
    shutil.copy(ROOT / "config.toml", project.root)
    shutil.copytree(ROOT / "seeds", project.root / "seeds")
    port = free_port()
    options = ["--port", str(port), "--now", NOW, "--base-url", ADDRESS]
    with running([sys.executable, "-m", "feeds", "serve", *options], project.root, port) as server:
        yield server


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open profiles: ``browse(width, **options)``. No page in them may have an error, or break its policy."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_profile(width: int = 1280, **options: Any) -> BrowserContext:
        context = chromium.new_context(viewport={"width": width, "height": 860}, **options)
        contexts.append(context)
        context.add_init_script(SHIFTS)
        context.route(lambda url: url.startswith("https://"), draw)
        context.on(
            "console", lambda message: message.type in ("error", "warning") and errors.append(message.text)
        )
        context.on("weberror", lambda error: errors.append(str(error.error)))
        return context

    yield open_profile
    for context in contexts:
        context.close()
    assert errors == []


def draw(route: Route) -> None:
    """Answer for an article's picture, which is on no real host: one that its address decides."""
    if route.request.resource_type != "image":
        route.abort()
        return
    number = int(hashlib.sha256(route.request.url.encode()).hexdigest()[:6], 16)
    sky, land = number % 360, (number % 360 + 40 + number // 360 % 60) % 360
    route.fulfill(
        content_type="image/svg+xml",
        body=f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="480" height="320" viewBox="0 0 480 320">
<linearGradient id="sky" x2="1" y2="1"><stop stop-color="hsl({sky} 45% 62%)"/>
<stop offset="1" stop-color="hsl({land} 50% 38%)"/></linearGradient>
<rect width="480" height="320" fill="url(#sky)"/>
<circle cx="{100 + number % 280}" cy="{80 + number // 7 % 120}" r="46" fill="hsl({land} 70% 88%)"/>
<path d="M0 {220 + number % 40}q120 {number % 60 - 80} 240 10t240 -20V320H0z" fill="hsl({land} 45% 25%)"/>
</svg>""",
    )


def load_pictures(page: Page) -> None:
    """Scroll through a page until every picture in it has come."""
    page.evaluate(
        """async () => {
          for (const image of document.images) {
            image.scrollIntoView();
            while (!image.complete) await new Promise((done) => setTimeout(done, 20));
          }
          scrollTo(0, 0);
        }"""
    )


def painted(page: Page) -> None:
    """Wait until what is there now has been painted, and observers have heard of it."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.mark.parametrize(("scheme", "width"), list(itertools.product(SCHEMES, WIDTHS)))
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(
    path: str, scheme: str, width: int, seeds: Server, browse: Callable[..., BrowserContext]
) -> None:
    """No rule of axe-core is broken: landmarks, headings, names, contrast and all the others."""
    from axe_playwright_python.sync_playwright import Axe

    page = browse(width, color_scheme=scheme).new_page()
    page.goto(seeds.address + path)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert len(results.response["passes"]) > 20


@pytest.mark.parametrize("width", [*WIDTHS, 320])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves_while_a_page_loads(
    path: str, width: int, seeds: Server, browse: Callable[..., BrowserContext]
) -> None:
    """Pictures that come late find their place kept free (Cumulative Layout Shift 0); none is too wide."""
    context = browse(width)
    held: list[Route] = []
    is_painted = False

    def come_late(route: Route) -> None:
        if is_painted:
            draw(route)
        else:
            held.append(route)

    context.route(lambda url: url.startswith("https://"), come_late)
    page = context.new_page()
    page.goto(seeds.address + path, wait_until="domcontentloaded")
    painted(page)
    is_painted = True
    assert held
    for route in held:
        draw(route)
    load_pictures(page)
    painted(page)
    assert page.evaluate("[...document.images].filter((image) => image.naturalWidth).length") > 3
    assert page.evaluate("shifts") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_whole_without_javascript(
    path: str, seeds: Server, browse: Callable[..., BrowserContext]
) -> None:
    """Everything can be read and followed; buttons that would do nothing are not there."""
    with_script, without = (browse(java_script_enabled=enabled).new_page() for enabled in (True, False))
    for page in (with_script, without):
        page.goto(seeds.address + path)
    assert with_script.locator("button.copy").first.is_visible()
    assert not any(button.is_visible() for button in without.locator("button, input").all())
    assert without.locator("a").all_inner_texts() == with_script.locator("a").all_inner_texts()
    assert all(link.is_visible() for link in without.locator("main a").all())
    assert without.locator("h1").is_visible()


def test_the_copy_button_copies_the_address(seeds: Server, browse: Callable[..., BrowserContext]) -> None:
    """Of its own format, and says so to everybody, for a while."""
    from playwright.sync_api import expect

    context = browse(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{seeds.address}/topics/ai/")
    for name, suffix in (("RSS", "rss"), ("Atom", "atom")):
        page.get_by_role("button", name=f"Copy the {name} address").click()
        expect(page.locator("#copied")).to_have_text("The address was copied.")
        assert page.evaluate("navigator.clipboard.readText()") == f"{ADDRESS}/topics/ai.{suffix}"
    expect(page.locator("#copied")).to_be_empty()


def test_the_copy_button_works_where_pages_have_no_clipboard(
    seeds: Server, browse: Callable[..., BrowserContext]
) -> None:
    """Browsers give pages that came by plain http no clipboard."""
    from playwright.sync_api import expect

    context = browse(permissions=["clipboard-read", "clipboard-write"])
    other = context.new_page()
    other.goto(seeds.address)
    page = context.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(seeds.address)
    page.get_by_role("button", name="Copy the Atom address").click()
    expect(page.locator("#copied")).not_to_be_empty()
    other.bring_to_front()
    assert other.evaluate("navigator.clipboard.readText()") == f"{ADDRESS}/all.atom"


@pytest.mark.parametrize("path", PAGES[:2])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_keyboard_reaches_everything(
    path: str, width: int, seeds: Server, browse: Callable[..., BrowserContext]
) -> None:
    """In the page's order, and what has the focus can be seen; the first thing leads past the header."""
    page = browse(width).new_page()
    page.goto(seeds.address + path)
    wanted = page.evaluate(FOCUSABLE)
    assert wanted[0] == "Skip to content"
    assert len(wanted) > 15
    for name in wanted:
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED) == [name, True]
    page.goto(seeds.address + path)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)[0] == "Copy the RSS address"


@pytest.fixture
def exported(make_project: Callable[..., Project]) -> Project:
    """An export of 40 topics."""
    project = make_project()
    for number in range(39):
        project.record(f"r{number}", topics=[f"Topic {number:02d}", "Čapek & Σίσυφος"])
    project.build()
    return project


def test_an_export_works_from_a_folder(exported: Project, browse: Callable[..., BrowserContext]) -> None:
    """Without any server: style, script, and links from page to page."""
    page = browse().new_page()
    page.goto(exported.public("index.html").as_uri())
    assert page.locator("button.copy").first.is_visible()
    assert page.locator("body").evaluate("(body) => getComputedStyle(body).maxWidth") == "1120px"
    page.get_by_role("link", name="Topic 07").click()
    assert page.locator("h1").inner_text() == "Topic 07"
    page.get_by_role("link", name="Example", exact=True).click()
    assert page.locator("h1").inner_text() == "Example"


@pytest.mark.parametrize(
    ("typed", "found"),
    [("topic 1", 10), ("TOPIC 07", 1), ("capek", 1), ("ΣΊΣΥΦΟΣ", 1), ("none", 0), ("", 40)],
)
def test_topics_can_be_found_by_typing(
    typed: str, found: int, exported: Project, browse: Callable[..., BrowserContext]
) -> None:
    """Whatever the case and the accents; how many are left is said."""
    page = browse().new_page()
    page.goto(exported.public("index.html").as_uri())
    page.get_by_role("searchbox", name="Find a topic").fill(typed)
    assert sum(item.is_visible() for item in page.locator(".topics li").all()) == found
    assert page.locator("#found").inner_text() == (f"{found} of 40" if typed else "")


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_that_is_opened_is_shown_styled(
    path: str, seeds: Server, browse: Callable[..., BrowserContext]
) -> None:
    """The same bytes that readers get, explained, with titles and summaries, without what machines read."""
    page = browse().new_page()
    answer = page.goto(seeds.address + path)
    assert answer is not None
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    with urllib.request.urlopen(seeds.address + path) as usual:
        assert usual.headers["Content-Type"] != answer.headers["content-type"]
        assert usual.headers["ETag"] != answer.headers["etag"]
        assert usual.read() == answer.body()
    check_styled(page, ADDRESS + path)


def check_styled(page: Page, address: str) -> None:
    """The page shows a feed in its style sheet."""
    explained = page.evaluate("getComputedStyle(document.documentElement, '::before').content")
    assert explained.startswith('"This is a web feed.')
    shown = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("*")].reduceRight((seen, element) => {
          const style = getComputedStyle(element);
          const value = element.checkVisibility() ? `${style.display} ${style.fontSize}` : "";
          return [...seen, [`${element.parentNode?.localName}/${element.localName}`, value]];
        }, []))"""
    )
    item, feed = ("item", "channel") if "channel/item" in shown else ("entry", "feed")
    assert shown[f"{feed}/title"] == "block 36px"
    assert shown[f"{feed}/{item}"].startswith("flex")
    assert shown[f"{item}/title"] == "block 20px"
    assert shown[f"{item}/{'pubDate' if item == 'item' else 'published'}"] == "block 14px"
    for hidden in (
        "item/guid",
        "item/encoded",
        "entry/id",
        "entry/content",
        "item/thumbnail",
        "entry/thumbnail",
    ):
        assert not shown.get(hidden)
    link = page.evaluate("document.querySelector('link[rel=self]').getAttribute('href')")
    assert link == address
    assert page.evaluate("getComputedStyle(document.querySelector('link[rel=self]'), '::after').content") == (
        f'"{address}"'
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_a_feed_that_is_opened_follows_the_scheme(
    seeds: Server, browse: Callable[..., BrowserContext]
) -> None:
    """Light on dark, or dark on light, on a phone too."""
    colours = set()
    for scheme in SCHEMES:
        page = browse(320, color_scheme=scheme).new_page()
        page.goto(f"{seeds.address}/topics/ai.rss")
        check_styled(page, f"{ADDRESS}/topics/ai.rss")
        colours.add(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert len(colours) == 2


@contextmanager
def nginx(folder: Path, root: Path) -> Iterator[str]:
    """Run nginx with the example of docs/deploy over an export."""
    executable = program("nginx", "nginx-light")
    port = free_port()
    (folder / "nginx.conf").write_text(f"""\
daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr;
events {{ }}
http {{
    types {{ text/html html; text/css css; application/rss+xml rss; application/atom+xml atom; }}
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port};
        root {root};
        include {ROOT}/docs/deploy/nginx-browser-feeds.conf;
    }}
}}
""")
    command = [executable, "-p", folder, "-c", folder / "nginx.conf"]
    with started(command, stderr=subprocess.PIPE) as process:
        address = f"http://127.0.0.1:{port}"
        for _ in range(500):
            assert process.poll() is None, process.communicate()[1]
            try:
                urllib.request.urlopen(address).close()
                break
            except OSError:
                process_wait(process)
        yield address
        process.terminate()
        process.communicate(timeout=10)


def process_wait(process: subprocess.Popen[bytes]) -> None:
    """Give a process that is starting a moment."""
    try:
        process.wait(0.02)
    except subprocess.TimeoutExpired:
        return


def test_nginx_shows_feeds_of_the_export_styled(
    tmp_path: Path, exported: Project, browse: Callable[..., BrowserContext]
) -> None:
    """The example in docs/deploy: people see a page, feed readers get what they always got."""
    with nginx(tmp_path, exported.root / "public") as address:
        for path in ("/all.rss", "/all.atom", "/topics/topic-07.rss"):
            page = browse().new_page()
            answer = page.goto(address + path)
            assert answer is not None
            check_styled(page, ADDRESS + path)
            assert answer.headers["content-type"] == "application/xml; charset=utf-8"
            assert answer.headers["cache-control"].startswith("private")
            assert answer.headers["vary"] == "Sec-Fetch-Dest"
            assert "etag" not in answer.headers
            with urllib.request.urlopen(address + path) as usual:
                assert usual.headers["Content-Type"] == f"application/{path.rpartition('.')[2]}+xml"
                assert usual.headers["ETag"]
                assert usual.read() == answer.body() == exported.public(path.lstrip("/")).read_bytes()
        page = browse().new_page()
        page.goto(f"{address}/topics/topic-07/")
        assert page.locator("h1").inner_text() == "Topic 07"
        # What it still loads would find nobody once the server is gone.
        page.wait_for_load_state("networkidle")
        page.close()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}/.browser/all.rss")


@pytest.mark.parametrize(("scheme", "width"), list(itertools.product(SCHEMES, WIDTHS)))
@pytest.mark.parametrize(
    ("name", "path"), [("home", "/"), ("topic", "/topics/ai/"), ("feed", "/topics/ai.rss")]
)
def test_pictures_for_the_documentation(
    name: str, path: str, scheme: str, width: int, seeds: Server, browse: Callable[..., BrowserContext]
) -> None:
    """Of both pages and of a feed that is opened, in both schemes and two widths; small files.

    They are kept only where that is asked for: other fonts give other pictures.
    """
    context = browse(width, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(seeds.address + path)
    if path.endswith("/"):
        load_pictures(page)
    # Playwright itself writes no WebP.
    taken = context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 65})
    picture = base64.b64decode(taken["data"])
    assert len(picture) < MOST_BYTES
    device = "phone" if width < 600 else "desktop"
    file = PICTURES / f"{name}-{scheme}-{device}.webp"
    assert file.is_file() or os.environ.get(REWRITE)
    if os.environ.get(REWRITE):
        file.write_bytes(picture)
