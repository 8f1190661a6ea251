"""The kill switches (T01): one for every organization at once, one for each organization."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now

from guardrails.models.policy import Policy


class KillSwitch(models.Model):
    """One turn of the platform's kill switch; the latest row holds. Append-only, of no organization.

    The first row is made with the table: no row at all means that the switch cannot be read, which halts.
    """

    id = models.BigAutoField(primary_key=True)
    is_halted = models.BooleanField()
    reason = models.CharField(max_length=300)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=160)
    switched_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = "turn of the kill switch"
        verbose_name_plural = "kill switch"

    def __str__(self) -> str:
        return f"{'halted' if self.is_halted else 'running'}: {self.reason}"


class OrganizationSwitch(Policy):
    """The organization's own kill switch. No row means that it cannot be read, which halts."""

    is_halted = models.BooleanField("halted", default=False, help_text="Stops all AI work of this organization.")
    reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "kill switch of the organization"
        verbose_name_plural = "kill switch of the organization"
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_organization_switch")]

    def __str__(self) -> str:
        return "halted" if self.is_halted else "running"

    def clean(self) -> None:
        if self.is_halted and not self.reason.strip():
            raise ValidationError({"reason": "reason: is empty; say why AI work is halted"})
