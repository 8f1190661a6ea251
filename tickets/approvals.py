"""Asking a person, inside the ticket's own transaction. What the person then says stands in `approve.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from guardrails import policy
from guardrails.gates import Run
from guardrails.models import queue_policy
from portal import trail
from tickets import contract as contracts
from tickets.models import Action, Approval, ApprovalState, Ticket

BY_HAND = "a person proposed it; somebody else approves what a person proposes"


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked about: the contract a yes is bound to, what is shown beside it, what changed since.

    `candidates` are orders it may be about; where `must_choose`, nobody can say yes before one is chosen.
    """

    contract: dict[str, object]
    shown: dict[str, Any]
    changes: list[str] = field(default_factory=list)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    must_choose: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """The yeses people have said about an action: what they grant of the gates' questions, what changed since."""

    any: bool
    granted: frozenset[str]
    standing: Approval | None
    changes: list[str]


def said(ticket: Ticket, action: Action | None, true_now: dict[str, object]) -> Said:
    """Weigh every yes to the present action: one to this very contract counts, one to another is superseded.

    In the ticket's transaction. A question asked later stands beside the earlier ones, it does not replace them.
    """
    standing: list[Approval] = []
    changes: list[str] = []
    found = Approval.objects.filter(ticket=ticket, action=action, state=ApprovalState.APPROVED).order_by("id")
    for yes in found:
        differs = contracts.changes(yes.contract, true_now)
        if differs:
            supersede(yes, differs)
            changes = differs
        else:
            standing.append(yes)
    granted = frozenset(gate for yes in standing for gate in yes.asks)
    return Said(bool(standing or changes), granted, standing[-1] if standing else None, changes)


def now() -> datetime:
    """Return the present moment."""
    return timezone.now()


def waiting_count() -> int:
    """Return how many approvals wait for a person. One query."""
    return int(Approval.objects.waiting().count())


def ask_person(ticket: Ticket, action: Action | None, run: Run, asked: Question) -> Approval:
    """Open the one approval of a ticket: the question, why it waits, and the contract it is bound to."""
    rules, money = policy.approval_policy(), action.money if action else None
    asked_at = now()
    approval = Approval.objects.create(
        ticket=ticket,
        action=action,
        asks=sorted(run.grants),
        question=question_for(ticket, action),
        why=run.asks[0].reason if run.asks else BY_HAND,
        contract=asked.contract,
        contract_digest=contracts.digest(asked.contract),
        contract_changes=asked.changes,
        shown=asked.shown,
        candidates=asked.candidates,
        is_grantable=not asked.must_choose,
        is_test=ticket.is_test,
        amount_minor=money.amount_minor if money else 0,
        currency=money.currency if money else "",
        needs_second=money is not None and rules.needs_second(money),
        expires_at=asked_at + rules.expires_after,
        due_at=asked_at + queue_policy().sla,
    )
    if ticket.is_test:  # an event of its own tells who planted it
        return approval
    trail.record(
        trail.Event(
            "approval.asked",
            trail.Subject("approval", str(approval.pk)),
            amount=action.money if action else None,
            data={
                "question": approval.question,
                "asks": approval.asks,
                "expires": approval.expires_at.isoformat(),
                "changes": asked.changes,
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
    if not action.order_number:
        return f"Which order does {who} mean to {action.kind}?"
    order = f"order {action.order_number}"
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
