"""The action log, and what reconciliation found (T15)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.views.decorators.http import require_GET, require_POST

from connectors import breaker
from portal import listing
from portal.page_verb import carry_out
from portal.roles import Capability, requires
from tickets import forms, reconcile
from tickets.models import Action, ActionState, Difference
from tickets.models.action import STATUS
from tickets.presentation import STATUS_SIGNS, coded

KEYS = (("j", "Next in the list"), ("k", "Previous in the list"), ("Enter", "Open it"), ("/", "Search"), ("?", "Keys"))

REASON_CHARS = 70


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
        "rows": [(action, STATUS_SIGNS[action.status], _reason(action)) for action in page.rows],
        "form": form,
        "chips": chips,
        "is_first_run": not chips and not form.errors and page.total == 0,
        "open_differences": Difference.objects.filter(is_resolved=False).count(),
        "keys": KEYS,
    }
    return render(request, "tickets/actions.html", context)


def _reason(action: Action) -> SafeString:
    return coded(Truncator(str(action.output.get("reason", ""))).chars(REASON_CHARS))


@require_GET
@requires(Capability.WORK_APPROVALS)
def differences(request: HttpRequest) -> HttpResponse:
    """Show where the store and the action log do not agree, and how much was compared."""
    return _differences(request)


@require_POST
@requires(Capability.WORK_APPROVALS)
def resolve(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Close one difference with a reason."""
    form = forms.Resolve(request.POST)

    def verb() -> None:
        reconcile.resolve(pk, reason=form.cleaned_data["reason"])
        messages.success(request, "Resolved. It stays listed with your reason.")

    if not Difference.objects.filter(pk=pk).exists():
        raise Http404
    return carry_out(
        request,
        verb,
        then=lambda _: redirect("tickets:differences"),
        again=lambda _, status: _differences(request, form=form, of=pk, status=status),
        form=form,
    )


def _differences(
    request: HttpRequest, *, form: forms.Typed | None = None, of: uuid.UUID | None = None, status: int = 200
) -> HttpResponse:
    rows = Difference.objects.select_related("store", "action", "resolved_by")
    page = listing.keyset(request, rows)
    shown = [(row, form if form is not None and row.pk == of else forms.Resolve()) for row in page.rows]
    context = {
        "page": page,
        "rows": shown,
        "measured": reconcile.measured(),
        "away": breaker.away(),
        "keys": KEYS,
    }
    return render(request, "tickets/differences.html", context, status=status)
