"""Little sites of each generator: recognised, and read without being run."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.errors import FeedsError
from feeds.sites.recognise import recognised

POST = "---\ntitle: A walk\ndate: 2024-05-31\n---\nText.\n"


def written(root: Path, files: dict[str, str]) -> Path:
    """Write a site's files, by path."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_jekyll(tmp_path: Path) -> None:
    """Address with base path, style of permalinks, defaults of folders, authors, jekyll-feed's ids."""
    found = recognised(
        written(
            tmp_path,
            {
                "_config.yml": "title: Fells\nurl: https://fells.net\nbaseurl: /blog\n"
                "timezone: Europe/Berlin\npermalink: pretty\nlang: de\nplugins: [jekyll-feed]\ndefaults:\n"
                "  - scope: {path: '', type: posts}\n    values: {layout: post, author: mara}\n"
                "  - scope: {path: _posts/en}\n    values: {lang: en}\n"
                "  - scope: {path: '', type: pages}\n    values: {author: nobody}\n",
                "_posts/2024-05-31-a.md": POST,
                "_posts/en/2024-05-31-b.md": POST,
                "_data/authors.yml": "mara: {name: Mara}\n",
                "_drafts/c.md": POST,
                "package.json": "{}",
            },
        )
    )
    assert (found.dialect, found.title, found.url) == ("jekyll", "Fells", "https://fells.net/blog")
    assert (found.language, found.timezone, found.paths) == ("de", "Europe/Berlin", ("_posts",))
    assert found.records["permalink"] == "/{category}/{year}/{month}/{day}/{slug}/"
    assert found.records["id"] == "https://fells.net/blog/{category}/{year}/{month}/{day}/{slug}"
    assert found.authors == ("_data/authors.yml",)
    assert found.defaults == {"": {"author": "mara"}, "_posts/en": {"lang": "en"}}
    assert any("_drafts" in note for note in found.notes)


def test_jekyll_with_a_part_that_is_not_ours(tmp_path: Path) -> None:
    """What no pattern of ours can say is told, and not guessed."""
    found = recognised(
        written(tmp_path, {"_config.yml": "permalink: /:y_day/:title\n", "_posts/2024-05-31-a.md": POST})
    )
    assert "permalink" not in found.records
    assert any(":y_day" in note for note in found.notes)


@pytest.mark.parametrize("name", ["hugo.toml", "config.toml", "config/_default/hugo.toml"])
def test_hugo(tmp_path: Path, name: str) -> None:
    """The section that has the articles, its permalink, and what the default language says."""
    found = recognised(
        written(
            tmp_path,
            {
                name: 'baseURL = "https://fells.net/"\ntitle = "All"\ntimeZone = "Europe/Berlin"\n'
                'defaultContentLanguage = "de"\n[permalinks]\nposts = "/:year/:month/:slug/"\n'
                '[languages.de]\ntitle = "Fells"\ncontentDir = "content/de"\n[languages.en]\nweight = 2\n',
                "content/de/posts/a.md": POST,
                "content/de/posts/b/index.md": POST,
                "content/de/about.md": "---\ntitle: About\n---\n",
            },
        )
    )
    assert (found.dialect, found.title, found.url) == ("hugo", "Fells", "https://fells.net/")
    assert (found.language, found.timezone) == ("de", "Europe/Berlin")
    assert found.paths == ("content/de/posts",)
    assert found.records["permalink"] == "/{year}/{month}/{slug}/"
    assert any("en" in note for note in found.notes)


def test_hugo_by_several_files(tmp_path: Path) -> None:
    """config/_default may have a file for each table, and for each language of one."""
    found = recognised(
        written(
            tmp_path,
            {
                "config/_default/hugo.yaml": "baseURL: https://fells.net/\nuglyURLs: true\n",
                "config/_default/languages.en.toml": 'title = "Fells"\nlocale = "en-GB"\n',
                "config/_default/permalinks.toml": 'blog = "/:slug/"\n',
                "content/blog/a.md": POST,
            },
        )
    )
    assert (found.title, found.language, found.paths) == ("Fells", "en-GB", ("content/blog",))
    assert found.records["permalink"] == "/{slug}.html"


def test_zola(tmp_path: Path) -> None:
    """config.toml with base_url, not baseURL; pages without a date are passed over."""
    found = recognised(
        written(
            tmp_path,
            {
                "config.toml": 'base_url = "https://fells.net"\ndefault_language = "fr"\n',
                "content/_index.md": '+++\ntitle = "Fells"\n+++\n',
                "content/a.md": '+++\ntitle = "A"\ndate = 2024-05-31\n+++\n',
                "content/about.md": '+++\ntitle = "About"\n+++\n',
            },
        )
    )
    assert (found.dialect, found.title, found.url, found.language) == (
        "zola",
        "Fells",
        "https://fells.net",
        "fr",
    )
    assert found.paths == ("content/**/*.md",)
    assert "about.md" in found.records["exclude"]


def test_pelican_is_parsed_and_never_run(tmp_path: Path) -> None:
    """Plain assignments count, publishconf.py's last; what would have to be run does nothing."""
    found = recognised(
        written(
            tmp_path,
            {
                "pelicanconf.py": "import pathlib\npathlib.Path('ran').write_text('x')\nSITENAME = 'Fells'\n"
                "SITEURL = ''\nTIMEZONE = 'Europe/Rome'\nDEFAULT_LANG = 'it'\nPATH = 'content'\n"
                "ARTICLE_URL = '{date:%Y}/{slug}/'\nAUTHOR = 'Mara'\nTHEME = str(1)\nraise SystemExit(3)\n",
                "publishconf.py": "from pelicanconf import *\nSITEURL = 'https://fells.net'\n",
                "content/a.md": "Title: A\nDate: 2024-05-31\n\nText\n",
                "content/b.rst": "B\n#\n",
            },
        )
    )
    assert (found.dialect, found.title, found.url) == ("pelican", "Fells", "https://fells.net")
    assert (found.timezone, found.language) == ("Europe/Rome", "it")
    assert found.records["permalink"] == "/{year}/{slug}/"
    assert found.records["id"] == "tag:fells.net,{year}-{month}-{day}:/{year}/{slug}/"
    assert found.defaults == {"": {"author": "Mara"}}
    assert any(".rst" in note for note in found.notes)
    assert not (tmp_path / "ran").exists()
    assert not Path("ran").exists()


