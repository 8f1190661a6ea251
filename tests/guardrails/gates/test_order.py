"""The order of the gates, what follows a question, and what a person's yes may answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from guardrails.contracts import Outcome
from guardrails.gates import EARLY_GATES, GATES, LATE_GATES, Gate, run_gates
from guardrails.gates.facts import Classification, FirstTimeFacts, ReplyFacts, Rule, SwitchFacts
from guardrails.output import inspect
from tests.guardrails.gates.make import live_policy, make_facts, usd, with_action

LIVE = live_policy()
ANY_REFUND = Rule("r1", "Every refund", 1, {"field": "action.kind", "op": "eq", "value": "refund"})

FAILING = {
    "T01": {"switch": SwitchFacts(True, False, False)},
    "T03": {"classification": Classification("refund", 0.1)},
    "T04": {"classification": Classification("spam", 0.99)},
    "T05": {"customer": {"is_flagged": True}},
    "T06": {"risk": {"level": "critical"}},
    "T07": {"policy": replace(LIVE, rules=(ANY_REFUND,))},
    "T08": {"ticket": {"order_numbers": ("999",)}},
    "T09": {"action": {"amount": usd("300.00")}},
    "T10": {"caps": {"org_count": 99}},
    "T11": {"first_time": FirstTimeFacts(False)},
    "T12": {"reply": ReplyFacts("You idiot.", inspect("You idiot."))},
}
BOTH_BY_CLASSIFICATION = {"classification": Classification("spam", 0.1)}


@pytest.mark.parametrize(("first", "second"), list(combinations(FAILING, 2)))
def test_of_two_failing_gates_the_earlier_decides(first, second):
    changes = FAILING[first] | FAILING[second]
    if (first, second) == ("T03", "T04"):
        changes = BOTH_BY_CLASSIFICATION
    run = run_gates(make_facts(**changes), GATES)
    assert run.stopped_by.promise == first
    assert not run.may_act
    backwards = run_gates(make_facts(**changes), tuple(reversed(GATES)))
    assert backwards.stopped_by.promise == second, "the order is the tuple's, not luck"


@pytest.mark.parametrize("promise", FAILING)
def test_nothing_runs_after_a_block_or_a_stop_and_a_question_is_followed_by_previews(promise):
    run = run_gates(make_facts(**FAILING[promise]), GATES)
    position = int(promise[1:])
    assert [v.promise for v in run.verdicts[:position]] == [g.promise for g in GATES[:position]]
    assert not any(v.preview for v in run.verdicts[:position])
    if run.outcome is Outcome.HUMAN:
        assert len(run.verdicts) == 12
        assert all(v.preview for v in run.verdicts[position:])
    else:
        assert len(run.verdicts) == position


@pytest.mark.requirement("T02", part="the gate")
def test_shadow_mode_does_not_stop_and_nothing_may_act():
    run = run_gates(make_facts(policy=with_action(LIVE, shadow=True)), GATES)
    assert (run.outcome, len(run.verdicts), run.is_passed, run.may_act) == ("record", 12, True, False)
    blocked = run_gates(make_facts(policy=with_action(LIVE, shadow=True), **FAILING["T09"]), GATES)
    assert (blocked.outcome, blocked.is_record_only) == ("block", True), "later gates still decide"


@pytest.mark.requirement("T02", part="the gate")
def test_an_action_in_shadow_is_record_only_though_the_classified_one_is_live():
    policy = with_action(LIVE, "cancel", shadow=True)
    facts = make_facts(policy=policy, action={"kind": "cancel"})
    early = run_gates(replace(facts, action=None), EARLY_GATES)
    late = run_gates(facts, LATE_GATES)
    assert early.verdicts[1].outcome == "pass", "gate 2 has only seen the classified refund"
    assert late.is_record_only
    assert not late.may_act


@pytest.mark.requirement("T02", part="the gate")
@pytest.mark.parametrize("shadow", [True, None])
def test_shadow_mode_that_is_not_known_to_be_off_holds_without_gate_two(shadow):
    run = run_gates(make_facts(policy=with_action(LIVE, shadow=shadow)), LATE_GATES)
    assert (run.is_record_only, run.may_act) == (True, False)


def test_only_a_run_that_reached_gate_twelve_may_act():
    assert run_gates(make_facts(), GATES).may_act
    assert run_gates(make_facts(), LATE_GATES).may_act
    assert not run_gates(make_facts(), EARLY_GATES).may_act
    assert not run_gates(make_facts(), ()).may_act


def test_one_yes_covers_every_question_that_was_shown():
    changes = FAILING["T05"] | FAILING["T11"] | {"action": {"amount": usd("142.00")}}
    shown = run_gates(make_facts(**changes), GATES)
    assert [v.promise for v in shown.asks] == ["T05", "T09", "T11"]
    assert shown.grants == {"abuse", "money", "first_time"}
    again = run_gates(make_facts(**changes), GATES, granted=shown.grants)
    assert again.may_act
    assert [v.promise for v in again.verdicts if v.satisfied] == ["T05", "T09", "T11"]


def test_a_yes_covers_nothing_that_was_not_shown():
    shown = run_gates(make_facts(**FAILING["T05"]), GATES)
    again = run_gates(make_facts(**(FAILING["T05"] | FAILING["T06"])), GATES, granted=shown.grants)
    assert again.stopped_by.promise == "T06"


@pytest.mark.parametrize("promise", ["T01", "T04", "T08", "T09", "T10", "T12"])
def test_a_yes_never_satisfies_a_block_or_a_stop(promise):
    everything = frozenset(gate.name for gate in GATES)
    run = run_gates(make_facts(**FAILING[promise]), GATES, granted=everything)
    assert run.stopped_by.promise == promise
    assert run.outcome in (Outcome.BLOCK, Outcome.STOP)


def test_a_previewed_block_is_shown_and_takes_the_yes_away():
    run = run_gates(make_facts(**(FAILING["T05"] | FAILING["T09"])), GATES)
    assert run.outcome == "human"
    assert [v.promise for v in run.verdicts if v.preview and v.outcome == "block"] == ["T09"]
    assert (run.is_grantable, run.grants) == (False, frozenset())


def explode(facts):
    """Fail as a bug would."""
    raise ZeroDivisionError("a customer's name must not be shown")


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.promise)
def test_a_gate_that_raises_never_passes_and_no_yes_helps(gate):
    broken = tuple(replace(each, decide=explode) if each is gate else each for each in GATES)
    run = run_gates(make_facts(), broken, granted=frozenset({gate.name}))
    assert run.stopped_by.promise == gate.promise
    assert run.outcome == ("stop" if gate.promise == "T01" else "human")
    assert run.stopped_by.inputs["error"] == "ZeroDivisionError"
    assert "customer's name" not in run.stopped_by.reason
    assert not run.may_act


def test_a_gate_can_be_asked_alone_before_every_outside_call():
    from guardrails.gates import kill_switch

    assert isinstance(kill_switch.GATE, Gate)
    assert kill_switch.GATE(make_facts()).is_passed
