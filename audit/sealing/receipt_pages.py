"""The pages of receipts in the admin: one of an event, with its download, and what was decided about a subject."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit import words
from audit.filters import zone
from audit.sealing import receipts
from portal import subjects
from portal.admin_site import site
from portal.roles import Capability, require


def urls(view: Any) -> list[Any]:
    """Return the routes below the trail; `view` guards each as the admin site does."""
    own: list[tuple[str, Any, str]] = [
        ("<uuid:pk>/receipt/", receipt_view, "receipt"),
        ("<uuid:pk>/receipt/file/", file_view, "receipt_file"),
        ("receipts/<str:kind>/<str:subject_id>/", decisions_view, "receipts"),
    ]
    return [path(route, view(never_cache(require_GET(each))), name=f"audit_event_{name}") for route, each, name in own]


def receipt_view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what a receipt says, and where it is downloaded."""
    answer = _asked(pk)
    index, size = answer.place if answer.receipt else (None, None)
    context = {
        **site.each_context(request),
        "title": "Receipt",
        "answer": answer,
        "what": words.sentence(answer.event.type),
        "index": index,
        "size": size,
        "name": receipts.file_name(answer.event),
        "key": answer.receipt["keys"][-1] if answer.receipt else "",
        "subject_url": subjects.url_of(answer.event.subject_kind, answer.event.subject_id),
    }
    with timezone.override(zone()):
        return render(request, "audit/receipt.html", context, status=answer.status)


def file_view(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the receipt as a file; 202 with a sentence while the event is not sealed."""
    answer = _asked(pk)
    if answer.receipt is None:
        told = JsonResponse({"detail": answer.said}, status=answer.status)
        told["Retry-After"] = str(receipts.SOON_S)
        return told
    file = HttpResponse(receipts.give(answer), content_type="application/json")
    file["Content-Disposition"] = f'attachment; filename="{receipts.file_name(answer.event)}"'
    return file


def decisions_view(request: HttpRequest, kind: str, subject_id: str) -> HttpResponse:
    """Show what was decided about a subject, each with its receipt."""
    require(Capability.VIEW_GOVERNANCE)
    found = receipts.decisions(kind, subject_id)
    if not found:
        raise Http404("Nothing was decided about such a subject here.")
    context = {
        **site.each_context(request),
        "title": f"Receipts of {kind.replace('_', ' ')} {subject_id[-8:]}",
        "rows": [
            {
                "event": event,
                "what": words.sentence(event.type),
                "money": words.money(event),
                "shape": words.SHAPES.get(event.verdict, "skip"),
                "verdict": event.verdict.replace("_", " ").capitalize(),
                "url": reverse("admin:audit_event_receipt", args=[event.pk]),
            }
            for event in found
        ],
        "subject_url": subjects.url_of(kind, subject_id),
        "story_url": subjects.story_url(kind, subject_id),
    }
    with timezone.override(zone()):
        return render(request, "audit/receipts.html", context)


def _asked(pk: uuid.UUID) -> receipts.Answer:
    require(Capability.VIEW_GOVERNANCE)
    answer = receipts.ask(pk)
    if answer is None:
        raise Http404("There is no such event here.")
    return answer
