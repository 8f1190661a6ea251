"""What both flows may ask a model provider and what it may answer; knows no Django and opens no socket.

Everything a customer or a colleague wrote travels in these classes as data. A provider places it in
quoted blocks; nothing in here is ever an instruction to a model (T21, Q09).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol, runtime_checkable

INTENTS: tuple[str, ...] = (
    "refund",
    "cancel",
    "exchange",
    "order_status",
    "return_question",
    "product_question",
    "complaint",
    "person_request",
    "spam",
    "general",
)
ACTIONS: tuple[str, ...] = ("refund", "cancel", "exchange")
PARAMETER_TYPES: tuple[str, ...] = ("integer", "decimal", "date", "text", "choice")

SlotValue = int | Decimal | date | str
DraftKind = Literal["sql", "clarify", "cannot"]
ActionKind = Literal["refund", "cancel", "exchange", "none"]


# --- what a call used and cost -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one or more requests; `input_tokens` excludes the cached ones, as the protocol counts."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    requests: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            self.requests + other.requests,
        )


@dataclass(frozen=True, slots=True)
class ModelCall:
    """Which model answered, what it used, how long it took; a local answer has no `ModelCall`."""

    model: str
    usage: Usage
    latency_ms: int
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Prices:
    """Micro-dollars per million tokens: $3.00 per million is 3_000_000. Integers, so nothing drifts."""

    input_microusd: int
    output_microusd: int
    cache_read_microusd: int
    cache_write_microusd: int

    def __post_init__(self) -> None:
        for name in ("input_microusd", "output_microusd", "cache_read_microusd", "cache_write_microusd"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise ValueError(f"{name}: `{value!r}` is not a price; give a whole number of micro-dollars")


@dataclass(frozen=True, slots=True)
class Bound:
    """The most one provider call can use: tokens of one request and how many requests may be billed."""

    input_tokens: int
    output_tokens: int
    requests: int


FREE = Bound(0, 0, 0)
"""The bound of a call that leaves the machine in no case: nothing to reserve."""


def cost_microusd(usage: Usage, prices: Prices) -> int:
    """Return what the usage costs in millionths of a dollar, rounded up once."""
    total = (
        usage.input_tokens * prices.input_microusd
        + usage.output_tokens * prices.output_microusd
        + usage.cache_read_tokens * prices.cache_read_microusd
        + usage.cache_write_tokens * prices.cache_write_microusd
    )
    return -(-total // 1_000_000)


def estimate_max(bound: Bound, prices: Prices) -> int:
    """Return the most the call can cost in millionths of a dollar: what a reservation must hold (Q16)."""
    dearest = max(prices.input_microusd, prices.cache_read_microusd, prices.cache_write_microusd)
    one = bound.input_tokens * dearest + bound.output_tokens * prices.output_microusd
    return -(-(one * bound.requests) // 1_000_000)


# --- questions ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MemoryEntry:
    """One glossary term, metric or hint of the same organization and connector; quoted data to a model."""

    kind: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named placeholder `:name` of a verified query and where its value may come from.

    `choices` maps what people say to the value that is bound. Without a `default` the slot is
    required: a question that does not fill it does not fit. For dates, `edge` says which end of a
    period such as "last month" is meant; `end` is the day after the period, for `< :end`.
    """

    name: str
    type: Literal["integer", "decimal", "date", "text", "choice"]
    default: SlotValue | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    edge: Literal["start", "end", "last_day"] = "start"

    def __post_init__(self) -> None:
        if self.type not in PARAMETER_TYPES:
            raise ValueError(f"type: `{self.type}` is not a parameter type; use one of {PARAMETER_TYPES}")
        if self.type == "choice" and not self.choices:
            raise ValueError(f"choices: parameter `{self.name}` is a choice; list its values")


@dataclass(frozen=True, slots=True)
class VerifiedQuery:
    """A question–SQL pair that people verified; `phrasings` are other ways of asking the same."""

    id: str
    question: str
    sql: str
    parameters: tuple[Parameter, ...] = ()
    phrasings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repair:
    """A statement that was refused or failed, and the guard's or engine's (already stripped) message."""

    sql: str
    message: str


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the same thread, the SQL that answered it or what the model asked back; never its rows."""

    question: str
    sql: str
    asked_back: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the question that mean a period, and the period: from `start` up to, not including, `end`."""

    said: str
    start: date
    end: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class SqlRequest:
    """All that may reach a model about a question: names, types and comments, never values (Q10).

    `instructions` and `memory` are an admin's words: shown to the model as data that may guide
    wording and joins, never as permission; what may run is decided by the guard alone.
    """

    question: str
    dialect: str
    schema_text: str
    today: date
    memory: tuple[MemoryEntry, ...] = ()
    instructions: str = ""
    verified: tuple[VerifiedQuery, ...] = ()
    history: tuple[Turn, ...] = ()
    repair: Repair | None = None
    time_zone: str = ""
    fiscal_year_start_month: int = 1
    periods: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class SqlDraft:
    """`sql`: a statement to be judged. `clarify`: a question with choices. `cannot`: what is missing.

    `other_readings` are readings of the question that the statement does not answer: a fact about the question,
    never a word of the model on how sure it is.
    """

    kind: DraftKind
    sql: str = ""
    assumptions: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    question: str = ""
    choices: tuple[str, ...] = ()
    missing: str = ""
    other_readings: tuple[str, ...] = ()
    call: ModelCall | None = None


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """The rows of one answer, as the person who asked sees them, to be summed up in words (Q12).

    The only request that carries rows; sent where an officer allows it and nowhere else.
    """

    question: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary to be checked against the rows before anybody sees it."""

    text: str
    call: ModelCall | None = None


Request = SqlRequest | SummaryRequest
"""What is asked about a question; each is one call."""


# --- tickets -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Example:
    """A ticket whose intent a person confirmed; an organization's own teach both providers."""

    text: str
    intent: str


