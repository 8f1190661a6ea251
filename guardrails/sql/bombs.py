"""Refuses calls that make something huge out of a short statement. Looks at plain numbers; never evaluates.

Time-outs and byte budgets are the adapters' (Q02, Q05); this stops what is plainly meant to exhaust a server.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlglot import exp

MAX_LENGTH = 10_000
"""Characters that one call of repeat, lpad, printf … may make."""
MAX_SERIES = 100_000
"""Rows that the series of one statement may make together, multiplied."""
MAX_STEPS = 100_000
"""Largest number in the condition that ends a recursion."""
MAX_GROWTH = 1_000
"""How many times longer the `replace` calls inside each other may make a text."""
UNKNOWN_GROWTH = 10
"""What a replacement that is not written as a text counts for."""

WIDTH = re.compile(r"%[^a-zA-Z%]*(\*|\d{4,})|\{[^}]*\d{4,}|\{[^{}]+\{")
SECONDS = {
    "SECOND": 1,
    "MINUTE": 60,
    "HOUR": 3600,
    "DAY": 86_400,
    "WEEK": 604_800,
    "MONTH": 2_592_000,
    "QUARTER": 7_776_000,
    "YEAR": 31_536_000,
    "DECADE": 315_360_000,
}


LENGTHENING = frozenset({"repeat", "lpad", "rpad", "replicate", "array_resize", "list_resize"})


def plain_number(node: Any) -> int | None:
    """Return the whole number a literal stands for, also after a minus sign and in brackets, else None."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Neg):
        inner = plain_number(node.this)
        return None if inner is None else -inner
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit() and len(node.name) <= 18:
        return int(node.name)
    return None


def _length(seen: Any, node: Any, size: Any) -> None:
    number = plain_number(size)
    if number is None or number > MAX_LENGTH:
        seen.refuse(
            "size.text",
            f"{{part}} may make a very long text: give its length as a number up to {MAX_LENGTH:,}.",
            node,
        )


def judge_repeat(seen: Any, node: Any) -> None:
    """Refuse `repeat(text, n)` unless n is a plain, small number and no repeat stands inside another."""
    _length(seen, node, node.args.get("times"))
    if (
        isinstance(node.this, exp.Literal)
        and len(node.this.name) * (plain_number(node.args.get("times")) or 0) > MAX_LENGTH
    ):
        seen.refuse("size.text", "{part} makes a very long text: shorten it.", node)
    if node.find_ancestor(exp.Repeat, exp.Replace, exp.Pad):
        seen.refuse("size.text", "{part} stands inside a call that lengthens it again: take one of them away.", node)


def judge_pad(seen: Any, node: Any) -> None:
    """Refuse `lpad` and `rpad` to a length that is not a plain, small number."""
    _length(seen, node, node.args.get("expression"))


def judge_space(seen: Any, node: Any) -> None:
    """Refuse `space(n)` unless n is a plain, small number."""
    _length(seen, node, node.this)


def judge_format(seen: Any, node: Any) -> None:
    """Refuse a format text that is computed, or asks for a width past three digits."""
    _format(seen, node, node.this)


def _format(seen: Any, node: Any, text: Any) -> None:
    if not isinstance(text, exp.Literal) or WIDTH.search(text.name):
        seen.refuse("size.text", "{part} needs a plain format text, with widths up to 999 and no `*`.", node)


def judge_named(seen: Any, node: Any, name: str) -> None:
    """Look at functions that sqlglot knows by name only."""
    arguments = node.expressions
    if name in LENGTHENING and len(arguments) > 1:
        _length(seen, node, arguments[1])
    elif name in ("list_reduce", "array_reduce", "reduce"):
        judge_reduce(seen, node)
    elif name == "space" and arguments:
        _length(seen, node, arguments[0])
    elif name in ("printf", "format", "sformat") and arguments:
        _format(seen, node, arguments[0])
    elif name in ("range", "generate_series"):
        _series(
            seen,
            node,
            arguments[0] if len(arguments) > 1 else None,
            arguments[1] if len(arguments) > 1 else (arguments or [None])[0],
            arguments[2] if len(arguments) > 2 else None,
        )


