"""Videos, courses, collections and downloads: what their records say beyond an article."""

from __future__ import annotations

import html
import json
from typing import Any

import jsonlint
import nh3
import pytest
from feedlint import complaints
from generated import examples
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from project import NOW, Project

from feeds import Article, Link, Player, Rating
from feeds.publication import content
from feeds.records.players import player
from feeds.records.reader import Settings, read

SETTINGS = Settings(site_url="https://www.example.org")
MEDIA = "{http://search.yahoo.com/mrss/}"
ATOM = "{http://www.w3.org/2005/Atom}"
WATCH = Player("https://www.youtube.com/watch?v=a_B-1", "https://i.ytimg.com/vi/a_B-1/hqdefault.jpg")
FRAME = '<iframe width="8" src="https://www.youtube.com/embed/a_B-1" allowfullscreen></iframe>'


def reading(**fields: Any) -> tuple[Article, list[tuple[str, str]]]:
    """Read a record with these fields; return the article, and field and reason of each warning."""
    whole = {
        "title": "Title",
        "originalUrl": "https://example.org/a",
        "publishedDateTime": "2026-01-02",
    } | fields
    article, problems, *_ = read("records/a.json", json.dumps(whole).encode(), 0, SETTINGS)
    assert article is not None, problems
    assert {problem.severity for problem in problems} <= {"warning"}
    return article, [(problem.field, problem.reason) for problem in problems]


# -- players ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (FRAME, WATCH),
        ("<IFRAME SRC='//www.youtube-nocookie.com/embed/a_B-1?rel=0&amp;start=3'></IFRAME>", WATCH),
        ("<div><iframe\n frameborder=0 src=http://youtube.com/embed/a_B-1 ></iframe></div>", WATCH),
        ("https://www.youtube.com/embed/a_B-1", WATCH),
        (
            '<iframe src="https://www.youtube.com/embed/videoseries?list=PL-1_x"></iframe>',
            Player("https://www.youtube.com/playlist?list=PL-1_x"),
        ),
        (
            '<iframe src="https://player.vimeo.com/video/76979871"></iframe>',
            Player("https://vimeo.com/76979871"),
        ),
        (
            '<iframe src="https://player.vimeo.com/video/76979871?title=0&amp;h=8272103f6e"></iframe>',
            Player("https://vimeo.com/76979871/8272103f6e"),
        ),
        (
            '<iframe src="https://www.dailymotion.com/embed/video/x7tgad0"></iframe>',
            Player(
                "https://www.dailymotion.com/video/x7tgad0",
                "https://www.dailymotion.com/thumbnail/video/x7tgad0",
            ),
        ),
        (
            '<iframe src="https://embed.ted.com/talks/somebody_something"></iframe>',
            Player("https://www.ted.com/talks/somebody_something"),
        ),
        (
            '<iframe src="https://open.spotify.com/embed/episode/7makk4oTQel?utm_source=x"></iframe>',
            Player("https://open.spotify.com/episode/7makk4oTQel"),
        ),
        (
            '<iframe src="https://channel9.msdn.com/Shows/Azure-Friday/One/player?format=html5"></iframe>',
            Player("https://channel9.msdn.com/Shows/Azure-Friday/One"),
        ),
        (
            '<iframe src="//cdn.embedly.com/m.html?src=x&amp;url=https%3A%2F%2Fexample.com%2Fa"></iframe>',
            Player("https://example.com/a"),
        ),
        (
            '<iframe src="https://v.example.org/play?id=1&amp;x=2"></iframe>',
            Player("https://v.example.org/play?id=1&x=2"),
        ),
        ('<iframe src="/play/1"></iframe>', Player("https://www.example.org/play/1")),
        ('<video controls><source src="https://e.org/a.mp4"></video>', Player("https://e.org/a.mp4")),
        (
            '<iframe src="https://www.youtube.com/embed/a/b"></iframe>',
            Player("https://www.youtube.com/embed/a/b"),
        ),
    ],
)
def test_a_frame_becomes_the_page_that_it_shows(frame: str, expected: Player) -> None:
    """Of well-known sites; of others, the frame's own address."""
    article, warnings = reading(featuredContent=frame)
    assert (article.player, warnings) == (expected, [])


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("<p>Nothing to play</p>", "has no address of a player"),
        ("<iframe></iframe>", "has no address of a player"),
        ("Watch it", "has no address of a player"),
        ('<iframe src="javascript:alert(1)"></iframe>', "has the scheme 'javascript', not http or https"),
        ('<iframe src="data:text/html,x"></iframe>', "has the scheme 'data', not http or https"),
        ('<iframe src="https://user:word@example.org/"></iframe>', "carries a user name or password"),
        (["x"], "is not text"),
    ],
)
def test_a_player_without_a_use_is_left_out_with_a_warning(value: object, reason: str) -> None:
    """The article stays."""
    article, warnings = reading(featuredContent=value)
    assert article.player is None
    assert warnings == [("featuredContent", f"{reason}; it is left out")]


