"""RSS Guard: a reader for the desktop, run without a screen."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from processes import started

from .base import Reader, Seen

_KINDS = {".rss": 1, ".atom": 3}
"""What it calls the kinds of feeds."""
_SETTINGS = """\
[feeds]
feeds_update_on_startup=true
feeds_update_on_startup_delay=0.1
"""
_DONE = b"Finished feed updates"
_LINES = 100_000
"""It says less than this until it is done, or it never will be."""


class RssGuard(Reader):
    """The program itself; what it shows is in its database. It asks as if it had nothing."""

    formats = frozenset({"rss", "atom"})
    programs = (("rssguard", "rssguard"),)
    revalidates = False
    titles_are_html = True
    dates_updates = True

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._database = home / "data" / "database" / "database.db"
        (home / "data" / "config").mkdir(parents=True)
        (home / "data" / "config" / "config.ini").write_text(_SETTINGS)
        self._ids: dict[str, str] = {}

    def subscribe(self, url: str) -> None:
        if not self._ids:
            # Its tables are made by itself.
            self._run(b"Tray icon")
            self._write("INSERT INTO Accounts (id, type) VALUES (1, 'std-rss')")
        self._ids[url] = str(len(self._ids) + 1)
        kind = json.dumps({"type": str(_KINDS[os.path.splitext(url)[1]]), "source_type": "0"})  # noqa: PTH122
        self._write(
            "INSERT INTO Feeds (title, category, source, update_type, account_id, custom_id, custom_data)"
            " VALUES ('A feed', -1, ?, 1, 1, ?, ?)",
            url,
            self._ids[url],
            kind,
        )
        self.poll(url)

    def poll(self, url: str) -> None:
        self._run(_DONE)

    def entries(self, url: str) -> list[Seen]:
        with closing(sqlite3.connect(self._database)) as connection:
            rows = connection.execute(
                "SELECT custom_id, title, url, date_created / 1000, author, enclosures, contents"
                " FROM Messages WHERE feed = ?",
                [self._ids[url]],
            ).fetchall()
        return [Seen(*row[:5], image=_first(row[5]), content=row[6]) for row in rows]

    def _write(self, statement: str, *values: str) -> None:
        with closing(sqlite3.connect(self._database)) as connection, connection:
            connection.execute(statement, values)

    def _run(self, until: bytes) -> None:
        """Start it, and end it when it has said this."""
        environment = {
            **os.environ,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home),
            "QT_QPA_PLATFORM": "offscreen",
            # Its browser runs as whoever runs the tests, who may be root.
            "QTWEBENGINE_DISABLE_SANDBOX": "1",
            "LC_ALL": "C.UTF-8",
        }
        command = ["timeout", "60", "rssguard", "--data", str(self.home / "data")]
        with started(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            assert process.stdout
            said = b""
            for line in process.stdout:
                said = line
                if until in line:
                    return
        raise AssertionError(f"RSS Guard ended, or had to be ended: {said!r}")


def _first(enclosures: str | None) -> str:
    """Return the address of the first enclosure: media type and address in Base64, joined by signs."""
    return base64.b64decode(enclosures.partition("#")[0].partition("&")[2]).decode() if enclosures else ""
