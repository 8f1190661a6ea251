"""The approval queue: who waits, since when, for what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal import listing, tenancy
from portal.roles import Capability, requires
from tickets import gather
from tickets.forms import ApprovalFilters
from tickets.models import Approval, ApprovalState
from tickets.presentation import APPROVAL_SIGNS, coded, kind_of

KEYS = (
    ("j", "Next in the list"),
    ("k", "Previous in the list"),
    ("Enter", "Open it"),
    ("c", "Claim it, or give it back"),
    ("a", "Open it to approve"),
    ("e", "Open it to lower the amount"),
    ("r", "Open it to reject"),
    ("/", "Search"),
    ("?", "These keys"),
)


@require_GET
@requires(Capability.WORK_APPROVALS)
def approvals(request: HttpRequest) -> HttpResponse:
    """Show the queue, oldest first, filtered by the address."""
    form = ApprovalFilters(request.GET, currency=gather.organization_currency())
    is_decided = form.given("state") == "decided"
    rows = Approval.objects.select_related("ticket", "action", "claimed_by", "decided_by")
    rows = rows.exclude(pk__in=Approval.objects.waiting()) if is_decided else rows.waiting()
    page = listing.keyset(request, filtered(rows, form), oldest_first=not is_decided)
    chips = listing.chips(request, form)
    return render(
        request,
        "tickets/approvals.html",
        {
            "page": page,
            "rows": [_row(approval) for approval in page.rows],
            "form": form,
            "chips": chips,
            "is_first_run": not chips and not form.errors and not Approval.objects.exists(),
            "is_decided": is_decided,
            "keys": KEYS,
        },
    )


def filtered(rows: QuerySet[Any], form: ApprovalFilters) -> QuerySet[Any]:
    """Return the rows that every understood filter lets through."""
    me = tenancy.current().user_id
    if claim := form.given("claim"):
        rows = rows.claimed_by(me) if claim == "mine" else rows.unclaimed()  # type: ignore[attr-defined]
    if kind := form.given("kind"):
        rows = rows.filter(action=None) if kind == "reply" else rows.filter(action__kind=kind)
    if least := form.given("least"):
        rows = rows.filter(action__currency=least.currency, action__amount_minor__gte=least.amount_minor)
    if most := form.given("most"):
        rows = rows.filter(action__currency=most.currency, action__amount_minor__lte=most.amount_minor)
    if age := form.given("age"):
        rows = rows.filter(created_at__lte=timezone.now() - timedelta(hours=int(age)))
    if q := form.given("q"):
        number = q.lstrip("#")
        rows = rows.filter(
            Q(question__icontains=q)
            | Q(ticket__subject__icontains=q)
            | Q(ticket__body__icontains=q)
            | Q(ticket__sender_email__icontains=q)
            | Q(action__order_number__iexact=number)
        )
    return rows


def _row(approval: Approval) -> dict[str, Any]:
    sign, word = APPROVAL_SIGNS[ApprovalState(approval.state)]
    return {
        "approval": approval,
        "kind": kind_of(approval.action),
        "why": coded(approval.why),
        "sign": sign,
        "word": word,
        "is_claimed": bool(approval.claimed_until and approval.claimed_until > timezone.now()),
        "is_mine": approval.claimed_by_id == tenancy.current().user_id,
    }
