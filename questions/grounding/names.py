"""Names in a summary: words with a capital, codes, addresses, quotations; each stands in the rows or their headings."""

from __future__ import annotations

import re
import unicodedata

from questions.grounding.facts import WORD, Facts, words_of
from questions.grounding.text import Text

OPENERS = frozenset(
    """a about according across after again all almost also although among an and another are around as at based
    because before below besides between both but by compared each either every finally for from further given half
    here however if in is it its just last lastly less many meanwhile more most much neither next no none nothing of
    on only or other others out over overall per quite roughly same several she since so some still such than that
    the their them then there these they this those though through thus to together two under until up very was we
    were what when where whereas which while who with within without you
    row rows result results answer value values data list table total totals number numbers amount amounts sum
    average highest lowest largest smallest top bottom""".split()
)
"""Words that a sentence may begin with, so that their capital makes no name of them."""
_ALWAYS = frozenset(("i", "q"))
_QUOTED = re.compile(r"[\"“«„]([^\"”»“]{1,200})[\"”»“]|(?<!\w)['‘]([^'’]{2,200})['’](?!\w)")
_ADDRESS = re.compile(r"\S*(?:@|://|www\.)\S*")


def unfounded(text: Text, facts: Facts) -> list[str]:
    """Return the names that stand in no row and no heading."""
    known = set(facts.words) | facts.headings
    held = [unicodedata.normalize("NFKC", each).casefold() for each in facts.texts]
    wrong = [match[0] for match in _ADDRESS.finditer(text.whole) if not _is_held(match[0].strip(".,;()"), held)]
    for match in _QUOTED.finditer(text.whole):
        quoted = match[1] or match[2]
        if not _is_held(quoted, held) and not words_of(quoted) <= known:
            wrong.append(quoted)
    for match in WORD.finditer(text.left.replace("\x01", " ")):
        if _is_name(match, text) and not _is_known(match[0], known, held):
            wrong.append(match[0])
    return wrong


def _is_held(words: str, held: list[str]) -> bool:
    return any(words.casefold() in each for each in held)


def _is_name(match: re.Match[str], text: Text) -> bool:
    """A capital anywhere, or a script without capitals; a sentence's first word only where it is no opener."""
    word = match[0]
    if any(unicodedata.category(char) in ("Lo", "Lm") for char in word):
        return True
    if not any(char.isupper() or char.istitle() for char in word):
        return False
    plain = word.casefold()
    is_plain_capital = word[1:] == word[1:].lower()
    return not (is_plain_capital and plain in OPENERS and text.starts_sentence(match.start()))


def _is_known(word: str, known: set[str], held: list[str]) -> bool:
    plain = unicodedata.normalize("NFKC", word).casefold()
    bare = re.sub(r"['’]s?$", "", plain)
    if plain in known or bare in known or words_of(bare) <= known:
        return True
    is_without_capitals = any(unicodedata.category(char) in ("Lo", "Lm") for char in word)
    return is_without_capitals and any(plain in each for each in held)
