"""What people said a ticket was really about: the organization's own examples, which teach the next classification."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from guardrails.gates.facts import INTENTS
from portal.models import TenantManager, TenantModel, TenantQuerySet
from tickets.models.ticket import Ticket


class CorrectionQuerySet(TenantQuerySet):
    """Corrections in the words of those who learn from them."""

    def newest(self, count: int) -> models.QuerySet[Any]:
        return self.select_related("ticket").order_by("-id")[:count]


class Correction(TenantModel):
    """One person's word on one ticket. The text stays with the ticket: what is erased there is learned no more."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="correction")
    intent = models.CharField(max_length=30, choices=[(intent, intent) for intent in INTENTS])
    was = models.CharField(max_length=30, blank=True, default="")
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = TenantManager.with_words(CorrectionQuerySet)

    def __str__(self) -> str:
        return f"{self.was or 'not classified'} → {self.intent}"
