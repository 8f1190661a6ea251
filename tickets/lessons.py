"""What people rejected before, told to the proposal of a similar ticket: the organization's own, few and short."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from connectors.adapters.providers.contracts import Rejection
from tickets.models import Approval, ApprovalState, Category

MOST = 5
DAYS = 90
CHARACTERS = 240


def of(intent: str) -> tuple[Rejection, ...]:
    """Return the newest rejections of proposals for tickets with the same intent. One query."""
    since = timezone.now() - timedelta(days=DAYS)
    rows = (
        Approval.objects.filter(
            state=ApprovalState.REJECTED, is_test=False, ticket__intent=intent, decided_at__gte=since
        )
        .order_by("-decided_at")
        .values_list("category", "decision_reason", "action__kind")[:MOST]
    )
    return tuple(
        Rejection(kind or "reply", Category(category or Category.OTHER).label, reason[:CHARACTERS])
        for category, reason, kind in rows
    )
