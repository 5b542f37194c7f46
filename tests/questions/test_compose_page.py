"""The page that composes feeds, as people use it: in Debian's Chromium, with a script and without."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from conftest import Server, free_port, running
from project import CONFIG, Project

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.real

NOW = "2026-06-01T12:00:00Z"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of thirty articles in fifteen topics."""
    project = Project(tmp_path_factory.mktemp("compose") / "project", CONFIG)
    for number in range(30):
        project.record(
            f"r{number}",
            title=f"Story {number} of {'deep fakes' if number % 2 else 'fake deeps'}",
            topics=[f"Topic {number % 15}", "Every"],
            quality=number * 3,
            publishedDateTime=f"2026-05-{number + 1:02d}",
        )
    port = free_port()
    command = [sys.executable, "-m", "feeds", "serve", "--port", str(port), "--now", NOW]
    with running(command, project.root, port) as server:
        yield server


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages; none may have an error."""
    contexts = []
    errors: list[str] = []

    def open_page(address: str, **options: Any) -> Page:
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A question that cannot be answered has status 400, which browsers tell the console.
    assert [error for error in errors if "400" not in error] == []


def addresses(page: Page) -> list[str]:
    return [field.input_value() for field in page.query_selector_all(".addresses input")]


def test_the_answer_follows_what_is_typed_and_marked(served: Server, browse: Callable[..., Page]) -> None:
    """Words, a topic found by its name, a slider; the address in the bar can be kept and opened again."""
    from playwright.sync_api import expect

    page = browse(f"{served.address}/compose")
    title = page.locator("#answer h2")
    page.get_by_label('Words and "quoted phrases"').fill('"deep fakes"')
    expect(title).to_contain_text("“deep fakes”")
    page.get_by_label("Find a topic").fill("every")
    assert page.locator(".subjects li:visible").count() == 1
    page.get_by_label("all: Every").check()
    expect(title).to_contain_text("Every")
    slider = page.get_by_role("slider", name="Quality from")
    slider.focus()
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    expect(title).to_contain_text("quality from 80")
    assert page.get_by_label("Quality from", exact=True).first.input_value() == "80"
    expected = "topic=every&q=%22deep%20fakes%22&min_quality=80"
    assert addresses(page)[0] == f"https://feeds.example.org/feed.rss?{expected}"
    assert [one.inner_text() for one in page.query_selector_all(".found h3")] == [
        "Story 29 of deep fakes",
        "Story 27 of deep fakes",
    ]
    page.reload()
    assert addresses(page)[0] == f"https://feeds.example.org/feed.rss?{expected}"
    assert page.get_by_label("all: Every").is_checked()
    page.get_by_role("slider", name="Quality from").press("Home")
    expect(title).not_to_contain_text("quality")
    assert page.get_by_label("Quality from", exact=True).first.input_value() == ""


def test_an_address_is_copied_with_one_press(served: Server, browse: Callable[..., Page]) -> None:
    """Each format has a button, with a name of its own."""
    from playwright.sync_api import expect

    page = browse(f"{served.address}/compose?topic=every", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the Atom address").click()
    expect(page.locator("#answer")).to_contain_text("Copied")
    assert (
        page.evaluate("navigator.clipboard.readText()") == "https://feeds.example.org/feed.atom?topic=every"
    )


def test_what_cannot_be_asked_is_told_beside_the_form(served: Server, browse: Callable[..., Page]) -> None:
    """And the form stays as it is."""
    from playwright.sync_api import expect

    page = browse(f"{served.address}/compose")
    page.get_by_label("all: Every").check()
    page.get_by_label("not: Every").check()
    page.get_by_role("alert").wait_for()
    assert "is also asked for" in page.get_by_role("alert").inner_text()
    page.get_by_label("not: Every").uncheck()
    expect(page.locator("#answer h2")).to_contain_text("Every")


def test_it_works_without_a_script(served: Server, browse: Callable[..., Page]) -> None:
    """A plain form, with a button."""
    page = browse(f"{served.address}/compose", java_script_enabled=False)
    page.get_by_label('Words and "quoted phrases"').fill("fakes")
    page.get_by_label("any: Topic 1", exact=True).check()
    page.get_by_label("Quality from").fill("1")
    page.get_by_role("button", name="Show").click()
    assert re.search(r"/compose\?q=fakes&any=topic-1&.*min_quality=1", page.url)
    assert addresses(page) == [
        f"https://feeds.example.org/feed{suffix}?topic=topic-1&q=fakes&min_quality=1"
        for suffix in (".rss", ".atom", ".json")
    ]
    assert [one.inner_text() for one in page.query_selector_all(".found h3")] == ["Story 1 of deep fakes"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_everything_is_within_reach(
    width: int, scheme: Any, served: Server, browse: Callable[..., Page]
) -> None:
    """On a desk and on a phone nothing runs out of the page; the keyboard reaches its fields in order."""
    page = browse(
        f"{served.address}/compose?topic=every",
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"


def test_axe_finds_nothing(served: Server, browse: Callable[..., Page]) -> None:
    """Neither with an answer nor with a reason why there is none."""
    from axe_playwright_python.sync_playwright import Axe

    for query in ("topic=every&q=deep", "limit=0"):
        for scheme in ("light", "dark"):
            page = browse(f"{served.address}/compose?{query}", color_scheme=scheme)
            assert Axe().run(page).response["violations"] == []
