"""Roads that a person takes when the machine could not: an unknown outcome, a mistyped order, an exchange."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from portal import people
from portal.roles import Capability
from tests.factories import Cast
from tests.tickets_shop import Shop, usd
from tickets import approve
from tickets.models import Action, Approval, TicketState

REFUND = "Hello, the cap from order #{0} arrived torn. Please refund my money for order #{0}."


@pytest.mark.requirement("T14", part="an unknown outcome is settled by the store")
def test_an_unknown_outcome_is_settled_by_asking_the_store_again_under_the_same_key(shop: Shop) -> None:
    shop.fault("refund", "timeout_after_executing")
    made = shop.run(shop.ticket(REFUND.format("1043")))
    assert Action.objects.get(ticket=made).status == "UNKNOWN"
    shop.fault("read", "down", remaining=None)
    ticket = shop.run(made, rounds=8)
    assert (ticket.state, Action.objects.get(ticket=ticket).tries) == ("executing", 1), "it waits, and uses up no try"
    shop.lose_patience(ticket)
    ticket = shop.run(ticket)
    assert (ticket.state, Action.objects.get(ticket=ticket).status) == ("handed_over", "UNKNOWN")
    shop.clear_faults()
    approve.resume(ticket.pk, reason="the store is back")
    ticket = shop.run(ticket)
    assert (ticket.state, Action.objects.get(ticket=ticket).status) == ("replied", "SUCCESS")
    assert shop.refunds("1043") == [usd(4_999)]


def test_a_ticket_that_a_person_has_for_another_reason_is_not_started_again(shop: Shop) -> None:
    ticket = shop.run(shop.ticket("I want to talk to a human being please, connect me with a real person now."))
    with pytest.raises(ValidationError, match="only a stopped ticket"):
        approve.resume(ticket.pk, reason="why not")


@pytest.mark.requirement("T08", part="a person proposes anew with the right order")
def test_a_mistyped_order_is_proposed_anew_and_approved_by_somebody_else(shop: Shop, northlight: Cast) -> None:
    people.grant(northlight.paul.membership, Capability.WORK_APPROVALS)
    ticket = shop.run(shop.ticket(REFUND.format("3001")))
    assert ticket.state == TicketState.BLOCKED
    approve.propose_anew(
        ticket.pk, kind="refund", order_number="1043", amount="49.99", currency="USD", reply="We refunded your order."
    )
    ticket = shop.run(ticket)
    approval = Approval.objects.get(ticket=ticket, state="waiting")
    assert "entity" in approval.asks
    with northlight.paul.inside():
        approve.approve(approval.pk, digest=approval.contract_digest)
    ticket = shop.run(ticket)
    assert ticket.state == TicketState.REPLIED, ticket.reason
    assert shop.refunds("1043") == [usd(4_999)]
    assert shop.refunds("3001") == []


def test_a_person_cannot_propose_somebody_elses_order_for_the_sender(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(REFUND.format("3001")))
    approve.propose_anew(
        ticket.pk, kind="refund", order_number="4001", amount="40.00", currency="USD", reply="We refunded your order."
    )
    assert shop.run(ticket).state == TicketState.BLOCKED
    assert shop.refunds("4001") == []


EXCHANGE = "Can I exchange the cap from order #1043 for a size M? The L is too large for me."


def test_an_exchange_goes_to_a_person_who_says_what_to_send(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(EXCHANGE))
    assert (ticket.state, ticket.reason[:36]) == ("handed_over", "Nobody has said what to send instead")
    assert shop.store.effects("order-1043") == ()


@pytest.mark.requirement("T14", part="an exchange executes once")
def test_a_proposed_exchange_is_approved_by_somebody_else_and_executes_once(shop: Shop, northlight: Cast) -> None:
    people.grant(northlight.paul.membership, Capability.WORK_APPROVALS)
    ticket = shop.run(shop.ticket(EXCHANGE))
    given = {
        "kind": "exchange",
        "order_number": "1043",
        "amount": "49.99",
        "currency": "USD",
        "reply": "A size M is on its way.",
    }
    with pytest.raises(ValidationError, match="replacement_sku"):
        approve.propose_anew(ticket.pk, **given)
    approve.propose_anew(ticket.pk, **given, replacement_sku="CAP-M")
    ticket = shop.run(ticket)
    approval = Approval.objects.get(ticket=ticket, state="waiting")
    assert approval.contract["call"]["replacement"] == "CAP-M"
    with northlight.paul.inside():
        approve.approve(approval.pk, digest=approval.contract_digest)
    ticket = shop.run(ticket)
    assert ticket.state == TicketState.REPLIED, ticket.reason
    assert [each.operation for each in shop.store.effects("order-1043")] == ["exchange"]
