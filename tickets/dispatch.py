"""Step 7: send the reply, at most once, and only after the action was executed.

One key is one message at the helpdesk. A text that was edited after a try of unknown outcome goes under the same key:
either the helpdesk has the earlier text already and refuses the new one, which is then known, or it takes the new one
and refuses the earlier should it still arrive. Never two, and never the old text taken for the new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from connectors.contracts import (
    DispatchReceipt,
    Helpdesk,
    HelpdeskError,
    HelpdeskRefused,
    HelpdeskUnreachable,
)
from guardrails.contracts import Disposition
from portal import trail
from portal.ids import uuid7
from tickets import doors, journey, meanwhile, waiting
from tickets.models import Action, ActionState, Reply, ReplyState, Ticket, TicketState

MAX_TRIES = 5
KEY_REUSED = "key_reused"


def dispatch(ticket: Ticket) -> bool:
    """Send the reply under its own key and end the journey; without a helpdesk a person sends it."""
    reply = Reply.objects.filter(ticket=ticket).first()
    if reply is None or not reply.text.strip() or doors.connector("helpdesk") is None or not ticket.sender_email:
        return _hand_over(ticket, "The reply could not be sent: there is no helpdesk connector, address or text.")
    if _is_premature(ticket):
        return _hand_over(ticket, "The reply waits because its action was not executed.")
    before = reply.tried_digest
    try:
        helpdesk = doors.helpdesk()
        if (why_not := _look(ticket, reply, helpdesk)) is not None:
            return why_not(ticket)
        _claim(ticket, reply)
        receipt = helpdesk.send(ticket.external_ref, ticket.sender_email, reply.text, idempotency_key=str(reply.key))
    except HelpdeskRefused as error:
        return _refused(ticket, reply, helpdesk, error, before)
    except HelpdeskError as error:
        return _later(ticket, reply, helpdesk.honours_keys, error, before)
    with journey.committing(ticket):
        _be_sent(ticket, reply, receipt)
        journey.end(ticket, TicketState.REPLIED, reason="The reply was sent.")
    return False


def _look(ticket: Ticket, reply: Reply, helpdesk: Helpdesk) -> Callable[[Ticket], bool] | None:
    """Return what to do instead of sending: an earlier text went out, somebody answered, nobody can know."""
    sent = helpdesk.lookup(str(reply.key), ticket_ref=ticket.external_ref) if reply.tried_digest else None
    if sent is not None:
        is_this_text = reply.tried_digest == digest_of(reply)
        return None if is_this_text else partial(_earlier_text, reply=reply, sent=sent, digest=reply.tried_digest)
    if reply.tried_digest and not helpdesk.honours_keys:
        return partial(_hand_over, reason="Nobody knows whether the reply was sent; look at the conversation.")
    noticed = meanwhile.answered(ticket, since(ticket), helpdesk)
    return partial(_hand_over, reason=f"The reply was not sent: {noticed.reason}") if noticed is not None else None


def draft(ticket: Ticket, text: str) -> None:
    """Make `text` the reply of the ticket, to be sent once it may. In a transaction.

    A reply that was sent is over: the new one has a key of its own. One that may have been sent keeps its key.
    """
    before = Reply.objects.filter(ticket=ticket).first()
    fields: dict[str, object] = {"proposed": text, "text": text, "state": ReplyState.DRAFTED, "edited_by": None}
    if before is not None and before.receipt:
        fields |= {"key": uuid7(), "tried_digest": "", "receipt": {}, "sent_at": None, "tries": 0}
    Reply.objects.update_or_create(ticket=ticket, defaults=fields | {"tries": 0})


def digest_of(reply: Reply) -> str:
    """Return the SHA-256 of the reply's present text, in hex."""
    return hashlib.sha256(reply.text.encode()).hexdigest()


def since(ticket: Ticket) -> datetime:
    """Return from when on a person's answer at the helpdesk makes ours one too many."""
    newest = Action.objects.filter(ticket=ticket).order_by("-id").first()
    return newest.created_at if newest is not None and newest.proposed_by_id else ticket.received_at


def _claim(ticket: Ticket, reply: Reply) -> None:
    """Commit which text is about to be sent: from here on it may have been."""
    with journey.committing(ticket):
        reply.state, reply.tries, reply.tried_digest = ReplyState.DISPATCHING, reply.tries + 1, digest_of(reply)
        reply.save(update_fields=["state", "tries", "tried_digest"])


