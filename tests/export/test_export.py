"""The static site: the right files at the right paths, and no file touched without need."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from project import CONFIG, NOW, Project, tree

from feeds import FeedsError
from feeds.publication.document import etag_of
from feeds.publication.publication import Publication

MEDIA_TYPES = {
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".json": "application/feed+json",
    ".opml": "text/x-opml",
}


def _manifest(project: Project) -> dict[str, dict[str, Any]]:
    lines = json.loads(project.public("manifest.json").read_bytes())["documents"]
    return {line["path"]: line for line in lines}


def _file(path: str) -> str:
    return (path + "index.html" if path.endswith("/") else path).lstrip("/")


@pytest.fixture
def built(project: Project) -> Project:
    """A project of two topics that was exported."""
    project.record("a", topics=["AI"])
    project.record("b", topics=["AI", "C++ & 東京"], publishedDateTime="2026-02-02")
    project.build()
    return project


def test_every_path_of_the_url_table_is_a_file(built: Project) -> None:
    """Readers find the feeds where they are promised, of everything and of each topic."""
    files = set(built.tree())
    expected = {"index.html", "feeds.opml", "manifest.json", "all.rss", "all.atom", "all.json"}
    expected |= {f"assets/{name}" for name in ("style.css", "feed.css", "page.js", "icon.svg")}
    for slug in ("ai", "c-plus-plus-and-東京"):
        expected |= {f"topics/{slug}{end}" for end in (".rss", ".atom", ".json", "/index.html")}
    assert expected <= files


def test_the_index_page_leads_readers_to_every_feed(built: Project) -> None:
    """Autodiscovery links and plain links on the first page lead to files that exist."""
    page = built.public("index.html").read_text(encoding="utf-8")
    links = [unquote(link) for link in re.findall(r'href="([^"#:]+)"', page)]
    discovered = [unquote(link) for link in re.findall(r'<link rel="alternate"[^>]* href="([^"]+)"', page)]
    feeds = [name for name in built.tree() if name.endswith((".rss", ".atom"))]
    assert {name for name in feeds if name.endswith(".rss")} <= set(discovered)
    assert {"all.atom", "all.json"} <= set(discovered)
    for link in links:
        assert built.public(_file("/" + link)).is_file(), link


def test_the_links_of_a_topic_s_page_lead_somewhere(built: Project) -> None:
    """Relative links work wherever the folder is put."""
    for page in built.public("topics").rglob("index.html"):
        links = re.findall(r'href="([^"#:]*)"', page.read_text(encoding="utf-8"))
        assert any(link.endswith(".atom") for link in links)
        for link in map(unquote, links):
            target = page.parent / link
            assert (target / "index.html" if link.endswith("/") else target).is_file(), (page, link)


def test_manifest_lists_every_document_and_its_shape_is_fixed(built: Project) -> None:
    """Programs can rely on `{"documents": [{"path", "media_type", "etag", "updated", "entries"}]}`."""
    manifest = json.loads(built.public("manifest.json").read_bytes())
    assert list(manifest) == ["documents"]
    files = built.tree()
    lines = {line["path"]: line for line in manifest["documents"]}
    assert len(lines) == len(manifest["documents"])
    assert {_file(path) for path in lines} == files.keys() - {"manifest.json"}
    for path, line in lines.items():
        assert list(line) == ["path", "media_type", "etag", "updated", "entries"], path
        body = files[_file(path)]
        assert line["etag"] == etag_of(body), path
        assert line["media_type"] == MEDIA_TYPES[Path(_file(path)).suffix], path
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["updated"]), path
        assert isinstance(line["entries"], int)
    assert {path: line["entries"] for path, line in lines.items() if path.endswith(".rss")} == {
        "/all.rss": 2,
        "/topics/ai.rss": 2,
        "/topics/c-plus-plus-and-東京.rss": 1,
    }


def test_unchanged_files_are_not_touched(built: Project) -> None:
    """Web servers, rsync and caches see only what changed: time stamps and inodes stay."""
    before = {name: built.public(name).stat() for name in built.tree()}
    built.record("c", topics=["New"])
    changes = built.build().changes
    changed = {_file(path) for path in changes.changed}
    feeds = {"all.rss", "all.atom", "all.json"}
    assert feeds | {"feeds.opml", "index.html", "manifest.json"} == changed
    for name, stat in before.items():
        after = built.public(name).stat()
        same = (after.st_mtime_ns, after.st_ino) == (stat.st_mtime_ns, stat.st_ino)
        assert same == (name not in changed), name


def test_a_change_that_changes_no_bytes_touches_no_file(built: Project) -> None:
    """A record may change in a field that no feed shows."""
    before = {name: built.public(name).stat().st_mtime_ns for name in built.tree()}
    built.record("a", topics=["AI"], category="other")
    built.build()
    assert {name: built.public(name).stat().st_mtime_ns for name in built.tree()} == before


@pytest.mark.parametrize("name", ["all.rss", "topics/ai/index.html", "assets/style.css", "manifest.json"])
def test_a_deleted_output_is_written_again(name: str, built: Project) -> None:
    """Whoever deletes a file gets it back with the next build."""
    before = built.tree()
    built.public(name).unlink()
    built.build()
    assert built.tree() == before


@pytest.mark.parametrize("name", ["all.rss", "topics/ai/index.html", "assets/style.css", "manifest.json"])
def test_an_altered_output_is_put_right(name: str, built: Project) -> None:
    """Whoever edits a file that is ours finds it as it should be after the next build."""
    before = built.tree()
    built.public(name).write_bytes(b"altered")
    built.build()
    assert built.tree() == before


def test_the_whole_export_may_be_deleted(built: Project) -> None:
    """`rm -r public` costs nothing but the writing."""
    before = built.tree()
    shutil.rmtree(built.root / "public")
    assert built.build().report.read == 0
    assert built.tree() == before


def test_files_of_a_vanished_topic_are_removed(built: Project) -> None:
    """A topic that no article and no configuration names leaves no file and no empty folder."""
    built.record("b", topics=["AI"])
    removed = built.build().changes.removed
    assert set(removed) == {f"/topics/c-plus-plus-and-東京{end}" for end in (".rss", ".atom", ".json", "/")}
    assert [path for path in built.public("topics").iterdir() if "東京" in path.name] == []


def test_files_of_a_vanished_topic_are_removed_by_the_manifest_alone(built: Project) -> None:
    """Even where the index was lost in between."""
    built.record("b", topics=["AI"])
    shutil.rmtree(built.root / ".feeds")
    built.build()
    assert [name for name in built.tree() if "東京" in name] == []


def test_files_of_a_format_that_is_no_more_are_removed(built: Project) -> None:
    """Turning a format off takes its files away."""
    built.configure(CONFIG + '[feeds]\nformats = ["atom", "page"]\n')
    built.build()
    assert [name for name in built.tree() if name.endswith(".rss")] == []
    assert "all.rss" not in built.public("index.html").read_text(encoding="utf-8")


def test_foreign_files_are_never_touched(built: Project) -> None:
    """What no export wrote stays as it is, in our folders too, whatever vanishes around it."""
    foreign = {
        "CNAME": b"feeds.example.org",
        ".well-known/security.txt": b"x",
        "topics/ai/photo.jpg": b"jpg",
        "topics/c-plus-plus-and-東京/mine.html": b"mine",
        "topics/mine.rss": b"<rss/>",
        "assets/own.css": b"css",
    }
    for name, content in foreign.items():
        built.public(name).parent.mkdir(parents=True, exist_ok=True)
        built.public(name).write_bytes(content)
    built.record("b", topics=["AI"])
    built.build()
    for name, content in foreign.items():
        assert built.public(name).read_bytes() == content, name


def test_a_foreign_file_in_a_document_s_place_stays_and_is_reported(project: Project) -> None:
    """A first build into a folder that is in use overwrites nothing, and fails saying so."""
    project.record("a")
    project.public("topics").mkdir(parents=True)
    project.public("index.html").write_text("my home page")
    project.public("topics/news.rss").write_text("my own feed")
    done = project.run("build", "--now", NOW)
    assert done.returncode == 1
    assert "index.html" in done.stderr
    assert "news.rss" in done.stderr
    # Nor do further builds: the manifest lists these paths now, but an export never wrote the files.
    project.record("b")
    assert project.build().changes.foreign == ("/topics/news.rss", "/")
    shutil.rmtree(project.root / ".feeds")
    assert project.build().changes.foreign == ("/topics/news.rss", "/")
    project.record("a", topics=["Other"])
    project.record("b", topics=["Other"])
    assert "/topics/news.rss" not in project.build().changes.removed
    assert project.public("index.html").read_text() == "my home page"
    assert project.public("topics/news.rss").read_text() == "my own feed"
    assert project.public("all.rss").is_file()
    project.record("a")
    project.public("index.html").unlink()
    project.public("topics/news.rss").unlink()
    assert project.run("build", "--now", NOW).returncode == 0
    assert b"<rss" in project.tree()["topics/news.rss"]


def test_a_foreign_manifest_is_no_list_of_ours(project: Project) -> None:
    """Other programs have a manifest.json too; what stands in it is not deleted."""
    project.record("a")
    project.public("").mkdir()
    project.public("keep.html").write_text("keep")
    manifest = {"name": "An app", "documents": [{"path": "/keep.html"}]}
    project.public("manifest.json").write_text(json.dumps(manifest))
    changes = project.build().changes
    assert changes.foreign == ("/manifest.json",)
    assert project.public("keep.html").read_text() == "keep"


def test_a_manifest_cannot_make_us_delete_outside_the_folder(built: Project) -> None:
    """A manifest is a file like any other: what it names is looked for below its folder only."""
    outside = built.write("outside.txt", "keep")
    manifest = json.loads(built.public("manifest.json").read_bytes())
    line = manifest["documents"][0]
    for path in ("/../outside.txt", "/topics/../../outside.txt", "//etc/none", "/a\0b", str(outside)):
        manifest["documents"].append(line | {"path": path})
    built.public("manifest.json").write_text(json.dumps(manifest))
    shutil.rmtree(built.root / ".feeds")
    built.build()
    assert outside.read_text() == "keep"


def test_a_folder_in_a_document_s_place_is_an_error_in_words(built: Project) -> None:
    """What cannot be replaced is named; the rest is written, and nothing crashes."""
    built.public("all.rss").unlink()
    built.public("all.rss").mkdir()
    (built.public("all.rss") / "mine").write_text("mine")
    done = built.run("build", "--now", NOW)
    assert done.returncode == 1
    assert "all.rss" in done.stderr
    assert "Traceback" not in done.stderr
    assert (built.public("all.rss") / "mine").read_text() == "mine"


def test_last_modified_only_moves_forward(built: Project) -> None:
    """`updated` is when a document's bytes last changed, whatever the dates of its entries do."""
    seen = {path: line["updated"] for path, line in _manifest(built).items()}
    assert seen["/all.rss"] == "2026-02-02T00:00:00Z"
    steps: list[Callable[[], object]] = [
        lambda: built.record("a", title="Changed", topics=["AI"]),
        lambda: built.record("c", topics=["AI"], publishedDateTime="2026-03-03"),
        (built.root / "records/c.md").unlink,
        lambda: built.record("old", topics=["AI"], publishedDateTime="2001-01-01"),
        (built.root / "records/b.md").unlink,
        lambda: built.record("b", topics=["AI", "C++ & 東京"], publishedDateTime="2026-02-02"),
        lambda: shutil.rmtree(built.root / ".feeds"),
    ]
    bodies = built.tree()
    for step, act in enumerate(steps):
        act()
        built.build()
        now = {path: line["updated"] for path, line in _manifest(built).items()}
        for path, updated in now.items():
            name = _file(path)
            if path in seen and name in bodies and name in built.tree():
                changed = bodies[name] != built.tree()[name]
                assert (updated > seen[path]) if changed else (updated == seen[path]), (step, path)
        seen |= now
        bodies |= built.tree()


