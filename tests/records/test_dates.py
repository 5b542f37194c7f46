"""Dates as people write them in records."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from generated import examples
from hypothesis import given
from hypothesis import strategies as st

from feeds.records.dates import EARLIEST, from_file_name, from_mtime, named_zone, parse, slug_of_file_name

MOMENT = datetime(2024, 5, 31, 6, 52, tzinfo=UTC)
MIDNIGHT = datetime(2024, 5, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-31T06:52:00Z", MOMENT),
        ("2024-05-31t06:52:00z", MOMENT),
        ("2024-05-31 06:52:00", MOMENT),
        ("2024-05-31T06:52:00", MOMENT),
        ("2024-05-31T06:52", MOMENT),
        ("2024-05-31 6:52", MOMENT),
        ("  2024-05-31 \t 06:52:00  UTC ", MOMENT),
        ("2024-05-31T06:52:00 GMT", MOMENT),
        ("2024-05-31T06:52:00.999999Z", MOMENT),
        ("2024-05-31T06:52:00,5", MOMENT),
        ("2024-05-31T06:52:00.123456789+00:00", MOMENT),
        ("2024-05-31T08:52:00+02:00", MOMENT),
        ("2024-05-31T08:52:00+0200", MOMENT),
        ("2024-05-31 08:52:00 +02", MOMENT),
        ("2024-05-31 08:52:00 +2", MOMENT),
        ("2024-05-31 01:52:00 -0500", MOMENT),
        ("2024-05-31T12:22:00+05:30", MOMENT),
        ("2024-05-31T06:52:00-00:00", MOMENT),
        ("2024-05-30T23:00:00-07:52", MOMENT),
        ("2024-05-31", MIDNIGHT),
        ("2024-5-31", MIDNIGHT),
        (" 2024-05-31\n", MIDNIGHT),
        ("2024/05/31", MIDNIGHT),
        ("2024.5.31 06:52", MOMENT),
        ("20240531", MIDNIGHT),
        ("20240531T065200Z", MOMENT),
        ("May 31, 2024", MIDNIGHT),
        ("May 31 2024", MIDNIGHT),
        ("may 31st, 2024", MIDNIGHT),
        ("31 May 2024", MIDNIGHT),
        ("31st of May, 2024", MIDNIGHT),
        ("31-May-2024", MIDNIGHT),
        ("31. May 2024", MIDNIGHT),
        ("31/May/2024 06:52:00 +0000", MOMENT),
        ("2024 May 31", MIDNIGHT),
        ("Friday, May 31, 2024 at 6:52 AM", MOMENT),
        ("Sept. 3, 2024", datetime(2024, 9, 3, tzinfo=UTC)),
        ("31/05/2024", MIDNIGHT),
        ("05/31/2024 06:52", MOMENT),
        ("31.5.2024", MIDNIGHT),
        ("05/05/2024", datetime(2024, 5, 5, tzinfo=UTC)),
        ("2024-05-31 6:52 am", MOMENT),
        ("2024-05-31 12:00 a.m.", MIDNIGHT),
        ("2024-05-31 12 PM", datetime(2024, 5, 31, 12, tzinfo=UTC)),
        ("May 31, 2024, 11:52pm CEST", datetime(2024, 5, 31, 21, 52, tzinfo=UTC)),
        ("2024-05-31T08:52:00 Europe/Berlin", MOMENT),
        ("2024-05-31T08:52:00+02:00[Europe/Berlin]", MOMENT),
        ("2024-05-31T08:52[Europe/Berlin]", MOMENT),
        ("Fri May 31 2024 08:52:00 GMT+0200 (Central European Summer Time)", MOMENT),
        ("Fri May 31 08:52:00 CEST 2024", MOMENT),
        ("Fri May 31 06:52:00 2024", MOMENT),
        ("2024-05-31 08:52 UTC+2", MOMENT),
        ("Fri, 31 May 2024 15:52:00 JST", MOMENT),
        ("Fri, 31 May 2024 06:52:00 GMT", MOMENT),
        ("Fri, 31 May 2024 08:52:00 +0200", MOMENT),
        ("31 May 2024 06:52 -0000", MOMENT),
        ("Fri, 31 May 2024 02:52:00 EDT", MOMENT),
        ("1990-01-01", EARLIEST),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_as_people_write_it(text: str, moment: datetime) -> None:
    """What can be read in one way only is read; UTC where no zone is named; whole seconds."""
    read = parse(text)
    assert read == moment
    assert read.tzinfo is UTC
    assert read.microsecond == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x",
        "soon",
        "2024",
        "2024-05",
        "May 2024",
        "31 May",
        "05/04/2024",
        "4.5.2024",
        "05-04-2024 10:00",
        "31/31/2024",
        "31 May 24",
        "32 May 2024",
        "May 31, 2024 13:00 PM",
        "May 31, 2024 0:30 am",
        "2024-05-31 10",
        "Fri, 31 May 2024 06:52:00 IST",
        "2024-05-31 06:52 XYZ",
        "2024-05-31 06:52 Mars/Olympus",
        "1717138320",
        "2024-05-31T",
        "2024-05-31T06",
        "2024-05-31Z",
        "2024-05-31 noon",
        "2024-13-01",
        "2023-02-29",
        "2024-00-10",
        "2024-02-30T06:52:00Z",
        "2024-05-31T24:00:00Z",
        "2024-05-31T06:60:00Z",
        "2016-12-31T23:59:60Z",
        "2024-05-31T06:52:00+24:00",
        "2024-05-31T06:52:00+99:99",
        "Fri, 32 May 2024 06:52:00 GMT",
        "Fri, 31 May 2024 06:52:00 +9999999999999",
        "31 May 99999999999999999999 06:52:00",
        "31 May 2024 99:99:99",
        "2024-05-31\x00",
        "\ud800",
        "9" * 5000,
        "31 May " + "9" * 5000 + " 06:52",
    ],
)
def test_what_is_no_date_is_refused_with_the_text_in_question(text: str) -> None:
    """A wrong guess would put an article in the wrong place."""
    with pytest.raises(ValueError, match=r"is no date") as caught:
        parse(text)
    assert repr(text[:60])[:-1] in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2024-07-05 00:30", "Europe/Berlin", datetime(2024, 7, 4, 22, 30, tzinfo=UTC)),
        ("2024-01-05 00:30", "Europe/Berlin", datetime(2024, 1, 4, 23, 30, tzinfo=UTC)),
        ("May 31, 2024", "America/New_York", datetime(2024, 5, 31, 4, tzinfo=UTC)),
        ("2024-05-31T06:52:00Z", "Europe/Berlin", MOMENT),
        ("2024-05-31 06:52 UTC", "Europe/Berlin", MOMENT),
        ("2024-05-31 12:22 IST", "Asia/Kolkata", MOMENT),
        ("2024-05-31 14:52 CST", "Asia/Shanghai", MOMENT),
        ("2024-05-31 07:52 BST", "Europe/London", MOMENT),
        ("2024-01-31 07:52 BST", "Europe/London", datetime(2024, 1, 31, 6, 52, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_that_of_the_publisher(text: str, zone: str, moment: datetime) -> None:
    """In summer and in winter; and a short name of a zone means what it means there."""
    assert parse(text, named_zone(zone)) == moment


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/passwd", "x" * 5000, "\0"])
def test_a_zone_that_nobody_knows_is_no_zone(name: str) -> None:
    """Whatever its name would be as that of a file."""
    with pytest.raises(LookupError):
        named_zone(name)


def test_a_file_name_s_date_begins_where_the_publisher_is() -> None:
    """At midnight there."""
    assert from_file_name("2024-01-15-x", named_zone("Europe/Berlin")) == datetime(
        2024, 1, 14, 23, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "text",
    [
        "1989-12-31T23:59:59Z",
        "1970-01-01",
        "0001-01-01T00:00:00Z",
        "1990-01-01T00:00:00+01:00",
        "1980-01-01 00:00",
    ],
)
def test_a_date_before_the_web_is_refused(text: str) -> None:
    """It is an empty field that a program turned into 1970 or the year 1."""
    with pytest.raises(ValueError, match="before 1990") as caught:
        parse(text)
    assert str(caught.value) == f"{text!r} is before 1990, when there was no web"


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00"])
def test_a_date_that_leaves_the_calendar_in_utc_is_refused(text: str) -> None:
    """There is no year 0 and no year 10000."""
    with pytest.raises(ValueError, match="out of range"):
        parse(text)


MOMENTS = st.datetimes(
    min_value=datetime(1990, 1, 2),  # noqa: DTZ001
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@given(MOMENTS)
def test_a_moment_comes_back_from_every_way_to_write_it(moment: datetime) -> None:
    """To the second, whatever its zone."""
    whole = moment.replace(microsecond=0)
    for text in (moment.isoformat(), moment.isoformat(" "), str(moment), format_datetime(moment)):
        assert parse(text) == whole, text


@given(MOMENTS)
def test_a_moment_without_zone_is_utc(moment: datetime) -> None:
    """No matter where the program runs."""
    naive = moment.replace(tzinfo=None, microsecond=0)
    assert parse(naive.isoformat()) == naive.replace(tzinfo=UTC)
    assert parse(naive.date().isoformat()) == datetime(naive.year, naive.month, naive.day, tzinfo=UTC)


LIKE_DATES = st.builds(
    "{} {} {} {} {}".format,
    st.integers(-1, 99),
    st.sampled_from(["Jan", "Dec", "May", "x"]),
    st.integers(),
    st.text("0123456789:", max_size=9),
    st.text("0123456789+-UTCGMEDS()", max_size=12),
)


@examples(500)
@given(st.text() | st.text("0123456789:-+TZ., ()JanMy\n") | LIKE_DATES)
def test_any_text_is_a_plausible_date_or_refused(text: str) -> None:
    """Nothing but ValueError is raised, for any text."""
    try:
        moment = parse(text)
    except ValueError:
        return
    assert moment >= EARLIEST
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("stem", "date", "slug"),
    [
        ("2024-05-31-hello-world", MIDNIGHT, "hello-world"),
        ("2024-5-31-hello", MIDNIGHT, "hello"),
        ("2024-05-31_hello", MIDNIGHT, "hello"),
        ("2024-05-31 hello", MIDNIGHT, "hello"),
        ("2024-05-31.hello", MIDNIGHT, "hello"),
        ("2024-05-31", MIDNIGHT, "2024-05-31"),
        ("2024-05-31-", MIDNIGHT, "2024-05-31-"),
        ("2024-05-31hello", None, "2024-05-31hello"),
        ("2024-05-311-hello", None, "2024-05-311-hello"),
        ("hello-2024-05-31", None, "hello-2024-05-31"),
        ("2024-02-30-hello", None, "hello"),
        ("2024-13-01-hello", None, "hello"),
        ("1990-01-01-hello", EARLIEST, "hello"),
        ("1989-12-31-hello", None, "hello"),
        ("0000-01-01-hello", None, "hello"),
        ("hello", None, "hello"),
        ("", None, ""),
    ],
)
def test_a_file_name_gives_the_date_and_the_slug_it_spells(
    stem: str, date: datetime | None, slug: str
) -> None:
    """As Jekyll's do; a slug is never empty where the name is not."""
    assert from_file_name(stem) == date
    assert slug_of_file_name(stem) == slug


