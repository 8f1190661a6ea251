"""Step: the model writes SQL, asks back, or says what is missing. What it wrote is only a proposal to the guard."""

from __future__ import annotations

from typing import Any

from connectors.adapters.providers.contracts import SqlDraft
from portal import tenancy
from questions import journey, money
from questions.journey import Journey
from questions.models import QuestionState

NO_MODEL = (
    "No verified query fits this question, and no model is set up to write a new one. Ask one of the questions"
    " below, or ask an admin to verify a query for it."
)


def write(trip: Journey) -> str | None:
    """Make one model call and keep what it answered, with its event."""
    question, door, request = trip.question, trip.door, trip.request
    assert door is not None
    assert request is not None
    draft = money.call(question, door, lambda: door.provider.write_sql(request))
    is_local = draft.call is None
    if draft.kind == "sql":
        question.generated_sql = draft.sql
    _keep(trip, draft, is_local)
    if draft.kind == "sql":
        return None
    if draft.kind == "clarify":
        choices = [{"label": each[:200], "text": each[:500], "connector": ""} for each in draft.choices[:6]]
        return journey.unanswered(question, QuestionState.CLARIFYING, draft.question[:500], choices)
    if is_local:
        choices = [{"label": each, "text": each, "connector": ""} for each in draft.choices[:6]]
        return journey.unanswered(question, QuestionState.UNANSWERABLE, NO_MODEL, choices)
    sentence = f"This cannot be answered from this data: {draft.missing[:500]}"
    return journey.unanswered(question, QuestionState.UNANSWERABLE, sentence, [])


def _keep(trip: Journey, draft: SqlDraft, is_local: bool) -> None:
    """Commit the draft; recorded as the AI's act, on the question of the person who asked."""
    question = trip.question
    fields: dict[str, Any] = {
        "generated_sql": question.generated_sql,
        "assumptions": [each[:300] for each in draft.assumptions[:8]],
        "repair_message": "",
        "verified_only": is_local,
    }
    data = {
        "model": question.ledger.get("model", ""),
        "kind": draft.kind,
        "repair": bool(question.repair_message),
        "ledger": question.ledger,
    }
    if is_local:
        journey.keep(question, **fields)
        return
    with tenancy.acting_as(tenancy.AI):
        journey.keep(question, journey.event_of(question, "question.generated", data=data), **fields)
