"""What people do while a run is on its way stops it; what the store cannot be asked is waited for; once means once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from connectors import breaker
from connectors.adapters.sandbox import hands
from connectors.contracts import Item, OrderLine, Payment
from portal import people, tenancy
from portal.refusal import Conflict
from portal.roles import Capability
from tests.factories import Cast, make_cast
from tests.tickets_shop import NOW, Shop, order, usd
from tickets import approve, execute, journey, reconcile
from tickets.models import Action, Approval, Reply, Ticket

REFUND = "Hello, the cap from order #1043 arrived torn. Please refund my money for order #1043."
MEDIUM = "Hi, the rain jacket from order #1042 arrived with a torn sleeve. I would like a refund for order #1042."


def at_step(step: str, do: Callable[[Ticket], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen right after the pipeline moved a ticket to `step`."""
    move = journey.move

    def moving(ticket: Ticket, **given: Any) -> None:
        move(ticket, **given)
        if given.get("step") == step:
            done.append(ticket)

    done: list[Ticket] = []
    monkeypatch.setattr(journey, "move", moving)
    execute_once = execute.meanwhile.look

    def look(ticket: Ticket, action: Action, store: Any) -> bool:
        if done:
            do(done.pop())
        return execute_once(ticket, action, store)

    monkeypatch.setattr(execute.meanwhile, "look", look)


@pytest.mark.requirement("T14")
@pytest.mark.parametrize(
    ("happens", "says"),
    [
        (lambda s, t: hands.refund(s.dsn, s.name, "order-1043", usd(1_000)), "was refunded at the store by Mia Ortega"),
        (lambda s, t: hands.vanish(s.dsn, s.name, "order-1043"), "is not at the store any more"),
        (lambda s, t: hands.reply(s.dsn, s.name, t.external_ref), "Mia Ortega answered the customer"),
        (lambda s, t: s.pay_in("order-1043", "EUR"), "paid in EUR, not in USD"),
    ],
    ids=["refunded by hand", "order vanished", "answered", "another currency"],
)
def test_what_a_person_did_meanwhile_stops_the_run_before_anything_is_sent(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Shop, Ticket], Any], says: str
) -> None:
    before = shop.refunds("1043")
    at_step("execute", lambda ticket: happens(shop, ticket), monkeypatch)
    ticket = shop.run(shop.ticket(REFUND))
    action = Action.objects.get(ticket=ticket)
    assert (ticket.state, action.status, action.actor) == ("handed_over", "BLOCKED", "Overtaken")
    assert says.lower() in ticket.reason.lower()
    assert usd(4_999) not in shop.refunds("1043")[len(before) :]
    assert shop.helpdesk.outbox() == ()