def test_last_modified_is_the_instant_of_the_change(built: Project) -> None:
    """A change is dated when it was published, so that If-Modified-Since works."""
    built.record("a", title="Changed", topics=["AI"])
    built.build("2026-06-02T00:00:00Z")
    assert _manifest(built)["/all.rss"]["updated"] == "2026-06-02T00:00:00Z"


def test_a_lost_index_does_not_turn_dates_back(built: Project) -> None:
    """The kept manifest says when bytes last changed."""
    built.record("a", title="Changed", topics=["AI"])
    built.build()
    before = built.tree()
    shutil.rmtree(built.root / ".feeds")
    built.build()
    assert built.tree() == before


def test_a_lost_index_does_not_turn_dates_back_after_a_check(built: Project) -> None:
    """Nor where another command made a new index before the build."""
    built.record("a", title="Changed", topics=["AI"])
    built.build()
    before = built.tree()
    shutil.rmtree(built.root / ".feeds")
    assert built.invoke("check", "--now", NOW).exit_code == 0
    built.build()
    assert built.tree() == before


def test_an_article_appears_when_its_date_has_come(project: Project) -> None:
    """The embargo: nothing before the instant, the article from the instant on, by time alone."""
    project.record("now", topics=["AI"])
    project.record(
        "later", title="Later", topics=["AI", "Only later"], publishedDateTime="2026-07-01T00:00:00Z"
    )
    project.build("2026-06-30T23:59:59Z")
    assert [name for name, body in project.tree().items() if b"<title>Later</title>" in body] == []
    built = project.build("2026-07-01T00:00:00Z")
    assert built.report.read == 0
    found = {name for name, body in project.tree().items() if b"<title>Later</title>" in body}
    expected = {"all", "topics/ai", "topics/only-later"}
    assert found == {f"{name}{suffix}" for name in expected for suffix in (".rss", ".atom")}
    assert "Later" in project.public("topics/ai/index.html").read_text(encoding="utf-8")


