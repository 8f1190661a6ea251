"""T13 line by line: what always goes to a person, whatever else the policy says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from guardrails.gates import GATES, run_gates
from guardrails.gates.facts import Classification, FirstTimeFacts, Rule
from tests.guardrails.gates.make import NOW, live_policy, make_facts, usd

RULE = Rule("r", "Refunds", 1, {"field": "action.kind", "op": "eq", "value": "refund"})
LINES = {
    "first execution of an action": ("T11", {"first_time": FirstTimeFacts(False)}),
    "amount above the auto ceiling": ("T09", {"action": {"amount": usd("50.01")}}),
    "order older than the maximum age": ("T09", {"order": {"placed_at": NOW - timedelta(days=91)}}),
    "customer flagged for abuse": ("T05", {"customer": {"is_flagged": True}}),
    "high risk": ("T06", {"risk": {"level": "high"}}),
    "critical risk": ("T06", {"risk": {"level": "critical"}}),
    "escalation rule matched": ("T07", {"policy": replace(live_policy(), rules=(RULE,))}),
    "entity ambiguity, none": ("T08", {"ticket": {"order_numbers": ()}}),
    "entity ambiguity, several": ("T08", {"ticket": {"order_numbers": ("1042", "1043")}}),
    "classification below threshold": ("T03", {"classification": Classification("refund", 0.79)}),
}


@pytest.mark.requirement("T13", part="the gates")
@pytest.mark.parametrize("line", LINES)
def test_always_a_human(line):
    promise, changes = LINES[line]
    run = run_gates(make_facts(**changes), GATES)
    assert (run.stopped_by.promise, run.outcome) == (promise, "human")
    assert not run.may_act


@pytest.mark.requirement("T13", part="the gates")
@pytest.mark.parametrize("line", LINES)
def test_not_for_a_vip_and_not_by_a_yes_to_something_else(line):
    promise, changes = LINES[line]
    changes = changes | {"customer": {"is_vip": True, **changes.get("customer", {})}}
    if line == "amount above the auto ceiling":
        changes["action"] = {"amount": usd("100.01")}
    others = frozenset(gate.name for gate in GATES if gate.promise != promise)
    run = run_gates(make_facts(**changes), GATES, granted=others)
    assert (run.stopped_by.promise, run.outcome) == (promise, "human")


@pytest.mark.requirement("T13", part="the gates")
def test_a_mismatched_action_stays_blocked_while_a_person_takes_the_ticket():
    everything = frozenset(gate.name for gate in GATES)
    run = run_gates(make_facts(ticket={"order_numbers": ("7",)}), GATES, granted=everything)
    assert (run.outcome, run.disposition) == ("block", "hand_over")


@pytest.mark.requirement("T13", part="the gates")
def test_control_without_any_of_it_the_run_may_act():
    assert run_gates(make_facts(), GATES).may_act
