"""How many tickets a worker gets through, what a ticket costs the database, and what a flood does to everybody else.

    python -m bench.tickets         all three
    python -m bench.tickets speed   without the flood

A worker of two processes and beat run beside this process as in production, on servers of the bench's own with durable
commits; shop and helpdesk are the sandbox's. Every ticket is a refund that runs by itself: classified by the local
classifier, judged by twelve gates, refunded at the shop, replied to.

- **Speed**: tickets a second, beside a Celery task that does nothing, with the same number of messages on the same
  worker. Processor time is the worker's own; the servers' share is in the wall time alone.
- **Statements** of a ticket in the portal's database, counted beside 100 tickets and beside 10,000.
- **Fairness**: another organization's tickets arrive now and then, first alone, then while 10,000 of one organization
  are due. How long such a ticket waits for a worker, and how long until it is answered.

Exits 1 when a quiet organization's 95th percentile until the answer grows more than twofold, or when the statements of
a ticket depend on how many there were.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.question import ROOT, STATE, portal

FIRST, FLOOD = 100, 10_000
SLOTS, QUIET, EVERY_S = 2, 30, (1.0, 3.0)
TARGET = 2.0
TOLD, MESSAGES = "bench:told", "bench:messages"


def order_of(number: int) -> str:
    return str(50_000 + number)


def shop_of(cast: Any, orders: int) -> Any:
    """Return a live shop in which every customer has one order, its caps out of the way."""
    from connectors.contracts import Customer
    from guardrails.models import ActionCap, ActionMoneyCap
    from portal import change
    from tests.tickets_shop import Shop, order

    shop = Shop(cast)
    numbers = [order_of(number) for number in range(orders)]
    with cast.ada.inside():
        for cap in ActionCap.objects.all():
            cap.org_count = cap.customer_count = 10**6
            change.apply(cap)
        for money in ActionMoneyCap.objects.all():
            money.org_money_minor = money.customer_money_minor = 10**10
            change.apply(money)
        shop.settle_in()
    shop.reload(
        customers=tuple(Customer(f"c{number}", f"c{number}@example.com", "Max Stone") for number in numbers),
        orders=tuple(order(number, f"c{number}", 2_000, days=20) for number in numbers),
    )
    return shop


def ticket(shop: Any, number: int) -> uuid.UUID:
    """Take a ticket in, as the API does."""
    given = order_of(number)
    text = f"The cap from order #{given} arrived torn. Please refund order #{given}."
    with shop.cast.ada.inside():
        return uuid.UUID(str(shop.ticket(text, sender=f"c{given}@example.com").pk))


def flood(shop: Any, numbers: range) -> None:
    """Put in thousands of tickets at once, due and without a hint: an organization has few hints a second anyway."""
    from django.utils import timezone

    from tickets.models import Ticket

    now = timezone.now() - timedelta(seconds=1)
    with shop.cast.ada.inside():
        Ticket.objects.bulk_create(
            (
                Ticket(
                    source="api", external_ref=str(uuid.uuid4()), sender_is_verified=True, channel="email",
                    body=f"The cap from order #{order_of(n)} arrived torn. Please refund order #{order_of(n)}.",
                    sender_email=f"c{order_of(n)}@example.com", sender_name="Max", received_at=now,
                    job_state="ready", run_after=now,
                )
                for n in numbers
            ),
            batch_size=1_000,
        )  # fmt: skip


@contextlib.contextmanager
def running() -> Iterator[int]:
    """Run a worker and beat until the block ends; yield the worker's process id."""
    from tests.servers.portal_process import ended, environment

    logs = STATE / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    (STATE / "beat-schedule").unlink(missing_ok=True)
    celery = [sys.executable, "-m", "celery", "-A", "bench.tickets_worker"]
    worker = [*celery, "worker", "-c", str(SLOTS), "--without-gossip", "--without-mingle", "-l", "WARNING"]
    beat = [*celery, "beat", "--schedule", str(STATE / "beat-schedule"), "--pidfile", "", "-l", "WARNING"]
    with contextlib.ExitStack() as stack:
        pids = []
        for name, command in (("worker", worker), ("beat", beat)):
            log = stack.enter_context((logs / f"{name}.log").open("wb"))
            process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=log, stderr=log)
            stack.enter_context(ended(process))
            pids.append(process.pid)
        yield pids[0]


def used(pid: int) -> float:
    """Return the processor seconds of a process and its children."""
    family = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    ticks = 0
    for each in family:
        fields = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def told() -> dict[str, tuple[float, float]]:
    """Return when the worker began and ended each job that was its own, by the job's id."""
    from portal.valkey import broker

    found: dict[str, tuple[float, float]] = {}
    for line in broker().lrange(TOLD, 0, -1):
        job, began, end = json.loads(line)
        found[job] = (began, end)
    return found


def until_done(wanted: set[str], seconds: float) -> dict[str, tuple[float, float]]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = told()
        if wanted <= found.keys():
            return found
        time.sleep(0.1)
    raise SystemExit(f"{len(wanted - found.keys())} of {len(wanted)} jobs were not done in {seconds:g} s")