def test_astro(tmp_path: Path) -> None:
    """The address that its configuration spells out, the folder that has the articles."""
    found = recognised(
        written(
            tmp_path,
            {
                "astro.config.mjs": "// site: 'https://wrong.net'\nexport default defineConfig({\n"
                "  site: 'https://fells.net', base: '/notes' })\n",
                "src/consts.ts": "export const SITE_TITLE = 'Fells';\n",
                "src/content/blog/a.md": POST,
                "src/content/blog/b.mdx": POST,
                "README.md": "# Read me\n",
            },
        )
    )
    assert (found.dialect, found.title, found.url) == ("astro", "Fells", "https://fells.net/notes")
    assert found.paths == ("src/content/blog",)
    assert found.records["permalink"] == "/blog/{folder}/{slug}/"


def test_eleventy(tmp_path: Path) -> None:
    """Data of the site and of the folder; the tag of a collection is none of its articles'."""
    found = recognised(
        written(
            tmp_path,
            {
                "eleventy.config.js": "export default function () { return { title: 'Wrong' } }\n",
                "_data/metadata.json": '{"title": "Fells", "url": "https://fells.net", "language": "en"}',
                "content/blog/blog.11tydata.json": '{"tags": ["posts"], "author": "Mara", '
                '"permalink": "/{{ page.date | date: \'%Y/%m/%d\' }}/{{ page.fileSlug }}/index.html"}',
                "content/blog/2024-05-31-a.md": POST.replace("title", "newstitle"),
                "content/blog/2024-06-01-b.md": POST.replace("title", "newstitle"),
                "content/blog/index.md": "---\ntitle: All\n---\n",
            },
        )
    )
    assert (found.dialect, found.title, found.url) == ("eleventy", "Fells", "https://fells.net")
    assert found.paths == ("content/blog",)
    assert found.records["permalink"] == "/{year}/{month}/{day}/{slug}/"
    assert found.records["fields"] == {"title": "newstitle"}
    assert "index.md" in found.records["exclude"]
    assert found.defaults == {"content/blog": {"author": "Mara"}}


def test_gatsby(tmp_path: Path) -> None:
    """siteMetadata, and addresses without the folder."""
    found = recognised(
        written(
            tmp_path,
            {
                "gatsby-config.js": 'module.exports = { siteMetadata: { title: "Fells", '
                'siteUrl: "https://fells.net" } }\n',
                "content/blog/a/index.md": POST,
                "content/blog/b/index.md": POST,
            },
        )
    )
    assert (found.dialect, found.title, found.url) == ("gatsby", "Fells", "https://fells.net")
    assert (found.paths, found.records["permalink"]) == (("content/blog",), "/{folder}/{slug}/")


@pytest.mark.parametrize(("setting", "end"), [("trailingSlash: true", "/"), ("", "")])
def test_next_and_the_like(tmp_path: Path, setting: str, end: str) -> None:
    """A folder of dated Markdown beside package.json; kinds of articles stay in the address."""
    found = recognised(
        written(
            tmp_path / "fells.net",
            {
                "package.json": '{"dependencies": {"next": "15"}}',
                "next.config.js": f"module.exports = {{ {setting} }}\n",
                "pages/en/blog/news/a.md": POST,
                "pages/en/blog/news/b.md": POST,
                "pages/fr/blog/news/a.md": POST,
                "pages/en/about.md": "---\ntitle: About\n---\n",
                **{f"pages/en/blog/news/{number}.md": POST for number in range(9)},
            },
        )
    )
    assert (found.dialect, found.url, found.language) == ("next", "https://fells.net", "en")
    assert found.paths == ("pages/en/blog",)
    assert found.records["permalink"] == f"/en/blog/{{folder}}/{{slug}}{end}"
    assert any("guessed" in note for note in found.notes)


def test_obsidian(tmp_path: Path) -> None:
    """A vault has no address, and notes without a date are told."""
    found = recognised(
        written(tmp_path, {".obsidian/app.json": "{}", "a.md": POST, "b.md": "---\ntags: [x]\n---\n"})
    )
    assert (found.dialect, found.url, found.paths) == ("obsidian", "", (".",))
    assert any("1 notes have no date" in note for note in found.notes)


def test_a_configuration_that_is_broken_is_told(tmp_path: Path) -> None:
    """The site is recognised all the same, and nothing is lost silently."""
    found = recognised(written(tmp_path, {"_config.yml": "a: [\n", "_posts/2024-05-31-a.md": POST}))
    assert found.dialect == "jekyll"
    assert any("_config.yml" in note for note in found.notes)


def test_nothing_known_says_what_was_looked_for(tmp_path: Path) -> None:
    """Each generator's files are named."""
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(FeedsError) as caught:
        recognised(tmp_path)
    for name in ("_config.yml", "hugo.toml", "pelicanconf.py", "astro.config", ".obsidian", "WordPress"):
        assert name in str(caught.value)
    with pytest.raises(FeedsError, match="neither a folder nor a file"):
        recognised(tmp_path / "nowhere")
