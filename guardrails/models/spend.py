"""What model calls may cost (Q16): the caps, one counter per scope and billing cycle, and each reservation."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from guardrails.models.fields import MAX_MICROUSD, whole
from guardrails.models.policy import Policy
from portal.models import TenantModel


class SpendPolicy(Policy):
    """The caps of one billing cycle in millionths of a dollar."""

    organization_cap_microusd = whole(
        "organization_cap_microusd", 100_000_000, 0, MAX_MICROUSD, "Cap of the organization; 1000000 is one dollar."
    )
    default_user_cap_microusd = whole(
        "default_user_cap_microusd", 20_000_000, 0, MAX_MICROUSD, "Cap of a person without one of their own."
    )

    class Meta:
        verbose_name = "spend policy"
        verbose_name_plural = "spend policy"
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_spend_policy")]

    def __str__(self) -> str:
        return "Spend policy"


class UserSpendCap(Policy):
    """A person's own cap instead of the default one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cap_microusd = whole("cap_microusd", 20_000_000, 0, MAX_MICROUSD, "1000000 is one dollar; 0 pauses the person.")

    class Meta:
        verbose_name = "spend cap of a person"
        verbose_name_plural = "spend caps of people"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"],
                name="one_spend_cap_per_person",
                violation_error_message="user: this person has a cap already; change that one",
            )
        ]

    def __str__(self) -> str:
        return f"spend cap of {self.user}"


class SpendCounter(TenantModel):
    """What one scope has used in one billing cycle, holds included; without a user it is the organization's.

    The row is the lock: whoever reserves or settles holds the organization's first, then the person's.
    """

    cycle = models.CharField(max_length=7)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    used_microusd = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "cycle", "user"], nulls_distinct=False, name="one_spend_counter"
            )
        ]

    def __str__(self) -> str:
        return f"{self.used_microusd} in {self.cycle}"


class SpendState(models.TextChoices):
    """The states of a reservation."""

    HELD = "held"
    SETTLED = "settled"
    RELEASED = "released"
    EXPIRED = "expired"


class SpendReservation(TenantModel):
    """The cost of one model call: an estimate until it is settled, then what it was."""

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    cycle = models.CharField(max_length=7)
    estimate_microusd = models.BigIntegerField()
    actual_microusd = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=SpendState.choices, default=SpendState.HELD)
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "subject_kind", "subject_id"], name="spend_subject"),
            models.Index(fields=["organization", "expires_at"], condition=models.Q(state="held"), name="spend_held"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(estimate_microusd__gte=1), name="spend_estimate_is_positive"),
            models.CheckConstraint(
                condition=models.Q(state="settled", actual_microusd__gte=0)
                | (~models.Q(state="settled") & models.Q(actual_microusd=None)),
                name="spend_is_settled_with_its_cost",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.estimate_microusd} for {self.subject_kind} ({self.state})"
