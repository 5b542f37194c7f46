"""Web addresses: made absolute and valid, and the frozen canonical form."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

import pytest
from feedlint import identifier
from generated import examples
from hypothesis import example, given
from hypothesis import strategies as st

from feeds.text.urls import (
    absolute,
    canonical,
    canonical_uri,
    domain_home,
    host,
    is_absolute_uri,
    path_part,
    tag_uri,
)

ANY = st.text(st.characters(exclude_categories=()), max_size=20)
SITE = "https://www.example.org/blog/"


def known_as(url: str) -> str:
    """Return the identity of an address as a record spells it."""
    return canonical(absolute(url))


# The frozen rules of `canonical`, one by one. A change of any makes readers show every article again.


def test_rule_1_scheme_and_host_are_lower_case() -> None:
    """RFC 3986 section 6.2.2.1; the path keeps its case."""
    assert known_as("HTTPS://WWW.Example.ORG/Path?Query=A") == "https://www.example.org/Path?Query=A"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://example.org:80/a", "http://example.org/a"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("https://example.org:/a", "https://example.org/a"),
        ("https://example.org:0443/a", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("http://example.org:443/a", "http://example.org:443/a"),
    ],
)
def test_rule_2_a_default_port_goes_and_any_other_stays(url: str, expected: str) -> None:
    """RFC 3986 section 6.2.3."""
    assert known_as(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://example.org?a=b", "https://example.org/?a=b"),
        ("https://example.org#a", "https://example.org/"),
    ],
)
def test_rule_3_an_empty_path_is_a_slash(url: str, expected: str) -> None:
    """RFC 3986 section 6.2.3; otherwise a slash at the end is the address's own."""
    assert known_as(url) == expected
    assert known_as("https://example.org/a") != known_as("https://example.org/a/")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a/../b",
        "https://example.org/./b",
        "https://example.org/a/%2E%2E/b",
        "https://example.org/%2e/b",
        "https://example.org/a/.%2E/b",
        "https://example.org/../b",
        "https://example.org\\a\\..\\b",
    ],
)
def test_rule_4_dot_segments_are_resolved(url: str) -> None:
    """RFC 3986 section 6.2.2.3, however they are encoded; two slashes stay two."""
    assert known_as(url) == "https://example.org/b"
    assert known_as("https://example.org/a//b") == "https://example.org/a//b"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/%7Euser/%41%2Db", "https://example.org/~user/A-b"),
        ("https://example.org/%c3%a9", "https://example.org/%C3%A9"),
        ("https://example.org/é", "https://example.org/%C3%A9"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/a%2fb?c%26d", "https://example.org/a%2Fb?c%26d"),
        ("https://example.org/%2541", "https://example.org/%2541"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/%zz", "https://example.org/%25zz"),
    ],
)
def test_rule_5_percent_encodings_have_one_spelling(url: str, expected: str) -> None:
    """RFC 3986 section 6.2.2.2: what need not be encoded is decoded, all else is in upper case."""
    assert known_as(url) == expected


@pytest.mark.parametrize("fragment", ["#", "#a", "#a?b=c", "#a#b", "#:~:text=x", "#é"])
def test_rule_6_the_fragment_goes(fragment: str) -> None:
    """It names a place on the page, and not another page."""
    assert known_as(f"https://example.org/a{fragment}") == "https://example.org/a"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "utm_source",
            "utm_medium",
            "utm_anything",
            "UTM_Source",
            "utm%5Fsource",
            "utm_",
            "fbclid",
            "gclid",
        ),
        *("gbraid", "wbraid", "dclid", "msclkid", "yclid", "twclid", "igshid", "mc_cid", "mc_eid", "_hsenc"),
        *("_hsmi", "mkt_tok", "wt.mc_id", "WT.mc_id"),
    ],
)
def test_rule_7_parameters_that_only_track_visitors_go(name: str) -> None:
    """In any case, with any value or none; those beside them stay in their order."""
    for parameter in (name, f"{name}=", f"{name}=x%20y=z"):
        assert known_as(f"https://example.org/?{parameter}") == "https://example.org/"
        assert known_as(f"https://example.org/?b=1&{parameter}&a=2") == "https://example.org/?b=1&a=2"


