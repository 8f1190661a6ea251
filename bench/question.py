"""What a question costs beside its statement: the whole way, from asking to the sealed answer, without a model's time.

    python -m bench.question            the verified path and the local path, against the same SQL by the bare driver
    python -m bench.question profile    where the time goes

What is measured, from a person's verb to the sealed answer: asking (rate, grant, row, event, hint to the broker) and
working (claim, every step, explain, statement, commits, event, seal) run in this process, one after the other, on
servers of their own with durable commits. Not measured: HTTP, the way through the broker, a model, and what the lab
sets up before (people, connector, schema, verified query). The bare driver runs the statement that the guard wrote on
a session that is open already: the question pays for nothing that it does not.

Wall time and this process's processor time are printed, medians and the best, because the machine may be shared: the
servers' share is in the wall time alone. Exits 1 when the median overhead is over the target.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
STATE = ROOT / ".state" / "bench"
TARGET_MS = 15.0
ROUNDS, WARM = 60, 8
VERIFIED = "How many orders were placed in each city?"
SQL = (
    "SELECT c.city, count(*) AS orders, sum(o.total) AS total FROM orders o"
    " JOIN customers c ON c.id = o.customer_id GROUP BY c.city ORDER BY orders DESC"
)


@contextlib.contextmanager
def portal() -> Iterator[None]:
    """Run a block with the portal on servers and a database of its own."""
    os.environ["COUNTERSIGN_STATE_DIR"] = str(STATE)
    os.environ.setdefault("COUNTERSIGN_PRODUCTION", "0")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from portal import embedded, environment

    found = environment.load_or_exit(ROOT)
    with embedded.using(found.state_dir, services=found.embedded_services):
        import django

        django.setup()
        from django.db import connections
        from django.test.utils import setup_databases, setup_test_environment, teardown_databases

        setup_test_environment()
        made = setup_databases(verbosity=0, interactive=False)
        try:
            yield
        finally:
            from connectors import sessions

            sessions.close_idle()
            connections.close_all()
            teardown_databases(made, verbosity=0)


def timed(call: Callable[[], object], rounds: int) -> tuple[list[float], list[float]]:
    """Return wall and processor times of a call, in milliseconds."""
    wall, cpu = [], []
    for _ in range(rounds):
        began, used = time.perf_counter(), time.process_time()
        call()
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    return wall, cpu


def measure() -> int:
    from tests.factories import make_cast
    from tests.questions_lab import Lab, make_database

    make_database()
    lab = Lab(make_cast())
    lab.verify(VERIFIED, SQL)
    paths = {"verified query": way(lab, VERIFIED), "SQL of one's own": way(lab, "")}
    _raise_budget(lab)
    question = paths["verified query"].once()  # type: ignore[attr-defined]
    assert question.state == "answered", (question.failure, question.reasons)
    with _bare() as bare:
        statement = question.executed_sql
        base, base_cpu = timed(lambda: bare(statement), ROUNDS)
        print(f"bare driver, open session: {median(base):.2f} ms (processor {median(base_cpu):.2f} ms)")
    worst = 0.0
    for name, path in paths.items():
        timed(path, WARM)
        asking = path.asking  # type: ignore[attr-defined]
        asking.clear()
        wall, cpu = timed(path, ROUNDS)
        over = median(wall) - median(base)
        worst = max(worst, over)
        print(
            f"{name}: {median(wall):.2f} ms (best {min(wall):.2f}; processor {median(cpu):.2f}),"
            f" {over:.2f} ms over the bare driver (best {min(wall) - median(base):.2f}),"
            f" {median(wall) / median(base):.1f} x; target {TARGET_MS:g} ms"
        )
        print(f"  of it asking {median(asking):.2f} ms (best {min(asking):.2f}), working the rest")
        _count(name, path)
    return int(worst > TARGET_MS)


def way(lab: Any, text: str) -> Callable[[], Any]:
    """Return what asks one question and works on it as web and worker do; without a text it runs SQL of one's own."""
    from portal import tenancy, work
    from portal.memberships import context_for
    from questions import ask
    from questions.models import Question

    person, connector = context_for(lab.cast.paul.user, lab.cast.paul.membership), lab.orders.pk

    asking: list[float] = []

    def go() -> Question:
        began = time.perf_counter()
        with tenancy.enter(person):
            made = ask.ask(text=text, connector_id=connector) if text else ask.run_sql(connector_id=connector, sql=SQL)
        asking.append((time.perf_counter() - began) * 1000)
        with tenancy.scope(lab.cast.northlight.pk, actor=tenancy.SYSTEM):
            work.run("question", made.pk, None)
        return made

    def once() -> Question:
        made = go()
        with tenancy.enter(person):
            return Question.objects.get(pk=made.pk)

    go.once, go.asking = once, asking  # type: ignore[attr-defined]
    return go


@contextlib.contextmanager
def _bare() -> Iterator[Callable[[str], object]]:
    import psycopg

    from tests.questions_lab import DATABASE, PASSWORD, ROLE, superuser

    with psycopg.connect(superuser(DATABASE), user=ROLE, password=PASSWORD, autocommit=True) as connection:
        yield lambda statement: connection.execute(statement).fetchall()


def _raise_budget(lab: Any) -> None:
    """Let one person ask all day and as fast as they can: the measurement is not about limits."""
    from guardrails.models import QuestionPolicy, RatePolicy
    from portal import change

    with lab.cast.ada.inside():
        policy = QuestionPolicy.objects.get()
        policy.rows_per_day, policy.bytes_per_day = 1_000_000, 10**9
        change.apply(policy)
        rates = RatePolicy.objects.get()
        rates.asks_of_person = rates.asks_of_organization = 100_000
        change.apply(rates)


def _count(name: str, path: Callable[[], object]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        path()
    commits = sum(query["sql"] == "COMMIT" for query in seen.captured_queries)
    print(f"  {len(seen)} statements in the portal's database, {commits} commits")
    if "-v" in sys.argv:
        for query in seen.captured_queries:
            print("   ", query["time"], query["sql"][:150])


def profile() -> int:
    import cProfile
    import pstats

    from tests.factories import make_cast
    from tests.questions_lab import Lab, make_database

    make_database()
    lab = Lab(make_cast())
    lab.verify(VERIFIED, SQL)
    _raise_budget(lab)
    path = way(lab, VERIFIED)
    timed(path, WARM)
    watch = cProfile.Profile(time.process_time)
    watch.enable()
    timed(path, ROUNDS)
    watch.disable()
    pstats.Stats(watch).sort_stats("cumulative").print_stats(r"questions|guardrails|connectors|portal|audit", 70)
    return 0


def main() -> int:
    with portal():
        return profile() if "profile" in sys.argv[1:] else measure()


if __name__ == "__main__":
    sys.exit(main())
