"""How many rows and bytes a person has read through a connector in a day (Q04). Written by `questions.budget`."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from connectors.models import Connector
from portal.models import TenantModel


class AnswerBudget(TenantModel):
    """One counter per person, connector and local day, holds included. The row is the lock."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    used_rows = models.PositiveBigIntegerField(default=0)
    used_bytes = models.PositiveBigIntegerField(default=0)
    walks = models.JSONField(default=dict, editable=False, help_text="Windows of tables that were read, as digests.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user", "connector", "day"], name="one_answer_budget_per_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used_rows} rows, {self.used_bytes} bytes on {self.day}"
