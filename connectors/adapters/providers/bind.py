"""Bind values into a verified query as typed literals of its parse tree; no text is ever pasted into SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import sqlglot
from sqlglot import exp

from connectors.adapters.providers.contracts import SlotValue

MAX_TEXT = 500
_NO_DATE_TYPE = frozenset({"sqlite"})


class BindError(ValueError):
    """A verified query that cannot be filled; the message names the parameter and says the fix."""


def placeholders(sql: str, dialect: str) -> frozenset[str]:
    """Return the names of the `:name` placeholders; raise `BindError` when it is no single statement."""
    return frozenset(_name(node) for node in _parse(sql, dialect).find_all(exp.Placeholder, exp.Parameter))


def fill(sql: str, dialect: str, values: Mapping[str, SlotValue]) -> str:
    """Return the statement with each `:name` replaced by a literal of its value's type.

    Raises `BindError` for a missing or a superfluous value, and when the statement that would be sent
    does not read back as the one that was built.
    """
    tree = _parse(sql, dialect)
    used: set[str] = set()
    for node in list(tree.find_all(exp.Placeholder, exp.Parameter)):
        name = _name(node)
        if name not in values:
            raise BindError(f"{name}: the query needs a value for `:{name}`; give one")
        node.replace(literal(name, values[name], dialect))
        used.add(name)
    if unused := sorted(set(values) - used):
        raise BindError(f"{unused[0]}: the query has no placeholder `:{unused[0]}`; remove the parameter")
    meant = _literals(tree)
    bound = tree.sql(dialect=dialect, copy=False)  # the trees are this function's own, and used up here
    again = _parse(bound, dialect)
    if _literals(again) != meant or again.sql(dialect=dialect, copy=False) != bound:
        raise BindError("sql: the bound statement does not read back as it was built; rewrite the query")
    return bound


def _literals(tree: exp.Expr) -> list[tuple[str, bool]]:
    """Return the literals of a tree, sorted. sqlglot may print a CAST more than it read (`round(avg(x), 1)` on
    PostgreSQL), so trees are not compared whole: every value must still be one literal, and the text must be stable.
    """
    return sorted((node.name, bool(node.is_string)) for node in tree.find_all(exp.Literal))


def literal(name: str, value: SlotValue, dialect: str) -> exp.Expr:
    """Return the literal of a value, by its Python type; dates are plain text where no date type exists."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | date | str):
        raise BindError(f"{name}: `{type(value).__name__}` is not a type a parameter can have")
    if isinstance(value, int | Decimal):
        if isinstance(value, Decimal) and not value.is_finite():
            raise BindError(f"{name}: `{value}` is not a finite number")
        number = exp.Literal.number(format(abs(value), "f") if isinstance(value, Decimal) else str(abs(value)))
        return exp.Neg(this=number) if value < 0 else number
    if isinstance(value, date):
        text = exp.Literal.string(value.isoformat()[:10])
        return text if dialect in _NO_DATE_TYPE else exp.cast(text, "date")
    if len(value) > MAX_TEXT or "\x00" in value:
        raise BindError(f"{name}: the text is longer than {MAX_TEXT} characters or holds a NUL; shorten it")
    return exp.Literal.string(value)


def _parse(sql: str, dialect: str) -> exp.Expr:
    try:
        trees = [tree for tree in sqlglot.parse(sql, dialect=dialect) if tree is not None]
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError) as error:
        raise BindError(f"sql: it cannot be read as {dialect}; correct the statement") from error
    if len(trees) != 1:
        raise BindError("sql: it must be exactly one statement; split it")
    return trees[0]


def _name(node: exp.Expr) -> str:
    name = str(node.name or node.this or "")
    if not name.isidentifier():
        raise BindError("sql: a placeholder has no name; write it like `:name`")
    return name
