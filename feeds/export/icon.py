"""The icon that programs ask every site for at /favicon.ico, whether a page names it or not."""

from __future__ import annotations

from importlib import resources
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from feeds.model.paths import FAVICON

_SHOWN = (".gif", ".ico", ".jpeg", ".jpg", ".png")
"""Kinds that programs show whatever the file is called."""
_MOST_BYTES = 1_000_000


def elsewhere(icon: str, base_url: str) -> str:
    """Return the address of the site's own icon, where that is another one; else ""."""
    return "" if icon == f"{base_url}{FAVICON}" else icon


def picture(icon: str, base_url: str, folder: Path) -> bytes | None:
    """Return what the export has at that place; None if nothing, because no file can be the site's icon.

    Where the site has no ``icon``, that is a picture of a feed. One that lies in ``folder``, the export's, is
    copied: hosts that make no redirects have it too.
    """
    if not icon:
        return resources.files("feeds").joinpath(f"assets{FAVICON}").read_bytes()
    below = f"{base_url}/"
    name = unquote(icon.removeprefix(below))
    if not icon.startswith(below) or not elsewhere(icon, base_url) or ".." in PurePosixPath(name).parts:
        return None
    file = folder / name
    if file.suffix.lower() not in _SHOWN or not file.is_file() or file.stat().st_size > _MOST_BYTES:
        return None
    return file.read_bytes()
