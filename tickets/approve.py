"""What a person may do with an approval. Each verb is one transaction with one event; each needs the right.

A yes does not jump the queue: the gates are asked again on fresh facts, and the yes satisfies only what it was
asked, only for the contract that was shown. Nobody approves what they proposed.
"""

from __future__ import annotations

import re
import uuid
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from connectors import breaker
from guardrails.contracts import Disposition
from portal import tenancy, trail
from portal.money import Money, MoneyError
from portal.refusal import Refused
from portal.roles import Capability, require
from tickets import decision, dispatch, journey, overdue, plant, proposal, shape, stamps
from tickets.decision import Stale as Stale  # what callers catch
from tickets.models import (
    Action,
    ActionState,
    Approval,
    ApprovalState,
    Category,
    Reply,
    Ticket,
    TicketState,
)


def claim(approval_id: uuid.UUID) -> Approval:
    """Claim an approval for twenty minutes, or extend one's own claim."""
    with transaction.atomic():
        approval = decision.opened(approval_id)
        me = decision.me()
        decision.not_anothers(approval, me)
        approval.claimed_by_id, approval.claimed_until = me, timezone.now() + stamps.CLAIM
        approval.save(update_fields=["claimed_by", "claimed_until"])
        decision.record("approval.claimed", approval, until=approval.claimed_until.isoformat())
    return approval


def release(approval_id: uuid.UUID) -> Approval:
    """Give one's own claim back."""
    with transaction.atomic():
        approval = decision.opened(approval_id)
        decision.not_anothers(approval, decision.me())
        approval.claimed_by_id = approval.claimed_until = None
        approval.save(update_fields=["claimed_by", "claimed_until"])
        decision.record("approval.released", approval)
    return approval


def approve(approval_id: uuid.UUID, *, digest: str, seen_at: datetime | None = None) -> Approval:
    """Say yes to exactly what was shown (`digest`); the ticket then runs through all gates again.

    `seen_at` is when the person opened the page, where that is known: a yes sooner than it can be read is flagged.
    Raises `Stale` when something else stands there now, with what changed; `Refused` for one's own proposal or
    another's claim; `ValidationError` where an order has to be chosen first.
    """
    with transaction.atomic():
        approval = decision.opened(approval_id)
        me = decision.me()
        decision.not_anothers(approval, me)
        decision.not_own(approval, me)
        decision.as_shown(approval, digest)
        if not approval.is_grantable:
            raise ValidationError({"order": "order: nobody named one; choose which is meant, then say yes to that"})
        stamps.look_at(approval, me, seen_at)
        if approval.is_test:
            return plant.missed(approval, me)
        if approval.needs_second and approval.state == ApprovalState.WAITING:
            return _first_yes(approval, me)
        if approval.first_by_id == me:
            raise Refused("A second approver has to be somebody else.", subject=("approval", str(approval.pk)))
        decision.decide(approval, ApprovalState.APPROVED, me)
        decision.record("approval.approved", approval, verdict="approved", digest=digest, asks=approval.asks)
        _send_on(approval)
    return approval


def _first_yes(approval: Approval, me: uuid.UUID) -> Approval:
    approval.state, approval.first_by_id = ApprovalState.AWAITING_SECOND, me
    approval.claimed_by_id = approval.claimed_until = None
    approval.save(update_fields=["state", "first_by", "claimed_by", "claimed_until"])
    decision.record("approval.seconded", approval, digest=approval.contract_digest)
    return approval


def _send_on(approval: Approval) -> None:
    """Make the ticket run again; the gates see the yes."""
    decision.start(decision.waiting_ticket(approval), TicketState.PROPOSED, "late_gates")


