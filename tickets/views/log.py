"""The action log, and what reconciliation found (T15)."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal import listing
from portal.roles import Capability, requires
from tickets import forms
from tickets.models import Action, ActionState, Difference
from tickets.models.action import STATUS
from tickets.presentation import STATUS_SIGNS

KEYS = (("j", "Next in the list"), ("k", "Previous in the list"), ("Enter", "Open it"), ("/", "Search"), ("?", "Keys"))


def states_of(status: str) -> list[str]:
    """Return the states that the action log calls `status`."""
    return [state for state in ActionState.values if STATUS.get(ActionState(state), "PENDING") == status]


@require_GET
@requires(Capability.WORK_APPROVALS)
def actions(request: HttpRequest) -> HttpResponse:
    """Show the action log, newest first."""
    form = forms.ActionFilters(request.GET)
    rows = Action.objects.select_related("ticket")
    if status := form.given("status"):
        rows = rows.filter(state__in=states_of(status))
    if kind := form.given("kind"):
        rows = rows.filter(kind=kind)
    if q := form.given("q"):
        rows = rows.filter(
            Q(order_number__iexact=q.lstrip("#"))
            | Q(tool__icontains=q)
            | Q(actor__icontains=q)
            | Q(customer_ref__iexact=q)
        )
    page = listing.keyset(request, rows)
    chips = listing.chips(request, form)
    context = {
        "page": page,
        "rows": [(action, STATUS_SIGNS[action.status]) for action in page.rows],
        "form": form,
        "chips": chips,
        "is_first_run": not chips and not form.errors and page.total == 0,
        "open_differences": Difference.objects.filter(is_resolved=False).count(),
        "keys": KEYS,
    }
    return render(request, "tickets/actions.html", context)


@require_GET
@requires(Capability.WORK_APPROVALS)
def differences(request: HttpRequest) -> HttpResponse:
    """Show where the store and the action log do not agree."""
    page = listing.keyset(request, Difference.objects.select_related("store", "action"))
    return render(request, "tickets/differences.html", {"page": page, "keys": KEYS})
