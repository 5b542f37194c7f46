"""`feeds init DIR --from SITE`: from a site to feeds, with one command."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from project import Project

POST = "---\ntitle: {0}\ndate: 2024-05-31\ntags: [Fog]\n---\nText.\n"


@pytest.fixture
def hugo(tmp_path: Path) -> Path:
    """A little site of Hugo's."""
    root = tmp_path / "site"
    (root / "content/posts").mkdir(parents=True)
    (root / "hugo.toml").write_text('baseURL = "https://fells.net/"\ntitle = "Fells"\n')
    for name in ("Fog", "Moss"):
        (root / f"content/posts/{name}.md").write_text(POST.format(name))
    return root


def old_feed(folder: Path, *uids: str) -> Path:
    """Write a feed with these ids for the two articles."""
    items = "".join(
        f"<item><title>{name}</title><link>https://fells.net/posts/{name.lower()}/</link>"
        f'<guid isPermaLink="false">{uid}</guid>'
        f"<pubDate>Fri, 31 May 2024 00:00:00 +0000</pubDate></item>"
        for name, uid in zip(("Fog", "Moss"), uids, strict=True)
    )
    file = folder / "old.xml"
    file.write_text(f'<rss version="2.0"><channel><title>Old</title>{items}</channel></rss>')
    return file


def written(project: Project) -> dict[str, dict[str, object]]:
    """Return the configuration that was made."""
    return tomllib.loads((project.root / "new/config.toml").read_text(encoding="utf-8"))


def test_a_site_becomes_a_configuration(project: Project, hugo: Path) -> None:
    """It says what the site says, and the articles have the addresses that they have there."""
    done = project.invoke("init", "new", "--from", str(hugo))
    assert done.exit_code == 0, done.output
    assert "2 articles" in done.output
    assert "feeds build" in done.output
    made = written(project)
    assert made["site"]["title"] == "Fells"
    assert made["site"]["base_url"] == "https://fells.net/feeds"
    assert made["records"]["dialect"] == "hugo"
    assert made["records"]["site_url"] == "https://fells.net"
    explained = project.invoke("explain", "Fog", "--config", "new/config.toml")
    assert "https://fells.net/posts/fog/" in explained.output
    assert not (hugo / ".feeds").exists()


def test_the_static_site_is_no_part_of_a_vault(project: Project) -> None:
    """Where the new folder lies in the site, what is built there is not read as articles."""
    (project.root / ".obsidian").mkdir()
    (project.root / "a.md").write_text(POST.format("A"))
    for name in ("config.toml", "records"):
        if (there := project.root / name).exists():
            there.rename(project.root.parent / name)
    assert project.invoke("init", "new", "--from", ".").exit_code == 0
    records = written(project)["records"]
    assert records["paths"] == [".."]
    assert "public" in records["exclude"]
    assert project.invoke("build", "--config", "new/config.toml").exit_code == 0
    listed = project.invoke("check", "--config", "new/config.toml")
    assert "1 record: 1 article" in listed.output


def test_defaults_of_folders_reach_their_records(project: Project, tmp_path: Path) -> None:
    """They are written under the folder's way from the new configuration, and say what the site says."""
    root = tmp_path / "jekyll"
    (root / "_posts/en").mkdir(parents=True)
    (root / "_config.yml").write_text(
        "title: Fells\nurl: https://fells.net\ndefaults:\n"
        "  - scope: {path: _posts/en}\n    values: {tags: [Fells], header: {teaser: x}, layout: post}\n"
    )
    (root / "_posts/2024-05-31-a.md").write_text("---\ntitle: A\n---\n")
    (root / "_posts/en/2024-05-31-b.md").write_text("---\ntitle: B\n---\n")
    assert project.invoke("init", "new", "--from", str(root)).exit_code == 0
    listed = project.invoke("list", "--config", "new/config.toml").output
    assert "1  2024-05-31  Fells" in listed


@pytest.mark.parametrize("url", ["http://[", "not an address", "ftp://fells.net", "/blog", ""])
def test_an_address_that_is_none_is_told(project: Project, tmp_path: Path, url: str) -> None:
    """The rest comes over, also what only some records could have."""
    root = tmp_path / "pelican"
    (root / "content").mkdir(parents=True)
    (root / "pelicanconf.py").write_text(
        f"SITEURL = {url!r}\nSITENAME = 3\nTIMEZONE = 'Mars/Olympus'\n"
        f"DEFAULT_METADATA = {{'status': 'draft', 'x': 1}}\n"
    )
    (root / "content/a.md").write_text("Title: A\nDate: 2024-05-31\n\nText\n")
    done = project.invoke("init", "new", "--from", str(root))
    assert done.exit_code == 0, done.output
    assert "1 article" in done.output
    assert "site_url" in done.output
    assert "Mars/Olympus" in (project.root / "new/config.toml").read_text()


