"""The configuration: every mistake is named with its file, its line and its key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from generated import examples
from hypothesis import given
from hypothesis import strategies as st

from feeds.config import (
    Config,
    Feeds,
    FeedTable,
    Override,
    Records,
    Select,
    Site,
    Source,
    TopicTable,
    load,
    parse,
)
from feeds.errors import ConfigError
from feeds.model.topics import Topic

SECTIONS = [
    "site",
    "records",
    "select",
    "topics",
    "feeds",
    "export",
    "redirects",
    "probe",
    "websub",
    "server",
    "images",
    "index",
]


def mistake(source: str, override: Override | None = None) -> ConfigError:
    """Return what is wrong with a configuration."""
    with pytest.raises(ConfigError) as caught:
        parse(source, "x/config.toml", override=override)
    assert caught.value.path == "x/config.toml" or override
    return caught.value


def test_nothing_has_to_be_said() -> None:
    """An empty file is a configuration; every key has a default."""
    for text in ("", "\n".join(f"[{name}]" for name in SECTIONS)):
        config = parse(text, "config.toml")
        assert msgspec.structs.replace(config, doubts=()) == Config(path="config.toml")
        assert [doubt.field for doubt in config.doubts] == ["site.base_url"]


@pytest.mark.parametrize(
    ("config", "doubted"),
    [
        ('[site]\nbase_url = "https://feeds.acme.com"', []),
        (
            '[site]\nbase_url = "https://Feeds.Example.org:81/x"',
            [(2, "site.base_url", "'feeds.example.org'")],
        ),
        ('[site]\n\nbase_url = "http://localhost:8000"', [(3, "site.base_url", "'localhost'")]),
        ('[site]\nbase_url = "http://127.3.2.1"', [(2, "site.base_url", "'127.3.2.1'")]),
        ('[site]\nbase_url = "http://[::1]:8000/"', [(2, "site.base_url", "'[::1]'")]),
        ('[site]\nbase_url = "http://0.0.0.0:8000"', [(2, "site.base_url", "'0.0.0.0'")]),
        # Nobody copies these from an example: who writes them knows that they try something.
        ('[site]\nbase_url = "https://feeds.test"\n[records]\nsite_url = "https://a.example"', []),
        ("[site]", [(1, "site.base_url", "'127.0.0.1'")]),
        ("", [(0, "site.base_url", "'127.0.0.1'")]),
        # Others' names that only look alike, and an intranet's.
        ('[site]\nbase_url = "https://myexample.org"', []),
        ('[site]\nbase_url = "https://example.org.acme.com"', []),
        ('[site]\nbase_url = "https://contest"', []),
        ('[site]\nbase_url = "http://192.168.1.5:8000"', []),
        (
            '[site]\nbase_url = "https://acme.com"\nid_authority = "example.com,2024"',
            [(3, "site.id_authority", "'example.com'")],
        ),
        (
            '[site]\nbase_url = "https://acme.com"\nid_authority = "me@example.net,2024"',
            [(3, "site.id_authority", "'example.net'")],
        ),
        ('[site]\nbase_url = "https://acme.com"\nid_authority = "acme.com,2024"', []),
        (
            '[site]\nbase_url = "https://acme.com"\n[records]\nsite_url = "https://www.example.com/x"',
            [(4, "records.site_url", "'www.example.com'")],
        ),
    ],
)
def test_addresses_that_stand_for_another_are_doubted(
    config: str, doubted: list[tuple[int, str, str]]
) -> None:
    """Nothing is refused; a warning names file, line, key and host."""
    found = parse(config, "config.toml").doubts
    assert [(doubt.line, doubt.field) for doubt in found] == [(line, key) for line, key, _ in doubted]
    for doubt, (_, _, host) in zip(found, doubted, strict=True):
        assert (doubt.path, doubt.severity) == ("config.toml", "warning")
        assert host in doubt.reason


def test_a_doubtful_address_on_the_command_line_is_said_to_be_there() -> None:
    """Not in the file, where nobody would find it."""
    written = '[site]\nbase_url = "https://acme.com"\n'
    config = parse(written, "config.toml", override={"site": {"base_url": "http://localhost"}})
    assert [(doubt.path, doubt.line) for doubt in config.doubts] == [("the command line", 0)]


def test_every_table_is_read_into_its_type() -> None:
    """Lists become tuples; addresses and language come into their valid form."""
    config = parse(
        """
        [site]
        title = "Räume"
        base_url = "HTTPS://Example.org:443/feeds/"
        language = "de_at"
        icon = "icon.png"
        logo = "https://cdn.example.org/logo.png"
        id_authority = "Example.org,2024-05"
        [records]
        paths = ["posts", "more/*.md"]
        fields = { publishedDateTime = "date", topics = ["tags", "categories"] }
        site_url = "https://www.example.org"
        permalink = "/{year}/{slug}/"
        undated = "mtime"
        [select]
        status = "any"
        types = ["article"]
        min_quality = 50
        max_age_days = 30
        [topics."C++"]
        title = "C++"
        aliases = ["Cpp"]
        parent = "Programming Languages"
        min_heat = 1
        retired = true
        [feeds]
        limit = 10
        """
    )
    assert config.site == Site(
        title="Räume",
        base_url="https://example.org/feeds",
        language="de-AT",
        icon="https://example.org/feeds/icon.png",
        logo="https://cdn.example.org/logo.png",
        id_authority="example.org,2024-05",
    )
    assert config.records == Records(
        paths=("posts", "more/*.md"),
        fields={"publishedDateTime": "date", "topics": ("tags", "categories")},
        site_url="https://www.example.org/",
        permalink="/{year}/{slug}/",
        undated="mtime",
    )
    assert config.select == Select(status="any", types=("article",), min_quality=50, max_age_days=30)
    assert config.topics == {
        "c-plus-plus": TopicTable(
            title="C++", aliases=("Cpp",), parent="Programming Languages", min_heat=1, retired=True
        )
    }
    assert config.feeds == Feeds(limit=10)
    assert config.described_topics() == [
        Topic(
            slug="c-plus-plus",
            title="C++",
            aliases=("cpp",),
            parent="programming-languages",
            is_retired=True,
        )
    ]


@pytest.mark.parametrize(
    ("source", "line", "key", "reason"),
    [
        (
            "[select]\n\nmin_qualty = 5",
            3,
            "select.min_qualty",
            'is no key of [select]; did you mean "min_quality"?',
        ),
        ("[selct]\na = 1", 1, "selct", 'is no key of the configuration; did you mean "select"?'),
        ("[site]\ntitel = 'x'", 2, "site.titel", 'is no key of [site]; did you mean "title"?'),
        ("site.titel = 'x'", 1, "site.titel", 'is no key of [site]; did you mean "title"?'),
        ("site = { titel = 'x' }", 1, "site.titel", 'is no key of [site]; did you mean "title"?'),
        ("[records]\n'path' = 'x'", 2, "records.path", 'is no key of [records]; did you mean "paths"?'),
        (
            "[feeds]\n# limit = 5\nlimits = 5",
            3,
            "feeds.limits",
            'is no key of [feeds]; did you mean "limit"?',
        ),
        (
            '[topics.ai]\n[topics."Node.js"]\nmin_heet = 5',
            3,
            "topics.Node.js.min_heet",
            'is no key of [topics.Node.js]; did you mean "min_heat"?',
        ),
        (
            "[export]\npath = 'x'\nzzz = 1",
            3,
            "export.zzz",
            "is no key of [export]; known are aliases, files, path, precompressed",
        ),
        (
            "path = 'x'",
            1,
            "path",
            "is no key of the configuration; known are "
            + ", ".join(sorted([*SECTIONS, "authors", "defaults"])),
        ),
        ("root = 'x'", 1, "root", 'is no key of the configuration; did you mean "records"?'),
        (
            "[records.fields]\ndate = 'x'",
            2,
            "records.fields.date",
            None,
        ),
        (
            "[records.fields]\ntitel = 'y'",
            2,
            "records.fields.titel",
            'is no field of a record; did you mean "title"?',
        ),
        (
            "[records.fields]\ndate = 'publishedDateTime'",
            2,
            "records.fields.date",
            'our name goes to the left: publishedDateTime = "date"',
        ),
    ],
)
def test_an_unknown_key_is_named_with_its_line_and_the_nearest_right_one(
    source: str, line: int, key: str, reason: str | None
) -> None:
    """However the table is written."""
    error = mistake(source)
    if key == "root":
        assert "is no key of the configuration" in error.reason
    elif reason is None:
        assert error.reason.startswith("is no field of a record; ")
    else:
        assert error.reason == reason
    assert (error.line, error.key) == (line, key)
    assert str(error) == f"x/config.toml:{line}: {key}: {error.reason}"


@pytest.mark.parametrize(
    ("source", "line", "key", "reason"),
    [
        ("[site]\ntitle = 5", 2, "site.title", "expected text in quotes, got a whole number"),
        ("[site]\ntitle = 2024-01-01", 2, "site.title", "expected text in quotes, got a date"),
        ("[records]\npaths = 'x'", 2, "records.paths", "expected a list, got text in quotes"),
        ("[records]\npaths = [\n'x',\n5]", 2, "records.paths", "expected text in quotes, got a whole number"),
        ("[records]\nfields = 5", 2, "records.fields", "expected a table, got a whole number"),
        (
            "[select]\nmin_quality = '5'",
            2,
            "select.min_quality",
            "expected a whole number, got text in quotes",
        ),
        ("[select]\nmin_quality = 80.5", 2, "select.min_quality", "expected a whole number, got a number"),
        (
            "[select]\nmin_quality = true",
            2,
            "select.min_quality",
            "expected a whole number, got true or false",
        ),
        ("[select]\nhas_image = 1", 2, "select.has_image", "expected true or false, got a whole number"),
        ("[select]\nmax_age_days = '1'", 2, "select.max_age_days", "expected a number, got text in quotes"),
        ("[topics]\nai = 5", 2, "topics.ai", "has to be a table"),
        ("topics = 5", 1, "topics", "has to be tables [topics.SLUG]"),
        ("feeds = 5", 1, "feeds", "has to be a table"),
        ("feeds = [5]", 1, "feeds[1]", "has to be a table"),
        ("[defaults]\nlimit = '5'", 2, "defaults.limit", "expected a whole number, got text in quotes"),
        ("[[feeds]]\nname = 5", 2, "feeds[1].name", "expected text in quotes, got a whole number"),
        (
            "[[feeds]]\nname = 'a'\n\n[[ feeds ]] # b\nname = 'b'\nwords = []",
            6,
            "feeds[2].words",
            "expected text in quotes, got a list",
        ),
    ],
)
def test_a_wrong_type_is_named_in_the_words_of_toml(source: str, line: int, key: str, reason: str) -> None:
    """Nothing is converted behind anyone's back."""
    error = mistake(source)
    assert (error.line, error.key, error.reason) == (line, key, reason)


