"""A summary being read: what was understood is blanked out, so that nothing is read twice and nothing is left."""

from __future__ import annotations

import re
import unicodedata

_STRONG = re.compile(r"(?<=[.!?])\s+(?=\S)|;\s*|,?\s+\b(?:while|whereas|but)\b\s+", re.IGNORECASE)
_DASHES = str.maketrans({"\u2212": "-", "\u2010": "-", "\u2011": "-", "\u202f": " ", "\u00a0": " ", "\u2009": " "})


class Text:
    """The summary in compatibility form (wide digits become digits), of the same length from then on."""

    def __init__(self, summary: str) -> None:
        self.whole = unicodedata.normalize("NFKC", summary).translate(_DASHES)
        self.left = self.whole

    def take(self, begin: int, finish: int) -> None:
        """Blank out what was understood; a placeholder keeps the words around it apart."""
        self.left = self.left[:begin] + "\x01" * (finish - begin) + self.left[finish:]

    def clause_at(self, place: int) -> str:
        """Return the sentence, or the part of one, that a place stands in."""
        begin = 0
        for mark in _STRONG.finditer(self.whole):
            if mark.start() >= place:
                return self.whole[begin : mark.start()]
            begin = mark.end()
        return self.whole[begin:]

    def starts_sentence(self, place: int) -> bool:
        """Whether a word at `place` is the first of its sentence."""
        before = self.whole[:place].rstrip(" \"'“‘(")
        return not before or before[-1] in ".!?:"