@pytest.mark.parametrize(
    "name", ["utm", "utmx", "xutm_source", "ref", "id", "p", "fbclid2", "wt_mc_id", "gclidx"]
)
def test_rule_8_any_other_parameter_stays(name: str) -> None:
    """It may decide which page is shown."""
    url = f"https://example.org/?{name}=1"
    assert known_as(url) == url


def test_rule_9_empty_parameters_go_and_order_and_repetition_stay() -> None:
    """Servers may tell them apart, and do not tell apart what is empty."""
    assert known_as("https://example.org/a?") == "https://example.org/a"
    assert known_as("https://example.org/a?&&b=1&&a=2&a=1&") == "https://example.org/a?b=1&a=2&a=1"
    assert known_as("https://example.org/a?b") == "https://example.org/a?b"
    assert known_as("https://example.org/a?b=") == "https://example.org/a?b="


def test_rule_10_http_and_https_and_www_are_told_apart() -> None:
    """They need not be the same site."""
    urls = [
        "http://example.org/",
        "https://example.org/",
        "https://www.example.org/",
    ]
    assert len(set(map(known_as, urls))) == len(urls)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org./", "https://example.org/"),
        ("https://example.org.:8080/a./b", "https://example.org:8080/a./b"),
        ("https://example.org../", "https://example.org/"),
        ("http://localhost./", "http://localhost./"),
        ("https://example.org/a./b.", "https://example.org/a./b."),
    ],
)
def test_rule_11_a_host_has_no_dot_at_its_end(url: str, expected: str) -> None:
    """That of the root; a name of one label keeps it, because the validator keeps it."""
    assert known_as(url) == expected


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        ("\uf900", "%E8%B1%88"),
        ("%EF%A4%80", "%E8%B1%88"),
        ("e\u0301", "%C3%A9"),
        ("%65%cc%81", "%C3%A9"),
        ("\u212a", "K"),
        ("\u037e", ";"),
        ("%3C\u0338", "%E2%89%AE"),
        # A delimiter is not joined, nor is the end of a percent-encoding.
        ("=\u0338", "=%CC%B8"),
        ("%3D\u0338", "%3D%CC%B8"),
        ("%1E\u0301", "%1E%CC%81"),
        ("%E9", "%C3%A9"),
        ("%ff%fe%c3%a9", "%C3%BF%C3%BE%C3%A9"),
        ("%C3", "%C3%83"),
    ],
)
def test_rule_12_percent_encodings_spell_utf_8_in_the_form_nfc(spelled: str, expected: str) -> None:
    """In path and query, of addresses and of explicit ids; a byte that is not UTF-8 counts as Latin-1."""
    for head in ("https://example.org/a/", "https://example.org/a?b"):
        assert known_as(head + spelled) == head + expected
    encoded = path_part(spelled)
    for head in ("https://example.org/", "tag:example.org,2024:", "foo://host/?"):
        assert canonical_uri(head + encoded) == head + expected


SPELLED = st.lists(
    st.sampled_from(
        [
            *(
                "https://",
                "http://",
                "HTTP:",
                "//",
                "/",
                "\\",
                "example.org",
                "EXAMPLE.org",
                "münchen.example",
            ),
            *(
                "xn--a",
                "[::1]",
                "127.0.0.1",
                ":",
                ":80",
                ":8080",
                "@",
                "?",
                "&",
                "=",
                "#",
                "%",
                "%2e",
                "%2E",
                "%2F",
            ),
            *(
                "%41",
                "%zz",
                "%c3%a9",
                ".",
                "..",
                "utm_source=x",
                "é",
                "™",
                " ",
                '"',
                "'",
                "|",
                "^",
                "\u2028",
                "\t",
            ),
            *(
                "a",
                "B",
                "0",
                "~",
                "+",
                ";",
                ",",
                "(",
                ")",
                "<",
                ">",
                "[",
                "]",
                "{",
                "`",
                "\x7f",
                "😀",
                "_",
                "-",
            ),
        ]
    ),
    max_size=9,
).map("".join)


