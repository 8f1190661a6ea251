"""Celery entry points of the tickets flow: enter, call the verb, nothing else."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.db import connections
from django.utils import timezone

from portal.celery import app
from portal.tasks import TenantTask
from tickets import reconcile

DAYS_BACK = 2
"""How many past days each night compares: a day the store could not be asked about is caught up the next night."""


@app.task(name="tickets.reconcile_all")
def reconcile_all() -> None:
    """Start every organization's comparison. Belongs to no organization; sees their ids alone."""
    with connections["dispatcher"].cursor() as cursor:
        cursor.execute("SELECT id FROM portal_organization ORDER BY id")
        found = [row[0] for row in cursor.fetchall()]
    today = timezone.now().date()
    for organization_id in found:
        for back in range(1, DAYS_BACK + 1):
            reconcile_day.send(uuid.UUID(str(organization_id)), (today - timedelta(days=back)).isoformat())


@app.task(base=TenantTask, name="tickets.reconcile_day")
def reconcile_day(day: str) -> None:
    """Compare one UTC day of the organization's stores with its action log."""
    reconcile.reconcile_stores(date.fromisoformat(day))
