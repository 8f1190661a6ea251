"""Which chart, if any, suits the rows of an answer (Q18): chosen by the shape of the data alone, never by a model.

| the rows hold | chart |
|---|---|
| a time (date, month, year) and measures | line, sorted by time; bars below three points |
| a time, one category of at most four values, one measure | one line for each value |
| names and a measure, shares of a whole too | bars from zero, lying down where names are long; never a pie |
| names and several measures of one scale | grouped bars |
| a time and two measures of different scale | two lines, the second on an axis of its own |
| two numbers alone, five rows or more | points |
| one row, repeated names, values that are cut, nothing to measure | none: the table says it better |

Where scales differ, those like the measure that the rows are sorted by (else the first) are drawn, the others are
left to the table; the sentence says which are drawn.
INVARIANT: the sentence about a cut answer says so and names no highest or lowest value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from questions.answer_text import show_as

LEAST_ROWS, LEAST_LINE, LEAST_POINTS = 2, 3, 5
MOST_SERIES = 4
ONE_SCALE = 12
"""Measures whose largest values differ by more than this factor are not drawn on one axis."""
LONG_NAME = 12
NUMBERS = ("integer", "decimal", "float")
NAMES = ("text", "boolean", "other")
_KEY = re.compile(r"(^|_)(id|no|nr|number|code|zip|postcode|phone|sku|key)$", re.IGNORECASE)
_YEAR = re.compile(r"(^|_)(year|yr)$", re.IGNORECASE)
_WHEN = re.compile(r"^\d{4}(-(0[1-9]|1[0-2])(-\d\d)?|-?Q[1-4]|-W\d\d)?([T ]00:00(:00(\.0+)?)?([+-]00(:?00)?|Z)?)?$")

Kind = Literal["line", "bar", "points"]
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Series:
    """One measure: the numbers that are drawn, and the same as the table writes them. None is a gap."""

    name: str
    values: tuple[float | None, ...]
    shown: tuple[str, ...]
    has_own_axis: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn. `labels` stand along the axis; `says` is the whole chart in a sentence, for who cannot see it."""

    kind: Kind
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str
    says: str = ""
    is_lying: bool = False
    is_part: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the chart as the page and the API carry it; it quotes rows, so it goes where rows may go."""
        return {
            "kind": self.kind,
            "axis": self.axis,
            "labels": list(self.labels),
            "series": [
                {"name": s.name, "values": list(s.values), "shown": list(s.shown), "own_axis": s.has_own_axis}
                for s in self.series
            ],
            "lying": self.is_lying,
            "part": self.is_part,
            "says": self.says,
        }


@dataclass(frozen=True, slots=True)
class _Column:
    place: int
    name: str
    kind: str
    cells: tuple[Any, ...]

    def shown(self, row: int) -> str:
        return show_as(self.cells[row], self.name, self.kind)

    @property
    def label(self) -> str:
        words = self.name.replace("_", " ").strip() or "value"
        return words[:60]

    @property
    def is_when(self) -> bool:
        """Whether every cell is a day, a month or a year (a text as engines write `to_char` and `strftime`)."""
        if self.kind in ("date", "timestamp"):
            return all(isinstance(cell, str) and cell[:4].isdigit() for cell in self.cells)
        if self.kind in NUMBERS:
            numbers = [_number(cell) for cell in self.cells]
            return bool(_YEAR.search(self.name)) and all(n is not None and 1000 <= n <= 9999 for n in numbers)
        return self.kind == "text" and all(isinstance(cell, str) and _WHEN.match(cell) for cell in self.cells)

    @property
    def is_measure(self) -> bool:
        if self.kind not in NUMBERS or _KEY.search(self.name) or _YEAR.search(self.name):
            return False
        return sum(_number(cell) is not None for cell in self.cells) >= LEAST_ROWS

    @property
    def is_naming(self) -> bool:
        """Whether its cells can stand below bars: texts, or keys that are numbers."""
        is_key = self.kind in ("integer", "decimal") and (_KEY.search(self.name) or _YEAR.search(self.name))
        return self.kind in NAMES or bool(is_key)

    @property
    def is_distinct(self) -> bool:
        return len(set(map(str, self.cells))) == len(self.cells)


def chart_for(
    columns: Sequence[dict[str, str]], rows: Sequence[Row], cut_cells: Sequence[Sequence[int]] = (), *, is_part: bool
) -> Chart | None:
    """Return the chart that suits these rows, or None where none does. `is_part`: there are more rows than these."""
    if len(rows) < LEAST_ROWS:
        return None
    cut = {place for _, place in cut_cells}
    found = [
        _Column(place, column["name"], column["kind"], tuple(row[place] for row in rows))
        for place, column in enumerate(columns)
        if place not in cut
    ]
    drawn = _over_time(found) or _by_name(found) or _points(found)
    if drawn is None:
        return None
    part = replace(drawn, is_part=is_part)
    return replace(part, says=_sentence(part))


# --- the shapes ---


def _over_time(columns: list[_Column]) -> Chart | None:
    when = next((column for column in columns if column.is_when), None)
    if when is None:
        return None
    measures = [column for column in columns if column.is_measure and column is not when]
    order = sorted(range(len(when.cells)), key=lambda row: str(when.cells[row]))
    if not measures:
        return None
    if not when.is_distinct:
        names = [column for column in columns if column.is_naming and column is not when]
        return _lines_by_name(when, names, measures)
    labels = tuple(_moment(when.cells[row], when) for row in order)
    return Chart(
        "line" if len(order) >= LEAST_LINE else "bar",
        labels,
        _on_axes(measures, order, may_have_second=len(order) >= LEAST_LINE),
        when.label,
    )


def _lines_by_name(when: _Column, names: list[_Column], measures: list[_Column]) -> Chart | None:
    """One line for each value of a category, where each moment has each value once at most."""
    if len(names) != 1 or len(measures) != 1:
        return None
    grid = _grid(when, names[0], measures[0])
    if grid is None or len(grid.labels) < LEAST_LINE:
        return None
    return replace(grid, kind="line", labels=tuple(_moment(label, when) for label in grid.labels))


def _by_name(columns: list[_Column]) -> Chart | None:
    names = [column for column in columns if column.is_naming]
    measures = [column for column in columns if column.is_measure]
    if not names or not measures:
        return None
    by_worth = sorted(names, key=lambda column: column.kind in NUMBERS)  # a name before a key
    naming = next((column for column in by_worth if column.is_distinct), None)
    if naming is None:
        if len(names) != 2 or len(measures) != 1:
            return None
        one, other = names
        grid = _grid(one, other, measures[0]) or _grid(other, one, measures[0])
        return _laid(grid) if grid else None
    order = list(range(len(naming.cells)))
    labels = tuple(naming.shown(row) for row in order)
    return _laid(Chart("bar", labels, _on_axes(measures, order, may_have_second=False), naming.label))


def _points(columns: list[_Column]) -> Chart | None:
    measures = [column for column in columns if column.is_measure]
    if len(columns) != 2 or len(measures) != 2 or len(measures[0].cells) < LEAST_POINTS:
        return None
    across, up = measures
    order = [row for row, cell in enumerate(across.cells) if _number(cell) is not None]
    if len({_number(across.cells[row]) for row in order}) < LEAST_POINTS:
        return None
    labels = tuple(str(_number(across.cells[row])) for row in order)
    return Chart("points", labels, (_series(up, order),), across.label)


def _grid(along: _Column, by: _Column, measure: _Column) -> Chart | None:
    """Spread one measure over two names: `along` the axis, a series for each value of `by`; None where it repeats."""
    values = list(dict.fromkeys(by.shown(row) for row in range(len(by.cells))))
    labels = list(dict.fromkeys(str(cell) for cell in along.cells))
    if not 2 <= len(values) <= MOST_SERIES:
        return None
    places = {(str(along.cells[row]), by.shown(row)): row for row in range(len(by.cells))}
    if len(places) < len(by.cells):
        return None
    labels = sorted(labels) if along.is_when else labels
    rows_of = {value: [places.get((label, value)) for label in labels] for value in values}
    series = tuple(
        Series(
            value,
            tuple(None if row is None else _number(measure.cells[row]) for row in rows),
            tuple("" if row is None else measure.shown(row) for row in rows),
        )
        for value, rows in rows_of.items()
    )
    return Chart("bar", tuple(labels), series, along.label)


def _laid(chart: Chart) -> Chart:
    """Lay bars down where their names would not fit below them."""
    longest = max(map(len, chart.labels))
    return replace(chart, is_lying=longest > LONG_NAME or (len(chart.labels) > 8 and longest > 4))


def _on_axes(measures: list[_Column], order: list[int], *, may_have_second: bool) -> tuple[Series, ...]:
    """Return the measures that share the leading one's scale, or two on an axis each where that can be read."""
    first = next((column for column in measures if _is_sorted(column)), measures[0])
    same = [column for column in measures if _is_one_scale(first, column)][:MOST_SERIES]
    if may_have_second and len(measures) == 2 and len(same) == 1:
        return _series(measures[0], order), replace(_series(measures[1], order), has_own_axis=True)
    return tuple(_series(column, order) for column in same)


