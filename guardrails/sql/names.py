"""Resolves the names of a statement against the connector's schema and policy. Refuses; rewrites nothing.

Masks and row filters (which rewrite references) belong between this and the limit.
"""

from __future__ import annotations

import difflib
import weakref
from dataclasses import dataclass, field
from typing import Any

from guardrails.sql.decision import Reason, fold
from guardrails.sql.hidden import PSEUDO, judge_hidden
from guardrails.sql.policy import GuardPolicy
from guardrails.sql.rules import Rules
from guardrails.sql.scope import Scopes
from guardrails.sql.seen import Seen

MAX_GUESSES = 3


@dataclass(frozen=True, slots=True)
class Index:
    """A schema by lower-cased name: for each table its (schema, columns) pairs, and the names as written."""

    tables: dict[str, list[tuple[str, frozenset[str]]]]
    written: dict[str, str]

    def columns_of(self, table: Any, rules: Rules) -> frozenset[str] | None:
        """Return the lower-cased columns of a table node, None when the schema does not have the table."""
        entries = self.tables.get(fold(table.name))
        db = fold(table.db)
        if entries is None or (table.catalog and rules.name != "mysql"):
            return None
        fitting = [c for s, c in entries if not db or s == db or (not s and db == rules.default_schema)]
        return frozenset().union(*fitting) if fitting else None


@dataclass(slots=True)
class Found:
    """What resolving found. `reads` are all names that stand where a table stands, CTEs included."""

    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    reads: frozenset[str] = frozenset()
    reasons: list[Reason] = field(default_factory=list)


_known: dict[int, tuple[Any, Index]] = {}


def index_of(schema: Any) -> Index:
    """Return the index of `schema`, kept as long as the schema object lives."""
    kept = _known.get(id(schema))
    if kept is not None and kept[0]() is schema:
        return kept[1]
    tables: dict[str, list[tuple[str, frozenset[str]]]] = {}
    written: dict[str, str] = {}
    for table in schema.tables:
        name = fold(str(table.name))
        columns = frozenset(fold(str(column.name)) for column in table.columns)
        tables.setdefault(name, []).append((fold(str(getattr(table, "schema", "") or "")), columns))
        written[name] = str(table.name)
    index = Index(tables, written)
    try:
        key = id(schema)
        _known[key] = (weakref.ref(schema, lambda _: _known.pop(key, None)), index)
    except TypeError:
        return index  # an object that cannot be watched is indexed each time
    return index


def resolve(seen: Seen, rules: Rules, schema: object, policy: GuardPolicy) -> Found:
    """Return the tables and columns of a statement; with a schema, refuse those it does not have."""
    scopes = Scopes(seen, rules)
    found = Found(reads=frozenset(fold(table.name) for table in seen.tables))
    index = index_of(schema) if schema is not None else None
    found.tables = _unique(".".join(filter(None, (t.catalog, t.db, t.name))) for t in scopes.real)
    if index is not None:
        for table in scopes.real:
            if index.columns_of(table, rules) is None:
                _unknown_table(seen, table, index)
    if policy.hidden:
        judge_hidden(seen, scopes, index, rules, policy)
    if index is not None and not seen.reasons:
        for column in seen.columns:
            _judge_column(seen, column, scopes, index, rules, policy)
    found.columns = scopes.names_of(seen.columns)
    found.reasons = seen.reasons
    return found


def _unique(names: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _unknown_table(seen: Seen, table: Any, index: Index) -> None:
    guesses = difflib.get_close_matches(fold(table.name), list(index.tables)[:5000], MAX_GUESSES, 0.6)
    near = ", ".join(f"`{index.written[guess]}`" for guess in guesses)
    hint = f"Did you mean {near}?" if near else "Name one of the tables of this connector."
    seen.refuse(
        "table.unknown",
        f"{{part}} is not a table of this connector. {hint}",
        ".".join(filter(None, (table.catalog, table.db, table.name))),
    )


def _judge_column(seen: Seen, column: Any, scopes: Scopes, index: Index, rules: Rules, policy: GuardPolicy) -> None:
    """Refuse a column that none of the tables it can come from has; where that cannot be told, the engine
    says.
    """
    name = fold(column.name)
    if name in PSEUDO.get(rules.name, ()) or (rules.quoted_may_be_text and column.this.args.get("quoted")):
        return
    tables = scopes.candidates(column)
    if tables is None or (not column.table and scopes.is_alias(column)):
        return
    had: set[str] = set()
    for table in tables:
        columns = index.columns_of(table, rules)
        if columns is None or not columns or name in columns or (fold(table.alias_or_name) == name):
            return
        had |= columns
    had -= {hidden for _, hidden in policy.hidden}  # a guess must not tell the name of a hidden column
    near = ", ".join(f"`{guess}`" for guess in difflib.get_close_matches(name, sorted(had), MAX_GUESSES, 0.6))
    where = tables[0].name if len(tables) == 1 else "the tables of this query"
    hint = f"Did you mean {near}?" if near else "Use a column that the schema lists."
    seen.refuse(
        "column.unknown",
        f"{{part}} is not a column of {where}. {hint}",
        f"{column.table}.{column.name}" if column.table else column.name,
    )