@examples(500)
@given(SPELLED | ANY, st.sampled_from(["", SITE]))
def test_an_absolute_url_is_valid_and_does_not_change_again(url: str, base: str) -> None:
    """For any text: a URL that every validator takes, or ValueError."""
    try:
        made = absolute(url, base)
    except ValueError:
        return
    assert re.fullmatch(r"https?://[^/?#]+/[A-Za-z0-9%/:@!$&'()*+,;=~._-]*(\?[^#]*)?(#.*)?", made)
    assert re.fullmatch(r"[A-Za-z0-9%/:@!$&'()*+,;=~._?#\[\]-]+", made)
    assert not re.search(r"%(?![0-9A-Fa-f]{2})", made)
    assert absolute(made) == made
    assert absolute(made, SITE) == made


@examples(500)
@given(SPELLED)
def test_the_canonical_form_does_not_change_again(url: str) -> None:
    """It can be made of itself, and is a valid address."""
    try:
        made = absolute(f"https://example.org/{url}")
    except ValueError:
        return
    form = canonical(made)
    assert canonical(form) == form
    assert known_as(form) == form
    assert not re.search(r"%[0-9A-F]?[a-f]", form)


@given(
    st.from_regex(
        r"\Ahttps?://([a-z0-9-]{1,5}\.){1,2}[a-z]{2,3}/(?:[A-Za-z./~'()-]|%2E|%41|%C3){0,8}(\?[a-z./%=&]{0,5})?\Z"
    )
)
def test_the_short_cut_for_ordinary_urls_makes_no_difference(url: str) -> None:
    """An address with a space before it takes the long way."""
    assert _result(url) == _result(" " + url)


def _result(url: str) -> str:
    try:
        return absolute(url)
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (" https://example.org/a\n", "https://example.org/a"),
        ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/stra%C3%9Fe"),
        ("https://例え.jp/", "https://xn--r8jz45g.jp/"),
        ("https://ＥＸＡＭＰＬＥ.org/", "https://example.org/"),
        ("https://example.org/a™?b=™#™", "https://example.org/a%E2%84%A2?b=%E2%84%A2#%E2%84%A2"),
        ('https://example.org/"a"|b^c`d', "https://example.org/%22a%22%7Cb%5Ec%60d"),
        ("https://example.org/[a]{b}", "https://example.org/%5Ba%5D%7Bb%7D"),
        ("https://example.org/?a='b'\"<>[]", "https://example.org/?a=%27b%27%22%3C%3E%5B%5D"),
        ("https://example.org/a\u2028b", "https://example.org/a%E2%80%A8b"),
        ("https://example.org/a\tb\nc", "https://example.org/abc"),
        ("https:\\\\example.org\\a", "https://example.org/a"),
        ("https:example.org", "https://example.org/"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("https://my_host.example/", "https://my_host.example/"),
    ],
)
def test_an_address_as_browsers_take_it_becomes_a_valid_one(url: str, expected: str) -> None:
    """IDNA for the host, percent-encodings for the rest."""
    assert absolute(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("a", "https://www.example.org/blog/a"),
        ("/a", "https://www.example.org/a"),
        ("../a", "https://www.example.org/a"),
        ("?a=b", "https://www.example.org/blog/?a=b"),
        ("//other.example/a", "https://other.example/a"),
        ("http://other.example/a", "http://other.example/a"),
    ],
)
def test_a_relative_address_is_resolved_against_the_site(url: str, expected: str) -> None:
    """RFC 3986 section 5; an absolute one is left alone."""
    assert absolute(url, SITE) == expected


@pytest.mark.parametrize(
    "url", ["", "a", "/a", "//example.org/a", "www.example.org", "?a", "#a", "example.org/a:b"]
)
def test_a_relative_address_without_a_site_is_refused(url: str) -> None:
    """With the name of the key that would help."""
    with pytest.raises(ValueError, match=r"is relative, and \[records\] site_url is not set"):
        absolute(url)


