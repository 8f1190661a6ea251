"""Reports: the list, one report, and what its owner and others do with it (Q15)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from portal.page_verb import carry_out
from portal.roles import Capability, i_may, requires
from questions import ask as verbs
from questions import forms, presentation
from questions import report as reporting
from questions.models import Question, Report
from questions.views.asking import lead_to_answer
from questions.views.found import seen_report, usable_source


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
    """Share a report with somebody, and say whether they will see rows."""
    row, form = seen_report(pk), forms.ShareForm(request.POST)

    def verb() -> None:
        if reporting.share(row, with_email=form.cleaned_data["person"]):
            messages.success(request, f"Shared. They run it as themselves on `{row.connector.name}`.")
            return
        lacking = f"Shared, but they hold no grant on `{row.connector.name}`: until an admin grants it they see no row."
        messages.warning(request, lacking)

    return carry_out(
        request,
        verb,
        then=lambda _: redirect("questions:report", pk=pk),
        again=lambda _, status: _page(request, row, share_form=form, status=status),
        form=form,
    )


@require_POST
@requires(Capability.SAVE_ANSWERS)
def remove_report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a report of one's own out of every list."""
    reporting.remove(seen_report(pk))
    return redirect("questions:reports")


def _page(request: HttpRequest, row: Report, *, share_form: Any = None, status: int = 200) -> HttpResponse:
    runs = Question.objects.mine().filter(report=row).newest_first().select_related("connector")[:10]
    context = {
        "report": row,
        "runs": [(run, *presentation.SIGNS[run.state]) for run in runs],
        "shares": row.shares.select_related("user") if row.is_mine else [],
        "share_form": share_form or forms.ShareForm(),
        "may_share": row.is_mine and i_may(Capability.MANAGE_REPORTS),
        "may_remove": row.is_mine and i_may(Capability.SAVE_ANSWERS),
        "sees_sql": i_may(Capability.SEE_SQL),
        "is_usable": usable_source(str(row.connector_id)) is not None,
    }
    return render(request, "questions/report.html", context, status=status)
