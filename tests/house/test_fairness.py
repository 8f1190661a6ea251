"""One organization's flood or failure delays and breaks nobody else's work; no message is the truth (S07)."""

from __future__ import annotations

import dataclasses
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import redis
from celery import Task
from django.db import ProgrammingError, connections, transaction
from django.utils import timezone
from kombu import Connection

from portal import embedded, tenancy, work
from portal.celery import SYSTEM_TASKS, app
from portal.tasks import TenantTask, run_job
from portal.urls_of_servers import for_celery
from tests.factories import Cast, Person
from tickets.models import Ticket, TicketState

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])

ROOM = 4


def make_jobs(person: Person, number: int) -> list[uuid.UUID]:
    """Make ready jobs without a hint, as after a flood whose messages were lost; return their ids."""
    now = timezone.now()
    with person.inside():
        made = Ticket.objects.bulk_create(
            Ticket(
                source="api", external_ref=uuid.uuid4().hex, body="x", received_at=now, job_state="ready", run_after=now
            )
            for _ in range(number)
        )
    return [ticket.pk for ticket in made]


def row(person: Person, job: uuid.UUID) -> Ticket:
    with person.inside():
        return Ticket.objects.get(pk=job)


def finish(person: Person, *jobs: uuid.UUID) -> None:
    with person.inside():
        Ticket.objects.filter(pk__in=jobs).update(job_state="idle", lease_token=None, lease_expires_at=None)


def work_on(person: Person, job: uuid.UUID, token: uuid.UUID | None = None) -> bool:
    with person.inside():
        Ticket.objects.filter(pk=job).exclude(job_state="leased").update(run_after=timezone.now() - timedelta(hours=1))
        return work.run("ticket", job, token)


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Any], None]], None]:
    """Put another hand in the place of the tickets' own; giving up stays real."""

    def put(handle: Callable[[Any], None]) -> None:
        kind = work.kinds()["ticket"]
        monkeypatch.setitem(work._kinds, "ticket", dataclasses.replace(kind, handle=handle))

    return put


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker of these tests' own, which may be flushed."""
    state = tmp_path_factory.mktemp("broker")
    with embedded.using(state, services=("broker",)) as servers:
        yield servers.redis_url


def rounds_until(job: uuid.UUID, owner: Person, flooder: Person, *, most: int) -> int:
    """Let the dispatcher hand out work, each round done at once; return how many rounds the job waited."""
    for number in range(1, most + 1):
        leased = [job_id for _, _, job_id, _ in work.lease_ready(ROOM)]
        assert len(leased) <= ROOM
        if job in leased:
            return number
        finish(flooder, *leased)
    return most + 1


