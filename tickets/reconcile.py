"""The daily comparison of the store with the action log, both ways: every difference is listed (T15).

What people did at the store without the product carries none of its keys and is told apart from what the product did
itself. An action whose outcome nobody knew is settled here by the store's own receipt. "Wrong refunds" is what is left
and about the product: a number that was measured, with since when.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Min, Sum
from django.utils import timezone

from connectors import open as doors
from connectors.contracts import Store, StoreReceipt, StoreUnreachable
from connectors.models import Connector, ConnectorRole
from portal import tenancy, trail
from portal.roles import Capability, require
from tickets import execute
from tickets.models import WRONG, Action, ActionState, ComparedDay, Difference, DifferenceKind, Ticket

BY_PEOPLE = "made by people at the store, on an order the product did not touch"


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference before it is written down."""

    kind: DifferenceKind
    detail: str
    action: Action | None = None
    receipt: StoreReceipt | None = None
    is_doubled: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """How many of the product's own actions the store executed otherwise than logged, and over what that was measured.

    `open`: differences nobody has resolved. `since` and `until` are the first and last day compared, None where none
    was; `days_missing` of them were not compared.
    """

    wrong: int
    open: int
    effects: int
    actions: int
    since: date | None = None
    until: date | None = None
    days_missing: int = 0


def reconcile(of: Connector, day: date) -> list[Difference]:
    """Compare one UTC day of a store with the action log; write down and return what differs, each once.

    Raises `StoreUnreachable`: an incomplete comparison is none.
    """
    start = datetime.combine(day, time.min, tzinfo=UTC)
    store = doors.store(of)
    receipts = store.effects_between(start, start + timedelta(days=1))
    actions = list(Action.objects.filter(store=of, executed_at__gte=start, executed_at__lt=start + timedelta(days=1)))
    known = _known(receipts)
    for receipt in receipts:
        _settle_unknown(receipt, known)
    executed = {receipt.idempotency_key for receipt in receipts} | _on_another_day(store, receipts, actions)
    findings = list(compare(receipts, known, actions, executed, _touched(receipts)))
    with transaction.atomic():
        written = [_write(of, day, finding) for finding in findings]
        compared = {"effects": len(receipts), "actions": len(actions), "compared_at": timezone.now()}
        ComparedDay.objects.update_or_create(store=of, day=day, defaults=compared)
        trail.record(
            trail.Event(
                "store.reconciled",
                trail.Subject("connector", str(of.pk)),
                connector_id=of.pk,
                data={"day": day.isoformat(), "compared": len(receipts), "differences": len(findings)},
            )
        )
    return [difference for difference in written if difference is not None]


def reconcile_stores(day: date) -> list[Difference]:
    """Compare one day of every active store of the organization; one that does not answer is recorded as such."""
    found: list[Difference] = []
    for of in Connector.objects.active().with_role(ConnectorRole.STORE).select_related("organization"):
        try:
            found += reconcile(of, day)
        except StoreUnreachable as error:
            trail.record(
                trail.Event(
                    "store.not_reconciled",
                    trail.Subject("connector", str(of.pk)),
                    verdict="unknown",
                    connector_id=of.pk,
                    data={"day": day.isoformat(), "reason": error.message},
                )
            )
    return found


def compare(
    receipts: Iterable[StoreReceipt],
    known: dict[str, Action],
    actions: Iterable[Action],
    executed: set[str],
    touched: frozenset[str] = frozenset(),
) -> Iterator[Finding]:
    """Yield what only the store has, what only the log has, what was made twice, and amounts that differ.

    `executed`: keys the store has. `touched`: orders the product acted on itself.
    """
    receipts = list(receipts)
    times = Counter(receipt.idempotency_key for receipt in receipts if receipt.idempotency_key)
    seen: set[str] = set()
    for receipt in receipts:
        action = known.get(receipt.idempotency_key)
        what = f"{receipt.operation} {receipt.amount} on order {receipt.order_id}"
        if action is None:
            yield _by_hand(receipt, what, is_doubled=receipt.order_id in touched)
        elif receipt.idempotency_key in seen:
            detail = f"{what} was executed {times[receipt.idempotency_key]} times for one action"
            yield Finding(DifferenceKind.TWICE, detail, action, receipt)
        elif action.state != ActionState.SUCCEEDED:
            detail = f"{what} was executed, the action log says {action.status}"
            yield Finding(DifferenceKind.ONLY_STORE, detail, action, receipt)
        elif action.kind != "exchange" and action.money != receipt.amount:
            detail = f"the store moved {receipt.amount}, the action log says {action.money}"
            yield Finding(DifferenceKind.AMOUNT, detail, action, receipt)
        seen.add(receipt.idempotency_key)
    for action in actions:
        if action.state == ActionState.SUCCEEDED and str(action.idempotency_key) not in executed:
            yield Finding(DifferenceKind.ONLY_LOG, f"{action}: the store does not know of it", action)