def test_a_topic_without_articles_yet_is_a_valid_empty_feed(project: Project) -> None:
    """Subscribers may come before the first article."""
    project.record("later", topics=["Soon"], publishedDateTime="2030-01-01")
    project.build()
    atom = ElementTree.fromstring(project.tree()["topics/soon.atom"])
    assert atom.findtext("{*}updated") == "2000-01-01T00:00:00+00:00"
    assert atom.findall("{*}entry") == []
    assert ElementTree.fromstring(project.tree()["topics/soon.rss"]).findall("channel/item") == []


def test_an_article_disappears_when_it_is_too_old(project: Project) -> None:
    """max_age_days takes an article out by time alone, to the second."""
    project.configure(CONFIG + "[select]\nmax_age_days = 10\n")
    project.record("a", publishedDateTime="2026-05-20T12:00:00Z")
    project.record("b", publishedDateTime="2026-05-25T12:00:00Z")
    project.build("2026-05-30T11:59:59Z")
    assert b"Title of a" in project.tree()["all.rss"]
    project.build("2026-05-30T12:00:00Z")
    assert b"Title of a" not in project.tree()["all.rss"]
    assert b"Title of b" in project.tree()["all.rss"]
    project.build("2026-05-30T11:59:59Z")
    assert b"Title of a" in project.tree()["all.rss"]


