"""Tells whether a statement reads one window of a table: by OFFSET, by a range of keys, or by a list of them (Q04).

Opens nothing, never raises. Two statements of one shape that differ in these places alone are two windows of one walk.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp

from guardrails.sql.rules import rules_for

_RANGES = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)
_COLLECTING = (exp.ArrayAgg, exp.GroupConcat, exp.JSONArrayAgg, exp.JSONObjectAgg)
_COLLECTING_NAMES = frozenset(
    {"json_agg", "jsonb_agg", "string_agg", "array_agg", "xmlagg", "list", "json_group_array"}
)
LONG_LIST = 5
MAX_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Window:
    """One window: of which table, by what, and two digests: of the statement without the place, and of the place."""

    table: str
    kind: str
    shape: str
    place: str


def window_of(sql: str, dialect: str) -> Window | None:
    """Return the window that a statement reads, None where it reads none or only counts and sums up."""
    rules = rules_for(dialect)
    if rules is None or len(sql) > MAX_CHARS:
        return None
    try:
        root = sqlglot.parse_one(sql, read=rules.grammar)
        return _window(root, rules.grammar)
    except Exception:  # what cannot be read is no window; the guard has judged it before
        return None


def _window(root: Any, grammar: Any) -> Window | None:
    table = root.find(exp.Table)
    if table is None or _sums_up(root):
        return None
    kind, places = "", []
    for node in root.find_all(exp.Offset, exp.In, *_RANGES):
        found = _literals(node)
        if found:
            places += found
            kind = kind or ("offset" if isinstance(node, exp.Offset) else "range")
    if not places:
        return None
    place = _digest("|".join(each.this for each in places))
    for each in places:
        each.set("this", "0")
    return Window(table.name, kind, _digest(root.sql(dialect=grammar)), place)


def _literals(node: Any) -> list[Any]:
    """Return the literals that place the window: of an OFFSET, beside a column, or of a long list."""
    if isinstance(node, exp.In):
        listed = [each for each in node.expressions if isinstance(each, exp.Literal)]
        return listed if len(listed) >= LONG_LIST else []
    if not isinstance(node, exp.Offset) and node.find(exp.Column) is None:
        return []
    return list(node.find_all(exp.Literal))


def _sums_up(root: Any) -> bool:
    """Tell whether rows are only counted and summed up; what collects them into a cell reads them."""
    collects = root.find(*_COLLECTING) is not None or any(
        str(each.this).lower() in _COLLECTING_NAMES for each in root.find_all(exp.Anonymous)
    )
    outer = root if isinstance(root, exp.Select) else root.find(exp.Select)
    if collects or outer is None:
        return False
    is_grouped = outer.args.get("group") is not None
    return is_grouped or any(each.find(exp.AggFunc) and not each.find(exp.Window) for each in outer.expressions)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