def test_an_order_cancelled_by_hand_stops_its_cancellation(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    at_step("execute", lambda ticket: hands.cancel(shop.dsn, shop.name, "order-1046"), monkeypatch)
    ticket = shop.run(shop.ticket("Please cancel order #1046, I do not need it any more. Cancel order #1046 please."))
    assert (ticket.state, Action.objects.get(ticket=ticket).status) == ("handed_over", "BLOCKED")
    assert "was cancelled at the store" in ticket.reason


def test_our_own_refund_of_the_order_meanwhile_is_judged_anew_not_blamed_on_people(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two small refunds of one order: the second is judged again on what the first left, and a person is asked."""
    shop.reload(orders=(order("1043", "dana", 9_900),))
    text = "Please refund $30.00 for order #1043, a part of order #1043 was missing."
    other = shop.ticket(text)
    with monkeypatch.context() as once:
        at_step("execute", lambda ticket: shop.run(other), once)
        ticket = shop.run(shop.ticket(text))
    ticket = shop.run(ticket, rounds=2)
    assert shop.refunds("1043") == [usd(3_000)]
    assert sorted((ticket.state, Ticket.objects.get(pk=other.pk).state)) == ["replied", "waiting"]


def test_a_person_who_answers_after_the_refund_is_not_answered_over(shop: Shop) -> None:
    shop.fault("send", "down", remaining=None)
    ticket = shop.run(shop.ticket(REFUND))
    assert (ticket.state, Action.objects.get(ticket=ticket).status) == ("executing", "SUCCESS")
    hands.reply(shop.dsn, shop.name, ticket.external_ref)
    shop.clear_faults()
    ticket = shop.run(ticket)
    assert (ticket.state, shop.helpdesk.outbox()) == ("handed_over", ())
    assert "Mia Ortega answered" in ticket.reason


# --- breaker and waiting ---


@pytest.mark.requirement("S07", part="a failing store trips a breaker for that connector only")
def test_a_failing_store_is_left_alone_and_its_tickets_wait_and_then_go_on(shop: Shop) -> None:
    shop.fault("read", "down", remaining=None)
    tickets = [shop.run(shop.ticket(REFUND.replace("1043", "3001"), sender="max@example.com")) for _ in range(1)]
    tickets.append(shop.ticket(REFUND))
    for _ in range(6):
        tickets = [shop.run(ticket) for ticket in tickets]
    known = breaker.of(shop.connector)
    assert known is not None
    assert (known.state, known.trips) == ("open", 1)
    assert {(t.state, t.job_state) for t in tickets} == {("classified", "ready")}, "waiting, not handed over"
    assert all(t.held_since and t.attempts == 0 for t in tickets)
    assert breaker.of(shop.helpdesk_connector()) is None, "no other connector suffers"
    shop.clear_faults()
    assert [shop.run(t).state for t in tickets] == ["classified"] * 2, "left alone until the wait is over"
    breaker.try_now(shop.connector)
    assert [shop.run(t).state for t in tickets] == ["replied", "replied"]
    known.refresh_from_db()
    assert (known.state, known.failures, known.trips) == ("closed", 0, 0)
    told = [event.type for event in shop.events("connector.") if event.type.endswith("ed")]
    assert told[-2:] == ["connector.tripped", "connector.recovered"]


def test_a_ticket_whose_patience_is_over_goes_to_a_person_with_what_is_unknown(shop: Shop) -> None:
    shop.fault("read", "down", remaining=None)
    ticket = shop.run(shop.ticket(REFUND))
    assert ticket.state == "classified"
    shop.lose_patience(ticket)
    ticket = shop.run(ticket)
    assert ticket.state == "handed_over", ticket.reason
    assert shop.refunds_unseen() == 0


def test_a_store_that_is_down_before_the_call_leaves_the_action_certainly_unsent(shop: Shop) -> None:
    shop.fault("refund", "throttled", remaining=3)
    ticket = shop.run(shop.ticket(REFUND))
    action = Action.objects.get(ticket=ticket)
    assert (ticket.state, action.state, action.tries) == ("executing", "approved", 0)
    ticket = shop.run(ticket, rounds=3)
    assert (ticket.state, shop.refunds("1043")) == ("replied", [usd(4_999)])
    assert breaker.of(shop.connector) is None, "later, please, is no failure"


# --- the reply ---


@pytest.mark.requirement("T14", part="never two replies, never the old text taken for the new")
@pytest.mark.parametrize(("fault", "sent"), [("timeout_after_executing", "old"), ("timeout_before_executing", "new")])
def test_a_reply_edited_after_a_time_out_goes_once_or_is_known_not_to_have_gone(
    shop: Shop, fault: str, sent: str
) -> None:
    shop.fault("send", fault)
    ticket = shop.run(shop.ticket(REFUND))
    assert ticket.state == "executing"
    Reply.objects.filter(ticket=ticket).update(text="The new text. An AI wrote this reply.")
    ticket = shop.run(ticket, rounds=3)
    bodies = [message.body for message in shop.helpdesk.outbox()]
    assert len(bodies) == 1
    assert (bodies[0] == "The new text. An AI wrote this reply.") == (sent == "new")
    assert ticket.state == ("replied" if sent == "new" else "handed_over")
    if sent == "old":
        assert "An earlier text of the reply was sent" in ticket.reason
        assert Reply.objects.get(ticket=ticket).state == "withheld"


# --- the exact call ---


@pytest.mark.requirement("T16", part="the exact call with lines, shipping and destination")
def test_the_call_names_lines_shipping_restocking_and_where_the_money_goes(shop: Shop) -> None:
    from dataclasses import replace

    paid = usd(15_000)
    whole = replace(
        order("1042", "dana", 15_000),
        lines=(OrderLine("l1", "JACKET", "Rain jacket", 2, usd(7_000)),),
        shipping=usd(1_000),
        payments=(
            Payment("p1", "gift_card", usd(5_000), usd(5_000), "Gift card •• 9X2"),
            Payment("p2", "card", usd(10_000), usd(10_000), "Visa •• 4242"),
        ),
    )
    assert whole.paid == paid
    shop.reload(orders=(whole,))
    ticket = shop.run(shop.ticket(MEDIUM))
    asked = Approval.objects.waiting().get(ticket=ticket)
    said = {key: value for key, value in asked.contract["call"].items() if key not in ("idempotency_key", "tool")}
    assert said == {
        "order": "order-1042",
        "amount": "150.00 USD",
        "lines": "2 × Rain jacket (JACKET)",
        "shipping": "10.00 USD",
        "restock": "no",
        "to": "Gift card •• 9X2 50.00 USD, Visa •• 4242 100.00 USD",
    }
    approve.approve(asked.pk, digest=asked.contract_digest)
    assert shop.run(ticket).state == "replied"
    after = shop.store.order("order-1042")
    assert (after.lines[0].refundable_quantity, after.shipping_refundable) == (0, usd(0))
    assert [it.refundable for it in after.payments] == [usd(0), usd(0)]


@pytest.mark.requirement("T09", part="a dearer replacement is money too")
def test_an_exchange_is_judged_on_the_dearer_of_what_goes_back_and_what_is_sent(shop: Shop, northlight: Cast) -> None:
    people.grant(northlight.paul.membership, Capability.WORK_APPROVALS)
    shop.reload(items=(Item("TENT-XL", "Tent XL", usd(25_000), 3), Item("CAP-M", "Cap M", usd(3_000), 3)))
    given = {"kind": "exchange", "order_number": "1043", "currency": "USD", "reply": "It is on its way."}

    def proposed(sku: str) -> Approval:
        ticket = shop.run(shop.ticket("I want to talk to a human being please, connect me with a real person now."))
        approve.propose_anew(ticket.pk, amount="1.00", replacement_sku=sku, **given)
        shop.run(ticket)
        return Approval.objects.waiting().get(ticket=ticket)

    dearer, cheaper = proposed("TENT-XL"), proposed("CAP-M")
    assert (dearer.action.amount_minor, cheaper.action.amount_minor) == (25_000, 4_999)
    assert dearer.contract["call"]["difference"] == "+200.01 USD (nobody charges it)"
    call = cheaper.contract["call"]
    assert (call["worth"], call["replacement_price"]) == ("$49.99", "$30.00")
    assert call["difference"] == "-19.99 USD (nobody returns it)"


# --- at the same moment ---


@pytest.fixture
def live(transactional_db: None) -> Iterator[tuple[Cast, Shop]]:
    from tests.tickets.test_kill import _lift_caps

    cast = make_cast()
    shop = Shop(cast)
    with cast.ada.inside():
        _lift_caps()
    yield cast, shop
    shop.wipe()


def together(work: list[Callable[[], Any]]) -> list[Any]:
    """Do everything at once, each in a thread of its own; return what came out, errors too."""
    meet, ends = threading.Barrier(len(work), timeout=30), [None] * len(work)

    def one(place: int) -> None:
        try:
            meet.wait()
            ends[place] = work[place]()
        except Exception as error:
            ends[place] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
@pytest.mark.requirement("T14")
def test_sixteen_refunds_of_one_order_and_two_approvers_at_once_move_the_money_once(live: tuple[Cast, Shop]) -> None:
    cast, shop = live
    with cast.ada.inside():
        people.grant(cast.paul.membership, Capability.WORK_APPROVALS)
        shop.reload(orders=(order("1043", "dana", 4_900), order("1042", "dana", 14_200)))
        tickets = [shop.ticket(REFUND) for _ in range(16)]
        asked_of = shop.run(shop.ticket(MEDIUM))
        asked = Approval.objects.waiting().get(ticket=asked_of)

    def run(ticket: Ticket) -> None:
        with tenancy.scope(cast.northlight.pk, actor=tenancy.SYSTEM):
            shop.run(ticket)

    def say_yes(person: Any) -> None:
        with person.inside():
            approve.approve(asked.pk, digest=asked.contract_digest)
        run(asked_of)

    ends = together(
        [lambda ticket=ticket: run(ticket) for ticket in tickets]
        + [lambda: say_yes(cast.ada), lambda: say_yes(cast.paul)]
    )
    assert [end for end in ends[:16] if end is not None] == []
    assert [isinstance(end, Conflict) for end in ends[16:]].count(True) == 1
    with cast.ada.inside():
        for ticket in (*tickets, asked_of):
            shop.run(ticket, rounds=2)
        assert shop.refunds("1043") == [usd(4_900)]
        assert shop.refunds("1042") == [usd(14_200)]
        done = Action.objects.filter(state="succeeded").count()
        assert done == 2
        assert not Ticket.objects.filter(job_state="leased").exists()
        assert reconcile.reconcile(shop.connector, NOW.date()) == []
        assert reconcile.measured().wrong == 0