def speed(shop: Any, pid: int) -> None:
    """Print tickets a second beside as many messages of a task that does nothing."""
    from bench.tickets_worker import noop
    from portal.valkey import broker

    warm = {str(ticket(shop, number)) for number in range(8)}
    until_done(warm, 60)
    broker().delete(MESSAGES)
    flood(shop, range(8, FIRST))
    mine, began, cpu = set(_ready(shop)), time.perf_counter(), used(pid)
    until_done(mine, 300)
    wall, cpu = time.perf_counter() - began, used(pid) - cpu
    messages = int(broker().get(MESSAGES) or 0)
    idle, began, idle_cpu = f"noop {uuid.uuid4()}", time.perf_counter(), used(pid)
    for number in range(messages):
        noop.send(shop.cast.northlight.pk, f"{idle} {number}")
    until_done({f"{idle} {number}" for number in range(messages)}, 300)
    idle_wall, idle_cpu = time.perf_counter() - began, used(pid) - idle_cpu
    count = len(mine)
    print(
        f"{count} tickets in {wall:.1f} s by {SLOTS} processes: {count / wall:.1f} tickets/s,"
        f" {count / wall / SLOTS:.1f} a core; the worker's own processor time {cpu / count * 1000:.0f} ms a ticket"
    )
    print(
        f"  {messages} messages that do nothing: {idle_wall:.2f} s, processor {idle_cpu / messages * 1000:.1f} ms each;"
        f" the tickets took {wall / idle_wall:.1f} x as long, {cpu / idle_cpu:.1f} x the processor time"
        f" ({messages / count:.1f} messages a ticket)"
    )


def _ready(shop: Any) -> list[str]:
    from tickets.models import Ticket

    with shop.cast.ada.inside():
        return [str(pk) for pk in Ticket.objects.exclude(job_state="idle").values_list("pk", flat=True)]


def statements(shop: Any, number: int) -> int:
    """Return how many statements one ticket costs the portal's database, worked on in this process."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from portal import tenancy, work
    from tickets.models import Ticket

    flood(shop, range(number, number + 1))
    with shop.cast.ada.inside():
        mine = Ticket.objects.order_by("-id").first()
    with tenancy.scope(shop.cast.northlight.pk, actor=tenancy.SYSTEM), CaptureQueriesContext(connection) as seen:
        assert work.run("ticket", mine.pk, None), "a worker was quicker"
    with shop.cast.ada.inside():
        assert Ticket.objects.get(pk=mine.pk).state == "replied"
    return len(seen)


def trickle(shop: Any, first: int) -> list[tuple[float, float]]:
    """Let tickets of a quiet organization arrive; return how long each waited for a worker, and for its answer."""
    chance = random.Random(first)
    arrived = {}
    for number in range(first, first + QUIET):
        time.sleep(chance.uniform(*EVERY_S))
        at = time.time()
        arrived[str(ticket(shop, number))] = at
    found = until_done(set(arrived), 120)
    return [(found[job][0] - at, found[job][1] - at) for job, at in arrived.items()]


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, round(share * len(values)))]


def fairness(loud: Any, quiet: Any) -> float:
    """Print a quiet organization's waits without and with a flood; return how many times as long its answers take."""
    alone = trickle(quiet, 100)
    flood(loud, range(FIRST + 10, FIRST + 10 + FLOOD))
    time.sleep(2)
    before, began = len(told()), time.monotonic()
    beside = trickle(quiet, 100 + QUIET)
    rate = (len(told()) - before) / (time.monotonic() - began)
    print(f"a quiet organization's {QUIET} tickets; beside the flood of {FLOOD:,} the worker did {rate:.1f} tickets/s")
    lasts = [sum(row[1] - row[0] for row in rows) / QUIET for rows in (alone, beside)]
    print(f"  working on one takes {lasts[0] * 1000:.0f} ms alone, {lasts[1] * 1000:.0f} ms beside the flood")
    worse = 0.0
    for column, name in enumerate(("until a worker has it", "until it is answered")):
        calm, loaded = [row[column] for row in alone], [row[column] for row in beside]
        worse = percentile(loaded, 0.95) / percentile(calm, 0.95)
        print(
            f"  {name}: alone median {median(calm) * 1000:.0f} ms, p95 {percentile(calm, 0.95) * 1000:.0f} ms;"
            f" beside the flood {median(loaded) * 1000:.0f} ms, p95 {percentile(loaded, 0.95) * 1000:.0f} ms:"
            f" {worse:.1f} x"
        )
    return worse


@contextlib.contextmanager
def standing_still(pid: int) -> Iterator[None]:
    """Let the worker stand still, so that this process works on a ticket itself."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (pid, *map(int, children)):
        os.kill(each, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in (pid, *map(int, children)):
            os.kill(each, signal.SIGCONT)


def _spare_the_shops_disk() -> None:
    """Let the sandbox not wait for its disk: a shop is somebody else's machine."""
    import psycopg
    from django.conf import settings

    with psycopg.connect(settings.SANDBOX_DATABASE_URL, autocommit=True) as connection:
        connection.execute("ALTER ROLE CURRENT_USER SET synchronous_commit = off")


def measure() -> int:
    from portal.valkey import broker
    from tests.factories import make_cast

    cast = make_cast()
    loud = shop_of(cast, FIRST + 20 + FLOOD)
    quiet = shop_of(dataclasses.replace(cast, ada=cast.cleo, northlight=cast.southwind), 100 + 2 * QUIET)
    broker().flushall()
    _spare_the_shops_disk()
    with running() as pid:
        speed(loud, pid)
        with standing_still(pid):
            early = statements(loud, FIRST + 1)
        ratio = 0.0
        if "speed" not in sys.argv[1:]:
            ratio = fairness(loud, quiet)
            late = statements(loud, FIRST + 2)  # the last in its queue: no worker comes to it
            print(f"statements of a ticket: {early} beside {FIRST} tickets, {late} beside {FLOOD:,}")
            return int(ratio > TARGET or late != early)
        print(f"statements of a ticket: {early}")
    return 0


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # worker and beat end with this process
    with portal():
        return measure()


if __name__ == "__main__":
    sys.exit(main())
