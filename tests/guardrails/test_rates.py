"""Sliding windows against the real Valkey: never more than allowed in any window, whoever asks at once (S06)."""

from __future__ import annotations

import random
import time
import uuid
from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from audit.models import Event
from guardrails import rates
from guardrails.models import RatePolicy
from portal import change, rate, tenancy, valkey
from tests.factories import Cast
from tests.guardrails.threads import at_once

LIMIT, LENGTH_S, THREADS = 12, 1, 16


def most_in_any_window(moments: list[float], length: float) -> int:
    """Return the largest number of moments that lie within one length of each other."""
    ordered = sorted(moments)
    return max((bisect_right(ordered, at + length) - i for i, at in enumerate(ordered)), default=0)


def hammer(attempt, *, for_s: float) -> list[float]:
    """Let sixteen threads try again and again; return when each that passed was let through, by Valkey's clock."""
    until = time.monotonic() + for_s

    def run(seed: int) -> list[float]:
        chance, passed = random.Random(seed), []
        while time.monotonic() < until:
            if attempt():
                seconds, micro = valkey.windows().time()
                passed.append(seconds + micro / 1e6)
            time.sleep(chance.random() / 50)
        return passed

    with ThreadPoolExecutor(THREADS) as pool:
        return [at for found in pool.map(run, range(THREADS)) for at in found]


def sliding(key: str) -> bool:
    return rate._run([key, f"{key}:burst"], [LENGTH_S * 1_000_000, uuid.uuid4().hex, LIMIT])[1] == 0


def fixed(key: str) -> bool:
    """The naive way: a counter that starts anew with each second of the clock."""
    seconds, _ = valkey.windows().time()
    name = f"{key}:{seconds // LENGTH_S}"
    count = valkey.windows().incr(name)
    valkey.windows().expire(name, 10)
    return count <= LIMIT


@pytest.mark.requirement("S06")
def test_sixteen_threads_never_get_more_than_the_limit_into_any_window() -> None:
    key = f"rate:test:{uuid.uuid4().hex}"
    passed = hammer(lambda: sliding(key), for_s=2.6)
    # each moment is read up to a few milliseconds after its place was taken: look at slightly shorter windows
    assert most_in_any_window(passed, LENGTH_S - 0.05) <= LIMIT
    assert len(passed) >= 2 * LIMIT, "places come free again: the limiter is not merely shut"


def test_control_a_fixed_window_lets_nearly_twice_as_many_through() -> None:
    key = f"rate:test:{uuid.uuid4().hex}"
    _, micro = valkey.windows().time()
    time.sleep((1_700_000 - micro) % 1_000_000 / 1e6)  # begin late in a second
    moments = []
    for _ in range(2):
        moments += [time.monotonic() for _ in range(20) if fixed(key)]
        time.sleep(0.32)
    assert most_in_any_window(moments, LENGTH_S - 0.05) == 2 * LIMIT


def test_a_place_comes_free_when_its_entry_is_one_window_old_and_the_wait_is_said_exactly() -> None:
    key = f"rate:test:{uuid.uuid4().hex}"
    for _ in range(LIMIT):
        assert sliding(key)
    wait_us, full, is_first = rate._run([key, f"{key}:burst"], [1_000_000, "x", LIMIT])
    assert (full, is_first) == (1, 1)
    assert 0 < wait_us <= 1_000_000
    time.sleep(wait_us / 1e6 + 0.002)
    assert sliding(key)


def test_a_refusal_in_one_window_takes_no_place_in_the_other() -> None:
    wide, narrow = (f"rate:test:{uuid.uuid4().hex}" for _ in range(2))
    keys = [wide, narrow, f"{wide}:b", f"{narrow}:b"]
    assert [rate._run(keys, [60_000_000, uuid.uuid4().hex, 10, 1])[1] for _ in range(3)] == [0, 2, 2]
    assert valkey.windows().zcard(wide) == 1


@pytest.mark.requirement("S06")
@pytest.mark.django_db(transaction=True, databases=["default", "owner", "dispatcher"])
def test_people_and_organizations_have_windows_of_their_own(transactional_db: None) -> None:
    from tests.factories import make_cast

    cast = make_cast()
    set_policy(cast, asks_of_person=5, asks_of_organization=8)
    of_ana = at_once(cast.ana, lambda _: rates.take(rates.Kind.ASK))
    assert of_ana.count(None) == 5
    refused = [each for each in of_ana if each is not None]
    assert all(type(each) is rate.Limited and each.status == 429 for each in refused)
    assert "You have reached the limit of 5 questions in a minute" in refused[0].message
    of_mia = at_once(cast.mia, lambda _: rates.take(rates.Kind.ASK))
    assert of_mia.count(None) == 3
    assert "Your organization has reached the limit of 8 questions" in next(e for e in of_mia if e).message
    with cast.cleo.inside():
        rates.take(rates.Kind.ASK)  # another organization is not held up
    with cast.ana.inside():
        rates.take(rates.Kind.CHECK)  # nor another kind


@pytest.mark.requirement("S06", part="one event for a burst")
def test_a_burst_is_one_event_that_names_the_limit(cast: Cast) -> None:
    set_policy(cast, asks_of_person=2)
    with cast.ana.inside():
        for _ in range(2):
            rates.take(rates.Kind.ASK)
        for _ in range(6):
            with pytest.raises(rate.Limited) as said:
                rates.take(rates.Kind.ASK)
        assert 1 <= said.value.retry_after_s <= 60
    with cast.ada.inside():
        (event,) = Event.objects.filter(type="rate.reached")
        assert (event.subject_kind, event.subject_id) == ("person", str(cast.ana.user.pk))
        assert event.data == {"kind": "ask", "scope": "person", "limit": 2, "window_s": 60}


@pytest.mark.requirement("S06", part="unknown never passes")
def test_without_valkey_what_is_limited_waits_with_a_clear_word(
    northlight: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = redis.Redis(unix_socket_path="/nowhere/valkey.sock", retry=None)
    monkeypatch.setattr(valkey, "windows", lambda: gone)
    with pytest.raises(rate.LimitsUnknown, match="Questions cannot be taken just now") as said:
        rates.take(rates.Kind.ASK)
    assert (said.value.status, said.value.headers) == (503, {"Retry-After": "5"})


def test_an_organization_without_a_policy_is_held_to_the_defaults(northlight: Cast) -> None:
    RatePolicy.objects.all().delete()
    for _ in range(30):
        rates.take(rates.Kind.ASK)
    with pytest.raises(rate.Limited):
        rates.take(rates.Kind.ASK)


def test_who_is_no_person_is_held_to_the_organizations_window_alone(cast: Cast) -> None:
    set_policy(cast, tickets_of_organization=1)
    with tenancy.scope(cast.northlight.pk, actor=tenancy.SYSTEM):
        rates.take(rates.Kind.TICKET)
        with pytest.raises(rate.Limited, match="limit of 1 tickets"):
            rates.take(rates.Kind.TICKET)


def set_policy(cast: Cast, **limits: int) -> None:
    with cast.ada.inside():
        policy = RatePolicy.objects.get()
        for name, value in limits.items():
            setattr(policy, name, value)
        change.apply(policy)
