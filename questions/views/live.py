"""Live edit: SQL of one's own through the same guard, limits and audit (Q14)."""

from __future__ import annotations

from typing import Any

from csp.constants import NONCE
from csp.decorators import csp_update
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.page_verb import carry_out
from portal.rate import Limited
from portal.roles import Capability, requires
from questions import ask as verbs
from questions import check as checking
from questions import forms
from questions.models import Question
from questions.views.found import chosen_source, my_question, usable_source


@require_http_methods(["GET", "POST"])
@requires(Capability.EDIT_SQL)
@csp_update({"style-src": [NONCE]})  # the editor adds its own style sheet, under this page's nonce alone
def live(request: HttpRequest) -> HttpResponse:
    """Show the editor, or run what stands in it."""
    parent = my_question(request.POST.get("parent", "") or request.GET.get("question", ""))
    start = {"sql": parent.generated_sql, "connector": str(parent.connector_id)} if parent else request.GET.dict()
    form = forms.LiveForm(request.POST if request.method == "POST" else None, initial=start)

    def page(_: list[str], status: int) -> HttpResponse:
        context = {"form": form, "parent": parent, "connector": chosen_source(form, "connector")}
        return render(request, "questions/live.html", context, status=status)

    def verb() -> Question:
        return verbs.run_sql(connector_id=form.cleaned_data["connector"], sql=form.cleaned_data["sql"], parent=parent)

    if request.method == "GET":
        return page([], 200)
    return carry_out(request, verb, then=lambda made: redirect("questions:question", pk=made.pk), again=page, form=form)


@require_POST
@requires(Capability.EDIT_SQL)
def live_check(request: HttpRequest) -> HttpResponse:
    """Return the guard's verdict on what stands in the editor, and the connector's warning; nothing runs."""
    connector = usable_source(request.POST.get("connector", ""))
    context: dict[str, Any] = {"connector": connector, "with_banner": True}
    try:
        decision, _ = checking.check(sql=request.POST.get("sql", ""), connector_id=request.POST.get("connector", "?"))
        context["decision"] = decision
    except ValidationError as error:
        context["said"] = error.messages
    except Limited as error:  # said where the verdict stands: htmx shows no answer of 429
        context["said"] = [error.message]
    return render(request, "questions/_verdict.html", context)


@require_GET
@requires(Capability.EDIT_SQL)
def live_schema(request: HttpRequest) -> HttpResponse:
    """Return the names that completion may offer on a connector; never a value."""
    try:
        tables = checking.names(connector_id=request.GET.get("connector", "?"))
    except ValidationError as error:
        return JsonResponse({"tables": {}, "errors": error.messages}, status=400)
    return JsonResponse({"tables": tables})
