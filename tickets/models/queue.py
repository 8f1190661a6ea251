"""What people keep beside the approval queue: views they saved, what looks like a rubber stamp, planted tests."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from portal.models import TenantModel
from tickets.models.approval import Approval
from tickets.models.ticket import Ticket


class SavedView(TenantModel):
    """The filters of the queue under a name: its owner's, or everybody's who works the queue where it is shared."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=600, blank=True)
    is_shared = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "owner", "name"], name="one_view_per_name_and_person")
        ]

    def __str__(self) -> str:
        return self.name


class FlagKind(models.TextChoices):
    """What looks like a rubber stamp."""

    HURRIED = "hurried", "Faster than it can be read"
    STREAK = "streak", "Many in a row without a no"
    OUT_OF_HOURS = "out_of_hours", "Outside the working hours"
    MISSED_TEST = "missed_test", "Approved a planted test"


class ApprovalFlag(TenantModel):
    """One yes that looks like a rubber stamp, with the numbers that say so. Takes nothing back: an officer looks."""

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="flags")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=FlagKind.choices)
    evidence = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["organization", "-id"], name="flag_newest")]

    def __str__(self) -> str:
        return f"{self.kind} by {self.person_id}"


class Trap(models.TextChoices):
    """Why a planted test has to be rejected."""

    AMOUNT = "amount", "More money than the customer asks for"
    ORDER = "order", "Another order than the one in the ticket"
    REFUNDED = "refunded", "An order that was refunded already"


class TestResult(models.TextChoices):
    WAITING = "waiting", "Waiting"
    CAUGHT = "caught", "Caught"
    MISSED = "missed", "Missed"
    EXPIRED = "expired", "Nobody decided"


class PlantedTest(TenantModel):
    """A ticket that an officer planted to see whether it is rejected. It concerns no store and no customer."""

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="+")
    planted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    trap = models.CharField(max_length=10, choices=Trap.choices)
    result = models.CharField(max_length=10, choices=TestResult.choices, default=TestResult.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-id"], name="planted_newest")]

    def __str__(self) -> str:
        return f"{self.get_trap_display()}: {self.result}"
