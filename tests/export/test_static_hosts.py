"""What the static site carries beside the documents, for the hosts that it may live on."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import brotli
import pytest
from project import CONFIG, Project

from feeds.export import derived, hosts
from feeds.export.hosts import HostedSite, Page
from feeds.publication import addresses

TOPICS = '[topics.ai]\naliases = ["artificial-intelligence"]\n[topics.gone]\nretired = true\n'
FILES = ["_headers", "_redirects", "nginx.conf", ".nojekyll", "robots.txt", "sitemap.xml"]


def export(*lines: str, config: str = CONFIG) -> str:
    """Return a configuration with these lines in [export]."""
    return "\n".join([config + TOPICS, "[export]", *lines, ""])


ALL_FILES = export(f"files = {json.dumps(FILES)}")
PRECOMPRESSED = export('precompressed = ["gz", "br"]')
EVERYTHING = export(f"files = {json.dumps(FILES)}", 'precompressed = ["gz", "br"]', "aliases = true")


@pytest.fixture
def site(project: Project) -> Project:
    """A project of two topics, one of them with another name, and one retired."""
    project.configure(CONFIG + TOPICS)
    project.record("a", topics=["AI"])
    project.record("b", topics=["AI", "C++ & 東京"], publishedDateTime="2026-02-02")
    return project


def listed(project: Project) -> set[str]:
    """Return the files of the documents in manifest.json, and itself."""
    lines = json.loads(project.public("manifest.json").read_bytes())["documents"]
    paths = {line["path"] for line in lines} | {"/manifest.json"}
    return {(path + "index.html" if path.endswith("/") else path)[1:] for path in paths}


# -- all of it -----------------------------------------------------------------------------------------------


def test_nothing_is_there_that_nobody_asked_for(site: Project) -> None:
    """The static site is its documents, if not said otherwise."""
    site.build()
    assert site.tree().keys() == listed(site)


def test_what_is_beside_documents_is_in_no_manifest(site: Project) -> None:
    """The manifest lists what the server hands out too."""
    site.build()
    before = site.public("manifest.json").read_bytes()
    site.configure(EVERYTHING)
    site.build()
    assert site.public("manifest.json").read_bytes() == before
    beside = site.tree().keys() - listed(site) - {".files.json"}
    assert set(json.loads(site.public(".files.json").read_bytes())["files"]) == {
        "/.files.json",
        *("/" + (name if ".html." in name else name.replace("index.html", "")) for name in beside),
    }


def test_what_is_switched_off_is_removed(site: Project) -> None:
    """All of it, and nothing else."""
    site.build()
    before = site.tree()
    site.configure(EVERYTHING)
    site.build()
    site.public("mine.txt.gz").write_bytes(b"mine")
    site.configure(CONFIG + TOPICS)
    changes = site.build().changes
    assert site.tree() == before | {"mine.txt.gz": b"mine"}
    assert "/_headers" in changes.removed
    assert not any(path.endswith((".gz", ".br")) for path in changes.removed)


def test_what_is_switched_off_is_removed_by_the_ledger_alone(site: Project) -> None:
    """A lost index does not turn our own files into somebody else's."""
    site.build()
    before = site.tree()
    site.configure(EVERYTHING)
    site.build()
    shutil.rmtree(site.root / ".feeds")
    site.record("c", topics=["New"])
    changes = site.build().changes
    assert changes.foreign == ()
    assert b"/topics/new/" in site.public("sitemap.xml").read_bytes()
    (site.root / "records" / "c.md").unlink()
    shutil.rmtree(site.root / ".feeds")
    site.configure(CONFIG + TOPICS)
    site.build()
    assert site.tree().keys() == before.keys()


def test_a_ledger_cannot_make_us_delete_outside_the_folder(site: Project) -> None:
    """Whoever wrote it."""
    site.configure(EVERYTHING)
    site.build()
    victim = site.root / "config.toml"
    site.public(".files.json").write_text(json.dumps({"files": ["/../config.toml", "../config.toml"]}))
    shutil.rmtree(site.root / ".feeds")
    site.build()
    assert victim.exists()


