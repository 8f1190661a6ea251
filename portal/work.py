"""Work: rows are the queue, Celery is the muscle.

A job row commits with the business change. A dispatcher leases ready rows, least recently served
organization first, and sends ids. A worker *starts* a lease by a conditional update, so a message that
arrives twice works once, and ends it by a conditional update, so a worker that lost its lease changes
nothing. A sweep returns expired leases. A message is only ever a hint; the row is the truth.

Every time of a job is the database's: a worker whose clock jumps neither keeps a lease for longer nor makes a job due
at another time.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import structlog
from django.db import connection, connections, transaction
from django.db.models.functions import Now

from portal import compiled, counters, tenancy, valkey
from portal.models.job import Job, JobState

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=300)
START_WITHIN = timedelta(seconds=30)
"""How long a message may take to a worker. What has not started by then is handed out anew: the broker lost it."""
LEADS_FOR_MS = 10_000
"""How long a dispatcher may stand still between two statements before the server ends its session, and its lead."""
MAX_ATTEMPTS = 5
QUANTUM = 4
ORGANIZATION_CAP = 16
LEADER_LOCK = 0x636F756E


class LeaseLost(RuntimeError):
    """The lease ran out and somebody else has the job now; the transaction must be rolled back."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A registered kind of job: its table, what works on it, and what hands a hopeless one to a person."""

    name: str
    model: type[Job]
    handle: Callable[[Any], None]
    give_up: Callable[[Any, str], None]


_kinds: dict[str, Kind] = {}


def register(name: str, model: type[Job], handle: Callable[[Any], None], give_up: Callable[[Any, str], None]) -> None:
    """Register a kind of job; called in an app's `ready()`. `handle(job)` ends by a verb that calls `finish`."""
    _kinds[name] = Kind(name, model, handle, give_up)


def kinds() -> dict[str, Kind]:
    """Return every registered kind by name."""
    return dict(_kinds)


def make_ready(job: Job, *, after: timedelta = timedelta(0)) -> None:
    """Mark the row as due (attributes only; the caller saves it in its own transaction) and hint on commit."""
    job.job_state = JobState.READY
    if after or not job._state.adding:  # a new row has the database's time by default
        job.run_after = Now() + after
    job.lease_token = job.lease_expires_at = job.lease_started_at = None
    job.attempts = 0
    if not after:
        hint(job)


LEASE_FIELDS = ("job_state", "run_after", "lease_token", "lease_expires_at", "lease_started_at")
JOB_FIELDS = (*LEASE_FIELDS, "attempts")


BUSY_FOR_S = 600
"""For how long after an organization's work a slot is kept free of everybody else's floods."""

AT_ONCE, IN_TURN = 0, 3
"""Priorities of messages. A worker takes what is `AT_ONCE` first: it goes before the few that were dispatched."""


def hint(job: Job) -> None:
    """Send the job's id straight to a worker when the transaction commits: quick when idle, never needed.

    The first of an organization within a second goes before what was dispatched. For others the dispatcher is asked,
    who is fair: a flood stands in its rows and not in the broker.
    """
    name = next((kind.name for kind in _kinds.values() if isinstance(job, kind.model)), None)
    if name is None:
        raise LookupError(f"job kind of `{type(job).__name__}` is not registered; call work.register in ready()")
    organization_id, job_id = job.organization_id, job.pk

    def send_hint() -> None:
        from portal.tasks import ask_for_more, run_job

        try:
            if _hints_of_this_second(organization_id, name) == 1:
                run_job.send(organization_id, name, str(job_id), "")
            else:
                ask_for_more()
        except Exception as error:  # the broker is only a hint: the dispatcher finds the row
            log.warning("work.hint_failed", kind=name, job=str(job_id), error=type(error).__name__)

    transaction.on_commit(send_hint)


def _hints_of_this_second(organization_id: uuid.UUID | None, kind: str) -> int:
    """Count one more hint of an organization, and that it has work; return how many there were within a second."""
    name = f"hints:{{{organization_id}}}:{kind}"
    with valkey.windows().pipeline(transaction=False) as calls:
        calls.incr(name)
        calls.expire(name, 1, nx=True)
        calls.zadd(f"busy:{kind}", {str(organization_id): time.time()})
        calls.expire(f"busy:{kind}", BUSY_FOR_S)
        return int(calls.execute()[0])


def caps(slots: int) -> dict[str, int]:
    """Return how many rows of one organization may be out, by kind, where others had work lately: all slots but one.

    A slot is kept for who comes next, so that a flood does not make them wait for its jobs to end. A hint of the broker
    like any other: it is a matter of waiting, not of what is right.
    """
    since, names = time.time() - BUSY_FOR_S, list(_kinds)
    with valkey.windows().pipeline(transaction=False) as calls:
        for name in names:
            calls.zremrangebyscore(f"busy:{name}", "-inf", since)
            calls.zcard(f"busy:{name}")
        counts = calls.execute()[1::2]
    return {name: max(1, slots - 1) for name, count in zip(names, counts, strict=True) if count > 1}


