"""What `feeds explain` and `feeds list --images` say of pictures."""

from __future__ import annotations

import json

from project import CONFIG, Project

from feeds.index.rows import GONE, Learnt

SITE = "https://www.example.org"


def test_explain_says_which_picture_is_chosen_and_why_not_the_others(project: Project) -> None:
    """For each feed that shows others."""
    project.configure(
        f'{CONFIG}[images]\nmin_width = 300\nignore = ["*/icons/*"]\nfallback = "/default.png"\n'
        "[topics.news.images]\nmin_width = 5000\n"
    )
    images = [
        {"url": f"{SITE}/small.png", "width": 256},
        {"url": f"{SITE}/icons/a.png"},
        {"url": f"{SITE}/a.png", "width": 1200, "height": 630},
        {"url": f"{SITE}/b.png"},
        {"url": f"{SITE}/pixel.gif"},
    ]
    project.record("a", images=images)
    project.synced(lambda made: made.index.images.learn(f"{SITE}/b.png", Learnt(GONE)))
    said = project.run("explain", "records/a.md").stdout
    everything, news = said.split("\npictures in ")[1:]
    assert everything.splitlines() == [
        "all",
        f"  - {SITE}/small.png (256 x ?): it is 256 pixels wide, and min_width = 300",
        f'  - {SITE}/icons/a.png (? x ?): ignore has "*/icons/*"',
        f"  + {SITE}/a.png (1200 x 630): chosen",
        f"  - {SITE}/b.png (? x ?): it is gone",
        f"  - {SITE}/pixel.gif (? x ?): it is a tracker",
    ]
    assert f"  + {SITE}/default.png: stands in, because nothing else is shown" in news
    assert f"  - {SITE}/a.png (1200 x 630): it is 1200 pixels wide, and min_width = 5000" in news


def test_list_counts_the_pictures_of_each_feed(project: Project) -> None:
    """An article is counted once, by what becomes of its best picture."""
    project.configure(f'{CONFIG}[images]\nmin_width = 300\nignore = ["*/icons/*"]\nfallback = "/gone.png"\n')
    project.record("none")
    project.record("tracker", images=[f"{SITE}/favicon.ico"])
    project.record("small", images=[{"url": f"{SITE}/small.png", "width": 256}], topics=["Small"])
    project.record("large", images=[{"url": f"{SITE}/large.png", "width": 300}])
    project.record("unknown", images=[f"{SITE}/unknown.png"])
    project.record("gone", images=[f"{SITE}/b.png"])
    project.record("icon", images=[f"{SITE}/icons/a.png"])
    project.synced(lambda made: made.index.images.learn(f"{SITE}/b.png", Learnt(GONE)))
    counted = json.loads(project.run("list", "--images", "--format", "json").stdout)["feeds"]
    assert [one["feed"] for one in counted] == ["all", "topics/news", "topics/small"]
    expected = {"shown": 1, "unknown": 1, "none": 2, "too_small": 1, "gone": 1, "ignored": 1}
    assert counted[0] == {"feed": "all", "articles": 7, "stand_ins": 5} | expected
    assert counted[2]["too_small"] == counted[2]["articles"] == 1
    project.synced(lambda made: made.index.images.learn(f"{SITE}/gone.png", Learnt(GONE)))
    names, everything, *_ = project.run("list", "--images").stdout.splitlines()
    assert names.split()[:5] == ["articles", "shown", "unknown", "none", "too"]
    assert everything.split() == ["7", "1", "1", "2", "1", "1", "1", "0", "all"]
