"""Bodies are taken from the site's own pages, where there are any."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from project import REAL, Project

from feeds.errors import ConfigError, FeedsError
from feeds.pipeline import follow
from feeds.records import rendered

RENDERED = REAL + 'rendered = "_site"\npermalink = "/{slug}/"\n'
PAGE = """<!doctype html><html><head><title>{title} | Acme</title><style>p {{}}</style></head><body>
<nav><a href="/">Home</a></nav>
<main><article>
<header><h1>{title}</h1><p>By nobody</p></header>
<div class="{name}"><p>{text}</p><script>track()</script><img src="walk.jpg" alt="A walk">
<pre><code>{{{{ shown }}}}</code></pre><p>And {{{{ shown }}}} too.</p><div class="share">Share it</div></div>
<div id="comments">First!</div>
</article></main><footer>Acme</footer></body></html>
"""


def page(text: str, title: str = "Title of a", name: str = "e-content") -> str:
    """Return a page as a theme has it."""
    return PAGE.format(text=text, title=title, name=name)


@pytest.fixture
def site(make_project: Callable[..., Project]) -> Project:
    """A project whose only record has a page, and a body that only the site's generator can render."""
    project = make_project(RENDERED)
    project.write("_site/a/index.html", page("From the page."))
    project.record("a", "From the {% unknown %} record.", originalUrl=None)
    return project


def content(project: Project, number: int = 0) -> str:
    """Return the content of an entry of the feed of everything."""
    return project.feed("all").entries[number].content


def warned(project: Project) -> list[str]:
    """Return the warnings of a check, without their severity."""
    lines = project.invoke("check").output.splitlines()
    return [line.removeprefix("warning: ") for line in lines if line.startswith("warning: ")]


def test_a_body_is_that_of_the_page(site: Project) -> None:
    """Without what surrounds it, with addresses of the page, and with braces as they are shown there."""
    (article,) = site.articles()
    html = content(site)
    assert "<p>From the page.</p>" in html
    assert 'src="https://www.acme.com/a/walk.jpg"' in html
    assert html.count("{{ shown }}") == 2
    for other in ("record", "Home", "nobody", "track", "Share", "First", "<h1"):
        assert other not in html, other
    assert [image.url for image in article.images] == ["https://www.acme.com/a/walk.jpg"]
    assert site.feed("all").entries[0].summary == "From the page."


def test_what_the_page_rendered_is_not_told_as_lost(site: Project) -> None:
    """A template in the record's body is told only where that body is shown."""
    assert warned(site) == []
    (site.root / "_site/a/index.html").unlink()
    assert any("unknown" in line for line in warned(site))


@pytest.mark.parametrize("name", ["a/index.html", "a.html"])
def test_an_address_without_a_slash_has_two_places(make_project: Callable[..., Project], name: str) -> None:
    """One that ends in .html has its own; escapes are decoded."""
    project = make_project(REAL + 'rendered = "_site"\n')
    project.write(f"_site/{name}", page("One."))
    project.write("_site/2024/ü b.html", page("Two."))
    project.record("a", "Own.", originalUrl="https://acme.com/a")
    project.record("b", "Own.", originalUrl="https://www.acme.com/2024/%C3%BC%20b.html")
    assert "One." in content(project, 0) + content(project, 1)
    assert "Two." in content(project, 0) + content(project, 1)


def test_a_site_below_a_path_has_its_pages_there(make_project: Callable[..., Project]) -> None:
    """Of the path, what site_url has is not part of the folder."""
    project = make_project(RENDERED.replace("www.acme.com", "www.acme.com/blog/"))
    project.write("_site/a/index.html", page("Below."))
    project.record("a", originalUrl="https://www.acme.com/blog/a/")
    assert "Below." in content(project)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda path: path.unlink(), "has no page"),
        (lambda path: path.write_text("<p>Nothing known</p>"), "without its text"),
        (lambda path: path.write_text("<article><script>run()</script></article>"), "without its text"),
        (lambda path: path.write_text("<article>" + "x" * 6_000_000), "max_bytes"),
        (lambda path: path.write_bytes(b"<article>\xe9</article>"), "UTF-8"),
    ],
)
def test_without_a_usable_page_the_record_s_own_body_is_taken(
    site: Project, change: Callable[[Path], object], said: str
) -> None:
    """With one warning for all such records, and none for drafts."""
    site.record("a", "Own.", originalUrl=None)
    for stem, is_draft in (("b", False), ("c", True)):
        site.record(stem, "Own.", originalUrl=None, draft=is_draft)
        site.write(f"_site/{stem}/index.html", page("B."))
        change(site.root / f"_site/{stem}/index.html")
    change(site.root / "_site/a/index.html")
    assert "Own." in content(site)
    (line,) = warned(site)
    assert line.startswith("records/a.md: ")
    assert said in line
    assert "_site/a/index.html" in line
    assert "in 2 records" in line


