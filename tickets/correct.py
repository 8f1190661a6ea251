"""A person says what a ticket is really about; the organization's next classifications learn from it (T23)."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction

from connectors.adapters.providers.contracts import Example
from guardrails.gates.facts import INTENTS
from portal import tenancy, trail
from portal.roles import Capability, require
from tickets.models import Correction, Ticket

GATE_WORDS = {"person_request": "request_for_person"}
PROVIDER_WORDS = {gate: provider for provider, gate in GATE_WORDS.items()}
"""The gates and the providers call one intent by two names."""
MAX_EXAMPLES = 200
MAX_EXAMPLE_CHARACTERS = 1_500
"""How much the newest corrections teach: bounded, so that a classification costs the same for everybody."""


def correct(ticket_id: uuid.UUID, *, intent: str) -> Ticket:
    """Keep a person's word on the ticket, in place of an earlier one. What the gates decided stays as it was."""
    require(Capability.WORK_APPROVALS)
    if intent not in INTENTS:
        raise ValidationError({"intent": f"intent: `{intent[:40]}` is none; use one of {', '.join(INTENTS)}"})
    with transaction.atomic():
        ticket = _held(ticket_id)
        Correction.objects.filter(ticket=ticket).delete()
        Correction.objects.create(
            ticket=ticket, intent=intent, was=ticket.intent, corrected_by_id=tenancy.current().user_id
        )
        trail.record(
            trail.Event(
                "ticket.corrected",
                trail.Subject("ticket", str(ticket.pk)),
                data={"was": ticket.intent, "intent": intent},
            )
        )
    return ticket


def forget(ticket_id: uuid.UUID) -> Ticket:
    """Take the correction of a ticket back. Without one, nothing happens."""
    require(Capability.WORK_APPROVALS)
    with transaction.atomic():
        ticket = _held(ticket_id)
        found = Correction.objects.filter(ticket=ticket).first()
        if found is not None:
            found.delete()
            trail.record(
                trail.Event(
                    "ticket.uncorrected",
                    trail.Subject("ticket", str(ticket.pk)),
                    data={"intent": found.intent},
                )
            )
    return ticket


def of(ticket: Ticket) -> Correction | None:
    """Return what a person said of the ticket. One query."""
    found: Correction | None = Correction.objects.select_related("corrected_by").filter(ticket=ticket).first()
    return found


def examples(*, besides: uuid.UUID | None = None) -> tuple[Example, ...]:
    """Return the organization's newest corrected tickets as examples, oldest first. One query.

    `besides` leaves one ticket out: a ticket that is classified again is judged, not remembered.
    """
    rows = Correction.objects.exclude(ticket_id=besides).newest(MAX_EXAMPLES)
    return tuple(
        Example(
            f"{row.ticket.subject}\n{row.ticket.body[:MAX_EXAMPLE_CHARACTERS]}".strip(),
            PROVIDER_WORDS.get(row.intent, row.intent),
        )
        for row in reversed(rows)
    )


def _held(ticket_id: uuid.UUID) -> Ticket:
    ticket: Ticket | None = Ticket.objects.select_for_update().filter(pk=ticket_id).first()
    if ticket is None:
        raise ValidationError({"ticket": "ticket: there is none of this number in your organization"})
    return ticket