def _be_sent(ticket: Ticket, reply: Reply, receipt: DispatchReceipt) -> None:
    reply.state, reply.sent_at = ReplyState.SENT, timezone.now()
    reply.receipt = {"id": receipt.id, "sent_at": receipt.sent_at.isoformat()}
    reply.save(update_fields=["state", "sent_at", "receipt"])
    of = doors.connector("helpdesk")
    trail.record(
        trail.Event(
            "reply.sent",
            trail.Subject("ticket", str(ticket.pk)),
            connector_id=of.pk if of else None,
            data={"receipt": receipt.id, "replayed": receipt.was_replayed},
            text={"reply": reply.text},
        )
    )


def _refused(ticket: Ticket, reply: Reply, helpdesk: Helpdesk, error: HelpdeskRefused, before: str) -> bool:
    """The helpdesk did not send this text; where it knows the key from another one, that one was sent."""
    if error.code == KEY_REUSED:
        try:
            sent = helpdesk.lookup(str(reply.key), ticket_ref=ticket.external_ref)
        except HelpdeskError as away:
            return _later(ticket, reply, helpdesk.honours_keys, away, before)
        if sent is not None:
            return _earlier_text(ticket, reply, sent, before)
    else:
        _not_tried(ticket, reply, before)
    return _hand_over(ticket, f"The helpdesk refused the reply: {error}")


def _earlier_text(ticket: Ticket, reply: Reply, sent: DispatchReceipt, digest: str) -> bool:
    """Write down that an earlier text went out, and let a person decide about the present one."""
    with journey.committing(ticket):
        reply.state = ReplyState.WITHHELD
        reply.receipt = {"id": sent.id, "sent_at": sent.sent_at.isoformat(), "is_earlier_text": True}
        reply.save(update_fields=["state", "receipt"])
        trail.record(
            trail.Event(
                "reply.earlier_sent",
                trail.Subject("ticket", str(ticket.pk)),
                data={"receipt": sent.id, "digest": digest},
            )
        )
        reason = (
            f"An earlier text of the reply was sent at {sent.sent_at:%Y-%m-%d %H:%M} UTC after all; "
            "the present one was not."
        )
        journey.end(ticket, TicketState.HANDED_OVER, reason=reason, disposition=Disposition.HAND_OVER)
    return False


def _not_tried(ticket: Ticket, reply: Reply, before: str) -> None:
    """Take the claim back: this text was certainly not sent. What an earlier try may have sent stays known."""
    if reply.tried_digest != before:
        with journey.committing(ticket):
            reply.tried_digest = before
            reply.save(update_fields=["tried_digest"])


def _is_premature(ticket: Ticket) -> bool:
    """Whether an action of the ticket is still on its way: nothing is sent before it was executed."""
    pending = (ActionState.PROPOSED, ActionState.AWAITING_APPROVAL, ActionState.APPROVED, ActionState.EXECUTING)
    return Action.objects.filter(ticket=ticket, state__in=(*pending, ActionState.UNKNOWN)).exists()


def _later(ticket: Ticket, reply: Reply, honours_keys: bool, error: HelpdeskError, before: str) -> bool:
    """Try again: as long as the ticket may wait where certainly nothing was sent, a few times where it may have been.

    To a helpdesk that keeps no keys nothing that may have been sent is sent a second time.
    """
    if isinstance(error, HelpdeskUnreachable):
        _not_tried(ticket, reply, before)
    if isinstance(error, HelpdeskUnreachable) and waiting.may_pass(error) and waiting.may_wait(ticket, "helpdesk"):
        waiting.wait(ticket, error)
        return False
    if isinstance(error, HelpdeskUnreachable) or reply.tries >= MAX_TRIES or not honours_keys:
        return _hand_over(ticket, f"The helpdesk did not take the reply: {error}")
    with journey.committing(ticket):
        journey.rest(ticket, again_after=timedelta(seconds=2**reply.tries))
    return False


def _hand_over(ticket: Ticket, reason: str) -> bool:
    with journey.committing(ticket):
        journey.end(ticket, TicketState.HANDED_OVER, reason=reason, disposition=Disposition.HAND_OVER)
    return False
