"""Counting a cut answer in full: a question of its own, through the same guard, limits, budget and audit."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from guardrails.sql import variants
from portal.refusal import Refused
from portal.roles import Capability, require
from questions import ask, view
from questions.models import Origin, Question, QuestionState


@dataclass(frozen=True, slots=True)
class Counted:
    """The latest count of an answer: its question, and how many rows there are where that is known and kept."""

    question: Question
    rows: int | None = None


def count(question: Question) -> Question:
    """Count how many rows a cut answer has in full; asked twice, the count under way is returned.

    Raises `ValidationError` where the answer is not cut or its statement cannot be counted, `Refused` for others.
    Call it outside a transaction.
    """
    require(Capability.ASK)
    if not question.is_mine:
        raise Refused("Only the person who asked may have this counted.", subject=("question", str(question.pk)))
    if question.state != QuestionState.ANSWERED or not question.is_cut:
        raise ValidationError({"question": "question: its answer is not cut; it shows every row"})
    assert question.connector_id is not None, "an answer came from somewhere"
    if (under_way := _latest(question)) is not None and under_way.is_under_way:
        return under_way
    connector = ask.named_source(question.connector_id)
    sql = variants.counting(question.generated_sql, connector.kind.dialect)
    if sql is None:
        raise ValidationError({"question": "question: its statement cannot be counted; narrow it down instead"})
    text = f"How many rows in all: {question}"[: ask.MAX_TEXT]
    return ask.make(Question(origin=Origin.COUNT, connector=connector, text=text, generated_sql=sql, parent=question))


def counted(question: Question, *, way: str) -> Counted | None:
    """Return the latest count of a cut answer of one's own, None before the first. Two queries, one where not cut."""
    if not question.is_cut or not question.is_mine:
        return None
    row = _latest(question)
    if row is None:
        return None
    answer = view.open_answer(row, way=way)
    value = answer.rows[0][0] if answer is not None and answer.rows else None
    return Counted(row, value if isinstance(value, int) else None)


def _latest(question: Question) -> Question | None:
    rows = question.follow_ups.filter(origin=Origin.COUNT, asked_by_id=question.asked_by_id)
    found: Question | None = rows.select_related("connector").order_by("-id").first()
    return found
