"""Words: how text is searched, the same for questions, for named feeds and in the index's table of words.

Case, diacritics, signs and the forms of letters make no difference. Where a script writes no spaces, every
character is a word, so that a phrase finds it wherever it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

Phrase = tuple[str, ...]
"""Words that follow each other."""
Phrases = tuple[Phrase, ...]
"""What a search asks for: all of these phrases, each once, in order."""

_ASCII_WORD = re.compile("[a-z0-9]+")
# Marks that a reader may leave out: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels. Those of
# other scripts are letters to their readers.
_DIACRITICS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
# Thai and Lao, Burmese, Khmer, kana, Han; and Hangul, which has spaces, but joins particles to words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„‟＂«»", '"'))


class _Characters(dict[int, str]):
    """What becomes of each character of a folded text, worked out when it first occurs."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        is_of_word = unicodedata.category(character)[0] in "LNM"
        if not is_of_word:
            self[code] = " "
        else:
            self[code] = f" {character} " if _UNSPACED.match(character) else character
        return self[code]


_CHARACTERS = _Characters()


def words(text: str) -> list[str]:
    """Return the words of a text, folded, in their order."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    # Twice, because compatibility forms may bring upper case letters, and folding those may bring marks.
    folded = _without_marks(_without_marks(text))
    return unicodedata.normalize("NFKC", folded).translate(_CHARACTERS).split()


def _without_marks(text: str) -> str:
    return _DIACRITICS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def phrases(search: str) -> Phrases:
    """Read what somebody searches for: single words, and phrases in quotation marks.

    Signs alone ask for nothing. The same search gives the same answer in whatever order, case or number its
    words come.
    """
    terms = (match[1] or match[2] or "" for match in _TERM.finditer(search.translate(_QUOTATION_MARKS)))
    return tuple(sorted({tuple(found) for found in map(words, terms) if found}))


def spelled(asked: Phrases) -> str:
    """Spell phrases as `phrases` reads them."""
    return " ".join(f'"{text}"' if " " in text else text for text in map(_joined, asked))


def _joined(phrase: Phrase) -> str:
    text = phrase[0]
    for word in phrase[1:]:
        text += word if _UNSPACED.match(word) and _UNSPACED.match(text[-1]) else f" {word}"
    return text


def occur(asked: Phrases, texts: Iterable[str]) -> bool:
    """Whether every phrase occurs in one of the texts."""
    folded = [_delimited(words(text)) for text in texts]
    return all(any(_delimited(phrase) in text for text in folded) for phrase in asked)


def _delimited(words_: Sequence[str]) -> str:
    return f" {' '.join(words_)} "
