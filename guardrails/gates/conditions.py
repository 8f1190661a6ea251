"""The condition tree of an escalation rule: and / or / not over named fields. Evaluates and stores nothing.

    {"and": [{"field": "action.kind", "op": "eq", "value": "refund"},
             {"not": {"field": "action.amount", "op": "lt", "value": "20.00 USD"}}]}

A fact that is unknown makes a leaf unknown, and `and` / `or` / `not` carry that on as in Kleene's logic. A
tree that is not well formed raises `ConditionError`. Text is compared without regard to case.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import re2

from guardrails.gates.facts import Facts
from guardrails.gates.fields import ABSENT, BOOLEAN, FIELDS, LIST, MONEY, NUMBER, OPERATORS, Field
from portal.money import Money, MoneyError

MAX_DEPTH = 10
MAX_LEAVES = 200
MAX_PATTERN = 1_000
_MONEY = re.compile(r"\s*(\d{1,16}(?:\.\d{1,4})?)\s*([A-Z]{3})\s*")
_QUIET = re2.Options()
_QUIET.log_errors = False
_QUIET.case_sensitive = False
_QUIET.max_mem = 8 << 20


class ConditionError(ValueError):
    """A condition that is not well formed; the message names the part and says the fix."""


def evaluate(condition: Any, facts: Facts) -> bool | None:
    """Return whether the condition holds, None where a missing fact decides.

    Raise `ConditionError` where it is not well formed.
    """
    problems = problems_of(condition)
    if problems:
        raise ConditionError(problems[0])
    return _holds(condition, lambda name: FIELDS[name].read(facts))


def evaluate_values(condition: Any, values: Mapping[str, Any]) -> bool | None:
    """Return whether the condition holds for values by field, as facts hold them; a field left out is unknown.

    Raise `ConditionError` where it is not well formed.
    """
    problems = problems_of(condition)
    if problems:
        raise ConditionError(problems[0])
    return _holds(condition, values.get)


def _holds(node: Mapping[str, Any], read: Callable[[str], Any]) -> bool | None:
    """Evaluate a tree that is known to be well formed."""
    if "not" in node:
        inner = _holds(node["not"], read)
        return None if inner is None else not inner
    for word, decides in (("and", False), ("or", True)):
        if word in node:
            answers = [_holds(child, read) for child in node[word]]
            if decides in answers:
                return decides
            return None if None in answers else not decides
    return leaf_holds(node, read(node["field"]))


def leaf_holds(node: Mapping[str, Any], actual: Any) -> bool | None:
    """Compare one field's value; what is absent fulfils nothing, what is unknown is unknown."""
    field = FIELDS[node["field"]]
    if actual is ABSENT:
        return False
    if actual is None:
        return None
    expected = node["value"]
    if field.type == MONEY:
        expected = parse_money(expected)
        return None if expected.currency != actual.currency else _TESTS[node["op"]](actual, expected)
    if field.type == LIST:
        return any(_TESTS[node["op"]](_fold(item), _fold(expected)) for item in actual)
    if isinstance(actual, float) and math.isnan(actual):
        return None
    if node["op"] == "matches":
        return _matches(actual, expected)
    return _TESTS[node["op"]](_fold(actual), _fold(expected))


def _fold(value: Any) -> Any:
    """Return text, alone or in a list, without case."""
    if isinstance(value, str):
        return value.casefold()
    return [_fold(item) for item in value] if isinstance(value, (list, tuple)) else value


def _matches(actual: str, pattern: str) -> bool:
    """Search an RE2 pattern without regard to case, in linear time."""
    return _compiled(pattern).search(actual) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern, options=_QUIET)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda actual, expected: actual == expected,
    "ne": lambda actual, expected: actual != expected,
    "lt": lambda actual, expected: actual < expected,
    "lte": lambda actual, expected: actual <= expected,
    "gt": lambda actual, expected: expected < actual,
    "gte": lambda actual, expected: expected <= actual,
    "in": lambda actual, expected: actual in expected,
    "contains": lambda actual, expected: expected in actual,
    "matches": _matches,
}


