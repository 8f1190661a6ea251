"""Steps 5 and 6: reserve the caps, then execute exactly once (T14).

The claim commits before the call and the settlement after it; both under one idempotency key that never
changes. A worker killed anywhere leaves a row that says how far it came: `approved` was certainly not sent,
`executing` and `unknown` may have been, and are first looked up at the store. What the store does not know yet is sent
again under the same key where the store honours keys, and never sent again where it does not.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from connectors.contracts import (
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
from tickets import doors, journey, meanwhile, shape, waiting
from tickets.action_log import record
from tickets.models import Action, ActionState, Ticket, TicketState

MAX_TRIES = 5
"""How often the store is asked about an unknown outcome before a person is; about a minute in all."""

JOB_BOUND = timedelta(minutes=15)
"""How long a job at the store is polled before a person is asked to look."""

KEY_REUSED = "key_reused"
"""The store's word for a key it knows from another call: something was executed under it, nobody here knows what."""

BEGUN = (ActionState.EXECUTING, ActionState.UNKNOWN)


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
    may_have_run = action.state in BEGUN
    try:
        store = doors.store(action.store)
        if may_have_run:
            answer = find_out(ticket, action, store)
        elif meanwhile.look(ticket, action, store):
            _claim(ticket, action)
            answer = call(store, action)
        else:
            return False
    except meanwhile.Overtaken as overtaken:
        return _hand_over(ticket, action, store, f" {overtaken}")
    except StoreRefused as error:
        if error.code == KEY_REUSED or (may_have_run and action.job_id):
            return _unknown(ticket, action, store)
        if may_have_run:  # a refusal of this try says nothing about the one before, which may still arrive
            return _hand_over(ticket, action, store, f" A second try was refused: {error}.")
        return _failed(ticket, action, error.code, str(error))
    except StoreUnreachable as error:
        return _not_reached(ticket, action, error, may_have_run=may_have_run)
    except StoreOutcomeUnknown:
        return _unknown(ticket, action, store)
    if isinstance(answer, StoreJob):
        return _job(ticket, action, store, answer)
    return _settle(ticket, action, answer) if answer is not None else _unknown(ticket, action, store)


def call(store: Store, action: Action) -> StoreReceipt | StoreJob:
    """Make the one call, under the action's key. No transaction is open."""
    key, money = str(action.idempotency_key), action.money
    note = f"Countersign action {action.pk}"
    inputs = action.inputs
    if action.kind == "refund":
        if money is None:
            raise StoreRefused("no_amount", "the refund has no amount")
        return store.refund(
            action.order_id,
            money,
            idempotency_key=key,
            note=note,
            lines=shape.lines_of(action),
            shipping=shape.shipping_of(action),
            restock=bool(inputs.get("restock", False)),
            destination=shape.destination_of(action),
        )
    if action.kind == "cancel":
        return store.cancel(
            action.order_id,
            idempotency_key=key,
            note=note,
            restock=bool(inputs.get("restock", True)),
            destination=shape.destination_of(action),
        )
    lines = shape.lines_of(action)
    if len(lines) != 1:
        raise StoreRefused("no_line", "the exchange does not say which one line goes back")
    restock = bool(inputs.get("restock", False))
    return store.exchange(
        action.order_id, lines[0], action.replacement_sku, idempotency_key=key, note=note, restock=restock
    )


def find_out(ticket: Ticket, action: Action, store: Store) -> StoreReceipt | StoreJob | None:
    """Ask the store what became of a call that may have been made; None where nobody knows yet.

    # INVARIANT: it is sent again under the same key, to a store that honours keys, and only while nobody has refunded
    # by hand; to a store that keeps no keys it is never sent again, its effects are read.
    """
    key = str(action.idempotency_key)
    receipt = store.lookup(key, order_id=action.order_id)
    if receipt is not None:
        return receipt
    if action.job_id:
        return store.job(action.job_id, order_id=action.order_id, idempotency_key=key)
    meanwhile.require_untouched(action, store)
    _claim(ticket, action)
    return call(store, action) if action.kind in store.honours_keys else None


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
    """Commit what the store confirmed: receipt, caps, first execution, event; then the reply may go.

    Where the store returned another amount than was judged, the reply was written about money that did not move: a
    person writes another.
    """
    judged = action.money
    with journey.committing(ticket):
        settle(action, receipt)
        if action.kind == "exchange" or judged is None or receipt.amount == judged:
            journey.move(ticket, step="dispatch")
            return True
        reason = f"The store returned {receipt.amount}, not {judged}; the reply was not sent."
        journey.end(ticket, TicketState.HANDED_OVER, reason=reason, disposition=Disposition.HAND_OVER)
    return False


