"""The gates as a customer and a merchant meet them: who is asked, what is held back, what is never sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from audit.models import Event
from connectors.contracts import RiskFlag
from guardrails.models import ActionCap, ActionCeiling, ActionMoneyCap, EscalationRule, OutputPolicyModel, TicketPolicy
from portal import change
from tests.factories import Cast
from tests.tickets.texts import LARGE, MEDIUM, OLD, SMALL
from tests.tickets_shop import NOW, Shop, order, usd
from tickets import approve
from tickets.models import Action, Approval, FlaggedCustomer, GateReceipt, Reply, ReplyMacro

TWO_ORDERS = "Please refund order #1043, the cap is torn. Or was it order #1046? I want a refund for the torn cap."
CANCEL = "Please cancel my order #1046, I ordered it by mistake. Cancel order #1046."


def yes(shop: Shop, asked: Approval) -> None:
    approve.approve(asked.pk, digest=asked.contract_digest)
    shop.run(asked.ticket)


def nothing_moved(shop: Shop, *numbers: str) -> bool:
    return shop.helpdesk.outbox() == () and all(shop.refunds(number) == [] for number in numbers)


# --- T13: always a person ---


def flagged(shop: Shop) -> str:
    change.apply(FlaggedCustomer(customer_ref="dana", reason="three claims in a week"))
    return SMALL


def high_risk(shop: Shop) -> str:
    shop.reload(risk_flags={"dana": (RiskFlag("chargeback", "high", NOW),)})
    return SMALL


def critical_risk(shop: Shop) -> str:
    shop.reload(risk_flags={"dana": (RiskFlag("fraud", "critical", NOW),)})
    return SMALL


def no_risk_feed(shop: Shop) -> str:
    shop.fault("fetch", "down", remaining=None)
    return SMALL


def rule_matches(shop: Shop) -> str:
    condition = {"field": "action.amount", "op": "gte", "value": "40.00 USD"}
    change.apply(EscalationRule(name="over forty", priority=1, condition=condition, outcome="human"))
    return SMALL


def unsure(shop: Shop) -> str:
    shop.policy(classification_threshold=1)
    return SMALL


@pytest.mark.requirement("T13")
@pytest.mark.parametrize(
    ("makes", "promise", "state"),
    [
        (lambda shop: MEDIUM, "T09", "waiting"),
        (lambda shop: OLD, "T09", "waiting"),
        (flagged, "T05", "waiting"),
        (high_risk, "T06", "waiting"),
        (critical_risk, "T06", "waiting"),
        (no_risk_feed, "T06", "waiting"),
        (rule_matches, "T07", "waiting"),
        (lambda shop: TWO_ORDERS, "T08", "waiting"),
        (unsure, "T03", "handed_over"),
    ],
    ids=["amount", "age", "flagged", "high", "critical", "no feed", "rule", "two orders", "unsure"],
)
def test_always_a_person(shop: Shop, makes: Callable[[Shop], str], promise: str, state: str) -> None:
    ticket = shop.run(shop.ticket(makes(shop)))
    assert ticket.state == state, ticket.reason
    decisive = GateReceipt.objects.filter(ticket=ticket, outcome="human", is_preview=False).get()
    assert decisive.promise == promise
    assert nothing_moved(shop, "1042", "1043", "1045", "1046")
    assert Event.objects.filter(type="action.executing").count() == 0


@pytest.mark.requirement("T13", part="an order of somebody else is blocked and a person takes the ticket")
def test_a_mismatched_action_stays_blocked_and_the_ticket_is_a_persons(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(SMALL, sender="max@example.com"))
    assert ticket.state in ("blocked", "handed_over")
    assert ticket.disposition == "hand_over"
    assert not Approval.objects.filter(ticket=ticket).exists(), "there is no yes to say to it"
    assert all(action.state == "blocked" for action in Action.objects.filter(ticket=ticket))
    assert nothing_moved(shop, "1043")
    reply = Reply.objects.filter(ticket=ticket).first()
    assert reply is None or reply.state == "withheld"


# --- T11: the first time ---


@pytest.mark.requirement("T11", "T13")
def test_the_first_of_an_action_needs_a_person_then_it_passes(northlight: Cast) -> None:
    shop = Shop(northlight, live=False)
    shop.leave_shadow()
    first = shop.run(shop.ticket(SMALL))
    asked = Approval.objects.get(ticket=first)
    assert (first.state, asked.asks) == ("waiting", ["first_time"])
    assert "first `refund`" in asked.why
    assert shop.refunds("1043") == []
    yes(shop, asked)
    assert shop.refunds("1043") == [usd(4_999)]
    second = shop.run(
        shop.ticket("The scarf of order #3001 is torn, please refund order #3001.", sender="max@example.com")
    )
    assert (second.state, shop.refunds("3001")) == ("replied", [usd(4_000)])
    other_kind = shop.run(shop.ticket(CANCEL))
    assert other_kind.state == "waiting", "another action has its own first time"
    shop.wipe()


# --- T10: caps ---


@pytest.mark.requirement("T10")
@pytest.mark.parametrize("cap", ["org_count", "customer_count", "org_money", "customer_money"])
def test_a_cap_blocks_without_a_word_to_the_customer(shop: Shop, cap: str) -> None:
    shop.reload(orders=(order("5001", "dana", 2_000), order("5002", "dana", 2_000)))
    if cap.endswith("money"):
        money = ActionMoneyCap.objects.get(action="refund", currency="USD")
        setattr(money, f"{cap}_minor", 3_999)
        change.apply(money)
    else:
        counts = ActionCap.objects.get(action="refund")
        setattr(counts, cap, 1)
        change.apply(counts)
    first = shop.run(shop.ticket(SMALL.replace("1043", "5001")))
    assert first.state == "replied", f"the control: below the cap it runs ({first.reason})"
    second = shop.run(shop.ticket(SMALL.replace("1043", "5002")))
    assert second.state == "blocked"
    assert (shop.refunds("5001"), shop.refunds("5002")) == ([usd(2_000)], [])
    assert len(shop.helpdesk.outbox()) == 1, "the customer is told nothing"
    action = Action.objects.get(ticket=second)
    assert (action.status, action.actor) == ("BLOCKED", "Rate limit")
    event = Event.objects.get(type="action.blocked")
    assert (event.data["gate"], event.data["actor"]) == ("T10", "Rate limit"), "the officer is told"


# --- T12: the reply ---


@pytest.mark.requirement("T12")
def test_a_blocked_reply_blocks_the_action_with_it(shop: Shop) -> None:
    rules = OutputPolicyModel.objects.get()
    rules.competitor_names = "Outdoor Giant"
    change.apply(rules)
    text = "Hello {customer_name}, {amount} {currency} for order {order_number} is refunded. Outdoor Giant does not."
    change.apply(ReplyMacro(name="proud", action="refund", text=text))
    ticket = shop.run(shop.ticket(SMALL))
    assert ticket.state in ("blocked", "handed_over")
    assert nothing_moved(shop, "1043")
    assert Reply.objects.get(ticket=ticket).state == "withheld"
    assert Action.objects.get(ticket=ticket).actor == "Output guard"
    last = GateReceipt.objects.filter(ticket=ticket).order_by("-position").first()
    assert (last.promise, last.outcome) == ("T12", "block")


@pytest.mark.requirement("T12")
def test_what_is_redacted_is_sent_redacted(shop: Shop) -> None:
    text = "Hello {customer_name}, {amount} {currency} for order {order_number}. Write to eve@elsewhere.example."
    change.apply(ReplyMacro(name="mail", action="refund", text=text))
    ticket = shop.run(shop.ticket(SMALL))
    assert ticket.state == "replied", ticket.reason
    assert "eve@elsewhere.example" not in shop.helpdesk.outbox()[0].body


# --- T23: without a key ---


@pytest.mark.requirement("T23")
def test_without_a_key_the_shipped_classifier_and_the_merchants_macros_serve(shop: Shop, settings) -> None:
    settings.ANTHROPIC_API_KEY = ""
    text = "Dear {customer_name}, done: {amount} {currency} for order {order_number}. Yours, {brand}"
    change.apply(ReplyMacro(name="ours", action="refund", text=text))
    ticket = shop.run(shop.ticket(SMALL))
    assert (ticket.state, ticket.intent, ticket.cost_microusd) == ("replied", "refund", 0)
    assert 0.8 <= ticket.confidence <= 1
    sent = shop.helpdesk.outbox()[0].body
    assert sent.startswith("Dear Dana Whitfield, done: 49.99 USD for order 1043. Yours, Northlight Outfitters")
    assert Event.objects.get(type="ticket.classified").data["model"] == "local"
    assert GateReceipt.objects.filter(ticket=ticket).count() == 12, "the same gates"


def test_a_macro_that_cannot_be_filled_is_refused_when_saved(northlight: Cast) -> None:
    from django.core.exceptions import ValidationError

    for fields, name in (
        ({"text": "Hello {first_name}", "action": "refund"}, "text"),
        ({"text": "Hello {", "action": "refund"}, "text"),
        ({"text": "Hello", "action": "gift"}, "action"),
    ):
        with pytest.raises(ValidationError) as error:
            change.apply(ReplyMacro(name="odd", **fields))
        assert name in error.value.message_dict


# --- T02 and T24: nothing is done before somebody says so ---


@pytest.mark.requirement("T02")
@pytest.mark.parametrize(
    ("text", "would"), [(SMALL, "pass"), (MEDIUM, "human"), (LARGE, "block"), (OLD, "human"), (CANCEL, None)]
)
def test_shadow_mode_decides_everything_and_does_nothing(shop: Shop, text: str, would: str | None) -> None:
    shop.policy(shadow_refund=True, shadow_cancel=True, shadow_exchange=True, shadow_reply=True)
    ticket = shop.run(shop.ticket(text))
    assert (ticket.state, ticket.is_shadow) == ("recorded", True)
    action = Action.objects.get(ticket=ticket)
    assert would is None or action.verdict == would or action.state == "blocked"
    assert GateReceipt.objects.get(ticket=ticket, promise="T02").outcome == "record"
    assert GateReceipt.objects.filter(ticket=ticket, position__gt=4).exists(), "the later gates decided too"
    assert Approval.objects.count() == 0
    assert nothing_moved(shop, "1042", "1043", "1044", "1045", "1046")
    assert shop.store.find_order("1046").status == "open"
    assert Event.objects.filter(type__in=("action.executing", "reply.sent")).count() == 0


@pytest.mark.requirement("T24")
def test_a_fresh_organization_executes_and_sends_nothing(northlight: Cast) -> None:
    shop = Shop(northlight, live=False)
    rules = TicketPolicy.objects.get()
    assert (rules.shadow_refund, rules.shadow_cancel, rules.shadow_exchange, rules.shadow_reply) == (True,) * 4
    assert rules.first_time_approval
    assert rules.classification_threshold > 0
    kinds = {"refund", "cancel", "exchange"}
    for model in (ActionCeiling, ActionCap, ActionMoneyCap):
        assert set(model.objects.values_list("action", flat=True)) == kinds
    money = {(c.auto_minor, c.block_minor) for c in ActionCeiling.objects.filter(currency="USD")}
    assert money == {(5_000, 20_000)}
    for text in (SMALL, MEDIUM, LARGE, OLD, CANCEL, TWO_ORDERS, "Where is my order #1043? When will it arrive?"):
        ticket = shop.run(shop.ticket(text))
        assert ticket.is_ended, ticket.state
    assert nothing_moved(shop, "1042", "1043", "1044", "1045", "1046")
    assert Event.objects.filter(type__in=("action.executing", "reply.sent", "action.reserved")).count() == 0
    shop.wipe()
