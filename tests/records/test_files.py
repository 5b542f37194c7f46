"""Where records are: folders and globs on a real disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeds.errors import FeedsError, RecordRejected
from feeds.records.files import Folder, find, read, walked_into


def write(root: Path, *paths: str) -> None:
    """Make files, each with its own path as its text."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path, encoding="utf-8", errors="replace")


def found(root: Path, *patterns: str, exclude: tuple[str, ...] = ()) -> list[str]:
    """Return the paths that are found, in order; each folder has to be found once."""
    folders = list(find(root, patterns, exclude))
    assert len(folders) == len({folder.path for folder in folders})
    return sorted(folder.path_of(name) for folder in folders for name in folder.files)


def test_a_folder_is_searched_to_its_depth_for_every_suffix_of_a_record(tmp_path: Path) -> None:
    """In any case; what is no record is passed over."""
    names = ["a.md", "b.markdown", "c.html", "d.htm", "e.yaml", "f.yml", "g.json", "H.MD", "i.Json"]
    write(tmp_path, *(f"r/{name}" for name in names), "r/x/y/z/deep.md")
    write(tmp_path, "r/image.png", "r/notes.txt", "r/md", "r/a.md.bak", "r/a.json5", "outside.md")
    assert found(tmp_path, "r") == sorted([*(f"r/{name}" for name in names), "r/x/y/z/deep.md"])


def test_a_signature_is_the_files_time_and_size(tmp_path: Path) -> None:
    """Both as the file system has them."""
    write(tmp_path, "r/a.md")
    os.utime(tmp_path / "r/a.md", ns=(1, 1_717_138_320_123_456_789))
    expected = Folder("r", {"a.md": (1_717_138_320_123_456_789, len("r/a.md"))})
    for pattern in ("r", "r/*.md", "r/a.md"):
        assert list(find(tmp_path, (pattern,))) == [expected]


def test_hidden_and_excluded_names_are_passed_over(tmp_path: Path) -> None:
    """Files and whole folders, by shell patterns for their names."""
    write(
        tmp_path,
        "r/a.md",
        "r/.hidden.md",
        "r/.git/b.md",
        "r/_data/topics/c.yml",
        "r/README.md",
        "r/x/README.html",
    )
    write(tmp_path, "r/READMEs.md", "r/x/_data.md")
    exclude = ("README.*", "_data")
    expected = ["r/READMEs.md", "r/a.md", "r/x/_data.md"]
    assert found(tmp_path, "r", exclude=exclude) == expected
    assert found(tmp_path, "r/**/*.md", exclude=exclude) == expected
    assert found(tmp_path, "r/**/*", exclude=exclude) == expected
    assert found(tmp_path, "r/*", exclude=exclude) == expected


def test_what_a_pattern_names_itself_is_not_excluded(tmp_path: Path) -> None:
    """Whoever spells out a hidden folder means it."""
    write(tmp_path, ".drafts/a.md", ".drafts/.b.md", "_data/c.md")
    assert found(tmp_path, ".drafts", "_data", exclude=("_data",)) == [".drafts/a.md", "_data/c.md"]
    assert found(tmp_path, ".drafts/*.md") == [".drafts/a.md"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("r/a.md", ["r/a.md"]),
        ("r/*.md", ["r/a.md", "r/b.md"]),
        ("r/?.md", ["r/a.md", "r/b.md"]),
        ("r/[a].md", ["r/a.md"]),
        ("*/x", ["r/x/c.md", "r/x/y/d.yaml"]),
        ("r/**/*.yaml", ["r/x/y/d.yaml"]),
        ("r/**", ["r/a.md", "r/b.md", "r/x/c.md", "r/x/y/d.yaml"]),
        ("./r/../r/x", ["r/x/c.md", "r/x/y/d.yaml"]),
        ("r/x/", ["r/x/c.md", "r/x/y/d.yaml"]),
    ],
)
def test_globs_and_single_files_are_found(tmp_path: Path, pattern: str, expected: list[str]) -> None:
    """Relative to the configuration, or absolute."""
    write(tmp_path, "r/a.md", "r/b.md", "r/x/c.md", "r/x/y/d.yaml")
    assert found(tmp_path, pattern) == expected
    assert found(tmp_path, str(tmp_path / pattern)) == expected, "absolute patterns find the same"


