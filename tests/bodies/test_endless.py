"""Bodies in which much begins and nothing ends: each takes as long as any other text of its size.

What is tried again for each beginning would take minutes here, or hours.
"""

from __future__ import annotations

import pytest

from feeds.bodies import body, code
from feeds.text import references

SITE = "https://www.mill.example"
BASE = references.base_of(f"{SITE}/log/wheel/", SITE)
MANY = 10_000
LONG = 60_000


@pytest.mark.parametrize("body_format", ["markdown", "html", "mdx"])
@pytest.mark.parametrize(
    "source",
    [
        "{% comment %}" * MANY,
        "{% highlight %}" * MANY,
        "{% raw %}" * MANY,
        "{{< code >}}" * MANY,
        "[caption " * MANY,
        "[gallery " * MANY,
        "[embed " * MANY,
        "{%" + " " * LONG,
        "{% " + "a" * LONG,
        "{{<" + " " * LONG,
        "{{< a" + " " * LONG,
        "{{</*" + " " * LONG,
        "{{</* a" + " " * LONG,
        "{{ a }}`" + " " * LONG + "![",
        "![" + "<A" + "a" * LONG,
        "# a {: .b }" + " " * LONG + "c",
        "::: a" + " " * LONG + "b",
        '- [ ] a\n\n<input class="task-list-item-checkbox"' * 1000,
        "- [ ] a\n" * MANY,
        "https://a.b/(" * MANY,
        "<object>" * MANY,
        '<noscript><img src="a.png"></noscript>' * MANY,
        f'<img srcset="{"a" * LONG} b">',
        f'<img srcset="{"a," * MANY}a b">',
        f'<a href="www.{"a." * MANY} b">c</a>',
    ],
    ids=lambda source: source[:20],
)
def test_what_never_ends_takes_no_longer(source: str, body_format: str) -> None:
    """Of all that is asked about a body."""
    made = body.rendered(source, body_format, BASE)
    body.first_picture(source, body_format, BASE)
    body.summarised(source, body_format, made.html, BASE)


@pytest.mark.parametrize("source", ["<pre>" * MANY, "`" + "<code></pre>" * MANY, "`` `" * MANY, "`" * MANY])
def test_code_that_never_ends_takes_no_longer(source: str) -> None:
    """It is looked for with every tag."""
    assert code.outside(f"{source}\n\n", "markdown").endswith("\n\n")


def test_code_is_found_however_long_it_is() -> None:
    """What stands in it is shown as it is."""
    shown = "{{ site.title }} " * 3000
    made = body.rendered(
        f"<pre>{shown}</pre>\n\n```\n{shown}\n```\n\n{{% raw %}}{shown}{{% endraw %}}", "markdown", BASE
    )
    assert made.html.count("{{ site.title }}") == 9000
    assert made.losses == ()


def test_a_loop_goes_with_the_loops_in_it() -> None:
    """Nothing of it is left."""
    made = body.rendered("a {% for a in b %}x{% for c in d %}y{% endfor %}z{% endfor %} b", "html", BASE)
    assert made.html.split() == ["a", "b"]
    assert [loss.name for loss in made.losses] == ["{% for %}"]


def test_a_definition_without_an_end_takes_nothing_along() -> None:
    """Liquid and Nunjucks have both."""
    made = body.rendered("a {% set x = 1 %} b {% set y %}c{% endset %} d", "html", BASE)
    assert made.html.split() == ["a", "b", "d"]
