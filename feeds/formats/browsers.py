"""What browsers are told, and feed readers need not hear: what a page may load, how a feed is shown."""

from __future__ import annotations

CONTENT_POLICY = (
    "default-src 'none'; img-src 'self' https: http:; style-src 'self'; script-src 'self'; "
    "base-uri 'none'; form-action 'self'; connect-src 'self'"
)
"""What a page may load (https://www.w3.org/TR/CSP3/): what is its own, and pictures from anywhere."""

REFERRER_POLICY = "strict-origin-when-cross-origin"
"""Articles' sites hear from which site somebody comes, not from which page."""

_FEED_POLICY = "default-src 'none'; style-src 'self'"

SHOWN_AS = {"application/rss+xml": "application/xml", "application/atom+xml": "application/xml"}
"""Media types that browsers show as raw text → as which they show the same bytes with a style sheet."""


def page_headers(media_type: str) -> list[tuple[str, str]]:
    """Return the header fields that only a page for people has, or a feed that is shown as one; else none."""
    if media_type == "text/html":
        policy = CONTENT_POLICY
    elif media_type in SHOWN_AS.values():
        policy = _FEED_POLICY
    else:
        return []
    # In a document's own <meta>, frame-ancestors has no meaning.
    return [
        ("Content-Security-Policy", f"{policy}; frame-ancestors 'none'"),
        ("Referrer-Policy", REFERRER_POLICY),
    ]
