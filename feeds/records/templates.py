"""What in front matter is a template of a site generator, which stands for an address and is none."""

from __future__ import annotations

import re

_CODE = re.compile(r"\{\{|\{%|<%|\$\{")
# Jekyll and Hugo, Astro, our own patterns, WordPress.
_NAMED = re.compile(
    r"(?:^|/):[a-z_]+|(?:^|/)\[[\w.]+\]|\{[\w.:-]+\}|%(?:postname|year|monthnum|day|post_id|category|author)%"
)


def is_template(value: str) -> bool:
    """Whether a text has something to be run: Liquid, Nunjucks, Hugo, EJS, a template literal."""
    return _CODE.search(value) is not None


def is_address_template(value: str) -> bool:
    """Whether a text is the pattern of an address, in which names stand for what each article has."""
    return is_template(value) or _NAMED.search(value) is not None