@pytest.mark.parametrize(
    ("source", "key", "reason"),
    [
        (
            "[site]\nbase_url = 'example.org'",
            "site.base_url",
            "'example.org' is no absolute http or https URL",
        ),
        ("[site]\nbase_url = ''", "site.base_url", "'' is no absolute http or https URL"),
        (
            "[site]\nbase_url = 'ftp://e.org'",
            "site.base_url",
            "'ftp://e.org' has the scheme 'ftp', not http or https",
        ),
        ("[site]\nbase_url = 'https://e.org/?a'", "site.base_url", "must not have a query or a fragment"),
        ("[site]\ntitle = ' '", "site.title", "must not be blank"),
        ('[site]\ntitle = "a\\u0001"', "site.title", "has a character that XML cannot carry"),
        ("[site]\nicon = 'http://['", "site.icon", "'http://[' is not a valid URL"),
        ("[site]\nlogo = 'a.SVG?x'", "site.logo", "must not be SVG: RSS readers cannot show it"),
        (
            "[site]\nlanguage = 'english'",
            "site.language",
            "'english' is no language tag with a two-letter code, such as en or pt-BR",
        ),
        (
            "[site]\nid_authority = 'example.org'",
            "site.id_authority",
            'is no name and date of a tag URI (RFC 4151), such as "example.org,2024"',
        ),
        ("[records]\npaths = []", "records.paths", "must name at least one folder or glob"),
        ("[records]\nmax_bytes = 0", "records.max_bytes", "must be at least 1"),
        ("[records]\nsite_url = 'x'", "records.site_url", "'x' is no absolute http or https URL"),
        (
            "[records]\npermalink = '/{year}/{slug}'",
            "records.permalink",
            "is relative, and [records] site_url is not set",
        ),
        (
            "[records]\npermalink = '{slug}'",
            "records.permalink",
            "is relative, and [records] site_url is not set",
        ),
        (
            "[records]\npermalink = 'ftp://e.org/{slug}'",
            "records.permalink",
            "has the scheme 'ftp', not http or https",
        ),
        (
            "[records]\npermalink = 'https://e.org/{year}'",
            "records.permalink",
            "needs {slug}, {title} or {id}, or articles would share a URL",
        ),
        (
            "[records]\npermalink = 'https://e.org/{titel}/{slug}'",
            "records.permalink",
            "has {titel}; its parts are {year}, {month}, {day}, {i_month}, {i_day}, {slug}, {title}, {lang}, "
            "{category}, {folder} and {id}",
        ),
        (
            "[records]\nid = 'https://e.org/{link}'",
            "records.id",
            "has {link}; its parts are {year}, {month}, {day}, {i_month}, {i_day}, {slug}, {title}, {lang}, "
            "{category}, {folder}, {id} and {url}",
        ),
        (
            "[records]\ntimezone = 'Mars/Olympus'",
            "records.timezone",
            "'Mars/Olympus' is no time zone that this computer knows, such as Europe/Berlin",
        ),
        (
            "[records.defaults]\nlocal = 'de'",
            "records.defaults.local",
            'is no field of a record; did you mean "locale"?',
        ),
        (
            "[records.defaults.posts]\nlocal = 'de'",
            "records.defaults.posts.local",
            'is no field of a record; did you mean "locale"?',
        ),
        (
            "[records.fields]\ntitle = 'secured.title'",
            "records.fields.title",
            'must not be "secured", which never leaves a record',
        ),
        (
            "[authors.mara]\nurl = '/mara/'",
            "authors.mara.url",
            "'/mara/' is no absolute http or https URL",
        ),
        (
            "[records]\nundated = 'never'",
            "records.undated",
            'cannot be \'never\'; allowed are "reject", "mtime"',
        ),
        (
            "[records.fields]\nexcerpt = ['summary', 'secured']",
            "records.fields.excerpt",
            'must not be "secured", which never leaves a record',
        ),
        (
            "[select]\nstatus = 'publishd'",
            "select.status",
            'cannot be \'publishd\'; allowed are "published", "any"',
        ),
        ("[select]\nmax_age_days = 0", "select.max_age_days", "must be more than 0"),
        ("[select]\nmax_age_days = nan", "select.max_age_days", "must be more than 0"),
        ("[select]\nmax_age_days = inf", "select.max_age_days", "must be at most 40,000"),
        (
            "[select]\ntitle_matches = '('",
            "select.title_matches",
            "'(' is no regular expression",
        ),
        (
            "[select]\ntitle_matches = 'a{99999999999}'",
            "select.title_matches",
            "'a{99999999999}' is no regular expression",
        ),
        (
            "[topics.ai]\ntitle_matches = '['",
            "topics.ai.title_matches",
            "'[' is no regular expression",
        ),
        ("[feeds]\nlimit = 0", "feeds.limit", "must be at least 1"),
        ("[feeds]\nlimit = 10001", "feeds.limit", "must be at most 10,000"),
        ("[feeds]\nformats = []", "feeds.formats", 'must name "rss", "atom" or "json"'),
        ("[feeds]\nttl = -1", "feeds.ttl", "must be at least 1"),
        ("[server]\nport = 65536", "server.port", "must be at most 65,535"),
        ("[server]\nmax_age = -1", "server.max_age", "must be at least 0"),
        (
            "[probe]\nallow_hosts = ['https://e.org']",
            "probe.allow_hosts",
            "'https://e.org' is no host name, address or network",
        ),
        (
            "[probe]\nallow_hosts = ['10.0.0.1/8']",
            "probe.allow_hosts",
            "'10.0.0.1/8' is no host name, address or network; did you mean 10.0.0.0/8?",
        ),
        ("[probe]\nworkers = 0", "probe.workers", "must be at least 1"),
        (
            "[index]\nurl = 'postgresql://x'",
            "index.url",
            'must begin with "sqlite:///"; the index is a SQLite file',
        ),
    ],
)
def test_an_impossible_value_is_named_with_its_line(source: str, key: str, reason: str) -> None:
    """And with what would be possible."""
    error = mistake(f"# a comment\n\n{source}")
    # What follows is Python's own account of the expression.
    said = error.reason.partition(": ")[0] if "regular expression" in reason else error.reason
    assert (error.line, error.key, said) == (4, key, reason)


