"""Step 7: send the reply, at most once, and only after the action was executed."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from connectors.contracts import HelpdeskError, HelpdeskRefused
from guardrails.contracts import Disposition
from portal import trail
from tickets import doors, journey
from tickets.models import Action, ActionState, Reply, ReplyState, Ticket, TicketState

MAX_TRIES = 5


def dispatch(ticket: Ticket) -> bool:
    """Send the reply under its own key and end the journey; without a helpdesk a person sends it."""
    reply = Reply.objects.filter(ticket=ticket).first()
    of = doors.connector("helpdesk")
    if reply is None or not reply.text.strip() or of is None or not ticket.sender_email:
        return _hand_over(ticket, "The reply could not be sent: there is no helpdesk connector, address or text.")
    if _is_premature(ticket):
        return _hand_over(ticket, "The reply waits because its action was not executed.")
    helpdesk = doors.helpdesk()
    with journey.committing(ticket):
        reply.state, reply.tries = ReplyState.DISPATCHING, reply.tries + 1
        reply.save(update_fields=["state", "tries"])
    try:
        receipt = helpdesk.send(ticket.external_ref, ticket.sender_email, reply.text, idempotency_key=str(reply.pk))
    except HelpdeskRefused as error:
        return _hand_over(ticket, f"The helpdesk refused the reply: {error}")
    except HelpdeskError as error:
        return _later(ticket, reply, error)
    with journey.committing(ticket):
        reply.state, reply.sent_at = ReplyState.SENT, timezone.now()
        reply.receipt = {"id": receipt.id, "sent_at": receipt.sent_at.isoformat()}
        reply.save(update_fields=["state", "sent_at", "receipt"])
        trail.record(
            trail.Event(
                "reply.sent",
                trail.Subject("ticket", str(ticket.pk)),
                connector_id=of.pk,
                data={"receipt": receipt.id, "replayed": receipt.was_replayed},
                text={"reply": reply.text},
            )
        )
        journey.end(ticket, TicketState.REPLIED, reason="The reply was sent.")
    return False


def _is_premature(ticket: Ticket) -> bool:
    """Whether an action of the ticket is still on its way: nothing is sent before it was executed."""
    pending = (ActionState.PROPOSED, ActionState.AWAITING_APPROVAL, ActionState.APPROVED, ActionState.EXECUTING)
    return Action.objects.filter(ticket=ticket, state__in=(*pending, ActionState.UNKNOWN)).exists()


def _later(ticket: Ticket, reply: Reply, error: HelpdeskError) -> bool:
    if reply.tries >= MAX_TRIES:
        return _hand_over(ticket, f"The helpdesk did not take the reply: {error}")
    with journey.committing(ticket):
        journey.rest(ticket, again_after=timedelta(seconds=2**reply.tries))
    return False


def _hand_over(ticket: Ticket, reason: str) -> bool:
    with journey.committing(ticket):
        journey.end(ticket, TicketState.HANDED_OVER, reason=reason, disposition=Disposition.HAND_OVER)
    return False
