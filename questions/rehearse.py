"""Answering a question of an evaluation set the way a person's is answered, without a question's row or anybody's rows.

The same memory, prompt, guard, limits and signals; the same spend caps. What comes back is held in memory alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from connectors import open as doors
from connectors.adapters.providers import bind, matching
from connectors.adapters.providers.contracts import ProviderError, cost_microusd, estimate_max
from connectors.contracts import Limits, Result, SourceFailed
from connectors.open import ModelDoor
from guardrails import spend, switch
from portal.trail import Subject
from questions import confidence, memory, metrics, schema_context
from questions.journey import Journey
from questions.models import Question, VerifiedQuery
from questions.signals import Signal
from questions.steps.guard import MOST_REPAIRS, decide_on
from questions.steps.reserve import request_for, subject_of


class NotAnswered(Exception):
    """No statement came of the question; the message says why."""


@dataclass(slots=True)
class Attempt:
    """What came of one question: the statement, its rows in memory, the signals, its cost, and the model's name."""

    sql: str = ""
    result: Result | None = None
    signals: tuple[Signal, ...] = ()
    cost_microusd: int = 0
    model: str = ""


def answer(trip: Journey, attempt: Attempt, subject: Subject) -> None:
    """Answer the trip's question into `attempt`, which keeps its cost also when this raises.

    Raises `NotAnswered`, `SourceError`, `ProviderError`, `spend.CapReached`, `Halted`, `PolicyMissing`. Call it outside
    a transaction.
    """
    question = trip.question
    if not _matched(trip):
        trip.door = doors.model()
        attempt.model = trip.door.model
        if trip.door.provider.name == "local":
            raise NotAnswered("No verified query fits, and no model is set up")
    while True:
        if trip.door is not None:
            _write(trip, trip.door, attempt, subject)
        attempt.sql = question.generated_sql
        said = _try(trip, attempt)
        if not said:
            break
        if trip.door is None or question.repairs >= MOST_REPAIRS:
            raise NotAnswered(said)
        question.repairs, question.repair_message = question.repairs + 1, said
    assert attempt.result is not None
    found = confidence.signals_of(question, attempt.result, trip.told_schema(), memory.entries_of(trip.connector))
    attempt.signals = tuple(found)


def run(trip: Journey, sql: str) -> Result:
    """Run a statement under the guard and the officer's limits. Raises `NotAnswered`, `SourceError`."""
    decision = decide_on(trip, sql)
    if not decision.passes:
        raise NotAnswered(f"Refused by the guard: {decision.reasons[0].message}")
    trip.question.executed_sql, trip.question.tables = decision.sql, list(decision.tables)
    return _fetch(trip, decision.sql)


def rows_of(trip: Journey, sql: str) -> Result:
    """As `run`, for a question that is kept: what ran for its answer stays what it says. Raises as `run`."""
    decision = decide_on(trip, sql)
    if not decision.passes:
        raise NotAnswered(f"Refused by the guard: {decision.reasons[0].message}")
    return _fetch(trip, decision.sql)


def _fetch(trip: Journey, sql: str) -> Result:
    limits = trip.limits()
    size = limits.answer_bytes
    asked = Limits(limits.rows, size, min(Limits().cell_bytes, size), limits.statement_timeout_ms / 1000)
    switch.require_running()
    adapter = doors.source(trip.connector)
    try:
        return adapter.run(sql, asked)
    finally:
        adapter.close()


def _matched(trip: Journey) -> bool:
    """Take a query of AI memory that fits, as the step `match` does."""
    question = trip.question
    calendar = trip.calendar()
    offered = memory.verified_of(trip.connector)
    found = matching.match(question.text, offered, calendar.today, calendar.fiscal_year_start_month)
    if found is None:
        return False
    try:
        question.generated_sql = bind.fill(found.query.sql, trip.dialect, found.values)
    except bind.BindError:
        return False
    question.match_score, question.match_margin, question.verified_only = found.score, found.margin, True
    question.assumptions = [f"{name}: {said}" for name, said in found.shown.items()]
    if found.query.id.startswith(metrics.PREFIX):
        question.reading = metrics.named(found.query)
    else:
        question.verified_query = _row_of(found.query.id)
    return True


def _row_of(key: str) -> VerifiedQuery:
    supposed = memory.supposed()
    if isinstance(supposed, VerifiedQuery) and str(supposed.pk) == key:
        return supposed
    row: VerifiedQuery = VerifiedQuery.objects.select_related("owner", "verified_by").get(pk=key)
    return row


def _write(trip: Journey, door: ModelDoor, attempt: Attempt, subject: Subject) -> None:
    """Make one model call under a reservation of its own and settle what it cost."""
    question = trip.question
    asked = subject_of(question)
    text, _ = schema_context.schema_text(schema_context.relevant_tables(asked, trip.told_schema()), question=asked)
    request = replace(request_for(trip), schema_text=text)
    held = spend.reserve(subject, question.asked_by_id, max(1, estimate_max(door.provider.bound(request), door.prices)))
    switch.require_running()
    try:
        draft = door.provider.write_sql(request)
    except ProviderError as error:
        _settle_failed(held, door, error, attempt)
        raise
    cost = cost_microusd(draft.call.usage, door.prices) if draft.call else 0
    spend.settle(held.id, cost)
    attempt.cost_microusd += cost
    if draft.kind != "sql":
        raise NotAnswered(
            "The model asked back" if draft.kind == "clarify" else "The model found no answer in the data"
        )
    question.generated_sql, question.assumptions = draft.sql, [each[:300] for each in draft.assumptions[:8]]


def _settle_failed(held: spend.Reservation, door: ModelDoor, error: ProviderError, attempt: Attempt) -> None:
    """Settle what was billed, in full where nobody can say; release what was not."""
    if not error.cost_unknown and error.call is None:
        spend.release(held.id)
        return
    known = error.call is not None and not error.cost_unknown
    cost = cost_microusd(error.call.usage, door.prices) if known and error.call else held.estimate_microusd
    spend.settle(held.id, cost)
    attempt.cost_microusd += cost


def _try(trip: Journey, attempt: Attempt) -> str:
    """Run the statement; return what the guard or the engine has against it, or nothing."""
    try:
        attempt.result = run(trip, trip.question.generated_sql)
    except NotAnswered as refused:
        return str(refused)
    except SourceFailed as error:
        return f"The engine could not run it: {error.message}"
    return ""


def trip_for(connector: Any, text: str, asked_by_id: Any) -> Journey:
    """Return a journey of a question that is never saved."""
    return Journey(Question(connector=connector, text=text, asked_by_id=asked_by_id))