def reject(approval_id: uuid.UUID, *, reason: str, category: str = Category.OTHER) -> Approval:
    """Say no with a reason that later proposals are told; the action is off and the ticket is the person's."""
    reason, category = decision.checked_reason(reason, category)
    with transaction.atomic():
        approval = decision.opened(approval_id)
        me = decision.me()
        decision.not_anothers(approval, me)
        decision.decide(approval, ApprovalState.REJECTED, me, reason, category)
        if approval.is_test:
            return plant.caught(approval, me)
        if approval.action is not None:
            approval.action.state, approval.action.verdict = ActionState.REJECTED, "rejected"
            approval.action.actor = str(tenancy.current().actor.name)
            approval.action.save(update_fields=["state", "verdict", "actor"])
        decision.record(
            "approval.rejected",
            approval,
            verdict="rejected",
            text={"reason": reason},
            digest=approval.contract_digest,
            category=category,
        )
        ticket = decision.waiting_ticket(approval)
        decision.to_person(ticket, me, f"Rejected: {reason}")
    return approval


def lower(approval_id: uuid.UUID, *, amount: str, digest: str) -> Approval:
    """Lower the amount of a refund; the reply follows it, and what is shown must then be approved as it is."""
    with transaction.atomic():
        approval = decision.opened(approval_id)
        decision.not_anothers(approval, decision.me())
        decision.as_shown(approval, digest)
        action = approval.action
        if action is None or action.kind != "refund" or action.money is None:
            raise ValidationError({"amount": "amount: only a refund's amount can be lowered"})
        before = action.money
        after = _lower_amount(amount, before)
        action.amount_minor = after.amount_minor
        shape.lower(action)
        action.save(update_fields=["amount_minor", "inputs"])
        _reword(approval.ticket, before, after)
        approval.question = approval.question.replace(str(before), str(after))
        decision.rebind(approval)
        decision.record(
            "approval.lowered",
            approval,
            lowered_from=str(before),
            lowered_to=str(after),
            digest=approval.contract_digest,
        )
    return approval


def _lower_amount(amount: str, before: Money) -> Money:
    try:
        after = Money.parse(amount, before.currency)
    except MoneyError as error:
        raise ValidationError({"amount": str(error)}) from error
    if after.amount_minor == 0 or not after < before:
        raise ValidationError({"amount": f"amount: `{after}` is not below {before}; only a lower amount can be given"})
    return after


def _reword(ticket: Ticket, before: Money, after: Money) -> None:
    """Let the reply name the new amount wherever it named the old one, and leave longer numbers as they are."""
    reply = Reply.objects.filter(ticket=ticket).first()
    if reply is not None:
        for old, new in ((str(before), str(after)), (before.decimal, after.decimal)):
            whole = rf"(?<![\d.,]){re.escape(old)}(?![\d]|[.,]\d)"
            reply.text = re.sub(whole, lambda match, new=new: new, reply.text)  # type: ignore[misc]
        reply.save(update_fields=["text"])


def edit_reply(approval_id: uuid.UUID, *, text: str, digest: str) -> Approval:
    """Change the reply; the output guard looks at it again before it is sent."""
    text = proposal.checked_reply(text)
    with transaction.atomic():
        approval = decision.opened(approval_id)
        me = decision.me()
        decision.not_anothers(approval, me)
        decision.as_shown(approval, digest)
        Reply.objects.filter(ticket=approval.ticket).update(text=text, edited_by_id=me)
        decision.rebind(approval)
        decision.record("approval.reply_edited", approval, text={"reply": text}, digest=approval.contract_digest)
    return approval


