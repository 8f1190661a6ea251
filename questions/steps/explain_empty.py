"""Why no row came back: which filter emptied the answer, found by a few cheap counts under the same guard.

Bounded in statements and time; every count goes through the guard, the masks, the row filters and the session rules of
the question itself and is taken off the day's budget. What was counted travels sealed like rows and is stored nowhere.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from connectors.contracts import Limits, SourceCancelled, SourceError
from guardrails import plan as plans
from guardrails.sql import Decision, variants
from questions import journey
from questions.journey import Cancelled, Journey
from questions.steps.guard import decide_on
from questions.steps.run import ask_source

MOST_COUNTED = 100
"""A count looks no further: "more than 100 rows"."""
STATEMENT_S = 1.0
TOGETHER_S = 3.0


@dataclass(frozen=True, slots=True)
class Note:
    """One thing about an empty answer, in words; `sql` is the filter, for those who may see SQL."""

    text: str
    sql: str = ""


def explain_empty(trip: Journey) -> list[Note]:
    """Return what emptied the answer, as far as it can be told; nothing where it cannot."""
    if trip.result is None or trip.result.rows or trip.result.is_cut:
        return []
    try:
        return _notes(trip)
    finally:
        trip.give_back()


def _notes(trip: Journey) -> list[Note]:
    question = trip.question
    proposed = variants.loosened(question.generated_sql, trip.dialect, MOST_COUNTED + 1)[: max(0, question.held_rows)]
    until = time.monotonic() + TOGETHER_S
    notes: list[Note] = []
    for number, each in enumerate(proposed):
        is_whole = number == len(proposed) - 1
        if is_whole and notes:
            break
        found = _count(trip, each.sql, until)
        if found is None:
            return notes
        if found:
            notes.append(_note(each, found, is_together=is_whole and len(proposed) > 1))
        elif is_whole:
            notes.append(Note("Without any of the filters nothing is found either."))
    return notes


def _count(trip: Journey, sql: str, until: float) -> int | None:
    """Run one count; None where the guard, the engine, an officer's ceiling or the clock says no."""
    left = until - time.monotonic()
    decision = decide_on(trip, sql)
    if left < 0.05 or not decision.passes:
        return None
    trip.rows_counted += 1
    try:
        if not _is_affordable(trip, decision, left):
            return None
        result = ask_source(trip, decision.sql, Limits(1, 1_024, 1_024, min(left, STATEMENT_S)))
    except SourceCancelled:
        raise Cancelled from None
    except SourceError:
        return None
    value = result.rows[0][0] if result.rows else None
    return value if isinstance(value, int) else None


def _is_affordable(trip: Journey, decision: Decision, left: float) -> bool:
    """Weigh a count as any statement is weighed: it reads what the guard saw, and below an officer's ceiling."""
    journey.require_going(trip.question)
    plan = trip.session().explain(decision.sql, left)
    strange = plans.unseen(plan.relations, decision.tables, trip.schema())
    return not strange and plans.too_expensive(plan, trip.limits().plan, shows_estimates=False) is None


def _note(each: variants.Loosened, found: int, *, is_together: bool) -> Note:
    rows = f"more than {MOST_COUNTED}" if found > MOST_COUNTED else str(found)
    noun = "row" if found == 1 else "rows"
    columns = " and ".join(f"`{name}`" for name in each.columns) or "a constant"
    if is_together:
        return Note(f"No single filter emptied it; without all of them {rows} {noun} would be found.", each.dropped)
    return Note(f"The filter on {columns} emptied it: without it {rows} {noun} would be found.", each.dropped)
