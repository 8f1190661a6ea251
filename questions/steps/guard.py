"""Step: the guard decides on the statement; what runs is what it wrote anew, never the model's text (Q03)."""

from __future__ import annotations

import time
from collections.abc import Sequence

from guardrails import sql as guard_sql
from guardrails.sql import Decision
from questions import journey
from questions.journey import Journey

MOST_REPAIRS = 2
TIME_FOR_REPAIRS_S = 90


def guard(trip: Journey) -> str | None:
    """Pass on the regenerated statement, send the model back (twice at most), or refuse with reasons."""
    question = trip.question
    decision = decide_on(trip, question.generated_sql)
    if decision.passes:
        changes = list(decision.changes)
        rules = {"masked": list(decision.masked), "filtered": list(decision.filtered)} if decision.is_rewritten else {}
        trip.decision = decision
        journey.note(
            question,
            executed_sql=decision.sql,
            guard_changes=changes,
            tables=list(decision.tables),
            data_rules=rules,
        )
        return None
    reasons = [{"code": r.code, "message": r.message, "fragment": r.fragment} for r in decision.reasons]
    said = "; ".join(reason["message"] for reason in reasons)
    return repair(trip, said, reasons=reasons) or journey.refuse(question, reasons)


def decide_on(trip: Journey, sql: str) -> Decision:
    """Return the guard's decision about any statement of this question, under all its connector's policy says."""
    return guard_sql.decide(sql, trip.dialect, trip.schema(), trip.rules())


def repair(trip: Journey, message: str, *, reasons: Sequence[dict[str, str]] = (), code: str = "") -> str | None:
    """Send the model back with a safe message where it wrote the statement and has a try left; else None.

    `reasons` are the guard's, `code` the engine's: a question that is not mended ends with them, whatever the model
    says of it.
    """
    question = trip.question
    is_by_model = bool(question.ledger.get("calls")) and not question.verified_only
    is_begun = bool(question.repair_message)
    in_time = time.monotonic() - trip.started < TIME_FOR_REPAIRS_S
    if not is_by_model or not in_time or (question.repairs >= MOST_REPAIRS and not is_begun):
        return None
    if is_begun:
        journey.keep(question, executed_sql="")
        return "reserve"
    by = "guard" if reasons else "engine"
    note = {"by": by, "message": message[:2000], "code": code, "reasons": list(reasons)}
    repairs = question.repairs + 1
    event = journey.event_of(
        question, "question.sent_back", data={"by": by, "attempt": repairs, "reason": message[:400]}
    )
    sent_back = [*question.sent_back, note]
    journey.keep(
        question, event, repairs=repairs, repair_message=message[:2000] or by, sent_back=sent_back, executed_sql=""
    )
    return "reserve"
