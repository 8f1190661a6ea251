"""What officers and support leads keep for this flow: webhook intakes, reply macros, flagged customers."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from connectors.adapters.providers import macros
from guardrails.gates.facts import INTENTS
from portal.fields import SealedField
from portal.models import TenantModel

MACRO_ACTIONS = (*INTENTS, "none")
"""What a macro can be for: an action, an intent, or any reply (`none`)."""


def new_key() -> str:
    """Return a public key for a webhook address: unguessable, but not what proves the sender."""
    return secrets.token_urlsafe(18)


class Intake(TenantModel):
    """A signed webhook. The secret proves the sender; the previous one stays valid while senders change over."""

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    secret = SealedField(help_text="Shared with the sender, who signs each delivery with it.")
    previous_secret = SealedField(editable=False)
    verifies_senders = models.BooleanField(
        default=False, help_text="The sender has authenticated the customer, so that their address may be relied on."
    )
    is_active = models.BooleanField(default=True)

    secret_fields: ClassVar[frozenset[str]] = frozenset({"secret", "previous_secret"})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="one_intake_per_name")]

    def __str__(self) -> str:
        return self.name


class Delivery(TenantModel):
    """A webhook delivery that was taken; the same one again is answered with the same ticket."""

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="+")
    delivery_id = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "intake", "delivery_id"], name="a_delivery_is_taken_once")
        ]

    def __str__(self) -> str:
        return self.delivery_id


class ReplyMacro(TenantModel):
    """A merchant's reply for one action or intent, with named fields such as `{order_number}`."""

    name = models.CharField(max_length=80)
    action = models.CharField(max_length=30, help_text="refund, cancel, exchange, or an intent such as order_status")
    text = models.TextField(max_length=4000)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="one_macro_per_name")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        errors: dict[str, str] = {}
        if self.action not in MACRO_ACTIONS:
            known = ", ".join(MACRO_ACTIONS)
            errors["action"] = f"action: `{self.action[:30]}` is no action or intent; use one of {known}"
        try:
            macros.validate(self.text)
        except macros.MacroError as error:
            errors["text"] = str(error)
        if errors:
            raise ValidationError(errors)


class FlaggedCustomer(TenantModel):
    """A customer whom a person has flagged for abuse: their actions always need a person (T05, T13)."""

    customer_ref = models.CharField(max_length=120, help_text="The customer's key in the store.")
    reason = models.CharField(max_length=300)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "customer_ref"], name="a_customer_is_flagged_once")
        ]

    def __str__(self) -> str:
        return self.customer_ref
