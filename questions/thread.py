"""The thread a question stands in: earlier questions of the same person on the same connector, nobody else's."""

from __future__ import annotations

from questions.models import Origin, Question

LONGEST_WALK = 24


def earlier(question: Question, most: int) -> list[Question]:
    """Return at most `most` earlier questions, oldest first. One query for each step back."""
    found: list[Question] = []
    row = question.parent
    for _ in range(LONGEST_WALK):
        if row is None or len(found) == most:
            break
        if belongs(row, question):
            found.append(row)
        row = row.parent
    return found[::-1]


def later(question: Question, most: int) -> list[Question]:
    """Return the follow-ups of a question by the same person, oldest first; counts are shown beside it. One query."""
    rows = question.follow_ups.exclude(origin=Origin.COUNT).filter(asked_by_id=question.asked_by_id)
    return list(rows.select_related("connector").order_by("id")[:most])


def belongs(row: Question, question: Question) -> bool:
    """Whether an earlier question may be told along: the person's own, of this connector, and a question in words."""
    is_own = row.asked_by_id == question.asked_by_id
    return is_own and row.origin != Origin.COUNT and row.connector_id in (None, question.connector_id)
