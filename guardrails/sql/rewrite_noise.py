"""Tells whether a statement could make the engine fail on a row that a filter leaves out. Reads the tree only.

An engine may try a person's condition before the officer's: `1 / (salary - 5000)` then fails where such a row stands,
and the failure tells that it does. Comparisons cannot fail; anything else over a column may.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

QUIET = frozenset(
    getattr(exp, name)
    for name in (
        "Select Subquery Union Except Intersect From Join Where Group Having Order Ordered With CTE TableAlias Table "
        "Limit Offset Distinct Lateral Exists Column Identifier Star Alias Literal Null Boolean Paren Tuple And Or Not "
        "EQ NEQ GT GTE LT LTE Is In Between Case If Coalesce Nullif Lower Upper Trim Length NullSafeEQ NullSafeNEQ "
        "Values Fetch Any All"
    ).split()
)
"""What cannot fail on a value. LIKE is not among them: a pattern that ends in a backslash fails."""
LATER = ("expressions", "group", "order")
"""Parts of the outermost SELECT that are worked out on rows which passed the filter already."""


def is_noisy(root: Any) -> bool:
    """Tell whether a part that may fail on a value stands where an engine could try it too early."""
    later = (
        {id(each) for part in LATER for each in _list(root.args.get(part))} if isinstance(root, exp.Select) else set()
    )
    stack = [root]
    while stack:
        node = stack.pop()
        if id(node) in later or isinstance(node, (exp.AggFunc, exp.Window)):
            continue
        if type(node) not in QUIET and _reads(node):
            return True
        stack.extend(node.iter_expressions())
    return False


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _reads(node: Any) -> bool:
    if isinstance(node, (exp.Like, exp.ILike)) and isinstance(node.expression, exp.Literal):
        return "\\" in node.expression.name
    return node.find(exp.Column) is not None
