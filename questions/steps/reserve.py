"""Step: the most a model call can cost is held before anything is looked up for it or sent (Q16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from connectors import data_policy
from connectors import open as doors
from connectors.adapters.providers import matching
from connectors.adapters.providers.contracts import Repair, SqlRequest, Turn, estimate_max
from guardrails import spend
from portal import trail, work
from questions import journey, memory, money, reading, thread
from questions.journey import END, Journey
from questions.models import Question, QuestionState
from questions.schema_context import MAX_BYTES

NEAREST = 4
THREAD = 4
LOOK_AGAIN = timedelta(minutes=10)
"""How often a paused question looks whether an admin raised the cap."""


def reserve(trip: Journey) -> str | None:
    """Hold the most that the coming call can cost; pause the question where a cap has no room for it."""
    question = trip.question
    trip.door = trip.door or doors.model()
    trip.request = request_for(trip)
    widest = replace(trip.request, schema_text="x" * MAX_BYTES)
    estimate = estimate_max(trip.door.provider.bound(widest), trip.door.prices)
    if estimate == 0:
        return None
    if question.resets_at is not None and (blocked := _still_capped(question, estimate)):
        return pause(question, blocked)
    money.hold(question, estimate)
    return None


def request_for(trip: Journey) -> SqlRequest:
    """Gather what may reach the model, schema apart: the question, memory of this connector, the thread."""
    question = trip.question
    terms, notes = memory.as_data(memory.entries_of(trip.connector))
    is_told = trip.door is not None and trip.door.provider.name != "local"
    offered = memory.examples_of(trip.connector) if is_told else memory.verified_of(trip.connector)
    offered = tuple(each for each in offered if not data_policy.names_hidden(each.sql, trip.rules()))
    near = matching.nearest(subject_of(question), offered, limit=NEAREST)
    calendar = trip.calendar()
    repair = Repair(question.generated_sql, question.repair_message) if question.repair_message else None
    return SqlRequest(
        question=question.text,
        dialect=trip.dialect,
        schema_text="",
        today=calendar.today,
        memory=terms,
        instructions=notes,
        verified=near,
        history=thread_of(question),
        repair=repair,
        time_zone=calendar.time_zone,
        fiscal_year_start_month=calendar.fiscal_year_start_month,
        periods=reading.periods_of(question.text, calendar),
    )


def thread_of(question: Question) -> tuple[Turn, ...]:
    """Return the thread as a model is told it: what was asked and proposed, never rows.

    The statement as it was proposed: what the guard made of it may hold an officer's row filters.
    """
    return tuple(
        Turn(each.text, each.generated_sql if each.executed_sql else "", each.reading.get("asked_back", ""))
        for each in thread.earlier(question, THREAD)
    )


def subject_of(question: Question) -> str:
    """Return the words that say what a question is about: of a follow-up such as "and by month?", the thread's too."""
    return " ".join([*(each.text for each in thread.earlier(question, THREAD)), question.text])[: matching.MAX_QUESTION]


def pause(question: Question, cap: spend.CapReached) -> str:
    """Pause at a cap until the next cycle or until there is room again; recorded once."""
    is_first = question.resets_at is None
    with journey.committing(question):
        question.state, question.resets_at, question.failure = QuestionState.PAUSED, cap.resets_at, str(cap)
        question.attempts = 0
        question.save(update_fields=["state", "resets_at", "failure", "attempts"])
        if is_first:
            data = {"scope": cap.scope, "cap": cap.cap, "used": cap.used, "resets_at": cap.resets_at.isoformat()}
            trail.record(journey.event_of(question, "question.paused", verdict="paused", data=data))
        left = cap.resets_at - timezone.now()
        work.finish(question, again_after=max(timedelta(seconds=1), min(left, LOOK_AGAIN)))
    return END


def _still_capped(question: Question, estimate: int) -> spend.CapReached | None:
    """Look quietly whether a paused question would be paused again: no event for each look."""
    for scope, user_id in ((spend.USER, question.asked_by_id), (spend.ORGANIZATION, None)):
        found = spend.usage(user_id)
        if found.used + estimate > found.cap:
            return spend.CapReached(scope, found.cap, found.used, found.resets_at)
    return None
