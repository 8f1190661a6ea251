"""Measures what the SQL guard costs beside a bare parse and write of sqlglot, on the project's own corpus.

    python -m bench.guard            prints the median ratio per dialect, and how many cases were judged as named

Exits 1 when an attack passes, a legitimate query is refused, or the median ratio is over the target.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import sqlglot

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from guardrails.sql import decide
from tests.guardrails.sql.corpus import lines, read

DIALECTS = ("postgres", "mysql", "sqlite", "duckdb")
TARGET = 1.5
ROUNDS = 15


def best_us(call: Callable[[], object]) -> float:
    """Return the shortest of some runs, in microseconds of this process: others on the machine do not count."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        call()
        best = min(best, time.process_time() - began)
    return best * 1e6


def legitimate_of(dialect: str) -> list[str]:
    """Return every honest query of `dialect`: one shape a query, as people and models write them, and TPC's."""
    return [sql for _, _, sql in read(f"legitimate_{dialect}")] + lines(f"honest_{dialect}") + lines("honest_any")


def measure(dialect: str) -> tuple[list[float], list[float]]:
    """Return the guard's times and the ratios to bare sqlglot over the legitimate queries of `dialect`."""
    times, ratios = [], []
    for sql in legitimate_of(dialect):
        bare = best_us(lambda sql=sql: sqlglot.parse_one(sql, dialect=dialect).sql(dialect=dialect))
        guarded = best_us(lambda sql=sql: decide(sql, dialect))
        times.append(guarded)
        ratios.append(guarded / bare)
    return times, ratios


def main() -> int:
    """Print the table and return the exit status."""
    failed, all_ratios = 0, []
    for dialect in DIALECTS:
        attacks = [sql for _, _, sql in read(f"attacks_{dialect}") + read("attacks_any")]
        legitimate = legitimate_of(dialect)
        let_through = sum(decide(sql, dialect).passes for sql in attacks)
        refused = sum(not decide(sql, dialect).passes for sql in legitimate)
        times, ratios = measure(dialect)
        all_ratios += ratios
        failed += let_through + refused
        print(
            f"{dialect:9} {len(attacks):4} attacks, {let_through} let through   {len(legitimate):4} legitimate, "
            f"{refused} refused   median {median(times):6.0f} us, {median(ratios):.2f} x bare sqlglot"
        )
    ratio = median(all_ratios)
    print(f"{'all':9} median {ratio:.2f} x bare sqlglot (target {TARGET})")
    return int(bool(failed) or ratio > TARGET)


if __name__ == "__main__":
    sys.exit(main())
