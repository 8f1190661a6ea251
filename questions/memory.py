"""AI memory as the steps use it, and what may stand in it. Of one organization and connector; never wider (Q09)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils import timezone

from connectors import set_up
from connectors.adapters.providers import bind
from connectors.adapters.providers.contracts import MemoryEntry as Entry
from connectors.adapters.providers.contracts import Parameter, SlotValue
from connectors.adapters.providers.contracts import VerifiedQuery as Verified
from connectors.models import Connector, ConnectorRole
from guardrails import policy
from guardrails import sql as guard
from portal import change, compiled, tenancy
from questions import metrics
from questions.models import MemoryEntry, MemoryKind, Metric, Standing, VerifiedQuery
from questions.models.memory import MAX_PHRASINGS

MAX_SQL = 20_000
EXAMPLES: Mapping[str, SlotValue] = {
    "integer": 1,
    "decimal": Decimal("1.5"),
    "date": date(2026, 1, 31),
    "text": "example",
    "choice": "example",
}
_supposed: ContextVar[Any] = ContextVar("a row of AI memory that is tried", default=None)
_FIELDS = frozenset({"name", "type", "default", "choices", "examples", "edge"})
_EDGES = ("start", "end", "last_day")


class BadParameter(ValueError):
    """A parameter that cannot be read; the message names what is wrong."""


_VERIFIED = compiled.Compiled(lambda connector_id: VerifiedQuery.objects.of(connector_id))
_ENTRIES = compiled.Compiled(lambda connector_id: MemoryEntry.objects.of(connector_id).order_by("kind", "name", "id"))


def reads(connector_id: UUID) -> tuple[compiled.Read, ...]:
    """Return what `verified_of` and `entries_of` read, to be read ahead."""
    return (*(compiled.Read(each, (connector_id,)) for each in (_VERIFIED, _ENTRIES)), *metrics.reads(connector_id))


def verified_of(connector: Connector) -> tuple[Verified, ...]:
    """Return the connector's usable queries and metrics as the matcher reads them. Two queries."""
    rows = _as_supposed(_VERIFIED.rows(connector.pk), VerifiedQuery, connector)
    figures = _as_supposed(metrics.of(connector), Metric, connector)
    return (*(as_contract(row) for row in rows), *(metrics.as_query(row) for row in figures))


def examples_of(connector: Connector) -> tuple[Verified, ...]:
    """Return what a model is told people checked: countersigned queries alone. Two queries."""
    now, days = timezone.now(), policy.signature_days()
    rows = _as_supposed(_VERIFIED.rows(connector.pk), VerifiedQuery, connector)
    return tuple(as_contract(row) for row in rows if row.standing(now, days) == Standing.COUNTERSIGNED)


def as_contract(row: VerifiedQuery) -> Verified:
    """Return a verified query as the value that crosses to the providers."""
    return Verified(str(row.pk), row.question, row.sql, read_parameters(row.parameters), tuple(row.phrasings))


def entries_of(connector: Connector) -> list[MemoryEntry]:
    """Return glossary, metrics and instructions that may reach a prompt about this connector. Two queries."""
    written = _ENTRIES.rows(connector.pk)
    figures = _as_supposed(metrics.of(connector), Metric, connector)
    return [*_as_supposed(written, MemoryEntry, connector), *(metrics.as_entry(row) for row in figures)]


@contextmanager
def supposing(row: Any) -> Iterator[None]:
    """Read AI memory as if `row` were saved as it is: how a change is tried before it goes live."""
    token = _supposed.set(row)
    try:
        yield
    finally:
        _supposed.reset(token)


def supposed() -> Any:
    """Return the row that is supposed now, or None."""
    return _supposed.get()


def _as_supposed(rows: list[Any], model: type[Any], connector: Connector) -> list[Any]:
    row = _supposed.get()
    if not isinstance(row, model):
        return rows
    others = [each for each in rows if each.pk != row.pk]
    return [*others, row] if row.is_active and row.connector_id in (None, connector.pk) else others


def as_data(entries: list[MemoryEntry]) -> tuple[tuple[Entry, ...], str]:
    """Return (terms and metrics, instructions) as a provider takes them: quoted data, never permission."""
    terms = tuple(Entry(row.kind, row.name, row.text) for row in entries if row.kind != MemoryKind.INSTRUCTION)
    notes = "\n".join(row.text for row in entries if row.kind == MemoryKind.INSTRUCTION)
    return terms, notes


def save_verified(
    row: VerifiedQuery, *, reason: str = "", source: str = "admin", author_id: Any = None
) -> VerifiedQuery:
    """Save a query as written by the current person; another officer countersigns it (`questions.countersign`).

    A signature of an earlier text no longer covers it, and a column that changed is looked at again at the next
    signature. Raises `ValidationError` naming the field.
    """
    before = VerifiedQuery.objects.filter(pk=row.pk).first()
    if before is None or before.text_digest != row.text_digest:
        row.owner_id = author_id or tenancy.current().user_id
        row.verified_by_id = row.verified_at = None
        row.signed_text, row.signed_columns, row.stale_because = "", {}, ""
    change.apply(row, reason=reason, source=source)
    return row