def test_each_record_is_found_once_however_many_patterns_find_it(tmp_path: Path) -> None:
    """Under one path."""
    write(tmp_path, "r/a.md", "r/x/b.md")
    assert found(tmp_path, "r", "./r", "r/x", "r/**/*.md", str(tmp_path)) == ["r/a.md", "r/x/b.md"]


def test_the_folder_of_the_configuration_can_be_the_folder_of_records(tmp_path: Path) -> None:
    """Paths are relative to it, also of records outside of it."""
    root = tmp_path / "site"
    write(tmp_path, "site/a.md", "site/x/b.md", "shared/c.md")
    assert found(root, ".") == ["a.md", "x/b.md"]
    assert found(root, "../shared") == ["../shared/c.md"]
    assert found(root, "../shared/*.md") == ["../shared/c.md"]


def test_a_folder_whose_name_has_signs_of_a_glob_is_a_folder(tmp_path: Path) -> None:
    """Whether the pattern names it, or the configuration lies in it."""
    write(tmp_path, "posts [1]/a.md", "what?/r/b.md")
    assert found(tmp_path, "posts [1]") == ["posts [1]/a.md"]
    assert found(tmp_path / "posts [1]", "*.md") == ["a.md"]
    assert found(tmp_path / "what?", "r/*.md") == ["r/b.md"]


@pytest.mark.parametrize("pattern", ["r/*.nothing", "nowhere/*.md", "[x]"])
def test_a_glob_that_matches_nothing_is_an_error(tmp_path: Path, pattern: str) -> None:
    """As a folder that does not exist; one whose matches are all excluded finds nothing."""
    write(tmp_path, "r/a.md", "r/.b.yml")
    with pytest.raises(FeedsError) as caught:
        list(find(tmp_path, (pattern,)))
    assert (
        str(caught.value) == f"[records] paths: {pattern} matches nothing (looked for {tmp_path / pattern})"
    )
    assert found(tmp_path, "r/*.yml") == []


@pytest.mark.parametrize("key", ["paths", "topics"])
def test_a_path_that_names_nothing_is_an_error_with_its_key(tmp_path: Path, key: str) -> None:
    """A misspelled folder must not empty all feeds."""
    with pytest.raises(FeedsError) as caught:
        list(find(tmp_path, ("recrods",), key=key))
    assert str(caught.value) == (
        f"[records] {key}: recrods does not exist (looked for {tmp_path / 'recrods'})"
    )


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its articles must not silently leave the feeds."""
    write(tmp_path, "r/x/a.md")
    scandir = os.scandir

    def refuse(folder: str) -> object:
        if folder.endswith("x"):
            raise PermissionError(13, "Permission denied", folder)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(FeedsError, match=r"\[records\] paths: .*/r/x cannot be read: Permission denied"):
        list(find(tmp_path, ("r",)))


def test_a_file_that_vanishes_while_it_is_looked_at_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one of the deleted, and the others go on."""
    write(tmp_path, "r/a.md", "r/b.md")
    scandir = os.scandir

    class Listing:
        """A listing of a folder that is out of date as soon as it is made."""

        def __init__(self, folder: str) -> None:
            with scandir(folder) as entries:
                self._entries = list(entries)
            Path(folder, "a.md").unlink()

        def __enter__(self) -> Iterator[os.DirEntry[str]]:
            return iter(self._entries)

        def __exit__(self, *_: object) -> None:
            return None

    monkeypatch.setattr(os, "scandir", Listing)
    assert found(tmp_path, "r") == ["r/b.md"]


def test_links_to_files_are_followed_and_links_to_nothing_are_passed_over(tmp_path: Path) -> None:
    """By folder as by glob; links to folders are not, because they can go in circles."""
    write(tmp_path, "elsewhere/a.md")
    (tmp_path / "r").mkdir()
    (tmp_path / "r/link.md").symlink_to(tmp_path / "elsewhere/a.md")
    (tmp_path / "r/broken.md").symlink_to(tmp_path / "nowhere.md")
    (tmp_path / "r/circle").symlink_to(tmp_path / "r")
    assert found(tmp_path, "r") == ["r/link.md"]
    assert found(tmp_path, "r/*.md") == ["r/link.md"]


