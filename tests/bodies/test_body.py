"""Bodies: what their authors wrote comes out as on the article's own page, and what does not is told."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.bodies import body, sanitising
from feeds.text import references

SITE = "https://www.mill.example"
BASE = references.base_of(f"{SITE}/log/wheel/", SITE)


def html(source: str, body_format: str = "html") -> str:
    """Return what comes of a body."""
    return body.rendered(source, body_format, BASE).html


def markdown(source: str, dialect: str = "gfm") -> str:
    """Return what comes of a Markdown body."""
    return body.rendered(source, "markdown", BASE, dialect).html


def lost(source: str, body_format: str = "html") -> dict[str, int]:
    """Return how often each thing was lost."""
    found = body.rendered(source, body_format, BASE).losses
    assert body.losses(source, body_format, BASE) == found, "who only asks for losses hears of the same"
    return dict(Counter(loss.name for loss in found))


# -- pictures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        '<img src="data:image/gif;base64,R0" data-src="/a.jpg">',
        '<img data-src="/a.jpg">',
        '<img src="/theme/blank.gif" data-lazy-src="/a.jpg">',
        '<img data-original="/a.jpg" src="">',
        '<img srcset="/a-small.jpg 300w, /a.jpg 1200w, /huge.jpg 4000w">',
        '<img data-srcset="/b.jpg, /a.jpg 2x">',
        '<picture><source srcset="/a.jpg 800w" type="image/avif"><img src="data:,x" alt=""></picture>',
        '<picture><source data-srcset="/a.jpg"></picture>',
        '<amp-img src="/a.jpg" width="3" height="2"></amp-img>',
        '<noscript><img src="/a.jpg"></noscript>',
        '<img class="lazy" data-src="/a.jpg"><noscript><img src="/a.jpg"></noscript>',
        '<noscript><img src="/other.jpg"></noscript><img data-src="/a.jpg">',
        '<img src="data:,x"><noscript><img src="/a.jpg"></noscript>',
    ],
)
def test_a_picture_that_a_page_shows_later_is_shown_once(source: str) -> None:
    """Readers run no scripts."""
    made = html(f"<p>before</p>{source}<p>after</p>")
    assert re.findall(r'src="([^"]*)"', made) == [f"{SITE}/a.jpg"]
    assert made.count("<img") == 1


def test_a_picture_that_is_called_like_a_placeholder_stays() -> None:
    """A telephone is called Pixel."""
    assert f'src="{SITE}/pixel-8.jpg"' in html('<img src="/pixel-8.jpg" srcset="/x.jpg 2x">')


def test_a_noscript_of_words_is_not_shown_if_it_asks_for_scripts() -> None:
    """There is no article in it."""
    assert "JavaScript" not in html("<p>a</p><noscript><p>Please enable JavaScript.</p></noscript>")


@pytest.mark.parametrize(
    ("source", "body_format", "url"),
    [
        ("text\n\n![one](a.png) ![two](b.png)", "markdown", f"{SITE}/log/wheel/a.png"),
        ("![a (b) [c]](</a b.png> 'T')", "markdown", f"{SITE}/a%20b.png"),
        ("```\n![no](x.png)\n```\n\n`![no](y.png)`\n\n![yes](a.png)", "markdown", f"{SITE}/log/wheel/a.png"),
        ("![r][ref]\n\n[ref]: /r.png", "markdown", f"{SITE}/r.png"),
        ('<img src="t.gif" width="1" height="1"><img src="/a.png">', "html", f"{SITE}/a.png"),
        ('<img src="data:,x" data-src="/a.png">', "html", f"{SITE}/a.png"),
        ('{{< figure src="/f.png" caption="F" >}}', "markdown", f"{SITE}/f.png"),
        ("![[vault.png]]", "markdown", f"{SITE}/log/wheel/vault.png"),
        ('<Image src="/i.png" alt="I" />', "mdx", f"{SITE}/i.png"),
    ],
)
def test_the_first_picture_is_found(source: str, body_format: str, url: str) -> None:
    """As the rendered body shows it."""
    found = body.first_picture(source, body_format, BASE)
    assert found is not None
    assert found.url == url
    assert f'src="{url}"' in html(source, body_format)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "a < b",
        "`![x](y.png)`",
        "a\n\n    ![x](y.png)",
        "<!-- ![x](y.png) -->",
        "![film](a.mp4)",
        "<p>x</p>",
        "![x](javascript:y)",
    ],
)
def test_where_there_is_no_picture_none_is_found(source: str) -> None:
    """Code shows none."""
    assert body.first_picture(source, "markdown", BASE) is None


# -- players, frames, objects --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "address", "name"),
    [
        (
            '<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>',
            "https://www.youtube.com/watch?v=abcdefghijk",
            "youtube.com",
        ),
        (
            '<iframe data-src="//player.vimeo.com/video/12" title="A film"></iframe>',
            "https://vimeo.com/12",
            "A film",
        ),
        ('<iframe src="/map?x=1"></iframe>', f"{SITE}/map?x=1", "map?x=1"),
        (
            '<lite-youtube videoid="abcdefghijk"></lite-youtube>',
            "https://www.youtube.com/watch?v=abcdefghijk",
            "youtube.com",
        ),
        ('<embed src="https://a.example/x.swf">', "https://a.example/x.swf", "a.example"),
        ('<object data="/plan.pdf"></object>', f"{SITE}/plan.pdf", "plan.pdf"),
    ],
)
def test_what_another_site_shows_becomes_a_link(source: str, address: str, name: str) -> None:
    """With its title, or its host; and nothing is lost."""
    assert f'<p><a href="{address}">▶ {name}</a></p>' in html(f"<p>a</p>{source}<p>b</p>")
    assert lost(source) == {}


def test_a_frame_without_an_address_is_lost() -> None:
    """And told."""
    assert lost('<iframe srcdoc="x"></iframe><iframe src="about:blank"></iframe>') == {"iframe": 2}


def test_films_keep_what_plays_them() -> None:
    """With controls, with whole addresses, without what old browsers are told."""
    made = html('<video autoplay poster="/p.jpg"><source src="/f.mp4" type="video/mp4">Too old.</video>')
    assert made == (
        f'<video poster="{SITE}/p.jpg" controls=""><source src="{SITE}/f.mp4" type="video/mp4"></video>'
    )
    assert html('<audio src="s.mp3"></audio>') == f'<audio src="{SITE}/log/wheel/s.mp3" controls=""></audio>'
    assert html('<video><a href="/f.mp4">film</a></video>') == f'<a href="{SITE}/f.mp4">film</a>'


# -- what means something, and what does not show ------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        '<p dir="rtl" lang="ar">x</p>',
        '<ol start="3" reversed="" type="i"><li value="5">x</li></ol>',
        '<pre><code class="language-c++">x</code></pre>',
        '<a href="tel:+441">x</a>',
        '<a href="sms:+441?body=x">x</a>',
        '<a href="xmpp:a@b.example">x</a>',
        '<a href="mailto:a@b.example">x</a>',
        '<table><tbody><tr><td align="right">x</td></tr></tbody></table>',
        "<p><math><mfrac><mn>1</mn><mn>2</mn></mfrac></math></p>",
        "<details><summary>x</summary>y</details>",
    ],
)
def test_what_means_something_stays(source: str) -> None:
    """To the letter."""
    assert html(source) == source


@pytest.mark.parametrize(
    "source",
    [
        "<p hidden>secret</p>",
        '<div style="color: red; display : none">secret</div>',
        '<span style="visibility:hidden">secret</span>',
        "<template><p>secret</p></template>",
        "<head><title>secret</title></head>",
        "<select><option>secret</option></select>",
        "<dialog>secret</dialog>",
        "<style>secret</style>",
        "<svg><text>secret</text></svg>",
        "<!-- secret -->",
    ],
)
def test_what_a_page_does_not_show_is_not_shown(source: str) -> None:
    """Nor its text."""
    assert "secret" not in html(f"<p>a</p>{source}<p>b</p>")


@pytest.mark.parametrize(
    "style", ["mso-hide:all", "max-height:0;overflow:hidden", "overflow:hidden;max-height:0px"]
)
def test_a_preheader_of_an_e_mail_is_not_shown(style: str) -> None:
    """However mail programs are told to hide it; a low box that scrolls is none."""
    assert html(f'<div style="{style}">unseen</div><p>a</p>') == "<p>a</p>"
    assert "a" in html('<div style="max-height:0.5em;overflow:hidden">a</div>')


def test_a_formula_is_there_once() -> None:
    """KaTeX and MathJax draw it for the eye and say it for machines."""
    katex = (
        '<span class="katex"><span class="katex-mathml"><math><semantics><msup><mi>r</mi><mn>2</mn></msup>'
        '<annotation encoding="application/x-tex">r^2</annotation></semantics></math></span>'
        '<span class="katex-html" aria-hidden="true">drawn</span></span>'
    )
    mathjax = (
        "<mjx-container><svg><path/></svg><mjx-assistive-mml><math><mi>r</mi></math></mjx-assistive-mml>"
        "</mjx-container>"
    )
    for source, shown in ((katex, "<msup><mi>r</mi><mn>2</mn></msup>"), (mathjax, "<math><mi>r</mi></math>")):
        made = html(f"<p>{source}</p>")
        assert shown in made
        assert made.count("<math>") == 1
        assert "drawn" not in made
        assert "r^2" not in made
    assert r"\(x^2\)" in html('<p><script type="math/tex">x^2</script></p>')


@pytest.mark.parametrize(
    "source",
    [
        '<object data="/x.pdf"><p>Get <a href="/x.pdf">it</a></p></object>',
        "<x-box><p>Boxed</p></x-box>",
        "a\n\n<div>b\n\n<p>c</div>",
        '{{< figure src="a.png" >}} beside text',
    ],
)
def test_paragraphs_do_not_nest(source: str) -> None:
    """What held them together has been taken out."""
    made = markdown(source)
    assert not re.search(r"<p\b[^>]*>(?:(?!</p>).)*<(?:p|div|figure)\b", made, re.S), made
    assert "<p></p>" not in made


# -- losses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('<form action="/x"><input name="a"><button>Go</button></form>', {"form": 1}),
        ("<script>x()</script><script src=y></script>", {"script": 2}),
        ('<script type="application/ld+json">{}</script>', {}),
        ("<my-box>x</my-box><my-box>y</my-box>", {"my-box": 2}),
        ("<p>x</p><section>y</section><o:p></o:p>", {}),
        ("<canvas></canvas>", {"canvas": 1}),
        ('<svg aria-hidden="true"></svg>', {}),
    ],
)
def test_what_is_taken_out_is_counted(source: str, names: dict[str, int]) -> None:
    """By what it is; what a page never shows is no loss."""
    assert lost(source) == names


@pytest.mark.parametrize(
    "source",
    ["plain *text*", "`<script>`", "```html\n<form></form>\n```", "a {b} c", "1 < 2 > 1", "<p>x</p>"],
)
def test_where_nothing_is_lost_nothing_is_told(source: str) -> None:
    """No false alarm for code about code."""
    assert lost(source, "markdown") == {}


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ('<section dir="rtl"><p>a</p></section>', '<div dir="rtl"><p>a</p></div>'),
        ('<p><font lang="he">a</font></p>', '<span lang="he">a</span>'),
        ('<html dir="rtl" lang="ar"><body><p>a</p></body></html>', '<div dir="rtl" lang="ar"><p>a</p></div>'),
        ('<body dir="rtl"><p>a</p></body>', '<div dir="rtl"><p>a</p></div>'),
    ],
)
def test_direction_and_language_outlive_the_element_that_says_them(source: str, kept: str) -> None:
    """Arabic and Hebrew are unreadable without."""
    assert kept in html(source)


# -- Markdown ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("## Head {#id}", "<h2>Head</h2>"),
        ("## Head\n{: #id .c}", "<h2>Head</h2>"),
        ("Text\n{: .lead}", "<p>Text</p>"),
        ("[x](/y){:target=_blank}.", f'<p><a href="{SITE}/y">x</a>.</p>'),
        ("![x](/y.png){width=50%}", f'<p><img src="{SITE}/y.png" alt="x"></p>'),
        ("- [ ] a\n- [x] b", "<ul>\n<li>☐ a</li>\n<li>☑ b</li>\n</ul>"),
        ("T\n: d", "<dl>\n<dt>T</dt>\n<dd>d</dd>\n</dl>"),
        ("See https://a.example/b.", '<p>See <a href="https://a.example/b">https://a.example/b</a>.</p>'),
        ("~~gone~~", "<p><s>gone</s></p>"),
        ("|a|\n|:-:|\n|b|", '<td align="center">b</td>'),
        ("`{: .x}` stays", "<p><code>{: .x}</code> stays</p>"),
        ("::: warning\nMind.\n:::", "<p>Mind.</p>"),
        ("> [!TIP]\n> Do.", "<blockquote>\n<p><strong>Tip</strong>\nDo.</p>\n</blockquote>"),
        ("node.js is no address", "<p>node.js is no address</p>"),
    ],
)
def test_markdown_means_what_its_authors_mean(source: str, shown: str) -> None:
    """In the dialects of site generators."""
    assert shown in markdown(source)


def test_what_kramdown_does_not_show_is_not_shown() -> None:
    """Comments and abbreviations."""
    source = "a\n\n{::comment}\nunseen\n{:/comment}\n\n*[HTML]: unseen\n\n`*[x]: seen`"
    assert "unseen" not in markdown(source)
    assert "*[x]: seen" in markdown(source)


def test_html_may_ask_for_markdown_in_it() -> None:
    """As in kramdown and Python-Markdown."""
    assert "<em>a</em>" in markdown('<div markdown="1">\n*a*\n</div>')


def test_a_table_of_contents_leaves_nothing() -> None:
    """Its place is the generator's."""
    assert markdown("* TOC\n{:toc}\n\nText") == "<p>Text</p>"
    assert markdown("[[_TOC_]]\n\nText") == "<p>Text</p>"


