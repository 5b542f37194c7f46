"""What every reader can be asked in a test, whatever program or library it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import ClassVar, NamedTuple


class Seen(NamedTuple):
    """An entry as the reader has it for a person: what it shows in its list, and the text behind it."""

    id: str
    title: str
    link: str
    date: int
    """Seconds since 1970, UTC; 0 if it has none."""
    author: str
    """What the reader makes of several; "" if there is none."""
    image: str
    content: str


class Link(NamedTuple):
    """A feed that a page names."""

    url: str
    media_type: str


class Reader(ABC):
    """A reader with a home folder of its own, and no subscriptions at first."""

    formats: ClassVar[frozenset[str]]
    """Those rows of the table of formats that it reads, by name."""
    programs: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Programs that it needs beyond pip, each with its Debian package."""
    discovers: ClassVar[bool] = False
    """Whether it finds feeds when it is given a page."""
    revalidates: ClassVar[bool] = True
    """Whether it asks only for what is newer than what it has."""
    titles_are_html: ClassVar[bool] = False
    """Whether it takes what looks like markup in a title for markup, and leaves it out."""
    dates_updates: ClassVar[bool] = False
    """Whether the date that it shows is that of the last update."""
    imports: ClassVar[bool] = False
    """Whether it takes a list of subscriptions as OPML."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def close(self) -> None:  # noqa: B027, because most have nothing to close
        """Let go of what is open."""

    @abstractmethod
    def subscribe(self, url: str) -> None:
        """Subscribe to a feed, and fetch it for the first time."""

    @abstractmethod
    def poll(self, url: str) -> None:
        """Fetch a feed again, as the reader does by itself from time to time."""

    @abstractmethod
    def entries(self, url: str) -> list[Seen]:
        """Return all it has of a feed, in any order."""

    def discover(self, page: str) -> list[Link]:
        """Return the feeds that it finds in a page, in the page's order."""
        raise NotImplementedError

    def import_opml(self, document: bytes) -> list[str]:
        """Subscribe to all feeds of a list; return their addresses."""
        raise NotImplementedError


class Fetched(NamedTuple):
    """What a library made of an answer: None for entries where the feed is the same as before."""

    entries: list[Seen] | None
    validators: Mapping[str, str]


class Program(Reader):
    """The least that a program on top of a parsing library does: it keeps entries by id, and validators."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._entries: dict[str, dict[str, Seen]] = {}
        self._validators: dict[str, Mapping[str, str]] = {}

    @abstractmethod
    def fetch(self, url: str, validators: Mapping[str, str]) -> Fetched:
        """Fetch a feed with the library, given what the last answer said about its version."""

    def subscribe(self, url: str) -> None:
        self._entries[url] = {}
        self.poll(url)

    def poll(self, url: str) -> None:
        fetched = self.fetch(url, self._validators.get(url, {}))
        self._validators[url] = fetched.validators
        self._entries[url] |= {entry.id: entry for entry in fetched.entries or ()}

    def entries(self, url: str) -> list[Seen]:
        return list(self._entries[url].values())


def first_image(html: str) -> str:
    """Return the address of the first picture in a text, for readers that show pictures there."""
    found: list[str] = []

    class Images(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag == "img":
                found.append(dict(attrs).get("src") or "")

    Images().feed(html)
    return found[0] if found else ""
