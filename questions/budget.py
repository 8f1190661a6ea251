"""Rows and bytes of a person, a connector and a day (Q04): reserved before a statement, settled after it.

One counter row is locked while a place is taken, so that concurrent questions never read more than the budget. What
is left may be less than one answer: then the answer is made smaller, and says that it was cut. A statement whose
rows nobody was shown is given back.
"""

from __future__ import annotations

from django.db.models import F

from guardrails.policy import QuestionLimits
from questions.models import AnswerBudget, Question

SMALLEST_ANSWER = 256
"""Bytes below which no answer is worth running a statement for."""


class BudgetReached(Exception):
    """Nothing is left of the day's budget; the message is for the person."""


def hold(question: Question, limits: QuestionLimits, day: object) -> tuple[int, int]:
    """Take (rows, bytes) for one statement in the caller's transaction, which holds the question's row.

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
    _add(counter, rows, size)
    question.budget, question.held_rows, question.held_bytes = counter, rows, size
    question.save(update_fields=["budget", "held_rows", "held_bytes"])
    return rows, size


def settle(question: Question, used: tuple[int, int]) -> AnswerBudget | None:
    """Replace what is held by what was read, in the caller's transaction, which saves the question.

    Returns the counter, locked, where something was held.
    """
    if question.budget_id is None or not question.held_rows:
        return None
    counter = AnswerBudget.objects.select_for_update(of=("self",)).get(pk=question.budget_id)
    _add(counter, used[0] - question.held_rows, used[1] - question.held_bytes)
    question.held_rows = question.held_bytes = 0
    return counter


def _locked(question: Question, day: object) -> AnswerBudget:
    key = {"user_id": question.asked_by_id, "connector_id": question.connector_id, "day": day}
    locked = AnswerBudget.objects.select_for_update(of=("self",)).filter(**key)
    found: AnswerBudget | None = locked.first()
    if found is None:
        AnswerBudget.objects.bulk_create([AnswerBudget(**key)], ignore_conflicts=True)
        found = locked.get()
    return found


def _add(counter: AnswerBudget, rows: int, size: int) -> None:
    AnswerBudget.objects.filter(pk=counter.pk).update(
        used_rows=F("used_rows") + rows, used_bytes=F("used_bytes") + size
    )
