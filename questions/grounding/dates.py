"""Dates in a summary: a day, a month or a quarter with or without its year, a weekday, a time of day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from questions.grounding.facts import Cell, Facts
from questions.grounding.text import Text

_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?P<year>[12]\d{3})\b"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w-]){_YEAR}-(?P<number>\d\d)-{_DAY}(?![\w-])",
        rf"(?<![\w.,]){_DAY}(?: of)? {_MONTH},?(?: {_YEAR})?",
        rf"\b{_MONTH} {_DAY}\b(?!\.\d)(?:,? {_YEAR})?",
        rf"\b{_MONTH},?(?: of)? {_YEAR}",
        rf"(?<![\w-]){_YEAR}-(?P<number>[01]\d)(?![\w-])",
        rf"\bq(?P<quarter>[1-4])(?:,?(?: of)? {_YEAR})?",
        rf"\b(?P<weekday>{'|'.join(_DAYS)})s?\b",
        r"(?<![\w:.])(?P<time>[0-2]?\d:[0-5]\d(?::[0-5]\d)?)(?![\w:])",
    )
)
_LONE_MONTH = re.compile(rf"\b{_MONTH}", re.IGNORECASE)
"""With a capital only: "may" is also a verb."""


def unfounded(text: Text, facts: Facts) -> list[str]:
    """Return the dates that stand in no row; every date found is taken out of the text, founded or not."""
    wrong = []
    for match in _matches(text):
        if not _stands_in(match, facts):
            wrong.append(match[0])
        text.take(*match.span())
    return wrong


def _matches(text: Text) -> Iterator[re.Match[str]]:
    for pattern in _PATTERNS:
        while match := pattern.search(text.left):
            yield match
    for match in _LONE_MONTH.finditer(text.left):
        if match[0][0].isupper():
            yield match


def _stands_in(match: re.Match[str], facts: Facts) -> bool:
    """Whether one cell, or month and year side by side in one row, say the same."""
    said = match.groupdict()
    if said.get("time"):
        return any(said["time"] in cell.text for cell in facts.cells)
    if said.get("weekday"):
        wanted = _DAYS.index(said["weekday"].lower())
        return any(_is_weekday(cell, wanted) or said["weekday"].lower() in cell.text.lower() for cell in facts.cells)
    return any(_same(said, cell) for cell in facts.cells) or _side_by_side(said, facts) or _in_words(match[0], facts)


def _is_weekday(cell: Cell, wanted: int) -> bool:
    return cell.day is not None and cell.day.weekday() == wanted


def _same(said: dict[str, str | None], cell: Cell) -> bool:
    """Whether every part that was said is a part of this cell's date."""
    day = cell.day or _month_of(cell.text)
    if day is None:
        return False
    if said.get("day") and (cell.day is None or int(str(said["day"])) != day.day):
        return False
    if said.get("year") and int(str(said["year"])) != day.year:
        return False
    if said.get("quarter"):
        return int(str(said["quarter"])) == (day.month + 2) // 3 and cell.day is not None
    return _month_number(said) in (None, day.month)


def _month_of(text: str) -> date | None:
    """Return the first of the month that a text such as `2026-05` names."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)
    return date(int(found[1]), int(found[2]), 1) if found and int(found[1]) > 0 else None


def _month_number(said: dict[str, str | None]) -> int | None:
    if said.get("number"):
        return int(str(said["number"]))
    month = said.get("month")
    if not month:
        return None
    return next(number for number, name in enumerate(_NAMES, 1) if name.startswith(month.lower()[:3]))


def _side_by_side(said: dict[str, str | None], facts: Facts) -> bool:
    """Year, quarter and month may stand in columns of their own, whose headings say so."""
    given = {name: said.get(name) for name in ("year", "quarter", "day")} | {"month": _month_number(said)}
    parts = {name: int(value) for name, value in given.items() if value}
    for row in range(facts.rows):
        mine = [cell for cell in facts.cells if cell.row == row]
        if all(any(_is_part(cell, name, value) for cell in mine) for name, value in parts.items()):
            return True
    return False


def _is_part(cell: Cell, name: str, value: int) -> bool:
    if cell.number is not None:
        return name in cell.column.lower() and cell.number == value
    if name == "month":
        return cell.text.strip().lower() in (_NAMES[value - 1], _NAMES[value - 1][:3])
    return name == "quarter" and cell.text.strip().lower() == f"q{value}"


def _in_words(words: str, facts: Facts) -> bool:
    """Whether a text in the rows holds exactly these words."""
    wanted = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE)
    return any(wanted.search(text) for text in facts.texts)
