"""How PostgreSQL's columns are clipped in the server and then read: every cell comes as bounded text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import pq, sql

from connectors.adapters.sources.values import (
    NULL,
    Cell,
    binary_cell,
    cell_cap,
    float_cell,
    integer_cell,
    stamp_cell,
    text_cell,
    time_cell,
)
from connectors.contracts import ColumnKind, Limits, ResultColumn, SourceFailed, SourceRefused

_BYTES_PER_CHAR = 4
_KINDS: dict[int, ColumnKind] = {
    16: "boolean", 17: "binary", 18: "text", 19: "text", 20: "integer", 21: "integer", 23: "integer",
    25: "text", 26: "integer", 114: "json", 700: "float", 701: "float", 1042: "text", 1043: "text",
    1082: "date", 1083: "time", 1114: "timestamp", 1184: "timestamp", 1186: "interval", 1266: "time",
    1700: "decimal", 2249: "record", 2950: "text", 3802: "json",
}  # fmt: skip
_TYPES = """
    WITH RECURSIVE base(oid, now, kind, category, next) AS (
        SELECT oid, oid, typtype, typcategory, typbasetype FROM pg_catalog.pg_type WHERE oid = ANY(%s)
        UNION ALL
        SELECT base.oid, t.oid, t.typtype, t.typcategory, t.typbasetype
        FROM base JOIN pg_catalog.pg_type t ON t.oid = base.next WHERE base.kind = 'd'
    )
    SELECT oid::int8, now::int8, kind::text, category::text FROM base WHERE kind <> 'd'
