"""What MySQL's and MariaDB's planners say of a statement: relations, estimates and what makes it expensive.

The plan in JSON names tables by their alias. Which relations they are stands in the note that EXPLAIN leaves
beside it: the statement as the server rewrote it. That text can quote a row (a table read by its key is read
while planning), so nothing of it but names of existing tables leaves this module.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connectors.adapters.sources.mysql_wire import Wire
from connectors.contracts import Plan, SourceFailed
from connectors.numerals import about

MANY_ROWS = 10_000
_NOTE = 1003
_TOKEN = re.compile(
    r"'(?:[^'\\]|\\.|'')*'"  # a text: what stands in it is no name
    r"|(?P<chain>`(?:[^`]|``)+`(?:\.`(?:[^`]|``)+`)*)",
    re.DOTALL,
)
_NAME = re.compile(r"`((?:[^`]|``)+)`")


@dataclass(frozen=True, slots=True)
class _Step:
    """One table of the plan: how it is read and how many rows come of it."""

    alias: str
    access: str
    rows: int
    has_condition: bool
    is_joined: bool


def explain(wire: Wire, statement: str) -> Plan:
    """Return the plan of a statement that the server has parsed alone. Three queries; nothing is run."""
    told = wire.ask(f"EXPLAIN FORMAT=JSON {statement}")
    try:
        tree: Any = json.loads("".join(row[0] for row in told), object_pairs_hook=_merged)
    except ValueError:
        raise SourceFailed("no_plan", "the database gives no plan that can be read for this statement") from None
    relations = _relations(wire, statement)
    steps = list(_steps(tree, joined=False))
    rows = _handled(steps)
    return Plan(
        relations=relations,
        estimated_rows=rows,
        cost=_cost(tree),
        costly=tuple(_costly(steps, tree)),
        cartesian=tuple(_cartesian(steps)),
    )


def _relations(wire: Wire, statement: str) -> frozenset[tuple[str, str]]:
    """Return the tables that the server's own rewriting of the statement names."""
    wire.ask(f"EXPLAIN {'EXTENDED ' if 'mariadb' in str(wire.server_version).lower() else ''}{statement}")
    notes = [row[2] for row in wire.ask("SHOW WARNINGS") if row[1] == str(_NOTE)]
    candidates = {pair for note in notes for pair in named_pairs(note)}
    if not candidates:
        return frozenset()
    # A pair can also be the column of a derived table; only what exists is a relation.
    pairs = ", ".join(f"({_text(schema)}, {_text(name)})" for schema, name in sorted(candidates))
    found = wire.ask(
        f"SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE (TABLE_SCHEMA, TABLE_NAME) IN ({pairs})"  # noqa: S608 - quoted texts of our own
    )
    return frozenset((schema, name) for schema, name in found)


def named_pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield the names of two parts that stand in a statement as the server writes it, outside its texts."""
    for token in _TOKEN.finditer(text):
        names = [name.replace("``", "`") for name in _NAME.findall(token["chain"] or "")]
        if len(names) == 2:
            yield names[0], names[1]


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _merged(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Keep every value of a key that an object repeats, as older servers write joins: `table`, `table`."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found and key in ("table", "block-nl-join"):
            before = found[key]
            found[key] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[key] = value
    return found


def _steps(node: Any, *, joined: bool, condition: bool = False) -> Iterator[_Step]:
    """Walk the plan in its order; a table that stands after another in a join is `is_joined`."""
    if isinstance(node, list):
        for index, each in enumerate(node):
            yield from _steps(each, joined=joined or index > 0)
        return
    if not isinstance(node, dict):
        return
    for key, below in node.items():
        if key in ("table", "block-nl-join") and isinstance(below, list):
            for index, each in enumerate(below):
                yield from _steps({key: each}, joined=joined or index > 0)
        elif key == "table" and isinstance(below, dict):
            yield from _table(below, joined, condition)
        elif key == "block-nl-join":
            yield from _steps(below, joined=True, condition="attached_condition" in below)
        elif isinstance(below, dict | list):
            yield from _steps(below, joined=False)


def _table(table: dict[str, Any], joined: bool, condition: bool) -> Iterator[_Step]:
    """Yield one table and what it is made of, where it is derived."""
    rows = table.get("rows") or table.get("rows_examined_per_scan") or 0
    narrowed = condition or any(key in table for key in ("attached_condition", "ref", "index_condition"))
    if isinstance(name := table.get("table_name"), str):
        yield _Step(name, str(table.get("access_type", "")), int(rows), narrowed, joined)
    for key, below in table.items():
        if isinstance(below, dict | list) and key != "ref":
            yield from _steps(below, joined=False)


def _handled(steps: list[_Step]) -> int:
    """Return the most rows a step handles: a joined table is read again for every row before it."""
    most = running = 0
    for step in steps:
        running = max(1, running) * max(1, step.rows) if step.is_joined else step.rows
        most = max(most, running)
    return most


def _cost(tree: Any) -> float | None:
    block = tree.get("query_block", {}) if isinstance(tree, dict) else {}
    told = block.get("cost") or (block.get("cost_info") or {}).get("query_cost")
    try:
        return float(told) if told is not None else None
    except (TypeError, ValueError):
        return None


def _costly(steps: list[_Step], tree: Any) -> Iterator[str]:
    """Say what makes the statement expensive, worst first. Aliases are the statement's own words."""
    for one, other in _cartesian(steps):
        yield f"`{one}` and `{other}` are joined without a condition"
    for step in sorted(steps, key=lambda each: -each.rows):
        if step.access == "ALL" and step.rows >= MANY_ROWS:
            yield f"`{step.alias}` is read from end to end: {about(step.rows)} rows"
    text = json.dumps(tree)
    if '"filesort"' in text and _handled(steps) >= MANY_ROWS:
        yield "all rows are sorted"


def _cartesian(steps: list[_Step]) -> Iterator[tuple[str, str]]:
    """Name neighbours in a join of which the second is read whole for every row of the first."""
    for before, step in itertools.pairwise(steps):
        if step.is_joined and step.access in ("ALL", "index") and not step.has_condition:
            yield before.alias, step.alias
