"""The portal's Celery app with two tasks more, for tests: what does this task see in the database, and who reads it?

A task leaves what it saw in a list of the broker, where the test reads it. `BINDING=none` takes the binding of
the organization out.
"""

from __future__ import annotations

import json
import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from portal.celery import app  # noqa: E402
from portal.models import Membership  # noqa: E402
from portal.postgresql.base import DatabaseWrapper  # noqa: E402
from portal.tasks import TenantTask  # noqa: E402
from portal.valkey import broker  # noqa: E402

SEEN = "tests:tenancy:seen"

if os.environ.get("BINDING") == "none":
    DatabaseWrapper.bind = lambda self: None  # type: ignore[method-assign]


@app.task(base=TenantTask, name="tests.look")
def look(number: str, run: str) -> None:
    """Leave the organization of every membership the database shows; every fifth task fails after it looked."""
    seen = [str(found) for found in Membership._base_manager.values_list("organization_id", flat=True)]
    time.sleep(0.002)
    again = [str(found) for found in Membership._base_manager.values_list("organization_id", flat=True)]
    broker().rpush(f"{SEEN}:{run}", json.dumps([int(number), seen, again]))
    if int(number) % 5 == 0:
        raise RuntimeError("on purpose, so that a failure lies between two tasks")