@pytest.mark.parametrize(
    ("source", "line", "key", "reason"),
    [
        (
            "[topics.AI]\n[topics.ai]",
            2,
            "topics.ai",
            "describes the topic 'ai' a second time",
        ),
        (
            "[topics.ai]\naliases = ['Rain']\n[topics.rain]",
            2,
            "topics.ai.aliases",
            "'rain' is a topic of its own",
        ),
        (
            "[topics.Parent]\n[topics.ai]\nparent = 'x'\naliases = ['parent']",
            4,
            "topics.ai.aliases",
            "'parent' is a topic of its own",
        ),
        ("[topics.ai]\n\naliases = ['A I', 'AI']", 3, "topics.ai.aliases", "'ai' is a topic of its own"),
        (
            "[topics.a]\naliases = ['x']\n[topics.b]\naliases = ['X']",
            4,
            "topics.b.aliases",
            "'x' is an alias of 'a'",
        ),
    ],
)
def test_topics_that_contradict_each_other_are_refused(source: str, line: int, key: str, reason: str) -> None:
    """An address leads to one topic."""
    error = mistake(source)
    assert (error.line, error.key.casefold(), error.reason) == (line, key, reason)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("[site", 1),
        ("[site]\ntitle = x", 2),
        ("[site]\ntitle = 'a'\n\ntitle = 'b'", 4),
        ("[site]\n[site]", 2),
        ("a = '''\n\n", 1),
        ("\n\n[site", 3),
        ("\na = '''\n", 2),
        ("\r\n[site]\r\ntitle = x", 3),
        ('a = "\\q"', 1),
        ("\x00", 1),
    ],
)
def test_what_is_no_toml_is_named_with_its_line(source: str, line: int) -> None:
    """Or, of a text that has no end, with the line where it begins."""
    error = mistake(source)
    assert error.reason.startswith("is no TOML: ")
    assert (error.line, error.key) == (line, "")


