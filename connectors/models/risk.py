"""What a risk feed told: per customer as it was last looked at, by signed events since, and through which webhook."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models

from connectors.models.connector import Connector
from portal.fields import SealedField
from portal.models import TenantModel


def new_key() -> str:
    """Return a public key for a webhook address: unguessable, but not what proves the sender."""
    return secrets.token_urlsafe(18)


class RiskHook(TenantModel):
    """The signed webhook of a risk feed. The previous secret stays valid while the sender changes over."""

    connector = models.OneToOneField(
        Connector, on_delete=models.PROTECT, related_name="risk_hook", limit_choices_to={"adapter": "stripe"}
    )
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    secret = SealedField(help_text="The endpoint's signing secret at the feed, such as `whsec_…`.")
    previous_secret = SealedField(editable=False)
    is_active = models.BooleanField(default=True)

    secret_fields: ClassVar[frozenset[str]] = frozenset({"secret", "previous_secret"})

    def __str__(self) -> str:
        return f"webhook of {self.connector_id}"


class KnownRisk(TenantModel):
    """What is known of one customer. `flags` is by the feed's object: code, level, raised_at, detail, as_of.

    `as_of` is a second of the feed's clock: what is older than it does not change the flag. `fetched_at` is when a
    whole look began. Written by `connectors.risk` alone.
    """

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="+")
    customer_ref = models.CharField(max_length=120)
    destination = models.CharField(max_length=400)
    asked_with = models.CharField(max_length=64)
    charges = models.JSONField(default=list)
    flags = models.JSONField(default=dict)
    fetched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "connector", "customer_ref"], name="a_customer_is_known_once"
            )
        ]

    def __str__(self) -> str:
        return self.customer_ref


class RiskEvent(TenantModel):
    """A signed event that was taken: the same one again changes nothing.

    An orphan is about a payment that no known customer has; whatever was looked at before it is looked at anew.
    """

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="+")
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=80)
    is_orphan = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "connector", "event_id"], name="a_risk_event_is_taken_once")
        ]

    def __str__(self) -> str:
        return self.event_id
