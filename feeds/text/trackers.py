"""Pictures that nobody is to look at: what counts readers, and the icons of sites."""

from __future__ import annotations

import re

_HOSTS = (
    "doubleclick.net",
    "facebook.com/tr",
    "feedburner.com",
    "feedproxy.google.com",
    "feedsportal.com",
    "google-analytics.com",
    "googleadservices.com",
    "medium.com/_/stat",
    "pixel.wp.com",
    "quantserve.com",
    "scorecardresearch.com",
    "stats.wordpress.com",
)
"""Those whose pictures count readers, with the path below which they do where there is more at the host."""
_TRACKER = re.compile(
    rf"https?://(?:[^/?#]*\.)?(?:{'|'.join(map(re.escape, _HOSTS))})(?:[:/?#]|$)"
    r"|[^?#]*/(?:(?:tracking|tracker|count)[-_]?pixel|1x1|spacer)\.(?:gif|png)(?:[?#]|$)"
    r"|[^?#]*/(?:pixel|blank|clear|transparent)\.gif(?:[?#]|$)",
    re.I,
)
_ICON = re.compile(
    r"[^?#]*/(?:favicon[^/?#]*|apple-touch-icon[^/?#]*|[^/?#]+\.ico)(?:[?#]|$)"
    r"|https?://www\.google\.com/s2/favicons",
    re.I,
)


def kind(url: str) -> str:
    """Return what an absolute URL promises instead of a picture to look at; "" if it may well be one."""
    if _TRACKER.match(url):
        return "a tracker"
    return "the icon of a site" if _ICON.match(url) else ""
