"""What `feeds init` makes: a configuration with its most useful keys, and one record."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from .errors import FeedsError

_CONFIG = """\
# Everything not said here has a default; docs/configuration.md explains every key.

[site]
title = "My articles"
description = "What we found worth reading."
base_url = "http://127.0.0.1:8000"   # where the feeds will be found
language = "en"
id_authority = "example.org,{year}"  # your domain, and a year in which it is yours
# compose = true                     # if `feeds serve` serves it: link to the page that composes feeds

[records]
paths = ["records"]                  # folders or globs
# site_url = "https://example.org"   # what relative image and link URLs are relative to

[select]
status = "published"                 # or "any"
# min_quality = 50
# exclude_topics = ["Internal"]

# [topics.ai]
# title = "Artificial intelligence"
# description = "Machines that learn."
# min_quality = 70

[defaults]
limit = 50                           # entries in a feed

# [[feeds]]
# name = "best-of-ai"                # found at /feeds/best-of-ai.rss
# topics = ["AI"]
# min_quality = 80
"""

_RECORD = """\
---
title: "Hello, readers"
excerpt: "The first article of this folder. Edit this file, or put yours beside it."
publishedDateTime: {now}
originalUrl: "https://example.org/hello"
type: article
published: true

provider:
  name: Example
  domain: example.org

topics:
  - News

images:
  - url: "https://example.org/hello.jpg"
    width: 1200
    height: 630
    title: "A hand, waving"
---

Text below the second line of dashes is the article's body, in *Markdown*.
"""


def make(folder: str) -> list[Path]:
    """Make the folder's files and return them.

    Raises FeedsError where one of them is there already, or cannot be written.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    root = Path(folder)
    files = {
        root / "config.toml": _CONFIG.format(year=now.year),
        root / "records" / f"{now:%Y-%m-%d}-hello.md": _RECORD.format(now=f"{now:%Y-%m-%dT%H:%M:%SZ}"),
    }
    for path in files:
        if path.exists():
            raise FeedsError(f"{path} is there already; nothing was changed")
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FeedsError(f"{error.filename}: {error.strerror}") from None
    return list(files)
