"""Money for model calls (Q16): reserved before a call, settled after it, so that concurrent calls cannot overshoot.

What a scope has used stands in one counter row per billing cycle, holds included. Every change locks the
organization's counter first and the person's second: two reservations can neither overshoot nor deadlock.
Call these outside a transaction of your own, else the locks last as long as it does.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from guardrails.models import SpendCounter, SpendPolicy, SpendReservation, SpendState, UserSpendCap
from portal import tenancy, trail
from portal.cycles import Cycle, billing_cycle
from portal.ids import uuid7_floor
from portal.models import Organization
from portal.trail import Subject

HOLD = timedelta(minutes=15)
"""Longer than any model call; a reservation nobody settles by then keeps counting at its estimate."""

LOOKED_BACK = timedelta(days=7)
"""A forecast goes on as these days went."""

USER, ORGANIZATION = "user", "organization"


class CapReached(Exception):
    """The estimate does not fit below a cap; `scope` is user or organization, amounts are microusd."""

    def __init__(self, scope: str, cap: int, used: int, resets_at: datetime) -> None:
        self.scope, self.cap, self.used, self.resets_at = scope, cap, used, resets_at
        whose = "your" if scope == USER else "your organization's"
        super().__init__(
            f"{whose} spend cap of ${cap / 1_000_000:,.2f} for this billing cycle is reached; it starts anew on"
            f" {resets_at:%Y-%m-%d %H:%M} UTC, or an admin raises it"
        )


@dataclass(frozen=True, slots=True)
class Reservation:
    """A held estimate; settle or release it by its `id`."""

    id: uuid.UUID
    cycle: str
    estimate_microusd: int
    expires_at: datetime


class Usage(NamedTuple):
    """What is used of a cap, holds included, in microusd, and when the billing cycle ends (UTC)."""

    used: int
    cap: int
    resets_at: datetime


def reserve(subject: Subject, user_id: uuid.UUID | None, estimate_microusd: int) -> Reservation:
    """Hold the estimated cost of one model call for the person and the organization.

    Without a `user_id` (the AI works for nobody in particular) only the organization's cap counts. Raises
    `CapReached`, recorded as `cap.reached`; `ValueError` where the estimate is not a positive whole number.
    """
    _require_cost("estimate_microusd", estimate_microusd, at_least=1)
    cycle = _cycle()
    with transaction.atomic():
        counters = _lock(cycle.key, user_id)
        refusal = _refusal(counters, _caps(user_id), estimate_microusd, cycle)
        if refusal is None:
            expire_stale()
            row = SpendReservation.objects.create(
                subject_kind=subject.kind,
                subject_id=subject.id,
                user_id=user_id,
                cycle=cycle.key,
                estimate_microusd=estimate_microusd,
                expires_at=timezone.now() + HOLD,
            )
            _add(counters, estimate_microusd)
            return Reservation(row.id, cycle.key, estimate_microusd, row.expires_at)
        _record_refusal(refusal, subject)
    raise refusal  # outside the transaction: the event stays


def settle(reservation_id: uuid.UUID, actual_microusd: int) -> bool:
    """Replace the estimate by what the call cost, also where that is more; return whether anything changed.

    An expired or released reservation is settled too: the money was spent. Settling twice changes nothing.
    Raises `LookupError` where the organization has no such reservation.
    """
    _require_cost("actual_microusd", actual_microusd, at_least=0)
    with transaction.atomic():
        row, counters = _locked(reservation_id)
        if row.state == SpendState.SETTLED:
            return False
        counted = 0 if row.state == SpendState.RELEASED else row.estimate_microusd
        row.state, row.actual_microusd, row.settled_at = SpendState.SETTLED, actual_microusd, timezone.now()
        row.save(update_fields=["state", "actual_microusd", "settled_at"])
        _add(counters, actual_microusd - counted)
        _record("spend.settled", row, actual_microusd)
    return True


def release(reservation_id: uuid.UUID) -> bool:
    """Give a held estimate back because no call was made; return whether anything changed. Idempotent."""
    with transaction.atomic():
        row, counters = _locked(reservation_id)
        if row.state != SpendState.HELD:
            return False
        row.state, row.settled_at = SpendState.RELEASED, timezone.now()
        row.save(update_fields=["state", "settled_at"])
        _add(counters, -row.estimate_microusd)
    return True


def expire_stale() -> int:
    """Mark the organization's holds that nobody settled in time; return how many.

    They keep counting at their estimate, because the call may have been made: unknown is never free.
    """
    with transaction.atomic():
        stale = SpendReservation.objects.filter(state=SpendState.HELD, expires_at__lt=timezone.now())
        rows = list(stale.select_for_update(skip_locked=True, of=("self",)).order_by("id")[:500])
        SpendReservation.objects.filter(pk__in=[row.pk for row in rows]).update(state=SpendState.EXPIRED)
        for row in rows:
            _record("spend.expired", row, row.estimate_microusd)
    return len(rows)


def usage(user_id: uuid.UUID | None = None) -> Usage:
    """Return what a person, or without one the organization, has used in this billing cycle. Four queries."""
    cycle = _cycle()
    found = SpendCounter.objects.filter(cycle=cycle.key, user_id=user_id).values_list("used_microusd", flat=True)
    caps = _caps(user_id)
    return Usage(found.first() or 0, caps[ORGANIZATION if user_id is None else USER], cycle.ends_at)


def forecast(now: datetime | None = None) -> int:
    """Return what the organization will have used at the end of the cycle, if it goes on as in the last seven days.

    What is used by now, and for the time left what was settled a second over those days (fewer where its first
    settled call is younger). Not capped: over the cap it says so. Five queries.
    """
    moment, used = now or timezone.now(), usage()
    settled = SpendReservation.objects.filter(state=SpendState.SETTLED)
    first = settled.order_by("id").values_list("created_at", flat=True).first()
    if first is None:
        return used.used
    recent = settled.filter(id__gte=uuid7_floor(moment - LOOKED_BACK))
    spent = recent.aggregate(sum=Sum("actual_microusd"))["sum"] or 0
    looked_at = min(moment - first, LOOKED_BACK)
    left = used.resets_at - moment
    return used.used + int(spent * (left / max(looked_at, timedelta(days=1))))


def _require_cost(field: str, value: int, *, at_least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < at_least:
        raise ValueError(f"{field}: `{value!r}` is not a cost; give a whole number of microusd from {at_least}")


def _cycle() -> Cycle:
    zone = Organization._base_manager.values_list("time_zone", flat=True).get(pk=tenancy.organization_id())
    return billing_cycle(timezone.now(), zone)


def _caps(user_id: uuid.UUID | None) -> dict[str, int]:
    """Return the caps by scope; without a policy nothing may be spent."""
    policy = SpendPolicy.objects.first()
    caps = {ORGANIZATION: policy.organization_cap_microusd if policy else 0}
    if user_id is not None:
        own = UserSpendCap.objects.filter(user_id=user_id).values_list("cap_microusd", flat=True).first()
        default = policy.default_user_cap_microusd if policy else 0
        caps[USER] = default if own is None else own
    return caps


def _lock(cycle: str, user_id: uuid.UUID | None) -> list[SpendCounter]:
    """Lock the counters of one cycle, making those that are missing: the organization's, then the person's."""
    # INVARIANT: every caller locks in this order, in one statement, before it touches a reservation.
    wanted = [None] if user_id is None else [None, user_id]
    rows = SpendCounter.objects.filter(cycle=cycle)
    mine = rows.filter(user_id=None) | (rows.filter(user_id=user_id) if user_id else rows.none())
    locked = mine.select_for_update(of=("self",)).order_by(F("user_id").asc(nulls_first=True))
    counters = list(locked)
    if len(counters) < len(wanted):
        SpendCounter.objects.bulk_create(
            [SpendCounter(cycle=cycle, user_id=each) for each in wanted], ignore_conflicts=True
        )
        counters = list(locked.all())
    return counters


def _locked(reservation_id: uuid.UUID) -> tuple[SpendReservation, list[SpendCounter]]:
    """Return a reservation and its counters, all locked, counters first."""
    where = SpendReservation.objects.filter(pk=reservation_id).values_list("cycle", "user_id").first()
    if where is None:
        raise LookupError(f"reservation `{reservation_id}` is not one of this organization")
    counters = _lock(*where)
    return SpendReservation.objects.select_for_update(of=("self",)).get(pk=reservation_id), counters


def _refusal(counters: list[SpendCounter], caps: dict[str, int], estimate: int, cycle: Cycle) -> CapReached | None:
    """Return which cap the estimate would go past, the person's first: it is the one they can ask about."""
    for counter in reversed(counters):
        scope = ORGANIZATION if counter.user_id is None else USER
        if counter.used_microusd + estimate > caps[scope]:
            return CapReached(scope, caps[scope], counter.used_microusd, cycle.ends_at)
    return None


def _add(counters: list[SpendCounter], difference: int) -> None:
    SpendCounter.objects.filter(pk__in=[counter.pk for counter in counters]).update(
        used_microusd=F("used_microusd") + difference
    )


def _record_refusal(refusal: CapReached, subject: Subject) -> None:
    trail.record(
        trail.Event(
            "cap.reached",
            subject,
            verdict="block",
            data={
                "scope": refusal.scope,
                "which": "spend",
                "cap": refusal.cap,
                "used": refusal.used,
                "resets_at": refusal.resets_at.isoformat(),
            },
        )
    )


def _record(kind: str, row: SpendReservation, cost_microusd: int) -> None:
    trail.record(
        trail.Event(
            kind,
            Subject(row.subject_kind, row.subject_id),
            cost_microusd=cost_microusd,
            data={
                "reservation": str(row.pk),
                "cycle": row.cycle,
                "estimate_microusd": row.estimate_microusd,
                "user": str(row.user_id or ""),
            },
        )
    )