@pytest.mark.parametrize(
    ("url", "scheme"),
    [
        ("ftp://example.org/a", "ftp"),
        ("mailto:a@example.org", "mailto"),
        ("javascript:alert(1)", "javascript"),
        (" JavaScript:alert(1)", "javascript"),
        ("java\nscript:alert(1)", "javascript"),
        ("data:text/html,x", "data"),
        ("file:///etc/passwd", "file"),
        ("example.org:80/a", "example.org"),
    ],
)
def test_other_schemes_are_refused_by_name(url: str, scheme: str) -> None:
    """Only web pages are linked to, with or without a site."""
    for base in ("", SITE):
        with pytest.raises(ValueError, match=f"has the scheme '{scheme}', not http or https"):
            absolute(url, base)


@pytest.mark.parametrize(
    "url", ["https://user@example.org/", "https://user:secret@example.org/", "https://:p@e.org/"]
)
def test_addresses_with_a_password_are_refused(url: str) -> None:
    """Nobody means to publish them; the password is not repeated in the message."""
    with pytest.raises(ValueError, match=r"^carries a user name or password$"):
        absolute(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https://?a",
        "https://exa mple.org/",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://[::1/",
        "https://256.256.256.256/",
        "https://%00.org/",
        "https://<example>/",
        "https://{{site.url}}/a",
        'https://"example".org/',
        "http://\ud800.org/",
        "https://example.org/\ud800",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """With or without a site."""
    for base in ("", SITE):
        with pytest.raises(ValueError, match=r"^is not a valid URL$"):
            absolute(url, base)


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("HTTPS://Example.ORG:443", "https://example.org/"),
        ("https://example.org/?utm_source=x#a", "https://example.org/?utm_source=x#a"),
        ("https://example.org/%c3%a9", "https://example.org/%C3%A9"),
        ("URN:uuid:A0EEBC99", "urn:uuid:A0EEBC99"),
        ("tag:example.org,2024:A/b", "tag:example.org,2024:A/b"),
        ("ftp://User@Example.ORG.:021", "ftp://User@example.org/"),
        ("foo://:@Host:080/a/./b/../[c]", "foo://host:80/a/%5Bc%5D"),
        ("foo:/../a/..", "foo:/"),
        ("foo:/.//a", "foo:/a"),
        ("foo:a/../b", "foo:a/../b"),
        ("foo://[::1]:/", "foo://[::1]/"),
        ("foo://[::1/", "foo://%5b::1/"),
    ],
)
def test_an_explicit_uri_keeps_all_that_it_says(uri: str, expected: str) -> None:
    """RFC 4287 section 4.2.6.1 asks for its canonical form, and nothing is taken away."""
    assert canonical_uri(uri) == expected
    assert canonical_uri(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "urn:uuid:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            "tag:example.org,2024:a",
            "https://example.org/a#b",
        ),
        *("https://[::1]/", "x:y", "doi:10.1000/182", "https://example.org/%C3%A9"),
    ],
)
def test_a_uri_can_stand_as_an_identifier(text: str) -> None:
    """RFC 3986 section 4.3."""
    assert is_absolute_uri(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "12345",
            "a/b",
            "urn:",
            "Note: hello",
            "C:\\x",
            "https://example.org/é",
            "https://e.org/a b",
            "a:%zz",
        ),
        *("a:b#c#d", "1a:b", ":x", "x:<y>", "2024:05"),
    ],
)
def test_what_is_no_uri_cannot(text: str) -> None:
    """It needs an authority to become one."""
    assert not is_absolute_uri(text)


# What each makes of a text that somebody took for an address, or for an id.
BYTES = ["%25", "%EF%A4%80", "%E9", "%CC%B8", "%CC%8A", "%3D", "%3C", "%1E", "%2E", "%41", "%c3%a9", "%C3"]
CHARACTERS = ["A", "K", "\u212a", "\u037e", "\u0338", "e\u0301", "\uf900", "1"]
SIGNS = ["=", ".", "..", "/", "//", "?", "&", "#", ":", "[", "]", "@"]
PLACES = ["mkt_tok", "80", "example.org", "example.org."]
TRICKY = st.lists(st.sampled_from(BYTES + CHARACTERS + SIGNS + PLACES) | ANY, max_size=7).map("".join)
# What the reader of records hands on has no half of a character.
WHOLE = TRICKY.map(lambda text: text.encode("utf-8", "replace").decode())