def test_an_update_that_is_not_due_has_not_happened(project: Project) -> None:
    """`updated` is never in the future of the instant, and moves when that has come."""
    project.record("a", updatedDateTime="2026-07-01T00:00:00Z")
    project.build("2026-06-30T00:00:00Z")
    assert b"2026-07-01" not in project.tree()["all.atom"]
    project.build("2026-07-01T00:00:00Z")
    assert b"<updated>2026-07-01T00:00:00+00:00</updated>" in project.tree()["all.atom"]


def test_files_are_replaced_whole(built: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full leaves the old file, no half of a new one, and no draft behind."""
    before = built.tree()
    built.record("a", title="Changed", topics=["AI"])

    def full(file: int, _mode: str) -> None:
        os.write(file, b"<half")
        os.close(file)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("feeds.export.site.open", full, raising=False)
    with pytest.raises(FeedsError, match="No space left"):
        built.build()
    monkeypatch.undo()
    assert built.tree() == before
    built.build()
    assert b"Changed" in built.tree()["all.rss"]


def test_documents_are_written_before_what_links_to_them(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At no instant does a page or the manifest name what is not there; deletions come last."""
    project.record("a", topics=["AI"])
    project.record("b", topics=["Old"])
    project.build()
    project.record("b", topics=["New"])
    order: list[str] = []
    replace, unlink = Path.replace, Path.unlink

    def note_replace(path: Path, target: Path) -> Path:
        order.append(Path(target).relative_to(project.root / "public").as_posix())
        return replace(path, target)

    def note_unlink(path: Path, missing_ok: bool = False) -> None:
        if path.exists() and not path.name.endswith(".tmp"):
            order.append(f"-{path.relative_to(project.root / 'public').as_posix()}")
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "replace", note_replace)
    monkeypatch.setattr(Path, "unlink", note_unlink)
    project.build()

    def kind(name: str) -> int:
        if name.startswith("-"):
            return 3
        return 2 if name == "manifest.json" else int(name.endswith((".html", ".opml")))

    kinds = [kind(name) for name in order]
    assert kinds == sorted(kinds), order
    assert {0, 1, 2, 3} == set(kinds)
    assert order.index("feeds.opml") < order.index("index.html")