def test_nothing_outside_of_the_folder_is_read(site: Project) -> None:
    """Neither by a link nor by an address."""
    site.write("secret/index.html", page("Secret."))
    (site.root / "_site/b").symlink_to(site.root / "secret")
    site.record("b", "Own.", originalUrl=None)
    site.record("c", "Own.", originalUrl="https://www.acme.com/%2e%2e%2fsecret/")
    site.record("d", "Own.", originalUrl="https://www.acme.com/..%5csecret/")
    assert "Secret." not in "".join(content(site, number) for number in range(4))
    assert any("records/b.md" in line and "leads out" in line for line in warned(site))


def test_a_selector_says_where_the_body_is(site: Project) -> None:
    """And explain says what was taken."""
    assert "_site/a/index.html, .e-content" in site.invoke("explain", "records/a.md").output
    site.write("_site/a/index.html", page("From here.", name="mine").replace("</main>", "</main>There."))
    site.configure(RENDERED + 'rendered_selector = "main .mine"\n')
    assert "From here." in content(site)
    assert "_site/a/index.html, main .mine" in site.invoke("explain", "records/a.md").output


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ('rendered = "_site"\nrendered_selector = "a >"\n', "records.rendered_selector"),
        ('rendered_selector = "article"\n', "records.rendered_selector"),
    ],
)
def test_what_cannot_be_looked_for_is_an_error(
    make_project: Callable[..., Project], lines: str, key: str
) -> None:
    """With its line; so is a folder without a site."""
    with pytest.raises(ConfigError) as caught:
        assert make_project(REAL + lines).config
    assert caught.value.key == key
    assert caught.value.line == (REAL + lines).count("\n")


def test_pages_need_a_site_and_a_folder(make_project: Callable[..., Project]) -> None:
    """Of their own: within the records they would be articles."""
    with pytest.raises(ConfigError):
        assert make_project('[records]\nrendered = "_site"\n').config
    project = make_project(RENDERED)
    with pytest.raises(FeedsError, match="_site does not exist"):
        project.build()
    project.configure(RENDERED.replace('"_site"', '"records/_site"'))
    project.write("records/_site/a/index.html", page("Page."))
    with pytest.raises(FeedsError, match="exclude"):
        project.build()


def test_pages_that_change_are_read_again_and_only_those(site: Project) -> None:
    """Also those that come and go; records lie in two folders."""
    site.write("_site/b/index.html", page("B."))
    site.record("deep/b", "Own b.", originalUrl=None)
    assert site.build().report.read == 2
    assert site.build().report.read == 0
    site.write("_site/a/index.html", page("Now another."))
    assert site.build().report.read == 1
    assert "Now another." in content(site, 0) + content(site, 1)
    (site.root / "_site/b/index.html").unlink()
    assert site.build().report.read == 1
    assert "Own b." in content(site, 0) + content(site, 1)
    site.write("_site/b.html", page("Not its page."))
    assert site.build().report.read == 0
    (site.root / "records/deep/b.md").unlink()
    assert site.build().report.removed == 1
    site.configure(RENDERED.replace('rendered = "_site"', ""))
    assert "From the" in content(site)
    assert "Now another." not in content(site)


def test_an_article_elsewhere_has_no_page_and_that_is_told_only_if_all_are(site: Project) -> None:
    """For then it is the site's address that is wrong."""
    site.record("b", "Own.", originalUrl="https://example.net/b/")
    assert warned(site) == []
    (site.root / "records/a.md").unlink()
    (line,) = warned(site)
    assert "site_url" in line


def test_what_a_page_loses_is_told_of_pages(site: Project) -> None:
    """And not with a line of the record, which has nothing of it."""
    site.write("_site/a/index.html", page("<canvas></canvas>Seen."))
    (line,) = warned(site)
    assert line.startswith("records/a.md: <canvas>")


def test_pages_are_followed(site: Project) -> None:
    """A change of one has all records compared."""
    stopping = threading.Event()
    changes = follow.follow(site.config, stopping)
    assert next(changes) == follow.EVERYTHING
    site.write("_site/a/index.html", page("Followed."))
    found = next(changed for changed in changes if changed != follow.Changed())
    stopping.set()
    assert found.folders is None
    assert not found.topics


@pytest.mark.parametrize(
    ("url", "files"),
    [
        ("https://acme.com/", ("index.html",)),
        ("https://acme.com/a/?x=1#y", ("a/index.html",)),
        ("https://acme.com/a.b", ("a.b.html", "a.b/index.html")),
        ("https://acme.com/a.HTM", ("a.HTM",)),
        ("https://acme.com/x%2f..%2fa/", ()),
        ("https://acme.com/x/%2e%2e/a/", ()),
        ("https://acme.com/x%5ca/", ()),
        ("https://acme.com/a%00/", ()),
        ("https://other.acme.com/a/", ()),
    ],
)
def test_only_plain_names_are_looked_for(url: str, files: tuple[str, ...]) -> None:
    """Of this site; escapes that stand for other signs than names have lead nowhere."""
    assert rendered.names(url, "https://www.acme.com") == files