def test_what_only_looks_like_a_file_is_no_record(tmp_path: Path) -> None:
    """A pipe would be waited for without end; a folder may have any name."""
    write(tmp_path, "r/folder.md/a.md")
    os.mkfifo(tmp_path / "r/pipe.md")
    assert found(tmp_path, "r") == ["r/folder.md/a.md"]
    assert found(tmp_path, "r/*.md") == ["r/folder.md/a.md"]
    assert found(tmp_path, "r/pipe.md") == []


def test_names_of_every_script_are_found(tmp_path: Path) -> None:
    """With spaces, quotes and line ends as well."""
    names = ["r/été.md", "r/日本.md", "r/a b'c\"d.md", "r/a\nb.md", "r/C#.md"]
    write(tmp_path, *names)
    assert found(tmp_path, "r") == sorted(names)


def test_a_name_that_is_not_utf_8_is_a_rejection_of_that_file_alone(tmp_path: Path) -> None:
    """The path in the message can be stored and shown."""
    write(tmp_path, "r/a.md")
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/r/\xff"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system has UTF-8 names only")
    write(folder, "b.md", os.fsdecode(b"../caf\xe9.md"))
    expected = ["r/\\udcff/b.md", "r/a.md", "r/caf\\udce9.md"]
    assert found(tmp_path, "r") == expected
    assert found(tmp_path, "r/**/*.md") == expected
    for path in (expected[0], expected[2]):
        with pytest.raises(RecordRejected, match=r"^cannot be read: its name is not UTF-8$"):
            read(str(tmp_path), path, 100)


def test_a_records_bytes_are_read_as_they_are(tmp_path: Path) -> None:
    """Relative to the folder of the configuration."""
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbf---\r\n\x00\xff")
    assert read(str(tmp_path), "a.md", 100) == b"\xef\xbb\xbf---\r\n\x00\xff"


def test_a_file_larger_than_an_article_is_rejected_and_not_read(tmp_path: Path) -> None:
    """The limit itself is allowed."""
    (tmp_path / "a.md").write_bytes(b"x" * 5000)
    assert len(read(str(tmp_path), "a.md", 5000)) == 5000
    with pytest.raises(RecordRejected) as caught:
        read(str(tmp_path), "a.md", 4999)
    assert caught.value.reason == "is larger than [records] max_bytes = 4,999 bytes; no article is"


def test_a_file_that_cannot_be_read_is_a_rejection(tmp_path: Path) -> None:
    """Gone, a folder, or in a folder that is a file."""
    write(tmp_path, "a.md")
    (tmp_path / "folder.md").mkdir()
    for path, reason in [
        ("gone.md", "No such file or directory"),
        ("folder.md", "Is a directory"),
        ("a.md/b.md", "Not a directory"),
    ]:
        with pytest.raises(RecordRejected) as caught:
            read(str(tmp_path), path, 100)
        assert caught.value.reason == f"cannot be read: {reason}"


@pytest.mark.parametrize(
    ("patterns", "folder", "pattern"),
    [
        (("records",), "public", ""),
        (("records",), ".", ""),
        (("records",), "records", "records"),
        (("records",), "records-public", ""),
        (("posts", "."), "public", "."),
        (("./a/../.",), "x/../public", "./a/../."),
        ((".",), "drafts/public", ""),
        ((".",), ".site", ""),
        (("*.md",), "public", ""),
        (("records/a.md",), "records", ""),
    ],
)
def test_a_folder_among_the_records_is_known(
    patterns: tuple[str, ...], folder: str, pattern: str, tmp_path: Path
) -> None:
    """As `find` would walk: not into what is hidden or excluded."""
    assert walked_into(tmp_path, patterns, ("drafts",), folder) == pattern
    assert walked_into(tmp_path, patterns, ("drafts",), str(tmp_path / folder)) == pattern
