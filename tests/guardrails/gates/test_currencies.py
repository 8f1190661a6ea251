"""Gate 9 between currencies: nothing is compared without a fresh rate an officer set, and rounding never favours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.contracts import Outcome
from guardrails.gates import GATES
from guardrails.gates.facts import Caps, Ceilings, Rate
from guardrails.gates.rates import DOWN, UP, convert
from portal.money import Money
from tests.guardrails.gates.make import NOW, live_policy, make_facts, usd, with_action

GATE = GATES[8]


def rate(source: str, target: str, value: str, *, days: float = 0, max_age_days: int = 7) -> Rate:
    return Rate(source, target, Decimal(value), NOW - timedelta(days=days), max_age_days)


def case(code: str, amount: int, *, already: int = 0, paid: int = 10**9, ceilings=None, rates=(), vip=False):
    """Ask gate 9 about an action and order in one currency; ceilings are the defaults of it unless given."""
    policy = live_policy(code)
    if ceilings is not None:
        policy = with_action(policy, ceilings=ceilings)
    return GATE(
        make_facts(
            policy=replace(policy, rates=tuple(rates)),
            action={
                "amount": Money(amount, code),
                "already_on_order": Money(already, code),
                "in_flight_on_order": Money(0, code),
            },
            order={"paid": Money(paid, code), "refunded": Money(0, code), "currency": code},
            customer={"is_vip": vip},
        )
    )


TABLE = {
    "USD": [(4_999, "pass"), (5_000, "human"), (5_001, "human"), (20_000, "human"), (20_001, "block")],
    "JPY": [(4_999, "pass"), (5_000, "human"), (5_001, "human"), (20_000, "human"), (20_001, "block")],
    "KWD": [(14_999, "pass"), (15_000, "human"), (15_001, "human"), (60_000, "human"), (60_001, "block")],
}


@pytest.mark.requirement("T09")
@pytest.mark.parametrize(("code", "minor", "outcome"), [(code, *row) for code, rows in TABLE.items() for row in rows])
def test_the_boundaries_hold_in_currencies_of_two_no_and_three_decimals(code, minor, outcome):
    assert case(code, minor).outcome == outcome
    doubled = case(code, 2 * minor, vip=True)
    assert doubled.outcome == ("pass" if 2 * minor < 2 * TABLE[code][1][0] else outcome), "twice for a VIP"


@pytest.mark.requirement("T09")
def test_of_four_refunds_of_49_on_one_order_of_196_the_second_already_needs_a_person():
    outcomes = [case("USD", 4_900, already=4_900 * before, paid=19_600).outcome for before in range(5)]
    assert outcomes == ["pass", "human", "human", "human", "block"], "the fifth is more than was paid"


@pytest.mark.requirement("T09")
@pytest.mark.parametrize(
    ("rates", "outcome"),
    [
        ((), "human"),
        ((rate("EUR", "USD", "1.1"),), "pass"),
        ((rate("EUR", "USD", "1.1", days=7),), "pass"),
        ((rate("EUR", "USD", "1.1", days=7.001),), "human"),
        ((rate("EUR", "USD", "1.1", days=-0.001),), "human"),
        ((rate("USD", "EUR", "0.9"),), "human"),
        ((rate("EUR", "GBP", "0.9"),), "human"),
        ((rate("EUR", "USD", "0"),), "human"),
    ],
)
def test_an_order_in_another_currency_is_compared_by_a_fresh_rate_alone(rates, outcome):
    changes = {"paid": Money(40_000, "EUR"), "refunded": Money(0, "EUR"), "currency": "EUR"}
    verdict = GATE(make_facts(order=changes, policy=replace(live_policy(), rates=rates)))
    assert verdict.outcome == outcome, verdict.reason
    assert outcome == "pass" or not verdict.grantable, "a yes is no rate"


@pytest.mark.requirement("T09")
@pytest.mark.parametrize(
    ("minor", "outcome"), [(4_544, "pass"), (4_545, "human"), (18_181, "human"), (18_182, "block")]
)
def test_a_currency_without_ceilings_is_held_to_those_it_has_a_rate_to(minor, outcome):
    dollars = {"USD": Ceilings(usd("50.00"), usd("200.00"))}
    rates = (rate("EUR", "USD", "1.1"),)
    assert case("EUR", minor, ceilings=dollars, rates=rates).outcome == outcome
    assert case("EUR", minor, ceilings=dollars).outcome == "human", "the control: without a rate a person"


@pytest.mark.requirement("T09")
def test_of_several_ceilings_the_hardest_holds():
    both = {"USD": Ceilings(usd("50.00"), usd("200.00")), "JPY": Ceilings(Money(100, "JPY"), Money(200, "JPY"))}
    rates = (rate("EUR", "USD", "1.1"), rate("EUR", "JPY", "170"))
    verdict = case("EUR", 1_000, ceilings=both, rates=rates)
    assert (verdict.outcome, verdict.inputs["compared"]) == ("block", "¥1,700")


def test_what_is_left_in_another_currency_is_rounded_down():
    rates = (rate("JPY", "USD", "0.00666"), rate("EUR", "USD", "1.1"))
    order = {"paid": Money(3_003, "JPY"), "refunded": Money(0, "JPY"), "currency": "JPY"}
    policy = replace(live_policy(), rates=rates)
    assert GATE(make_facts(order=order, action={"amount": usd("19.99")}, policy=policy)).outcome == "pass"
    assert GATE(make_facts(order=order, action={"amount": usd("20.00")}, policy=policy)).outcome == "block"


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 10**9),
    st.decimals("0.0001", "10000", places=6),
    st.sampled_from(["USD", "JPY", "KWD"]),
    st.sampled_from(["EUR", "KRW", "BHD"]),
)
def test_rounding_is_at_most_one_minor_unit_and_never_in_favour(minor, value, source, target):
    rates = (rate(source, target, str(value)),)
    up, down = (convert(Money(minor, source), target, rates, NOW, rounding=way) for way in (UP, DOWN))
    exponents = {"USD": 2, "JPY": 0, "KWD": 3, "EUR": 2, "KRW": 0, "BHD": 3}
    exact = Decimal(minor) * value * Decimal(10) ** (exponents[target] - exponents[source])
    assert down.amount_minor <= exact <= up.amount_minor
    assert up.amount_minor - down.amount_minor <= 1


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 40_000), st.decimals("0.5", "2", places=4), st.decimals("0.5", "2", places=4))
def test_a_worse_rate_never_loosens(minor, one, two):
    severity = {Outcome.PASS: 0, Outcome.HUMAN: 1, Outcome.BLOCK: 2}
    dollars = {"USD": Ceilings(usd("50.00"), usd("200.00"))}
    low, high = sorted((one, two))
    mild, hard = (case("EUR", minor, ceilings=dollars, rates=(rate("EUR", "USD", str(r)),)) for r in (low, high))
    assert severity[hard.outcome] >= severity[mild.outcome]


def test_caps_are_kept_per_currency_also_where_there_is_a_rate():
    policy = replace(with_action(live_policy(), caps=Caps()), rates=(rate("EUR", "USD", "1.1"),))
    verdict = GATES[9](make_facts(policy=policy, action={"amount": Money(100, "EUR")}))
    assert (verdict.outcome, verdict.grantable) == ("human", False)
