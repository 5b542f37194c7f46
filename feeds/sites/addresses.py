"""Patterns of addresses: as generators spell them, in our spelling."""

from __future__ import annotations

import re

_JEKYLL_STYLES = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "none": "/:categories/:title.html",
}
_COLONS = {
    "year": "year",
    "month": "month",
    "day": "day",
    "i_month": "i_month",
    "i_day": "i_day",
    "title": "slug",
    "slug": "slug",
    "categories": "category",
    "slugified_categories": "category",
    "lang": "lang",
}
_HUGO = {
    "year": "year",
    "month": "month",
    "day": "day",
    "title": "title",
    "slug": "slug",
    "slugorfilename": "slug",
    "slugorcontentbasename": "slug",
    "contentbasename": "slug",
    "filename": "slug",
    "sections": "folder",
}
_PELICAN = {
    "slug": "slug",
    "category": "category",
    "lang": "lang",
    "date:%Y": "year",
    "date:%m": "month",
    "date:%d": "day",
}
_TEMPLATE = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}")


class Unknown(ValueError):
    """A part of a pattern that nothing of ours stands for; its text is that part."""


def of_jekyll(given: str) -> str:
    """Return Jekyll's permalink in our spelling. Raises Unknown."""
    given = _JEKYLL_STYLES.get(given, given).replace(":output_ext", ".html")
    return _colons(given, _COLONS)


def of_hugo(given: str, section: str) -> str:
    """Return Hugo's permalink of a section in our spelling. Raises Unknown."""
    pattern = given.replace(":section", section)
    found = _colons(re.sub(r":(sections)\[[^\]]*\]", section, pattern), _HUGO)
    return f"/{found.strip('/')}/"


def of_pelican(given: str) -> str:
    """Return Pelican's ARTICLE_URL in our spelling. Raises Unknown."""

    def part(match: re.Match[str]) -> str:
        if match[1] not in _PELICAN:
            raise Unknown(match[0])
        return f"{{{_PELICAN[match[1]]}}}"

    return f"/{re.sub(r'[{]([^}]*)[}]', part, given).lstrip('/')}"


def of_template(given: str) -> str:
    """Return a permalink of Eleventy's, as a template has it, in our spelling. Raises Unknown."""

    def part(match: re.Match[str]) -> str:
        inner = match[1].replace(" ", "")
        if inner.startswith("page.fileSlug") or inner.startswith("slug"):
            return "{slug}"
        if inner.startswith("title|slug"):
            return "{title}"
        for piece, ours in (
            ("%Y/%m/%d", "{year}/{month}/{day}"),
            ("%Y/%m", "{year}/{month}"),
            ("%Y", "{year}"),
        ):
            if inner.startswith("page.date") and piece in inner:
                return ours
        raise Unknown(match[0])

    found = _TEMPLATE.sub(part, given)
    if "{%" in found:
        raise Unknown(found)
    return f"/{found.removesuffix('index.html').lstrip('/')}"


def _colons(given: str, parts: dict[str, str]) -> str:
    def part(match: re.Match[str]) -> str:
        if match[1] not in parts:
            raise Unknown(match[0])
        return f"{{{parts[match[1]]}}}"

    found = re.sub(r":([a-z_]+)", part, given)
    return found if found.startswith("/") else f"/{found}"
