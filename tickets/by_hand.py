"""What a person did about a ticket themselves: recorded once per ticket, corrected by recording it again (T25)."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction

from guardrails.gates.facts import ACTION_KINDS
from portal import tenancy, trail
from portal.money import Money, MoneyError
from portal.roles import Capability, require
from tickets.models import ByHand, Ticket, TicketState

DEEDS = (*ACTION_KINDS, "reply", "none")
ANSWERED = (TicketState.RECORDED, TicketState.HANDED_OVER, TicketState.BLOCKED, TicketState.CLOSED, TicketState.STOPPED)
"""Tickets whose end was a person's: the AI sent and executed nothing."""


def record(ticket_id: uuid.UUID, *, action: str, amount: str = "", currency: str = "", outcome: str = "") -> ByHand:
    """Record what was done by hand about a ticket the AI did not finish; a second time corrects the first.

    Raises `ValidationError` naming every bad field, `Ticket.DoesNotExist`.
    """
    require(Capability.WORK_APPROVALS)
    money = checked(action, amount, currency, outcome)
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_id)
        if ticket.state not in ANSWERED:
            said = f"ticket: it is {ticket.get_state_display().lower()}; only what was left to people is done by hand"
            raise ValidationError({"ticket": said})
        row, _ = ByHand.objects.update_or_create(
            ticket=ticket,
            defaults={
                "action": action,
                "amount_minor": money.amount_minor if money else None,
                "currency": money.currency if money else "",
                "outcome": outcome.strip(),
                "source": "person",
                "recorded_by_id": tenancy.current().user_id,
            },
        )
        trail.record(
            trail.Event(
                "ticket.handled_by_hand",
                trail.Subject("ticket", str(ticket.pk)),
                amount=money,
                data={"action": action, "source": "person"},
                text={"outcome": outcome.strip()},
            )
        )
    return row


def checked(action: str, amount: str, currency: str, outcome: str = "") -> Money | None:
    """Return the amount of a deed, None where none moved; raise `ValidationError` with every bad field."""
    errors: dict[str, str] = {}
    money = None
    if action not in DEEDS:
        errors["action"] = f"action: `{action[:20]}` is not known; use {', '.join(DEEDS)}"
    if len(outcome) > 200 or "\x00" in outcome:
        errors["outcome"] = "outcome: write at most 200 characters of plain text"
    if amount.strip():
        try:
            money = Money.parse(amount, currency.strip())
        except MoneyError as error:
            errors["currency" if str(error).startswith("currency:") else "amount"] = str(error)
    elif action == "refund":
        errors["amount"] = "amount: is missing; say how much was refunded, such as `49.99`"
    if money is not None and action in ("reply", "none"):
        errors["amount"] = f"amount: `{amount[:20]}` stands beside an action that moves no money; leave it empty"
    if errors:
        raise ValidationError(errors)
    return money
