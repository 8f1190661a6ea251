"""What pictures show and the story does not leave behind: asked anew through the product's verbs, by the demo's people.

A worker has to run. Rows of an answer are kept for ten minutes, so scenes are set shortly before their pictures.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from demo.organization import PRODUCTION, REPORTING, acting
from demo.people import ADA, MIA, PAUL, DemoPerson

WITHIN_S = 60.0
CHART = "Revenue by category last month"
FOLLOW_UP = "Revenue by channel last month"
CUT = "Show all products with their prices"
UNCLEAR = "Which suppliers deliver which products?"
EMPTY = "SELECT number, status, total FROM orders WHERE status = 'fulfilled' AND total < 0"
GROUPED = "SELECT status, count(*) AS orders FROM orders GROUP BY status ORDER BY status"


class NotSet(RuntimeError):
    """A scene could not be set; the message says which."""


def asked(text: str, connector: str = REPORTING, by: DemoPerson = PAUL) -> Callable[[], str]:
    """Return what has somebody ask a question and finds its page; without a connector the portal looks for one."""

    def find() -> str:
        with acting(by):
            return _page(_ask(text, connector))

    return find


def typed(sql: str, connector: str = REPORTING) -> Callable[[], str]:
    """Return what has Paul run SQL of his own and finds the answer's page."""

    def find() -> str:
        with acting(PAUL):
            return _page(_typed(sql, connector))

    return find


def edited() -> str:
    """Live edit with a statement of Paul's on the live shop."""
    from django.urls import reverse

    with acting(PAUL):
        return f"{reverse('questions:live')}?question={_typed(GROUPED, PRODUCTION).pk}"


def followed_up() -> str:
    """Paul's second question of a thread."""
    with acting(PAUL):
        return _page(_ask(FOLLOW_UP, REPORTING, parent=_ask(CHART, REPORTING)))


def counted() -> str:
    """Paul's cut answer, counted in full."""
    from questions import counting

    with acting(PAUL):
        cut = _ask(CUT, REPORTING)
        _ended(counting.count(cut))
        return _page(cut)


def report() -> str:
    """Paul's report of an answer: shared with Mia and every analyst, refreshed each Monday, run a moment ago."""
    from django.urls import reverse

    from questions import ask, schedule
    from questions import report as reporting
    from questions.models import Report

    with acting(PAUL):
        kept = Report.objects.filter(owner__email=PAUL.email).first()
        if kept is None:
            kept = reporting.save(_ask(CHART, REPORTING), title="For the Monday round")
            reporting.share(kept, with_email=MIA.email)
            reporting.share(kept, with_role="analyst")
            schedule.set_schedule(kept, every="weekly", hour=7, day=1)
        _ended(ask.run_report(kept))
    return reverse("questions:report", args=[kept.pk])


def evaluated() -> str:
    """A run over the evaluation set of the reporting copy, by Ada."""
    from django.urls import reverse

    from connectors.models import Connector
    from questions import runs
    from questions.models import RunState

    with acting(ADA):
        run = runs.start(Connector.objects.get(name=REPORTING), why="by button")
        _until(run, lambda row: row.state != RunState.RUNNING)
    return reverse("admin:questions_evaluationrun_change", args=[run.pk])


def last_question(person: DemoPerson, **wanted: object) -> Callable[[], str]:
    """Return what finds a person's latest question of the story."""

    def find() -> str:
        from questions.models import Question

        return _page(Question.objects.filter(asked_by__email=person.email, **wanted).order_by("-id").first())

    return find


def _ask(text: str, connector: str, parent: Any = None) -> Any:
    from connectors.models import Connector
    from questions import ask

    source = Connector.objects.get(name=connector).pk if connector else None
    return _ended(ask.ask(text=text, connector_id=source, parent=parent))


def _typed(sql: str, connector: str) -> Any:
    from connectors.models import Connector
    from questions import ask

    return _ended(ask.run_sql(connector_id=Connector.objects.get(name=connector).pk, sql=sql))


def _ended(question: Any) -> Any:
    from questions.models import ENDED

    return _until(question, lambda row: row.state in ENDED)


def _until(row: Any, is_ended: Callable[[Any], bool]) -> Any:
    """Wait until a worker has ended a row; return it as it stands then."""
    deadline = time.monotonic() + WITHIN_S
    while not is_ended(row):
        if time.monotonic() > deadline:
            raise NotSet(f"after {WITHIN_S:.0f} s a worker has not ended: {row}")
        time.sleep(0.2)
        row.refresh_from_db()
    return row


def _page(question: Any) -> str:
    from django.urls import reverse

    return reverse("questions:question", args=[question.pk])
