"""What template tags, components and shortcodes look like in bodies."""

from __future__ import annotations

import re

from . import jsx

RAW = re.compile(
    r"\{%-?\s*(?P<word>raw|verbatim)\s*-?%\}(?P<inner>.{0,50000}?)\{%-?\s*end(?P=word)\s*-?%\}", re.S
)
HUGO_ESCAPED = re.compile(
    r"\{\{(?P<sign>[<%])/\*\s*(?P<inner>(?:(?!\{\{[<%]/\*).)*?)\s*\*/(?P<end>[>%])\}\}", re.S
)
COMMENT = re.compile(
    r"\{%-?\s*comment\b[^%]*%\}.{0,50000}?\{%-?\s*endcomment\s*-?%\}|\{#[\s-](?:(?!\{#).)*?#\}"
    r"|\{\{/\*(?:(?!\{\{/\*).)*?\*/\}\}|\{\{!--(?:(?!\{\{!--).)*?--\}\}|\{/\*(?:(?!\{/\*).)*?\*/\}",
    re.S,
)
BLOCKS = re.compile(
    # Code that the generator would have coloured.
    r"\{%-?\s*(?P<liquid>highlight|code|prism|codeblock)\b(?P<liquid_given>[^%]*?)-?%\}\n?(?P<liquid_code>.{0,50000}?)"
    r"\{%-?\s*end(?P=liquid)\s*-?%\}"
    r"|\{\{[<%]\s*(?P<hugo>highlight|(?:[\w-]+-)?code(?:-\w+)*)(?![\w-])(?P<hugo_given>(?:(?!\{\{).)*?)[>%]\}\}\n?(?P<hugo_code>.{0,50000}?)"
    r"\{\{[<%]\s*/\s*(?P=hugo)\s*[>%]\}\}"
    # What is repeated or defined needs the site; a text that gets a name may be shown later.
    r"|\{%-?\s*(?P<loop>(?:for|macro|schema|capture)\b(?=[^%]*%\})|set\b(?=[^%=]*%\}))(?P<loop_given>[^%]*?)-?%\}"
    r"(?P<held>(?:(?!\{%-?\s*(?P=loop)\b).){0,50000}?)\{%-?\s*end(?P=loop)\s*-?%\}",
    re.S,
)
TAG = re.compile(
    r"\{%-?\s*(?P<liquid>/?[\w.-]*)(?P<liquid_given>(?:(?!\{%|%\}).)*?)/?-?%\}"
    r"|\{\{(?P<sign>[<%])\s*(?P<hugo>/?\s*[\w./-]*)(?P<hugo_given>(?:(?!\{\{|\}\}).)*?)/?\s*(?P<hugo_end>[>%])\}\}"
    r"|\{\{-?(?P<output>(?:(?!\{\{|\}\}).)*?)-?\}\}",
    re.S,
)
JSX = re.compile(
    r"<(?P<close>/)?(?P<component>[A-Z][\w.]*)"
    rf"(?P<given>{jsx.GIVEN})\s*(?P<empty>/)?>"
)
MODULE = re.compile(
    r"^(?:import\s+(?:(?:(?!\n[ \t]*\n)[^'\"`;]){1,2000}?\sfrom\s+)?['\"][^'\"\n]+['\"]\s*?;?[ \t]*$"
    r"|export\s+(?:const|let|var|function|default|async)\b(?:(?!\n[ \t]*\n).)*$(?=\n[ \t]*\n|\n?\Z))",
    re.M | re.S,
)
EXPRESSION = re.compile(r"\{(?P<inner>(?:[^{}\n]|\{[^{}\n]*\})+)\}")
TEXT_EXPRESSION = re.compile(r"\s*(?:\"[^\"]*\"|'[^']*'|`[^`$]*`)\s*")
WORDPRESS = re.compile(
    r"\[(?P<word>caption|wp_caption)\b(?P<caption_given>[^\]]*)\](?P<caption>.{0,5000}?)\[/(?P=word)\]"
    r"|\[embed\b[^\]]*\](?P<embed>.{0,2000}?)\[/embed\]"
    # A link may have such a word as its text.
    r"|(?<!\])\[/?(?P<other>gallery|playlist|audio|video|contact-form|contact-form-7|ninja_form|vc_\w+|et_pb_\w+|fusion_\w+|"
    r"su_\w+|toc|recent_posts|products?)"
    r"(?:\s+[\w-]+=[^\]]*|\s*/?)\](?![(\[:])",
    re.S,
)
WIKI = re.compile(
    r"(?P<shown>!)?\[\[(?P<target>[^\[\]|#\n]*)(?P<place>#[^\[\]|\n]*)?(?:\|(?P<text>[^\[\]\n]*))?\]\](?!\()"
)
ADDRESS = re.compile(
    r"(?:\]\(\s*<?|\b(?:href|src|srcset|poster)\s*=\s*[\"']?|^ {0,3}\[[^\]\n]+\]:\s*<?)[^\s\"'()<>]*\Z", re.M
)