@pytest.mark.parametrize(
    ("source", "line", "key", "reason"),
    [
        (
            "[[feeds]]\nname = 'a'\nmin_qualty = 1",
            3,
            "feeds[1].min_qualty",
            'is no key of [[feeds]]; did you mean "min_quality"?',
        ),
        ("[defaults]\nlimt = 1", 2, "defaults.limt", 'is no key of [defaults]; did you mean "limit"?'),
        ("[feeds]\nlimt = 1", 2, "feeds.limt", 'is no key of [feeds]; did you mean "limit"?'),
        ("\n[[feed]]\nname = 'a'", 2, "feed", 'is no key of the configuration; did you mean "feeds"?'),
        ("[[feeds]]\ntitle = 'A'", 1, "feeds[1]", 'needs a name, such as name = "security-brief"'),
        ("[[feeds]]\nname = 'A b'", 2, "feeds[1].name", "'A b' is no slug; write 'a-b'"),
        (
            "[[feeds]]\nname = 'a'\n[[feeds]]\nname = 'a'",
            4,
            "feeds[2].name",
            "'a' is the name of an earlier feed",
        ),
        ("[[feeds]]\nname = 'a'\nwords = '++'", 3, "feeds[1].words", "'++' has no word to search for"),
        ("[select]\nwords = '++'", 2, "select.words", "'++' has no word to search for"),
        (
            "[[feeds]]\nname = 'a'\ntopics = ['C#']\nexclude_topics = ['c#']",
            4,
            "feeds[1].exclude_topics",
            "'c-sharp' is also asked for",
        ),
        ("[[feeds]]\nname = 'a'\nlimit = 0", 3, "feeds[1].limit", "must be at least 1"),
        (
            "[feeds]\nlimit = 5\n[[feeds]]\nname = 'a'",
            1,
            "[feeds]",
            "and [[feeds]] cannot stand in one file; the settings of [feeds] go into [defaults]",
        ),
        (
            "[[feeds]]\nname = 'a'\n[feeds]\nlimit = 5",
            3,
            "[feeds]",
            "and [[feeds]] cannot stand in one file; the settings of [feeds] go into [defaults]",
        ),
        (
            "[defaults]\nlimit = 5\n[feeds]\nttl = 5",
            3,
            "feeds",
            "is the older name of [defaults], which is there too",
        ),
    ],
)
def test_mistakes_about_named_feeds_are_named_with_their_line(
    source: str, line: int, key: str, reason: str
) -> None:
    """And so is what TOML itself does not allow: a table and tables of one name."""
    error = mistake(source)
    assert (error.line, error.key, error.reason) == (line, key, reason)


