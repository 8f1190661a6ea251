"""Tasks of two organizations, interleaved on one real worker: each sees its own rows and nothing else (I01, S07)."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.celery import SYSTEM_TASKS, app
from portal.tasks import TenantTask
from portal.valkey import broker
from tests.factories import Cast
from tests.servers.portal_process import EVERY_ROLE, worker

TASKS = 120
QUEUE = f"tests-tenancy-{os.getpid()}"
pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.django_db(transaction=True, databases=EVERY_ROLE),
]


@pytest.fixture
def look() -> Iterator[Any]:
    """The looking task, on a queue of its own, so that no other test's worker takes its messages."""
    from tests.servers import tenancy_tasks

    tenancy_tasks.look.queue = QUEUE  # Celery remembers it from the first time on
    tenancy_tasks.look.run_name = uuid.uuid4().hex[:12]
    broker().delete(QUEUE)
    yield tenancy_tasks.look
    broker().delete(QUEUE, f"{tenancy_tasks.SEEN}:{tenancy_tasks.look.run_name}")


def send(look: Any, organization_id: uuid.UUID, number: int) -> None:
    look.send(organization_id, str(number), look.run_name)


def answers(look: Any, wanted: int, seconds: float = 60) -> dict[int, tuple[list[str], list[str]]]:
    """Wait until `wanted` tasks left what they saw; return it by number."""
    from tests.servers.tenancy_tasks import SEEN

    end = time.monotonic() + seconds
    while broker().llen(f"{SEEN}:{look.run_name}") < wanted and time.monotonic() < end:
        time.sleep(0.1)
    found = [json.loads(line) for line in broker().lrange(f"{SEEN}:{look.run_name}", 0, -1)]
    assert len(found) == wanted
    return {number: (seen, again) for number, seen, again in found}


def run_worker(look: Any, log: Path, **env: str) -> Any:
    return worker(log, application="tests.servers.tenancy_tasks", queue=look.queue, **env)


@pytest.mark.requirement("I01", part="tasks")
@pytest.mark.requirement("S07", part="every job carries its tenant")
def test_interleaved_tasks_see_their_own_organization_only(cast: Cast, look: Any, tmp_path: Path) -> None:
    own = [[str(cast.northlight.pk)] * 4, [str(cast.southwind.pk)]]
    for number in range(TASKS):
        send(look, (cast.northlight.pk, cast.southwind.pk)[number % 2], number)
    with run_worker(look, tmp_path / "worker.log"):
        found = answers(look, TASKS)
    wrong = {number: saw for number, saw in found.items() if saw != (own[number % 2], own[number % 2])}
    assert wrong == {}


@pytest.mark.requirement("S07", part="every job carries its tenant")
def test_a_task_without_its_organization_is_refused(cast: Cast, look: Any, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    look.apply_async(args=["1", look.run_name])
    look.apply_async(args=["2", look.run_name], headers={"organization": "northlight"})
    send(look, cast.northlight.pk, 3)
    with run_worker(look, log):
        found = answers(look, 1)
    assert set(found) == {3}
    assert "task `tests.look` has no organization header" in log.read_text()


@pytest.mark.requirement("I02", part="tasks")
def test_control_without_the_binding_a_task_sees_nothing(cast: Cast, look: Any, tmp_path: Path) -> None:
    send(look, cast.northlight.pk, 1)
    with run_worker(look, tmp_path / "worker.log", BINDING="none"):
        assert answers(look, 1) == {1: ([], [])}


@pytest.mark.requirement("S07", part="every job carries its tenant")
def test_every_task_of_the_product_is_a_tenants_or_listed() -> None:
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if not name.startswith(("celery.", "tests."))}
    assert {name for name, task in ours.items() if not isinstance(task, TenantTask)} == SYSTEM_TASKS
