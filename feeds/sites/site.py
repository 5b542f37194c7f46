"""What is found of a site: everything that a configuration of ours can say of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec


class Site(msgspec.Struct, kw_only=True, frozen=True):
    """A site that was recognised. What is "" or empty could not be known."""

    dialect: str
    root: Path
    """Its folder."""
    title: str = ""
    description: str = ""
    url: str = ""
    """With the path that it lies below, without a slash at the end."""
    language: str = ""
    timezone: str = ""
    paths: tuple[str, ...] = ()
    """Folders, files and globs with articles, relative to ``root``; () for those of the dialect."""
    records: Mapping[str, Any] = {}
    """Other keys of [records], where they differ from the dialect: permalink, id, exclude, fields …"""
    authors: tuple[str, ...] = ()
    """Files with authors, relative to ``root``."""
    defaults: Mapping[str, Mapping[str, Any]] = {}
    """Folder, relative to ``root`` ("" for all), → values that its records have."""
    notes: tuple[str, ...] = ()
    """What could not be known, or does not come over: comments for whoever reads the configuration."""
