"""Pages of the ground floor: home, sign-in, switching organization, health."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse, reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from portal import health, metrics, tenancy, tokens, trail
from portal.memberships import context_for, memberships_of
from portal.roles import Capability, i_may
from portal.sign_in import SignInForm, record_for_person
from portal.visits import SESSION_KEY


class SignIn(auth_views.LoginView):
    """Sign in by e-mail and password."""

    form_class = SignInForm
    template_name = "portal/sign_in.html"
    redirect_authenticated_user = True


class SignOut(auth_views.LogoutView):
    """Sign out; POST only."""


class ChangePassword(auth_views.PasswordChangeView):
    """Change one's own password; every other session and API token of the person ends."""

    template_name = "portal/password.html"
    success_url = reverse_lazy("portal:home")

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            answer = super().form_valid(form)
            tokens.revoke_all(form.user, cause="password changed")
            record_for_person(form.user, "person.password_changed")
        messages.success(self.request, "Your password is changed. Everywhere else you are signed out.")
        return answer


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the first page the person may open, or say that they belong to no organization."""
    if tenancy.context().organization_id is None:
        return render(request, "portal/no_organization.html", status=403)
    if getattr(request, "visit", None) is not None:  # visitors have one page to begin with
        return redirect("admin:audit_event_changelist")
    from portal.navigation import _pages, _visible

    for entry in _visible(_pages):
        try:
            return redirect(reverse(entry.url_name))
        except NoReverseMatch:
            continue
    return redirect("admin:index") if i_may(Capability.VIEW_GOVERNANCE) else render(request, "portal/nothing.html")


@require_POST
def switch_organization(request: HttpRequest) -> HttpResponse:
    """Enter another organization the person belongs to."""
    request.session.pop(SESSION_KEY, None)
    wanted = request.POST.get("organization", "")
    for membership in memberships_of(request.user):  # type: ignore[arg-type]
        if str(membership.organization_id) == wanted:
            request.session["organization"] = wanted
            with tenancy.enter(context_for(request.user, membership)):  # type: ignore[arg-type]
                trail.record(trail.Event("person.switched_organization", trail.Subject("person", str(request.user.pk))))
            return redirect("portal:home")
    return render(request, "portal/refused.html", {"message": "You do not belong to that organization."}, status=403)


@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_GET
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """What this process leans on answers: each check says so, and 503 where a needed one does not."""
    is_ready, told = health.report()
    return JsonResponse(told, status=200 if is_ready else 503)


@require_GET
@never_cache
def scrape(request: HttpRequest) -> HttpResponse:
    """The numbers for a monitoring server that shows its token or asks from this machine; nothing to anybody else."""
    if not metrics.may_scrape(request):
        return HttpResponse("Send `Authorization: Bearer` with COUNTERSIGN_METRICS_TOKEN.\n", "text/plain", 401)
    return HttpResponse(metrics.page(), metrics.CONTENT_TYPE)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the page was open too long, and what to do."""
    message = "This page was open too long to be sent safely. Go back, reload it and send it again."
    if request.path.startswith("/api/"):
        return JsonResponse({"errors": [{"field": "", "message": message}]}, status=403)
    return render(request, "portal/refused.html", {"message": message}, status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """There is no such page, or it is not yours."""
    message = "There is nothing at this address, or it is not yours to see."
    if request.path.startswith("/api/"):
        return JsonResponse({"errors": [{"field": "", "message": message}]}, status=404)
    return render(request, "portal/refused.html", {"message": message, "title": "Not found"}, status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Something broke; nothing is said about what. Asks nothing of the database, which may be what broke."""
    message = "Something failed on our side. What you sent was not carried out; try again."
    reference = tenancy.context().request_id
    if request.path.startswith("/api/"):
        return JsonResponse({"errors": [{"field": "", "message": message}]}, status=500)
    page = render_to_string("portal/failed.html", {"message": message, "reference": reference})
    return HttpResponse(page, status=500)
