"""Template tags that need no site: pictures with their captions, and films and posts of other sites."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlsplit

from .arguments import Arguments

PICTURE = re.compile(r"\.(?:apng|avif|bmp|gif|heic|jpe?g|jxl|png|svg|webp)$", re.I)

_FIGURES = frozenset(
    ("figure", "figure.html", "img", "image", "image.html", "picture", "photo", "figure.liquid", "pic", "fig",
     "responsive-image.html", "responsive_image", "lazyimg", "imgproc", "resize_image", "captioned-image")
)  # fmt: skip
_FILMS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "youtubeplayer": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "gist": "https://gist.github.com/{}",
    "tweet": "https://twitter.com/i/status/{}",
    "twitter": "https://twitter.com/i/status/{}",
    "x": "https://x.com/i/status/{}",
    "codepen": "https://codepen.io/pen/{}",
    "instagram": "https://www.instagram.com/p/{}/",
    "spotify": "https://open.spotify.com/{}",
}


def shown(name: str, given: Arguments) -> str:
    """Return what a tag shows that needs no site, "" for one that does."""
    folded = name.lower()
    word = folded.partition(".")[0].replace("-", "").replace("_", "")
    address = given.first("src", "url", "image_path", "image", "path", "file", "filename", "link", "href")
    if (folded in _FIGURES or "figure" in word or "image" in word or word == "img") and address:
        return figure(address, given)
    if word in _FILMS or word.removesuffix("embed") in _FILMS:
        word = word if word in _FILMS else word.removesuffix("embed")
        named = given.first("id", "videoid", "videoId", "v", "url", "user")
        if urlsplit(named).scheme in ("http", "https"):
            return link(named)
        if word == "gist" and len(given.plain) > 1:
            named = "/".join(given.plain[:2])
        if re.fullmatch(r"[\w./:-]+", named):
            return link(_FILMS[word].format(named))
    return ""


def figure(address: str, given: Arguments) -> str:
    """Return a figure with a picture, and what else a tag says of it."""
    caption = given.first_named("caption", "title", "attr", "legend")
    alt = given.first_named("alt", "alt_text", "alttext", "description") or (
        given.plain[1] if len(given.plain) > 1 and not PICTURE.search(given.plain[1]) else ""
    )
    size = "".join(
        f' {name}="{escape(value)}"'
        for name in ("width", "height")
        if (value := given.first_named(name)).isdecimal()
    )
    picture = f'<img src="{escape(address)}" alt="{escape(alt or caption)}"{size}>'
    if leads := given.first_named("link", "href", "target_url"):
        picture = f'<a href="{escape(leads)}">{picture}</a>' if leads != address else picture
    below = f"<figcaption>{escape(caption, quote=False)}</figcaption>" if caption else ""
    return f"\n\n<figure>{picture}{below}</figure>\n\n"


def link(url: str) -> str:
    """Return a link to what is played, or shown, elsewhere."""
    host = urlsplit(url).netloc.removeprefix("www.")
    return f'<a href="{escape(url)}">▶ {escape(host)}</a>'


def code_block(source: str, language: str, body_format: str) -> str:
    """Return code as a body of this format shows it."""
    source = source.rstrip().lstrip("\n")
    language = language if re.fullmatch(r"[\w+#.-]+", language) else ""
    if body_format == "html":
        tag = f' class="language-{escape(language)}"' if language else ""
        return f"<pre><code{tag}>{escape(source, quote=False)}\n</code></pre>"
    fence = "`" * max(3, *(len(ticks) + 1 for ticks in re.findall("`{3,}", source)), 3)
    return f"\n\n{fence}{language}\n{source}\n{fence}\n\n"
