"""Saying of one's own answer that it is right or wrong, and in which way; candidates for the evaluation set."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from portal import trail
from portal.refusal import Refused
from portal.roles import Capability, require
from questions.models import Fault, Feedback, Question, QuestionState


def give(question: Question, *, is_right: Any, fault: str = "") -> Feedback:
    """Keep what the current person says of their answer; saying it anew replaces it. Raises `ValidationError`."""
    require(Capability.ASK)
    if not question.is_mine:
        raise Refused("Only the person who asked may judge this answer.", subject=("question", str(question.pk)))
    if question.state != QuestionState.ANSWERED:
        raise ValidationError({"question": "question: it has no answer to judge"})
    if not isinstance(is_right, bool):
        raise ValidationError({"is_right": f"is_right: `{str(is_right)[:20]}` is neither true nor false"})
    if not is_right and fault not in Fault.values:
        known = ", ".join(Fault.values)
        raise ValidationError({"fault": f"fault: `{str(fault)[:20]}` is none of {known}; say in which way it is wrong"})
    with transaction.atomic():
        row, _ = Feedback.objects.update_or_create(
            question=question,
            person_id=question.asked_by_id,
            defaults={"is_right": is_right, "fault": "" if is_right else fault},
        )
        trail.record(
            trail.Event(
                "question.judged",
                trail.Subject("question", str(question.pk)),
                verdict="right" if is_right else "wrong",
                connector_id=question.connector_id,
                confidence=question.confidence,
                data={"fault": row.fault},
            )
        )
    return row
