"""A SQLite source: a file below the operator's folder, opened read-only, one statement at a time.

Three locks, each enough by itself: the file is opened `mode=ro`, the session has `query_only`, and the
engine's own authorizer admits reading known tables with known functions and nothing else. A value above
`CELL_LIMIT` never enters the worker: the engine refuses it, and a process of its own with a memory limit
takes over to show its beginning (`sqlite_child`).
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from connectors.adapters.discretion import discreet
from connectors.adapters.sources import sqlite_child
from connectors.adapters.sources.files import find_file, findings
from connectors.adapters.sources.sqlite_errors import classify, is_too_big
from connectors.adapters.sources.sqlite_plan import read_plan
from connectors.adapters.sources.sqlite_rules import TABLE_FUNCTIONS, Authorizer
from connectors.adapters.sources.stopped import cancelled
from connectors.adapters.sources.values import (
    NULL,
    Cell,
    Collector,
    binary_cell,
    cell_cap,
    float_cell,
    integer_cell,
    text_cell,
)
from connectors.contracts import (
    Column,
    ColumnKind,
    ForeignKey,
    Limits,
    Plan,
    ProbeReport,
    Result,
    ResultColumn,
    Schema,
    SourceMisconfigured,
    SourceRefused,
    Table,
)

CELL_LIMIT = 4 * 1024 * 1024
"""The largest value the engine may make in the worker's own memory."""

CATALOG_TIMEOUT_S = 20.0
_OPCODES_BETWEEN_LOOKS = 2000
_ERRORS = (sqlite3.Error, sqlite3.Warning, UnicodeEncodeError)
_HEADER = b"SQLite format 3\x00"
_KINDS: dict[str, ColumnKind] = {
    "integer": "integer",
    "real": "float",
    "text": "text",
    "blob": "binary",
}

_NAMES = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND substr(name, 1, 7) <> 'sqlite_'"
_COLUMNS = """
    SELECT s.type, s.name, c.name, c.type, c."notnull", c.pk
    FROM sqlite_schema s, pragma_table_xinfo(s.name) c
    WHERE s.type IN ('table', 'view') AND substr(s.name, 1, 7) <> 'sqlite_' AND c.hidden <> 1
    ORDER BY s.name, c.cid
"""
_FOREIGN_KEYS = """
    SELECT s.name, f.id, f."table", f."from", f."to"
    FROM sqlite_schema s, pragma_foreign_key_list(s.name) f
    WHERE s.type = 'table' ORDER BY s.name, f.id, f.seq
"""


