"""Remembers which action an organization executed through which connector: the first one asks a person (T11)."""

from __future__ import annotations

import uuid

from django.db import transaction

from connectors.models import Connector, FirstExecution
from portal import tenancy, trail


def has_executed(action: str, connector: Connector | uuid.UUID, *, fingerprint: str | None = None) -> bool:
    """Return whether the organization has executed `action` through the connector before.

    With a `fingerprint`: under a policy of that fingerprint. One query.
    """
    rows = FirstExecution.objects.filter(action=action, connector_id=_id(connector))
    return (rows if fingerprint is None else rows.filter(fingerprint=fingerprint)).exists()


def record_first(action: str, connector: Connector | uuid.UUID, *, fingerprint: str = "") -> bool:
    """Remember an execution in the caller's transaction; return whether it was the first. Safe when two race."""
    row = FirstExecution(action=action, connector_id=_id(connector), fingerprint=fingerprint)
    with transaction.atomic():
        FirstExecution.objects.bulk_create([row], ignore_conflicts=True)
        is_first = FirstExecution.objects.filter(pk=row.pk, organization_id=tenancy.organization_id()).exists()
        if is_first:
            trail.record(
                trail.Event(
                    "action.first_executed",
                    trail.Subject("connector", str(_id(connector))),
                    connector_id=_id(connector),
                    data={"action": action, "fingerprint": fingerprint},
                )
            )
    return is_first


def _id(connector: Connector | uuid.UUID) -> uuid.UUID:
    return connector.pk if isinstance(connector, Connector) else connector