def test_a_foreign_file_stays_and_is_reported(site: Project) -> None:
    """Whatever we would have put in its place, and at every build."""
    names = ["_headers", "robots.txt", "all.rss.gz", "topics/artificial-intelligence.rss", ".files.json"]
    for name in names:
        site.write(f"public/{name}", "mine")
    site.configure(EVERYTHING)
    assert set(site.build().changes.foreign) == {f"/{name}" for name in names}
    site.public(".files.json").unlink()
    assert set(site.build().changes.foreign) == {f"/{name}" for name in names[:-1]}
    shutil.rmtree(site.root / ".feeds")
    done = site.run("build")
    assert done.returncode == 1
    for name in names[:-1]:
        assert site.public(name).read_bytes() == b"mine"
        assert f"{name}: is in the way" in done.stderr
    site.configure(CONFIG + TOPICS)
    site.build()
    assert {name for name in site.tree() if site.tree()[name] == b"mine"} == set(names[:-1])


def test_an_unchanged_build_writes_nothing(site: Project) -> None:
    """Time stamps and inodes stay."""
    site.configure(EVERYTHING)
    site.build()
    before = {name: site.public(name).stat() for name in site.tree()}
    changes = site.build().changes
    assert (changes.added, changes.changed, changes.removed, changes.compressed) == ((), (), (), 0)
    after = {name: site.public(name).stat() for name in site.tree()}
    assert {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in after.items()} == {
        name: (stat.st_ino, stat.st_mtime_ns) for name, stat in before.items()
    }


def test_two_exports_of_the_same_records_are_the_same(
    make_project: Callable[..., Project], site: Project
) -> None:
    """To the byte, compressed files too."""
    other = make_project(EVERYTHING, "other")
    other.record("a", topics=["AI"])
    other.record("b", topics=["AI", "C++ & 東京"], publishedDateTime="2026-02-02")
    other.build()
    site.configure(EVERYTHING)
    site.build()
    assert site.tree() == other.tree()


def test_what_was_deleted_or_altered_is_put_right(site: Project) -> None:
    """As documents are."""
    site.configure(EVERYTHING)
    site.build()
    before = site.tree()
    for name in ("_headers", "all.rss.gz", "all.atom.br", "feed.xml", ".files.json"):
        site.public(name).unlink()
    site.build()
    assert site.tree() == before
    for name in ("_headers", "all.rss.gz", "all.atom.br", "feed.xml", ".files.json"):
        site.public(name).write_bytes(b"altered")
    site.build()
    assert site.tree() == before


# -- compressed files ----------------------------------------------------------------------------------------


def test_every_document_has_its_compressed_files(site: Project) -> None:
    """With its bytes and its time, as nginx's gzip_static wants them."""
    site.configure(PRECOMPRESSED)
    site.build()
    tree = site.tree()
    for name in listed(site):
        assert gzip.decompress(tree[f"{name}.gz"]) == tree[name]
        assert brotli.decompress(tree[f"{name}.br"]) == tree[name]
        for suffix in (".gz", ".br"):
            assert len(tree[name + suffix]) < len(tree[name])
            assert site.public(name + suffix).stat().st_mtime_ns == site.public(name).stat().st_mtime_ns
    # No time, no name: nothing that differs between two machines.
    assert tree["all.rss.gz"][3:8] == b"\0\0\0\0\0"