class SQLiteSource:
    """One session with a SQLite file, opened when first needed. `path` is relative to `folder`."""

    dialect = "sqlite"

    def __init__(self, path: str, *, folder: str, cell_limit: int = CELL_LIMIT) -> None:
        self._path, self._folder, self._cell_limit = path, folder, cell_limit
        self._file = discreet(find_file)(path, folder)
        self._cancelled = threading.Event()
        self._deadline = 0.0
        self._connection: sqlite3.Connection | None = None

    def __repr__(self) -> str:
        return f"SQLiteSource({self._path!r})"

    def __enter__(self) -> SQLiteSource:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the adapter ---

    @discreet
    def run(self, statement: str, limits: Limits) -> Result:
        """Run one SELECT and return at most `limits`; a value too big for the worker is read by a child."""
        try:
            return self.run_here(statement, limits)
        except _ERRORS as error:
            if not is_too_big(error):
                raise self._told(error, statement, limits.timeout_s) from None
        if self._cell_limit > CELL_LIMIT:  # we are the child
            raise SourceRefused("cell_too_big", "a value is too big even to be cut; leave its column out")
        return sqlite_child.run(self._path, self._folder, statement, limits, self._cancelled)

    def run_here(self, statement: str, limits: Limits) -> Result:
        """Run the statement in this process; raises `sqlite3.Error` as it comes."""
        started = time.monotonic()
        with self._session(limits.timeout_s) as connection:
            names = _column_names(connection, statement)
            cap = cell_cap(limits, len(names))
            collector, classes = Collector(limits), [set[str]() for _ in names]
            rows = connection.execute(_clipped(statement, len(names), cap))
            for row in rows:
                triples = list(zip(row[::3], row[1::3], row[2::3], strict=True))
                for seen, (storage, _, _) in zip(classes, triples, strict=True):
                    seen.add(storage.decode())
                if not collector.add([_cell(*triple, cap) for triple in triples]):
                    break
            rows.close()
        columns = [_result_column(name, seen) for name, seen in zip(names, classes, strict=True)]
        return collector.result(columns, round((time.monotonic() - started) * 1000))

    @discreet
    def explain(self, statement: str, timeout_s: float = 10.0) -> Plan:
        """Have the engine compile one statement, never run it: its authorizer names what would be read.

        SQLite estimates no rows; what it would read from end to end for every row of another table is named.
        """
        try:
            with self._session(timeout_s) as connection:
                _refuse_nul(statement)
                authorizer = self._watch_reads(connection)
                steps = connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
                return read_plan(authorizer.read, [(parent, _text(detail)) for _, parent, _, detail in steps])
        except _ERRORS as error:
            raise self._told(error, statement, timeout_s) from None

    @discreet
    def describe(self) -> Schema:
        """Return tables and views with their columns and keys: two queries, no values."""
        try:
            with self._session(CATALOG_TIMEOUT_S) as connection:
                connection.set_authorizer(None)  # two constant statements of ours over the catalog
                try:
                    schema = _describe(connection)
                finally:
                    connection.set_authorizer(_authorizer(connection))
                return replace(schema, tables=tuple(self._with_reads(connection, table) for table in schema.tables))
        except _ERRORS as error:
            raise self._told(error, "", CATALOG_TIMEOUT_S) from None

    @discreet
    def probe(self) -> ProbeReport:
        """Return what about the file should be safer. The file is opened, so a damaged one is found."""
        started = time.monotonic()
        self.describe()
        return ProbeReport(
            engine="SQLite",
            version=sqlite3.sqlite_version,
            findings=tuple(findings(self._file)),
            is_local=True,
            duration_ms=round((time.monotonic() - started) * 1000),
        )

    def cancel(self) -> None:
        """Stop what runs and refuse what follows; from any thread. The engine looks within milliseconds."""
        self._cancelled.set()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    # --- inside ---

    def _watch_reads(self, connection: sqlite3.Connection) -> Authorizer:
        """Ask anew who may be read, by an authorizer that remembers what the next statement asks for."""
        connection.set_authorizer(None)
        authorizer = _authorizer(connection)
        connection.set_authorizer(authorizer)
        return authorizer

    def _with_reads(self, connection: sqlite3.Connection, table: Table) -> Table:
        """Return a view with what stands below it, by having the engine compile it; a broken one reads nothing."""
        if table.kind != "view":
            return table
        authorizer = self._watch_reads(connection)
        quoted = '"' + table.name.replace('"', '""') + '"'
        with contextlib.suppress(sqlite3.Error):
            connection.execute(f"EXPLAIN SELECT * FROM {quoted}").close()  # noqa: S608 - a name of the catalog
        return replace(table, reads=tuple(("", name) for name in sorted(authorizer.read - {table.name})))

    def _told(self, error: Exception, statement: str, timeout_s: float) -> Exception:
        return classify(error, sql=statement, is_cancelled=self._cancelled.is_set(), timeout_s=timeout_s)

    @contextlib.contextmanager
    def _session(self, timeout_s: float) -> Iterator[sqlite3.Connection]:
        if self._cancelled.is_set():
            raise cancelled()
        self._deadline = time.monotonic() + timeout_s
        if self._connection is None:
            self._connection = self._open()
        yield self._connection

    def _open(self) -> sqlite3.Connection:
        """Open the file read-only with everything switched off that reading does not need."""
        file = discreet(find_file)(self._path, self._folder)  # again: a link may have changed since
        with file.open("rb") as opened:
            if opened.read(len(_HEADER)) != _HEADER:
                raise SourceMisconfigured("not_sqlite", "path: the file is not a SQLite 3 database")
        connection = sqlite3.connect(
            f"file:{quote(str(file))}?mode=ro",
            uri=True,
            timeout=2.0,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=0,
        )
        connection.text_factory = bytes
        for pragma in ("query_only=1", "trusted_schema=0", "cell_size_check=1", "mmap_size=0"):
            connection.execute(f"PRAGMA {pragma}")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self._cell_limit)
        connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, min(1_000_000, self._cell_limit))
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.setlimit(sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0)
        for function in TABLE_FUNCTIONS:  # making the virtual table is no reading, so it comes before
            connection.execute(f"SELECT 1 FROM {function}('[]')").close()  # noqa: S608 - a constant
        connection.set_authorizer(_authorizer(connection))
        connection.set_progress_handler(self._must_stop, _OPCODES_BETWEEN_LOOKS)
        return connection

    def _must_stop(self) -> int:
        """Called by the engine every few thousand opcodes; not zero ends the statement."""
        return int(self._cancelled.is_set() or time.monotonic() > self._deadline)


