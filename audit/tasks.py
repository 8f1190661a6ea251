"""Celery entry points of the audit app."""

from __future__ import annotations

from audit.write import keep_partitions as keep
from portal.celery import app


@app.task(name="audit.keep_partitions")
def keep_partitions() -> None:
    """Make next months' partitions in time. Belongs to no organization; writes no row."""
    keep()
