"""The first execution of an action through a connector, so that a person is asked before it (T11)."""

from __future__ import annotations

from django.db import models

from connectors.models.connector import Connector
from portal.models import TenantModel


class FirstExecution(TenantModel):
    """An action executed through a connector under a policy. Only ever added, by `connectors.first_execution`."""

    action = models.CharField(max_length=40)
    connector = models.ForeignKey(Connector, on_delete=models.PROTECT, related_name="first_executions")
    fingerprint = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "action", "connector", "fingerprint"], name="one_first_execution"
            ),
        ]

    def __str__(self) -> str:
        return f"first {self.action} through {self.connector_id}"
