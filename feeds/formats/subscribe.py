"""Where people subscribe with one click: the well-known feed readers, one row each."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote


class Reader(NamedTuple):
    """A feed reader. ``before`` is its address that takes a subscription, up to the feed's URL."""

    name: str
    before: str
    is_web: bool = True
    """Web readers take the feed's URL as a part of theirs, percent-encoded as a whole."""

    def subscribe(self, feed: str) -> str:
        """Return the URL that subscribes to the feed at a URL."""
        return self.before + (quote(feed, safe="") if self.is_web else feed)


READERS = (
    # https://www.iana.org/assignments/uri-schemes/prov/feed: opens whatever program is there for it.
    Reader("App on this device", "feed:", is_web=False),
    # Feedly calls a feed "feed/URL", and takes that name as one segment of a path.
    Reader("Feedly", "https://feedly.com/i/subscription/feed%2F"),
    Reader("Inoreader", "https://www.inoreader.com/?add_feed="),
    Reader("NewsBlur", "https://www.newsblur.com/?url="),
    Reader("The Old Reader", "https://theoldreader.com/feeds/subscribe?url="),
    Reader("Feedbin", "https://feedbin.com/?subscribe="),
    Reader("BazQux", "https://bazqux.com/add?url="),
)
