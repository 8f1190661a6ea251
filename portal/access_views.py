"""Pages of timed access: who from outside may look in, who asks to, and letting them, ending them, looking in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from portal import tenancy, timed_access, visits
from portal.models import TimedAccess, TimedKind, access_policy
from portal.models.access import LONGEST_AUDIT_DAYS, LONGEST_BREAK_GLASS_H
from portal.page_verb import carry_out
from portal.roles import Capability, is_platform_staff, requires
from portal.tenancy import Context

SHOWN = 50


class AskForm(forms.Form):
    organization = forms.CharField(label="Organization", max_length=60, help_text="Its short name, as in its address.")
    hours = forms.IntegerField(label="Hours", min_value=1, max_value=LONGEST_BREAK_GLASS_H, initial=1)
    reason = forms.CharField(
        label="What has to be looked at, and why?", max_length=300, help_text="The organization reads it."
    )


class AuditorForm(forms.Form):
    email = forms.EmailField(label="E-mail", max_length=254)
    name = forms.CharField(label="Name", max_length=120)
    until = forms.DateTimeField(
        label="Until (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=f"At most {LONGEST_AUDIT_DAYS} days from now; it ends by itself.",
    )
    reason = forms.CharField(label="What for?", max_length=300)
    password = forms.CharField(
        label="First password",
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Of a new account, at least 12 characters; not needed when the account exists.",
    )


@require_GET
@requires(Capability.MANAGE_PEOPLE)
def access(request: HttpRequest) -> HttpResponse:
    """Show timed access: of the organization's own, or for platform staff what they asked for anywhere."""
    return _shown(request)


def _shown(request: HttpRequest, form: forms.Form | None = None, said: tuple[str, ...] = (), status: int = 200) -> Any:
    is_platform = is_platform_staff()
    context = {
        "is_platform": is_platform,
        "rows": timed_access.of_platform() if is_platform else TimedAccess.objects.order_by("-pk")[:SHOWN],
        "mine": tenancy.current().user_id,
        "policy": access_policy(),
        "form": form or (AskForm() if is_platform else AuditorForm()),
        "said": said,
    }
    return render(request, "portal/access.html", context, status=status)


@require_POST
@requires(Capability.MANAGE_PEOPLE)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask to look into an organization (platform staff)."""
    form = AskForm(request.POST)
    return _carried(request, form, lambda: timed_access.ask(**form.cleaned_data), "Asked. A second person confirms it.")


@require_POST
@requires(Capability.MANAGE_PEOPLE)
def grant_auditor(request: HttpRequest) -> HttpResponse:
    """Let an auditor read the evidence."""
    form = AuditorForm(request.POST)

    def verb() -> Any:
        given = form.cleaned_data
        until: datetime = given["until"].replace(tzinfo=UTC)
        return timed_access.grant_auditor(**{**given, "until": until})

    return _carried(request, form, verb, "The auditor may read the evidence from now on.")


@require_POST
@requires(Capability.MANAGE_PEOPLE)
def confirm(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm somebody else's request."""
    return _carried(request, None, lambda: timed_access.confirm(pk), "Confirmed. It ends by itself.")


@require_POST
@requires(Capability.MANAGE_PEOPLE)
def refuse(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Refuse a request, or take one's own back."""
    return _carried(request, None, lambda: timed_access.refuse(pk), "The request is refused.")


@require_POST
@requires(Capability.MANAGE_PEOPLE)
def end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End an access at once."""
    return _carried(request, None, lambda: timed_access.end(pk), "Ended. Nothing of it opens any more.")


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show the organizations that oneself may look into now, by timed access."""
    return render(request, "portal/visits.html", {"visits": visits.visits_of(request.user)})  # type: ignore[arg-type]


@require_POST
def enter(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin a visit with one's own access; it is proved again on every request."""
    if not any(visit.pk == pk for visit in visits.visits_of(request.user)):  # type: ignore[arg-type]
        message = "This access is not yours, does not wait for you any more, or has ended. Ask anew."
        return render(request, "portal/refused.html", {"message": message}, status=403)
    request.session[visits.SESSION_KEY] = str(pk)
    return redirect("portal:home")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the visit; a break-glass access ends with it."""
    visit: TimedAccess | None = getattr(request, "visit", None)
    request.session.pop(visits.SESSION_KEY, None)
    if visit is not None and visit.kind == TimedKind.BREAK_GLASS:
        here = tenancy.context()
        with tenancy.enter(Context(here.organization_id, here.user_id, here.actor, request_id=here.request_id)):
            timed_access.end(visit.pk)
    return redirect("portal:home")


def _carried(request: HttpRequest, form: forms.Form | None, verb: Callable[[], Any], said: str) -> HttpResponse:
    def then(made: Any) -> HttpResponse:
        messages.success(request, said)
        return redirect("portal:access")

    def again(sentences: list[str], status: int) -> HttpResponse:
        return _shown(request, form, tuple(sentences), status)

    return carry_out(request, verb, then=then, again=again, form=form)