@examples(150)
@given(st.text(st.sampled_from("<>\"'=/ :;&#?\n") | st.characters(), max_size=30), st.booleans())
def test_no_frame_does_harm(text: str, is_framed: bool) -> None:
    """What comes of it is a web address, or a reason why not."""
    try:
        found = player(f'<iframe src="{text}"></iframe>' if is_framed else text, "https://www.example.org")
    except ValueError as error:
        assert str(error)
        return
    for address in filter(None, (found.url, found.image)):
        assert address.startswith(("https://", "http://"))
        assert not set(address) & set('<>" \n')


# -- what else there is -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("PT13M57S", 837),
        ("PT2H44M", 9840),
        ("PT44M", 2640),
        ("PT5S", 5),
        ("PT1H0M0S", 3600),
        ("PT90.5S", 90),
        ("P1DT1H", 90_000),
        ("P1W", 604_800),
        (" pt3m ", 180),
        ("PT0S", 0),
        ("", 0),
        (None, 0),
    ],
)
def test_a_duration_is_told_in_seconds(given: object, seconds: int) -> None:
    """ISO 8601."""
    assert (reading(length=given)[0].duration, reading(length=given)[1]) == (seconds, [])


@pytest.mark.parametrize(
    "given", ["P5M", "P1Y", "PT", "P", "13:57", "837", "PT1M2H", "PT-5M", "P400D", [1], {"a": 1}]
)
def test_what_is_no_duration_is_left_out_with_a_warning(given: object) -> None:
    """Months are of no length that is known, and nearly always minutes without their T."""
    article, ((field, reason),) = reading(length=given)
    assert (article.duration, field) == (0, "length")
    assert reason.endswith("is no duration of hours, minutes and seconds, such as PT1H30M; it is left out")


