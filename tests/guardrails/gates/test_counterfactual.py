"""Every suggested change is true: with it the gates pass, and a cent (or one) less of it would not do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.contracts import Outcome
from guardrails.gates import EARLY_GATES, GATES, run_gates
from guardrails.gates.changes import Change
from guardrails.gates.counterfactual import nearest, ways
from guardrails.gates.facts import Classification, Facts, FirstTimeFacts, Rule
from portal.money import Money
from tests.guardrails.gates.make import NOW, live_policy, make_facts, usd, with_action
from tests.guardrails.gates.test_order import FAILING
from tests.guardrails.gates.test_properties import odd_facts

OVER_TEN = {"field": "action.amount", "op": "gte", "value": "10.00 USD"}


def says(**changes) -> str:
    return nearest(make_facts(**changes), GATES).says


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"action": {"amount": usd("62.40")}}, "$12.41 less, or VIP"),
        ({"action": {"amount": usd("142.00")}}, "$92.01 less"),
        ({"action": {"amount": usd("200.01")}}, "$150.02 less"),
        ({"action": {"amount": usd("30.00"), "already_on_order": usd("60.00")}}, "VIP"),
        ({"action": {"amount": usd("30.00"), "already_on_order": usd("70.00")}}, "VIP and $0.01 less"),
        ({"order": {"placed_at": NOW - timedelta(days=95)}}, "an order 5 days younger"),
        ({"classification": Classification("refund", 0.77)}, "a classification 0.030 surer"),
        ({"customer": {"refunds_in_window": 4, "orders_in_window": 40}}, "1 refund fewer in 180 days"),
        ({"customer": {"refunds_in_window": 2}}, "1 refund fewer in 180 days"),
        ({"customer": {"accounts_at_address": 4}}, "2 accounts fewer at the same address"),
        ({"order": {"paid": usd("600.00")}}, "an order of $100.00 less"),
        ({"risk": {"level": "critical"}}, "a risk of medium or lower"),
        ({"risk": {"fetched_at": NOW - timedelta(days=3)}}, "risk signals at most 86400 s old"),
        ({"ticket": {"order_numbers": ()}}, "a ticket that names order `1042` alone"),
        ({"order": {"customer_id": "c2", "customer_email": None}}, "the order's own customer as the sender"),
        ({"caps": {"customer_count": 3}}, "1 earlier action of the customer fewer"),
        ({"caps": {"org_money": usd("985.00")}}, "$5.00 less"),
        ({"first_time": FirstTimeFacts(False)}, "a `refund` that a person approved before"),
        ({"policy": with_action(live_policy(), shadow=True)}, "shadow mode off for `refund`"),
        (
            {"action": {"amount": usd("62.40")}, "caps": {"org_count": 20}},
            "$12.41 less and 1 earlier action of the organization fewer",
        ),
        (
            {"policy": replace(live_policy(), rules=(Rule("r", "High value", 1, OVER_TEN),))},
            "rule `High value` switched off, or $10.01 less",
        ),
        ({}, ""),
        ({"order": None}, ""),
        ({"caps": None}, ""),
    ],
)
def test_the_smallest_change_in_words(changes, expected):
    assert says(**changes) == expected


@pytest.mark.parametrize("promise", [p for p in FAILING if p != "T04"])
def test_every_gate_that_can_be_met_names_its_change_and_the_run_acts_with_it(promise):
    facts = make_facts(**FAILING[promise])
    found = nearest(facts, GATES)
    assert found.ways
    assert all(run_gates(way.facts, GATES).may_act for way in found.ways)


def test_early_gates_alone_are_answered_too():
    facts = replace(make_facts(**FAILING["T03"]), action=None, order=None)
    assert nearest(facts, EARLY_GATES).says == "a classification 0.700 surer"


@settings(max_examples=30, deadline=None)
@given(odd_facts())
def test_no_facts_raise_and_what_is_suggested_holds(facts: Facts):
    found = nearest(facts, GATES)
    for way in found.ways:
        assert way.says
        assert run_gates(way.facts, GATES).may_act
    for gate in GATES:
        for way in ways(facts, gate):
            assert gate(way.facts).outcome is Outcome.PASS
    if run_gates(facts, GATES).may_act:
        assert found.ways == ()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40_000), st.integers(0, 20_000), st.booleans())
def test_less_money_is_the_least_that_is_less(minor, already, is_vip):
    facts = make_facts(
        action={"amount": Money(minor, "USD"), "already_on_order": Money(already, "USD")},
        customer={"is_vip": is_vip, "usual_order": usd("200.00")},
        order={"paid": usd("1000.00")},
    )
    for way in nearest(facts, GATES).ways:
        if not way.says.endswith("less"):
            continue
        amount = way.facts.action.amount.amount_minor
        one_more = replace(way.facts, action=replace(way.facts.action, amount=Money(amount + 1, "USD")))
        assert not run_gates(one_more, GATES).may_act


def test_a_change_that_does_not_help_is_never_told(monkeypatch):
    from guardrails.gates import counterfactual

    facts = make_facts(**FAILING["T09"])
    monkeypatch.setattr(counterfactual, "proposals", lambda facts, gate: iter([Change("a wish", facts)]))
    assert nearest(facts, GATES).ways == ()
    assert ways(facts, GATES[8]) == ()
