"""What every verb on an approval begins and ends with: lock it, judge who asks, bind it anew, record.

Knows no verb. The ticket is locked first, as a worker locks it: the two wait for each other, never crosswise.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from guardrails.contracts import Disposition
from portal import tenancy, trail, work
from portal.refusal import Conflict, Refused
from portal.roles import Capability, require
from tickets import contract as contracts
from tickets import journey
from tickets.models import Approval, ApprovalState, Category, Reply, Ticket, TicketState
from tickets.models.approval import MOST_EARLIER


class Stale(Conflict):
    """What the person saw is not what stands there now; they are shown it again, with what changed since."""

    def __init__(self, message: dict[str, str], *, changes: list[contracts.Change] | None = None) -> None:
        super().__init__(message)
        self.changes = [
            {"field": each.field, "name": each.name, "before": each.before, "after": each.after}
            for each in changes or ()
        ]


def checked_reason(reason: str, category: str) -> tuple[str, str]:
    """Return a reason and its category; raise `ValidationError` naming the field that is wrong."""
    reason = reason.strip()
    errors = {}
    if not reason:
        errors["reason"] = "reason: say why, so that the next proposal is better"
    if category not in Category.values:
        errors["category"] = f"category: `{category[:40]}` is none; use {', '.join(Category.values)}"
    if errors:
        raise ValidationError(errors)
    return reason, category


def opened(approval_id: uuid.UUID) -> Approval:
    """Lock and return an open approval the person may work on; raise `Stale` when it is decided already."""
    require(Capability.WORK_APPROVALS)
    Ticket.objects.select_for_update(of=("self",)).filter(approvals=approval_id).first()
    approval: Approval | None = (
        Approval.objects.with_tests().select_for_update(of=("self",)).filter(pk=approval_id).first()
    )
    if approval is None:
        raise Approval.DoesNotExist
    if not approval.is_open:
        raise Stale({"approval": f"approval: it is {approval.state.replace('_', ' ')} already; nothing was changed"})
    if approval.expires_at <= timezone.now():
        raise Stale({"approval": "approval: it has expired; the ticket goes to a person"})
    return approval


def me() -> uuid.UUID:
    """Return the person who acts; nobody else decides."""
    found = tenancy.current().user_id
    if found is None:
        raise Refused("Only a person can decide an approval.")
    return found


def not_anothers(approval: Approval, person: uuid.UUID) -> None:
    """Raise `Refused` where somebody else has claimed it."""
    if approval.is_claimed_by_other(person):
        raise Refused(
            "Somebody else has claimed this approval; wait until they give it back.",
            subject=("approval", str(approval.pk)),
        )


def not_own(approval: Approval, person: uuid.UUID) -> None:
    """Raise `Refused` where the person proposed it."""
    if approval.action is not None and approval.action.proposed_by_id == person:
        raise Refused("Nobody approves what they proposed; ask a colleague.", subject=("approval", str(approval.pk)))


def as_shown(approval: Approval, digest: str) -> None:
    """Raise `Stale` where `digest` is not of what stands there now, with what changed since it was shown."""
    if digest == approval.contract_digest:
        return
    raise Stale(
        {"digest": "digest: this is not what stands here now; look at it again and then decide"},
        changes=changes_since(approval, digest),
    )


def changes_since(approval: Approval, digest: str) -> list[contracts.Change]:
    """Return what changed between an earlier contract of this approval and the present one; none where unknown."""
    earlier = approval.earlier.get(digest)
    if earlier is None:
        return []
    replies = (str(earlier.get("reply", "")), str(approval.shown.get("reply", "")))
    return contracts.diff(earlier["contract"], approval.contract, replies=replies)


def rebind(approval: Approval) -> None:
    """Bind the approval to the present amount and reply; a first yes said before counts no longer."""
    reply = Reply.objects.filter(ticket=approval.ticket).first()
    action = approval.action
    keep_earlier(approval)
    contract = dict(approval.contract)
    if action is not None and action.money is not None:
        contract["amount"] = f"{action.money.decimal} {action.money.currency}"
        contract["call"] = contracts.call_of(action)
        approval.amount_minor, approval.currency = action.money.amount_minor, action.money.currency
    if reply is not None:
        contract["reply"] = hashlib.sha256(reply.text.encode()).hexdigest()
        approval.shown = {**approval.shown, "reply": reply.text}
    approval.contract, approval.contract_digest = contract, contracts.digest(contract)
    approval.state, approval.first_by_id = ApprovalState.WAITING, None
    bound = ["contract", "contract_digest", "state", "first_by", "question", "earlier", "shown"]
    approval.save(update_fields=[*bound, "amount_minor", "currency"])


def keep_earlier(approval: Approval) -> None:
    """Keep what stands here now under its digest, the newest few; a page left open is told what changed since."""
    standing = {"contract": approval.contract, "reply": approval.shown.get("reply", "")}
    kept = {**approval.earlier, approval.contract_digest: standing}
    approval.earlier = dict(list(kept.items())[-MOST_EARLIER:])


def decide(approval: Approval, state: ApprovalState, person: uuid.UUID, reason: str = "", category: str = "") -> None:
    """Write down who decided what, and why."""
    approval.state, approval.decided_by_id, approval.decided_at = state, person, timezone.now()
    approval.decision_reason, approval.category = reason, category
    approval.save(update_fields=["state", "decided_by", "decided_at", "decision_reason", "category"])


def waiting_ticket(approval: Approval) -> Ticket:
    """Lock and return the ticket of an approval; raise `Stale` where it waits no more."""
    ticket: Ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=approval.ticket_id)
    if ticket.state != TicketState.WAITING:
        raise Stale({"ticket": "ticket: it does not wait any more; nothing was changed"})
    return ticket


def start(ticket: Ticket, state: TicketState, step: str) -> None:
    """Make a ticket run again from a step. In a transaction that has locked it."""
    ticket.state, ticket.step, ticket.run, ticket.held_since = state, step, ticket.run + 1, None
    work.make_ready(ticket)
    ticket.save(update_fields=["state", "step", "run", "held_since", *work.JOB_FIELDS])


def to_person(ticket: Ticket, person: uuid.UUID, reason: str) -> None:
    """Hand a ticket to a person, its reply withheld. In a transaction that has locked it."""
    ticket.state, ticket.step, ticket.reason = TicketState.HANDED_OVER, "", reason
    ticket.disposition, ticket.assigned_to_id = Disposition.HAND_OVER.value, person
    ticket.job_state, ticket.lease_token = "idle", None
    ticket.save(update_fields=["state", "step", "reason", "disposition", "assigned_to", "job_state", "lease_token"])
    trail.record(trail.Event("ticket.assigned", trail.Subject("ticket", str(ticket.pk)), data={"to": str(person)}))
    journey.withhold_reply(ticket, reason)
    journey.record_end(ticket)


def record(
    kind: str, approval: Approval, *, verdict: str = "", text: dict[str, str] | None = None, **data: Any
) -> None:
    """Record one event about an approval, with the money it is about."""
    trail.record(
        trail.Event(
            kind,
            trail.Subject("approval", str(approval.pk)),
            verdict=verdict,
            amount=approval.action.money if approval.action else None,
            data=data,
            text=text or {},
        )
    )
