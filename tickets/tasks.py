"""Celery entry points of the tickets flow: enter, call the verb, nothing else."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.db import connections
from django.utils import timezone

from portal.celery import app
from portal.tasks import TenantTask
from tickets import health, reconcile, watch

DAYS_BACK = 2
"""How many past days each night compares: a day the store could not be asked about is caught up the next night."""


@app.task(name="tickets.reconcile_all")
def reconcile_all() -> None:
    """Start every organization's comparison. Belongs to no organization; sees their ids alone."""
    today = timezone.now().date()
    for organization_id in _organizations():
        for back in range(1, DAYS_BACK + 1):
            reconcile_day.send(organization_id, (today - timedelta(days=back)).isoformat())
        watch_gates.send(organization_id)


def _organizations() -> list[uuid.UUID]:
    """Return every organization's id, as the dispatcher role."""
    with connections["dispatcher"].cursor() as cursor:
        cursor.execute("SELECT id FROM portal_organization ORDER BY id")
        return [uuid.UUID(str(row[0])) for row in cursor.fetchall()]


@app.task(name="tickets.watch_all")
def watch_all() -> None:
    """Look after every organization's live actions. Belongs to no organization; sees their ids alone."""
    for organization_id in _organizations():
        watch_live.send(organization_id)


@app.task(base=TenantTask, name="tickets.watch_live")
def watch_live() -> None:
    """Put what has left its band back into shadow mode."""
    watch.fall_back()


@app.task(base=TenantTask, name="tickets.watch_gates")
def watch_gates() -> None:
    """Tell of each gate that decides otherwise than before."""
    health.tell_of_drift()


@app.task(base=TenantTask, name="tickets.reconcile_day")
def reconcile_day(day: str) -> None:
    """Compare one UTC day of the organization's stores with its action log."""
    reconcile.reconcile_stores(date.fromisoformat(day))
