"""Statements made from a statement: its rows counted, or one of its filters left out. Each is only a proposal.

INVARIANT: nothing made here runs as it is; it goes through `decide` like any other text, under the same policy.
Made from the statement as it was proposed, so that what an officer's policy adds is never left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from guardrails.sql.limit import unwrap

MOST_FILTERS = 4
_NAMED = "counted"


@dataclass(frozen=True, slots=True)
class Loosened:
    """A count of what is found without some filters: the columns they read, their SQL, the counting statement."""

    columns: tuple[str, ...]
    dropped: str
    sql: str


def counting(sql: str, dialect: str) -> str | None:
    """Return `SELECT count(*)` over the statement, or None where it is none that can be counted."""
    root = _query(sql, dialect)
    return None if root is None else _count(root, "rows_in_all").sql(dialect=dialect, comments=False)


def loosened(sql: str, dialect: str, most: int) -> list[Loosened]:
    """Return counts of the statement without one conjunct of its WHERE each, the last without any, up to `most` rows.

    Empty where there is no single WHERE to look at.
    """
    root = _query(sql, dialect)
    where = _where_of(root)
    if root is None or where is None:
        return []
    parts = list(_conjuncts(where.this))
    if len(parts) > MOST_FILTERS:
        return [_without(root, range(len(parts)), dialect, most)]
    singles = [_without(root, (number,), dialect, most) for number in range(len(parts))]
    return singles if len(parts) == 1 else [*singles, _without(root, range(len(parts)), dialect, most)]


def _query(sql: str, dialect: str) -> Any:
    try:
        found = sqlglot.parse(sql, read=_READ.get(dialect, dialect))
    except (SqlglotError, RecursionError, ValueError):
        return None
    root = unwrap(found[0]) if len(found) == 1 and found[0] is not None else None
    return root if isinstance(root, exp.Query) else None


_READ = {"postgresql": "postgres", "mariadb": "mysql"}


def _where_of(root: Any) -> Any:
    """Return the WHERE of the outermost SELECT, else the only one there is."""
    if isinstance(root, exp.Select) and root.args.get("where") is not None:
        return root.args["where"]
    found = list(root.find_all(exp.Where)) if root is not None else []
    return found[0] if len(found) == 1 else None


def _conjuncts(condition: Any) -> Iterator[Any]:
    while isinstance(condition, exp.Paren):
        condition = condition.this
    if isinstance(condition, exp.And):
        yield from _conjuncts(condition.left)
        yield from _conjuncts(condition.right)
    else:
        yield condition


def _without(root: Any, numbers: Any, dialect: str, most: int) -> Loosened:
    """Copy the statement, leave out the conjuncts of these numbers, count what is left up to `most` rows."""
    copy = root.copy()
    where = _where_of(copy)
    parts = list(_conjuncts(where.this))
    dropped = [parts[number] for number in numbers]
    kept = [part for number, part in enumerate(parts) if number not in set(numbers)]
    columns = dict.fromkeys(column.name for part in dropped for column in part.find_all(exp.Column))
    words = " AND ".join(part.sql(dialect=dialect, comments=False) for part in dropped)
    if kept:
        where.set("this", exp.and_(*(part.copy() for part in kept), copy=False))
    else:
        where.pop()
    for part in ("order", "offset"):
        copy.set(part, None)
    copy.set("limit", exp.Limit(expression=exp.Literal.number(most)))
    return Loosened(tuple(columns), words, _count(copy, "found").sql(dialect=dialect, comments=False))


def _count(query: Any, name: str) -> Any:
    """Return `SELECT count(*) AS name FROM (query)`; a WITH stands in front of all of it."""
    query = query.copy()
    shared = query.args.get("with_")
    query.set("with_", None)
    _tell_apart(query)
    source = exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(_NAMED)))
    whole = exp.Select(expressions=[exp.alias_(exp.Count(this=exp.Star()), name)], from_=exp.From(this=source))
    if shared is not None:
        whole.set("with_", shared)
    return whole


def _tell_apart(query: Any) -> None:
    """Give columns of one name names of their own: some engines take no table with two columns of one name."""
    if not isinstance(query, exp.Select):
        return
    seen: set[str] = set()
    for number, column in enumerate(list(query.expressions)):
        name = column.alias_or_name.lower()
        if name and name in seen:
            column.replace(exp.alias_(column.unalias().copy(), f"{_NAMED}_{number}"))
        seen.add(name)