def settle(action: Action, receipt: StoreReceipt) -> None:
    """Write down that the store executed the action, with what it came to. In a transaction."""
    action.state, action.settled_at = ActionState.SUCCEEDED, timezone.now()
    action.output = {"receipt": receipt.id, "executed_at": receipt.executed_at.isoformat(), **receipt.output}
    if receipt.amount.amount_minor and action.kind != "exchange":
        action.amount_minor, action.currency = receipt.amount.amount_minor, receipt.amount.currency
    action.save(update_fields=["state", "settled_at", "output", "amount_minor", "currency"])
    if action.cap_reservation_id:
        caps.settle(action.cap_reservation_id, receipt.amount if action.kind != "exchange" else None)
    if action.store is not None:
        record_first(action.kind, action.store, fingerprint=action.standing)
    record(
        action,
        "action.succeeded",
        verdict="success",
        tool=receipt.tool,
        receipt=receipt.id,
        replayed=receipt.was_replayed,
    )


def _job(ticket: Ticket, action: Action, store: Store, job: StoreJob) -> bool:
    """Go by what a job came to: settled on its receipt alone, polled again while it runs, within a bound."""
    if job.receipt is not None and job.state == "done":
        return _settle(ticket, action, job.receipt)
    if job.state == "failed":
        return _failed(ticket, action, "job_failed", job.reason or "the store's job failed")
    since = action.executed_at or timezone.now()
    if timezone.now() - since > JOB_BOUND:
        return _hand_over(ticket, action, store)
    with journey.committing(ticket):
        if action.job_id != job.id:
            action.job_id = job.id
            action.save(update_fields=["job_id"])
            record(action, "action.job_accepted", job=job.id)
        lasted = max((timezone.now() - since).total_seconds(), 1.0)
        journey.rest(ticket, again_after=timedelta(seconds=min(lasted, 60.0)), afresh=True)
    return False


def _not_reached(ticket: Ticket, action: Action, error: StoreUnreachable, *, may_have_run: bool) -> bool:
    """The store could not be asked: this try did nothing. The ticket waits as long as it may (raises `error`).

    Then an action that was certainly never sent has failed, and one that may have been stays unknown.
    """
    if not may_have_run and action.state == ActionState.EXECUTING:
        with journey.committing(ticket):
            action.state, action.tries, action.executed_at = ActionState.APPROVED, 0, None
            action.save(update_fields=["state", "tries", "executed_at"])
    if waiting.may_pass(error) and waiting.may_wait(ticket):
        raise error
    return _hand_over(ticket, action, None) if may_have_run else _failed(ticket, action, error.code, str(error))


def _unknown(ticket: Ticket, action: Action, store: Store) -> bool:
    """Nobody knows whether it happened: ask again soon, within a bound; then a person takes it, caps held."""
    if action.tries >= MAX_TRIES:
        return _hand_over(ticket, action, store)
    with journey.committing(ticket):
        _be_unknown(action)
        journey.rest(ticket, again_after=timedelta(seconds=2**action.tries))
    return False


def _hand_over(ticket: Ticket, action: Action, store: Store | None, because: str = "") -> bool:
    """Give a person an action whose outcome nobody knows, with all that is known of it."""
    shows = what_the_store_shows(action, store) + because
    with journey.committing(ticket):
        _be_unknown(action)
        reason = undecided(action, shows)
        journey.end(ticket, TicketState.HANDED_OVER, reason=reason, disposition=Disposition.HAND_OVER)
    return False


def _be_unknown(action: Action) -> None:
    if action.state != ActionState.UNKNOWN:
        action.state = ActionState.UNKNOWN
        action.save(update_fields=["state"])
        record(action, "action.unknown", verdict="unknown")


def what_the_store_shows(action: Action, store: Store | None) -> str:
    """Say in a sentence what the store shows of the order now, or that it does not answer. No transaction is open."""
    try:
        order = store.order(action.order_id) if store is not None else None
        effects = store.effects(action.order_id) if store is not None else ()
    except StoreUnreachable:
        return "The store does not answer now."
    if order is None:
        return "The store shows no such order." if store is not None else "The store does not answer now."
    mine = [effect for effect in effects if effect.idempotency_key == str(action.idempotency_key)]
    under_key = f"{len(mine)} under this key" if mine else "nothing under this key"
    return f"The store shows {order.status}, {order.refunded} of {order.paid} refunded, {under_key}."


def undecided(action: Action, shows: str) -> str:
    """Say that nobody knows whether the action happened, all that is known of it, and where to look."""
    amount = f" of {action.money}" if action.money else ""
    since = f" since {action.executed_at:%Y-%m-%d %H:%M} UTC" if action.executed_at else ""
    known = f"asked {action.tries} times{since}, key {action.idempotency_key}"
    told = f" {shows}" if shows else ""
    return (
        f"The store did not say whether the {action.kind}{amount} happened ({known}); "
        f"look at order {action.order_number}.{told}"
    )


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
