"""What the child of a DuckDB source does with the engine: open the file locked down, run, describe, explain.

Runs in a process of its own (`duckdb_child`). Three locks, each enough by itself: the file is opened read-only,
the engine may touch no other file, network or extension and its settings are locked, and its own parser must say
that the statement is one SELECT.
"""

from __future__ import annotations

import json
import secrets
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb

from connectors.adapters.sources.values import (
    NULL,
    Cell,
    Collector,
    binary_cell,
    cell_cap,
    float_cell,
    integer_cell,
    stamp_cell,
    text_cell,
    time_cell,
)
from connectors.contracts import (
    Column,
    ColumnKind,
    ForeignKey,
    Limits,
    Plan,
    Result,
    ResultColumn,
    Schema,
    SourceError,
    SourceFailed,
    SourceMisconfigured,
    SourceRefused,
    Table,
)
from connectors.numerals import about

MEMORY_LIMIT = "1GB"
MANY_ROWS = 10_000
_MAGIC = b"DUCK"
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "access_mode": "READ_ONLY",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
    "max_expression_depth": "250",
    "memory_limit": MEMORY_LIMIT,
    "python_enable_replacements": "false",
    "temp_directory": "",
    "threads": "2",
}
_WHOLE = frozenset(
    "TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT BIGNUM VARINT".split()
)
_KINDS: dict[str, ColumnKind] = {
    "BOOLEAN": "boolean",
    "FLOAT": "float",
    "DOUBLE": "float",
    "VARCHAR": "text",
    "UUID": "text",
    "JSON": "json",
    "BLOB": "binary",
    "DATE": "date",
    "INTERVAL": "interval",
}
_TABLES = """
    SELECT schema_name, table_name, coalesce(comment, ''), false FROM duckdb_tables() WHERE NOT internal
    UNION ALL
    SELECT schema_name, view_name, coalesce(comment, ''), true FROM duckdb_views() WHERE NOT internal
    ORDER BY 1, 2
"""
_COLUMNS = """
    SELECT schema_name, table_name, column_name, data_type, is_nullable, coalesce(comment, '')
    FROM duckdb_columns() WHERE NOT internal ORDER BY schema_name, table_name, column_index LIMIT 100000
"""
_CONSTRAINTS = """
    SELECT schema_name, table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names
    FROM duckdb_constraints() WHERE constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')
    ORDER BY schema_name, table_name, constraint_index
"""


def open_file(file: Path) -> duckdb.DuckDBPyConnection:
    """Open the file with everything switched off that reading does not need, and lock the settings."""
    with file.open("rb") as opened:
        if opened.read(12)[8:] != _MAGIC:
            raise SourceMisconfigured("not_duckdb", "path: the file is not a DuckDB database")
    connection = duckdb.connect(str(file), read_only=True, config=_CONFIG)
    for statement in ("SET TimeZone = 'UTC'", "SET explain_output = 'all'", "SET lock_configuration = true"):
        connection.execute(statement)
    return connection


def run(connection: duckdb.DuckDBPyConnection, statement: str, limits: Limits) -> Result:
    """Run one SELECT, each cell clipped by the engine, and return at most `limits`."""
    started = time.monotonic()
    columns = _columns(connection, statement)
    cap = cell_cap(limits, len(columns))
    collector = Collector(limits)
    cursor = connection.execute(_clipped(statement, columns, cap, limits.rows + 1))
    while (row := cursor.fetchone()) is not None:
        triples = zip(row[::2], row[1::2], columns, strict=True)
        if not collector.add([_cell(value, size, column.kind, cap) for value, size, column in triples]):
            break
    return collector.result(columns, round((time.monotonic() - started) * 1000))


