"""How MySQL's columns are clipped in the server and then read: every cell comes as bounded bytes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pymysql.constants import FIELD_TYPE

from connectors.adapters.sources.mysql_wire import PACKET_BYTES, Field
from connectors.adapters.sources.values import (
    NULL,
    Cell,
    binary_cell,
    cell_cap,
    float_cell,
    integer_cell,
    text_cell,
)
from connectors.contracts import ColumnKind, Limits, ResultColumn

_BINARY_CHARSET = 63
_UNSIGNED, _ENUM, _SET = 32, 256, 2048
_NARROW_BYTES = 16 * 1024
_TYPES: dict[int, tuple[str, ColumnKind]] = {
    FIELD_TYPE.TINY: ("tinyint", "integer"),
    FIELD_TYPE.SHORT: ("smallint", "integer"),
    FIELD_TYPE.INT24: ("mediumint", "integer"),
    FIELD_TYPE.LONG: ("int", "integer"),
    FIELD_TYPE.LONGLONG: ("bigint", "integer"),
    FIELD_TYPE.YEAR: ("year", "integer"),
    FIELD_TYPE.BIT: ("bit", "integer"),
    FIELD_TYPE.DECIMAL: ("decimal", "decimal"),
    FIELD_TYPE.NEWDECIMAL: ("decimal", "decimal"),
    FIELD_TYPE.FLOAT: ("float", "float"),
    FIELD_TYPE.DOUBLE: ("double", "float"),
    FIELD_TYPE.DATE: ("date", "date"),
    FIELD_TYPE.NEWDATE: ("date", "date"),
    FIELD_TYPE.TIME: ("time", "time"),
    FIELD_TYPE.DATETIME: ("datetime", "timestamp"),
    FIELD_TYPE.TIMESTAMP: ("timestamp", "timestamp"),
    FIELD_TYPE.JSON: ("json", "json"),
    FIELD_TYPE.ENUM: ("enum", "text"),
    FIELD_TYPE.SET: ("set", "text"),
    FIELD_TYPE.NULL: ("null", "other"),
    FIELD_TYPE.GEOMETRY: ("geometry", "binary"),
}
_TEXTS = {
    FIELD_TYPE.VARCHAR: ("varchar", "varbinary"),
    FIELD_TYPE.VAR_STRING: ("varchar", "varbinary"),
    FIELD_TYPE.STRING: ("char", "binary"),
    FIELD_TYPE.TINY_BLOB: ("tinytext", "tinyblob"),
    FIELD_TYPE.BLOB: ("text", "blob"),
    FIELD_TYPE.MEDIUM_BLOB: ("mediumtext", "mediumblob"),
    FIELD_TYPE.LONG_BLOB: ("longtext", "longblob"),
}


@dataclass(frozen=True, slots=True)
class RowShape:
    """The columns of one statement: whether and how to clip them in the server, and how to read what comes."""

    fields: tuple[Field, ...]
    columns: tuple[ResultColumn, ...]
    cap_bytes: int

    @property
    def is_narrow(self) -> bool:
        """True when no row can be large, so that the statement runs as it stands."""
        widths = [_width(field, column.kind) for field, column in zip(self.fields, self.columns, strict=True)]
        return all(width <= _NARROW_BYTES for width in widths) and sum(widths) < PACKET_BYTES

    def clipped(self, statement: str, rows: int) -> str:
        """Wrap the statement so that the server sends two values a column: its beginning, and its full size.

        The line breaks keep a comment at its end from swallowing the bracket.
        """
        names = [f"c{index}" for index in range(len(self.columns))]
        cells = [_clip(name, *pair, self.cap_bytes) for name, pair in zip(names, self._pairs(), strict=True)]
        return (
            f"WITH countersign({', '.join(names)}) AS (\n{statement}\n) "  # noqa: S608 - the server parsed it alone
            f"SELECT {', '.join(cells)} FROM countersign LIMIT {rows}"
        )

    def _pairs(self) -> list[tuple[Field, ColumnKind]]:
        return [(field, column.kind) for field, column in zip(self.fields, self.columns, strict=True)]

    def narrow_cells(self, row: Sequence[bytes | None]) -> list[Cell]:
        """Turn one row of the statement itself into cells."""
        return [self._cell(data, None, *pair) for data, pair in zip(row, self._pairs(), strict=True)]

    def clipped_cells(self, row: Sequence[bytes | None]) -> list[Cell]:
        """Turn one row of the wrapped statement into cells."""
        triples = zip(row[::2], row[1::2], self._pairs(), strict=True)
        return [self._cell(data, int(size) if size else None, *pair) for data, size, pair in triples]

    def _cell(self, data: bytes | None, size: int | None, field: Field, kind: ColumnKind) -> Cell:
        if data is None:
            return NULL
        if kind == "binary":
            return binary_cell(data, self.cap_bytes, size_bytes=size)
        if field.code == FIELD_TYPE.BIT:
            return integer_cell(int.from_bytes(data, "big"))
        if field.code == FIELD_TYPE.FLOAT:
            return float_cell(_shortest(float(data)))
        if field.code == FIELD_TYPE.TIMESTAMP and data[:4] != b"0000":
            return Cell(data.decode().replace(" ", "T") + "+00:00")  # the session's zone is UTC
        reader = _READERS.get(kind)
        return reader(data.decode()) if reader else text_cell(data, self.cap_bytes, size_bytes=size)


_READERS: dict[ColumnKind, Callable[[str], Cell]] = {
    "integer": lambda text: integer_cell(int(text)),
    "float": lambda text: float_cell(float(text)),
    "decimal": Cell,
    "date": Cell,
    "time": Cell,
    "timestamp": lambda text: Cell(text.replace(" ", "T")),
}


def shape_of(fields: Sequence[Field], limits: Limits) -> RowShape:
    """Return how to read the columns that the server described."""
    columns = tuple(ResultColumn(field.name, *_type(field)) for field in fields)
    return RowShape(tuple(fields), columns, cell_cap(limits, len(columns)))


def _type(field: Field) -> tuple[str, ColumnKind]:
    """Return the engine's word for a column's type, and ours."""
    if field.code in _TEXTS:
        text, binary = _TEXTS[field.code]
        if field.flags & (_ENUM | _SET):
            return ("enum" if field.flags & _ENUM else "set"), "text"
        return (binary, "binary") if field.charset == _BINARY_CHARSET else (text, "text")
    name, kind = _TYPES.get(field.code, ("other", "binary" if field.charset == _BINARY_CHARSET else "text"))
    if kind == "decimal":
        digits = field.length - (not field.flags & _UNSIGNED) - (field.scale > 0)
        return f"decimal({digits},{field.scale})", kind
    is_unsigned = kind == "integer" and field.flags & _UNSIGNED and name not in ("year", "bit")
    return (f"{name} unsigned" if is_unsigned else name), kind


def _width(field: Field, kind: ColumnKind) -> int:
    """Return how many bytes a cell may take; a single float comes rounded unless it is wrapped."""
    if field.code == FIELD_TYPE.FLOAT:
        return PACKET_BYTES
    return field.length if kind in ("text", "binary", "json", "other") else 100


def _clip(name: str, field: Field, kind: ColumnKind, cap: int) -> str:
    """Return two expressions: the beginning of the cell, and its full size as UTF-8 or as bytes."""
    if field.code == FIELD_TYPE.FLOAT:
        return f"{name} + 0e0, NULL"
    if kind == "binary":
        whole = f"CAST({name} AS BINARY)" if field.code == FIELD_TYPE.GEOMETRY else name
        return f"LEFT({whole}, {cap}), LENGTH({whole})"
    if kind == "json":
        return f"LEFT(CAST({name} AS CHAR), {cap + 1}), LENGTH(CAST({name} AS CHAR))"
    if kind == "text":
        return f"LEFT({name}, {cap + 1}), LENGTH(CONVERT({name} USING utf8mb4))"
    return f"{name}, NULL"


def _shortest(value: float) -> float:
    """Return the shortest number that is the same single-precision float."""
    packed = struct.pack("<f", value)
    for digits in range(6, 9):
        candidate = float(f"{value:.{digits}g}")
        if struct.pack("<f", candidate) == packed:
            return candidate
    return float(f"{value:.9g}")