def judge_replace(seen: Any, node: Any) -> None:
    """Refuse towers of `replace` calls that together may lengthen a text more than a thousand times."""
    growth = 1
    while isinstance(node, (exp.Replace, exp.RegexpReplace)):
        old, new = node.expression, node.args.get("replacement")
        if isinstance(new, exp.Literal) and isinstance(old, exp.Literal):
            growth *= max(1, -(-len(new.name) // max(len(old.name), 1)))
        elif new is not None:
            growth *= UNKNOWN_GROWTH
        node = node.this
    if growth > MAX_GROWTH:
        seen.refuse("size.text", "a tower of {part} calls lengthens the text again and again: use fewer.", "replace")


def judge_reduce(seen: Any, node: Any) -> None:
    """Refuse a `reduce` whose step uses what it has so far more than once: that doubles with each element."""
    step = next((part for part in node.iter_expressions() if isinstance(part, exp.Lambda)), None)
    if step is None or not step.expressions:
        return
    so_far = step.expressions[0].name.lower()
    if sum(part.name.lower() == so_far for part in step.this.find_all(exp.Identifier)) > 1:
        seen.refuse("size.text", "{part} doubles what it has at each step: use what it has so far once.", node)


def judge_series(seen: Any, node: Any) -> None:
    """Refuse a series whose number of rows is huge, or cannot be told from plain numbers and dates."""
    _series(seen, node, node.args.get("start"), node.args.get("end"), node.args.get("step"))


def _series(seen: Any, node: Any, start: Any, end: Any, step: Any) -> None:
    rows = _series_rows(start, end, step)
    if rows is None:
        seen.refuse(
            "size.series",
            "the length of {part} cannot be told: write plain numbers, or dates and an interval.",
            node,
        )
        return
    seen.series *= max(rows, 1)
    if seen.series > MAX_SERIES:
        seen.refuse(
            "size.series",
            f"{{part}} makes too many rows: at most {MAX_SERIES:,} over all series together.",
            node,
        )


def _series_rows(start: Any, end: Any, step: Any) -> int | None:
    first, last = plain_number(start) if start is not None else 0, plain_number(end)
    if first is not None and last is not None:
        by = 1 if step is None else plain_number(step)
        return None if not by else abs(last - first) // abs(by) + 1
    seconds = _step_seconds(step)
    if seconds is None:
        return None
    since, until = _moment(start), _moment(end)
    if since and until:
        return int(abs((until - since).total_seconds()) // seconds) + 1
    if seconds >= SECONDS["DAY"] and _is_data(start, since) and _is_data(end, until):
        return 1_000  # bounds that come from the data or the clock, in steps of a day or longer
    return None


def _step_seconds(step: Any) -> int | None:
    while isinstance(step, (exp.Paren, exp.Cast)):
        step = step.this
    if isinstance(step, exp.Literal) and step.is_string:
        count, _, unit = step.name.strip().partition(" ")
    elif isinstance(step, exp.Interval) and isinstance(step.this, exp.Literal):
        count, _, unit = step.this.name.strip().partition(" ")
        unit = unit or (step.args["unit"].name if step.args.get("unit") else "")
    else:
        return None
    size = SECONDS.get(unit.strip().upper().rstrip("S"))
    return size * int(count) if size and count.isdigit() and 0 < int(count) < 10_000 else None


def _moment(node: Any) -> datetime | None:
    while isinstance(node, (exp.Paren, exp.Cast, exp.Date, exp.TsOrDsToDate)):
        node = node.this
    if not (isinstance(node, exp.Literal) and node.is_string):
        return None
    try:
        return datetime.fromisoformat(node.name.strip()).replace(tzinfo=None)
    except ValueError:
        return None


def _is_data(node: Any, moment: datetime | None) -> bool:
    if moment is not None:
        return 1900 <= moment.year <= 2200
    return node is not None and not any(len(part.name) > 3 for part in node.find_all(exp.Literal) if not part.is_string)


def judge_recursion(seen: Any, node: Any) -> None:
    """Refuse a recursive WITH that no condition on the data or a plain number brings to an end."""
    if not (node.args.get("recursive") or seen.rules.with_is_recursive):
        return
    for cte in node.expressions:
        name = cte.alias.lower()
        body = cte.this
        while isinstance(body, (exp.Subquery, exp.Paren)):
            body = body.this
        if name and _reads(body, name) and not _ends(body, name):
            seen.refuse(
                "size.recursion",
                "the recursion of {part} has no end that can be seen: add a condition such as n < 100, a LIMIT "
                "inside it, or join each step to a table by a key.",
                cte.alias,
            )


def _reads(body: Any, name: str) -> bool:
    return any(table.name.lower() == name and not table.args.get("db") for table in body.find_all(exp.Table))


def _ends(body: Any, name: str) -> bool:
    limit = body.args.get("limit")
    number = plain_number(limit.expression) if isinstance(limit, exp.Limit) else None
    if number is not None and number <= MAX_STEPS:
        return True
    if not isinstance(body, exp.SetOperation):
        return False
    steps = [side for side in _sides(body) if _reads(side, name)]
    return bool(steps) and all(_step_ends(step) for step in steps)


def _sides(body: Any) -> list[Any]:
    pending, sides = [body], []
    while pending:
        node = pending.pop()
        while isinstance(node, (exp.Subquery, exp.Paren)):
            node = node.this
        if isinstance(node, exp.SetOperation):
            pending += [node.this, node.expression]
        else:
            sides.append(node)
    return sides


def _step_ends(step: Any) -> bool:
    if not isinstance(step, exp.Select):
        return False
    conditions: list[Any] = [step.args.get("where")]
    conditions += [join.args.get("on") for join in step.args.get("joins") or []]
    if any(join.args.get("using") for join in step.args.get("joins") or []):
        return True
    for condition in conditions:
        top = condition.this if isinstance(condition, exp.Where) else condition
        if top is not None and any(_bounds(part) and _moves(part, step) for part in _conjuncts(top)):
            return True
    return False


def _moves(condition: Any, step: Any) -> bool:
    """Tell whether the step does not plainly run away from its bound: `n + 1 … WHERE n > 0` never ends."""
    if not isinstance(condition, (exp.LT, exp.LTE, exp.GT, exp.GTE)):
        return True
    on_left = condition.this.find(exp.Column)
    column = on_left or condition.expression.find(exp.Column)
    rising = isinstance(condition, (exp.LT, exp.LTE)) == (on_left is not None)
    for made in step.expressions:
        made = made.unalias()
        away = exp.Sub if rising else exp.Add
        if isinstance(made, away) and column is not None and isinstance(made.this, exp.Column):
            return bool(made.this.name.lower() != column.name.lower())
        if isinstance(made, exp.Column) and column is not None and made.name.lower() == column.name.lower():
            return len(step.args.get("joins") or []) > 0
    return True


def _conjuncts(node: Any) -> list[Any]:
    pending, parts = [node], []
    while pending:
        node = pending.pop()
        while isinstance(node, exp.Paren):
            node = node.this
        if isinstance(node, exp.And):
            pending += [node.this, node.expression]
        else:
            parts.append(node)
    return parts


def _bounds(condition: Any) -> bool:
    if isinstance(condition, exp.EQ):
        left, right = condition.this, condition.expression
        columns = isinstance(left, exp.Column) and isinstance(right, exp.Column)
        return columns and left.table.lower() != right.table.lower()
    if isinstance(condition, exp.Between):
        return _is_bound(condition.args.get("high"))
    if isinstance(condition, (exp.LT, exp.LTE)):
        return condition.this.find(exp.Column) is not None and _is_bound(condition.expression)
    if isinstance(condition, (exp.GT, exp.GTE)):
        falls = condition.this.find(exp.Column) is not None and not _is_far_below(condition.expression)
        return falls or (condition.expression.find(exp.Column) is not None and _is_bound(condition.this))
    if isinstance(condition, exp.NEQ):
        texts = condition.expression.is_string or isinstance(condition.expression, exp.Column)
        return texts and condition.find(exp.Column) is not None
    return isinstance(condition, exp.Like)


def _is_far_below(node: Any) -> bool:
    number = plain_number(node)
    return number is not None and number < -MAX_STEPS


def _is_bound(node: Any) -> bool:
    number = plain_number(node)
    if number is not None:
        return number <= MAX_STEPS
    if isinstance(node, exp.Literal) and not node.is_string:
        return False
    return node is not None
