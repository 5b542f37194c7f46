"""Which generator a folder belongs to, by its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from feeds.errors import FeedsError

from . import hugo, jekyll, obsidian, pelican, scripted
from .site import Site

# Jekyll before those that a program configures, because a site of Jekyll's often has a package.json too.
_KNOWN: tuple[Callable[[Path], Site | None], ...] = (
    pelican.recognised,
    hugo.zola,
    hugo.recognised,
    jekyll.recognised,
    obsidian.recognised,
    scripted.recognised,
)
LOOKED_FOR = (
    jekyll.LOOKED_FOR,
    hugo.LOOKED_FOR,
    hugo.LOOKED_FOR_ZOLA,
    pelican.LOOKED_FOR,
    *scripted.LOOKED_FOR,
    obsidian.LOOKED_FOR,
    "a file of WordPress's export, whose root is <rss> with items of wp:post_type",
)


def recognised(root: Path) -> Site:
    """Return what is found of the site in a folder. Raises FeedsError with what was looked for."""
    if not root.is_dir():
        raise FeedsError(f"{root}: is neither a folder nor a file of WordPress's export")
    for look in _KNOWN:
        if found := look(root):
            return found
    looked_for = "; ".join(LOOKED_FOR)
    raise FeedsError(f"{root}: no site is recognised here. Looked for: {looked_for}. Is the site below it?")
