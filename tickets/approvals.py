"""Asking a person, inside the ticket's own transaction. What the person then says stands in `approve.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from guardrails import policy
from guardrails.gates import Run
from portal import trail
from tickets import contract as contracts
from tickets.models import Action, Approval, ApprovalState, Ticket


def now() -> datetime:
    """Return the present moment."""
    return timezone.now()


def ask_person(
    ticket: Ticket, action: Action | None, run: Run, *, shown: dict[str, Any], changes: list[str]
) -> Approval:
    """Open the one approval of a ticket: the question, why it waits, and the contract it is bound to."""
    rules = policy.approval_policy()
    approval = Approval.objects.create(
        ticket=ticket,
        action=action,
        asks=sorted(run.grants),
        question=question_for(ticket, action),
        why=run.asks[0].reason,
        contract=shown,
        contract_digest=contracts.digest(shown),
        contract_changes=changes,
        needs_second=action is not None and action.money is not None and rules.needs_second(action.money),
        expires_at=now() + rules.expires_after,
    )
    trail.record(
        trail.Event(
            "approval.asked",
            trail.Subject("approval", str(approval.pk)),
            amount=action.money if action else None,
            data={
                "question": approval.question,
                "asks": approval.asks,
                "expires": approval.expires_at.isoformat(),
                "changes": changes,
            },
        )
    )
    return approval


def question_for(ticket: Ticket, action: Action | None) -> str:
    """Return the one sentence that is asked, with its exact number."""
    who = ticket.sender_name or ticket.sender_email or "an unknown sender"
    if action is None:
        return f"Send this reply to {who}?"
    amount = f" {action.money}" if action.money and action.kind == "refund" else ""
    order = f"order {action.order_number}" if action.order_number else "an order nobody named"
    if action.kind == "refund":
        return f"Refund{amount} to {who} for {order}?"
    return f"{'Cancel' if action.kind == 'cancel' else 'Exchange an item of'} {order} for {who}?"


def supersede(approval: Approval, changes: list[str]) -> None:
    """Take back a yes that was said to something else than what is true now."""
    approval.state = ApprovalState.SUPERSEDED
    approval.save(update_fields=["state"])
    trail.record(
        trail.Event("approval.superseded", trail.Subject("approval", str(approval.pk)), data={"changes": changes})
    )
