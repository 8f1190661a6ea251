"""A yes is bound to everything that made somebody ask, and a reply to what the store really did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from connectors.adapters.sandbox import hands, schema
from connectors.contracts import Claim
from guardrails.gates.facts import FirstTimeFacts
from guardrails.models import EscalationRule
from portal import change
from portal.money import Money
from tests.tickets_shop import NOW, Shop, order, usd
from tickets import approve, gather, intake
from tickets.models import Approval, Reply, Ticket

MEDIUM = "Hi, the rain jacket from order #1042 arrived with a torn sleeve. I would like a refund for order #1042."
CANCEL = "Please cancel order #1046, I do not need it any more. Cancel order #1046 please."


def said_yes(shop: Shop, ticket: Ticket) -> Approval:
    asked = Approval.objects.get(ticket=ticket, state="waiting")
    approve.approve(asked.pk, digest=asked.contract_digest)
    return asked


def damage(count: int) -> tuple[Claim, ...]:
    when = NOW - timedelta(days=1)
    return tuple(Claim(f"claim-{i}", "order-1042", "damage", when, "torn") for i in range(count))


def asked_again(shop: Shop, ticket: Ticket) -> list[str]:
    """Run the ticket after a yes; it waits for another one and nothing moved. Return what is said to have changed."""
    assert shop.run(ticket).state == "waiting"
    assert shop.refunds("1042") == []
    return list(Approval.objects.waiting().get(ticket=ticket).contract_changes)


@pytest.mark.requirement("T16", part="a yes to three damage claims is none to nine")
def test_a_yes_does_not_cover_an_abuse_that_grew_since(shop: Shop) -> None:
    shop.reload(claims=damage(3))
    ticket = shop.run(shop.ticket(MEDIUM))
    assert "abuse" in said_yes(shop, ticket).asks
    shop.reload(claims=damage(9))
    assert asked_again(shop, ticket) == ["the signs of abuse changed"]


def test_a_yes_to_one_rule_is_none_to_another(shop: Shop) -> None:
    """The rules stand as they are; the customer's past changed, so that another of them asks."""
    for priority, (name, op) in enumerate((("Few orders", "lt"), ("Many orders", "gte")), start=1):
        condition = {"field": "customer.orders", "op": op, "value": 8}
        change.apply(EscalationRule(name=name, priority=priority, condition=condition, outcome="human"))
    ticket = shop.run(shop.ticket(MEDIUM))
    assert "escalation" in said_yes(shop, ticket).asks
    shop.reload(orders=[order("1042", "dana", 14_200), *(order(f"60{i}", "dana", 9_000, days=9) for i in range(9))])
    assert "the escalation rule changed" in asked_again(shop, ticket)


def test_a_yes_does_not_cover_a_store_that_was_exchanged_since(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first execution was asked about and granted; what it is executed under changed after the yes."""
    real = gather._first_time

    def first(action, of, rules):  # type: ignore[no-untyped-def]
        real(action, of, rules)
        return FirstTimeFacts(executed_before=False)

    monkeypatch.setattr(gather, "_first_time", first)
    ticket = shop.run(shop.ticket(MEDIUM))
    assert "first_time" in said_yes(shop, ticket).asks
    shop.connector.refresh_from_db()
    shop.connector.settings = {**shop.connector.settings, "timeout_s": 9}
    shop.connector.save()
    asked_again(shop, ticket)


@pytest.mark.requirement("T12", part="a reply does not tell of money that the store did not return")
def test_a_cancellation_that_returned_less_sends_no_reply_that_says_more(shop: Shop) -> None:
    schema.set_manners(shop.dsn, shop.name, cancels_after_ms=60_000)
    ticket = shop.run(shop.ticket(CANCEL))
    if ticket.state == "waiting":
        said_yes(shop, ticket)
        ticket = shop.run(ticket)
    assert ticket.state == "executing", ticket.reason
    hands.refund(shop.dsn, shop.name, "order-1046", usd(1_000))
    shop.jobs_are_due()
    ticket = shop.run(ticket)
    assert ticket.state == "handed_over", ticket.reason
    assert "$25.00" in ticket.reason
    assert "$35.00" in ticket.reason
    assert shop.helpdesk.outbox() == ()


def test_lowering_an_amount_changes_no_longer_number_that_ends_in_it(shop: Shop) -> None:
    shop.reload(orders=(order("1042", "dana", 16_000),))
    ticket = shop.run(shop.ticket("Please refund me $60.00 for order #1042. I want a $60.00 refund, it was torn."))
    asked = Approval.objects.get(ticket=ticket, state="waiting")
    text = "We refunded $60.00 of the $160.00 paid for order 1042. That is 60.00 USD, not 60.001."
    asked = approve.edit_reply(asked.pk, text=text, digest=asked.contract_digest)
    approve.lower(asked.pk, amount="55.00", digest=asked.contract_digest)
    said = Reply.objects.get(ticket=ticket).text
    assert said == "We refunded $55.00 of the $160.00 paid for order 1042. That is 55.00 USD, not 60.001."


ADDRESSES = ["\u017fam@example.com", "\u212aim@example.com", "m\u017f\u00e9@example.com", "\uff53am@example.com"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_only_folds_to_somebody_elses_is_refused(address: str) -> None:
    given = {"external_ref": "1", "body": "hello", "sender_email": address}
    with pytest.raises(ValidationError) as error:
        intake.checked(given)
    assert "sender_email" in error.value.message_dict


def test_amounts_are_plain_digits_alone() -> None:
    for text in ("٤٩.٩٩", "４９", "४९.००"):
        with pytest.raises(ValueError, match="amount"):
            Money.parse(text, "USD")
