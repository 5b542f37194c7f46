"""Requests as clients make them, and as they should not: what hypothesis chooses from."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import strategies as st

LATER, SAME, EARLIER = (
    "Wed, 15 Nov 2023 22:13:20 GMT",
    "Tue, 14 Nov 2023 22:13:20 GMT",
    "Mon, 13 Nov 2023 22:13:20 GMT",
)
KNOWN = (
    "/",
    "/all.rss",
    "/topics/ai.atom",
    "/topics/ai/",
    "/topics/東京.rss",
    "/manifest.json",
    "/assets/style.css",
    "/all",
    "/topics/ai",
    "/topics/東京",
    "/topics/AI.RSS",
    "/topics/ai.rss/",
    "//all.rss",
    "/topics/gone",
    "/no",
    "/feed",
)
_PIECES = st.one_of(
    st.sampled_from(["/", "//", "all", "topics", "ai", "AI", ".rss", ".atom", "..", ".", "index.html", "%"]),
    st.text(st.characters(codec="utf-8", max_codepoint=0x2FFF), max_size=4),
)
PATHS = st.one_of(
    st.sampled_from(KNOWN), st.lists(_PIECES, max_size=6).map(lambda pieces: "/" + "".join(pieces))
)
METHODS = st.sampled_from(["GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "DELETE", "PROPFIND"])
_TYPES = (
    "text/html",
    "application/atom+xml",
    "application/rss+xml",
    "application/feed+json",
    "application/json",
    "application/xml",
    "text/xml",
    "text/*",
    "application/*",
    "*/*",
    "image/png",
    "text/html;level=1",
    "nonsense",
)


def _weighed(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    weights = st.sampled_from(["", "", ";q=1", ";q=0.5", ";q=0.1", ";q=0", "; q=0.3", ";q=x"])
    one = st.tuples(st.sampled_from(names), weights).map("".join)
    return st.lists(one, max_size=4).map(", ".join)


_TAGS = st.sampled_from(["*", '"x"', 'W/"x", "y"', "nonsense", '"', "", "TAG", "W/TAG", "GZIP", "XML"])
_DATES = st.sampled_from([LATER, EARLIER, "Fri, 01 Jan 2100 00:00:00 GMT", "x", ""])
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "Accept": _weighed(_TYPES),
        "Accept-Encoding": _weighed(("gzip", "br", "deflate", "identity", "x-gzip", "*")),
        "If-None-Match": _TAGS,
        "If-Modified-Since": _DATES,
        "If-Match": _TAGS,
        "If-Unmodified-Since": _DATES,
        "Range": st.sampled_from(["bytes=0-1", "bytes=-1", "bytes=9999999-", "x"]),
        "If-Range": st.sampled_from(["TAG", '"x"', EARLIER]),
        "A-IM": st.just("feed"),
        "Origin": st.sampled_from(["https://other.example", "null"]),
        "Access-Control-Request-Method": st.just("GET"),
        "Cache-Control": st.sampled_from(["no-cache", "only-if-cached", "max-age=0"]),
        "Sec-Fetch-Dest": st.sampled_from(["document", "document", "empty"]),
        "X-Forwarded-Host": st.just("elsewhere.example"),
        "Host": st.sampled_from(["", "a b", "feeds.example.org:99999", "[::1", "a,b", "\u00e9"]),
    },
)


def fitting(fields: dict[str, str], tag: str) -> dict[str, str]:
    """Put a document's own tag in the place of the names that stand for it."""
    own = {"TAG": tag, "W/TAG": f"W/{tag}", "GZIP": f'{tag[:-1]}-gzip"', "XML": f'{tag[:-1]}-xml"'}
    return {name: own.get(value, value) for name, value in fields.items()}


def encoded(path: str) -> str:
    """Return a path as it is written in a request line."""
    return quote(path, safe="/%") if "%" in path and len(path) < 4 else quote(path)
