"""Watches live actions and puts one back into shadow mode when people stop agreeing with it or it errs too often.

Only ever tightens, so it needs nobody's yes; going live again needs two people, as the first time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from guardrails.gates.facts import ACTION_KINDS
from guardrails.models import TicketPolicy
from guardrails.shares import Share
from portal import change, tenancy, trail
from tickets.models import Action, ActionState, Approval, ApprovalState, Difference, GoLive, GoLiveState

SOURCE = "fall-back"


@dataclass(frozen=True, slots=True)
class Band:
    """How a live action does: what people agreed with, what went wrong, and the band that it has to keep."""

    kind: str
    since: datetime
    agreement: Share
    errors: Share
    least_agreement: int
    most_errors: int
    min_actions: int

    @property
    def leaves(self) -> str:
        """Return in words how it is out of its band, empty where it is not, or too little was seen."""
        agreed, erred = self.agreement, self.errors
        if agreed.total >= self.min_actions and agreed.right * 100 < self.least_agreement * agreed.total:
            return (
                f"people agreed with {agreed.right} of {agreed.total} proposals,"
                f" fewer than the {self.least_agreement} % that are set"
            )
        if erred.total >= self.min_actions and erred.right * 100 > self.most_errors * erred.total:
            return (
                f"{erred.right} of {erred.total} executions went wrong, more than the {self.most_errors} % that are set"
            )
        return ""


def bands(policy: TicketPolicy) -> list[Band]:
    """Return the band of every live action. Four queries for each."""
    return [_band(policy, kind) for kind in ACTION_KINDS if not policy.is_shadow(kind)]


def _band(policy: TicketPolicy, kind: str) -> Band:
    since = timezone.now() - timedelta(days=policy.fallback_days)
    live = GoLive.objects.filter(action=kind, state=GoLiveState.CONFIRMED).order_by("-confirmed_at").first()
    if live is not None and live.confirmed_at and live.confirmed_at > since:
        since = live.confirmed_at
    decided = Approval.objects.filter(
        action__kind=kind, action__proposed_by__isnull=True, decided_at__gte=since,
        state__in=(ApprovalState.APPROVED, ApprovalState.REJECTED),
    )  # fmt: skip
    lowered = Q(action__ticket__decision__amount_minor__gt=F("action__amount_minor"))
    agreed = decided.filter(state=ApprovalState.APPROVED).exclude(lowered)
    done = Action.objects.filter(kind=kind, is_shadow=False, proposed_by__isnull=True, executed_at__gte=since)
    done = done.filter(state__in=(ActionState.SUCCEEDED, ActionState.FAILED, ActionState.UNKNOWN))
    differing = Difference.objects.filter(is_resolved=False, action__isnull=False).values("action")
    wrong = done.filter(Q(state__in=(ActionState.FAILED, ActionState.UNKNOWN)) | Q(pk__in=differing))
    return Band(
        kind,
        since,
        Share(agreed.count(), decided.count()),
        Share(wrong.count(), done.count()),
        policy.fallback_agreement_percent,
        policy.fallback_error_percent,
        policy.fallback_min_actions,
    )


def fall_back() -> list[Band]:
    """Put every live action that has left its band back into shadow mode; return them. One event for each."""
    fallen = []
    with transaction.atomic():
        policy = TicketPolicy.objects.select_for_update(of=("self",)).first()
        if policy is None:
            return []
        for band in bands(policy):
            if not band.leaves:
                continue
            setattr(policy, f"shadow_{band.kind}", True)
            with tenancy.acting_as(tenancy.SYSTEM):
                change.apply(policy, reason=f"{band.kind}: {band.leaves}"[:300], source=SOURCE)
                trail.record(_event(policy, band))
            fallen.append(band)
    return fallen


def _event(policy: TicketPolicy, band: Band) -> trail.Event:
    return trail.Event(
        "shadow.returned",
        trail.Subject("ticket_policy", str(policy.pk)),
        verdict="record",
        data={
            "action": band.kind,
            "reason": band.leaves,
            "since": band.since.isoformat(),
            "agreed": band.agreement.right,
            "decided": band.agreement.total,
            "wrong": band.errors.right,
            "executed": band.errors.total,
        },
    )
