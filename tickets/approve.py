"""What a person may do with an approval. Each verb is one transaction with one event; each needs the right.

A yes does not jump the queue: the gates are asked again on fresh facts, and the yes satisfies only what it was
asked, only for the contract that was shown. Nobody approves what they proposed.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from connectors import breaker
from guardrails.contracts import Disposition
from portal import tenancy, trail, work
from portal.money import Money, MoneyError
from portal.refusal import Conflict, Refused
from portal.roles import Capability, require
from tickets import contract as contracts
from tickets import dispatch, journey, proposal, shape
from tickets.models import Action, ActionState, Approval, ApprovalState, Reply, Ticket, TicketState

CLAIM = timedelta(minutes=20)


class Stale(Conflict):
    """What the person saw is not what stands there now; they are shown it again."""


def claim(approval_id: uuid.UUID) -> Approval:
    """Claim an approval for twenty minutes, or extend one's own claim."""
    with transaction.atomic():
        approval = _open(approval_id)
        me = _me()
        _not_anothers(approval, me)
        approval.claimed_by_id, approval.claimed_until = me, timezone.now() + CLAIM
        approval.save(update_fields=["claimed_by", "claimed_until"])
        _record("approval.claimed", approval, until=approval.claimed_until.isoformat())
    return approval


def release(approval_id: uuid.UUID) -> Approval:
    """Give one's own claim back."""
    with transaction.atomic():
        approval = _open(approval_id)
        _not_anothers(approval, _me())
        approval.claimed_by_id = approval.claimed_until = None
        approval.save(update_fields=["claimed_by", "claimed_until"])
        _record("approval.released", approval)
    return approval


def approve(approval_id: uuid.UUID, *, digest: str) -> Approval:
    """Say yes to exactly what was shown (`digest`); the ticket then runs through all gates again.

    Raises `Stale` when something else stands there now, `Refused` for one's own proposal or another's claim.
    """
    with transaction.atomic():
        approval = _open(approval_id)
        me = _me()
        _not_anothers(approval, me)
        _not_own(approval, me)
        _as_shown(approval, digest)
        if approval.needs_second and approval.state == ApprovalState.WAITING:
            return _first_yes(approval, me)
        if approval.first_by_id == me:
            raise Refused("A second approver has to be somebody else.", subject=("approval", str(approval.pk)))
        _decide(approval, ApprovalState.APPROVED, me)
        _record("approval.approved", approval, verdict="approved", digest=digest, asks=approval.asks)
        _send_on(approval)
    return approval


def _first_yes(approval: Approval, me: uuid.UUID) -> Approval:
    approval.state, approval.first_by_id = ApprovalState.AWAITING_SECOND, me
    approval.claimed_by_id = approval.claimed_until = None
    approval.save(update_fields=["state", "first_by", "claimed_by", "claimed_until"])
    _record("approval.seconded", approval, digest=approval.contract_digest)
    return approval


def _send_on(approval: Approval) -> None:
    """Make the ticket run again; the gates see the yes."""
    _start(_waiting_ticket(approval), TicketState.PROPOSED, "late_gates")


def _start(ticket: Ticket, state: TicketState, step: str) -> None:
    """Make a ticket run again from a step. In a transaction that has locked it."""
    ticket.state, ticket.step, ticket.run, ticket.held_since = state, step, ticket.run + 1, None
    work.make_ready(ticket)
    ticket.save(update_fields=["state", "step", "run", "held_since", *work.JOB_FIELDS])


