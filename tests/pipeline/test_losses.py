"""What of records and rules comes to nothing is told, once per kind, and only then."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from project import REAL, Project

from feeds.errors import Loss
from feeds.records import reader

PERMALINK = REAL + 'permalink = "/{slug}/"\n'


@pytest.fixture
def real(make_project: Callable[..., Project]) -> Project:
    """A project of whose configuration there is nothing to warn."""
    return make_project(REAL)


def warned(project: Project, *arguments: str) -> list[str]:
    """Return the warnings of a check, without their severity."""
    lines = project.invoke("check", *arguments).output.splitlines()
    return [line.removeprefix("warning: ") for line in lines if line.startswith("warning: ")]


def is_strict_about(project: Project) -> bool:
    """Whether a strict check fails."""
    return project.invoke("check", "--strict").exit_code == 1


# -- fields -------------------------------------------------------------------------------------------------


def test_a_misspelt_field_is_told_once_with_what_was_meant(real: Project) -> None:
    """With how many records have it, where first, and on which line."""
    for stem in ("b", "a", "c"):
        real.record(stem, topcs=["Roads"])
    (line,) = warned(real)
    assert line.startswith("records/a.md:6: topcs: ")
    assert "3 records" in line
    assert '"topics"' in line
    assert is_strict_about(real)


def test_what_is_not_read_again_is_told_again_until_it_is_gone(real: Project) -> None:
    """A second check reads nothing and says the same; one of a mended record says nothing."""
    real.record("a", topcs=["Roads"])
    assert warned(real) == warned(real) != []
    real.record("a", topics=["Roads"])
    assert warned(real) == []
    real.record("b", topcs=["Roads"])
    assert len(warned(real)) == 1
    (real.root / "records/b.md").unlink()
    assert warned(real) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("tags", 'topics = "tags"'),
        ("date", 'publishedDateTime = "date"'),
        ("pubDate", 'publishedDateTime = "pubDate"'),
        ("lastmod", 'updatedDateTime = "lastmod"'),
        ("description", 'excerpt = "description"'),
        ("cover", 'images = "cover"'),
        ("heroImage", 'images = "heroImage"'),
        ("lang", 'locale = "lang"'),
    ],
)
def test_a_field_of_a_well_known_dialect_comes_with_the_line_that_reads_it(
    real: Project, name: str, line: str
) -> None:
    """And that line does read it: the warning goes with it."""
    real.record("a", **{name: "2024-05-31"})
    (told,) = warned(real)
    assert f"[records.fields] {line}" in told
    real.configure(f"{REAL}[records.fields]\n{line}\n")
    assert not [told for told in warned(real) if "is not read" in told]


def test_the_line_keeps_what_is_mapped_already(make_project: Callable[..., Project]) -> None:
    """Another name for a field is added to those that it has."""
    project = make_project(f'{REAL}[records.fields]\ntopics = "tags"\n')
    project.record("a", tags=["A"], categories=["B"])
    (told,) = warned(project)
    assert '[records.fields] topics = ["tags", "categories"]' in told


@pytest.mark.parametrize(
    "fields",
    [
        {"_id": "x", "ampWebUrl": "https://a.net/", "members": 3, "secured": "x", "hashtags": ["x"]},
        {"layout": "post", "weight": 3, "toc": True, "comments": False, "permalinks": ""},
        {"author": "Ann", "authors": ["Bo"], "status": "published", "draft": False},
        {"cover": "", "tags": [], "date": None},
    ],
)
def test_what_costs_no_feed_anything_is_not_told(real: Project, fields: dict[str, Any]) -> None:
    """Fields of the family, of pages' looks, and empty ones."""
    real.record("a", **fields)
    assert warned(real) == []
    assert not is_strict_about(real)


def test_fields_in_tables_are_told_one_by_one(make_project: Callable[..., Project]) -> None:
    """By their dotted names, and not those that are read."""
    project = make_project(f'{REAL}[records.fields]\ntopics = "taxonomies.tags"\n')
    project.record("a", taxonomies={"tags": ["A"], "categories": ["B"]}, extra={"lead": "x", "toc": True})
    told = {line.split(": ")[1]: line for line in warned(project)}
    assert told.keys() == {"extra.lead", "taxonomies.categories"}
    assert '["taxonomies.tags", "taxonomies.categories"]' in told["taxonomies.categories"]


def test_fields_can_be_passed_over_on_purpose(real: Project) -> None:
    """What is no loss in the publisher's eyes is named in the configuration."""
    real.record("a", mood="fine", my_stars=3, my_moons=2)
    assert len(warned(real)) == 3
    real.configure(REAL + 'ignore_fields = ["mood", "my_*"]\n')
    assert warned(real) == []


def test_a_rejected_record_s_fields_are_told_too(real: Project) -> None:
    """The reason may lie in them: a date that nobody reads."""
    real.record("a", publishedDateTime=None, date="2024-05-31")
    assert any('publishedDateTime = "date"' in line for line in warned(real))