def test_all_that_is_wrong_is_said_at_once() -> None:
    """A line for each fault, by line of the file; what the command line says wrongly comes first."""
    source = """\
[site]
titel = "x"
title = 5
base_url = "nowhere"
icon = "icon.png"
[records]
paths = []
permalink = "/{title}"
site_url = "also nowhere"
[select]
min_quality = "high"
words = "++"
[topics.AI]
parent = 5
min_heet = 1
[topics.ai]
title = " "
aliases = ["rain", "ai"]
[topics.rain]
[[feeds]]
title = "nameless"
limit = 0
[[feeds]]
name = "A b"
words = "++"
[[feeds]]
name = "good"
topics = ["x"]
exclude_topics = ["X"]
[defaults]
limit = 0
formats = ["page"]
[websub]
hubs = ["a", "https://hub.example", "b"]
[probe]
allow_hosts = ["https://e.org", "localhost", "http://f.org"]
workers = 0
timeout = "x"
"""
    error = mistake(source, {"server": {"port": "x"}})
    assert [(fault.line, fault.key) for fault in error.faults] == [
        (0, "server.port"),
        (2, "site.titel"),
        (3, "site.title"),
        (4, "site.base_url"),
        (7, "records.paths"),
        (9, "records.site_url"),
        (11, "select.min_quality"),
        (12, "select.words"),
        (14, "topics.AI.parent"),
        (15, "topics.AI.min_heet"),
        (16, "topics.ai"),
        (20, "feeds[1]"),
        (22, "feeds[1].limit"),
        (24, "feeds[2].name"),
        (25, "feeds[2].words"),
        (29, "feeds[3].exclude_topics"),
        (31, "defaults.limit"),
        (32, "defaults.formats"),
        (34, "websub.hubs"),
        (34, "websub.hubs"),
        (36, "probe.allow_hosts"),
        (36, "probe.allow_hosts"),
        (37, "probe.workers"),
        (38, "probe.timeout"),
    ]
    assert str(error).split("\n") == [str(fault) for fault in error.faults]
    assert str(error.faults[3]) == (
        "x/config.toml:4: site.base_url: 'nowhere' is no absolute http or https URL"
    )
    assert (error.line, error.key, error.reason) == error.faults[0][1:]


