"""Step: the engine's own plan, before anything runs: a second opinion on what is read, and what it would cost (Q03).

The statement is planned on the session that runs it next, in one round trip. What the plan reads has to be among what
the guard saw; what it costs has to stay below an officer's ceiling.
"""

from __future__ import annotations

from connectors.contracts import Plan, SourceCancelled, SourceFailed
from guardrails import plan as plans
from portal import trail
from questions import journey, stop
from questions.journey import Cancelled, Journey
from questions.steps.guard import repair

UNKNOWN = frozenset({"unknown_table", "unknown_column"})
"""What an engine says when the schema is not what it was when the guard looked at it."""


def weigh(trip: Journey) -> str | None:
    """Go on where plan and guard agree and the statement is affordable; else look anew, send back or refuse.

    Raises `SourceError` and `Cancelled`.
    """
    try:
        trip.plan = _explain(trip)
    except SourceCancelled:
        raise Cancelled from None
    except SourceFailed as error:
        return after_failure(trip, error)
    assert trip.decision is not None, "the guard decided before"
    strange = plans.unseen(trip.plan.relations, trip.decision.tables, trip.schema())
    if strange:
        return _contradicted(trip, strange)
    reason = plans.too_expensive(trip.plan, trip.limits().plan, shows_estimates=may_show_estimates(trip.decision))
    if reason is None:
        return None
    told = {"code": reason.code, "message": reason.message, "fragment": reason.fragment}
    return repair(trip, reason.message, reasons=[told]) or journey.refuse(trip.question, [told])


def _explain(trip: Journey) -> Plan:
    """Have the statement planned on the journey's session; a thread watches for the person's wish to stop."""
    session = trip.session()
    if not session.is_kept:  # opening one takes a while: show where the question stands, and ask once more
        journey.commit(trip.question)
        journey.require_going(trip.question)
    with stop.Watch(trip.question.pk, session.cancel):
        return session.explain(trip.question.executed_sql, trip.limits().statement_timeout_ms / 1000)


def may_show_estimates(decision: object) -> bool:
    """Tell whether a person may read the planner's numbers: not where their rows are filtered or their columns masked.

    An estimate is made over what stands in the table, so it could be searched by halves.
    """
    return not getattr(decision, "is_rewritten", False)


def after_failure(trip: Journey, error: SourceFailed) -> str:
    """Return where to go after the engine could not use the statement; raise the error where nothing is left to try.

    The schema is read anew once where it may have changed since the guard looked; a statement of the model's goes back
    to it with what the engine said.
    """
    trip.give_back()
    if error.code in UNKNOWN and trip.read_schema_anew():
        return "guard"
    said = f"{error.message} (at `{error.subject}`)" if error.subject else error.message
    if (again := repair(trip, said, code=error.code)) is None:
        raise error
    return again


def _contradicted(trip: Journey, strange: tuple[str, ...]) -> str:
    """Look again with a fresh schema, once; then refuse, and leave a signal of what was planned and what was seen."""
    question, decision = trip.question, trip.decision
    assert decision is not None
    if trip.read_schema_anew():
        return "guard"
    reason = plans.mismatch(strange)
    data = {"relations": list(strange[:20]), "seen": list(decision.tables[:20]), "origin": question.origin}
    signal = trail.Event(
        "statement.contradicted",
        trail.Subject("question", str(question.pk)),
        verdict="block",
        connector_id=question.connector_id,
        data=data,
    )
    journey.note(question, signal)
    return journey.refuse(question, [{"code": reason.code, "message": reason.message, "fragment": reason.fragment}])
