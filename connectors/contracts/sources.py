"""SQL sources: limits, schema, result, plan, what a probe finds, and the protocol of their adapters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

JsonScalar = None | bool | int | float | str


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one statement may return and how long it may take (Q04, Q05)."""

    rows: int = 20
    response_bytes: int = 64 * 1024
    cell_bytes: int = 8 * 1024
    timeout_s: float = 15.0

    def __post_init__(self) -> None:
        for name in ("rows", "response_bytes", "cell_bytes", "timeout_s"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name}: `{getattr(self, name)}` is not above zero")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name, the engine's own type text, and what the owner wrote about it."""

    name: str
    type: str
    nullable: bool = True
    is_key: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`columns` of this table name a row of `target_schema.target_table` by `target_columns`."""

    columns: tuple[str, ...]
    target_schema: str
    target_table: str
    target_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view that the credential may read. `schema` is empty where the engine has none.

    `reads` are the (schema, table) pairs that reading this one may touch, however deep: what a view stands on, the
    partitions and children of a table, what its row-level security asks. The guard sees the name, a plan these.
    """

    schema: str
    name: str
    columns: tuple[Column, ...]
    comment: str = ""
    foreign_keys: tuple[ForeignKey, ...] = ()
    kind: Literal["table", "view"] = "table"
    reads: tuple[tuple[str, str], ...] = ()

    @property
    def qualified_name(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True, slots=True)
class Schema:
    """Names, types, keys and comments of a source, in order of name; never a value (Q10)."""

    tables: tuple[Table, ...] = ()
    dialect: str = ""
    default_schema: str = ""


ColumnKind = Literal[
    "integer", "decimal", "float", "boolean", "text", "date", "time", "timestamp", "interval",
    "json", "array", "record", "binary", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """`type` is the engine's word, `kind` ours."""

    name: str
    type: str
    kind: ColumnKind = "other"


@dataclass(frozen=True, slots=True)
class CutCell:
    """A cell of which only the beginning is shown. Its full size is None where only reading it would tell."""

    row: int
    column: int
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of one statement, as values that JSON carries without loss.

    | in the source | here |
    |---|---|
    | integer up to 2^53 - 1 | int; beyond it its decimal digits as str, column listed in `text_integers` |
    | decimal | str |
    | float | float; `NaN`, `Infinity`, `-Infinity` as str |
    | date, time, timestamp | ISO 8601 as str (`infinity` and years BC in the engine's words) |
    | JSON, array, record | JSON text as str |
    | binary | `0x` and hex digits as str |
    | text that is not UTF-8 | str with `\\xff` in place of each wrong byte, listed in `invalid_text` |

    `rows_cut`: the source had more rows than are here. `bytes_cut`: the byte budget dropped rows or cut a
    cell. An answer made from a cut result says so first. `size_bytes` is the rows' size as JSON.
    """

    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[JsonScalar, ...], ...] = field(repr=False)
    rows_cut: bool = False
    bytes_cut: bool = False
    cut_cells: tuple[CutCell, ...] = ()
    text_integers: tuple[int, ...] = ()
    invalid_text: tuple[tuple[int, int], ...] = ()
    size_bytes: int = 0
    duration_ms: int = 0

    @property
    def is_cut(self) -> bool:
        return self.rows_cut or self.bytes_cut


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a credential that should be better, with the SQL (or shell line) that makes it so."""

    code: str
    severity: Literal["info", "warning", "critical"]
    message: str
    fix_sql: str = ""


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """What a source and its credential turned out to be on set-up and daily (Q02)."""

    engine: str
    version: str
    findings: tuple[Finding, ...] = ()
    is_encrypted: bool = False
    is_local: bool = False
    duration_ms: int = 0

    @property
    def is_clean(self) -> bool:
        """True when nothing stands that a person has to fix or accept with a reason."""
        return all(finding.severity == "info" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an engine's planner says it would do for a statement, which it does not run. No value, only names.

    `relations` are (schema, table) pairs as the engine's catalog spells them; schema is empty where the engine
    has none. None in an estimate: this engine does not say. `estimated_rows` is the largest number of rows any
    step of the plan handles; `cost` is in the engine's own unit. `costly` says in words what makes it expensive,
    worst first; `cartesian` names pairs of relations that are joined without a condition.
    """

    relations: frozenset[tuple[str, str]]
    estimated_rows: int | None = None
    cost: float | None = None
    costly: tuple[str, ...] = ()
    cartesian: tuple[tuple[str, str], ...] = ()


@runtime_checkable
class SourceAdapter(Protocol):
    """One SQL source for the time of one job. Not shared between threads, save for `cancel`.

    All raise `SourceError` and nothing else; `close` raises nothing. An adapter whose session may serve another job
    after this one says so by `is_reusable = True` (`connectors.sessions`).
    """

    dialect: str

    def probe(self) -> ProbeReport: ...

    def describe(self) -> Schema: ...

    def explain(self, sql: str, timeout_s: float = 10.0) -> Plan:
        """Have the engine plan one statement that the guard has passed, without running it."""
        ...

    def run(self, sql: str, limits: Limits) -> Result:
        """Run one statement that the guard has passed, read-only, and return at most `limits`."""
        ...

    def cancel(self) -> None:
        """Stop what runs and refuse what follows; callable from any thread, before, during or after."""
        ...

    def close(self) -> None: ...