"""


@dataclass(frozen=True, slots=True)
class RowShape:
    """The columns of one statement: how to clip them in the server and how to read what comes."""

    columns: tuple[ResultColumn, ...]
    cap_bytes: int

    @property
    def row_bytes(self) -> int:
        """The most that one clipped row can weigh."""
        return len(self.columns) * self.cap_bytes * _BYTES_PER_CHAR

    def clipped(self, statement: str) -> sql.Composed:
        """Wrap the statement so that the server sends two texts a column: its beginning, and its full size.

        The statement has been parsed by the server on its own before, so it cannot break out of the
        brackets; the line breaks keep a comment at its end from swallowing them.
        """
        names = [sql.Identifier(f"c{index}") for index in range(len(self.columns))]
        cells = [
            part
            for name, column in zip(names, self.columns, strict=True)
            for part in _clip(name, column.kind, self.cap_bytes)
        ]
        return sql.SQL("SELECT {} FROM (\n{}\n) AS countersign({})").format(
            sql.SQL(", ").join(cells),
            sql.SQL(statement),
            sql.SQL(", ").join(names),
        )

    def cells(self, row: Sequence[bytes | None]) -> list[Cell]:
        """Turn one fetched row into cells."""
        pairs = zip(row[::2], row[1::2], self.columns, strict=True)
        return [self._cell(data, size, column.kind) for data, size, column in pairs]

    def _cell(self, data: bytes | None, size: bytes | None, kind: ColumnKind) -> Cell:
        if data is None:
            return NULL
        full = int(size) if size is not None else None
        if kind == "binary":
            return binary_cell(bytes.fromhex(data.decode()), self.cap_bytes, size_bytes=full)
        if kind == "text":
            return text_cell(data, self.cap_bytes, size_bytes=full)
        reader = _READERS.get(kind)
        return reader(data.decode()) if reader else text_cell(data, self.cap_bytes)


def _clip(name: sql.Identifier, kind: ColumnKind, cap: int) -> tuple[sql.Composable, sql.Composable]:
    """Return two expressions: the beginning of the cell as text, and its size where that costs nothing.

    A size is known without reading the value only for text and binary (it stands in the TOAST pointer).
    """
    none = sql.SQL("NULL::pg_catalog.text")
    text = sql.SQL("{}::pg_catalog.text").format(name)
    left = sql.SQL("pg_catalog.left({}, {})")
    if kind == "binary":
        beginning = sql.SQL("pg_catalog.substring({}::pg_catalog.bytea, 1, {})").format(name, cap)
        size = sql.SQL("pg_catalog.octet_length({}::pg_catalog.bytea)::pg_catalog.text").format(name)
        return sql.SQL("pg_catalog.encode({}, 'hex')").format(beginning), size
    if kind == "text":
        size = sql.SQL("pg_catalog.octet_length({})::pg_catalog.text").format(text)
        return left.format(text, cap + 1), size
    if kind in ("array", "record"):
        as_json = sql.SQL("pg_catalog.to_json({})::pg_catalog.text").format(name)
        return left.format(as_json, cap + 1), none
    if kind in _READERS:
        return text, none
    return left.format(text, cap + 1), none


_READERS: dict[ColumnKind, Callable[[str], Cell]] = {
    "integer": lambda text: integer_cell(int(text)),
    "float": lambda text: float_cell(float(text)),
    "boolean": lambda text: Cell(text == "true"),
    "timestamp": stamp_cell,
    "time": time_cell,
}


def read_shape(connection: psycopg.Connection, statement: str, limits: Limits) -> RowShape:
    """Have the server parse the statement alone, without running it, and say what its columns are.

    Raises `SourceRefused` for a statement without columns: it is no SELECT of anything. Two round trips and
    one or two queries of the type catalog.
    """
    described = _parse(connection, statement)
    count = described.nfields
    if count == 0:  # a write, or a SELECT of nothing
        raise SourceRefused("not_a_select", "the statement returns no columns; only a SELECT can be run here")
    oids = [described.ftype(index) for index in range(count)]
    kinds = _kinds(connection, oids)
    names = [(described.fname(index) or b"").decode(errors="backslashreplace") for index in range(count)]
    types = _type_names(connection, oids, [described.fmod(index) for index in range(count)])
    columns = tuple(ResultColumn(name, type_, kinds[oid]) for name, type_, oid in zip(names, types, oids, strict=True))
    return RowShape(columns, cell_cap(limits, count))


def _parse(connection: psycopg.Connection, statement: str) -> pq.abc.PGresult:
    """Send `Parse` and `Describe` for the unnamed statement: the extended protocol takes exactly one."""
    for result in (
        connection.pgconn.prepare(b"", _encoded(statement)),
        connection.pgconn.describe_prepared(b""),
    ):
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result, encoding="utf-8")
    return result


def _encoded(statement: str) -> bytes:
    """Return the statement's bytes; the protocol ends a statement at the first NUL, so none may be in it."""
    try:
        data = statement.encode()
    except UnicodeEncodeError:
        data = b"\0"
    if b"\0" in data:
        raise SourceFailed("syntax", "the statement holds a NUL or half a character; remove it")
    return data


def _type_names(connection: psycopg.Connection, oids: Sequence[int], modifiers: Sequence[int]) -> list[str]:
    """Return the types as the engine writes them, such as `numeric(12,2)`."""
    query = "SELECT pg_catalog.format_type(o::oid, m) FROM unnest(%s::int8[], %s::int4[]) AS t(o, m)"
    return [row[0] for row in connection.execute(query, (list(oids), list(modifiers))).fetchall()]


def _kinds(connection: psycopg.Connection, oids: Sequence[int]) -> dict[int, ColumnKind]:
    """Return our word for each type; domains count as the type below them."""
    kinds: dict[int, ColumnKind] = {oid: _KINDS.get(oid, "other") for oid in oids}
    unknown = [oid for oid in set(oids) if oid not in _KINDS]
    if unknown:
        for oid, base, kind, category in connection.execute(_TYPES, (unknown,)).fetchall():
            if base in _KINDS:
                kinds[oid] = _KINDS[base]
            elif category == "A":
                kinds[oid] = "array"
            elif kind == "c":
                kinds[oid] = "record"
            elif category in "SE":
                kinds[oid] = "text"
    return kinds
