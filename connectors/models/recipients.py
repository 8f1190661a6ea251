"""Where notices of the portal go: a mailbox or a webhook that an officer set."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from portal.fields import SealedField
from portal.models import TenantModel


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"
    WEBHOOK = "webhook", "Webhook"


TOPICS = {
    "approval.overdue": "An approval waits too long",
    "access.timed": "Somebody from outside asks to look in, may, or has ended",
    "access.review": "An access review begins, waits or is overdue",
    "change.waiting": "An edit that loosens waits for a second officer",
    "seal.head": "A signed head of the audit log, to keep",
    "risk.high": "A risk signal of high severity",
    "risk.medium": "A risk signal of medium severity",
    "risk.low": "A risk signal of low severity",
}
"""What a recipient can be told, in the words of the form that sets one up."""


class Recipient(TenantModel):
    """A mailbox or a webhook. The webhook's address is sealed as well: services such as Slack put a secret in it."""

    name = models.CharField(max_length=80)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    email = models.EmailField(blank=True, default="", help_text="For e-mail: the mailbox.")
    host = models.CharField(max_length=255, blank=True, default="", editable=False)
    address = SealedField()
    secret = SealedField()
    topics = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)

    secret_fields: ClassVar[frozenset[str]] = frozenset({"address", "secret"})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="one_recipient_per_name")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.name = self.name.strip()
        unknown = sorted(set(self.topics or ()) - set(TOPICS))
        if unknown:
            raise ValidationError({"topics": f"topics: `{unknown[0][:40]}` is none; use {', '.join(sorted(TOPICS))}"})
        if self.channel == Channel.EMAIL and not self.email:
            raise ValidationError({"email": "email: is empty; give the mailbox the notices go to"})
        if self.channel == Channel.WEBHOOK and self.email:
            raise ValidationError({"email": "email: a webhook has none; leave it empty"})
