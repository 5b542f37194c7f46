"""sfeed: small programs around a table of entries, held together by shell scripts and curl."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

from processes import run

from .base import Link, Reader, Seen

# The functions that sfeedrc(5) and its README give for those who want validators and redirects, and a merge
# by id alone: as it comes, sfeed would keep an article under its old title beside the new one.
CONFIG = """\
fetch() {
    etag="$HOME/.sfeed/etags/$(basename "$3")"
    curl -L --max-redirs 1 -H "User-Agent:" -f -s -m 15 --compressed \\
        --etag-save "${etag}" --etag-compare "${etag}" "$2" 2>/dev/null
}
merge() {
    sort -t '	' -u -k6,6 "$3" "$2" 2>/dev/null
}
"""
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\\\": "\\"}


class Sfeed(Reader):
    """sfeed_update and its files."""

    formats = frozenset({"rss", "atom"})
    programs = (("sfeed", "sfeed"), ("curl", "curl"))
    discovers = True
    imports = True

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._names: dict[str, str] = {}
        for folder in ("etags", "feeds"):
            (home / ".sfeed" / folder).mkdir(parents=True)

    def subscribe(self, url: str) -> None:
        self._names[url] = f"feed {len(self._names)}"
        lines = "".join(f'    feed "{name}" "{address}"\n' for address, name in self._names.items())
        self._configure(f"feeds() {{\n{lines}}}\n")
        self.poll(url)

    def poll(self, url: str) -> None:
        self._run("sfeed_update")

    def entries(self, url: str) -> list[Seen]:
        file = self.home / ".sfeed" / "feeds" / self._names[url].replace("/", "_")
        return list(map(_seen, file.read_text(encoding="utf-8").splitlines()))

    def discover(self, page: str) -> list[Link]:
        html = self._run("curl", "-s", "-L", page)
        found = self._run("sfeed_web", page, given=html)
        return [Link(*line.split("\t")) for line in found.decode().splitlines()]

    def import_opml(self, document: bytes) -> list[str]:
        feeds = self._run("sfeed_opml_import", given=document).decode()
        lines = [shlex.split(line) for line in feeds.splitlines() if line.startswith("\tfeed ")]
        self._names = {url: name for _, name, url in lines}
        self._configure(feeds)
        self._run("sfeed_update")
        return list(self._names)

    def _configure(self, feeds: str) -> None:
        (self.home / ".sfeed" / "sfeedrc").write_text(CONFIG + feeds, encoding="utf-8")

    def _run(self, *command: str, given: bytes = b"") -> bytes:
        environment = {**os.environ, "HOME": str(self.home), "LC_ALL": "C.UTF-8"}
        return bytes(run(command, given=given, check=True, env=environment).stdout)


def _seen(line: str) -> Seen:
    date, title, link, content, _, id_, author, enclosure, *_ = line.split("\t")
    text = re.sub(r"\\[nt\\]", lambda found: _ESCAPES[found[0]], content)
    return Seen(id_, title, link, int(date or 0), author, enclosure, text)
