"""Of a page, only its article's text is the body."""

from __future__ import annotations

import pytest

from feeds.bodies import pages


def found(html: str, title: str = "A walk", selector: str = "") -> str:
    """Return the body of a page with this body element."""
    extract = pages.extract(f"<!doctype html><title>x</title><body>{html}", selector, title)
    assert extract is not None
    return extract.html


@pytest.mark.parametrize("selector", pages.GUESSES)
def test_the_first_guess_that_a_page_has_is_taken(selector: str) -> None:
    """In the order of the table, whatever the order on the page."""
    elements = {
        "[itemprop=articleBody]": "<p itemprop=articleBody>{}</p>",
        "article": "<article>{}</article>",
        "main": "<main>{}</main>",
    }
    html = ""
    for guess in pages.GUESSES[pages.GUESSES.index(selector) :]:
        html = elements.get(guess, f"<div class='{guess[1:]}'>{{}}</div>").format(guess) + html
    extract = pages.extract(html, "", "A walk")
    assert extract == pages.Extract(selector, selector)


@pytest.mark.parametrize(
    "extra",
    [
        "<header><h1>A Walk!</h1><p>By Ann</p></header>",
        "<header><h1>Another title</h1></header>",
        "<h1>“A walk” <a href='#a'>#</a></h1>",
        "<h2>A walk</h2>",
    ],
)
def test_the_title_is_not_said_twice(extra: str) -> None:
    """As the theme spells it, with the header that it stands in."""
    assert found(f"<article>{extra}<p>Text</p></article>") == "<p>Text</p>"


@pytest.mark.parametrize(
    "kept",
    [
        "<p>Text</p><h2>A walk</h2><p>More</p>",
        "<p>Text</p><h1>Another</h1>",
        "<blockquote><p>Text</p><footer>Ann</footer></blockquote>",
        '<p>Text</p><footer class="footnotes">1. Note</footer>',
        "<aside>Note</aside>",
        '<script type="math/tex">x</script>',
        "<h2>Part <a href='#a'>one</a></h2>".replace("'", '"'),
    ],
)
def test_what_belongs_to_the_text_stays(kept: str) -> None:
    """Sections, sources of quotations, notes, asides, formulas, links in headings."""
    assert found(f"<article><p>Text</p>{kept}</article>") == f"<p>Text</p>{kept}"


@pytest.mark.parametrize(
    "extra",
    [
        "<nav><a href='/'>Home</a></nav>",
        "<footer>Tags</footer>",
        "<div id='disqus_thread'>Comments</div>",
        "<script>run()</script>",
        "<style>p {}</style>",
        "<button>Copy</button>",
        "<div class='wide sharedaddy'>Share</div>",
        "<div role='navigation'>Next</div>",
    ],
)
def test_what_surrounds_the_text_goes(extra: str) -> None:
    """Navigation, comments, buttons, what runs."""
    assert found(f"<article>{extra}<p>Text</p>{extra}</article>") == "<p>Text</p>"


@pytest.mark.parametrize("html", ["<p>Text</p>", "<article> </article>", "<main><nav>Home</nav></main>", ""])
def test_a_page_without_a_text_has_no_body(html: str) -> None:
    """Because no such element is there, or nothing is seen in it."""
    assert pages.extract(html, "", "A walk") is None


def test_a_picture_alone_is_a_body() -> None:
    """And what a selector names goes before guesses; it has to be there."""
    assert found("<article><img src='a.jpg'></article>") == '<img src="a.jpg">'
    assert found("<article>No</article><p class=x>Yes</p>", selector="p.x") == "Yes"
    assert pages.extract("<article>No</article>", "p.x", "A walk") is None


def test_a_selector_is_looked_into_before_it_is_used() -> None:
    """What is no CSS is told."""
    assert pages.selector_fault("main > .text, article") == ""
    assert pages.selector_fault("main >") != ""
