"""Gate 7: the condition tree, priority, outcomes, unknown facts, and what may be saved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guardrails.gates import escalation, validate_rule
from guardrails.gates.conditions import ConditionError, evaluate
from guardrails.gates.facts import Rule
from guardrails.gates.fields import FIELDS, OPERATORS
from tests.guardrails.gates.make import live_policy, make_facts, usd

LIVE = live_policy()
YES = {"field": "action.kind", "op": "eq", "value": "refund"}
NO = {"field": "action.kind", "op": "eq", "value": "cancel"}
UNKNOWN = {"field": "customer.orders", "op": "gt", "value": 3}
NEVER_KNOWN = {"customer": {"orders": None}}


def leaf(field, op, value):
    """Write one comparison."""
    return {"field": field, "op": op, "value": value}


def decide(*rules, **changes):
    """Ask gate 7 with these rules."""
    return escalation.GATE(make_facts(policy=replace(LIVE, rules=tuple(rules)), **changes))


@pytest.mark.requirement("T07")
@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (YES, True), (NO, False), ({"not": YES}, False), ({"not": NO}, True),
        ({"and": [YES, YES]}, True), ({"and": [YES, NO]}, False), ({"or": [NO, YES]}, True), ({"or": [NO, NO]}, False),
        ({"and": [NO, UNKNOWN]}, False), ({"and": [YES, UNKNOWN]}, None), ({"or": [YES, UNKNOWN]}, True),
        ({"or": [NO, UNKNOWN]}, None), ({"not": UNKNOWN}, None),
        (leaf("action.kind", "ne", "cancel"), True), (leaf("action.kind", "in", ["Cancel", "REFUND"]), True),
        (leaf("ticket.text", "contains", "REFUND ORDER"), True), (leaf("ticket.text", "contains", "lawyer"), False),
        (leaf("ticket.text", "matches", r"order\s+#\d{4}$"), True), (leaf("ticket.text", "matches", "^refund"), False),
        (leaf("ticket.order_numbers", "contains", "#1042"), True),
        (leaf("ticket.order_numbers", "matches", "^9"), False),
        (leaf("ticket.confidence", "lt", 0.95), True), (leaf("customer.returns_in_window", "gte", 1), True),
        (leaf("customer.returns_in_window", "gt", 1), False), (leaf("customer.refunds", "lte", 1), True),
        (leaf("customer.is_vip", "eq", False), True), (leaf("customer.is_vip", "ne", False), False),
        (leaf("action.amount", "eq", "20.00 USD"), True), (leaf("action.amount", "gt", "20.00 USD"), False),
        (leaf("action.amount", "gte", "20.00 USD"), True), (leaf("action.amount", "lt", "20.01 USD"), True),
        (leaf("action.total", "lte", "20.00 USD"), True), (leaf("order.left", "eq", "400.00 USD"), True),
        (leaf("action.amount", "gt", "1.00 EUR"), None), (leaf("order.age_days", "gte", 10), True),
        (leaf("order.age_days", "gt", 10), False), (leaf("order.delivered_days", "gt", 1), None),
    ],
)  # fmt: skip
def test_conditions(condition, holds):
    assert evaluate(condition, make_facts(**NEVER_KNOWN)) is holds


def test_what_is_absent_fulfils_nothing_and_is_no_gap():
    facts = make_facts(action=None, order=None)
    assert evaluate(YES, facts) is False
    assert evaluate(leaf("order.age_days", "gt", 0), facts) is False
    assert evaluate(leaf("order.paid", "gt", "0.00 USD"), make_facts(order=None)) is None, "an action has an order"


@pytest.mark.requirement("T07")
@pytest.mark.parametrize(
    ("outcome", "verdict", "disposition"),
    [("human", "human", "none"), ("block", "block", "hand_over"), ("close", "stop", "close"),
     ("assign", "human", "assign"), ("teleport", "human", "none")],
)  # fmt: skip
def test_a_matching_rule_says_what_happens(outcome, verdict, disposition):
    said = decide(Rule("r7", "Refunds", 5, YES, outcome, "billing"))
    assert (said.outcome, said.disposition, said.rule_id) == (verdict, disposition, "r7")
    assert "`Refunds` (priority 5)" in said.reason
    assert said.assign_to == ("billing" if outcome == "assign" else "")
    assert said.grantable is (outcome in ("human", "assign", "block", "close"))


@pytest.mark.requirement("T07")
def test_the_lowest_priority_number_is_asked_first():
    first, second = Rule("b", "First", 1, YES, "block"), Rule("a", "Second", 2, YES, "human")
    assert decide(second, first).rule_id == "b"
    assert decide(second, replace(first, priority=2)).rule_id == "a", "the ID decides between equals"
    assert decide(replace(first, condition=NO), second).rule_id == "a"
    assert decide(replace(first, condition=NO)).outcome == "pass"
    assert decide().reason == "none of 0 escalation rules matches"


@pytest.mark.requirement("T07")
@pytest.mark.parametrize(
    "condition",
    [UNKNOWN, leaf("customer.shoe_size", "eq", 43), {}, None, {"and": []}, leaf("ticket.text", "matches", "(?=a)"), 7],
)
def test_an_unknown_fact_or_an_erring_rule_escalates(condition):
    said = decide(Rule("r", "Odd", 1, condition), **NEVER_KNOWN)
    assert (said.outcome, said.rule_id) == ("human", "r")


def test_a_yes_does_not_stand_in_for_a_rule_that_could_have_blocked():
    unsure = Rule("r", "Odd", 1, UNKNOWN)
    assert decide(unsure, **NEVER_KNOWN).grantable
    assert not decide(replace(unsure, outcome="block"), **NEVER_KNOWN).grantable
    assert not decide(unsure, Rule("s", "Stop", 2, YES, "block"), **NEVER_KNOWN).grantable
    assert decide(unsure, Rule("s", "Stop", 2, NO, "block"), **NEVER_KNOWN).grantable


def test_rules_that_could_not_be_read_need_a_person():
    assert escalation.GATE(make_facts(policy=replace(LIVE, rules=None))).outcome == "human"


GOOD = {"name": "Large refunds", "priority": 10, "condition": YES, "outcome": "human"}


@pytest.mark.requirement("T07")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, "name: is empty"),
        ({"priority": "high"}, "priority: `high` is not a whole number"),
        ({"priority": -1}, "priority: `-1`"),
        ({"priority": True}, "priority: `True`"),
        ({"outcome": "explode"}, "outcome: `explode` is not known; use one of human, block, close, assign"),
        ({"outcome": "assign"}, "assign_to: is empty"),
        ({"condition": {}}, "condition: `` is not a condition"),
        ({"condition": {"and": []}}, "condition.and: has no conditions"),
        ({"condition": {"or": [YES, {"not": 7}]}}, "condition.or[1].not: `7` is not a condition"),
        ({"condition": leaf("order.colour", "eq", "red")}, "condition.field: `order.colour` is not a field"),
        (
            {"condition": leaf("action.amount", "contains", "1")},
            "condition.op: `contains` does not fit `action.amount`",
        ),
        ({"condition": leaf("action.amount", "gt", "20")}, "condition.value: `20` is not an amount with its currency"),
        ({"condition": leaf("action.amount", "gt", "20.001 USD")}, "more decimals than USD has"),
        ({"condition": leaf("customer.orders", "gt", "3")}, "condition.value: `3` is not a number"),
        ({"condition": leaf("customer.orders", "gt", float("inf"))}, "`inf` is not a number"),
        ({"condition": leaf("customer.is_vip", "eq", "yes")}, "`yes` is not true or false"),
        ({"condition": leaf("action.kind", "in", "refund")}, "`refund` is not a list"),
        ({"condition": leaf("action.kind", "eq", "")}, "is not a text"),
        ({"condition": leaf("ticket.text", "matches", "(")}, "is not an RE2 pattern"),
        ({"condition": leaf("ticket.text", "matches", "(?=x)")}, "look-around is not supported"),
        ({"condition": leaf("ticket.text", "matches", "x" * 1001)}, "1 to 1000 characters"),
        ({"condition": {"and": [YES] * 201}}, "201 comparisons are more than 200"),
    ],
)
def test_a_bad_rule_is_refused_with_field_and_fix(change, words):
    problems = validate_rule(GOOD | change)
    assert any(words in problem for problem in problems), problems


def test_a_good_rule_is_accepted_and_nesting_is_bounded():
    assert validate_rule(GOOD) == []
    deep = YES
    for _ in range(2_000):
        deep = {"not": deep}
    assert "nested deeper than 10" in validate_rule(GOOD | {"condition": deep})[0]
    with pytest.raises(ConditionError):
        evaluate(deep, make_facts())
    assert validate_rule("rule")[0].startswith("rule: `rule` is not a rule")
    assert "condition: is missing" in validate_rule({"name": "x", "priority": 1})[0]


def test_every_field_can_be_read_and_compared_with_every_operator_that_fits():
    samples = {"text": "a", "number": 1, "yes or no": True, "money": "1.00 USD", "list": "a"}
    for name, field in FIELDS.items():
        for op in OPERATORS[field.type]:
            value = [samples[field.type]] if op == "in" else samples[field.type]
            answer = evaluate(leaf(name, op, value), make_facts(action={"amount": usd("1.00")}))
            assert answer in (True, False, None), (name, op)