@pytest.mark.parametrize("stop_after", [1, 3, 6])
def test_an_interrupted_export_goes_on(
    stop_after: int, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that an interrupted build wrote are ours: the next one is not stopped by them."""
    project.record("a", topics=["AI"])
    written = 0
    replace = Path.replace

    def stop(path: Path, target: Path) -> Path:
        nonlocal written
        written += 1
        if written > stop_after:
            raise KeyboardInterrupt
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        project.build()
    monkeypatch.undo()
    project.record("a", title="Changed in between", topics=["AI"])
    changes = project.build().changes
    assert changes.foreign == ()
    assert b"Changed in between" in project.tree()["all.rss"]


def test_two_folders_are_exported_side_by_side(built: Project, tmp_path: Path) -> None:
    """--out writes the same site elsewhere and leaves the first alone."""
    before = built.tree()
    done = built.run("build", "--out", str(tmp_path / "copy"), "--now", NOW)
    assert done.returncode == 0, done.stderr
    assert tree(tmp_path / "copy") == before
    assert built.tree() == before


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_exported_files_can_be_read_by_a_web_server(built: Project) -> None:
    """Files have the modes that the user's umask gives."""
    assert built.public("all.rss").stat().st_mode & 0o444 == 0o444


def test_state_and_document_agree(built: Project) -> None:
    """What is remembered of a document is what making it anew gives."""

    def compare(publication: Publication) -> None:
        for path in publication.paths:
            state = publication.state(path)
            document = publication.document(path)
            assert state is not None, path
            assert (state.etag, state.updated) == (document.etag, document.updated), path
            assert datetime.fromtimestamp(state.updated, UTC) <= datetime(2026, 6, 1, 12, tzinfo=UTC)

    built.synced(lambda made: compare(made.publication))


@pytest.mark.parametrize(
    ("records", "out"), [("records", "records"), (".", "public"), ("records", "records/site")]
)
def test_no_site_is_written_among_the_records(
    records: str, out: str, make_project: Callable[..., Project]
) -> None:
    """Its pages would be read as records by the next build, and rejected."""
    config = CONFIG.replace('["records"]', f'["{records}"]') + f'[export]\npath = "{out}"\n'
    project = make_project(config)
    record = project.record("a")
    with pytest.raises(FeedsError, match="would be read as records"):
        project.build()
    assert [path for path in project.root.rglob("*") if path.is_file()] == [
        project.root / "config.toml",
        record,
    ]
    project.configure(config.replace("site_url", f'exclude = ["{Path(out).name}"]\nsite_url'))
    if out != records:
        project.build()
        assert (project.root / out / "all.rss").is_file()
