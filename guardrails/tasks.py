"""Celery entry points of the guardrails: look up, call a service, nothing else."""

from __future__ import annotations

import os
import uuid

from guardrails import drill
from portal.celery import app
from portal.tasks import TenantTask


@app.task(base=TenantTask, name="guardrails.watch_drill")
def watch_drill(drill_id: str) -> None:
    """Take part in a drill of the kill switch, as this worker process."""
    drill.watch(uuid.UUID(drill_id), f"{watch_drill.request.hostname}:{os.getpid()}")
