"""What crosses the doors: plain frozen values, the protocols of the adapters, and their errors. No Django.

A model provider's contract stands in `connectors.adapters.providers.contracts`.

Errors never carry what an engine or an outside system said: such a text can quote a customer's row.
Each has a `code` for programs and a sentence of our own for people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from portal.money import Money

JsonScalar = None | bool | int | float | str

# --- errors ---------------------------------------------------------------------------------------


class AdapterError(Exception):
    """A call to an outside system that did not succeed, told without any value that system holds.

    `code` is stable and for programs; `str(error)` is one safe sentence; `is_retryable` says whether the
    same call may help later.
    """

    is_retryable = False

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __repr__(self) -> str:
        return f"{type(self).__name__}(code={self.code!r}, message={self.message!r})"


class SourceError(AdapterError):
    """A SQL source did not answer the statement."""


class SourceMisconfigured(SourceError):
    """The connector's settings cannot be used as they are; nothing was opened."""


class SourceUnreachable(SourceError):
    """No session could be opened, or it broke."""

    is_retryable = True


class SourceTimeout(SourceError):
    """The statement ran into its time limit and was stopped."""


class SourceCancelled(SourceError):
    """The statement was stopped because a person or the kill switch asked for it."""


class SourceRefused(SourceError):
    """The session or the credential refuses such a statement (a write, a missing right)."""


class SourceFailed(SourceError):
    """The engine could not run the statement (unknown name, wrong type, division by zero).

    `subject` is the word of *our statement* the engine pointed at, never a word of the engine's message.
    """

    def __init__(self, code: str, message: str, *, subject: str = "") -> None:
        super().__init__(code, message)
        self.subject = subject


class StoreError(AdapterError):
    """A store did not confirm a call."""


class StoreUnreachable(StoreError):
    """The store could not be asked: certainly nothing was executed."""

    is_retryable = True


class StoreOutcomeUnknown(StoreError):
    """The call was sent and no answer came: it may have been executed. Ask `lookup` with the same key."""


class StoreRefused(StoreError):
    """The store read the call and refused it: nothing was executed. `code` is the reason."""


class HelpdeskError(AdapterError):
    """A helpdesk did not confirm a message."""


class HelpdeskUnreachable(HelpdeskError):
    """The helpdesk could not be asked: certainly nothing was sent."""

    is_retryable = True


class HelpdeskOutcomeUnknown(HelpdeskError):
    """The message may have been sent. Sending again with the same key sends it at most once."""


class HelpdeskRefused(HelpdeskError):
    """The helpdesk refused the message: nothing was sent."""


class RiskUnavailable(AdapterError):
    """The risk feed gave no answer: the risk is unknown, which is not none (T06)."""

    is_retryable = True


# --- SQL sources ----------------------------------------------------------------------------------


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


# --- stores ---------------------------------------------------------------------------------------

Operation = Literal["refund", "cancel", "exchange"]
OrderStatus = Literal["open", "fulfilled", "cancelled"]


@dataclass(frozen=True, slots=True)
class Address:
    name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as the store knows them. `ref` is the store's own stable key."""

    ref: str
    email: str
    name: str = ""
    is_vip: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    id: str
    sku: str
    title: str
    quantity: int
    unit_price: Money


@dataclass(frozen=True, slots=True)
class Order:
    """An order with the money still in it. `version` changes whenever anything an approver saw changes."""

    id: str
    number: str
    customer_ref: str
    placed_at: datetime
    status: OrderStatus
    total: Money
    paid: Money
    refunded: Money
    lines: tuple[OrderLine, ...] = ()
    ship_to: Address = Address()
    version: int = 1

    @property
    def refundable(self) -> Money:
        return self.paid - self.refunded


@dataclass(frozen=True, slots=True)
class Refund:
    id: str
    order_id: str
    amount: Money
    created_at: datetime
    note: str = ""
    idempotency_key: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A return or a damage claim the customer has made before (T05)."""

    id: str
    order_id: str
    kind: Literal["return", "damage"]
    created_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """All the store knows of one customer's past, newest first."""

    customer: Customer
    orders: tuple[Order, ...] = ()
    refunds: tuple[Refund, ...] = ()
    claims: tuple[Claim, ...] = ()

    @property
    def returns(self) -> tuple[Claim, ...]:
        return tuple(claim for claim in self.claims if claim.kind == "return")

    @property
    def damage_claims(self) -> tuple[Claim, ...]:
        return tuple(claim for claim in self.claims if claim.kind == "damage")