def _is_sorted(column: _Column) -> bool:
    """Whether the rows are in the order of this measure: it is the one that was asked about."""
    numbers = [number for cell in column.cells if (number := _number(cell)) is not None]
    return len(set(numbers)) > 1 and numbers in (sorted(numbers), sorted(numbers, reverse=True))


def _is_one_scale(first: _Column, other: _Column) -> bool:
    sizes = [_largest(first), _largest(other)]
    return max(sizes) <= ONE_SCALE * min(sizes) or max(sizes) == 0


def _largest(column: _Column) -> float:
    return max((abs(number) for cell in column.cells if (number := _number(cell)) is not None), default=0.0)


# --- values and words ---


def _series(column: _Column, order: list[int]) -> Series:
    numbers = tuple(_number(column.cells[row]) for row in order)
    return Series(column.label, numbers, tuple(column.shown(row) for row in order))


def _number(cell: Any) -> float | None:
    """Return a cell as a number that can be drawn; None for nothing, NaN, infinity and what is no number."""
    if isinstance(cell, bool) or cell is None:
        return None
    try:
        number = float(cell)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < 1e300 else None


def _moment(cell: Any, when: _Column) -> str:
    """Return a moment as it stands below a line: a midnight is a day, the first of a month stays a day."""
    text = str(cell)
    if when.kind in ("date", "timestamp") and len(text) >= 10:
        try:
            date.fromisoformat(text[:10])
        except ValueError:
            return text
        return text[:10] if text[10:].strip("T :0+Z.-") == "" else text[:16].replace("T", " ")
    return text


