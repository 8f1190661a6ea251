"""The approval queue: who waits, since when, for what; views people saved of it, and one reason for several noes."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from guardrails.models import ActionCeiling
from portal import listing, tenancy
from portal.roles import Capability, i_may, requires
from tickets import forms, gather, queue, reject_many, saved_views
from tickets.forms import ApprovalFilters
from tickets.models import Approval, ApprovalState, SavedView
from tickets.presentation import APPROVAL_SIGNS, coded, kind_of

KEYS = (
    ("j", "Next in the list"),
    ("k", "Previous in the list"),
    ("Enter or o", "Open it"),
    ("c", "Claim it, or give it back"),
    ("a", "Open it to approve"),
    ("e or l", "Open it to lower the amount"),
    ("w", "Open it to edit the reply"),
    ("r", "Open it to reject"),
    ("x", "Select it, to reject several"),
    ("/", "Search"),
    ("?", "These keys"),
)


@require_GET
@requires(Capability.WORK_APPROVALS)
def approvals(request: HttpRequest) -> HttpResponse:
    """Show the queue, oldest first unless sorted otherwise, filtered by the address."""
    return _page(request)


@require_POST
@requires(Capability.WORK_APPROVALS)
def reject_selected(request: HttpRequest) -> HttpResponse:
    """Reject the selected ones with one reason, and say which could not be rejected and why."""
    form = forms.RejectMany(request.POST)
    if not form.is_valid():
        return _page(request, bulk=form, status=400)
    given = form.cleaned_data
    try:
        done, failed = reject_many.reject_many(
            request.POST.getlist("approvals"), reason=given["reason"], category=given["category"] or "other"
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(request, bulk=form, status=400)
    if done:
        messages.success(request, f"{done} rejected. Their tickets are yours.")
    if not failed:
        return redirect("tickets:approvals")
    asked = {row.pk: row for row in Approval.objects.filter(pk__in=[each.approval for each in failed])}
    return _page(request, failed=[(asked.get(each.approval), each.reason) for each in failed], status=409)


@require_POST
@requires(Capability.WORK_APPROVALS)
def save_view(request: HttpRequest) -> HttpResponse:
    form = forms.SaveView(request.POST)
    if form.is_valid():
        try:
            made = saved_views.save(**form.cleaned_data)
        except ValidationError as error:
            form.add_error("name", error.messages)
        else:
            return redirect("tickets:view", made.pk)
    return _page(request, view_form=form, status=400)


@require_GET
@requires(Capability.WORK_APPROVALS)
def view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Lead to a saved view: its permanent link. A query that has changed since leads to what it is now."""
    found = saved_views.visible().filter(pk=pk).first()
    if found is None:
        raise Http404
    return redirect(f"{_address()}?{saved_views.address_of(found)}")


@require_POST
@requires(Capability.WORK_APPROVALS)
def remove_view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    try:
        saved_views.remove(pk)
    except SavedView.DoesNotExist:
        raise Http404 from None
    return redirect("tickets:approvals")


def _address() -> str:
    from django.urls import reverse

    return reverse("tickets:approvals")


def _page(
    request: HttpRequest,
    *,
    bulk: forms.Typed | None = None,
    view_form: forms.Typed | None = None,
    failed: list[tuple[Any, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    currencies = ActionCeiling.objects.values_list("currency", flat=True).distinct()
    form = ApprovalFilters(request.GET, currency=gather.organization_currency(), currencies=currencies)
    is_decided = form.given("state") in queue.DECIDED
    page = queue.page(request, form)
    chips = [chip for chip in listing.chips(request, form) if not chip.text.startswith("Sort by")]
    query = request.GET.copy()
    for name in ("after", "before", "view"):
        query.pop(name, None)
    kept = "&".join(part for part in query.urlencode().split("&") if part and not part.endswith("="))
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
            "numbers": queue.numbers(),
            "views": saved_views.listed(request.GET.get("view", "")),
            "view_form": view_form or forms.SaveView(initial={"query": kept}),
            "bulk_form": bulk or forms.RejectMany(),
            "failed": failed or [],
            "most": reject_many.MOST,
            "may_watch": i_may(Capability.VIEW_GOVERNANCE),
            "keys": KEYS,
        },
        status=status,
    )


def _row(approval: Approval) -> dict[str, Any]:
    sign, word = APPROVAL_SIGNS[ApprovalState(approval.state)]
    now = timezone.now()
    return {
        "approval": approval,
        "kind": kind_of(approval.action),
        "why": coded(approval.why),
        "sign": sign,
        "word": word,
        "is_overdue": approval.is_open and approval.due_at is not None and approval.due_at <= now,
        "is_claimed": bool(approval.claimed_until and approval.claimed_until > now),
        "is_mine": approval.claimed_by_id == tenancy.current().user_id,
    }
