"""Language tags as feeds can carry them."""

from __future__ import annotations

import re

# ISO 639-1, the two-letter codes that feed validators know (RSS 2.0 "language", xml:lang).
_CODES = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz
    ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik
    io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml
    mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd
    se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi
    vo wa wo xh yi yo za zh zu
    """.split()  # noqa: SIM905
)
_TAG = re.compile(r"([a-z]{2})((?:-[a-z0-9]{1,8})*)", re.I | re.A)


def normalise(tag: str) -> str:
    """Return a language tag (RFC 5646) in its usual spelling: ``de_AT`` is ``de-AT``.

    Raises ValueError where a feed cannot carry it: its first part has to be a two-letter ISO 639-1 code.
    """
    match = _TAG.fullmatch(tag.strip().replace("_", "-"))
    if not match or match[1].lower() not in _CODES:
        raise ValueError(f"{tag!r} is no language tag with a two-letter code, such as en or pt-BR")
    return "-".join([match[1].lower(), *map(_spelled, match[2].split("-")[1:])])


def _spelled(part: str) -> str:
    """Spell a later part of a tag: regions in capitals, scripts as a name (RFC 5646 section 2.1.1)."""
    return part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower()
