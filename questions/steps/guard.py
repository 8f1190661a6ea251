"""Step: the guard decides on the statement; what runs is what it wrote anew, never the model's text (Q03)."""

from __future__ import annotations

import time

from connectors import data_policy
from guardrails import sql as guard_sql
from questions import journey
from questions.journey import Journey

MOST_REPAIRS = 1
TIME_FOR_REPAIRS_S = 90


def guard(trip: Journey) -> str | None:
    """Pass on the regenerated statement, send the model back once, or refuse with reasons."""
    question = trip.question
    rules = data_policy.guard_policy_for(trip.connector, limits=trip.limits())
    decision = guard_sql.decide(question.generated_sql, trip.dialect, trip.schema(), rules)
    if decision.passes:
        changes = list(decision.changes)
        journey.keep(question, executed_sql=decision.sql, guard_changes=changes, tables=list(decision.tables))
        return None
    reasons = [{"code": r.code, "message": r.message, "fragment": r.fragment} for r in decision.reasons]
    return repair(trip, "; ".join(reason["message"] for reason in reasons)) or journey.refuse(question, reasons)


def repair(trip: Journey, message: str) -> str | None:
    """Send the model back with the message where it wrote the statement and was not sent back before; else None."""
    question = trip.question
    is_by_model = bool(question.ledger) and not question.verified_only
    is_begun = bool(question.repair_message)
    in_time = time.monotonic() - trip.started < TIME_FOR_REPAIRS_S
    if not is_by_model or not in_time or (question.repairs >= MOST_REPAIRS and not is_begun):
        return None
    repairs = question.repairs if is_begun else question.repairs + 1
    journey.keep(question, repairs=repairs, repair_message=message[:2000], executed_sql="")
    return "reserve"
