"""What an attacker or a careless colleague would try at the edges of the flow, and what stands in the way."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from django.utils import timezone

from connectors import breaker
from connectors.adapters.providers.contracts import ProposeRequest
from connectors.adapters.providers.local import LocalProvider
from connectors.adapters.sandbox.store import SandboxStore
from connectors.contracts import OrderLine, StoreRefused
from guardrails.models import ActionCeiling, CapReservation
from portal import change
from tests.tickets_shop import Shop, order, usd
from tickets import candidates
from tickets.models import Action, Approval, Reply, Ticket

REFUND = "Hello, the cap from order #1043 arrived torn. Please refund my money for order #1043."
TORN = "Hi, the jacket you sent me arrived torn. I would like a refund, I want my money back please."


@pytest.mark.requirement("T02", part="a reply without an action")
def test_a_reply_without_an_action_is_recorded_while_replies_are_in_shadow(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The customer asked for a refund, which is live; what is to be sent is a mere reply, which is not."""
    shop.policy(shadow_reply=True)
    propose = LocalProvider.propose

    def only_words(self: LocalProvider, request: ProposeRequest) -> object:
        return replace(propose(self, request), action="none", reply="Hello Dana, we are looking into it.")

    monkeypatch.setattr(LocalProvider, "propose", only_words)
    ticket = shop.run(shop.ticket(REFUND))
    assert (ticket.state, shop.helpdesk.outbox()) == ("recorded", ())


@pytest.mark.requirement("T02", part="tightened while it waits")
@pytest.mark.parametrize("tightened", ["shadow", "ceiling"])
def test_a_policy_tightened_while_a_store_is_away_holds_for_what_waits(shop: Shop, tightened: str) -> None:
    """Every gate passed, then the store was down; when it is back, the policy of now counts, not that of then."""
    shop.fault("refund", "down", remaining=1)
    ticket = shop.run(shop.ticket(REFUND))
    assert Action.objects.get(ticket=ticket).state == "approved", ticket.reason
    shop.clear_faults()
    if tightened == "shadow":
        shop.policy(shadow_refund=True)
    else:
        ceiling = ActionCeiling.objects.get(action="refund", currency="USD")
        ceiling.auto_minor = 1_000
        change.apply(ceiling)
    ticket = shop.run(ticket, rounds=2)
    assert (ticket.state, shop.refunds("1043")) == ("recorded" if tightened == "shadow" else "waiting", [])
    assert CapReservation.objects.get().state == "released"


@pytest.mark.requirement("T14", part="a second try that is refused")
def test_a_refusal_of_the_second_try_says_nothing_about_the_first(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first call may still arrive: it is nobody's failure, its place stays held, and a person is told."""
    shop.fault("refund", "timeout_before_executing")
    ticket = shop.run(shop.ticket(REFUND))
    assert Action.objects.get(ticket=ticket).state == "unknown"
    shop.clear_faults()

    def refuse(*given: object, **named: object) -> None:
        raise StoreRefused("exceeds_payments", "amount: more than the payments hold")

    monkeypatch.setattr(SandboxStore, "refund", refuse)
    ticket = shop.run(ticket)
    action = Action.objects.get(ticket=ticket)
    assert (ticket.state, action.state, CapReservation.objects.get().state) == ("handed_over", "unknown", "held")
    assert "second try was refused" in ticket.reason


@pytest.mark.requirement("T16", part="nothing is left over of a choice")
def test_a_chosen_order_whose_ticket_ends_before_a_proposal_holds_nothing_up(shop: Shop) -> None:
    """Chosen, then the ticket ends early: what a person does by hand is executed and answered like any other."""
    shop.reload(
        orders=tuple(
            replace(order(number, "dana", 3_000), lines=(OrderLine("l", number, title, 1, usd(3_000)),))
            for number, title in (("1042", "Storm jacket"), ("1043", "Rain jacket"))
        )
    )
    ticket = shop.run(shop.ticket(TORN))
    choice = Approval.objects.waiting().get(ticket=ticket)
    candidates.choose(choice.pk, order_number="1042", digest=choice.contract_digest)
    Ticket.objects.filter(pk=ticket.pk).update(intent="request_for_person")
    assert shop.run(ticket).state == "handed_over"
    assert Action.objects.get(ticket=ticket).state == "blocked"


@pytest.mark.requirement("S07", part="nor does one organization's breaker touch another's")
def test_a_breaker_is_neither_seen_nor_closed_from_another_organization(shop: Shop) -> None:
    shop.fault("read", "down", remaining=None)
    for _ in range(8):
        shop.run(shop.ticket(REFUND))
    assert [each.connector_id for each in breaker.away()] == [shop.connector.pk]
    with shop.cast.cleo.inside():
        assert (breaker.away(), breaker.of(shop.connector)) == ([], None)
        breaker.try_now(shop.connector)
        guarded = breaker.guard(shop.store, shop.connector)
        assert guarded.tool("refund"), "its own calls are let through"
    known = breaker.of(shop.connector)
    assert known is not None
    assert known.is_open
    assert known.retry_at > timezone.now()


@pytest.mark.requirement("T16", part="the reply that is shown is the one that is sent")
def test_what_a_program_is_shown_as_the_reply_is_what_the_guard_made_of_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose = LocalProvider.propose

    def careless(self: LocalProvider, request: ProposeRequest) -> object:
        made = propose(self, request)
        return replace(made, reply=f"{made.reply} Write to rita.vale@example.org.")

    monkeypatch.setattr(LocalProvider, "propose", careless)
    ticket = shop.run(shop.ticket(REFUND.replace("1043", "1042")))
    asked, reply = Approval.objects.waiting().get(ticket=ticket), Reply.objects.get(ticket=ticket)
    assert "rita.vale" not in reply.text
    assert asked.shown["reply"] == reply.text
    assert asked.contract["reply"] == hashlib.sha256(reply.text.encode()).hexdigest()
