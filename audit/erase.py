"""Erase the personal texts of one event: text and salt go, the event, its commitment and every proof stay."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from audit.models import Event, EventText
from portal import trail
from portal.roles import Capability, require


def erase_text(event_id: uuid.UUID, *, reason: str) -> int:
    """Erase every text of an event and record `text.erased`; return how many were erased.

    Raises `ValidationError` where no reason is given, `LookupError` where the organization has no such event
    or nothing of it is left to erase. A definer function deletes, and only beside that event.
    """
    require(Capability.SET_POLICY)
    if not reason.strip():
        raise ValidationError({"reason": "reason: say why the text is erased; it stays in the trail"})
    with transaction.atomic():
        fields = sorted(EventText.objects.filter(event_id=event_id).values_list("field", flat=True))
        if not fields or not Event.objects.filter(pk=event_id).exists():
            raise LookupError(f"event `{event_id}` has no text to erase in this organization")
        trail.record(
            trail.Event(
                "text.erased",
                trail.Subject("event", str(event_id)),
                data={"fields": fields, "reason": reason.strip()[:400]},
            )
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_erase_text(%s)", [event_id])
            return int(cursor.fetchone()[0])
