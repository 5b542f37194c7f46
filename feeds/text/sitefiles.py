"""Files of the records' own site, as its front matter and its data files name them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from . import urls

_BARE_HOST = re.compile(r"www\.[^/]+\.", re.I)


def address(reference: str, site_url: str) -> str:
    """Return the absolute URL of a reference; ``site_url`` is a folder, with or without a slash at its end.

    "/x" begins at that folder, and not at the host's root: generators put the site's path before what their
    records name. A path that is there already is not put twice.

    Raises ValueError as `urls.absolute` does, and for an address without a scheme.
    """
    reference = reference.strip()
    if _BARE_HOST.match(reference):
        raise ValueError("has no scheme; did you mean https:// before it?")
    if not site_url:
        return urls.absolute(reference)
    folder = site_url.rstrip("/") + "/"
    if reference.startswith("/") and not reference.startswith("//"):
        path = urlsplit(folder).path
        if not reference.startswith(path):
            reference = f".{reference}"
    return urls.absolute(reference, folder)
