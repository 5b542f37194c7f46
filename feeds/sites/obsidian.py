"""Obsidian: a vault is a folder of notes; it says nothing of a site."""

from __future__ import annotations

from pathlib import Path

from .site import Site
from .survey import densest, survey

LOOKED_FOR = ".obsidian (an Obsidian vault)"


def recognised(root: Path) -> Site | None:
    """Return what is found of a vault; None where it is none."""
    if not (root / ".obsidian").is_dir():
        return None
    found = survey(root, suffixes=(".md",))
    folder = densest(found) if found.dated else "."
    above = "" if folder == "." else f"/{folder}"
    return Site(
        dialect="obsidian",
        root=root,
        title=root.resolve().name,
        paths=(folder,),
        records={"permalink": f"{above}/{{folder}}/{{slug}}"} if above else {},
        notes=(
            f"{len(found.undated)} notes have no date, and are no articles, unless undated is 'mtime'",
            "[[links]] between notes and ![[pictures]] stay as they are written",
        ),
    )
