"""Step: the statement runs in the customer's database, read-only, inside limits, and can be stopped (Q02, Q04, Q17)."""

from __future__ import annotations

from connectors import open as doors
from connectors.contracts import Limits, Result, SourceCancelled, SourceFailed
from guardrails import switch
from questions import access, budget, journey, stop
from questions.journey import Cancelled, Journey
from questions.steps.guard import repair


def run(trip: Journey) -> str | None:
    """Take a place in the day's budget, run the statement, keep its rows in memory alone.

    Raises `SourceError`, `BudgetReached`, `Cancelled`. A statement of the model's that the engine cannot run goes
    back to it, twice at most.
    """
    question = trip.question
    access.require_connector(question)
    limits, day = trip.limits(), journey.today()
    with journey.committing(question):
        rows, size = budget.hold(question, limits, day)
    asked = Limits(rows, size, min(Limits().cell_bytes, size), limits.statement_timeout_ms / 1000)
    try:
        trip.result = ask_source(trip, question.executed_sql, asked)
    except SourceCancelled:
        raise Cancelled from None
    except SourceFailed as error:
        said = f"{error.message} (at `{error.subject}`)" if error.subject else error.message
        if (again := repair(trip, said, code=error.code)) is None:
            raise
        return again
    return None


def ask_source(trip: Journey, sql: str, limits: Limits) -> Result:
    """Run what the guard wrote: open the door, run, close it; a thread watches for the person's wish to stop."""
    switch.require_running()
    adapter = doors.source(trip.connector)
    try:
        with stop.Watch(trip.question.pk, adapter.cancel):
            journey.require_wanted(trip.question)
            return adapter.run(sql, limits)
    finally:
        adapter.close()
