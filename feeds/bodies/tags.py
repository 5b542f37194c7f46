"""What template tags, components and shortcodes look like in bodies."""

from __future__ import annotations

import re

from . import jsx

# No repetition below may give back what it took and be followed by another one that takes the same: what
# begins and never ends would be tried at every length.
RAW = re.compile(r"\{%-?\s*+(?P<end>end)?(?P<word>raw|verbatim)\s*+-?%\}")
HUGO_ESCAPED = re.compile(r"\{\{(?P<sign>[<%])/\*(?P<inner>(?:(?!\{\{[<%]/\*).)*?)\*/(?P<end>[>%])\}\}", re.S)
LONG_COMMENT = re.compile(r"\{%-?\s*+(?P<end>end)?(?P<word>comment)\b[^%]*+%\}")
COMMENT = re.compile(
    r"\{#[\s-](?:(?!\{#).)*?#\}"
    r"|\{\{/\*(?:(?!\{\{/\*).)*?\*/\}\}|\{\{!--(?:(?!\{\{!--).)*?--\}\}|\{/\*(?:(?!\{/\*).)*?\*/\}",
    re.S,
)
# Code that the generator would have coloured.
LIQUID_CODE = re.compile(
    r"\{%-?\s*+(?P<end>end)?(?P<word>highlight|code|prism|codeblock)\b(?P<given>[^%]*?)-?%\}"
)
HUGO_CODE = re.compile(
    r"\{\{[<%]\s*+(?P<end>/\s*+)?(?P<word>highlight|(?:[\w-]+-)?code(?:-\w+)*)(?![\w-])"
    r"(?P<given>(?:(?!\{\{).)*?)[>%]\}\}",
    re.S,
)
# What is repeated or defined needs the site; a text that gets a name may be shown later.
LOOP = re.compile(
    r"\{%-?\s*+(?P<end>end)?(?P<word>(?:for|macro|schema|capture)\b(?=[^%]*%\})|set\b(?=[^%=]*%\}))"
    r"(?P<given>[^%]*?)-?%\}"
)
TAG = re.compile(
    r"\{%-?\s*+(?P<liquid>/?[\w.-]*+)(?P<liquid_given>(?:(?!\{%|%\}).)*?)-?%\}"
    r"|\{\{(?P<sign>[<%])\s*+(?P<hugo>(?:/\s*+)?[\w./-]*+)(?P<hugo_given>(?:(?!\{\{|\}\}).)*?)(?P<hugo_end>[>%])\}\}"
    r"|\{\{-?(?P<output>(?:(?!\{\{|\}\}).)*?)-?\}\}",
    re.S,
)
JSX = re.compile(
    r"<(?P<close>/)?(?P<component>[A-Z][\w.]*)"
    rf"(?P<given>{jsx.GIVEN})\s*(?P<empty>/)?>"
)
MODULE = re.compile(
    r"^(?:import\s++(?:(?:(?!\n[ \t]*\n)[^'\"`;]){1,2000}?\sfrom\s+)?['\"][^'\"\n]+['\"]\s*?;?[ \t]*$"
    r"|export\s+(?:const|let|var|function|default|async)\b(?:(?!\n[ \t]*\n).)*$(?=\n[ \t]*\n|\n?\Z))",
    re.M | re.S,
)
EXPRESSION = re.compile(r"\{(?P<inner>(?:[^{}\n]|\{[^{}\n]*\})+)\}")
TEXT_EXPRESSION = re.compile(r"\s*(?:\"[^\"]*\"|'[^']*'|`[^`$]*`)\s*")
WORDPRESS = re.compile(
    r"\[(?P<word>caption|wp_caption)\b(?P<caption_given>[^\[\]]*+)\](?P<caption>.{0,5000}?)\[/(?P=word)\]"
    r"|\[embed\b[^\[\]]*+\](?P<embed>.{0,2000}?)\[/embed\]"
    # A link may have such a word as its text.
    r"|(?<!\])\[/?(?P<other>gallery|playlist|audio|video|contact-form|contact-form-7|ninja_form|vc_\w+|et_pb_\w+|fusion_\w+|"
    r"su_\w+|toc|recent_posts|products?)(?:\s[^\S\n]*+[\w-]++=[^\[\]]*+|\s*+/?)\](?![(\[:])",
    re.S,
)
WIKI = re.compile(
    r"(?P<shown>!)?\[\[(?P<target>[^\[\]|#\n]*)(?P<place>#[^\[\]|\n]*)?(?:\|(?P<text>[^\[\]\n]*))?\]\](?!\()"
)
ADDRESS = re.compile(
    r"(?:\]\(\s*<?|\b(?:href|src|srcset|poster)\s*=\s*[\"']?|^ {0,3}\[[^\]\n]+\]:\s*<?)[^\s\"'()<>]*\Z", re.M
)
