"""Tells which table a name in a statement stands for. Reads the tree only; says so where it cannot tell."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from guardrails.sql.decision import fold
from guardrails.sql.rules import Rules
from guardrails.sql.seen import Seen


class Scopes:
    """The tables of a statement by the SELECT they stand in. Built once per decision."""

    def __init__(self, seen: Seen, rules: Rules) -> None:
        self.rules = rules
        self.tables = seen.tables[::-1]
        if seen.ctes:
            self.real = [table for table in self.tables if table.args.get("db") or not self._cte(table)]
        else:
            self.real = self.tables
        self._found: dict[int, dict[str, Any]] | None = None
        self._opaque: dict[int, bool] = {}
        self._aliases: dict[int, frozenset[str]] = {}

    @property
    def _by_select(self) -> dict[int, dict[str, Any]]:
        """For each SELECT the names of its tables, None for those that a WITH made. Found on first use."""
        if self._found is None:
            self._found = {}
            real = {id(table) for table in self.real}
            for table in self.tables:
                select = table.find_ancestor(exp.Select)
                if select is not None:
                    known = table if id(table) in real else None
                    self._found.setdefault(id(select), {})[fold(table.alias_or_name)] = known
        return self._found

    def names_of(self, columns: list[Any]) -> tuple[str, ...]:
        """Return each column once as `table.column`; an alias becomes its table where only one has that alias."""
        by_alias: dict[str, str] = {}
        for table in self.tables:
            alias = table.alias_or_name
            by_alias[fold(alias)] = table.name if by_alias.get(fold(alias), table.name) == table.name else alias
        only = f"{self.real[0].name}." if len(self.tables) == len(self.real) == 1 else ""
        found: dict[str, None] = {}
        for column in reversed(columns):
            args = column.args
            name = args["this"].args["this"]
            if args.get("table") is None:
                found[only + name] = None
                continue
            qualifier = column.table
            found[f"{by_alias.get(fold(qualifier), qualifier)}.{name}"] = None
        return tuple(found)

    def _cte(self, table: Any) -> bool:
        """Tell whether an unqualified name is that of a WITH that is visible where it stands."""
        name = fold(table.name)
        below, node = table, table.parent
        while node is not None:
            if isinstance(node, exp.With):
                recursive = node.args.get("recursive") or self.rules.with_is_recursive
                for cte in node.expressions:
                    if cte is below and not recursive:
                        break
                    if fold(cte.alias) == name:
                        return True
                below = node.parent
                node = below.parent if below is not None else None
                continue
            clause = node.args.get("with_")
            if clause is not None and any(fold(cte.alias) == name for cte in clause.expressions):
                return True
            below, node = node, node.parent
        return False

    def selects_of(self, node: Any) -> list[Any]:
        """Return the SELECTs around `node`, innermost first; empty when it belongs to a set operation."""
        around: list[Any] = []
        node = node.parent
        while node is not None:
            if isinstance(node, exp.Select):
                around.append(node)
            elif not around and isinstance(node, exp.Query):
                return []
            node = node.parent
        return around

    def source(self, column: Any) -> Any:
        """Return the real table that the qualifier of `column` names, None when it names anything else."""
        name = fold(column.table)
        for select in self.selects_of(column):
            tables = self._by_select.get(id(select), {})
            if name in tables:
                return tables[name]
            if self._has_other(select, name):
                return None
        return None

    def _has_other(self, select: Any, name: str) -> bool:
        return any(fold(source.alias_or_name) == name for source in _sources(select))

    def candidates(self, column: Any) -> list[Any] | None:
        """Return the real tables `column` can come from, None when it can come from anything else."""
        if column.table:
            table = self.source(column)
            return None if table is None else [table]
        selects = self.selects_of(column)
        tables: list[Any] = []
        for select in selects:
            if self._is_opaque(select):
                return None
            tables += self._by_select.get(id(select), {}).values()
        return tables or None

    def _is_opaque(self, select: Any) -> bool:
        known = self._opaque.get(id(select))
        if known is None:
            tables = self._by_select.get(id(select), {})
            known = any(table is None or _renames(table) for table in tables.values()) or any(
                not (isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier))
                for source in _sources(select)
            )
            self._opaque[id(select)] = known
        return known

    def is_alias(self, column: Any) -> bool:
        """Tell whether an unqualified name is that of a projection of a SELECT around it, or of a lambda."""
        name = fold(column.name)
        return any(name in self._names(select) for select in self.selects_of(column))

    def _names(self, select: Any) -> frozenset[str]:
        names = self._aliases.get(id(select))
        if names is None:
            names = frozenset(fold(part.alias_or_name) for part in select.expressions if isinstance(part, exp.Alias))
            self._aliases[id(select)] = names
        return names


def _sources(select: Any) -> list[Any]:
    clause = select.args.get("from_")
    sources = [clause.this] if clause is not None else []
    sources += [join.this for join in select.args.get("joins") or []]
    return sources + (select.args.get("laterals") or [])


def _renames(table: Any) -> bool:
    alias = table.args.get("alias")
    return alias is not None and bool(alias.args.get("columns"))
