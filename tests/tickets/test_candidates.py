"""No order named: the sender's own orders as candidates, a person says which, and the gates judge that one (T08)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from audit.models import Event
from connectors.contracts import Order, OrderLine
from tests.tickets_shop import NOW, Shop, order, usd
from tickets import approve, candidates
from tickets.models import Action, Approval, GateReceipt, Reply, Ticket

TORN = "Hi, the jacket you sent me arrived torn. I would like a refund, I want my money back please."
BOOTS = "Hi, the hiking boots you sent me arrived torn. I would like a refund, I want my money back please."


def titled(number: str, title: str, minor: int, **more: object) -> Order:
    made = order(number, "dana", minor)
    return replace(made, lines=(OrderLine(f"line-{number}", f"SKU-{number}", title, 1, usd(minor)),), **more)


def asked_about(ticket: Ticket) -> Approval:
    return Approval.objects.waiting().get(ticket=ticket)


def yes(approval: Approval) -> Approval:
    return approve.approve(approval.pk, digest=approval.contract_digest)


@pytest.mark.requirement("T08", part="the only candidate is one click")
@pytest.mark.requirement("T16", part="did they mean")
def test_the_only_order_that_fits_is_one_click_for_a_person(shop: Shop) -> None:
    shop.reload(orders=(titled("1042", "Storm jacket", 3_000), titled("1043", "Hiking boots", 4_000)))
    ticket = shop.run(shop.ticket(BOOTS))
    assert ticket.state == "waiting", ticket.reason
    approval = asked_about(ticket)
    assert approval.question == "Refund $40.00 to Dana for order 1043?"
    assert "did they mean `1043`" in approval.why
    assert [each["number"] for each in approval.candidates] == ["1043", "1042"]
    assert "1043" in Reply.objects.get(ticket=ticket).text
    assert shop.refunds("1043") == []
    yes(approval)
    assert shop.run(ticket).state == "replied"
    assert (shop.refunds("1043"), shop.refunds("1042")) == ([usd(4_000)], [])


@pytest.mark.requirement("T08", part="of several candidates a person says which")
def test_of_several_a_person_chooses_and_then_says_yes_to_the_contract(shop: Shop) -> None:
    shop.reload(orders=(titled("1042", "Storm jacket", 3_000), titled("1043", "Rain jacket", 4_000)))
    ticket = shop.run(shop.ticket(TORN))
    choice = asked_about(ticket)
    assert (choice.is_grantable, choice.action.order_number) == (False, "")
    assert choice.question == "Which order does Dana mean to refund?"
    assert {each["number"] for each in choice.candidates} == {"1042", "1043"}
    with pytest.raises(ValidationError, match="choose which is meant"):
        yes(choice)
    with pytest.raises(ValidationError, match="not one of the candidates"):
        candidates.choose(choice.pk, order_number="2001", digest=choice.contract_digest)
    with pytest.raises(approve.Stale):
        candidates.choose(choice.pk, order_number="1042", digest="0" * 64)
    candidates.choose(choice.pk, order_number="1042", digest=choice.contract_digest)
    runs = GateReceipt.objects.filter(ticket=ticket).count()
    assert shop.run(ticket).state == "waiting"
    assert GateReceipt.objects.filter(ticket=ticket).count() == runs + 12
    anew = asked_about(ticket)
    assert anew.question == "Refund $30.00 to Dana for order 1042?"
    assert anew.contract["order"] == "1042"
    assert anew.action_id == choice.action_id
    assert anew.action.proposed_by_id is None
    assert "1042" in Reply.objects.get(ticket=ticket).text
    assert Event.objects.filter(type="approval.order_picked").count() == 1
    yes(anew)
    assert shop.run(ticket).state == "replied"
    assert (shop.refunds("1042"), shop.refunds("1043")) == ([usd(3_000)], [])
    assert Action.objects.get(ticket=ticket).actor == "AI → human"


@pytest.mark.requirement("T08", part="a yes counts for the shown candidate alone")
def test_a_yes_to_one_candidate_is_none_to_another(shop: Shop) -> None:
    shop.reload(orders=(titled("1042", "Storm jacket", 3_000), titled("1043", "Rain jacket", 4_000)))
    ticket = shop.run(shop.ticket(TORN))
    choice = asked_about(ticket)
    candidates.choose(choice.pk, order_number="1042", digest=choice.contract_digest)
    shop.run(ticket)
    yes(asked_about(ticket))
    Action.objects.filter(ticket=ticket).update(order_number="1043")
    assert shop.run(ticket).state == "waiting"
    assert (shop.refunds("1042"), shop.refunds("1043")) == ([], [])
    assert any("order number" in change for change in asked_about(ticket).contract_changes)


@pytest.mark.requirement("T08", part="nobody verified reveals no candidates")
def test_a_sender_nobody_verified_has_no_candidates(shop: Shop) -> None:
    ticket = shop.run(shop.ticket(TORN, verified=False))
    assert ticket.state == "handed_over"
    assert not Approval.objects.filter(ticket=ticket).exists()
    assert "1042" not in Reply.objects.get(ticket=ticket).text


def test_without_an_order_the_ticket_is_a_persons(shop: Shop) -> None:
    shop.reload(orders=())
    ticket = shop.run(shop.ticket(TORN))
    assert ticket.state == "handed_over"
    assert not Approval.objects.filter(ticket=ticket).exists()


def test_a_candidate_that_was_refunded_stands_last_and_cannot_be_chosen(shop: Shop) -> None:
    gone = titled("1041", "Snow jacket", 5_000)
    shop.reload(orders=(gone, titled("1042", "Storm jacket", 3_000), titled("1043", "Rain jacket", 4_000)))
    shop.store.refund("order-1041", usd(5_000), idempotency_key="by-hand-1041")
    choice = asked_about(shop.run(shop.ticket(TORN)))
    assert choice.candidates[-1]["number"] == "1041"
    assert choice.candidates[-1]["obstacle"] == "it was refunded in full already"
    with pytest.raises(ValidationError, match="refunded in full already"):
        candidates.choose(choice.pk, order_number="1041", digest=choice.contract_digest)


def test_a_candidate_refunded_since_it_was_shown_moves_no_money(shop: Shop) -> None:
    shop.reload(orders=(titled("1042", "Storm jacket", 3_000), titled("1043", "Rain jacket", 4_000)))
    ticket = shop.run(shop.ticket(TORN))
    choice = asked_about(ticket)
    shop.store.refund("order-1042", usd(3_000), idempotency_key="by-hand-1042")
    candidates.choose(choice.pk, order_number="1042", digest=choice.contract_digest)
    assert shop.run(ticket).state in ("handed_over", "blocked")
    assert shop.refunds("1042") == [usd(3_000)]


def test_orders_that_fit_come_first() -> None:
    orders = (
        titled("1", "Storm jacket", 3_000),
        titled("2", "Hiking boots", 4_550),
        replace(titled("3", "Wool socks", 900), placed_at=NOW.replace(month=3, day=7)),
        replace(titled("4", "Wool hat", 1_900), status="cancelled"),
        replace(titled("5", "Tent", 9_900), placed_at=NOW - timedelta(days=300)),
    )

    def first(text: str, kind: str = "refund") -> str:
        return candidates.rank(kind, text, orders)[0].order.number

    assert first("my boots are broken") == "2"
    assert first("I was charged 45.50 twice") == "2"
    assert first("what I ordered on 7 March") == "3"
    assert first("the tents leak") == "5"
    ranked = candidates.rank("refund", "the wool hat", orders)
    assert (ranked[-1].order.number, ranked[-1].obstacle) == ("4", "it was cancelled")
    assert candidates.the_one(candidates.rank("refund", "it is broken", orders)) is None
    assert [each.order.number for each in candidates.rank("refund", "", orders, ("#2", "9"))] == ["2"]
    assert all(each.obstacle for each in candidates.rank("cancel", "cancel it", orders))
