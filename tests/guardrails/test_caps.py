"""Caps on actions and money hold exactly, also when sixteen workers want the last place (T10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from guardrails import caps
from guardrails.caps import CapReached, Held
from guardrails.contracts import Outcome
from guardrails.gates import GATES
from guardrails.gates.run import run_gates
from guardrails.models import ActionCap, ActionMoneyCap, CapReservation
from guardrails.policy import ticket_policy_facts
from portal.ids import uuid7
from portal.money import Money
from portal.trail import Subject
from tests.factories import Cast
from tests.guardrails.gates.make import live_policy, make_facts, with_action
from tests.guardrails.threads import at_once

everywhere = pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
DAY = 86_400


def subject() -> Subject:
    return Subject("action", str(uuid7()))


def usd(dollars: int) -> Money:
    return Money(dollars * 100, "USD")


def set_caps(action: str = "refund", *, money: tuple[int, int] | None = None, **counts: int) -> None:
    if counts:
        ActionCap.objects.filter(action=action).update(**counts)
    if money:
        ActionMoneyCap.objects.filter(action=action).update(
            org_money_minor=money[0] * 100, customer_money_minor=money[1] * 100
        )


def reserve(customer: str = "c1", dollars: int = 10, action: str = "refund") -> Held:
    return caps.reserve(subject(), action, customer, usd(dollars))


def refused(**wanted: object) -> CapReached:
    with pytest.raises(CapReached) as caught:
        reserve(**wanted)
    return caught.value


@everywhere
@pytest.mark.requirement("T10")
def test_sixteen_workers_at_once_take_exactly_the_places_there_are(cast: Cast) -> None:
    with cast.ada.inside():
        set_caps(org_count=5, money=(10_000, 10_000))
    got = at_once(cast.ada, lambda index: reserve(customer=f"c{index}"))
    assert sum(isinstance(each, Held) for each in got) == 5
    assert {each.which for each in got if not isinstance(each, Held)} == {"org_count"}
    with cast.ada.inside():
        assert CapReservation.objects.counting().count() == 5
        events = Event.objects.filter(type="cap.reached")
        assert (events.count(), {event.verdict for event in events}) == (11, {"block"})


@everywhere
@pytest.mark.requirement("T10")
def test_sixteen_workers_at_once_move_at_most_the_money_there_is(cast: Cast) -> None:
    with cast.ada.inside():
        set_caps(org_count=100, customer_count=100, money=(1_000, 100))
    got = at_once(cast.ada, lambda _: reserve(dollars=30))
    assert sum(isinstance(each, Held) for each in got) == 3
    assert {each.which for each in got if not isinstance(each, Held)} == {"customer_money"}
    with cast.ada.inside():
        assert caps.cap_facts("refund", "c1", "USD").customer_money == usd(90)


@everywhere
@pytest.mark.requirement("T10")
def test_one_action_reserved_in_many_workers_takes_one_place(cast: Cast) -> None:
    mine = subject()
    got = at_once(cast.ada, lambda _: caps.reserve(mine, "refund", "c1", usd(10)))
    assert len({each.id for each in got}) == 1, got
    with cast.ada.inside():
        assert caps.cap_facts("refund", "c1", "USD").org_count == 1


@pytest.mark.requirement("T10")
@pytest.mark.parametrize(
    ("limit", "which"),
    [
        ({"org_count": 2}, "org_count"),
        ({"customer_count": 2}, "customer_count"),
        ({"money": (29, 1_000)}, "org_money"),
        ({"money": (1_000, 29)}, "customer_money"),
    ],
)
def test_each_cap_blocks_the_action_that_goes_past_it(northlight: Cast, limit: dict, which: str) -> None:
    set_caps(**{"org_count": 100, "customer_count": 100, "money": (10_000, 10_000), **limit})
    reserve(), reserve()
    refusal = refused()
    assert refusal.which == which
    event = Event.objects.get(type="cap.reached")
    assert (event.data["which"], event.data["scope"]) == (which, which.split("_")[0])
    assert (event.amount_minor, event.currency) == (1_000, "USD")


@pytest.mark.requirement("T10")
def test_a_cap_is_reached_and_not_passed_to_the_cent(northlight: Cast) -> None:
    set_caps(money=(30, 30))
    reserve(dollars=20)
    reserve(dollars=10)
    assert refused(dollars=1).used == usd(30)


@pytest.mark.requirement("T10")
def test_another_customer_and_another_action_have_places_of_their_own(northlight: Cast) -> None:
    set_caps(customer_count=1)
    reserve(customer="c1")
    assert refused(customer="c1").which == "customer_count"
    reserve(customer="c2")
    reserve(customer="c1", action="exchange")


@pytest.mark.requirement("T10")
def test_the_windows_slide(northlight: Cast) -> None:
    set_caps(org_count=1, org_window_s=DAY, customer_count=2, customer_period_s=30 * DAY, money=(10_000, 10_000))
    ages = CapReservation.objects
    reserve()
    assert refused().which == "org_count"
    ages.update(reserved_at=timezone.now() - timedelta(seconds=DAY - 60))
    assert refused().which == "org_count"
    ages.update(reserved_at=timezone.now() - timedelta(seconds=DAY + 60))
    reserve()
    ages.update(reserved_at=timezone.now() - timedelta(days=29))
    assert refused().which == "customer_count"
    ages.update(reserved_at=timezone.now() - timedelta(days=31))
    reserve()


@pytest.mark.requirement("T10")
def test_a_settled_action_counts_and_a_released_one_does_not(northlight: Cast) -> None:
    set_caps(org_count=1)
    held = reserve()
    assert caps.release(held.id)
    assert not caps.release(held.id)
    held = reserve()
    assert caps.settle(held.id, usd(7))
    assert not caps.settle(held.id)
    assert not caps.release(held.id)
    assert refused().which == "org_count"
    assert caps.cap_facts("refund", "c1", "USD").org_money == usd(7)


def test_what_the_store_paid_is_settled_as_it_was(northlight: Cast) -> None:
    held = reserve(dollars=10)
    assert caps.settle(held.id, Money(9_00, "EUR"))
    row = CapReservation.objects.get(pk=held.id)
    assert (row.amount_minor, row.currency, row.state) == (900, "EUR", "settled")


def test_reserving_again_changes_the_amount_and_is_measured_without_itself(northlight: Cast) -> None:
    set_caps(money=(50, 50))
    mine = subject()
    first = caps.reserve(mine, "refund", "c1", usd(40))
    again = caps.reserve(mine, "refund", "c1", usd(50))
    assert (first.id, again.amount) == (again.id, usd(50))
    with pytest.raises(CapReached):
        caps.reserve(mine, "refund", "c1", usd(51))
    assert caps.cap_facts("refund", "c1", "USD").org_money == usd(50), "the refused change left what was held"
    assert caps.cap_facts("refund", "c1", "USD", subject=mine).org_money == usd(0)


@pytest.mark.requirement("T10")
def test_gate_10_reads_the_same_numbers(northlight: Cast) -> None:
    set_caps(customer_count=1)
    loaded = ticket_policy_facts().actions["refund"].caps
    policy = with_action(live_policy(), caps=loaded)

    def outcome() -> Outcome:
        return run_gates(make_facts(policy=policy, caps=caps.cap_facts("refund", "c1", "USD")), GATES).outcome

    assert outcome() is Outcome.PASS
    reserve()
    assert outcome() is Outcome.BLOCK


@pytest.mark.requirement("T10")
def test_without_a_cap_nothing_is_reserved_and_nothing_is_known(northlight: Cast) -> None:
    with pytest.raises(CapReached) as caught:
        caps.reserve(subject(), "refund", "c1", Money(100, "EUR"))
    assert caught.value.which == "unknown"
    assert caps.cap_facts("refund", "c1", "EUR").org_count is None
    assert caps.cap_facts("refund", "", "USD").customer_count is None
    ActionCap.objects.all().delete()
    assert refused().which == "unknown"


def test_another_organization_has_places_of_its_own(cast: Cast) -> None:
    with cast.ada.inside():
        set_caps(org_count=1)
        held = reserve()
    with cast.cleo.inside():
        reserve()
        assert caps.cap_facts("refund", "c1", "USD").org_count == 1
        with pytest.raises(LookupError):
            caps.settle(held.id)


@pytest.mark.parametrize(("customer", "dollars"), [("", 10), ("c1", -1)])
def test_a_nameless_customer_or_a_negative_amount_is_refused(northlight: Cast, customer: str, dollars: int) -> None:
    with pytest.raises(ValueError, match="customer_ref"):
        reserve(customer=customer, dollars=dollars)


def test_facts_take_three_queries(northlight: Cast, django_assert_num_queries) -> None:
    with django_assert_num_queries(3):
        caps.cap_facts("refund", "c1", "USD")
