"""Pages of the questions flow: ask, one question, live edit, reports. GET renders, POST calls a verb."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from csp.constants import NONCE
from csp.decorators import csp_update
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from connectors.models import Connector
from portal.rate import Limited
from portal.roles import Capability, i_may, requires
from questions import ask as asking
from questions import cancel as cancelling
from questions import check as checking
from questions import forms, presentation, view
from questions import report as reporting
from questions.models import ENDED, Question, QuestionState, Report

RECENT = 12


@require_http_methods(["GET", "POST"])
@requires(Capability.ASK)
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form with one's recent questions, or ask."""
    form = forms.AskForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
    limited: Limited | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = asking.ask(
                text=form.cleaned_data["question"],
                connector_id=form.cleaned_data["connector"] or None,
                parent=_own(request.POST.get("parent", "")),
            )
        except ValidationError as error:
            _at_fields(form, error)
        except Limited as error:
            form.add_error(None, error.message)
            limited = error
        else:
            return redirect("questions:question", pk=made.pk)
    recent = Question.objects.mine().newest_first().select_related("connector")[:RECENT]
    context = {
        "form": form,
        "rows": [(question, *presentation.SIGNS[question.state]) for question in recent],
        "connector": _chosen(form, "connector"),
        "sees_reports": i_may(Capability.SEE_SHARED),
        "edits_sql": i_may(Capability.EDIT_SQL),
        "manages": i_may(Capability.MANAGE_CONNECTORS),
    }
    return _form_page(request, "questions/ask.html", context, limited)


@require_GET
@requires(Capability.ASK)
def banner(request: HttpRequest) -> HttpResponse:
    """Return the production warning of the connector that is chosen, or nothing (Q13)."""
    return render(request, "questions/_banner.html", {"connector": _source(request.GET.get("connector", ""))})


