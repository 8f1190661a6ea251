"""Turns an engine's values into those of `Result` without loss, and stops at the row and byte budget.

Adapters clip each cell inside the engine; what arrives here is already small.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.contracts import CutCell, JsonScalar, Limits, Result, ResultColumn
from portal.money import MAX_MINOR as MAX_SAFE_INTEGER

MIN_CELL_CHARS = 256
"""However many columns a result has, a cell may show this much before the byte budget drops rows."""
_STAMP = re.compile(r"(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d(?::\d\d){0,2})?")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value ready for JSON. `is_cut`: only its beginning; `size_bytes`: its full size where known."""

    value: JsonScalar
    is_cut: bool = False
    size_bytes: int | None = None
    is_invalid_text: bool = False


NULL = Cell(None)


def cell_cap(limits: Limits, columns: int) -> int:
    """Return how many bytes of one cell are worth fetching, so that a wide row stays near the budget."""
    fair_share = max(MIN_CELL_CHARS, 2 * limits.response_bytes // max(columns, 1))
    return min(limits.cell_bytes, limits.response_bytes, fair_share)


def integer_cell(value: int) -> Cell:
    """Keep an integer exactly: as a number where every JSON reader does, else as its digits."""
    return Cell(value if abs(value) <= MAX_SAFE_INTEGER else str(value))


def float_cell(value: float) -> Cell:
    """Keep a float; JSON has no NaN and no infinities, so these become words."""
    if math.isnan(value):
        return Cell("NaN")
    if math.isinf(value):
        return Cell("Infinity" if value > 0 else "-Infinity")
    return Cell(value)


def stamp_cell(text: str) -> Cell:
    """Write a timestamp as ISO 8601; infinities and years BC stay in the engine's words."""
    found = _STAMP.fullmatch(text)
    if not found:
        return Cell(text)
    day, time, zone = found.groups()
    return Cell(f"{day}T{time}{_zone(zone)}")


def time_cell(text: str) -> Cell:
    """Write a time with its zone as ISO 8601."""
    found = re.fullmatch(r"([\d:.]+)([+-][\d:]+)?", text)
    return Cell(f"{found[1]}{_zone(found[2])}") if found else Cell(text)


def _zone(zone: str | None) -> str:
    return "" if not zone else zone if ":" in zone else f"{zone}:00"


def text_cell(data: bytes, cap_bytes: int, *, size_bytes: int | None = None) -> Cell:
    """Show at most `cap_bytes` of a text, cut between characters; wrong UTF-8 bytes stay visible."""
    is_cut = len(data) > cap_bytes or (size_bytes is not None and size_bytes > len(data))
    shown = data[:cap_bytes]
    if len(data) > cap_bytes:
        shown = _whole_characters(shown)
    try:
        return Cell(shown.decode(), is_cut, size_bytes)
    except UnicodeDecodeError:
        return Cell(shown.decode(errors="backslashreplace"), is_cut, size_bytes, is_invalid_text=True)


def _whole_characters(data: bytes) -> bytes:
    """Drop a character that the cut split: at most three bytes at the end (RFC 3629 §3)."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte < 0x80:
            return data
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return data if length <= back else data[:-back]
    return data


def binary_cell(data: bytes, cap_bytes: int, *, size_bytes: int | None = None) -> Cell:
    """Show the first bytes as `0x` and hex digits, at most `cap_bytes` characters."""
    shown = data[: max(1, (cap_bytes - 2) // 2)]
    full = len(data) if size_bytes is None else size_bytes
    return Cell("0x" + shown.hex(), full > len(shown), full)


class Collector:
    """Takes rows until `Limits` are reached, and knows what it had to leave out."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rows: list[tuple[JsonScalar, ...]] = []
        self._cut_cells: list[CutCell] = []
        self._invalid_text: list[tuple[int, int]] = []
        self._size_bytes = 0
        self._rows_cut = False
        self._bytes_cut = False

    def add(self, cells: Sequence[Cell]) -> bool:
        """Take one row; return False when it no longer fits, after which no row should be offered."""
        if len(self._rows) >= self._limits.rows:
            self._rows_cut = True
            return False
        size = _json_size(cells)
        room = self._limits.response_bytes - self._size_bytes
        if size > room and not self._rows:
            cells = _shrink(cells, room)
            size = _json_size(cells)
        if size > room:
            self._rows_cut = self._bytes_cut = True
            return False
        self._take(cells, size)
        return True

    def _take(self, cells: Sequence[Cell], size: int) -> None:
        row = len(self._rows)
        for column, cell in enumerate(cells):
            if cell.is_cut:
                self._bytes_cut = True
                self._cut_cells.append(CutCell(row, column, cell.size_bytes))
            if cell.is_invalid_text:
                self._invalid_text.append((row, column))
        self._rows.append(tuple(cell.value for cell in cells))
        self._size_bytes += size

    def result(self, columns: Sequence[ResultColumn], duration_ms: int) -> Result:
        """Return what was taken, under the columns given."""
        text_integers = tuple(
            index
            for index, column in enumerate(columns)
            if column.kind == "integer" and any(isinstance(row[index], str) for row in self._rows)
        )
        return Result(
            columns=tuple(columns),
            rows=tuple(self._rows),
            rows_cut=self._rows_cut,
            bytes_cut=self._bytes_cut,
            cut_cells=tuple(self._cut_cells),
            text_integers=text_integers,
            invalid_text=tuple(self._invalid_text),
            size_bytes=self._size_bytes,
            duration_ms=duration_ms,
        )


def _json_size(cells: Sequence[Cell]) -> int:
    """Return the bytes the row takes as JSON, which is what the budget is about."""
    return len(json.dumps([cell.value for cell in cells], ensure_ascii=False).encode()) + 1


def _shrink(cells: Sequence[Cell], room: int) -> list[Cell]:
    """Cut every text of a first row that is too wide, so that something is shown rather than nothing.

    A control character takes six bytes in JSON, hence the divisor.
    """
    share = max(1, room // (len(cells) * 6) - 4)
    return [
        Cell(cell.value[:share], True, cell.size_bytes, cell.is_invalid_text)
        if isinstance(cell.value, str) and len(cell.value) > share
        else cell
        for cell in cells
    ]