def test_a_fault_brings_no_others_with_it() -> None:
    """What depends on a faulty value is checked as if its default stood there, or not at all."""
    for source in (
        "[site]\nbase_url = 'x'\nicon = 'a.png'",
        "[records]\nsite_url = 'x'\npermalink = '/{slug}'",
        "[defaults]\nformats = 5\narchives = true",
        "[[feeds]]\nname = 5\n[[feeds]]\nname = 'b'",
        "[topics]\nai = 5\n[topics.b]\nparent = 'ai'",
    ):
        assert len(mistake(source).faults) == 1


@pytest.mark.parametrize(
    ("source", "line", "sentence", "shown"),
    [
        ("[site]\ntitle = News", 2, "this is no value; text has to stand in quotes", "title = News"),
        ("[site]\ncompose = True", 2, "true and false are written in small letters", "compose = True"),
        ("[site]\ntitle = “News”", 2, "only straight quotation marks", "title = “News”"),
        ("[site]\ntitle =", 2, "a value is missing", "title ="),
        ("[site]\ntitle = 'a", 2, "a quotation mark that opens", "title = 'a"),
        ("[site]\ntitle = 'It's'", 2, "the line goes on after its value", "title = 'It's'"),
        ("[site]\ntitle 'a'", 2, "a key is followed by = and a value", "title 'a'"),
        ("[site\ntitle = 'a'", 1, "the name of a table is not closed by ]", "[site"),
        ("[records]\npaths = ['a' 'b']", 2, "a bracket [ is not closed by ]", "paths = ['a' 'b']"),
        ('[records]\npaths = ["C:\\posts"]', 2, "a backslash in double quotes", 'paths = ["C:\\posts"]'),
        ("[site]\n[site]", 2, "a table or key of this name is there already", "[site]"),
        (
            "[site]\ntitle = 'a'\ntitle = 'b'",
            3,
            "a table or key of this name is there already",
            "title = 'b'",
        ),
        ("[site]\ntitle: a", 2, "a key is followed by = and a value", "title: a"),
        ("x = 5 \x01", 1, "", "x = 5 \\x01"),
    ],
)
def test_what_is_no_toml_is_said_in_words_for_people(
    source: str, line: int, sentence: str, shown: str
) -> None:
    """With the line itself, its control characters escaped."""
    error = mistake(source)
    assert error.line == line
    assert error.reason.startswith(f"is no TOML: {sentence}")
    assert error.reason.endswith(f" the line: {shown}")


