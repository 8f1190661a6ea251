"""Read periods out of a question: "last quarter", "March 2026", "since 5 May", "last 30 days", "last fiscal year".

A period is half open: `end` is the first day after it. What is not understood is left alone, so that
the matcher sees an unread word and declines; nothing is guessed (`03/05/2026` may be two days).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_DAY = date(1900, 1, 1)
"""Where a period without a beginning ("before 2025") begins."""

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)\b"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b"
_COUNTS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_COUNT = rf"(?P<count>\d{{1,4}}|{'|'.join(_COUNTS)})"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, not including, `end`."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Found:
    """A period and where in the text it was read; `is_fiscal` where it hangs on the fiscal calendar."""

    period: Period
    begin: int
    finish: int
    is_fiscal: bool = False


def _month_start(day: date, months: int = 0) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _month(year: int, month: int) -> Period:
    start = date(year, month, 1)
    return Period(start, _month_start(start, 1))


def _units(today: date, unit: str, back: int, count: int) -> Period:
    """`count` whole calendar units that begin `back` units before the current one."""
    if unit == "day":
        start = today - timedelta(days=back)
        return Period(start, start + timedelta(days=count))
    if unit == "week":
        start = today - timedelta(days=today.weekday() + 7 * back)
        return Period(start, start + timedelta(days=7 * count))
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = {"month": today.month, "quarter": (today.month - 1) // 3 * 3 + 1, "year": 1}[unit]
    start = _month_start(date(today.year, first, 1), -back * size)
    return Period(start, _month_start(start, count * size))


def _number(text: str) -> int:
    return _COUNTS.index(text) + 1 if text in _COUNTS else int(text)


def _month_number(text: str) -> int:
    return next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(text.rstrip(".")[:3]))


def _latest_year(today: date, month: int) -> int:
    """The year of the latest such month that has begun."""
    return today.year if month <= today.month else today.year - 1


def _year_or_latest(today: date, m: re.Match[str], month: int) -> int:
    year = m.groupdict().get("year")
    return int(year) if year else _latest_year(today, month)


def _read_relative(today: date, m: re.Match[str]) -> Period:
    return _units(today, m["unit"], 0 if m["which"] in ("this", "current") else 1, 1)


def _read_span(today: date, m: re.Match[str]) -> Period:
    """The last N days end today; the last N weeks, months, quarters, years are whole and end before now."""
    count = _number(m["count"])
    return _units(today, m["unit"], count - 1 if m["unit"] == "day" else count, count)


def _read_day(today: date, m: re.Match[str]) -> Period:
    number = m.groupdict().get("number")
    month = int(number) if number else _month_number(m["month"])
    day = date(_year_or_latest(today, m, month), month, int(m["day"]))
    return Period(day, day + timedelta(days=1))


def _read_month(today: date, m: re.Match[str]) -> Period:
    month = _month_number(m["month"])
    return _month(_year_or_latest(today, m, month), month)


def _read_part(today: date, m: re.Match[str]) -> Period:
    """A quarter or a half of a year."""
    size = 3 if m["part"].startswith("q") or m["part"].endswith("quarter") else 6
    number = _ORDINALS.get(m["part"].split()[0]) or int(m["part"][1])
    month = size * (number - 1) + 1
    start = date(_year_or_latest(today, m, month), month, 1)
    return Period(start, _month_start(start, size))


def _read_year(today: date, m: re.Match[str]) -> Period:
    year = int(m["year"])
    return Period(date(year, 1, 1), date(year + 1, 1, 1))


def _read_to_date(today: date, m: re.Match[str]) -> Period:
    unit = {"y": "year", "q": "quarter", "m": "month"}[m["body"][0]]
    return Period(_units(today, unit, 0, 1).start, today + timedelta(days=1))


def _fiscal_start(today: date, starts: int) -> date:
    """Return the first day of the fiscal year that `today` is in."""
    return date(today.year if today.month >= starts else today.year - 1, starts, 1)


def _fiscal_units(today: date, starts: int, unit: str, back: int) -> Period:
    first, size = _fiscal_start(today, starts), 12
    if unit == "quarter":
        size = 3
        first = _month_start(first, ((today.year - first.year) * 12 + today.month - first.month) // 3 * 3)
    return Period(_month_start(first, -back * size), _month_start(first, (1 - back) * size))


def _read_fiscal_relative(today: date, m: re.Match[str], starts: int) -> Period:
    if m.groupdict().get("to_date"):
        return Period(_fiscal_start(today, starts), today + timedelta(days=1))
    return _fiscal_units(today, starts, m["unit"], 0 if m["which"] in ("this", "current") else 1)


def _read_fiscal_year(today: date, m: re.Match[str], starts: int) -> Period:
    """A fiscal year has the number of the calendar year it ends in; so have its quarters."""
    number = int(m["year"]) if len(m["year"]) == 4 else 2000 + int(m["year"])
    first = date(number if starts == 1 else number - 1, starts, 1)
    part = m.groupdict().get("quarter")
    if part:
        first = _month_start(first, 3 * (int(part) - 1))
    return Period(first, _month_start(first, 3 if part else 12))


_FISCAL = r"(?:fiscal|financial)"
_FISCAL_READERS = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (rf"\b(?:q(?P<quarter>[1-4])(?: of)? )?(?:fy|{_FISCAL} year|{_FISCAL}) ?'?(?P<year>(?:19|20)?\d\d)\b(?![-/\d])",
         _read_fiscal_year),
        (rf"\b(?P<to_date>{_FISCAL} year[ -]to[ -]date|fytd)\b", _read_fiscal_relative),
        (rf"\b(?:the )?(?P<which>this|last|previous|prior|current|past) {_FISCAL} (?P<unit>quarter|year)\b",
         _read_fiscal_relative),
    )
)  # fmt: skip
_BEFORE = r"\b(?:in|of|for|during|since|before|after|until|till|through|from|to|and|between|year|throughout)"
_UNIT = r"(?P<unit>day|week|month|quarter|year)"
_PART = r"(?P<part>q[1-4]|h[12]|(?:first|second|third|fourth|[1-4](?:st|nd|rd|th)) (?:quarter|half))"
_READERS = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (rf"\b(?P<year>(?:19|20)\d\d)-(?P<number>[01]\d)-{_DAY}", _read_day),
        (rf"\b(?:the )?{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?", _read_day),
        (rf"\b{_MONTH} {_DAY}(?:,? {_YEAR})?", _read_day),
        (r"\b(?P<body>year[ -]to[ -]date|month[ -]to[ -]date|quarter[ -]to[ -]date|[yqm]td)\b", _read_to_date),
        (rf"\b(?:the )?(?:last|past|previous|prior) {_COUNT} {_UNIT}s?\b", _read_span),
        (rf"\b(?:the )?(?P<which>this|last|previous|prior|current|past) {_UNIT}\b", _read_relative),
        (rf"\b(?:the )?{_PART}\b(?:,?(?: of| in)? {_YEAR})?", _read_part),
        (rf"\b{_MONTH},?(?: of)? {_YEAR}", _read_month),
        (rf"{_BEFORE} (?P<body>{_MONTH})", _read_month),
        (rf"{_BEFORE} (?P<body>{_YEAR})(?![-\d])", _read_year),
        (r"\btoday\b", lambda today, m: _units(today, "day", 0, 1)),
        (r"\byesterday\b", lambda today, m: _units(today, "day", 1, 1)),
    )
)
_BETWEEN = re.compile(r"\b(?:between|from) ?$")
_TO = re.compile(r" ?(?:and|to|until|till|through|thru|-|–) ?")
_SINCE = re.compile(r"\bsince ?$")
_AFTER = re.compile(r"\bafter ?$")
_BEFORE_EDGE = re.compile(r"\b(?:before|prior to) ?$")
_UNTIL = re.compile(r"\b(?:until|till|through|up to) ?$")


def find_periods(text: str, today: date, fiscal_year_start_month: int = 1) -> list[Found]:
    """Return the periods in order of appearance; ranges and open ends are one period, impossible days none."""
    lowered = text.lower() if len(text.lower()) == len(text) else text
    found: list[Found] = []
    for pattern, fiscal_reader in _FISCAL_READERS:
        for match in pattern.finditer(lowered):
            if any(match.start() < other.finish and other.begin < match.end() for other in found):
                continue
            period = fiscal_reader(today, match, fiscal_year_start_month)
            found.append(Found(period, *match.span(), is_fiscal=True))
    for pattern, reader in _READERS:
        for match in pattern.finditer(lowered):
            begin, finish = match.span("body") if "body" in pattern.groupindex else match.span()
            if any(begin < other.finish and other.begin < finish for other in found):
                continue
            try:
                found.append(Found(reader(today, match), begin, finish))
            except (ValueError, OverflowError):
                continue  # the 31st of February, or a year beyond the calendar
    return _join(lowered, sorted(found, key=lambda item: item.begin), today)


def _join(text: str, found: list[Found], today: date) -> list[Found]:
    """Make one period of "from A to B", and give "since A" and "before A" their open end."""
    joined: list[Found] = []
    while found:
        first = found.pop(0)
        opening = _BETWEEN.search(text[: first.begin])
        if found and _TO.fullmatch(text[first.finish : found[0].begin]):
            last = found[0]
            period = Period(first.period.start, last.period.end)
            says_and = " and " in text[first.finish : last.begin]
            if period.start < period.end and (opening or not says_and):
                begin = opening.start() if opening else first.begin
                joined.append(Found(period, begin, last.finish, first.is_fiscal or last.is_fiscal))
                found.pop(0)
                continue
        joined.append(_edge(text, first, today))
    return joined


def _edge(text: str, item: Found, today: date) -> Found:
    head, period, tomorrow = text[: item.begin], item.period, today + timedelta(days=1)
    for pattern, start, end in (
        (_SINCE, period.start, tomorrow),
        (_AFTER, period.end, tomorrow),
        (_BEFORE_EDGE, FIRST_DAY, period.start),
        (_UNTIL, FIRST_DAY, period.end),
    ):
        match = pattern.search(head)
        if match and start < end:
            return Found(Period(start, end), match.start(), item.finish, item.is_fiscal)
    return item
