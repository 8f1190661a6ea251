"""`make bench`: every measurement, each beside its baseline from the same run. `make bench ARGS=guard` runs one."""

from __future__ import annotations

import importlib
import sys

BENCHES = (
    "guard",
    "classify",
    "confidence",
    "retrieval",
    "seal",
    "seals",
    "question",
    "output",
    "rehearsal",
    "tickets",
)


def main(wanted: list[str]) -> int:
    unknown = sorted(set(wanted) - set(BENCHES))
    if unknown:
        print(f"`{unknown[0]}` is not a measurement; choose from {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    failed = 0
    for name in wanted or BENCHES:
        print(f"--- {name}", flush=True)
        sys.argv = [f"bench.{name}"]
        failed += bool(importlib.import_module(f"bench.{name}").main())
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