def test_footnotes_lead_to_the_articles_page() -> None:
    """Wherever the feed is read."""
    made = markdown("A[^n].\n\n[^n]: Note.")
    assert f'<a href="{BASE.page}#fn1">' in made
    assert "Note." in made
    assert "[^n]" not in made


def test_the_standard_alone_is_to_be_had() -> None:
    """For whom signs are signs."""
    assert "[ ] a" in markdown("- [ ] a", "commonmark")
    assert "<td>" in markdown("|a|\n|-|\n|b|", "commonmark")


# -- templates -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "body_format", "shown", "names"),
    [
        ("{% highlight js %}\na<b\n{% endhighlight %}", "markdown",
         '<pre><code class="language-js">a&lt;b\n</code></pre>', []),
        ("{% highlight js %}a<b{% endhighlight %}", "html",
         '<pre><code class="language-js">a&lt;b\n</code></pre>', []),
        ("{{< highlight go >}}\na\n{{< /highlight >}}", "markdown", '<code class="language-go">a', []),
        ("{% raw %}{{ x }}{% endraw %}", "markdown", "<p>{{ x }}</p>", []),
        ("`{% raw %}{{ x }}{% endraw %}`", "markdown", "<code>{{ x }}</code>", []),
        ("`{{ x }}` and ```{% y %}```", "markdown", "<code>{{ x }}</code>", []),
        ("{{</* x */>}}", "markdown", "{{&lt; x &gt;}}", []),
        ("a {# note #} b {/* note */}", "markdown", "a  b", []),
        ("{% include x.html %}!", "markdown", "<p>!</p>", ["{% include %}"]),
        ("[a]({% post_url 2024-01-01-b %})", "markdown", "<p><a>a</a></p>", ["{% post_url %}"]),
        ("[a]({{ site.baseurl }}/b)", "markdown", f'<a href="{SITE}/b">', []),
        ("![a]({{ '/b.png' | relative_url }})", "markdown", f'src="{SITE}/b.png"', []),
        ("{{ page.x }}", "markdown", "", ["{{ page.x }}"]),
        ("{{< youtube abc >}}", "markdown", 'href="https://www.youtube.com/watch?v=abc"', []),
        ("{{ youtube(id=\"abc\") }}", "markdown", 'href="https://www.youtube.com/watch?v=abc"', []),
        ("{% figure src='a.png' caption='C' %}", "markdown", "<figcaption>C</figcaption>", []),
        ("{% image \"./a.png\", \"alt\" %}", "markdown", 'alt="alt"', []),
        ("{{% note %}}\nHear.\n{{% /note %}}", "markdown", "Hear.", ["{{% note %}}"]),
        ("{% for p in x %}{{ p }}{% endfor %}a", "markdown", "<p>a</p>", ["{% for %}"]),
        ("import A from 'a'\n\n<Box>\n\nIn it\n\n</Box>", "mdx", "<p>In it</p>", ["<Box>"]),
        ("import {\n a,\n} from \"a\";\n\nText {1 + 1}", "mdx", "<p>Text</p>", ["{…}"]),
        ("```js\nimport a from 'a'\n```", "mdx", "import a from 'a'", []),
        ("[caption id=x]<img src=\"a.png\"> Below[/caption]", "html", "<figcaption>Below</figcaption>", []),
        ("[gallery ids=\"1,2\"]", "html", "", ["[gallery]"]),
        ("[[Page|text]] and ![[a.png]]", "markdown", '<p>text and <img src="', []),
    ],
)  # fmt: skip
def test_template_tags(source: str, body_format: str, shown: str, names: list[str]) -> None:
    """What needs no site is rendered; the rest is left out, and told; code is code."""
    made = body.rendered(source, body_format, BASE)
    assert shown in made.html
    assert [loss.name for loss in made.losses] == names
    assert body.losses(source, body_format, BASE) == made.losses
    assert not re.search(r"[\ufdd0\ufdd1]", made.html)


