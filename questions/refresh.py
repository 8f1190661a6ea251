"""A scheduled refresh: the report runs as its owner, with the rights and the budget the owner has now (Q15).

Two turns of one job: the first asks the report's question as its owner, the second looks how that ended. What the owner
may no longer do, and a budget that is used up, pause the schedule and tell the owner; a source that is down does not.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from connectors.models import Connector
from portal import work
from portal.rate import Limited
from portal.roles import Capability, i_may
from questions import access, ask, schedule
from questions.models import Origin, Question, QuestionState, ReportSchedule

LOOK_AGAIN = timedelta(seconds=15)
PAUSES = {"budget.reached": "budget", "grant.missing": "grant"}


def handle(row: ReportSchedule) -> None:
    """Take one turn of a schedule under its lease."""
    row.report = type(row.report).objects.select_related("owner", "connector").get(pk=row.report_id)
    if not row.report.is_active:
        schedule.pause(row, "over", "The report was removed.")
    elif row.run_id is not None:
        _look(row, Question.objects.get(pk=row.run_id))
    else:
        _begin(row)


def give_up(row: ReportSchedule, error: str) -> None:
    """Pause a schedule whose worker failed again and again."""
    schedule.pause(row, "failed", f"It could not be refreshed ({error}). Set the schedule again to go on.")


def _begin(row: ReportSchedule) -> None:
    report = row.report
    with access.as_person(report.owner_id) as is_member:
        if not is_member:
            why = ("left", f"{report.owner} no longer belongs to the organization.")
        elif not i_may(Capability.MANAGE_REPORTS):
            why = ("role", "Your role may no longer schedule reports. An admin can change that.")
        elif not Connector.objects.usable_by_me().sources().filter(pk=report.connector_id).exists():
            why = ("grant", f"You hold no grant on `{report.connector.name}` any more, or it is deactivated.")
        else:
            _run(row)
            return
    schedule.pause(row, *why)


def _run(row: ReportSchedule) -> None:
    """Ask as the owner; the row remembers which question in the same transaction, so that it is asked once."""
    try:
        with transaction.atomic():
            work.hold(row)
            row.run = ask.run_report(row.report, origin=Origin.SCHEDULE)
            row.save(update_fields=["run"])
            work.finish(row, again_after=LOOK_AGAIN, afresh=True)
    except Limited as limited:
        with transaction.atomic():
            work.hold(row)
            work.finish(row, again_after=timedelta(seconds=limited.retry_after_s), afresh=True)


def _look(row: ReportSchedule, run: Question) -> None:
    """Look how a refresh ended: go on, or pause where the owner has to do something first."""
    code = next((reason["code"] for reason in run.reasons), "")
    if run.state == QuestionState.PAUSED:
        schedule.pause(row, "cap", f"{run.failure}. Set the schedule again when there is room.")
    elif not run.is_ended:
        with transaction.atomic():
            work.hold(row)
            work.finish(row, again_after=LOOK_AGAIN, afresh=True)
    elif run.state == QuestionState.REFUSED:
        schedule.pause(row, PAUSES.get(code, "refused"), "; ".join(reason["message"] for reason in run.reasons))
    else:
        schedule.go_on(row)
