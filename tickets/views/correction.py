"""What a person says a ticket is really about, and taking it back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from portal.roles import Capability, requires
from tickets import correct as verbs
from tickets import forms
from tickets.views.ticket import do


@require_POST
@requires(Capability.WORK_APPROVALS)
def correct(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    form = forms.Correct(request.POST)

    def verb() -> None:
        verbs.correct(pk, intent=form.cleaned_data["intent"])
        messages.success(request, "Noted. The next tickets like this one are read accordingly.")

    return do(request, pk, form, verb)


@require_POST
@requires(Capability.WORK_APPROVALS)
def forget(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    form = forms.Forget(request.POST)

    def verb() -> None:
        verbs.forget(pk)
        messages.success(request, "Forgotten. The correction teaches nothing any more.")

    return do(request, pk, form, verb)
