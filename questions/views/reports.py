"""Reports: the list, one report, and what its owner and others do with it (Q15)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from portal import listing
from portal.page_verb import carry_out
from portal.roles import Capability, i_may, requires
from questions import ask as verbs
from questions import forms, presentation, sample, schedule
from questions import report as reporting
from questions.models import Question, Report, ReportSchedule
from questions.views.asking import lead_to_answer
from questions.views.found import seen_report, usable_source

RUNS = 10


@require_GET
@requires(Capability.SEE_SHARED)
def reports(request: HttpRequest) -> HttpResponse:
    """List one's own reports and those shared with oneself."""
    rows = Report.objects.visible_to_me().select_related("connector", "owner").prefetch_related("schedules")
    asked = request.GET.get("q", "").strip()[:200].replace("\x00", "")
    if asked:
        rows = rows.filter(Q(title__icontains=asked) | Q(question__icontains=asked))
    page = listing.keyset(request, rows)
    return render(request, "questions/reports.html", {"page": page, "q": asked})


@require_GET
@requires(Capability.SEE_SHARED)
def report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one report: its rows where they may be seen, its runs, with whom it is shared, when it is refreshed."""
    return _page(request, seen_report(pk))


@require_POST
@requires(Capability.SEE_SHARED)
def run_report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Run a report as oneself."""
    row = seen_report(pk)
    return lead_to_answer(request, lambda: verbs.run_report(row), back=redirect("questions:report", pk=pk))


@require_POST
@requires(Capability.MANAGE_REPORTS)
def share(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Share a report with somebody or a role, and say who will see no rows, or others than its owner."""
    row, form = seen_report(pk), forms.ShareForm(request.POST)

    def verb() -> None:
        given = form.cleaned_data
        shared = reporting.share(row, with_email=given["person"], with_role=given["role"])
        for said in presentation.shared(row, shared):
            (messages.warning if shared.lacking or shared.sees_differently else messages.success)(request, said)

    return _do(request, row, verb, form, "share_form")


@require_POST
@requires(Capability.MANAGE_REPORTS)
def unshare(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop sharing with somebody, or with a role."""
    row = seen_report(pk)
    given = {"user_id": request.POST.get("person", ""), "role": request.POST.get("role", "")}
    return _do(request, row, lambda: reporting.unshare(row, **given))


@require_POST
@requires(Capability.SAVE_ANSWERS)
def rename(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Give a report of one's own another title."""
    row, form = seen_report(pk), forms.RenameForm(request.POST)
    return _do(request, row, lambda: reporting.rename(row, title=form.cleaned_data["title"]), form, "rename_form")


@require_POST
@requires(Capability.MANAGE_REPORTS)
def set_schedule(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Refresh a report of one's own at these times."""
    row, form = seen_report(pk), forms.ScheduleForm(request.POST)
    return _do(request, row, lambda: schedule.set_schedule(row, **form.cleaned_data), form, "schedule_form")


@require_POST
@requires(Capability.MANAGE_REPORTS)
def stop_schedule(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Refresh a report of one's own no more."""
    row = seen_report(pk)
    return _do(request, row, lambda: schedule.stop(row))


@require_POST
@requires(Capability.SAVE_ANSWERS)
def remove_report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a report of one's own out of every list."""
    reporting.remove(seen_report(pk))
    return redirect("questions:reports")


def _do(
    request: HttpRequest, row: Report, verb: Callable[[], object], form: Any = None, name: str = ""
) -> HttpResponse:
    """Call the verb and show the report again; what it refuses stands at the form that was sent."""

    def again(trouble: list[str], status: int) -> HttpResponse:
        for said in trouble:
            messages.error(request, said)
        return _page(request, row, status=status, **({name: form} if form is not None else {}))

    return carry_out(request, verb, then=lambda _: redirect("questions:report", pk=row.pk), again=again, form=form)


def _page(request: HttpRequest, row: Report, *, status: int = 200, **sent: Any) -> HttpResponse:
    is_mine = row.is_mine
    times = ReportSchedule.objects.filter(report=row).first()
    may_manage = is_mine and i_may(Capability.MANAGE_REPORTS)
    start = {name: getattr(times, name) for name in schedule.FIELDS} if times else {"hour": 7}
    context = {
        "report": row,
        "runs": _runs(row),
        "shares": row.shares.select_related("user") if is_mine else [],
        "times": times,
        "may_share": may_manage,
        "may_remove": is_mine and i_may(Capability.SAVE_ANSWERS),
        "sees_sql": i_may(Capability.SEE_SQL),
        "is_usable": usable_source(str(row.connector_id)) is not None,
        "share_form": forms.ShareForm(),
        "rename_form": forms.RenameForm(initial={"title": row.title}),
        "schedule_form": forms.ScheduleForm(initial=start),
        **_sample(row),
        **sent,
    }
    return render(request, "questions/report.html", context, status=status)


def _runs(row: Report) -> list[tuple[Any, ...]]:
    """Return one's own runs, newest first, without rows."""
    runs = Question.objects.mine().filter(report=row).newest_first().select_related("connector")[:RUNS]
    return [(run, *presentation.SIGNS[run.state]) for run in runs]


def _sample(row: Report) -> dict[str, Any]:
    found = sample.of_report(row)
    if found is None:
        return {"answer": None}
    run, answer = found
    chart = presentation.chart_of(run, answer)
    return {
        "sampled": run,
        "answer": answer,
        "headings": presentation.headings(answer),
        "rows": presentation.table(answer),
        "chart": chart,
        "chart_json": json.dumps(chart) if chart else "",
    }
