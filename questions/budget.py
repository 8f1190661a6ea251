"""Rows and bytes of a person, a connector and a day (Q04): reserved before a statement, settled after it.

One counter row is locked while a place is taken, so that concurrent questions never read more than the budget. What
is left may be less than one answer: then the answer is made smaller, and says that it was cut. A statement whose
rows nobody was shown is given back.
"""

from __future__ import annotations

from guardrails.policy import QuestionLimits
from portal import tenancy
from portal.compiled import Compiled, change
from questions.models import AnswerBudget, Question

FIELDS = ("budget", "held_rows", "held_bytes")
"""Of the question, that `hold` changes."""
SMALLEST_ANSWER = 256
"""Bytes below which no answer is worth running a statement for."""


class BudgetReached(Exception):
    """Nothing is left of the day's budget; the message is for the person."""


def hold(question: Question, limits: QuestionLimits, day: object) -> tuple[int, int]:
    """Take (rows, bytes) for one statement in the caller's transaction, which holds and saves the question's row.

    Once per question: asked again, it returns what is held. Raises `BudgetReached`, having changed nothing.
    """
    if question.held_rows:
        return question.held_rows, question.held_bytes
    assert question.connector_id is not None
    counter = _locked(question, day)
    rows = min(limits.rows, limits.rows_per_day - counter.used_rows)
    size = min(limits.answer_bytes, limits.bytes_per_day - counter.used_bytes)
    if rows < 1 or size < min(SMALLEST_ANSWER, limits.answer_bytes):
        raise BudgetReached(
            f"You have read {counter.used_rows:,} of {limits.rows_per_day:,} rows and {counter.used_bytes:,} of"
            f" {limits.bytes_per_day:,} bytes that one person may read from this connector in a day (questions"
            " under way count). It starts anew at midnight; an admin can raise it under Policies."
        )
    _add(counter.pk, rows, size)
    question.budget, question.held_rows, question.held_bytes = counter, rows, size
    return rows, size


def settle(question: Question, used: tuple[int, int]) -> AnswerBudget | None:
    """Replace what is held by what was read, in the caller's transaction, which saves the question.

    Returns the counter, locked, where something was held.
    """
    if question.budget_id is None or not question.held_rows:
        return None
    counter = _add(question.budget_id, used[0] - question.held_rows, used[1] - question.held_bytes)
    question.held_rows = question.held_bytes = 0
    return counter


def _locked(question: Question, day: object) -> AnswerBudget:
    key = {"user_id": question.asked_by_id, "connector_id": question.connector_id, "day": day}
    found: AnswerBudget | None = _COUNTER.first(*key.values())
    if found is None:
        AnswerBudget.objects.bulk_create([AnswerBudget(**key)], ignore_conflicts=True)
        found = _COUNTER.first(*key.values())
    assert found is not None, "it was made a moment ago"
    return found


_COUNTER = Compiled(
    lambda user_id, connector_id, day: (
        AnswerBudget.objects.select_for_update(of=("self",))
        .filter(user_id=user_id, connector_id=connector_id, day=day)
        .order_by("id")[:1]
    )
)


def _add(counter_id: object, rows: int, size: int) -> AnswerBudget:
    """Add to what a counter has used and return it, locked by that."""
    sets = "used_rows = used_rows + %s, used_bytes = used_bytes + %s"
    which = [counter_id, tenancy.organization_id()]
    found: AnswerBudget = change(AnswerBudget, sets, "id = %s AND organization_id = %s", [rows, size, *which])[0]
    return found
