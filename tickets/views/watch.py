"""For officers: what looks like a rubber stamp, and the tests they plant to see whether people look."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from guardrails.models import queue_policy
from portal import listing
from portal.roles import Capability, i_may, requires
from tickets import plant
from tickets.models import ApprovalFlag, FlagKind, PlantedTest, TestResult, Trap

KEYS = (("j", "Next in the list"), ("k", "Previous in the list"), ("Enter", "Open it"), ("?", "Keys"))
MOST_TESTS = 50


@require_GET
@requires(Capability.VIEW_GOVERNANCE)
def watch(request: HttpRequest) -> HttpResponse:
    """Show the flags, newest first, with their numbers; and what became of the planted tests."""
    return _page(request)


@require_POST
@requires(Capability.SET_POLICY)
def plant_test(request: HttpRequest) -> HttpResponse:
    try:
        plant.plant(request.POST.get("trap", ""))
    except ValidationError as error:
        return _page(request, trouble=error.messages, status=400)
    messages.success(request, "Planted. Whoever opens it cannot tell it from another until they have decided.")
    return redirect("tickets:watch")


def _page(request: HttpRequest, *, trouble: list[str] | None = None, status: int = 200) -> HttpResponse:
    kind = request.GET.get("kind", "")
    rows = ApprovalFlag.objects.select_related("approval", "person")
    page = listing.keyset(request, rows.filter(kind=kind) if kind in FlagKind.values else rows)
    context = {
        "page": page,
        "rows": [(flag, says(flag)) for flag in page.rows],
        "kinds": FlagKind.choices,
        "kind": kind,
        "people": _people(),
        "tests": list(PlantedTest.objects.select_related("planted_by", "decided_by").order_by("-id")[:MOST_TESTS]),
        "results": _results(),
        "traps": Trap.choices,
        "may_plant": i_may(Capability.SET_POLICY),
        "rules": queue_policy(),
        "trouble": trouble or [],
        "keys": KEYS,
    }
    return render(request, "tickets/watch.html", context, status=status)


def says(flag: ApprovalFlag) -> str:
    """Return a flag's evidence as one sentence."""
    known: dict[str, Any] = flag.evidence
    if flag.kind == FlagKind.HURRIED:
        return (
            f"Yes {known.get('took_s')} s after {known.get('since')}; its {known.get('words')} words take"
            f" {known.get('needed_s')} s at least"
        )
    if flag.kind == FlagKind.STREAK:
        return f"{known.get('approvals')} approvals in a row without a no"
    if flag.kind == FlagKind.OUT_OF_HOURS:
        return f"{known.get('local_time')} ({known.get('zone')}); working hours are {known.get('hours')}"
    return f"Said yes to a planted test: {dict(Trap.choices).get(known.get('trap', ''), '').lower()}"


def _people() -> list[dict[str, Any]]:
    """Return how many flags each person has, by kind. One query."""
    each = {kind.value: Count("pk", filter=Q(kind=kind)) for kind in FlagKind}
    return list(ApprovalFlag.objects.values("person__name").annotate(total=Count("pk"), **each).order_by("-total")[:20])


def _results() -> dict[str, int]:
    """Return how many tests were caught, missed and are out. One query."""
    each = {result.value: Count("pk", filter=Q(result=result)) for result in TestResult}
    return dict(PlantedTest.objects.aggregate(**each))
