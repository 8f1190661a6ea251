"""The model's summary of an answer, where an officer allows it: checked against the rows, else dropped (Q12).

The rows that leave the house are those the person sees, masks and filters applied, and the ledger says so. The text
quotes values: it travels sealed with the rows and is stored nowhere. An answer never fails for want of a summary; the
kill switch and a wish to cancel stop it like any other step.
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors import open as doors
from connectors.adapters.providers.contracts import ProviderError, SummaryRequest, estimate_max
from connectors.contracts import Result
from guardrails import spend
from portal import tenancy
from questions import grounding, journey, ledger, money
from questions.journey import Journey
from questions.models import Origin, SummaryState

MOST_CELL_CHARS = 300
MOST_CHARS = 12_000
"""Of the rows told to a model; a larger answer is not summed up."""


@dataclass(frozen=True, slots=True)
class Summed:
    """A summary that may be shown, or none, and what became of it."""

    state: SummaryState = SummaryState.NONE
    text: str = ""


def summarize(trip: Journey) -> Summed:
    """Ask for a summary where one is allowed and affordable, and keep it only where all of it stands in the rows.

    Raises `Halted` and `Cancelled`.
    """
    question, result = trip.question, trip.result
    assert result is not None, "the statement ran"
    if not _is_wanted(trip, result):
        return Summed()
    request = request_for(question.text, result)
    if sum(len(cell or "") for row in request.rows for cell in row) > MOST_CHARS:
        return Summed()
    journey.require_going(question)
    try:
        trip.door = door = trip.door or doors.model()
        if door.provider.name == "local":
            return Summed()
        money.hold(question, estimate_max(door.provider.bound(request), door.prices))
        told = ledger.entry("summary", door.model, rows=_told(result), earlier_questions=())
        summary = money.call(question, door, lambda: door.provider.summarize(request), told)
    except (ProviderError, spend.CapReached):
        money.let_go(question)
        _record(trip, SummaryState.FAILED, 0)
        return Summed(SummaryState.FAILED)
    wrong = grounding.unfounded(summary.text, result)
    state = SummaryState.DROPPED if wrong else SummaryState.KEPT
    _record(trip, state, len(wrong))
    return Summed(state, "" if wrong else summary.text)


def request_for(text: str, result: Result) -> SummaryRequest:
    """Return what a model is told: the question, the headings, the rows as the person sees them."""
    rows = tuple(tuple(None if cell is None else str(cell)[:MOST_CELL_CHARS] for cell in row) for row in result.rows)
    return SummaryRequest(text, tuple(column.name for column in result.columns), rows)


def _is_wanted(trip: Journey, result: Result) -> bool:
    """Only what a model wrote is summed up by one: a verified query costs nothing. A part is never summed up."""
    question = trip.question
    is_by_model = question.origin in (Origin.ASK, Origin.API) and bool(question.ledger.get("calls"))
    is_allowed = trip.limits().may_summarize(is_production=trip.connector.is_production)
    return is_allowed and is_by_model and not question.verified_only and bool(result.rows) and not result.is_cut


def _told(result: Result) -> str:
    rows = len(result.rows)
    return f"{rows} {'row' if rows == 1 else 'rows'} of a summary"


def _record(trip: Journey, state: SummaryState, unfounded: int) -> None:
    """Commit what became of it, as the AI's act; how many words were unfounded, and none of them."""
    question = trip.question
    calls = question.ledger.get("calls") or [{}]
    is_made = calls[-1].get("purpose") == "summary"
    data = {
        "model": question.ledger.get("model", ""),
        "state": state.value,
        "unfounded": unfounded,
        "rows": len(trip.result.rows) if trip.result and is_made else 0,
    }
    cost = ledger.last_cost(question.ledger) if is_made else 0
    event = journey.event_of(question, "question.summarized", data=data, cost_microusd=cost)
    with tenancy.acting_as(tenancy.AI):
        journey.keep(question, event, summary_state=state)
