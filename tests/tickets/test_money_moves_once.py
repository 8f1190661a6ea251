"""Money moves once and under its ceilings: switches, two tickets of one order, a call that does more than was said."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from connectors.contracts import StoreRefused
from guardrails.models import CapReservation, OrganizationSwitch
from portal import change, tenancy
from tests.factories import Cast, make_cast
from tests.tickets_shop import NOW, Shop, order, usd
from tickets import approve, gates, pipeline
from tickets.models import Action, Approval, Ticket

REFUND_SMALL = "Hello, the cap from order #1043 arrived torn. Please refund my money for order #1043."
REFUND_MEDIUM = (
    "Hi, the rain jacket from order #1042 arrived with a torn sleeve. I would like a refund for order #1042."
)
SLICE = "Order #1042: please refund $40.00 for order #1042, one part was missing. I want a $40.00 refund."


def halt(is_halted: bool) -> None:
    switch = OrganizationSwitch.objects.get()
    switch.is_halted, switch.reason = is_halted, "a drill" if is_halted else ""
    change.apply(switch)


def halt_before(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Turn the organization's switch when the pipeline is about to take `step`."""
    from dataclasses import replace

    def halting(each: pipeline.Step) -> pipeline.Step:
        def run(ticket: Ticket) -> bool:
            halt(True)
            from guardrails import switch

            switch.require_running()
            return each.run(ticket)

        return replace(each, run=run) if each.name == step else each

    monkeypatch.setattr(pipeline, "STEPS", tuple(halting(each) for each in pipeline.STEPS))


@pytest.mark.requirement("T01", part="a refund that was made stays made")
@pytest.mark.requirement("T14", part="kill switch after the refund")
def test_a_refund_that_was_made_stays_made_when_the_switch_is_turned_and_is_not_made_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        halt_before("dispatch", broken)
        ticket = shop.run(shop.ticket(REFUND_SMALL))
    assert (ticket.state, Action.objects.get(ticket=ticket).status) == ("stopped", "SUCCESS")
    assert shop.helpdesk.outbox() == ()
    halt(False)
    approve.resume(ticket.pk, reason="the drill is over")
    ticket = shop.run(ticket)
    assert ticket.state == "replied"
    assert shop.refunds("1043") == [usd(4_999)]
    assert [row.status for row in Action.objects.filter(ticket=ticket)] == ["SUCCESS"]
    assert len(shop.helpdesk.outbox()) == 1


def test_a_second_action_that_was_stopped_goes_to_the_person_who_starts_the_ticket_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the customer asked for has been done once: the AI does not begin with the same words again."""
    ticket = shop.run(shop.ticket(REFUND_SMALL))
    Ticket.objects.filter(pk=ticket.pk).update(state="stopped")
    Action.objects.create(
        ticket=ticket, kind="refund", order_number="1043", amount_minor=100, currency="USD", state="blocked"
    )
    resumed = approve.resume(ticket.pk, reason="the drill is over")
    assert (resumed.state, resumed.assigned_to_id) == ("handed_over", shop.cast.ada.user.pk)


@pytest.mark.requirement("T09", part="a cancellation is judged on all it returns")
@pytest.mark.parametrize(("number", "outcome"), [("7001", "waiting"), ("7002", "blocked")])
def test_a_cancellation_is_judged_on_what_it_returns_not_on_what_was_said(
    shop: Shop, number: str, outcome: str
) -> None:
    shop.reload(
        orders=(
            order("7001", "dana", 12_000, status="open"),
            order("7002", "dana", 30_000, status="open"),
        )
    )
    ticket = shop.ticket(f"Please cancel order #{number}.")
    ticket.step, ticket.state = "late_gates", "proposed"
    ticket.intent, ticket.confidence, ticket.order_numbers = "cancel", 0.99, [number]
    ticket.save()
    from tickets.models import Reply

    Action.objects.create(ticket=ticket, kind="cancel", order_number=number, amount_minor=100, currency="USD")
    Reply.objects.create(ticket=ticket, proposed="It is cancelled.", text="It is cancelled.")
    assert shop.run(ticket).state == outcome
    assert Action.objects.get(ticket=ticket).amount_minor == (12_000 if outcome == "waiting" else 30_000)
    assert shop.store.effects(f"order-{number}") == ()


@pytest.mark.requirement("T16", part="a yes is bound to the order's other actions")
def test_a_yes_does_not_cover_what_another_ticket_took_of_the_order_since(shop: Shop) -> None:
    text = "Order #1042: please refund $60.00 for order #1042, one part was missing. I want a $60.00 refund."
    first, second = shop.run(shop.ticket(text)), shop.run(shop.ticket(text))
    asked = {each.ticket_id: each for each in Approval.objects.all()}
    approve.approve(asked[first.pk].pk, digest=asked[first.pk].contract_digest)
    shop.run(first)
    approve.approve(asked[second.pk].pk, digest=asked[second.pk].contract_digest)
    assert asked[second.pk].contract["on_order"] == str(usd(0))
    assert shop.run(second).state == "waiting"
    assert shop.refunds("1042") == [usd(6_000)]
    anew = Approval.objects.waiting().get(ticket=second)
    assert any("other actions" in each for each in anew.contract_changes)


@pytest.mark.requirement("T16", part="a yes is bound to the risk that was shown")
def test_a_yes_does_not_cover_a_risk_that_rose_since(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from guardrails.gates.facts import RiskFacts
    from tickets import gather

    ticket = shop.run(shop.ticket(REFUND_MEDIUM))
    asked = Approval.objects.get(ticket=ticket)
    approve.approve(asked.pk, digest=asked.contract_digest)
    monkeypatch.setattr(gather, "_risk", lambda *asked: RiskFacts("high", ("chargeback",), NOW))
    assert shop.run(ticket).state == "waiting"
    anew = Approval.objects.waiting().get(ticket=ticket)
    assert any("risk" in each for each in anew.contract_changes)
    assert {"money", "risk"} <= set(anew.asks)
    approve.approve(anew.pk, digest=anew.contract_digest)
    assert shop.run(ticket).state == "replied", "two questions answered one after the other let it pass"


def test_a_new_question_does_not_take_an_earlier_yes_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gate that asks only now is asked about alone; the yes that was said, to the same contract, still counts."""
    from guardrails.gates import gate as gate_module

    ticket = shop.run(shop.ticket(REFUND_MEDIUM))
    asked = Approval.objects.get(ticket=ticket)
    approve.approve(asked.pk, digest=asked.contract_digest)
    asking = gate_module.Gate("abuse", "T05", "Abuse", "late", lambda facts: gate_module.human("something new"))
    changed = tuple(asking if each.name == "abuse" else each for each in gates.GATES)
    monkeypatch.setattr(gates, "GATES", changed)
    assert shop.run(ticket).state == "waiting"
    anew = Approval.objects.waiting().get(ticket=ticket)
    assert anew.asks == ["abuse"]
    approve.approve(anew.pk, digest=anew.contract_digest)
    assert shop.run(ticket).state == "replied"
    assert shop.refunds("1042") == [usd(14_200)]


