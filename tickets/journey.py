"""How a leased ticket moves on: each step commits its result under the lease, or ends the journey.

Only here does a ticket change its state while a worker has it. Every function commits in one transaction
that first proves the lease; a worker that lost it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction

from guardrails.contracts import Disposition
from portal import trail, work
from tickets import action_log
from tickets.models import Action, ActionState, Reply, ReplyState, Ticket, TicketState

OVER = (
    ActionState.SUCCEEDED,
    ActionState.REJECTED,
    ActionState.BLOCKED,
    ActionState.EXPIRED,
    ActionState.FAILED,
)


@contextmanager
def committing(ticket: Ticket) -> Iterator[None]:
    """One transaction under the ticket's lease; raises `LeaseLost` when somebody else has it now."""
    with transaction.atomic():
        work.hold(ticket)
        yield


def move(ticket: Ticket, *, step: str, state: TicketState | None = None, **fields: object) -> None:
    """Point the ticket to its next step. Inside `committing`."""
    ticket.step = step
    if state is not None:
        ticket.state = state
    if ticket.held_since is not None and state == TicketState.WAITING:  # for a person now, not for a system
        fields["held_since"] = None
    for name, value in fields.items():
        setattr(ticket, name, value)
    ticket.save(update_fields=["step", "state", *fields])


def end(
    ticket: Ticket,
    state: TicketState,
    *,
    reason: str,
    gate: str = "",
    disposition: Disposition = Disposition.NONE,
) -> None:
    """End the journey: final state, event, lease given back. Inside `committing`."""
    move(ticket, step="", state=state, reason=reason, disposition=disposition.value)
    if state is not TicketState.REPLIED:
        withhold_reply(ticket, reason)
    record_end(ticket, gate)
    work.finish(ticket)


def record_end(ticket: Ticket, gate: str = "") -> None:
    """Record that a ticket ended, with the gate that ended it where one did."""
    trail.record(
        trail.Event(
            "ticket.ended",
            trail.Subject("ticket", str(ticket.pk)),
            verdict=ticket.state,
            data={
                "state": ticket.state,
                "disposition": ticket.disposition,
                "reason": ticket.reason,
                "gate": gate,
            },
        )
    )


def withhold_reply(ticket: Ticket, reason: str) -> None:
    """Mark a reply that will not be sent, once."""
    changed = Reply.objects.filter(ticket=ticket, state=ReplyState.DRAFTED).update(state=ReplyState.WITHHELD)
    if changed and ticket.state is not TicketState.RECORDED:
        trail.record(
            trail.Event("reply.withheld", trail.Subject("ticket", str(ticket.pk)), data={"reason": reason[:300]})
        )


def rest(ticket: Ticket, *, again_after: timedelta | None = None, afresh: bool = False) -> None:
    """Give the lease back; the ticket is looked at again after the delay, or when a verb makes it ready.

    `afresh`: it got where it should, so earlier failed tries no longer count.
    """
    work.finish(ticket, again_after=again_after, afresh=afresh)


def live_action(ticket: Ticket) -> Action | None:
    """Return the ticket's present action: the newest that may still come to something. One query.

    An action that was executed is none: nothing later may judge, block or approve it again.
    """
    return Action.objects.filter(ticket=ticket).exclude(state__in=OVER).order_by("-id").first()


def block(action: Action, *, gate: str, reason: str, actor: str) -> None:
    """Block an action that was not executed, give its caps back and record who stopped it. In a transaction."""
    from guardrails import caps

    if action.cap_reservation_id:
        caps.release(action.cap_reservation_id)
    action.state, action.verdict, action.actor = ActionState.BLOCKED, "blocked", actor
    action.output = {"gate": gate, "reason": reason}
    action.save(update_fields=["state", "verdict", "actor", "output"])
    action_log.record(action, "action.blocked", verdict="blocked", gate=gate, reason=reason)
