"""What people did while a run was on its way: an order refunded by hand, a customer answered. Then the run stops.

Asked right before the claim, while it is certain that nothing was sent. A person's work is never repeated and never
contradicted: the action is blocked, its caps are given back, and a person has the ticket, with what was noticed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from connectors.contracts import Helpdesk, HelpdeskUnreachable, Order, Store, StoreReceipt
from guardrails import caps, policy
from guardrails.contracts import Disposition
from tickets import doors, journey, waiting
from tickets.models import Action, ActionState, Ticket, TicketState

JUDGED_FOR = timedelta(minutes=15)
"""How long what the gates saw may be acted upon: who had to wait longer for a store is judged anew."""
MOST_JUDGEMENTS = 4
"""How often an action is judged because its order keeps changing; then a person takes it."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Why a run does not go on. `again`: our own doing or a mere edit, so the gates are asked again."""

    reason: str
    code: str = "overtaken"
    again: bool = False


class Overtaken(Exception):
    """People did something to the order while the outcome of our own call was not known."""


def remember(action: Action, order: Order) -> None:
    """Keep what the order looked like when the gates saw it; the caller saves the action."""
    before = action.inputs.get("judged", {})
    action.inputs = action.inputs | {
        "judged": {
            "version": order.version,
            "refunded_minor": order.refunded.amount_minor,
            "status": order.status,
            "at": timezone.now().isoformat(),
            "times": int(before.get("times", 0)) + 1,
        }
    }


def notice(ticket: Ticket, action: Action, store: Store) -> Noticed | None:
    """Look at the policy, the order and the helpdesk once more; None where nothing happened meanwhile.

    No transaction is open. Raises `StoreUnreachable` where the store cannot be asked, `HelpdeskUnreachable` where the
    helpdesk cannot.
    """
    if (found := _of_judgement(action) or _of_order(action, store)) is not None:
        return found
    return answered(ticket, action.created_at if action.proposed_by_id else ticket.received_at)


def require_untouched(action: Action, store: Store) -> None:
    """Raise `Overtaken` where people did to the order what an action of unknown outcome was to do, or it is gone.

    Such an action is not sent again: its own call may still arrive, and theirs has happened.
    """
    noticed = _of_order(action, store)
    if noticed is not None and not noticed.again:
        raise Overtaken(noticed.reason)


def _of_judgement(action: Action) -> Noticed | None:
    """Say that the gates have to be asked again because their policy changed or their facts are old. One query."""
    if str(policy.policy_revision()) != action.policy_revision:
        return Noticed("The policy changed since the action was judged.", again=True)
    at = parse_datetime(str(action.inputs.get("judged", {}).get("at", "")))
    if at is None or timezone.now() - at > JUDGED_FOR:
        return Noticed("It was judged too long ago.", again=True)
    return None


def _of_order(action: Action, store: Store) -> Noticed | None:
    order = store.order(action.order_id)
    if order is None:
        return Noticed(f"Order {action.order_number} is not at the store any more.", "vanished")
    money = action.money
    if money is not None and money.currency != order.paid.currency:
        return Noticed(
            f"Order {order.number} was paid in {order.paid.currency}, not in {money.currency}.", "wrong_currency"
        )
    judged: dict[str, Any] = action.inputs.get("judged", {})
    return None if judged.get("version") == order.version else _changed(action, order, judged, store)


def answered(ticket: Ticket, since: datetime, helpdesk: Helpdesk | None = None) -> Noticed | None:
    """Say who answered the customer at the helpdesk since then, if somebody did. Raises `HelpdeskUnreachable`."""
    if helpdesk is None:
        if doors.connector("helpdesk") is None:
            return None
        helpdesk = doors.helpdesk()
    reply = helpdesk.answered_since(ticket.external_ref, since)
    if reply is None:
        return None
    who = reply.author or "Somebody"
    return Noticed(f"{who} answered the customer at the helpdesk at {reply.sent_at:%Y-%m-%d %H:%M} UTC.")


def _changed(action: Action, order: Order, judged: dict[str, Any], store: Store) -> Noticed:
    """Tell what people did to the order from what we did ourselves; a mere edit is judged anew."""
    effects = store.effects(order.id)
    key = str(action.idempotency_key)
    own = sum(effect.amount.amount_minor for effect in effects if effect.idempotency_key == key)
    ours = _ours_since(action, judged) + own
    by_others = order.refunded.amount_minor - int(judged.get("refunded_minor", 0)) - ours
    is_cancelled = order.status == "cancelled" and judged.get("status") != "cancelled" and not ours
    if by_others > 0 or is_cancelled:
        newest = _newest_by_hand(effects)
        what = f"was {'cancelled' if is_cancelled else 'refunded'} at the store"
        who = f" by {newest.author}" if newest and newest.author else ""
        when = f" at {newest.executed_at:%Y-%m-%d %H:%M} UTC" if newest else ""
        return Noticed(f"Order {order.number} {what}{who}{when} meanwhile; {order.refunded} of it is refunded now.")
    if int(judged.get("times", 0)) >= MOST_JUDGEMENTS:
        return Noticed(f"Order {order.number} changed again and again while it was judged.")
    return Noticed(f"Order {order.number} changed since it was judged.", again=True)


def _ours_since(action: Action, judged: dict[str, Any]) -> int:
    """Return what our other actions returned of the order since this one was judged, in minor units. One query."""
    since = parse_datetime(str(judged.get("at", ""))) or action.created_at
    others = Action.objects.on_order(action.order_id).exclude(pk=action.pk).exclude(kind="exchange")
    total = others.filter(state=ActionState.SUCCEEDED, settled_at__gte=since).aggregate(total=Sum("amount_minor"))
    return int(total["total"] or 0)


def _newest_by_hand(effects: tuple[StoreReceipt, ...]) -> StoreReceipt | None:
    return next((effect for effect in reversed(effects) if not effect.idempotency_key), None)


def stop(ticket: Ticket, action: Action, noticed: Noticed) -> None:
    """End the run before anything was sent, or send it back to the gates where they have to be asked again."""
    with journey.committing(ticket):
        if noticed.again:
            if action.cap_reservation_id:
                caps.release(action.cap_reservation_id)
            action.state = ActionState.PROPOSED
            action.save(update_fields=["state"])
            journey.move(ticket, step="late_gates", state=TicketState.PROPOSED, run=ticket.run + 1)
            journey.rest(ticket, again_after=timedelta(0), afresh=True)
            return
        journey.block(action, gate=noticed.code, reason=noticed.reason, actor="Overtaken")
        reason = f"Nothing was executed: {noticed.reason[0].lower()}{noticed.reason[1:]}"
        journey.end(ticket, TicketState.HANDED_OVER, reason=reason, disposition=Disposition.HAND_OVER)


def look(ticket: Ticket, action: Action, store: Store) -> bool:
    """Notice and, where something happened, stop; return whether the run goes on.

    A helpdesk that does not answer is waited for like a store; when patience is over, a person takes the ticket.
    Raises `StoreUnreachable` while the store cannot be asked and the ticket may still wait for it.
    """
    try:
        noticed = notice(ticket, action, store)
    except HelpdeskUnreachable as away:
        if waiting.may_pass(away) and waiting.may_wait(ticket, "helpdesk"):
            waiting.wait(ticket, away)
            return False
        noticed = Noticed("Nobody could ask the helpdesk whether somebody has answered the customer.", "unknown")
    if noticed is not None:
        stop(ticket, action, noticed)
    return noticed is None
