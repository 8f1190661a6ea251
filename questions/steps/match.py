"""Step: a verified query by meaning, on this machine, before any money is reserved (Q08)."""

from __future__ import annotations

from uuid import UUID

from connectors.adapters.providers import bind, matching
from portal.compiled import Compiled, forget_ahead
from questions import countersign, journey, memory, metrics, reading, statement
from questions.journey import Journey
from questions.models import VerifiedQuery


def match(trip: Journey) -> str | None:
    """Go on at the guard with a verified query that fits, its parameters bound; else with the next step."""
    question = trip.question
    if question.parent is not None and question.parent.reading.get("asked_back"):
        return None  # a chosen reading is half a sentence: only with the question it belongs to does it say anything
    calendar = trip.calendar()
    found, row = _find(trip)
    if found is not None:
        try:
            sql = bind.fill(found.query.sql, trip.dialect, found.values)
        except bind.BindError:
            found = None
    if found is None:
        return _as_saved(trip)
    assert found is not None
    question.generated_sql, metric = sql, metrics.named(found.query)
    data = {"verified_query": found.query.id, "score": found.score}
    journey.note(
        question,
        journey.event_of(question, "question.matched", data=data),
        generated_sql=sql,
        verified_query=row,
        match_score=found.score,
        match_margin=found.margin,
        verified_only=True,
        reading={"periods": reading.as_json(reading.periods_of(question.text, calendar), calendar)} | metric,
        assumptions=[f"{name}: {said}" for name, said in found.shown.items()],
    )
    return "guard"


_VERIFIED = Compiled(lambda pk: VerifiedQuery.objects.filter(pk=pk).select_related("owner", "verified_by"))


def _find(trip: Journey) -> tuple[matching.Match | None, VerifiedQuery | None]:
    """Return the query that fits, whose columns are as they were signed; one that is not is set aside first."""
    calendar = trip.calendar()
    starts = calendar.fiscal_year_start_month
    while True:
        found = matching.match(trip.question.text, memory.verified_of(trip.connector), calendar.today, starts)
        if found is None or found.query.id.startswith(metrics.PREFIX):
            return found, None
        row = _VERIFIED.first(UUID(found.query.id))
        if row is None:  # deleted a moment ago
            raise VerifiedQuery.DoesNotExist
        why = statement.difference(row.signed_columns, trip.schema()) if row.signed_columns else ""
        if not why and not row.stale_because:
            return found, row
        countersign.set_aside(row, why)
        forget_ahead()  # one fewer


def _as_saved(trip: Journey) -> str | None:
    """A report runs the statement it was saved with where no verified query speaks for it: no model is asked."""
    report = trip.question.report
    if report is None:
        return None
    journey.keep(trip.question, generated_sql=report.sql, verified_only=True)
    return "guard"