def problems_of(row: VerifiedQuery) -> dict[str, str]:
    """Return what is wrong with a verified query by field; empty when the guard would let it run."""
    if row.connector.role != ConnectorRole.SOURCE:
        return {"connector": f"connector: `{row.connector}` is not a data source"}
    row.question, row.sql = row.question.strip(), row.sql.strip()
    problems = _phrasing_problems(row)
    try:
        parameters = read_parameters(row.parameters)
    except BadParameter as error:
        return problems | {"parameters": f"parameters: {error}"}
    return problems | _sql_problems(row, parameters)


def filled_sql(row: VerifiedQuery) -> str:
    """Return the statement with an example in each parameter's place; raises `bind.BindError`, `BadParameter`."""
    examples = {each.name: _example(each) for each in read_parameters(row.parameters)}
    return bind.fill(row.sql, row.connector.kind.dialect, examples)


def _phrasing_problems(row: VerifiedQuery) -> dict[str, str]:
    given = row.phrasings
    if not isinstance(given, list) or len(given) > MAX_PHRASINGS:
        return {"phrasings": f"phrasings: give a list of at most {MAX_PHRASINGS} texts"}
    for phrasing in given:
        if not isinstance(phrasing, str) or not 0 < len(phrasing.strip()) <= 500 or "\x00" in phrasing:
            return {"phrasings": f"phrasings: `{str(phrasing)[:60]}` is not a text of 1 to 500 characters"}
    if "\x00" in row.question:
        return {"question": "question: it holds a NUL character; type it again"}
    return {}


def _sql_problems(row: VerifiedQuery, parameters: tuple[Parameter, ...]) -> dict[str, str]:
    """Ask the guard about the statement as it will run: with every parameter filled."""
    dialect = row.connector.kind.dialect
    if not row.sql or len(row.sql) > MAX_SQL or "\x00" in row.sql:
        return {"sql": f"sql: write one SELECT of 1 to {MAX_SQL:,} characters without NUL"}
    try:
        filled = bind.fill(row.sql, dialect, {each.name: _example(each) for each in parameters})
    except bind.BindError as error:
        return _bind_problem(row, dialect, str(error))
    schema = set_up.kept_schema(row.connector) if row.is_active else None
    decision = guard.decide(filled, dialect, schema)
    if decision.passes:
        return {}
    return {"sql": f"sql: refused by the guard: {decision.reasons[0].message}"}


def _bind_problem(row: VerifiedQuery, dialect: str, message: str) -> dict[str, str]:
    """Say what the guard says where the statement itself is the problem, else what is wrong with a parameter."""
    decision = guard.decide(row.sql, dialect)
    if message.startswith("sql:") and not decision.passes:
        return {"sql": f"sql: refused by the guard: {decision.reasons[0].message}"}
    return {"sql": message} if message.startswith("sql:") else {"parameters": f"parameters: {message}"}


def _example(parameter: Parameter) -> SlotValue:
    """Return a value of the parameter's type to judge the statement with."""
    if parameter.type == "choice":
        return next(iter(parameter.choices.values()))
    if parameter.type == "text" and parameter.examples:
        return parameter.examples[0]
    return EXAMPLES[parameter.type]


def read_parameters(given: Any) -> tuple[Parameter, ...]:
    """Return parameters from their JSON; raise `BadParameter` naming the parameter and what is wrong with it."""
    if not isinstance(given, list) or len(given) > 20:
        raise BadParameter("give a list of at most 20 objects")
    found = tuple(_parameter(each) for each in given)
    names = [each.name for each in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise BadParameter(f"`{twice}` is given twice; keep one")
    return found


def _parameter(given: Any) -> Parameter:
    if not isinstance(given, dict):
        raise BadParameter(f"`{str(given)[:40]}` is not an object with name and type")
    name = given.get("name")
    if not isinstance(name, str) or not name.isidentifier() or len(name) > 40:
        raise BadParameter(f"`{str(name)[:40]}` is not a name; use letters, digits and underscores")
    if unknown := sorted(set(given) - _FIELDS):
        raise BadParameter(f"`{name}` has no field `{str(unknown[0])[:40]}`; there are {', '.join(sorted(_FIELDS))}")
    choices, examples, edge = given.get("choices") or {}, given.get("examples") or [], given.get("edge") or "start"
    if not isinstance(choices, dict) or not all(isinstance(v, str) for v in (*choices, *choices.values())):
        raise BadParameter(f"`{name}`: choices map what people say to the value, both texts")
    if not isinstance(examples, list) or not all(isinstance(each, str) for each in examples):
        raise BadParameter(f"`{name}`: examples are a list of texts")
    if edge not in _EDGES:
        raise BadParameter(f"`{name}`: edge `{str(edge)[:20]}` is none of {', '.join(_EDGES)}")
    kind = str(given.get("type", ""))
    try:
        default = _default(kind, given.get("default"))
        return Parameter(name, kind, default, choices, tuple(examples), edge)  # type: ignore[arg-type]
    except (ValueError, InvalidOperation) as error:
        raise BadParameter(f"`{name}`: {error}") from None


def _default(kind: str, given: Any) -> SlotValue | None:
    """Return a default as its type; a date may also be said in words, such as `last month`."""
    if given is None or given == "":
        return None
    text = str(given)
    if kind == "integer":
        return int(text)
    if kind == "decimal":
        return Decimal(text)
    if kind == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text
