"""Counting a cut answer from its page: one click, and the number stands beside the answer."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from portal.roles import Capability, requires
from questions import counting
from questions.models import Question


@require_POST
@requires(Capability.ASK)
def count(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Count an answer of one's own in full; lead back to it."""
    try:
        counting.count(_mine(pk))
    except ValidationError as error:
        for said in error.messages:
            messages.error(request, said)
    return redirect(reverse("questions:question", args=[pk]) + "#count")


@require_GET
@requires(Capability.ASK)
def counted(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Return the count as it stands; polled until it is there."""
    row = _mine(pk)
    context = {"question": row, "is_mine": True, "counted": counting.counted(row, way="page")}
    return render(request, "questions/_count.html", context)


def _mine(pk: uuid.UUID) -> Question:
    found: Question | None = Question.objects.mine().filter(pk=pk).select_related("connector").first()
    if found is None:
        raise Http404
    return found