@pytest.mark.parametrize("text", ["x" * 61, "1970-01-01 00:00" + " " * 50])
def test_a_message_shows_the_beginning_of_a_long_text(text: str) -> None:
    """Sixty characters are enough to find it, and a log stays a log."""
    with pytest.raises(ValueError, match=r"is no date|is before 1990") as caught:
        parse(text)
    assert str(caught.value).startswith(f"{text[:60]!r} is ")


@given(st.text(max_size=30))
def test_any_file_name_has_a_plausible_date_or_none(stem: str) -> None:
    """And the slug is its end."""
    date = from_file_name(stem)
    assert date is None or (date >= EARLIEST and re.match(r"\d{4}-", stem))
    assert stem.endswith(slug_of_file_name(stem))
    assert bool(slug_of_file_name(stem)) == bool(stem)


def test_a_time_stamp_is_read_in_whole_seconds_of_utc() -> None:
    """The fraction goes, as it does in every date."""
    assert from_mtime(1_717_138_320_999_999_999) == MOMENT
    assert from_mtime(631_152_000 * 10**9) == EARLIEST


@pytest.mark.parametrize("seconds", [-(10**12), -1, 0, 1, 631_151_999, 253_402_300_800, 10**12, 10**30])
def test_a_time_stamp_that_is_no_articles_date_is_refused(seconds: int) -> None:
    """File systems note the year 1970 and the year 33658 as readily as any other."""
    with pytest.raises(ValueError, match=r"before 1990|out of range"):
        from_mtime(seconds * 10**9)
