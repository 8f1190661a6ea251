"""Read the values of a verified query's parameters out of a question, and say what was left unread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from connectors.adapters.providers.contracts import Parameter, SlotValue
from connectors.adapters.providers.dates import Found, Period, find_periods

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER = re.compile(
    rf"(?<![\w.,/-])(\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{1,15}}(?:\.\d{{1,6}})?)(?![\w/]|[.,-]\d)"
    rf"|\b({'|'.join(_WORDS)}|twenty|fifty|hundred)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\"([^\"\n]{1,200})\"|“([^”\n]{1,200})”|(?<!\w)'([^'\n]{1,200})'(?!\w)|`([^`\n]{1,200})`")
_BIG = {"twenty": 20, "fifty": 50, "hundred": 100}
_LIMIT_NAMES = frozenset(("n", "limit", "top", "count", "rows", "k", "max_rows"))
_LIMIT_BEFORE = re.compile(r"\b(?:top|first|bottom|best|worst|last|limit|biggest|largest)\s+$", re.IGNORECASE)
MAX_LIMIT = 1_000_000_000


class Unfilled(Exception):
    """A question that this query's parameters cannot be read from; the message says why."""


@dataclass(slots=True)
class Reading:
    """The values found, how they were understood, and the text without them."""

    values: dict[str, SlotValue] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)
    rest: str = ""


def read(text: str, parameters: Sequence[Parameter], today: date, fiscal_year_start_month: int = 1) -> Reading:
    """Return the values of all parameters; raise `Unfilled` when one is missing or two compete.

    A number, period or quotation that no parameter takes stays in `rest`, where the matcher sees it.
    """
    reading = Reading()
    calendar = (today, fiscal_year_start_month)
    _read_choices(text, [p for p in parameters if p.type == "choice"], reading)
    _read_dates(text, [p for p in parameters if p.type == "date"], calendar, reading)
    _read_texts(text, [p for p in parameters if p.type == "text"], reading)
    _read_numbers(text, [p for p in parameters if p.type in ("integer", "decimal")], reading)
    for parameter in parameters:
        if parameter.name not in reading.values:
            _use_default(parameter, calendar, reading)
    reading.rest = _without(text, reading.spans)
    return reading


def _free(reading: Reading, begin: int, finish: int) -> bool:
    return not any(begin < end and start < finish for start, end in reading.spans)


def _take(reading: Reading, name: str, value: SlotValue, shown: str, begin: int, finish: int) -> None:
    reading.values[name] = value
    reading.shown[name] = shown
    reading.spans.append((begin, finish))


def _read_choices(text: str, parameters: Sequence[Parameter], reading: Reading) -> None:
    for parameter in parameters:
        found: dict[str, tuple[str, int, int]] = {}
        for said in sorted(parameter.choices, key=len, reverse=True):
            for match in re.finditer(rf"(?<!\w){re.escape(said)}(?:'s|s)?(?!\w)", text, re.IGNORECASE):
                if _free(reading, *match.span()):
                    found.setdefault(parameter.choices[said], (match[0], *match.span()))
                    reading.spans.append(match.span())
        if len(found) > 1:
            raise Unfilled(f"`{parameter.name}` takes one value, the question names several")
        for value, (said, begin, finish) in found.items():
            _take(reading, parameter.name, value, f"{said} → {value}", begin, finish)


def _read_dates(text: str, parameters: Sequence[Parameter], calendar: tuple[date, int], reading: Reading) -> None:
    if not parameters:
        return
    found = [item for item in find_periods(text, *calendar) if _free(reading, item.begin, item.finish)]
    if len(found) > 1:
        raise Unfilled("the question names more than one period")
    for item in found:
        for parameter in parameters:
            value = _edge(item.period, parameter)
            _take(reading, parameter.name, value, _said(text, item, value), item.begin, item.finish)


def _edge(period: Period, parameter: Parameter) -> date:
    if parameter.edge == "start":
        return period.start
    return period.end if parameter.edge == "end" else period.end - timedelta(days=1)


def _said(text: str, item: Found, value: date) -> str:
    return f"{text[item.begin : item.finish]} → {value.isoformat()}"


def _read_texts(text: str, parameters: Sequence[Parameter], reading: Reading) -> None:
    """Quotations in order of appearance, else a known example; free words are never guessed at."""
    quoted = [m for m in _QUOTED.finditer(text) if _free(reading, *m.span())]
    waiting = list(parameters)
    if len(quoted) > len(waiting):
        return  # left in the rest: more is quoted than this query can take
    for match in quoted:
        value = next(group for group in match.groups() if group is not None).strip()
        _take(reading, waiting.pop(0).name, value, value, *match.span())
    for parameter in waiting:
        for example in sorted(parameter.examples, key=len, reverse=True):
            known = re.search(rf"(?<!\w){re.escape(example)}(?!\w)", text, re.IGNORECASE)
            if example and known and _free(reading, *known.span()):
                _take(reading, parameter.name, example, example, *known.span())
                break


def _read_numbers(text: str, parameters: Sequence[Parameter], reading: Reading) -> None:
    """A "top N" goes to the parameter that limits rows, the other numbers to the others in order.

    A number without a place stays in the rest. Some numbers for several parameters are not guessed at.
    """
    limit = next((p for p in parameters if p.name in _LIMIT_NAMES and p.type == "integer"), None)
    others = [p for p in parameters if p is not limit]
    several = len(others)
    for match in _NUMBER.finditer(text):
        if not _free(reading, *match.span()):
            continue
        says_limit = bool(_LIMIT_BEFORE.search(text[: match.start()]))
        if limit is not None and (says_limit or not several):
            parameter, limit = limit, None
        elif others and not says_limit:
            parameter = others.pop(0)
        else:
            continue
        value = _value(match[0], parameter)
        _take(reading, parameter.name, value, f"{match[0]} → {value}", *match.span())
    if 0 < len(others) < several:
        raise Unfilled("it is not clear which number is meant for which parameter")


def _value(text: str, parameter: Parameter) -> int | Decimal:
    word = text.lower()
    if word in _WORDS:
        number = Decimal(_WORDS.index(word) + 1)
    else:
        number = Decimal(_BIG[word]) if word in _BIG else Decimal(word.replace(",", ""))
    if parameter.type == "decimal":
        return number
    if number != number.to_integral_value() or number > MAX_LIMIT:
        raise Unfilled(f"`{parameter.name}` takes a whole number, not `{text}`")
    return int(number)


def _use_default(parameter: Parameter, calendar: tuple[date, int], reading: Reading) -> None:
    default = parameter.default
    if default is None:
        raise Unfilled(f"the question does not say `{parameter.name}`")
    if parameter.type == "date" and isinstance(default, str):
        found = find_periods(default, *calendar)
        if len(found) != 1:
            raise Unfilled(f"the default `{default}` of `{parameter.name}` is no period")
        default = _edge(found[0].period, parameter)
    if parameter.type == "choice" and isinstance(default, str):
        default = parameter.choices.get(default, default)
    reading.values[parameter.name] = default
    reading.shown[parameter.name] = f"not said → {default}"


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for begin, finish in sorted(set(spans), reverse=True):
        text = f"{text[:begin]} {text[finish:]}"
    return text
