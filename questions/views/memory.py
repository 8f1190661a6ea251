"""What a person does with an answer for the next one: judge it, or, as an admin, keep it in AI memory. POST alone."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from portal.roles import Capability, requires
from questions import feedback, keep
from questions.models import Question


@require_POST
@requires(Capability.ASK)
def judge_answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say of one's own answer whether it is right."""
    row = _found(pk)
    given = {"right": True, "wrong": False}.get(request.POST.get("verdict", ""))
    try:
        feedback.give(row, is_right=given, fault=request.POST.get("fault", ""))
    except ValidationError as error:
        for said in error.messages:
            messages.error(request, said)
    else:
        messages.success(request, "Noted. Officers see it as a candidate for the evaluation set.")
    return redirect("questions:question", pk=pk)


@require_POST
@requires(Capability.EDIT_MEMORY)
def keep_answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep question and SQL in AI memory; another admin countersigns it."""
    row = _found(pk)
    try:
        made = keep.as_verified(row)
    except ValidationError as error:
        for said in error.messages:
            messages.error(request, said)
        return redirect("questions:question", pk=pk)
    messages.success(request, "Kept in AI memory. It counts as verified when another admin has countersigned it.")
    return redirect("admin:questions_verifiedquery_change", made.pk)


def _found(pk: uuid.UUID) -> Question:
    row: Question | None = Question.objects.visible_to_me().select_related("connector").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
