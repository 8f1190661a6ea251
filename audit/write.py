"""The writer behind the audit port: one row in the transaction of what it records."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from audit.models import Event, EventText
from portal import compiled, tenancy
from portal import trail as port
from portal.ids import uuid7

SALT_BYTES = 16


def commitment(salt: bytes, text: str) -> str:
    """Return the salted SHA-256 of a text, in hex: what stays when the text is erased."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def write(event: port.Event, context: tenancy.Context) -> uuid.UUID:
    """Write one event and its texts; return its id. One statement, in the caller's transaction.

    Where nobody made the event's month in time, it is made and the write tried once more.
    """
    event_id = uuid7()
    texts = [
        EventText(event_id=event_id, field=name, text=_storable(text), salt=os.urandom(SALT_BYTES))
        for name, text in event.text.items()
        if text
    ]
    row = Event(
        id=event_id,
        organization_id=context.organization_id,
        type=event.type,
        actor_kind=context.actor.kind,
        actor_id=context.actor.id,
        actor_name=_storable(context.actor.name)[:160],
        subject_kind=event.subject.kind,
        subject_id=event.subject.id,
        connector_id=event.connector_id,
        verdict=event.verdict,
        confidence=event.confidence,
        amount_minor=event.amount.amount_minor if event.amount else None,
        currency=event.amount.currency if event.amount else "",
        cost_microusd=event.cost_microusd,
        rows=event.rows,
        bytes=event.bytes,
        duration_ms=event.duration_ms,
        policy_revision=event.policy_revision,
        request_id=context.request_id,
        data=_storable(event.data),
        before=_storable(event.before),
        after=_storable(event.after),
        commitments={text.field: commitment(bytes(text.salt), text.text) for text in texts},
    )
    month = _month_of(event_id)
    if month in _months:
        _insert(row, texts, month)
        return event_id
    try:
        with transaction.atomic():
            _insert(row, texts, month)
        _months.add(month)
    except IntegrityError as error:
        if "no partition of relation" not in str(error):
            raise
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_make_partition_of(%s)", [event_id])
        _insert(row, texts, month)
    return event_id


_months: set[tuple[int, int]] = set()
"""Months into which this process wrote an event: their partition is there, and no savepoint is needed to find out."""


def _insert(row: Event, texts: list[EventText], month: tuple[int, int]) -> None:
    try:
        compiled.insert(row, *texts)
    except IntegrityError:
        _months.discard(month)  # where it went away, the next try makes it
        raise


def _month_of(event_id: uuid.UUID) -> tuple[int, int]:
    moment = datetime.fromtimestamp((event_id.int >> 80) / 1000, UTC)
    return moment.year, moment.month


def _storable(value: Any) -> Any:
    """Return the value as PostgreSQL can keep it: NUL is no character of its texts and stands as U+FFFD."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, Mapping):
        return {_storable(key): _storable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(each) for each in value]
    return value


def keep_partitions(months_ahead: int = 3) -> None:
    """Make the partitions of this month and the next ones where they are missing (a definer function does it)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_keep_partitions(%s)", [months_ahead])
