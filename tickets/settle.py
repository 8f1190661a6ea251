"""What a person says about an action whose outcome the store did not tell: it happened, or it did not.

The last road out of `unknown`, so that nothing stays without an owner. The store is asked once more before a person is
believed: what it has, it has.
"""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from connectors.contracts import StoreReceipt, StoreUnreachable
from guardrails import caps
from portal import tenancy
from portal.roles import Capability, require
from tickets import doors, execute
from tickets.action_log import record
from tickets.models import Action, ActionState, Ticket, TicketState


def say(action_id: uuid.UUID, *, happened: bool, reason: str) -> Action:
    """Write down what became of an unknown action, in the name of the person who looked at the store.

    Where the store has it after all, its receipt counts, whatever was said. Raises `ValidationError` naming the field;
    the caps are settled or given back, the ticket stays with the person.
    """
    require(Capability.WORK_APPROVALS)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "reason: say what you saw at the store, so that others can follow it"})
    found = Action.objects.select_related("store", "ticket").filter(pk=action_id).first()
    if found is None:
        raise Action.DoesNotExist
    _require_open(found, found.ticket)
    receipt, was_asked = _ask_store(found)
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=found.ticket_id)
        action: Action = Action.objects.select_for_update(of=("self",)).get(pk=action_id)
        _require_open(action, ticket)
        did = happened or receipt is not None
        record(action, "action.settled_by_hand", happened=did, reason=reason[:300], store_asked=was_asked)
        if receipt is not None:
            execute.settle(action, receipt)
        elif happened:
            _happened(action, reason)
        else:
            execute.fail(action, "said_not_executed", reason[:300])
        _note(ticket, action, receipt)
    return action


def _require_open(action: Action, ticket: Ticket) -> None:
    if action.state != ActionState.UNKNOWN or ticket.state != TicketState.HANDED_OVER:
        raise ValidationError(
            {"action": "action: only one of unknown outcome, whose ticket a person has, can be settled by hand"}
        )


def _ask_store(action: Action) -> tuple[StoreReceipt | None, bool]:
    """Return what the store has under the action's key, and whether it could be asked. No transaction is open."""
    if action.store is None:
        return None, False
    try:
        return doors.store(action.store).lookup(str(action.idempotency_key), order_id=action.order_id), True
    except StoreUnreachable:
        return None, False


def _happened(action: Action, reason: str) -> None:
    action.state, action.settled_at = ActionState.SUCCEEDED, timezone.now()
    action.actor = str(tenancy.current().actor.name)
    action.output = {"said_by": action.actor, "reason": reason[:300]}
    action.save(update_fields=["state", "settled_at", "actor", "output"])
    if action.cap_reservation_id:
        caps.settle(action.cap_reservation_id)
    record(action, "action.succeeded", verdict="success", receipt="", replayed=False)


def _note(ticket: Ticket, action: Action, receipt: StoreReceipt | None) -> None:
    """Let the ticket say how its action ended."""
    how = f"the store has it, receipt {receipt.id}" if receipt else f"said by {tenancy.current().actor.name}"
    ticket.reason = (
        f"The {action.kind} {'happened' if action.state == ActionState.SUCCEEDED else 'did not happen'}: {how}."
    )
    ticket.save(update_fields=["reason"])