@pytest.mark.parametrize(
    ("given", "rating"),
    [
        ({"count": 32, "average": 4.65625}, Rating(4.65625, 32)),
        ({"count": "32", "average": "5"}, Rating(5, 32)),
        ({"count": 0, "average": 0}, None),
        ({"average": 4}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_rating_counts_if_somebody_gave_it(given: object, rating: Rating | None) -> None:
    """An average of nobody says nothing."""
    assert (reading(ratings=given)[0].rating, reading(ratings=given)[1]) == (rating, [])


def test_a_level_may_be_one_or_several() -> None:
    """And a price is what stands there."""
    article, warnings = reading(levels="Beginner &amp; up", price=19.5)
    assert (article.levels, article.price, warnings) == (("Beginner & up",), "19.5", [])
    assert reading(levels=["Beginner", None, " ", "Advanced"])[0].levels == ("Beginner", "Advanced")


def test_parts_and_actions_are_named_and_linked() -> None:
    """A part that is another record is named as that record's file is."""
    article, warnings = reading(
        items=[
            "courses/microsoft-learn-write-data",
            "Chapter 2: and/or",
            {"title": "A &lt;b&gt;", "url": "/b"},
            {"name": "Named", "webUrl": "https://example.org/c"},
            {"title": "No address"},
            None,
        ],
        actions=[
            {"url": "https://example.org/a.zip", "title": "Download", "type": "download"},
            {"url": "https://example.org/b.zip"},
            {"title": "Nowhere to go"},
        ],
    )
    assert article.items == (
        Link("Microsoft learn write data"),
        Link("Chapter 2: and/or"),
        Link("A <b>", "https://www.example.org/b"),
        Link("Named", "https://example.org/c"),
        Link("No address"),
    )
    assert article.actions == (
        Link("Download", "https://example.org/a.zip"),
        Link("example.org", "https://example.org/b.zip"),
    )
    assert warnings == []


@pytest.mark.parametrize(
    "given", [["chass", {"name": "R_t"}, {"name": "chass"}], [{"name": "chass"}, {"name": " "}, "R_t", None]]
)
def test_authors_of_a_provider_are_people(given: object) -> None:
    """Each once, and the provider stays what it is."""
    article, warnings = reading(provider={"name": "Pro", "domain": "pro.example", "authors": given})
    assert [author.name for author in article.authors] == ["chass", "R_t"]
    assert article.provider is not None
    assert (article.provider.name, warnings) == ("Pro", [])


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"levels": ["A", ["B"]]}, "levels[1]"),
        ({"levels": {"a": 1}}, "levels"),
        ({"price": ["a"], "levels": [{}]}, "levels[0]"),
        ({"ratings": "good"}, "ratings"),
        ({"ratings": {"count": "many", "average": 4}}, "ratings.count"),
        ({"ratings": {"count": 4, "average": "nan"}}, "ratings.average"),
        ({"ratings": {"count": -1, "average": 4}}, "ratings.count"),
        ({"items": [["a"]]}, "items[0]"),
        ({"items": [{"color": "red"}]}, "items[0]"),
        ({"actions": ["a", {"title": "A", "url": "ftp://example.org/a"}]}, "actions[1]"),
        ({"provider": {"name": "P", "authors": [{"name": {"a": "x"}}]}}, "provider.authors[0]"),
    ],
)
def test_what_is_wrong_costs_itself_only(fields: dict[str, Any], where: str) -> None:
    """A warning names the place, and everything else stays."""
    article, warnings = reading(type="course", **fields)
    assert article.type == "course"
    assert [field for field, _ in warnings] == [where]


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["title", "name", "url", "count", "average", "authors", "x"]), inner
        )
    ),
    max_leaves=8,
)
NAMES = ("featuredContent", "length", "levels", "price", "ratings", "items", "actions")


@examples(100)
@given(st.fixed_dictionaries(dict.fromkeys(NAMES, ANYTHING)), ANYTHING)
def test_nothing_in_these_fields_costs_the_record(fields: dict[str, Any], people: Any) -> None:
    """Whatever stands there; and what comes of it is safe to show."""
    article, _ = reading(**fields, provider={"name": "Pro", "authors": people})
    shown = content.html(article, "")
    # All that it needs is what sanitised content may have.
    safe = nh3.clean(shown, tags={"p", "a", "img", "ol", "ul", "li"}, link_rel=None)
    assert html.unescape(safe) == html.unescape(shown)


# -- what subscribers get -----------------------------------------------------------------------------------


@pytest.fixture
def video(project: Project) -> Project:
    """A project with one video that has everything."""
    project.record(
        "v",
        suffix=".json",
        title="A film",
        type="video",
        excerpt="What it is about.",
        featuredContent=FRAME,
        length="PT1H2M3S",
        levels=["Beginner"],
        price="Free <b>",
        ratings={"count": 3, "average": 4.25},
        items=["one/part-one"],
        actions=[{"title": "Get it", "url": "https://example.org/x.zip"}],
        provider={"name": "Pro", "domain": "pro.example", "authors": ["Ann & Co"]},
        images=["https://example.org/lead.png"],
    )
    return project


