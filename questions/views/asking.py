"""Asking and answers: the form, one question on its way or ended, and what a person does with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.page_verb import carry_out
from portal.roles import Capability, i_may, requires
from questions import ask as verbs
from questions import cancel as cancelling
from questions import forms, presentation, view
from questions import report as reporting
from questions.models import ENDED, Question, QuestionState
from questions.views.found import chosen_source, my_question, seen_question, usable_source

RECENT = 12


@require_http_methods(["GET", "POST"])
@requires(Capability.ASK)
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form with one's recent questions, or ask."""
    form = forms.AskForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
    if request.method == "GET":
        return _ask_page(request, form)

    def verb() -> Question:
        parent = my_question(request.POST.get("parent", ""))
        given = form.cleaned_data
        return verbs.ask(text=given["question"], connector_id=given["connector"] or None, parent=parent)

    return carry_out(
        request, verb, then=_lead_to, again=lambda _, status: _ask_page(request, form, status=status), form=form
    )


def _ask_page(request: HttpRequest, form: forms.AskForm, *, status: int = 200) -> HttpResponse:
    recent = Question.objects.mine().newest_first().select_related("connector")[:RECENT]
    context = {
        "form": form,
        "rows": [(question, *presentation.SIGNS[question.state]) for question in recent],
        "connector": chosen_source(form, "connector"),
        "sees_reports": i_may(Capability.SEE_SHARED),
        "edits_sql": i_may(Capability.EDIT_SQL),
        "manages": i_may(Capability.MANAGE_CONNECTORS),
    }
    return render(request, "questions/ask.html", context, status=status)


@require_GET
@requires(Capability.ASK)
def banner(request: HttpRequest) -> HttpResponse:
    """Return the production warning of the connector that is chosen, or nothing (Q13)."""
    connector = usable_source(request.GET.get("connector", ""))
    return render(request, "questions/_banner.html", {"connector": connector})


@require_GET
@requires(Capability.ASK)
def question(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one question: how far it is, or its answer."""
    return _page(request, seen_question(pk))


@require_GET
@requires(Capability.ASK)
def progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Return the changing part of a question's page; polled until it has ended."""
    row = seen_question(pk)
    return render(request, "questions/_question.html", _context(row, view.open_answer(row, way="page")))


@require_POST
@requires(Capability.ASK)
def cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop a question of one's own."""
    cancelling.cancel(seen_question(pk))
    return redirect("questions:question", pk=pk)


@require_POST
@requires(Capability.ASK)
def again(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask an old question again, for fresh rows."""
    row = seen_question(pk)
    return lead_to_answer(request, lambda: verbs.ask_again(row), back=redirect("questions:question", pk=pk))


def lead_to_answer(request: HttpRequest, ask: Callable[[], Question], *, back: HttpResponse) -> HttpResponse:
    """Lead to the question that `ask` makes; where it is refused, say why and lead `back`."""

    def say(sentences: list[str], _: int) -> HttpResponse:
        for said in sentences:
            messages.error(request, said)
        return back

    return carry_out(request, ask, then=_lead_to, again=say)


def _lead_to(made: Question) -> HttpResponse:
    return redirect("questions:question", pk=made.pk)


@require_POST
@requires(Capability.SAVE_ANSWERS)
def save(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Save an answer as a live question."""
    row, form = seen_question(pk), forms.SaveForm(request.POST)

    def verb() -> HttpResponse:
        made = reporting.save(row, title=form.cleaned_data["title"])
        messages.success(request, f"Saved as “{made.title}”. It asks again each time it is run; no row is kept.")
        return redirect("questions:report", pk=made.pk)

    return carry_out(
        request,
        verb,
        then=lambda answer: answer,
        again=lambda _, status: _page(request, row, save_form=form, status=status),
        form=form,
    )


def _page(request: HttpRequest, row: Question, *, save_form: Any = None, status: int = 200) -> HttpResponse:
    answer = view.open_answer(row, way="page")
    context = _context(row, answer) | {
        "save_form": save_form or forms.SaveForm(initial={"title": presentation.title_of(row)})
    }
    again_form = forms.AskForm(initial={"question": row.text, "connector": str(row.connector_id or "")})
    return render(request, "questions/question.html", context | {"form": again_form}, status=status)


def _context(row: Question, answer: Any) -> dict[str, Any]:
    return presentation.context_of(row, answer) | {
        "is_polled": row.state not in ENDED,
        "poll_every": "5s" if row.state == QuestionState.PAUSED else "1s",
    }
