"""Reports: saving an answer as a live question, sharing it, taking it back (Q15). Running one is `ask.run_report`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from connectors import data_policy
from connectors.models import Connector
from portal import tenancy, trail
from portal.models import Membership
from portal.refusal import Refused
from portal.roles import Capability, Role, require
from questions.models import Question, QuestionState, Report, ReportSchedule, ReportShare


def save(question: Question, *, title: str) -> Report:
    """Save an answer of the current person as a live question; no row of it is kept. Raises `ValidationError`."""
    require(Capability.SAVE_ANSWERS)
    if not question.is_mine:
        raise Refused("Only the person who asked may save this answer.", subject=("question", str(question.pk)))
    if question.state != QuestionState.ANSWERED or question.connector_id is None:
        raise ValidationError({"question": "question: it has no answer to save; run it again first"})
    named = _titled(title)
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


def rename(report: Report, *, title: Any) -> Report:
    """Give a report of the current person another title. Raises `ValidationError` naming `title`."""
    require(Capability.SAVE_ANSWERS)
    _require_mine(report)
    named = _titled(title)
    with transaction.atomic():
        row: Report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        was, row.title = row.title, named
        if was != named:
            row.save(update_fields=["title"])
            _record("report.renamed", row, was=was)
    return row


@dataclass(frozen=True, slots=True)
class Shared:
    """What the person who shares is told: who of those lacks the grant, and whether they see other rows or values."""

    lacking: tuple[str, ...]
    sees_differently: bool

    @property
    def has_grant(self) -> bool:
        return not self.lacking


def share(report: Report, *, with_email: Any = "", with_role: Any = "") -> Shared:
    """Share a report of the current person with somebody of the organization, or with a role; idempotent.

    Without a grant they see the report's name and no row; under other filters or masks they never see the owner's
    rows. Raises `ValidationError` naming `person` or `role`.
    """
    require(Capability.MANAGE_REPORTS)
    _require_mine(report)
    people, key = _with_role(with_role, report) if with_role else _with_person(with_email, report)
    lacking = tuple(
        str(each.user.email)
        for each in people
        if not Connector.objects.all().usable_by(each).filter(pk=report.connector_id).exists()
    )
    mine = tenancy.current().role
    roles = {each.role for each in people} | ({str(with_role)} if with_role else set())
    sees_differently = any(data_policy.differs(report.connector, mine, role) for role in sorted(roles))
    with transaction.atomic():
        _, is_new = ReportShare.objects.get_or_create(report=report, **key)
        if is_new:
            told = {"has_grant": not lacking, "lacking": len(lacking), "sees_differently": sees_differently}
            _record("report.shared", report, **_named(key), **told)
    return Shared(lacking, sees_differently)


def unshare(report: Report, *, user_id: Any = "", role: Any = "") -> None:
    """Stop sharing a report of the current person with somebody, or with a role; idempotent."""
    require(Capability.MANAGE_REPORTS)
    _require_mine(report)
    try:
        key: dict[str, Any] = {"role": str(role)} if role else {"user_id": uuid.UUID(str(user_id))}
    except ValueError:
        raise ValidationError(
            {"person": f"person: `{str(user_id)[:40]}` is no person's id; give it or a role"}
        ) from None
    with transaction.atomic():
        removed, _ = ReportShare.objects.filter(report=report, **key).delete()
        if removed:
            _record("report.unshared", report, **_named(key))


def _with_person(given: Any, report: Report) -> tuple[list[Membership], dict[str, Any]]:
    asked = str(given or "").strip().lower()
    found = Membership.objects.filter(user__email=asked, is_active=True).select_related("user").first()
    if found is None or found.user_id == report.owner_id:
        shown = asked[:60] or "nobody"
        raise ValidationError({"person": f"person: `{shown}` is nobody else of your organization; give their e-mail"})
    return [found], {"user_id": found.user_id}


def _with_role(given: Any, report: Report) -> tuple[list[Membership], dict[str, Any]]:
    if given not in Role._value2member_map_:
        known = ", ".join(role.value for role in Role)
        raise ValidationError({"role": f"role: `{str(given)[:40]}` is not one of {known}"})
    members = Membership.objects.filter(role=given, is_active=True).exclude(user_id=report.owner_id)
    return list(members.select_related("user").order_by("user__email")), {"role": str(given)}


def _named(key: dict[str, Any]) -> dict[str, str]:
    return {"person": str(key["user_id"])} if "user_id" in key else {"role": key["role"]}


def remove(report: Report) -> None:
    """Take a report of the current person out of every list; its runs stay in the trail."""
    require(Capability.SAVE_ANSWERS)
    _require_mine(report)
    with transaction.atomic():
        if Report.objects.filter(pk=report.pk, is_active=True).update(is_active=False):
            ReportSchedule.objects.filter(report=report).delete()
            _record("report.removed", report)


def _titled(title: Any) -> str:
    named = title.strip() if isinstance(title, str) else ""
    if not 0 < len(named) <= 160 or "\x00" in named:
        raise ValidationError({"title": f"title: write 1 to 160 characters, not {len(named):,}"})
    return named


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
