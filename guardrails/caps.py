"""How often and how much an action may happen (T10): reserved before execution, exact under concurrency.

One row per organization and action is locked while the sliding windows are summed and the reservation is
made, so that two workers never both take the last place. Held and settled reservations count alike.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import models, transaction
from django.db.models import Count, Q, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from django.utils import timezone

from guardrails.gates.facts import CapFacts
from guardrails.models import ActionCap, ActionMoneyCap, CapLock, CapReservation, CapState
from portal import trail
from portal.money import Money
from portal.trail import Subject


class CapReached(Exception):
    """A cap has no room for the action; silent to the customer, the message is for officers.

    `which` is org_count, org_money, customer_count, customer_money, or unknown where no cap is set, which
    reserves nothing either.
    """

    def __init__(self, which: str, cap: int | Money | None, used: int | Money | None, message: str) -> None:
        self.which, self.cap, self.used = which, cap, used
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Held:
    """A reservation that counts against the caps; settle or release it by its `id`."""

    id: uuid.UUID
    action: str
    amount: Money


@dataclass(frozen=True, slots=True)
class _Limits:
    """The caps of one action in one currency, and where their windows begin, by the database's clock."""

    org_count: int
    org_money: Money
    org_since: Combinable
    customer_count: int
    customer_money: Money
    customer_since: Combinable


def reserve(subject: Subject, action: str, customer_ref: str, amount: Money) -> Held:
    """Take a place below every cap for the action of `subject`, or raise `CapReached` (recorded as `cap.reached`).

    Once per subject and action: asked again, it returns what is held or settled, with a held amount changed to
    the new one. Raises `ValueError` where the customer is not named or the amount is negative.
    """
    if not customer_ref or amount.amount_minor < 0:
        raise ValueError("customer_ref, amount: name the customer and give an amount that is not negative")
    with transaction.atomic():
        _lock(action)
        own = _of(subject, action).select_for_update(of=("self",)).first()
        if own is not None and own.state == CapState.SETTLED:
            return Held(own.pk, action, Money(own.amount_minor, own.currency))
        limits = _limits(action, amount.currency)
        used = _used(action, customer_ref, limits, own)
        refusal = _refusal(action, amount, limits, used)
        if refusal is None:
            return _hold(own, subject, action, customer_ref, amount)
        _record_refusal(refusal, subject, action, amount)
    raise refusal  # outside the transaction: the event stays


def settle(reservation_id: uuid.UUID, amount: Money | None = None) -> bool:
    """Mark a reservation as executed, with the amount it came to; return whether anything changed. Idempotent.

    A released one is settled too: what happened counts. Raises `LookupError` for an unknown reservation.
    """
    return _end(reservation_id, CapState.SETTLED, (CapState.HELD, CapState.RELEASED), amount)


def release(reservation_id: uuid.UUID) -> bool:
    """Give a held place back because nothing was executed; return whether anything changed. Idempotent.

    An action whose outcome is unknown is not released: it may have happened.
    """
    return _end(reservation_id, CapState.RELEASED, (CapState.HELD,), None)


def cap_facts(action: str, customer_ref: str, currency: str, *, subject: Subject | None = None) -> CapFacts:
    """Return what is used of the caps, for gate 10, without reserving; `subject`'s own reservation left out.

    All unknown (which never passes) where no cap is set for the action in this currency. Three queries, four
    with a subject.
    """
    limits = _limits(action, currency)
    if limits is None or not customer_ref:
        return CapFacts()
    return _used(action, customer_ref, limits, _of(subject, action).first() if subject else None)


def _lock(action: str) -> None:
    CapLock.objects.bulk_create([CapLock(action=action)], ignore_conflicts=True)
    CapLock.objects.select_for_update(of=("self",)).get(action=action)


def _of(subject: Subject, action: str) -> models.QuerySet[CapReservation]:
    return CapReservation.objects.filter(subject_kind=subject.kind, subject_id=subject.id, action=action)