def test_what_all_feeds_have_in_common_has_two_homes() -> None:
    """[defaults] always works; [feeds] works as it always did, where there is no [[feeds]]."""
    assert parse("[feeds]\nlimit = 5").feeds == parse("[defaults]\nlimit = 5").feeds == Feeds(limit=5)
    config = parse("[defaults]\nttl = 5\n[[feeds]]\nname = 'a'\n[[feeds]]\nname = 'b'\nlimit = 3")
    assert config.feeds == Feeds(ttl=5)
    assert dict(config.named) == {"a": FeedTable(name="a"), "b": FeedTable(name="b", limit=3)}
    assert dict(config.lines) == {"a": 3, "b": 5}


def test_a_key_of_a_topic_is_told_apart_from_a_topic_of_that_name() -> None:
    """Topics may be called like keys."""
    error = mistake("[topics.Title]\n[topics.'C++']\ntitle = 5")
    assert (error.line, error.key) == (3, "topics.C++.title")


def test_endless_nesting_is_no_configuration() -> None:
    """And no traceback."""
    assert "nested too deeply" in mistake("a = " + "[" * 100_000).reason


@pytest.mark.parametrize("first", ["\n", "\n\n", "\r\n", "# a comment\n", " \t\n"])
@pytest.mark.parametrize(
    ("source", "line", "key"),
    [
        ("[site]\ntitle = 3\n", 2, "site.title"),
        ('[site]\ntitel = "a"\n', 2, "site.titel"),
        ("site.title = 3\n", 1, "site.title"),
        ("[select]\nmin_quality = -1.5\n", 2, "select.min_quality"),
        ('[[feeds]]\nname = "a"\n[[feeds]]\nlimit = 3\n', 3, "feeds[2]"),
        ('[feeds]\nlimit = 3\n[[feeds]]\nname = "a"\n', 1, "[feeds]"),
    ],
)
def test_lines_before_the_first_table_are_counted(first: str, source: str, line: int, key: str) -> None:
    """Empty ones, too: the line is the one that an editor shows."""
    error = mistake(first + source)
    assert (error.line, error.key) == (line + first.count("\n"), key)


def test_the_line_of_a_key_is_found_whatever_text_stands_before_it() -> None:
    """Texts of many lines can look like anything, and must not make the search endless."""
    text = "\n".join(["-" * 5000, "a.b " * 1000, "'" * 999, '"' * 998 + " x", "key", "= ="])
    error = mistake(f"[site]\ndescription = '''\n{text.replace(chr(39), chr(96))}\n'''\nlanguage = 'xx'")
    assert (error.line, error.key) == (10, "site.language")


def test_values_of_the_command_line_go_before_those_of_the_file() -> None:
    """Key by key; what they do not name stays."""
    source = "[site]\ntitle = 'T'\nbase_url = 'https://a.example'\n"
    override: Override = {"site": {"base_url": "https://b.example/"}, "server": {"port": 80}}
    config = parse(source, override=override)
    assert (config.site.title, config.site.base_url, config.server.port) == ("T", "https://b.example", 80)
    assert parse(source).site.base_url == "https://a.example"


@pytest.mark.parametrize(
    ("override", "key"),
    [
        ({"site": {"base_url": "nowhere"}}, "site.base_url"),
        ({"server": {"port": "x"}}, "server.port"),
        ({"server": {"prot": 80}}, "server.prot"),
        ({"sever": {"port": 80}}, "sever"),
    ],
)
def test_values_of_the_command_line_are_checked_like_the_files(override: Override, key: str) -> None:
    """They are named by the same keys, and no line of the file is blamed."""
    error = mistake("[site]\ntitle = 'T'\nbase_url = 'https://a.example'\n", override)
    assert (error.key, error.line) == (key, 0)


def test_the_command_line_is_blamed_for_its_own_values_only() -> None:
    """The message names the place where people have to look."""
    source = "[site]\nbase_url = 'nowhere'\n"
    assert str(mistake(source)).startswith("x/config.toml:2: site.base_url: 'nowhere'")
    override: Override = {"site": {"base_url": "elsewhere"}}
    assert str(mistake(source, override)).startswith("the command line: site.base_url: 'elsewhere'")


