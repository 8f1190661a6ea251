"""Every gate, every verdict it can give, at its boundaries: one row a case on facts that otherwise pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from guardrails.contracts import Disposition, Outcome, Verdict
from guardrails.gates import GATES
from guardrails.gates.facts import AbuseThresholds, Classification, FirstTimeFacts, ReplyFacts, SwitchFacts
from guardrails.output import OutputPolicy, PatternRule, RequiredRule, inspect
from tests.guardrails.gates.make import NOW, live_policy, make_facts, with_action

GATE = {gate.promise: gate for gate in GATES}
LIVE = live_policy()


def ask(promise: str, **changes) -> Verdict:
    """Ask one gate about facts that differ from passing ones by `changes`."""
    return GATE[promise](make_facts(**changes))


def row(outcome: str, disposition: str, words: str, /, **changes):
    """Name one case by what its reason says."""
    return pytest.param(outcome, disposition, words, changes, id=words or outcome)


def judge(promise: str, outcome: str, disposition: str, words: str, changes: dict) -> Verdict:
    """Assert what a gate says, and that it names itself, its rule and its numbers."""
    verdict = ask(promise, **changes)
    assert (verdict.outcome, verdict.disposition) == (outcome, disposition), verdict.reason
    assert words in verdict.reason
    assert verdict.promise == promise
    assert verdict.policy_revision == "7"
    assert all(isinstance(v, (str, int, float, bool, type(None))) for v in verdict.inputs.values())
    return verdict


@pytest.mark.requirement("T01", part="the gate")
@pytest.mark.parametrize(
    ("outcome", "disposition", "words", "changes"),
    [
        row("pass", "none", "every kill switch is off"),
        row("stop", "none", "environment's kill switch is on", switch=SwitchFacts(True, False, False)),
        row("stop", "none", "platform's kill switch is on", switch=SwitchFacts(False, True, False)),
        row("stop", "none", "organization's kill switch is on", switch=SwitchFacts(False, False, True)),
        row("stop", "none", "environment's kill switch could not", switch=SwitchFacts(None, False, False)),
        row("stop", "none", "platform's kill switch could not", switch=SwitchFacts(False, None, False)),
        row("stop", "none", "organization's kill switch could not", switch=SwitchFacts(False, False, None)),
    ],
)
def test_kill_switch_stops_when_on_or_unknown(outcome, disposition, words, changes):
    judge("T01", outcome, disposition, words, changes)


@pytest.mark.requirement("T02", part="the gate")
@pytest.mark.parametrize(
    ("outcome", "disposition", "words", "changes"),
    [
        row("pass", "none", "shadow mode is off for `refund`"),
        row("record", "none", "shadow mode is on for `refund`", policy=with_action(LIVE, shadow=True)),
        row("record", "none", "not known to be off for `refund`", policy=with_action(LIVE, shadow=None)),
        row(
            "record",
            "none",
            "on for `reply`",
            policy=replace(LIVE, reply_shadow=True),
            action=None,
            classification=Classification("complaint", 0.9),
        ),
        row("pass", "none", "off for `reply`", action=None, classification=Classification("complaint", 0.9)),
        row(
            "record",
            "none",
            "on for `cancel`",
            policy=with_action(LIVE, "cancel", shadow=True),
            action=None,
            reply=None,
            classification=Classification("cancel", 0.9),
        ),
        row("record", "none", "on for `reply`", policy=replace(LIVE, reply_shadow=True), action=None),
        row("pass", "none", "off for `reply`", policy=with_action(LIVE, "refund", shadow=True), action=None),
        row("record", "none", "not known to be off for `teleport`", action={"kind": "teleport"}),
    ],
)
def test_shadow_mode_records(outcome, disposition, words, changes):
    judge("T02", outcome, disposition, words, changes)


@pytest.mark.requirement("T03")
@pytest.mark.parametrize(
    ("outcome", "disposition", "words", "changes"),
    [
        row("pass", "none", "reaches the threshold of 0.800", classification=Classification("refund", 0.8)),
        row("pass", "none", "confidence 1.000", classification=Classification("refund", 1.0)),
        row("human", "none", "below the threshold of 0.800", classification=Classification("refund", 0.7999)),
        row("human", "none", "not been classified", classification=None),
        row("human", "none", "`nan` is not between", classification=Classification("refund", float("nan"))),
        row("human", "none", "`1.2` is not between", classification=Classification("refund", 1.2)),
        row("human", "none", "`-0.1` is not between", classification=Classification("refund", -0.1)),
        row("human", "none", "threshold `None`", policy=replace(LIVE, classification_threshold=None)),
        row("human", "none", "threshold `1.5`", policy=replace(LIVE, classification_threshold=1.5)),
    ],
)
def test_classification_below_threshold_needs_a_human(outcome, disposition, words, changes):
    judge("T03", outcome, disposition, words, changes)


@pytest.mark.requirement("T04")
@pytest.mark.parametrize(
    ("outcome", "disposition", "words", "changes"),
    [
        row("pass", "none", "`refund` goes on"),
        row("pass", "none", "`order_status` goes on", classification=Classification("order_status", 0.9)),
        row("stop", "close", "spam is closed", classification=Classification("spam", 0.9)),
        row(
            "stop",
            "hand_over",
            "spam that also asks for `refund`",
            classification=Classification("spam", 0.9, ("refund",)),
        ),
        row("stop", "hand_over", "asks for a person", classification=Classification("request_for_person", 0.9)),
        row(
            "stop",
            "hand_over",
            "the customer asks",
            classification=Classification("refund", 0.9, ("request_for_person",)),
        ),
        row("stop", "hand_over", "a general enquiry is handed over", classification=Classification("general", 0.9)),
        row(
            "stop",
            "close",
            "a general enquiry is closed",
            classification=Classification("general", 0.9),
            policy=replace(LIVE, general_disposition="close"),
        ),
        row(
            "stop",
            "hand_over",
            "general enquiry that also",
            classification=Classification("general", 0.9, ("refund",)),
            policy=replace(LIVE, general_disposition="close"),
        ),
        row("human", "none", "`haiku` is not one", classification=Classification("haiku", 0.9)),
        row("human", "none", "`poem` is not one", classification=Classification("refund", 0.9, ("poem",))),
        row("human", "none", "not been classified", classification=None),
    ],
)
def test_short_circuit_ends_right_after_classification(outcome, disposition, words, changes):
    judge("T04", outcome, disposition, words, changes)
    assert GATE["T04"].phase == "early", "no reply has been generated before it"


@pytest.mark.requirement("T05")
@pytest.mark.parametrize(
    ("outcome", "disposition", "words", "changes"),
    [
        row("pass", "none", "no sign of abuse in 180 days"),
        row("pass", "none", "no sign", customer={"returns_in_window": 4}),
        row("human", "none", "5 returns reach the limit of 5", customer={"returns_in_window": 5}),
        row("pass", "none", "no sign of", customer={"damage_claims_in_window": 2}),
        row("human", "none", "3 damage claims reach the limit of 3", customer={"damage_claims_in_window": 3}),
        row("human", "none", "4 refunds reach", customer={"refunds_in_window": 4, "orders_in_window": 40}),
        row("human", "none", "50 % of orders", customer={"refunds_in_window": 2, "orders_in_window": 4}),
        row("pass", "none", "no", customer={"refunds_in_window": 2, "orders_in_window": 3}),
        row("human", "none", "flagged for abuse", customer={"is_flagged": True}),
        row("human", "none", "`flagged` is not known", customer={"is_flagged": None}),
        row("human", "none", "`returns` is not known", customer={"returns_in_window": None}),
        row("human", "none", "customer is not known", customer=None),
        row("human", "none", "no abuse thresholds", policy=replace(LIVE, abuse=None)),
        row("human", "none", "1 returns reach", policy=replace(LIVE, abuse=AbuseThresholds(returns=1))),
    ],
)
def test_abuse_needs_a_human(outcome, disposition, words, changes):
    judge("T05", outcome, disposition, words, changes)


@pytest.mark.requirement("T06")
@pytest.mark.parametrize(
    ("outcome", "disposition", "words", "changes"),
    [
        row("pass", "none", "risk is low"),
        row("pass", "none", "risk is none", risk={"level": "none"}),
        row("pass", "none", "risk is medium", risk={"level": "medium"}),
        row("human", "none", "risk is high (chargeback)", risk={"level": "high", "flags": ("chargeback",)}),
        row("human", "none", "risk is critical", risk={"level": "critical"}),
        row("human", "none", "level `None`", risk={"level": None}),
        row("human", "none", "level `LOW`", risk={"level": "LOW"}),
        row("human", "none", "did not answer", risk={"is_failed": True}),
        row("human", "none", "feed did not answer", risk={"fetched_at": None}),
        row("human", "none", "no risk signals", risk=None),
        row("pass", "none", "risk", risk={"fetched_at": NOW - timedelta(seconds=86_400)}),
        row("human", "none", "86401 s old", risk={"fetched_at": NOW - timedelta(seconds=86_401)}),
        row("human", "none", "dated in the future", risk={"fetched_at": NOW + timedelta(minutes=6)}),
        row("human", "none", "no maximum age", policy=replace(LIVE, risk_max_age_s=None)),
    ],
)
def test_high_unknown_or_stale_risk_needs_a_human(outcome, disposition, words, changes):
    judge("T06", outcome, disposition, words, changes)


@pytest.mark.requirement("T08")
@pytest.mark.parametrize(
    ("outcome", "disposition", "words", "changes"),
    [
        row("pass", "none", "names order `1042` and it belongs to the sender"),
        row("pass", "none", "belongs", ticket={"order_numbers": (" #１０４２ ", "1042")}),
        row("block", "hand_over", "the ticket another order", ticket={"order_numbers": ("1043",)}),
        row("block", "hand_over", "another order", ticket={"order_numbers": ("1043", "1044")}),
        row("block", "hand_over", "does not belong to the sender", order={"customer_id": "c2"}),
        row("block", "hand_over", "not belong", order={"customer_id": "c2"}, ticket={"order_numbers": ()}),
        row("block", "hand_over", "does not belong", order={"customer_id": None, "customer_email": "x@y.org"}),
        row("block", "hand_over", "the order is `1042`", action={"order_number": "1043"}),
        row("human", "none", "did they mean `1042`", ticket={"order_numbers": ()}),
        row("human", "none", "names 2 orders", ticket={"order_numbers": ("1042", "1043")}),
        row("human", "none", "was not searched", ticket={"order_numbers": None}),
        row("human", "none", "was not found", order=None),
        row("human", "none", "sender is not known", ticket={"sender_id": None, "sender_email": None}),
        row("human", "none", "is not known to be", order={"customer_id": None, "customer_email": None}),
        row(
            "block",
            "hand_over",
            "ticket another",
            ticket={"sender_id": None, "sender_email": None, "order_numbers": ("9",)},
        ),
        row("pass", "none", "it belongs", order={"customer_id": None, "customer_email": "ADA@example.com "}),
        row("pass", "none", "no action", action=None, order=None),
        row("pass", "none", "`1042` belongs", action=None, ticket={"order_numbers": ()}),
        row("block", "hand_over", "`1042` does not", action=None, order={"customer_id": "c2"}),
    ],
)
def test_entity_mismatch_blocks_and_ambiguity_holds(outcome, disposition, words, changes):
    judge("T08", outcome, disposition, words, changes)


@pytest.mark.requirement("T08")
@pytest.mark.parametrize(
    ("changes", "grantable"),
    [
        ({"ticket": {"order_numbers": ()}}, True),
        ({"ticket": {"order_numbers": ("1042", "1043")}}, True),
        ({"ticket": {"order_numbers": None}}, False),
        ({"order": None}, False),
    ],
)
def test_a_yes_settles_an_ambiguity_but_not_a_missing_fact(changes, grantable):
    assert ask("T08", **changes).grantable is grantable


REARMED = FirstTimeFacts(False, rearmed_by=("policy", "model"))


@pytest.mark.requirement("T11")
@pytest.mark.parametrize(
    ("outcome", "disposition", "words", "changes"),
    [
        row("pass", "none", "executed here before"),
        row("human", "none", "first `refund`", first_time=FirstTimeFacts(False)),
        row("human", "none", "since the policy and the model changed", first_time=REARMED),
        row("human", "none", "ever executed here is not known", first_time=FirstTimeFacts(None)),
        row("human", "none", "is not known", first_time=None),
        row("pass", "none", "no action", action=None, first_time=None),
    ],
)
def test_first_execution_needs_a_human(outcome, disposition, words, changes):
    judge("T11", outcome, disposition, words, changes)


def reply(text: str, policy: OutputPolicy | None = None) -> ReplyFacts:
    """Return a reply with what the real guard found in it."""
    return ReplyFacts(text, inspect(text, policy))


PHONE = "Call us on 415-555-0123."
ALWAYS = OutputPolicy(ai_disclosure=False, required=(RequiredRule("terms", text="Our terms apply."),))
BY_HAND = OutputPolicy(ai_disclosure=False, required=(RequiredRule("terms", pattern="terms apply"),))


@pytest.mark.requirement("T12", part="the gate")
@pytest.mark.parametrize(
    ("outcome", "disposition", "words", "changes"),
    [
        row("pass", "none", "nothing in the reply breaks a rule"),
        row("pass", "redact", "1 redacted in the reply (phone)", reply=reply(PHONE)),
        row(
            "block", "none", "a telephone number", reply=reply(PHONE, OutputPolicy(blocked_kinds=frozenset({"phone"})))
        ),
        row("block", "none", "an insult", reply=reply("You are an idiot.")),
        row(
            "block",
            "none",
            "a competitor's name",
            reply=reply("Try Acme.", OutputPolicy(patterns=(PatternRule("acme", "acme", "competitor"),))),
        ),
        row("pass", "add_required", "required content was added", reply=reply("Hello.", ALWAYS)),
        row("human", "none", "carries no text to add", reply=reply("Hello.", BY_HAND)),
        row("block", "none", "the output guard blocks", reply=ReplyFacts("", inspect(None))),
        row("human", "none", "has not been looked at", reply=ReplyFacts("Hello.")),
        row("human", "none", "not been looked at", reply=None),
    ],
)
def test_output_guard_blocks_redacts_adds_or_asks(outcome, disposition, words, changes):
    judge("T12", outcome, disposition, words, changes)


@pytest.mark.requirement("T12", part="the gate")
def test_the_text_that_may_be_sent_travels_with_the_verdict():
    assert ask("T12", reply=reply(PHONE)).text == "Call us on [phone number removed]."
    assert ask("T12", reply=reply("Hello.", ALWAYS)).text == "Hello.\n\nOur terms apply."
    assert ask("T12").text is None


def test_twelve_gates_in_the_order_of_the_requirement():
    assert [gate.promise for gate in GATES] == [f"T{number:02}" for number in range(1, 13)]
    assert [gate.phase for gate in GATES] == ["early"] * 4 + ["late"] * 8
    assert len({gate.name for gate in GATES}) == 12


def test_a_verdict_is_json_and_cannot_be_changed():
    verdict = ask("T09")
    with pytest.raises(TypeError):
        verdict.inputs["amount"] = "$1.00"
    assert verdict.as_dict()["inputs"]["amount"] == "$20.00"
    assert verdict.outcome is Outcome.PASS
    assert verdict.disposition is Disposition.NONE