@dataclass(frozen=True, slots=True)
class LineQuantity:
    """How many of an order's line an action concerns."""

    line_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class StoreReceipt:
    """What a store executed: the proof an action log settles on and reconciliation compares with.

    `amount` is the money that went back to the customer (zero for an exchange). `was_replayed` says that
    the key had been executed before and this call did nothing.
    """

    id: str
    operation: Operation
    tool: str
    order_id: str
    amount: Money
    idempotency_key: str
    executed_at: datetime
    was_replayed: bool = False
    output: Mapping[str, JsonScalar] = field(default_factory=dict)


Receipt = StoreReceipt


@runtime_checkable
class Store(Protocol):
    """A shop's orders and the three actions on them.

    Reads raise `StoreUnreachable`. Actions may also raise `StoreRefused` and `StoreOutcomeUnknown`, and
    execute exactly once for one idempotency key, whoever calls however often; a key used again with other
    inputs is refused. Every call asserts that no transaction of the portal is open.
    """

    def tool(self, operation: Operation) -> str:
        """Return the name of the call for the action log, such as `shopify.createRefund` (T15)."""
        ...

    def find_order(self, number: str) -> Order | None: ...

    def order(self, order_id: str) -> Order | None: ...

    def orders_of(self, customer_ref: str) -> tuple[Order, ...]: ...

    def customer(self, customer_ref: str) -> Customer | None: ...

    def customer_by_email(self, email: str) -> Customer | None: ...

    def history(self, customer_ref: str) -> CustomerHistory | None: ...

    def refund(
        self,
        order_id: str,
        amount: Money,
        *,
        idempotency_key: str,
        note: str = "",
        lines: Sequence[LineQuantity] = (),
    ) -> StoreReceipt: ...

    def cancel(self, order_id: str, *, idempotency_key: str, note: str = "") -> StoreReceipt:
        """Cancel an order that is not yet fulfilled and return what is left of its payment."""
        ...

    def exchange(
        self, order_id: str, line: LineQuantity, replacement_sku: str, *, idempotency_key: str, note: str = ""
    ) -> StoreReceipt: ...

    def lookup(self, idempotency_key: str) -> StoreReceipt | None:
        """Return what was executed under the key, or None when nothing was so far.

        A call still on its way may yet execute: to settle, repeat the call with the same key.
        """
        ...

    def effects(self, order_id: str) -> tuple[StoreReceipt, ...]:
        """Return everything executed on the order, by whomever, oldest first."""
        ...

    def effects_between(self, start: datetime, end: datetime) -> tuple[StoreReceipt, ...]:
        """Return everything executed in the shop from `start` until before `end`, oldest first (T15)."""
        ...


# --- helpdesks and risk feeds ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DispatchReceipt:
    """A message the helpdesk has taken. `was_replayed`: it had been taken before under the same key."""

    id: str
    ticket_ref: str
    idempotency_key: str
    sent_at: datetime
    was_replayed: bool = False


@runtime_checkable
class Helpdesk(Protocol):
    """Sends replies, at most once for one key. Raises `HelpdeskError`."""

    def send(self, ticket_ref: str, to: str, body: str, *, idempotency_key: str) -> DispatchReceipt: ...

    def lookup(self, idempotency_key: str) -> DispatchReceipt | None: ...


RiskLevel = Literal["none", "low", "medium", "high", "critical"]


@dataclass(frozen=True, slots=True)
class RiskFlag:
    """One chargeback, fraud warning or the like, in the feed's own words."""

    code: str
    level: RiskLevel
    raised_at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RiskReport:
    """The highest level of what is flagged about a customer. A customer unknown to the feed has `none`."""

    customer_ref: str
    level: RiskLevel
    flags: tuple[RiskFlag, ...]
    fetched_at: datetime


@runtime_checkable
class RiskFeed(Protocol):
    """Tells what is flagged about a customer. Raises `RiskUnavailable`."""

    def fetch(self, customer_ref: str) -> RiskReport: ...
