"""What `feeds init` asks on a terminal."""

from __future__ import annotations

from collections.abc import Callable

import click

from feeds.errors import FeedsError

from . import starter


def completed(title: str | None, base_url: str | None, records: str | None) -> tuple[str, str, str]:
    """Return title, URL and folder of records, and ask for each that is None; the last two may be ""."""
    if title is None:
        title = _asked("Title", starter.TITLE, starter.checked_title)
    if base_url is None:
        base_url = _asked("Where the feeds will be found (URL; Enter if not known yet)", "", _known_url)
    if records is None:
        records = _asked("Folder of your records (Enter for a new one with an example)", "", str)
    return title, base_url, records


def _asked(question: str, usual: str, check: Callable[[str], str]) -> str:
    """Ask until the answer can be."""

    def checked(value: str) -> str:
        try:
            return check(value)
        except FeedsError as error:
            raise click.UsageError(str(error)) from error

    return str(click.prompt(question, default=usual, show_default=bool(usual), value_proc=checked))


def _known_url(value: str) -> str:
    return starter.checked_url(value) if value else ""