def reject(approval_id: uuid.UUID, *, reason: str) -> Approval:
    """Say no with a reason; the action is off and the ticket is the person's."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "reason: say why, so that the next proposal is better"})
    with transaction.atomic():
        approval = _open(approval_id)
        me = _me()
        _not_anothers(approval, me)
        _decide(approval, ApprovalState.REJECTED, me, reason)
        if approval.action is not None:
            approval.action.state, approval.action.verdict = ActionState.REJECTED, "rejected"
            approval.action.actor = str(tenancy.current().actor.name)
            approval.action.save(update_fields=["state", "verdict", "actor"])
        _record(
            "approval.rejected", approval, verdict="rejected", text={"reason": reason}, digest=approval.contract_digest
        )
        ticket = _waiting_ticket(approval)
        _to_person(ticket, me, f"Rejected: {reason}")
    return approval


def lower(approval_id: uuid.UUID, *, amount: str, digest: str) -> Approval:
    """Lower the amount of a refund; the reply follows it, and what is shown must then be approved as it is."""
    with transaction.atomic():
        approval = _open(approval_id)
        _not_anothers(approval, _me())
        _as_shown(approval, digest)
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
        _rebind(approval)
        _record(
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
    """Let the reply name the new amount wherever it named the old one."""
    reply = Reply.objects.filter(ticket=ticket).first()
    if reply is not None:
        for old, new in ((str(before), str(after)), (before.decimal, after.decimal)):
            reply.text = reply.text.replace(old, new)
        reply.save(update_fields=["text"])


def edit_reply(approval_id: uuid.UUID, *, text: str, digest: str) -> Approval:
    """Change the reply; the output guard looks at it again before it is sent."""
    text = proposal.checked_reply(text)
    with transaction.atomic():
        approval = _open(approval_id)
        me = _me()
        _not_anothers(approval, me)
        _as_shown(approval, digest)
        Reply.objects.filter(ticket=approval.ticket).update(text=text, edited_by_id=me)
        _rebind(approval)
        _record("approval.reply_edited", approval, text={"reply": text}, digest=approval.contract_digest)
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
            proposed_by_id=_me(),
            actor=actor,
            reason="proposed by a person",
            replacement_sku=skus.replacement,
            inputs={"item_sku": skus.item} if skus.item else {},
        )
        dispatch.draft(ticket, reply)
        from tickets.propose import record_proposal

        record_proposal(ticket, action, reply, action.reason)
        _start(ticket, TicketState.PROPOSED, "late_gates")
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
            _start(ticket, TicketState.EXECUTING, "execute")
        elif newest is not None and newest.state == ActionState.SUCCEEDED:
            _start(ticket, TicketState.EXECUTING, "dispatch")
        elif Action.objects.filter(ticket=ticket).executed_or_in_flight().exists():
            _to_person(ticket, _me(), f"Started again: {reason[:300]}")
        else:
            _start(ticket, TicketState.RECEIVED, "classify")
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
            journey.rest(ticket, again_after=approval.expires_at - timezone.now(), afresh=True)
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
    _record("approval.expired", approval, verdict="expired")


def _open(approval_id: uuid.UUID) -> Approval:
    """Lock and return an open approval the person may work on; raise `Stale` when it is decided already.

    The ticket is locked first, as a worker locks it: the two wait for each other, never crosswise.
    """
    require(Capability.WORK_APPROVALS)
    Ticket.objects.select_for_update(of=("self",)).filter(approvals=approval_id).first()
    approval: Approval | None = Approval.objects.select_for_update(of=("self",)).filter(pk=approval_id).first()
    if approval is None:
        raise Approval.DoesNotExist
    if not approval.is_open:
        raise Stale({"approval": f"approval: it is {approval.state.replace('_', ' ')} already; nothing was changed"})
    if approval.expires_at <= timezone.now():
        raise Stale({"approval": "approval: it has expired; the ticket goes to a person"})
    return approval


def _me() -> uuid.UUID:
    me = tenancy.current().user_id
    if me is None:
        raise Refused("Only a person can decide an approval.")
    return me


def _not_anothers(approval: Approval, me: uuid.UUID) -> None:
    if approval.is_claimed_by_other(me):
        raise Refused(
            "Somebody else has claimed this approval; wait until they give it back.",
            subject=("approval", str(approval.pk)),
        )


def _not_own(approval: Approval, me: uuid.UUID) -> None:
    if approval.action is not None and approval.action.proposed_by_id == me:
        raise Refused("Nobody approves what they proposed; ask a colleague.", subject=("approval", str(approval.pk)))


def _as_shown(approval: Approval, digest: str) -> None:
    if digest != approval.contract_digest:
        raise Stale({"digest": "digest: this is not what stands here now; look at it again and then decide"})


def _rebind(approval: Approval) -> None:
    """Bind the approval to the present amount and reply; a first yes said before counts no longer."""
    import hashlib

    reply = Reply.objects.filter(ticket=approval.ticket).first()
    action = approval.action
    contract = dict(approval.contract)
    if action is not None and action.money is not None:
        contract["amount"] = f"{action.money.decimal} {action.money.currency}"
        contract["call"] = contracts.call_of(action)
    if reply is not None:
        contract["reply"] = hashlib.sha256(reply.text.encode()).hexdigest()
    approval.contract, approval.contract_digest = contract, contracts.digest(contract)
    approval.state, approval.first_by_id = ApprovalState.WAITING, None
    approval.save(update_fields=["contract", "contract_digest", "state", "first_by", "question"])


def _decide(approval: Approval, state: ApprovalState, me: uuid.UUID, reason: str = "") -> None:
    approval.state, approval.decided_by_id, approval.decided_at = state, me, timezone.now()
    approval.decision_reason = reason
    approval.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])


def _waiting_ticket(approval: Approval) -> Ticket:
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=approval.ticket_id)
    if ticket.state != TicketState.WAITING:
        raise Stale({"ticket": "ticket: it does not wait any more; nothing was changed"})
    return ticket


def _to_person(ticket: Ticket, person: uuid.UUID, reason: str) -> None:
    ticket.state, ticket.step, ticket.reason = TicketState.HANDED_OVER, "", reason
    ticket.disposition, ticket.assigned_to_id = Disposition.HAND_OVER.value, person
    ticket.job_state, ticket.lease_token = "idle", None
    ticket.save(update_fields=["state", "step", "reason", "disposition", "assigned_to", "job_state", "lease_token"])
    trail.record(trail.Event("ticket.assigned", trail.Subject("ticket", str(ticket.pk)), data={"to": str(person)}))
    journey.withhold_reply(ticket, reason)
    journey.record_end(ticket)


def _record(
    kind: str, approval: Approval, *, verdict: str = "", text: dict[str, str] | None = None, **data: object
) -> None:
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