@pytest.mark.requirement("T14", part="a key that was used for another call is unknown, not failed")
def test_a_store_that_knows_the_key_for_another_call_leaves_the_outcome_unknown(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tickets import execute

    def refuse(*given: Any) -> None:
        raise StoreRefused("key_reused", "idempotency_key: was used for another call")

    monkeypatch.setattr(execute, "call", refuse)
    ticket = shop.run(shop.ticket(REFUND_SMALL), rounds=6)
    action = Action.objects.get(ticket=ticket)
    assert (ticket.state, action.status) == ("handed_over", "UNKNOWN")
    assert CapReservation.objects.get(subject_id=str(action.pk)).state == "held"


def test_a_ticket_that_cannot_even_expire_leaves_no_open_question(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = shop.run(shop.ticket(REFUND_MEDIUM))
    Ticket.objects.filter(pk=ticket.pk).update(attempts=9)
    ticket = shop.run(ticket)
    assert ticket.state == "handed_over"
    assert not Approval.objects.waiting().filter(ticket=ticket).exists()
    assert Action.objects.get(ticket=ticket).status == "BLOCKED"


def test_a_wait_for_a_person_starts_the_count_of_failed_tries_anew(shop: Shop) -> None:
    made = shop.ticket(REFUND_MEDIUM)
    Ticket.objects.filter(pk=made.pk).update(attempts=4)
    ticket = shop.run(made)
    assert (ticket.state, ticket.attempts) == ("waiting", 0)


@pytest.fixture
def live(transactional_db: None) -> Iterator[tuple[Cast, Shop]]:
    cast = make_cast()
    shop = Shop(cast)
    with cast.ada.inside():
        from tests.tickets.test_kill import _lift_caps

        _lift_caps()
    yield cast, shop
    shop.wipe()


@pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
@pytest.mark.requirement("T09", part="slices at the same moment")
def test_slices_of_one_order_at_the_same_moment_do_not_slip_under_the_ceiling(
    live: tuple[Cast, Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All have asked the store before one of them decides: the second already needs a person."""
    cast, shop = live
    with cast.ada.inside():
        tickets = [shop.ticket(SLICE) for _ in range(4)]
    meet, known = threading.Barrier(len(tickets), timeout=15), gates.ask_late
    outside, judged = gates.gather.outside, gates.ask

    def together(*given: Any, **named: Any) -> Any:
        found = outside(*given, **named)
        if "kind" in named:
            meet.wait()
        return found

    def slowly(facts: Any, asked: Any, granted: Any = frozenset()) -> Any:
        import time

        found = judged(facts, asked, granted)
        time.sleep(0.2 if facts.action else 0)
        return found

    monkeypatch.setattr(gates.gather, "outside", together)
    monkeypatch.setattr(gates, "ask", slowly)
    assert known is gates.ask_late

    def work_on(ticket: Ticket) -> None:
        try:
            with tenancy.scope(cast.northlight.pk, actor=tenancy.SYSTEM):
                shop.run(ticket)
        finally:
            connections.close_all()

    with tenancy.scope(cast.northlight.pk, actor=tenancy.SYSTEM):
        Ticket.objects.update(run_after=NOW - timedelta(days=1))
    threads = [threading.Thread(target=work_on, args=(each,)) for each in tickets]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with cast.ada.inside():
        states = sorted(Ticket.objects.values_list("state", flat=True))
    assert shop.refunds("1042") == [usd(4_000)]
    assert states == ["replied", "waiting", "waiting", "waiting"]
