"""Puts the row limit on a statement, whatever its shape (Q04). Changes the tree in place; loosens nothing."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from guardrails.sql.bombs import plain_number
from guardrails.sql.decision import Reason, refuse

OPTIONS = ("percent", "with_ties")


def unwrap(root: Any) -> Any:
    """Return the query inside brackets that carry nothing of their own; brackets with a LIMIT, ORDER BY …
    stay.
    """
    while isinstance(root, exp.Subquery) and not any(v for k, v in root.args.items() if k != "this"):
        root = root.this
        root.pop()
    if not isinstance(root, exp.Subquery) or not isinstance(root.this, exp.Query):
        return root
    inner = root.this
    inner.pop()
    inner = unwrap(inner)
    if any(inner.args.get(part) for part in ("order", "limit", "offset")):
        return _wrap(root, inner)
    root.set("this", inner)
    return root


def _wrap(root: Any, inner: Any) -> Any:
    """Return `SELECT * FROM (inner)` with what stood behind the brackets: engines allow one LIMIT at a place."""
    modifiers = {part: root.args[part] for part in ("with_", "order", "limit", "offset") if root.args.get(part)}
    source = exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("cut")))
    return exp.Select(expressions=[exp.Star()], from_=exp.From(this=source), **modifiers)


def tighten(root: Any, most: int) -> tuple[int, tuple[str, ...], Reason | None]:
    """Set the LIMIT of `root` to at most `most` rows and return it, what was changed in words, and a refusal.

    A plain smaller number stays. Anything else (ALL, NULL, an expression, a share, WITH TIES, FETCH) is
    replaced. An OFFSET stays when it is a plain number; any other OFFSET is refused.
    """
    offset = root.args.get("offset")
    if offset is not None:
        skipped = plain_number(offset.expression)
        if skipped is None or skipped < 0:
            return (
                0,
                (),
                refuse("limit.offset", "OFFSET {part} must be a plain number, zero or more.", offset.expression),
            )
    given = root.args.get("limit")
    asked = given.args.get("count" if isinstance(given, exp.Fetch) else "expression") if given is not None else None
    options = given.args.get("limit_options") if given is not None else None
    loose = options is not None and any(options.args.get(option) for option in OPTIONS)
    number = 1 if isinstance(given, exp.Fetch) and asked is None else plain_number(asked)
    if given is not None and not loose and number is not None and 0 <= number <= most:
        if isinstance(given, exp.Fetch):
            _put(root, number)
        return number, (), None
    _put(root, most)
    was = "" if given is None else f" in place of `{_words(given)}`"
    return most, (f"LIMIT {most} {'added' if given is None else 'set'}{was}",), None


def read_limit(root: Any) -> int | None:
    """Return the plain number of the outermost LIMIT, or None."""
    given = root.args.get("limit")
    if not isinstance(given, exp.Limit) or given.args.get("limit_options"):
        return None
    return plain_number(given.expression)


def _put(root: Any, rows: int) -> None:
    root.set("limit", exp.Limit(expression=exp.Literal.number(rows)))


def _words(given: Any) -> str:
    return " ".join(given.sql(comments=False).split())[:60]
