"""What the rows hold, ready to be looked up: numbers, dates and words, each with the rows it stands in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from connectors.contracts import JsonScalar, Result

NUMBERS = ("integer", "decimal", "float")
WORD = re.compile(r"[^\W_]+(?:['’&.@+-][^\W_]+)*")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_NUMBER_IN_TEXT = re.compile(r"(?<![\w.,])[+-]?\d+(?:\.\d+)?(?![\w]|[.,]\d)")


@dataclass(slots=True)
class Cell:
    """One value: the row it stands in, its column's name, and what it is as number, day and text."""

    row: int
    column: str
    text: str
    number: Decimal | None = None
    day: date | None = None


@dataclass(slots=True)
class Facts:
    """The cells of a result, and the words that its values and its headings hold."""

    cells: list[Cell]
    rows: int
    words: dict[str, set[int]] = field(default_factory=dict)
    headings: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, result: Result) -> Facts:
        cells = [
            _cell(number, column.name, column.kind, value)
            for number, row in enumerate(result.rows)
            for column, value in zip(result.columns, row, strict=True)
            if value is not None
        ]
        found = cls(cells, len(result.rows))
        for column in result.columns:
            found.headings |= words_of(column.name)
        for cell in cells:
            if cell.number is None:
                found.texts.append(cell.text)
                for word in words_of(cell.text):
                    found.words.setdefault(word, set()).add(cell.row)
        return found

    def rows_named_in(self, clause: str) -> set[int]:
        """Return the rows whose own words stand in a clause: those it speaks of; words of all rows tell none."""
        named: set[int] = set()
        for word in words_of(clause):
            rows = self.words.get(word, set())
            if rows and len(rows) < self.rows and len(word) > 2:
                named |= rows
        return named


def words_of(text: str) -> set[str]:
    """Return the words of a text as they are compared: lower case, compatibility form, underscores apart."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return {part for word in WORD.findall(plain) for part in (word, *re.split(r"['’&.@+-]", word)) if part}


def _cell(row: int, column: str, kind: str, value: JsonScalar) -> Cell:
    if isinstance(value, bool):
        return Cell(row, column, "yes" if value else "no")
    text = str(value)
    cell = Cell(row, column, text)
    if kind in NUMBERS:
        try:
            number = Decimal(text)
            cell.number = number if number.is_finite() else None
        except InvalidOperation:
            pass
    elif ((match := _DATE.match(text)) and kind != "text") or (match := _DATE.fullmatch(text)):
        cell.day = _day(match)
    return cell


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def numbers_in(text: str) -> set[str]:
    """Return the numbers a text cell holds, as they are written: "Customer 7" holds 7."""
    return set(_NUMBER_IN_TEXT.findall(text))
