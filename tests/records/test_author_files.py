"""Author files: who is meant by a short name."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.errors import FeedsError
from feeds.model.article import Author
from feeds.records.authorfiles import read_all

MARA = Author("Mara Quill", "https://quill.example/")
SITE = "https://www.example.org"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "authors.yml",
            "mara:\n  name: Mara Quill\n  email: m@quill.example\n  website: https://quill.example/\n",
        ),
        ("authors.json", '{"mara": {"name": "Mara Quill", "url": "https://quill.example/"}}'),
        ("authors.toml", '[mara]\nname = "Mara Quill"\nurl = "https://quill.example/"\n'),
        ("authors.toml", '[[authors]]\nid = "mara"\nname = "Mara Quill"\nurl = "https://quill.example/"\n'),
        ("authors.yaml", "- slug: Mara\n  name: Mara Quill\n  url: https://quill.example/\n"),
        ("authors/mara.yml", "name: Mara Quill\nurl: https://quill.example/\n"),
        ("authors/mara.md", "---\ntitle: Mara Quill\nurl: https://quill.example/\n---\nShe writes.\n"),
        ("authors/mara/_index.md", '+++\ntitle = "Mara Quill"\nurl = "https://quill.example/"\n+++\n'),
        ("authors/x.md", "---\nshort_name: mara\nname: Mara Quill\nurl: https://quill.example/\n---\n"),
    ],
)
def test_short_names_stand_in_one_file_or_in_one_each(path: str, text: str, tmp_path: Path) -> None:
    """As Jekyll, Hugo, Eleventy and Astro keep them."""
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    known, problems = read_all(tmp_path, (path.partition("/")[0],), SITE)
    assert (known["mara"], problems) == (MARA, [])


def test_a_name_alone_is_enough_and_a_picture_may_be_relative(tmp_path: Path) -> None:
    """A file of short names and names, and pictures of the site."""
    (tmp_path / "a.yml").write_text("mara: Mara Quill\nodo: {avatar: /odo.png}\n", encoding="utf-8")
    assert read_all(tmp_path, ("a.yml",), SITE)[0] == {
        "mara": Author("Mara Quill"),
        "odo": Author("odo", "", "https://www.example.org/odo.png"),
    }


def test_a_broken_file_is_a_problem_of_its_own(tmp_path: Path) -> None:
    """With its line; the other files count."""
    (tmp_path / "a.yml").write_text("mara: [\n", encoding="utf-8")
    (tmp_path / "b.yml").write_text("odo: Odo Finch\nbo: {name: Bo, url: 'http://['}\n", encoding="utf-8")
    known, problems = read_all(tmp_path, ("*.yml",), SITE)
    assert known == {"odo": Author("Odo Finch")}
    assert [(problem.path, problem.severity, problem.field) for problem in problems] == [
        ("a.yml", "rejection", ""),
        ("b.yml", "warning", "bo"),
    ]


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """As a folder of records is."""
    with pytest.raises(FeedsError, match="authors"):
        read_all(tmp_path, ("authors.yml",), SITE)
