"""Refuses every form of reading a column that the policy hides. Strict: where a name cannot be told, it
is refused.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from guardrails.sql.decision import fold
from guardrails.sql.policy import GuardPolicy
from guardrails.sql.rules import Rules
from guardrails.sql.scope import Scopes
from guardrails.sql.seen import Seen

PSEUDO = {"sqlite": frozenset({"rowid", "oid", "_rowid_"}), "duckdb": frozenset({"rowid"})}
"""Names every table has in an engine, which may stand for its key."""
MESSAGE = "{part} may be hidden on this connector: name the columns you need, each with its table."


def judge_hidden(seen: Seen, scopes: Scopes, index: Any, rules: Rules, policy: GuardPolicy) -> None:
    """Add a reason for each reference that reads, or could read, a hidden column.

    A table with hidden columns needs the schema, because only the schema tells `t.name` the column from
    `t.name` the function of a row.
    """
    by_table: dict[str, set[str]] = {}
    for table, column in policy.hidden:
        for name in (table, table.rpartition(".")[2]):  # a dot may part a schema from a table or stand in its name
            by_table.setdefault(name, set()).add(column)
    touched = [table for table in scopes.real if fold(table.name) in by_table]
    if not touched:
        return
    if index is None:
        seen.refuse(
            "column.hidden",
            "{part} has hidden columns, and the schema is not known: describe the connector first.",
            touched[0].name,
        )
        return
    secret = frozenset().union(*(by_table[fold(table.name)] for table in touched))
    names = frozenset(fold(table.alias_or_name) for table in touched)
    selects = frozenset(id(table.find_ancestor(exp.Select)) for table in touched)
    _judge_columns(seen, scopes, index, rules, touched, secret, names)
    for name in seen.bound & (secret | names):
        seen.refuse("column.hidden", f"{{part}} is bound by a lambda and may be a column too. {MESSAGE}", name)
    _judge_stars(seen, names, selects)
    _judge_joins(seen, selects, secret)
    for table in touched:
        _judge_alias(seen, table)


def _judge_columns(
    seen: Seen,
    scopes: Scopes,
    index: Any,
    rules: Rules,
    touched: list[Any],
    secret: frozenset[str],
    names: frozenset[str],
) -> None:
    close = frozenset(id(table) for table in touched)
    for column in seen.columns:
        name, table = fold(column.name), scopes.source(column) if column.table else None
        elsewhere = table is not None and id(table) not in close
        if name in PSEUDO.get(rules.name, ()) and not elsewhere:
            seen.refuse("column.hidden", f"{{part}} may be another name of a hidden column. {MESSAGE}", column)
        elif name in secret and not elsewhere:
            seen.refuse("column.hidden", "{part} is hidden on this connector: leave it out.", column)
        elif rules.name == "duckdb" and not secret.isdisjoint(fold(part.name) for part in column.parts[:-1]):
            seen.refuse("column.hidden", "{part} reads a field of a hidden column: leave it out.", column)
        elif not column.table and name in names and not _is_own_column(column, touched, index, rules):
            seen.refuse("column.hidden", f"{{part}} reads a whole row. {MESSAGE}", column)
        elif table is not None and not elsewhere and name not in (index.columns_of(table, rules) or ()):
            seen.refuse("column.unknown", f"{{part}} is not a column that the schema lists. {MESSAGE}", column)


def _is_own_column(column: Any, touched: list[Any], index: Any, rules: Rules) -> bool:
    return any(fold(column.name) in (index.columns_of(table, rules) or ()) for table in touched)


def _judge_stars(seen: Seen, names: frozenset[str], selects: frozenset[int]) -> None:
    for star in seen.stars:
        column = star.parent if isinstance(star.parent, exp.Column) else None
        select = star.find_ancestor(exp.Select)
        if column is not None and column.table:
            close = fold(column.table) in names or id(select) in selects
        else:
            close = select is None or id(select) in selects
            if select is not None and isinstance(select.parent, exp.Exists):
                close = False
        if close:
            seen.refuse(
                "column.hidden",
                MESSAGE.replace("{part}", "{part} reads every column, one of which"),
                column or star,
            )
    for pattern in seen.patterns:
        seen.refuse(
            "column.hidden",
            MESSAGE.replace("{part}", "{part} reads columns by a pattern, one of which"),
            pattern,
        )


def _judge_joins(seen: Seen, selects: frozenset[int], secret: frozenset[str]) -> None:
    for join in seen.joins:
        natural = "NATURAL" in str(join.args.get("method") or "").upper()
        used = {fold(part.name) for part in join.args.get("using") or []}
        if natural and id(join.find_ancestor(exp.Select)) in selects:
            seen.refuse(
                "column.hidden",
                "{part} compares every column of the same name, one of which may be hidden: write JOIN … ON.",
                "NATURAL JOIN",
            )
        if used & secret:
            seen.refuse("column.hidden", "{part} is hidden on this connector: leave it out.", ", ".join(used & secret))


def _judge_alias(seen: Seen, table: Any) -> None:
    alias = table.args.get("alias")
    wrapped = isinstance(table.parent, (exp.Subquery, exp.Join)) and table.find_ancestor(exp.Subquery, exp.Select)
    if alias is not None and alias.args.get("columns"):
        seen.refuse("column.hidden", f"{{part}} renames the columns of a table. {MESSAGE}", table)
    elif isinstance(wrapped, exp.Subquery) and wrapped.args.get("alias"):
        seen.refuse("column.hidden", f"{{part}} gives a join a name of its own. {MESSAGE}", wrapped.alias)