def propose_anew(
    ticket_id: uuid.UUID,
    *,
    kind: str,
    order_number: str,
    amount: str,
    currency: str,
    reply: str,
    item_sku: str = "",
    replacement_sku: str = "",
) -> Action:
    """Propose an action by hand for a ticket that a person has; somebody else approves it.

    An exchange says what is sent (`replacement_sku`) and, of an order with several items, what goes back.
    """
    require(Capability.WORK_APPROVALS)
    number, money, reply = proposal.checked(kind, order_number, amount, currency, reply)
    skus = proposal.checked_skus(kind, item_sku, replacement_sku)
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().filter(pk=ticket_id).first()
        if ticket is None or ticket.state not in (TicketState.HANDED_OVER, TicketState.BLOCKED):
            raise ValidationError({"ticket": "ticket: only a ticket that a person has can be proposed anew"})
        if Action.objects.filter(ticket=ticket).in_flight().exists():
            raise ValidationError({"ticket": "ticket: an action of it is still on its way; settle that first"})
        actor = tenancy.current().actor.name
        action = Action.objects.create(
            ticket=ticket,
            kind=kind,
            order_number=number,
            amount_minor=money.amount_minor,
            currency=money.currency,
            proposed_by_id=decision.me(),
            actor=actor,
            reason="proposed by a person",
            replacement_sku=skus.replacement,
            inputs={"item_sku": skus.item} if skus.item else {},
        )
        dispatch.draft(ticket, reply)
        from tickets.propose import record_proposal

        record_proposal(ticket, action, reply, action.reason)
        decision.start(ticket, TicketState.PROPOSED, "late_gates")
    return action


def resume(ticket_id: uuid.UUID, *, reason: str) -> Ticket:
    """Start a stopped ticket again, once the kill switch is off.

    From its classification where nothing was executed yet; where its action was, only the reply is still to be
    sent. A ticket whose second action was stopped is the person's: what the customer asked for was done once.
    Where nobody knows whether the store executed the action, the store is asked again, under the same key.
    """
    require(Capability.WORK_APPROVALS)
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().filter(pk=ticket_id).first()
        newest = Action.objects.filter(ticket=ticket).order_by("-id").first()
        if ticket is None or not may_resume(ticket, newest):
            message = "ticket: only a stopped ticket, or one whose action's outcome is unknown, can be started again"
            raise ValidationError({"ticket": message})
        if newest is not None and newest.state == ActionState.UNKNOWN:
            Action.objects.filter(pk=newest.pk).update(tries=0)
            if newest.store is not None:
                breaker.try_now(newest.store)
            decision.start(ticket, TicketState.EXECUTING, "execute")
        elif newest is not None and newest.state == ActionState.SUCCEEDED:
            decision.start(ticket, TicketState.EXECUTING, "dispatch")
        elif Action.objects.filter(ticket=ticket).executed_or_in_flight().exists():
            decision.to_person(ticket, decision.me(), f"Started again: {reason[:300]}")
        else:
            decision.start(ticket, TicketState.RECEIVED, "classify")
        trail.record(
            trail.Event("ticket.resumed", trail.Subject("ticket", str(ticket.pk)), data={"reason": reason[:300]})
        )
    return ticket


def may_resume(ticket: Ticket, newest: Action | None) -> bool:
    """Whether a person may start the ticket again; `newest` is its newest action."""
    is_unknown = newest is not None and newest.state == ActionState.UNKNOWN
    return ticket.state == TicketState.STOPPED or (ticket.state == TicketState.HANDED_OVER and is_unknown)


def expire_due(ticket: Ticket) -> None:
    """Expire the approval of a leased, waiting ticket whose time is over; otherwise put it back to rest."""
    with journey.committing(ticket):
        approval = Approval.objects.waiting().filter(ticket=ticket).first()
        if approval is not None and approval.expires_at > timezone.now():
            overdue.tell(approval)
            journey.rest(ticket, again_after=overdue.next_look(approval), afresh=True)
            return
        if ticket.is_test and approval is not None:
            plant.expired(approval, ticket)
            return
        expire_open(ticket)
        reason = "Nobody decided in time; a person takes the ticket."
        journey.end(ticket, TicketState.HANDED_OVER, reason=reason, disposition=Disposition.HAND_OVER)


def expire_open(ticket: Ticket) -> None:
    """Expire the open approval of a ticket, if there is one, with its action. In the ticket's transaction."""
    approval = Approval.objects.waiting().filter(ticket=ticket).first()
    if approval is None:
        return
    approval.state, approval.decided_at = ApprovalState.EXPIRED, timezone.now()
    approval.save(update_fields=["state", "decided_at"])
    if approval.action is not None:
        approval.action.state = ActionState.EXPIRED
        approval.action.save(update_fields=["state"])
    decision.record("approval.expired", approval, verdict="expired")
