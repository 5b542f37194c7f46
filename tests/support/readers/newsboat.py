"""newsboat: a reader for the terminal."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from processes import run

from .base import Reader, Seen, first_image


class Newsboat(Reader):
    """newsboat, run unattended; what it shows is in its cache."""

    formats = frozenset({"rss", "atom"})
    programs = (("newsboat", "newsboat"),)
    imports = True

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._urls = home / "urls"
        self._cache = home / "cache.db"
        (home / "config").touch()

    def subscribe(self, url: str) -> None:
        with self._urls.open("a", encoding="utf-8") as urls:
            urls.write(f"{url}\n")
        # It remembers validators from the second fetch on: at the first there is no row yet to put them in.
        for _ in range(2):
            self.poll(url)

    def poll(self, url: str) -> None:
        self._run("-x", "reload")

    def entries(self, url: str) -> list[Seen]:
        with closing(sqlite3.connect(self._cache)) as connection:
            rows = connection.execute(
                "SELECT guid, title, url, pubDate, author, content FROM rss_item WHERE feedurl = ?", [url]
            ).fetchall()
        # It offers enclosures for download if they are sound or film; pictures are those of the text.
        return [Seen(*row[:5], image=first_image(row[5]), content=row[5]) for row in rows]

    def import_opml(self, document: bytes) -> list[str]:
        (self.home / "import.opml").write_bytes(document)
        self._run("-i", str(self.home / "import.opml"))
        self._run("-x", "reload")
        # A line is an address, and after it tags.
        return [line.split()[0] for line in self._urls.read_text(encoding="utf-8").splitlines()]

    def _run(self, *arguments: str) -> None:
        files = ["-u", str(self._urls), "-c", str(self._cache), "-C", str(self.home / "config")]
        environment = {**os.environ, "HOME": str(self.home), "TERM": "dumb", "LC_ALL": "C.UTF-8"}
        run(["newsboat", *files, *arguments], check=True, env=environment)
