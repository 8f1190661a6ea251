"""The start of the admin: what happened in the last days, in figures that lead to their rows."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from audit import search
from audit.filters import address, in_period, zone
from portal import figures
from portal.figures import Figure, Period
from portal.roles import Capability, i_may

DAYS = 30

EVENTS = (
    ("Questions", "Asked", "question.asked"),
    ("Questions", "Answered", "question.answered"),
    ("Questions", "Refused", "question.refused"),
    ("Questions", "Failed", "question.failed"),
    ("Actions", "Executed", "action.succeeded"),
    ("Actions", "Blocked", "action.blocked"),
    ("Actions", "Failed", "action.failed"),
    ("Actions", "Outcome unknown", "action.unknown"),
    ("Actions", "Recorded only", "action.recorded"),
    ("Approvals", "Approved", "approval.approved"),
    ("Approvals", "Rejected", "approval.rejected"),
    ("Access", "Refused acts", "access.refused"),
    ("Access", "Refused sign-ins", "person.sign_in_refused"),
    ("Access", "Exports of the trail", "trail.exported"),
)
"""What is counted from the trail itself: group, title, event type."""


def add_event_figures() -> None:
    """Add every figure that counts events of one type."""
    for order, (group, title, event_type) in enumerate(EVENTS, start=20):
        figures.add(_of_events(group, title, event_type, order))


def _of_events(group: str, title: str, event_type: str, order: int) -> Figure:
    def value(period: Period) -> int:
        return search.total(in_period(period.since, period.until, event_type))

    def url(period: Period) -> str:
        days = {"since": period.since.isoformat(), "until": period.until.isoformat()}
        return address(reverse("admin:audit_event_changelist"), {**days, "type": event_type})

    return Figure(group, title, value, url, Capability.VIEW_GOVERNANCE, order)


def last_days() -> Period:
    """Return the last `DAYS` days, today included, in the organization's time zone."""
    today = timezone.now().astimezone(zone()).date()
    return Period(today - timedelta(days=DAYS - 1), today)


def add_figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Give the admin's start its figures; Unfold calls this. One query for each figure."""
    if not i_may(Capability.VIEW_GOVERNANCE):
        return context
    period = last_days()
    shown = [
        {"group": each.group, "title": each.title, "value": each.value(period), "url": each.url(period)}
        for each in figures.visible()
    ]
    groups = [(group, list(rows)) for group, rows in groupby(shown, key=lambda row: row["group"])]
    return {**context, "figure_groups": groups, "period": period, "days": DAYS}