def test_a_name_that_no_record_has_is_told(make_project: Callable[..., Project]) -> None:
    """With its line in the configuration, and the field that was meant."""
    project = make_project(f'{REAL}[records.fields]\ntopics = "tags"\nimages = "feature_pic"\n')
    project.record("a", tags=["A"], feature_image="/a.jpg")
    (told,) = [line for line in warned(project) if line.startswith("config.toml")]
    assert told.startswith("config.toml:11: records.fields.images: ")
    assert '"feature_pic"' in told
    assert '"feature_image"' in told


def test_one_of_several_names_may_wait_for_records(make_project: Callable[..., Project]) -> None:
    """As long as records have another one, and none in its place."""
    config = f'{REAL}[records.fields]\ntopics = ["tags", "themes"]\nlocale = ["lang", "tongue"]\nid = []\n'
    project = make_project(config)
    project.record("a", tags=["A"], lang="de")
    assert warned(project) == []
    project.record("b", tags=["A"], language="de")
    assert any("records.fields.locale" in line and '"language"' in line for line in warned(project))


def test_a_name_that_a_dialect_knows_is_told_where_no_record_has_it(
    make_project: Callable[..., Project],
) -> None:
    """Nothing is read by that line, whoever else has such a field."""
    project = make_project(f'{REAL}[records.fields]\nimages = "cover.image"\n')
    project.record("a")
    assert any('"cover.image"' in line for line in warned(project))


# -- articles behind others ---------------------------------------------------------------------------------


def test_records_that_a_permalink_puts_in_one_place_are_told(make_project: Callable[..., Project]) -> None:
    """All but the one that is shown, each with that one's name."""
    project = make_project(PERMALINK)
    for language, title in (("de", "Markt"), ("en", "Market"), ("fr", "Marché")):
        project.record(f"{language}/markt", title=title, originalUrl=None)
    told = warned(project)
    assert [line.split(": ")[0] for line in told] == ["records/en/markt.md", "records/fr/markt.md"]
    assert all("records/de/markt.md" in line for line in told)
    assert is_strict_about(project)


def test_the_same_title_in_one_place_is_told_where_a_permalink_put_it(
    make_project: Callable[..., Project],
) -> None:
    """Two articles of two years are no story told twice."""
    project = make_project(PERMALINK)
    for year in ("2023", "2024"):
        project.record(f"{year}/hello", title="Hello", originalUrl=None)
    assert len(warned(project)) == 1


@pytest.mark.parametrize(
    ("changed", "is_told"), [({}, False), ({"title": "B"}, True), ({"locale": "de"}, True)]
)
def test_one_story_told_twice_is_counted_and_another_one_told(
    real: Project, changed: dict[str, str], is_told: bool
) -> None:
    """The same address says that it is one story, unless title or language differ."""
    same = {"originalUrl": "https://a.net/x", "title": "A", "locale": "en"}
    real.record("a", **same)
    real.record("b", **same | changed)
    assert bool(warned(real)) is is_told
    assert ("1 repeats the story of another" in real.invoke("check").output) is not is_told
    assert json.loads(real.invoke("check", "--format", "json").stdout)["records"]["stories"] == (not is_told)


def test_drafts_hide_nothing_and_are_not_hidden(make_project: Callable[..., Project]) -> None:
    """Only what would be seen can be lost."""
    project = make_project(PERMALINK)
    project.record("a/x", title="A", originalUrl=None)
    project.record("b/x", title="B", originalUrl=None, published=False)
    assert warned(project) == []
    project.configure(PERMALINK + '[select]\nstatus = "any"\n')
    assert len(warned(project)) == 1


# -- files --------------------------------------------------------------------------------------------------


def test_texts_of_other_kinds_are_counted(real: Project) -> None:
    """By kind, with the first one's name; what lies beside articles is no text."""
    real.record("a")
    for name in ("vega.rst", "old/deneb.RST", "altair.adoc", "a.jpg", "style.css", "robots.txt", ".x.rst"):
        real.write(f"records/{name}", "x")
    told = warned(real)
    assert [line.split(": ")[0] for line in told] == ["records/altair.adoc", "records/old/deneb.RST"]
    assert "2 files" in told[1]
    (real.root / "records/altair.adoc").unlink()
    assert len(warned(real)) == 1
    real.configure(REAL + 'exclude = ["*.rst", "*.RST"]\n')
    assert warned(real) == []


# -- bodies -------------------------------------------------------------------------------------------------