_KINDS = {"line": "Line chart", "bar": "Bar chart", "points": "Scatter chart"}


def _sentence(chart: Chart) -> str:
    """Say in words what the picture shows."""
    names = [series.name for series in chart.series]
    what = ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]
    count = len(chart.labels)
    said = f"{_KINDS[chart.kind]} of {what} by {chart.axis}"
    if chart.is_part:
        return f"{said}, of the first {count} rows alone: there are more."
    if chart.kind == "line":
        return f"{said}, {count} points from {chart.labels[0]} to {chart.labels[-1]}{_ends(chart)}."
    noun = "points" if chart.kind == "points" else "names" if len(names) > 1 else "bars"
    return f"{said}, {count} {noun}{_ends(chart)}."


def _ends(chart: Chart) -> str:
    """Name the lowest and the highest value of a single measure, as the table writes them."""
    series = chart.series[0]
    drawn = [(value, place) for place, value in enumerate(series.values) if value is not None]
    if len(chart.series) > 1 or chart.kind == "points" or not drawn:
        return ""
    (low, first), (high, last) = min(drawn), max(drawn)
    if low == high:
        return f"; all are {series.shown[first]}"
    return (
        f"; lowest {series.shown[first]} ({chart.labels[first]}), highest {series.shown[last]} ({chart.labels[last]})"
    )
