"""Spend is reserved before a call and settled after it; no number of concurrent calls overshoots a cap (Q16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from guardrails import spend
from guardrails.models import SpendCounter, SpendPolicy, SpendReservation, SpendState, UserSpendCap
from guardrails.spend import ORGANIZATION, USER, CapReached
from portal import change
from portal.ids import uuid7
from portal.models import Organization
from portal.trail import Subject
from tests.factories import Cast, Person
from tests.guardrails.threads import THREADS, at_once

QUESTION = Subject("question", str(uuid7()))
DOLLAR = 1_000_000
everywhere = pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])


def set_caps(*, organization: int, user: int) -> None:
    SpendPolicy.objects.update(organization_cap_microusd=organization, default_user_cap_microusd=user)


def used(person: Person) -> tuple[int, int]:
    """Return what the person and their organization have used."""
    return spend.usage(person.user.pk).used, spend.usage().used


@everywhere
@pytest.mark.requirement("Q16", part="reserve and settle")
def test_sixteen_calls_at_once_never_overshoot_the_persons_cap(cast: Cast) -> None:
    with cast.ana.inside():
        set_caps(organization=100 * DOLLAR, user=5 * DOLLAR)
    got = at_once(cast.ana, lambda _: spend.reserve(QUESTION, cast.ana.user.pk, DOLLAR))
    assert sorted(type(each).__name__ for each in got) == ["CapReached"] * 11 + ["Reservation"] * 5
    assert {each.scope for each in got if isinstance(each, CapReached)} == {USER}
    with cast.ana.inside():
        assert used(cast.ana) == (5 * DOLLAR, 5 * DOLLAR)
        assert SpendReservation.objects.count() == 5
        assert Event.objects.filter(type="cap.reached").count() == 11


@everywhere
@pytest.mark.requirement("Q16", part="reserve and settle")
def test_people_at_once_never_overshoot_the_organizations_cap(cast: Cast) -> None:
    people = [person.user.pk for person in cast.team]
    with cast.ana.inside():
        set_caps(organization=7 * DOLLAR, user=100 * DOLLAR)
    got = at_once(cast.ana, lambda index: spend.reserve(QUESTION, people[index % 4], DOLLAR))
    refused = [each for each in got if isinstance(each, CapReached)]
    assert (len(got) - len(refused), {each.scope for each in refused}) == (7, {ORGANIZATION})
    with cast.ana.inside():
        assert spend.usage().used == 7 * DOLLAR
        assert sum(spend.usage(each).used for each in people) == 7 * DOLLAR


@everywhere
@pytest.mark.requirement("Q16", part="reserve and settle")
def test_reserving_settling_and_releasing_at_once_keeps_the_counters_exact(cast: Cast) -> None:
    """Each thread makes four calls: two settled above the estimate, one released, one settled and released again."""

    def work(index: int) -> int:
        spent = 0
        for turn in range(4):
            held = spend.reserve(QUESTION, cast.team[index % 4].user.pk, 100)
            if turn == 3:
                assert spend.release(held.id)
                continue
            assert spend.settle(held.id, 130 + index)
            spend.release(held.id)
            spent += 130 + index
        return spent

    got = at_once(cast.ana, work)
    assert all(isinstance(each, int) for each in got), got
    with cast.ana.inside():
        assert spend.usage().used == sum(got)
        assert sum(spend.usage(person.user.pk).used for person in cast.team) == sum(got)
        assert len(got) == THREADS


@everywhere
def test_settling_one_reservation_in_many_threads_counts_once(cast: Cast) -> None:
    with cast.ana.inside():
        held = spend.reserve(QUESTION, cast.ana.user.pk, 100)
    got = at_once(cast.ana, lambda _: spend.settle(held.id, 70))
    assert sorted(got) == [False] * 15 + [True]
    with cast.ana.inside():
        assert used(cast.ana) == (70, 70)
        assert Event.objects.get(type="spend.settled").cost_microusd == 70


@pytest.mark.requirement("Q16", part="reserve and settle")
def test_what_is_settled_above_the_estimate_is_recorded_truthfully(northlight: Cast) -> None:
    set_caps(organization=100, user=100)
    held = spend.reserve(QUESTION, northlight.ana.user.pk, 100)
    assert spend.settle(held.id, 250)
    assert used(northlight.ana) == (250, 250)
    with pytest.raises(CapReached) as refused:
        spend.reserve(QUESTION, northlight.ana.user.pk, 1)
    assert (refused.value.scope, refused.value.cap, refused.value.used) == (USER, 100, 250)
    assert Event.objects.get(type="spend.settled").data["estimate_microusd"] == 100


@pytest.mark.requirement("Q16", part="reserve and settle")
def test_a_cap_has_room_to_its_last_millionth(northlight: Cast) -> None:
    set_caps(organization=1_000, user=100)
    spend.reserve(QUESTION, northlight.ana.user.pk, 99)
    with pytest.raises(CapReached):
        spend.reserve(QUESTION, northlight.ana.user.pk, 2)
    spend.reserve(QUESTION, northlight.ana.user.pk, 1)
    assert used(northlight.ana) == (100, 100)


@pytest.mark.requirement("Q16", part="reserve and settle")
def test_questions_pause_until_an_admin_raises_the_cap(northlight: Cast) -> None:
    ana = northlight.ana.user.pk
    set_caps(organization=1_000, user=0)
    with pytest.raises(CapReached, match="an admin raises it"):
        spend.reserve(QUESTION, ana, 10)
    change.apply(UserSpendCap(user_id=ana, cap_microusd=10), reason="quarter end")
    spend.reserve(QUESTION, ana, 10)
    assert spend.usage(ana)[:2] == (10, 10)
    with pytest.raises(CapReached):
        spend.reserve(QUESTION, northlight.mia.user.pk, 10)


@pytest.mark.requirement("Q16", part="reserve and settle")
def test_the_next_cycle_starts_in_the_organizations_own_time_zone(
    northlight: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Organization._base_manager.filter(pk=northlight.northlight.pk).update(time_zone="Pacific/Auckland")
    set_caps(organization=100, user=100)
    ana, now = northlight.ana.user.pk, datetime(2026, 1, 31, 10, 59, tzinfo=UTC)  # 23:59 on the 31st in Auckland
    monkeypatch.setattr(timezone, "now", lambda: now)
    held = spend.reserve(QUESTION, ana, 100)
    with pytest.raises(CapReached) as refused:
        spend.reserve(QUESTION, ana, 1)
    assert refused.value.resets_at == datetime(2026, 1, 31, 11, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=1))
    spend.reserve(QUESTION, ana, 60)
    spend.settle(held.id, 80)
    assert spend.usage(ana).used == 60, "the late settlement belongs to the cycle of its reservation"
    assert SpendCounter.objects.get(cycle="2026-01", user_id=ana).used_microusd == 80


@pytest.mark.requirement("Q16", part="reserve and settle")
def test_a_call_that_nobody_settled_keeps_counting_at_its_estimate(northlight: Cast) -> None:
    ana = northlight.ana.user.pk
    held = spend.reserve(QUESTION, ana, 100)
    SpendReservation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    spend.reserve(QUESTION, ana, 5)
    assert SpendReservation.objects.get(pk=held.id).state == SpendState.EXPIRED
    assert spend.usage(ana).used == 105
    assert not spend.release(held.id)
    assert spend.settle(held.id, 40)
    assert spend.usage(ana).used == 45
    assert Event.objects.get(type="spend.expired").cost_microusd == 100


def test_a_released_hold_that_was_billed_after_all_is_counted(northlight: Cast) -> None:
    held = spend.reserve(QUESTION, northlight.ana.user.pk, 100)
    assert spend.release(held.id)
    assert not spend.release(held.id)
    assert used(northlight.ana) == (0, 0)
    assert spend.settle(held.id, 30)
    assert used(northlight.ana) == (30, 30)


def test_work_for_nobody_counts_for_the_organization_alone(northlight: Cast) -> None:
    spend.reserve(Subject("ticket", str(uuid7())), None, 50)
    assert used(northlight.ana) == (0, 50)


def test_without_a_policy_nothing_may_be_spent(northlight: Cast) -> None:
    SpendPolicy.objects.all().delete()
    with pytest.raises(CapReached):
        spend.reserve(QUESTION, northlight.ana.user.pk, 1)


@pytest.mark.parametrize("estimate", [0, -1, 1.5, True, "10"])
def test_an_estimate_that_is_not_one_is_refused(northlight: Cast, estimate: object) -> None:
    with pytest.raises(ValueError, match="estimate_microusd: `"):
        spend.reserve(QUESTION, northlight.ana.user.pk, estimate)


def test_another_organizations_reservation_is_not_there(cast: Cast) -> None:
    with cast.ana.inside():
        held = spend.reserve(QUESTION, cast.ana.user.pk, 100)
    with cast.cleo.inside():
        with pytest.raises(LookupError):
            spend.settle(held.id, 1)
        with pytest.raises(LookupError):
            spend.release(held.id)
        assert spend.usage().used == 0


def test_the_page_asks_four_queries(northlight: Cast, django_assert_num_queries) -> None:
    with django_assert_num_queries(4):
        spend.usage(northlight.ana.user.pk)