def parse_money(text: Any) -> Money:
    """Read `20.00 USD`; raise `MoneyError` otherwise."""
    match = _MONEY.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise MoneyError(f"value: `{text}` is not an amount with its currency; write it like `20.00 USD`")
    return Money.parse(match[1], match[2], field="value")


def problems_of(condition: Any) -> list[str]:
    """Return what is wrong with a condition, each as a sentence naming its place; nothing if well formed."""
    problems: list[str] = []
    leaves = _walk(condition, "condition", 1, problems)
    if leaves > MAX_LEAVES:
        problems.append(f"condition: {leaves} comparisons are more than {MAX_LEAVES}; split the rule")
    return problems


def _walk(node: Any, path: str, depth: int, problems: list[str]) -> int:
    """Collect the problems of a subtree; return how many leaves it has."""
    if depth > MAX_DEPTH:
        problems.append(f"{path}: nested deeper than {MAX_DEPTH} levels; make it flatter")
        return 0
    if not isinstance(node, Mapping):
        problems.append(f"{path}: `{_shown(node)}` is not a condition; give `and`, `or`, `not` or a field")
        return 0
    keys = set(node)
    if keys == {"not"}:
        return _walk(node["not"], f"{path}.not", depth + 1, problems)
    if keys in ({"and"}, {"or"}):
        (word,) = keys
        children = node[word]
        if not isinstance(children, (list, tuple)) or not children:
            problems.append(f"{path}.{word}: has no conditions; list at least one")
            return 0
        children = children[: MAX_LEAVES + 1]
        return sum(_walk(c, f"{path}.{word}[{i}]", depth + 1, problems) for i, c in enumerate(children))
    if keys != {"field", "op", "value"}:
        names = ", ".join(sorted(map(str, keys)))
        problems.append(f"{path}: `{_shown(names)}` is not a condition; give `field`, `op` and `value`")
        return 0
    problem = _leaf_problem(node)
    if problem:
        problems.append(f"{path}.{problem}")
    return 1


def _leaf_problem(node: Mapping[str, Any]) -> str:
    """Return what is wrong with one comparison, or nothing."""
    name, op = node["field"], node["op"]
    field = FIELDS.get(name) if isinstance(name, str) else None
    if field is None:
        return f"field: `{_shown(name)}` is not a field; use one of {', '.join(FIELDS)}"
    if op not in OPERATORS[field.type]:
        fits = ", ".join(OPERATORS[field.type])
        return f"op: `{_shown(op)}` does not fit `{name}`, which is {field.type}; use one of {fits}"
    return _value_problem(field, op, node["value"])


def _value_problem(field: Field, op: str, value: Any) -> str:
    """Return what is wrong with the value of a comparison, or nothing."""
    if op == "in":
        if not isinstance(value, (list, tuple)) or not value:
            return f"value: `{_shown(value)}` is not a list; give the values to look for"
        return next((p for p in (_value_problem(field, "eq", item) for item in value) if p), "")
    if op == "matches":
        return _pattern_problem(value)
    if field.type == MONEY:
        try:
            parse_money(value)
        except MoneyError as error:
            return str(error)
        return ""
    if field.type == NUMBER:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        return "" if is_number else f"value: `{_shown(value)}` is not a number; write it like `3`"
    if field.type == BOOLEAN:
        return "" if isinstance(value, bool) else f"value: `{_shown(value)}` is not true or false"
    return "" if isinstance(value, str) and value else f"value: `{_shown(value)}` is not a text; give a word"


def _pattern_problem(value: Any) -> str:
    """Return why a pattern is refused: not RE2, or too long."""
    if not isinstance(value, str) or not value or len(value) > MAX_PATTERN:
        return f"value: a pattern has 1 to {MAX_PATTERN} characters"
    try:
        _compiled(value)
    except re2.error as error:
        cause = error.args[0] if error.args else ""
        cause = cause.decode(errors="replace") if isinstance(cause, bytes) else cause
        return f"value: `{_shown(value)}` is not an RE2 pattern ({cause}); look-around is not supported"
    return ""


def _shown(value: Any) -> str:
    """Return a value as it is quoted in an error: short and on one line."""
    return " ".join(str(value).split())[:60]