def test_what_could_not_be_known_is_a_comment(project: Project, hugo: Path) -> None:
    """And a comment stays on one line, whatever the site says."""
    (hugo / "hugo.toml").write_text(
        'baseURL = "https://fells.net/"\nlanguageCode = "no\\nlanguage"\n'
        '[permalinks]\nposts = "/:weekday/:slug/"\n'
    )
    assert project.invoke("init", "new", "--from", str(hugo)).exit_code == 0
    text = (project.root / "new/config.toml").read_text()
    assert "# the language 'no language'" in text
    assert ":weekday" in text
    assert written(project)["site"]["title"] == "fells.net"


def test_options_go_before_the_site(project: Project, hugo: Path) -> None:
    """A title and an address that are given count."""
    given = ("--title", "Mine", "--base-url", "https://feeds.fells.net")
    assert project.invoke("init", "new", "--from", str(hugo), *given).exit_code == 0
    site = written(project)["site"]
    assert (site["title"], site["base_url"]) == ("Mine", "https://feeds.fells.net")


def test_ids_of_the_old_feed_are_kept(project: Project, hugo: Path) -> None:
    """The pattern under which they stay is written down, and what it keeps is said."""
    old = old_feed(project.root, "tag:fells.net,2020:/posts/fog", "tag:fells.net,2020:/posts/moss")
    done = project.invoke("init", "new", "--from", str(hugo), "--compare", str(old))
    assert done.exit_code == 0, done.output
    assert written(project)["records"]["id"] == "tag:fells.net,2020:/posts/{slug}"
    assert "2 of the 2 entries" in done.output
    compared = project.invoke("compare", str(old), "--config", "new/config.toml")
    assert compared.exit_code == 0, compared.output


def test_ids_that_stay_by_themselves_need_no_pattern(project: Project, hugo: Path) -> None:
    """Where addresses are the ids already, nothing is written."""
    old = old_feed(project.root, "https://fells.net/posts/fog/", "https://fells.net/posts/moss/")
    done = project.invoke("init", "new", "--from", str(hugo), "--compare", str(old))
    assert "id" not in written(project)["records"]
    assert "2 of the 2 entries" in done.output


def test_an_old_feed_that_cannot_be_read_costs_nothing(project: Project, hugo: Path) -> None:
    """Nothing is written before it is read."""
    done = project.invoke("init", "new", "--from", str(hugo), "--compare", "nowhere.xml")
    assert done.exit_code == 1
    assert "nowhere.xml" in done.output
    assert not (project.root / "new").exists()


def test_a_site_without_an_address_says_so(project: Project, tmp_path: Path) -> None:
    """A placeholder stands for it, which check tells of, and so does the last line."""
    vault = tmp_path / "vault"
    (vault / ".obsidian").mkdir(parents=True)
    (vault / "a.md").write_text(POST.format("A"))
    done = project.invoke("init", "new", "--from", str(vault))
    assert done.exit_code == 0, done.output
    assert "1 article" in done.output
    assert "site_url" in done.output


def test_an_unknown_site_says_what_was_looked_for(project: Project, tmp_path: Path) -> None:
    """And nothing is made."""
    (tmp_path / "empty").mkdir()
    done = project.invoke("init", "new", "--from", str(tmp_path / "empty"))
    assert done.exit_code == 1
    assert "_config.yml" in done.output
    assert not (project.root / "new").exists()


def test_a_configuration_is_never_overwritten(project: Project, hugo: Path) -> None:
    """As without a site."""
    (project.root / "new").mkdir()
    (project.root / "new/config.toml").write_text("# mine\n")
    assert project.invoke("init", "new", "--from", str(hugo)).exit_code == 1
    assert (project.root / "new/config.toml").read_text() == "# mine\n"


@pytest.mark.parametrize("options", [("--compare", "x"), ("--from", "x", "--records", "y")])
def test_options_that_do_not_go_together(project: Project, options: tuple[str, ...]) -> None:
    """They are refused before anything is made."""
    assert project.invoke("init", "new", *options).exit_code == 2
    assert not (project.root / "new").exists()