# -- summaries -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "body_format", "text"),
    [
        ("# Head\n\nThe *first* [one](x).\n\nSecond.", "markdown", "The first one."),
        ("![x](y.png)\n\n> Quoted.\n\nFirst.", "markdown", "First."),
        ("One.\n\nTwo.\n\n<!-- more -->\n\nThree.", "markdown", "One. Two."),
        ("One.\n\n<!--more-->\n\nTwo.", "markdown", "One."),
        ("<p>One.</p><!-- read-more --><p>Two.</p>", "html", "One."),
        ("One.\n\n{/* truncate */}\n\nTwo.", "mdx", "One."),
        ("A.\n\n<!-- excerpt start -->\nB.\n<!-- excerpt end -->\n\nC.", "markdown", "B."),
        ("`<!--more-->` is a mark.\n\nTwo.", "markdown", "<!--more--> is a mark."),
        ("Bare text<br><br>more", "html", "Bare text"),
        ("A[^1].\n\n[^1]: Note.", "markdown", "A."),
        ("<p>It is <math><mfrac><mn>3</mn><mn>4</mn></mfrac></math>.</p>", "html", "It is 3/4."),
        ("", "markdown", ""),
    ],
)
def test_a_summary_is_what_stands_first(source: str, body_format: str, text: str) -> None:
    """Or before its author's mark."""
    assert body.summarised(source, body_format, html(source, body_format), BASE) == text


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=30), min_size=1, max_size=100))
def test_a_summary_is_short_and_ends_with_a_word(words: list[str]) -> None:
    """300 characters at most."""
    source = " ".join(words)
    made = body.summarised(source, "markdown", html(source, "markdown"), BASE)
    assert len(made) <= 300
    if len(source) <= 300:
        assert made == source
    else:
        assert made.endswith("…")
        assert made.removesuffix("…").split(" ") == words[: made.count(" ") + 1]


