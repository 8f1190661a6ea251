"""Gates 9 and 10: ceilings, sums over an order, currencies, age, caps; each at its boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from guardrails.gates import caps as caps_gate
from guardrails.gates import money as money_gate
from guardrails.gates.facts import Caps, Ceilings, default_ceilings, default_policy_facts
from portal.money import Money
from tests.guardrails.gates.make import NOW, live_policy, make_facts, usd, with_action

LIVE = live_policy()


def decide(**changes):
    """Ask gate 9."""
    return money_gate.GATE(make_facts(**changes))


def cap(**changes):
    """Ask gate 10."""
    return caps_gate.GATE(make_facts(**changes))


@pytest.mark.requirement("T09")
@pytest.mark.parametrize(
    ("amount", "is_vip", "outcome"),
    [
        ("0.01", False, "pass"), ("49.99", False, "pass"), ("50.00", False, "human"), ("50.01", False, "human"),
        ("142.00", False, "human"), ("199.99", False, "human"), ("200.00", False, "human"),
        ("200.01", False, "block"), ("0.00", False, "block"), ("-1.00", False, "block"),
        ("49.99", True, "pass"), ("50.00", True, "pass"), ("50.01", True, "pass"), ("99.99", True, "pass"),
        ("100.00", True, "human"), ("100.01", True, "human"), ("200.00", True, "human"), ("200.01", True, "human"),
        ("400.00", True, "human"), ("400.01", True, "block"),
    ],
)  # fmt: skip
def test_ceilings_at_their_boundaries(amount, is_vip, outcome):
    verdict = decide(action={"amount": usd(amount)}, customer={"is_vip": is_vip}, order={"paid": usd("900.00")})
    assert verdict.outcome == outcome, verdict.reason


@pytest.mark.requirement("T09")
@pytest.mark.parametrize(
    ("already", "amount", "outcome"),
    [("0.00", "49.00", "pass"), ("0.99", "49.00", "pass"), ("1.00", "49.00", "human"), ("49.00", "49.00", "human"),
     ("151.00", "49.00", "human"), ("151.01", "49.00", "block")],
)  # fmt: skip
def test_slices_of_one_order_are_summed(already, amount, outcome):
    verdict = decide(action={"amount": usd(amount), "already_on_order": usd(already)})
    assert verdict.outcome == outcome, verdict.reason


def test_the_reason_names_the_rule_the_numbers_and_the_nearest_change():
    verdict = decide(action={"amount": usd("142.00")})
    assert verdict.reason == "$142.00 is above the auto ceiling of $50.00 and at most $200.00"
    assert verdict.nearest == "$92.01 less"
    assert decide(action={"amount": usd("62.40")}).nearest == "$12.41 less, or VIP"
    assert "at the auto ceiling of $50.00" in decide(action={"amount": usd("50.00")}).reason
    assert decide(action={"amount": usd("200.01")}).nearest == "$0.01 less would need only a person"


@pytest.mark.requirement("T09")
@pytest.mark.parametrize(
    ("order", "action", "outcome", "words"),
    [
        ({"paid": usd("20.00")}, {}, "pass", "below"),
        ({"paid": usd("19.99")}, {}, "block", "more than the $19.99 left"),
        ({"refunded": usd("380.00")}, {}, "pass", "below"),
        ({"refunded": usd("380.01")}, {}, "block", "$19.99 left of the $400.00 paid"),
        ({"paid": usd("60.00")}, {"already_on_order": usd("45.00")}, "block", "$15.00 left"),
        (
            {"paid": usd("60.00"), "refunded": usd("25.00")},
            {"already_on_order": usd("25.00"), "in_flight_on_order": usd("20.00")},
            "block", "$15.00 left",
        ),
        (
            {"paid": usd("60.00"), "refunded": usd("25.00")},
            {"already_on_order": usd("25.00"), "in_flight_on_order": None},
            "human", "in flight is not known",
        ),
        ({"paid": None}, {}, "human", "what was paid"),
        ({"refunded": None}, {}, "human", "what was paid"),
        ({"paid": usd("10.00")}, {"kind": "exchange"}, "human", "more than the $10.00 left"),
    ],
)  # fmt: skip
def test_never_more_than_was_paid(order, action, outcome, words):
    verdict = decide(order=order, action=action)
    assert (verdict.outcome, words in verdict.reason) == (outcome, True), verdict.reason


@pytest.mark.requirement("T09")
@pytest.mark.parametrize(
    ("days", "outcome"), [(89, "pass"), (90, "pass"), (90.001, "human"), (400, "human"), (-1, "human"), (None, "human")]
)
def test_an_order_past_the_maximum_age_needs_a_human(days, outcome):
    placed = None if days is None else NOW - timedelta(days=days)
    assert decide(order={"placed_at": placed}).outcome == outcome


@pytest.mark.requirement("T09")
@pytest.mark.parametrize(
    "changes",
    [
        {"action": {"amount": Money(2000, "EUR")}},
        {"action": {"already_on_order": Money(0, "EUR")}},
        {"order": {"paid": Money(40000, "EUR")}},
        {"order": {"currency": "EUR"}},
        {"policy": with_action(LIVE, ceilings={})},
        {"policy": with_action(LIVE, ceilings={"USD": Ceilings(Money(5000, "EUR"), Money(20000, "EUR"))})},
        {"policy": replace(LIVE, actions={})},
        {"policy": with_action(LIVE, max_order_age_days=None)},
        {"policy": replace(LIVE, vip_factor=None), "customer": {"is_vip": True}},
        {"policy": replace(LIVE, vip_factor=0), "customer": {"is_vip": True}},
        {"customer": {"is_vip": None}},
        {"customer": None},
        {"order": None},
        {"action": {"amount": None}},
        {"action": {"already_on_order": None}},
        {"policy": with_action(LIVE, ceilings={"USD": Ceilings(usd("300.00"), usd("200.00"))})},
    ],
)
def test_unknown_money_and_other_currencies_need_a_human(changes):
    verdict = decide(**changes)
    assert verdict.outcome == "human", verdict.reason


@pytest.mark.requirement("T09")
@pytest.mark.requirement("T10", part="the gate")
@pytest.mark.parametrize("ask", [decide, cap])
def test_no_action_moves_no_money(ask):
    verdict = ask(action=None)
    assert (verdict.outcome, verdict.reason) == ("pass", "no action is proposed")


def test_default_ceilings_follow_the_decimals_of_the_currency():
    assert (str(default_ceilings("USD").auto), str(default_ceilings("USD").block)) == ("$50.00", "$200.00")
    assert (str(default_ceilings("JPY").auto), str(default_ceilings("JPY").block)) == ("¥5,000", "¥20,000")
    assert (default_ceilings("KWD").auto.decimal, default_ceilings("KWD").block.decimal) == ("15.000", "60.000")


@pytest.mark.requirement("T10", part="the gate")
@pytest.mark.parametrize(
    ("used", "outcome", "words"),
    [
        ({}, "pass", "within every cap"),
        ({"org_count": 19}, "pass", "within"),
        ({"org_count": 20}, "block", "20 of the organization's 20 actions in 1 day are used"),
        ({"customer_count": 2}, "pass", "within"),
        ({"customer_count": 3}, "block", "3 of the customer's 3 actions in 30 days are used"),
        ({"org_money": usd("980.00")}, "pass", "within"),
        ({"org_money": usd("980.01")}, "block", "organization's cap of $1,000.00"),
        ({"customer_money": usd("380.00")}, "pass", "within"),
        ({"customer_money": usd("380.01")}, "block", "customer's cap of $400.00"),
        ({"org_count": None}, "human", "`org_count` is not known"),
        ({"customer_money": None}, "human", "`customer_money` is not known"),
        ({"customer_money": Money(0, "EUR")}, "human", "MoneyError"),
    ],
)
def test_caps_block_past_their_number(used, outcome, words):
    verdict = cap(caps=used)
    assert (verdict.outcome, words in verdict.reason) == (outcome, True), verdict.reason
    assert verdict.outcome != "human" or not verdict.grantable, "an unknown cap is not answered by a yes"


@pytest.mark.requirement("T10", part="the gate")
@pytest.mark.parametrize(
    "changes",
    [
        {"caps": None},
        {"policy": with_action(LIVE, caps=None)},
        {"policy": with_action(LIVE, caps=Caps())},
        {"action": {"amount": Money(2000, "EUR")}},
        {"action": {"kind": "teleport"}},
    ],
)
def test_a_cap_nobody_set_needs_a_human(changes):
    assert cap(**changes).outcome == "human"


@pytest.mark.requirement("T24", part="the policy's defaults")
def test_a_new_organization_is_safe_without_configuring():
    policy = default_policy_facts()
    assert policy.reply_shadow is True
    assert policy.classification_threshold > 0.5
    assert policy.abuse is not None
    assert policy.risk_max_age_s is not None
    assert policy.output.ai_disclosure
    for limits in policy.actions.values():
        assert limits.shadow is True
        assert limits.ceilings["USD"].auto == usd("50.00")
        assert limits.max_order_age_days is not None
        assert None not in (limits.caps.org_count, limits.caps.customer_count)
        assert limits.caps.org_money["USD"]
        assert limits.caps.customer_money["USD"]