def test_the_content_leads_to_the_player_and_has_no_frame(video: Project) -> None:
    """Picture, facts, text, parts, actions, people, in this order; all escaped."""
    assert video.feed("all").entries[0].content.splitlines() == [
        f'<p><a href="{WATCH.url}"><img src="https://example.org/lead.png" alt="A film"></a></p>',
        f'<p><a href="{WATCH.url}">▶ youtube.com</a> · 1 h 2 min · Beginner · Free &lt;b&gt; · ★ 4.2 (3)</p>',
        "<p>What it is about.</p>",
        "<ol><li>Part one</li></ol>",
        '<p><a href="https://example.org/x.zip">Get it</a></p>',
        '<p>Ann &amp; Co · <a href="https://pro.example/">Pro</a></p>',
    ]
    for suffix in (".rss", ".atom"):
        body = video.document(f"/all{suffix}", NOW)
        assert complaints(body) == []
        assert b"iframe" not in body


def test_a_film_without_a_picture_shows_that_of_its_site(project: Project) -> None:
    """And one with pictures in its body begins with its body."""
    project.record("a", featuredContent=FRAME, title="No picture")
    project.record("b", featuredContent=FRAME, body="![One](https://example.org/one.png)")
    first, second = sorted((entry.content for entry in project.feed("all").entries), key=len, reverse=True)
    assert f'<a href="{WATCH.url}"><img src="{WATCH.image}" alt="No picture"></a>' in first
    assert WATCH.image not in second
    assert f'<a href="{WATCH.url}">▶ youtube.com</a>' in second


@pytest.mark.parametrize(
    ("length", "shown"), [("PT59S", "59 s"), ("PT1M", "1 min"), ("PT3H5S", "3 h"), ("P2D", "48 h")]
)
def test_a_duration_is_spelled_in_units_that_all_languages_know(
    length: str, shown: str, project: Project
) -> None:
    """Nobody counts the seconds of an hour."""
    project.record("a", length=length)
    assert f"<p>{shown}</p>" in project.feed("all").entries[0].content


def test_media_rss_has_player_and_duration(video: Project) -> None:
    """Where it has a place for them: what is played by a page has no address of its own."""
    item = etree.fromstring(video.document("/all.rss", NOW)).find("channel/item")
    entry = etree.fromstring(video.document("/all.atom", NOW)).find(f"{ATOM}entry")
    for element in (item, entry):
        film, picture = element.findall(f"{MEDIA}content")
        assert dict(film.attrib) == {"medium": "video", "duration": "3723"}
        assert film.find(f"{MEDIA}player").get("url") == WATCH.url
        assert picture.get("url") == "https://example.org/lead.png"
    assert item.find("enclosure").get("type") == "image/png"


def test_json_feed_has_player_and_duration(video: Project) -> None:
    """An attachment has a duration; an article without a player has it in the extension."""
    video.record("course", length="PT44M", type="course", publishedDateTime="2020-01-01")
    body = video.document("/all.json", NOW)
    assert jsonlint.complaints(body) == []
    film, course = json.loads(body)["items"]
    assert film["attachments"][-1] == {
        "url": WATCH.url,
        "mime_type": "text/html",
        "duration_in_seconds": 3723,
    }
    assert film["authors"] == [{"name": "Ann & Co"}]
    assert film["_article"]["provider"] == {"name": "Pro", "url": "https://pro.example/"}
    assert course["_article"] == {"type": "course", "duration_in_seconds": 2640}
    assert "attachments" not in course


def test_people_are_authors_and_their_provider_the_source(video: Project) -> None:
    """In all formats."""
    item = etree.fromstring(video.document("/all.rss", NOW)).find("channel/item")
    entry = etree.fromstring(video.document("/all.atom", NOW)).find(f"{ATOM}entry")
    assert item.findtext("{http://purl.org/dc/elements/1.1/}creator") == "Ann & Co"
    assert item.findtext("source") == "Pro"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Ann & Co"
    assert entry.findtext(f"{ATOM}source/{ATOM}title") == "Pro"