# -- safety --------------------------------------------------------------------------------------------------

PAYLOADS = [
    '<img data-src="javascript:alert(1)">',
    '<img srcset="javascript:alert(1) 2x" src="data:text/html,x">',
    '<iframe src="javascript:alert(1)"></iframe>',
    '<video src="javascript:alert(1)"></video>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></math>',
    '{{< figure src="x" caption="<script>alert(1)</script>" >}}',
    '{{< youtube "\\" onclick=alert(1)" >}}',
    '{{ "<script>alert(1)</script>" }}',
    "{% raw %}<script>alert(1)</script>{% endraw %}",
    '<YouTube id="x&quot; onload=alert(1)" />',
    "[embed]javascript:alert(1)[/embed]",
    '![[x.png|" onerror=alert(1)]]',
    "<object data='javascript:alert(1)'><a href='javascript:alert(1)'>x</a></object>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("body_format", ["html", "markdown", "mdx"])
def test_nothing_runs(payload: str, body_format: str) -> None:
    """Whatever is made plain or rendered is cleaned after that."""
    from lxml import html as lxml_html

    made = html(f"a\n\n{payload}\n\nb", body_format)
    tree = lxml_html.fragment_fromstring(made, create_parent="div")
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag not in {"script", "style", "iframe", "object", "embed", "svg", "form", "noscript"}
        for name, value in element.attrib.items():
            assert not name.startswith("on"), made
            if name in ("src", "href", "poster"):
                assert re.match(r"https?://", value), made


@given(st.text(st.sampled_from("<>/=\"' {}%[]!`:#|-\nabiframescriptimgsrcdata"), max_size=200))
def test_any_body_comes_out_safe_and_once_cleaned_stays_so(source: str) -> None:
    """What comes out is its own cleaned form."""
    for body_format in ("html", "markdown", "mdx"):
        made = html(source, body_format)
        assert sanitising.safe(made, lambda value: references.in_body(value, BASE)) == made


# -- MDX -----------------------------------------------------------------------------------------------------


def test_between_tags_on_lines_of_their_own_mdx_has_markdown() -> None:
    """The tag may be HTML's or a custom one, and the text is indented as the tag has it."""
    made = html("<note-box>\n\tThe *wheel* is [old](/old).\n\n\t- oak\n</note-box>\n\nAfter.", "mdx")
    assert "<em>wheel</em>" in made
    assert f'<a href="{SITE}/old">old</a>' in made
    assert "<li>oak</li>" in made
    assert "<code>" not in made


def test_two_braces_in_mdx_are_an_object_and_no_tag_of_a_template() -> None:
    """A component is told as one thing, however deep its attributes are."""
    source = "A <Wheel turns={{ per: `day`, by: {water: true} }} />\n\n<div style={{ width: 3 }}>\nB\n</div>"
    assert html(source, "mdx") == "<p>A</p>\n<div>\n<p>B</p>\n</div>"
    assert lost(source, "mdx") == {"<Wheel>": 1}


def test_attributes_of_html_in_mdx_may_be_expressions() -> None:
    """What is a text is read, and what has to be run is left out."""
    made = html("<img src={\"/oak.png\"} alt={'oak'} onLoad={() => { go({}) }} width={300} />", "mdx")
    assert made == f'<img src="{SITE}/oak.png" alt="oak" width="300">'


def test_a_tag_of_mdx_may_be_written_on_many_lines() -> None:
    """Its end on a line of its own is no quotation."""
    made = html('<a\n  className="w"\n  href="/oak"\n>\n  Oak\n</a>', "mdx")
    assert f'<a href="{SITE}/oak">' in made
    assert "blockquote" not in made
    assert "class" not in made


# -- what is not closed --------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["template", "title", "textarea", "iframe", "noembed", "select", "dialog"])
def test_what_is_not_shown_and_not_closed_takes_nothing_along(tag: str) -> None:
    """In Markdown, the end of an element easily becomes code."""
    source = f"One.\n\n<div><{tag}>\n\n    </{tag}></div>\n\nTwo <{tag}>gone</{tag}> three."
    made = markdown(source)
    assert "One." in made
    assert "Two" in made
    assert "three." in made


@pytest.mark.parametrize("body_format", ["html", "markdown", "mdx"])
def test_a_frame_that_closes_itself_is_a_link_and_takes_nothing_along(body_format: str) -> None:
    """XHTML and MDX close empty elements so."""
    made = html('<iframe src="https://films.example/1" />\n\nText.', body_format)
    assert made.count("https://films.example/1") == 1
    assert "Text." in made


# -- names and addresses in templates ------------------------------------------------------------------------


def test_a_text_with_a_name_is_shown_where_its_name_stands() -> None:
    """The name may be given again, and means what it was given last."""
    source = (
        "{% set tool = 'adze' %}{{ tool }}\n\n{% set tool %}An *axe*.{% endset %}\n{{ tool | safe }}\n\n"
        "{% capture note %}With {{ tool }}{% endcapture %}{{ note }}\n"
    )
    assert html(source, "markdown") == ("<p>adze</p>\n<p>An <em>axe</em>.</p>\n<p>With An <em>axe</em>.</p>")
    assert lost(source, "markdown") == {}


def test_named_code_is_shown_as_code() -> None:
    """As the generator's filter shows it."""
    made = markdown('{% set source %}\nturn(wheel)\n{% endset %}\n{{ source | highlight("lua") | safe }}\n')
    assert made == '<pre><code class="language-lua">turn(wheel)\n</code></pre>'


def test_a_plain_value_takes_nothing_along() -> None:
    """A name may be given a value here and a block there."""
    made = markdown('{% set a = "1" %}\n\nOak.\n\n{% set b %}elm{% endset %}\n\nAsh.')
    assert made == "<p>Oak.</p>\n<p>Ash.</p>"


def test_named_texts_that_hold_each_other_end() -> None:
    """Each is twice as long as the one before."""
    source = "{% set a %}oak oak{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60 + "{{ a }}"
    assert len(markdown(source)) < 300_000


@pytest.mark.parametrize(
    "source",
    [
        "[oak]({{ site.forge }}/issues/1)",
        "[oak](/x/{{ page.slug }}/)",
        "[oak][o]\n\n[o]: {{ site.forge }}/issues/1",
        '<a href="{% link _posts/oak.md %}">oak</a>',
        "<p>oak</p><img src='{{ page.cover }}/oak.png'>",
    ],
)
def test_an_address_of_which_a_part_is_lost_leads_nowhere(source: str) -> None:
    """What is left of it is the address of something else."""
    made = markdown(source)
    assert "oak" in made
    assert "href" not in made
    assert "src" not in made
    assert sum(lost(source, "markdown").values()) == 1
    assert body.first_picture(source, "markdown", BASE) is None


def test_the_address_of_a_first_picture_is_no_template() -> None:
    """It is looked for without rendering the body, where that is safe."""
    found = body.first_picture("![oak]({{site.baseurl}}/oak.png)", "markdown", BASE)
    assert found is not None
    assert found.url == f"{SITE}/oak.png"


def test_texts_for_filters_are_told_by_the_filter() -> None:
    """Each text would be a kind of its own."""
    source = "{{ 'https://a.example' | embed }} {{ \"https://b.example\" | embed('x') }}"
    assert lost(source, "markdown") == {"{{ … | embed }}": 2}


def test_what_a_tag_for_code_holds_is_code() -> None:
    """Of whatever name the tag is."""
    made = markdown("{{< code-tabs file=oak >}}\n[oak]\n# height\n{{< /code-tabs >}}")
    assert made == "<pre><code>[oak]\n# height\n</code></pre>"


def test_a_named_text_that_nothing_shows_is_told() -> None:
    """The generator may show it by another tag, such as an include."""
    source = "Oak. {% set aside %}Elm.{% endset %}{% set count = '3' %}{% include 'aside.html' %}"
    assert lost(source, "markdown") == {"{% aside %}": 1, "{% include %}": 1}


@pytest.mark.parametrize(
    "source",
    [
        "A [video of the wheel](/wheel) here.",
        "A [gallery](/wheel) here.",
        "A [products][w] here.\n\n[w]: /wheel",
        "A [wheel][video] here.\n\n[video]: /wheel",
        "The [audio guide] is here.",
    ],
)
def test_the_text_of_a_link_is_no_shortcode(source: str) -> None:
    """Whatever word it begins with."""
    made = markdown(source)
    assert ("/wheel" in source) == (f'href="{SITE}/wheel"' in made)
    assert re.sub("<[^<>]*>", "", made).startswith(("A ", "The [audio guide] is"))
    assert lost(source, "markdown") == {}


def test_attributes_on_a_line_of_their_own_do_not_show() -> None:
    """They say how the block before looks."""
    assert markdown('Oak.\n{class="wide"}\n\n{.lead}\nElm.') == "<p>Oak.</p>\n<p>Elm.</p>"


def test_a_table_of_contents_is_no_loss() -> None:
    """A feed's reader has no use for one."""
    assert lost("[toc]\n\nOak.", "markdown") == {}


def test_a_list_of_addresses_is_no_summary() -> None:
    """What follows it says what the article is about."""
    links = "".join(f"Part {number}: https://mill.example/files/part-{number}.zip<br>" for number in range(3))
    assert body.summarised("", "html", f"<p>{links}</p><p>The wheel turns.</p>", BASE) == "The wheel turns."
