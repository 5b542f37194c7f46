"""An entry's HTML: complete, safe in any page, and readable without its site."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from feeds import Article, Image, Provider, Related
from feeds.bodies import body as bodies
from feeds.publication import content
from feeds.text import references

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def _article(**fields: Any) -> Article:
    given = {
        "path": "records/a.md",
        "id": "https://example.com/a",
        "url": "https://example.com/2026/a.html",
        "title": "A & <b>",
        "published": WHEN,
        "updated": WHEN,
    }
    return Article(**(given | fields))


def html(article: Article, site_url: str = "") -> str:
    """Return an article's content with its body, as it is put together for an entry."""
    base = references.base_of(article.url, site_url)
    body = bodies.rendered(article.body, article.body_format, base).html if article.body else ""
    return content.html(article, body)


def _page(body: str, **fields: Any) -> str:
    return html(_article(body=body, body_format="html", **fields))


def _markdown(body: str, **fields: Any) -> str:
    return html(_article(body=body, body_format="markdown", **fields))


@pytest.mark.parametrize(
    "harm",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
        "<scr<script>ipt>alert(1)</script>",
        "<style>p { background: url(//evil.example/) }</style>",
        "<iframe src='https://evil.example/'></iframe>",
        "<object data='x'></object><embed src='x'>",
        "<form action='https://evil.example/'><input name='password'></form>",
        "<p onclick='alert(1)' ONMOUSEOVER=alert(1)>x</p>",
        "<img src='x.png' onerror='alert(1)'>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' &#106;ava\tscript:alert(1)'>x</a>",
        "<a href='vbscript:x'>x</a><a href='data:text/html,<script>x</script>'>y</a>",
        "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
        "<svg><script>alert(1)</script></svg><math><mtext></mtext></math>",
        "<p style='position: fixed; top: 0'>x</p>",
        "<base href='https://evil.example/'><meta http-equiv='refresh' content='0'><link rel='stylesheet'>",
        "<!--[if IE]><script>alert(1)</script><![endif]-->",
        "<template><script>x</script></template><noscript><b title='</noscript><script>x</script>'>",
    ],
)
@pytest.mark.parametrize("make", [_page, _markdown])
def test_nothing_runs_and_nothing_is_loaded_but_pictures(make: Any, harm: str) -> None:
    """Scripts, styles, frames, forms, handlers and their addresses are taken out, in either kind of body."""
    root = lxml_html.fragment_fromstring(make(f"<p>before</p>\n\n{harm}\n\n<p>after</p>"), "div")
    assert {"before", "after"} <= {p.text for p in root.iterfind("p")}
    for element in root.iter():
        assert isinstance(element.tag, str), "no comments"
        assert element.tag not in {"script", "style", "iframe", "object", "embed", "form", "input", "svg"}
        assert element.tag not in {"base", "meta", "link", "template", "noscript"}
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name != "style"
            assert not value.strip().lower().startswith(("javascript:", "vbscript:", "data:"))


@pytest.mark.parametrize(
    ("texts", "alt"),
    [
        ({"title": "T", "alt": "A", "caption": "C"}, "A"),
        ({"title": "T", "caption": "C"}, "T"),
        ({"caption": "C"}, "C"),
        ({}, ""),
    ],
)
def test_the_lead_picture_says_what_it_shows(texts: dict[str, str], alt: str) -> None:
    """To those who do not see it: what the record has for that goes before a title."""
    root = lxml_html.fragment_fromstring(
        html(_article(images=(Image("https://e.org/a.png", **texts),))), "div"
    )
    assert [picture.get("alt") for picture in root.iter("img")] == [alt]


@given(st.text(st.sampled_from("<>/\"'=&;: \n`*_[]()!#-abcjsriptonclk"), max_size=60), st.booleans())
def test_whatever_is_written_nothing_runs(source: str, is_markdown: bool) -> None:
    """No text makes markup that is not allowed."""
    made = (_markdown if is_markdown else _page)(source + "<a onclick=x href='javascript:y'>z")
    root = lxml_html.fragment_fromstring(f"<div>{made}</div>")
    for element in root.iter():
        assert element.tag not in {"script", "iframe", "style"}
        assert not any(name.startswith("on") or name == "style" for name in element.attrib)
        assert "javascript:" not in element.get("href", "")


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("other.html", "https://example.com/2026/other.html"),
        ("../other.html", "https://example.com/other.html"),
        ("/other.html?x=1&amp;y=2#z", "https://example.com/other.html?x=1&amp;y=2#z"),
        ("//cdn.example.net/x", "https://cdn.example.net/x"),
        ("#part", "https://example.com/2026/a.html#part"),
        ("a b.html", "https://example.com/2026/a%20b.html"),
        ("https://other.example/", "https://other.example/"),
        ("mailto:a@example.com", "mailto:a@example.com"),
    ],
)
def test_relative_links_lead_where_they_lead_on_the_article_s_page(link: str, absolute: str) -> None:
    """Readers show content outside its site; every link has to be complete."""
    assert f'<a href="{absolute}">x</a>' in _page(f'<p><a href="{link}">x</a></p>')


def test_relative_links_are_resolved_against_the_site_where_it_is_known() -> None:
    """[records] site_url is what links of records are relative to."""
    article = _article(body="[x](/y) ![z](z.png)", body_format="markdown")
    made = html(article, "https://www.example.org")
    assert 'href="https://www.example.org/y"' in made
    assert 'src="https://www.example.org/z.png"' in made