def _columns(connection: duckdb.DuckDBPyConnection, statement: str) -> list[ResultColumn]:
    """Have the engine parse the statement, which must be one SELECT, and name its columns; nothing runs."""
    parsed = connection.extract_statements(statement)
    if len(parsed) != 1:
        raise SourceRefused("several_statements", "only one statement can be run at a time")
    if parsed[0].type != duckdb.StatementType.SELECT:
        raise SourceRefused("write_refused", "the statement is no SELECT; only reading is possible here")
    described = connection.execute(f"DESCRIBE {statement}").fetchall()
    return [ResultColumn(row[0], row[1], kind_of(row[1])) for row in described]


def kind_of(type_: str) -> ColumnKind:
    """Return our word for a type of the engine."""
    if type_.endswith("]"):
        return "array"
    base = type_.partition("(")[0].strip().upper()
    if base in _WHOLE:
        return "integer"
    if base in ("STRUCT", "MAP", "UNION"):
        return "record"
    if base == "DECIMAL":
        return "decimal"
    if base.startswith("TIMESTAMP"):
        return "timestamp"
    if base.startswith("TIME"):
        return "time"
    return "text" if base == "ENUM" else _KINDS.get(base, "other")


def _clipped(statement: str, columns: list[ResultColumn], cap: int, rows: int) -> str:
    """Wrap the statement so that each cell comes as the text of its beginning and its full size."""
    answer = f"answer_{secrets.token_hex(8)}"
    names = [f"c{index}" for index in range(len(columns))]
    cells = ", ".join(_clip(name, column.kind, cap) for name, column in zip(names, columns, strict=True))
    return (
        f"WITH {answer}({', '.join(names)}) AS (\n{statement}\n) "  # noqa: S608 - the engine parsed it alone
        f"SELECT {cells} FROM {answer} LIMIT {rows}"
    )


def _clip(name: str, kind: ColumnKind, cap: int) -> str:
    text = f"CAST({name} AS VARCHAR)"
    if kind == "binary":
        return f"({name})[1:{cap}], octet_length({name})"
    if kind in ("text", "json"):
        return f"left({text}, {cap + 1}), strlen({text})"
    if kind in ("array", "record"):
        text = f"CAST(to_json({name}) AS VARCHAR)"
        return f"left({text}, {cap + 1}), strlen({text})"
    return f"{text if kind in _READERS else f'left({text}, {cap + 1})'}, NULL"


def _cell(value: str | bytes | None, size: int | None, kind: ColumnKind, cap: int) -> Cell:
    if value is None:
        return NULL
    if isinstance(value, bytes):
        return binary_cell(value, cap, size_bytes=size)
    reader = _READERS.get(kind)
    return reader(value) if reader else text_cell(value.encode(), cap, size_bytes=size)


_READERS: dict[ColumnKind, Any] = {
    "integer": lambda text: integer_cell(int(text)),
    "float": lambda text: float_cell(float(text)),
    "boolean": lambda text: Cell(text == "true"),
    "decimal": Cell,
    "date": Cell,
    "timestamp": stamp_cell,
    "time": time_cell,
}


def describe(connection: duckdb.DuckDBPyConnection) -> Schema:
    """Return tables and views with their columns, keys and comments: three queries, no values."""
    primary: dict[tuple[str, str], set[str]] = defaultdict(set)
    foreign: dict[tuple[str, str], list[ForeignKey]] = defaultdict(list)
    for schema, table, kind, names, target, targets in connection.execute(_CONSTRAINTS).fetchall():
        if kind == "PRIMARY KEY":
            primary[schema, table].update(names)
        else:
            foreign[schema, table].append(ForeignKey(tuple(names), schema, target, tuple(targets)))
    columns: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for schema, table, name, type_, nullable, comment in connection.execute(_COLUMNS).fetchall():
        is_key = name in primary[schema, table]
        columns[schema, table].append(Column(name, type_, nullable and not is_key, is_key, comment[:1000]))
    tables = tuple(
        Table(
            schema,
            name,
            tuple(columns[schema, name]),
            comment[:1000],
            tuple(foreign[schema, name]),
            "view" if is_view else "table",
            _reads(connection, schema, name) if is_view else (),
        )
        for schema, name, comment, is_view in connection.execute(_TABLES).fetchall()
    )
    return Schema(tables, dialect="duckdb", default_schema="main")