@dataclass(frozen=True, slots=True)
class ClassifyRequest:
    """One ticket to be classified; subject and body are the customer's words."""

    subject: str
    body: str
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Classification:
    """The leading intent with a calibrated confidence in [0, 1], other intents present, and a language."""

    intent: str
    confidence: float
    others: tuple[tuple[str, float], ...] = ()
    language: str = "und"
    call: ModelCall | None = None


@dataclass(frozen=True, slots=True)
class OrderFact:
    """An order of the sender as the store reports it: data for the proposal, amounts as decimal text."""

    number: str
    placed_on: date
    status: str
    total: str
    refundable: str
    currency: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Macro:
    """A merchant's reply template with named fields such as `{order_number}`; chosen by `action`."""

    name: str
    action: str
    text: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """A proposal for a similar ticket that a person rejected: what it was, and why, in few words."""

    action: str
    category: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProposeRequest:
    """What a proposal may be made from; `orders` are the only orders that exist for it.

    `rejections` are data like the ticket: what people of the organization said no to before, newest first.
    """

    subject: str
    body: str
    intent: str
    customer_name: str
    customer_summary: str
    orders: tuple[OrderFact, ...]
    brand: str
    currency: str
    policies: tuple[MemoryEntry, ...] = ()
    macros: tuple[Macro, ...] = ()
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """An action to be judged by the gates and the reply that would go with it.

    `order_number` is one of the request's orders or one named in the ticket, else empty: the gates
    hold an action without an order for a person. `amount` is decimal text in `currency`.
    """

    action: ActionKind
    order_number: str = ""
    amount: str = ""
    currency: str = ""
    reason: str = ""
    reply: str = ""
    call: ModelCall | None = None


# --- what can go wrong -------------------------------------------------------------------------------


class ProviderError(Exception):
    """A model call that gave no answer: a state a person can read, never a prompt and never a key.

    `call` is what was billed although nothing useful came back; `cost_unknown` says that a request
    may have been billed without telling us, so the reservation is settled in full.
    """

    state = "failed"
    retryable = False
    text = "the model provider failed"

    def __init__(
        self,
        text: str = "",
        *,
        retry_after_s: float | None = None,
        call: ModelCall | None = None,
        cost_unknown: bool = False,
    ) -> None:
        super().__init__(text or self.text)
        self.retry_after_s = retry_after_s
        self.call = call
        self.cost_unknown = cost_unknown


class Unreachable(ProviderError):
    state, retryable = "unreachable", True
    text = "the model provider cannot be reached; try again, or ask an admin to look at its base URL"


class RateLimited(ProviderError):
    state, retryable = "rate_limited", True
    text = "the model provider is limiting requests; try again shortly"


class Overloaded(ProviderError):
    state, retryable = "overloaded", True
    text = "the model provider is overloaded; try again shortly"


class TimedOut(ProviderError):
    state, retryable = "timeout", True
    text = "the model provider did not answer in time; try again"


class OutOfCredit(ProviderError):
    state = "out_of_credit"
    text = "the model provider account has no credit left; an admin has to add some"


class Refused(ProviderError):
    state = "refused"
    text = "the model declined to answer this; rephrase it, or hand it to a person"


class BadReply(ProviderError):
    state, retryable = "bad_reply", True
    text = "the model's reply was not what was asked for; try again"


class NotConfigured(ProviderError):
    state = "not_configured"
    text = "the model provider is not set up, or its key or model is not accepted; an admin has to fix it"


# --- the interface -----------------------------------------------------------------------------------


@runtime_checkable
class ModelProvider(Protocol):
    """One door to a model. Each method answers or raises a `ProviderError`; none touches a database.

    `bound` returns the most a request can use, so that spend is reserved before the call (Q16).
    """

    name: str

    def bound(self, request: Request | ClassifyRequest | ProposeRequest) -> Bound: ...

    def write_sql(self, request: SqlRequest) -> SqlDraft: ...

    def summarize(self, request: SummaryRequest) -> Summary: ...

    def classify(self, request: ClassifyRequest) -> Classification: ...

    def propose(self, request: ProposeRequest) -> Proposal: ...