def test_a_file_is_read_with_bom_and_crlf_and_its_folder_is_the_root(tmp_path: Path) -> None:
    """Relative paths in it are relative to it, wherever the program is started."""
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf[site]\r\ntitle = 'T'\r\n")
    config = load(path)
    assert (config.path, config.root, config.site.title) == (str(path), str(tmp_path.resolve()), "T")
    path.write_bytes(b"[site]\r\n\r\ntitel = 'T'\r\n")
    with pytest.raises(ConfigError) as caught:
        load(str(path))
    assert (caught.value.path, caught.value.line) == (str(path), 3)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, "there is no such file; `feeds init DIR` makes a folder to start from"),
        (b"title = 'caf\xe9'", "is not UTF-8: "),
        (b"\xff\xfe[\x00", "is not UTF-8: "),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, data: bytes | None, reason: str) -> None:
    """With a way out where there is one."""
    path = tmp_path / "config.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert caught.value.reason.startswith(reason)
    assert str(caught.value).startswith(f"{path}:")


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    """The operating system's reason is told."""
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(tmp_path)


VALUE = st.recursive(
    st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=5)
    | st.dates()
    | st.sampled_from(["https://e.org", "/{slug}", "(", "any", "rss"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
KEYS = [key for kind in (Site, Records, Select, TopicTable, Feeds) for key in kind.__struct_fields__]


@examples(400)
@given(
    st.dictionaries(
        st.sampled_from(SECTIONS) | st.text(max_size=3),
        st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), VALUE, max_size=3),
        max_size=3,
    )
)
def test_any_values_are_a_configuration_or_a_configuration_error(tables: dict[str, dict[str, Any]]) -> None:
    """Nothing else is raised, whatever types stand where."""
    try:
        parse("", override=tables)
    except ConfigError as error:
        assert error.reason


@examples(300)
@given(st.text("[]=.\"'\n #a{}1,\\-" + "site", max_size=60))
def test_any_text_is_a_configuration_or_a_configuration_error(source: str) -> None:
    """Named with a line of the file, or none."""
    try:
        parse(source)
    except ConfigError as error:
        assert 0 <= error.line <= source.count("\n") + 1


def test_a_source_tells_of_a_change_that_has_come_to_rest(tmp_path: Path) -> None:
    """Editors empty a file before they write it: what is there for a moment is not used."""
    file = tmp_path / "config.toml"
    file.write_text('[site]\ntitle = "One"\n')
    source = Source(file, {"feeds": {"limit": 7}})
    assert source.load().site.title == "One"
    assert not source.has_changed()
    file.write_text("")
    assert not source.has_changed()
    file.write_text('[site]\ntitle = "Two"\n')
    assert not source.has_changed()
    assert source.has_changed()
    config = source.load()
    assert (config.site.title, config.feeds.limit) == ("Two", 7)
    assert not source.has_changed()


def test_a_broken_source_is_told_of_once(tmp_path: Path) -> None:
    """By the name that the user gave it; a file that is gone is one, too."""
    file = tmp_path / "config.toml"
    file.write_text("")
    source = Source(file)
    source.load()
    for content in ("[site]\ntitel = 1\n", None):
        file.unlink() if content is None else file.write_text(content)
        source.has_changed()
        assert source.has_changed()
        with pytest.raises(ConfigError, match=str(file)):
            source.load()
        assert not source.has_changed()


def test_who_serves_the_same_has_the_same_identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it listens, and however the file is named; other options make another one."""
    monkeypatch.chdir(tmp_path)
    same = Source("config.toml").identity
    assert Source(tmp_path / "config.toml", {"server": {"port": 1}}).identity == same
    assert Source("other.toml").identity != same
    assert Source("config.toml", {"site": {"base_url": "https://other.example"}}).identity != same


def test_a_configuration_survives_being_written_down() -> None:
    """The index carries it from one process to another."""
    source = """\
[site]
title = "A"
[records.fields]
topics = ["tags", "categories"]
[select]
max_age_days = 1.5
[topics."C++"]
aliases = ["CPP"]
parent = "Code"
[[feeds]]
name = "deep"
words = "deep fakes"
"""
    config = parse(source)
    assert msgspec.json.decode(msgspec.json.encode(config), type=Config) == config
