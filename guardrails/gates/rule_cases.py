"""Test cases of an escalation rule: given facts and whether it has to match. Run when the rule is saved."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from guardrails.gates.conditions import evaluate_values, parse_money
from guardrails.gates.fields import ABSENT, BOOLEAN, FIELDS, LIST, MONEY, NUMBER
from portal.money import MoneyError

EXPECTS = {"match": True, "no match": False, "unknown": None}
"""What a case may expect; an unknown escalates."""
MAX_CASES = 50
_KEYS = {"name", "facts", "expects", "without_action"}


def problems_of(cases: Any, condition: Any) -> list[str]:
    """Return what is wrong with the cases of a well-formed condition: their form, or that the rule says otherwise."""
    if not isinstance(cases, list):
        return [f"cases: `{str(cases)[:60]}` is not a list; give a list of test cases"]
    if len(cases) > MAX_CASES:
        return [f"cases: {len(cases)} cases are more than {MAX_CASES}; remove some"]
    problems: list[str] = []
    for index, case in enumerate(cases):
        place = f"cases[{index}]"
        wrong = _form(place, case)
        problems += wrong or _outcome(place, case, condition)
    return problems


def _form(place: str, case: Any) -> list[str]:
    if not isinstance(case, Mapping) or set(case) - _KEYS or not isinstance(case.get("facts", {}), Mapping):
        return [f"{place}: is not a case; give name, facts and expects"]
    if case.get("expects") not in EXPECTS:
        return [f"{place}.expects: `{str(case.get('expects'))[:40]}` is not known; use {', '.join(EXPECTS)}"]
    problems = []
    for name, value in case.get("facts", {}).items():
        field = FIELDS.get(name)
        if field is None:
            problems.append(f"{place}.facts: `{str(name)[:60]}` is not a field; use one of {', '.join(FIELDS)}")
        elif case.get("without_action") and name.startswith(("action.", "order.")):
            problems.append(f"{place}.facts: `{name}` is given, but the case is of a ticket without an action")
        elif problem := _value_problem(field.type, value):
            problems.append(f"{place}.facts: `{name}`: {problem}")
    return problems


def _value_problem(kind: str, value: Any) -> str:
    shown = str(value)[:60]
    if kind == MONEY:
        try:
            parse_money(value)
        except MoneyError as error:
            return str(error).partition(": ")[2]
        return ""
    if kind == LIST:
        is_list = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return "" if is_list else f"`{shown}` is not a list of texts"
    if kind == NUMBER:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        return "" if is_number else f"`{shown}` is not a number; write it like `3`"
    if kind == BOOLEAN:
        return "" if isinstance(value, bool) else f"`{shown}` is not true or false"
    return "" if isinstance(value, str) else f"`{shown}` is not a text"


def values_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a well-formed case by field, as facts hold them; what it leaves out is unknown."""
    values: dict[str, Any] = {}
    for name, value in case.get("facts", {}).items():
        values[name] = parse_money(value) if FIELDS[name].type == MONEY else value
    if case.get("without_action"):
        values |= {name: ABSENT for name in FIELDS if name.startswith(("action.", "order."))}
    return values


def _outcome(place: str, case: Mapping[str, Any], condition: Any) -> list[str]:
    said = evaluate_values(condition, values_of(case))
    if said is EXPECTS[case["expects"]]:
        return []
    word = next(word for word, answer in EXPECTS.items() if answer is said)
    name = str(case.get("name", "")).strip()[:60]
    more = f" `{name}`" if name else ""
    hint = "; a fact it asks for is not given" if said is None else ""
    return [f"{place}{more}: expected is {case['expects']}, the rule says {word}{hint}"]
