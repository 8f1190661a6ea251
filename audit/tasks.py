"""Celery entry points of the audit app."""

from __future__ import annotations

from audit.retention import drop_due_months
from audit.write import keep_partitions as keep
from portal.celery import app


@app.task(name="audit.keep_partitions")
def keep_partitions() -> None:
    """Make next months' partitions in time. Belongs to no organization; writes no row."""
    keep()


@app.task(name="audit.drop_months")
def drop_months() -> None:
    """Let the months go that nobody keeps any more. Belongs to no organization; writes in each one's own trail."""
    drop_due_months()
