"""Looking at an answer: who may see its rows, and the event that says that they were shown (A01)."""

from __future__ import annotations

from connectors import data_policy
from portal import trail
from questions import access, rows
from questions.models import Question, QuestionState
from questions.rows import Answer


def open_answer(question: Question, *, way: str) -> Answer | None:
    """Return the rows of an answer to the person they belong to while they are kept, and record that they were shown.

    None for everybody else, admins too, and after ten minutes.
    """
    if question.state != QuestionState.ANSWERED or not access.may_see_rows(question):
        return None
    answer = read(question)
    if answer is not None:
        record(question, way=way)
    return answer


def read(question: Question) -> Answer | None:
    """Return the rows of an answer while they are kept, found by the masks and filters the current person meets now.

    The caller has proved that the answer may be theirs.
    """
    assert question.connector is not None, "an answer was read from a connector"
    return rows.read(question.pk, rules=data_policy.fingerprint(data_policy.data_rules_for(question.connector)))


def record(question: Question, *, way: str) -> None:
    """Record that rows of an answer were shown to the current person."""
    trail.record(
        trail.Event(
            "question.viewed",
            trail.Subject("question", str(question.pk)),
            connector_id=question.connector_id,
            rows=question.row_count,
            bytes=question.size_bytes,
            data={"way": way},
        )
    )
