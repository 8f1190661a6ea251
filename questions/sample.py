"""The owner's last rows of a report, for others who may see the very same: at most ten minutes, sealed (Q15).

INVARIANT: rows were sealed under the fingerprint of the masks and filters they were read under, and are found by the
fingerprint of those that the reader meets now. Who meets others finds nothing and runs the report as themselves.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from connectors.models import Connector
from questions import rows, view
from questions.models import Question, QuestionState, Report
from questions.rows import Answer


def of_report(report: Report) -> tuple[Question, Answer] | None:
    """Return the owner's newest run whose rows are still kept and which the current person may see, or None.

    The caller has proved that the report is the person's or shared with them; the grant is asked here. That the rows
    were shown is recorded.
    """
    if not Connector.objects.usable_by_me().filter(pk=report.connector_id).exists():
        return None
    runs = Question.objects.filter(
        report=report,
        asked_by_id=report.owner_id,
        state=QuestionState.ANSWERED,
        ended_at__gt=timezone.now() - timedelta(seconds=rows.SECONDS),
    )
    run = runs.select_related("connector", "asked_by").order_by("-id").first()
    if run is None or (answer := view.read(run)) is None:
        return None
    view.record(run, way="report")
    return run, answer