def test_only_what_changed_is_compressed(site: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing at all, where nothing changed."""
    compressed: list[bytes] = []

    def coder(body: bytes) -> bytes:
        compressed.append(body)
        return body[:-1]

    monkeypatch.setattr(derived, "BY_SUFFIX", {"gz": coder})
    site.configure(export('precompressed = ["gz"]'))
    assert site.build().changes.compressed == len(compressed) == len(listed(site))
    compressed.clear()
    site.build()
    assert compressed == []
    site.record("b", topics=["AI", "C++ & 東京"], publishedDateTime="2026-02-02", category="other")
    site.build()
    assert compressed == []
    site.record("a", topics=["AI"], title="Another")
    changes = site.build().changes
    assert changes.compressed == len(compressed) == len(changes.changed)
    assert set(compressed) == {
        site.public((path + "index.html" if path.endswith("/") else path)[1:]).read_bytes()
        for path in changes.changed
    }
    compressed.clear()
    site.public("all.rss").touch()
    site.build()
    assert compressed == [site.public("all.rss").read_bytes()]


def test_compressed_files_go_with_their_document(site: Project) -> None:
    """A topic that vanishes leaves none behind."""
    site.configure(PRECOMPRESSED)
    site.build()
    (site.root / "records" / "b.md").unlink()
    site.build()
    assert not any("東京" in name for name in site.tree())


def test_what_compression_does_not_make_smaller_has_no_such_file(
    site: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would only be in the way."""
    monkeypatch.setattr(derived, "BY_SUFFIX", {"gz": bytes})
    site.configure(export('precompressed = ["gz"]'))
    assert site.build().changes.compressed == 0
    assert site.tree().keys() - {".files.json"} == listed(site)


# -- old and short names -------------------------------------------------------------------------------------


def test_old_names_are_copies_and_pages_that_lead_on(site: Project) -> None:
    """For hosts that make no redirects: subscribers of an old address go on getting the feed."""
    site.configure(export("aliases = true"))
    site.build()
    tree = site.tree()
    for old, new in [
        ("feed.xml", "all.rss"),
        ("feed", "all.rss"),
        ("atom.xml", "all.atom"),
        ("topics/artificial-intelligence.rss", "topics/ai.rss"),
        ("topics/artificial-intelligence.atom", "topics/ai.atom"),
    ]:
        assert tree[old] == tree[new], old
    page = tree["topics/artificial-intelligence/index.html"].decode()
    assert '<meta http-equiv="refresh" content="0; url=https://feeds.example.org/topics/ai/">' in page
    site.record("a", topics=["AI"], title="Another")
    changed = site.build().changes.changed
    assert {"/feed.xml", "/topics/artificial-intelligence.rss"} <= set(changed)
    assert b"Another" in site.public("topics/artificial-intelligence.rss").read_bytes()


def test_old_names_lead_only_where_something_is() -> None:
    """A format that is not made has none, and no document is hidden by a redirect."""
    paths = ["/all.rss", "/topics/ai.rss", "/topics/ai/", "/topics/ai/archive/2026-01.atom", "/feed.rss"]
    assert addresses.all_moved(paths, {"ki": "ai", "nothing": "no-more"}) == {
        "/feed": "/all.rss",
        "/feed.xml": "/all.rss",
        "/rss.xml": "/all.rss",
        "/topics/ki.rss": "/topics/ai.rss",
        "/topics/ki/": "/topics/ai/",
        "/topics/ki": "/topics/ai/",
        "/topics/ki/archive/2026-01.atom": "/topics/ai/archive/2026-01.atom",
    }


# -- files for hosts -----------------------------------------------------------------------------------------


def rules(text: str) -> list[tuple[str, dict[str, str]]]:
    """Read _headers: patterns and the fields they set."""
    found: list[tuple[str, dict[str, str]]] = []
    for line in text.splitlines():
        if line.startswith("  "):
            name, value = line.strip().split(": ", 1)
            assert name not in found[-1][1]
            found[-1][1][name] = value
        elif line and not line.startswith("#"):
            found.append((line, {}))
    return found


def fields(text: str, path: str) -> dict[str, str]:
    """Return the fields of a path. Cloudflare joins those that several rules set, so none may."""
    given: dict[str, str] = {}
    for pattern, named in rules(text):
        if re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), path):
            assert not given.keys() & named.keys(), path
            given |= named
    return given