def resolve(difference_id: uuid.UUID, *, reason: str) -> Difference:
    """Close a difference with the reason a person gives; what was found stays written down."""
    require(Capability.WORK_APPROVALS)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "reason: say what the difference was and what was done about it"})
    with transaction.atomic():
        difference: Difference = Difference.objects.select_for_update(of=("self",)).get(pk=difference_id)
        if difference.is_resolved:
            raise ValidationError({"difference": "difference: it is resolved already; nothing was changed"})
        difference.is_resolved, difference.resolution = True, reason[:1000]
        difference.resolved_by_id, difference.resolved_at = tenancy.current().user_id, timezone.now()
        difference.save(update_fields=["is_resolved", "resolution", "resolved_by", "resolved_at"])
        trail.record(
            trail.Event(
                "store.difference_resolved",
                trail.Subject("difference", str(difference.pk)),
                connector_id=difference.store_id,
                data={
                    "kind": difference.kind,
                    "order": difference.order_id,
                    "receipt": difference.receipt_id,
                    "reason": reason[:300],
                },
            )
        )
    return difference


def measured() -> Measured:
    """Return how many of the product's actions went wrong, over all days compared. Three queries."""
    days = ComparedDay.objects.aggregate(
        since=Min("day"), until=Max("day"), effects=Sum("effects"), actions=Sum("actions")
    )
    found = Difference.objects.all()
    since, until = days["since"], days["until"]
    missing = 0
    if since is not None and until is not None:
        missing = (until - since).days + 1 - ComparedDay.objects.values("day").distinct().count()
    return Measured(
        wrong=found.filter(kind__in=WRONG).count(),
        open=found.filter(is_resolved=False).count(),
        effects=days["effects"] or 0,
        actions=days["actions"] or 0,
        since=since,
        until=until,
        days_missing=missing,
    )


def _known(receipts: Iterable[StoreReceipt]) -> dict[str, Action]:
    """Return our actions by the keys that the receipts carry. One query."""
    keys = [key for key in (_uuid(receipt.idempotency_key) for receipt in receipts) if key is not None]
    found = Action.objects.filter(idempotency_key__in=keys).select_related("store")
    return {str(action.idempotency_key): action for action in found}


def _touched(receipts: Iterable[StoreReceipt]) -> frozenset[str]:
    """Return the orders of the receipts that the product acted on, or may have. One query."""
    orders = {receipt.order_id for receipt in receipts}
    acted = Action.objects.filter(order_id__in=orders).executed_or_in_flight()
    return frozenset(acted.values_list("order_id", flat=True))


def _settle_unknown(receipt: StoreReceipt, known: dict[str, Action]) -> None:
    """Settle an action whose outcome nobody knew by the receipt the store has; its ticket stays where it is.

    One that a worker may still be asking about is left to it.
    """
    action = known.get(receipt.idempotency_key)
    if action is None or action.state != ActionState.UNKNOWN:
        return
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=action.ticket_id)
        fresh: Action = Action.objects.select_for_update(of=("self",)).select_related("store").get(pk=action.pk)
        if not ticket.is_ended or fresh.state != ActionState.UNKNOWN:
            return
        execute.settle(fresh, receipt)
        ticket.reason = f"The {fresh.kind} happened: the daily comparison found receipt {receipt.id} at the store."
        ticket.save(update_fields=["reason"])
        known[receipt.idempotency_key] = fresh


def _on_another_day(store: Store, receipts: Iterable[StoreReceipt], actions: list[Action]) -> set[str]:
    """Return the keys of what was begun on the day and made on another: a call around midnight, a later try.

    An action that a person said had happened, of which the store never told, is theirs to answer for.
    """
    today = {receipt.idempotency_key for receipt in receipts}
    begun = {str(each.idempotency_key): each for each in actions if each.state == ActionState.SUCCEEDED}
    found = set()
    for key in begun.keys() - today:
        if store.lookup(key, order_id=begun[key].order_id) is not None:
            found.add(key)
    return found


def _by_hand(receipt: StoreReceipt, what: str, *, is_doubled: bool) -> Finding:
    who = f" by {receipt.author}" if receipt.author else ""
    more = "; the product acted on this order too" if is_doubled else ""
    detail = f"{what} was made at the store{who}, not here{more}"
    return Finding(DifferenceKind.BY_HAND, detail, None, receipt, is_doubled)


def _uuid(key: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(key)
    except ValueError:
        return None


def _write(of: Connector, day: date, finding: Finding) -> Difference | None:
    """Write a difference down once. What people did on an order of their own is noted and asks for nothing."""
    receipt = finding.receipt
    is_noted = finding.kind == DifferenceKind.BY_HAND and not finding.is_doubled
    difference, is_new = Difference.objects.get_or_create(
        store=of,
        kind=finding.kind,
        action=finding.action,
        receipt_id=receipt.id if receipt else "",
        defaults={
            "order_id": receipt.order_id if receipt else "",
            "detail": finding.detail,
            "day": day,
            "is_resolved": is_noted,
            "resolution": BY_PEOPLE if is_noted else "",
        },
    )
    if not is_new:
        return None
    trail.record(
        trail.Event(
            "store.difference_found",
            trail.Subject("difference", str(difference.pk)),
            verdict="noted" if is_noted else ("by_hand" if finding.kind == DifferenceKind.BY_HAND else "wrong"),
            connector_id=of.pk,
            amount=receipt.amount if receipt else (finding.action.money if finding.action else None),
            data={
                "kind": finding.kind.value,
                "order": difference.order_id,
                "receipt": difference.receipt_id,
                "detail": finding.detail,
                "author": receipt.author if receipt else "",
            },
        )
    )
    return difference