@pytest.mark.requirement("S07")
def test_a_flood_delays_another_organization_by_one_round_at_most(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_jobs(cast.ada, 300)
    first = [job for _, _, job, _ in work.lease_ready(ROOM)]
    assert len(first) == ROOM
    (job,) = make_jobs(cast.cleo, 1)
    finish(cast.ada, *first)
    assert rounds_until(job, cast.cleo, cast.ada, most=20) == 1

    finish(cast.cleo, job)
    (job,) = make_jobs(cast.cleo, 1)
    unfair = work.LEASE_SQL.replace("ORDER BY t.served_at NULLS FIRST, o.id", "ORDER BY o.id")
    assert unfair != work.LEASE_SQL
    monkeypatch.setattr(work, "LEASE_SQL", unfair)
    assert rounds_until(job, cast.cleo, cast.ada, most=20) > 20, "the control: first in, first out starves it"


@pytest.mark.requirement("S07")
def test_no_organization_holds_more_than_its_cap(cast: Cast) -> None:
    make_jobs(cast.ada, 60)
    held = [job for _ in range(20) for _, _, job, _ in work.lease_ready(100)]
    assert len(set(held)) == len(held) <= work.ORGANIZATION_CAP + work.QUANTUM
    (job,) = make_jobs(cast.cleo, 1)
    assert [found for _, _, found, _ in work.lease_ready(100)] == [job]


@pytest.mark.requirement("S07")
def test_a_poisoned_job_ends_with_a_person_and_stops_nobody(cast: Cast, handled: Any) -> None:
    (poisoned, sound), (other,) = make_jobs(cast.ada, 2), make_jobs(cast.cleo, 1)
    attempts: list[uuid.UUID] = []

    def handle(job: Ticket) -> None:
        attempts.append(job.pk)
        if job.pk == poisoned:
            raise RuntimeError("poison")
        work.finish(job)

    handled(handle)
    assert work_on(cast.ada, poisoned)
    assert row(cast.ada, poisoned).job_state == "ready"
    assert row(cast.ada, poisoned).run_after > timezone.now()
    assert work_on(cast.ada, sound)
    assert work_on(cast.cleo, other)
    assert (row(cast.ada, sound).job_state, row(cast.cleo, other).job_state) == ("idle", "idle")
    for _ in range(work.MAX_ATTEMPTS):
        work_on(cast.ada, poisoned)
    ended = row(cast.ada, poisoned)
    assert attempts.count(poisoned) == work.MAX_ATTEMPTS
    assert (ended.state, ended.job_state, ended.disposition) == (TicketState.HANDED_OVER, "idle", "hand_over")
    assert not work_on(cast.ada, poisoned), "nothing is due any more"


@pytest.mark.requirement("S07")
def test_a_message_that_arrives_twice_works_once(cast: Cast, handled: Any) -> None:
    worked: list[uuid.UUID] = []

    def handle(job: Ticket) -> None:
        worked.append(job.pk)
        work.finish(job)

    handled(handle)
    job, hinted = make_jobs(cast.ada, 2)
    tokens = {leased: token for _, _, leased, token in work.lease_ready(ROOM)}
    assert [work_on(cast.ada, job, tokens[job]) for _ in range(3)] == [True, False, False]
    assert not work_on(cast.ada, job), "nor by a hint"
    assert worked == [job]
    assert work_on(cast.ada, hinted), "a hint is quicker than the message that waits behind others"
    assert not work_on(cast.ada, hinted, tokens[hinted])
    assert worked == [job, hinted]


@pytest.mark.requirement("S07")
def test_a_hint_takes_nothing_that_a_worker_has_started(cast: Cast, handled: Any) -> None:
    (job,) = make_jobs(cast.ada, 1)
    others: list[bool] = []

    def handle(mine: Ticket) -> None:
        others.append(work.run("ticket", mine.pk, None))
        work.finish(mine)

    handled(handle)
    assert work_on(cast.ada, job)
    assert others == [False]


@pytest.mark.requirement("S07")
def test_a_worker_that_lost_its_lease_changes_nothing(cast: Cast, handled: Any) -> None:
    (job,) = make_jobs(cast.ada, 1)
    taken_over = uuid.uuid4()

    def slow(mine: Ticket) -> None:
        Ticket.objects.filter(pk=mine.pk).update(lease_token=taken_over)  # meanwhile, swept and leased anew
        with transaction.atomic():
            Ticket.objects.filter(pk=mine.pk).update(subject="changed by the loser")
            work.finish(mine)

    handled(slow)
    assert work_on(cast.ada, job)
    found = row(cast.ada, job)
    assert (found.subject, found.job_state, found.lease_token) == ("", "leased", taken_over)
    found.lease_token = uuid.uuid4()
    with cast.ada.inside(), transaction.atomic(), pytest.raises(work.LeaseLost):
        work.hold(found)


@pytest.mark.requirement("S07")
def test_an_expired_lease_goes_back_to_the_queue(cast: Cast) -> None:
    expired, held = make_jobs(cast.ada, 2)
    assert len(work.lease_ready(ROOM)) == 2
    assert work.sweep() == 0, "the control: a lease in time is left alone"
    with cast.ada.inside():
        Ticket.objects.filter(pk=expired).update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert work.sweep() == 1
    assert (row(cast.ada, expired).job_state, row(cast.ada, held).job_state) == ("ready", "leased")
    assert [job for _, _, job, _ in work.lease_ready(ROOM)] == [expired]


@pytest.mark.requirement("S07")
@pytest.mark.parametrize("leader", ["one leads", "both lead"])
def test_two_dispatchers_at_once_lease_each_job_once(cast: Cast, monkeypatch: pytest.MonkeyPatch, leader: str) -> None:
    """Also without the leader's lock, which alone would make it true: rows are taken with SKIP LOCKED."""
    wanted = set(make_jobs(cast.ada, 12) + make_jobs(cast.cleo, 12))
    monkeypatch.setattr(work, "ORGANIZATION_CAP", 1000)
    leased: list[uuid.UUID] = []
    barrier = threading.Barrier(4)
    if leader == "both lead":
        _without_leader(monkeypatch)

    def dispatch() -> None:
        try:
            for _ in range(4):
                barrier.wait(30)
                with tenancy.frame("test"):
                    leased.extend(job for _, _, job, _ in work.lease_ready(1000))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=dispatch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(leased) == len(set(leased))
    assert set(leased) <= wanted
    assert len(leased) >= 4


def _without_leader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every dispatcher believe that it leads: each asks for a lock of its own."""
    numbers = iter(range(1000, 2000))
    cursor = type(connections["dispatcher"].cursor())
    plain = cursor.execute

    def execute(self: Any, sql: str, params: Any = None) -> Any:
        return plain(self, sql, [next(numbers), *params[1:]] if "advisory" in sql else params)

    monkeypatch.setattr(cursor, "execute", execute)


@pytest.mark.requirement("S07")
def test_a_flushed_broker_loses_nothing(cast: Cast, own_broker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Connection(for_celery(own_broker)) as connection:
        monkeypatch.setattr(
            TenantTask, "apply_async", lambda self, **message: Task.apply_async(self, connection=connection, **message)
        )
        (job,) = make_jobs(cast.ada, 1)
        with cast.ada.inside(), transaction.atomic():
            work.hint(Ticket.objects.get(pk=job))
        client = redis.Redis.from_url(own_broker)
        assert client.llen("celery") == 1, "the control: the hint was there"
        client.flushall()
    assert [found for _, _, found, _ in work.lease_ready(ROOM)] == [job]


@pytest.mark.requirement("S07")
def test_every_task_carries_its_organization_or_is_listed(db: None) -> None:
    app.loader.import_default_modules()
    own = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert {name for name, task in own.items() if not isinstance(task, TenantTask)} == SYSTEM_TASKS
    for task in own.values():
        if isinstance(task, TenantTask):
            with pytest.raises(tenancy.NoOrganization, match="no organization header"):
                task("", "", "")
    assert run_job.name in own


@pytest.mark.requirement("S07")
@pytest.mark.parametrize("kind", sorted(work.kinds()) or ["none registered"])
def test_the_dispatcher_sees_job_columns_alone(cast: Cast, kind: str) -> None:
    table = work.kinds()[kind].model._meta.db_table
    columns = {field.column for field in work.kinds()[kind].model._meta.concrete_fields}
    from portal.isolation import JOB_COLUMNS, JOB_LEASE_COLUMNS

    seen, written = set(JOB_COLUMNS.split(", ")), set(JOB_LEASE_COLUMNS.split(", "))
    for column in sorted(columns):
        for statement, allowed in (
            (f'SELECT "{column}" FROM {table} LIMIT 1', column in seen),
            (f'UPDATE {table} SET "{column}" = "{column}" WHERE false', column in written),
        ):
            assert may(statement) is allowed, statement
    assert not may(f"DELETE FROM {table} WHERE false")
    assert not may(f"INSERT INTO {table} DEFAULT VALUES")
    assert not may("SELECT 1 FROM connectors_credential")


def may(statement: str) -> bool:
    """Whether the dispatcher's role may run a statement."""
    try:
        with transaction.atomic(using="dispatcher"), connections["dispatcher"].cursor() as cursor:
            cursor.execute(statement)
            return True
    except ProgrammingError as error:
        if "permission denied" not in str(error):
            raise
        return False