@require_GET
@requires(Capability.ASK)
def question(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one question: how far it is, or its answer."""
    return _page(request, _found(pk))


@require_GET
@requires(Capability.ASK)
def progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Return the changing part of a question's page; polled until it has ended."""
    row = _found(pk)
    answer = view.open_answer(row, way="page")
    return render(request, "questions/_question.html", _context(row, answer))


@require_POST
@requires(Capability.ASK)
def cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop a question of one's own."""
    cancelling.cancel(_found(pk))
    return redirect("questions:question", pk=pk)


@require_POST
@requires(Capability.ASK)
def again(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask an old question again, for fresh rows."""
    row = _found(pk)
    return _asked(request, lambda: asking.ask_again(row), back=redirect("questions:question", pk=pk))


def _asked(request: HttpRequest, ask: Callable[[], Question], *, back: HttpResponse) -> HttpResponse:
    """Lead to the question that `ask` makes; where it is refused, say why and lead `back`."""
    try:
        made = ask()
    except ValidationError as error:
        for said in error.messages:
            messages.error(request, said)
        return back
    return redirect("questions:question", pk=made.pk)


@require_POST
@requires(Capability.SAVE_ANSWERS)
def save(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Save an answer as a live question."""
    row = _found(pk)
    form = forms.SaveForm(request.POST)
    if form.is_valid():
        try:
            made = reporting.save(row, title=form.cleaned_data["title"])
        except ValidationError as error:
            _at_fields(form, error)
        else:
            messages.success(request, f"Saved as “{made.title}”. It asks again each time it is run; no row is kept.")
            return redirect("questions:report", pk=made.pk)
    return _page(request, row, save_form=form, status=400)


@require_http_methods(["GET", "POST"])
@requires(Capability.EDIT_SQL)
@csp_update({"style-src": [NONCE]})  # the editor adds its own style sheet, under this page's nonce alone
def live(request: HttpRequest) -> HttpResponse:
    """Edit SQL and run it through the same guard, limits and audit (Q14)."""
    parent = _own(request.POST.get("parent", "") or request.GET.get("question", ""))
    start = {"sql": parent.generated_sql, "connector": str(parent.connector_id)} if parent else request.GET.dict()
    form = forms.LiveForm(request.POST if request.method == "POST" else None, initial=start)
    limited: Limited | None = None
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            made = asking.run_sql(connector_id=given["connector"], sql=given["sql"], parent=parent)
        except ValidationError as error:
            _at_fields(form, error)
        except Limited as error:
            form.add_error(None, error.message)
            limited = error
        else:
            return redirect("questions:question", pk=made.pk)
    context = {"form": form, "parent": parent, "connector": _chosen(form, "connector")}
    return _form_page(request, "questions/live.html", context, limited)


@require_POST
@requires(Capability.EDIT_SQL)
def live_check(request: HttpRequest) -> HttpResponse:
    """Return the guard's verdict on what stands in the editor, and the connector's warning; nothing runs."""
    connector = _source(request.POST.get("connector", ""))
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


@require_GET
@requires(Capability.SEE_SHARED)
def reports(request: HttpRequest) -> HttpResponse:
    """List one's own reports and those shared with oneself."""
    rows = Report.objects.visible_to_me().select_related("connector", "owner").order_by("-id")[:200]
    return render(request, "questions/reports.html", {"rows": rows})


@require_GET
@requires(Capability.SEE_SHARED)
def report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one report: its question, its runs by oneself, with whom it is shared."""
    return _report_page(request, _report(pk))


@require_POST
@requires(Capability.SEE_SHARED)
def run_report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Run a report as oneself."""
    row = _report(pk)
    return _asked(request, lambda: asking.run_report(row), back=redirect("questions:report", pk=pk))


@require_POST
@requires(Capability.MANAGE_REPORTS)
def share(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Share a report with somebody, and say whether they will see rows."""
    row = _report(pk)
    form = forms.ShareForm(request.POST)
    if form.is_valid():
        try:
            has_grant = reporting.share(row, with_email=form.cleaned_data["person"])
        except ValidationError as error:
            _at_fields(form, error)
        else:
            said = f"Shared. They run it as themselves on `{row.connector.name}`."
            lacking = (
                f"Shared, but they hold no grant on `{row.connector.name}`: until an admin grants it they see no row."
            )
            (messages.success if has_grant else messages.warning)(request, said if has_grant else lacking)
            return redirect("questions:report", pk=pk)
    return _report_page(request, row, share_form=form, status=400)


@require_POST
@requires(Capability.SAVE_ANSWERS)
def remove_report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a report of one's own out of every list."""
    reporting.remove(_report(pk))
    return redirect("questions:reports")


# --- what the views share ---


def _form_page(request: HttpRequest, template: str, context: dict[str, Any], limited: Limited | None) -> HttpResponse:
    """Show a form, anew with what was typed where it was refused (400) or came too often (429)."""
    refused = limited.status if limited else 400
    answer = render(request, template, context, status=refused if context["form"].is_bound else 200)
    if limited:
        answer["Retry-After"] = str(limited.retry_after_s)
    return answer


def _found(pk: uuid.UUID) -> Question:
    rows = Question.objects.visible_to_me().select_related("connector", "asked_by", "verified_query", "report")
    row: Question | None = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _own(given: str) -> Question | None:
    try:
        return Question.objects.mine().filter(pk=uuid.UUID(given)).first() if given else None
    except ValueError:
        return None


def _report(pk: uuid.UUID) -> Report:
    row: Report | None = Report.objects.visible_to_me().select_related("connector", "owner").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _source(given: str) -> Connector | None:
    """Return a source the person may use, or None without a word: this only draws a warning."""
    try:
        return Connector.objects.usable_by_me().sources().filter(pk=uuid.UUID(given)).first() if given else None
    except ValueError:
        return None


def _chosen(form: Any, name: str) -> Connector | None:
    """Return the connector the form stands on: the one given, else the first it offers."""
    offered = [value for value, _ in form.fields[name].widget.choices]
    return _source(str(form[name].value() or (offered[0] if offered else "")))


def _page(request: HttpRequest, row: Question, *, save_form: Any = None, status: int = 200) -> HttpResponse:
    answer = view.open_answer(row, way="page")
    context = _context(row, answer) | {"save_form": save_form or forms.SaveForm(initial={"title": row.text[:160]})}
    again_form = forms.AskForm(initial={"question": row.text, "connector": str(row.connector_id or "")})
    return render(request, "questions/question.html", context | {"form": again_form}, status=status)


def _context(row: Question, answer: Any) -> dict[str, Any]:
    return presentation.context_of(row, answer) | {
        "is_polled": row.state not in ENDED,
        "poll_every": "5s" if row.state == QuestionState.PAUSED else "1s",
    }


def _report_page(request: HttpRequest, row: Report, *, share_form: Any = None, status: int = 200) -> HttpResponse:
    runs = Question.objects.mine().filter(report=row).newest_first().select_related("connector")[:10]
    context = {
        "report": row,
        "runs": [(run, *presentation.SIGNS[run.state]) for run in runs],
        "shares": row.shares.select_related("user") if row.is_mine else [],
        "share_form": share_form or forms.ShareForm(),
        "may_share": row.is_mine and i_may(Capability.MANAGE_REPORTS),
        "may_remove": row.is_mine and i_may(Capability.SAVE_ANSWERS),
        "sees_sql": i_may(Capability.SEE_SQL),
        "is_usable": _source(str(row.connector_id)) is not None,
    }
    return render(request, "questions/report.html", context, status=status)


def _at_fields(form: Any, error: ValidationError) -> None:
    """Put what a verb refused at its field; what belongs to no field of the form stands above it."""
    for field, said in error.message_dict.items() if hasattr(error, "error_dict") else {"": error.messages}.items():
        form.add_error(field if field in form.fields else None, said)
