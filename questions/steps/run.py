"""Step: the statement runs in the customer's database, read-only, inside limits, and can be stopped (Q02, Q04, Q17)."""

from __future__ import annotations

from connectors.contracts import Limits, Result, SourceCancelled, SourceFailed
from questions import access, budget, journey, stop
from questions.journey import Cancelled, Journey
from questions.steps.weigh import after_failure


def run(trip: Journey) -> str | None:
    """Take a place in the day's budget, run the statement, keep its rows in memory alone.

    Raises `SourceError`, `BudgetReached`, `Cancelled`. A statement of the model's that the engine cannot run goes
    back to it, twice at most.
    """
    question = trip.question
    access.require_connector(question)
    limits, day = trip.limits(), trip.calendar().today
    with journey.committing(question) as written:
        rows, size = budget.hold(question, limits, day)
        written.update(budget.FIELDS)
    asked = Limits(rows, size, min(Limits().cell_bytes, size), limits.statement_timeout_ms / 1000)
    try:
        trip.result = ask_source(trip, question.executed_sql, asked)
    except SourceCancelled:
        raise Cancelled from None
    except SourceFailed as error:
        return after_failure(trip, error)
    trip.give_back()
    return None


def ask_source(trip: Journey, sql: str, limits: Limits) -> Result:
    """Run what the guard wrote on the journey's session; a thread watches for the person's wish to stop."""
    session = trip.session()
    with stop.Watch(trip.question.pk, session.cancel):
        journey.require_going(trip.question)
        return session.run(sql, limits)
