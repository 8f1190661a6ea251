"""The drill of the kill switch: every worker process stops within a second, and the evidence says so (T01)."""

from __future__ import annotations

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from audit.models import Event
from guardrails import drill, switch
from guardrails.models import DrillWatch, KillSwitch, OrganizationSwitch
from portal import tenancy
from portal.ids import PLATFORM_ID
from portal.roles import Role
from tests.factories import make_cast

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
STAFF = tenancy.Actor("service", "drill", "operator")


@pytest.fixture(autouse=True)
def switches(transactional_db: None) -> None:
    """Make what a flush of the database took: the first turn of the platform's switch."""
    import types

    from guardrails.apps import make_first_turn

    if not KillSwitch.objects.using("owner").exists():
        make_first_turn(types.SimpleNamespace(name="guardrails"), "owner")


def platform():
    return tenancy.scope(PLATFORM_ID, actor=STAFF, role=Role.ADMIN)


class Workers:
    """Threads that take the drill's jobs as worker processes would, each with a connection of its own."""

    def __init__(self, *, deaf: int = 0) -> None:
        self.threads: list[threading.Thread] = []
        self.deaf = deaf

    def send(self, drill_id) -> None:
        number = len(self.threads)
        thread = threading.Thread(target=self._work, args=(drill_id, f"worker-{number}", number < self.deaf))
        self.threads.append(thread)
        thread.start()

    def _work(self, drill_id, name: str, is_deaf: bool) -> None:
        try:
            with platform():
                if not is_deaf:
                    drill.watch(drill_id, name)
        finally:
            connections.close_all()

    def join(self) -> None:
        for thread in self.threads:
            thread.join(timeout=20)


@pytest.mark.requirement("T01", part="the drill")
@pytest.mark.parametrize("is_real", [False, True])
def test_every_worker_stops_and_the_switch_is_released_again(is_real: bool) -> None:
    cast, workers = make_cast(), Workers()
    with platform():
        drill.ready()
        outcome = drill.run(3, workers.send, is_real=is_real, reason="quarterly")
        workers.join()
        assert outcome.is_passed, outcome
        assert [each.process for each in outcome.seen] == ["worker-0", "worker-1", "worker-2"]
        assert outcome.slowest_ms <= drill.LIMIT_MS
        assert DrillWatch.objects.filter(drill=outcome.drill, seen_at__isnull=False, steps__gte=0).count() == 3
        event = Event.objects.get(type="killswitch.drilled")
        assert (event.verdict, event.data["asked"], event.data["answered"]) == ("pass", 3, 3)
        assert set(event.data["processes"]) == {"worker-0", "worker-1", "worker-2"}
        assert switch.is_halted() is None
        assert Event.objects.filter(type="killswitch.engaged").count() == (1 if is_real else 0)
    with cast.ada.inside():
        assert switch.is_halted() is None
        assert not OrganizationSwitch.objects.get().is_halted


@pytest.mark.requirement("T01", part="the drill")
def test_a_worker_that_does_not_answer_fails_the_drill() -> None:
    workers = Workers(deaf=1)
    with platform():
        drill.ready()
        outcome = drill.run(2, workers.send, is_real=False, reason="quarterly", wait_s=0.5)
        workers.join()
        assert (outcome.is_passed, len(outcome.seen), outcome.asked) == (False, 1, 2)
        assert Event.objects.get(type="killswitch.drilled").verdict == "failed"
        assert switch.is_halted() is None, "released all the same"


@pytest.mark.requirement("T01", part="the drill")
def test_one_that_stops_late_or_not_at_all_is_no_pass() -> None:
    def outcome(*latencies: int | None) -> drill.Outcome:
        seen = tuple(drill.Seen(str(i), ms, 1) for i, ms in enumerate(latencies))
        return drill.Outcome(PLATFORM_ID, 2, seen)

    assert outcome(1_000, 3).is_passed
    for bad in ((1_001, 3), (None, 3), (3,), ()):
        assert not outcome(*bad).is_passed


def test_the_command_drills_prints_each_process_and_demands_a_reason_for_a_real_one(monkeypatch) -> None:
    from guardrails.management.commands import killswitch

    make_cast()
    workers, out = Workers(), StringIO()
    monkeypatch.setattr(killswitch, "_send", workers.send)
    with tenancy.frame():
        call_command("killswitch", "drill", processes=2, stdout=out)
        workers.join()
        assert "worker-1: stopped after" in out.getvalue()
        assert "drill passed: 2 of 2 processes stopped" in out.getvalue()
        with pytest.raises(CommandError, match="--reason: a drill for real halts every organization"):
            call_command("killswitch", "drill", real=True, processes=2, stdout=out)
        call_command("killswitch", "on", reason="an incident", stdout=out)
        with pytest.raises(CommandError, match="halted already"):
            call_command("killswitch", "drill", processes=2, stdout=out)
        call_command("killswitch", "off", reason="over", stdout=out)
