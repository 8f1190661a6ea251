"""Facts that are kept come back exactly, without the texts; gates asked again say the same (T26)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from guardrails.gates import GATES, run_gates, snapshot
from guardrails.gates.facts import CapFacts
from guardrails.gates.replay import Case, Said, Spent, replay, said_by
from guardrails.output import inspect
from guardrails.output.policy import ReplyContext
from portal.money import Money
from tests.guardrails.gates.make import NOW, REPLY, live_policy, make_facts, usd, with_action
from tests.guardrails.gates.test_properties import odd_facts


def again(facts):
    """Return facts through JSON and back, with what is not kept given anew."""
    kept = json.loads(json.dumps(snapshot.keep(facts), allow_nan=False))
    reply = facts.reply.text if facts.reply else ""
    return snapshot.restore(kept, policy=facts.policy, text=facts.ticket.text, reply_text=reply)


@settings(max_examples=80, deadline=None)
@given(odd_facts())
def test_facts_come_back_exactly(facts) -> None:
    assert repr(again(facts)) == repr(facts).replace(", fold=1", "")  # NaN is not itself, so the words are compared


def test_whole_facts_come_back_and_decide_the_same() -> None:
    facts = make_facts()
    told = ReplyContext(
        dates=frozenset({NOW.date()}), today=NOW.date(), deed="refund", amounts=frozenset({"20.00 USD"})
    )
    assert again(facts) == facts
    facts = replace(facts, reply=replace(facts.reply, context=told))
    assert again(facts) == facts
    assert run_gates(again(facts), GATES).verdicts == run_gates(facts, GATES).verdicts


def test_no_text_of_customer_or_reply_is_kept() -> None:
    kept = json.dumps(snapshot.keep(make_facts(ticket={"text": "my secret letter"})))
    assert "secret letter" not in kept
    assert REPLY not in kept


@pytest.mark.parametrize("kept", [{}, {"version": 99, "facts": {}}, {"version": 1, "facts": {"now": "yesterday"}}])
def test_what_cannot_be_read_is_said(kept: dict) -> None:
    with pytest.raises(snapshot.SnapshotError):
        snapshot.restore(kept, policy=live_policy(), text="")


def test_a_field_of_another_day_is_left_out_or_has_its_default() -> None:
    kept = snapshot.keep(make_facts())
    kept["facts"]["customer"]["shoe_size"] = 43
    del kept["facts"]["customer"]["is_flagged"]
    assert snapshot.restore(kept, policy=live_policy(), text="").customer.is_flagged is None


# --- replay ------------------------------------------------------------------------------------------


def cases(*amounts: str, customer: str = "c1", hours: int = 1, order: str = ""):
    """Return one case per amount, an hour apart, each on an order of its own unless one is named."""
    for number, amount in enumerate(amounts):
        bought = {"id": order or f"o{number}", "paid": usd("900"), "customer_id": customer}
        now = NOW + timedelta(hours=hours * number)
        usual = {"usual_order": usd("900")}
        facts = make_facts(action={"amount": usd(amount)}, order=bought, risk={"fetched_at": now}, customer=usual)
        yield Case(str(number), replace(facts, now=now), is_proposed=True)


def outcomes(found, policy, **more):
    return [said["it"].outcome for _, said in replay(found, {"it": (policy, "")}, **more)]


def capped(**caps):
    policy = live_policy()
    return with_action(policy, caps=replace(policy.actions["refund"].caps, **caps))


def test_a_changed_ceiling_moves_what_it_touches_and_nothing_else() -> None:
    lower = with_action(
        live_policy(), ceilings={"USD": replace(live_policy().actions["refund"].ceilings["USD"], auto=usd("30"))}
    )
    both = {"now": (live_policy(), ""), "then": (lower, "")}
    said = [
        (a["now"].outcome, a["then"].outcome, a["then"].gate) for _, a in replay(cases("20", "40", "60", "201"), both)
    ]
    assert said == [
        ("auto", "auto", ""),
        ("auto", "human", "T09"),
        ("human", "human", "T09"),
        ("block", "block", "T09"),
    ]


def test_caps_follow_from_what_the_policy_let_through_in_order_of_time() -> None:
    assert outcomes(cases("20", "20", "20"), capped(org_count=2)) == ["auto", "auto", "block"]
    assert outcomes(cases("20", "20", "20", hours=24), capped(org_count=2)) == ["auto"] * 3
    assert outcomes(cases("20", "20", "20"), capped(customer_count=1)) == ["auto", "block", "block"]
    assert outcomes(cases("20", "20", "20"), capped(org_money={"USD": usd("50")})) == ["auto", "auto", "block"]
    before = Spent(NOW - timedelta(hours=1), "refund", "c9", Money(2_000, "USD"))
    assert outcomes(cases("20", "20"), capped(org_count=2), spent=[before]) == ["auto", "block"]


def test_what_a_person_approved_in_fact_counts_and_what_nobody_did_does_not() -> None:
    first, *rest = cases("60", "20")
    assert outcomes([first, *rest], capped(org_count=1)) == ["human", "auto"]
    assert outcomes([replace(first, was_executed=True), *rest], capped(org_count=1)) == ["human", "block"]


def test_slices_of_one_order_are_summed() -> None:
    assert outcomes(cases("30", "30", order="o1"), live_policy()) == ["auto", "human"]


def test_a_cap_that_is_not_known_stays_unknown() -> None:
    (case,) = cases("20")
    assert outcomes([replace(case, facts=replace(case.facts, caps=CapFacts()))], live_policy()) == ["human"]


def test_the_first_time_and_shadow_mode_are_set_aside() -> None:
    facts = make_facts(first_time={"executed_before": False}, policy=with_action(live_policy(), shadow=True))
    assert said_by(run_gates(facts, GATES).verdicts) == Said("auto")
    assert outcomes([Case("1", facts, is_proposed=True)], facts.policy) == ["auto"]


def test_where_nothing_was_proposed_nothing_is_guessed() -> None:
    unsure = replace(make_facts(classification={"confidence": 0.7}), action=None, order=None, reply=None)
    case = Case("1", unsure, is_proposed=False)
    assert outcomes([case], live_policy()) == ["human"]
    assert outcomes([case], live_policy(classification_threshold=0.6)) == ["further"]


def test_a_reply_is_looked_at_again_only_under_another_output_policy() -> None:
    policy = live_policy()
    strict = replace(
        policy, output=replace(policy.output, required=(), patterns=(), blocked_kinds=frozenset({"email"}))
    )
    facts = make_facts(reply={"text": "Write to help@shop.example about order #1042."})
    facts = replace(facts, reply=replace(facts.reply, result=inspect(facts.reply.text, policy.output)))
    case = Case("1", facts, is_proposed=True, output_digest="old")
    both = {"same": (policy, "old"), "strict": (strict, "new")}
    ((_, said),) = replay([case], both)
    assert (said["same"].outcome, said["strict"].outcome, said["strict"].gate) == ("auto", "block", "T12")
    ((_, kept),) = replay([replace(case, may_reinspect=False)], both)
    assert kept["strict"].outcome == "auto"
