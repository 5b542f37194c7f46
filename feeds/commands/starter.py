"""What `feeds init` makes: a configuration with its most useful keys, and one record to begin with."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from feeds import config
from feeds.errors import ConfigError, FeedsError
from feeds.model.paths import feed_key, of_feed
from feeds.records import files
from feeds.text import cleaning, placeholders

TITLE = "My articles"
_EXPORT = config.Export().path
_IGNORED = ("/.feeds/", f"/{_EXPORT}/")
"""What is made anew from the rest, as .gitignore spells it."""

_CONFIG = """\
# Everything not said here has a default; docs/configuration.md explains every key.

[site]
title = {title}
description = "What we found worth reading."
{base_url}
language = "en"
{id_authority}
# compose = true                     # if `feeds serve` serves it: link to the page that composes feeds

[records]
{paths}
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
# name = "best-of-ai"                # found at {example}
# topics = ["AI"]
# min_quality = 80
"""

_NO_AUTHORITY = """\
# id_authority = "YOUR DOMAIN,{year}"  # a domain of yours, and a year at whose start it was yours: ids are
                                     # made from it for ever, so set it before others subscribe"""

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

# Pictures are given by their URLs:
# images:
#   - url: "https://example.org/hello.jpg"
#     title: "A hand, waving"
---

Text below the second line of dashes is the article's body, in *Markdown*.
"""


class NewProject(NamedTuple):
    """What was made."""

    files: list[Path]
    notes: list[str]
    """What happened besides: lines that were added to a file, records that are there already."""


def refuse(folder: str) -> None:
    """Raise FeedsError where a folder has a configuration, which is never overwritten."""
    path = Path(folder) / "config.toml"
    if path.exists():
        raise FeedsError(f"{path} is there already; nothing was changed")


def checked_title(title: str) -> str:
    """Return a title as it can stand in feeds. Raises FeedsError where it cannot."""
    if cleaning.is_blank(title):
        raise FeedsError("the title must not be blank")
    if cleaning.has_unfit(title):
        raise FeedsError(f"the title {title!r} has a character that XML cannot carry")
    return title.strip()


def checked_url(url: str) -> str:
    """Return a base URL in its valid form, without a slash at its end. Raises FeedsError where it is none."""
    try:
        return config.parse(f"[site]\nbase_url = {toml_text(url)}\n").site.base_url
    except ConfigError as error:
        hint = "" if "://" in url else f"; write https://{url}, if that is what it is"
        raise FeedsError(f"the base URL {error.reason}{hint}") from None


def make(folder: str, title: str = TITLE, base_url: str = "", records: str = "") -> NewProject:
    """Make the folder's files.

    ``base_url`` is where the feeds will be found, "" if that is not known yet. ``records`` is where records
    are: a folder, a file or a glob, relative to the current folder; "" is a new folder `records`. A record is
    made where there is none.

    Raises FeedsError where a configuration is there already, a value cannot be, or a file cannot be written.
    """
    refuse(folder)
    now = datetime.now(UTC).replace(microsecond=0)
    root = Path(folder)
    path = path_from(root, records) if records else "records"
    there = _has_records(root, path)
    passed_over = _passed_over(root, path)
    content = _CONFIG.format(
        title=toml_text(checked_title(title)),
        paths=_paths(path, passed_over),
        example=of_feed(feed_key("best-of-ai"), ".rss"),
        **address_lines(base_url, now.year),
    )
    made = {root / "config.toml": content}
    notes = []
    if there:
        notes.append(f"{records or path} has records already; no example was added")
    else:
        folder_of_records = Path(records).expanduser() if records else root / path
        made[folder_of_records / f"{now:%Y-%m-%d}-hello.md"] = _RECORD.format(now=f"{now:%Y-%m-%dT%H:%M:%SZ}")
    for file in made:
        if file.exists():
            raise FeedsError(f"{file} is there already; nothing was changed")
    try:
        for file, written in made.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(written, encoding="utf-8")
        is_new, added = ignore_made(root / ".gitignore")
    except OSError as error:
        raise FeedsError(f"{error.filename}: {error.strerror}") from None
    if added and not is_new:
        notes.append(f"added to {root / '.gitignore'}: {' '.join(added)}")
    return NewProject([*made, *([root / ".gitignore"] if is_new else [])], notes)


def address_lines(base_url: str, year: int = 0) -> dict[str, str]:
    """Return the lines of config.toml that follow from the base URL, by key; without a year, this one."""
    year = year or datetime.now(UTC).year
    url = checked_url(base_url) if base_url else config.Site().base_url
    lines = {
        "base_url": f"{f'base_url = {toml_text(url)}':<36} # where the feeds will be found",
        "id_authority": _NO_AUTHORITY.format(year=year),
    }
    host = urlsplit(url).hostname or ""
    if not placeholders.why_no_home(host) and not placeholders.is_address(host):
        authority = f'id_authority = "{host},{year}"'
        lines["id_authority"] = f"{authority:<36} # your domain, and a year at whose start it was yours"
    return lines


def path_from(root: Path, records: str) -> str:
    """Return how config.toml spells where records are.

    What the caller gave in full stays so, unless it lies in the new folder; else both may be moved together.
    """
    if records.startswith("~"):
        return records
    given = Path(records)
    named = given.absolute()
    # A link stays the link that was named; what ".." means after one, only its target tells.
    full = named.resolve() if ".." in named.parts else named.parent.resolve() / named.name
    home = root.resolve()
    if given.is_absolute() and not full.is_relative_to(home):
        return full.as_posix()
    try:
        return Path(os.path.relpath(full, home)).as_posix()
    except ValueError:
        # On another drive.
        return full.as_posix()


def _has_records(root: Path, path: str) -> bool:
    base, glob = files.split(root.resolve(), path)
    if not glob and not Path(base).exists():
        return False
    return any(folder.files for folder in files.find(root.resolve(), (path,), config.Records().exclude))


def _passed_over(root: Path, path: str) -> bool:
    """Whether the static site would lie among the records, unless it is excluded."""
    return bool(files.walked_into(root.resolve(), (path,), config.Records().exclude, _EXPORT))


def _paths(path: str, is_excluding: bool) -> str:
    line = f"{f'paths = [{toml_text(path)}]':<36} # folders or globs"
    if is_excluding:
        excluded = ", ".join(map(toml_text, (*config.Records().exclude, _EXPORT)))
        line += f"\n{f'exclude = [{excluded}]':<36} # the static site lies among the records"
    return line


def toml_text(value: str) -> str:
    """Spell a text as a basic string of TOML, which escapes as JSON does, and one character more."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise FeedsError(f"{value!r} is not UTF-8, so that config.toml cannot name it") from None
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def ignore_made(file: Path) -> tuple[bool, list[str]]:
    """Have git pass over what is made anew; return whether the file is new, and what was added."""
    is_new = not file.exists()
    before = b"" if is_new else file.read_bytes()
    known = {line.strip().strip(b"/") for line in before.splitlines()}
    missing = [line for line in _IGNORED if line.strip("/").encode() not in known]
    if missing:
        end = b"\r\n" if b"\r\n" in before else b"\n"
        begun = end if before and not before.endswith(b"\n") else b""
        with file.open("ab") as opened:
            opened.write(begun + b"".join(line.encode() + end for line in missing))
    return is_new, missing
