"""Asking: every way in. A question is a row that commits with its event; the rest is work for a worker (Q14, Q15)."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from connectors import grant
from connectors.models import Connector, ConnectorRole
from guardrails import rates
from portal import compiled, tenancy, trail, work
from portal.models import JobState
from portal.refusal import Refused
from portal.roles import Capability, i_may, require
from questions.models import Origin, Question, QuestionState, Report

MAX_TEXT = 2_000
MAX_SQL = 50_000


def ask(
    *, text: str, connector_id: str | uuid.UUID | None = None, parent: Question | None = None, origin: str = Origin.ASK
) -> Question:
    """Ask a question as the current person; without a connector the portal finds the fitting one (for those who may).

    Raises `ValidationError` naming the field, `rate.Limited` when there were too many (S06). Writes the row, its
    event, and wakes a worker. Call it outside a transaction: a refused connector is recorded.
    """
    require(Capability.ASK)
    rates.take(rates.Kind.ASK)
    cleaned = cleaned_text("question", text, MAX_TEXT)
    if parent is not None and not parent.is_mine:
        raise ValidationError({"parent": "parent: there is no such question of yours"})
    connector = named_source(connector_id) if connector_id else None
    if connector is None and not i_may(Capability.ASK_ACROSS):
        raise ValidationError({"connector": "connector: name one of the connectors that are granted to you"})
    return make(Question(origin=origin, connector=connector, text=cleaned, parent=parent))


def run_sql(*, connector_id: str | uuid.UUID, sql: str, parent: Question | None = None) -> Question:
    """Run SQL that a person wrote through the same guard, limits and audit (Q14). Raises as `ask`."""
    require(Capability.EDIT_SQL)
    rates.take(rates.Kind.ASK)
    cleaned = cleaned_text("sql", sql, MAX_SQL)
    connector = named_source(connector_id)
    text = parent.text if parent is not None and parent.is_mine else ""
    mine = parent if parent is not None and parent.is_mine else None
    made = Question(origin=Origin.LIVE_EDIT, connector=connector, text=text, generated_sql=cleaned, parent=mine)
    return make(made)


def run_report(report: Report, *, origin: str = Origin.REPORT) -> Question:
    """Run a report as the current person, with their own grant and under their own filters and masks (Q15)."""
    require(Capability.SEE_SHARED)
    if not Report.objects.visible_to_me().filter(pk=report.pk).exists():
        raise Refused("This report is not shared with you. Its owner can share it.", subject=("report", str(report.pk)))
    rates.take(rates.Kind.ASK)
    connector = named_source(report.connector_id)
    made = Question(origin=origin, connector=connector, text=report.question, report=report)
    return make(made)


def ask_again(question: Question) -> Question:
    """Ask an old question again as the current person: rows are never kept, so an old answer is run anew (Q01).

    A paused question is looked at again at once instead.
    """
    if not question.is_mine:
        raise Refused("Only the person who asked may ask this again.", subject=("question", str(question.pk)))
    if question.state == QuestionState.PAUSED:
        return _wake(question)
    if question.origin == Origin.COUNT and question.parent is not None:
        from questions import counting

        return counting.count(question.parent)
    if question.origin == Origin.LIVE_EDIT:
        assert question.connector_id is not None
        return run_sql(connector_id=question.connector_id, sql=question.generated_sql, parent=question)
    if question.report is not None:
        return run_report(question.report)
    connector_id = question.connector_id if question.connector_id and not question.connector_reason else None
    return ask(
        text=question.text,
        connector_id=connector_id or (None if i_may(Capability.ASK_ACROSS) else question.connector_id),
        parent=question.parent,
        origin=question.origin,
    )


def named_source(connector_id: str | uuid.UUID) -> Connector:
    """Return a data source the current person may use; raise `ValidationError` naming `connector` otherwise."""
    try:
        found = grant.granted_to_me(connector_id, where="questions")
    except grant.NoSuchConnector as error:
        raise ValidationError({"connector": str(error)}) from None
    if found.role != ConnectorRole.SOURCE:
        raise ValidationError({"connector": f"connector: `{found.name}` is not a data source; name one"})
    if not found.is_active:
        raise ValidationError({"connector": f"connector: `{found.name}` is deactivated; ask an admin"})
    return found


def cleaned_text(field: str, given: object, most: int) -> str:
    """Return a text that can be kept and shown; raise `ValidationError` naming the field, the length and the fix."""
    if not isinstance(given, str) or not given.strip():
        raise ValidationError({field: f"{field}: it is empty; write it in 1 to {most:,} characters"})
    if len(given) > most:
        message = f"{field}: it has {len(given):,} characters; shorten it to {most:,}"
        raise ValidationError({field: message})
    if "\x00" in given:
        raise ValidationError({field: f"{field}: it holds a NUL character; remove it"})
    try:
        given.encode()
    except UnicodeEncodeError:
        raise ValidationError(
            {field: f"{field}: it holds half of a character (a lone surrogate); type it again"}
        ) from None
    return given.strip()


def make(question: Question) -> Question:
    """Write a question of the current person with its event and wake a worker; the verbs above have judged it."""
    person = tenancy.current().user_id
    if person is None:
        raise Refused("Only a person asks questions; sign in first.")
    with transaction.atomic():
        question.asked_by_id = person
        work.make_ready(question)
        compiled.insert(question)
        trail.record(
            trail.Event(
                "question.asked",
                trail.Subject("question", str(question.pk)),
                connector_id=question.connector_id,
                data={
                    "origin": str(question.origin),
                    "parent": str(question.parent_id or ""),
                    "report": str(question.report_id or ""),
                },
                text={"question": question.text, "sql": question.generated_sql},
            )
        )
    return question


def _wake(question: Question) -> Question:
    with transaction.atomic():
        row: Question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
        if row.state == QuestionState.PAUSED and row.job_state != JobState.LEASED:
            work.make_ready(row, after=timedelta(0))
            row.save(update_fields=work.JOB_FIELDS)
    return row
