"""When an approval waits too long: who is told, once, and when it is looked at again."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from connectors import notify
from tickets import decision
from tickets.models import Approval


def next_look(approval: Approval) -> timedelta:
    """Return how long the ticket may rest: until it is overdue, and then until it expires."""
    now = timezone.now()
    moments = [moment for moment in (approval.due_at, approval.expires_at) if moment is not None and moment > now]
    return max(min(moments, default=now) - now, timedelta(0))


def tell(approval: Approval) -> None:
    """Tell the recipients, once, that an approval is overdue. In the ticket's transaction."""
    now = timezone.now()
    if approval.told_at is not None or approval.due_at is None or approval.due_at > now:
        return
    approval.told_at = now
    approval.save(update_fields=["told_at"])
    told = notify.tell(
        "approval.overdue",
        subject=f"An approval waits too long: {approval.question}"[:200],
        text=f"It waits since {approval.created_at:%Y-%m-%d %H:%M} UTC because {approval.why}.",
        key=f"approval {approval.pk} overdue",
        link=reverse("tickets:approval", args=[approval.pk]),
    )
    decision.record("approval.escalated", approval, due=approval.due_at.isoformat(), told=told)


def oldest_age() -> str:
    """Return for how long the oldest approval has waited, in words for people. One query."""
    since = Approval.objects.waiting().order_by("id").values_list("created_at", flat=True).first()
    if since is None:
        return "–"
    minutes = max(int((timezone.now() - since).total_seconds() // 60), 0)
    days, hours = divmod(minutes // 60, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes % 60} min"
