"""Looking into an organization one does not belong to: by timed access alone, judged and recorded at the edge.

A visit is no membership. It is chosen in the session, proved against its row on every request, and has no API token:
programs cannot visit. What a visitor asks for is recorded before it is answered, and answered only then.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from portal import tenancy, trail
from portal.access import FOR_PROGRAMS
from portal.models import Organization, TimedAccess, TimedKind, User
from portal.refusal import Refused
from portal.tenancy import Actor, Context

SESSION_KEY = "visit"
READING = ("GET", "HEAD", "OPTIONS")
ONES_OWN = (
    "portal:sign_out",
    "portal:switch",
    "portal:leave",
    "portal:visits",
    "portal:enter_access",
    "portal:healthz",
    "portal:readyz",
)
"""Routes about the visitor's own session: always open to them, and no look at anybody's data."""

_open_to_auditors: set[str] = set()
_downloads: set[str] = set()


def open_to_auditors(*routes: str, downloads: tuple[str, ...] = ()) -> None:
    """Say which routes show evidence: an auditor reads these and no others. `downloads` are POSTs that only read."""
    _open_to_auditors.update(routes, downloads)
    _downloads.update(downloads)


def auditor_routes() -> frozenset[str]:
    """Return every route an auditor may open."""
    return frozenset(_open_to_auditors)


def visits_of(user: User) -> list[TimedAccess]:
    """Return the timed access a person has now, each with its organization, the newest first."""
    with tenancy.as_user(user.pk):
        found = list(TimedAccess._base_manager.filter(person_id=user.pk, state="active").order_by("-pk"))
    return [_with_organization(each, user) for each in found if each.is_in_force]


def entered(user: User, chosen: object, *, is_alone: bool) -> TimedAccess | None:
    """Return the visit a session is on: the one it chose while that holds; without any membership, the newest.

    # INVARIANT: asked on every request, so that an access which ended ends with the next click.
    """
    if not chosen and not is_alone:
        return None
    found = visits_of(user)
    wanted = next((visit for visit in found if str(visit.pk) == str(chosen)), None)
    return wanted or (found[0] if found and is_alone else None)


def context_of(user: User, visit: TimedAccess) -> Context:
    """Return the context of a visit: it reads as what it is, and the trail says so with the name."""
    actor = Actor("person", str(user.pk), f"{user} ({TimedKind(visit.kind).label.lower()})"[:160])
    request_id = tenancy.context().request_id
    return Context(visit.tenant_id, user.pk, actor, visit.kind, frozenset(), request_id, visit.pk)


def _with_organization(visit: TimedAccess, user: User) -> TimedAccess:
    with tenancy.enter(Context(visit.tenant_id, user.pk)):
        visit.organization = Organization._base_manager.get(pk=visit.tenant_id)
    return visit


def may_open(route: str) -> bool:
    """Return whether the current context may be shown a link to a route; only an auditor's pages are on a list."""
    context = tenancy.context()
    return context.visit is None or context.role != TimedKind.AUDITOR or route in _open_to_auditors


class Escort:
    """Go along with a visitor: refuse what only the organization's own people do, and record each look beforehand."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        visit = getattr(request, "visit", None)
        route = request.resolver_match.view_name if request.resolver_match else ""
        if visit is None or route in ONES_OWN:
            return None
        if refusal := judge(visit.kind, method=str(request.method), path=request.path, route=route):
            return _refused(request, refusal)
        _record(request, visit, route, kwargs)
        return None


def judge(kind: str, *, method: str, path: str, route: str) -> str:
    """Return why a visitor of this kind is refused a request; nothing where they may look."""
    is_auditor = kind == TimedKind.AUDITOR
    if path.startswith(FOR_PROGRAMS):
        return "Timed access is for a person at a browser; programs have none. Ask the organization for the data."
    if is_auditor and route not in _open_to_auditors and route != "portal:home":
        return "An auditor sees the evidence and nothing else: trail, seals, access reviews, controls and packs."
    if method not in READING and not (is_auditor and method == "POST" and route in _downloads):
        return "Timed access only reads. Ask somebody of the organization to change it."
    return ""


def _refused(request: HttpRequest, message: str) -> HttpResponse:
    from portal.tasks import record_refusal

    visit = request.visit  # type: ignore[attr-defined]
    record_refusal(Refused(message, subject=("timed_access", str(visit.pk))), where=request.path[:200])
    if request.path.startswith(FOR_PROGRAMS):
        return JsonResponse({"errors": [{"field": "", "message": message}]}, status=403)
    return render(request, "portal/refused.html", {"message": message}, status=403)


def _record(request: HttpRequest, visit: TimedAccess, route: str, kwargs: dict[str, Any]) -> None:
    """Record what is about to be looked at; where that fails, nothing is shown."""
    named = [str(value)[:64] for value in kwargs.values() if isinstance(value, str | uuid.UUID | int)]
    query = request.GET.urlencode()
    trail.record(
        trail.Event(
            "timed_access.viewed",
            trail.Subject("timed_access", str(visit.pk)),
            data={"kind": visit.kind, "route": route, "path": request.path[:200], "of": named},
            text={"query": query[:2000]} if query else {},
        )
    )