def _limits(action: str, currency: str) -> _Limits | None:
    """Return the caps of an action in a currency, None where either is not set. Two queries."""
    counts = ActionCap.objects.filter(action=action).first()
    money = ActionMoneyCap.objects.filter(action=action, currency=currency).first()
    if counts is None or money is None:
        return None
    now = Now()
    return _Limits(
        org_count=counts.org_count,
        org_money=Money(money.org_money_minor, currency),
        org_since=now - timedelta(seconds=counts.org_window_s),
        customer_count=counts.customer_count,
        customer_money=Money(money.customer_money_minor, currency),
        customer_since=now - timedelta(seconds=counts.customer_period_s),
    )


def _used(action: str, customer_ref: str, limits: _Limits | None, own: CapReservation | None) -> CapFacts:
    """Sum both windows in one query; the subject's own reservation is not counted against itself."""
    if limits is None:
        return CapFacts()
    code = limits.org_money.currency
    in_org = Q(reserved_at__gt=limits.org_since)
    of_customer = Q(reserved_at__gt=limits.customer_since, customer_ref=customer_ref)
    rows = CapReservation.objects.counting().filter(action=action).filter(in_org | of_customer)
    if own is not None:
        rows = rows.exclude(pk=own.pk)
    found = rows.aggregate(
        org_count=Count("id", filter=in_org),
        org_money=Sum("amount_minor", filter=in_org & Q(currency=code)),
        customer_count=Count("id", filter=of_customer),
        customer_money=Sum("amount_minor", filter=of_customer & Q(currency=code)),
    )
    return CapFacts(
        org_count=found["org_count"],
        org_money=Money(int(found["org_money"] or 0), code),
        customer_count=found["customer_count"],
        customer_money=Money(int(found["customer_money"] or 0), code),
    )


def _refusal(action: str, amount: Money, limits: _Limits | None, used: CapFacts) -> CapReached | None:
    """Return the first cap that has no room."""
    if limits is None:
        return CapReached("unknown", None, None, f"no cap is set for `{action}` in {amount.currency}; set one")
    for which, count_cap in (("org_count", limits.org_count), ("customer_count", limits.customer_count)):
        count = getattr(used, which)
        if count + 1 > count_cap:
            return CapReached(which, count_cap, count, f"{count} of {count_cap} `{action}` actions are used ({which})")
    for which, money_cap in (("org_money", limits.org_money), ("customer_money", limits.customer_money)):
        spent = getattr(used, which)
        if money_cap < spent + amount:
            message = f"{spent} and {amount} are more than the cap of {money_cap} for `{action}` ({which})"
            return CapReached(which, money_cap, spent, message)
    return None


def _hold(own: CapReservation | None, subject: Subject, action: str, customer_ref: str, amount: Money) -> Held:
    """Write the reservation, or renew the subject's own; a place held before keeps its time."""
    row = own or CapReservation(subject_kind=subject.kind, subject_id=subject.id, action=action)
    if own is None or own.state == CapState.RELEASED:
        row.reserved_at = Now()
    row.customer_ref, row.amount_minor, row.currency = customer_ref, amount.amount_minor, amount.currency
    row.state, row.settled_at = CapState.HELD, None
    row.save(force_insert=own is None)
    return Held(row.pk, action, amount)


def _end(reservation_id: uuid.UUID, state: CapState, out_of: tuple[CapState, ...], amount: Money | None) -> bool:
    """Change a reservation's state by a conditional update."""
    rows = CapReservation.objects.filter(pk=reservation_id)
    values: dict[str, object] = {"state": state, "settled_at": timezone.now()}
    if amount is not None:
        values |= {"amount_minor": amount.amount_minor, "currency": amount.currency}
    if rows.filter(state__in=out_of).update(**values):
        return True
    if not rows.exists():
        raise LookupError(f"reservation `{reservation_id}` is not one of this organization")
    return False


def _record_refusal(refusal: CapReached, subject: Subject, action: str, amount: Money) -> None:
    trail.record(
        trail.Event(
            "cap.reached",
            subject,
            verdict="block",
            amount=amount,
            data={
                "scope": refusal.which.split("_")[0],
                "which": refusal.which,
                "action": action,
                "cap": None if refusal.cap is None else str(refusal.cap),
                "used": None if refusal.used is None else str(refusal.used),
            },
        )
    )
