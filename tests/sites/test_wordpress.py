"""An export of WordPress's becomes records: text, dates, people and pictures as they were."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from feeds.errors import FeedsError
from feeds.records.reader import Settings, read
from feeds.sites.bodies import html_of, paragraphs
from feeds.sites.wordpress import Picture, records_of

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
    'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
    "<title>Fells</title><link>https://fells.net</link><description>Walks</description><language>de-DE</language>"
    "<wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>https://fells.net/blog</wp:base_blog_url>"
    "<wp:author><wp:author_login>mq</wp:author_login><wp:author_email>mq@fells.net</wp:author_email>"
    "<wp:author_display_name>Mara Quill</wp:author_display_name></wp:author>"
)


def item(number: int, more: str = "", kind: str = "post", status: str = "publish", body: str = "Text") -> str:
    """Return one item of an export."""
    return (
        f"<item><title>Walk {number}</title><link>https://fells.net/blog/walk-{number}/</link>"
        f"<dc:creator>mq</dc:creator><guid isPermaLink='false'>https://fells.net/blog/?p={number}</guid>"
        f"<content:encoded><![CDATA[{body}]]></content:encoded>"
        f"<excerpt:encoded><![CDATA[Short {number}]]></excerpt:encoded>"
        f"<wp:post_id>{number}</wp:post_id><wp:post_date>2024-05-31 10:00:00</wp:post_date>"
        "<wp:post_date_gmt>2024-05-31 08:00:00</wp:post_date_gmt>"
        "<wp:post_modified_gmt>2024-06-01 08:00:00</wp:post_modified_gmt>"
        f"<wp:post_name>walk-{number}</wp:post_name><wp:status>{status}</wp:status>"
        f"<wp:post_type>{kind}</wp:post_type>{more}</item>"
    )


def export(folder: Path, *items: str) -> Path:
    """Write an export."""
    file = folder / "export.xml"
    file.write_text(f"{_HEAD}{''.join(items)}</channel></rss>", encoding="utf-8")
    return file


def test_posts_become_records(tmp_path: Path) -> None:
    """Id, address, dates, author, topics and picture come over; pages and uncategorised do not."""
    more = (
        '<category domain="category" nicename="fog"><![CDATA[Fog]]></category>'
        '<category domain="post_tag" nicename="moss"><![CDATA[Moss & more]]></category>'
        '<category domain="category" nicename="uncategorized"><![CDATA[Uncategorized]]></category>'
        "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>9</wp:meta_value></wp:postmeta>"
    )
    picture = (
        "<wp:attachment_url>https://fells.net/fog.jpg</wp:attachment_url><wp:postmeta>"
        "<wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>Fog</wp:meta_value></wp:postmeta>"
    )
    file = export(
        tmp_path,
        item(1, more, body="One\n\nTwo"),
        item(2, status="draft"),
        item(9, picture, kind="attachment"),
        item(5, kind="page"),
    )
    site, notes = records_of(file, tmp_path / "new")
    assert (site.title, site.url, site.language) == ("Fells", "https://fells.net/blog", "de-DE")
    records = sorted((tmp_path / "new/records").iterdir())
    assert [record.name for record in records] == ["2024-05-31-walk-1.html", "2024-05-31-walk-2.html"]
    article = read(f"records/{records[0].name}", records[0].read_bytes(), 0, Settings()).article
    assert article
    assert (article.id, article.url) == ("https://fells.net/blog/?p=1", "https://fells.net/blog/walk-1/")
    assert article.published.isoformat() == "2024-05-31T08:00:00+00:00"
    assert article.updated.isoformat() == "2024-06-01T08:00:00+00:00"
    assert [author.name for author in article.authors] == ["Mara Quill"]
    assert list(article.topics) == ["Fog", "Moss & more"]
    assert [(image.url, image.alt) for image in article.images] == [("https://fells.net/fog.jpg", "Fog")]
    assert "<p>One</p>" in records[0].read_text()
    draft = read(f"records/{records[1].name}", records[1].read_bytes(), 0, Settings()).article
    assert draft
    assert not draft.is_published
    assert any("1 page" in note for note in notes)


def test_two_posts_of_one_name_stay_two(tmp_path: Path) -> None:
    """No record takes another's place."""
    file = export(tmp_path, item(1), item(1).replace("<wp:post_id>1<", "<wp:post_id>7<"))
    records_of(file, tmp_path / "new")
    assert len(list((tmp_path / "new/records").iterdir())) == 2


def test_records_that_are_there_are_left_alone(tmp_path: Path) -> None:
    """Nothing is written over."""
    (tmp_path / "new/records").mkdir(parents=True)
    (tmp_path / "new/records/mine.md").write_text("mine")
    with pytest.raises(FeedsError, match="not empty"):
        records_of(export(tmp_path, item(1)), tmp_path / "new")
    assert [file.name for file in (tmp_path / "new/records").iterdir()] == ["mine.md"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<rss><channel><title>x</title></channel></rss>", "wxr_version"),
        ("no XML at all", "is no"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><rss><channel/></rss>', "document type"),
    ],
)
def test_what_is_no_export_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    """With the reason, and without a folder of records."""
    file = tmp_path / "export.xml"
    file.write_text(text)
    with pytest.raises(FeedsError, match=reason):
        records_of(file, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("One\nline\n\nTwo", "<p>One<br>\nline</p>\n<p>Two</p>"),
        ("One\n<h2>Head</h2>\nTwo", "<p>One</p>\n<h2>Head</h2>\n<p>Two</p>"),
        ("<pre>a\n\nb</pre>", "<pre>a\n\nb</pre>"),
        ("<ul>\n<li>a</li>\n</ul>", "<ul>\n<li>a</li>\n</ul>"),
        ("<blockquote>a\n\nb</blockquote>", "<blockquote><p>a</p>\n<p>b</p></blockquote>"),
        ("<div>a</div>\n\nb", "<div>a</div>\n<p>b</p>"),
        ("<div>a\n\nb</div>", "<div><p>a</p>\n<p>b</p></div>"),
        ("<p>a</p>\n\n<p>b</p>", "<p>a</p>\n<p>b</p>"),
    ],
)
def test_paragraphs_at_empty_lines(text: str, made: str) -> None:
    """As WordPress shows text without blocks."""
    assert paragraphs(text) == made


def test_shortcodes_of_its_own() -> None:
    """Captions, galleries and embedded addresses stay; those of plugins are counted."""
    left: Counter[str] = Counter()
    pictures = {"4": Picture("https://fells.net/4.jpg", "", "Four")}
    made = html_of(
        '[caption id="a" width="9"]<img src="/a.jpg"> Fog[/caption]\n\n[gallery ids="4,5"]\n\n'
        "[embed]https://video.net/1[/embed]\n\n[contact-form-7 id=1] and [sic]",
        pictures,
        left,
    ).replace("\n", "")
    assert '<figure><img src="/a.jpg"><figcaption>Fog</figcaption></figure>' in made
    assert 'src="https://fells.net/4.jpg" alt="Four"' in made
    assert '<a href="https://video.net/1">' in made
    assert "contact-form" not in made
    assert "[sic]" in made
    assert left == {"contact-form-7": 1}


def test_text_with_blocks_has_its_paragraphs() -> None:
    """Only the marks of blocks go."""
    made = html_of("<!-- wp:paragraph -->\n<p>a</p>\n<!-- /wp:paragraph -->\n\n<p>b</p>", {}, Counter())
    assert made == "<p>a</p>\n\n\n<p>b</p>"