NO_WAIT = " AND (SELECT set_config('synchronous_commit', 'off', true)) IS NOT NULL"
"""Part of a statement that is a transaction of its own: its commit is not waited for. Any later commit that is durable
takes it along, for the log is written in order."""


UNSTARTED = (
    "(job_state = 'ready' AND run_after <= statement_timestamp() OR job_state = 'leased' AND lease_started_at IS NULL)"
)
"""What a hint may claim: also what was handed out and waits in the broker, behind others of a lower priority."""


def start(kind: Kind, job_id: uuid.UUID, token: uuid.UUID | None) -> Job | None:
    """Start working on a leased job, or claim one that nobody started when there is no token; None when not ours.

    Effects: one conditional update, a transaction of its own where the caller has none. It does not wait for the disk:
    a server that crashes before its next durable commit forgets the claim and nothing else, and the job is ready again.
    """
    which, known = UNSTARTED, []  # type: tuple[str, list[uuid.UUID]]
    if token is not None:
        which, known = "job_state = 'leased' AND lease_started_at IS NULL AND lease_token = %s", [token]
    claimed = compiled.change(
        kind.model,
        "job_state = 'leased', lease_token = %s, lease_expires_at = statement_timestamp() + %s,"
        " lease_started_at = statement_timestamp(), attempts = attempts + 1",
        f"id = %s AND organization_id = %s AND {which}{'' if connection.in_atomic_block else NO_WAIT}",
        [uuid.uuid4(), LEASE, job_id, tenancy.organization_id(), *known],
    )
    return claimed[0] if claimed else None


def hold(job: Job) -> None:
    """Lock the row and prove that the lease is still ours; raise `LeaseLost` otherwise. Needs a transaction."""
    sql = f'SELECT 1 FROM "{job._meta.db_table}" WHERE id = %s AND organization_id = %s AND lease_token = %s FOR UPDATE'
    if not compiled.run(sql, [job.pk, job.tenant_id, job.lease_token]):
        raise LeaseLost(f"the lease of job {job.pk} went to another worker")


def finish(job: Job, fields: Iterable[str] = (), *, again_after: timedelta | None = None, afresh: bool = False) -> None:
    """End the lease in the caller's transaction: idle, or ready again after a delay. Raises `LeaseLost`.

    `fields` are written with it. `afresh` forgets earlier failed tries: the job got where it should and waits for
    something else. One query.
    """
    token = job.lease_token
    job.job_state = JobState.READY if again_after is not None else JobState.IDLE
    job.lease_token = job.lease_expires_at = job.lease_started_at = None
    written = {*fields, *LEASE_FIELDS} - {"run_after"}
    due = ("run_after", "statement_timestamp() + %s", again_after or timedelta(0))
    if afresh:
        job.attempts = 0
        written.add("attempts")
    is_ours = False
    try:
        is_ours = compiled.update(job, written, where=[("lease_token", token)], made=[due])
    finally:
        if not is_ours:  # whoever puts the job back needs it
            job.lease_token = token
    if not is_ours:
        raise LeaseLost(f"the lease of job {job.pk} went to another worker")


def run(kind_name: str, job_id: uuid.UUID, token: uuid.UUID | None) -> bool:
    """Work on one job in the current organization; return whether it was ours.

    A job that failed `MAX_ATTEMPTS` times goes to a person through its kind's `give_up`. An error puts it
    back with a growing delay; nothing it committed before is undone.
    """
    kind = _kinds.get(kind_name)
    if kind is None:
        raise LookupError(f"job kind `{kind_name}` is not registered")
    job = start(kind, job_id, token)
    if job is None:
        return False
    outcome = "done"
    try:
        if job.attempts > MAX_ATTEMPTS:
            kind.give_up(job, job.last_error or "it stopped its worker several times")
            outcome = "given_up"
        else:
            kind.handle(job)
    except LeaseLost:
        outcome = "lease_lost"
        log.warning("work.lease_lost", kind=kind_name, job=str(job_id))
    except Exception as error:
        log.error(
            "work.failed",
            kind=kind_name,
            job=str(job_id),
            error=type(error).__name__,
            attempt=job.attempts,
            exc_info=True,
        )
        outcome = "put_back"
        _put_back(kind, job, error)
    counters.JOBS_DONE.labels(kind_name, outcome).inc()
    return True


def _put_back(kind: Kind, job: Job, error: Exception) -> None:
    """Return a failed job to the queue with a delay that doubles, if the lease is still ours."""
    delay = timedelta(seconds=min(2**job.attempts, 60))
    kind.model._base_manager.filter(pk=job.pk, lease_token=job.lease_token, organization_id=job.tenant_id).update(
        job_state=JobState.READY,
        run_after=Now() + delay,
        lease_token=None,
        lease_expires_at=None,
        lease_started_at=None,
        last_error=type(error).__name__[:200],
    )


