"""Properties of the gates: no facts raise, unknown never passes, a stricter policy never loosens a verdict."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.contracts import Outcome
from guardrails.gates import GATES, run_gates
from guardrails.gates.conditions import problems_of
from guardrails.gates.facts import (
    AbuseThresholds,
    Caps,
    Ceilings,
    Classification,
    FirstTimeFacts,
    Rule,
    SwitchFacts,
)
from portal.money import Money
from tests.guardrails.gates.make import NOW, live_policy, make_facts, with_action

SEVERITY = {Outcome.PASS: 0, Outcome.RECORD: 0, Outcome.HUMAN: 1, Outcome.BLOCK: 2, Outcome.STOP: 2}
LIVE = live_policy()
moneys = st.builds(Money, st.integers(-(10**6), 2**53 - 1), st.sampled_from(["USD", "EUR", "JPY"]))
dollars = st.integers(1, 60_000).map(lambda minor: Money(minor, "USD"))
flags = st.sampled_from([True, False, None])
counts = st.none() | st.integers(-5, 10**9)
times = st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["and", "or", "not", "field", "op", "value"]), inner, max_size=3)
    ),
    max_leaves=12,
)

rules = st.builds(Rule, st.text(max_size=3), st.text(max_size=3), st.integers(), junk)
intents = st.text(max_size=5) | st.just("refund")


@st.composite
def odd_facts(draw):
    """Return facts with anything missing, contrary or out of range."""
    policy = replace(
        LIVE,
        classification_threshold=draw(st.none() | st.floats()),
        vip_factor=draw(counts),
        risk_max_age_s=draw(counts),
        rules=draw(st.none() | st.lists(rules, max_size=3).map(tuple)),
    )  # fmt: skip
    policy = with_action(
        policy,
        shadow=draw(flags),
        ceilings=draw(st.dictionaries(st.sampled_from(["USD", "EUR"]), st.builds(Ceilings, moneys, moneys))),
        max_order_age_days=draw(counts),
        caps=draw(st.none() | st.builds(Caps, counts, st.dictionaries(st.just("USD"), moneys), st.integers())),
    )
    facts = make_facts(
        policy=policy,
        switch=draw(st.builds(SwitchFacts, flags, flags, flags)),
        classification=draw(st.none() | st.builds(Classification, intents, st.floats())),
        first_time=draw(st.none() | st.builds(FirstTimeFacts, flags)),
        ticket={"order_numbers": draw(st.none() | st.lists(st.text(max_size=6)).map(tuple)), "text": draw(st.text())},
        customer={"is_vip": draw(flags), "is_flagged": draw(flags), "returns_in_window": draw(counts)},
        risk={"level": draw(st.none() | st.text(max_size=5)), "fetched_at": draw(times)},
        order={"paid": draw(st.none() | moneys), "refunded": draw(st.none() | moneys), "placed_at": draw(times)},
        action={"amount": draw(st.none() | moneys), "already_on_order": draw(st.none() | moneys)},
        caps={"org_count": draw(counts), "customer_money": draw(st.none() | moneys)},
    )  # fmt: skip
    missing = draw(st.sets(st.sampled_from(["customer", "risk", "order", "action", "caps", "reply"])))
    return replace(facts, **dict.fromkeys(missing))


@settings(max_examples=300, deadline=None)
@given(odd_facts(), st.frozensets(st.sampled_from([gate.name for gate in GATES])))
def test_no_facts_raise_and_what_acts_has_passed_every_gate(facts, granted):
    run = run_gates(facts, GATES, granted=granted)
    assert run.outcome in Outcome
    for verdict in run.verdicts:
        assert verdict.reason
        assert verdict.gate
        assert not (verdict.satisfied and verdict.outcome is not Outcome.HUMAN)
    if run.may_act:
        assert len(run.verdicts) == 12
        assert all(v.outcome is Outcome.PASS or v.satisfied for v in run.verdicts)


@settings(max_examples=200, deadline=None)
@given(junk)
def test_no_condition_raises_when_it_is_judged(condition):
    assert isinstance(problems_of(condition), list)


def _unknowns():
    """Yield every single fact that gates 1 to 12 need, as a change that makes it unknown."""
    needed = {
        "switch": ("environment", "platform", "organization"),
        "customer": (
            "is_vip", "is_flagged", "returns_in_window", "damage_claims_in_window", "refunds_in_window",
            "orders_in_window",
        ),
        "risk": ("level", "fetched_at"),
        "order": ("paid", "refunded", "placed_at"),
        "action": ("amount", "already_on_order"),
        "caps": ("org_count", "org_money", "customer_count", "customer_money"),
        "first_time": ("executed_before",),
        "ticket": ("order_numbers",),
        "policy": ("classification_threshold", "abuse", "risk_max_age_s", "rules"),
        "reply": ("result",),
    }  # fmt: skip
    for part, names in needed.items():
        for name in names:
            yield pytest.param({part: {name: None}}, id=f"{part}.{name}")
    for part in ("classification", "customer", "risk", "order", "caps", "first_time", "reply"):
        yield pytest.param({part: None}, id=part)


@pytest.mark.parametrize("changes", list(_unknowns()))
def test_an_unknown_fact_never_passes(changes):
    run = run_gates(make_facts(**changes), GATES)
    assert not run.may_act
    assert run.outcome in (Outcome.HUMAN, Outcome.STOP)


def test_control_the_same_facts_without_gaps_pass():
    facts = make_facts()
    assert all(is_dataclass(getattr(facts, field.name)) for field in fields(facts) if field.name != "now")
    assert run_gates(facts, GATES).may_act


@settings(max_examples=200, deadline=None)
@given(dollars, dollars, dollars, st.integers(0, 200), st.booleans(), st.integers(1, 4))
def test_a_lower_ceiling_never_loosens(amount, low, high, days, is_vip, factor):
    auto, block = sorted((low, high), key=lambda money: money.amount_minor)

    def severity(auto: Money, block: Money, age: int, factor: int) -> int:
        policy = with_action(LIVE, ceilings={"USD": Ceilings(auto, block)}, max_order_age_days=age)
        changes = {
            "policy": replace(policy, vip_factor=factor),
            "action": {"amount": amount},
            "customer": {"is_vip": is_vip},
            "order": {"paid": Money(100_000, "USD"), "placed_at": NOW - timedelta(days=days)},
            "caps": {},
        }
        return SEVERITY[GATES[8](make_facts(**changes)).outcome]

    half = Money(auto.amount_minor // 2, "USD")
    now = severity(auto, block, 90, factor)
    assert severity(half, block, 90, factor) >= now
    assert severity(half, auto, 90, factor) >= now
    assert severity(auto, block, 30, factor) >= now
    assert severity(auto, block, 90, 1) >= now


@settings(max_examples=100, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(0, 9), st.integers(1, 9), st.integers(1, 9))
def test_a_higher_threshold_and_a_lower_limit_never_loosen(confidence, one, two, returns, low, high):
    def third(threshold: float) -> int:
        facts = make_facts(
            policy=replace(LIVE, classification_threshold=threshold),
            classification=Classification("refund", confidence),
        )
        return SEVERITY[GATES[2](facts).outcome]

    def fifth(limit: int) -> int:
        policy = replace(LIVE, abuse=AbuseThresholds(returns=limit))
        return SEVERITY[GATES[4](make_facts(policy=policy, customer={"returns_in_window": returns})).outcome]

    assert third(max(one, two)) >= third(min(one, two))
    assert fifth(min(low, high)) >= fifth(max(low, high))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_no_text_changes_what_the_store_the_policy_and_the_sender_say(text):
    blocked = {"action": {"amount": Money(30_000, "USD")}}
    calm = run_gates(make_facts(**blocked), GATES)
    told = run_gates(make_facts(**blocked, ticket={"text": f"Please refund order #1042 {text}"}), GATES)
    assert [v.as_dict() for v in told.verdicts] == [v.as_dict() for v in calm.verdicts]
