"""Steps 5 and 6: reserve the caps, then execute exactly once (T14).

The claim commits before the call and the settlement after it; both under one idempotency key that never
changes. A worker killed anywhere leaves a row that says how far it came: `approved` was certainly not sent,
`executing` and `unknown` may have been, and are first looked up at the store, then sent again under the same key.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from connectors.contracts import (
    LineQuantity,
    Store,
    StoreJob,
    StoreOutcomeUnknown,
    StoreReceipt,
    StoreRefused,
    StoreUnreachable,
)
from connectors.first_execution import record_first
from guardrails import caps
from guardrails.contracts import Disposition
from portal.trail import Subject
from tickets import doors, journey
from tickets.action_log import record
from tickets.models import Action, ActionState, Ticket, TicketState

MAX_TRIES = 5
"""How often the store is asked about an unknown outcome before a person is; about a minute in all."""


KEY_REUSED = "key_reused"
"""The store's word for a key it knows from another call: something was executed under it, nobody here knows what."""


def reserve_caps(ticket: Ticket) -> bool:
    """Hold the action's place under every cap, exactly, before anything is sent; over a cap blocks (T10)."""
    action = journey.live_action(ticket)
    with journey.committing(ticket):
        if action is None or action.money is None:
            journey.end(ticket, TicketState.HANDED_OVER, reason="There is no action left to execute.")
            return False
        try:
            held = caps.reserve(Subject("action", str(action.pk)), action.kind, action.customer_ref, action.money)
        except (caps.CapReached, ValueError) as refusal:
            reason = str(refusal)
            journey.block(action, gate="T10", reason=reason, actor="Rate limit")
            journey.end(ticket, TicketState.BLOCKED, reason=reason, gate="T10", disposition=Disposition.HAND_OVER)
            return False
        action.cap_reservation_id = held.id
        action.save(update_fields=["cap_reservation_id"])
        record(action, "action.reserved")
        journey.move(ticket, step="execute")
    return True


def execute(ticket: Ticket) -> bool:
    """Execute the ticket's action once, or settle what an earlier worker began."""
    action = journey.live_action(ticket)
    if action is None or action.store is None:
        with journey.committing(ticket):
            journey.end(ticket, TicketState.HANDED_OVER, reason="There is no action left to execute.")
        return False
    store = doors.store(action.store)
    may_have_run = action.state in (ActionState.EXECUTING, ActionState.UNKNOWN)
    _claim(ticket, action)
    try:
        receipt = (
            store.lookup(str(action.idempotency_key), order_id=action.order_id) if may_have_run else None
        ) or call(store, action)
    except StoreRefused as error:
        if error.code == KEY_REUSED:
            return _unknown(ticket, action)
        return _failed(ticket, action, error.code, str(error))
    except StoreUnreachable as error:
        return _not_reached(ticket, action, error, may_have_run=may_have_run)
    except StoreOutcomeUnknown:
        return _unknown(ticket, action)
    if isinstance(receipt, StoreJob):
        return _unknown(ticket, action)
    return _settle(ticket, action, receipt)


def call(store: Store, action: Action) -> StoreReceipt | StoreJob:
    """Make the one call, under the action's key. No transaction is open."""
    key, money = str(action.idempotency_key), action.money
    note = f"Countersign action {action.pk}"
    if action.kind == "refund":
        if money is None:
            raise StoreRefused("no_amount", "the refund has no amount")
        return store.refund(action.order_id, money, idempotency_key=key, note=note)
    if action.kind == "cancel":
        return store.cancel(action.order_id, idempotency_key=key, note=note)
    line = LineQuantity(str(action.inputs.get("line_id", "")), int(action.inputs.get("quantity", 1)))
    return store.exchange(action.order_id, line, action.replacement_sku, idempotency_key=key, note=note)


