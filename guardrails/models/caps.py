"""Which actions count against the caps (T10), and the row that serialises reserving them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from guardrails.models.fields import action, currency
from portal.models import TenantManager, TenantModel, TenantQuerySet


class CapState(models.TextChoices):
    """The states of a reservation: held and settled ones count, a released one does not."""

    HELD = "held"
    SETTLED = "settled"
    RELEASED = "released"


class CapLock(TenantModel):
    """The row that is locked while an action of its kind is counted and reserved."""

    action = action()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "action"], name="one_cap_lock_per_action")]

    def __str__(self) -> str:
        return f"lock of {self.action}"


class CapReservationQuerySet(TenantQuerySet):
    """Reservations in domain words."""

    def counting(self) -> models.QuerySet[CapReservation]:
        return self.filter(state__in=(CapState.HELD, CapState.SETTLED))


class CapReservation(TenantModel):
    """One action that counts from `reserved_at` until its window has passed. It never expires by itself.

    An action whose outcome is unknown stays held: it may have happened.
    """

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    action = action()
    customer_ref = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    currency = currency()
    state = models.CharField(max_length=8, choices=CapState.choices, default=CapState.HELD)
    reserved_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = TenantManager.with_words(CapReservationQuerySet)

    class Meta:
        indexes = [
            models.Index(
                fields=["organization", "action", "reserved_at"],
                condition=models.Q(state__in=["held", "settled"]),
                name="cap_counting",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "subject_kind", "subject_id", "action"], name="one_cap_reservation_per_subject"
            ),
            models.CheckConstraint(condition=models.Q(amount_minor__gte=0), name="cap_amount_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.action} of {self.customer_ref} ({self.state})"
