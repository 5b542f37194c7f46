"""Changed paths become folders to look into, and a look into them finds what a look everywhere would find."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from generated import examples
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import FeedsError
from feeds.records.changes import Places
from feeds.records.files import Folder, find

TREE = (
    "r/a.md",
    "r/b.txt",
    "r/x/c.md",
    "r/x/y/d.yaml",
    "r/x/_data/e.md",
    "r/.hidden/f.md",
    "r/x/.g.md",
    "s/h.md",
    "s/x/i.json",
    "README.md",
    "j.md",
)
PATTERNS = (
    ("r",),
    ("r", "s"),
    (".",),
    ("r/a.md", "s"),
    ("r/*.md",),
    ("r/**/*.md",),
    ("*/x",),
    ("r/**",),
    ("*.md", "s/*"),
    ("r/x/*/*", "r/x"),
    ("[rs]/?",),
)
EXCLUDE = ("README.*", "_data")


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path, encoding="utf-8")


def everything(root: Path, patterns: tuple[str, ...]) -> dict[str, object]:
    return {folder.path: folder.files for folder in find(root, patterns, EXCLUDE)}


def after(
    root: Path, patterns: tuple[str, ...], before: dict[str, object], changed: Iterable[str]
) -> dict[str, object]:
    """Return what is known after looking only where something changed."""
    places = Places(root, patterns, EXCLUDE)
    folders = places.affected(str(root / path) for path in changed)
    assert folders is not None
    known = dict(before)
    for folder in places.look(folders, before):
        known[folder.path] = folder.files
    return {path: files for path, files in known.items() if files}


@pytest.mark.parametrize("patterns", PATTERNS, ids=" ".join)
@examples(20)
@given(data=st.data())
def test_a_look_where_something_changed_finds_what_a_look_everywhere_finds(
    patterns: tuple[str, ...], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever appears or vanishes, files or whole folders, for every kind of pattern."""
    root = tmp_path_factory.mktemp("tree")
    # What the patterns spell out stays, and every wildcard goes on matching something.
    write(root, *TREE, "r/keep.md", "r/x/keep.md", "r/x/y/keep.md", "s/keep.md", "s/x/keep.md", "keep.md")
    known = everything(root, patterns)
    others = ("r/x/y", "r/new/k.md", "s/x/n/l.md", "r/.hidden/m.md", "r/x/_data", "t/n.md")
    names = st.sampled_from((*TREE, *others))
    for name in data.draw(st.lists(names, min_size=1, max_size=4)):
        if name in patterns:
            continue
        is_vanished_folder = not Path(name).suffix and not (root / name).is_dir()
        path = f"{name}/again.md" if is_vanished_folder else name
        target = root / path
        if target.is_dir():
            shutil.rmtree(target)
            write(root, "r/x/y/keep.md")
            changed = [path, "r/x/y", "r/x/y/keep.md"]
        elif target.exists():
            target.unlink()
            changed = [path]
        else:
            # A file in a new folder is told of as the folder, or as both.
            parents = [str(parent.relative_to(root)) for parent in target.parents if not parent.exists()]
            write(root, path)
            changed = [path, *parents]
        known = after(root, patterns, known, changed)
        assert known == everything(root, patterns), changed


def test_only_folders_with_changes_are_looked_into(tmp_path: Path) -> None:
    """And files that are no records, hidden or excluded, are no reason to."""
    write(tmp_path, *TREE)
    places = Places(tmp_path, ("r",), EXCLUDE)

    def full(*paths: str) -> list[str]:
        return [str(tmp_path / path) for path in paths]

    assert places.affected(full("r/x/c.md")) == set(full("r/x"))
    assert places.affected(full("r/x/gone.md", "r/a.md")) == set(full("r/x", "r"))
    assert places.affected(full("r/b.txt", "s/h.md", "j.md", "r/.hidden/f.md", "r/x/_data/e.md")) == set()
    assert places.affected(full("r/x")) == set(full("r", "r/x", "r/x/y"))


def test_what_is_to_be_watched_are_the_folders_that_may_hold_records(tmp_path: Path) -> None:
    """Not those that a pattern cannot reach, nor hidden or excluded ones."""
    write(tmp_path, *TREE)

    def watched(*patterns: str) -> set[str]:
        found = Places(tmp_path, patterns, EXCLUDE).watched()
        return {Path(folder).relative_to(tmp_path).as_posix() for folder in found}

    assert watched("r") == {"r", "r/x", "r/x/y"}
    assert watched("r/a.md") == {"r"}
    assert watched("r/*.md") == {"r"}
    assert watched("r/**/*.md") == {"r", "r/x", "r/x/y"}
    assert watched("*/x") == {".", "r", "s", "r/x", "r/x/y", "s/x"}
    assert watched("*.md") == {"."}


def test_a_link_to_a_folder_is_a_reason_to_look_everywhere(tmp_path: Path) -> None:
    """What lies behind it is found by some patterns and not by others."""
    write(tmp_path, *TREE)
    (tmp_path / "r" / "link").symlink_to(tmp_path / "s")
    assert Places(tmp_path, ("r",)).affected([str(tmp_path / "r" / "link")]) is None


@pytest.mark.parametrize("pattern", ["r", "r/**/*.md", "*", "."])
def test_links_in_a_circle_are_not_gone_through(tmp_path: Path, pattern: str) -> None:
    """Folders are watched, and looked into, once: not under every name that a circle gives them."""
    write(tmp_path, *TREE)
    (tmp_path / "r/x/up").symlink_to(tmp_path / "r")
    (tmp_path / "r/x/here").symlink_to(".")
    (tmp_path / "r/x/y/there").symlink_to(tmp_path / "r/x/z")
    (tmp_path / "r/x/z").symlink_to("y/there")
    places = Places(tmp_path, (pattern,), EXCLUDE)
    real = {str(tmp_path / folder) for folder in ("r", "r/x", "r/x/y")}
    watched = places.watched()
    assert len(watched) == len(set(watched))
    assert {folder for folder in watched if folder.startswith(str(tmp_path / "r"))} == real
    # A folder that came as a whole is looked into with all below it.
    assert places.affected([str(tmp_path / "r")]) == {*real} | ({str(tmp_path)} & set(watched))
    found = {folder.path for folder in places.look(watched, ()) if folder.files}
    assert found == {folder.path for folder in find(tmp_path, (pattern,), EXCLUDE)}


def test_a_folder_that_is_missing_is_an_error_and_not_an_empty_one(tmp_path: Path) -> None:
    """Its articles must not leave the feeds because a disk is not mounted."""
    with pytest.raises(FeedsError, match=r"\[records\] paths: r does not exist"):
        Places(tmp_path, ("r",))


def test_a_file_that_vanishes_while_its_folder_is_read_is_the_only_one_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are still records."""
    write(tmp_path, "r/a.md", "r/b.md")
    places = Places(tmp_path, ("r",))
    scandir = os.scandir

    class Listing:
        def __init__(self, folder: str) -> None:
            self._entries = list(scandir(folder))

        def __enter__(self) -> list[os.DirEntry[str]]:
            (tmp_path / "r" / "a.md").unlink()
            return self._entries

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", Listing)
    (folder,) = places.look([str(tmp_path / "r")], ())
    assert isinstance(folder, Folder)
    assert list(folder.files) == ["b.md"]
