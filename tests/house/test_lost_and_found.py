"""A leader that is killed or hangs, a clock that jumps: every job has an owner again soon, and is done once."""

from __future__ import annotations

import os
import signal
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from celery.beat import PersistentScheduler
from celery.schedules import BaseSchedule
from django.db import connections, transaction
from django.utils import timezone

from portal import tasks, tenancy, work
from portal.beat import SteadyScheduler
from portal.celery import app
from portal.tasks import run_job
from tests.factories import Cast
from tests.house.test_fairness import ROOM, handled, make_jobs, row, work_on
from tickets.models import Ticket

__all__ = ["handled"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])

HOUR = timedelta(hours=1)


def leased() -> list[uuid.UUID]:
    return [job for _, _, job, _ in work.lease_ready(ROOM)]


@pytest.mark.requirement("S07")
def test_a_leader_killed_before_it_commits_leaves_the_lead_and_the_jobs(cast: Cast) -> None:
    (job,) = make_jobs(cast.ada, 1)
    connections.close_all()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with transaction.atomic(using="dispatcher"):
            found = leased()
            os.write(writer, b"1" if found else b"0")
            signal.pause()
    assert os.read(reader, 1) == b"1"
    assert leased() == [], "the control: while it lives, it leads"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert until(leased) == [job]


@pytest.mark.requirement("S07")
def test_a_leader_that_hangs_loses_the_lead(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    (job,) = make_jobs(cast.ada, 1)
    monkeypatch.setattr(work, "LEADS_FOR_MS", 100)
    took, over = threading.Event(), threading.Event()

    def hang() -> None:
        try:
            with tenancy.frame("test"), transaction.atomic(using="dispatcher"):
                leased()
                took.set()
                over.wait(30)
        except Exception:
            took.set()
        finally:
            connections.close_all()

    leader = threading.Thread(target=hang)
    leader.start()
    try:
        assert took.wait(30)
        assert until(leased) == [job]
    finally:
        over.set()
        leader.join(30)


def until(ask: Callable[[], list[uuid.UUID]]) -> list[uuid.UUID]:
    """Ask for ten seconds at most until there is an answer."""
    end = threading.Event()
    for _ in range(200):
        if found := ask():
            return found
        end.wait(0.05)
    return []


@pytest.mark.requirement("S07")
def test_a_message_that_never_arrives_is_sent_anew_and_stops_nobody(cast: Cast) -> None:
    """The broker lost everything that was out: it is out again within the time to start, not that of a whole lease."""
    jobs = make_jobs(cast.ada, ROOM + 1)
    first = {job: token for _, _, job, token in work.lease_ready(ROOM)}
    assert set(first) == set(jobs[:ROOM])
    assert leased() == [], "as much is out as the workers take"
    with cast.ada.inside():
        lasts = [t.lease_expires_at - timezone.now() for t in Ticket.objects.filter(pk__in=first)]
        assert max(lasts) <= work.START_WITHIN < work.LEASE / 5
        Ticket.objects.filter(pk__in=first).update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert work.sweep() == ROOM
    assert set(leased()) == set(first), "and before what came later"
    assert not any(work_on(cast.ada, job, token) for job, token in first.items()), "the old messages are of no use"


@pytest.mark.requirement("S07")
def test_a_flood_sends_few_hints_and_the_first_goes_before(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[uuid.UUID, int]] = []
    asked: list[int] = []

    def send(organization: uuid.UUID, *args: str, priority: int = work.AT_ONCE) -> None:
        sent.append((organization, priority))

    monkeypatch.setattr(run_job, "send", send)
    monkeypatch.setattr(tasks, "ask_for_more", lambda: asked.append(1))
    for person, number in ((cast.ada, 30), (cast.cleo, 1)):
        with person.inside():
            for _ in range(number):
                with transaction.atomic():
                    work.hint(Ticket(organization_id=person.membership.organization_id))
    assert 1 <= sent.count((cast.northlight.pk, work.AT_ONCE)) <= 3, "one a second, and a second or two may have passed"
    assert len(asked) + len(sent) == 31
    assert sent[-1] == (cast.southwind.pk, work.AT_ONCE)


@pytest.mark.requirement("S07")
def test_a_slot_is_kept_for_others_where_others_had_work_lately(cast: Cast) -> None:
    make_jobs(cast.ada, 40)
    for slots, most in ((8, 7), (2, 1), (1, 1)):
        with cast.ada.inside():
            Ticket.objects.update(job_state="ready", lease_token=None, lease_expires_at=None)
        for _ in range(20):
            work.lease_ready(100, {"ticket": max(1, slots - 1)})
        with cast.ada.inside():
            assert most - work.QUANTUM < Ticket.objects.filter(job_state="leased").count() <= most
    for person in (cast.ada, cast.cleo):
        with person.inside(), transaction.atomic():
            work.hint(Ticket(organization_id=person.membership.organization_id))
    assert work.caps(8)["ticket"] == 7


@contextmanager
def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> Iterator[None]:
    """Let this process's clock stand elsewhere."""
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: moment)
        yield


