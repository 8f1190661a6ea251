"""Repairs what sqlglot reads otherwise than the engine does. Changes the tree in place, before it is judged."""

from __future__ import annotations

from typing import Any

from sqlglot import exp


def repair_arrows(root: Any) -> None:
    """Make `f(data -> 'key')` the JSON access that it is: sqlglot reads a lambda inside a call.

    Left alone, the column before the arrow would be no column in the tree, and DuckDB would be given a lambda.
    """
    for node in list(root.find_all(exp.Lambda)):
        if len(node.expressions) != 1 or not isinstance(node.expressions[0], exp.Identifier):
            continue
        first = _first(node.this)
        if first is None:
            continue
        access = exp.JSONExtract(
            this=exp.Column(this=node.expressions[0].copy()), expression=first.copy(), only_json_types=True
        )
        if first is node.this:
            node.replace(access)
        else:
            first.replace(access)
            node.replace(node.this)


def _first(node: Any) -> Any:
    """Return the leftmost literal of an expression, None when it begins with anything else."""
    while isinstance(node, (exp.Binary, exp.JSONExtract, exp.JSONExtractScalar, exp.Cast, exp.Is, exp.In)):
        node = node.this
    return node if isinstance(node, exp.Literal) else None


def repair_dual(root: Any) -> None:
    """Take out `FROM DUAL`, which sqlglot would write as the name of a table."""
    for table in list(root.find_all(exp.Table)):
        this = table.this
        plain = isinstance(this, exp.Identifier) and not this.args.get("quoted") and this.name.upper() == "DUAL"
        if plain and not table.db and isinstance(table.parent, exp.From):
            query = table.parent.parent
            if query is not None and not query.args.get("joins"):
                table.parent.pop()


UTC = {"UTC_DATE": exp.UtcDate, "UTC_TIME": exp.UtcTime, "UTC_TIMESTAMP": exp.UtcTimestamp}


def repair_utc(root: Any) -> None:
    """Keep MySQL's UTC_DATE, UTC_TIME and UTC_TIMESTAMP: sqlglot makes columns of them, or writes a time zone."""
    for node in list(root.find_all(exp.Column, *UTC.values())):
        name = node.name.upper() if isinstance(node, exp.Column) else ""
        if name and (name not in UTC or node.this.args.get("quoted") or node.table):
            continue
        called = name or next(name for name, kind in UTC.items() if isinstance(node, kind))
        precision = None if name else node.this
        node.replace(exp.Anonymous(this=called, expressions=[precision.copy()] if precision else []))


def repair_column_names(root: Any) -> None:
    """Give the names of `(SELECT a, b) AS x (c, d)` to the columns themselves: SQLite knows no list of names there."""
    for query in list(root.find_all(exp.Subquery)):
        names = query.args["alias"].args.get("columns") if query.args.get("alias") else None
        columns = query.this.expressions if isinstance(query.this, exp.Select) else []
        if names and len(names) == len(columns) and not any(column.is_star for column in columns):
            named = [exp.alias_(column.unalias(), name.copy()) for column, name in zip(columns, names, strict=True)]
            query.this.set("expressions", named)
            query.args["alias"].set("columns", None)


def repair_regexp(root: Any) -> None:
    """Write `a RLIKE b` as REGEXP_INSTR(a, b) > 0: sqlglot writes REGEXP_LIKE, which MariaDB does not have."""
    for node in list(root.find_all(exp.RegexpLike)):
        if not node.args.get("flag"):
            call = exp.Anonymous(this="REGEXP_INSTR", expressions=[node.this.copy(), node.expression.copy()])
            node.replace(exp.Paren(this=exp.GT(this=call, expression=exp.Literal.number(0))))


def repair_quotes(root: Any) -> None:
    """Read `t.'my column'` as the name that it is for SQLite: sqlglot reads a text."""
    for column in root.find_all(exp.Column):
        this = column.this
        if isinstance(this, exp.Literal) and this.is_string:
            column.set("this", exp.to_identifier(this.name, quoted=True))


def repair_formats(root: Any) -> None:
    """Read `printf("%.2f", a)` as the text that it is for SQLite: no column has such a name."""
    for node in list(root.find_all(exp.Format, exp.Anonymous)):
        named = isinstance(node, exp.Anonymous)
        if named and str(node.this).upper() not in ("PRINTF", "FORMAT"):
            continue
        first = (node.expressions or [None])[0] if named else node.this
        is_text = isinstance(first, exp.Column) and not first.table and first.this.args.get("quoted")
        if is_text and "%" in first.name:
            first.replace(exp.Literal.string(first.name))