def not_canonical(uri: str) -> list[tuple[str, str]]:
    return [fault for fault in identifier(uri) if fault[0] == "NonCanonicalURI"]


@examples(300)
@given(
    TRICKY | SPELLED,
    st.sampled_from(["https://example.org/", "http://example.org:80/a?b", "https://e.org./"]),
)
@example("\uf900", "https://example.org/")
@example("\\>e\u0301\x1e\u0301", "https://example.org/")
@example("=\u0338", "https://example.org/")
def test_the_id_of_an_article_without_one_is_canonical(text: str, head: str) -> None:
    """As the W3C's validator means it."""
    try:
        made = absolute(head + text)
    except ValueError:
        return
    form = canonical(made)
    assert not_canonical(form) == []
    assert known_as(form) == form


@examples(300)
@given(
    WHOLE, st.sampled_from(["https://e.org/", "ftp://", "foo:", "foo:/", "urn:", "tag:a,2024:", "file:///"])
)
@example("%EF%A4%80", "tag:a,2024:")
@example("::021", "ftp://h")
def test_an_explicit_uri_becomes_canonical(text: str, head: str) -> None:
    """Of whatever scheme."""
    uri = head + text
    if is_absolute_uri(uri):
        form = canonical_uri(uri)
        assert not_canonical(form) == []
        assert canonical_uri(form) == form


@examples(300)
@given(WHOLE)
@example("\uf900")
def test_a_tag_uri_is_canonical(text: str) -> None:
    """And says the same whatever way the text was composed."""
    uri = tag_uri("example.org,2024", text)
    assert not_canonical(uri) == []
    assert canonical_uri(uri) == uri
    assert (
        tag_uri("example.org,2024", unicodedata.normalize("NFC", text)) == canonical_uri(uri) or "=" in text
    )


@given(st.text(min_size=1))
def test_a_tag_uri_is_a_valid_identifier_for_any_text(specific: str) -> None:
    """And tells different texts apart (RFC 4151)."""
    uri = tag_uri("example.org,2024", specific)
    assert is_absolute_uri(uri)
    assert canonical_uri(uri).startswith("tag:example.org,2024:")
    assert tag_uri("example.org,2024", specific + "x") != uri


@given(st.text(min_size=1))
def test_a_part_of_a_path_stays_in_the_path(text: str) -> None:
    """Whatever signs a slug or a file name has, no query and no fragment begins there."""
    parts = urlsplit(f"https://example.org/{path_part(text)}/end")
    assert (parts.query, parts.fragment) == ("", "")
    assert parts.path.endswith("/end")


@pytest.mark.parametrize(
    ("domain", "home"),
    [
        ("time.com", "https://time.com/"),
        ("www.example.co.uk", "https://www.example.co.uk/"),
        ("my_host.example.org", "https://my_host.example.org/"),
        ("xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example/"),
        ("Example.ORG", "https://example.org/"),
        ("", ""),
        ("localhost", ""),
        ("time.com/news", ""),
        ("https://time.com", ""),
        ("time.com:80", ""),
        ("a..b", ""),
        (".com", ""),
        ("time.com.", ""),
        ("not a domain.com", ""),
        ("999.999.999.999", ""),
        ("münchen.example", ""),
        ("ſ.com", ""),
        ("\ud800.com", ""),
    ],
)
def test_a_bare_domain_has_a_home_page(domain: str, home: str) -> None:
    """And what is none has not."""
    assert domain_home(domain) == home


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/", "example.org"),
        ("https://example.org:8080/a:1", "example.org"),
        ("http://[::1]/", "[::1]"),
        ("http://[::1]:8080/", "[::1]"),
        ("http://127.0.0.1:1/", "127.0.0.1"),
    ],
)
def test_the_host_is_told_without_its_port(url: str, expected: str) -> None:
    """IPv6 addresses keep their brackets."""
    assert host(url) == expected
