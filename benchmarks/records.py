"""A seeded generator of article records: any number, the same bytes every time.

python -m benchmarks.records DIR --count 100000
"""

from __future__ import annotations

import argparse
import base64
import random
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path

FOLDER_SIZE = 1000
"""Records per folder: as many as people keep in one."""

_WORDS = [
    "the",
    "of",
    "and",
    "a",
    "to",
    "in",
    "is",
    "on",
    "for",
    "with",
    "as",
    "at",
    "by",
    "from",
    "that",
    "this",
    "it",
    "are",
    "was",
    "be",
    "has",
    "have",
    "its",
    "new",
    "more",
    "how",
    "why",
    "when",
    "what",
    "where",
    "model",
    "network",
    "river",
    "orbit",
    "sensor",
    "reader",
    "writer",
    "feed",
    "archive",
    "garden",
    "bridge",
    "harbour",
    "signal",
    "forecast",
    "survey",
    "island",
    "engine",
    "compiler",
    "parser",
    "cache",
    "kernel",
    "index",
    "letter",
    "museum",
    "library",
    "satellite",
    "glacier",
    "battery",
    "turbine",
    "protocol",
    "browser",
    "server",
    "stream",
    "window",
    "pattern",
    "measure",
    "question",
    "answer",
    "season",
]


def record(number: int, random_: random.Random, topics: int, body: int = 0) -> tuple[str, str]:
    """Return one record's file name and text: 1.5 kB, three of the topics, an image, a related article.

    ``body`` is the length of its body in words of random letters, which compress as little as real prose.
    """
    moment = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(seconds=number * 3457 % 340_000_000)
    title = _sentence(random_, 8).capitalize()
    slug = "-".join(title.lower().split())
    names = "\n".join(f"  - Topic {topic:03d}" for topic in random_.sample(range(topics), 3))
    provider = random_.randrange(500)
    blob = base64.b64encode(random_.randbytes(270)).decode()
    text = f"""---
category: news
title: "{title}"
excerpt: "{_sentence(random_, 40).capitalize()}."
publishedDateTime: {moment:%Y-%m-%dT%H:%M:%SZ}
originalUrl: "https://provider{provider}.example.com/{moment:%Y/%m}/{slug}-{number}"
webUrl: "https://provider{provider}.example.com/{moment:%Y/%m}/{slug}-{number}"
type: article
quality: {random_.randrange(20, 140)}
heat: {random_.randrange(-1, 300)}

provider:
  name: Provider {provider}
  domain: provider{provider}.example.com
  images:
    - url: "https://provider{provider}.example.com/logo-50x50.png"
      width: 50
      height: 50

topics:
{names}

images:
  - url: "https://images.example.net/{number}.jpg"
    width: 1200
    height: 630
    isCached: true

related:
  - title: "{_sentence(random_, 8).capitalize()}"
    publishedDateTime: {moment - timedelta(hours=5):%Y-%m-%dT%H:%M:%SZ}
    webUrl: "https://provider{provider + 1}.example.com/{number}"
    type: article
    provider:
      name: Provider {provider + 1}
      domain: provider{provider + 1}.example.com
    quality: 61

secured: "{blob}"
---
"""
    text += " ".join("".join(random_.choices(string.ascii_lowercase, k=6)) for _ in range(body))
    return f"{moment:%Y-%m-%d}-{slug}-{number}.md", text


def _sentence(random_: random.Random, words: int) -> str:
    return " ".join(random_.choices(_WORDS, k=words))


def write(folder: Path, count: int, seed: int = 1, topics: int = 200, body: int = 0) -> None:
    """Write records below a folder, a thousand to a subfolder."""
    random_ = random.Random(seed)
    for number in range(count):
        subfolder = folder / f"{number // FOLDER_SIZE:04d}"
        if number % FOLDER_SIZE == 0:
            subfolder.mkdir(parents=True, exist_ok=True)
        name, text = record(number, random_, topics, body)
        (subfolder / name).write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--topics", type=int, default=200)
    arguments = parser.parse_args()
    write(arguments.folder, arguments.count, arguments.seed, arguments.topics)


if __name__ == "__main__":
    main()
