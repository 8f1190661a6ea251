"""Reads what `EXPLAIN QUERY PLAN` says of a SQLite statement. There are no estimates, only the shape of the loops."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from connectors.contracts import Plan

_SCAN = re.compile(r"SCAN (?!CONSTANT ROW)(\S+)(?! VIRTUAL TABLE)(?: USING .*)?(?: LEFT-JOIN)?\Z")
_MADE = re.compile(r"(?:CO-ROUTINE|MATERIALIZE) (\S+)")
_MOST_NAMED = 3


def read_plan(tables: Iterable[str], steps: Sequence[tuple[int, str]]) -> Plan:
    """Return the plan of a statement: `tables` by the authorizer, `steps` as (parent, text) in the engine's order.

    Two tables of one loop that are both read from end to end are joined without a condition the engine can use.
    """
    made = {found[1] for _, text in steps if (found := _MADE.match(text))}
    scanned: dict[int, list[str]] = {}
    for parent, text in steps:
        found = _SCAN.match(text)
        if found and found[1] not in made:
            scanned.setdefault(parent, []).append(found[1])
    pairs = [pair for names in scanned.values() for pair in itertools.pairwise(names)]
    costly = [f"`{first}` and `{second}` are joined without a condition" for first, second in pairs]
    if any(text.startswith("USE TEMP B-TREE FOR ORDER BY") for _, text in steps):
        costly.append("all rows are sorted")
    return Plan(
        relations=frozenset(("", name) for name in tables),
        costly=tuple(dict.fromkeys(costly))[:_MOST_NAMED],
        cartesian=tuple(dict.fromkeys(pairs)),
    )
