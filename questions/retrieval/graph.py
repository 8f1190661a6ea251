"""How tables hang together: declared keys, keys that names give away, and the bridges between two tables."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

from connectors.contracts import Schema, Table
from questions.retrieval.words import split, stem

Edges = list[set[int]]

_KEY_WORDS = frozenset("id code cd no key nr num number uid uuid fk pk ref sk".split())
_GENERIC = frozenset({"id", "code", "no", "key", "name", "uuid", "number"})
MOST_OWNERS = 3
FARTHEST = 3


def edges_of(schema: Schema) -> tuple[Edges, Edges]:
    """Return for each table, by its place in the schema, the tables it is joined to, in both directions.

    First by declared keys and by names, then as parts are made: names speak only for a table without declared keys,
    for `student_id` joins what is no one database.
    """
    place = {(table.schema.lower(), table.name.lower()): index for index, table in enumerate(schema.tables)}
    edges: Edges = [set() for _ in schema.tables]
    declared: set[tuple[int, str]] = set()
    for index, table in enumerate(schema.tables):
        for key in table.foreign_keys:
            target = place.get(((key.target_schema or table.schema).lower(), key.target_table.lower()))
            if target is not None:
                declared.update((index, column.lower()) for column in key.columns)
                _join(edges, index, target)
    firm: Edges = [set(near) for near in edges]
    alone = {index for index, near in enumerate(firm) if not near}
    for index, target in _inferred(schema.tables, declared):
        _join(edges, index, target)
    for index in alone:
        for near in edges[index]:
            _join(firm, index, near)
    return edges, firm


def _join(edges: Edges, one: int, other: int) -> None:
    if one != other:
        edges[one].add(other)
        edges[other].add(one)


def _inferred(tables: Sequence[Table], declared: set[tuple[int, str]]) -> list[tuple[int, int]]:
    """Return the joins that column names give away: `x_id` names the table `x`, or is the key of another table."""
    by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
    owners: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, table in enumerate(tables):
        words = [stem(word) for word in split(table.name)]
        for start in range(max(0, len(words) - 3), len(words)):
            by_name[table.schema, "".join(words[start:])].append(index)
        for position, column in enumerate(table.columns[:200]):
            if (column.is_key or position == 0) and _is_key_name(column.name):
                owners[table.schema, column.name.lower()].append(index)
    found = []
    for index, table in enumerate(tables):
        for column in table.columns[:200]:
            if (index, column.name.lower()) in declared or not _is_key_name(column.name):
                continue
            root = "".join(stem(word) for word in split(column.name) if word not in _KEY_WORDS)
            named = by_name.get((table.schema, root), []) if root else []
            candidates = [each for each in named or owners[table.schema, column.name.lower()] if each != index]
            if len(candidates) <= MOST_OWNERS:
                found += [(index, each) for each in candidates]
    return found


def _is_key_name(name: str) -> bool:
    words = split(name)
    return name.lower() not in _GENERIC and bool(words) and (words[-1] in _KEY_WORDS or name.lower().endswith("id"))


def components(edges: Edges) -> list[int]:
    """Return for each table the number of the connected part it belongs to."""
    part = [-1] * len(edges)
    for start in range(len(edges)):
        if part[start] >= 0:
            continue
        queue, part[start] = deque([start]), start
        while queue:
            for near in edges[queue.popleft()]:
                if part[near] < 0:
                    part[near] = start
                    queue.append(near)
    return part


def between(edges: Edges, start: int, end: int) -> list[list[int]]:
    """Return the tables inside each shortest path from `start` to `end`, at most `FARTHEST` joins long."""
    if end in edges[start]:
        return []
    one = sorted(edges[start] & edges[end])
    if one:
        return [[table] for table in one[:4]]
    if FARTHEST < 3:
        return []
    return [[first, last] for first in sorted(edges[start]) for last in sorted(edges[first] & edges[end])][:4]