LEAD = "SELECT pg_try_advisory_xact_lock(%s), set_config('idle_in_transaction_session_timeout', %s, true)"
"""Take the lead until the transaction ends; a leader that stands still loses its session and with it the lead."""

LEASE_SQL = """
WITH turns AS (
    SELECT o.id AS organization_id
    FROM portal_organization o
    LEFT JOIN portal_jobturn t ON t.organization_id = o.id AND t.kind = %(kind)s
    WHERE EXISTS (
        SELECT 1 FROM {table} j
        WHERE j.organization_id = o.id AND j.job_state = 'ready' AND j.run_after <= now()
    ) AND (
        SELECT count(*) FROM {table} j WHERE j.organization_id = o.id AND j.job_state = 'leased'
    ) <= %(cap)s - %(quantum)s
    ORDER BY t.served_at NULLS FIRST, o.id
    LIMIT %(room)s
), picked AS (
    SELECT j.id, j.organization_id
    FROM turns CROSS JOIN LATERAL (
        SELECT id, organization_id FROM {table}
        WHERE organization_id = turns.organization_id AND job_state = 'ready' AND run_after <= now()
        ORDER BY run_after, id LIMIT %(quantum)s FOR UPDATE SKIP LOCKED
    ) j
    LIMIT %(room)s
), leased AS (
    UPDATE {table} SET job_state = 'leased', lease_token = gen_random_uuid(),
        lease_expires_at = now() + make_interval(secs => %(lease)s), lease_started_at = NULL
    FROM picked WHERE {table}.id = picked.id
    RETURNING {table}.id, {table}.organization_id, {table}.lease_token
), served AS (
    INSERT INTO portal_jobturn (id, organization_id, kind, served_at)
    SELECT gen_random_uuid(), organization_id, %(kind)s, now() FROM leased GROUP BY organization_id
    ON CONFLICT (organization_id, kind) DO UPDATE SET served_at = excluded.served_at
)
SELECT id, organization_id, lease_token FROM leased
"""

SWEEP_SQL = """
UPDATE {table} SET job_state = 'ready', lease_token = NULL, lease_expires_at = NULL, lease_started_at = NULL,
    run_after = CASE WHEN lease_started_at IS NULL THEN run_after ELSE now() END
WHERE id IN (
    SELECT id FROM {table} WHERE job_state = 'leased' AND lease_expires_at < now()
    ORDER BY lease_expires_at LIMIT 500 FOR UPDATE SKIP LOCKED
)
"""


def lease_ready(
    room: int, caps: Mapping[str, int] = MappingProxyType({})
) -> list[tuple[str, uuid.UUID, uuid.UUID, uuid.UUID]]:
    """Lease up to `room` ready jobs fairly; return (kind, organization, job, token) of each.

    `caps` says by kind how many an organization may have out, where that is fewer than `ORGANIZATION_CAP`.

    Runs as the dispatcher role, which sees the job columns alone. Returns nothing where another
    dispatcher leads (advisory lock).
    """
    leased: list[tuple[str, uuid.UUID, uuid.UUID, uuid.UUID]] = []
    with transaction.atomic(using="dispatcher"), connections["dispatcher"].cursor() as cursor:
        cursor.execute(LEAD, [LEADER_LOCK, str(LEADS_FOR_MS)])
        if not cursor.fetchone()[0]:
            return []
        for kind in _kinds.values():
            left = room - len(leased) - _out(cursor, kind)
            if left <= 0:
                continue
            cap = min(ORGANIZATION_CAP, caps.get(kind.name, ORGANIZATION_CAP))
            cursor.execute(
                LEASE_SQL.format(table=kind.model._meta.db_table),
                {
                    "kind": kind.name,
                    "cap": cap,
                    "room": left,
                    "quantum": min(QUANTUM, cap),
                    "lease": START_WITHIN.total_seconds(),
                },
            )
            leased += [(kind.name, row[1], row[0], row[2]) for row in cursor.fetchall()]
    return leased


def _out(cursor: Any, kind: Kind) -> int:
    cursor.execute(f"SELECT count(*) FROM {kind.model._meta.db_table} WHERE job_state = 'leased'")
    return int(cursor.fetchone()[0])


def sweep() -> int:
    """Return expired leases of every kind to the queue; the attempt was counted when it started.

    What no worker started keeps its place in its organization's queue.
    """
    returned = 0
    with connections["dispatcher"].cursor() as cursor:
        for kind in _kinds.values():
            cursor.execute(SWEEP_SQL.format(table=kind.model._meta.db_table))
            returned += cursor.rowcount
    return returned
