"""What `[records] dialect` stands for: how the records of a site generator are read, one table for each.

Each table has keys of [records] with the values that they have unless the configuration says otherwise; of
`fields`, each name is a key of its own. docs/coming-from.md shows them to people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

Name = Literal[
    "jekyll",
    "hugo",
    "zola",
    "astro",
    "eleventy",
    "pelican",
    "gatsby",
    "next",
    "obsidian",
    "wordpress",
]
NAMES: tuple[str, ...] = get_args(Name)

_PICTURES = (
    "images",
    "image",
    "cover.image",
    "cover",
    "heroImage",
    "hero",
    "featuredImage",
    "featured_image",
    "coverImage",
    "ogImage",
    "thumbnail",
    "banner",
)
_DATES = ("pubDate", "pubDatetime", "publishDate", "publishedAt", "published_at", "publishedDate", "date")
_CHANGES = ("updatedDate", "modDatetime", "updatedAt", "lastModified", "lastmod", "updated")
_SUMMARIES = ("excerpt", "description", "summary", "spoiler")

_SCRIPTED: Mapping[str, Any] = {
    "exclude": ("README.*", "_data", "node_modules", "_index.*"),
    "slug_from": "name",
    "permalink": "/{folder}/{slug}/",
    "fields": {
        "publishedDateTime": _DATES,
        "updatedDateTime": _CHANGES,
        "webUrl": "permalink",
        "excerpt": _SUMMARIES,
        "topics": ("tags", "categories"),
        "category": ("category", "categories"),
        "images": _PICTURES,
        "locale": "lang",
    },
}
"""What generators written in JavaScript have in common; each site names its fields itself."""

TABLES: Mapping[str, Mapping[str, Any]] = {
    "jekyll": {
        "paths": ("_posts",),
        "permalink": "/{category}/{year}/{month}/{day}/{slug}.html",
        "fields": {
            "publishedDateTime": "date",
            "updatedDateTime": ("last_modified_at", "updated"),
            "webUrl": "permalink",
            "excerpt": ("excerpt", "description"),
            "topics": ("tags", "tag", "categories", "category"),
            "category": ("categories", "category"),
            "images": ("image", "image.path", "header.teaser", "header.image", "cover", "thumbnail"),
            "locale": "lang",
        },
    },
    "hugo": {
        "paths": ("content",),
        "exclude": ("_index.*", "README.*", "_data"),
        "permalink": "/{folder}/{slug}/",
        "slug_from": "name",
        "lowercase_slugs": True,
        "trailing_slash": True,
        "fields": {
            "publishedDateTime": ("publishDate", "publishdate", "date"),
            "updatedDateTime": ("lastmod", "lastMod", "modified"),
            "webUrl": "url",
            "excerpt": ("summary", "description", "excerpt"),
            "topics": ("tags", "categories", "taxonomies.tags", "taxonomies.categories"),
            "category": ("category", "categories"),
            "images": (
                "images",
                "image",
                "cover.image",
                "featured_image",
                "featuredImage",
                "feature_image",
                "cover",
                "thumbnail",
                "banner",
            ),
        },
    },
    "zola": {
        "paths": ("content",),
        "exclude": ("_index.*", "README.*"),
        "permalink": "/{folder}/{slug}/",
        "lowercase_slugs": True,
        "trailing_slash": True,
        "fields": {
            "publishedDateTime": "date",
            "updatedDateTime": "updated",
            "webUrl": "path",
            "excerpt": ("description", "extra.summary", "extra.excerpt"),
            "topics": ("taxonomies.tags", "taxonomies.categories"),
            "category": ("taxonomies.categories",),
            "images": ("extra.image", "extra.cover.image", "extra.cover", "extra.thumbnail", "extra.banner"),
            "authors": ("authors", "taxonomies.authors", "extra.author"),
        },
    },
    "astro": {**_SCRIPTED, "paths": ("src/content/blog",), "permalink": "/blog/{folder}/{slug}/"},
    "eleventy": {
        **_SCRIPTED,
        "exclude": (*_SCRIPTED["exclude"], "*.json", "*.11tydata.*"),
        "paths": ("posts",),
        "slug_from": "file",
        "permalink": "/posts/{folder}/{slug}/",
    },
    "gatsby": {**_SCRIPTED, "paths": ("content/blog",)},
    "next": {**_SCRIPTED, "paths": ("posts",), "permalink": "/posts/{folder}/{slug}"},
    "pelican": {
        "paths": ("content",),
        "exclude": ("README.*", "pages", "images"),
        "permalink": "/{slug}.html",
        "slug_from": "title",
        "fields": {
            "publishedDateTime": "date",
            "updatedDateTime": "modified",
            "excerpt": "summary",
            "topics": ("category", "tags"),
            "category": "category",
            "locale": "lang",
        },
    },
    "obsidian": {
        "paths": (".",),
        "exclude": ("README.*", "Templates", "templates", "_templates", "Attachments", "attachments"),
        "permalink": "/{folder}/{slug}",
        "slug_from": "name",
        "fields": {
            "publishedDateTime": ("published", "date", "created"),
            "updatedDateTime": ("updated", "modified"),
            "webUrl": "permalink",
            "excerpt": ("description", "excerpt", "summary"),
            "topics": ("tags", "tag"),
            "images": ("cover", "image", "banner"),
            "published": "publish",
        },
    },
    "wordpress": {"paths": ("records",)},
}
"""Dialect → key of [records] → value."""


def completed(records: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table [records] with what its dialect says of the keys that it lacks.

    Without `site_url` nothing is relative to anything, so that the dialect's permalink is left out.
    """
    known = TABLES.get(records["dialect"]) if isinstance(records.get("dialect"), str) else None
    if known is None:
        return dict(records)
    found = {**known, **records}
    if not records.get("site_url") and "permalink" not in records:
        found.pop("permalink", None)
    fields = records.get("fields", {})
    if isinstance(fields, Mapping):
        found["fields"] = {**known.get("fields", {}), **fields}
    # The reader of tables asks for what TOML has.
    return {key: _plain(value) for key, value in found.items()}


def names_of(dialect: str) -> frozenset[str]:
    """Return all that a dialect calls our fields; nothing of a dialect that there is not."""
    called = TABLES.get(dialect, {}).get("fields", {}).values()
    return frozenset(name for names in called for name in ((names,) if isinstance(names, str) else names))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return {key: _plain(one) for key, one in value.items()} if isinstance(value, Mapping) else value
