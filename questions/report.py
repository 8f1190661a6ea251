"""Reports: saving an answer as a live question, sharing it, taking it back (Q15). Running one is `ask.run_report`."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from connectors.models import Connector
from portal import trail
from portal.models import Membership
from portal.refusal import Refused
from portal.roles import Capability, require
from questions.models import Question, QuestionState, Report, ReportShare


def save(question: Question, *, title: str) -> Report:
    """Save an answer of the current person as a live question; no row of it is kept. Raises `ValidationError`."""
    require(Capability.SAVE_ANSWERS)
    if not question.is_mine:
        raise Refused("Only the person who asked may save this answer.", subject=("question", str(question.pk)))
    if question.state != QuestionState.ANSWERED or question.connector_id is None:
        raise ValidationError({"question": "question: it has no answer to save; run it again first"})
    named = title.strip() if isinstance(title, str) else ""
    if not 0 < len(named) <= 160 or "\x00" in named:
        raise ValidationError({"title": f"title: write 1 to 160 characters, not {len(named):,}"})
    with transaction.atomic():
        made = Report(
            owner_id=question.asked_by_id,
            connector_id=question.connector_id,
            title=named,
            question=question.text,
            sql=question.generated_sql,
            verified_query_id=question.verified_query_id,
        )
        made.save(force_insert=True)
        _record("report.saved", made)
    return made


def share(report: Report, *, with_email: str) -> bool:
    """Share a report of the current person with somebody of the organization; idempotent.

    Returns whether they hold a grant on the connector now: without one they see the report's name and no rows.
    Raises `ValidationError` naming `person`.
    """
    require(Capability.MANAGE_REPORTS)
    _require_mine(report)
    asked = (with_email or "").strip().lower()
    person = Membership.objects.filter(user__email=asked, is_active=True).select_related("user").first()
    if person is None or person.user_id == report.owner_id:
        shown = asked[:60] or "nobody"
        raise ValidationError({"person": f"person: `{shown}` is nobody else of your organization; give their e-mail"})
    has_grant = Connector.objects.all().usable_by(person).filter(pk=report.connector_id).exists()
    with transaction.atomic():
        _, is_new = ReportShare.objects.get_or_create(report=report, user_id=person.user_id)
        if is_new:
            _record("report.shared", report, person=str(person.user_id), has_grant=has_grant)
    return has_grant


def unshare(report: Report, *, user_id: str) -> None:
    """Stop sharing a report of the current person with somebody."""
    require(Capability.MANAGE_REPORTS)
    _require_mine(report)
    with transaction.atomic():
        removed, _ = ReportShare.objects.filter(report=report, user_id=user_id).delete()
        if removed:
            _record("report.unshared", report, person=str(user_id))


def remove(report: Report) -> None:
    """Take a report of the current person out of every list; its runs stay in the trail."""
    require(Capability.SAVE_ANSWERS)
    _require_mine(report)
    with transaction.atomic():
        if Report.objects.filter(pk=report.pk, is_active=True).update(is_active=False):
            _record("report.removed", report)


def _require_mine(report: Report) -> None:
    if not report.is_mine:
        raise Refused("Only its owner may change this report.", subject=("report", str(report.pk)))


def _record(kind: str, report: Report, **data: object) -> None:
    trail.record(
        trail.Event(
            kind,
            trail.Subject("report", str(report.pk)),
            connector_id=report.connector_id,
            data={"title": report.title, **data},
        )
    )
