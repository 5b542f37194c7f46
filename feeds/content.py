"""An entry's HTML: lead image, body or excerpt, provider, related articles. Always safe to show."""

from __future__ import annotations

import functools
import re
from html import escape
from typing import TYPE_CHECKING

import nh3

from . import text, urls
from .model import Article, Image, Provider, Related

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_SCHEMES = {"http", "https", "mailto"}
_LINKS = {
    ("a", "href"),
    ("img", "src"),
    ("blockquote", "cite"),
    ("q", "cite"),
    ("del", "cite"),
    ("ins", "cite"),
}
# nh3 writes every attribute in double quotes, and none of them within its value.
_PICTURE = re.compile(r'<img(?:\s[^\s"=<>]+="[^"]*")*>')


def html(article: Article, site_url: str = "") -> str:
    """Return an article's content as HTML that is safe in any page; never empty.

    Relative links in its body are resolved against ``site_url``, or else against the article's own page.
    """
    base = site_url or article.url
    body = _body(article.body, article.body_format, base) if article.body else ""
    if not body and article.excerpt:
        body = f"<p>{escape(article.excerpt, quote=False)}</p>"
    # A body that has pictures of its own begins as its author wanted it to.
    lead = _lead(article.images[0]) if article.images and not _PICTURE.search(body) else ""
    parts = [
        lead,
        body,
        f"<p>{_provider(article.provider)}</p>" if article.provider else "",
        f"<ul>{''.join(map(_related, article.related))}</ul>" if article.related else "",
    ]
    return "\n".join(filter(None, parts)) or f"<p>{_link(article.url, article.title)}</p>"


def _lead(image: Image) -> str:
    width = f' width="{image.width}"' if image.width else ""
    height = f' height="{image.height}"' if image.height else ""
    return f'<p><img src="{escape(image.url)}" alt="{escape(image.title)}"{width}{height}></p>'


def _provider(provider: Provider) -> str:
    return _link(provider.url, provider.name) if provider.url else escape(provider.name, quote=False)


def _related(related: Related) -> str:
    provider = f" ({escape(related.provider.name, quote=False)})" if related.provider else ""
    return f"<li>{_link(related.url, related.title)}{provider}</li>"


def _link(url: str, name: str) -> str:
    return f'<a href="{escape(url)}">{escape(name, quote=False)}</a>'


def _body(body: str, body_format: str, base: str) -> str:
    source = body if body_format == "html" else _markdown().render(body)

    def valid(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) not in _LINKS or value.startswith("mailto:"):
            return value
        try:
            return urls.absolute(value, base)
        except ValueError:
            return None

    safe = nh3.clean(source, url_schemes=_SCHEMES, attribute_filter=valid, link_rel=None)
    # What had no address that is allowed would be a picture of nothing.
    safe = _PICTURE.sub(lambda picture: picture[0] if ' src="' in picture[0] else "", safe)
    # A character reference in the source can spell what XML cannot carry.
    return text.clean(safe).strip()


@functools.cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