def _authorizer(connection: sqlite3.Connection) -> Authorizer:
    """Return an authorizer that knows the file's tables as they are now."""
    return Authorizer(row[0].decode(errors="replace") for row in connection.execute(_NAMES))


def _refuse_nul(statement: str) -> None:
    if "\0" in statement:
        raise SourceRefused("syntax", "the statement holds a NUL; remove it")


def _column_names(connection: sqlite3.Connection, statement: str) -> list[str]:
    """Have the engine compile the statement alone (so that it is one), and name its columns; nothing runs.

    The engine numbers names that occur twice (`id:1`); they get their own name back.
    """
    _refuse_nul(statement)
    connection.execute(f"EXPLAIN {statement}").close()
    cursor = connection.execute(f"SELECT * FROM (\n{statement}\n) LIMIT 0")  # noqa: S608 - see above
    names: list[str] = []
    for described in cursor.description:
        name, _, number = described[0].rpartition(":")
        names.append(name if number.isdigit() and name in names else described[0])
    return names


def _clipped(statement: str, columns: int, cap: int) -> str:
    """Wrap the statement so that each cell comes as its storage class, its beginning and its full size."""
    answer = f"answer_{secrets.token_hex(8)}"
    cells = ", ".join(
        f"typeof(c{i}), "
        f"CASE WHEN typeof(c{i}) IN ('text', 'blob') THEN substr(c{i}, 1, {cap}) ELSE c{i} END, "
        f"CASE WHEN typeof(c{i}) IN ('text', 'blob') THEN length(CAST(c{i} AS BLOB)) END"
        for i in range(columns)
    )
    names = ", ".join(f"c{i}" for i in range(columns))
    return f"WITH {answer}({names}) AS (\n{statement}\n) SELECT {cells} FROM {answer}"  # noqa: S608


def _cell(storage: bytes, value: object, size: int | None, cap: int) -> Cell:
    match value:
        case None if storage == b"blob":  # substr() of an empty blob is NULL
            return binary_cell(b"", cap)
        case None:
            return NULL
        case int():
            return integer_cell(value)
        case float():
            return float_cell(value)
        case bytes() if storage == b"blob":
            return binary_cell(value, cap, size_bytes=size)
        case bytes():
            return text_cell(value, cap, size_bytes=size)
    raise AssertionError("SQLite has five storage classes")


def _result_column(name: str, seen: set[str]) -> ResultColumn:
    """Name the type by what the rows held: in SQLite values have types, columns only an inclination."""
    classes = sorted(seen - {"null"})
    kind = _KINDS[classes[0]] if len(classes) == 1 else "float" if classes == ["integer", "real"] else "other"
    return ResultColumn(name, "|".join(classes) or "null", kind)


def _describe(connection: sqlite3.Connection) -> Schema:
    columns: dict[tuple[str, str], list[Column]] = {}
    for kind, table, name, type_, notnull, key in connection.execute(_COLUMNS):
        columns.setdefault((_text(table), _text(kind)), []).append(
            Column(_text(name), _text(type_), nullable=not notnull and not key, is_key=bool(key))
        )
    keys: dict[str, dict[int, list[tuple[str, str, str]]]] = {}
    for table, number, target, source_column, target_column in connection.execute(_FOREIGN_KEYS):
        keys.setdefault(_text(table), {}).setdefault(number, []).append(
            (_text(target), _text(source_column), _text(target_column))
        )
    tables = [
        Table(
            "",
            name,
            tuple(found),
            foreign_keys=tuple(_foreign_keys(keys.get(name, {}))),
            kind="view" if kind == "view" else "table",
        )
        for (name, kind), found in columns.items()
    ]
    return Schema(tuple(tables), dialect="sqlite")


def _text(value: bytes | None) -> str:
    return (value or b"").decode(errors="backslashreplace")


def _foreign_keys(keys: dict[int, list[tuple[str, str, str]]]) -> Iterator[ForeignKey]:
    for parts in keys.values():
        yield ForeignKey(tuple(part[1] for part in parts), "", parts[0][0], tuple(part[2] for part in parts))