def test_headers_give_every_document_its_type_and_the_rest(site: Project) -> None:
    """As the server does; non-ASCII paths too."""
    site.configure(ALL_FILES)
    site.build()
    text = site.public("_headers").read_text()
    assert fields(text, "/topics/c-plus-plus-and-%E6%9D%B1%E4%BA%AC.atom") == {
        "Cache-Control": "public, max-age=300, stale-while-revalidate=600, stale-if-error=86400",
        "Content-Type": "application/atom+xml; charset=utf-8",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    }
    assert fields(text, "/all.rss")["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert "Content-Type" not in fields(text, "/")
    assert "Access-Control-Allow-Origin" not in fields(text, "/")
    assert fields(text, "/manifest.json")["Access-Control-Allow-Origin"] == "*"


def described(**changes: object) -> HostedSite:
    """Return a site to make files for."""
    site = HostedSite(
        base_url="https://example.org",
        media_types={"/all.rss": "application/rss+xml"},
        open_types=frozenset({"application/rss+xml", "application/feed+json", "application/json"}),
        pages=[],
        redirects={},
        retired=[],
        suffixes=[".rss", "/", ""],
        cache_control="public",
    )
    return site._replace(**changes)


def test_headers_tell_types_of_one_suffix_apart() -> None:
    """A JSON feed is none of the other JSON files; no path meets two rules with the same field."""
    types = {
        "/all.json": "application/feed+json",
        "/topics/ai.json": "application/feed+json",
        "/topics/web.json": "application/feed+json",
        "/manifest.json": "application/json",
    }
    (file,) = hosts.headers(described(media_types=types))
    for path, media_type in types.items():
        given = fields(file.text, path).get("Content-Type", "application/json")
        assert given.partition(";")[0] == media_type, path
    assert len(rules(file.text)) == 4


def test_headers_stay_within_what_cloudflare_reads() -> None:
    """100 rules, however many topics; links are the first to go, because the feeds have them too."""
    types = {f"/topics/t{number}.rss": "application/rss+xml" for number in range(2000)}
    links = dict.fromkeys(types, '<https://hub.example/>; rel="hub"')
    (file,) = hosts.headers(described(media_types=types, links=links))
    assert len(rules(file.text)) == 2
    assert file.note == "without Link fields, because there would be more than 100 rules"
    few = dict(list(links.items())[:98])
    (file,) = hosts.headers(described(media_types=types, links=few))
    assert len(rules(file.text)) == 100
    assert fields(file.text, "/topics/t1.rss")["Link"] == '<https://hub.example/>; rel="hub"'
    assert max(map(len, file.text.splitlines())) < 2000
    assert file.note == ""


def test_nginx_is_told_of_no_place_twice() -> None:
    """It would not start; a JSON feed at the top is named by its type and by its links."""
    types = {"/all.json": "application/feed+json", "/manifest.json": "application/json"}
    links = {"/all.json": '<https://hub.example/?a=$b>; rel="hub"'}
    (file,) = hosts.nginx(described(media_types=types, links=links, redirects={"/feed": "/all.json"}))
    places = re.findall(r"^location (.*?) \{", file.text, re.M)
    assert sorted(places) == ['= "/all.json"', '= "/feed"', '= "/manifest.json"']
    assert 'add_header Link "<https://hub.example/?a=%24b>; rel=\\"hub\\"";' in file.text


def test_redirects_name_every_old_path(site: Project) -> None:
    """Percent-encoded, permanent, one a line."""
    site.configure(ALL_FILES.replace('"artificial-intelligence"', '"KI 東"'))
    site.build()
    lines = site.public("_redirects").read_text().splitlines()[1:]
    assert "/feed /all.rss 301" in lines
    assert "/topics/ki-%E6%9D%B1.rss /topics/ai.rss 301" in lines
    assert "/topics/ki-%E6%9D%B1/ /topics/ai/ 301" in lines
    assert all(re.fullmatch(r"/\S+ /\S+ 301", line) for line in lines)


def test_more_redirects_than_cloudflare_reads_are_no_secret() -> None:
    """The build says so."""
    many = {f"/{number}": "/all.rss" for number in range(2001)}
    (file,) = hosts.redirects(described(redirects=many))
    assert file.note == "has 2,001 rules, of which Cloudflare Pages reads the first 2,000"
    (file,) = hosts.redirects(described(redirects=dict(list(many.items())[1:])))
    assert file.note == ""


def test_a_note_of_the_export_is_said(site: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error, where warnings are."""
    monkeypatch.setattr(hosts, "MOST_REDIRECTS", 3)
    site.configure(ALL_FILES)
    said = site.invoke("build").stderr
    assert re.search(r"^note: public: _redirects has \d+ rules, of which Cloudflare Pages reads", said, re.M)


def test_a_site_below_a_path_is_described_from_the_top_of_its_host() -> None:
    """Hosts' rules begin there."""
    site = described(base_url="https://example.org/feeds", redirects={"/feed": "/all.rss"}, retired=["old"])
    assert [pattern for pattern, _ in rules(hosts.headers(site)[0].text)] == ["/feeds/*", "/feeds/*.rss"]
    assert "/feeds/feed /feeds/all.rss 301" in hosts.redirects(site)[0].text
    nginx = hosts.nginx(site)[0].text
    assert 'location = "/feeds/feed" { return 301 /feeds/all.rss; }' in nginx
    assert 'location = "/feeds/topics/old.rss" { return 410; }' in nginx


def test_sitemap_lists_pages_and_when_they_changed(site: Project) -> None:
    """Pages for people only, with absolute addresses."""
    site.configure(ALL_FILES)
    site.build()
    root = ElementTree.fromstring(site.public("sitemap.xml").read_bytes())
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert root.tag == f"{space}urlset"
    found = {url.findtext(f"{space}loc"): url.findtext(f"{space}lastmod") for url in root}
    assert found == {
        "https://feeds.example.org/": "2026-02-02T00:00:00Z",
        "https://feeds.example.org/topics/ai/": "2026-02-02T00:00:00Z",
        "https://feeds.example.org/topics/c-plus-plus-and-%E6%9D%B1%E4%BA%AC/": "2026-02-02T00:00:00Z",
    }
    assert site.public("robots.txt").read_text().endswith("Sitemap: https://feeds.example.org/sitemap.xml\n")


def test_sitemaps_that_would_be_too_long_are_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """And one lists them."""
    monkeypatch.setattr(hosts, "MOST_IN_SITEMAP", 2)
    pages = [Page(f"/{number}/", number) for number in range(5)]
    files = {file.path: ElementTree.fromstring(file.text) for file in hosts.sitemap(described(pages=pages))}
    assert list(files) == ["/sitemap-1.xml", "/sitemap-2.xml", "/sitemap-3.xml", "/sitemap.xml"]
    assert [len(root) for root in files.values()] == [2, 2, 1, 3]
    newest = [element[1].text for element in files["/sitemap.xml"]]
    assert newest == [datetime.fromtimestamp(n, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for n in (1, 3, 4)]


def test_robots_without_a_sitemap_name_none(site: Project) -> None:
    """No reader is sent to what is not there."""
    site.configure(export('files = ["robots.txt", ".nojekyll"]'))
    site.build()
    assert site.public("robots.txt").read_text() == "User-agent: *\nAllow: /\n"
    assert site.public(".nojekyll").read_bytes() == b""


def test_the_workflow_for_github_pages_asks_for_no_more_than_it_needs() -> None:
    """The example in docs/ is YAML, gives rights to the one job that deploys, and names what is there."""
    import yaml

    path = Path(__file__).parents[2] / "docs" / "deploy" / "github-pages.yml"
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"]) for step in steps if "uses" in step)
    (uploaded,) = (step for step in steps if "upload-pages-artifact" in step.get("uses", ""))
    assert uploaded["with"]["path"] == "public"