def _reads(connection: duckdb.DuckDBPyConnection, schema: str, view: str) -> tuple[tuple[str, str], ...]:
    """Return what a view stands on, by the engine's own plan; nothing where the view no longer fits its tables."""
    name = ".".join('"' + part.replace('"', '""') + '"' for part in (schema, view))
    try:
        return tuple(sorted(explain(connection, f"SELECT * FROM {name}").relations))  # noqa: S608 - a quoted name
    except (duckdb.Error, SourceError):
        return ()


# --- the plan -------------------------------------------------------------------------------------


def explain(connection: duckdb.DuckDBPyConnection, statement: str) -> Plan:
    """Return what the planner says of one SELECT; nothing is run.

    Relations are those of the plan as it was bound: the optimizer answers some from statistics and drops them.
    """
    _columns(connection, statement)
    told = dict(connection.execute(f"EXPLAIN (FORMAT json) {statement}").fetchall())
    try:
        bound = [node for root in json.loads(told["logical_plan"]) for node in _walk(root)]
        nodes = [node for root in json.loads(told["physical_plan"]) for node in _walk(root)]
    except (ValueError, LookupError, TypeError):
        raise SourceFailed("no_plan", "the engine gives no plan that can be read for this statement") from None
    rows = [(node, _estimate(node)) for node in nodes]
    most = max((count for _, count in rows), default=0)
    cartesian = [tuple(_scanned(child)[:1] for child in node["children"]) for node in nodes if _is_cross(node)]
    pairs = tuple((one[0][1], two[0][1]) for one, two in cartesian if one and two)
    costly = [f"`{one}` and `{two}` are joined without a condition" for one, two in pairs]
    scans = sorted(
        ((count, _relation(node)) for node, count in rows if _relation(node) and count >= MANY_ROWS), reverse=True
    )
    costly += [f"about {about(count)} rows of `{relation[1]}` are read" for count, relation in scans if relation]
    return Plan(
        relations=frozenset(relation for node in bound if (relation := _relation(node))),
        estimated_rows=most,
        costly=tuple(costly),
        cartesian=pairs,
    )


def _walk(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(below for child in node["children"] for below in _walk(child))]


def _scanned(node: dict[str, Any]) -> list[tuple[str, str]]:
    return [relation for each in _walk(node) if (relation := _relation(each))]


def _is_cross(node: dict[str, Any]) -> bool:
    return node.get("name") == "CROSS_PRODUCT" and len(node["children"]) == 2


def _estimate(node: dict[str, Any]) -> int:
    """Return a step's rows; of a product the engine says nothing, so its sides are multiplied."""
    told = str((node.get("extra_info") or {}).get("Estimated Cardinality", "")).lstrip("~")
    if told.isdigit():
        return int(told)
    if _is_cross(node):
        one, two = (_estimate(child) for child in node["children"])
        return max(1, one) * max(1, two)
    return max((_estimate(child) for child in node["children"]), default=0)


def _relation(node: dict[str, Any]) -> tuple[str, str] | None:
    """Return the schema and name of a scan's table: the last two parts of its full name."""
    told = (node.get("extra_info") or {}).get("Table")
    if not isinstance(told, str) or not told:
        return None
    parts = _parts(told)
    return (parts[-2], parts[-1]) if len(parts) > 1 else ("main", parts[0])


def _parts(name: str) -> list[str]:
    """Split a full name at its dots, save those between double quotes."""
    found, is_quoted = [""], False
    for char in name:
        if char == '"':
            is_quoted = not is_quoted
        elif char == "." and not is_quoted:
            found.append("")
        else:
            found[-1] += char
    return found