@pytest.mark.requirement("S07")
@pytest.mark.parametrize("jump", [-26 * HOUR, 26 * HOUR], ids=["back", "forth"])
def test_a_clock_that_jumps_moves_no_lease_and_no_due_time(
    cast: Cast, handled: Callable[..., None], monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    """What a worker writes while its clock is wrong is the database's time: nobody else takes it, nothing waits."""
    seen: list[Ticket] = []

    def handle(job: Ticket) -> None:
        seen.append(Ticket.objects.get(pk=job.pk))
        if len(seen) == 1:
            raise RuntimeError("once")
        work.finish(job, again_after=timedelta(0))

    handled(handle)
    with cast.ada.inside(), at(monkeypatch, datetime.now(UTC) + jump):
        ticket = Ticket(source="api", external_ref=uuid.uuid4().hex, body="x", received_at=datetime.now(UTC))
        work.make_ready(ticket)
        ticket.save(force_insert=True)
        assert work.run("ticket", ticket.pk, None)
        assert work.sweep() == 0
    now = datetime.now(UTC)
    assert seen[0].lease_expires_at is not None
    assert abs(seen[0].lease_expires_at - now - work.LEASE) < timedelta(seconds=20)
    assert timedelta(0) < row(cast.ada, ticket.pk).run_after - now < timedelta(seconds=20), "tried again soon"
    with cast.ada.inside(), at(monkeypatch, now + jump):
        Ticket.objects.filter(pk=ticket.pk).update(run_after=now)
        work.make_ready(seen[0])
        seen[0].save(update_fields=work.JOB_FIELDS)
        assert work.run("ticket", ticket.pk, None)
    assert len(seen) == 2
    assert leased() == [ticket.pk]


@pytest.mark.requirement("S07")
@pytest.mark.parametrize("scheduler", [PersistentScheduler, SteadyScheduler])
def test_beat_goes_on_when_the_clock_is_set_back(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, scheduler: type[PersistentScheduler]
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(scheduler, "apply_entry", lambda self, entry, producer=None: sent.append(entry.task))
    monkeypatch.setattr(scheduler, "producer", None)
    clock = [datetime.now(UTC)]
    monkeypatch.setattr(BaseSchedule, "now", lambda self: clock[0])
    beat = scheduler(app=app, schedule_filename=f"{tmp_path}/beat")
    clock[0] += timedelta(seconds=30)
    try:
        for _ in range(9):
            beat.tick()
        assert {"portal.dispatch", "portal.sweep"} <= set(sent)
        clock[0] -= HOUR
        sent.clear()
        beat.tick()
        clock[0] += timedelta(seconds=6)
        for _ in range(9):
            beat.tick()
    finally:
        beat.close()
    is_steady = scheduler is SteadyScheduler
    assert ({"portal.dispatch", "portal.sweep"} <= set(sent)) is is_steady, "Celery's own is the control"
