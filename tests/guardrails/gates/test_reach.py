"""Rules that can never match, or that earlier ones shadow: said where it is proven, and nowhere else (T07)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.gates import reach
from guardrails.gates.conditions import evaluate_values
from guardrails.gates.facts import Rule
from guardrails.gates.fields import ABSENT, BOOLEAN, FIELDS, LIST, MONEY, NUMBER, OPERATORS
from portal.money import Money


def leaf(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def both(*parts: Any) -> dict[str, Any]:
    return {"and": list(parts)}


BELOW, ABOVE = leaf("action.amount", "lt", "10.00 USD"), leaf("action.amount", "gte", "20.00 USD")
NEVER = [
    both(BELOW, ABOVE), both(ABOVE, {"not": leaf("action.amount", "gt", "5.00 USD")}),
    both(ABOVE, leaf("action.amount", "lt", "99.00 EUR")), leaf("action.kind", "eq", "refnd"),
    leaf("risk.level", "matches", "^extreme$"), leaf("ticket.confidence", "gt", 1), leaf("customer.orders", "lt", 0),
    leaf("customer.orders", "eq", 2.5), both(leaf("customer.orders", "gt", 2), leaf("customer.orders", "lt", 3)),
    both(leaf("customer.is_vip", "eq", True), leaf("customer.is_vip", "ne", True)),
    both(leaf("order.status", "eq", "open"), leaf("order.status", "eq", "fulfilled")),
    both(leaf("order.status", "eq", "OPEN"), leaf("order.status", "ne", "open")),
    both(leaf("order.status", "in", ["open", "sent"]), {"not": leaf("order.status", "contains", "en")}),
    both(leaf("ticket.text", "matches", "lawyer"), {"not": leaf("ticket.text", "matches", "lawyer")}),
    both(leaf("ticket.text", "contains", "my lawyer"), {"not": leaf("ticket.text", "contains", "Lawyer")}),
    {"not": {"or": [leaf("customer.orders", "gte", 1), leaf("customer.orders", "lte", 0)]}},
    {"or": [both(BELOW, ABOVE), both(leaf("customer.is_vip", "eq", True), leaf("customer.is_vip", "eq", False))]},
    both(
        leaf("action.amount", "gt", "9.99 USD"), leaf("action.amount", "lt", "10.01 USD"),
        leaf("action.amount", "ne", "10.00 USD"),
    ),
]  # fmt: skip
POSSIBLE = [
    BELOW, both(BELOW, leaf("order.paid", "gte", "20.00 USD")), {"or": [both(BELOW, ABOVE), ABOVE]},
    {"not": both(BELOW, ABOVE)}, leaf("action.kind", "eq", "REFUND"), leaf("customer.orders", "eq", 2.0),
    both(leaf("order.age_days", "gt", 2), leaf("order.age_days", "lt", 3)), leaf("ticket.confidence", "lte", 0),
    both({"not": BELOW}, {"not": leaf("action.amount", "gte", "10.00 EUR")}),
    both(leaf("ticket.text", "matches", "a"), {"not": leaf("ticket.text", "matches", "b")}),
    both(leaf("order.status", "eq", "ss"), {"not": leaf("order.status", "matches", "^ss$")}),
    both({"not": leaf("action.amount", "lt", "9.00 USD")}, {"not": leaf("action.amount", "gte", "9.00 USD")}),
]  # fmt: skip


@pytest.mark.requirement("T07", part="rules that never match")
@pytest.mark.parametrize("condition", NEVER)
def test_a_contradiction_is_pointed_out(condition):
    assert reach.why_never(condition).startswith("it can never match: no value of `")


@pytest.mark.parametrize("condition", POSSIBLE)
def test_what_may_match_is_not(condition):
    assert reach.why_never(condition) == ""


def rules(*conditions: Any) -> list[Rule]:
    return [Rule(f"r{n}", f"Rule {n}", n, condition) for n, condition in enumerate(conditions)]


@pytest.mark.requirement("T07", part="rules that are shadowed")
def test_a_rule_that_an_earlier_one_swallows_is_pointed_out():
    narrow = both(leaf("action.amount", "gte", "50.00 USD"), leaf("customer.is_vip", "eq", False))
    found = reach.find(rules(ABOVE, narrow))
    assert (found["r1"].kind, found["r1"].by) == ("shadowed", ("r0",))
    assert "`Rule 0` (priority 0) decides first" in found["r1"].reason
    assert reach.find(rules(narrow, ABOVE)) == {}
    assert "r1" in reach.find(
        rules(leaf("action.kind", "in", ["refund", "cancel"]), leaf("action.kind", "eq", "cancel"))
    )
    assert "r1" in reach.find(rules(leaf("ticket.text", "contains", "law"), leaf("ticket.text", "contains", "lawyer")))
    together = reach.find(
        rules(leaf("order.age_days", "gt", 5), leaf("order.age_days", "lte", 9), leaf("order.paid", "gt", "1.00 USD"))
    )
    assert together == {}, "the age may not be known while the amount is"
    vip = [leaf("customer.is_vip", "eq", True), leaf("customer.is_vip", "eq", False)]
    swallowed = reach.find(rules(*vip, leaf("customer.is_vip", "ne", True)))
    assert swallowed["r2"].by == ("r1",)


def test_a_rule_that_never_matches_shadows_nothing_and_too_many_ways_claim_nothing():
    assert set(reach.find(rules(both(BELOW, ABOVE), BELOW))) == {"r0"}
    wide = both(
        *[
            {"or": [leaf(name, "gt", n), leaf(name, "lt", -n)]}
            for n in range(20)
            for name in ("order.age_days", "order.delivered_days")
        ]
    )
    assert reach.why_never(both(wide, BELOW)) == ""
    assert reach.find(rules({"field": "gone", "op": "eq", "value": 1}, BELOW)) == {}


MONEYS = [Money(minor, code) for minor in (999, 1000, 1001, 2000) for code in ("USD", "EUR")]
SAMPLES: dict[str, list[Any]] = {
    "action.amount": MONEYS, "order.paid": MONEYS, "customer.orders": [0, 1, 2, 3], "order.age_days": [1, 1.5, 2, 3.25],
    "ticket.confidence": [0, 0.5, 1], "customer.is_vip": [True, False], "action.kind": ["refund", "cancel", "exchange"],
    "order.status": ["open", "Sent", "reopened"], "ticket.text": ["my lawyer", "a law", "hello"],
    "risk.flags": [[], ["fraud"], ["fraud", "law"]],
}  # fmt: skip


@st.composite
def leaves(draw):
    name = draw(st.sampled_from(sorted(SAMPLES)))
    kind = FIELDS[name].type
    op = draw(st.sampled_from(OPERATORS[kind]))
    flat = [item for value in SAMPLES[name] for item in (value if isinstance(value, list) else [value])] or ["x"]
    value = draw(st.sampled_from(flat))
    if kind == MONEY:
        value = f"{value.decimal} {value.currency}"
    if op == "matches":
        value = draw(st.sampled_from(["law", "^o", "e"]))
    if op == "in":
        value = draw(st.lists(st.sampled_from(flat), min_size=1, max_size=3))
    return leaf(name, op, value)


trees = st.recursive(
    leaves(),
    lambda inner: (
        st.fixed_dictionaries({"not": inner})
        | st.fixed_dictionaries({"and": st.lists(inner, min_size=1, max_size=4)})
        | st.fixed_dictionaries({"or": st.lists(inner, min_size=1, max_size=3)})
    ),
    max_leaves=8,
)


@st.composite
def values(draw):
    """Return values by field: known, unknown, and absent where a field may be."""
    given_values: dict[str, Any] = {}
    is_absent = draw(st.booleans()) and draw(st.booleans())
    for name, samples in SAMPLES.items():
        if is_absent and name.startswith(("order.", "action.")):
            given_values[name] = ABSENT
        elif draw(st.integers(0, 5)):
            given_values[name] = draw(st.sampled_from(samples))
    return given_values


@settings(max_examples=60, deadline=None)
@given(trees, trees, st.lists(values(), min_size=1, max_size=12))
def test_what_is_claimed_holds_for_every_value(first, second, facts):
    never = bool(reach.why_never(second))
    found = reach.find(rules(first, second))
    for each in facts:
        said = evaluate_values(second, each)
        if never:
            assert said is not True
        if found.get("r1") and found["r1"].kind == "shadowed" and said is True:
            assert evaluate_values(first, each) is not False


@settings(max_examples=150, deadline=None)
@given(leaves(), leaves(), st.integers(0, 1))
def test_control_simple_contradictions_of_enumerable_fields_are_all_found(one, two, turned):
    """Where a field's values can all be tried, nothing that contradicts itself goes unsaid."""
    tree = both(one, {"not": two} if turned else two)
    names = {one["field"], two["field"]}
    if not names <= {"customer.is_vip", "action.kind"}:
        return
    every = [
        {"customer.is_vip": vip, "action.kind": kind}
        for vip in (True, False)
        for kind in (*SAMPLES["action.kind"], ABSENT)
    ]
    possible = any(evaluate_values(tree, each) is True for each in every)
    assert (reach.why_never(tree) == "") is possible


def test_every_type_of_field_is_reasoned_about():
    assert {FIELDS[name].type for name in SAMPLES} >= {NUMBER, MONEY, BOOLEAN, LIST, "text"}