def _claim(ticket: Ticket, action: Action) -> None:
    """Commit that the call is about to be made: from here on it may have happened."""
    with journey.committing(ticket):
        if action.state != ActionState.UNKNOWN:
            action.state = ActionState.EXECUTING
        action.tries += 1
        action.executed_at = action.executed_at or timezone.now()
        action.save(update_fields=["state", "tries", "executed_at"])
        record(
            action,
            "action.executing",
            key=str(action.idempotency_key),
            attempt=action.tries,
        )


def _settle(ticket: Ticket, action: Action, receipt: StoreReceipt) -> bool:
    """Commit what the store confirmed: receipt, caps, first execution, event; then the reply may go."""
    with journey.committing(ticket):
        action.state, action.settled_at = ActionState.SUCCEEDED, timezone.now()
        action.output = {"receipt": receipt.id, "executed_at": receipt.executed_at.isoformat(), **receipt.output}
        if receipt.amount.amount_minor and action.kind != "exchange":
            action.amount_minor, action.currency = receipt.amount.amount_minor, receipt.amount.currency
        action.save(update_fields=["state", "settled_at", "output", "amount_minor", "currency"])
        if action.cap_reservation_id:
            caps.settle(action.cap_reservation_id, receipt.amount if action.kind != "exchange" else None)
        if action.store is not None:
            record_first(action.kind, action.store)
        record(
            action,
            "action.succeeded",
            verdict="success",
            tool=receipt.tool,
            receipt=receipt.id,
            replayed=receipt.was_replayed,
        )
        journey.move(ticket, step="dispatch")
    return True


def _not_reached(ticket: Ticket, action: Action, error: StoreUnreachable, *, may_have_run: bool) -> bool:
    """The store could not be asked: this try did nothing. An earlier one that may have run stays unknown."""
    if may_have_run:
        return _unknown(ticket, action)
    if action.tries >= MAX_TRIES:
        return _failed(ticket, action, error.code, str(error))
    with journey.committing(ticket):
        action.state = ActionState.APPROVED
        action.save(update_fields=["state"])
        journey.rest(ticket, again_after=timedelta(seconds=2**action.tries))
    return False


def _unknown(ticket: Ticket, action: Action) -> bool:
    """Nobody knows whether it happened: ask again soon, within a bound; then a person takes it, caps held."""
    with journey.committing(ticket):
        if action.state != ActionState.UNKNOWN:
            action.state = ActionState.UNKNOWN
            action.save(update_fields=["state"])
            record(
                action,
                "action.unknown",
                verdict="unknown",
            )
        if action.tries >= MAX_TRIES:
            journey.end(
                ticket,
                TicketState.HANDED_OVER,
                reason=undecided(action),
                disposition=Disposition.HAND_OVER,
            )
        else:
            journey.rest(ticket, again_after=timedelta(seconds=2**action.tries))
    return False


def undecided(action: Action) -> str:
    """Say that nobody knows whether the action happened, and where to look."""
    return f"The store did not say whether the {action.kind} happened; look at order {action.order_number}."


def _failed(ticket: Ticket, action: Action, code: str, reason: str) -> bool:
    """The store refused: nothing happened. The caps are given back and a person takes the ticket."""
    with journey.committing(ticket):
        fail(action, code, reason)
        journey.end(
            ticket,
            TicketState.HANDED_OVER,
            reason=f"The store refused the {action.kind}: {reason}",
            disposition=Disposition.HAND_OVER,
        )
    return False


def fail(action: Action, code: str, reason: str) -> None:
    """Mark an action that certainly was not executed, and give its caps back. In a transaction."""
    action.state, action.settled_at = ActionState.FAILED, timezone.now()
    action.output = {"code": code, "reason": reason}
    action.save(update_fields=["state", "settled_at", "output"])
    if action.cap_reservation_id:
        caps.release(action.cap_reservation_id)
    record(
        action,
        "action.failed",
        verdict="failed",
        code=code,
        reason=reason,
    )
