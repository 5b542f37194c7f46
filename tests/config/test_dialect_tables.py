"""`[records] dialect`: one word for how the records of a site generator are read."""

from __future__ import annotations

import pytest

from feeds import config
from feeds.config import dialects
from feeds.errors import ConfigError
from feeds.records.fields import FIELD_NAMES

SITE = '[records]\nsite_url = "https://www.fells.net"\n'


@pytest.mark.parametrize("name", dialects.NAMES)
def test_every_dialect_makes_a_configuration(name: str) -> None:
    """Nothing in a table is refused, with a site and without."""
    given = config.parse(f'{SITE}dialect = "{name}"\n').records
    assert given.dialect == name
    assert given.paths == tuple(dialects.TABLES[name]["paths"])
    assert set(given.fields) <= set(FIELD_NAMES)
    assert config.parse(f'[records]\ndialect = "{name}"\n').records.permalink == ""


def test_the_table_names_every_dialect() -> None:
    """Each name has a table, and there is no other."""
    assert set(dialects.TABLES) == set(dialects.NAMES)


def test_explicit_keys_go_first() -> None:
    """What the configuration says itself counts, of fields name by name."""
    given = config.parse(
        f'{SITE}dialect = "hugo"\npaths = ["notes"]\npermalink = "/x/{{slug}}/"\nlowercase_slugs = false\n'
        '[records.fields]\nexcerpt = "lead"\n'
    ).records
    assert (given.paths, given.permalink, given.lowercase_slugs) == (("notes",), "/x/{slug}/", False)
    assert given.fields["excerpt"] == "lead"
    assert tuple(given.fields["topics"]) == dialects.TABLES["hugo"]["fields"]["topics"]
    assert given.exclude == dialects.TABLES["hugo"]["exclude"]


def test_an_unknown_dialect_is_an_error() -> None:
    """It names the line, and what there is."""
    with pytest.raises(ConfigError) as caught:
        config.parse('[records]\ndialect = "joomla"\n')
    assert ":2: records.dialect" in str(caught.value)
    assert "zola" in str(caught.value)