def test_pictures_and_quotations_have_whole_addresses_too() -> None:
    """src and cite are links like any other."""
    made = _page('<img src="/a.png"><blockquote cite="q.html">x</blockquote><q cite="r">y</q>')
    assert 'src="https://example.com/a.png"' in made
    assert 'cite="https://example.com/2026/q.html"' in made
    assert 'cite="https://example.com/2026/r"' in made


def test_an_address_that_is_none_goes_and_its_text_stays() -> None:
    """One broken link spoils no article; a picture without an address is no picture."""
    assert "<a>x</a>" in _page('<p><a href="http://[broken/">x</a></p>')
    assert "<img" not in _page('<p>before <img alt="x"> <img src="http://[broken/"> after</p>')


def test_markdown_is_rendered() -> None:
    """CommonMark with tables and strikethrough."""
    made = _markdown("# One\n\n*two* **three** ~~four~~ `five`\n\n- six\n\n|a|b|\n|-|-|\n|c|d|\n\n> seven")
    for part in (
        "<h1>One</h1>",
        "<em>two</em>",
        "<strong>three</strong>",
        "<s>four</s>",
        "<code>five</code>",
    ):
        assert part in made
    for part in ("<li>six</li>", "<td>c</td>", "<blockquote>"):
        assert part in made


def test_html_in_markdown_is_html() -> None:
    """As Jekyll and Hugo do; what is not allowed is taken out all the same."""
    assert "<sub>2</sub>" in _markdown("H<sub>2</sub>O")


def test_a_body_goes_before_the_excerpt() -> None:
    """Content is the rendered body where there is one, else the excerpt."""
    assert "excerpt" not in _markdown("body", excerpt="excerpt")
    assert "<p>excerpt &amp; &lt;b&gt;</p>" in html(_article(excerpt="excerpt & <b>"))


def test_a_body_that_leaves_nothing_gives_way_to_the_excerpt() -> None:
    """A script alone is no content."""
    assert "<p>excerpt</p>" in _page("<script>x</script>", excerpt="excerpt")


def test_the_lead_picture_comes_first() -> None:
    """With its description and size, above the text."""
    image = Image("https://example.com/a.png?x=1&y=2", 3, 2, 'An "image" <x>')
    made = html(_article(images=(image, Image("https://example.com/b.png")), excerpt="text"))
    assert made.startswith(
        '<p><img src="https://example.com/a.png?x=1&amp;y=2" alt="An &quot;image&quot; &lt;x&gt;" '
        'width="3" height="2"></p>\n<p>text</p>'
    )
    assert "b.png" not in made


def test_an_unknown_size_is_not_said() -> None:
    """0 pixels would make a picture vanish."""
    made = html(_article(images=(Image("https://example.com/a.png"),)))
    assert "width" not in made
    assert "height" not in made


@pytest.mark.parametrize(
    "body", ["![x](https://example.com/a.png)", '<p><IMG SRC="https://example.com/b.png">']
)
def test_the_lead_picture_is_not_doubled(body: str) -> None:
    """A body that has pictures of its own begins as its author wanted it to."""
    made = _markdown(body, images=(Image("https://example.com/a.png"),))
    assert made.count("<img") == 1


@pytest.mark.parametrize(
    "body", ["Write `<img>` for it.", '<img src="data:image/png;base64,A">', "&lt;img src=x>"]
)
def test_what_is_no_picture_does_not_keep_the_lead_picture_away(body: str) -> None:
    """Only a picture that is shown counts."""
    made = _markdown(body, images=(Image("https://example.com/a.png"),))
    assert made.startswith('<p><img src="https://example.com/a.png"')
    assert made.count("<img") == 1


def test_the_provider_is_named_with_a_link() -> None:
    """Whose article it is, below the text."""
    provider = Provider("P & Q", "pq.example", "https://pq.example/")
    assert '<p><a href="https://pq.example/">P &amp; Q</a></p>' in html(_article(provider=provider))
    assert "<p>P &amp; Q</p>" in html(_article(provider=Provider("P & Q")))


def test_related_articles_are_listed_with_their_providers() -> None:
    """Title, link and provider of each."""
    related = (
        Related("One & <two>", "https://example.net/1?a=1&b=2", Provider("R & S")),
        Related("Three", "https://example.net/3"),
    )
    assert (
        '<ul><li><a href="https://example.net/1?a=1&amp;b=2">One &amp; &lt;two&gt;</a> (R &amp; S)</li>'
        '<li><a href="https://example.net/3">Three</a></li></ul>'
    ) in html(_article(related=related))


def test_content_is_never_empty() -> None:
    """Where there is nothing to show, there is the article's link."""
    link = '<p><a href="https://example.com/2026/a.html">A &amp; &lt;b&gt;</a></p>'
    assert html(_article()) == link
    assert _page(" <script>x</script> ") == link


@pytest.mark.parametrize("reference", ["&#0;", "&#1;", "&#xB;", "&#xFFFE;", "&#xD800;", "&#x80;", "&#150;"])
def test_character_references_spell_nothing_that_xml_cannot_carry(reference: str) -> None:
    """A body can name a character that it could not contain."""
    made = _page(f"<p title='{reference}'>a{reference}b</p>") + _markdown(f"a{reference}b")
    etree.Element("x").text = made
    assert not any("\x7f" <= character <= "\x9f" for character in made)
    assert "\ufffd" not in made


def test_deep_nesting_is_survived() -> None:
    """A body that nests without measure neither crashes nor hangs."""
    assert "x" in _page("<div><b>" * 3000 + "x")
    assert _markdown("> " * 3000 + "x")
    assert "x" in _markdown("[" * 5000 + "x")
