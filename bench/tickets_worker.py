"""The portal's Celery app for `bench.tickets`: it tells when each job began and ended; a task does nothing.

Beside what production has, a message costs one call to the broker that counts it, and a job one more.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from portal import work  # noqa: E402
from portal.celery import app  # noqa: E402
from portal.tasks import TenantTask  # noqa: E402
from portal.valkey import broker  # noqa: E402

__all__ = ["app", "noop"]

_run = work.run


def _told(*given: Any) -> bool:
    began = time.time()
    was_ours = _run(*given)
    broker().incr("bench:messages")
    if was_ours:
        broker().rpush("bench:told", json.dumps([str(given[1]), began, time.time()]))
    return was_ours


work.run = _told


@app.task(base=TenantTask, name="bench.noop")
def noop(name: str) -> None:
    """Do nothing, and tell it."""
    broker().rpush("bench:told", json.dumps([name, time.time(), time.time()]))
