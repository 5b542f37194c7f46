"""An entry's HTML: lead image, facts, body or excerpt, parts, provider, related articles. Safe to show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from feeds.bodies.sanitising import PICTURE
from feeds.model.article import Article, Image, Link, Related
from feeds.text import urls


def html(article: Article, body: str) -> str:
    """Return an article's content as HTML that is safe in any page; never empty.

    ``body`` is its body as safe HTML, "" where there is none or it is not to be shown.
    """
    if not body and article.excerpt:
        body = f"<p>{escape(article.excerpt, quote=False)}</p>"
    # A body that has pictures of its own begins as its author wanted it to.
    lead = "" if PICTURE.search(body) else _lead(article)
    parts = [
        lead,
        _paragraph(_facts(article)),
        body,
        f"<ol>{''.join(f'<li>{_linked(item)}</li>' for item in article.items)}</ol>" if article.items else "",
        _paragraph(map(_linked, article.actions)),
        _paragraph(_makers(article)),
        f"<ul>{''.join(map(_related, article.related))}</ul>" if article.related else "",
    ]
    return "\n".join(filter(None, parts)) or f"<p>{_link(article.url, article.title)}</p>"


def _lead(article: Article) -> str:
    """Return the first picture, or that of the player; with a player, it leads there."""
    player = article.player
    picture = article.images[0] if article.images else Image(player.image if player else "")
    if not picture.url:
        return ""
    width = f' width="{picture.width}"' if picture.width else ""
    height = f' height="{picture.height}"' if picture.height else ""
    # A link has to say where it leads, to those who do not see the picture too.
    title = picture.alt or picture.title or picture.caption or (article.title if player else "")
    shown = f'<img src="{escape(picture.url)}" alt="{escape(title)}"{width}{height}>'
    return f'<p><a href="{escape(player.url)}">{shown}</a></p>' if player else f"<p>{shown}</p>"


def _facts(article: Article) -> Iterator[str]:
    """Yield what there is to know at a glance, in signs that are the same in all languages."""
    if article.player:
        yield _link(article.player.url, f"▶ {urls.host(article.player.url).removeprefix('www.')}")
    if article.duration:
        yield _spelled(article.duration)
    yield from (escape(level, quote=False) for level in article.levels)
    if article.price:
        yield escape(article.price, quote=False)
    if article.rating:
        yield f"★ {article.rating.average:.1f} ({article.rating.count})"


def _spelled(seconds: int) -> str:
    """Spell a duration by the symbols of its units: 2 h 44 min."""
    hours, rest = divmod(seconds, 3600)
    parts = ((hours, "h"), (rest // 60, "min"), (rest % 60 if not hours else 0, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def _makers(article: Article) -> Iterator[str]:
    yield from (_linked(Link(author.name, author.url)) for author in article.authors)
    if article.provider:
        yield _linked(Link(article.provider.name, article.provider.url))


def _paragraph(parts: Iterable[str]) -> str:
    joined = " · ".join(parts)
    return f"<p>{joined}</p>" if joined else ""


def _linked(link: Link) -> str:
    return _link(link.url, link.title) if link.url else escape(link.title, quote=False)


def _related(related: Related) -> str:
    provider = f" ({escape(related.provider.name, quote=False)})" if related.provider else ""
    return f"<li>{_link(related.url, related.title)}{provider}</li>"


def _link(url: str, name: str) -> str:
    return f'<a href="{escape(url)}">{escape(name, quote=False)}</a>'
