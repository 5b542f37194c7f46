"""The peer that anyone would write first: PyYAML's C loader, feedgen, one process.

python -m benchmarks.plain RECORDS OUT
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml
from feedgen.feed import FeedGenerator

BASE = "https://feeds.example.org"


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def read(folder: Path) -> list[dict[str, Any]]:
    records = []
    for path in folder.rglob("*.md"):
        front = path.read_text(encoding="utf-8").split("---\n", 2)[1]
        records.append(yaml.load(front, Loader=yaml.CSafeLoader))  # the C loader that is safe
    records.sort(key=lambda record: record["publishedDateTime"], reverse=True)
    return records


def write(out: Path, name: str, records: list[dict[str, Any]]) -> None:
    feed = FeedGenerator()
    feed.load_extension("dc")
    feed.id(f"{BASE}/{name}")
    feed.title(name)
    feed.description(name)
    feed.link(href=f"{BASE}/{name}.rss", rel="self")
    feed.link(href=f"{BASE}/{name}/")
    for record in records[:50]:
        entry = feed.add_entry(order="append")
        url = record.get("originalUrl") or record["webUrl"]
        entry.id(url)
        entry.title(record["title"])
        entry.link(href=url)
        entry.description(record["excerpt"], isSummary=True)
        entry.published(record["publishedDateTime"])
        entry.updated(record["publishedDateTime"])
        entry.dc.dc_creator(record["provider"]["name"])
        for topic in record["topics"]:
            entry.category(term=topic)
        for image in (record.get("images") or [])[:1]:
            entry.enclosure(image["url"], "0", "image/jpeg")
    feed.rss_file(str(out / f"{name}.rss"))
    feed.atom_file(str(out / f"{name}.atom"))


def main() -> None:
    folder, out = map(Path, sys.argv[1:])
    out.mkdir(parents=True, exist_ok=True)
    records = read(folder)
    topics: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        for topic in record["topics"]:
            topics[slug(topic)].append(record)
    write(out, "all", records)
    for name, members in topics.items():
        write(out, name, members)


if __name__ == "__main__":
    main()
