"""Organisation files: YAML that describes one provider each, and what they add to records."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from project import CONFIG, Project

from feeds import Provider
from feeds.errors import FeedsError, RecordRejected
from feeds.records.organisations import completed, parse, read_all

SITE = "https://www.example.org/blog"
PRESS = Provider("The Press", "press.example", "https://press.example/", f"{SITE}/assets/press.png")
KEYS = st.sampled_from(["name", "domain", "images", "image", "_id", "x"])


@pytest.mark.parametrize(
    "source",
    [
        "name: The Press\ndomain: press.example\nimages: [/assets/press.png, /assets/other.png]",
        "name: The Press\ndomain: WWW.Press.Example\nimages:\n  - url: /assets/press.png\n    width: 50",
        "_id: press.example\nname: The  Press\nimage: assets/press.png\ncolor: red",
        "_id: the-press\nname: The Press\nurl: https://press.example/about\nimage: /assets/press.png",
        "name: The Press\ndomain: press.example\nimages: [/a.svg, /b.webp, /blog/assets/press.png]",
    ],
)
def test_an_organisation_has_a_name_a_domain_and_a_picture(source: str) -> None:
    """Of several pictures the first that every reader can show stands for it."""
    found = parse(source.encode(), ".yaml", SITE)
    assert (found.name, found.domain, found.image) == (PRESS.name, PRESS.domain, PRESS.image)


@pytest.mark.parametrize(
    ("source", "name", "image"),
    [
        ("domain: press.example", "press.example", ""),
        ("domain: press.example\nimages: false", "press.example", ""),
        ("domain: press.example\nimages: []\nimage: /a.png", "press.example", f"{SITE}/a.png"),
        ("domain: press.example\nimages: [/a.webp]", "press.example", f"{SITE}/a.webp"),
    ],
)
def test_all_but_the_domain_may_be_missing(source: str, name: str, image: str) -> None:
    """What has no name is called by its domain; a picture that not everybody can show is better than none."""
    found = parse(source.encode(), ".yaml", SITE)
    assert (found.name, found.image) == (name, image)


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("name: Press", ()),
        ("domain: not a domain", ("domain",)),
        ("_id: '12'\nurl: x", ()),
        ("name: [a]\ndomain: press.example", ("name",)),
        ("- a", ()),
    ],
)
def test_a_file_that_describes_nobody_is_rejected(source: str, where: tuple[str, ...]) -> None:
    """With the field."""
    with pytest.raises(RecordRejected) as caught:
        parse(source.encode(), ".yaml", SITE)
    assert caught.value.where == where


@given(
    st.dictionaries(
        KEYS, st.none() | st.text() | st.lists(st.text() | st.none()) | st.dictionaries(KEYS, KEYS)
    )
)
def test_any_file_is_an_organisation_or_rejected(fields: dict[str, object]) -> None:
    """Whatever types its fields have."""
    try:
        provider = parse(json.dumps(fields).encode(), ".json", SITE)
    except RecordRejected as error:
        assert error.reason
        return
    assert provider.name
    assert provider.url


def test_one_bad_file_costs_no_other(tmp_path: Path) -> None:
    """Each is a problem of its own, with file, line and field; a picture costs nothing but itself."""
    files = {
        "a.yml": "domain: press.example",
        "b.yml": "domain: press.example",
        "c.yml": "name: C\n\ndomain: c c",
        "d.yml": "name: D\ndomain: d.example\nimages:\n  - /d.png\n  - {x: y}",
        "e.yml": "name: E\ndomain: e.example\nimage: ftp://e.example/e.png",
        "f.txt": "domain: f.example",
        "g.example.yml": "_id: g\nname: G",
    }
    for name, data in files.items():
        (tmp_path / name).write_text(data)
    providers, problems = read_all(tmp_path, (".",), SITE)
    assert sorted(providers) == ["d.example", "e.example", "g.example", "press.example"]
    assert [(problem.path, problem.line, problem.field, problem.severity) for problem in problems] == [
        ("b.yml", 1, "domain", "rejection"),
        ("c.yml", 3, "domain", "rejection"),
        ("e.yml", 3, "image", "warning"),
    ]


def test_no_files_are_no_problem_and_a_missing_folder_is_one(tmp_path: Path) -> None:
    """It is named by its own key."""
    assert read_all(tmp_path, ()) == ({}, [])
    with pytest.raises(FeedsError, match=r"^\[records\] providers: nowhere does not exist"):
        read_all(tmp_path, ("nowhere",))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Provider("press.example", "press.example", PRESS.url), PRESS),
        (Provider("press.example"), PRESS),
        (Provider("www.press.example", "www.press.example", "https://www.press.example/"), None),
        (Provider("Press, weekly", "press.example", PRESS.url), None),
        (Provider("P", "press.example", PRESS.url, "https://img.example/p.png"), "as it is"),
        (Provider("Press"), "as it is"),
        (Provider("other.example", "other.example"), "as it is"),
    ],
)
def test_what_a_record_says_goes_before_what_is_known(given: Provider, expected: Any) -> None:
    """Only what it does not say is added: a name where there is but a domain, a picture where it has none."""
    found = completed(given, {"press.example": PRESS})
    if expected == "as it is":
        assert found == given
    elif expected is not None:
        assert found == expected
    else:
        assert found.image == PRESS.image
        assert found.url == given.url
        assert found.name == ("The Press" if given.name.startswith("www.") else given.name)


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    """A project whose records name their provider's domain alone."""
    project = make_project(CONFIG + 'providers = ["_organizations"]\n')
    project.write("_organizations/press.yaml", "name: The Press\ndomain: press.example\nimages: [/p.png]\n")
    project.record("mapping", provider={"domain": "press.example"}, topics=["One"])
    project.record("text", provider="press.example", topics=["Two"])
    return project


@pytest.mark.parametrize("topic", ["one", "two"])
def test_records_that_name_a_domain_alone_are_completed(project: Project, topic: str) -> None:
    """In every format, and where feeds are selected by provider."""
    (item,) = json.loads(project.document(f"/topics/{topic}.json"))["items"]
    assert item["authors"] == [
        {"name": "The Press", "url": "https://press.example/", "avatar": "https://www.example.org/p.png"}
    ]
    assert b"<dc:creator>The Press</dc:creator>" in project.document(f"/topics/{topic}.rss")
    page = project.document(f"/topics/{topic}/").decode()
    assert '<img class="avatar" src="https://www.example.org/p.png"' in page


def test_providers_are_selected_by_the_names_that_files_give_them(project: Project) -> None:
    """As if each record had the name itself."""
    project.configure(
        project.root.joinpath("config.toml").read_text() + '[select]\nproviders = ["The Press"]\n'
    )
    assert len(project.titles()) == 2


def test_a_changed_file_changes_what_was_read(project: Project) -> None:
    """And a broken one is told, while all others are read."""
    assert project.build().report.articles == 2
    project.write("_organizations/press.yaml", "name: Another name\ndomain: press.example\n")
    assert b"<dc:creator>Another name</dc:creator>" in project.document("/all.rss")
    project.write("_organizations/broken.yaml", "name: [\n")
    assert project.invoke("check").exit_code == 1
