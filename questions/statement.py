"""What a statement reads and does, looked up in its tree: columns with their types, joins, aggregates. Runs nothing."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from connectors.contracts import Schema, Table
from guardrails.sql import Decision


def tree_of(sql: str, dialect: str) -> exp.Expr | None:
    """Return the statement's tree; None where it cannot be parsed. The guard passed it before: this never decides."""
    try:
        return sqlglot.parse_one(sql, read=dialect)
    except sqlglot.errors.SqlglotError:
        return None


def tables_read(decision: Decision, schema: Schema) -> list[Table]:
    """Return the schema's tables that the guard saw in a statement."""
    named = {name.lower() for name in decision.tables}
    return [table for table in schema.tables if _is_named(table, named, schema.default_schema)]


def _is_named(table: Table, named: set[str], default_schema: str) -> bool:
    plain, full = table.name.lower(), table.qualified_name.lower()
    return full in named or (plain in named and table.schema in ("", default_schema))


def columns_read(sql: str, dialect: str, decision: Decision, schema: Schema) -> dict[str, str]:
    """Return `table.column` → type of every column of the source that the statement may read.

    A name counts for every table read that has such a column, and a star for all of them: too many is safe here.
    """
    tree = tree_of(sql, dialect)
    has_star = tree is None or any(_is_projection(star) for star in tree.find_all(exp.Star))
    names = {column.rsplit(".", 1)[-1].lower() for column in decision.columns}
    return {
        f"{table.qualified_name}.{column.name}": column.type
        for table in tables_read(decision, schema)
        for column in table.columns
        if has_star or column.name.lower() in names
    }


def _is_projection(star: exp.Expr) -> bool:
    return not isinstance(star.parent, exp.Count)


def known_columns(schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield (`table.column`, type) of everything the schema holds."""
    for table in schema.tables:
        for column in table.columns:
            yield f"{table.qualified_name}.{column.name}", column.type


def difference(signed: dict[str, str], schema: Schema) -> str:
    """Return in words what changed under the columns that were signed; nothing where they are as they were."""
    known = dict(known_columns(schema))
    for name, type_ in sorted(signed.items()):
        if name not in known:
            return f"the column `{name}` is gone"
        if known[name] != type_:
            return f"the column `{name}` is `{known[name]}` now; it was `{type_}`"
    return ""
