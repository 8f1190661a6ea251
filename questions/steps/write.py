"""Step: the model writes SQL, asks back, or says what is missing. What it wrote is only a proposal to the guard."""

from __future__ import annotations

from typing import Any

from connectors.adapters.providers.contracts import SqlDraft
from portal import tenancy
from questions import journey, money
from questions.journey import Journey
from questions.models import Question, QuestionState

NO_MODEL = (
    "No verified query fits this question, and no model is set up to write a new one. Ask one of the questions"
    " below, or ask an admin to verify a query for it."
)


def write(trip: Journey) -> str | None:
    """Make one model call and keep what it answered, with its event."""
    question, door, request = trip.question, trip.door, trip.request
    assert door is not None
    assert request is not None
    draft = money.call(question, door, lambda: door.provider.write_sql(request), trip.told)
    is_local = draft.call is None
    unmended = question.sent_back[-1] if question.repair_message and question.sent_back else None
    if draft.kind == "sql":
        question.generated_sql = draft.sql
    _keep(trip, draft, is_local)
    if draft.kind == "sql":
        return None
    if draft.kind == "clarify" and unmended is not None:
        return _end_unmended(question, unmended)
    if draft.kind == "clarify":
        choices = [{"label": each[:200], "text": each[:500], "connector": ""} for each in draft.choices[:6]]
        return journey.unanswered(question, QuestionState.CLARIFYING, draft.question[:500], choices)
    if is_local:
        choices = [{"label": each, "text": each, "connector": ""} for each in draft.choices[:6]]
        return journey.unanswered(question, QuestionState.UNANSWERABLE, NO_MODEL, choices)
    sentence = f"This cannot be answered from this data: {draft.missing[:500]}"
    return journey.unanswered(question, QuestionState.UNANSWERABLE, sentence, [])


def _end_unmended(question: Question, note: dict[str, Any]) -> str:
    """End with what the guard or the engine said: a refusal or an error is never dressed up as a question back."""
    if note["reasons"]:
        return journey.refuse(question, note["reasons"])
    return journey.fail(question, f"source.{note['code'] or 'failed'}", note["message"], is_retryable=False)


def _keep(trip: Journey, draft: SqlDraft, is_local: bool) -> None:
    """Commit the draft; recorded as the AI's act, on the question of the person who asked."""
    question = trip.question
    fields: dict[str, Any] = {
        "generated_sql": question.generated_sql,
        "assumptions": [each[:300] for each in draft.assumptions[:8]],
        "repair_message": "",
        "verified_only": is_local,
        "reading": question.reading
        | {
            "other_readings": [each[:300] for each in draft.other_readings[:4]],
            "tables": [each[:200] for each in draft.tables[:20]],
            "asked_back": draft.question[:500] if draft.kind == "clarify" else "",
        },
    }
    if is_local:
        journey.keep(question, **fields)
        return
    call = question.ledger["calls"][-1]
    data = {"model": call["model"], "kind": draft.kind, "repair": bool(question.repair_message), "call": call}
    event = journey.event_of(question, "question.generated", data=data, cost_microusd=call["cost_microusd"])
    with tenancy.acting_as(tenancy.AI):
        journey.keep(question, event, **fields)
