"""The daily comparison of the store with the action log, both ways: every difference is listed (T15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from connectors import open as doors
from connectors.contracts import Store, StoreReceipt, StoreUnreachable
from connectors.models import Connector, ConnectorRole
from portal import trail
from tickets.models import Action, ActionState, Difference, DifferenceKind


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference before it is written down."""

    kind: DifferenceKind
    detail: str
    action: Action | None = None
    receipt: StoreReceipt | None = None


def reconcile(of: Connector, day: date) -> list[Difference]:
    """Compare one UTC day of a store with the action log; write down and return what differs, each once.

    Raises `StoreUnreachable`: an incomplete comparison is none.
    """
    start = datetime.combine(day, time.min, tzinfo=UTC)
    store = doors.store(of)
    receipts = store.effects_between(start, start + timedelta(days=1))
    actions = list(Action.objects.filter(store=of, executed_at__gte=start, executed_at__lt=start + timedelta(days=1)))
    known = {
        str(action.idempotency_key): action
        for action in Action.objects.filter(idempotency_key__in=[_uuid(r.idempotency_key) for r in receipts])
    }
    executed = {receipt.idempotency_key for receipt in receipts} | _on_another_day(store, receipts, actions)
    findings = list(compare(receipts, known, actions, executed))
    with transaction.atomic():
        written = [_write(of, day, finding) for finding in findings]
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


def _on_another_day(store: Store, receipts: tuple[StoreReceipt, ...], actions: list[Action]) -> set[str]:
    """Return the keys of what was begun on the day and made on another: a call around midnight, a later try."""
    today = {receipt.idempotency_key for receipt in receipts}
    begun = {str(each.idempotency_key) for each in actions if each.state == ActionState.SUCCEEDED}
    return {key for key in begun - today if store.lookup(key) is not None}


def compare(
    receipts: tuple[StoreReceipt, ...], known: dict[str, Action], actions: list[Action], executed: set[str]
) -> Iterator[Finding]:
    """Yield what only the store has, what only the log has, and amounts that differ. `executed`: keys the store has."""
    for receipt in receipts:
        action = known.get(receipt.idempotency_key)
        what = f"{receipt.operation} {receipt.amount} on order {receipt.order_id}"
        if action is None:
            yield Finding(DifferenceKind.ONLY_STORE, f"{what} was made at the store, not here", None, receipt)
        elif action.state != ActionState.SUCCEEDED:
            detail = f"{what} was executed, the action log says {action.status}"
            yield Finding(DifferenceKind.ONLY_STORE, detail, action, receipt)
        elif action.kind != "exchange" and action.money != receipt.amount:
            detail = f"the store moved {receipt.amount}, the action log says {action.money}"
            yield Finding(DifferenceKind.AMOUNT, detail, action, receipt)
    for action in actions:
        if action.state == ActionState.SUCCEEDED and str(action.idempotency_key) not in executed:
            yield Finding(DifferenceKind.ONLY_LOG, f"{action}: the store does not know of it", action)


def _uuid(key: str) -> str:
    import uuid

    try:
        return str(uuid.UUID(key))
    except ValueError:
        return str(uuid.UUID(int=0))


def _write(of: Connector, day: date, finding: Finding) -> Difference | None:
    receipt = finding.receipt
    difference, is_new = Difference.objects.get_or_create(
        store=of,
        kind=finding.kind,
        action=finding.action,
        receipt_id=receipt.id if receipt else "",
        defaults={"order_id": receipt.order_id if receipt else "", "detail": finding.detail, "day": day},
    )
    if not is_new:
        return None
    trail.record(
        trail.Event(
            "store.difference_found",
            trail.Subject("difference", str(difference.pk)),
            connector_id=of.pk,
            amount=receipt.amount if receipt else (finding.action.money if finding.action else None),
            data={
                "kind": finding.kind.value,
                "order": difference.order_id,
                "receipt": difference.receipt_id,
                "detail": finding.detail,
            },
        )
    )
    return difference
