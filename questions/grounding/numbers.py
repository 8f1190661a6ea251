"""Numbers in a summary: digits, words, percents, scales, ordinals; rounded and formatted as people do.

A number is founded where a cell holds it: exactly, rounded to the digits that are written, or rounded further after a
word such as "about". In a clause that names a row, only that row's numbers count. Nothing computed is founded: no sum,
no difference, no share, no "twice".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from questions.grounding.facts import Cell, Facts, numbers_in
from questions.grounding.text import Text

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: Decimal(number) for number, word in enumerate(_ONES)} | {
    word: Decimal(10 * number) for number, word in enumerate(_TENS, 2)
}
_SCALES = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "mio": 6, "million": 6, "b": 9, "bn": 9, "billion": 9, "trillion": 12,
}  # fmt: skip
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth"),
)
_COMPUTED = re.compile(
    r"\b(?:half|halves|twice|thrice|doubled?|tripled?|triple|quadruple\w*|quarters?|thirds|two-thirds|dozens?|\w+fold"
    r"|couple|pair|hundreds|thousands|millions|billions|hundred|thousand|million|billion)\b",
    re.IGNORECASE,
)
_SPELLED = "|".join(sorted((*_ONES, *_TENS), key=len, reverse=True))
_SPELLED_NUMBER = re.compile(
    rf"\b(?!one another)(?P<words>(?:{_SPELLED}|hundred)(?:(?:[ -]| and )(?:{_SPELLED}|hundred))*)"
    rf"(?: (?P<scale>thousand|million|billion))?\b(?P<percent> percent| per cent)?",
    re.IGNORECASE,
)
_DIGITS = re.compile(
    r"(?P<money>[$€£¥])? ?(?<![\w.,])(?P<sign>[+-](?=\d|[$€£¥]))?(?P<money2>[$€£¥])?"
    r"(?P<figure>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:(?P<ordinal>st|nd|rd|th)\b|(?P<percent> ?%| percent\b| per cent\b)"
    r"|(?P<scale>[kmb]|mn|bn|mio| ?(?:thousand|million|billion|trillion))\b)?(?P<rest>[\w,.]*\w)?",
    re.IGNORECASE,
)
_ORDINAL = re.compile(rf"\b(?P<word>{'|'.join(_ORDINALS)})\b", re.IGNORECASE)
_HEDGE = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|circa|some|nearly|almost|over|under)|~|≈) ?[$€£¥]?$", re.I
)
_LEAST = re.compile(r"\b(?:more than|over|above|at least|exceeding|beyond) [$€£¥]?$", re.I)
_MOST = re.compile(r"\b(?:less than|fewer than|under|below|at most|up to|nearly|almost) [$€£¥]?$", re.I)
_NEGATIVE = re.compile(r"\b(?:minus|negative|fell|fallen|down|decrease\w*|declin\w*|dropp?\w*|loss|lost|lower)\b", re.I)
_ROWS = re.compile(r"^ (?:rows?|results?|entries|lines?|records?)\b", re.IGNORECASE)
_SHARE = re.compile(r"pct|percent|share|rate|ratio|%|margin|growth|change|portion|fraction", re.IGNORECASE)
_MONEY = {"$": ("usd", "dollar", "$"), "€": ("eur", "€"), "£": ("gbp", "pound", "£"), "¥": ("jpy", "yen", "cny", "¥")}
_CLOSE = Decimal("0.05")
"""No rounding may move a number by more than a twentieth."""


@dataclass(frozen=True, slots=True)
class Said:
    """A number as it was said: its value, half the unit of its last digit, and what stands around it."""

    value: Decimal
    half_unit: Decimal
    is_percent: bool
    at_least: bool
    at_most: bool
    may_be_negative: bool


def unfounded(text: Text, facts: Facts) -> list[str]:
    """Return the numbers that stand in no row; every number found is taken out of the text."""
    wrong = [match[0].strip() for match in _digits(text) if not _digits_stand(match, text, facts)]
    wrong += [match[0] for match in _spelled(text, _SPELLED_NUMBER) if not _words_stand(match, text, facts)]
    wrong += [match[0] for match in _spelled(text, _ORDINAL) if not _row_is_told(_place(match), match, text, facts)]
    wrong += [match[0] for match in _COMPUTED.finditer(text.left)]
    return wrong + [char for char in text.left if char.isnumeric()]


def _digits(text: Text) -> Iterator[re.Match[str]]:
    yield from _spelled(text, _DIGITS)


def _spelled(text: Text, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for match in list(pattern.finditer(text.left)):
        yield match
        text.take(*match.span())


def _digits_stand(match: re.Match[str], text: Text, facts: Facts) -> bool:
    token = match[0].strip()
    if match["rest"]:  # `SKU-7b`, `5kg`, `1.234,56`: as it is written, or not at all
        return any(re.search(rf"(?<![\w.,]){re.escape(token)}(?![\w])", held, re.IGNORECASE) for held in facts.texts)
    sign = match["money"] or match["money2"]
    if sign and not _money_is_held(sign, facts):
        return False
    figure = match["figure"].replace(",", "")
    value = Decimal(figure)
    if match["ordinal"]:
        return _row_is_told(int(value), match, text, facts)
    decimals = len(figure.partition(".")[2])
    power = _SCALES[match["scale"].strip().lower()] if match["scale"] else 0
    unit = Decimal(10) ** (power - decimals)
    value = value.scaleb(power) * (-1 if match["sign"] == "-" else 1)
    head = text.whole[: match.start("figure") - len(match["sign"] or "")]
    said = _said(value, unit, head, text, match, is_percent=bool(match["percent"]))
    return _number_stands(said, token, match, text, facts)


def _words_stand(match: re.Match[str], text: Text, facts: Facts) -> bool:
    value = _value_of(match["words"])
    if value is None:
        return False
    power = _SCALES[match["scale"].lower()] if match["scale"] else 0
    head = text.whole[: match.start()]
    said = _said(value.scaleb(power), Decimal(10) ** power, head, text, match, is_percent=bool(match["percent"]))
    return _number_stands(said, match[0], match, text, facts)


def _value_of(words: str) -> Decimal | None:
    """Return what "two hundred and five" says; None for what is no number, such as "five five"."""
    total, part = Decimal(0), None
    for word in re.split(r"[ -]+", words.lower()):
        if word == "and":
            continue
        if word == "hundred":
            total, part = (part if part is not None else Decimal(1)) * 100, None
            continue
        value = _WORDS[word]
        if part is not None and (part < 20 or part % 10 or value > 9):
            return None
        part = value if part is None else part + value
    return total + (part or Decimal(0))


def _said(value: Decimal, unit: Decimal, head: str, text: Text, match: re.Match[str], *, is_percent: bool) -> Said:
    if _HEDGE.search(head) and value == value.to_integral_value() and value:
        digits = str(abs(int(value)))
        zeros = len(digits) - len(digits.rstrip("0"))
        unit = max(unit, Decimal(10) ** min(zeros, max(0, len(digits) - 2)))
    before = text.clause_at(match.start())
    return Said(
        value, unit / 2, is_percent, bool(_LEAST.search(head)), bool(_MOST.search(head)), bool(_NEGATIVE.search(before))
    )


def _number_stands(said: Said, token: str, match: re.Match[str], text: Text, facts: Facts) -> bool:
    if said.value == facts.rows and not said.is_percent and _ROWS.match(text.whole[match.end() :]):
        return True
    named = facts.rows_named_in(text.clause_at(match.start()))
    cells = [cell for cell in facts.cells if not named or cell.row in named]
    if any(_holds(cell, said) for cell in cells):
        return True
    return not said.is_percent and any(token in numbers_in(cell.text) for cell in cells if cell.number is None)


def _holds(cell: Cell, said: Said) -> bool:
    """Whether a cell holds the number that was said, as far as it was said."""
    if cell.day is not None:
        return not said.is_percent and said.value == cell.day.year
    if cell.number is None:
        return False
    held = cell.number
    if said.is_percent:
        if abs(held) <= 1 and _is_near(said, held * 100):
            return True
        return bool(_SHARE.search(cell.column)) and _is_near(said, held)
    return _is_near(said, held) or (said.may_be_negative and held < 0 and _is_near(said, -held))


def _is_near(said: Said, held: Decimal) -> bool:
    if said.value == held:
        return True
    if (said.at_least and held < said.value) or (said.at_most and held > said.value):
        return False
    off = abs(said.value - held)
    return off <= said.half_unit and off <= abs(held) * _CLOSE


def _place(match: re.Match[str]) -> int:
    return _ORDINALS.index(match["word"].lower()) + 1


def _row_is_told(place: int, match: re.Match[str], text: Text, facts: Facts) -> bool:
    """An ordinal is a place in the rows whose words or numbers the clause tells, or a value of theirs."""
    clause = text.clause_at(match.start())
    named = facts.rows_named_in(clause)
    if any(cell.number == place for cell in facts.cells if not named or cell.row in named):
        return True
    if not 1 <= place <= facts.rows or named:
        return place - 1 in named
    mine = (cell for cell in facts.cells if cell.row == place - 1)
    return any(re.search(rf"(?<![\w.,]){re.escape(cell.text)}(?![\w]|[.,]\d)", clause) for cell in mine)


def _money_is_held(sign: str, facts: Facts) -> bool:
    """A currency's sign is a claim as well: the headings or the rows name the currency."""
    held = " ".join([*facts.headings, *facts.texts]).casefold()
    return any(word in held for word in _MONEY[sign])
