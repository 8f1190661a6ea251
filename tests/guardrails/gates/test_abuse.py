"""Gate 5 whole: each sign of abuse at its threshold, what is not known, and the rows a person is shown (T05)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from guardrails.contracts import Evidence
from guardrails.gates import GATES
from guardrails.gates.facts import AbuseThresholds, Rate
from portal.money import Money
from tests.guardrails.gates.make import NOW, live_policy, make_facts, usd

GATE = GATES[4]
LIVE = live_policy()
ROWS = (
    Evidence("return", "901", NOW, note="too small"),
    Evidence("damage", "902", NOW),
    Evidence("refund", "903", NOW, usd("9.00")),
    Evidence("order", "904", NOW, usd("90.00")),
    Evidence("address", "rosa", NOW),
    Evidence("payment", "paul", NOW),
)


def decide(**changes):
    return GATE(make_facts(**changes))


def thresholds(**changes):
    return {"policy": replace(LIVE, abuse=AbuseThresholds(**changes))}


@pytest.mark.requirement("T05")
@pytest.mark.parametrize(
    ("customer", "outcome", "words", "kinds"),
    [
        ({"returns_in_window": 4}, "pass", "no sign", ()),
        ({"returns_in_window": 5}, "human", "5 returns reach the limit of 5 in 180 days", ("return",)),
        ({"damage_claims_in_window": 2}, "pass", "no sign", ()),
        ({"damage_claims_in_window": 3}, "human", "3 damage claims reach the limit of 3", ("damage",)),
        ({"refunds_in_window": 3, "orders_in_window": 40}, "pass", "no sign", ()),
        ({"refunds_in_window": 4, "orders_in_window": 40}, "human", "4 refunds reach the limit of 4", ("refund",)),
        ({"refunds_in_window": 2, "orders_in_window": 5}, "pass", "no sign", ()),
        ({"refunds_in_window": 2, "orders_in_window": 4}, "human", "50 % of orders", ("refund", "order")),
        ({"refunds_in_window": 2, "orders_in_window": 3}, "pass", "no sign", ()),
        ({"accounts_at_address": 2}, "pass", "no sign", ()),
        ({"accounts_at_address": 3}, "human", "3 other accounts at the same address", ("address",)),
        ({"accounts_with_payment": 1}, "pass", "no sign", ()),
        ({"accounts_with_payment": 2}, "human", "2 other accounts with the same means of payment", ("payment",)),
        ({"usual_order": usd("80.00")}, "pass", "no sign", ()),
        ({"usual_order": usd("79.99")}, "human", "an order of $400.00 is above 5 times the usual $79.99", ("order",)),
        ({"usual_order": usd("1.00"), "orders_before": 2}, "pass", "no sign", ()),
        ({"refunds_before": 3, "usual_refund": usd("4.00")}, "pass", "no sign", ()),
        ({"refunds_before": 3, "usual_refund": usd("3.99")}, "human", "a refund of $20.00 is above 5", ("refund",)),
        ({"refunds_before": 2, "usual_refund": usd("0.01")}, "pass", "no sign", ()),
        ({"is_flagged": True}, "human", "the customer is flagged for abuse", ()),
        ({"is_flagged": True, "returns_in_window": 7}, "human", "flagged for abuse; 7 returns", ("return",)),
    ],
)
def test_each_sign_at_its_threshold_with_the_rows_behind_it(customer, outcome, words, kinds):
    verdict = decide(customer={"evidence": ROWS, **customer})
    assert (verdict.outcome, words in verdict.reason) == (outcome, True), verdict.reason
    assert {row.kind for row in verdict.evidence} == set(kinds)
    assert verdict.as_dict()["evidence"] == [row.as_dict() for row in verdict.evidence]


@pytest.mark.requirement("T05")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("returns_in_window", "`returns` is not known"),
        ("accounts_at_address", "the store does not tell `accounts_at_address`; a person looks, or set abuse_accounts"),
        ("accounts_with_payment", "the store does not tell `accounts_with_payment`"),
        ("orders_before", "`orders_before` is not known"),
        ("refunds_before", "`refunds_before` is not known"),
        ("usual_order", "what the customer's usual order is worth in USD is not known"),
    ],
)
def test_what_is_not_known_needs_a_person(name, words):
    verdict = decide(customer={name: None})
    assert (verdict.outcome, words in verdict.reason) == ("human", True), verdict.reason


@pytest.mark.requirement("T05")
@pytest.mark.parametrize(
    ("off", "customer"),
    [
        ({"accounts_at_address": 0}, {"accounts_at_address": None}),
        ({"accounts_at_address": 0}, {"accounts_at_address": 99}),
        ({"accounts_with_payment": 0}, {"accounts_with_payment": None}),
        ({"spike_factor": 0}, {"orders_before": None, "refunds_before": None, "usual_order": None}),
        ({"spike_factor": 0}, {"usual_order": usd("0.01")}),
    ],
)
def test_an_officer_may_stop_looking_at_what_a_store_never_tells(off, customer):
    assert decide(customer=customer, **thresholds(**off)).outcome == "pass"
    assert decide(customer=customer).outcome == "human", "the control: by default it is looked at"


@pytest.mark.requirement("T05")
def test_a_past_in_another_currency_is_compared_by_a_rate_or_by_a_person():
    past = {"usual_order": Money(7_000, "EUR")}
    assert decide(customer=past).outcome == "human"

    def with_rate(rate, days=0):
        rates = (Rate("EUR", "USD", rate, NOW - timedelta(days=days), 7),)
        return decide(customer=past, policy=replace(LIVE, rates=rates))

    from decimal import Decimal

    assert with_rate(Decimal("1.143")).outcome == "pass", "70.00 EUR are $80.01"
    assert "usual $79.99" in with_rate(Decimal("1.1428")).reason, "rounded down, which finds more"
    assert with_rate(Decimal("1.143"), days=8).outcome == "human"


def test_without_an_action_or_an_order_a_spike_is_left_to_the_gates_that_need_them():
    assert decide(action=None, order=None, customer={"usual_order": None}).outcome == "pass"
    assert decide(order=None).outcome == "pass"
