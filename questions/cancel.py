"""Cancelling a question: the wish commits first, then the worker hears of it; a waiting question ends at once (Q17)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal import work
from portal.models import JobState
from portal.refusal import Refused
from questions import journey, stop
from questions.models import Question, QuestionState


def cancel(question: Question) -> Question:
    """Stop a question of the current person; a running statement is stopped in the database within a second.

    Idempotent; a question that has ended stays as it is.
    """
    if not question.is_mine:
        raise Refused("Only the person who asked may cancel this.", subject=("question", str(question.pk)))
    with transaction.atomic():
        row: Question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
        if row.is_ended:
            return row
        row.cancel_requested_at = row.cancel_requested_at or timezone.now()
        row.save(update_fields=["cancel_requested_at"])
        if row.job_state != JobState.LEASED:
            _end_waiting(row)
    stop.publish(row.pk)
    return row


def _end_waiting(row: Question) -> None:
    """End a question nobody works on; one that holds money is ended by a worker, who settles it first."""
    if row.spend_hold is not None:
        work.make_ready(row)
        row.save(update_fields=work.JOB_FIELDS)
        return
    changed = journey.end_inside(row, QuestionState.CANCELLED, "question.cancelled", {"step": row.step})
    row.job_state = JobState.IDLE
    row.save(update_fields=[*changed, "job_state"])
