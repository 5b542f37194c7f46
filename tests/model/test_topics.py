"""Topics and their slugs, which depend on nothing but the name."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from generated import examples
from hypothesis import assume, given
from hypothesis import strategies as st
from processes import run

from feeds.model.topics import Topic, catalogue, most_frequent, slug

ANY = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("AI", "ai"),
        ("AI in Security", "ai-in-security"),
        ("C", "c"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("F#", "f-sharp"),
        (".NET", "dot-net"),
        ("NET", "net"),
        ("ASP.NET", "asp-dot-net"),
        ("Node.js", "node-dot-js"),
        ("Node js", "node-js"),
        ("R&D", "r-and-d"),
        ("AT&T", "at-and-t"),
        ("St. Louis", "st-louis"),
        ("1.10", "1-dot-10"),
        ("$100 = 90 €", "dollar-100-equals-90-euro"),
        ("50%", "50-percent"),
        ("A*", "a-star"),
        ("Yahoo!", "yahoo-bang"),
        ("What?", "what-question"),
        ("Jupyter's", "jupyters"),
        ("Jupyter’s", "jupyters"),
        ("Café", "café"),
        ("Straße", "strasse"),
        ("日本語", "日本語"),
        ("Русский язык", "русский-язык"),
        ("العربية", "العربية"),
        ("हिन्दी", "हिन्दी"),
        ("ﬁre", "fire"),
        ("Ｃ＋＋", "c-plus-plus"),
        ("❤", "u2764"),
        ("I ❤ feeds", "i-u2764-feeds"),
        ("👍 work", "u1f44d-work"),
        ("-", "u2d"),
        ("/", "u2f"),
        (".", "u2e"),
        ("..", "u2e-u2e"),
        ("\x00", "u0"),
        ("\ud800", "ud800"),
        ("", "untitled"),
        ("  ", "untitled"),
        ("a/b\\c", "a-b-backslash-c"),
        ("../etc/passwd", "etc-passwd"),
        ("a.b/c", "a-dot-b-c"),
    ],
)
def test_a_name_has_this_slug_for_ever(name: str, expected: str) -> None:
    """Subscribers' addresses are made of it."""
    assert slug(name) == expected


def test_topics_that_people_tell_apart_stay_apart() -> None:
    """Whatever else exists."""
    names = [
        "C",
        "C++",
        "C#",
        "NET",
        ".NET",
        "Node.js",
        "Node js",
        "Nodejs",
        "Café",
        "Cafe",
        "A",
        "A*",
        "❤",
        "💙",
    ]
    assert len({slug(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "Management Tools",
            "Management tools",
            "MANAGEMENT  TOOLS",
            " management-tools ",
            "management_tools",
        ),
        ("Café", "Cafe\u0301", "CAFÉ"),
        ("Straße", "STRASSE", "straße"),
        ("ΣΊΣΥΦΟΣ", "Σίσυφος", "σίσυφοσ"),
        ("AI/ML", "AI – ML", "ai ml", "AI, ML"),
        ("Women’s Health", "Women's Health", "WOMEN`S HEALTH"),
    ],
)
def test_spellings_of_one_topic_share_its_slug(spellings: tuple[str, ...]) -> None:
    """Case, spacing, hyphens and quotation marks make no difference."""
    assert len({slug(name) for name in spellings}) == 1


@examples(500)
@given(ANY)
def test_a_slug_is_never_empty_and_safe_in_paths(name: str) -> None:
    """No folder, no suffix, no control character, no space, nothing that a URL ends at; of bounded length."""
    made = slug(name)
    assert made
    assert len(made.encode()) <= 120
    for character in made:
        assert character == "-" or unicodedata.category(character)[0] in "LNM", repr(character)
    assert not set(made) & set('/.\\?#%:*"<>| \x00')
    assert made not in (".", "..")
    assert not made.startswith("-")
    assert not made.endswith("-")
    assert "--" not in made


@examples(500)
@given(ANY)
def test_the_slug_of_a_slug_is_itself(name: str) -> None:
    """A topic may be named by either in the configuration."""
    assert slug(slug(name)) == slug(name)


@examples(300)
@given(ANY)
def test_case_and_normal_form_make_no_difference(name: str) -> None:
    """In any script (Unicode's caseless match)."""
    assert slug(name.casefold()) == slug(name)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert slug(unicodedata.normalize(form, name)) == slug(name)


@given(
    st.lists(st.text(min_size=1), min_size=1).map(" ".join),
    st.sampled_from([" ", "  ", "\t", "\n", "\u3000", "\xa0"]),
)
def test_spacing_makes_no_difference(name: str, space: str) -> None:
    """Between words, before and after them."""
    assert slug(f"{space}{name.replace(' ', space)} ") == slug(name)


@given(st.text("abcABC ", min_size=1), st.text("abcABC ", min_size=1))
def test_different_words_have_different_slugs(one: str, other: str) -> None:
    """As far as letters go, nothing is lost."""
    assume(one.casefold().split() != other.casefold().split())
    assert slug(one) != slug(other)


def test_endless_names_are_cut_and_still_told_apart() -> None:
    """At the end of a whole character, with a digest of the rest."""
    one, other = slug("é" * 1000), slug("é" * 1000 + "x")
    assert one != other
    assert len(one.encode()) <= 120
    assert one.startswith("éééé")
    assert len(slug("-" * 1000)) <= 120


def test_slugs_are_the_same_in_every_process() -> None:
    """No hash seed, locale or cache takes part."""
    names = ["C++", "Management  Tools", "日本語", "é" * 500, "❤"]
    script = f"from feeds.model.topics import slug; print([slug(name).encode() for name in {names!r}])"
    for seed in ("1", "2"):
        process = run(
            [sys.executable, "-X", "utf8", "-c", script],
            env={"PYTHONHASHSEED": seed, "LC_ALL": "C", "PYTHONPATH": ":".join(sys.path)},
            text=True,
            check=True,
        )
        assert process.stdout.strip() == str([slug(name).encode() for name in names])


@pytest.mark.parametrize(
    ("counts", "name"),
    [
        ({"Management tools": 2, "Management Tools": 3}, "Management Tools"),
        ({"b": 1, "a": 1}, "a"),
        ({"a": 1, "b": 1}, "a"),
        ({"AI": 1}, "AI"),
    ],
)
def test_a_topic_is_called_by_its_most_frequent_spelling(counts: dict[str, int], name: str) -> None:
    """Of equally frequent ones by the first in code point order, whichever came first."""
    assert most_frequent(counts) == name


def test_no_topic_is_dropped_and_descriptions_complete_names() -> None:
    """Named by articles, described, or both; in the order of slugs."""
    known = [
        Topic(slug="rain", title="", description="Wet"),
        Topic(slug="snow", title=""),
        Topic(slug="ai", title="KI"),
    ]
    topics = catalogue({"rain": "Rain", "ai": "AI", "c-plus-plus": "C++"}, known)
    assert list(topics) == ["ai", "c-plus-plus", "rain", "snow"]
    assert [topic.title for topic in topics.values()] == ["KI", "C++", "Rain", "snow"]
    assert topics["rain"].description == "Wet"