def test_parts_of_bodies_are_counted_by_name(real: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """How often, in how many records, and where first."""
    whole = reader.read

    def read(path: str, *others: Any) -> reader.Reading:
        lost = (Loss("tag", "form", 9), Loss("tag", "form", 4), Loss("template", "{{< gallery >}}"))
        return whole(path, *others)._replace(losses=lost)

    monkeypatch.setattr(reader, "read", read)
    real.record("b")
    real.record("a", "Text.\n\n{{< gallery x >}}\n")
    told = warned(real)
    assert [line.split(": ")[0] for line in told] == ["records/a.md:4", "records/a.md:9"]
    assert "<form>" in told[0]
    assert "4 times" in told[0]
    assert "2 records" in told[0]
    assert "gallery" in told[1]


# -- rules --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "field", "meant"),
    [
        ('[select]\ntopics = ["IA"]', "select.topics", "'AI'"),
        ('[select]\nexclude_topics = ["Robtics"]', "select.exclude_topics", "'Robotics'"),
        ('[select]\ntypes = ["artcle"]', "select.types", "'article'"),
        ('[select]\ncategories = ["nwes"]', "select.categories", "'news'"),
        ('[select]\nproviders = ["tmie.net"]', "select.providers", "'time.net'"),
        ('[[feeds]]\nname = "x"\nexclude_providers = ["Tiem"]', "feeds.x.exclude_providers", "'Time'"),
        ('[[feeds]]\nname = "x"\ntopics = ["IA"]', "feeds.x.topics", "'AI'"),
        ("[topics.ai]\nmin_quality = 141", "topics.ai.min_quality", "140"),
        ('[[feeds]]\nname = "x"\nmin_heat = 8', "feeds.x.min_heat", "7"),
        ("[select]\nhas_image = true", "select.has_image", ""),
        ('[select]\ntitle_matches = "^Zebra"', "select.title_matches", ""),
        ('[[feeds]]\nname = "x"\nwords = "zebra"', "feeds.x.words", ""),
        ("[topics.robotcs]\ntitle = 'x'", "topics.robotcs", "'Robotics'"),
    ],
)
def test_a_rule_that_nothing_matches_is_told(
    make_project: Callable[..., Project], rules: str, field: str, meant: str
) -> None:
    """With its line, and with what articles have instead."""
    project = make_project(f"{REAL}{rules}\n")
    project.record("a", **KNOWN)
    (told,) = warned(project)
    number = len(f"{REAL}{rules}".splitlines()) - (field == "topics.robotcs")
    assert told.startswith(f"config.toml:{number}: {field}: ")
    assert meant in told
    assert is_strict_about(project)


KNOWN: dict[str, Any] = {
    "type": "article",
    "category": "news",
    "topics": ["AI", "Robotics"],
    "provider": {"name": "Time", "domain": "time.net"},
    "quality": 140,
    "heat": 7,
}


@pytest.mark.parametrize(
    "rules",
    [
        '[select]\ntopics = ["ai"]\ntypes = ["Article"]\nproviders = ["TIME.net", "time"]',
        "[select]\nmin_quality = 140\nmin_heat = 7\nhas_image = false",
        '[select]\ntitle_matches = "title"\nwords = "title"',
        '[select]\ntopics = ["Machines"]\n[topics.ai]\naliases = ["machines"]',
        '[topics.drones]\ntitle = "Drones"\n[select]\ntopics = ["AI", "Drones"]',
    ],
)
def test_rules_that_articles_match_are_not_told(make_project: Callable[..., Project], rules: str) -> None:
    """However they are spelled; and a topic that is described may wait for its first article."""
    project = make_project(f"{REAL}{rules}\n")
    project.record("a", **KNOWN)
    assert warned(project) == []


def test_without_articles_no_rule_is_to_blame(make_project: Callable[..., Project]) -> None:
    """An empty folder is no slip of the pen."""
    project = make_project(f'{REAL}[select]\ntypes = ["x"]\nmin_quality = 5\n')
    assert warned(project) == []


def test_rules_follow_what_articles_have(make_project: Callable[..., Project]) -> None:
    """Of what is gone no rule can be met, though nothing else was read."""
    project = make_project(f'{REAL}[select]\ntypes = ["video"]\n')
    project.record("a", type="video")
    project.record("b", type="course")
    assert warned(project) == []
    (project.root / "records/a.md").unlink()
    assert len(warned(project)) == 1


# -- other commands -----------------------------------------------------------------------------------------


def test_a_build_says_one_line_of_each_kind(real: Project) -> None:
    """The rest is for `feeds check`, in JSON too."""
    real.record("a", topcs=["A"], tgas=["B"], mood="x")
    real.write("records/x.rst", "x")
    done = real.run("build")
    lines = [line for line in done.stderr.splitlines() if line.startswith("warning: ")]
    assert len(lines) == 2
    assert "2 more" in lines[0]
    problems = json.loads(real.invoke("check", "--format", "json").stdout)["problems"]
    assert len(problems) == 4
    assert {problem["severity"] for problem in problems} == {"warning"}


def test_explaining_a_record_names_what_it_loses(real: Project) -> None:
    """Of that record only."""
    real.record("a", topcs=["A"])
    real.record("b", tgas=["A"])
    done = real.run("explain", "records/a.md")
    assert "records/a.md:6: topcs: " in done.stderr
    assert "tgas" not in done.stderr
