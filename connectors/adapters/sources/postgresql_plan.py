"""Reads what `EXPLAIN (FORMAT JSON, VERBOSE)` says: the relations, and what would make the statement expensive.

Only names and numbers are taken. Conditions are looked at for the names they hold and then forgotten, because they
can quote a value of the statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.contracts import Plan, SourceRefused
from connectors.numerals import about

Node = Mapping[str, Any]

_WRITES = frozenset({"ModifyTable", "LockRows"})
_BLOCKING = frozenset({"Sort", "Hash", "Aggregate", "SetOp", "WindowAgg", "Incremental Sort"})
"""Nodes that read all of their input before they give their first row: a LIMIT above does not spare them."""
_CONDITIONS = (
    "Index Cond",
    "Recheck Cond",
    "Filter",
    "Join Filter",
    "TID Cond",
    "Function Call",
    "Cache Key",
    "Output",
)
_JOIN_CONDITIONS = ("Join Filter", "Hash Cond", "Merge Cond")
_MOST_NAMED = 3
_WORTH_NAMING = 1_000
"""Rows below which no step is called expensive."""


@dataclass(slots=True)
class _Reading:
    """What one walk over a plan found."""

    relations: set[tuple[str, str]] = field(default_factory=set)
    rows: float = 0.0
    steps: list[tuple[float, str]] = field(default_factory=list)
    cartesian: list[tuple[str, str]] = field(default_factory=list)


def read_plan(explained: Any) -> Plan:
    """Return the plan of one explained statement; raise `SourceRefused` for one that writes or locks."""
    root: Node = explained[0]["Plan"]
    found = _Reading()
    _look(root, 1.0, 1.0, found)
    found.steps.sort(key=lambda step: -step[0])
    texts = list(dict.fromkeys(text for _, text in found.steps))
    return Plan(
        relations=frozenset(found.relations),
        estimated_rows=round(min(found.rows, 1e18)),
        cost=float(root.get("Total Cost", 0.0)),
        costly=tuple(texts[:_MOST_NAMED]),
        cartesian=tuple(dict.fromkeys(found.cartesian)),
    )


def _look(node: Node, times: float, share: float, found: _Reading) -> None:
    """Walk a node that runs `times` times and of which the nodes above want only a `share` of the rows."""
    kind = str(node.get("Node Type", ""))
    if kind in _WRITES:
        raise SourceRefused("write_refused", "the statement writes or locks; only reading is possible here")
    if "Relation Name" in node:
        found.relations.add((str(node.get("Schema", "")), str(node["Relation Name"])))
    rows = _rows(node) * times * share
    found.rows = max(found.rows, rows)
    _name(node, kind, rows, times, found)
    for child, child_times, child_share in _below(node, kind, times, share):
        _look(child, child_times, child_share, found)


def _below(node: Node, kind: str, times: float, share: float) -> Iterator[tuple[Node, float, float]]:
    """Yield each child with how often it runs and which share of its rows is wanted."""
    children: list[Node] = list(node.get("Plans", ()))
    if kind in _BLOCKING:
        share = 1.0
    elif kind == "Limit" and children:
        share *= min(1.0, _rows(node) / max(1.0, _rows(children[0])))
    elif kind in ("Gather", "Gather Merge"):
        workers = int(node.get("Workers Planned", 0))
        times *= workers + max(0.0, 1.0 - 0.3 * workers)  # the planner's own divisor of parallel rows
    for child in children:
        relation = child.get("Parent Relationship")
        if relation == "InitPlan":
            yield child, 1.0, 1.0
        elif relation == "SubPlan":
            yield child, max(1.0, _rows(node) * times * share), 1.0
        elif kind == "Nested Loop" and relation == "Inner":
            yield child, max(1.0, _rows(children[0]) * times * share), 1.0
        else:
            yield child, times, share


def _rows(node: Node) -> float:
    return max(0.0, float(node.get("Plan Rows", 0)))


def _name(node: Node, kind: str, rows: float, times: float, found: _Reading) -> None:
    """Say in words what this node costs, where it is worth a word."""
    if kind == "Nested Loop":
        _name_loop(node, times, found)
        return
    children = node.get("Plans", ())
    handled = max([rows, *(_rows(child) * times for child in children if child.get("Parent Relationship") == "Outer")])
    cost = float(node.get("Total Cost", 0.0)) * times
    if kind.endswith("Seq Scan") and max(handled, cost) >= _WORTH_NAMING:
        what = "is read from end to end" + (f" {about(times)} times" if times >= 2 else "")
        count = f": {about(rows)} rows" if "Filter" not in node else ""
        found.steps.append((cost, f"`{node.get('Relation Name', '')}` {what}{count}"))
    elif handled < _WORTH_NAMING:
        return
    elif kind in ("Sort", "Incremental Sort"):
        found.steps.append((handled, f"{about(handled)} rows are sorted"))
    elif kind == "Aggregate" and node.get("Strategy") == "Hashed":
        found.steps.append((handled, f"{about(handled)} rows are grouped"))
    elif kind in ("Hash Join", "Merge Join"):
        names = " and ".join(f"`{_biggest(child)}`" for child in children[:2])
        found.steps.append((rows, f"{names} are joined: {about(rows)} rows"))


def _name_loop(node: Node, times: float, found: _Reading) -> None:
    """Name a nested loop by its pairs of rows; one without any condition between its sides is a cartesian product."""
    sides = [child for child in node.get("Plans", ()) if child.get("Parent Relationship") in ("Outer", "Inner")]
    if len(sides) != 2 or min(map(_rows, sides)) <= 1:
        return
    outer, inner = sides
    pairs = _rows(outer) * _rows(inner) * times
    names = (_biggest(outer), _biggest(inner))
    if not _is_bound(node, outer, inner):
        found.cartesian.append(names)
        text = f"`{names[0]}` and `{names[1]}` are joined without a condition: {about(pairs)} rows"
        found.steps.append((pairs * 10, text))
    elif "Join Filter" in node and pairs >= _WORTH_NAMING:
        text = f"each row of `{names[0]}` is compared with each of `{names[1]}`: {about(pairs)} pairs"
        found.steps.append((pairs, text))


def _is_bound(loop: Node, outer: Node, inner: Node) -> bool:
    """Tell whether a condition ties the sides: at the join, or inside the inner side by a name of the outer."""
    if any(loop.get(key) for key in _JOIN_CONDITIONS):
        return True
    names = {str(node[key]) for node in _all(outer) for key in ("Alias", "Relation Name", "CTE Name") if key in node}
    if not names:
        return False
    mention = re.compile(r"(?<![\w\"])(?:" + "|".join(rf'"?{re.escape(name)}"?' for name in names) + r")\.")
    texts = (str(node.get(key, "")) for node in _all(inner) for key in _CONDITIONS)
    return any(mention.search(text) for text in texts)


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.get("Plans", ()):
        yield from _all(child)


def _biggest(node: Node) -> str:
    """Return the name of the relation below a node that gives the most rows; what is no relation by its alias."""
    named = [each for each in _all(node) if "Relation Name" in each]
    if named:
        return str(max(named, key=_rows)["Relation Name"])
    for each in _all(node):
        for key in ("CTE Name", "Alias", "Function Name"):
            if key in each:
                return str(each[key])
    return "values"
