"""What a statement's shape says against an answer: joins without a condition or a key, sums over repeated rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from connectors.contracts import Schema, Table
from questions.signals.signal import Signal

REPEATED = (exp.Sum, exp.Avg, exp.Count)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two columns of two tables that a condition sets equal."""

    left: tuple[str, str]
    right: tuple[str, str]


def of_shape(tree: exp.Expr | None, schema: Schema) -> list[Signal]:
    """Return the signals of a statement's joins. Looks at each SELECT by itself."""
    found: dict[str, Signal] = {}
    for select in tree.find_all(exp.Select) if tree is not None else ():
        for signal in _of_select(select, schema):
            found.setdefault(signal.name, signal)
    return list(found.values())


def _of_select(select: exp.Select, schema: Schema) -> Iterator[Signal]:
    tables = _tables(select, schema)
    if len(tables) < 2:
        return
    pairs = list(_pairs(select, tables))
    if unjoined := _unjoined(tables, pairs):
        said = f"`{unjoined}` is joined without a condition: every row meets every row"
        yield Signal("cartesian", -45, said, "low")
        return
    keys = list(_keys(tables))
    off_key = next((pair for pair in pairs if keys and not _along(pair, keys)), None)
    if off_key is not None:
        (one, a), (two, b) = off_key.left, off_key.right
        yield Signal("off_key", -25, f"`{one}.{a}` and `{two}.{b}` are joined, which no foreign key does", "medium")
    elif keys:
        yield Signal("along_keys", 3, "The tables are joined along their foreign keys")
    if fanned := _fanned(select, tables, keys):
        said = f"A figure of `{fanned[0]}` is added up once for every row of `{fanned[1]}`: it may count more than once"
        yield Signal("fan_out", -30, said, "low")


def _tables(select: exp.Select, schema: Schema) -> dict[str, Table]:
    """Return alias → table of what stands in FROM and JOIN; derived tables are left out."""
    known = {table.name.lower(): table for table in schema.tables}
    sources = [select.args.get("from_") or select.args.get("from"), *(select.args.get("joins") or [])]
    named = [source.this for source in sources if source is not None and isinstance(source.this, exp.Table)]
    return {each.alias_or_name.lower(): known[each.name.lower()] for each in named if each.name.lower() in known}


def _pairs(select: exp.Select, tables: dict[str, Table]) -> Iterator[_Pair]:
    """Yield what ON, USING and WHERE set equal between two of the tables."""
    conditions = [join.args.get("on") for join in select.args.get("joins") or []]
    conditions.append(select.args.get("where"))
    for condition in conditions:
        for equal in condition.find_all(exp.EQ) if condition is not None else ():
            left, right = equal.left, equal.right
            if isinstance(left, exp.Column) and isinstance(right, exp.Column):
                one, two = _owner(left, tables), _owner(right, tables)
                if one and two and one != two:
                    yield _Pair((one, left.name.lower()), (two, right.name.lower()))
    aliases = list(tables)
    for number, join in enumerate(select.args.get("joins") or [], 1):
        for column in join.args.get("using") or []:
            if number < len(aliases):
                yield _Pair((aliases[number - 1], column.name.lower()), (aliases[number], column.name.lower()))


def _owner(column: exp.Column, tables: dict[str, Table]) -> str:
    if column.table:
        return column.table.lower() if column.table.lower() in tables else ""
    owners = [
        alias for alias, table in tables.items() if any(c.name.lower() == column.name.lower() for c in table.columns)
    ]
    return owners[0] if len(owners) == 1 else ""


def _unjoined(tables: dict[str, Table], pairs: list[_Pair]) -> str:
    """Return the first table that no condition reaches from the first one."""
    reached = {next(iter(tables))}
    for _ in tables:
        for pair in pairs:
            if {pair.left[0], pair.right[0]} & reached:
                reached |= {pair.left[0], pair.right[0]}
    return next((alias for alias in tables if alias not in reached), "")


def _keys(tables: dict[str, Table]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (many side, its column, one side, its column) of the foreign keys between the tables."""
    for alias, table in tables.items():
        for key in table.foreign_keys:
            for other, target in tables.items():
                if other != alias and target.name.lower() == key.target_table.lower():
                    for column, wanted in zip(key.columns, key.target_columns, strict=False):
                        yield alias, column.lower(), other, wanted.lower()


def _along(pair: _Pair, keys: list[tuple[str, str, str, str]]) -> bool:
    ends = {(*pair.left, *pair.right), (*pair.right, *pair.left)}
    return any(key in ends for key in keys)


def _fanned(
    select: exp.Select, tables: dict[str, Table], keys: list[tuple[str, str, str, str]]
) -> tuple[str, str] | None:
    """Return (one side, many side) where a figure of the one side is aggregated over its many rows."""
    ones = {one: many for many, _, one, _ in keys}
    for projection in select.expressions:
        for call in projection.find_all(*REPEATED):
            if call.find(exp.Distinct) is not None:
                continue
            owners = {_owner(column, tables) for column in call.find_all(exp.Column)}
            for owner in owners & set(ones):
                if len(owners) == 1:
                    return owner, ones[owner]
    return None
